"""What `policy ask` and `policy due` answer, question by question."""

from datetime import UTC, datetime
from typing import Any

import pytest

from firstline.policy import GivenError, Situation, due, load, policy_ask, policy_due

FILE = """
policy: {timezone: Europe/Berlin, business: work, languages: [en, de]}
calendars:
  work: {mon-fri: ["09:00-18:00"], holidays: de}
  night: {every-day: ["22:00-30:00"]}
  exceptions:
    - {calendar: work, from: 2026-12-23, to: 2026-12-23, hours: ["09:00-12:00"], tell: A short day.}
lines: [{id: first}, {id: second, from: first, calendar: work, on_call: night}]
channels:
  - {id: chat, calendar: work, auth: [login, pin], fallback: phone, covers: [web], beyond: refer(mail)}
  - {id: phone, opens_after: 4h, opens_from: 500 EUR, variants: [{plan: gold, covers: [web, dns], address: "+49"}]}
  - {id: mail, status: advisory, plans: gold, languages: de}
  - {id: fax, status: refused}
plans: {basic: {}, gold: {}, old: {ends: 2026-06-30}}
targets:
  - {id: last, priority: low, first: 4h, counted_from: latest_client_word, share: 95}
  - {id: answer, first: 1h}
delay: {send_before: 10m}
complaints: {must: [essence, name], stages: [{reply: 3bd}], calendar: work, within: {invoice: 1mo}, outside: Ombudsman}
scope:
  in: [web, dns, backup]
  by_plan: {gold: {in: [tuning]}}
  when: [{calendar: night, in: [web]}, {calendar: night, in: [dns], paid: true}, {calendar: work, in: [web, dns, backup], only_then: true}]
request: {must: [url], by_topic: {mail: [headers]}}
close: {remind: 24h, resolve: 48h, close: 24h, silence: accepted, accept_within: 12h, reopen_days: 7}
identity: {login: full, who: [owner], never: [clients_of_clients], pin: {valid: 24h, tries: 3, not_for: [delete]}, only: {transfer: [login]}}
paid:
  - {id: ended, for: after_end, price: 100 EUR, fixed: 100 EUR, unit: 15m}
  - {id: night, when: night, price: 150 EUR, unit: 30m, maximum: 400 EUR}
  - {id: list, for: [move, ssl], model: price_list, items: {move: 50 EUR, ssl: 9.90 EUR}}
  - id: help
    price: 70 EUR
    unit: 15m
    included: 15m
    included_applies: only_if_not_exceeded
    free_when: our_fault
    refund_when: late
    surcharges: [{when: urgent, percent: 50}, {when: urgent and fast, percent: 50, adds: false}, {when: fast, amount: 5 EUR}]
  - {id: share, model: share_of_spend, share: 10, fixed: 250 EUR, larger_of: true, maximum: 900 EUR}
  - {id: agreed, model: subscription, plan: old}
quota: {unit: time, time: 5h, average_over: 3, beyond: paid}
credits: {basis: availability, bands: {"<99.9": 10%, "<99.0": 25%, "<95": 100%}}
maintenance: {lead: 3d}
"""  # noqa: E501 - a policy file
TUE, NIGHT = "2026-03-03T10:00", "2026-03-03T23:00"


@pytest.fixture(scope="module")
def policy() -> Any:
    return load(FILE)


# What is asked, where the answer stands, what it is.
ASKED: list[tuple[dict[str, Any], str, Any]] = [
    ({"minutes": 15}, "price.amount", "0.00"),
    ({"minutes": 16}, "price.amount", "35.00"),
    ({"minutes": 16}, "price.units", 2.0),
    ({"minutes": 30, "facts": ["urgent"]}, "price.amount", "52.50"),
    ({"minutes": 30, "facts": ["urgent", "fast"]}, "price.amount", "83.75"),
    ({"minutes": 30, "facts": ["our_fault"]}, "price.amount", "0.00"),
    ({"minutes": 30, "facts": ["late"]}, "price.refund", "35.00"),
    ({"minutes": 30, "for": "after_end"}, "price.amount", "150.00"),
    ({"minutes": 30, "facts": ["after_end"]}, "price.rule", "paid.ended"),
    ({"minutes": 30, "code": "after_end"}, "price.rule", "paid.ended"),
    ({"minutes": 40, "received": NIGHT}, "price.amount", "150.00"),
    ({"minutes": 999, "received": NIGHT}, "price.amount", "400.00"),
    ({"minutes": 40, "received": TUE}, "price.rule", "paid.help"),
    ({"for": "move", "item": "move"}, "price.amount", "50.00"),
    ({"for": "move", "item": "move"}, "price.per", "request"),
    ({"spend": 1000}, "price.per", "month"),
    ({"item": "ssl"}, "price.amount", "9.90"),
    ({"spend": 1000}, "price.amount", "250.00"),
    ({"spend": 5000}, "price.amount", "500.00"),
    ({"spend": 50000}, "price.amount", "900.00"),
    ({"used": 600}, "quota.0.left", 300.0),
    ({"used": 900}, "quota.0.used_up", True),
    ({"availability": 99.95}, "credit.credit", None),
    ({"availability": 99.5}, "credit.credit", "10%"),
    ({"availability": 98}, "credit.credit", "25%"),
    ({"availability": 12}, "credit.credit", "100%"),
    ({"proof": "pin", "act": "restart"}, "identity.enough", True),
    ({"proof": "pin", "act": "delete"}, "identity.enough", False),
    ({"proof": "pin", "act": "restart", "proof_age": "30h"}, "identity.why.0",
     "it is older than 24h"),
    ({"proof": "pin", "act": "restart", "tries": 3}, "identity.enough", False),
    ({"proof": "pin", "act": "transfer"}, "identity.why.0", "transfer needs login"),
    ({"proof": "login", "act": "transfer"}, "identity.enough", True),
    ({"proof": "registered_email", "channel": "chat"}, "identity.enough", False),
    ({"requester": "owner"}, "who.allowed", True),
    ({"requester": "clients_of_clients"}, "who.allowed", False),
    ({"channel": "chat", "received": TUE}, "channels.chat.open", True),
    ({"channel": "chat", "received": NIGHT}, "channels.chat.opens_at", "2026-03-04T09:00:00+01:00"),
    ({"channel": "mail", "received": NIGHT}, "channels.mail.open", None),
    ({"channel": "chat", "topic": "dns"}, "channels.chat.refer_to", "mail"),
    ({"channel": "chat", "down": ["chat"]}, "channels.chat.refer_to", "phone"),
    ({"channel": "chat", "received": "2026-12-23T13:00"}, "channels.chat.tell", "A short day."),
    ({"channel": "phone", "age": "1h"}, "channels.phone.usable", False),
    ({"channel": "phone", "age": "5h"}, "channels.phone.usable", True),
    ({"channel": "phone", "spend": 100}, "channels.phone.usable", False),
    ({"channel": "phone"}, "channels.phone.opens_after", "4h"),
    ({"channel": "phone"}, "channels.phone.note",
     "it opens when a request is 4 hours old; give its age"),
    ({"channel": "mail", "language": "fr"}, "channels.mail.why.0",
     "It is answered in German only: Mail."),
    ({"channel": "mail", "language": "uk"}, "channels.mail.why.0",
     "Тут (Mail) відповідають лише такими мовами: німецька."),
    ({"channel": "mail", "language": "de"}, "channels.mail.why", []),
    ({"channel": "mail"}, "channels.mail.why", []),
    ({"channel": "mail"}, "channels.mail.plans.0", "gold"),
    ({"channel": "phone", "plan": "gold"}, "channels.phone.address", "+49"),
    ({"code": "web", "received": NIGHT}, "scope.verdict", "in"),
    ({"code": "dns", "received": NIGHT}, "scope.verdict", "paid"),
    ({"code": "backup", "received": NIGHT}, "scope.verdict", "later"),
    ({"code": "backup", "received": NIGHT}, "scope.from", "2026-03-04T09:00:00+01:00"),
    ({"code": "backup", "received": "2026-03-03T20:00"}, "scope.verdict", "later"),
    ({"code": "tuning", "plan": "basic"}, "scope.verdict", "out"),
    ({"code": "tuning"}, "scope.verdict", "unknown"),
    ({"code": "tuning", "plan": "basic"}, "scope.plans.0", "gold"),
    ({"code": "tuning", "plan": "gold"}, "scope.verdict", "in"),
    ({"plan": "old", "received": "2026-06-30T23:00"}, "support", True),
    ({"plan": "old", "received": "2026-07-01T00:00"}, "support", False),
    ({"has": ["name"]}, "complaint.lacks.0", "essence"),
    ({"received": TUE}, "complaint.stages.0.reply_by", "2026-03-06T18:00:00+01:00"),
    ({"received": TUE, "subject": "invoice"}, "complaint.until", "2026-04-03T10:00:00+02:00"),
    ({}, "complaint.outside.0", "Ombudsman"),
    ({"topic": "mail", "has": ["url"]}, "request.lacks.0", "headers"),
    ({"received": TUE}, "closing.resolve", "2026-03-05T10:00:00+01:00"),
    ({"received": TUE}, "closing.close", "2026-03-06T10:00:00+01:00"),
    ({"received": TUE}, "closing.accept", "2026-03-03T22:00:00+01:00"),
    ({"received": TUE}, "closing.reopen", "2026-03-13T10:00:00+01:00"),
    ({"received": NIGHT}, "lines.second.on_call", True),
    ({"received": NIGHT}, "lines.second.open", False),
    ({"work_at": "2026-04-01T10:00"}, "maintenance.notice_by", "2026-03-29T10:00:00+02:00"),
    ({"facts": ["urgnt"]}, "notes.0", "the policy has no rule about the fact 'urgnt'"),
]  # fmt: skip


def at(value: Any, path: str) -> Any:
    for part in path.split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


@pytest.mark.parametrize(("given", "path", "wanted"), ASKED)
def test_what_is_asked_is_answered(
    policy: Any, given: dict[str, Any], path: str, wanted: Any
) -> None:
    assert at(policy_ask(policy, given), path) == wanted


def test_a_price_that_nobody_stated_is_not_nothing(policy: Any) -> None:
    found = policy_ask(policy, {"plan": "old", "spend": 10})["price"]
    assert found["rule"] == "paid.share"
    agreed = load("paid: {id: agreed, model: subscription}")
    assert policy_ask(agreed, {"spend": 10})["price"]["amount"] is None
    assert policy_ask(agreed, {"minutes": 10})["price"] is None


def test_due_counts_from_the_latest_word_and_tells_the_delay_notice(policy: Any) -> None:
    given = {"received": TUE, "priority": "low", "last_word": "2026-03-03T12:00"}
    shown = policy_due(policy, given)["measures"]
    assert shown["first"]["due_at"] == "2026-03-03T16:00:00+01:00"
    assert shown["first"]["rule"]["share"] == 95
    assert shown["delay"]["due_at"] == "2026-03-03T15:50:00+01:00"
    assert shown["accept"]["due_at"] == "2026-03-03T22:00:00+01:00"


def test_due_says_which_number_comes_from_the_shipped_file() -> None:
    shown = policy_due(load("close: {close: 72h}"), {"received": TUE})["measures"]
    assert shown["reopen"]["rule"]["shipped"] is True


def test_a_letter_raises_no_alarm_of_a_chat() -> None:
    policy = load("channels: [{id: chat}, {id: ticket}]\ntargets: [{first: 8h}]")
    chat, ticket = (
        [
            alarm["alarm"]
            for alarm in policy_due(policy, {"received": TUE, "channel": name})["alarms"]
        ]
        for name in ("chat", "ticket")
    )
    assert "chat_waits" in chat
    assert "chat_waits" not in ticket


BILLING = """
policy: {timezone: Europe/Berlin}
calendars: {office: {mon-fri: ["10:00-16:00"]}, night: {every-day: ["22:00-30:00"]}}
scope:
  in: [hardware, billing, web]
  when: [{calendar: office, in: billing, only_then: true}, {calendar: night, out: [web]}]
"""


@pytest.mark.parametrize(
    ("code", "received", "verdict"),
    [
        ("billing", "2026-11-30T11:00", "in"),
        ("billing", "2026-11-30T17:00", "later"),
        ("billing", "2026-11-30T23:00", "later"),
        ("hardware", "2026-11-30T11:00", "in"),
        ("hardware", "2026-11-28T11:00", "in"),
        ("hardware", "2026-11-30T23:00", "in"),
        ("web", "2026-11-30T11:00", "in"),
        ("web", "2026-11-30T23:00", "later"),
    ],
)
def test_a_matter_of_office_hours_shuts_out_nothing_else(
    code: str, received: str, verdict: str
) -> None:
    found = policy_ask(load(BILLING), {"code": code, "received": received})["scope"]
    assert found["verdict"] == verdict
    if verdict == "later" and code == "billing":
        assert found["from"] == "2026-12-01T10:00:00+01:00"


OPENS = "It opens: 30 November 2026, 09:00."


@pytest.mark.parametrize(
    ("rule", "usable", "why", "note"),
    [
        (", outside_hours: accept", True, [], "taken now, answered from 2026-11-30T09:00:00+01:00"),
        (", becomes: ticket", True, [], "taken now, answered from 2026-11-30T09:00:00+01:00"),
        ("", False, [f"It is closed now: Online chat. {OPENS}"], None),
        (", outside_hours: refuse", False, [f"It is closed now: Online chat. {OPENS}"], None),
        (", outside_hours: refuse, outside: Come at nine.", False, ["Come at nine."], None),
    ],
)
def test_a_closed_channel_is_usable_when_it_takes_requests_for_later(
    rule: str, usable: bool, why: list[str], note: str | None
) -> None:
    file = f"""
policy: {{timezone: Europe/Berlin}}
calendars: {{work: {{mon-fri: ["09:00-18:00"]}}}}
channels: [{{id: chat, calendar: work{rule}}}]
"""
    found = policy_ask(load(file), {"received": "2026-11-30T06:00"})["channels"]["chat"]
    assert (found["usable"], found["why"], found.get("note")) == (usable, why, note)
    opened = policy_ask(load(file), {"received": "2026-11-30T10:00"})["channels"]["chat"]
    assert opened["usable"]
    assert "note" not in opened


def test_a_topic_that_the_scope_names_gets_its_verdict() -> None:
    policy = load("scope: {in: [server], out: [web], refer: {web: Ask a developer.}}")
    found = policy_ask(policy, {"topic": "web"})["scope"]
    assert (found["verdict"], found["way_out"]) == ("out", "Ask a developer.")
    assert "verdict" not in policy_ask(policy, {"topic": "billing"})["scope"]


def test_planned_work_is_told_in_words() -> None:
    policy = load("maintenance: {words: In good time., window: At night.}")
    found = policy_ask(policy, {})["maintenance"]
    own = {"words": "In good time.", "window": "At night."}
    assert found == {"notify": True, "lead": None, "notice_by": None, **own}
    assert policy_ask(policy, {"work_at": TUE})["maintenance"] == found


def test_what_comes_from_the_shipped_file_is_marked() -> None:
    nothing = load("{}")
    days = ["close.reopen", "close.reopen_days"]
    assert policy_ask(nothing, {})["shipped"] == ["lines", "restart_on", *days]
    assert policy_due(nothing, {"received": TUE})["shipped"] == [
        "alarms.chat_waits",
        "alarms.warnings",
        *days,
    ]
    own = load("{lines: [{id: first}], restart_on: [], close: {reopen_days: 7}}")
    assert policy_ask(own, {})["shipped"] == []


def test_who_names_no_channel_is_promised_the_same_in_both_answers() -> None:
    policy = load("channels: [{id: mail}]\ntargets: [{channel: mail, first: 1h}]")
    asked = {"received": TUE}
    first = policy_due(policy, asked)["measures"]["first"]["due_at"]
    assert policy_ask(policy, asked)["promise"]["due_at"] == first == "2026-03-03T11:00:00+00:00"


def test_a_channels_requests_are_due_by_its_line() -> None:
    policy = load("""
policy: {timezone: Europe/Berlin}
calendars: {work: {mon-fri: ["09:00-17:00"]}}
lines: [{id: one}, {id: lab, calendar: work, from: one}]
channels: [{id: chat}, {id: ticket, line: lab}]
targets: [{line: lab, first: 4h, clock: line}, {first: 1h, clock: line}]
""")
    saturday = "2026-03-07T10:00"
    for channel, due_at in (
        ("chat", "2026-03-07T11:00:00+01:00"),
        ("ticket", "2026-03-09T13:00:00+01:00"),
    ):
        asked = {"received": saturday, "channel": channel}
        assert policy_due(policy, asked)["measures"]["first"]["due_at"] == due_at
        assert policy_ask(policy, asked)["promise"]["due_at"] == due_at


def test_a_file_without_channels_can_be_asked_about_one() -> None:
    told = policy_ask(load("{}"), {"channel": "chat"})
    assert (told["channels"], told["notes"]) == (
        {},
        ["the policy names no channels, so 'chat' changes nothing"],
    )


def test_what_nobody_wrote_is_called_a_default() -> None:
    keys = ["one_issue", "additions", "grouped", "kb_first"]
    assert policy_ask(load("{}"), {})["defaults"] == ["order", *(f"request.{k}" for k in keys)]
    own = load("{order: fifo, request: {kb_first: suggest, grouped: kept}}")
    assert policy_ask(own, {})["defaults"] == ["request.one_issue", "request.additions"]


def test_a_channel_without_a_line_leads_to_the_first() -> None:
    policy = load("{lines: [{id: desk}, {id: lab}], channels: [{id: mail}, {id: call, line: lab}]}")
    found = policy_ask(policy, {})["channels"]
    assert [found["mail"]["line"], found["call"]["line"]] == ["desk", "lab"]


def test_a_row_may_promise_no_time_for_further_answers() -> None:
    policy = load(
        "plans: [a, b]\ntargets: [{plan: a, first: 1h, next: none}, {first: 2h}, {next: 4h}]"
    )
    start = datetime(2026, 3, 3, 10, tzinfo=UTC)

    def hours(plan: str, again: bool) -> Any:
        found = due(policy, "next" if again else "first", start, Situation(plan=plan))
        return found and (found.at - start).total_seconds() / 3600

    assert [hours("a", False), hours("a", True)] == [1, None]
    assert [hours("b", False), hours("b", True)] == [2, 4]


def test_words_of_which_the_policy_says_nothing_get_the_nearest() -> None:
    policy = load(
        "{scope: {in: [hardware]}, identity: {only: {delete: login}},"
        " complaints: {within: {invoice: 1mo}}}"
    )
    asked = {"code": "hardwar", "act": "delet", "subject": "invoices", "topic": "hadware"}
    assert policy_ask(policy, asked)["notes"] == [
        f"the policy says nothing about the {kind} '{asked[kind]}'; did you mean {near}?"
        for kind, near in (
            ("code", "hardware"), ("topic", "hardware"), ("act", "delete"), ("subject", "invoice"),
        )
    ]  # fmt: skip


def test_a_price_is_asked_for_by_what_the_help_is_for() -> None:
    policy = load(
        "paid: [{for: consulting, price: 80 EUR}, {for: works, model: price_list,"
        " items: {move: 50 EUR}}, {for: hardware, price: 0 EUR}]"
    )
    told = policy_ask(policy, {"minutes": 60})
    assert told["price"] is None
    assert told["notes"] == [
        "no price fits; name what the help is for: consulting, works, hardware"
    ]
    assert policy_ask(policy, {"item": "move"})["price"]["amount"] == "50.00"
    with pytest.raises(GivenError, match="try move"):
        policy_ask(policy, {"item": "mov"})
    verdicts = [
        policy_ask(policy, {"code": code})["scope"]["verdict"]
        for code in ("consulting", "works", "hardware")
    ]
    assert verdicts == ["paid", "paid", "in"]

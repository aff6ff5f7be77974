"""What is refused promises nothing and says why; scope, hours and due times tell one story."""

from typing import Any

import pytest

from firstline.policy import Policy, load, policy_ask, policy_due

HEAD = """
policy: {timezone: Europe/Berlin}
calendars: {day: {every-day: ["07:00-22:00"]}, office: {mon-fri: ["09:00-18:00"]}}
topics: [outage, web, billing]
targets: [{first: 1h, next: 2h, ack: 10m, fix: 8h}]
"""
MONDAY, NIGHT, SATURDAY = "2026-03-02T10:00", "2026-03-02T23:30", "2026-03-07T10:00"
PROMISES = ("ack", "first", "next", "fix")


def policy(rules: str) -> Policy:
    return load(HEAD + rules)


def times(rules: str, **given: Any) -> list[str | None]:
    """The times promised, which `ask` and `due` give alike."""
    due = policy_due(policy(rules), {"received": MONDAY, **given})
    ask = policy_ask(policy(rules), {"received": MONDAY, **given})
    found = [due["measures"][name] and due["measures"][name]["due_at"] for name in PROMISES]
    assert (ask["promise"] and ask["promise"]["due_at"]) == found[1]
    assert due["refused"] == ask["refused"]
    return found


LEVELS = "priorities: {levels: [critical, normal], default: normal, by_topic: {outage: critical}}\n"
PLANS = "plans: {free: {}, gold: {}, none: {support: false}, old: {ends: 2026-01-31}}\n"


@pytest.mark.parametrize(
    ("rules", "given", "code"),
    [
        ("channels: [{id: mail, plans: gold}]\n" + PLANS, {"plan": "free"}, "other-plan"),
        ("channels: [{id: mail, plans: gold}]\n" + PLANS, {"plan": ""}, "other-plan"),
        ("channels: [{id: mail, status: refused}]", {"channel": "mail"}, "channel-refused"),
        ("channels: [{id: mail, calendar: day, outside_hours: refuse}]", {"received": NIGHT},
         "channel-closed"),
        ("channels: [{id: phone, calendar: office}]", {"received": SATURDAY}, "channel-closed"),
        ("channels: [{id: sos, status: emergency_only}]\n" + LEVELS,
         {"channel": "sos", "topic": "web"}, "emergencies-only"),
        ("channels: [{id: mail, covers: billing}]", {"topic": "web"}, "beyond-channel"),
        ("channels: [{id: mail, never: web}]", {"topic": "web"}, "beyond-channel"),
        ("channels: [{id: mail, countries: DE}]", {"country": "FR"}, "other-country"),
        ("channels: [{id: mail, languages: de}]", {"language": "en"}, "other-language"),
        ("channels: [{id: mail}]", {"down": ["mail"]}, "channel-down"),
        ("channels: [{id: mail}]\nscope: {in: outage, out: web}", {"topic": "web"}, "out-of-scope"),
        ("channels: [{id: mail}]\n" + PLANS, {"plan": "none"}, "no-support"),
        ("channels: [{id: mail}]\n" + PLANS, {"plan": "old"}, "no-support"),
        ("channels: [{id: mail}]\nidentity: {who: owner}", {"contact": "contacts"}, "who-may-ask"),
        ("channels: [{id: mail}]\nidentity: {never: resellers}", {"requester": "resellers"},
         "who-may-ask"),
    ],
)  # fmt: skip
def test_what_is_refused_promises_nothing_and_says_why(
    rules: str, given: dict[str, Any], code: str
) -> None:
    assert times(rules, **given) == [None] * 4
    due = policy_due(policy(rules), {"received": MONDAY, **given})
    assert due["refused"]["code"] == code
    assert [note for note in due["notes"] if note.startswith(due["refused"]["reason"])]
    assert due["measures"]["delay"] is None
    assert due["alarms"] == []


@pytest.mark.parametrize(
    ("rules", "given"),
    [
        ("channels: [{id: mail, plans: gold}]\n" + PLANS, {"plan": "gold"}),
        ("channels: [{id: mail, plans: gold}]\n" + PLANS, {}),
        ("channels: [{id: mail, calendar: day, outside_hours: refuse}]", {}),
        ("channels: [{id: sos, status: emergency_only}]\n" + LEVELS,
         {"channel": "sos", "topic": "outage"}),
        ("channels: [{id: sos, status: emergency_only, priority: critical}]\n" + LEVELS,
         {"channel": "sos", "topic": "web"}),
        ("channels: [{id: mail, covers: billing}]", {"topic": "billing"}),
        ("channels: [{id: mail, opened_by: staff}]", {"channel": "mail"}),
        ("channels: [{id: mail}]\nidentity: {who: [owner, contacts]}", {"contact": "contacts"}),
        ("channels: [{id: mail}]\nidentity: {who: owner}", {"requester": "client"}),
    ],
)  # fmt: skip
def test_what_is_taken_is_promised(rules: str, given: dict[str, Any]) -> None:
    assert None not in times(rules, **given)


def test_a_reason_is_told_in_the_language_of_the_question() -> None:
    rules = "channels: [{id: phone, calendar: office, title: {en: Phone, uk: Телефон}}]"
    found = [
        policy_due(policy(rules), {"received": SATURDAY, "language": lang})["refused"]["reason"]
        for lang in ("en", "uk", "ru")
    ]
    assert found == [
        "It is closed now: Phone. It opens: 9 March 2026, 09:00.",
        "Зараз не працює: Телефон. Відкриється: 9 березня 2026 року, 09:00.",
        "Сейчас не работает: Phone. Откроется: 9 марта 2026 года, 09:00.",
    ]


COMPLAINTS = """
channels: [{id: mail}, {id: letter}, {id: fax, status: refused}]
complaints: {channels: [letter, fax], stages: [{ack: 1d, reply: 3d}]}
"""


@pytest.mark.parametrize(
    ("channel", "taken"), [(None, True), ("letter", True), ("mail", False), ("fax", False)]
)
def test_complaint_times_are_those_of_the_channels_complaints_come_by(
    channel: str | None, taken: bool
) -> None:
    given = {"received": MONDAY, "channel": channel}
    due, ask = (asked(policy(COMPLAINTS), given) for asked in (policy_due, policy_ask))
    found = [due["measures"][name] is not None for name in ("complaint.1", "complaint.1.ack")]
    assert found == [taken, taken]
    assert (ask["complaint"]["stages"][0]["reply_by"] is not None) == taken
    assert (ask["complaint"]["refused"] is None) == taken
    if channel == "mail":
        assert "Complaints are not taken here: Mail. Use this instead: Letter, Fax." in due["notes"]


HOURLY = """
channels: [{id: ticket, calendar: day}]
scope: {in: [outage, web], when: {calendar: not day, in: outage}}
"""


@pytest.mark.parametrize("clock", ["always", "channel"])
@pytest.mark.parametrize(
    ("topic", "received", "due_at"),
    [
        ("outage", NIGHT, "2026-03-03T00:30:00+01:00"),
        ("web", NIGHT, None),
        ("outage", MONDAY, "2026-03-02T11:00:00+01:00"),
        ("web", MONDAY, "2026-03-02T11:00:00+01:00"),
    ],
)
def test_scope_hours_and_due_time_tell_one_story(
    topic: str, received: str, due_at: str | None, clock: str
) -> None:
    made = load((HEAD + HOURLY).replace("fix: 8h}", f"fix: 8h, clock: {clock}}}"))
    asked = {"received": received, "topic": topic}
    ask, due = policy_ask(made, asked), policy_due(made, asked)
    first, channel = due["measures"]["first"], ask["channels"]["ticket"]
    assert (first and first["due_at"]) == due_at
    assert ask["scope"]["verdict"] == ("in" if due_at else "later")
    assert channel["open"] is (due_at is not None)
    assert ("note" in channel) is (due_at is None)
    if due_at is None:
        assert ask["refused"]["code"] == "out-of-scope"
        assert ask["scope"]["from"] == channel["opens_at"] == "2026-03-03T07:00:00+01:00"


def test_hours_of_the_scope_are_added_to_those_of_a_channel() -> None:
    made = load("""
policy: {timezone: Europe/Berlin}
calendars: {day: {every-day: ["07:00-20:00"]}, late: {sat: ["18:00-26:00"]}}
topics: [outage, web]
channels: [{id: ticket, calendar: day}]
scope: {in: [outage, web], when: [{calendar: day, in: [outage, web]}, {calendar: late, in: outage}]}
targets: [{first: 8h, clock: channel}]
""")
    for topic, due_at in (
        ("outage", "2026-03-08T01:00:00+01:00"),
        ("web", "2026-03-08T12:00:00+01:00"),
    ):
        due = policy_due(made, {"received": "2026-03-07T17:00", "topic": topic})
        assert due["measures"]["first"]["due_at"] == due_at
    closes = policy_ask(made, {"received": "2026-03-07T17:00", "topic": "outage"})["channels"]
    assert closes["ticket"]["closes_at"] == "2026-03-08T02:00:00+01:00"


@pytest.mark.parametrize(
    ("channel", "taken"),
    [
        ("phone", False), ("phone_us", False), ("hotline", False), ("call", False),
        ("chat", False), ("live-chat", False),
        ("mail", True), ("ticket", True), ("panel", True), ("recall-form", True),
        ("phone, outside_hours: accept", True), ("chat, becomes: ticket", True),
        ("mail, outside_hours: refuse", False),
    ],
)  # fmt: skip
def test_nobody_records_a_telephone_or_a_live_chat_outside_its_hours(
    channel: str, taken: bool
) -> None:
    made, name = policy(f"channels: [{{id: {channel}, calendar: office}}]"), channel.split(",")[0]
    found = policy_ask(made, {"received": SATURDAY})["channels"][name]
    assert (found["open"], found["usable"], "note" in found) == (False, taken, taken)
    assert policy_ask(made, {"received": MONDAY})["channels"][name]["usable"]


def test_the_desks_doors_stand_for_no_telephone() -> None:
    made = policy("channels: [{id: phone, calendar: office}, {id: mail, line: lab}]\n"
                  "lines: [{id: one}, {id: lab}]")  # fmt: skip
    assert made.entry_line("api", None) == "lab"
    assert policy_due(made, {"received": SATURDAY})["refused"] is None

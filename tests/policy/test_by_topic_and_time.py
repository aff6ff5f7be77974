"""Channels that are different for some topics, or for a time: one answer in ask, in due and on the
page.
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from firstline.policy import check, clauses, load, policy_ask, policy_due

FILE = """
policy: {timezone: Europe/Berlin, languages: [en, uk, ru]}
calendars:
  office: {mon-fri: ["09:00-17:00"]}
  long: {every-day: ["08:00-25:00"]}
  short: {mon-fri: ["12:00-14:00"]}
topics: {web: {en: Web}, billing: {en: Invoices}}
plans: [gold, basic]
priorities: {levels: [high, low]}
channels:
  - {id: chat, calendar: 24x7, variants: [{topic: billing, calendar: office}]}
  - id: ticket
    calendar: long
    variants:
      - {from: 2026-12-21, to: 2026-12-31, calendar: short, status: advisory}
      - {from: 2027-01-10, plan: gold, languages: [uk]}
  - {id: fax, calendar: office, from: 2026-06-01, to: 2026-06-30, fallback: chat}
targets: [{first: 2h, clock: channel}]
"""


def ask(channel: str, received: str, **given: str) -> dict[str, Any]:
    asked = {"channel": channel, "received": received, **given}
    return policy_ask(load(FILE), asked)["channels"][channel]


def due(channel: str, received: str, **given: str) -> str | None:
    asked = {"channel": channel, "received": received, **given}
    found = policy_due(load(FILE), asked)["measures"]["first"]
    return found and found["due_at"]


def test_a_channel_keeps_other_hours_for_some_topics() -> None:
    night = "2026-03-03T20:00"
    assert ask("chat", night, topic="web")["usable"]
    billing = ask("chat", night, topic="billing")
    assert (billing["usable"], billing["opens_at"]) == (False, "2026-03-04T09:00:00+01:00")
    assert billing["why"] == [
        "Invoices is not dealt with here at this hour: Online chat. It opens: 4 March 2026, 09:00."
    ]
    assert due("chat", night, topic="web") == "2026-03-03T22:00:00+01:00"
    assert due("chat", night, topic="billing") is None
    assert due("chat", "2026-03-03T16:00", topic="billing") == "2026-03-04T10:00:00+01:00"


@pytest.mark.parametrize(
    ("received", "opens", "closes", "answer"),
    [
        # Before: the old hours, up to the day on which the new ones begin.
        ("2026-12-19T23:30", None, "2026-12-20T01:00:00+01:00", "2026-12-20T08:30:00+01:00"),
        ("2026-12-20T23:30", None, "2026-12-21T00:00:00+01:00", "2026-12-21T13:30:00+01:00"),
        # Within: the new hours alone.
        ("2026-12-21T15:00", "2026-12-22T12:00:00+01:00", None, "2026-12-22T14:00:00+01:00"),
        # The old hours of 31 December go on from midnight until one, and again from eight on.
        ("2026-12-31T13:30", None, "2026-12-31T14:00:00+01:00", "2027-01-01T08:30:00+01:00"),
    ],
)  # fmt: skip
def test_hours_that_hold_for_a_time_are_counted_on_both_sides_of_its_ends(
    received: str, opens: str | None, closes: str | None, answer: str
) -> None:
    found = ask("ticket", received)
    assert (found["opens_at"], found["closes_at"]) == (opens, closes)
    assert due("ticket", received) == answer


def test_a_status_that_holds_for_a_time_ends_with_it() -> None:
    days = ("2026-12-20T12:30", "2026-12-21T12:30", "2026-12-31T12:30", "2027-01-01T12:30")
    assert [ask("ticket", day)["status"] for day in days] == [
        "official", "advisory", "advisory", "official",
    ]  # fmt: skip


def test_a_row_remembers_no_hours_that_are_over() -> None:
    policy = load(FILE)
    asked = [
        {"channel": "ticket", "received": day} for day in ("2026-12-21T12:30", "2026-03-02T12:30")
    ]
    both = [policy_due(policy, one)["measures"]["first"]["due_at"] for one in (*asked, asked[0])]
    assert both == [
        "2026-12-22T12:30:00+01:00", "2026-03-02T14:30:00+01:00", "2026-12-22T12:30:00+01:00",
    ]  # fmt: skip


def test_a_channel_that_is_there_for_a_time_is_refused_before_and_after() -> None:
    early, inside, late = (ask("fax", f"2026-{day}T13:00") for day in ("05-29", "06-30", "07-01"))
    assert (early["usable"], inside["usable"], late["usable"]) == (False, True, False)
    way = "Use this instead: Online chat."
    assert early["why"] == [f"It may be used from 1 June 2026 on: Fax. {way}"]
    assert late["why"] == [f"It may be used until 30 June 2026: Fax. {way}"]
    assert late["refer_to"] == "chat"
    assert due("fax", "2026-07-01T13:00") is None
    assert due("fax", "2026-06-30T13:00") == "2026-06-30T15:00:00+02:00"


def test_requests_begin_in_a_channel_that_lasts() -> None:
    text = (
        "channels: [{id: fair, to: 2026-06-30, calendar: 24x7}, {id: mail}]\ntargets: [{first: 1h}]"
    )
    found = policy_due(load(text), {"received": "2026-07-01T10:00Z"})
    assert (found["refused"], found["measures"]["first"] is None) == (None, False)


@pytest.mark.parametrize(
    ("lang", "topic", "time", "days"),
    [
        ("en", "Topic", "21–31 December 2026", "Mon–Fri"),
        ("uk", "Тема", "21–31 грудня 2026 року", "пн–пт"),
        ("ru", "Тема", "21–31 декабря 2026 года", "пн–пт"),
    ],
)
def test_the_page_tells_them_in_three_languages(
    lang: str, topic: str, time: str, days: str
) -> None:
    words = {clause.id: clause.words for clause in clauses(load(FILE), lang)}
    assert f"{topic}: Invoices — {days} 09:00–17:00." in words["channel.chat"]
    assert f"{time} — {days} 12:00–14:00." in words["channel.ticket"]
    assert "()" not in "".join(clause.title for clause in clauses(load(FILE), lang))
    assert "from" not in words["channel.fax"] or lang == "en"


def test_the_page_leaves_out_what_is_over() -> None:
    after = datetime(2027, 2, 1, tzinfo=UTC)
    words = {clause.id: clause.words for clause in clauses(load(FILE), "en", after)}
    assert "channel.fax" not in words
    assert "21–31 December" not in words["channel.ticket"]
    assert "plan Gold, from 10 January 2027 — Ukrainian".lower() in words["channel.ticket"].lower()


def test_slips_in_them_are_found() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    found = check(FILE.replace("topic: billing", "topic: biling"), now)
    assert ["did you mean billing" in one.message for one in found if one.severity == "error"] == [
        True
    ]
    found = check(FILE.replace("2026-12-21", "2027-12-21"), now)
    assert "it ends (2026-12-31) before it begins (2027-12-21)" in found[0].message

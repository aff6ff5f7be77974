"""`not NAME` is all hours in which a calendar is closed, wherever a calendar may stand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.policy import Policy, check, load, page, policy_ask, policy_due

HEAD = """
policy: {timezone: Europe/Berlin, languages: [en, uk, ru]}
calendars:
  work: {mon-fri: [09:00-12:00, 13:00-18:00], holidays: de}
  late: {every-day: 20:00-28:00, sat: closed}
  exceptions: [{calendar: work, from: 2026-03-04, to: 2026-03-04, closed: true}]
lines: [{id: first, calendar: not work}, {id: second, from: first, on_call: not late}]
plans: {gold: {calendar: not late}}
channels:
  - {id: sos, calendar: not work, variants: [{plan: gold, calendar: not late}], outside_hours: refuse}
"""  # noqa: E501 - a policy file
POLICY = load(HEAD)
START = datetime(2026, 1, 1, tzinfo=UTC)


@given(st.integers(min_value=0, max_value=500 * 1440), st.sampled_from(["work", "late"]))
def test_at_each_moment_either_a_calendar_or_the_other_hours_are_open(
    minute: int, name: str
) -> None:
    at, plain, other = START + timedelta(minutes=minute), *calendars(POLICY, name)
    assert plain.is_open(at) is not other.is_open(at)
    if plain.is_open(at):
        assert other.opens_at(at) == plain.closes_at(at)
    else:
        assert other.closes_at(at) == plain.opens_at(at)


def calendars(policy: Policy, name: str) -> tuple[Any, Any]:
    return policy.calendars[name], policy.calendars[f"not {name}"]


@pytest.mark.parametrize(
    ("rule", "measure", "due_at"),
    [
        ("targets: [{first: 4h, clock: not work}]", "first", "2026-03-02T21:00:00+01:00"),
        ("targets: [{first: 2bh, clock: line}]", "first", "2026-03-02T19:00:00+01:00"),
        ("targets: [{plan: gold, first: 14h, clock: plan}]", "first", "2026-03-03T08:00:00+01:00"),
        ("targets: [{channel: sos, first: 2h, clock: channel}]", "first",
         "2026-03-02T19:00:00+01:00"),
        ("close: {close: 3h, clock: not work}", "close", "2026-03-02T20:00:00+01:00"),
        ("provision: {within: 3h, clock: not work}", "provision", "2026-03-02T20:00:00+01:00"),
        ("complaints: {calendar: not work, stages: [{id: a, reply: 2bh}]}", "complaint.a",
         "2026-03-02T19:00:00+01:00"),
    ],
)  # fmt: skip
def test_other_hours_are_counted_wherever_a_calendar_is(
    rule: str, measure: str, due_at: str
) -> None:
    text = HEAD.replace("outside_hours: refuse", "outside_hours: accept") + rule
    asked = {"received": "2026-03-02T10:00", "plan": "gold" if "gold" in rule else None}
    found = policy_due(load(text), asked)["measures"][measure]
    assert found["due_at"] == due_at
    assert sum(step["minutes"] for step in found["steps"]) in (120, 180, 240, 14 * 60)


def test_a_door_of_the_other_hours_is_open_when_the_office_is_not() -> None:
    for received, usable in (("2026-03-02T10:00", False), ("2026-03-02T12:30", True),
                             ("2026-03-04T10:00", True), ("2026-04-03T10:00", True)):  # fmt: skip
        found = policy_ask(POLICY, {"channel": "sos", "received": received})
        assert found["channels"]["sos"]["usable"] is usable, received
        assert set(found["calendars"]) == {"work", "late"}


def test_the_page_says_which_hours_are_meant() -> None:
    words = "\n".join(
        clause["words"] for part in page(POLICY, "en")["sections"] for clause in part["clauses"]
    )
    assert "Hours: outside Mon–Fri 09:00–12:00, 13:00–18:00" in words
    for lang, outside in (("uk", "поза"), ("ru", "вне")):
        assert outside in str(page(POLICY, lang)), lang
    assert set(page(POLICY, "en")["calendars"]) == {"always", "work", "late"}


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("targets: [{first: 1h, clock: not channel}]", "the clock 'not channel' is none"),
        ("targets: [{first: 1h, clock: not wrok}]",
         "the clock 'wrok' is not defined; did you mean work?"),
        ("exceptions: [{calendar: not work, from: 2090-01-01, to: 2090-01-01, closed: true}]",
         "the calendar 'not work' is none"),
    ],
)  # fmt: skip
def test_not_stands_before_a_calendar_only(rule: str, message: str) -> None:
    head = "policy: {timezone: Europe/Berlin}\ncalendars: {work: {mon-fri: 09:00-18:00}}\n"
    found = [one.message for one in check(head + rule, now=START) if one.code == "unknown-calendar"]
    assert len(found) == 1
    assert found[0].startswith(message)

"""What holds at the moment asked about: plans, versions, days of calendars, hours of lines."""

from typing import Any

import pytest

from firstline.policy import load, policy_ask, policy_due

FILE = """
policy: {version: 4, effective: 2026-03-01, timezone: Europe/Berlin}
calendars:
  work: {mon-fri: 09:00-18:00, holidays: {country: DE, add: [2026-03-04]}}
  night: {every-day: 22:00-30:00}
lines: [{id: first}, {id: second, from: first, calendar: work}]
plans: {old: {ends: 2026-03-10, then: gold}, older: {ends: "2026-03-10T12:00"}, none: {support: false}, gold: {}}
targets: [{first: 1h}]
"""  # noqa: E501 - a policy file


def ask(**given: Any) -> dict[str, Any]:
    return policy_ask(load(FILE), given)


@pytest.mark.parametrize(
    ("plan", "received", "reason"),
    [
        ("old", "2026-03-10T23:59", None),
        (
            "old",
            "2026-03-11T00:00",
            "The plan Old ended on 10 March 2026; now it is the plan Gold.",
        ),
        ("older", "2026-03-10T11:59", None),
        ("older", "2026-03-10T12:00", "The plan Older ended on 10 March 2026, 12:00."),
        ("none", "2026-03-10T12:00", "The plan None has no support."),
        ("gold", "2026-03-10T12:00", None),
        ("old", None, None),
    ],
)
def test_a_plan_that_ended_says_when_and_what_takes_its_place(
    plan: str, received: str | None, reason: str | None
) -> None:
    asked = ask(plan=plan, received=received)
    assert asked["support"] is (reason is None)
    assert (asked["refused"] and asked["refused"]["reason"]) == reason
    if received:
        due = policy_due(load(FILE), {"plan": plan, "received": received})
        assert (due["measures"]["first"] is None) is (reason is not None)
        assert [note for note in due["notes"] if "plan" in note] == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("received", "in_force"),
    [("2026-02-28T23:59", False), ("2026-03-01T00:00", True), ("2031-01-01T00:00", True)],
)
def test_a_question_before_the_version_holds_is_told_so(received: str, in_force: bool) -> None:
    note = "version 4 holds from 2026-03-01, later than the moment asked about"
    for answer in (ask(received=received), policy_due(load(FILE), {"received": received})):
        assert answer["policy"]["effective"] == "2026-03-01"
        assert answer["policy"]["in_force"] is in_force
        assert (note in answer["notes"]) is not in_force
    assert ask()["policy"]["in_force"] is None
    assert policy_ask(load("{}"), {"received": received})["policy"]["in_force"] is None


@pytest.mark.parametrize(
    ("received", "worked", "holiday", "opened", "opens"),
    [
        ("2026-03-03T10:00", True, None, True, None),
        ("2026-03-03T20:00", True, None, False, "2026-03-05T09:00:00+01:00"),
        ("2026-03-04T10:00", False, "", False, "2026-03-05T09:00:00+01:00"),
        ("2026-03-07T10:00", False, None, False, "2026-03-09T09:00:00+01:00"),
        ("2026-05-01T10:00", False, "Labor Day", False, "2026-05-04T09:00:00+02:00"),
    ],
)
def test_each_calendar_says_whether_the_day_is_worked_and_when_it_opens(
    received: str, worked: bool, holiday: str | None, opened: bool, opens: str | None
) -> None:
    found = ask(received=received)
    work = found["calendars"]["work"]
    assert (work["working_day"], work["holiday"]) == (worked, holiday)
    assert (work["open"], work["opens_at"]) == (opened, opens)
    line = found["lines"]["second"]
    assert (line["open"], line["opens_at"], line["closes_at"]) == (
        work["open"], work["opens_at"], work["closes_at"],
    )  # fmt: skip
    assert set(found["calendars"]) == {"work", "night"}
    assert "calendars" not in ask()

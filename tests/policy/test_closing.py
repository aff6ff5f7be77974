"""Closing, reopening and complaints: what is counted, and from when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from firstline.policy import GivenError, PolicyError, load, policy_ask, policy_due
from firstline.policy.rules.closing import may_reopen

HEAD = "policy: {timezone: Europe/Berlin, business: work}\n"
HEAD += "calendars: {work: {mon-fri: 09:00-17:00}}\n"
MONDAY = "2026-03-02T10:00"


def measures(text: str, **given: Any) -> dict[str, Any]:
    found = policy_due(load(HEAD + text), {"received": MONDAY, **given})["measures"]
    return {name: item and item["due_at"] for name, item in found.items()}


def test_a_request_reopens_for_so_long_after_its_closing() -> None:
    rule = "close: {close: 30d, reopen: reply}"
    assert measures(rule)["reopen"] == "2026-04-15T10:00:00+02:00", "30 days and the shipped 14"
    assert measures(rule, closed="2026-03-10T12:00")["reopen"] == "2026-03-24T12:00:00+01:00"
    steps = "close: {resolve: 2d, close: 1d, reopen_days: 7}"
    assert measures(steps)["reopen"] == "2026-03-12T10:00:00+01:00"


def test_what_nobody_closes_has_no_last_day_until_somebody_says_when() -> None:
    rule = "close: {reopen_days: 7}"
    assert measures(rule)["reopen"] is None
    assert measures(rule, closed=MONDAY)["reopen"] == "2026-03-09T10:00:00+01:00"


@pytest.mark.parametrize(
    ("rule", "limit"),
    [
        ("close: {close: 30d, reopen: reply}", ("14d", True)),
        ("{}", ("14d", True)),
        ("close: {reopen_days: 3}", ("3d", False)),
        ("close: {reopen_days: unlimited}", ("unlimited", False)),
        ("close: {reopen_days: never}", ("unlimited", False)),
        ("close: {reopen: new_request}", None),
        ("close: {reopen_days: 0}", None),
        ("request: {after_closing: new_request}", None),
    ],
)
def test_the_limit_in_force_is_told_also_where_it_is_the_shipped_one(
    rule: str, limit: tuple[str, bool] | None
) -> None:
    told = policy_ask(load(rule), {})["reopening"]
    assert (told and (told["within"], told["shipped"])) == limit
    due = policy_due(load(rule), {"received": MONDAY})
    assert ("close.reopen_days" in due["shipped"]) == (limit == ("14d", True))


def test_without_limit_a_request_reopens_after_years() -> None:
    closed = datetime(2026, 3, 2, tzinfo=UTC)
    later = closed + timedelta(days=9000)
    assert may_reopen(load("close: {reopen_days: unlimited}"), closed, later)
    assert not may_reopen(load("close: {reopen_days: 3000}"), closed, later)
    assert not may_reopen(load("close: {reopen: new_request}"), closed, closed)
    assert measures("close: {close: 1d, reopen_days: unlimited}")["reopen"] is None


@pytest.mark.parametrize("value", ["-1", "4000", "soon", "true", "1.5"])
def test_days_of_reopening_are_a_number_or_without_limit(value: str) -> None:
    with pytest.raises(PolicyError, match="days; write one from 0 to 3650, or unlimited"):
        load(f"close: {{reopen_days: {value}}}")


def test_a_proof_that_never_ends_is_good_at_any_age() -> None:
    old = {"proof": "pin", "act": "restart", "proof_age": "20y"}
    for valid, enough in (("unlimited", True), ("24h", False)):
        policy = load(f"identity: {{pin: {{valid: {valid}}}}}")
        assert policy_ask(policy, old)["identity"]["enough"] is enough
    with pytest.raises(PolicyError, match="or unlimited where it never ends"):
        load("identity: {pin: {valid: 24}}")


STAGES = """
complaints:
  calendar: work
  stages:
    - {id: one, reply: 2bd, force: target}
    - {id: two, ack: 1bd, reply: 3bd}
    - {id: three, reply: 1w}
"""


def test_a_stage_counts_from_when_the_client_turned_to_it() -> None:
    plain = measures(STAGES)
    assert plain["complaint.two"] == "2026-03-09T17:00:00+01:00"
    turned = measures(STAGES, escalated=["2026-03-12T11:00"])
    assert turned["complaint.one"] == plain["complaint.one"]
    assert turned["complaint.two.ack"] == "2026-03-13T17:00:00+01:00"
    assert turned["complaint.two"] == "2026-03-17T17:00:00+01:00"
    assert turned["complaint.three"] == "2026-03-24T17:00:00+01:00"
    twice = measures(STAGES, escalated=["2026-03-12T11:00", "2026-04-01T08:00"])
    assert twice["complaint.three"] == "2026-04-08T08:00:00+02:00"
    asked = policy_ask(
        load(HEAD + STAGES), {"received": MONDAY, "escalated": ["2026-03-12T11:00"]}
    )["complaint"]["stages"]
    assert [stage["reply_by"] for stage in asked] == [
        turned[f"complaint.{name}"] for name in ("one", "two", "three")
    ]
    assert [stage["force"] for stage in asked] == ["target", "max", "max"]


def test_a_stage_turned_to_is_counted_where_the_one_before_never_ends() -> None:
    never = """
complaints: {calendar: night, stages: [{reply: 3bd}, {reply: 1w}]}
"""
    file = HEAD.replace("}}\n", "}, night: {mon-fri: closed}}\n") + never
    given = {"received": MONDAY, "escalated": ["2026-03-12T11:00"]}
    found = policy_due(load(file), given)["measures"]
    assert found["complaint.1"] is None
    assert found["complaint.2"]["due_at"] == "2026-03-19T11:00:00+01:00"


@pytest.mark.parametrize(
    ("escalated", "slip"),
    [
        ("2026-03-12", "must be a list"),
        (["2026-03-12T11:00", "2026-03-11T11:00"], "in their order"),
        (["soon"], "escalated: 'soon' is not a time"),
    ],
)
def test_times_of_escalation_are_read_strictly(escalated: object, slip: str) -> None:
    with pytest.raises(GivenError, match=slip):
        policy_ask(load(HEAD + STAGES), {"received": MONDAY, "escalated": escalated})

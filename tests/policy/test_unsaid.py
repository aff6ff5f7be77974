"""What a question says, and what it leaves unsaid, are told apart; slips in it get the nearest."""

from datetime import UTC, datetime

import pytest

from firstline.policy import GivenError, check, load, policy_ask, policy_due

NUMBERED = """
complaints: {must: [request_number, essence], without_number: refuse, stages: [{reply: 3d}]}
"""


def test_a_complaint_that_says_it_holds_nothing_is_refused_for_want_of_a_number() -> None:
    policy = load(NUMBERED)
    asked = {"received": "2026-03-03T10:00Z"}
    refused = [
        policy_ask(policy, {**asked, **given})["complaint"]["refused"]
        for given in ({}, {"has": []}, {"has": ["essence"]}, {"has": ["request_number"]})
    ]
    sentence = "A complaint without the number of a request is not considered."
    assert refused == [None, sentence, sentence, None]
    assert policy_due(policy, {**asked, "has": []})["measures"]["complaint.1"] is None


@pytest.mark.parametrize("lines", ["", "lines: [{id: first}, {id: lab}]"])
def test_a_slip_in_the_name_of_a_line_gets_the_nearest(lines: str) -> None:
    with pytest.raises(GivenError, match=r"no line 'frist'; did you mean first\?"):
        policy_ask(load(lines or "{}"), {"line": "frist"})


def test_a_proof_that_nothing_speaks_of_gets_the_nearest() -> None:
    policy = load("identity: {only: {delete: [contact_address]}}")
    notes = policy_ask(policy, {"proof": "contact_adress", "act": "delete"})["notes"]
    meant = (
        "the policy says nothing about the proof 'contact_adress'; did you mean contact_address?"
    )
    assert notes == [meant]
    assert not policy_ask(policy, {"proof": "login", "act": "delete"})["notes"]


def test_a_price_without_an_id_is_named_by_its_number() -> None:
    policy = load("paid: [{for: move, price: 5 EUR}, {price: 60 EUR}]\nscope: {in: [move]}")
    assert policy_ask(policy, {"minutes": 60})["price"]["rule"] == "paid.1"
    assert policy_ask(policy, {"code": "move"})["scope"]["price"]["rule"] == "paid.0"


SAME_DAY = """
policy: {timezone: Europe/Berlin}
calendars: {work: {mon-fri: ["09:00-17:00"], holidays: {add: [03-04]}}}
targets: [{first: same_business_day, next: next_business_day, clock: work}]
"""


@pytest.mark.parametrize(
    ("received", "same", "after"),
    [
        # On a working day before it opens, within its hours, after they have ended.
        ("2026-03-06T07:00", "2026-03-06T17:00", "2026-03-09T17:00"),
        ("2026-03-06T16:00", "2026-03-06T17:00", "2026-03-09T17:00"),
        ("2026-03-06T17:00", "2026-03-09T17:00", "2026-03-09T17:00"),
        # On a day that is not worked: a Saturday, a Sunday, a holiday.
        ("2026-03-07T10:00", "2026-03-09T17:00", "2026-03-09T17:00"),
        ("2026-03-08T23:00", "2026-03-09T17:00", "2026-03-09T17:00"),
        ("2026-03-04T10:00", "2026-03-05T17:00", "2026-03-05T17:00"),
    ],
)
def test_what_comes_on_a_closed_day_counts_as_coming_on_the_next_that_opens(
    received: str, same: str, after: str
) -> None:
    found = policy_due(load(SAME_DAY), {"received": received})["measures"]
    assert found["first"]["due_at"].startswith(same)
    assert found["next"]["due_at"].startswith(after)


def test_a_plan_that_has_ended_is_found_wherever_it_is_named() -> None:
    text = """
plans: {old: {ends: 2025-06-30, then: new}, new: {}}
channels: [{id: mail, plans: [old, new], variants: [{plan: old, status: advisory}]}]
targets: [{plan: old, first: 1h}]
paid: [{plan: [new, old], price: 5 EUR}]
"""
    found = check(text, datetime(2026, 1, 1, tzinfo=UTC))
    named = [one for one in found if "is named here" in one.message]
    assert sorted({(one.code, one.line) for one in named}) == [
        ("plan-ended", 3), ("plan-ended", 4), ("plan-ended", 5),
    ]  # fmt: skip
    assert len(named) == 4
    assert not [
        o for o in check(text, datetime(2025, 6, 30, tzinfo=UTC)) if "named here" in o.message
    ]

"""What shuts a way in promises nothing; what is promised is for whoever may come."""

from typing import Any

import pytest

from firstline.policy import load, policy_ask, policy_due
from firstline.policy.rules.situation import GivenError

SATURDAY, MONDAY = "2026-11-28T10:00:00+01:00", "2026-11-30T10:00:00+01:00"
POLICY = """
policy: {timezone: Europe/Berlin}
calendars: {office: {mon-fri: 09:00-18:00}}
plans: [basic, gold]
topics: [outage, web, tuning]
priorities: {levels: [critical, normal], default: normal}
scope: {in: [web], out: [design], by_plan: {gold: {in: [tuning]}},
  when: [{calendar: not office, out: web}]}
identity: {who: [owner], never: [strangers]}
channels:
  - {id: mail}
  - {id: phone, calendar: office, outside: "We sleep."}
  - {id: via, reached_through: phone}
  - {id: deep, reached_through: via}
  - {id: late, opens_after: 4h}
  - {id: sos, status: emergency_only}
  - {id: forum, status: self_help}
  - {id: wiki, status: self_help}
  - {id: form, calendar: office, outside_hours: refuse, best_effort: not office}
  - {id: ticket, calendar: office, opened_by: staff, reached_through: phone}
  - {id: mailbox, calendar: office}
  - {id: fax, status: refused}
complaints: {channels: mail, must: [essence, request_number], without_number: refuse,
  stages: [{id: one, reply: 3d}, {id: two, reply: 3d}]}
targets:
  - {channel: wiki, first: 3h}
  - {priority: critical, first: 1h}
  - {first: 8h}
paid:
  - {for: tuning, plan: gold, price: 60 EUR}
  - {for: list, model: price_list, fixed: 5 EUR, items: {cert: 9.90 USD, move: 50 EUR}}
"""


ON_MONDAY = "It is dealt with from 30 November 2026, 09:00 on."


def _due(**given: Any) -> dict[str, Any]:
    return policy_due(load(POLICY), {"received": MONDAY, **given})


def _first(**given: Any) -> str | None:
    found = _due(**given)["measures"]["first"]
    return found and found["due_at"]


@pytest.mark.parametrize("channel", ["via", "deep"])
def test_a_channel_behind_a_closed_one_is_closed(channel: str) -> None:
    """With the reason of that one, at any depth; it is open when that one is."""
    assert _due(channel=channel, received=SATURDAY)["refused"]["reason"] == "We sleep."
    assert _first(channel=channel, received=SATURDAY) is None
    assert _first(channel=channel)
    assert _due(channel=channel, down=["phone"])["refused"]["code"] == "channel-down"


def test_what_the_staff_opens_is_promised_whatever_is_closed() -> None:
    assert _first(channel="ticket", received=SATURDAY)


@pytest.mark.parametrize(("age", "promised"), [("1h", False), ("4h", True)])
def test_a_channel_for_old_requests_promises_nothing_to_new_ones(age: str, promised: bool) -> None:
    found = _due(channel="late", age=age)
    assert bool(found["measures"]["first"]) is promised
    reason = "It may be used once a request is 4 hours old: Late."
    assert promised or found["refused"]["reason"] == reason


def test_an_emergency_is_promised_the_most_urgent_row() -> None:
    assert _first(channel="sos") == "2026-11-30T11:00:00+01:00"
    assert _first(channel="sos", topic="web") is None
    assert _first(channel="mail") == "2026-11-30T18:00:00+01:00"


def test_where_clients_help_each_other_only_a_row_of_the_channel_promises() -> None:
    assert _first(channel="forum") is None
    assert _first(channel="wiki") == "2026-11-30T13:00:00+01:00"


def test_a_channel_that_refuses_does_so_at_hours_of_best_effort() -> None:
    assert _due(channel="form", received=SATURDAY)["refused"]["code"] == "channel-closed"


@pytest.mark.parametrize(("down", "noted"), [([], True), (["mailbox"], False)])
def test_only_what_is_usable_is_taken_now(down: list[str], noted: bool) -> None:
    given = {"received": SATURDAY, "channel": "mailbox", "down": down}
    found = policy_ask(load(POLICY), given)["channels"]["mailbox"]
    assert ("taken now" in found.get("note", "")) is noted


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({}, True),
        ({"has": ["essence", "request_number"]}, True),
        ({"has": ["essence"]}, False),
        ({"contact": "strangers"}, False),
        ({"contact": "owner"}, True),
    ],
)
def test_who_may_not_complain_is_given_no_times(given: dict[str, Any], taken: bool) -> None:
    assert bool(_due(**given)["measures"]["complaint.one"]) is taken
    complaint = policy_ask(load(POLICY), {"received": MONDAY, **given})["complaint"]
    assert (complaint["refused"] is None) is taken
    assert bool(complaint["stages"][0]["reply_by"]) is taken


@pytest.mark.parametrize("times", [[SATURDAY], [MONDAY, MONDAY]])
def test_times_of_escalation_must_be_possible(times: list[str]) -> None:
    with pytest.raises(GivenError, match="escalated: "):
        _due(escalated=times)


@pytest.mark.parametrize(("item", "currency"), [("cert", "USD"), ("move", "EUR")])
def test_an_item_has_its_own_currency(item: str, currency: str) -> None:
    assert policy_ask(load(POLICY), {"item": item})["price"]["currency"] == currency


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"code": "design"}, "Support does not deal with it: design."),
        ({"topic": "tuning", "plan": "basic"}, "It is not part of the plan Basic: tuning."),
        (
            {"topic": "web", "received": SATURDAY},
            "Support does not deal with it now: Web server, sites. " + ON_MONDAY,
        ),
    ],
)
def test_only_what_is_dealt_with_later_is_refused_for_now(
    given: dict[str, str], reason: str
) -> None:
    assert _due(channel="mail", **given)["refused"]["reason"] == reason


@pytest.mark.parametrize("given", [{"contact": "strangers"}, {"channel": "fax"}])
def test_a_refusal_is_noted_once(given: dict[str, str]) -> None:
    """Where it speaks against the request and against a complaint alike."""
    notes = _due(**given)["notes"]
    assert len(notes) == len(set(notes)) == 1


@pytest.mark.parametrize(
    ("given", "note"),
    [
        ({"for": "tuning", "plan": "basic"}, "no price fits in this situation"),
        ({"plan": "basic"}, "no price fits; name what the help is for: tuning, list"),
    ],
)
def test_what_has_no_price_is_asked_for_only_where_it_is_not_said(
    given: dict[str, str], note: str
) -> None:
    assert note in policy_ask(load(POLICY), {"minutes": 30, **given})["notes"]

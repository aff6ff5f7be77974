"""When nothing is due, and why; closing, complaints and odd hours in `policy due`."""

from datetime import UTC, datetime
from typing import Any

import pytest

from firstline.policy import load, policy_ask, policy_due
from firstline.policy.rules.closing import closing_steps

TUE = "2026-03-03T10:00"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"channel": "fax"}, "No requests are taken here: Fax."),
        ({"channel": "chat"}, None),
    ],
)
def test_what_is_promised_nothing_is_told_why(given: dict[str, Any], words: str | None) -> None:
    policy = load("channels: [{id: chat}, {id: fax, status: refused}]\ntargets: [{first: 1h}]")
    told = policy_due(policy, {"received": TUE, **given})
    assert (told["measures"]["first"] is None) == bool(words)
    assert told["notes"] == ([words] if words else [])


def test_a_situation_of_which_no_row_speaks_says_so() -> None:
    only = load(
        "channels: [{id: chat}, {id: mail, status: advisory}]\n"
        "targets: [{channel: chat, first: 1h}]"
    )
    told = policy_due(only, {"received": "2026-03-03T10:00Z", "channel": "mail"})
    why = "no row of targets promises a first answer in this situation; mail is advisory"
    assert (told["measures"]["first"], told["notes"]) == (None, [why])


def test_working_days_of_closing_are_those_of_the_business_calendar() -> None:
    policy = load(
        "policy: {timezone: Europe/Berlin, business: work}\n"
        "calendars: {work: {mon-fri: 09:00-17:00}}\nclose: {remind: 2bd, close: 7bd}"
    )
    told = policy_due(policy, {"received": "2026-11-20T10:00"})["measures"]
    friday = datetime(2026, 11, 20, 9, tzinfo=UTC)
    steps = {name: at.isoformat() for name, at in closing_steps(policy, friday)}
    assert steps == {name: told[name]["due_at"] for name in ("remind", "close")}
    assert steps["remind"] == "2026-11-24T17:00:00+01:00"


def test_what_is_counted_by_a_calendar_that_never_opens_never_comes() -> None:
    never = load(
        "policy: {timezone: Europe/Berlin}\ncalendars: {work: {mon-fri: closed}}\n"
        "close: {remind: 2h, resolve: 1bd, close: 1bd, clock: work}\n"
        "complaints: {calendar: work, stages: [{reply: 3bd}, {reply: 1mo}]}"
    )
    told = policy_due(never, {"received": TUE})["measures"]
    assert closing_steps(never, datetime(2026, 3, 3, tzinfo=UTC)) == ()
    assert [
        told[name] for name in ("remind", "resolve", "close", "complaint.1", "complaint.2")
    ] == ([None] * 5)


@pytest.mark.parametrize(
    ("local", "offset", "word"),
    [("2026-03-29T03:30", "2026-03-29T04:30:00+03:00", "does not exist"),
     ("2026-10-25T03:30", "2026-10-25T03:30:00+03:00", "comes twice")],
)  # fmt: skip
def test_a_local_time_that_the_clocks_skip_or_repeat_is_remarked(
    local: str, offset: str, word: str
) -> None:
    kyiv = load(
        "policy: {timezone: Europe/Kyiv}\n"
        'targets: [{received_before: "04:00", first: 1h, else: 2h, workdays: always}]'
    )
    told, plain = (policy_due(kyiv, {"received": at}) for at in (local, offset))
    assert told["measures"] == plain["measures"]
    assert word in told["notes"][0]
    assert plain["notes"] == []


def test_half_a_cent_is_rounded_up() -> None:
    help_ = load("paid: {unit: 15m, price: 18.50 EUR, per: hour}")
    told = policy_ask(help_, {"minutes": 15})["price"]["amount"]
    assert told == "4.63", "4.625, and not to the even cent"

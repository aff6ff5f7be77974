"""What recorded work costs: pieces, free time, quotas, prepaid minutes, what was agreed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.policy import Policy, Situation, load
from firstline.policy.rules.prices import price
from firstline.policy.rules.work import Charge, HelpAccount, Purchase, Work, charges

ZONE = "policy: {timezone: Europe/Kyiv}\n"
NIGHTS = """calendars: {night: {every-day: "22:00-30:00"}}
paid: [{price: 60 EUR, unit: 15m, surcharges: [{when: night, percent: 50}]}]
"""
# 21:50 in Kyiv, ten minutes before the night.
EVENING = datetime(2026, 3, 11, 19, 50, tzinfo=UTC)


def cost(
    text: str, *works: tuple[datetime, float], account: HelpAccount | None = None, **more: Any
) -> list[Charge]:
    """The charges of works of one tally: their begin and minutes."""
    policy = load(ZONE + text)
    made = [
        Work(i, "offer", Situation(), begin, begin + timedelta(minutes=minutes), **more)
        for i, (begin, minutes) in enumerate(works)
    ]
    found = charges(lambda _: policy, made, account or HelpAccount())
    return [charge for i in range(len(made)) for charge in found[i]]


def amounts(found: list[Charge]) -> list[Decimal | None]:
    return [one.amount for one in found]


def test_a_started_unit_counts_once_for_all_pieces_of_the_work() -> None:
    text = "paid: [{price: 60 EUR, unit: 15m}]"
    later = EVENING + timedelta(hours=1)
    assert amounts(cost(text, (EVENING, 10))) == [Decimal("15.00")]
    # 10 and 4 minutes are one quarter of an hour, 10 and 10 are two.
    assert amounts(cost(text, (EVENING, 10), (later, 4))) == [Decimal("15.00"), Decimal("0.00")]
    assert amounts(cost(text, (EVENING, 10), (later, 10))) == [Decimal("15.00"), Decimal("15.00")]


def test_work_into_the_night_is_cut_where_its_price_changes() -> None:
    by_day, by_night = cost(NIGHTS, (EVENING, 40))
    assert by_day.end == by_night.begin == EVENING + timedelta(minutes=10)
    assert (by_day.minutes, by_night.minutes) == (10, 30)
    # Three quarters of an hour: the first was started by day.
    assert by_day.amount == Decimal("15.00")
    assert by_night.amount == Decimal("45.00")


def test_a_price_that_ends_at_midnight_holds_until_midnight() -> None:
    text = """paid:
  - {price: 60 EUR, unit: 1m, to: 2026-03-11}
  - {price: 120 EUR, unit: 1m, from: 2026-03-12}
"""
    at = datetime(2026, 3, 11, 21, 30, tzinfo=UTC)  # half past eleven in Kyiv
    before, after = cost(text, (at, 60))
    assert before.end == datetime(2026, 3, 11, 22, 0, tzinfo=UTC)
    assert before.amount == Decimal("30.00")
    # 60 minutes cost 120 by the new price, of which the first 30 would have cost 60.
    assert after.amount == Decimal("60.00")


def test_free_time_the_least_price_and_the_fixed_fee_count_once() -> None:
    later = EVENING + timedelta(hours=1)
    free = "paid: [{price: 60 EUR, unit: 15m, included: 30m, included_applies: always}]"
    assert amounts(cost(free, (EVENING, 20), (later, 20))) == [Decimal("0.00"), Decimal("15.00")]
    least = "paid: [{price: 60 EUR, unit: 15m, minimum: 30m}]"
    assert amounts(cost(least, (EVENING, 5), (later, 5))) == [Decimal("30.00"), Decimal("0.00")]
    fixed = "paid: [{price: 60 EUR, unit: 15m, fixed: 20 EUR}]"
    assert amounts(cost(fixed, (EVENING, 15), (later, 15))) == [Decimal("35.00"), Decimal("15.00")]


def test_nobody_pays_for_more_than_was_agreed() -> None:
    text = "paid: [{price: 60 EUR, unit: 1m}]"
    first, second = cost(
        text, (EVENING, 50), (EVENING + timedelta(hours=2), 30), limit=Fraction(60)
    )
    assert (first.amount, first.beyond) == (Decimal("50.00"), 0)
    assert (second.amount, second.beyond) == (Decimal("10.00"), 20)


def test_nobody_pays_above_the_agreed_sum_for_dearer_hours() -> None:
    by_day, by_night = cost(NIGHTS, (EVENING, 40), most=Decimal("45.00"))
    assert (by_day.amount, by_day.waived) == (Decimal("15.00"), Decimal("0.00"))
    assert (by_night.amount, by_night.waived) == (Decimal("30.00"), Decimal("15.00"))


def test_what_is_left_of_a_quota_and_of_minutes_paid_in_advance_is_told() -> None:
    policy = load(f"""{ZONE}quota: [{{unit: time, time: 1h, per: month, beyond: paid}}]
paid:
  - {{price: 60 EUR, unit: 1m}}
  - {{for: prepaid, model: prepaid, time: 1h, price: 50 EUR, expires: 1mo}}
""")
    account = HelpAccount([Purchase(EVENING - timedelta(days=1), Fraction(20))])
    work = Work(1, "offer", Situation(), EVENING, EVENING + timedelta(minutes=70))
    assert account.minutes_left(policy, work) == (60, 20)
    charges(lambda _: policy, [work], account)
    later = Work(2, "offer", Situation(), work.end, work.end)
    assert account.minutes_left(policy, later) == (0, 10)


def test_a_quota_of_time_comes_off_first_and_begins_anew_each_month() -> None:
    text = """quota: [{unit: time, time: 1h, per: month, beyond: paid}]
paid: [{price: 60 EUR, unit: 1m}]
"""
    march = datetime(2026, 3, 31, 20, 30, tzinfo=UTC)  # half an hour before April in Kyiv
    first = (datetime(2026, 3, 10, 9, tzinfo=UTC), 50.0)
    found = cost(text, first, (march, 60))
    assert [(one.minutes, one.included) for one in found] == [(50, 50), (30, 10), (30, 30)]
    assert amounts(found) == [Decimal("0.00"), Decimal("20.00"), Decimal("0.00")]


def test_a_quota_of_requests_covers_the_whole_work_of_one() -> None:
    text = """quota: [{unit: incidents, amount: 2, per: month, beyond: paid}]
paid: [{price: 60 EUR, unit: 1m}]
"""
    (covered,) = cost(text, (EVENING, 30), incidents=1)
    assert (covered.included, covered.amount) == (30, Decimal("0.00"))
    (charged,) = cost(text, (EVENING, 30), incidents=2)
    assert (charged.included, charged.amount) == (0, Decimal("30.00"))


def test_minutes_paid_in_advance_are_used_up_oldest_first_until_they_end() -> None:
    text = """paid:
  - {price: 60 EUR, unit: 1m}
  - {for: prepaid, model: prepaid, time: 1h, price: 50 EUR, expires: 1mo}
"""
    old = Purchase(EVENING - timedelta(days=60), Fraction(60))
    new = Purchase(EVENING - timedelta(days=1), Fraction(20))
    coming = Purchase(EVENING + timedelta(days=1), Fraction(60))
    (found,) = cost(text, (EVENING, 30), account=HelpAccount([old, new, coming]))
    assert (found.prepaid, found.amount) == (20, Decimal("10.00"))
    assert (old.left, new.left, coming.left) == (60, 0, 60), "the old has ended, the new is to come"


def test_a_fixed_price_is_charged_with_the_first_work() -> None:
    policy = load(ZONE + "paid: [{model: price_list, items: {migration: 50 EUR}}]")
    works = [
        Work(i, "offer", Situation(item="migration"), at, at + timedelta(minutes=10))
        for i, at in enumerate((EVENING, EVENING + timedelta(days=1)))
    ]
    found = charges(lambda _: policy, works, HelpAccount())
    assert [found[i][0].amount for i in (0, 1)] == [Decimal("50.00"), Decimal("0.00")]


def test_what_has_no_price_has_no_amount() -> None:
    (found,) = cost("paid: [{for: other}]", (EVENING, 10))
    assert (found.amount, found.rule) == (None, None)


@given(st.lists(st.integers(1, 200), min_size=1, max_size=6))
def test_work_in_parts_costs_what_it_costs_at_once(parts: list[int]) -> None:
    policy = _no_nights()
    at, works = datetime(2026, 3, 11, 7, tzinfo=UTC), list[Work]()
    for i, minutes in enumerate(parts):
        end = at + timedelta(minutes=minutes)
        works.append(Work(i, "offer", Situation(), at, end))
        at = end
    found = charges(lambda _: policy, works, HelpAccount())
    total = sum((one.amount or Decimal(0) for many in found.values() for one in many), Decimal(0))
    whole = price(policy, Situation(minutes=Fraction(sum(parts))))
    assert whole is not None
    assert total == whole.amount


def _no_nights() -> Policy:
    return load(
        ZONE + "paid: [{price: 19.99 EUR, unit: 7m, per: unit, included: 10m,"
        " included_applies: always, fixed: 3.33 EUR, maximum: 200 EUR, minimum: 20m}]"
    )


@pytest.mark.parametrize("seconds", [1, 59, 61])
def test_seconds_count(seconds: int) -> None:
    (found,) = cost("paid: [{price: 60 EUR, unit: 1m}]", (EVENING, seconds / 60))
    assert found.minutes == Fraction(seconds, 60)
    assert found.amount == Decimal(1 if seconds < 60 else 2)

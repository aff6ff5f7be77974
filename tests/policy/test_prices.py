"""What help costs: which row is meant, what is included or paid in advance, what nobody states."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from firstline.policy import Situation, load, policy_ask
from firstline.policy.rules import prices
from firstline.policy.rules.verdict import to_json

MONDAY = "2026-03-02T10:00"


def price(text: str, **given: Any) -> Any:
    return policy_ask(load(text), given)["price"]


def test_a_row_about_something_answers_no_question_that_names_nothing() -> None:
    one = "paid: [{id: move, for: migration, unit: 15m, price: 60 EUR}]"
    asked = policy_ask(load(one), {"minutes": 30})
    assert asked["price"] is None
    assert "no price fits; name what the help is for: migration" in asked["notes"]
    for named in ({"for": "migration"}, {"code": "migration"}, {"facts": ["migration"]}):
        assert price(one, minutes=30, **named)["amount"] == "30.00"
    by_channel = "channels: [{id: sos}, {id: mail}]\npaid: [{for: sos, price: 60 EUR}]"
    assert price(by_channel, minutes=60, channel="sos")["amount"] == "60.00"
    assert price(by_channel, minutes=60, channel="mail") is None
    assert price(one, minutes=30, **{"for": "tuning"}) is None
    share = "paid: [{for: gold, model: share_of_spend, share: 5, fixed: 50 EUR}]"
    assert price(share, spend=1000) is None
    assert price(share, spend=1000, **{"for": "gold"})["amount"] == "100.00"
    month = "paid: [{for: gold, model: subscription, price: 30 EUR}]"
    assert price(month, spend=1000) is None
    listed = "paid: [{for: move, model: price_list, items: {site: 50 EUR}}]"
    assert price(listed, minutes=10) is None
    assert price(listed, item="site")["amount"] == "50.00"


QUOTA = """
plans: [basic, gold]
quota: [{unit: time, time: 30m, plan: gold, beyond: paid}]
paid: [{unit: 5m, price: 60 EUR, per: hour, minimum: 1 EUR, surcharges: [{when: urgent, percent: 50}]}]
"""  # noqa: E501 - a policy file


@pytest.mark.parametrize(
    ("used", "minutes", "included", "amount"),
    [
        (25, 10, 5.0, "5.00"),
        (25, 5, 5.0, "0.00"),
        (0, 30, 30.0, "0.00"),
        (30, 10, 0.0, "10.00"),
        (90, 10, 0.0, "10.00"),
        (0, 31, 30.0, "5.00"),
    ],
)
def test_what_is_beyond_the_quota_costs(
    used: int, minutes: int, included: float, amount: str
) -> None:
    found = price(QUOTA, plan="gold", used=used, minutes=minutes)
    assert found["covered"] == [{"by": "quota", "minutes": included}]
    assert found["amount"] == amount
    assert (
        price(QUOTA, plan="basic", used=used, minutes=minutes)["amount"]
        == f"{-(-minutes // 5) * 5}.00"
    )


def test_included_time_is_as_free_at_any_hour_and_nothing_is_taken_for_used() -> None:
    assert price(QUOTA, plan="gold", used=0, minutes=10, facts=["urgent"])["amount"] == "0.00"
    assert price(QUOTA, plan="gold", used=25, minutes=10, facts=["urgent"])["amount"] == "7.50"
    untold = price(QUOTA, plan="gold", minutes=10)
    assert (untold["amount"], "covered" in untold) == ("10.00", False)


@pytest.mark.parametrize(
    ("beyond", "why"),
    [("refused", "is refused"), ("next_period", "is done in the next period")],
)
def test_what_is_beyond_and_not_sold_has_no_price(beyond: str, why: str) -> None:
    text = QUOTA.replace("beyond: paid", f"beyond: {beyond}")
    found = price(text, plan="gold", used=25, minutes=10)
    assert (found["amount"], found["why"]) == (None, f"what is beyond the quota {why}")
    assert price(text, plan="gold", used=20, minutes=10)["amount"] == "0.00"


def test_a_quota_of_requests_takes_over_one_and_not_what_is_paid_beside_it() -> None:
    text = "quota: {amount: 3, beyond: paid}\n"
    text += "paid: [{for: move, price: 90 EUR}, {model: per_request, price: 20 EUR}]"
    assert price(text, used=2, minutes=10)["amount"] == "0.00"
    assert price(text, used=3, minutes=10)["amount"] == "20.00"
    assert price(text, used=0, minutes=60, **{"for": "move"})["amount"] == "90.00"


PREPAID = """
policy: {timezone: Europe/Berlin}
paid:
  - {id: ten, for: advance, model: prepaid, time: 10h, price: 500 EUR, expires: 6mo}
  - {id: hour, unit: 15m, price: 80 EUR}
"""


def test_prepaid_hours_are_used_before_anything_costs() -> None:
    assert price(PREPAID, **{"for": "advance"})["amount"] == "500.00"
    assert price(PREPAID, **{"for": "advance"})["per"] == "purchase"
    assert price(PREPAID, minutes=40)["amount"] == "60.00", "in units of 15 minutes"
    assert price(PREPAID, minutes=40, balance=60)["amount"] == "0.00"
    part = price(PREPAID, minutes=40, balance=30)
    assert (part["amount"], part["covered"]) == ("20.00", [{"by": "prepaid", "minutes": 30.0}])
    both = PREPAID + "quota: {unit: time, time: 30m, beyond: paid}\n"
    found = price(both, minutes=40, used=20, balance=10)
    assert [one["minutes"] for one in found["covered"]] == [10.0, 10.0]
    assert found["amount"] == "40.00", "20 of 40 minutes are left to pay"


@pytest.mark.parametrize(
    ("expires", "received", "ends", "left"),
    [
        ("6mo", "2026-09-02T09:00", "2026-09-02T10:00:00+02:00", 90.0),
        ("6mo", "2026-09-02T10:00", "2026-09-02T10:00:00+02:00", 0.0),
        ("unlimited", "2036-09-02T10:00", None, 90.0),
    ],
)
def test_prepaid_hours_end_unless_they_never_do(
    expires: str, received: str, ends: str | None, left: float
) -> None:
    policy = load(PREPAID.replace("6mo", expires))
    given = {"received": received, "bought": MONDAY, "balance": 90, "minutes": 60}
    told = policy_ask(policy, given)
    assert (told["prepaid"]["ends_at"], told["prepaid"]["left"]) == (ends, left)
    assert told["price"]["amount"] == ("0.00" if left else "80.00")


def test_prepaid_hours_alone_say_what_they_do_not_reach() -> None:
    alone = "paid: {model: prepaid, time: 10h, price: 500 EUR}"
    assert price(alone, minutes=40, balance=60)["amount"] == "0.00"
    found = price(alone, minutes=40, balance=30)
    why = "what is beyond the time paid in advance has no price"
    assert (found["amount"], found["why"]) == (None, why)


@pytest.mark.parametrize(
    ("row", "given", "least", "why"),
    [
        ("model: share_of_spend, share: 5, fixed: unstated", {"spend": 1000}, "50.00",
         "the fixed fee is not stated"),
        ("model: share_of_spend, share: 5, fixed: unknown, larger_of: true", {"spend": 1000},
         "50.00", "the fixed fee is not stated"),
        ("price: 60 EUR, fixed: unstated", {"minutes": 60}, "60.00", "the fixed fee is not stated"),
        ("unit: 15m, fixed: 20 EUR", {"minutes": 60}, "20.00", "no price is stated"),
        ("model: share_of_spend, for: x, share: 5, fixed: 50 EUR", {"for": "x"}, "50.00",
         "write spend"),
        ("for: x, price: 60 EUR, fixed: 20 EUR", {"for": "x"}, "20.00", "write minutes"),
        ("model: per_request, fixed: unstated", {"minutes": 5}, None,
         "the fixed fee is not stated"),
    ],
)  # fmt: skip
def test_an_amount_of_which_a_part_is_unknown_is_not_whole(
    row: str, given: dict[str, Any], least: str | None, why: str
) -> None:
    found = price(f"paid: [{{{row}}}]", **given)
    assert (found["amount"], found.get("at_least"), found["why"]) == (None, least, why)


def test_a_currency_is_that_of_the_row_or_the_only_one_of_the_file() -> None:
    row = "{model: share_of_spend, share: 5}"
    assert price(f"paid: [{row}, {{for: x, price: 9 EUR}}]", spend=1000)["currency"] == "EUR"
    bare = price(f"paid: [{row}]", spend=1000)
    assert (bare["currency"], bare["amount"]) == (None, "50.00")
    assert bare["why"] == "the policy states no currency"
    two = f"paid: [{row}, {{for: x, price: 9 EUR}}, {{for: y, price: 9 USD}}]"
    assert price(two, spend=1000)["currency"] is None


def test_a_price_is_a_verdict_and_json_leaves_out_what_it_does_not_say() -> None:
    policy = load("paid: {id: help, price: 70 EUR, unit: 15m, fixed: unstated}")
    found = prices.price(policy, Situation(minutes=Fraction(20)))
    assert isinstance(found, prices.Price)
    assert (found.amount, found.at_least, found.units) == (None, Decimal("35.00"), 2)
    shown = to_json(found, policy.zone)
    assert (shown["for"], shown["at_least"], shown["units"]) == ([], "35.00", 2.0)
    assert {"covered", "refund", "item", "surcharge_percent"}.isdisjoint(shown)

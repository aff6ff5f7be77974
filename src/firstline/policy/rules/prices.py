"""What paid help costs, what is included, what is given back. Pure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction

from firstline.policy.file.money import Credit, Paid, Quota
from firstline.policy.file.typos import is_hours
from firstline.policy.rules.periods import in_force
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.quotas import PREPAID, Covered, coverage, prepaid_row
from firstline.policy.rules.situation import GivenError, Situation
from firstline.policy.rules.targets import received_fits
from firstline.policy.text.bands import parse_band
from firstline.policy.text.values import UNSTATED, Span, parse_money, parse_span

TIMED = ("time", "credits")
# What a quota says of more than it includes, where money does not buy it.
NOT_SOLD = {"refused": "refused", "next_period": "done in the next period"}
MONTHLY = ("share_of_spend", "subscription")
# What a price is for where the row does not say it, by its model; else the hour.
PER = {
    "per_request": "request",
    "price_list": "request",
    PREPAID: "purchase",
    **dict.fromkeys(MONTHLY, "month"),
}


@dataclass(frozen=True)
class PriceTerms:
    """What a row of the prices asks for, as the file writes it."""

    rule: str
    price: str | None
    items: dict[str, str]
    per: str


@dataclass(frozen=True, kw_only=True)
class Price(PriceTerms):
    """What help costs: the `amount` with its surcharges, None where a part of it is not stated,
    `why` that is and `at_least` the rest; what is `covered` otherwise; the units it was counted in;
    why it is free or given back.
    """

    model: str
    currency: str | None
    for_: list[str]
    vat: str | None
    consent: str | None
    expires: Span | str | None
    covered: list[Covered] | None = None
    units: Fraction | None = None
    unit_minutes: Fraction | None = None
    item: str | None = None
    at_least: Decimal | None = None
    surcharge_percent: Fraction | None = None
    amount: Decimal | None
    why: str | None = None
    free_because: list[str] | None = None
    refund: Decimal | None = None
    refund_because: list[str] | None = None


@dataclass(frozen=True)
class CreditDue:
    """The `credit` for a month, and the band of availability that gives it."""

    band: str | None
    credit: str | None


def price(policy: Policy, situation: Situation) -> Price | None:
    """What help costs in a situation: the row, its units, the amount with surcharges; None where
    the policy charges for nothing like it. GivenError for an item that no price list has.
    """
    item, listed = situation.item or "", [i for row in policy.source.paid for i in row.items]
    if item and listed and item not in listed:
        near = get_close_matches(item, listed, 1, 0.5) or listed[:12]
        raise GivenError(f"item: the price list has no '{item[:40]}'; try {', '.join(near)}")
    row = fitting(policy, situation)
    if row is None and situation.balance is not None and situation.minutes is not None:
        row = prepaid_row(policy, situation)
    return None if row is None else _price(policy, row, situation)


def unpriced(policy: Policy, situation: Situation) -> list[str]:
    """What a question about paid help lacks, when its price depends on what the help is for."""
    asked = situation.minutes is not None or situation.spend is not None
    if not asked or fitting(policy, situation) is not None:
        return []
    words = list(dict.fromkeys(word for row in policy.source.paid for word in row.covers))[:12]
    if not {situation.purpose, situation.code, situation.topic}.isdisjoint(words):
        return ["no price fits in this situation"]
    return [f"no price fits; name what the help is for: {', '.join(words)}"] if words else []


def fitting(policy: Policy, situation: Situation) -> Paid | None:
    """The first row of the price table that fits. A row with `for` fits only a question about one
    of its words, or the `item` of its list.
    """
    about = {situation.purpose, situation.code, situation.topic, situation.channel, situation.item}
    # Other facts make help dearer or free; they do not say what it is about.
    about |= situation.facts & {word for row in policy.source.paid for word in row.covers}
    monthly = situation.minutes is None and situation.spend is not None
    # Who asks about a word and says no time may mean what is paid by the month or in advance.
    either = situation.minutes is None and not monthly
    for row in policy.source.paid:
        own = not about.isdisjoint({*row.covers, *row.items})
        kind = row.model in MONTHLY if monthly else row.model not in (*MONTHLY, PREPAID)
        if (own or not row.covers) and (kind or (either and own)) and _fits(policy, row, situation):
            return row
    return None


def beyond_quota(policy: Policy, quota: Quota, situation: Situation) -> Paid | None:
    """The row by which a request beyond a quota is charged; None where none is, or it is free."""
    row = None if quota.beyond in NOT_SOLD else fitting(policy, situation)
    return row if row and costs(row) else None


def _fits(policy: Policy, row: Paid, situation: Situation) -> bool:
    fits = not row.plan or situation.plan in row.plan
    holds = in_force(row, situation.received, policy.zone)
    return fits and holds and _now(policy, row, situation)


def own_row(policy: Policy, code: str, situation: Situation) -> Paid | None:
    """The first row that fits and is about this very code."""
    rows = (row for row in policy.source.paid if code in row.covers)
    return next((row for row in rows if _fits(policy, row, situation)), None)


def costs(row: Paid) -> bool:
    """Whether a row asks for money; one that states no amount does."""
    amounts = [row.price, row.fixed, *row.items.values()]
    said = [amount == UNSTATED or _number(amount) > 0 for amount in amounts if amount is not None]
    return not said or any(said) or bool(row.share)


def terms(policy: Policy, row: Paid) -> PriceTerms:
    """What a row asks for."""
    price = row.price or row.fixed or (None if row.share is None else f"{row.share:g}%")
    per = row.per if "per" in row.model_fields_set else PER.get(row.model, row.per)
    return PriceTerms(_rule(policy, row), price, row.items, per)


def _sum(amount: Fraction) -> Decimal:
    """An amount with two decimals, a half rounded up as in trade."""
    return Decimal(math.floor(amount * 100 + Fraction(1, 2))).scaleb(-2)


def _rule(policy: Policy, row: Paid) -> str:
    place = next(i for i, one in enumerate(policy.source.paid) if one is row)
    return f"paid.{row.id or place}"


def _now(policy: Policy, row: Paid, situation: Situation) -> bool:
    return not row.when or any(_hold(policy, text, situation) for text in row.when)


@dataclass(frozen=True)
class Sum:
    """An amount before surcharges, None where nothing of it is known; `lacks` says which part of it
    is not; the units and their size, or the item, are what it was counted from.
    """

    amount: Fraction | None
    lacks: str = ""
    units: Fraction | None = None
    unit_minutes: Fraction | None = None
    item: str | None = None


def _price(policy: Policy, row: Paid, situation: Situation) -> Price:
    asks, currency = terms(policy, row), _currency(policy, row, situation)
    taken, more = coverage(policy, row, situation)
    base = _beyond(row, situation, taken, more)
    found = Price(
        rule=asks.rule,
        price=asks.price,
        items=asks.items,
        per=asks.per,
        model=row.model,
        currency=currency,
        for_=row.covers,
        vat=row.vat,
        consent=row.consent,
        expires=row.expires,
        covered=taken or None,
        units=base.units,
        unit_minutes=base.unit_minutes,
        item=base.item,
        amount=None,
    )
    amount = _with_limits(policy, row, base, situation)
    if base.lacks:
        return replace(found, at_least=_sum(amount) if base.amount else None, why=base.lacks)
    percent, _extra = surcharges(policy, row, situation)
    free = sorted(situation.facts & set(row.free_when))
    refund = sorted(situation.facts & set(row.refund_when))
    return replace(
        found,
        surcharge_percent=(percent - 1) * 100,
        amount=_sum(Fraction(0) if free else amount),
        why=None if currency or not amount else "the policy states no currency",
        free_because=free or None,
        refund=_sum(amount) if refund else None,
        refund_because=refund or None,
    )


def _with_limits(policy: Policy, row: Paid, base: Sum, situation: Situation) -> Fraction:
    """The amount with its surcharges, not below the least price and not above the highest."""
    percent, extra = surcharges(policy, row, situation)
    known = base.amount or Fraction(0)
    # Time that is free costs nothing at any hour: no surcharge, no least price.
    nothing = not known and base.units == 0
    amount = Fraction(0) if nothing else known * percent + extra
    if row.minimum and not re.search(r"(m|h)$", row.minimum) and amount:
        amount = max(amount, _number(row.minimum))
    return min(amount, _number(row.maximum)) if row.maximum else amount


def _number(amount: str) -> Fraction:
    return Fraction(parse_money(amount)[0])


def _currency(policy: Policy, row: Paid, situation: Situation) -> str | None:
    """The currency of the item asked about, else of its row; where neither states one, the only
    one of all prices.
    """
    if (item := row.items.get(situation.item or "")) and item != UNSTATED:
        return parse_money(item)[1]
    for rows in ([row], policy.source.paid):
        sums = [
            amount
            for one in rows
            for amount in (one.price, one.fixed, one.maximum, *one.items.values())
            if amount and amount != UNSTATED
        ]
        found = {parse_money(amount)[1] for amount in sums}
        if found:
            return parse_money(sums[0])[1] if rows == [row] or len(found) == 1 else None
    return None


def _beyond(row: Paid, situation: Situation, taken: list[Covered], more: str | None) -> Sum:
    """The sum of what is left to pay beyond what is covered, by what the quota says of `more`."""
    minutes = situation.minutes
    rest = None if minutes is None else minutes - sum(one.minutes or 0 for one in taken)
    if any(one.requests for one in taken) or (taken and rest == 0):
        return Sum(Fraction(0), units=Fraction(0))
    if more in NOT_SOLD:
        return Sum(None, f"what is beyond the quota is {NOT_SOLD[more]}")
    if row.model == PREPAID and minutes is not None:
        return Sum(None, "what is beyond the time paid in advance has no price")
    return _base(row, situation._replace(minutes=rest))


def _base(row: Paid, situation: Situation) -> Sum:
    if row.model == "share_of_spend":
        return _share(row, situation)
    if situation.item in row.items:
        return Sum(_number(row.items[situation.item]), item=situation.item)
    fixed = None if row.fixed in (None, UNSTATED) else _number(row.fixed)
    lacks = "the fixed fee is not stated" if row.fixed == UNSTATED else ""
    timed = row.model in TIMED and not {"model", "unit", "price"}.isdisjoint(row.model_fields_set)
    if row.price is None:
        whole = fixed is not None and not timed
        return Sum(fixed, "" if whole else lacks or "no price is stated")
    total, units, size = _number(row.price), None, None
    if row.model in TIMED:
        if total and situation.minutes is None:
            return Sum(fixed, "write minutes")
        units, size = _units(row, situation.minutes or Fraction(0))
        each = {"hour": size / 60, "unit": Fraction(1)}.get(row.per)
        total = total * units * each if each is not None else total
    return Sum(total + (fixed or 0), lacks, units, size)


def _share(row: Paid, situation: Situation) -> Sum:
    """A fixed fee and a share of the spend, or the larger of the two."""
    fee = row.fixed or row.price
    fixed = Fraction(0) if fee in (None, UNSTATED) else _number(fee)
    if row.share is None:
        return Sum(fixed or None, "" if fixed else "no price is stated")
    if situation.spend is None:
        return Sum(fixed or None, "write spend")
    part = Fraction(str(row.share)) / 100 * situation.spend
    lacks = "the fixed fee is not stated" if fee == UNSTATED else ""
    return Sum(max(fixed, part) if row.larger_of else fixed + part, lacks)


def _units(row: Paid, minutes: Fraction) -> tuple[Fraction, Fraction]:
    """Charged units and the size of one in minutes, free time taken off."""
    size = Fraction(row.unit.rough_seconds, 60) if row.unit else Fraction(60)
    free = Fraction(row.included.rough_seconds, 60) if row.included else Fraction(0)
    if row.included_applies == "only_if_not_exceeded" and minutes > free:
        free = Fraction(0)
    charged = max(Fraction(0), minutes - free)
    units = charged / size
    if charged and row.minimum and re.search(r"(m|h)$", row.minimum):
        units = max(units, Fraction(parse_span(row.minimum).rough_seconds, 60) / size)
    return (Fraction(math.ceil(units)) if row.started_counts else units), size


def surcharges(policy: Policy, row: Paid, situation: Situation) -> tuple[Fraction, Fraction]:
    """The factor of all percentages of a row that hold, and the amounts on top."""
    added, multiplied, extra = Fraction(0), Fraction(1), Fraction(0)
    for item in row.surcharges:
        if not _hold(policy, item.when, situation):
            continue
        percent = Fraction(str(item.percent)) / 100
        if item.adds:
            added += percent
        else:
            multiplied *= 1 + percent
        extra += Fraction(parse_money(item.amount)[0]) if item.amount else 0
    return (1 + added) * multiplied, extra


def _hold(policy: Policy, text: str, situation: Situation) -> bool:
    """Whether every word of a `when` holds: a fact of the question, or hours it falls in."""
    return all(_holds(policy, word.strip(), situation) for word in text.split(" and "))


def _holds(policy: Policy, word: str, situation: Situation) -> bool:
    if word in situation.facts:
        return True
    if not situation.received or not is_hours(word, policy.calendars):
        return False
    zone = policy.table.zone_of(situation)
    return received_fits(word, situation.received, policy.calendars, zone)


def credit(rows: list[Credit], situation: Situation) -> CreditDue | None:
    """The credit for a month of so much availability: that of the narrowest band it falls in."""
    measured = situation.availability
    if measured is None:
        return None
    fitting = [
        (held.rank, band, amount)
        for row in rows
        for band, amount in row.bands.items()
        if measured in (held := parse_band(band))
    ]
    _rank, band, amount = min(fitting, default=(None, None, None))
    return CreditDue(band, amount)

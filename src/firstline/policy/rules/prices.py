"""What paid help costs, what is included, what is given back. Pure."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from firstline.policy.file.money import Credit, Paid, Quota, Surcharge
from firstline.policy.file.typos import is_hours
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.situation import GivenError, Situation
from firstline.policy.rules.targets import received_fits, zone_of
from firstline.policy.text.bands import parse_band
from firstline.policy.text.values import parse_money, parse_span

TIMED = ("time", "credits")
MONTHLY = ("share_of_spend", "subscription")
# What a price is for where the row does not say it, by its model; else the hour.
PER = {"per_request": "request", "price_list": "request", **dict.fromkeys(MONTHLY, "month")}


def price(policy: Policy, situation: Situation) -> dict[str, Any] | None:
    """What help costs in a situation: the row, its units, the amount with surcharges; None where
    the policy charges for nothing like it. GivenError for an item that no price list has.
    """
    item, listed = situation.item or "", [i for row in policy.source.paid for i in row.items]
    if item and listed and item not in listed:
        near = get_close_matches(item, listed, 1, 0.5) or listed[:12]
        raise GivenError(f"item: the price list has no '{item[:40]}'; try {', '.join(near)}")
    row = fitting(policy, situation)
    return None if row is None else _price(policy, row, situation)


def unpriced(policy: Policy, situation: Situation) -> list[str]:
    """What a question about paid help lacks, when its price depends on what the help is for."""
    if situation.minutes is None or fitting(policy, situation) is not None:
        return []
    words = list(dict.fromkeys(word for row in policy.source.paid for word in row.covers))[:12]
    return [f"no price fits; name what the help is for: {', '.join(words)}"] if words else []


def fitting(policy: Policy, situation: Situation) -> Paid | None:
    """The first row of the price table that fits. A row with `for` fits a question about one of
    its words, or the `item` of its list; where a question says nothing of this and each row has a
    `for`, it is answered when there is only one.
    """
    about = {*filter(None, (situation.purpose, situation.code, situation.topic, situation.item))}
    # Other facts make help dearer or free; they do not say what it is about.
    about |= situation.facts & {word for row in policy.source.paid for word in row.covers}
    monthly = situation.minutes is None and situation.spend is not None
    fit = [
        row
        for row in policy.source.paid
        if (not row.plan or situation.plan in row.plan) and _now(policy, row, situation)
    ]
    # Who asks about a word and says no time may mean what is paid by the month.
    either = situation.minutes is None and not monthly
    rows = [
        row
        for row in fit
        if (row.model in MONTHLY) is monthly or (either and not about.isdisjoint(row.covers))
    ]
    asked = [
        row for row in rows if not row.covers or not about.isdisjoint({*row.covers, *row.items})
    ]
    return next(iter(asked or (rows if not about and len(rows) == 1 else [])), None)


def own_row(policy: Policy, code: str, situation: Situation) -> Paid | None:
    """The first row that fits and is about this very code."""
    rows = (
        row
        for row in policy.source.paid
        if code in row.covers
        and (not row.plan or situation.plan in row.plan)
        and _now(policy, row, situation)
    )
    return next(rows, None)


def costs(row: Paid) -> bool:
    """Whether a row asks for money; one that states no amount does."""
    amounts = [row.price, row.fixed, *row.items.values()]
    said = [Fraction(parse_money(amount)[0]) for amount in amounts if amount is not None]
    return not said or any(said) or bool(row.share)


def terms(row: Paid) -> dict[str, Any]:
    """What a row asks for, as the file writes it."""
    price = row.price or row.fixed or (None if row.share is None else f"{row.share:g}%")
    per = row.per if "per" in row.model_fields_set else PER.get(row.model, row.per)
    return {"rule": _rule(row), "price": price, "items": row.items, "per": per}


def _sum(amount: Fraction) -> str:
    """An amount with two decimals, a half rounded up as in trade."""
    return f"{Decimal(math.floor(amount * 100 + Fraction(1, 2))).scaleb(-2):.2f}"


def _rule(row: Paid) -> str:
    return f"paid.{row.id}" if row.id else "paid"


def _now(policy: Policy, row: Paid, situation: Situation) -> bool:
    return not row.when or any(_hold(policy, text, situation) for text in row.when)


def _price(policy: Policy, row: Paid, situation: Situation) -> dict[str, Any]:
    shown: dict[str, Any] = {**terms(row), "model": row.model}
    shown |= {"for": row.covers, "vat": row.vat, "consent": row.consent}
    shown["expires"] = str(row.expires) if row.expires else None
    base, currency, counted = _base(row, situation)
    if base is None:
        why = "write minutes" if currency else "no price is stated"
        return {**shown, **counted, "amount": None, "currency": currency, "why": why}
    percent, extra = _surcharges(policy, row.surcharges, situation)
    # Time that is free costs nothing at any hour: no surcharge, no least price.
    nothing = not base and counted.get("units") == 0
    amount = Fraction(0) if nothing else base * percent + extra
    if row.minimum and not re.search(r"(m|h)$", row.minimum) and amount:
        amount = max(amount, Fraction(parse_money(row.minimum)[0]))
    if row.maximum:
        amount = min(amount, Fraction(parse_money(row.maximum)[0]))
    facts = situation.facts
    free = sorted(facts & set(row.free_when))
    refund = sorted(facts & set(row.refund_when))
    return {
        **shown,
        **counted,
        "surcharge_percent": float((percent - 1) * 100),
        "amount": _sum(Fraction(0) if free else amount),
        "currency": currency,
        **({"free_because": free} if free else {}),
        **({"refund": _sum(amount), "refund_because": refund} if refund else {}),
    }


def _base(row: Paid, situation: Situation) -> tuple[Fraction | None, str | None, dict[str, Any]]:
    """The amount before surcharges, its currency, and what was counted."""
    if row.model == "share_of_spend":
        return _share(row, situation)
    if (item := situation.item or "") in row.items:
        amount, currency = parse_money(row.items[item])
        return Fraction(amount), currency, {"item": item}
    if row.price is None and row.fixed is None:
        return None, None, {}
    amount, currency = parse_money(row.price or row.fixed or "")
    total, counted = Fraction(amount), dict[str, Any]()
    if row.model in TIMED and row.price is not None:
        if total and situation.minutes is None:
            return None, currency, {}
        units, size = _units(row, situation.minutes or Fraction(0))
        each = {"hour": size / 60, "unit": Fraction(1)}.get(row.per)
        total = total * units * each if each is not None else total
        counted = {"units": float(units), "unit_minutes": float(size)}
    if row.price is not None and row.fixed is not None:
        total += Fraction(parse_money(row.fixed)[0])
    return total, currency, counted


def _share(row: Paid, situation: Situation) -> tuple[Fraction | None, str | None, dict[str, Any]]:
    fee = row.fixed or row.price
    if row.share is None and fee is None:
        return None, None, {}
    amount, currency = parse_money(fee) if fee else ("0", None)
    part = Fraction(str(row.share or 0)) / 100 * (situation.spend or Fraction(0))
    fixed = Fraction(amount)
    return max(fixed, part) if row.larger_of else fixed + part, currency, {}


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


def _surcharges(
    policy: Policy, surcharges: list[Surcharge], situation: Situation
) -> tuple[Fraction, Fraction]:
    """The factor of all percentages that hold, and the amounts on top."""
    added, multiplied, extra = Fraction(0), Fraction(1), Fraction(0)
    for item in surcharges:
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
    zone = zone_of(policy.source, situation, policy.zone)
    return received_fits(word, situation.received, policy.calendars, zone)


def quota(policy: Policy, situation: Situation) -> list[dict[str, Any]]:
    """What is included for the plan, and with `used` (requests, or minutes) what of it is left."""
    plan = situation.plan
    rows = [row for row in policy.source.quota if not row.plan or plan in row.plan]
    return [_quota(row, situation) for row in rows]


def _quota(row: Quota, situation: Situation) -> dict[str, Any]:
    periods = row.average_over or 1
    total = Fraction(row.time.rough_seconds, 60) if row.time else row.amount
    shown: dict[str, Any] = {
        "unit": "minutes" if row.time else row.unit,
        "included": None if total is None else float(total * periods),
        "per": row.per,
        "periods": periods,
        "per_service": row.per_service,
        "rollover": row.rollover,
        "beyond": row.beyond,
    }
    if total is not None and situation.used is not None:
        left = total * periods - situation.used
        shown |= {"left": float(max(left, Fraction(0))), "used_up": left <= 0}
    return shown


def credit(rows: list[Credit], situation: Situation) -> dict[str, Any] | None:
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
    return {"band": band, "credit": amount}

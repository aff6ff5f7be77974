"""`policy ask`: may one come this way, is it in scope, what does it cost, what must it contain.
Pure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, cast

from .answers import START_WORDS, GivenError, due, is_timed, notes, plain, start_of
from .counting import stamp
from .hours import ChannelSpec
from .model import PolicyFile
from .parts import Part
from .policy import Policy
from .money import Paid, Surcharge
from .targets import KEYS, received_fits
from .values import parse_span, pick

Given = Mapping[str, Any]
KNOWN = (
    *KEYS,
    *START_WORDS,
    "language",
    "code",
    "minutes",
    "spend",
    "facts",
    "has",
    "proof",
    "act",
    "age",
)
_MONEY = re.compile(r"^(\d+(?:\.\d+)?)\s*(\S.*)$")


def policy_ask(policy: Policy, given: Given) -> dict[str, Any]:
    """What the policy says about a situation.

    `given`: start (or at), channel, plan, topic, priority, line, language, `code` of the scope,
    `minutes` of paid help,
    `spend` a month, `facts` such as ["urgent"], `has` (what a complaint contains), `proof` and
    `act`. Only what is asked
    about is answered; GivenError says what is missing.
    """
    given = plain(given)
    answer: dict[str, Any] = {
        "policy": {
            "version": policy.version,
            "company": policy.company,
            "timezone": policy.zone.key,
        }
    }
    names = [given["channel"]] if given.get("channel") else [c.id for c in policy.source.channels]
    answer["channels"] = {str(name): channel(policy, str(name), given) for name in names}
    answer["scope"] = scope(policy, given)
    answer["request"] = required(policy, given)
    answer["language"] = language(policy, given)
    answer["support"] = not given.get("plan") or supported(policy.source, str(given["plan"]))
    if policy.source.complaints:
        answer["complaint"] = complaint(policy, given)
    if given.get("minutes") is not None or given.get("spend") is not None:
        answer["price"] = price(policy, given)
    if given.get("act") or given.get("proof"):
        answer["identity"] = identity(policy, given)
    if is_timed(given):
        at = start_of(policy, given)
        found = due(policy, "first", at, given)
        answer["promise"] = (
            {"due_at": stamp(found.at, policy.zone), "rule": found.rule} if found else None
        )
    return {**answer, **standing(policy, given), "notes": notes(policy, given, KNOWN)}


def standing(policy: Policy, given: Given) -> dict[str, Any]:
    """What holds in every situation: order of work, when lines take over, notices, history."""
    file, lang = policy.source, str(given.get("language", policy.languages[0]))
    whens = {line.id: pick(line.when, lang, policy.languages) for line in file.lines}
    return {
        "order": list(file.order),
        "lines": {name: {"next": policy.next_line(name), "when": whens[name]} for name in whens},
        "who": {"may": file.identity.who, "never": file.identity.never},
        "maintenance": _shown(file.maintenance),
        "history": _shown(file.history),
        "stats": [_shown(stat) for stat in file.stats],
    }


def _shown(part: Part | None) -> dict[str, Any] | None:
    """A part as JSON, without what it does not say."""
    return None if part is None else part.model_dump(mode="json", exclude_defaults=True)


def supported(file: PolicyFile, plan: str) -> bool:
    """False for a plan without support."""
    return plan not in file.plans or file.plans[plan].support


def channel(policy: Policy, name: str, given: Given) -> dict[str, Any]:
    """Status of a channel, whether it is open, when it opens and closes, and what happens
    beyond it.
    """
    spec = next((c for c in policy.source.channels if c.id == name), None)
    if spec is None:
        return {
            "status": "unknown",
            "usable": False,
            "why": [f"the policy has no channel {name[:40]}"],
        }
    status, why = _status(spec, given)
    shown: dict[str, Any] = {"status": status, "line": spec.line, "auth": spec.auth}
    if is_timed(given):
        shown |= _hours(policy, name, given)
        if not shown["open"]:
            words = pick(spec.outside, str(given.get("language", "")), policy.languages)
            why.append(words or "it is closed at that time")
    topic = given.get("topic")
    if topic and ((spec.covers and topic not in spec.covers) or topic in spec.never):
        why.append(f"{topic} is not dealt with here" + (f": {spec.beyond}" if spec.beyond else ""))
    extra = {
        key: value
        for key in (
            "beyond",
            "reply",
            "fallback",
            "reached_through",
            "opens_from",
            "opened_by",
            "covers",
            "address",
        )
        if (value := getattr(spec, key))
    }
    return {**shown, **extra, "usable": not why, "why": why}


def _hours(policy: Policy, name: str, given: Given) -> dict[str, Any]:
    at, calendar = start_of(policy, given), policy.calendar(name, given)
    opens, closes = calendar.opens_at(at), calendar.closes_at(at)
    return {
        "open": calendar.is_open(at),
        "opens_at": opens and stamp(opens, policy.zone),
        "closes_at": closes and stamp(closes, policy.zone),
    }


def _status(spec: ChannelSpec, given: Given) -> tuple[str, list[str]]:
    status, why = spec.status, list[str]()
    for variant in spec.variants:
        pairs = (
            (variant.plan, given.get("plan")),
            (variant.country, given.get("country")),
            (variant.site, given.get("site")),
        )
        if variant.status and all(not wanted or value in wanted for wanted, value in pairs):
            status = variant.status
            break
    for wanted, key in ((spec.plans, "plan"), (spec.countries, "country"), (spec.sites, "site")):
        if wanted and given.get(key) is not None and given[key] not in wanted:
            why.append(f"it is only for {key} {', '.join(wanted)}")
    if status == "refused":
        why.append("requests by it are refused" + (f": {spec.reply}" if spec.reply else ""))
    if (
        spec.opens_after
        and given.get("age")
        and parse_span(str(given["age"])).rough_seconds < spec.opens_after.rough_seconds
    ):
        why.append(f"it opens when a request is {spec.opens_after} old")
    return status, why


def scope(policy: Policy, given: Given) -> dict[str, Any]:
    """Verdict on a code: in, out (with the way out), paid, later (not at this hour) or unknown;
    without a code, the lists.
    """
    rules = policy.source.scope
    plan = rules.by_plan.get(str(given.get("plan", "")))
    inside = {*rules.include, *(plan.include if plan else [])} - {*(plan.out if plan else [])}
    outside = ({*rules.out, *(plan.out if plan else [])}) - {*(plan.include if plan else [])}
    code = given.get("code")
    if code is None:
        return {"in": sorted(inside), "out": sorted(outside)}
    verdict = "out" if code in outside else "in" if code in inside else "unknown"
    if verdict == "in" and (later := _not_now(policy, str(code), given)):
        verdict = later
    lang = str(given.get("language", policy.languages[0]))
    own = {c.id: c.words for c in policy.source.clauses}
    words = {**rules.include, **rules.out}.get(str(code)) or own.get(str(code), {})
    way_out = pick(rules.refer.get(str(code), {}), lang, policy.languages)
    return {
        "code": code,
        "verdict": verdict,
        "words": pick(words, lang, policy.languages),
        "way_out": way_out or None,
    }


def _not_now(policy: Policy, code: str, given: Given) -> str | None:
    """`later` when the hour's own list lacks the code, `paid` when it costs at this hour; None
    when it is free now.
    """
    rules = policy.source.scope.when
    if not rules or not is_timed(given):
        return None
    at = start_of(policy, given)
    holding = [
        rule for rule in rules if received_fits(rule.calendar, at, policy.calendars, policy.zone)
    ]
    if not holding:
        return None if all(code not in rule.only for rule in rules) else "later"
    for rule in holding:
        if code not in rule.out and (not rule.only or code in rule.only):
            return "paid" if rule.paid else None
    return "later"


def required(policy: Policy, given: Given) -> dict[str, Any]:
    """What a request must say for this topic."""
    rules = policy.source.request
    topic = list(rules.by_topic.get(str(given.get("topic", "")), []))
    return {
        "must": [*rules.must, *(m for m in topic if m not in rules.must)],
        "one_issue": rules.one_issue,
        "kb_first": rules.kb_first,
    }


def language(policy: Policy, given: Given) -> dict[str, Any]:
    """Languages answered in this channel, plan and site, and whether the given one is among
    them.
    """
    file = policy.source
    spec = next((c for c in file.channels if c.id == given.get("channel")), None)
    plan, site = (
        file.plans.get(str(given.get("plan", ""))),
        file.sites.get(str(given.get("site", ""))),
    )
    lists = [part.languages for part in (spec, plan, site) if part and part.languages] or [
        file.request.languages or list(policy.languages)
    ]
    allowed = [lang for lang in lists[0] if all(lang in other for other in lists[1:])]
    wanted = given.get("language")
    return {"answered": allowed, "given": None if wanted is None else wanted in allowed}


def complaint(policy: Policy, given: Given) -> dict[str, Any]:
    """Where a complaint goes and what it lacks."""
    rules = policy.source.complaints
    assert rules is not None
    has = {str(item) for item in cast("list[Any]", given.get("has") or [])}
    stages = [
        {
            "id": s.id,
            "by": s.by,
            "ack": str(s.ack) if s.ack else None,
            "reply": str(s.reply) if s.reply else None,
        }
        for s in rules.stages
    ]
    return {
        "channels": rules.channels,
        "address": rules.address,
        "must": rules.must,
        "lacks": [m for m in rules.must if m not in has],
        "stages": stages,
        "not_by": rules.not_by,
        "told_apart": rules.told_apart,
    }


def identity(policy: Policy, given: Given) -> dict[str, Any]:
    """Whether a proof (login, registered_email, pin …) is enough for an act."""
    rules, proof, act = (
        policy.source.identity,
        str(given.get("proof", "")),
        str(given.get("act", "")),
    )
    enough = rules.only.get(act)
    right = (
        getattr(rules, proof, None)
        if proof in ("login", "registered_email")
        else ("full" if proof == "pin" and rules.pin else None)
    )
    allowed = right in ("full", "limited") if enough is None else proof in enough
    if proof == "pin" and rules.pin and act in rules.pin.not_for:
        allowed = False
    return {
        "proof": proof,
        "act": act,
        "right": right,
        "enough": allowed,
        "accepted": enough,
        "documents": rules.documents.get(act, []),
    }


def price(policy: Policy, given: Given) -> dict[str, Any] | None:
    """What paid help costs: units, amount before and after surcharges; null when nothing is
    charged for.
    """
    plan, about = given.get("plan"), str(given.get("code", ""))
    for row in policy.source.paid:
        if (not row.plan or plan in row.plan) and (
            not row.covers or not about or about in row.covers
        ):
            return _price(policy, row, given)
    return None


def _price(policy: Policy, row: Paid, given: Given) -> dict[str, Any]:
    amount, currency = _money(row.price or row.fixed or "0 ")
    shown: dict[str, Any] = {
        "rule": row.id or "paid",
        "model": row.model,
        "vat": row.vat,
        "consent": row.consent,
    }
    if row.model == "share_of_spend":
        part = Fraction(str(row.share or 0)) / 100 * _number(given.get("spend", 0), "spend")
        amount = max(amount, part) if row.larger_of else amount + part
    elif row.model == "time":
        units, size = _units(row, _number(given.get("minutes", 0), "minutes"))
        amount = amount * units * (size / 60 if row.per == "hour" else 1)
        shown |= {"units": float(units), "unit_minutes": float(size)}
    factor = _factor(policy, row.surcharges, given)
    amount *= factor
    if row.minimum and (least := _MONEY.match(row.minimum)) and least[2] == currency:
        amount = max(amount, Fraction(least[1]) if amount else amount)
    return {
        **shown,
        "surcharge_percent": float((factor - 1) * 100),
        "amount": f"{float(amount):.2f}",
        "currency": currency,
    }


def _units(row: Paid, minutes: Fraction) -> tuple[Fraction, Fraction]:
    """Charged units and the size of one in minutes, free time taken off."""
    size = Fraction(row.unit.rough_seconds, 60) if row.unit else Fraction(60)
    free = Fraction(row.included.rough_seconds, 60) if row.included else Fraction(0)
    if row.included_applies == "only_if_not_exceeded" and minutes > free:
        free = Fraction(0)
    charged = max(Fraction(0), minutes - free)
    units = charged / size
    if charged and row.minimum and re.fullmatch(r"[\d.]+(m|h)", row.minimum):
        units = max(units, Fraction(parse_span(row.minimum).rough_seconds, 60) / size)
    return (Fraction(math.ceil(units)) if row.started_counts else units), size


def _factor(policy: Policy, surcharges: list[Surcharge], given: Given) -> Fraction:
    facts = {str(fact) for fact in cast("list[Any]", given.get("facts") or [])}
    timed = is_timed(given)
    added, multiplied = Fraction(0), Fraction(1)
    for item in surcharges:
        word = item.when.removeprefix("not ")
        by_time = timed and (word in policy.calendars or word == "holiday")
        if item.when in facts or (
            by_time
            and received_fits(item.when, start_of(policy, given), policy.calendars, policy.zone)
        ):
            percent = Fraction(str(item.percent)) / 100
            added, multiplied = (
                (added + percent, multiplied) if item.adds else (added, multiplied * (1 + percent))
            )
    return (1 + added) * multiplied


def _money(text: str) -> tuple[Fraction, str]:
    found = _MONEY.match(text.strip())
    return (Fraction(found[1]), found[2].split()[0]) if found else (Fraction(0), "")


def _number(value: object, word: str) -> Fraction:
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise GivenError(
            f"{word}: '{str(value)[:40]}' is not a number; write it in digits"
        ) from None

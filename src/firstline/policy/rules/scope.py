"""Whether a matter is part of support: in, out, paid, later or unknown. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from firstline.policy.file.model import PolicyFile
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.prices import costs, fitting, own_row, terms
from firstline.policy.rules.situation import Situation
from firstline.policy.rules.targets import received_fits
from firstline.policy.text.values import pick
from firstline.policy.time.counting import stamp

LOOK_AHEAD = 40


def scope(policy: Policy, situation: Situation) -> dict[str, Any]:
    """Verdict on a code, or on a topic that the policy has as one: in, out (with the way out),
    paid (with the `price`), later (not at this hour, with `from`) or unknown; without a code, the
    lists.
    """
    rules = policy.source.scope
    plan = rules.by_plan.get(situation.plan or "")
    inside = {*rules.include, *(plan.include if plan else [])} - {*(plan.out if plan else [])}
    outside = ({*rules.out, *(plan.out if plan else [])}) - {*(plan.include if plan else [])}
    code = situation.code
    if code is None and situation.topic in codes(policy.source):
        code = situation.topic
    if code is None:
        lists = {"in": sorted(inside), "out": sorted(outside)}
        return {**lists, "only_if": rules.only_if, "needs": rules.needs}
    if situation.plan is not None:  # what only other plans have
        outside |= {one for other in rules.by_plan.values() for one in other.include} - inside
    verdict = "out" if code in outside else "in" if code in inside else "unknown"
    return _told(policy, code, verdict, situation)


def codes(file: PolicyFile) -> set[str]:
    """Every code a verdict can be given on: those of scope, of any plan, and of prices."""
    rules = file.scope
    plans = {code for plan in rules.by_plan.values() for code in (*plan.include, *plan.out)}
    return {*rules.include, *rules.out, *plans, *(word for row in file.paid for word in row.covers)}


def _told(policy: Policy, code: str, verdict: str, situation: Situation) -> dict[str, Any]:
    """The verdict at the hour asked about, with the words, the price and the conditions."""
    rules, from_ = policy.source.scope, None
    if verdict == "in" and rules.when and situation.received:
        verdict = _at_hour(policy, code, situation.received)
        from_ = _from(policy, code, situation.received) if verdict == "later" else None
    row = own_row(policy, code, situation)
    if row and verdict in ("in", "unknown"):
        verdict = "paid" if costs(row) else "in"
    elif verdict == "paid":
        row = row or fitting(policy, situation._replace(code=code))
    lang = situation.language or policy.languages[0]
    own = {c.id: c.words for c in policy.source.clauses}
    words = {**rules.include, **rules.out}.get(code) or own.get(code, {})
    return {
        "code": code,
        "verdict": verdict,
        "from": from_ and stamp(from_, policy.zone),
        "price": row and terms(row),
        "plans": sorted(name for name, other in rules.by_plan.items() if code in other.include),
        "words": pick(words, lang, policy.languages),
        "way_out": pick(rules.refer.get(code, {}), lang, policy.languages) or None,
        "only_if": [*rules.only_if, *rules.needs.get(code, [])],
    }


def _at_hour(policy: Policy, code: str, at: datetime) -> str:
    """`in`, `paid` or `later` at a moment, for a code that is in scope."""
    rules = policy.source.scope.when
    holding = [
        rule for rule in rules if received_fits(rule.calendar, at, policy.calendars, policy.zone)
    ]
    bound = any(rule.only_then and code in rule.only for rule in rules)
    for rule in holding:
        if code not in rule.out and (code in rule.only or not (rule.only or bound)):
            return "paid" if rule.paid else "in"
    # A rule with `only_then` speaks of its own codes and leaves all others as they are.
    shut = any(code in rule.out or (rule.only and not rule.only_then) for rule in holding)
    return "later" if bound or shut else "in"


def _from(policy: Policy, code: str, at: datetime) -> datetime | None:
    """When a code that must wait is dealt with: the next edge of a calendar at which it may."""
    names = {rule.calendar.removeprefix("not ") for rule in policy.source.scope.when}
    for _ in range(LOOK_AHEAD):
        edges = [
            edge
            for name in names
            if (edge := _edge(policy, name, at)) is not None and edge > at.astimezone(UTC)
        ]
        if not edges:
            return None
        at = min(edges)
        if _at_hour(policy, code, at) != "later":
            return at
    return None


def _edge(policy: Policy, name: str, at: datetime) -> datetime | None:
    calendar = policy.calendars[name]
    edge = calendar.closes_at(at) if calendar.is_open(at) else calendar.opens_at(at)
    return None if edge is None else edge.astimezone(UTC)

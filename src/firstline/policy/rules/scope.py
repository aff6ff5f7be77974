"""Whether a matter is part of support: in, out, paid, later or unknown. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from firstline.policy.file.model import PolicyFile
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.prices import PriceTerms, costs, fitting, own_row, terms
from firstline.policy.rules.situation import Situation
from firstline.policy.rules.targets import received_fits
from firstline.policy.rules.verdict import NotUsable
from firstline.policy.text.dates import moment_words
from firstline.policy.text.speech import current
from firstline.policy.text.speech import gettext as _
from firstline.policy.text.values import pick

LOOK_AHEAD = 40


ScopeState = Literal["in", "out", "paid", "later", "unknown"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a code stands: `from_` when it is dealt with later, what it costs, the `plans` that
    have it, its words and the way out, and what else must be the case.
    """

    code: str
    verdict: ScopeState
    from_: datetime | None
    price: PriceTerms | None
    plans: list[str]
    words: str
    way_out: str | None
    only_if: list[str]


@dataclass(frozen=True, slots=True)
class Codes:
    """What is dealt with and what is not, on which conditions, where no code is asked about."""

    in_: list[str]
    out: list[str]
    only_if: list[str]
    needs: dict[str, list[str]]


def scope_lists(policy: Policy, situation: Situation) -> tuple[set[str], set[str]]:
    """The codes that are in and out for the plan of a situation."""
    rules = policy.source.scope
    plan = rules.by_plan.get(situation.plan or "")
    more, less = (set(plan.include), set(plan.out)) if plan else (set[str](), set[str]())
    return (set(rules.include) | more) - less, (set(rules.out) | less) - more


def scope(policy: Policy, situation: Situation) -> Scope | Codes:
    """The verdict on the code of a situation, or on its topic where the policy has it as a code;
    every code without either.
    """
    code = _code(policy, situation)
    rules, reader = policy.source.scope, situation.reader or current()
    if code is None:
        inside, outside = scope_lists(policy, situation)
        return Codes(sorted(inside), sorted(outside), rules.only_if, rules.needs)
    verdict = _standing(policy, code, situation)
    since = _since(policy, situation) if verdict == "later" else None
    row = own_row(policy, code, situation)
    if row and verdict in ("in", "unknown"):
        verdict = "paid" if costs(row) else "in"
    elif verdict == "paid":
        row = row or fitting(policy, situation._replace(code=code))
    own = {clause.id: clause.words for clause in policy.source.clauses}
    words = {**rules.include, **rules.out}.get(code) or own.get(code, {})
    return Scope(
        code,
        verdict,
        since,
        row and terms(policy, row),
        sorted(name for name, other in rules.by_plan.items() if code in other.include),
        pick(words, reader, policy.languages),
        pick(rules.refer.get(code, {}), reader, policy.languages) or None,
        [*rules.only_if, *rules.needs.get(code, [])],
    )


def scope_refusal(policy: Policy, situation: Situation) -> NotUsable | None:
    """Why support does not deal with the matter of a situation now; None where it does."""
    code, reader = _code(policy, situation), situation.reader or current()
    if code is None or _standing(policy, code, situation) not in ("out", "later"):
        return None
    name, time = policy.label("topic", code, reader), ""
    plan = policy.label("plan", situation.plan or "", reader)
    if _by_plan(policy, code, situation) != "out":
        text, since = _("Support does not deal with it now: %(topic)s."), _since(policy, situation)
        if since:
            text += " " + _("It is dealt with from %(time)s on.")
            time = moment_words(since, policy.zone, current())
    elif _by_plan(policy, code, situation._replace(plan=None)) == "out":
        text = _("Support does not deal with it: %(topic)s.")
    else:
        text = _("It is not part of the plan %(plan)s: %(topic)s.")
    reason = text % {"topic": name, "plan": plan, "time": time}
    way_out = pick(policy.source.scope.refer.get(code, {}), reader, policy.languages)
    return NotUsable("out-of-scope", reason, way_out)


def _code(policy: Policy, situation: Situation) -> str | None:
    """What the scope is asked about: the code, or the topic where the policy has it as one."""
    topic = situation.topic
    return situation.code or (topic if topic in codes(policy.source) else None)


def _standing(policy: Policy, code: str, situation: Situation) -> ScopeState:
    """The verdict for the plan and at the hour asked about, before what it costs."""
    at, rules = situation.received, policy.source.scope
    verdict = _by_plan(policy, code, situation)
    return _at_hour(policy, code, at) if verdict == "in" and rules.when and at else verdict


def _by_plan(policy: Policy, code: str, situation: Situation) -> ScopeState:
    inside, outside = scope_lists(policy, situation)
    plans = policy.source.scope.by_plan.values()
    if situation.plan is not None:  # what only other plans have
        outside |= {one for other in plans for one in other.include} - inside
    return "out" if code in outside else "in" if code in inside else "unknown"


def codes(file: PolicyFile) -> set[str]:
    """Every code a verdict can be given on: those of scope, of any plan, and of prices."""
    rules = file.scope
    plans = {code for plan in rules.by_plan.values() for code in (*plan.include, *plan.out)}
    return {*rules.include, *rules.out, *plans, *(word for row in file.paid for word in row.covers)}


def _at_hour(policy: Policy, code: str, at: datetime) -> ScopeState:
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


def _since(policy: Policy, situation: Situation) -> datetime | None:
    """When a code that must wait is dealt with: the next edge of a calendar at which it may."""
    code, at = _code(policy, situation), situation.received
    if code is None or at is None:
        return None
    names = {rule.calendar.removeprefix("not ") for rule in policy.source.scope.when}
    for _edges in range(LOOK_AHEAD):
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

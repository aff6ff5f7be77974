"""Which plans have support at a moment. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from firstline.policy.rules.policy import Policy
from firstline.policy.text.values import parse_local


@dataclass(frozen=True)
class NoSupport:
    """Why a plan gives no support: it has none, or it `ended` (a date of the file) and the plan
    `then` takes its place, where the file names one.
    """

    plan: str
    ended: str | None = None
    then: str | None = None


def lack_of_support(policy: Policy, plan: str | None, at: datetime | None) -> NoSupport | None:
    """Why a plan gives no support at a moment; None where it gives it. A plan that ends on a date
    has it for that whole day. Whoever names no moment is not asked whether a plan has ended.
    """
    spec = policy.source.plans.get(plan or "")
    if plan is None or spec is None:
        return None
    if spec.ends and at:
        last = parse_local(spec.ends) + timedelta(days="T" not in spec.ends)
        if at.astimezone(policy.zone).replace(tzinfo=None) >= last:
            return NoSupport(plan, spec.ends, spec.then)
    return None if spec.support else NoSupport(plan)

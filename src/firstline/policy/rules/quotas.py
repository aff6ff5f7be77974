"""What is included in a plan or paid in advance, and what of help it covers. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from firstline.policy.file.money import Paid, Quota
from firstline.policy.rules.periods import in_force
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.situation import Situation
from firstline.policy.rules.views import stretch
from firstline.policy.text.values import Span
from firstline.policy.time.counting import stamp

PREPAID = "prepaid"


@dataclass(frozen=True)
class Covered:
    """What a quota or time paid in advance takes over: `amount` minutes, or one request. `beyond`
    is what the quota says of more.
    """

    by: str
    amount: Fraction
    unit: str
    beyond: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {"by": self.by, self.unit: float(self.amount)}


def coverage(policy: Policy, row: Paid, situation: Situation) -> list[Covered]:
    """What of the help asked about is included, by `used` of the quota, and then paid in advance,
    by the `balance`; nothing of what the question does not say.
    """
    minutes = situation.minutes
    found = [_by_quota(one, row, situation) for one in fitting_quotas(policy, situation)]
    sources = [next(filter(None, found), None)]
    if minutes is not None and situation.balance is not None and takes_time(row):
        rest = minutes - sum(one.amount for one in sources if one and one.unit == "minutes")
        paid = balance(policy, situation)
        sources.append(Covered(PREPAID, min(paid, rest), "minutes") if paid and rest > 0 else None)
    return [one for one in sources if one]


def _by_quota(quota: Quota, row: Paid, situation: Situation) -> Covered | None:
    """What a quota takes over, 0 minutes where it is used; None where it does not count this."""
    left = _rest_of(quota, situation)
    if left is None:
        return None
    if quota.time is not None and takes_time(row) and situation.minutes is not None:
        return Covered(
            "quota", min(max(left, Fraction(0)), situation.minutes), "minutes", quota.beyond
        )
    # A row about something of its own is paid beside what is included.
    if quota.time is None and not row.covers and row.model in ("time", "per_request"):
        return Covered("quota", Fraction(left >= 1), "requests", quota.beyond)
    return None


def takes_time(row: Paid) -> bool:
    """Whether a row is about minutes of work."""
    return row.model in ("time", "credits", PREPAID)


def fitting_quotas(policy: Policy, situation: Situation) -> list[Quota]:
    """What is included for the plan at the time asked about."""
    rows = [q for q in policy.source.quota if not q.plan or situation.plan in q.plan]
    return [row for row in rows if in_force(row, situation.received, policy.zone)]


def _total(row: Quota) -> Fraction | None:
    total = Fraction(row.time.rough_seconds, 60) if row.time else row.amount
    return None if total is None else Fraction(total) * (row.average_over or 1)


def _rest_of(row: Quota, situation: Situation) -> Fraction | None:
    """What is left of a quota, below 0 where more was used; None where nobody says."""
    total = _total(row)
    return None if total is None or situation.used is None else total - situation.used


def quota(policy: Policy, situation: Situation) -> list[dict[str, Any]]:
    """What is included for the plan, and with `used` (requests, or minutes) what of it is left."""
    return [_quota(row, situation) for row in fitting_quotas(policy, situation)]


def _quota(row: Quota, situation: Situation) -> dict[str, Any]:
    total, left = _total(row), _rest_of(row, situation)
    shown: dict[str, Any] = {
        "unit": "minutes" if row.time else row.unit,
        "included": None if total is None else float(total),
        "per": row.per,
        "periods": row.average_over or 1,
        "per_service": row.per_service,
        "rollover": row.rollover,
        "beyond": row.beyond,
    }
    if left is not None:
        shown |= {"left": float(max(left, Fraction(0))), "used_up": left <= 0}
    return shown


def prepaid(policy: Policy, situation: Situation) -> dict[str, Any] | None:
    """Time paid in advance: how much is bought at a time, until when what was `bought` holds, and
    what is left of the `balance`; None where the policy sells none.
    """
    row = prepaid_row(policy, situation)
    if row is None:
        return None
    ends = _ends(policy, row, situation)
    return {
        "time": str(row.time) if row.time else None,
        "price": row.price,
        "expires": str(row.expires) if row.expires else None,
        "ends_at": ends and stamp(ends, policy.zone),
        "left": None if situation.balance is None else float(balance(policy, situation)),
    }


def balance(policy: Policy, situation: Situation) -> Fraction:
    """Minutes paid in advance that may still be used: none once they have ended."""
    row = prepaid_row(policy, situation)
    ends = row and _ends(policy, row, situation)
    over = ends and situation.received and situation.received >= ends
    return Fraction(0) if row is None or over else situation.balance or Fraction(0)


def prepaid_row(policy: Policy, situation: Situation) -> Paid | None:
    """The first row for the plan that sells time in advance."""
    rows = (r for r in policy.source.paid if not r.plan or situation.plan in r.plan)
    # What was bought holds, whether or not it is still sold.
    return next((row for row in rows if row.model == PREPAID), None)


def _ends(policy: Policy, row: Paid, situation: Situation) -> datetime | None:
    if situation.bought is None or not isinstance(row.expires, Span):
        return None
    calendar = policy.table.clock("always", situation, row.expires)
    found = stretch(row.expires, situation.bought, calendar, policy.zone)
    return found and found.end

"""What is included in a plan or paid in advance, and what of help it covers. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from firstline.policy.file.money import Paid, Quota
from firstline.policy.rules.periods import in_force
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.situation import Situation
from firstline.policy.rules.views import stretch
from firstline.policy.text.values import Span

PREPAID = "prepaid"
MONTHS = {"month": 1, "billing_cycle": 1, "year": 12}


@dataclass(frozen=True)
class Covered:
    """What a quota or time paid in advance takes over: minutes, or one request."""

    by: str
    minutes: Fraction | None = None
    requests: Fraction | None = None


@dataclass(frozen=True)
class Included:
    """What a quota says is included, and with `used` what of it is left; `unit` is minutes or
    incidents.
    """

    unit: str
    included: Fraction | None
    per: str
    periods: int
    per_service: bool
    rollover: bool
    beyond: str | None
    left: Fraction | None = None
    used_up: bool | None = None


@dataclass(frozen=True)
class Prepaid:
    """Time paid in advance: how much is bought at a time, until when what was `bought` holds, and
    the minutes that are left of the `balance`.
    """

    time: Span | None
    price: str | None
    expires: Span | str | None
    ends_at: datetime | None
    left: Fraction | None


def coverage(policy: Policy, row: Paid, situation: Situation) -> tuple[list[Covered], str | None]:
    """What of the help asked about is included, by `used` of the quota, and then paid in advance,
    by the `balance`, nothing of what the question does not say; and what the quota says of more.
    """
    minutes, quotas = situation.minutes, fitting_quotas(policy, situation)
    found = ((q, one) for q in quotas if (one := _by_quota(q, row, situation)))
    quota, included = next(found, (None, None))
    taken = [included] if included else []
    if minutes is not None and situation.balance is not None and takes_time(row):
        rest = minutes - sum(one.minutes or 0 for one in taken)
        paid = balance(policy, situation)
        taken += [Covered(PREPAID, min(paid, rest))] if paid and rest > 0 else []
    return taken, quota and quota.beyond


def _by_quota(quota: Quota, row: Paid, situation: Situation) -> Covered | None:
    """What a quota takes over, 0 minutes where it is used; None where it does not count this."""
    left = rest_of(quota, situation)
    if left is None:
        return None
    if quota.time is not None and takes_time(row) and situation.minutes is not None:
        return Covered("quota", min(max(left, Fraction(0)), situation.minutes))
    # A row about something of its own is paid beside what is included.
    if quota.time is None and not row.covers and row.model in ("time", "per_request"):
        return Covered("quota", requests=Fraction(left >= 1))
    return None


def takes_time(row: Paid) -> bool:
    """Whether a row is about minutes of work."""
    return row.model in ("time", "credits", PREPAID)


def fitting_quotas(policy: Policy, situation: Situation) -> list[Quota]:
    """What is included for the plan at the time asked about."""
    rows = [q for q in policy.source.quota if not q.plan or situation.plan in q.plan]
    return [row for row in rows if in_force(row, situation.received, policy.zone)]


def period_start(row: Quota, at: datetime, zone: ZoneInfo) -> datetime:
    """Midnight of the day on which the periods of a quota began that count at a moment: the present
    one, and those before it over which it is averaged. A billing cycle is a month.
    """
    local = at.astimezone(zone)
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    if row.per == "year":
        first = first.replace(month=1)
    for _month in range(MONTHS[row.per] * ((row.average_over or 1) - 1)):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def _total(row: Quota) -> Fraction | None:
    total = Fraction(row.time.rough_seconds, 60) if row.time else row.amount
    return None if total is None else Fraction(total) * (row.average_over or 1)


def rest_of(row: Quota, situation: Situation) -> Fraction | None:
    """What is left of a quota, below 0 where more was used; None where nobody says."""
    total = _total(row)
    return None if total is None or situation.used is None else total - situation.used


def quota(policy: Policy, situation: Situation) -> list[Included]:
    """What is included for the plan, and with `used` (requests, or minutes) what of it is left."""
    return [_quota(row, situation) for row in fitting_quotas(policy, situation)]


def _quota(row: Quota, situation: Situation) -> Included:
    left = rest_of(row, situation)
    return Included(
        unit="minutes" if row.time else row.unit,
        included=_total(row),
        per=row.per,
        periods=row.average_over or 1,
        per_service=row.per_service,
        rollover=row.rollover,
        beyond=row.beyond,
        left=None if left is None else max(left, Fraction(0)),
        used_up=None if left is None else left <= 0,
    )


def prepaid(policy: Policy, situation: Situation) -> Prepaid | None:
    """Time paid in advance in a situation; None where the policy sells none."""
    row = prepaid_row(policy, situation)
    if row is None:
        return None
    left = None if situation.balance is None else balance(policy, situation)
    return Prepaid(row.time, row.price, row.expires, _ends(policy, row, situation), left)


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

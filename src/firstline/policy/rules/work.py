"""What recorded work costs: cut where its price changes, what is included taken off first. Pure.

Work of one tally (an offer that a client agreed to) is priced as a whole: free time, the least and
the highest price and the fixed fee count once, and a started unit has the price of the moment at
which it was started.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from firstline.policy.file.money import Quota
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.prices import fitting, price, surcharges
from firstline.policy.rules.quotas import (
    coverage,
    fitting_quotas,
    period_start,
    prepaid,
    rest_of,
)
from firstline.policy.rules.situation import Situation

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ZERO = Fraction(0)
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Work:
    """Help that was given from `begin` to `end`. `situation` says about what; `limit` are the
    minutes that the client agreed to pay for in this `tally`, `most` the sum, None without a limit;
    `incidents` how many requests of a quota were used before this one; `service` whose quota it may
    count in.
    """

    id: Hashable
    tally: Hashable
    situation: Situation
    begin: datetime
    end: datetime
    limit: Fraction | None = None
    most: Decimal | None = None
    incidents: int | None = None
    service: Hashable = None


@dataclass(frozen=True, slots=True)
class Charge:
    """What a piece of work costs. Of its `minutes` so many are `included` in a quota or `prepaid`,
    and so many `beyond` what was agreed, which nobody pays, as nobody pays the `waived` part of the
    price, above the sum that was agreed; `amount` is None where the policy states no price, and
    `why` says what it lacks.
    """

    begin: datetime
    end: datetime
    minutes: Fraction
    included: Fraction
    prepaid: Fraction
    beyond: Fraction
    rule: str | None
    amount: Decimal | None
    currency: str | None
    vat: str | None
    why: str | None = None
    waived: Decimal = NOTHING


@dataclass(slots=True)
class Purchase:
    """Minutes that were paid in advance at a moment; `left` of them are not used."""

    at: datetime
    left: Fraction


@dataclass(slots=True)
class HelpAccount:
    """What one client has used up and paid so far, piece by piece in order of time."""

    purchases: list[Purchase] = field(default_factory=list[Purchase])
    uses: list[tuple[datetime, Hashable, Fraction]] = field(
        default_factory=list[tuple[datetime, Hashable, Fraction]]
    )
    minutes: defaultdict[Hashable, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    sums: defaultdict[Hashable, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def used(self, policy: Policy, quota: Quota, work: Work, at: datetime) -> Fraction:
        """Minutes of a quota that were used in its period before a moment."""
        since = period_start(quota, at, policy.zone)
        return sum(
            (
                minutes
                for when, service, minutes in self.uses
                if since <= when and (not quota.per_service or service == work.service)
            ),
            ZERO,
        )

    def minutes_left(self, policy: Policy, work: Work) -> tuple[Fraction, Fraction]:
        """Minutes that are still included, and paid in advance, when a work begins."""
        situation = work.situation._replace(received=work.begin)
        quota = _time_quota(policy, situation)
        used = self.used(policy, quota, work, work.begin) if quota else None
        rest = rest_of(quota, situation._replace(used=used)) if quota else None
        held = (one.left for one in self.purchases if _holds(policy, situation, one))
        return max(rest or ZERO, ZERO), sum(held, ZERO)


def charges(
    policy_of: Callable[[Work], Policy], works: Iterable[Work], account: HelpAccount
) -> dict[Hashable, list[Charge]]:
    """The charges of each work by its id. Works go in the order in which they were done."""
    found: dict[Hashable, list[Charge]] = {}
    for work in sorted(works, key=lambda one: one.begin):
        policy = policy_of(work)
        cuts = cut(policy, work)
        found[work.id] = [_charge(policy, work, *piece, account) for piece in cuts]
    return found


def cut(policy: Policy, work: Work) -> list[tuple[datetime, datetime]]:
    """The stretches of a work between which its price or the period of a quota changes."""
    starts = [work.begin]
    last = _rate(policy, work.situation._replace(received=work.begin))
    for at in _minutes(work):
        rate = _rate(policy, work.situation._replace(received=at))
        if rate != last:
            starts.append(at)
        last = rate
    return list(zip(starts, [*starts[1:], work.end], strict=True))


def _minutes(work: Work) -> Iterator[datetime]:
    """The full minutes within a work."""
    at = work.begin.replace(second=0, microsecond=0) + MINUTE
    while at < work.end:
        yield at
        at += MINUTE


def _rate(policy: Policy, situation: Situation) -> object:
    """What the price of a minute depends on, and the month, in which a quota may begin anew."""
    row, at = fitting(policy, situation), situation.received
    local = at and at.astimezone(policy.zone)
    month = local and (local.year, local.month)
    return (None, month) if row is None else (id(row), *surcharges(policy, row, situation), month)


def _charge(
    policy: Policy, work: Work, begin: datetime, end: datetime, account: HelpAccount
) -> Charge:
    situation = work.situation._replace(received=begin)
    minutes = Fraction((end - begin) // SECOND, 60)
    included, paid_ahead = _take_covered(policy, work, situation, minutes, account)
    before = account.minutes[work.tally]
    payable = minutes - included - paid_ahead
    within = payable if work.limit is None else max(ZERO, min(payable, work.limit - before))
    account.minutes[work.tally] = before + within
    found = price(policy, situation._replace(minutes=before + within))
    amount = found and found.amount
    if found and amount is not None and before:
        amount -= _amount(policy, situation._replace(minutes=before))
    amount, waived = _within_agreed(work, amount if within else NOTHING, account)
    return Charge(
        begin,
        end,
        minutes,
        included,
        paid_ahead,
        payable - within,
        found and found.rule,
        amount,
        found and found.currency,
        found and found.vat,
        found.why if found and within else None,
        waived,
    )


def _within_agreed(
    work: Work, amount: Decimal | None, account: HelpAccount
) -> tuple[Decimal | None, Decimal]:
    """The part of a price that the client agreed to, and the part above it: an hour that is dearer
    than the one at which the offer was made is at the company's charge.
    """
    if amount is None or work.most is None:
        return amount, NOTHING
    agreed = min(amount, max(NOTHING, work.most - account.sums[work.tally]))
    account.sums[work.tally] += agreed
    return agreed, amount - agreed


def _amount(policy: Policy, situation: Situation) -> Decimal:
    found = price(policy, situation)
    return found.amount if found and found.amount is not None else Decimal(0)


def _take_covered(
    policy: Policy, work: Work, situation: Situation, minutes: Fraction, account: HelpAccount
) -> tuple[Fraction, Fraction]:
    """Take off what a quota includes, then what was paid in advance; the minutes of each."""
    row, at = fitting(policy, situation), situation.received
    if row is None or at is None:
        return ZERO, ZERO
    quota = _time_quota(policy, situation)
    used = account.used(policy, quota, work, at) if quota else _fraction(work.incidents)
    asked = situation._replace(minutes=minutes, used=used)
    taken, _more = coverage(policy, row, asked)
    if any(one.requests for one in taken):
        return minutes, ZERO
    included = sum((one.minutes or ZERO for one in taken), ZERO)
    if included:
        account.uses.append((at, work.service, included))
    return included, _take_prepaid(policy, asked, minutes - included, account)


def _time_quota(policy: Policy, situation: Situation) -> Quota | None:
    return next((q for q in fitting_quotas(policy, situation) if q.time is not None), None)


def _fraction(number: int | None) -> Fraction | None:
    return None if number is None else Fraction(number)


def _take_prepaid(
    policy: Policy, situation: Situation, minutes: Fraction, account: HelpAccount
) -> Fraction:
    """Use up minutes paid in advance that still hold, the oldest first."""
    left = minutes
    for one in account.purchases:
        if not left or not one.left or not _holds(policy, situation, one):
            continue
        taken = min(left, one.left)
        one.left -= taken
        left -= taken
    return minutes - left


def _holds(policy: Policy, situation: Situation, purchase: Purchase) -> bool:
    """Whether what was bought was bought by then, and has not ended."""
    at = situation.received
    row = prepaid(policy, situation._replace(bought=purchase.at))
    return bool(row and at and purchase.at <= at and (row.ends_at is None or at < row.ends_at))

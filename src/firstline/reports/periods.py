"""Periods that figures are asked for: whole days of the policy's zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from firstline.kit.typed import day_or_none

PERIODS = ("days", "month", "last", "own")
DAYS = 30
LONGEST = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Period:
    """From the beginning of the day `first` to the end of the day `last`. `name` is how it was
    chosen: the last thirty days, this month, the last month, own days.
    """

    name: str
    first: date
    last: date
    zone: tzinfo

    @property
    def since(self) -> datetime:
        """Its beginning."""
        return datetime.combine(self.first, time(), self.zone).astimezone(UTC)

    @property
    def until(self) -> datetime:
        """Its end, which is not part of it."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone).astimezone(UTC)

    @property
    def ended(self) -> datetime:
        """Its last second."""
        return self.until - timedelta(seconds=1)

    def month(self, name: str) -> "Period | None":
        """What of it falls into a month such as 2026-03; None for no month or nothing."""
        first = day_or_none(f"{name}-01")
        return self._cut(*_month(first)) if first else None

    def week(self, name: str) -> "Period | None":
        """What of it falls into a week such as 2026-W11; None for no week or nothing."""
        first = day_or_none(f"{name}-1")
        return self._cut(first, first + timedelta(days=6)) if first else None

    def _cut(self, first: date, last: date) -> "Period | None":
        first, last = max(first, self.first), min(last, self.last)
        return Period("own", first, last, self.zone) if first <= last else None


def _month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def own_period(first: str, last: str, zone: tzinfo) -> Period | None:
    """From one day to another, five years at most; None where they cannot be read."""
    begin, end = day_or_none(first), day_or_none(last)
    if begin and end and begin <= end <= begin + LONGEST:
        return Period("own", begin, end, zone)
    return None


def period(name: str, first: str, last: str, *, zone: tzinfo, now: datetime) -> Period:
    """The period that was asked for; what cannot be read gives the last thirty days."""
    today = now.astimezone(zone).date()
    if name == "month":
        return Period(name, today.replace(day=1), today, zone)
    if name == "last":
        return Period(name, *_month(today.replace(day=1) - timedelta(days=1)), zone)
    if name == "own" and (own := own_period(first, last, zone)):
        return own
    return Period("days", today - timedelta(days=DAYS - 1), today, zone)


def months(count: int, *, zone: tzinfo, now: datetime) -> Period:
    """The present month and those before it, `count` in all."""
    today = now.astimezone(zone).date()
    first = today.replace(day=1)
    for _ in range(count - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    return Period("own", first, today, zone)

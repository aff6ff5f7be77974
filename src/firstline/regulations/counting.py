"""From a span and a clock to a due time, with the steps that led there. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .calendars import Calendar, Interval, add_days, add_months, instant
from .values import Span

MOST_STEPS = 60
Step = dict[str, Any]


@dataclass(frozen=True)
class Due:
    """A due time: `at` in the policy's zone, the `rule` that gave it, the calendar `steps` that
    were counted.
    """

    at: datetime
    rule: dict[str, Any] = field(default_factory=dict[str, Any])
    steps: list[Step] = field(default_factory=list[Step])


def due_at(
    span: Span,
    start: datetime,
    calendar: Calendar,
    zone: ZoneInfo,
    pauses: tuple[Interval, ...] = (),
) -> datetime | None:
    """The moment `span` after `start` by `calendar`, in `zone`; None when the calendar never
    opens for so long.
    """
    seconds = span.seconds
    if (
        seconds is not None
        and not pauses
        and (calendar.always or (seconds == 0 and not span.working))
    ):
        return (start.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(zone)
    if seconds is not None:
        return _counted(
            calendar.add(start, timedelta(seconds=seconds), pauses),
            timedelta(seconds=seconds),
            zone,
        )
    return _by_days(span, start + _paused(start, pauses), calendar, zone)


def _paused(start: datetime, pauses: tuple[Interval, ...]) -> timedelta:
    """Time that stood still after `start`; spans in days are simply begun so much later."""
    return sum(
        (end - max(begin, start) for begin, end in pauses if end > max(begin, start)), timedelta()
    )


def _by_days(span: Span, start: datetime, calendar: Calendar, zone: ZoneInfo) -> datetime | None:
    count = -(-span.amount.numerator // span.amount.denominator)
    if span.unit in ("bd", "same_business_day", "next_business_day"):
        found = calendar.add_working_days(start, 0 if span.unit == "same_business_day" else count)
        return found.astimezone(zone) if found else None
    if span.unit in ("mo", "y"):
        return add_months(start, count * (12 if span.unit == "y" else 1), zone)
    return add_days(start, count * (7 if span.unit == "w" else 1), zone)


def before(span: Span, at: datetime, calendar: Calendar, zone: ZoneInfo) -> datetime:
    """The latest moment from which a span lasts until `at`: elapsed time and calendar days plainly,
    working days as so many whole ones in between.
    """
    if span.seconds is not None and not span.working:
        return (at.astimezone(UTC) - timedelta(seconds=span.seconds)).astimezone(zone)
    count = -(-span.amount.numerator // span.amount.denominator)
    if not span.working:
        if span.unit in ("mo", "y"):
            return add_months(at, -count * (12 if span.unit == "y" else 1), zone)
        return add_days(at, -count * (7 if span.unit == "w" else 1), zone)
    day, left = at.astimezone(calendar.zone).date(), count
    for _ in range(count + 3660):
        if left <= 0:
            break
        day -= timedelta(days=1)
        left -= calendar.working_day(day)
    begin = next(iter(calendar.day(day)), None)
    return (begin[0] if begin else instant(day, 0, calendar.zone)).astimezone(zone)


def _counted(spans: Iterable[Interval], length: timedelta, zone: ZoneInfo) -> datetime | None:
    used, last = timedelta(), None
    for begin, end in spans:
        used, last = used + (end - begin), end
    return last.astimezone(zone) if last is not None and used >= length else None


def steps(
    span: Span,
    start: datetime,
    calendar: Calendar,
    zone: ZoneInfo,
    pauses: tuple[Interval, ...] = (),
) -> list[Step]:
    """What was counted, as a table of {from, to, minutes, what}; at most 60 rows, the rest is
    summed up in one.
    """
    seconds = span.seconds
    if seconds is not None and not calendar.always:
        rows = [
            _row(a, b, zone, calendar.name)
            for a, b in calendar.add(start, timedelta(seconds=seconds), pauses)
        ]
        return (
            rows
            if len(rows) <= MOST_STEPS
            else [*rows[: MOST_STEPS - 1], {"what": f"and {len(rows) - MOST_STEPS + 1} more"}]
        )
    end = due_at(span, start, calendar, zone, pauses)
    if end is None:
        return []
    if span.working:
        return _day_rows(start, end, calendar)
    return [_row(start, end, zone, "elapsed" if calendar.always else calendar.name)]


def _row(begin: datetime, end: datetime, zone: ZoneInfo, what: str) -> Step:
    minutes = round((end.astimezone(UTC) - begin.astimezone(UTC)).total_seconds() / 60, 2)
    return {"from": stamp(begin, zone), "to": stamp(end, zone), "minutes": minutes, "what": what}


def _day_rows(start: datetime, end: datetime, calendar: Calendar) -> list[Step]:
    """One row a day: the day received, days counted, days left out with their reason."""
    rows: list[Step] = []
    day, last, number = (
        start.astimezone(calendar.zone).date(),
        end.astimezone(calendar.zone).date(),
        0,
    )
    while day <= last and len(rows) < MOST_STEPS:
        if not rows and day < last:
            what = "day received, not counted"
        elif calendar.working_day(day):
            number += 1
            what = f"working day {number}"
        else:
            holiday = calendar.holiday(day)
            what = "closed" if holiday is None else f"holiday {holiday}".strip()
        rows.append({"day": day.isoformat(), "what": what, "calendar": calendar.name})
        day += timedelta(days=1)
    return rows


def stamp(at: datetime, zone: ZoneInfo) -> str:
    """RFC 3339 with seconds, in the offset of `zone`."""
    return at.astimezone(zone).isoformat(timespec="seconds")

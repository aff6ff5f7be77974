"""From a span and a clock to a due time, with the steps that led there. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from firstline.policy.text.values import Span
from firstline.policy.time.calendars import (
    Calendar,
    Interval,
    add_days,
    add_months,
    instant,
    merge_spans,
    without,
)

MOST_STEPS = 60
FURTHEST_BACK = 3660
DueStep = dict[str, Any]


@dataclass(frozen=True)
class Due:
    """A due time: `at` in the policy's zone, the `rule` that gave it, the calendar `steps` that
    were counted.
    """

    at: datetime
    rule: dict[str, Any] = field(default_factory=dict[str, Any])
    steps: list[DueStep] = field(default_factory=list[DueStep])


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
    if seconds is not None and not pauses and calendar.always:
        return (start.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(zone)
    if seconds is not None:
        return _end_of_count(
            calendar.add(start, timedelta(seconds=seconds), pauses),
            timedelta(seconds=seconds),
            zone,
        )
    return _by_days(span, _effective_start(span, start, calendar, zone, pauses), calendar, zone)


def _effective_start(
    span: Span, start: datetime, calendar: Calendar, zone: ZoneInfo, pauses: tuple[Interval, ...]
) -> datetime:
    """Spans in days are begun so much later as the clock stood still: working time for working
    days, else all of it. A pause after the end changes nothing.
    """
    first = begun = start.astimezone(UTC)
    lost = timedelta()
    for since, until in _in_order(pauses):
        reached = _by_days(span, begun, calendar, zone)
        if reached is None or since >= reached.astimezone(UTC):
            break
        lost += _running(span, max(since, first), until, calendar)
        begun = first + lost
        if span.working and lost:
            begun = max(end for _, end in calendar.add(first, lost))
    return begun


def _in_order(pauses: tuple[Interval, ...]) -> list[Interval]:
    return merge_spans(sorted((a.astimezone(UTC), b.astimezone(UTC)) for a, b in pauses))


def _running(span: Span, start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Time of [start, end) that a span in days would have counted."""
    if not span.working or end <= start:
        return max(end - start, timedelta())
    return sum((b - a for a, b in _open_between(start, end, calendar)), timedelta())


def _count(span: Span) -> int:
    """Whole days, weeks, months or years of a span; none for the day of arrival itself."""
    if span.unit == "same_business_day":
        return 0
    return -(-span.amount.numerator // span.amount.denominator)


def _by_days(span: Span, start: datetime, calendar: Calendar, zone: ZoneInfo) -> datetime | None:
    count = _count(span)
    if span.working:
        found = calendar.add_working_days(start, count)
        return found.astimezone(zone) if found else None
    if span.unit in ("mo", "y"):
        return add_months(start, count * (12 if span.unit == "y" else 1), zone)
    return add_days(start, count * (7 if span.unit == "w" else 1), zone)


def before(span: Span, at: datetime, calendar: Calendar, zone: ZoneInfo) -> datetime:
    """The latest moment from which a span lasts until `at`: elapsed time and calendar days plainly,
    working hours by the calendar, working days as so many whole ones in between.
    """
    if span.seconds is not None:
        length = timedelta(seconds=span.seconds)
        plain = at.astimezone(UTC) - length
        found = _open_before(length, at, calendar) if span.working else plain
        return found.astimezone(zone)
    count = _count(span)
    if not span.working:
        if span.unit in ("mo", "y"):
            return add_months(at, -count * (12 if span.unit == "y" else 1), zone)
        return add_days(at, -count * (7 if span.unit == "w" else 1), zone)
    day, left = at.astimezone(calendar.zone).date(), count
    for _ in range(count + FURTHEST_BACK):
        if left <= 0:
            break
        day -= timedelta(days=1)
        left -= calendar.working_day(day)
    begin = next(iter(calendar.day(day)), None)
    return (begin[0] if begin else instant(day, 0, calendar.zone)).astimezone(zone)


def _open_before(length: timedelta, at: datetime, calendar: Calendar) -> datetime:
    """The latest moment between which and `at` a calendar is open for so long; the furthest one
    looked at where it never is.
    """
    end = begin = at.astimezone(UTC)
    for days in (8, 64, 512, FURTHEST_BACK):
        begin, left = end - timedelta(days=days), length
        for opened, closed in reversed(_open_between(begin, end, calendar)):
            if closed - opened >= left:
                return closed - left
            left -= closed - opened
    return begin


def _open_between(start: datetime, end: datetime, calendar: Calendar) -> list[Interval]:
    found: list[Interval] = []
    for begin, stop in calendar.open_from(start):
        if begin >= end:
            break
        found.append((begin, min(stop, end)))
    return found


def _end_of_count(spans: Iterable[Interval], length: timedelta, zone: ZoneInfo) -> datetime | None:
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
) -> list[DueStep]:
    """What was counted, as a table of {from, to, minutes, what}, working days as one of {day,
    what, calendar}; at most 60 rows, what is left out is summed up in one.
    """
    seconds = span.seconds
    if seconds is not None and (pauses or not calendar.always):
        what = "elapsed" if calendar.always else calendar.name
        used = list(calendar.add(start, timedelta(seconds=seconds), pauses))
        return _time_rows(used, zone, what)
    end = due_at(span, start, calendar, zone, pauses)
    if end is None:
        return []
    if seconds is None and span.working:
        return _day_rows(
            span, start, _effective_start(span, start, calendar, zone, pauses), calendar, zone
        )
    used = [(start.astimezone(UTC), end.astimezone(UTC))]
    for since, until in _in_order(pauses):
        used = without(used, since, until)
    return _time_rows(used, zone, "elapsed")


def _time_rows(used: list[Interval], zone: ZoneInfo, what: str) -> list[DueStep]:
    rows = [_row(begin, end, zone, what) for begin, end in used]
    if len(rows) <= MOST_STEPS:
        return rows
    rest = rows[MOST_STEPS - 1 :]
    minutes = round(sum(row["minutes"] for row in rest), 2)
    more = {"from": rest[0]["from"], "to": rest[-1]["to"], "minutes": minutes}
    return [*rows[: MOST_STEPS - 1], {**more, "what": f"and {len(rest)} more"}]


def _row(begin: datetime, end: datetime, zone: ZoneInfo, what: str) -> DueStep:
    minutes = round((end.astimezone(UTC) - begin.astimezone(UTC)).total_seconds() / 60, 2)
    return {"from": stamp(begin, zone), "to": stamp(end, zone), "minutes": minutes, "what": what}


def _day_rows(
    span: Span, start: datetime, begun: datetime, calendar: Calendar, zone: ZoneInfo
) -> list[DueStep]:
    """One row a day: the day received, days counted, days left out with their reason; before them
    what stood still.
    """
    stood = start.astimezone(UTC) < begun
    rows = [_row(start, begun, zone, "stood still, counted from its end")] if stood else []
    first = day = begun.astimezone(calendar.zone).date()
    last, number = calendar.last_counted(begun, _count(span)), 0
    while last is not None and day <= last:
        if day == first and day < last:
            what = "day received, not counted"
        elif calendar.working_day(day):
            number += 1
            what = f"working day {number}"
        else:
            holiday = calendar.holiday(day)
            what = "closed" if holiday is None else f"holiday {holiday}".strip()
        rows.append({"day": day.isoformat(), "what": what, "calendar": calendar.name})
        day += timedelta(days=1)
    if len(rows) <= MOST_STEPS:
        return rows
    left = len(rows) - MOST_STEPS + 1
    return [*rows[: MOST_STEPS - 2], {"what": f"and {left} more"}, rows[-1]]


def stamp(at: datetime, zone: ZoneInfo) -> str:
    """RFC 3339 with seconds, in the offset of `zone`."""
    return at.astimezone(zone).isoformat(timespec="seconds")

"""Working time: pure arithmetic on named calendars. Nothing here knows a policy file or reads a
clock.

Windows are wall-clock times of the calendar's zone, so a day with a clock change has a longer or
shorter window.
All results are aware datetimes in the zone of the moment asked about; inside, everything is UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from firstline.policy.text.values import MINUTES_A_DAY, Window

Interval = tuple[datetime, datetime]
# A calendar that stays closed longer than this is taken never to open; else a typing error would
# search for ever.
FURTHEST = 3 * 366
KEPT_DAYS = 4000
LONGEST_PIECE = timedelta(days=31)


def instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """UTC moment of so many minutes after midnight on the wall clock; see `on_clock`."""
    return on_clock(datetime.combine(day, time()) + timedelta(minutes=minutes), zone)


def on_clock(wall: datetime, zone: ZoneInfo) -> datetime:
    """UTC moment of a wall-clock time. A time skipped by a clock change is the change itself; a
    repeated one is its first pass.
    """
    early, late = wall.replace(tzinfo=zone), wall.replace(tzinfo=zone, fold=1)
    before, after = early.utcoffset(), late.utcoffset()
    assert before is not None
    assert after is not None
    if after <= before:
        return early.astimezone(UTC)
    plain = wall.replace(tzinfo=UTC, microsecond=0)
    return _change(plain - after, plain - before, zone)


def _change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The first whole second after a clock change known to lie in (low, high]."""
    new = high.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        low, high = (low, middle) if middle.astimezone(zone).utcoffset() == new else (middle, high)
    return high


def add_days(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same wall-clock time some calendar days later, in `zone`; never before `start`, whose
    hour may be the second pass of a repeated one.
    """
    if days == 0:
        return start.astimezone(zone)
    wall = start.astimezone(zone).replace(tzinfo=None, fold=0)
    return on_clock(wall + timedelta(days=days), zone).astimezone(zone)


def add_months(start: datetime, months: int, zone: ZoneInfo) -> datetime:
    """The same day some months later; a day the month does not have becomes its last (29
    February + 12 months = 28 February).
    """
    day = start.astimezone(zone).date()
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    target = date(year, month + 1, min(day.day, last))
    return add_days(start, (target - day).days, zone)


@dataclass(frozen=True)
class DatedHours:
    """A dated exception: shut, open, or other windows, from `start` to `end` (UTC); `days` are
    the local days `windows` replace.
    """

    start: datetime
    end: datetime
    shut: bool
    windows: tuple[Window, ...] | None = None
    days: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Season:
    """Other windows in a part of every year, its first and last day (month, day) included; a `last`
    before `first` lies in the next year.
    """

    first: tuple[int, int]
    last: tuple[int, int]
    week: tuple[tuple[Window, ...], ...]

    def holds(self, day: date) -> bool:
        """Whether a local day lies in the season."""
        here = day.month, day.day
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last


@dataclass(frozen=True, eq=False)
class Calendar:
    """Open hours of one name.

    `week` has the windows of the seven days from Monday; `holidays(year)` gives days off with
    their names;
    `holiday_as` is closed, saturday, sunday or open, and `on_holidays` has windows of its own;
    `day_ends` says when a counted day is over: closing, midnight or same_time.
    """

    name: str
    zone: ZoneInfo
    week: tuple[tuple[Window, ...], ...]
    holidays: Callable[[int], dict[date, str]] | None = None
    holiday_as: str = "closed"
    exceptions: tuple[DatedHours, ...] = ()
    day_ends: str = "closing"
    on_holidays: tuple[Window, ...] | None = None
    seasons: tuple[Season, ...] = ()
    _days: dict[date, tuple[Interval, ...]] = field(
        default_factory=dict[date, tuple[Interval, ...]], repr=False
    )

    @cached_property
    def always(self) -> bool:
        """True when it never closes, so that counting needs no calendar."""
        if self.exceptions or self.seasons:
            return False
        free = self.holidays is not None and (self.holiday_as != "open" or self.on_holidays)
        return not free and all(day == (Window(0, MINUTES_A_DAY),) for day in self.week)

    def holiday(self, day: date) -> str | None:
        """Name of the holiday on this day, or None."""
        return self.holidays(day.year).get(day) if self.holidays else None

    def windows(self, day: date) -> tuple[Window, ...]:
        """Windows that start on a local day, before dated closings cut them."""
        for exception in self.exceptions:
            if exception.windows is not None and day in exception.days:
                return exception.windows
        week = next((season.week for season in self.seasons if season.holds(day)), self.week)
        # A day added by hand may have no name.
        if self.holidays is None or self.holiday(day) is None:
            return week[day.weekday()]
        if self.on_holidays is not None:
            return self.on_holidays
        as_day = {"open": day.weekday(), "saturday": 5, "sunday": 6}.get(self.holiday_as)
        return () if as_day is None else week[as_day]

    def day(self, day: date) -> tuple[Interval, ...]:
        """Open intervals (UTC) that start on a local day, dated exceptions applied, in
        order, not overlapping.
        """
        known = self._days.get(day)
        if known is None:
            if len(self._days) > KEPT_DAYS:
                self._days.clear()
            known = self._days[day] = tuple(self._make_day(day))
        return known

    def _make_day(self, day: date) -> list[Interval]:
        spans = [
            (instant(day, w.start, self.zone), instant(day, w.end, self.zone))
            for w in self.windows(day)
        ]
        for exception in self.exceptions:
            if exception.windows is None and not exception.shut:
                start = max(exception.start, instant(day, 0, self.zone))
                spans.append((start, min(exception.end, instant(day, MINUTES_A_DAY, self.zone))))
        spans = merge_spans(sorted(span for span in spans if span[0] < span[1]))
        for exception in self.exceptions:
            if exception.shut:
                spans = without(spans, exception.start, exception.end)
        return spans

    def open_from(self, start: datetime) -> Iterator[Interval]:
        """Open intervals from a moment on, in order, joined over midnight; ends after about
        three years without one.

        A calendar that hardly ever closes comes in touching pieces of a month, else the
        first would never end.
        """
        day = start.astimezone(self.zone).date() - timedelta(days=1)
        floor = start.astimezone(UTC)
        held: Interval | None = None
        quiet = 0
        while quiet < FURTHEST and day.year < 9990:
            for begin, end in self.day(day):
                quiet = 0
                if held and begin <= held[1] and end - held[0] < LONGEST_PIECE:
                    held = (held[0], max(held[1], end))
                    continue
                if held and held[1] > floor:
                    yield max(held[0], floor), held[1]
                held = (begin, end)
            quiet += 1
            day += timedelta(days=1)
        if held and held[1] > floor:
            yield max(held[0], floor), held[1]

    def is_open(self, at: datetime) -> bool:
        """True when the moment lies in an open window (start included, end excluded)."""
        day = at.astimezone(self.zone).date()
        moment = at.astimezone(UTC)
        return any(a <= moment < b for d in (day - timedelta(days=1), day) for a, b in self.day(d))

    def opens_at(self, at: datetime) -> datetime | None:
        """The moment itself while open, else the next opening, in the zone of the calendar;
        None when it never opens.
        """
        if self.is_open(at):
            return at.astimezone(self.zone)
        for begin, _ in self.open_from(at):
            return begin.astimezone(self.zone)
        return None

    def closes_at(self, at: datetime) -> datetime | None:
        """End of the open window around a moment; None when closed or when it never closes."""
        if self.always or not self.is_open(at):
            return None
        last = at.astimezone(UTC)
        for begin, end in self.open_from(at):
            if begin > last:
                return last.astimezone(self.zone)
            if end - at > timedelta(days=FURTHEST):
                return None
            last = end
        return last.astimezone(self.zone)

    def working_day(self, day: date) -> bool:
        """True when something opens on this local day."""
        return bool(self.day(day))

    def add(
        self, start: datetime, length: timedelta, pauses: tuple[Interval, ...] = ()
    ) -> Iterator[Interval]:
        """The open intervals that are used up by `length` from `start` on, the last one
        cut; pauses do not count.

        The due time is the end of the last interval. Yields less than `length` when the
        calendar never opens again.
        """
        left = length
        if left <= timedelta():
            for begin, _ in self._running_spans(start, pauses):
                yield begin, begin
                return
        for begin, end in self._running_spans(start, pauses):
            if end - begin >= left:
                yield begin, begin + left
                return
            left -= end - begin
            yield begin, end

    def _running_spans(self, start: datetime, pauses: tuple[Interval, ...]) -> Iterator[Interval]:
        if not pauses:
            yield from self.open_from(start)
            return
        for span in self.open_from(start):
            spans = [span]
            for begin, end in pauses:
                spans = without(spans, begin.astimezone(UTC), end.astimezone(UTC))
            yield from spans

    def add_working_days(self, start: datetime, days: int) -> datetime | None:
        """The end of the day that `last_counted` gives, by `day_ends`. "The same day" cannot end
        at the hour of its own arrival: it ends with its closing.
        """
        day = self.last_counted(start, days)
        return None if day is None else self._day_end(day, start.astimezone(self.zone), days)

    def last_counted(self, start: datetime, days: int) -> date | None:
        """The n-th working day after the day of `start`, which is itself not counted; 0 is that
        day itself, or the next working one when it is over.

        Regulation (EEC) 1182/71 article 3 counts the same way. None when there are not so
        many working days.
        """
        local = start.astimezone(self.zone)
        day, left = local.date(), days
        if days == 0 and (
            not self.day(day)
            or self._day_end(day, local, 0).astimezone(UTC) <= start.astimezone(UTC)
        ):
            left = 1
        quiet = 0
        while left > 0 and quiet < FURTHEST and day.year < 9990:
            day += timedelta(days=1)
            quiet += 1
            if self.day(day):
                left, quiet = left - 1, 0
        return None if left > 0 else day

    def _day_end(self, day: date, start: datetime, days: int) -> datetime:
        if self.day_ends == "midnight":
            return instant(day, MINUTES_A_DAY, self.zone).astimezone(self.zone)
        if self.day_ends == "same_time" and days > 0:
            # What arrives on a day that is not worked counts as the first thing of the next that
            # is.
            if not self.day(start.date()):
                return instant(day, MINUTES_A_DAY, self.zone).astimezone(self.zone)
            return add_days(start, (day - start.date()).days, self.zone)
        # The day before may stay open past midnight longer than this day does; a later day never
        # ends earlier.
        both = (*self.day(day - timedelta(days=1)), *self.day(day))
        return max(end for _, end in both).astimezone(self.zone)


@dataclass(frozen=True, eq=False)
class Outside(Calendar):
    """All hours in which `other` is closed."""

    other: Calendar = field(kw_only=True)

    @classmethod
    def of(cls, other: Calendar) -> Outside:
        """The other hours of a calendar, its holidays being days like any other."""
        week = tuple(_free(other.week[day - 1], other.week[day]) for day in range(7))
        return cls(f"not {other.name}", other.zone, week, other.holidays, "open", other=other)

    @cached_property
    def always(self) -> bool:
        """False: one cannot tell without looking at every day."""
        return False

    def _make_day(self, day: date) -> list[Interval]:
        spans = [(instant(day, 0, self.zone), instant(day, MINUTES_A_DAY, self.zone))]
        for begin, end in (*self.other.day(day - timedelta(days=1)), *self.other.day(day)):
            spans = without(spans, begin, end)
        return spans


def _free(before: tuple[Window, ...], windows: tuple[Window, ...]) -> tuple[Window, ...]:
    """What of a day is left by its windows and by those of the day before."""
    busy = [(w.start - MINUTES_A_DAY, w.end - MINUTES_A_DAY) for w in before]
    busy += [(w.start, w.end) for w in windows]
    free, at = list[Window](), 0
    for start, end in sorted(busy):
        if start > at:
            free.append(Window(at, min(start, MINUTES_A_DAY)))
        at = max(at, end)
    return (*free, Window(at, MINUTES_A_DAY)) if at < MINUTES_A_DAY else tuple(free)


def merge_spans(spans: list[Interval]) -> list[Interval]:
    """Sorted intervals with touching and overlapping ones joined."""
    result: list[Interval] = []
    for begin, end in spans:
        if result and begin <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((begin, end))
    return result


def without(spans: list[Interval], start: datetime, end: datetime) -> list[Interval]:
    """Intervals with [start, end) cut out."""
    result: list[Interval] = []
    for begin, stop in spans:
        result.extend(
            part
            for part in ((begin, min(stop, start)), (max(begin, end), stop))
            if part[0] < part[1]
        )
    return result

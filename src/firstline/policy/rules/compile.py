"""Calendars of a policy file made ready for counting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from firstline.policy.file.fields import uses
from firstline.policy.file.hours import CalendarSpec, ExceptionSpec, Holidays
from firstline.policy.file.model import PolicyFile
from firstline.policy.text.values import (
    MINUTES_A_DAY,
    Window,
    parse_day_off,
    parse_days,
    parse_local,
    parse_zone,
)
from firstline.policy.time.calendars import (
    Calendar,
    DatedHours,
    Interval,
    Outside,
    Season,
    instant,
    merge_spans,
    without,
)
from firstline.policy.time.days_off import load_library, public_holidays

ALWAYS = "always"
WHOLE_DAY = (Window(0, MINUTES_A_DAY),)
# Before and after everything that is counted.
EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)


def holiday_table(spec: Holidays) -> Callable[[int], dict[date, str]]:
    """Days off of a year by the file: the country's, plus `add`, minus `remove`."""
    if spec.country:
        load_library()  # now, and not when a desk counts for the first time

    @lru_cache(maxsize=64)
    def of(year: int) -> dict[date, str]:
        listed = spec.country and (not spec.years or year in spec.years)
        days = (
            dict(public_holidays(spec.country, spec.region, year))
            if listed and spec.country
            else {}
        )
        for text in spec.remove:
            days.pop(date_in_year(text, year) or date.min, None)
        for text in spec.add:
            if (day := date_in_year(text, year)) is not None:
                days.setdefault(day, "")
        return days

    return of


def date_in_year(text: str, year: int) -> date | None:
    """`12-31` in a year, or `2026-12-31` when it lies in it; None otherwise (29 February in a
    common year too).
    """
    try:
        day = date.fromisoformat(text if text.count("-") == 2 else f"{year:04}-{text}")
    except ValueError:
        return None
    return day if day.year == year else None


def dated_hours(spec: ExceptionSpec, zone: ZoneInfo) -> DatedHours:
    """A dated exception made ready; `zone` is the calendar's."""
    windows = None if spec.hours is None else tuple(sorted(spec.hours))
    return _dated_hours(spec.start, spec.end, spec.closed, windows, zone)


# One exception is often that of many calendars.
@lru_cache(maxsize=2048)
def _dated_hours(
    first_word: str,
    last_word: str,
    shut: bool,
    windows: tuple[Window, ...] | None,
    zone: ZoneInfo,
) -> DatedHours:
    first, last = parse_local(first_word), parse_local(last_word)
    start, end = local_span(first_word, last_word, zone)
    length = 0 if windows is None else min((last.date() - first.date()).days + 1, 1000)
    days = frozenset(first.date() + timedelta(days=n) for n in range(length))
    return DatedHours(start, end, shut=shut, windows=windows, days=days)


def local_span(first: str | None, last: str | None, zone: ZoneInfo) -> Interval:
    """From a local date or time to another, in UTC; a last date is a whole day, and what is not
    said lies further away than anything that is counted.
    """
    start, end = EARLIEST, LATEST
    if first is not None:
        start = instant(parse_local(first).date(), _minutes(parse_local(first)), zone)
    if last is not None:
        local, whole = parse_local(last), "T" not in last and " " not in last
        end = instant(local.date(), MINUTES_A_DAY if whole else _minutes(local), zone)
    return start, end


def _minutes(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def compile_calendar(
    name: str, spec: CalendarSpec, exceptions: list[ExceptionSpec], zone: ZoneInfo
) -> Calendar:
    """One calendar of the file; `zone` is the policy's."""
    own = parse_zone(spec.timezone) if spec.timezone else zone
    mine = tuple(dated_hours(e, own) for e in exceptions if name in e.calendar)
    # A calendar that lists holidays means them as days off, unless it says otherwise.
    holidays = holiday_table(spec.holidays) if spec.holidays else None
    return Calendar(
        name,
        own,
        _week(spec.days),
        holidays,
        spec.holiday_as or "closed",
        mine,
        spec.day_ends,
        None if spec.on_holidays is None else tuple(sorted(spec.on_holidays)),
        tuple(
            Season(parse_day_off(s.start)[1:], parse_day_off(s.end)[1:], _week(s.days))
            for s in spec.seasons
        ),
    )


def _week(days: dict[str, list[Window]]) -> tuple[tuple[Window, ...], ...]:
    """Windows of the seven days from Monday."""
    week: list[tuple[Window, ...]] = [() for _ in range(7)]
    for text, windows in days.items():
        for day in parse_days(text):
            week[day] = tuple(sorted((*week[day], *windows)))
    return tuple(week)


@dataclass(frozen=True, eq=False)
class Joined(Calendar):
    """Open whenever one of several calendars is."""

    parts: tuple[Calendar, ...] = ()

    @cached_property
    def always(self) -> bool:
        """True when a part never closes."""
        return any(part.always for part in self.parts)

    def _make_day(self, day: date) -> list[Interval]:
        return merge_spans(sorted(s for part in self.parts for s in _of_day(part, day, self.zone)))


@dataclass(frozen=True, eq=False)
class InTurn(Calendar):
    """Each of several calendars for a time, the earlier of two that hold at once."""

    turns: tuple[tuple[Interval, Calendar], ...] = ()

    @cached_property
    def always(self) -> bool:
        """True when none of them ever closes."""
        return all(calendar.always for _time, calendar in self.turns)

    def holiday(self, day: date) -> str | None:
        """Name of the holiday in the calendar that holds when the day begins."""
        start = instant(day, 0, self.zone)
        holding = (calendar for (a, b), calendar in self.turns if a <= start < b)
        return next((calendar.holiday(day) for calendar in holding), None)

    def _make_day(self, day: date) -> list[Interval]:
        found = list[Interval]()
        for number, (time, calendar) in enumerate(self.turns):
            spans = list(_cut(_of_day(calendar, day, self.zone), time))
            for (start, end), _earlier in self.turns[:number]:
                spans = without(spans, start, end)
            found += spans
        return merge_spans(sorted(found))


def _of_day(calendar: Calendar, day: date, zone: ZoneInfo) -> Iterable[Interval]:
    """The open hours of a calendar that begin on a day of a zone; those of another zone end with
    that day.
    """
    if calendar.zone == zone:
        return calendar.day(day)
    whole = instant(day, 0, zone), instant(day, MINUTES_A_DAY, zone)
    days = (day + timedelta(days=n) for n in (-1, 0, 1))
    return _cut((span for one in days for span in calendar.day(one)), whole)


def _cut(spans: Iterable[Interval], time: Interval) -> Iterator[Interval]:
    begin, end = time
    return ((max(a, begin), min(b, end)) for a, b in spans if a < end and b > begin)


def take_turns(turns: Sequence[tuple[Interval, Calendar]]) -> Calendar:
    """Each of these calendars in its time; one alone holds at all times."""
    (_time, last) = turns[-1]
    if len(turns) == 1:
        return last
    name = ", then ".join(dict.fromkeys(calendar.name for _time, calendar in turns))
    return InTurn(name, last.zone, last.week, day_ends=last.day_ends, turns=tuple(turns))


def join_calendars(parts: Sequence[Calendar]) -> Calendar:
    """The hours of all these calendars; one alone is itself."""
    names = [part.name for part in parts]
    if len(parts) == 1 or any(f"not {name}" in names for name in names):
        return parts[0] if len(parts) == 1 else Calendar(ALWAYS, parts[0].zone, (WHOLE_DAY,) * 7)
    name = " + ".join(dict.fromkeys(names))
    return Joined(name, parts[0].zone, parts[0].week, parts=tuple(parts))


def compile_all(file: PolicyFile, zone: ZoneInfo) -> dict[str, Calendar]:
    """Every calendar by name; `always` exists even where the file does not write it."""
    always = Calendar(ALWAYS, zone, (WHOLE_DAY,) * 7)
    sites = {name: site.timezone for name, site in file.sites.items() if site.timezone}
    made = {
        name: compile_calendar(
            name, spec, file.exceptions, parse_zone(sites.get(spec.site or "") or zone.key)
        )
        for name, spec in file.calendars.items()
    }
    made = {ALWAYS: always, **made}
    return made | {name: Outside.of(made[name[4:]]) for name in _others(file)}


def _others(file: PolicyFile) -> set[str]:
    """The calendars that the file names as the hours outside of another: `not NAME`."""
    found = (use.text for use in uses(file) if use.ref.kind == "calendar")
    return {text for text in found if text.startswith("not ")}

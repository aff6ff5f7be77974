"""Calendars of a policy file made ready for counting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
)
from firstline.policy.time.days_off import load_library, public_holidays

ALWAYS = "always"
WHOLE_DAY = (Window(0, MINUTES_A_DAY),)


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
    whole_last = "T" not in last_word and " " not in last_word
    end_day = last.date() + timedelta(days=1) if whole_last else last.date()
    start = instant(first.date(), _minutes(first), zone)
    end = instant(end_day, 0 if whole_last else _minutes(last), zone)
    length = 0 if windows is None else min((last.date() - first.date()).days + 1, 1000)
    days = frozenset(first.date() + timedelta(days=n) for n in range(length))
    return DatedHours(start, end, shut=shut, windows=windows, days=days)


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
        begin, end = (instant(day, minute, self.zone) for minute in (0, MINUTES_A_DAY))
        # A part may have another zone, and hours past midnight.
        days = [day + timedelta(days=n) for n in (-1, 0, 1)]
        spans = [span for part in self.parts for one in days for span in part.day(one)]
        return merge_spans(
            sorted((max(a, begin), min(b, end)) for a, b in spans if a < end and b > begin)
        )


def join_calendars(names: Sequence[str], calendars: Mapping[str, Calendar]) -> Calendar:
    """The hours of all these calendars; a name may be `not NAME`."""
    if any(f"not {name}" in names for name in names):
        return calendars[ALWAYS]
    parts = tuple(calendars[name] for name in names)
    return Joined(" + ".join(dict.fromkeys(names)), parts[0].zone, parts[0].week, parts=parts)


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

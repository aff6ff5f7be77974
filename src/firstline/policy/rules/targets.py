"""The table of due times: which row fits, and which calendar its clock means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from firstline.policy.file.channels import ChannelSpec, Variant
from firstline.policy.file.doors import doors, needs_somebody, usual_priority, ways
from firstline.policy.file.model import PolicyFile
from firstline.policy.file.targets import Target
from firstline.policy.rules.compile import ALWAYS, join_calendars, local_span, take_turns
from firstline.policy.rules.periods import in_force
from firstline.policy.rules.situation import KEYS, Situation
from firstline.policy.rules.variants import calendar_turns, channel_status, dated_variants
from firstline.policy.text.values import (
    Span,
    is_days,
    parse_clock,
    parse_days,
    parse_span,
    parse_window,
    parse_zone,
)
from firstline.policy.time.calendars import Calendar

# Asks a clock for the calendar that counts working days.
NEXT_DAY = parse_span("next_business_day")
# How many fields of a situation, from its first, decide which rows fit: KEYS and the code.
DECIDING = len(KEYS) + 1


@dataclass(frozen=True)
class Fit:
    """What a row gives in one situation: the span, the row and the calendar it is counted in."""

    span: Span
    row: Target
    index: int
    calendar: Calendar


def received_fits(
    text: str, start: datetime, calendars: Mapping[str, Calendar], zone: ZoneInfo
) -> bool:
    """Whether an arrival falls under a `received` word: day class, day class with window,
    holiday, calendar, `not …`.
    """
    if text in calendars:
        return calendars[text].is_open(start)
    if text.startswith("not "):
        return not received_fits(text[4:], start, calendars, zone)
    local = start.astimezone(zone)
    if text == "holiday":
        return any(
            c.holiday(start.astimezone(c.zone).date()) is not None for c in calendars.values()
        )
    if is_days(text):
        return local.weekday() in parse_days(text)
    days, _, hours = text.rpartition(" ")
    window, minute = parse_window(hours), local.hour * 60 + local.minute
    allowed = parse_days(days) if days else frozenset(range(7))
    today = window.start <= minute < window.end and local.weekday() in allowed
    return today or (
        window.start <= minute + 1440 < window.end and (local.weekday() - 1) % 7 in allowed
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row whose conditions a situation meets: what it gives to what arrives in time, and `late`
    to what comes after its cut-off, None where it promises no time; `timed` when it looks at the
    arrival, in `zone`.
    """

    row: Target
    timed: bool
    zone: ZoneInfo
    fit: Fit | None
    late: Fit | None


class Table:
    """The targets of one policy. The rows whose conditions a situation meets are remembered, so
    that only what looks at the time of arrival is asked anew.
    """

    def __init__(self, file: PolicyFile, calendars: Mapping[str, Calendar], zone: ZoneInfo) -> None:
        self._file, self._calendars, self._zone = file, calendars, zone
        self._rows = [
            (i, row, tuple((k, frozenset(v)) for k in KEYS if (v := getattr(row, k))))
            for i, row in enumerate(file.targets)
        ]
        self._channels = doors(file)
        self._lines = {line.id: line for line in file.lines}
        self._hourly = _hourly(file)
        self._dated = {
            name: rules for name, spec in self._channels.items() if (rules := dated_variants(spec))
        }
        self._hours: dict[tuple[object, ...], Calendar] = {}
        self._candidates: dict[tuple[object, ...], tuple[Candidate, ...]] = {}

    def fit(self, measure: str, start: datetime, situation: Situation) -> Fit | None:
        """The first row that has `measure` and fits the situation at `start`, `next` falling
        back to `first`, where no row says otherwise; None where no time is promised.
        """
        key: tuple[object, ...] = (measure, situation[:DECIDING])
        if self._dated and (dated := self._dated.get(situation.channel or "")):
            situation, zone = situation._replace(received=start), self.zone_of(situation)
            key = (*key, *(in_force(one, start, zone) for one in dated))
        rows = self._candidates.get(key)
        if rows is None:
            if len(self._candidates) > 5000:
                self._candidates.clear()
            rows = self._candidates[key] = tuple(self._search(measure, situation))
        for one in rows:
            if not one.timed:
                return one.fit
            if self._holds(one, start):
                if not one.row.received_before or self._before(one.row, start, situation):
                    return one.fit
                if one.row.otherwise is not None:
                    return one.late
        return None

    def _search(self, measure: str, situation: Situation) -> Iterator[Candidate]:
        """The rows that fit at some hour, in order, those of `first` after those of `next`."""
        facts, zone = self._facts(situation), self.zone_of(situation)
        # Where clients help each other only a row that names the channel promises anything.
        own = self._status(situation) == "self_help"
        for name in ("next", "first") if measure == "next" else (measure,):
            for index, row, conditions in self._rows:
                span: Span | Literal["none"] | None = getattr(row, name, None)
                if own and not row.channel:
                    continue
                if span is not None and all(
                    allowed & facts.get(k, frozenset()) for k, allowed in conditions
                ):
                    late = row.otherwise if isinstance(span, Span) else None
                    fits = [self._fit(one, row, index, situation) for one in (span, late)]
                    yield Candidate(row, _looks_at_arrival(row), zone, *fits)

    def _fit(
        self, span: Span | Literal["none"] | None, row: Target, index: int, situation: Situation
    ) -> Fit | None:
        if not isinstance(span, Span):
            return None
        return Fit(span, row, index, self.clock(row.clock, situation, span))

    def _holds(self, one: Candidate, start: datetime) -> bool:
        """Whether the row holds for what arrives at this moment, whatever its cut-off."""
        words = one.row.received
        return in_force(one.row, start, one.zone) and (
            not words or any(received_fits(w, start, self._calendars, one.zone) for w in words)
        )

    def _facts(self, situation: Situation) -> dict[str, frozenset[str]]:
        """What is known, each as a set: a channel counts as the one it is a door of too; where no
        priority is said the usual one is used.
        """
        facts = {k: frozenset({v}) for k in KEYS if (v := getattr(situation, k)) is not None}
        channel = self._channels.get(situation.channel or "")
        # Where only emergencies come, what says neither its topic nor its priority is one.
        unsaid = situation.priority is None and situation.matter is None
        if channel and unsaid and self._status(situation) == "emergency_only":
            own, levels = channel.priority, list(self._file.priorities.levels)
            facts["priority"] = frozenset([own] if own else levels[:1])
        if channel:
            facts["channel"] = ways(self._channels, situation.channel or "")
        if "priority" not in facts and (
            priority := usual_priority(self._file, channel, situation.topic, situation.plan)
        ):
            facts["priority"] = frozenset({priority})
        facts.setdefault("requester", frozenset({"client"}))
        return facts

    def _status(self, situation: Situation) -> str | None:
        """What words by the channel of a situation are worth; None where none is named."""
        channel = self._channels.get(situation.channel or "")
        return channel and channel_status(channel, situation, self.zone_of(situation))

    def zone_of(self, situation: Situation) -> ZoneInfo:
        """The zone in which dates, days and hours without a calendar are read: that of the site in
        question, else the policy's.
        """
        site = self._file.sites.get(situation.site or "")
        return parse_zone(site.timezone) if site and site.timezone else self._zone

    def _before(self, row: Target, start: datetime, situation: Situation) -> bool:
        """Whether it arrived on a working day before the cut-off."""
        named = self._calendars.get(row.workdays or "")
        calendar = named or self.clock(row.clock, situation, NEXT_DAY)
        local = start.astimezone(calendar.zone)
        cut = parse_clock(row.received_before or "")
        return calendar.working_day(local.date()) and local.hour * 60 + local.minute < cut

    def hours(self, channel: ChannelSpec, situation: Situation) -> Calendar | None:
        """When a channel is answered in this situation; None where no hours are promised.

        What the scope lets in at certain hours is dealt with then, outside the hours of a channel
        too, unless it is one in which somebody has to be there.
        """
        turns, zone = calendar_turns(channel, situation), self.zone_of(situation)
        if not any(one.calendar for one in turns):
            return None
        more = () if needs_somebody(channel) else self._hourly.get(situation.matter or "", ())
        key = (zone.key, more, *((one.calendar, one.since, one.until) for one in turns))
        if key not in self._hours:
            self._hours[key] = self._join(turns, more, zone)
        return self._hours[key]

    def _join(
        self, turns: list[Variant | ChannelSpec], more: tuple[str, ...], zone: ZoneInfo
    ) -> Calendar:
        """Calendars in turn, where no hours are promised open always, and all the hours of more."""
        dates = [
            (one.since, one.until) if isinstance(one, Variant) else (None, None) for one in turns
        ]
        kept = take_turns(
            [
                (local_span(first, last, zone), self._calendars[one.calendar or ALWAYS])
                for one, (first, last) in zip(turns, dates, strict=True)
            ]
        )
        return join_calendars([kept, *(self._calendars[name] for name in more)])

    def clock(self, name: str, situation: Situation, span: Span | None = None) -> Calendar:
        """The calendar a clock word means here; working spans on an elapsed clock use the
        policy's business calendar.
        """
        found = self._find_calendar(name, situation)
        if span is not None and span.working and found.always and self._file.policy.business:
            found = self._calendars.get(self._file.policy.business, found)
        return found

    def _find_calendar(self, name: str, situation: Situation) -> Calendar:
        always = self._calendars["always"]
        if name == "channel":
            channel = self._channels.get(situation.channel or "")
            return (channel and self.hours(channel, situation)) or always
        if name == "line":
            line = self._lines.get(situation.line or "")
            return self._calendars.get(line.calendar, always) if line else always
        if name == "plan":
            plan = self._file.plans.get(situation.plan or "")
            return self._calendars.get((plan and plan.calendar) or "always", always)
        return self._calendars.get("always" if name == "elapsed" else name, always)


def _hourly(file: PolicyFile) -> dict[str, tuple[str, ...]]:
    """By code the hours at which the scope lets it in by name."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in file.scope.when:
        for code in rule.only:
            found[code] = (*found.get(code, ()), rule.calendar)
    return found


def _looks_at_arrival(row: Target) -> bool:
    return bool(row.received or row.received_before or row.since or row.until)

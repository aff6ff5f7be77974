"""The table of due times: which row fits, and which calendar its clock means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from firstline.policy.file.channels import ChannelSpec, Variant
from firstline.policy.file.doors import doors, is_live, usual_priority
from firstline.policy.file.model import PolicyFile
from firstline.policy.file.targets import Target
from firstline.policy.rules.compile import join_calendars
from firstline.policy.rules.periods import in_force
from firstline.policy.rules.situation import KEYS, Situation, row_values
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


def zone_of(file: PolicyFile, situation: Situation, zone: ZoneInfo) -> ZoneInfo:
    """The zone in which days and hours without a calendar are read: that of the site in question,
    else the policy's `zone`.
    """
    site = file.sites.get(situation.site or "")
    return parse_zone(site.timezone) if site and site.timezone else zone


class Table:
    """The targets of one policy. Rows that do not look at the time of arrival are remembered by
    situation.
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
        self._joined: dict[tuple[str, ...], Calendar] = {}
        self._timed = any(_looks_at_arrival(row) for row in file.targets)
        self._known: dict[tuple[str, str | None, tuple[str | None, ...]], Fit | None] = {}

    def fit(self, measure: str, start: datetime, situation: Situation) -> Fit | None:
        """The first row that has `measure` and fits the situation at `start`, `next` falling
        back to `first`, where no row says otherwise; None where no time is promised.
        """
        key = (measure, situation.code, row_values(situation))
        if not self._timed and key in self._known:
            return self._known[key]
        found = self._search(measure, start, situation)
        if found is None and measure == "next":
            found = self._search("first", start, situation)
        fit = None if found == "none" else found
        if not self._timed:
            if len(self._known) > 5000:
                self._known.clear()
            self._known[key] = fit
        return fit

    def _search(
        self, measure: str, start: datetime, situation: Situation
    ) -> Fit | Literal["none"] | None:
        """The first row that fits, or that it promises no time, which a row may say of `next`."""
        facts, zone = self._facts(situation), zone_of(self._file, situation, self._zone)
        for index, row, conditions in self._rows:
            span: Span | Literal["none"] | None = getattr(row, measure, None)
            if span is None or not all(
                allowed & facts.get(k, frozenset()) for k, allowed in conditions
            ):
                continue
            if not in_force(row, start, zone):
                continue
            if row.received and not any(
                received_fits(r, start, self._calendars, zone) for r in row.received
            ):
                continue
            if row.received_before and not self._before(row, start, situation):
                if row.otherwise is None:
                    continue
                span = row.otherwise if isinstance(span, Span) else span
            if not isinstance(span, Span):
                return "none"
            calendar = self.clock(row.clock, situation, span)
            return Fit(span, row, index, calendar)
        return None

    def _facts(self, situation: Situation) -> dict[str, frozenset[str]]:
        """What is known, each as a set: a channel counts as the one it is a door of too; where no
        priority is said the usual one is used.
        """
        values = zip(KEYS, row_values(situation), strict=True)
        facts = {key: frozenset({value}) for key, value in values if value is not None}
        channel = self._channels.get(situation.channel or "")
        if channel:
            also = {channel.id, channel.door_of or channel.id}
            facts["channel"] = facts["channel"] | also
        if "priority" not in facts and (
            priority := usual_priority(self._file, channel, situation.topic, situation.plan)
        ):
            facts["priority"] = frozenset({priority})
        facts.setdefault("requester", frozenset({"client"}))
        return facts

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
        name = channel_calendar(channel, situation)
        if name is None:
            return None
        more = () if is_live(channel.id) else self._hourly.get(situation.matter or "", ())
        if not more:
            return self._calendars.get(name)
        names = (name, *more)
        if names not in self._joined:
            self._joined[names] = join_calendars(names, self._calendars)
        return self._joined[names]

    def clock(self, name: str, situation: Situation, span: Span | None = None) -> Calendar:
        """The calendar a clock word means here; working spans on an elapsed clock use the
        policy's business calendar.
        """
        found = self._named(name, situation)
        if span is not None and span.working and found.always and self._file.policy.business:
            found = self._calendars.get(self._file.policy.business, found)
        return found

    def _named(self, name: str, situation: Situation) -> Calendar:
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


def channel_calendar(channel: ChannelSpec, situation: Situation) -> str | None:
    """Name of the channel's calendar for this plan, country and site."""
    found = variant(channel, situation, "calendar")
    return found.calendar if found else channel.calendar


def variant(spec: ChannelSpec, situation: Situation, key: str) -> Variant | None:
    """The first variant that fits the plan, country and site and says something of `key`."""
    for one in spec.variants:
        pairs = (
            (one.plan, situation.plan),
            (one.country, situation.country),
            (one.site, situation.site),
        )
        if getattr(one, key) and all(not wanted or value in wanted for wanted, value in pairs):
            return one
    return None

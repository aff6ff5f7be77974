"""What the facade gives out, and how it is made from the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from firstline.policy.file.channels import LineSpec
from firstline.policy.file.model import PolicyFile
from firstline.policy.text.values import Span
from firstline.policy.time.calendars import Calendar
from firstline.policy.time.counting import due_at

_T = TypeVar("_T")


@dataclass(frozen=True)
class Line:
    """A line of support; `next` is the line above, None on top; a `parallel` line stands beside
    the ladder.
    """

    id: str
    title: Mapping[str, str]
    next: str | None
    parallel: bool


@dataclass(frozen=True)
class Stretch:
    """A length of time that is counted by a calendar from `begin` to `end`."""

    span: Span
    calendar: Calendar
    begin: datetime
    end: datetime


def stretch(span: Span, begin: datetime, calendar: Calendar, zone: ZoneInfo) -> Stretch | None:
    """The stretch of a span; None where the calendar is never open for so long."""
    end = due_at(span, begin, calendar, zone)
    return None if end is None else Stretch(span, calendar, begin, end)


def elapsed(span: Span) -> timedelta:
    """A span as elapsed time; a day is 24 hours here."""
    return timedelta(seconds=span.rough_seconds)


def sure(value: _T | None) -> _T:
    """A value the shipped policy must have; tests see that it does."""
    if value is None:
        raise KeyError("the shipped policy lacks a value")
    return value


def ladder(specs: list[LineSpec]) -> tuple[Line, ...]:
    """Lines in the file's order; a line's next is the one that comes from it, and the first
    line is the one nothing leads to.
    """
    above = {
        spec.come_from: spec.id for spec in reversed(specs) if spec.come_from and not spec.parallel
    }
    lines = [
        Line(s.id, s.title, None if s.parallel else above.get(s.id), s.parallel) for s in specs
    ]
    entry = [spec.id for spec in specs if not spec.parallel and spec.come_from is None]
    return tuple(sorted(lines, key=lambda line: line.id != entry[0])) if entry else tuple(lines)


def vocabulary(file: PolicyFile, kind: str) -> Mapping[str, dict[str, str]]:
    if kind == "line":
        return {line.id: line.title for line in file.lines}
    if kind == "channel":
        return {channel.id: channel.title for channel in file.channels}
    if kind == "plan":
        return {name: plan.title for name, plan in file.plans.items()}
    found = {
        "topic": file.topics,
        "outcome": file.outcomes,
        "delay_reason": file.delay.reasons,
        "state": file.states,
        "priority": file.priorities.levels,
    }
    return found[kind] or {}

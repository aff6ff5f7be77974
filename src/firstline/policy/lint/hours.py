"""Findings about calendars, lines and channels beyond those that the published texts suggest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import cast

from firstline.policy.file.doors import LIVE
from firstline.policy.file.fields import uses
from firstline.policy.lint.base import Lint, Rule
from firstline.policy.text.finding import Finding
from firstline.policy.text.remark import remark
from firstline.policy.text.source import Path
from firstline.policy.text.spoken import DayClass
from firstline.policy.text.values import DAYS, parse_days

# The end of a window, alone or among several.
LAST_MINUTE = re.compile(r"^\s*\d{1,2}:\d\d\s*[-–]\s*23:59\s*$")
# What people call a channel in which words are written and wait.
WRITTEN = re.compile(
    r"mail|ticket|form|letter|post|brief|fax|sms|api|web|portal|panel|account|widget|request|case|"
    r"forum|community|social|facebook|twitter|telegram|viber|whatsapp|messenger|discord|slack|"
    r"desk|complaint|support|абон|лист|пошт|заяв",
    re.IGNORECASE,
)


def _overlaps(lint: Lint) -> Iterator[Finding]:
    """Two windows of one day share time, so that one of them says nothing."""
    for name, spec in lint.file.calendars.items():
        for day, windows in enumerate(lint.policy.calendars[name].week):
            both = next(((a, b) for a, b in pairwise(windows) if b.start < a.end), None)
            if both:
                message = remark(
                    "windows {first} and {second} of {day} in calendar {name} overlap; join "
                    "them, or name the day in one day class only",
                    first=str(both[0]),
                    second=str(both[1]),
                    day=DayClass(DAYS[day]),
                    name=name,
                )
                key = next(text for text in spec.days if day in parse_days(text))
                yield lint.warning("windows-overlap", ("calendars", name, key), message)
                break


def _lost_minutes(lint: Lint) -> Iterator[Finding]:
    """A window that ends a minute before midnight, wherever windows stand: the minute is closed."""
    for path, text in _texts(lint.document.value, ()):
        if LAST_MINUTE.search(text):
            message = remark(
                "window {text} closes a minute before midnight; write 24:00 if it is open "
                "to the end of the day",
                text=text.strip()[:40],
            )
            yield lint.warning("minute-lost", path, message)


def _texts(tree: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text of the file with where it stands."""
    if isinstance(tree, str):
        yield path, tree
    elif isinstance(tree, dict):
        for key, item in cast("dict[str, object]", tree).items():
            yield from _texts(item, (*path, key))
    elif isinstance(tree, list):
        for place, item in enumerate(cast("list[object]", tree)):
            yield from _texts(item, (*path, place))


def _empty_calendars(lint: Lint) -> Iterator[Finding]:
    for name, spec in lint.file.calendars.items():
        calendar = lint.policy.calendars[name]
        opened = any(item.open or item.hours for item in lint.file.exceptions)
        if not any(calendar.week) and not spec.seasons and not opened:
            yield lint.warning(
                "calendar-empty",
                ("calendars", name),
                remark(
                    "calendar {name} never opens; write its windows, as in mon-fri: 09:00-18:00",
                    name=name,
                ),
            )


def _unused_calendars(lint: Lint) -> Iterator[Finding]:
    used = {
        word.removeprefix("not ").strip()
        for use in uses(lint.file)
        if use.ref.kind in ("calendar", "hours", "arrival")
        for word in use.text.split(" and ")
    }
    if "holiday" in used:
        used |= {name for name, spec in lint.file.calendars.items() if spec.holidays}
    clause_words = " ".join(
        words for clause in lint.file.clauses for words in clause.words.values()
    )
    paths = {path for clause in lint.file.clauses for path in clause.rule}
    for name in lint.file.calendars:
        path = f"calendars.{name}"
        if name not in used and name != "always" and f"{{{path}" not in clause_words:
            if any(other == path or other.startswith(f"{path}.") for other in paths):
                continue
            yield lint.info(
                "calendar-unused",
                ("calendars", name),
                remark(
                    "nothing uses calendar {name}; name it in a channel, a line or a row, or "
                    "delete it",
                    name=name,
                ),
            )


def _unlisted_holidays(lint: Lint) -> Iterator[Finding]:
    """Holidays that mean something, and no list that says which days they are."""
    listed = False
    for name, spec in lint.file.calendars.items():
        listed = listed or spec.holidays is not None
        means = spec.on_holidays is not None or spec.holiday_as in ("closed", "saturday", "sunday")
        if means and spec.holidays is None:
            message = remark(
                "calendar {name} says what a holiday is, and nothing says which days are; "
                "write holidays with a country, for example holidays: de",
                name=name,
            )
            yield lint.warning("holidays-unlisted", ("calendars", name), message)
    for i, row in enumerate(lint.file.targets):
        if not listed and {"holiday", "not holiday"} & set(row.received):
            yield lint.warning(
                "holidays-unlisted",
                ("targets", i, "received"),
                remark(
                    "this row is about holidays, and no calendar says which days are; write "
                    "holidays with a country in a calendar"
                ),
            )


def _unreached_lines(lint: Lint) -> Iterator[Finding]:
    """Lines into which no channel leads and from which nothing is handed over."""
    file = lint.file
    if not file.channels or len(file.lines) < 2:
        return
    reached = {lint.policy.first_line, *(c.line for c in file.channels if c.line)}
    reached |= {turn.line for c in file.channels for turn in c.lines}
    reached |= {line.id for line in file.lines if line.parallel or line.covers}
    for _ in file.lines:
        reached |= {line.id for line in file.lines if line.come_from in reached}
    for i, line in enumerate(file.lines):
        if line.id not in reached:
            yield lint.warning(
                "line-unreached",
                ("lines", i),
                remark(
                    "no request ever comes to line {line}; write from: with the line below, or "
                    "name it in a channel",
                    line=line.id,
                ),
            )


def _channel_clock(lint: Lint) -> Iterator[Finding]:
    """A time counted by the hours of a channel that has none, or promised where none are said."""
    channels = {c.id: c for c in lint.file.channels}
    names: set[str] = set()
    for i, row in enumerate(lint.file.targets):
        for name in row.channel:
            spec = channels.get(name)
            if spec is None or spec.calendar or any(v.calendar for v in spec.variants):
                continue
            if row.clock == "channel":
                message = remark(
                    "this row counts the hours of channel {name}, which has none, so every hour "
                    "counts; write its calendar",
                    name=name,
                )
                yield lint.warning("channel-without-hours", ("targets", i, "clock"), message)
            elif name not in names and spec.status == "official" and row.force == "guarantee":
                names.add(name)
                message = remark(
                    "an answer by channel {name} is guaranteed, and nothing says when it is "
                    "open; write its calendar, also if it is always",
                    name=name,
                )
                at = next(n for n, c in enumerate(lint.file.channels) if c.id == name)
                yield lint.info("channel-without-hours", ("channels", at), message)


def _undefined_names(lint: Lint) -> Iterator[Finding]:
    """Plans and levels that rows name although the file lists none."""
    for kind, listed, mend in (
        ("plan", bool(lint.file.plans), "plans: [...]"),
        ("priority", bool(lint.file.priorities.levels), "priorities: {levels: [...]}"),
    ):
        named = [row for row in lint.file.targets if getattr(row, kind)]
        if named and not listed:
            i = lint.file.targets.index(named[0])
            yield lint.warning(
                "names-undefined",
                ("targets", i, kind),
                remark(
                    "rows name a {kind}, and the file lists none, so a typo is not found; write "
                    "{mend}",
                    kind=kind,
                    mend=mend,
                ),
            )


def _unsure_channels(lint: Lint) -> Iterator[Finding]:
    """A channel that closes, and nothing tells whether what comes then waits for somebody."""
    for i, channel in enumerate(lint.file.channels):
        spec = lint.policy.doors[channel.id]
        says = spec.live is not None or spec.outside_hours or spec.becomes or channel.door_of
        named = LIVE.search(spec.id) or WRITTEN.search(spec.id)
        closes = spec.calendar and not lint.policy.calendars[spec.calendar].always
        if closes and not (says or named) and spec.status not in ("refused", "self_help"):
            message = remark(
                "nothing says whether somebody has to be there in channel {spec}, so what "
                "comes outside its hours waits; write live: true for a telephone or a live "
                "chat, live: false for what is written",
                spec=spec.id,
            )
            yield lint.info("channel-unsure", ("channels", i), message)


RULES: tuple[Rule, ...] = (
    _overlaps, _lost_minutes, _empty_calendars, _unused_calendars, _unlisted_holidays,
    _unreached_lines, _channel_clock, _undefined_names, _unsure_channels,
)  # fmt: skip

"""Findings about the table of due times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice, product

from firstline.policy.file.targets import MEASURES, Target
from firstline.policy.lint.base import Lint, Rule, row_name
from firstline.policy.rules.situation import KEYS
from firstline.policy.rules.targets import received_fits
from firstline.policy.text.finding import Finding
from firstline.policy.text.values import Span
from firstline.policy.time.weekly import hole_words, holes

# Pairs of rows are compared; a longer table is only compared so far, so that no file takes long.
MOST_ROWS = 300
MOST_CELLS = 400
MOST_TIMED = 60
BINDING = ("guarantee", "max", "target")


def _spans(row: Target) -> Iterator[tuple[str, Span]]:
    for measure in MEASURES:
        if isinstance(span := getattr(row, measure), Span):
            yield measure, span


def _working_time(lint: Lint) -> Iterator[Finding]:
    """2. Working days or hours without a calendar that closes at all."""
    message = (
        "{} counts working time, but no calendar says which hours are worked; "
        "write policy.business, or name a calendar here"
    )
    for i, row in enumerate(lint.file.targets):
        for measure, span in [*_spans(row), *([("else", row.otherwise)] if row.otherwise else [])]:
            if (
                span.working
                and not lint.file.policy.business
                and row.clock in ("always", "elapsed")
            ):
                yield lint.error(
                    "working-time-without-calendar",
                    ("targets", i, measure),
                    message.format(f"{measure} {span}"),
                )
    rules = lint.file.complaints
    if (
        rules
        and not lint.file.policy.business
        and (rules.calendar is None or lint.policy.calendars[rules.calendar].always)
    ):
        for i, stage in enumerate(rules.stages):
            for key, span in (("ack", stage.ack), ("reply", stage.reply)):
                if span and span.working:
                    yield lint.error(
                        "working-time-without-calendar",
                        ("complaints", "stages", i, key),
                        message.format(f"{key} {span}"),
                    )


def _two_numbers(lint: Lint) -> Iterator[Finding]:
    """4. Two rows give different numbers for one situation; the second is never used."""
    rows = lint.file.targets[:MOST_ROWS]
    written = [dict(_spans(row)) for row in rows]
    for j, later in enumerate(rows):
        spans, seen = written[j], set[str]()
        for i, earlier in enumerate(rows[:j]):
            first = {m: s for m, s in written[i].items() if m in spans and m not in seen}
            if first and _fits_wherever(earlier, later):
                seen |= set(first)
                yield from _differences(lint, (i, j), first, spans)
        if spans and seen == set(spans) and not later.document:
            message = f"{row_name(later, j)} is never used: earlier rows fit wherever it fits"
            yield lint.warning(
                "row-unreachable", ("targets", j), f"{message}; delete it or move it up"
            )


def _differences(
    lint: Lint, rows: tuple[int, int], first: dict[str, Span], spans: dict[str, Span]
) -> Iterator[Finding]:
    one, two = (row_name(lint.file.targets[n], n) for n in rows)
    for measure, span in first.items():
        if str(span) != str(spans[measure]):
            message = (
                f"{measure} is {span} in {one} and {spans[measure]} in {two} for the same "
                "situation, and the earlier row is used; delete one, or tell them apart by a key"
            )
            yield lint.warning("two-numbers", ("targets", rows[1], measure), message)


def _fits_wherever(earlier: Target, later: Target) -> bool:
    """True when the earlier row fits in every situation in which the later one fits."""
    if earlier.received_before and earlier.otherwise is None:
        return False
    if (earlier.since or earlier.until) and (
        (earlier.since, earlier.until) != (later.since, later.until)
    ):
        return False
    if earlier.received and set(earlier.received) != set(later.received):
        return False
    for key in KEYS:
        wide, narrow = set(getattr(earlier, key)), set(getattr(later, key))
        if wide and (not narrow or not narrow <= wide):
            return False
    return True


def _before_opening(lint: Lint) -> Iterator[Finding]:
    """5. A target shorter than the wait until a responsible line opens."""
    for i, row in enumerate(lint.file.targets):
        if row.clock not in ("always", "elapsed") or row.received or row.force not in BINDING:
            continue
        names = _responsible(lint, row)
        wait = _longest_wait(lint, names)
        for measure, span in _spans(row):
            soon = measure in ("first", "next", "start") and not span.working
            if soon and 0 < span.rough_seconds < wait * 60:
                message = (
                    f"{measure} is due after {span} at any hour, but {_lines_closed(names)} up to "
                    f"{wait // 60} h; count by its calendar (clock: line) or widen the calendar"
                )
                yield lint.warning("target-before-opening", ("targets", i, measure), message)


def _responsible(lint: Lint, row: Target) -> list[str]:
    """The lines that answer what a row is about: those that it names, those of its channels, else
    all to which requests come first, and those that take turns with them.
    """
    if row.line:
        return row.line
    doors = lint.policy.doors
    specs = [doors[name] for name in row.channel if name in doors]
    turns = [turn.line for spec in specs or lint.file.channels for turn in spec.lines]
    if row.channel:
        entered = [lint.policy.entry_line(name, None) for name in row.channel]
    else:
        entered = [one.id for one in lint.file.lines if not one.parallel and one.come_from is None]
    return list(dict.fromkeys([*(entered or [lint.policy.first_line]), *turns]))


def _longest_wait(lint: Lint, names: list[str]) -> int:
    """Minutes of the longest stretch of the week in which none of the lines works or is on call."""
    specs = [line for line in lint.file.lines if line.id in names]
    hours = [name for line in specs for name in (line.calendar, line.on_call) if name]
    return lint.longest_wait(hours) if hours else 0


def _lines_closed(names: list[str]) -> str:
    one = len(names) == 1
    return f"line {names[0]} is closed" if one else f"lines {', '.join(names)} are all closed"


def _round_the_clock(lint: Lint) -> Iterator[Finding]:
    """3. Hours of the week that no channel covers although a round-the-clock promise exists."""
    usable = [
        c
        for c in lint.file.channels
        if c.status in ("official", "emergency_only", "limited") and "complaints" not in c.purpose
    ]
    named = [c for c in usable if c.calendar]
    if not named or len(named) < len(usable):
        return
    gaps = holes(lint.open_pieces(c.calendar or "always" for c in named))
    for i, row in enumerate(lint.file.targets):
        short = [m for m, span in _spans(row) if m in ("first", "start") and not span.working]
        if (
            gaps
            and short
            and row.clock in ("always", "elapsed")
            and not row.received
            and row.force in BINDING
        ):
            message = (
                "this row promises at any hour, but no channel is open "
                f"{hole_words(gaps)}; widen a calendar, or write clock: channel"
            )
            yield lint.warning("hours-uncovered", ("targets", i), message)


def _advisory(lint: Lint) -> Iterator[Finding]:
    """6. An advisory channel with a promised deadline. A refused one promises nothing."""
    status = {c.id: c.status for c in lint.file.channels}
    weak = [name for name, is_ in status.items() if is_ in ("advisory", "self_help")]
    for i, row in enumerate(lint.file.targets):
        if not any(_spans(row)):
            continue
        for name in row.channel:
            if status.get(name) == "refused":
                message = (
                    f"this row gives a time in channel {name}, which is refused, so nobody is "
                    "owed it; take the channel out of the row, or make it official"
                )
                yield lint.warning("refused-deadline", ("targets", i, "channel"), message)
            elif name in weak and row.force in BINDING:
                message = (
                    f"channel {name} is {status[name].replace('_', ' ')}, yet this row promises a "
                    "time in it; make it official, or take it out of the row"
                )
                yield lint.warning("advisory-deadline", ("targets", i, "channel"), message)
        if weak and not row.channel and row.force in BINDING:
            message = (
                f"this row names no channel, so it promises a time in {', '.join(weak)} too; "
                "write channel: [...]"
            )
            yield lint.info("advisory-deadline", ("targets", i), message)


def _empty_cells(lint: Lint) -> Iterator[Finding]:
    """7. A pair of plan and priority, a priority alone, or a plan that has a time for some matters
    where another has one for all, for which no row gives a time.
    """
    rows = [_any_time_row(row) for row in lint.file.targets if row.words or any(_spans(row))]
    plans = [name for name, plan in lint.file.plans.items() if plan.support]
    levels: list[str | None] = list(lint.file.priorities.levels)
    split = [row for row in rows if row.priority][:MOST_TIMED]
    if not split:  # a plan that no row names has no times by intent
        named = {name for row in rows for name in row.plan}
        plans = [name for name in plans if name in named]
        levels = [None]
        split = [row for row in rows if row.plan and not _limits(row)][:MOST_TIMED]
    if len(plans) * len(levels) > MOST_CELLS:
        return
    matters = list(islice(_matters(split), MOST_TIMED))
    for plan, level in product(plans if any(row.plan for row in split) else [None], levels):
        empty = (cell for row in matters if not _has_time(rows, cell := _cell(row, plan, level)))
        if (cell := next(empty, None)) is not None:
            pair = [f"plan {plan}"] * bool(plan) + [f"priority {level}"] * bool(level)
            message = f"no row gives a time for {' with '.join(pair)}{_limits(cell)}; add one"
            yield lint.warning("empty-cell", ("targets",), message)


def _matters(rows: list[Target]) -> Iterator[Target]:
    """What rows are about beside plan and priority, each of several names apart, and each once."""
    seen = set[tuple[str, ...]]()
    keys = [key for key in KEYS if key not in ("plan", "priority")]
    for row in rows:
        for names in product(*(getattr(row, key) or [""] for key in keys)):
            if names not in seen:
                seen.add(names)
                one = {key: [name] if name else [] for key, name in zip(keys, names, strict=True)}
                yield row.model_copy(update=one)


def _cell(row: Target, plan: str | None, level: str | None) -> Target:
    """What a row is about, for another plan and priority."""
    return row.model_copy(
        update={"plan": [plan] if plan else [], "priority": [level] if level else []}
    )


def _has_time(rows: list[Target], cell: Target) -> bool:
    return any(_fits_wherever(row, cell) for row in rows)


def _limits(cell: Target) -> str:
    """What else a cell is about, for a message: (topic outage)."""
    words = [
        f"{key} {', '.join(names)}"
        for key in KEYS
        if key not in ("plan", "priority") and (names := getattr(cell, key))
    ]
    return f" ({'; '.join(words)})" if words else ""


def _gaps(lint: Lint) -> Iterator[Finding]:
    """A situation that has a time at some hours of the week only."""
    rows, situations = lint.file.targets[:MOST_TIMED], set[tuple[tuple[str, ...], ...]]()
    for i, row in enumerate(rows):
        situation = tuple(tuple(getattr(row, key)) for key in KEYS)
        if not row.received or situation in situations:
            continue
        situations.add(situation)
        tried = {_hours_of(rows, one) for one in _one_by_one(lint, row)}
        hole = next((at for words in tried if words and (at := _hole(lint, words))), None)
        if hole is not None:
            zone = lint.policy.zone
            when = f"{hole.astimezone(zone).strftime('%a %H:%M')} ({zone.key})"
            yield lint.info(
                "received-gap",
                ("targets", i, "received"),
                f"{row_name(row, i)} has a time for some hours only, and no row has one for what "
                f"arrives for example on {when}; add a row without received after it",
            )


def _one_by_one(lint: Lint, row: Target) -> list[Target]:
    """The row for each plan and each priority, where it fits all and other rows tell them apart."""
    rows = lint.file.targets
    plans = [name for name, plan in lint.file.plans.items() if plan.support]
    split = {
        key: [[name] for name in names]
        for key, names in (("plan", plans), ("priority", list(lint.file.priorities.levels)))
        if names and not getattr(row, key) and any(getattr(other, key) for other in rows)
    }
    pairs = product(split.get("plan", [row.plan]), split.get("priority", [row.priority]))
    few = islice(pairs, MOST_TIMED)
    return [row.model_copy(update={"plan": plan, "priority": level}) for plan, level in few]


def _hours_of(rows: list[Target], row: Target) -> frozenset[str]:
    """When what the row is about arrives, by all rows for it; nothing where one fits always."""
    same = [other for other in rows if _fits_wherever(_any_time_row(other), row)]
    if any(not other.received for other in same):
        return frozenset()
    return frozenset(text for other in same for text in other.received)


def _hole(lint: Lint, words: frozenset[str]) -> datetime | None:
    """The first hour of the week that none of the words is about."""
    monday = lint.now.replace(minute=0, second=0, microsecond=0)
    monday -= timedelta(days=lint.now.weekday())
    calendars, zone = lint.policy.calendars, lint.policy.zone
    for at in (monday + timedelta(hours=hour) for hour in range(168)):
        if not any(received_fits(word, at, calendars, zone) for word in words):
            return at
    return None


def _any_time_row(row: Target) -> Target:
    return row.model_copy(update={"received": [], "received_before": None})


def _guarantee(lint: Lint) -> Iterator[Finding]:
    """12. A guarantee without a remedy."""
    if lint.file.credits:
        return
    for i, row in enumerate(lint.file.targets):
        if row.force == "guarantee" and not row.remedy:
            yield lint.warning(
                "guarantee-without-remedy",
                ("targets", i, "force"),
                "a guarantee without what the client gets when it is missed; write remedy, "
                "or force: max, or leave it if your text says no more",
            )


def _nothing(lint: Lint) -> Iterator[Finding]:
    """A row that gives neither a time nor words, and cut-offs without what comes after."""
    for i, row in enumerate(lint.file.targets):
        if not any(_spans(row)) and not row.words and row.next is None:
            yield lint.warning(
                "row-empty",
                ("targets", i),
                "this row gives neither a time nor words; write first: 1h or words, or delete it",
            )
        if row.received_before and row.otherwise is None and i == len(lint.file.targets) - 1:
            yield lint.warning(
                "cut-off-open",
                ("targets", i, "received_before"),
                "nothing says what holds after the cut-off; write else: next_business_day, or "
                "leave it if your text says no more",
            )


def _next_word(lint: Lint) -> Iterator[Finding]:
    """Words that leave the turn with the staff promise the next ones by a row's own `next`."""
    rows = lint.file.targets[:MOST_ROWS]
    says = [row for row in rows if row.next is not None]
    for i, row in enumerate(rows):
        if row.first and not any(_fits_wherever(other, row) for other in says):
            yield lint.info(
                "open-next",
                ("targets", i),
                f"{row_name(row, i)} promises no next word, so an operator who says that they are "
                "still looking promises nothing; write next, or next: none if that is meant",
            )


RULES: tuple[Rule, ...] = (
    _working_time, _two_numbers, _before_opening, _round_the_clock, _advisory, _empty_cells,
    _guarantee, _gaps, _nothing, _next_word,
)  # fmt: skip

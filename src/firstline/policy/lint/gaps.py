"""Findings about situations for which the table of due times gives no time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice, product

from firstline.policy.file.targets import Target
from firstline.policy.lint.base import Lint, Rule, any_time_row, fits_wherever, row_name, row_spans
from firstline.policy.rules.situation import KEYS
from firstline.policy.rules.targets import received_fits
from firstline.policy.text.finding import Finding
from firstline.policy.text.remark import Remark, remark
from firstline.policy.text.spoken import Weekday

MOST_CELLS = 400
MOST_TIMED = 60


def _empty_cells(lint: Lint) -> Iterator[Finding]:
    """7. A pair of plan and priority, a priority alone, or a plan that has a time for some matters
    where another has one for all, for which no row gives a time.
    """
    rows = [any_time_row(row) for row in lint.file.targets if row.words or any(row_spans(row))]
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
            message = remark(
                "no row gives a time for {pair}{limits}; add one",
                pair=_pair(plan, level),
                limits=_limits(cell),
            )
            yield lint.warning("empty-cell", ("targets",), message)


def _pair(plan: str | None, level: str | None) -> Remark:
    if plan and level:
        return remark("plan {plan} with priority {level}", plan=plan, level=level)
    if plan:
        return remark("plan {plan}", plan=plan)
    return remark("priority {level}", level=level or "")


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
    return any(fits_wherever(row, cell) for row in rows)


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
            local = hole.astimezone(zone)
            day, clock = Weekday(local.weekday()), f"{local:%H:%M}"
            yield lint.info(
                "received-gap",
                ("targets", i, "received"),
                remark(
                    "{row} has a time for some hours only, and no row has one for what arrives "
                    "for example on {day} {clock} ({zone}); add a row without received after it",
                    row=row_name(row, i),
                    day=day,
                    clock=clock,
                    zone=zone.key,
                ),
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
    same = [other for other in rows if fits_wherever(any_time_row(other), row)]
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


RULES: tuple[Rule, ...] = (_empty_cells, _gaps)

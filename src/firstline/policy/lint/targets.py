"""Findings about the table of due times."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.policy.file.targets import Target
from firstline.policy.lint.base import Lint, Rule, fits_wherever, row_name, row_spans
from firstline.policy.text.finding import Finding
from firstline.policy.text.remark import Remark, remark
from firstline.policy.text.spoken import Length
from firstline.policy.text.values import Span
from firstline.policy.time.weekly import hole_words, holes

# Pairs of rows are compared; a longer table is only compared so far, so that no file takes long.
MOST_ROWS = 300
# What binds nobody.
WEAK = {"advisory": remark("advisory"), "self_help": remark("self help")}
BINDING = ("guarantee", "max", "target")


def _working_time(lint: Lint) -> Iterator[Finding]:
    """2. Working days or hours without a calendar that closes at all."""
    for i, row in enumerate(lint.file.targets):
        for measure, span in [
            *row_spans(row),
            *([("else", row.otherwise)] if row.otherwise else []),
        ]:
            if (
                span.working
                and not lint.file.policy.business
                and row.clock in ("always", "elapsed")
            ):
                yield lint.error(
                    "working-time-without-calendar",
                    ("targets", i, measure),
                    _working_without_calendar(measure, span),
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
                        _working_without_calendar(key, span),
                    )


def _working_without_calendar(key: str, span: Span) -> Remark:
    return remark(
        "{key} {span} counts working time, but no calendar says which hours are worked; write "
        "policy.business, or name a calendar here",
        key=key,
        span=str(span),
    )


def _two_numbers(lint: Lint) -> Iterator[Finding]:
    """4. Two rows give different numbers for one situation; the second is never used."""
    rows = lint.file.targets[:MOST_ROWS]
    written = [dict(row_spans(row)) for row in rows]
    for j, later in enumerate(rows):
        spans, seen = written[j], set[str]()
        for i, earlier in enumerate(rows[:j]):
            first = {m: s for m, s in written[i].items() if m in spans and m not in seen}
            if first and fits_wherever(earlier, later):
                seen |= set(first)
                yield from _differences(lint, (i, j), first, spans)
        if spans and seen == set(spans) and not later.document:
            message = remark(
                "{row} is never used: earlier rows fit wherever it fits; delete it or move it up",
                row=row_name(later, j),
            )
            yield lint.warning("row-unreachable", ("targets", j), message)


def _differences(
    lint: Lint, rows: tuple[int, int], first: dict[str, Span], spans: dict[str, Span]
) -> Iterator[Finding]:
    one, two = (row_name(lint.file.targets[n], n) for n in rows)
    for measure, span in first.items():
        if str(span) != str(spans[measure]):
            message = remark(
                "{measure} is {first} in {one} and {second} in {two} for the same situation, "
                "and the earlier row is used; delete one, or tell them apart by a key",
                measure=measure,
                first=str(span),
                one=one,
                second=str(spans[measure]),
                two=two,
            )
            yield lint.warning("two-numbers", ("targets", rows[1], measure), message)


def _before_opening(lint: Lint) -> Iterator[Finding]:
    """5. A target shorter than the wait until a responsible line opens."""
    for i, row in enumerate(lint.file.targets):
        if row.clock not in ("always", "elapsed") or row.received or row.force not in BINDING:
            continue
        names = _responsible(lint, row)
        wait = _longest_wait(lint, names)
        for measure, span in row_spans(row):
            soon = measure in ("first", "next", "start") and not span.working
            if soon and 0 < span.rough_seconds < wait * 60:
                message = remark(
                    "{measure} is due after {span} at any hour, but {closed} up to {wait} "
                    "h; count by its calendar (clock: line) or widen the calendar",
                    measure=measure,
                    span=Length(span),
                    closed=_lines_closed(names),
                    wait=wait // 60,
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


def _lines_closed(names: list[str]) -> Remark:
    if len(names) == 1:
        return remark("line {name} is closed", name=names[0])
    return remark("lines {names} are all closed", names=", ".join(names))


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
        short = [m for m, span in row_spans(row) if m in ("first", "start") and not span.working]
        if (
            gaps
            and short
            and row.clock in ("always", "elapsed")
            and not row.received
            and row.force in BINDING
        ):
            message = remark(
                "this row promises at any hour, but no channel is open {holes}; widen "
                "a calendar, or write clock: channel",
                holes=hole_words(gaps),
            )
            yield lint.warning("hours-uncovered", ("targets", i), message)


def _advisory(lint: Lint) -> Iterator[Finding]:
    """6. An advisory channel with a promised deadline. A refused one promises nothing."""
    status = {c.id: c.status for c in lint.file.channels}
    weak = [name for name, is_ in status.items() if is_ in WEAK]
    for i, row in enumerate(lint.file.targets):
        if not any(row_spans(row)):
            continue
        for name in row.channel:
            if status.get(name) == "refused":
                message = remark(
                    "this row gives a time in channel {name}, which is refused, so it is promised "
                    "to nobody; take the channel out of the row, or make it official",
                    name=name,
                )
                yield lint.warning("refused-deadline", ("targets", i, "channel"), message)
            elif name in weak and row.force in BINDING:
                message = remark(
                    "channel {name} is {status}, yet this row promises a time in it; make it "
                    "official, or take it out of the row",
                    name=name,
                    status=WEAK[status[name]],
                )
                yield lint.warning("advisory-deadline", ("targets", i, "channel"), message)
        if weak and not row.channel and row.force in BINDING:
            message = remark(
                "this row names no channel, so it promises a time in {weak} too; write "
                "channel: [...]",
                weak=", ".join(weak),
            )
            yield lint.info("advisory-deadline", ("targets", i), message)


def _guarantee(lint: Lint) -> Iterator[Finding]:
    """12. A guarantee without a remedy."""
    if lint.file.credits:
        return
    for i, row in enumerate(lint.file.targets):
        if row.force == "guarantee" and not row.remedy:
            yield lint.warning(
                "guarantee-without-remedy",
                ("targets", i, "force"),
                remark(
                    "a guarantee without what the client gets when it is missed; write remedy, "
                    "or force: max, or leave it if your text says no more"
                ),
            )


def _nothing(lint: Lint) -> Iterator[Finding]:
    """A row that gives neither a time nor words, and cut-offs without what comes after."""
    for i, row in enumerate(lint.file.targets):
        if not any(row_spans(row)) and not row.words and row.next is None:
            yield lint.warning(
                "row-empty",
                ("targets", i),
                remark(
                    "this row gives neither a time nor words; write first: 1h or words, or "
                    "delete it"
                ),
            )
        if row.received_before and row.otherwise is None and i == len(lint.file.targets) - 1:
            yield lint.warning(
                "cut-off-open",
                ("targets", i, "received_before"),
                remark(
                    "nothing says what holds after the cut-off; write else: next_business_day, "
                    "or leave it if your text says no more"
                ),
            )


def _next_word(lint: Lint) -> Iterator[Finding]:
    """Words that leave the turn with the staff promise the next ones by a row's own `next`."""
    rows = lint.file.targets[:MOST_ROWS]
    says = [row for row in rows if row.next is not None]
    for i, row in enumerate(rows):
        if row.first and not any(fits_wherever(other, row) for other in says):
            yield lint.info(
                "open-next",
                ("targets", i),
                remark(
                    "{row} promises no time after an update, so an operator who writes that they "
                    "are still working on it promises nothing; write next, or next: none if that "
                    "is meant",
                    row=row_name(row, i),
                ),
            )


RULES: tuple[Rule, ...] = (
    _working_time, _two_numbers, _before_opening, _round_the_clock, _advisory,
    _guarantee, _nothing, _next_word,
)  # fmt: skip

"""What was owed in a request, and what became of it: its log gone through again, by any policy.

With the policy of its arrival that gives the promises that were made; with another one those that
it would have made. Only the log is looked at, never a promise that is noted beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from firstline.policy import Policy, Situation
from firstline.promises.restarts import hand_over_starts, reopening_starts, words_start
from firstline.promises.turns import situation_of
from firstline.timeline import Entry, Request

Ending = Literal["answered", "closed", "withdrawn", "notice", "restarted"]
# What may have been changed since the arrival, with an entry that tells the old value.
MOVING = ("topic", "priority")


@dataclass(frozen=True, slots=True)
class Owed:
    """A promise from the entry `no` that began it to the one that ended it; open without an ending.

    `kind` is answer or delay, `rule` the row of the table (its id or number) that gave the time,
    `first` says that nobody of the staff had answered before. `line` had it when it ended.
    """

    no: int
    kind: str
    first: bool
    rule: str
    line: str
    since: datetime
    due_at: datetime
    ending: Ending | None = None
    ended_no: int | None = None
    ended_at: datetime | None = None
    by_id: UUID | None = None


def first_line_of(request: Request, entries: Iterable[Entry]) -> str:
    """The line in which a request began."""
    moves = (entry for entry in entries if entry.kind in ("handed_over", "sent_back"))
    first = next(moves, None)
    return first.data["line_from"] if first else request.line


def owed_in(policy: Policy, request: Request, entries: Sequence[Entry]) -> list[Owed]:
    """Every promise of a request, in order, as `policy` makes them. `entries` is its whole log."""
    reading = _Reading(policy, request, entries)
    for entry in entries:
        reading.read(entry)
    return [*reading.over, *([reading.now] if reading.now else [])]


class _Reading:
    """A request as it stood at each entry of its log."""

    def __init__(self, policy: Policy, request: Request, entries: Sequence[Entry]) -> None:
        self.policy = policy
        self.line = first_line_of(request, entries)
        self.answered = False
        self.unanswered = False
        self.over: list[Owed] = []
        self.now: Owed | None = None
        self.facts = situation_of(request)
        for entry in reversed(entries):
            if entry.kind == "edited" and entry.data.get("field") in MOVING:
                self.facts = self.facts._replace(**{entry.data["field"]: entry.data["old"] or None})

    def read(self, entry: Entry) -> None:
        """What this entry does to the promise."""
        step = getattr(self, f"_{entry.kind}", None)
        if step is not None:
            step(entry)
        if self.now is not None and self.now.line != self.line:
            self.now = replace(self.now, line=self.line)

    def _opened(self, entry: Entry) -> None:
        if entry.side == "client":
            self.unanswered = True
            self._owe(entry)

    def _said(self, entry: Entry) -> None:
        if entry.audience == "staff" or entry.side == "system":
            return
        self.unanswered = entry.side == "client"
        if self.unanswered:
            starts = words_start(self.policy, answered=self.answered)
            if starts and (self.now is None or self._restarts(entry.at)):
                self._owe(entry)
        else:
            self._end(entry, "answered")
            self.answered = True

    def _restarts(self, at: datetime) -> bool:
        """Whether an answer that is owed is counted from the client's latest word, by the row that
        fits now: another priority may have another one.
        """
        owed = self.now is not None and self.now.kind == "answer"
        if not (owed and self.policy.counts_latest_word):
            return False
        fit = self.policy.fit("next" if self.answered else "first", at, self._situation())
        return fit is not None and fit.row.counted_from == "latest_client_word"

    def _edited(self, entry: Entry) -> None:
        field = entry.data.get("field")
        if field in MOVING:
            self.facts = self.facts._replace(**{field: entry.body or None})
        if field == "priority" and self.now is not None and self.now.kind == "answer":
            made = self._promised(entry.at)
            if made is not None and made[1] < self.now.due_at:
                self.now = replace(self.now, rule=made[0], due_at=made[1])

    def _handed_over(self, entry: Entry) -> None:
        self.line = entry.data["line"]
        if hand_over_starts(self.policy, self.now.kind if self.now else None):
            self._owe(entry)

    def _sent_back(self, entry: Entry) -> None:
        self.line = entry.data["line"]

    def _delay_notice(self, entry: Entry) -> None:
        since = self._end(entry, "notice")
        until = datetime.fromisoformat(entry.data["until"])
        first = since.first if since else not self.answered
        self.now = Owed(entry.no, "delay", first, "", self.line, entry.at, until)

    def _closed(self, entry: Entry) -> None:
        self._end(entry, "withdrawn" if entry.side == "client" else "closed")

    def _reopened(self, entry: Entry) -> None:
        by_staff = entry.side == "staff"
        if reopening_starts(self.policy, by_staff=by_staff, unanswered=self.unanswered):
            self._owe(entry)

    def _promised(self, start: datetime) -> tuple[str, datetime] | None:
        return promised(self.policy, start, self._situation(), again=self.answered)

    def _situation(self) -> Situation:
        return self.facts._replace(line=self.line)

    def _owe(self, entry: Entry) -> None:
        made = self._promised(entry.at)
        if made is None:
            return
        rule, due_at = made
        first = not self.answered
        if self.now is not None and self.now.due_at <= entry.at:
            self._end(entry, "restarted")  # its time had come before it began again
        self.now = Owed(entry.no, "answer", first, rule, self.line, entry.at, due_at)

    def _end(self, entry: Entry, ending: Ending) -> Owed | None:
        ended, self.now = self.now, None
        if ended is not None:
            self.over.append(
                replace(
                    ended,
                    ending=ending,
                    ended_no=entry.no,
                    ended_at=entry.at,
                    by_id=entry.by_id,
                )
            )
        return ended


def promised(
    policy: Policy, start: datetime, situation: Situation, *, again: bool
) -> tuple[str, datetime] | None:
    """The row of the table that promises an answer to words said at `start`, and its due time."""
    fit = policy.fit("next" if again else "first", start, situation)
    if fit is None:
        return None
    due_at = policy.promise(start, situation, again=again)
    return (fit.row.id or str(fit.index), due_at.astimezone(UTC)) if due_at else None

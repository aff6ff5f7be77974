"""What was owed in a request, and what became of it: its log gone through again, by any policy.

With the policy of its arrival that gives the promises that were made; with another one those that
it would have made. Only the log is looked at, never a promise that is noted beside it. Each entry
is an event, and what that makes of the promise is `step`, as at the desk.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from firstline.policy import Policy, Situation
from firstline.policy.rules.promises import (
    Answer,
    ClientWord,
    Closure,
    Debt,
    DelayNotice,
    Event,
    HandOver,
    PriorityChange,
    Promise,
    PromiseKind,
    Reopening,
    StillOurs,
    WordsMoved,
    step,
)
from firstline.timeline import Entry, Request, origin, situation_of

Ending = Literal["answered", "closed", "withdrawn", "notice", "restarted"]


@dataclass(frozen=True, slots=True)
class Obligation:
    """A promise from the entry `no` that began it to the one that ended it; open without an ending.

    `rule` and `first` are the promise's own, `line` had it when it ended.
    """

    no: int
    kind: PromiseKind
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


def obligations(policy: Policy, request: Request, entries: Sequence[Entry]) -> list[Obligation]:
    """Every promise of a request, in order, as `policy` makes them. `entries` is its whole log."""
    reading = _Reading(policy, _situation_at_first(request, entries))
    for entry in entries:
        reading.read(entry)
    return [*reading.over, *([reading.now] if reading.now else [])]


def event_of(entry: Entry, situation: Situation) -> Event | None:
    """What an entry means for the promise, in the situation as it stands then; None for nothing."""
    if of := origin(entry.data):
        return _moved_word(entry, of, situation)
    match entry.kind, entry.side:
        case (("opened" | "said"), "client"):
            return ClientWord(entry.at, situation)
        case "said", "staff" if entry.audience == "all":
            words = StillOurs if entry.data.get("turn") == "us" else Answer
            return words(entry.at, situation)
        case "handed_over", _:
            return HandOver(entry.at, situation)
        case "delay_notice", _:
            return DelayNotice(entry.at, situation, datetime.fromisoformat(entry.data["until"]))
        case "edited", _ if entry.data.get("field") == "priority":
            return PriorityChange(entry.at, situation)
        case "split", _ if entry.data.get("ends"):
            return WordsMoved(entry.at, situation)
        case "closed", _:
            return Closure(entry.at, situation)
        case "reopened", side:
            return Reopening(entry.at, situation, side == "staff")
        case _:
            return None


def _moved_word(entry: Entry, of: dict[str, Any], situation: Situation) -> Event | None:
    """Words that come from another request: what was answered there is owed nothing here, the rest
    is since it was said.
    """
    owed = entry.side == "client" and entry.data.get("owed")
    return ClientWord(datetime.fromisoformat(of["at"]), situation) if owed else None


def _situation_at_first(request: Request, entries: Sequence[Entry]) -> Situation:
    """As it was at the arrival: an entry of a change tells the value before it."""
    situation = situation_of(request)._replace(line=first_line_of(request, entries))
    for entry in reversed(entries):
        if entry.kind == "edited":
            situation = _with_field(situation, entry, entry.data.get("old"))
    return situation


def _situation_after(situation: Situation, entry: Entry) -> Situation:
    if entry.kind == "edited":
        return _with_field(situation, entry, entry.body)
    if entry.kind in ("handed_over", "sent_back"):
        return situation._replace(line=entry.data["line"])
    return situation


def _with_field(situation: Situation, entry: Entry, value: str | None) -> Situation:
    match entry.data.get("field"):
        case "topic":
            return situation._replace(topic=value or None)
        case "priority":
            return situation._replace(priority=value or None)
        case _:
            return situation


class _Reading:
    """A request as it stood at each entry of its log."""

    def __init__(self, policy: Policy, situation: Situation) -> None:
        self.policy = policy
        self.situation = situation
        self.debt = Debt()
        self.over: list[Obligation] = []
        self.now: Obligation | None = None

    def read(self, entry: Entry) -> None:
        """What this entry does to the promise."""
        self.situation = _situation_after(self.situation, entry)
        event = event_of(entry, self.situation)
        if event is not None:
            before, self.debt = self.debt.promise, step(self.debt, event, self.policy)
            if self.debt.promise != before:
                self._note(entry, self.debt.promise)
        if self.now is not None and self.now.line != self.situation.line:
            self.now = replace(self.now, line=self.situation.line or "")

    def _note(self, entry: Entry, promise: Promise | None) -> None:
        """The promise is another one now, or came to be, or has ended."""
        now = self.now
        if now is not None and promise is not None and entry.kind == "edited":
            self.now = replace(now, rule=promise.rule, due_at=promise.due_at)
            return
        ending = _ending(entry, now)
        if now is not None and ending is not None:
            self.over.append(
                replace(now, ending=ending, ended_no=entry.no, ended_at=entry.at, by_id=entry.by_id)
            )
        self.now = promise and Obligation(
            entry.no, promise.kind, promise.first, promise.rule, self.situation.line or "",
            promise.since, promise.due_at,
        )  # fmt: skip


def _ending(entry: Entry, now: Obligation | None) -> Ending | None:
    """How an entry ends what is owed; what only begins anew before its time has no end."""
    match entry.kind, entry.side:
        case "split", _:
            return None  # it is judged where the words went
        case "closed", "client":
            return "withdrawn"
        case "closed", _:
            return "closed"
        case "delay_notice", _:
            return "notice"
        case "said", "staff":
            return "answered"
        case _:
            return "restarted" if now is not None and now.due_at <= entry.at else None

"""What must hold of the queue: one holder at a time, and nobody who came later served first."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tests.live.checker.history import Final, History, Op

FIRST_LINE = "first"
LEAVES = ("taken", "closed")


@dataclass(frozen=True, slots=True)
class Wait:
    """A span in which the request certainly waited in the line, whatever was in flight."""

    no: int
    line: str
    since: float
    until: float


def check_queue(history: History) -> Iterator[tuple[str, str]]:
    """Total-queue with an order: what a take gave was the earliest that waited all along."""
    told = {(op.request, op.entry): op for op in history.ops if op.outcome == "ok"}
    waits: dict[str, list[Wait]] = defaultdict(list)
    for final in history.final.values():
        yield from _held_once(final)
        for wait in _waits(final, told):
            waits[wait.line].append(wait)
    for line in waits.values():
        line.sort(key=lambda wait: wait.no)
    for op in history.ops:
        if op.do == "take" and op.outcome == "ok" and op.line is not None:
            yield from _fair(op, waits[op.line])


def _held_once(final: Final) -> Iterator[tuple[str, str]]:
    holder: str | None = None
    for entry in final.entries:
        if entry.kind == "taken":
            if holder is not None:
                yield "held-twice", f"{entry.by} took {final.no}, which {holder} held"
            holder = entry.by
        elif entry.kind in ("handed_over", "sent_back", "given_back", "closed"):
            holder = None  # a closed one that is reopened goes to its holder only if present


def _waits(final: Final, told: dict[tuple[int | None, int | None], Op]) -> Iterator[Wait]:
    """From the answer to what brought it into the line to the call that took it out of it."""
    line, came = FIRST_LINE, math.inf
    for entry in final.entries:
        op = told.get((final.no, entry.no))
        if entry.kind in LEAVES:
            if op is not None:  # else it left at a time that nobody knows
                yield Wait(final.no, line, came, op.invoked)
            came = math.inf
        elif entry.kind in ("opened", "handed_over", "sent_back", "given_back"):
            line = entry.data.get("line", line)
            came = op.done if op is not None else math.inf
    yield Wait(final.no, line, came, math.inf)


def _fair(take: Op, waits: list[Wait]) -> Iterator[tuple[str, str]]:
    earlier = waits
    if take.request is not None:
        earlier = waits[: bisect_left(waits, take.request, key=lambda wait: wait.no)]
    for wait in earlier:
        if wait.since < take.invoked and take.done < wait.until:
            got = take.request or "nothing"
            yield "unfair", f"{take.who} took {got} of {take.line} while {wait.no} waited"
            return

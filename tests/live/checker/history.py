"""What was done, what was seen, and what stands at the end."""

import time
from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["ok", "fail", "info"]
# Entries that carry the key of who said them; those of the other calls carry none.
WORDS = {"open": "opened", "say": "said", "note": "note"}
MOVES = {
    "take": "taken",
    "handover": "handed_over",
    "return": "sent_back",
    "release": "given_back",
    "closure": "closed",
}


@dataclass(slots=True)
class Op:
    """One call with all its retries, which have the same key.

    `invoked` and `done` are seconds of the monotonic clock: the first sending and the last word.
    `request` and `entry` are the numbers that an `ok` came with; a take that found nothing has no
    request. `repeats` are entry numbers that further sendings of the same key were told.
    """

    do: str
    who: str
    key: str
    body: str = ""
    line: str | None = None
    request: int | None = None
    entry: int | None = None
    invoked: float = 0.0
    done: float = 0.0
    outcome: Outcome = "info"
    attempts: int = 0
    status: int | None = None
    repeats: list[int] = field(default_factory=list[int])


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as somebody reads it, at the end or on the way."""

    no: int
    kind: str
    key: str | None
    by: str
    audience: str
    body: str
    data: dict[str, Any]

    @property
    def core(self) -> tuple[Any, ...]:
        """What must be the same for all readers; words of moves are for staff only."""
        words = self.body if self.kind in WORDS.values() else ""
        return self.no, self.kind, self.key, self.by, words


def item(entry: dict[str, Any]) -> Item:
    """An entry from its JSON."""
    return Item(
        entry["no"], entry["kind"], entry["key"], entry["by"]["name"], entry["audience"],
        entry["body"], entry["data"],
    )  # fmt: skip


@dataclass(slots=True)
class Reader:
    """What one reader saw of each request over the socket, in the order in which it came."""

    name: str
    side: str
    slow: bool = False
    seen: dict[int, list[Item]] = field(default_factory=dict[int, list[Item]])
    at: dict[int, float] = field(default_factory=dict[int, float])
    resets: list[str] = field(default_factory=list[str])

    def saw(self, no: int, entry: Item) -> None:
        self.seen[no].append(entry)
        self.at[no] = time.monotonic()

    def last(self, no: int) -> int:
        return self.seen[no][-1].no if self.seen[no] else 0


@dataclass(slots=True)
class Final:
    """A request as the API tells it at the end: to staff, and to its client by numbers only."""

    no: int
    head: int
    entries: list[Item]
    to_client: list[int]


@dataclass(slots=True)
class History:
    """A whole run. `calm` is when the nemesis had stopped and the last call had its answer."""

    ops: list[Op] = field(default_factory=list[Op])
    readers: list[Reader] = field(default_factory=list[Reader])
    faults: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    began: float = field(default_factory=time.monotonic)
    calm: float = 0.0
    final: dict[int, Final] = field(default_factory=dict[int, Final])

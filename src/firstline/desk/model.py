"""What the desk shows, as it comes from the store; and how near a promise is."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from firstline.kit.folding import fold_text

Level = Literal["calm", "soon", "late"]
# A row as the database's JSON tells it: templates show it as it is.
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OwnState:
    """The operator's own state: on shift or not, wishes for the screen, notes that ask them."""

    present: bool
    wishes: Row
    asked: list[Row]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request in the queue of a line, with its place in it (from 1)."""

    no: int
    line: str
    place: int
    title: str
    topic: str
    mode: str
    language: str
    client: str
    arrived_at: datetime
    line_since: datetime
    promise_kind: str | None
    promise_since: datetime | None
    promise_due_at: datetime | None
    reopened: int


@dataclass(frozen=True, slots=True)
class Held:
    """A request that the operator holds; `fresh` when the client has said something unseen."""

    no: int
    line: str
    title: str
    topic: str
    mode: str
    state: str
    client: str
    promise_kind: str | None
    promise_since: datetime | None
    promise_due_at: datetime | None
    head: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class LineLoad:
    """A line of the operator: how many wait (at most 1000 are counted), since when the oldest."""

    id: str
    waiting: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Card:
    """What stands beside a thread: the client with their services and recent requests."""

    client: Row
    service: str | None
    opener: str
    holder: str | None
    contacts: list[Row]
    services: list[Row]
    recent: list[Row]
    links: list[Row]
    drafts: dict[str, str]
    secrets: list[Row]
    fields: list[Row]
    open_requests: int


@dataclass(frozen=True, slots=True)
class DepartureRow:
    """A departure from the order of arrival, as its entry tells it."""

    request_no: int
    no: int
    title: str
    client: str
    line: str
    by_name: str
    kind: str
    reason: str
    passed: list[int]
    at: datetime


@dataclass(frozen=True, slots=True)
class Snippet:
    """Words kept for answers, found by `/shortcut`; `line` None is for every line."""

    id: UUID
    shortcut: str
    language: str
    title: str
    body: str
    line: str | None


@dataclass(frozen=True, slots=True)
class Colleague:
    """An operator to whom a request can be passed, and how many chats they hold."""

    id: UUID
    name: str
    present: bool
    held: int


@dataclass(slots=True)
class Queue:
    """The left pane: lines with their queues, and the operator's own work.

    `unserved` are numbers of those that wait and that nobody present would take.
    """

    lines: list[LineLoad]
    waiting: list[Waiting]
    held: list[Held]
    alarms: list[str] = field(default_factory=list[str])
    unserved: set[int] = field(default_factory=set[int])


def level(due_at: datetime | None, now: datetime, *, near: timedelta) -> Level:
    """How near a promise is; always shown in words too. `near` is the policy's first warning."""
    if due_at is None:
        return "calm"
    if due_at <= now:
        return "late"
    return "soon" if due_at - now <= near else "calm"


_VARIABLE = re.compile(r"\{([a-z]{1,20})\}")


def fill_variables(body: str, values: dict[str, str]) -> str:
    """A snippet with its `{variables}` filled once; unknown ones stay as they are (no code)."""
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), body)


def find_snippets(snippets: list[Snippet], typed: str, language: str) -> list[Snippet]:
    """Snippets that hold every part of a word that was typed, in the request's language if there
    are any; those whose shortcut begins so come first, then those that are called so.
    """
    parts = fold_text(typed).split()

    def rank(one: Snippet) -> int:
        if fold_text(one.shortcut).startswith(fold_text(typed).strip()):
            return 0
        return 1 if all(part in fold_text(one.title) for part in parts) else 2

    found = [
        one
        for one in snippets
        if all(part in fold_text(f"{one.shortcut} {one.title} {one.body}") for part in parts)
    ]
    own = [one for one in found if one.language == language]
    return sorted(own or found, key=rank)

"""A request, and what is to become of it: drafts of entries, openings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from firstline import matters
from firstline.kit import i18n
from firstline.kit.errors import Refused

Mode = Literal["chat", "ticket"]
State = Literal["waiting", "with_us", "with_client", "with_third_party", "closed"]
Effect = Literal["owed", "answered"]

KINDS = (
    "opened said note taken skipped given_back transferred handed_over sent_back delay_notice "
    "promise_missed closed reopened rated edited redacted linked"
).split()


@dataclass(frozen=True, slots=True)
class Promise:
    """What the client is owed, and by when. `kind` is answer or delay."""

    kind: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Request:
    """One matter of one client, from first word to close: the row of table `requests`."""

    matter_kind: ClassVar[str] = "request"

    no: int
    client_id: UUID
    opened_by: UUID
    open_key: str | None
    service_id: UUID | None
    topic: str
    title: str
    language: str
    plan: str
    priority: str | None
    service_kind: str
    channel: str
    mode: Mode
    line: str
    state: State
    holder: UUID | None
    held_since: datetime | None
    arrived_at: datetime
    line_since: datetime
    policy_version: int
    generation: int
    head: int
    answered: bool
    answered_at: datetime | None
    promise_kind: str | None
    promise_since: datetime | None
    promise_due_at: datetime | None
    line_due_at: datetime | None
    client_said_no: int
    staff_said_no: int
    client_seen_no: int
    closed_at: datetime | None
    outcome: str | None
    closed_by: UUID | None
    handed_over: int
    reopened: int
    rating: int | None
    updated_at: datetime

    @property
    def closed(self) -> bool:
        return self.closed_at is not None

    @property
    def promise(self) -> Promise | None:
        """The promise in force, or None when nothing is owed."""
        if self.promise_kind is None or self.promise_due_at is None:
            return None
        return Promise(self.promise_kind, self.promise_due_at)


@dataclass(frozen=True, slots=True)
class Turn:
    """The next step, `stage`, and the moment it comes: chat_waits, warning, missed, letter, …"""

    at: datetime
    stage: str


# What a rule of the policy says of words: when an answer is due, and the next step before that.
# It is asked with whether the staff has answered before.
Rule = Callable[[bool], tuple[datetime | None, Turn | None]]


@dataclass(frozen=True, slots=True)
class Quota:
    """Requests that a client, or one of its services, may open since a moment."""

    amount: int
    since: datetime
    per_service: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """What the policy says of a request to be, given the client's plan and the kind of service.

    `due_at` and `turn` are as in `Rule`. A `refusal` stands in place of all of it, and so does
    `beyond` where the `quota` is used up.
    """

    due_at: datetime | None = None
    turn: Turn | None = None
    priority: str | None = None
    refusal: Refused | None = None
    quota: Quota | None = None
    beyond: Refused | None = None


@dataclass(slots=True, kw_only=True)
class Draft(matters.Draft):
    """An entry of a request to be. `generation` is the request's as the writer's rights were
    checked against.

    `effect` says what the words do to the promise: a client's words are `owed` an answer, a
    person's words to the client have `answered` it. `rule` tells what follows from that; it is
    asked only where something does, for an answer may be owed already; where the policy counts
    from the latest word of the client it `restarts` an answer that is owed.
    `seen` is the last number the writer had on screen, for the collision guard.
    """

    generation: int
    channel: str = "chat"
    seen: int | None = None
    effect: Effect | None = None
    rule: Rule | None = None
    restarts: bool = False


@dataclass(slots=True)
class Opening:
    """A request to be, with its first words.

    `terms` tells what the policy says of them, given the client's plan and the kind of the service.
    `limited` are the services that a limited contact may name, None for everybody else. `spoken`
    is the language of a refusal: a batch holds openings of people of several languages.
    """

    client_id: UUID
    opened_by: UUID
    by_name: str
    side: str
    key: str | None
    service_id: UUID | None
    topic: str
    title: str
    body: str
    language: str | None
    channel: str
    line: str
    at: datetime
    policy_version: int
    open_limit: int
    terms: Callable[[str, str], Terms]
    line_due_at: datetime | None
    limited: frozenset[UUID] | None = None
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    spoken: str = field(default_factory=i18n.current)

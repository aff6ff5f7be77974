"""A request, and what is to become of it: drafts of entries, openings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from firstline import matters
from firstline.kit import i18n
from firstline.kit.errors import Refused
from firstline.policy import Policy
from firstline.policy.rules.promises import Event, Promise, PromiseKind

Mode = Literal["chat", "ticket"]
State = Literal["waiting", "with_us", "with_client", "with_third_party", "closed"]

KINDS = (
    "opened said note taken skipped given_back transferred taken_over handed_over sent_back "
    "delay_notice promise_missed closed reopened rated edited redacted linked split conduct"
).split()


STATES = ("waiting", "with_us", "with_client", "with_third_party", "closed")


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
    promise_kind: PromiseKind | None
    promise_since: datetime | None
    promise_due_at: datetime | None
    line_due_at: datetime | None
    client_said_no: int
    staff_said_no: int
    still_ours_no: int
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
    def staff_word_no(self) -> int:
        """The number of the staff's latest words to the client, of either kind."""
        return max(self.staff_said_no, self.still_ours_no)

    @property
    def promise(self) -> Promise | None:
        """The promise in force, or None when nothing is owed."""
        return promise_of(self.promise_kind, self.promise_since, self.promise_due_at)


def promise_of(
    kind: PromiseKind | None, since: datetime | None, due_at: datetime | None
) -> Promise | None:
    """The promise in three columns of a request's row, which all are null where nothing is owed."""
    if kind is None or since is None or due_at is None:
        return None
    return Promise(kind, since, due_at)


@dataclass(frozen=True, slots=True)
class OpeningLimit:
    """Requests that a client, or one of its services, may open since a moment."""

    amount: int
    since: datetime
    per_service: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """What the policy says of a request to be, given the client's plan.

    A `refusal` stands in place of all of it, and so does `beyond` where the `quota` is used up.
    """

    priority: str | None = None
    refusal: Refused | None = None
    quota: OpeningLimit | None = None
    beyond: Refused | None = None


@dataclass(slots=True, kw_only=True)
class Draft(matters.EntryDraft):
    """An entry of a request to be. `generation` is the request's as the writer's rights were
    checked against.

    `event` is what the entry means for the promise by the request's `policy`; None where it means
    nothing. `seen` is the last number the writer had on screen, for the collision guard.
    """

    generation: int
    channel: str = "chat"
    seen: int | None = None
    event: Event | None = None
    policy: Policy | None = None


@dataclass(slots=True)
class Opening:
    """A request to be, with its first words.

    `terms` tells whether the `policy` lets it in, given the client's plan.
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
    policy: Policy
    open_limit: int
    terms: Callable[[str], Terms]
    line_due_at: datetime | None
    limited: frozenset[UUID] | None = None
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    spoken: str = field(default_factory=i18n.current)

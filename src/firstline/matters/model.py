"""Entries of the log, and the drafts they are written from."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

from firstline.matters.proof import prove

Audience = Literal["all", "staff"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a timeline. `matter` is whose: a request's number, or a key below zero of any
    other kind. `salts`, `digests` and `sha` are its proof, taken when it was written (`proof`);
    `salts` is None once its words were erased."""

    matter: int
    no: int
    kind: str
    by_id: UUID | None
    by_name: str
    side: str
    audience: Audience
    channel: str
    body: str
    data: dict[str, Any]
    key: str | None
    at: datetime
    salts: bytes | None
    digests: bytes
    sha: bytes


@dataclass(slots=True)
class EntryDraft:
    """An entry to be; `by_id` None: the system itself, or the console."""

    matter: int
    kind: str
    by_id: UUID | None
    by_name: str
    side: str
    at: datetime
    body: str = ""
    audience: Audience = "all"
    channel: str = ""
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    key: str | None = None


def origin(data: dict[str, Any]) -> dict[str, Any]:
    """Where an entry comes from that was said in another matter: `request`, and of words also `no`
    and `at`; empty for all others (of an edit, `of` is the number that it mends).
    """
    of = data.get("of")
    # JSON that the desk itself wrote: names and plain values.
    return cast("dict[str, Any]", of) if isinstance(of, dict) else {}


def entry_of(d: EntryDraft, no: int) -> Entry:
    """The draft as entry `no` of its matter, sealed."""
    return Entry(
        d.matter, no, d.kind, d.by_id, d.by_name, d.side, d.audience, d.channel, d.body, d.data,
        d.key, d.at, *prove(d, d.matter, no),
    )  # fmt: skip

"""What the API takes: closed structs, so that an unknown field is an error and changes nothing."""

from datetime import datetime
from uuid import UUID

import msgspec

from firstline.people.posts import Keyed


class OpenIn(Keyed, kw_only=True):
    topic: str
    body: str
    title: str | None = None
    service: UUID | None = None
    client: UUID | None = None
    priority: str | None = None


class AmendIn(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`service` null takes the service away, and null a field's value; what is left out stays."""

    title: str | None = None
    topic: str | None = None
    service: UUID | msgspec.UnsetType | None = msgspec.UNSET
    priority: str | None = None
    fields: dict[str, str | None] | None = None


class SayIn(Keyed, kw_only=True):
    body: str
    audience: str | None = None
    seen: int | None = None
    turn: str | None = None
    files: list[UUID] = msgspec.field(default_factory=list[UUID])


class ReasonIn(Keyed, kw_only=True):
    reason: str


class TakeIn(Keyed, kw_only=True):
    reason: str = ""


class TransferIn(Keyed, kw_only=True):
    to: str


class SummaryIn(Keyed, kw_only=True):
    summary: str


class DelayIn(Keyed, kw_only=True):
    reason: str
    until: datetime
    text: str


class CloseIn(Keyed, kw_only=True):
    outcome: str
    text: str = ""
    code: str | None = None


class RateIn(Keyed, kw_only=True):
    score: int
    text: str = ""


class EditIn(Keyed, kw_only=True):
    body: str


class LinkIn(Keyed, kw_only=True):
    to: int


class SplitIn(Keyed, kw_only=True):
    entries: list[int]
    title: str


class SeenIn(Keyed, kw_only=True):
    no: int


class SecretIn(Keyed, kw_only=True):
    label: str
    secret: str

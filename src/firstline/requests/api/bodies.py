"""What the API takes: closed structs, so that an unknown field is an error and changes nothing."""

from datetime import datetime
from uuid import UUID

import msgspec


class OpenIn(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    topic: str
    body: str
    title: str | None = None
    service: UUID | None = None
    client: UUID | None = None
    priority: str | None = None
    key: str | None = None


class AmendIn(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`service` null takes the service away; what is left out stays."""

    title: str | None = None
    topic: str | None = None
    service: UUID | msgspec.UnsetType | None = msgspec.UNSET
    priority: str | None = None


class SayIn(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    body: str
    key: str | None = None
    audience: str | None = None
    seen: int | None = None
    files: list[UUID] = []


class PlainIn(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    key: str | None = None


class ReasonIn(PlainIn, kw_only=True):
    reason: str


class TransferIn(PlainIn, kw_only=True):
    to: str


class SummaryIn(PlainIn, kw_only=True):
    summary: str


class DelayIn(PlainIn, kw_only=True):
    reason: str
    until: datetime
    text: str


class CloseIn(PlainIn, kw_only=True):
    outcome: str
    text: str = ""
    code: str | None = None


class RateIn(PlainIn, kw_only=True):
    score: int
    text: str = ""


class EditIn(PlainIn, kw_only=True):
    body: str


class LinkIn(PlainIn, kw_only=True):
    to: int


class SeenIn(PlainIn, kw_only=True):
    no: int


class SecretIn(PlainIn, kw_only=True):
    label: str
    secret: str

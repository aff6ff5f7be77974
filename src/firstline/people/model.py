"""Who the desk knows and what they may do; pure rules, standard library only."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

Side = Literal["client", "staff"]
Access = Literal["owner", "limited", "global"]
Role = Literal["operator", "editor", "management", "keeper"]
TokenScope = Literal["read", "write", "manage"]

ACCESSES: tuple[Access, ...] = ("owner", "limited", "global")
ROLES: tuple[Role, ...] = ("operator", "editor", "management", "keeper")
# What a call may do of all that the person may: look; act in requests; change clients, keys,
# regulations and one's own tokens.
SCOPES: tuple[TokenScope, ...] = ("read", "write", "manage")


@dataclass(frozen=True, slots=True)
class Who:
    """A person with their grants, as loaded at this moment.

    `services` is filled for `limited` access only: owner and global see every service of the
    client. `epoch` moves with every change of rights; an open stream that holds an older one
    must close. `languages` empty means all of them, `chat_limit` None the policy's. `credential`
    is the hash of the token or session that spoke for them in this call, `scopes` what it is good
    for.
    """

    id: UUID
    side: Side
    name: str
    email: str
    language: str
    epoch: int
    client_id: UUID | None = None
    access: Access | None = None
    services: frozenset[UUID] = frozenset()
    roles: frozenset[str] = frozenset()
    lines: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    chat_limit: int | None = None
    scopes: frozenset[TokenScope] = field(default=frozenset(SCOPES), compare=False)
    credential: bytes = field(default=b"", compare=False, repr=False)

    @property
    def is_staff(self) -> bool:
        return self.side == "staff"

    def has(self, role: Role) -> bool:
        return role in self.roles

    @property
    def runs_the_desk(self) -> bool:
        """Management decides and the keeper carries out: both change people and clients."""
        return self.is_staff and not self.roles.isdisjoint(("management", "keeper"))

    def may_use(self, service_id: UUID) -> bool:
        """Is this service (of their own client) within a contact's limits?"""
        return self.access in ("owner", "global") or service_id in self.services


@dataclass(frozen=True, slots=True)
class Client:
    id: UUID
    external_id: str | None
    name: str
    plan: str
    language: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """A person who writes for a client; `services` limits them when `access` is limited."""

    id: UUID
    client_id: UUID
    external_id: str | None
    email: str
    name: str
    language: str
    access: Access
    active: bool
    services: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """What a client has: `kind` hosting, vps, domain …; `server` it lives on; `host` name."""

    id: UUID
    client_id: UUID
    external_id: str | None
    name: str
    kind: str
    server: str
    host: str
    active: bool


@dataclass(frozen=True, slots=True)
class Operator:
    """A member of staff with their settings, as the desk's settings page lists them."""

    id: UUID
    email: str
    name: str
    language: str
    active: bool
    roles: tuple[str, ...]
    lines: tuple[str, ...]
    languages: tuple[str, ...]
    chat_limit: int | None
    present: bool
    seen_at: datetime | None
    has_password: bool
    has_second_factor: bool


def make_who(**row: Any) -> Who:
    """Build a Who from a row of the store's one query (arrays become sets and tuples)."""
    for name in ("services", "roles"):
        row[name] = frozenset(row[name])
    for name in ("lines", "languages"):
        row[name] = tuple(row[name])
    return Who(**row)


def make_contact(**row: Any) -> Contact:
    """Build a Contact from a row (the array becomes a tuple)."""
    row["services"] = tuple(row["services"])
    return Contact(**row)


def make_operator(**row: Any) -> Operator:
    """Build an Operator from a row (arrays become tuples)."""
    for name in ("roles", "lines", "languages"):
        row[name] = tuple(row[name])
    return Operator(**row)

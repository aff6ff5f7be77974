"""Changes of rights and settings, written down in the transaction that makes them.

Who, when, and what stood before and after; never a secret. They are entries of one matter of their
own, so that none can be left out without a gap in its numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from firstline.kit.db import Conn, Tx
from firstline.matters import EntryDraft, append
from firstline.people import store
from firstline.people.model import Client, Contact, Operator, Service, Who

MATTER = -1  # its row comes with the tables
KINDS = (
    "operator_made operator_changed access_ended access_given invitation_sent password_link_made "
    "second_factor_on second_factor_off token_made token_revoked client_made client_changed "
    "service_made service_changed contact_made contact_changed panel_key_made panel_key_retired "
    "widget_tried snippet_written snippet_dropped policy_published policy_withdrawn "
    "synonyms_changed article_published article_changed"
).split()
# What is no setting: keys of our own, and what moves by itself.
PASSED_OVER = frozenset(
    "id client_id created_at present seen_at has_password has_second_factor".split()
)
AT_ONCE = 1_000
Thing = Client | Contact | Operator | Service


@dataclass(frozen=True, slots=True)
class About:
    """What was changed: operator, contact, client, service, key, snippet, policy or article.

    `client` is whose a contact or a service is.
    """

    what: str
    id: str
    name: str
    client: str | None = None


@dataclass(frozen=True, slots=True)
class NewChange:
    """One of `KINDS`, with the fields that differ as they were and as they are."""

    kind: str
    about: About
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def about_person(who: Who) -> About:
    """The operator or contact."""
    client = str(who.client_id) if who.client_id else None
    return About("operator" if who.is_staff else "contact", str(who.id), who.name, client)


def access_change(who: Who, *, active: bool) -> NewChange:
    """Somebody was let in again, or is no longer."""
    kind = "access_given" if active else "access_ended"
    return NewChange(kind, about_person(who), {"active": not active}, {"active": active})


def change_of(kind: str, before: Thing | None, after: Thing) -> NewChange:
    """What of a client, contact, operator or service differs; `before` None: it is new."""
    client = str(after.client_id) if isinstance(after, Contact | Service) else None
    about = About(type(after).__name__.lower(), str(after.id), after.name, client)
    return compare(kind, about, before, after)


def compare(kind: str, about: About, before: object, after: object) -> NewChange:
    """What differs between two dataclasses; for None, what the other one has at all."""
    old, new = _fields(before), _fields(after)
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    if not (old and new):
        names = [name for name in names if old.get(name) or new.get(name)]
    return NewChange(
        kind,
        about,
        {name: old[name] for name in names if old},
        {name: new[name] for name in names if new},
    )


async def contact_change(
    conn: Conn, kind: str, before: Contact | None, after: Contact
) -> NewChange:
    """What of a contact differs, with the services that limit them by name."""
    names: dict[UUID, str] = {}
    if after.services or (before and before.services):
        names = {one.id: one.name for one in await store.services(conn, [after.client_id])}
    change = change_of(kind, before, after)
    limits = _limits(before, names) if before else [], _limits(after, names)
    sides: list[dict[str, Any]] = []
    for fields, services in zip((change.before, change.after), limits, strict=True):
        others = {name: value for name, value in fields.items() if name != "services"}
        sides.append(others if limits[0] == limits[1] else {**others, "services": services})
    return replace(change, before=sides[0], after=sides[1])


def _limits(contact: Contact, names: Mapping[UUID, str]) -> list[str]:
    return sorted(names.get(one, str(one)) for one in contact.services)


def _fields(thing: object) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(thing) or {}
    return {name: value for name, value in fields.items() if name not in PASSED_OVER}


async def record(
    tx: Tx, by: Who | None, change: NewChange, *, now: datetime, into: list[NewChange] | None = None
) -> None:
    """Write a change down; nothing where no field differs. `by` None is the console.

    With `into` it is only put there, for `record_all`: a long run must not hold the matter's row,
    for which every other change waits. Else its words count for who changed it (`TooMany`); a run
    is as long as its file.
    """
    if into is not None:
        into.append(change)
    else:
        tx.volume.spend(by.id if by else None, f"{change.before}{change.after}", now)
        await record_all(tx, by, [change], now=now)


async def record_all(
    tx: Tx, by: Who | None, changes: Sequence[NewChange], *, now: datetime
) -> None:
    """Write changes down in their order."""
    drafts = [_draft(by, one, now) for one in changes if one.before or one.after]
    for start in range(0, len(drafts), AT_ONCE):
        await append(tx.conn, drafts[start : start + AT_ONCE])


def _draft(by: Who | None, change: NewChange, now: datetime) -> EntryDraft:
    by_id: UUID | None = by.id if by else None
    return EntryDraft(
        matter=MATTER,
        kind=change.kind,
        by_id=by_id,
        by_name=by.name if by else "console",
        side=by.side if by else "system",
        at=now,
        audience="staff",
        data=msgspec.to_builtins(
            {"about": change.about, "before": change.before, "after": change.after}
        ),
    )

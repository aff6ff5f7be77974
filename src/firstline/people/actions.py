"""Use cases on clients, services and contacts; who of all people may come in at all.

`by` is who does it: management or the keeper; None is the console, whose right is the data
folder itself. Every change of rights moves the person's epoch, so that open streams close.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from firstline.kit.db import Tx
from firstline.kit.errors import Conflict, Missing
from firstline.kit.i18n import gettext as _
from firstline.kit.ids import uuid7
from firstline.people import checks, store
from firstline.people.access import store as access_store
from firstline.people.addresses import change_address
from firstline.people.changes import NewChange, access_change, change_of, contact_change, record
from firstline.people.coach_store import set_coach
from firstline.people.model import (
    Access,
    Client,
    Contact,
    Operator,
    Service,
    Side,
    Who,
)
from firstline.people.rights import allow_change, allow_roles, refuse_last_keeper, rights_changed

# --- clients and services -------------------------------------------------------------------


async def new_client(
    tx: Tx,
    by: Who | None,
    *,
    name: str,
    external_id: str | None = None,
    plan: str = "",
    language: str = "en",
    now: datetime,
    into: list[NewChange] | None = None,
) -> Client:
    """Raises Invalid (field), Conflict when the external id is another client's."""
    allow_change(by)
    client = Client(
        id=uuid7(),
        external_id=checks.external_id(external_id),
        name=checks.text(name, "name"),
        plan=checks.text(plan, "plan", required=False),
        language=checks.language(language),
        created_at=now,
    )
    if not await store.add_client(tx.conn, client):
        raise Conflict(_("Another client has this external id."), field="external_id")
    await record(tx, by, change_of("client_made", None, client), now=now, into=into)
    return client


async def change_client(
    tx: Tx,
    by: Who | None,
    client_id: UUID,
    *,
    name: str,
    plan: str,
    language: str,
    now: datetime,
    into: list[NewChange] | None = None,
) -> Client:
    """Raises Missing, Invalid (field)."""
    allow_change(by)
    before = await store.client(tx.conn, client_id)
    after = await store.update_client(
        tx.conn,
        client_id,
        checks.text(name, "name"),
        checks.text(plan, "plan", required=False),
        checks.language(language),
    )
    if before is None or after is None:
        raise Missing(_("There is no such client."))
    await record(tx, by, change_of("client_changed", before, after), now=now, into=into)
    return after


async def new_service(
    tx: Tx,
    by: Who | None,
    client_id: UUID,
    *,
    name: str,
    kind: str = "hosting",
    server: str = "",
    host: str = "",
    external_id: str | None = None,
    now: datetime,
    into: list[NewChange] | None = None,
) -> Service:
    """Raises Missing (client), Invalid (field), Conflict (the client's external id is taken)."""
    allow_change(by)
    if await store.client(tx.conn, client_id) is None:
        raise Missing(_("There is no such client."))
    service = _check_service(
        Service(
            id=uuid7(),
            client_id=client_id,
            external_id=checks.external_id(external_id),
            name=name,
            kind=kind,
            server=server,
            host=host,
            active=True,
        )
    )
    if not await store.add_service(tx.conn, service):
        raise Conflict(
            _("The client already has a service with this external id."), field="external_id"
        )
    await record(tx, by, change_of("service_made", None, service), now=now, into=into)
    return service


async def change_service(
    tx: Tx, by: Who | None, service: Service, *, now: datetime, into: list[NewChange] | None = None
) -> Service:
    """Write the service as given (id and client stay). Raises Missing, Invalid (field)."""
    allow_change(by)
    service = _check_service(service)
    services = await store.services(tx.conn, [service.client_id])
    before = next((one for one in services if one.id == service.id), None)
    if before is None or not await store.update_service(tx.conn, service):
        raise Missing(_("The client has no such service."))
    await record(tx, by, change_of("service_changed", before, service), now=now, into=into)
    return service


def _check_service(service: Service) -> Service:
    return replace(
        service,
        name=checks.text(service.name, "name"),
        kind=checks.text(service.kind, "kind", most=40),
        server=checks.text(service.server, "server", required=False),
        host=checks.host(service.host),
    )


# --- contacts -------------------------------------------------------------------------------


async def new_contact(
    tx: Tx,
    by: Who | None,
    client_id: UUID,
    *,
    email: str,
    name: str,
    access: Access = "owner",
    language: str = "en",
    external_id: str | None = None,
    services: Sequence[UUID] = (),
    now: datetime,
    into: list[NewChange] | None = None,
) -> Who:
    """A person who may write for the client. They have no password until they ask for a link.

    Raises Missing (client), Invalid (field), Conflict (address or external id is taken).
    """
    allow_change(by)
    if await store.client(tx.conn, client_id) is None:
        raise Missing(_("There is no such client."))
    contact = Contact(
        id=uuid7(),
        client_id=client_id,
        external_id=checks.external_id(external_id),
        email=checks.email(email),
        name=checks.text(name, "name"),
        language=checks.language(language),
        access=checks.access(access),
        active=True,
        services=tuple(services) if access == "limited" else (),
    )
    await add_person(tx, contact, "client", now)
    if not await store.add_contact(tx.conn, contact):
        raise Conflict(_("Another contact has this external id."), field="external_id")
    await store.set_contact_services(tx.conn, contact.id, contact.services)
    change = await contact_change(tx.conn, "contact_made", None, contact)
    await record(tx, by, change, now=now, into=into)
    return await load(tx, contact.id)


async def change_contact(
    tx: Tx,
    by: Who | None,
    person_id: UUID,
    *,
    email: str | None = None,
    name: str,
    language: str,
    access: Access,
    external_id: str | None,
    services: Sequence[UUID] = (),
    now: datetime,
    into: list[NewChange] | None = None,
) -> Contact:
    """A new `email` ends what the old one opened: sessions, tokens and links.

    Raises Missing, Invalid (field), Conflict (address or external id is taken).
    """
    allow_change(by)
    before = await store.contact(tx.conn, person_id)
    if before is None:
        raise Missing(_("There is no such contact."))
    external_id = checks.external_id(external_id)
    if external_id and external_id != before.external_id:
        holder = await store.who_by_external_id(tx.conn, external_id)
        if holder and holder.id != person_id:
            raise Conflict(_("Another contact has this external id."), field="external_id")
    await store.update_person(
        tx.conn, person_id, checks.text(name, "name"), checks.language(language)
    )
    if email is not None and checks.email(email) != before.email:
        await change_address(tx, person_id, checks.email(email), now)
    await store.update_contact(tx.conn, person_id, checks.access(access), external_id)
    limits = services if access == "limited" else ()
    await store.set_contact_services(tx.conn, person_id, limits)
    await rights_changed(tx, person_id)
    after = await store.contact(tx.conn, person_id)
    assert after is not None
    change = await contact_change(tx.conn, "contact_changed", before, after)
    await record(tx, by, change, now=now, into=into)
    return after


# --- access ---------------------------------------------------------------------------------


async def deactivate(tx: Tx, by: Who | None, person_id: UUID, *, now: datetime) -> None:
    """End a person's access on both sides: sessions, tokens and links die, streams close.

    What they wrote stays. Raises Missing, Forbidden, Conflict (the last keeper).
    """
    allow_change(by)
    who = await store.who(tx.conn, person_id)
    if who is None:
        raise Missing(_("This person has no active account."))
    allow_roles(by, who.roles)
    if who.has("keeper"):
        await refuse_last_keeper(tx, person_id)
    await store.set_active(tx.conn, person_id, False)
    await access_store.remove_sessions(tx.conn, person_id)
    await access_store.remove_tokens(tx.conn, person_id)
    await access_store.kill_links(tx.conn, person_id, now)
    await rights_changed(tx, person_id)
    await record(tx, by, access_change(who, active=False), now=now)


async def activate(tx: Tx, by: Who | None, person_id: UUID, *, now: datetime) -> None:
    """Let a deactivated person in again, with the rights they had; old tokens stay dead.

    Raises Missing, Forbidden.
    """
    allow_change(by)
    operator = await store.lock_operator(tx.conn, person_id)
    allow_roles(by, operator.roles if operator else ())
    before = await store.who(tx.conn, person_id)
    await store.set_active(tx.conn, person_id, True)
    after = before or await store.who(tx.conn, person_id)
    if after is None:
        raise Missing(_("There is no such person."))
    await rights_changed(tx, person_id)
    if before is None:
        await record(tx, by, access_change(after, active=True), now=now)


async def change_self(tx: Tx, who: Who, *, name: str, language: str) -> None:
    """A person's own name and language; nothing here touches rights. Raises Invalid (field)."""
    await store.update_person(tx.conn, who.id, checks.text(name, "name"), checks.language(language))


async def switch_coach(tx: Tx, who: Who, *, wanted: bool) -> None:
    """Let the coach speak while the person writes, or never again."""
    await set_coach(tx.conn, who.id, wanted)


async def add_person(tx: Tx, person: Contact | Operator, side: Side, now: datetime) -> None:
    """The half that contacts and operators share. Raises Conflict (the address is taken)."""
    if not await store.add_person(
        tx.conn, person.id, side, person.email, person.name, person.language, now
    ):
        raise Conflict(_("Somebody already uses this e-mail address."), field="email")


async def load(tx: Tx, person_id: UUID) -> Who:
    """Somebody who was made just now."""
    who = await store.who(tx.conn, person_id)
    assert who is not None
    return who

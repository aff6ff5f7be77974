"""Clients on the desk, and how management and the keeper mend them: themselves, their services, who
writes for them.

A form that htmx sends gets the client's parts anew in place; a plain one is led back to the page.
"""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from firstline import people
from firstline.kit import web
from firstline.kit.db import Tx
from firstline.kit.errors import Invalid, Missing
from firstline.kit.i18n import _
from firstline.people import Access, Contact, Service
from firstline.people import actions as changing
from firstline.people.access import links
from firstline.people.pages.invitations import show_invitation
from firstline.people.rights import allow_change
from firstline.people.visit import Visit
from firstline.people.web import HttpAnswer

PAGE = 50


@dataclass(frozen=True, slots=True)
class ClientForm:
    name: str = ""
    external_id: str = ""
    plan: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class ServiceForm:
    name: str = ""
    kind: str = "hosting"
    host: str = ""
    server: str = ""
    external_id: str = ""
    active: bool = False


@dataclass(frozen=True, slots=True)
class ContactForm:
    """A form in which services may stand once, often or not at all."""

    email: str
    name: str
    language: str
    access: Access
    services: list[UUID]
    active: bool

    @classmethod
    async def from_form(cls, visit: Visit) -> "ContactForm":
        form = await visit.http.form()
        try:
            services = [UUID(str(value)) for value in form.getall("services", [])]
        except ValueError:
            raise Invalid(_("Choose one from the list."), field="services") from None
        email, name, language, access = (
            str(form.get(field, "")) for field in ("email", "name", "language", "access")
        )
        active = form.get("active") == "true"
        # The use case refuses any other word.
        return cls(email, name, language, cast("Access", access), services, active)


@get("/clients")
async def client_list(
    visit: Given[Visit], q: FromQuery[str] = "", after: FromQuery[UUID | None] = None
) -> web.Page:
    """Clients by name, found by name, panel id, contact, service, host or server."""
    async with visit.db.connection() as conn:
        found = await people.clients(conn, q.replace("\0", "").strip()[:100], after, PAGE + 1)
        services = await people.services(conn, [c.id for c in found[:PAGE]])
    more = found[PAGE - 1].id if len(found) > PAGE else None
    by_client: dict[UUID, list[Service]] = {}
    for service in services:
        by_client.setdefault(service.client_id, []).append(service)
    return visit.page(
        "people/clients/list.html", clients=found[:PAGE], services=by_client, q=q, more=more
    )


async def of_client(visit: Visit, client: UUID) -> web.Values:
    """A client with services and contacts, as the page and its parts show them."""
    async with visit.db.connection() as conn:
        found = await people.client(conn, client)
        if found is None:
            raise Missing(_("There is no such client; look in the list."))
        services = await people.services(conn, [client])
        contacts = await people.contacts(conn, [client])
    return {"client": found, "services": services, "contacts": contacts}


async def _back(visit: Visit, client: UUID) -> HttpAnswer:
    if visit.by_htmx:
        return visit.page("people/clients/client.html", **await of_client(visit, client))
    return Redirect(f"/desk/clients/{client}", status_code=303)


@post("/clients", status_code=303)
async def new_client(visit: Given[Visit], data: URLEncodedBody[ClientForm]) -> Redirect:
    async def act(tx: Tx) -> str:
        made = await changing.new_client(
            tx,
            visit.who,
            name=data.name,
            external_id=data.external_id or None,
            plan=data.plan,
            language=data.language,
            now=visit.now,
        )
        return str(made.id)

    client_id = await visit.once(act)
    return Redirect(f"/desk/clients/{client_id}", status_code=303)


@post("/clients/{client_id:uuid}", status_code=200)
async def change_client(
    visit: Given[Visit], client_id: FromPath[UUID], data: URLEncodedBody[ClientForm]
) -> HttpAnswer:
    await visit.once(
        lambda tx: changing.change_client(
            tx,
            visit.who,
            client_id,
            name=data.name,
            plan=data.plan,
            language=data.language,
            now=visit.now,
        )
    )
    return await _back(visit, client_id)


@post("/clients/{client_id:uuid}/services", status_code=200)
async def new_service(
    visit: Given[Visit], client_id: FromPath[UUID], data: URLEncodedBody[ServiceForm]
) -> HttpAnswer:
    await visit.once(
        lambda tx: changing.new_service(
            tx,
            visit.who,
            client_id,
            name=data.name,
            kind=data.kind,
            host=data.host,
            server=data.server,
            external_id=data.external_id or None,
            now=visit.now,
        )
    )
    return await _back(visit, client_id)


@post("/clients/{client_id:uuid}/services/{service_id:uuid}", status_code=200)
async def change_service(
    visit: Given[Visit],
    client_id: FromPath[UUID],
    service_id: FromPath[UUID],
    data: URLEncodedBody[ServiceForm],
) -> HttpAnswer:
    """Mend a service, or end it: requests about it keep its name."""

    async def act(tx: Tx) -> None:
        allow_change(visit.who)
        known = await people.services(tx.conn, [client_id])
        before = next((one for one in known if one.id == service_id), None)
        if before is None:
            raise Missing(_("The client has no such service."))
        after = Service(
            id=service_id,
            client_id=client_id,
            external_id=before.external_id,
            name=data.name,
            kind=data.kind,
            server=data.server,
            host=data.host,
            active=data.active,
        )
        await changing.change_service(tx, visit.who, after, now=visit.now)

    await visit.once(act)
    return await _back(visit, client_id)


@post("/clients/{client_id:uuid}/contacts", status_code=200)
async def new_contact(
    visit: Given[Visit], public_url: Given[str], client_id: FromPath[UUID]
) -> HttpAnswer:
    """Add somebody who writes for the client, and show their invitation's link once."""
    data = await ContactForm.from_form(visit)

    link = ""

    async def act(tx: Tx) -> str:
        nonlocal link
        made = await changing.new_contact(
            tx,
            visit.who,
            client_id,
            email=data.email,
            name=data.name,
            access=data.access,
            language=data.language,
            services=await _limits(tx, client_id, data),
            now=visit.now,
        )
        link = await links.invite(tx, visit.who, made.id, public_url=public_url, now=visit.now)
        return str(made.id)

    made = UUID(await visit.once(act))
    return await show_invitation(visit, made, link, f"/desk/clients/{client_id}")


async def _limits(tx: Tx, client: UUID, data: ContactForm) -> list[UUID]:
    """The services a limited contact is limited to: at least one, and the client's own."""
    own = {service.id for service in await people.services(tx.conn, [client])}
    if data.access == "limited" and (not data.services or not own.issuperset(data.services)):
        raise Invalid(_("Choose the services that this contact writes about."), field="services")
    return data.services


@post("/clients/{client_id:uuid}/contacts/{person:uuid}", status_code=200)
async def change_contact(
    visit: Given[Visit], client_id: FromPath[UUID], person: FromPath[UUID]
) -> HttpAnswer:
    """Change a contact's name, language and access, or end it or give it back."""
    data = await ContactForm.from_form(visit)

    async def act(tx: Tx) -> None:
        allow_change(visit.who)
        before = await _contact(tx, client_id, person)
        await changing.change_contact(
            tx,
            visit.who,
            person,
            name=data.name,
            language=data.language,
            access=data.access,
            external_id=before.external_id,
            services=await _limits(tx, client_id, data),
            now=visit.now,
        )
        if before.active and not data.active:
            await changing.deactivate(tx, visit.who, person, now=visit.now)
        elif data.active and not before.active:
            await changing.activate(tx, visit.who, person, now=visit.now)

    await visit.once(act)
    return await _back(visit, client_id)


async def _contact(tx: Tx, client: UUID, person: UUID) -> Contact:
    contacts = await people.contacts(tx.conn, [client])
    found = next((one for one in contacts if one.id == person), None)
    if found is None:
        raise Missing(_("There is no such contact."))
    return found


handlers = [
    client_list,
    new_client,
    change_client,
    new_service,
    change_service,
    new_contact,
    change_contact,
]

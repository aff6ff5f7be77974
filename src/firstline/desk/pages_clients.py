"""Clients as management and the keeper mend them: themselves, their services, who writes for them.

A form that htmx sends gets the client's parts anew in place; a plain one is led back to the page.
"""

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from firstline import people
from firstline.desk.work import Desk
from firstline.kit.db import Tx
from firstline.kit.errors import Invalid, Missing
from firstline.kit.i18n import _
from firstline.people import Access, Client, Contact, Service, Who
from firstline.people import actions as changing
from firstline.people.access import links

Answer = Response[Any]


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
    async def sent(cls, desk: Desk) -> "ContactForm":
        form = await desk.http.form()
        try:
            services = [UUID(str(value)) for value in form.getall("services", [])]
        except ValueError:
            raise Invalid(_("Choose one of the list."), field="services") from None
        email, name, language, access = (
            str(form.get(field, "")) for field in ("email", "name", "language", "access")
        )
        active = form.get("active") == "true"
        return cls(email, name, language, cast("Access", access), services, active)


async def of_client(desk: Desk, client: UUID) -> dict[str, Any]:
    """A client with services and contacts, as the page and its parts show them."""
    async with desk.db.connection() as conn:
        found = await people.client(conn, client)
        if found is None:
            raise Missing(_("There is no such client; look in the list."))
        services = await people.services(conn, [client])
        contacts = await people.contacts(conn, [client])
    return {"client": found, "services": services, "contacts": contacts}


async def _back(desk: Desk, client: UUID) -> Answer:
    if "hx-request" in desk.http.headers:
        return desk.page("client-parts.html", **await of_client(desk, client))
    return Redirect(f"/desk/clients/{client}", status_code=303)


@post("/clients", status_code=303)
async def new_client(desk: Given[Desk], data: URLEncodedBody[ClientForm]) -> Redirect:
    async def act(tx: Tx) -> Client:
        return await changing.new_client(
            tx,
            desk.who,
            name=data.name,
            external_id=data.external_id or None,
            plan=data.plan,
            language=data.language,
            now=desk.now,
        )

    made = await desk.db.run(act)
    return Redirect(f"/desk/clients/{made.id}", status_code=303)


@post("/clients/{client_id:uuid}", status_code=200)
async def change_client(
    desk: Given[Desk], client_id: FromPath[UUID], data: URLEncodedBody[ClientForm]
) -> Answer:
    await desk.db.run(
        changing.change_client,
        desk.who,
        client_id,
        name=data.name,
        plan=data.plan,
        language=data.language,
    )
    return await _back(desk, client_id)


@post("/clients/{client_id:uuid}/services", status_code=200)
async def new_service(
    desk: Given[Desk], client_id: FromPath[UUID], data: URLEncodedBody[ServiceForm]
) -> Answer:
    await desk.db.run(
        changing.new_service,
        desk.who,
        client_id,
        name=data.name,
        kind=data.kind,
        host=data.host,
        server=data.server,
        external_id=data.external_id or None,
    )
    return await _back(desk, client_id)


@post("/clients/{client_id:uuid}/services/{service_id:uuid}", status_code=200)
async def change_service(
    desk: Given[Desk],
    client_id: FromPath[UUID],
    service_id: FromPath[UUID],
    data: URLEncodedBody[ServiceForm],
) -> Answer:
    """Mend a service, or end it: requests about it keep its name."""

    async def act(tx: Tx) -> None:
        changing.allow_change(desk.who)
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
        await changing.change_service(tx, desk.who, after)

    await desk.db.run(act)
    return await _back(desk, client_id)


@post("/clients/{client_id:uuid}/contacts", status_code=200)
async def new_contact(
    desk: Given[Desk], public_url: Given[str], client_id: FromPath[UUID]
) -> Answer:
    """Add somebody who writes for the client, and show their invitation's link once."""
    data = await ContactForm.sent(desk)

    async def act(tx: Tx) -> tuple[Who, str]:
        made = await changing.new_contact(
            tx,
            desk.who,
            client_id,
            email=data.email,
            name=data.name,
            access=data.access,
            language=data.language,
            services=await _limits(tx, client_id, data),
            now=desk.now,
        )
        link = await links.invite(tx, desk.who, made.id, public_url=public_url, now=desk.now)
        return made, link

    made, link = await desk.db.run(act)
    alone = "hx-request" in desk.http.headers
    template = "invitation.html" if alone else "settings/invited.html"
    return desk.page(
        template, made=made, link=link, back=f"/desk/clients/{client_id}", tab="people"
    )


async def _limits(tx: Tx, client: UUID, data: ContactForm) -> list[UUID]:
    """The services a limited contact is limited to: at least one, and the client's own."""
    own = {service.id for service in await people.services(tx.conn, [client])}
    if data.access == "limited" and (not data.services or not own.issuperset(data.services)):
        raise Invalid(_("Choose the services that they write about."), field="services")
    return data.services


@post("/clients/{client_id:uuid}/contacts/{person:uuid}", status_code=200)
async def change_contact(
    desk: Given[Desk], client_id: FromPath[UUID], person: FromPath[UUID]
) -> Answer:
    """Change a contact's name, language and access, or end it or give it back."""
    data = await ContactForm.sent(desk)

    async def act(tx: Tx) -> None:
        changing.allow_change(desk.who)
        before = await _contact(tx, client_id, person)
        await changing.change_contact(
            tx,
            desk.who,
            person,
            name=data.name,
            language=data.language,
            access=data.access,
            external_id=before.external_id,
            services=await _limits(tx, client_id, data),
        )
        if before.active and not data.active:
            await changing.deactivate(tx, desk.who, person, now=desk.now)
        elif data.active and not before.active:
            await changing.activate(tx, desk.who, person)

    await desk.db.run(act)
    return await _back(desk, client_id)


async def _contact(tx: Tx, client: UUID, person: UUID) -> Contact:
    known = await people.contacts(tx.conn, [client])
    found = next((one for one in known if one.id == person), None)
    if found is None:
        raise Missing(_("There is no such contact."))
    return found


routes = [new_client, change_client, new_service, change_service, new_contact, change_contact]

"""Clients, their services and contacts, mended on the desk by who runs it."""

import re

import pytest

from firstline.app import Desk
from firstline.people import Who, contacts, services, who_by_email

from .conftest import Browsers


@pytest.fixture
def acme(world: dict[str, Who]) -> str:
    return f"/desk/clients/{world['vera'].client_id}"


async def test_a_client_gets_a_service_and_a_contact_limited_to_it(
    browser_for: Browsers, desk: Desk
) -> None:
    martin = await browser_for("martin")
    made = await martin.form("/desk/clients", name="Newcomers", plan="pro", language="uk")
    page = made.headers["location"]
    client = page.rpartition("/")[2]
    told = await martin.act(f"{page}/services", name="VPS one", kind="vps", host="one.example")
    assert told.status_code == 200
    assert "one.example" in told.text
    async with desk.db.connection() as conn:
        (service,) = await services(conn, [client])  # type: ignore[list-item]
    form = {"email": "Olha@New.example", "name": "Olha", "language": "uk", "access": "limited"}
    without = await martin.act(f"{page}/contacts", **form)
    assert (without.status_code, "Choose the services" in without.text) == (422, True)
    invited = await martin.act(f"{page}/contacts", **form, services=str(service.id))
    assert re.search(r'value="http://desk.example/invitation/[^"]+"', invited.text)
    async with desk.db.connection() as conn:
        olha = await who_by_email(conn, "olha@new.example")
    assert olha is not None
    assert (olha.access, olha.services) == ("limited", frozenset({service.id}))


async def test_a_service_is_mended_and_ended(
    browser_for: Browsers, desk: Desk, world: dict[str, Who], acme: str
) -> None:
    martin, client = await browser_for("martin"), world["vera"].client_id
    assert client is not None
    async with desk.db.connection() as conn:
        before = (await services(conn, [client]))[0]
    form = {"name": "Another name", "kind": "vps", "host": "new.example", "server": "web09"}
    assert (await martin.form(f"{acme}/services/{before.id}", **form)).status_code == 303
    async with desk.db.connection() as conn:
        after = next(s for s in await services(conn, [client]) if s.id == before.id)
    assert (after.name, after.active) == ("Another name", False)
    assert after.external_id == before.external_id
    assert "ended" in (await martin.get(acme)).text


async def test_a_contact_whose_access_ends_is_out_at_once(
    browser_for: Browsers, world: dict[str, Who], client_for: object, acme: str
) -> None:
    vera = await client_for("vera")  # type: ignore[operator]
    martin = await browser_for("martin")
    form = {"name": "Vera B.", "language": "en", "access": "owner"}
    told = await martin.act(f"{acme}/contacts/{world['vera'].id}", **form)
    assert "no access" in told.text
    assert (await vera.get("/api/v1/me")).status_code == 401
    told = await martin.act(f"{acme}/contacts/{world['vera'].id}", **form, active="true")
    assert "no access" not in told.text
    assert "Vera B." in told.text


async def test_nothing_foreign_is_reached_by_naming_it_under_another_client(
    browser_for: Browsers, desk: Desk, world: dict[str, Who], acme: str
) -> None:
    martin, pavel = await browser_for("martin"), world["pavel"]
    assert pavel.client_id is not None
    async with desk.db.connection() as conn:
        theirs = (await services(conn, [pavel.client_id]))[0]
    words = {"name": "Stolen", "kind": "vps"}
    assert (await martin.form(f"{acme}/services/{theirs.id}", **words)).status_code == 404
    form = {"name": "Stolen", "language": "en", "access": "owner"}
    for person in (pavel.id, world["anna"].id):
        assert (await martin.form(f"{acme}/contacts/{person}", **form)).status_code == 404
    limited = {**form, "access": "limited", "services": str(theirs.id)}
    answer = await martin.act(f"{acme}/contacts/{world['vera'].id}", **limited)
    assert answer.status_code == 422
    async with desk.db.connection() as conn:
        assert "Stolen" not in {c.name for c in await contacts(conn, [pavel.client_id])}


async def test_operators_see_no_forms_and_names_are_only_words(
    browser_for: Browsers, acme: str
) -> None:
    martin, anna = await browser_for("martin"), await browser_for("anna")
    await martin.form(acme, name="<script>alert(1)</script>", language="en")
    for browser in (martin, anna):
        assert "<script>alert" not in (await browser.get(acme)).text
    assert "Add a contact" in (await martin.get(acme)).text
    assert "Add a contact" not in (await anna.get(acme)).text
    assert "Add a client" not in (await anna.get("/desk/clients")).text
    assert (await martin.form(acme, name="", language="en")).status_code == 422

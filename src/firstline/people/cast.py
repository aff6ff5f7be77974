"""The cast of the demo and of the tests, made by the real actions: who they are, what they have."""

from datetime import datetime

from firstline.kit.db import Tx
from firstline.people import actions, staff
from firstline.people.access import passwords, store
from firstline.people.model import Who

PASSWORD = "firstline"  # noqa: S105 - the known word of the demo
# Address, name, roles, lines, languages (none: all of them), language of the screens.
STAFF = (
    ("anna@firstline.example", "Anna", ("operator",), ("first",), (), "en"),
    ("ivan@firstline.example", "Ivan", ("operator",), ("first",), (), "en"),
    ("boris@firstline.example", "Boris", ("operator",), ("second",), (), "en"),
    ("sofia@firstline.example", "Sofia", ("operator",), ("administrators",), (), "en"),
    ("clara@firstline.example", "Clara", ("operator",), ("consulting",), (), "en"),
    ("martin@firstline.example", "Martin", ("management", "keeper"), (), (), "en"),
)
# Client, plan, its services (external id, name, kind, server, host), its owner.
CLIENTS = (
    (
        ("acme", "Acme", "Business"),
        (
            ("acme-web", "Hosting Business", "hosting", "web03", "acme.example"),
            ("acme-vps", "VPS 4 GB", "vps", "node11", "vps1.acme.example"),
            ("acme-domain", "Domain acme.example", "domain", "", "acme.example"),
        ),
        ("vera@acme.example", "Vera", "acme-vera", "en"),
    ),
    (
        ("borealis", "Borealis", "Start"),
        (
            ("borealis-web", "Hosting Start", "hosting", "web07", "borealis.example"),
            ("borealis-domain", "Domain borealis.example", "domain", "", "borealis.example"),
        ),
        ("pavel@borealis.example", "Pavel", "borealis-pavel", "en"),
    ),
)


async def make_cast(tx: Tx, now: datetime) -> dict[str, Who]:
    """Create the cast; returns them by first name (vera, pavel, anna, ivan, boris, …).

    All have the password `firstline`, hashed once. Raises Conflict when they are there already.
    """
    cast: dict[str, Who] = {}
    for email, name, roles, lines, languages, language in STAFF:
        cast[name.lower()] = await staff.new_operator(
            tx,
            None,
            email=email,
            name=name,
            roles=roles,
            lines=lines,
            languages=languages,
            language=language,
            now=now,
        )
    for client, services, owner in CLIENTS:
        cast[owner[1].lower()] = await _make_client(tx, client, services, owner, now)
    password_hash = await passwords.hash_of(PASSWORD)
    for who in cast.values():
        await store.set_password_hash(tx.conn, who.id, password_hash)
    return cast


async def _make_client(
    tx: Tx,
    client: tuple[str, str, str],
    services: tuple[tuple[str, str, str, str, str], ...],
    owner: tuple[str, str, str, str],
    now: datetime,
) -> Who:
    external_id, name, plan = client
    email, person, contact_id, language = owner
    made = await actions.new_client(
        tx, None, name=name, external_id=external_id, plan=plan, language=language, now=now
    )
    for service_id, title, kind, server, host in services:
        await actions.new_service(
            tx,
            None,
            made.id,
            name=title,
            kind=kind,
            server=server,
            host=host,
            external_id=service_id,
            now=now,
        )
    return await actions.new_contact(
        tx,
        None,
        made.id,
        email=email,
        name=person,
        language=language,
        external_id=contact_id,
        now=now,
    )

"""The cast of the demo and of the tests, made by the real actions: who they are, what they have."""

from datetime import datetime

from firstline.kit.db import Tx
from firstline.people import actions
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
        cast[name.lower()] = await actions.new_operator(
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
    for (external_id, name, plan), services, owner in CLIENTS:
        client = await actions.new_client(
            tx, None, name=name, external_id=external_id, plan=plan, language=owner[3], now=now
        )
        for service_id, title, kind, server, host in services:
            await actions.new_service(
                tx,
                None,
                client.id,
                name=title,
                kind=kind,
                server=server,
                host=host,
                external_id=service_id,
            )
        email, name, contact_id, language = owner
        cast[name.lower()] = await actions.new_contact(
            tx,
            None,
            client.id,
            email=email,
            name=name,
            language=language,
            external_id=contact_id,
            now=now,
        )
    password_hash = await passwords.hashed(PASSWORD)
    for who in cast.values():
        await store.set_password_hash(tx.conn, who.id, password_hash)
    return cast

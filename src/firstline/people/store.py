"""SQL of people, clients, contacts, services and operators."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row, kwargs_row, scalar_row

from firstline.kit.addresses import readable_host, spellings
from firstline.kit.db import Conn
from firstline.people.hosts_store import part_of_host, pattern
from firstline.people.model import (
    Client,
    Contact,
    Operator,
    Service,
    Side,
    Who,
    make_contact,
    make_operator,
    make_who,
)

WHO_COLUMNS = (
    "p.id, p.side, p.name, p.email, p.language, p.epoch, c.client_id, c.access,"
    " array(select cs.service_id from contact_services cs"
    " where cs.person_id = p.id and c.access = 'limited') as services,"
    " coalesce(o.roles, '{}') as roles, coalesce(o.lines, '{}') as lines,"
    " coalesce(o.languages, '{}') as languages, o.chat_limit"
)
WHO_JOINS = "left join contacts c on c.person_id = p.id left join operators o on o.person_id = p.id"
# Hosts were stored as they were typed before there was one spelling.
NEWEST_SPELLING = "order by array_position(%(emails)s, p.email) limit 1"
CLIENT_COLUMNS = "id, external_id, name, plan, language, created_at"
SERVICE_COLUMNS = "id, client_id, external_id, name, kind, server, host, active"
CONTACTS = (
    "select p.id, c.client_id, c.external_id, p.email, p.name, p.language, c.access, p.active,"
    " array(select cs.service_id from contact_services cs where cs.person_id = p.id) as services"
    " from contacts c join people p on p.id = c.person_id"
)
OPERATORS = (
    "select p.id, p.email, p.name, p.language, p.active, o.roles, o.lines, o.languages,"
    " o.chat_limit, o.present, o.seen_at, p.password_hash is not null as has_password,"
    " p.totp_secret is not null as has_second_factor"
    " from operators o join people p on p.id = o.person_id"
)


# --- people ---------------------------------------------------------------------------------


async def who(conn: Conn, person_id: UUID) -> Who | None:
    """The active person with their grants, in one query; None when unknown or deactivated."""
    async with conn.cursor(row_factory=kwargs_row(make_who)) as cursor:
        await cursor.execute(
            f"select {WHO_COLUMNS} from people p {WHO_JOINS} where p.id = %s and p.active",
            (person_id,),
        )
        return await cursor.fetchone()


async def who_by_email(conn: Conn, email: str) -> Who | None:
    """As `who`, by e-mail address in any case."""
    async with conn.cursor(row_factory=kwargs_row(make_who)) as cursor:
        await cursor.execute(
            f"select {WHO_COLUMNS} from people p {WHO_JOINS}"
            f" where p.email = any(%(emails)s) and p.active {NEWEST_SPELLING}",
            {"emails": spellings(email)},
        )
        return await cursor.fetchone()


async def who_by_external_id(conn: Conn, external_id: str) -> Who | None:
    """The active contact with this id in the company's own panel."""
    async with conn.cursor(row_factory=kwargs_row(make_who)) as cursor:
        await cursor.execute(
            f"select {WHO_COLUMNS} from people p {WHO_JOINS} where c.external_id = %s and p.active",
            (external_id,),
        )
        return await cursor.fetchone()


async def external_id(conn: Conn, text: str) -> str | None:
    """The external id of the active contact who has this one, or this e-mail address."""
    async with conn.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute(
            "select c.external_id from contacts c join people p on p.id = c.person_id"
            " where p.active and c.external_id is not null"
            " and (c.external_id = %s or p.email = any(%s)) limit 1",
            (text, spellings(text)),
        )
        return await cursor.fetchone()


async def example_contacts(conn: Conn, limit: int) -> list[tuple[str, str]]:
    """External ids and names of some active contacts, the longest known first."""
    cursor = await conn.execute(
        "select c.external_id, p.name from contacts c join people p on p.id = c.person_id"
        " where p.active and c.external_id is not null order by p.id limit %s",
        (limit,),
    )
    return [(external, name) for external, name in await cursor.fetchall()]


async def add_person(
    conn: Conn, person_id: UUID, side: Side, email: str, name: str, language: str, now: datetime
) -> bool:
    """False when the address is taken."""
    done = await conn.execute(
        "insert into people (id, side, email, name, language, created_at)"
        " select %s, %s, %s, %s, %s, %s where not exists"
        " (select from people where email = any(%s)) on conflict (email) do nothing",
        (person_id, side, email, name, language, now, spellings(email)),
    )
    return done.rowcount == 1


async def update_email(conn: Conn, person_id: UUID, email: str) -> bool:
    """False when the address is somebody else's."""
    done = await conn.execute(
        "update people set email = %(email)s where id = %(id)s and not exists"
        " (select from people where email = any(%(emails)s) and id <> %(id)s)",
        {"email": email, "id": person_id, "emails": spellings(email)},
    )
    return done.rowcount == 1


async def update_person(conn: Conn, person_id: UUID, name: str, language: str) -> None:
    await conn.execute(
        "update people set name = %s, language = %s where id = %s", (name, language, person_id)
    )


async def set_active(conn: Conn, person_id: UUID, active: bool) -> None:
    await conn.execute("update people set active = %s where id = %s", (active, person_id))


async def bump_epoch(conn: Conn, person_id: UUID) -> int:
    """Move the person's epoch, so that open streams look at their rights again."""
    async with conn.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute(
            "update people set epoch = epoch + 1 where id = %s returning epoch", (person_id,)
        )
        return await cursor.fetchone() or 0


# --- clients --------------------------------------------------------------------------------


async def add_client(conn: Conn, client: Client) -> bool:
    """False when the external id is taken."""
    done = await conn.execute(
        f"insert into clients ({CLIENT_COLUMNS}) values (%s, %s, %s, %s, %s, %s)"
        " on conflict (external_id) do nothing",
        (
            client.id,
            client.external_id,
            client.name,
            client.plan,
            client.language,
            client.created_at,
        ),
    )
    return done.rowcount == 1


async def update_client(
    conn: Conn, client_id: UUID, name: str, plan: str, language: str
) -> Client | None:
    async with conn.cursor(row_factory=class_row(Client)) as cursor:
        await cursor.execute(
            "update clients set name = %s, plan = %s, language = %s where id = %s"
            f" returning {CLIENT_COLUMNS}",
            (name, plan, language, client_id),
        )
        return await cursor.fetchone()


async def client(conn: Conn, client_id: UUID) -> Client | None:
    async with conn.cursor(row_factory=class_row(Client)) as cursor:
        await cursor.execute(f"select {CLIENT_COLUMNS} from clients where id = %s", (client_id,))
        return await cursor.fetchone()


async def client_by_external_id(conn: Conn, external_id: str) -> Client | None:
    async with conn.cursor(row_factory=class_row(Client)) as cursor:
        await cursor.execute(
            f"select {CLIENT_COLUMNS} from clients where external_id = %s", (external_id,)
        )
        return await cursor.fetchone()


async def clients(conn: Conn, q: str, after: UUID | None, limit: int) -> list[Client]:
    """Clients by name, from `after` on, whose name, panel id, contact or service holds `q`."""
    values = {"q": pattern(q), "host": pattern(part_of_host(q)), "after": after, "limit": limit}
    async with conn.cursor(row_factory=class_row(Client)) as cursor:
        await cursor.execute(
            f"select {CLIENT_COLUMNS} from clients k where (k.name ilike %(q)s"
            " or k.external_id ilike %(q)s or exists (select from contacts c"
            " join people p on p.id = c.person_id where c.client_id = k.id"
            " and (p.email like lower(%(q)s) or p.name ilike %(q)s)) or exists (select"
            " from services s where s.client_id = k.id and concat_ws(chr(10), s.name, s.host,"
            " s.host_read, s.server, s.external_id) ilike any(array[%(q)s, %(host)s])))"
            " and (%(after)s::uuid is null or (lower(k.name), k.id) >"
            " (select lower(a.name), a.id from clients a where a.id = %(after)s))"
            " order by lower(k.name), k.id limit %(limit)s",
            values,
        )
        return await cursor.fetchall()


# --- services -------------------------------------------------------------------------------


async def add_service(conn: Conn, service: Service) -> bool:
    """False when the client has a service with this external id."""
    done = await conn.execute(
        f"insert into services ({SERVICE_COLUMNS}, host_read)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (client_id, external_id) do nothing",
        (
            service.id,
            service.client_id,
            service.external_id,
            service.name,
            service.kind,
            service.server,
            service.host,
            service.active,
            readable_host(service.host),
        ),
    )
    return done.rowcount == 1


async def update_service(conn: Conn, service: Service) -> bool:
    """Write every changeable field of a service of that client; False when it is not theirs."""
    done = await conn.execute(
        "update services set name = %s, kind = %s, server = %s, host = %s,"
        " host_read = %s, active = %s"
        " where id = %s and client_id = %s",
        (
            service.name,
            service.kind,
            service.server,
            service.host,
            readable_host(service.host),
            service.active,
            service.id,
            service.client_id,
        ),
    )
    return done.rowcount == 1


async def service(conn: Conn, service_id: UUID) -> Service | None:
    """One service of any client."""
    async with conn.cursor(row_factory=class_row(Service)) as cursor:
        await cursor.execute(f"select {SERVICE_COLUMNS} from services where id = %s", (service_id,))
        return await cursor.fetchone()


async def services(conn: Conn, client_ids: Iterable[UUID]) -> list[Service]:
    """The services of these clients, in order of name."""
    async with conn.cursor(row_factory=class_row(Service)) as cursor:
        await cursor.execute(
            f"select {SERVICE_COLUMNS} from services where client_id = any(%s)"
            " order by client_id, lower(name), id",
            (list(client_ids),),
        )
        return await cursor.fetchall()


# --- contacts -------------------------------------------------------------------------------


async def add_contact(conn: Conn, contact: Contact) -> bool:
    """The contact's half of a person that is there; False when the external id is taken."""
    done = await conn.execute(
        "insert into contacts (person_id, client_id, access, external_id)"
        " values (%s, %s, %s, %s) on conflict (external_id) do nothing",
        (contact.id, contact.client_id, contact.access, contact.external_id),
    )
    return done.rowcount == 1


async def update_contact(conn: Conn, person_id: UUID, access: str, external_id: str | None) -> None:
    await conn.execute(
        "update contacts set access = %s, external_id = %s where person_id = %s",
        (access, external_id, person_id),
    )


async def set_contact_services(conn: Conn, person_id: UUID, service_ids: Iterable[UUID]) -> None:
    """Limit a contact to these services of their own client; foreign ones are left out."""
    await conn.execute("delete from contact_services where person_id = %s", (person_id,))
    await conn.execute(
        "insert into contact_services (person_id, service_id) select c.person_id, s.id"
        " from contacts c join services s on s.client_id = c.client_id"
        " where c.person_id = %s and s.id = any(%s)",
        (person_id, list(service_ids)),
    )


async def contacts(conn: Conn, client_ids: Iterable[UUID]) -> list[Contact]:
    """The contacts of these clients, in order of name."""
    async with conn.cursor(row_factory=kwargs_row(make_contact)) as cursor:
        await cursor.execute(
            CONTACTS + " where c.client_id = any(%s) order by c.client_id, lower(p.name), p.id",
            (list(client_ids),),
        )
        return await cursor.fetchall()


async def contact(conn: Conn, person_id: UUID) -> Contact | None:
    async with conn.cursor(row_factory=kwargs_row(make_contact)) as cursor:
        await cursor.execute(CONTACTS + " where c.person_id = %s", (person_id,))
        return await cursor.fetchone()


async def contact_by_email(conn: Conn, email: str) -> Contact | None:
    async with conn.cursor(row_factory=kwargs_row(make_contact)) as cursor:
        await cursor.execute(
            f"{CONTACTS} where p.email = any(%(emails)s) {NEWEST_SPELLING}",
            {"emails": spellings(email)},
        )
        return await cursor.fetchone()


async def contact_by_external_id(conn: Conn, external_id: str) -> Contact | None:
    """The contact, active or not, with this id in the company's own panel."""
    async with conn.cursor(row_factory=kwargs_row(make_contact)) as cursor:
        await cursor.execute(CONTACTS + " where c.external_id = %s", (external_id,))
        return await cursor.fetchone()


# --- operators ------------------------------------------------------------------------------


async def add_operator(conn: Conn, operator: Operator) -> None:
    await conn.execute(
        "insert into operators (person_id, roles, lines, languages, chat_limit)"
        " values (%s, %s, %s, %s, %s)",
        (
            operator.id,
            list(operator.roles),
            list(operator.lines),
            list(operator.languages),
            operator.chat_limit,
        ),
    )


async def update_operator(conn: Conn, operator: Operator) -> None:
    await conn.execute(
        "update operators set roles = %s, lines = %s, languages = %s, chat_limit = %s"
        " where person_id = %s",
        (
            list(operator.roles),
            list(operator.lines),
            list(operator.languages),
            operator.chat_limit,
            operator.id,
        ),
    )


async def operators(conn: Conn) -> list[Operator]:
    """All of the staff, the deactivated last."""
    async with conn.cursor(row_factory=kwargs_row(make_operator)) as cursor:
        await cursor.execute(OPERATORS + " order by p.active desc, lower(p.name), p.id")
        return await cursor.fetchall()


async def operator(conn: Conn, person_id: UUID) -> Operator | None:
    async with conn.cursor(row_factory=kwargs_row(make_operator)) as cursor:
        await cursor.execute(OPERATORS + " where p.id = %s", (person_id,))
        return await cursor.fetchone()


async def lock_operator(conn: Conn, person_id: UUID) -> Operator | None:
    """As `operator`; nobody else changes their roles before this transaction ends."""
    async with conn.cursor(row_factory=kwargs_row(make_operator)) as cursor:
        await cursor.execute(OPERATORS + " where p.id = %s for update of o", (person_id,))
        return await cursor.fetchone()


async def lock_keepers(conn: Conn) -> list[UUID]:
    """The active keepers, locked in order of id: two of them cannot remove each other at once."""
    async with conn.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute(
            "select p.id from people p join operators o on o.person_id = p.id"
            " where p.active and 'keeper' = any(o.roles) order by p.id for update"
        )
        return await cursor.fetchall()


async def mark_operator_seen(conn: Conn, person_id: UUID, now: datetime) -> None:
    await conn.execute("update operators set seen_at = %s where person_id = %s", (now, person_id))

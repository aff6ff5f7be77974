"""SQL of people, clients, contacts, services and operators."""

from datetime import datetime
from uuid import UUID

from psycopg.rows import kwargs_row

from firstline.kit.db import Conn
from firstline.people.model import Who, make_who

WHO_COLUMNS = (
    "p.id, p.side, p.name, p.email, p.language, p.epoch, c.client_id, c.access,"
    " array(select cs.service_id from contact_services cs"
    " where cs.person_id = p.id and c.access = 'limited') as services,"
    " coalesce(o.roles, '{}') as roles, coalesce(o.lines, '{}') as lines,"
    " coalesce(o.languages, '{}') as languages, o.chat_limit"
)
WHO_JOINS = "left join contacts c on c.person_id = p.id left join operators o on o.person_id = p.id"


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
            " where p.email = lower(%s) and p.active",
            (email,),
        )
        return await cursor.fetchone()


async def mark_operator_seen(conn: Conn, person_id: UUID, now: datetime) -> None:
    await conn.execute("update operators set seen_at = %s where person_id = %s", (now, person_id))

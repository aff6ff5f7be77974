"""SQL of requests that is not the log's own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn, Db
from firstline.kit.errors import Invalid
from firstline.people import Who
from firstline.timeline import Opening, Request, seen_request
from firstline.timeline.store import REQUEST, entry_at

__all__ = [
    "Names",
    "Owner",
    "mark_seen",
    "names",
    "opened_alike",
    "owner",
    "seen_request",
]


@dataclass(frozen=True, slots=True)
class Owner:
    """The client a request is opened for, and what of them the policy looks at."""

    client_id: UUID
    plan: str
    language: str


async def owner(db: Db, who: Who, client: UUID | None, service: UUID | None) -> Owner:
    """Who the request will belong to; refuses another client's id and another client's service."""
    if not who.is_staff and client not in (None, who.client_id):
        raise Invalid("Leave client out: only staff open requests for others.", field="client")
    wanted = client or who.client_id
    if wanted is None:
        raise Invalid("Say for which client you open it.", field="client")
    async with db.connection() as conn:
        cursor = await conn.execute(
            "select c.plan, c.language, %(service)s::uuid is null or exists (select from services s"
            " where s.id = %(service)s and s.client_id = c.id) from clients c where c.id = %(id)s",
            {"id": wanted, "service": service},
            prepare=True,
        )
        row = await cursor.fetchone()
    if row is None:
        raise Invalid("There is no such client; look it up in the list of clients.", field="client")
    limited = who.access == "limited" and service is not None and service not in who.services
    if not row[2] or limited:
        raise Invalid("That service is not the client's; choose another.", field="service")
    return Owner(wanted, row[0], who.language if not who.is_staff else row[1])


async def opened_alike(db: Db, no: int, opening: Opening) -> bool:
    """Whether the request was opened with these very words, topic, client and service."""
    async with db.connection() as conn:
        request = await seen_plain(conn, no)
        first = await entry_at(conn, no, 1)
    return (
        request is not None
        and first is not None
        and first.body == opening.body
        and (request.topic, request.client_id, request.service_id)
        == (opening.topic, opening.client_id, opening.service_id)
    )


async def seen_plain(conn: Conn, no: int) -> Request | None:
    """The request, for a caller whose right to it is settled."""
    async with conn.cursor(row_factory=class_row(Request)) as cursor:
        await cursor.execute(f"select {REQUEST} from requests where no = %s", (no,))
        return await cursor.fetchone()


@dataclass(frozen=True, slots=True)
class Names:
    """The names a request is shown with."""

    no: int
    client: str
    service: str | None
    holder: str | None


async def names(conn: Conn, requests: list[Request]) -> dict[int, Names]:
    """Names of the client, service and holder of each of these requests, by number."""
    async with conn.cursor(row_factory=class_row(Names)) as cursor:
        await cursor.execute(
            "select r.no, c.name as client, s.name as service, p.name as holder "
            "from unnest(%s::bigint[], %s::uuid[], %s::uuid[], %s::uuid[]) "
            "  as r(no, client_id, service_id, holder) "
            "join clients c on c.id = r.client_id left join services s on s.id = r.service_id "
            "left join people p on p.id = r.holder",
            (
                [r.no for r in requests],
                [r.client_id for r in requests],
                [r.service_id for r in requests],
                [r.holder for r in requests],
            ),
        )
        return {row.no: row for row in await cursor.fetchall()}


async def mark_seen(conn: Conn, who: Who, request: Request, upto: int, now: datetime) -> None:
    """Move this person's mark forward, and the client's own when a contact has seen more."""
    await conn.execute(
        "insert into seen (request_no, person_id, no, at) values (%s, %s, %s, %s) "
        "on conflict (request_no, person_id) do update set no = excluded.no, at = excluded.at "
        "where seen.no < excluded.no",
        (request.no, who.id, upto, now),
    )
    if not who.is_staff and upto > request.client_seen_no:
        await conn.execute(
            "update requests set client_seen_no = greatest(client_seen_no, %s) where no = %s",
            (upto, request.no),
        )

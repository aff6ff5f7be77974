"""SQL of requests that is not the log's own."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from firstline.kit.db import Conn, Db
from firstline.people import Who
from firstline.timeline import Opening, Request, entry_at, get_request, seen_request

__all__ = [
    "RequestNames",
    "mark_seen",
    "names",
    "opened_alike",
    "seen_request",
]


async def opened_alike(db: Db, no: int, opening: Opening, priority: str | None) -> bool:
    """Whether the request was opened with just this, whatever was changed in it since.

    A `priority` that was left out is any, for then the policy chose it.
    """
    async with db.connection() as conn:
        request = await get_request(conn, no)
        first = await entry_at(conn, no, 1)
        was = await _first_values(conn, no)
    if request is None or first is None:
        return False
    if first.salts is None:
        return True  # its words were taken back, so nothing tells them from others
    service = str(request.service_id or "")
    return (
        (first.body, request.client_id) == (opening.body, opening.client_id)
        and was.get("title", request.title) in (opening.title, "")
        and was.get("topic", request.topic) == opening.topic
        and was.get("service", service) == str(opening.service_id or "")
        and priority in (None, was.get("priority", request.priority))
    )


async def _first_values(conn: Conn, no: int) -> dict[str, str]:
    """What the fields of a request held that were changed since it was opened."""
    cursor = await conn.execute(
        "select distinct on (data->>'field') data->>'field', data->>'old' from entries "
        "where matter = %s and kind = 'edited' and data ? 'field' order by 1, no",
        (no,),
    )
    return dict(await cursor.fetchall())


@dataclass(frozen=True, slots=True)
class RequestNames:
    """The names a request is shown with."""

    no: int
    client: str
    service: str | None
    holder: str | None


async def names(conn: Conn, requests: list[Request]) -> dict[int, RequestNames]:
    """Names of the client, service and holder of each of these requests, by number."""
    async with conn.cursor(row_factory=class_row(RequestNames)) as cursor:
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


async def mark_seen(conn: Conn, who: Who, request: Request, upto: int, now: datetime) -> bool:
    """Move this person's mark forward, and the client's own when a contact has seen more.

    Tells whether the person's own mark has moved.
    """
    cursor = await conn.execute(
        "insert into seen (matter, person_id, no, at) values (%s, %s, %s, %s) "
        "on conflict (matter, person_id) do update set no = excluded.no, at = excluded.at "
        "where seen.no < excluded.no",
        (request.no, who.id, upto, now),
    )
    if not who.is_staff and upto > request.client_seen_no:
        await conn.execute(
            "update requests set client_seen_no = greatest(client_seen_no, %s) where no = %s",
            (upto, request.no),
        )
    return cursor.rowcount > 0

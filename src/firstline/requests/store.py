"""SQL of requests that is not the log's own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn, Db
from firstline.people import Who
from firstline.timeline import Opening, Request, entry_at, get_request, seen_request

__all__ = [
    "RequestNames",
    "StandingRefusal",
    "UnsentWords",
    "drop_draft",
    "forget_draft",
    "forget_drafts",
    "kept_drafts",
    "mark_seen",
    "names",
    "opened_alike",
    "put_draft",
    "seen_request",
    "standing_refusal",
    "unsent_words",
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
        "select distinct on (1) coalesce(data->>'field', 'title'), data->>'old' from entries "
        "where matter = %s and kind = 'edited' and data ? 'old' order by 1, no",
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


@dataclass(frozen=True, slots=True)
class StandingRefusal:
    """The last refusal of a request: its entry, the code of its rule if it named one, and the entry
    in which the client disputed it, if they did.
    """

    no: int
    code: str | None
    disputed_no: int | None


async def standing_refusal(conn: Conn, no: int) -> StandingRefusal | None:
    """The last refusal of a request by the staff, read from its log."""
    async with conn.cursor(row_factory=class_row(StandingRefusal)) as cursor:
        await cursor.execute(
            "select e.no, e.data->>'code' as code, (select min(c.no) from entries c"
            "  where c.matter = e.matter and c.no > e.no and c.side = 'client'"
            "  and c.kind = 'said') as disputed_no "
            "from entries e where e.matter = %s and e.data->>'outcome' = 'refused'"
            " and e.side = 'staff' and e.kind in ('closed', 'said') order by e.no desc limit 1",
            (no,),
        )
        return await cursor.fetchone()


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


@dataclass(frozen=True, slots=True)
class UnsentWords:
    """What somebody is writing, and the key under which it will be sent; both empty for nothing."""

    body: str = ""
    key: str = ""


async def unsent_words(conn: Conn, person: UUID, place: str, matter: int = 0) -> UnsentWords:
    """What the person is writing at a place, in a request or (0) in none yet.

    What was sent under its key is none of it, even where it was kept once more afterwards.
    """
    async with conn.cursor(row_factory=class_row(UnsentWords)) as cursor:
        await cursor.execute(
            "select body, key from drafts d where person_id = %(person)s and place = %(place)s"
            " and not exists (select from requests r"
            "  where r.opened_by = d.person_id and r.open_key = d.key)"
            " and not exists (select from entries e"
            "  where e.matter = %(matter)s and e.by_id = d.person_id and e.key = d.key)",
            {"person": person, "place": place, "matter": matter},
        )
        return await cursor.fetchone() or UnsentWords()


async def kept_drafts(conn: Conn, person: UUID, place: str) -> tuple[int, int]:
    """How many drafts of the person stand at other places, and the bytes of the one at this."""
    cursor = await conn.execute(
        "select count(*) filter (where place <> %(place)s),"
        " coalesce(max(octet_length(body)) filter (where place = %(place)s), 0)::int"
        " from drafts where person_id = %(person)s",
        {"person": person, "place": place},
    )
    row = await cursor.fetchone()
    assert row is not None, "a count has a row"
    return row[0], row[1]


async def put_draft(
    conn: Conn, person: UUID, place: str, words: UnsentWords, now: datetime
) -> None:
    """Write what the person is writing at a place over what stood there."""
    await conn.execute(
        "insert into drafts (person_id, place, body, key, updated_at) values (%s, %s, %s, %s, %s)"
        " on conflict (person_id, place) do update set body = excluded.body, key = excluded.key,"
        " updated_at = excluded.updated_at",
        (person, place, words.body, words.key, now),
    )


async def forget_draft(conn: Conn, person: UUID, place: str, key: str) -> None:
    """Forget what was sent under a key, and what was kept at its place without one."""
    await conn.execute(
        "delete from drafts where person_id = %s and (key = %s or place = %s and key = '')",
        (person, key, place),
    )


async def drop_draft(conn: Conn, person: UUID, place: str) -> None:
    """Forget what the person was writing at a place."""
    await conn.execute("delete from drafts where person_id = %s and place = %s", (person, place))


async def forget_drafts(conn: Conn, before: datetime) -> None:
    """Forget what nobody has touched since."""
    await conn.execute("delete from drafts where updated_at < %s", (before,))

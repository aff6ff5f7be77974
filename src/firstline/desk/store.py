"""SQL of the desk's pages: capped, indexed, few."""

from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row, dict_row
from psycopg.types.json import Jsonb

from firstline.desk.model import (
    Card,
    Colleague,
    DepartureRow,
    Held,
    LineLoad,
    OwnState,
    Snippet,
    Waiting,
)
from firstline.kit.db import Conn
from firstline.lines import Placed
from firstline.timeline import Request

QUEUE_SHOWN = 25
HELD_SHOWN = 100
COUNTED = 1000
WAITS = "holder is null and closed_at is null"


async def me(conn: Conn, person: UUID) -> OwnState:
    """The operator's shift, wishes and open mentions."""
    async with conn.cursor(row_factory=class_row(OwnState)) as cursor:
        await cursor.execute(
            "select coalesce(o.present, false) as present, coalesce(s.value, '{}') as wishes,"
            " coalesce((select jsonb_agg(m) from (select m.request_no, m.entry_no, e.by_name,"
            "   left(e.body, 160) as body, m.at from mentions m join entries e"
            "   on e.matter = m.request_no and e.no = m.entry_no"
            "   where m.person_id = p.id and m.done_at is null order by m.at desc limit 20) m"
            " ), '[]') as asked"
            " from people p left join operators o on o.person_id = p.id"
            " left join settings s on s.name = 'person/' || p.id where p.id = %s",
            (person,),
            prepare=True,
        )
        found = await cursor.fetchone()
    return found or OwnState(False, {}, [])


async def lines(conn: Conn, ids: list[str]) -> list[LineLoad]:
    """How many wait in each of these lines, and since when the oldest."""
    async with conn.cursor(row_factory=class_row(LineLoad)) as cursor:
        await cursor.execute(
            "select l.id, (select count(*) from (select from requests"
            f"   where line = l.id and {WAITS} limit %s) w) as waiting,"
            f" (select arrived_at from requests where line = l.id and {WAITS}"
            "   order by no limit 1) as oldest"
            " from unnest(%s::text[]) with ordinality as l(id, nr) order by l.nr",
            (COUNTED, ids),
            prepare=True,
        )
        return await cursor.fetchall()


async def waiting(conn: Conn, ids: list[str]) -> list[Waiting]:
    """The head of each line's queue, in order of arrival."""
    async with conn.cursor(row_factory=class_row(Waiting)) as cursor:
        await cursor.execute(
            "select q.no, q.line, q.place, q.title, q.topic, q.mode, q.language,"
            " c.name as client, q.arrived_at, q.line_since, q.promise_kind, q.promise_since,"
            " q.promise_due_at, q.reopened"
            " from unnest(%s::text[]) with ordinality as l(id, nr) cross join lateral ("
            "   select r.*, row_number() over (order by r.no) as place from (select * from requests"
            f"    where line = l.id and {WAITS} order by no limit %s) r) q"
            " join clients c on c.id = q.client_id order by l.nr, q.no",
            (ids, QUEUE_SHOWN),
            prepare=True,
        )
        return await cursor.fetchall()


async def waiting_at(conn: Conn, ids: list[str], placed: list[Placed]) -> list[Waiting]:
    """The same for an order of work that was looked up: these requests at these places."""
    async with conn.cursor(row_factory=class_row(Waiting)) as cursor:
        await cursor.execute(
            "select q.no, q.line, p.place, q.title, q.topic, q.mode, q.language,"
            " c.name as client, q.arrived_at, q.line_since, q.promise_kind, q.promise_since,"
            " q.promise_due_at, q.reopened"
            " from unnest(%s::bigint[], %s::bigint[]) as p(no, place)"
            " join requests q on q.no = p.no join clients c on c.id = q.client_id"
            " order by array_position(%s::text[], q.line), p.place",
            ([one.no for one in placed], [one.place for one in placed], ids),
        )
        return await cursor.fetchall()


async def find_unserved(
    conn: Conn, numbers: list[int], seen_after: datetime, skipped_after: datetime
) -> set[int]:
    """Those of the waiting requests that nobody present would take: skipped by all of them just
    now, or in a language that none of them speaks."""
    cursor = await conn.execute(
        "select r.no from requests r where r.no = any(%s) and not exists ("
        "  select from operators o join people p on p.id = o.person_id"
        "  where p.active and o.seen_at > %s and r.line = any(o.lines)"
        "  and (cardinality(o.languages) = 0 or r.language = any(o.languages))"
        "  and not exists (select from skips s where s.request_no = r.no"
        "    and s.operator_id = o.person_id and s.at > %s))",
        (numbers, seen_after, skipped_after),
        prepare=True,
    )
    return {row[0] for row in await cursor.fetchall()}


async def find_held(conn: Conn, person: UUID) -> list[Held]:
    """What the operator holds: the nearest promise first, then what owes nothing."""
    async with conn.cursor(row_factory=class_row(Held)) as cursor:
        await cursor.execute(
            "select r.no, r.line, r.title, r.topic, r.mode, r.state, c.name as client,"
            " r.promise_kind, r.promise_since, r.promise_due_at, r.head,"
            " r.client_said_no > greatest(coalesce(s.no, 0), r.staff_said_no, r.still_ours_no)"
            "   as fresh"
            " from requests r join clients c on c.id = r.client_id"
            " left join seen s on s.matter = r.no and s.person_id = %s"
            " where r.holder = %s and r.closed_at is null"
            " order by r.promise_due_at nulls last, r.no limit %s",
            (person, person, HELD_SHOWN),
            prepare=True,
        )
        return await cursor.fetchall()


CARD = (
    "select to_jsonb(c) as client, s.name as service, o.name as opener, h.name as holder,"
    " coalesce((select jsonb_agg(x) from (select p.id, p.name, p.email, p.language,"
    "   k.access, p.active from contacts k join people p on p.id = k.person_id"
    "   where k.client_id = c.id order by p.active desc, p.name limit 20) x), '[]')"
    "   as contacts,"
    " coalesce((select jsonb_agg(x) from (select v.id, v.name, v.kind, v.server, v.host,"
    "   v.active from services v where v.client_id = c.id"
    "   order by v.id = %(service)s desc nulls last, v.active desc, v.name limit 30) x),"
    "   '[]') as services,"
    " coalesce((select jsonb_agg(x) from (select r.no, r.title, r.state, r.topic,"
    "   r.outcome, r.arrived_at from requests r where r.client_id = c.id and r.no <> %(no)s"
    "   order by r.no desc limit 8) x), '[]') as recent,"
    " coalesce((select jsonb_agg(x) from (select r.no, r.title, r.state"
    "   from request_links l join requests r"
    "   on r.no = case when l.low = %(no)s then l.high else l.low end"
    "   where l.low = %(no)s or l.high = %(no)s order by r.no limit 20) x), '[]') as links,"
    " coalesce((select jsonb_object_agg(d.place, d.body) from drafts d"
    "   where d.person_id = %(me)s and d.place = any(%(places)s) and not exists (select"
    "   from entries e where e.matter = %(no)s and e.by_id = %(me)s and e.key = d.key)),"
    "   '{}') as drafts,"
    " coalesce((select jsonb_agg(x) from (select t.id, t.label, t.entry_no,"
    "   t.erased_at is not null as erased from secrets t where t.request_no = %(no)s"
    "   order by t.created_at) x), '[]') as secrets,"
    " coalesce((select jsonb_agg(x) from (select f.field, f.value, f.set_by,"
    "   coalesce(p.name, '') as by_name from request_fields f"
    "   left join people p on p.id = f.person where f.request_no = %(no)s and f.value <> ''"
    "   order by f.source_no, f.field) x), '[]') as fields,"
    " (select count(*) from (select from requests r where r.client_id = c.id"
    "   and r.closed_at is null limit 100) n) as open_requests"
    " from clients c left join services s on s.id = %(service)s"
    " join people o on o.id = %(opener)s left join people h on h.id = %(holder)s"
    " where c.id = %(client)s"
)


async def card(conn: Conn, request: Request, person: UUID) -> Card:
    """Everything that stands beside the thread, in one query."""
    async with conn.cursor(row_factory=class_row(Card)) as cursor:
        await cursor.execute(
            CARD,
            {
                "client": request.client_id,
                "service": request.service_id,
                "opener": request.opened_by,
                "holder": request.holder,
                "no": request.no,
                "me": person,
                "places": [f"request/{request.no}", f"request/{request.no}/note"],
            },
            prepare=True,
        )
        found = await cursor.fetchone()
    assert found is not None, "a request has a client and an opener"
    return found


async def set_present(conn: Conn, person: UUID, present: bool, now: datetime) -> None:
    """Begin or end the operator's shift."""
    await conn.execute(
        "update operators set present = %s, seen_at = %s where person_id = %s",
        (present, now, person),
    )


async def keep_wishes(conn: Conn, person: UUID, wishes: dict[str, object]) -> None:
    """How the operator wants the desk: sound, notifications, keys, what Enter does."""
    await conn.execute(
        "insert into settings values ('person/' || %s::text, %s) on conflict (name)"
        " do update set value = settings.value || excluded.value",
        (str(person), Jsonb(wishes)),
    )


async def done_with_mentions(conn: Conn, no: int, person: UUID, now: datetime) -> bool:
    """The operator has read the notes of this request that ask them."""
    cursor = await conn.execute(
        "update mentions set done_at = %s"
        " where request_no = %s and person_id = %s and done_at is null",
        (now, no, person),
    )
    return cursor.rowcount > 0


async def colleagues(conn: Conn, line: str, but: UUID, seen_after: datetime) -> list[Colleague]:
    """Operators of a line, those on shift first."""
    async with conn.cursor(row_factory=class_row(Colleague)) as cursor:
        await cursor.execute(
            "select p.id, p.name, o.present and o.seen_at > %s as present,"
            " (select count(*) from requests r where r.holder = p.id and r.closed_at is null)"
            "   as held"
            " from operators o join people p on p.id = o.person_id"
            " where p.active and %s = any(o.lines) and p.id <> %s"
            " order by present desc nulls last, p.name limit 50",
            (seen_after, line, but),
        )
        return await cursor.fetchall()


async def operator_names(conn: Conn, starts: str, limit: int = 8) -> list[dict[str, str]]:
    """Operators whose name or address starts so, for `@`."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            "select name, split_part(email, '@', 1) as word from people"
            " where side = 'staff' and active"
            " and (starts_with(lower(name), %(s)s) or starts_with(email, %(s)s))"
            " order by name limit %(limit)s",
            {"s": starts.lower(), "limit": limit},
        )
        return await cursor.fetchall()


async def departures(
    conn: Conn, *, kind: str | None, before: datetime | None, limit: int
) -> list[DepartureRow]:
    """Departures from the order of arrival, newest first."""
    async with conn.cursor(row_factory=class_row(DepartureRow)) as cursor:
        await cursor.execute(
            "select e.matter as request_no, e.no, r.title, c.name as client, r.line, e.by_name,"
            " e.data->>'departure' as kind, coalesce(e.data->>'reason', '') as reason,"
            " coalesce(e.data->'passed', '[]') as passed, e.at"
            " from entries e join requests r on r.no = e.matter"
            " join clients c on c.id = r.client_id"
            " where e.data ? 'departure' and (%(kind)s::text is null or"
            "   e.data->>'departure' = %(kind)s)"
            # What a skip passes over has its row by the skip itself.
            " and not (e.kind = 'taken' and e.data->>'departure' = 'skipped')"
            " and (%(before)s::timestamptz is null or e.at < %(before)s)"
            " order by e.at desc limit %(limit)s",
            {"kind": kind, "before": before, "limit": limit},
        )
        return await cursor.fetchall()


# -- snippets --------------------------------------------------------------------------------

SNIPPET = "id, shortcut, language, title, body, line"


async def snippets(conn: Conn, *, line: str | None = None) -> list[Snippet]:
    """All snippets, or those that serve a line."""
    async with conn.cursor(row_factory=class_row(Snippet)) as cursor:
        await cursor.execute(
            f"select {SNIPPET} from snippets where %(line)s::text is null or line is null"
            " or line = %(line)s order by shortcut, language limit 500",
            {"line": line},
        )
        return await cursor.fetchall()


async def put_snippet(conn: Conn, snippet: Snippet) -> bool:
    """Write a snippet, new or changed; False when another has its shortcut in that language."""
    cursor = await conn.execute(
        f"insert into snippets ({SNIPPET}) select %(id)s, %(shortcut)s, %(language)s, %(title)s,"
        " %(body)s, %(line)s where not exists (select from snippets"
        "   where shortcut = %(shortcut)s and language = %(language)s and id <> %(id)s)"
        " on conflict (id) do update set shortcut = excluded.shortcut,"
        " language = excluded.language, title = excluded.title, body = excluded.body,"
        " line = excluded.line",
        {
            "id": snippet.id,
            "shortcut": snippet.shortcut,
            "language": snippet.language,
            "title": snippet.title,
            "body": snippet.body,
            "line": snippet.line,
        },
    )
    return cursor.rowcount == 1


async def drop_snippet(conn: Conn, id: UUID) -> Snippet | None:
    """Delete a snippet; what it was, None when it was not there."""
    async with conn.cursor(row_factory=class_row(Snippet)) as cursor:
        await cursor.execute(f"delete from snippets where id = %s returning {SNIPPET}", (id,))
        return await cursor.fetchone()


async def line_of(conn: Conn, no: int) -> str:
    """The line in which a request stands; empty for an unknown number."""
    cursor = await conn.execute("select line from requests where no = %s", (no,))
    row = await cursor.fetchone()
    return row[0] if row else ""

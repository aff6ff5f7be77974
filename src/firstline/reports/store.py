"""SQL of the evidence: what is to be read, and the counting of what was."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, LiteralString, cast
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from firstline.kit.db import Conn
from firstline.reports.model import Evidence, Verdict, View

_NAMES = cast("LiteralString", ", ".join(field.name for field in fields(Evidence)))
# What is open turns into broken when its time has come; a link to an article has none. What was
# closed is judged when the days are over in which a reopening counts: sooner, only what was passed
# on would be known.
JUDGED: LiteralString = """
  case when v.measure = 'opened' then case when exists (select from article_readers k
      where k.request_no = e.request_no and k.slug = e.part) then 'kept' else 'broken' end
    when e.measure = 'linked' then case when e.verdict = 'kept'
      and e.ended_at + v.within * interval '1 second' > %(now)s then 'open' else e.verdict end
    when e.measure = 'asked_back' then e.verdict
    when e.verdict = 'open' then case when e.at <= %(now)s then 'broken' else 'open' end
    when e.measure <> 'solved' or e.verdict <> 'kept' then e.verdict
    when e.at + v.within * interval '1 second' > %(now)s then 'open'
    when e.part <> v.solver or e.ended_at <= e.at + v.within * interval '1 second' then 'broken'
    else 'kept' end
"""
SEEN: LiteralString = """
  jsonb_to_recordset(%(views)s)
    as v(nr int, measure text, source text, rules text[], part text, solver text, within float)
  join evidence e on e.measure = v.source and e.at >= %(since)s and e.at < %(until)s
    and (v.rules is null or e.rule = any(v.rules)) and (v.part is null or e.part = v.part)
"""


@dataclass(frozen=True, slots=True)
class Count:
    """How often a verdict was given on one day, in one hour, line or part, or by one person.

    `nr` is the place of the view that was asked for; `by` names which of them `name` is, `all` is
    the whole. `seconds` is how late, or how long, on
    average; `worst` the most.
    """

    nr: int
    by: str
    name: str
    verdict: Verdict
    count: int
    seconds: float | None
    worst: float | None


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A row of a list: the evidence with the request's title and the person's name."""

    request_no: int
    title: str
    no: int
    ended_no: int | None
    line: str
    person: str | None
    at: datetime
    since: datetime | None
    ended_at: datetime | None
    verdict: Verdict
    part: str
    rule: str


def query_values(
    views: Sequence[View], since: datetime, until: datetime, now: datetime, zone: str
) -> dict[str, Any]:
    """The values that every counting query takes; months and hours are those of the zone."""
    view_rows = [
        {
            "nr": nr,
            "measure": view.measure,
            "source": view.source,
            "rules": list(view.rules) or None,
            "part": view.part,
            "solver": view.solver or "",
            "within": view.within.total_seconds() if view.within else 0,
        }
        for nr, view in enumerate(views)
    ]
    return {
        "views": Jsonb(view_rows),
        "since": since,
        "until": until,
        "now": now,
        "zone": zone,
    }


async def unread_requests(
    conn: Conn, definition: int, below: int, limit: int
) -> list[tuple[int, int]]:
    """Requests with numbers below `below` whose log goes on behind what was read, and its head."""
    cursor = await conn.execute(
        "select r.no, r.head from requests r left join evidence_read k on k.request_no = r.no "
        "where r.no < %s and (k.head, k.definition) is distinct from (r.head, %s) "
        "order by r.no desc limit %s",
        (below, definition, limit),
    )
    return await cursor.fetchall()


async def waiting(conn: Conn, definition: int) -> int:
    """How many requests are still to be read."""
    cursor = await conn.execute(
        "select (select count(*) from requests) - (select count(*) from evidence_read k "
        "  join requests r on r.no = k.request_no and r.head = k.head where k.definition = %s)",
        (definition,),
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def backlog(conn: Conn, definition: int) -> tuple[int, datetime | None]:
    """How many requests are still to be read, and when the oldest entry of them was written."""
    cursor = await conn.execute(
        "select count(*), min(e.at) from requests r "
        "left join evidence_read k on k.request_no = r.no and k.definition = %s "
        "left join entries e on e.matter = r.no and e.no = coalesce(k.head, 0) + 1 "
        "where k.head is distinct from r.head",
        (definition,),
    )
    row = await cursor.fetchone()
    return (row[0], row[1]) if row else (0, None)


async def list_failures(conn: Conn, limit: int) -> list[tuple[int, str]]:
    """Requests whose log could not be judged, with the reason, the newest first."""
    cursor = await conn.execute(
        "select request_no, failure from evidence_read where failure is not null "
        "order by request_no desc limit %s",
        (limit,),
    )
    return await cursor.fetchall()


async def put(
    conn: Conn,
    heads: dict[int, int],
    definition: int,
    evidence: Sequence[Evidence],
    failures: dict[int, str],
) -> None:
    """Replace the evidence of these requests, or note why there is none. In order of number, so
    that two wait in turn."""
    numbers = sorted(heads)
    await conn.execute(
        "insert into evidence_read (request_no, head, definition, failure) "
        "select no, head, %s, failure "
        "from unnest(%s::bigint[], %s::int[], %s::text[]) as t(no, head, failure) order by no "
        "on conflict (request_no) do update set head = excluded.head, "
        "  definition = excluded.definition, failure = excluded.failure",
        (definition, numbers, [heads[no] for no in numbers], [failures.get(n) for n in numbers]),
    )
    await conn.execute("delete from evidence where request_no = any(%s)", (numbers,))
    async with (
        conn.cursor() as cursor,
        cursor.copy(f"copy evidence ({_NAMES}) from stdin") as copy,
    ):
        for one in evidence:
            await copy.write_row([getattr(one, field.name) for field in fields(Evidence)])


COUNTS: LiteralString = f"""
with judged as (
  select v.nr, {JUDGED} as verdict, e.line, e.part, e.rule, coalesce(e.person::text, '') as person,
    (e.at at time zone %(zone)s)::date as day,
    extract(hour from coalesce(e.since, e.at) at time zone %(zone)s)::int as hour,
    extract(epoch from coalesce(e.ended_at, %(now)s) - case when e.verdict = 'kept'
      then coalesce(e.since, e.at) else e.at end)::float as seconds
  from {SEEN}
)
select nr, case when grouping(day) = 0 then 'day' when grouping(hour) = 0 then 'hour'
    when grouping(line) = 0 then 'line' when grouping(part) = 0 then 'part'
    when grouping(rule) = 0 then 'rule'
    when grouping(person) = 0 then 'person' else 'all' end as by,
  coalesce(day::text, lpad(hour::text, 2, '0'), line, part, rule, person, '') as name, verdict,
  count(*) as count, avg(seconds) as seconds, max(seconds) as worst
from judged group by grouping sets
  ((nr, verdict), (nr, day, verdict), (nr, hour, verdict), (nr, line, verdict),
   (nr, part, verdict), (nr, rule, verdict), (nr, person, verdict))
order by nr, by, name
"""


async def counts(conn: Conn, values: dict[str, Any]) -> list[Count]:
    """Every figure of these views in one query."""
    async with conn.cursor(row_factory=class_row(Count)) as cursor:
        await cursor.execute(COUNTS, values)
        return await cursor.fetchall()


TOTALS: LiteralString = f"""
with judged as (
  select v.nr, {JUDGED} as verdict, (e.at at time zone %(zone)s)::date as day from {SEEN}
)
select nr, 'day' as by, day::text as name, verdict, count(*) as count, null::float as seconds,
  null::float as worst
from judged group by nr, day, verdict order by nr, day
"""


async def totals(conn: Conn, values: dict[str, Any]) -> list[Count]:
    """The days of these views alone."""
    async with conn.cursor(row_factory=class_row(Count)) as cursor:
        await cursor.execute(TOTALS, values)
        return await cursor.fetchall()


LIST: LiteralString = f"""
select j.request_no, r.title, j.no, j.ended_no, j.line, p.name as person, j.at, j.since,
  j.ended_at, j.verdict, j.part, j.rule
from (
  select e.request_no, e.no, e.ended_no, e.line, e.person, e.at, e.since, e.ended_at, e.part,
    e.rule, {JUDGED} as verdict
  from {SEEN}
  where (%(line)s::text is null or e.line = %(line)s)
    and (%(person)s::uuid is null or e.person = %(person)s)
    and (%(part)s::text is null or e.part = %(part)s)
    and (%(rule)s::text is null or e.rule = %(rule)s)
    and (%(parts)s::text[] is null or e.part = any(%(parts)s))
    and (%(hour)s::text is null
      or to_char(coalesce(e.since, e.at) at time zone %(zone)s, 'HH24') = %(hour)s)
) j join requests r on r.no = j.request_no left join people p on p.id = j.person
where %(what)s::text is null or j.verdict = %(what)s
order by case when j.verdict = 'broken' then coalesce(j.ended_at, %(now)s) - j.at end
  desc nulls last, j.at desc, j.request_no desc
limit %(limit)s offset %(offset)s
"""


@dataclass(frozen=True, slots=True)
class EvidenceFilters:
    """What narrows a list: the verdict, line, person, part, hour (00 to 23) or rule of the
    evidence; or several parts.
    """

    what: Verdict | None = None
    line: str | None = None
    person: UUID | None = None
    part: str | None = None
    hour: str | None = None
    parts: tuple[str, ...] | None = None
    rule: str | None = None


def _filter_values(filters: EvidenceFilters) -> dict[str, Any]:
    return {**asdict(filters), "parts": None if filters.parts is None else list(filters.parts)}


async def list_items(
    conn: Conn, values: dict[str, Any], filters: EvidenceFilters, *, limit: int, offset: int
) -> list[EvidenceRow]:
    """The evidence behind a figure of one view: the latest broken first, then the newest."""
    async with conn.cursor(row_factory=class_row(EvidenceRow)) as cursor:
        await cursor.execute(
            LIST, {**values, **_filter_values(filters), "limit": limit, "offset": offset}
        )
        return await cursor.fetchall()


async def average(conn: Conn, since: datetime, until: datetime) -> tuple[int, float | None]:
    """First answers of a period by a person: how many, and after how many seconds on average."""
    cursor = await conn.execute(
        "select count(*), avg(extract(epoch from ended_at - since))::float from evidence "
        "where measure = 'answers' and part = 'first' and verdict in ('kept', 'broken') "
        "and ended_at is not null and since >= %s and since < %s",
        (since, until),
    )
    row = await cursor.fetchone()
    return (int(row[0]), row[1]) if row else (0, None)


async def sample(conn: Conn, since: datetime, until: datetime, limit: int) -> list[int]:
    """Requests that arrived in a period, drawn by lot."""
    cursor = await conn.execute(
        "select request_no from evidence where measure = 'whole' and at >= %s and at < %s "
        "order by random() limit %s",
        (since, until, limit),
    )
    return [row[0] for row in await cursor.fetchall()]

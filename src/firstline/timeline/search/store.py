"""SQL of search: the index, the entries it has not read yet, and the history of requests."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn, columns
from firstline.kit.errors import Forbidden
from firstline.kit.i18n import gettext as _
from firstline.kit.search.query import quote
from firstline.people import Who
from firstline.timeline.model import Request
from firstline.timeline.search.marks import mark, prefixes
from firstline.timeline.search.model import Filters, Passage
from firstline.timeline.visibility import scope_sql

AT_ONCE = 40
_PASSAGE = columns(Passage, "e")
_REQUEST = columns(Request, "r")
BLOCK = 12  # bits of a request's number within a block: 4,096 requests
MENDING = ("edited", "redacted")
MOST_NAMES = 300
ALL_LEFT = 2**63 - 1  # blocks


# The entries not read yet, and the index's own rows.


async def take_unread(conn: Conn) -> tuple[list[UUID], list[Passage]]:
    """The oldest batches not read yet, up to about `AT_ONCE` passages: reading them must not hold
    up answers. They are held, so that two readers never read the same. Passages are in order."""
    cursor = await conn.execute(
        "with oldest as (select id, cardinality(entries) as n from unread order by id limit %s), "
        "counted as (select id, sum(n) over (order by id) - n as before from oldest) "
        "select id, matters, entries from unread "
        "where id in (select id from counted where before < %s) order by id for update",
        (AT_ONCE, AT_ONCE),
    )
    rows = await cursor.fetchall()
    numbers = [no for _, matters, _ in rows for no in matters]
    entries = [no for _, _, entries in rows for no in entries]
    return [batch for batch, _, _ in rows], await _passages_at(conn, numbers, entries)


async def _passages_at(conn: Conn, matters: list[int], entries: list[int]) -> list[Passage]:
    """The entries of these numbers, as they were written."""
    async with conn.cursor(row_factory=class_row(Passage)) as cursor:
        await cursor.execute(
            f"select {_PASSAGE} from unnest(%s::bigint[], %s::int[]) as u(matter, no) "
            "join entries e on e.matter = u.matter and e.no = u.no "
            "order by e.matter, e.no",
            (matters, entries),
        )
        return await cursor.fetchall()


async def delete_unread(conn: Conn, batches: list[UUID]) -> None:
    """Forget batches that have been read, and put down for the coach which requests have words of
    their client in them, or words that were mended or erased.
    """
    await conn.execute(
        "with read as (delete from unread where id = any(%s) returning matters, entries) "
        "insert into facts_unread select distinct e.matter"
        " from read cross join lateral unnest(matters, entries) as u(matter, no)"
        " join entries e on e.matter = u.matter and e.no = u.no"
        " where e.kind in ('opened', 'edited', 'redacted')"
        "  or e.kind = 'said' and e.side = 'client'"
        " order by 1 on conflict do nothing",
        (batches,),
    )


async def add_words(conn: Conn, rows: dict[int, str], *, anew: bool) -> None:
    """Add words (tsvectors as text) to the rows of these requests, or put them in their place."""
    kept = "excluded.words" if anew else "search_words.words || excluded.words"
    await conn.execute(
        "insert into search_words (matter, words) "
        "select no, words::tsvector from unnest(%s::bigint[], %s::text[]) as t(no, words) "
        f"order by no on conflict (matter) do update set words = {kept}",
        (list(rows), list(rows.values())),
    )


async def merge_pending(conn: Conn) -> int:
    """Bring what was added lately to its place in the index: until then each search goes through
    all of it. Returns how many pages that were."""
    cursor = await conn.execute("select gin_clean_pending_list('search_words_words')")
    row = await cursor.fetchone()
    return row[0] if row else 0


async def sizes(conn: Conn, numbers: Iterable[int]) -> dict[int, int]:
    """The bytes that the words of these requests take in the index."""
    cursor = await conn.execute(
        "select matter, pg_column_size(words) from search_words where matter = any(%s)",
        (list(numbers),),
    )
    return dict(await cursor.fetchall())


async def unread_tail(conn: Conn, limit: int, *, share: int, most: int) -> list[Passage]:
    """The newest `limit` of the entries that the index has not read yet, the newest first: of each
    request about `share` bytes, of all together `most`."""
    async with conn.cursor(row_factory=class_row(Passage)) as cursor:
        await cursor.execute(
            f"select {_PASSAGE} from (select *, sum(octet_length(body)) over "
            "(order by at desc, matter, no desc) - octet_length(body) as newer from ("
            "select e.*, sum(octet_length(e.body)) over (partition by e.matter order by e.no desc) "
            "- octet_length(e.body) as later from ("
            "select unnest(matters) as matter, unnest(entries) as no "
            "from unread order by id desc limit %s) u "
            "join entries e on e.matter = u.matter and e.no = u.no) e "
            "where later < %s) e where newer < %s order by at desc, matter, no desc",
            (limit, share, most),
        )
        return await cursor.fetchall()


async def terms_in_index(conn: Conn, numbers: list[int], terms: list[str]) -> dict[int, list[bool]]:
    """For each of these requests, which of the terms (tsqueries as text) its indexed words have."""
    cursor = await conn.execute(
        "select w.matter, array(select w.words @@ t::tsquery from unnest(%s::text[]) "
        "with ordinality as u(t, i) order by i) from search_words w where w.matter = any(%s)",
        (terms, numbers),
    )
    return dict(await cursor.fetchall())


async def passages_of(
    conn: Conn, numbers: Collection[int], *, staff: bool, most: int | None, share: int
) -> list[Passage]:
    """What these requests hold for one side, as it stands after its mending: of each the newest
    `most` passages, and of these about `share` bytes. In order of request and entry.

    Edits are no passages of their own: what they say stands in the passage that they mend, and
    the title in the request.
    """
    sight = "" if staff else "and audience = 'all'"
    async with conn.cursor(row_factory=class_row(Passage)) as cursor:
        await cursor.execute(
            "with mended as (select distinct on (matter, of) matter, of, kind, body from "
            "(select matter, (data->>'of')::int as of, no, kind, body from entries "
            "where matter = any(%(nos)s) and kind in ('edited', 'redacted') and data ? 'of') m "
            "order by matter, of, (kind = 'redacted') desc, no desc), "
            "present as (select e.matter, e.no, e.kind, e.by_id, e.by_name, e.side, e.audience, "
            "e.at, case m.kind when 'redacted' then '' when 'edited' then m.body else e.body end "
            "as body from unnest(%(nos)s::bigint[]) as n(no) cross join lateral "
            f"(select * from entries where matter = n.no and kind <> 'edited' {sight} "
            "order by no desc limit %(most)s) e "
            "left join mended m on m.matter = e.matter and m.of = e.no) "
            f"select {_PASSAGE} from (select *, sum(octet_length(body)) over "
            "(partition by matter order by no desc) - octet_length(body) as later from present "
            "where body <> '') e where later < %(share)s order by matter, no",
            {"nos": list(numbers), "most": most, "share": share},
        )
        return await cursor.fetchall()


@dataclass(frozen=True, slots=True)
class TitleRow:
    """What of a request's row is searched for, or by."""

    no: int
    title: str
    client_id: UUID


async def title_rows(conn: Conn, numbers: Collection[int]) -> list[TitleRow]:
    """The present titles of these requests, and their clients."""
    async with conn.cursor(row_factory=class_row(TitleRow)) as cursor:
        await cursor.execute(
            "select no, title, client_id from requests where no = any(%s)", (list(numbers),)
        )
        return await cursor.fetchall()


async def backlog(conn: Conn) -> tuple[int, datetime | None]:
    """How many batches the index has not read, and when the oldest was written."""
    cursor = await conn.execute(
        "select (select count(*) from unread), (select min(e.at) from (select unnest(matters) "
        "as matter, unnest(entries) as no from (select * from unread order by id limit 1) o) u "
        "join entries e on e.matter = u.matter and e.no = u.no)"
    )
    row = await cursor.fetchone()
    return (row[0], row[1]) if row else (0, None)


# Who is meant by a name.


async def marks_of_names(conn: Conn, who: Who, words: Sequence[str]) -> dict[int, list[str]]:
    """For each of the words (tsqueries as text, of one name or address each), by its place: the
    marks of the clients and people of that name whom `who` may look for."""
    cursor = await conn.execute(
        "select w.i, m.kind, m.id from unnest(%(words)s::text[]) with ordinality as w(words, i) "
        "cross join lateral ("
        "select 'c' as kind, c.id from clients c where name_words(c.name) @@ w.words::tsquery "
        "and (%(client)s::uuid is null or c.id = %(client)s) union all "
        "select case when k.person_id is null then 'b' else 'p' end, p.id from people p "
        "left join contacts k on k.person_id = p.id "
        "where name_words(p.name || ' ' || p.email) @@ w.words::tsquery "
        "and (%(client)s::uuid is null or k.client_id = %(client)s) limit %(most)s) m",
        {"words": words, "client": None if who.is_staff else who.client_id, "most": MOST_NAMES},
    )
    found: dict[int, list[str]] = {}
    for place, kind, one in await cursor.fetchall():
        found.setdefault(place - 1, []).append(mark(kind, one))
    return found


async def present_words(conn: Conn, who: Who, lexemes: Sequence[str]) -> set[str]:
    """Those of the lexemes that stand in a request of the index that `who` may look at. Each is
    asked for alone: one query of a thousand words is compared with every request that it finds."""
    sides = prefixes(staff=who.is_staff)
    within = "" if who.is_staff else f" & {mark('c', who.client_id)}"
    queries = [f"({' | '.join(quote(s + word) for s in sides)}){within}" for word in lexemes]
    cursor = await conn.execute(
        "select word from unnest(%s::text[], %s::text[]) as u(word, query) "
        "where (select count(*) from search_words where words @@ query::tsquery) > 0",
        (list(lexemes), queries),
    )
    return {word for (word,) in await cursor.fetchall()}


# Finding.


@dataclass(frozen=True, slots=True)
class SearchScope:
    """What one search may return: a condition on `requests r`, its values, and the same as far as
    the index knows it (a tsquery)."""

    sql: LiteralString
    values: tuple[Any, ...]
    words: str


def search_scope(who: Who, filters: Filters) -> SearchScope:
    """The rights of `who` and the filters, as SQL; raises Forbidden for an operator by a client."""
    scope, values = scope_sql(who)
    parts: list[LiteralString] = [f"({scope})"]
    words: list[str] = []
    if not who.is_staff:
        words.append(mark("c", who.client_id))
    plain: tuple[LiteralString, ...] = ("state", "line", "mode", "topic")
    for column in plain:
        if (wanted := getattr(filters, column)) is not None:
            parts.append(f"r.{column} = %s")
            values.append(wanted)
    if filters.client is not None:
        parts.append("r.client_id = %s")
        values.append(filters.client)
        words.append(mark("c", filters.client))
    if filters.since is not None:
        parts.append("r.arrived_at >= %s")
        values.append(filters.since)
    if filters.until is not None:
        parts.append("r.arrived_at < %s")
        values.append(filters.until)
    if filters.operator is not None:
        _by_operator(who, filters.operator, parts, values)
    return SearchScope(" and ".join(parts), tuple(values), " & ".join(words))


def _by_operator(who: Who, operator: UUID, parts: list[LiteralString], values: list[Any]) -> None:
    if not who.is_staff:
        raise Forbidden(
            _("Only staff can look for an operator's requests; leave the operator out.")
        )
    parts.append(
        "(r.holder = %s or r.closed_by = %s or r.no in "
        "(select matter from search_words where words @@ %s::tsquery))"
    )
    values += [operator, operator, mark("b", operator)]


async def find(
    conn: Conn, words: str, within: SearchScope, *, below: int | None, limit: int
) -> list[int]:
    """Numbers of the newest `limit` requests that the index finds, the newest first.

    A common word has far more matches than a page shows, and collecting them all costs more with
    every year: so the newest blocks of requests are looked through first, then ever more of them.
    """
    below = below if below is not None else await _newest(conn) + 1
    found: list[int] = []
    blocks = 2
    while below > 0 and len(found) < limit:
        last = (below - 1) >> BLOCK
        first = max(last - blocks + 1, 0)
        query = words
        if blocks <= 8 and first > 0:
            query = f"{words} & ({' | '.join(mark('s', b) for b in range(first, last + 1))})"
        else:
            first = 0
        room = limit - len(found)
        numbers, matches = await _find_in(conn, query, within, first << BLOCK, below, room)
        found += numbers
        # Words that stand in few of the newest requests stand in few: then all the rest at once.
        below, blocks = first << BLOCK, blocks * 4 if matches >= room else ALL_LEFT
    return found


async def _newest(conn: Conn) -> int:
    cursor = await conn.execute("select coalesce(max(no), 0) from requests")
    row = await cursor.fetchone()
    return row[0] if row else 0


async def _find_in(
    conn: Conn, query: str, within: SearchScope, low: int, below: int, limit: int
) -> tuple[list[int], int]:
    """The newest of what the index finds, and in how many requests it finds the words at all."""
    narrowed = f"{query} & {within.words}" if within.words else query
    # An array, not a join: whatever PostgreSQL expects, it then walks no more than these requests.
    cursor = await conn.execute(
        "with found as materialized (select matter from search_words "
        "where words @@ %s::tsquery) "
        "select array(select r.no from requests r "
        "where r.no = any(array(select matter from found)) and r.no >= %s and r.no < %s "
        f"and {within.sql} order by r.no desc limit %s), "
        "(select count(*) from found)",
        (narrowed, low, below, *within.values, limit),
        prepare=False,  # the best plan depends on how common the words are
    )
    row = await cursor.fetchone()
    assert row is not None
    return row


async def requests_within(
    conn: Conn, numbers: Iterable[int], within: SearchScope
) -> dict[int, Request]:
    """Those of these requests that the search may return."""
    async with conn.cursor(row_factory=class_row(Request)) as cursor:
        await cursor.execute(
            f"select {_REQUEST} from requests r where r.no = any(%s) and {within.sql}",
            (list(numbers), *within.values),
        )
        return {request.no: request for request in await cursor.fetchall()}


async def newest_requests(
    conn: Conn, within: SearchScope, *, below: int | None, limit: int
) -> Sequence[Request]:
    """The newest `limit` requests that may be listed, numbered below `below`."""
    older = "" if below is None else "and r.no < %s"
    values = within.values if below is None else (*within.values, below)
    async with conn.cursor(row_factory=class_row(Request)) as cursor:
        await cursor.execute(
            f"select {_REQUEST} from requests r where {within.sql} {older} "
            "order by r.no desc limit %s",
            (*values, limit),
        )
        return await cursor.fetchall()

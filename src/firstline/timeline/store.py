"""The log's SQL: reading requests and their entries; `appending` writes them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, LiteralString, cast

import msgspec
from psycopg.rows import class_row

from firstline.kit.db import Conn, columns, fetch_in_turns
from firstline.kit.typed import HIGHEST
from firstline.matters import Entry
from firstline.timeline.model import Request

ENTRY = columns(Entry)
REQUEST = columns(Request)


async def get_request(conn: Conn, no: int) -> Request | None:
    """The request, or None."""
    return await _request(conn, f"select {REQUEST} from requests where no = %s", (no,))


async def lock_request(conn: Conn, no: int) -> Request | None:
    """The request with its row held until the transaction ends."""
    return await _request(
        conn, f"select {REQUEST} from requests where no = %s for no key update", (no,)
    )


async def change(conn: Conn, request: Request, *, moved: bool = True, **values: Any) -> Request:
    """Set columns of a request whose row is held; `moved` says that line, holder or closing did."""
    sets = cast("LiteralString", ", ".join(f"{name} = %({name})s" for name in values))
    async with conn.cursor(row_factory=class_row(Request)) as cursor:
        await cursor.execute(
            f"update requests set {sets}, generation = generation + %(moved)s "
            f"where no = %(no)s returning {REQUEST}",
            {**values, "moved": int(moved), "no": request.no},
        )
        changed = await cursor.fetchone()
    assert changed is not None, "the row is held"
    return changed


async def _request(conn: Conn, sql: LiteralString, values: tuple[int]) -> Request | None:
    if not 0 < values[0] <= HIGHEST:
        return None
    async with conn.cursor(row_factory=class_row(Request)) as cursor:
        await cursor.execute(sql, values, prepare=True)
        return await cursor.fetchone()


async def entry_by_key(conn: Conn, no: int, by_id: Any, key: str) -> Entry | None:
    """The entry that this author's key made in this request."""
    async with conn.cursor(row_factory=class_row(Entry)) as cursor:
        await cursor.execute(
            f"select {ENTRY} from entries "
            "where matter = %s and by_id = %s and key = %s and kind <> 'opened'",
            (no, by_id, key),
        )
        return await cursor.fetchone()


async def entry_at(conn: Conn, matter: int, no: int) -> Entry | None:
    """One entry as it was written."""
    async with conn.cursor(row_factory=class_row(Entry)) as cursor:
        await cursor.execute(
            f"select {ENTRY} from entries where matter = %s and no = %s", (matter, no)
        )
        return await cursor.fetchone()


async def entries_after(conn: Conn, no: int, after: int, limit: int, *, staff: bool) -> list[Entry]:
    """Entries numbered above `after` that the side may see, as they stand after their mending."""
    sight = "" if staff else "and audience = 'all'"
    async with conn.cursor(row_factory=class_row(Entry)) as cursor:
        await cursor.execute(
            f"select {ENTRY} from entries where matter = %s and no > %s {sight} "
            "order by no limit %s",
            (no, after, limit),
        )
        entries = await fetch_in_turns(cursor)
    return await mend_entries(conn, no, entries)


async def seals(conn: Conn, no: int) -> list[bytes]:
    """The seals of a request's entries, all of them, from number 1 on."""
    cursor = await conn.execute("select sha from entries where matter = %s order by no", (no,))
    return [bytes(sha) for (sha,) in await cursor.fetchall()]


async def mend_entries(conn: Conn, no: int, entries: list[Entry]) -> list[Entry]:
    """The entries as later edits and redactions of the same request leave them."""
    cursor = await conn.execute(
        "select distinct on (of) of, body, articles from (select (data->>'of')::int as of, no, body"
        ", data->'articles' as articles from entries where matter = %s and kind = 'edited'"
        " and data ? 'of') e "
        "where of = any(%s) order by of, no desc",
        (no, [entry.no for entry in entries]),
    )
    latest = {of: (body, articles) for of, body, articles in await cursor.fetchall()}
    return [_mend(entry, latest) for entry in entries]


def _mend(entry: Entry, latest: dict[int, tuple[str, list[str] | None]]) -> Entry:
    if entry.salts is None:
        return replace(entry, data={**entry.data, "redacted": True})
    if entry.kind != "edited" and entry.no in latest:
        body, articles = latest[entry.no]
        data = entry.data if articles is None else {**entry.data, "articles": articles}
        return replace(entry, body=body, data={**data, "edited": True})
    return entry


async def find_copies(conn: Conn, entry: Entry) -> list[Entry]:
    """What else in its request may hold its words: edits, titles, fields, views of its secret."""
    async with conn.cursor(row_factory=class_row(Entry)) as cursor:
        await cursor.execute(
            f"select {ENTRY} from entries where matter = %s and no <> %s and salts is not null and "
            "(kind = 'edited' and (data->>'of' = %s or data->>'field' = 'title'"
            "  or data->>'field' like 'fields.%%')"
            " or data->>'shown' = %s) order by no",
            (entry.matter, entry.no, str(entry.no), entry.data.get("secret")),
        )
        return await cursor.fetchall()


async def erase(conn: Conn, entries: Sequence[Entry]) -> None:
    """Put what is left of these entries in their place; their salts go, their digests stay."""
    rows = [{"matter": e.matter, "no": e.no, "body": e.body, "data": e.data} for e in entries]
    await conn.execute(
        "update entries e set body = t.body, data = t.data, salts = null "
        "from jsonb_to_recordset(%s::jsonb) as t(matter bigint, no int, body text, data jsonb) "
        "where e.matter = t.matter and e.no = t.no",
        (msgspec.json.encode(rows).decode(),),
    )

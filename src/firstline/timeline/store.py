"""The log's SQL: reading requests and their entries; `appending` writes them."""

from dataclasses import replace
from typing import Any, LiteralString, cast

from psycopg.rows import class_row

from firstline.kit.db import Conn, columns
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
        entries = await cursor.fetchall()
    return await mend_entries(conn, no, entries)


async def mend_entries(conn: Conn, no: int, entries: list[Entry]) -> list[Entry]:
    """The entries as later edits and redactions of the same request leave them."""
    cursor = await conn.execute(
        "select (data->>'of')::int, kind, body from entries where matter = %s "
        "and kind in ('edited', 'redacted') and data ? 'of' order by no",
        (no,),
    )
    latest: dict[int, tuple[str, str]] = {}
    for of, kind, body in await cursor.fetchall():
        if latest.get(of, ("", ""))[0] != "redacted":
            latest[of] = (kind, body)
    return [_mend(entry, latest) for entry in entries] if latest else entries


def _mend(entry: Entry, latest: dict[int, tuple[str, str]]) -> Entry:
    # The texts that were taken back live on in the log, in the edits as well as in the original.
    of = entry.data.get("of", entry.no) if entry.kind == "edited" else entry.no
    kind, body = latest.get(of, ("", ""))
    if kind == "redacted":
        return replace(entry, body="", data={**entry.data, "redacted": True, "files": []})
    if kind == "edited" and entry.kind != "edited":
        return replace(entry, body=body, data={**entry.data, "edited": True})
    return entry

"""SQL of reading changes."""

from uuid import UUID

import msgspec
from psycopg.rows import class_row

from firstline.changes.model import Author, Change
from firstline.kit.db import Conn, columns
from firstline.matters import Entry
from firstline.people import Who
from firstline.people.changes import MATTER, About
from firstline.timeline import scope_sql

ENTRY = columns(Entry, "e")


async def newest(
    conn: Conn, who: Who, below: int | None, person: UUID | None, kind: str | None, limit: int
) -> list[Change]:
    """The newest changes numbered below `below`, made by or concerning a person, of a kind."""
    scope, values = scope_sql(who, "e", kind="changes")
    async with conn.cursor(row_factory=class_row(Entry)) as cursor:
        await cursor.execute(
            f"select {ENTRY} from entries e where e.matter = %s and {scope}"
            " and (%s::numeric is null or e.no < %s) and (%s::text is null or e.kind = %s)"
            " and (%s::uuid is null or e.by_id = %s or e.data->'about'->>'id' = %s::text)"
            " order by e.no desc limit %s",
            (MATTER, *values, below, below, kind, kind, person, person, person, limit),
        )
        return [_change(entry) for entry in await cursor.fetchall()]


def _change(entry: Entry) -> Change:
    about = msgspec.convert(entry.data["about"], About)
    by = Author(entry.by_id, entry.by_name, entry.side)
    before, after = entry.data["before"], entry.data["after"]
    return Change(entry.no, entry.kind, by, about, before, after, entry.at)

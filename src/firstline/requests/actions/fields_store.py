"""SQL of the fields of requests."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn, columns

Setter = Literal["coach", "client", "operator", "program"]


@dataclass(frozen=True, slots=True)
class RequestField:
    """A value: who set it (None: the coach), when, the entry that tells of it, and the one in whose
    words it stood first. An empty value was taken away.
    """

    field: str
    value: str
    set_by: Setter
    person: UUID | None
    at: datetime
    entry_no: int
    source_no: int


_FIELD = columns(RequestField)


async def fields_of(conn: Conn, no: int) -> dict[str, RequestField]:
    """Every field of a request, those that were taken away too."""
    async with conn.cursor(row_factory=class_row(RequestField)) as cursor:
        await cursor.execute(
            f"select {_FIELD} from request_fields where request_no = %s order by source_no, field",
            (no,),
        )
        return {one.field: one for one in await cursor.fetchall()}


async def put_field(conn: Conn, no: int, one: RequestField) -> None:
    """Write a field that a person has set, whatever stood there."""
    await conn.execute(
        "insert into request_fields (request_no, field, value, set_by, person, at, entry_no,"
        " source_no) values (%s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (request_no, field) do update set value = excluded.value,"
        " set_by = excluded.set_by, person = excluded.person, at = excluded.at,"
        " entry_no = excluded.entry_no, source_no = excluded.source_no",
        (no, one.field, one.value, one.set_by, one.person, one.at, one.entry_no, one.source_no),
    )


async def put_facts(conn: Conn, no: int, facts: Sequence[RequestField]) -> None:
    """Put what the coach has read in place of what it had read before; what a person has set stays.

    Their entries are held meanwhile: of words that are being erased nothing is written.
    """
    cursor = await conn.execute(
        "select no from entries where matter = %s and no = any(%s) and salts is not null for share",
        (no, [one.source_no for one in facts]),
    )
    whole = {row[0] for row in await cursor.fetchall()}
    found = [one for one in facts if one.source_no in whole]
    gone = await conn.execute(
        "delete from request_fields where request_no = %s and set_by = 'coach'"
        " and field <> all(%s)",
        (no, [one.field for one in found]),
    )
    written = await conn.execute(
        "insert into request_fields (request_no, field, value, set_by, at, entry_no, source_no)"
        " select %s, field, value, 'coach', at, source, source"
        " from unnest(%s::text[], %s::text[], %s::timestamptz[], %s::int[])"
        "  as t(field, value, at, source)"
        " on conflict (request_no, field) do update set value = excluded.value, at = excluded.at,"
        "  entry_no = excluded.entry_no, source_no = excluded.source_no"
        " where request_fields.set_by = 'coach' and (request_fields.value,"
        "  request_fields.source_no) is distinct from (excluded.value, excluded.source_no)",
        (
            no,
            [one.field for one in found],
            [one.value for one in found],
            [one.at for one in found],
            [one.source_no for one in found],
        ),
    )
    if gone.rowcount + written.rowcount:
        # What was judged without these facts is judged again.
        await conn.execute("update evidence_read set head = -1 where request_no = %s", (no,))


async def forget_fields(
    conn: Conn, no: int, entries: Collection[int], words: Sequence[str]
) -> None:
    """Forget what came from entries that are erased, and what stands in their words."""
    await conn.execute(
        "delete from request_fields f where request_no = %s"
        " and (entry_no = any(%s) or source_no = any(%s) or value <> '' and exists ("
        "  select from unnest(%s::text[]) as w(words)"
        "  where position(lower(f.value) in lower(words)) > 0))",
        (no, list(entries), list(entries), list(words)),
    )

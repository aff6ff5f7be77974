"""SQL of the log: how entries come into being, whatever their matter."""

from collections.abc import Sequence
from typing import LiteralString

import msgspec

from firstline.kit.db import Conn
from firstline.matters.model import Entry, EntryDraft, entry_of

# Pieces of every statement that writes entries; the first takes them as JSON, as `e`.
ENTRIES_SQL: LiteralString = """
e as materialized (
  select * from jsonb_to_recordset(%s::jsonb) as t(
    matter bigint, no int, kind text, by_id uuid, by_name text, side text, audience text,
    channel text, body text, data jsonb, key text, at timestamptz, salts text, digests text,
    sha text)
)"""
INSERT_SQL: LiteralString = """
insert into entries
  (matter, no, kind, by_id, by_name, side, audience, channel, body, data, key, at, salts, digests,
  sha)
select matter, no, kind, by_id, by_name, side, audience, channel, body, data, key, at,
  decode(salts, 'base64'), decode(digests, 'base64'), decode(sha, 'base64')
from e"""
WRITE: LiteralString = f"""
with {ENTRIES_SQL}, counted as (
  update matters m set head = t.head
  from (select matter, max(no) as head from e group by matter) t where m.no = t.matter
){INSERT_SQL}"""


async def append(conn: Conn, drafts: Sequence[EntryDraft]) -> list[Entry]:
    """Write drafts to the log, in order, and return their entries.

    For matters that nothing but their entries moves; requests have an append of their own. The
    rows of the matters are held until the transaction ends, so that no number is left out.
    """
    heads = await _lock(conn, {draft.matter for draft in drafts})
    entries: list[Entry] = []
    for draft in drafts:
        heads[draft.matter] += 1
        entries.append(entry_of(draft, heads[draft.matter]))
    if entries:
        await conn.execute(WRITE, (msgspec.json.encode(entries).decode(),))
    return entries


async def _lock(conn: Conn, numbers: set[int]) -> dict[int, int]:
    cursor = await conn.execute(
        "select no, head from matters where no = any(%s) order by no for no key update",
        (list(numbers),),
    )
    return dict(await cursor.fetchall())

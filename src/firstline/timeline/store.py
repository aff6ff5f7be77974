"""The log's SQL. `append` is the only statement that writes entries of a standing request."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import msgspec
from psycopg.rows import class_row

from firstline.kit.db import Conn
from firstline.kit.ids import uuid7
from firstline.timeline.model import Draft, Entry, Request, digest

ENTRY = ", ".join(field.name for field in fields(Entry))
HIGHEST = 2**63 - 1  # a number beyond bigint is nobody's request
REQUEST = ", ".join(field.name for field in fields(Request))

# Numbers the drafts under their requests' row locks (taken in the order of the numbers), inserts
# them, starts or meets promises, sets whose turn it is, and leaves a row for the log's readers.
# A draft whose request has moved on since it was checked, or whose key is known, is not written.
APPEND = """
with d as materialized (
  select * from json_to_recordset(%s::json) as t(
    ord int, request_no bigint, kind text, by_id uuid, by_name text, side text, audience text,
    channel text, body text, data jsonb, key text, at timestamptz, sha text, generation int,
    seen int, effect text, due_at timestamptz, turn_at timestamptz, turn text)
), r as materialized (
  select no, head, generation, promise_due_at, client_said_no, staff_said_no from requests
  where no in (select request_no from d) order by no for no key update
), known as materialized (
  select d.ord, e.no from d
  join entries e on e.request_no = d.request_no and e.by_id = d.by_id and e.key = d.key
), fresh as materialized (
  select d.*, (r.head + row_number() over (partition by d.request_no order by d.ord))::int as no,
    r.promise_due_at as owed_at
  from d join r on r.no = d.request_no
  where d.generation = r.generation
    and (d.seen is null or d.seen >= case when d.side = 'staff' then r.head
                                          else greatest(r.client_said_no, r.staff_said_no) end)
    and not exists (select from known where known.ord = d.ord)
), tally as materialized (
  select request_no, max(no) as head, max(effect) as effect, max(at) as at, min(at) as since,
    min(due_at) as due_at, min(turn_at) as turn_at, min(turn) as turn,
    max(no) filter (where effect = 'owed') as client_no,
    max(no) filter (where effect = 'answered') as staff_no
  from fresh group by request_no
), moved as (
  update requests q set head = t.head, updated_at = t.at,
    client_said_no = coalesce(t.client_no, q.client_said_no),
    staff_said_no = coalesce(t.staff_no, q.staff_said_no),
    state = case
      when t.effect = 'owed' then case when q.holder is null then 'waiting' else 'with_us' end
      when t.effect = 'answered' and q.holder is not null then 'with_client'
      else q.state end,
    answered = q.answered or t.effect is not distinct from 'answered',
    answered_at = case when t.effect = 'answered' then coalesce(q.answered_at, t.since)
                       else q.answered_at end,
    promise_kind = case when t.effect = 'answered' then null
                        when t.effect = 'owed' and t.due_at is not null
                        then coalesce(q.promise_kind, 'answer') else q.promise_kind end,
    promise_since = case when t.effect = 'answered' then null
                         when t.effect = 'owed' and t.due_at is not null
                         then coalesce(q.promise_since, t.since) else q.promise_since end,
    promise_due_at = case when t.effect = 'answered' then null
                          when t.effect = 'owed' then coalesce(q.promise_due_at, t.due_at)
                          else q.promise_due_at end
  from tally t where q.no = t.request_no
), written as (
  insert into entries
    (request_no, no, kind, by_id, by_name, side, audience, channel, body, data, key, at, sha)
  select request_no, no, kind, by_id, by_name, side, audience, channel, body, data, key, at,
    decode(sha, 'hex')
  from fresh
), turned as (
  insert into due_times (request_no, kind, due_at, state, stage)
  select t.request_no, 'turn', t.turn_at, 'armed', t.turn
  from tally t join r on r.no = t.request_no
  where t.turn_at is not null
    and (t.effect = 'answered' or (t.effect = 'owed' and r.promise_due_at is null))
  on conflict (request_no, kind) do update set due_at = excluded.due_at, state = 'armed',
    stage = excluded.stage, generation = due_times.generation + 1, lease_until = null, attempts = 0
  where not (due_times.state = 'armed' and due_times.stage = excluded.stage
             and excluded.stage = 'letter')
), told as (
  insert into unread (id, requests, entries)
  select %s, array_agg(request_no), array_agg(no) from fresh having count(*) > 0
)
select d.ord, coalesce(f.no, k.no), case
    when k.ord is not null then 'known' when f.ord is not null then 'written'
    when r.no is null then 'missing' when d.generation <> r.generation then 'moved'
    else 'newer' end
from d left join r on r.no = d.request_no left join known k on k.ord = d.ord
  left join fresh f on f.ord = d.ord
order by d.ord
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a draft: `written` (with its entry), `known`, `moved`, `newer`, `missing`."""

    status: str
    no: int | None
    entry: Entry | None


async def append(conn: Conn, drafts: Sequence[Draft]) -> list[Written]:
    """Write drafts to the log, in order, and say what became of each.

    Drafts of one request must not both owe and answer; `Ledger` sees to that for batches.
    """
    shas = [
        digest(d.kind, d.by_id, d.audience, d.channel, d.body, d.data, d.at) for d in drafts
    ]
    rows = [_row(i, d, sha) for i, (d, sha) in enumerate(zip(drafts, shas, strict=True))]
    cursor = await conn.execute(
        APPEND, (msgspec.json.encode(rows).decode(), uuid7()), prepare=True
    )
    found = await cursor.fetchall()
    return [
        Written(status, no, _entry(drafts[i], no, shas[i]) if status == "written" else None)
        for i, no, status in found
    ]


def _row(ord: int, d: Draft, sha: bytes) -> dict[str, Any]:
    return {
        "ord": ord,
        "request_no": d.request_no,
        "kind": d.kind,
        "by_id": d.by_id,
        "by_name": d.by_name,
        "side": d.side,
        "audience": d.audience,
        "channel": d.channel,
        "body": d.body,
        "data": d.data,
        "key": d.key,
        "at": d.at,
        "sha": sha.hex(),
        "generation": d.generation,
        "seen": d.seen,
        "effect": d.effect,
        "due_at": d.due_at,
        "turn_at": d.turn_at,
        "turn": d.turn,
    }


def _entry(d: Draft, no: int, sha: bytes) -> Entry:
    return Entry(
        d.request_no, no, d.kind, d.by_id, d.by_name, d.side, d.audience, d.channel, d.body,
        d.data, d.key, d.at, sha,
    )  # fmt: skip


async def get_request(conn: Conn, no: int) -> Request | None:
    """The request, or None."""
    return await _request(conn, f"select {REQUEST} from requests where no = %s", (no,))


async def lock_request(conn: Conn, no: int) -> Request | None:
    """The request with its row held until the transaction ends."""
    return await _request(
        conn, f"select {REQUEST} from requests where no = %s for no key update", (no,)
    )


async def change(conn: Conn, request: Request, *, moved: bool = True, **columns: Any) -> Request:
    """Set columns of a request whose row is held; `moved` says that line, holder or closing did."""
    sets = ", ".join(f"{name} = %({name})s" for name in columns)
    async with conn.cursor(row_factory=class_row(Request)) as cursor:
        await cursor.execute(
            f"update requests set {sets}, generation = generation + {int(moved)} "
            f"where no = %(no)s returning {REQUEST}",
            {**columns, "no": request.no},
        )
        changed = await cursor.fetchone()
    assert changed is not None, "the row is held"
    return changed


async def _request(conn: Conn, sql: str, values: tuple[int]) -> Request | None:
    if not 0 < values[0] <= HIGHEST:
        return None
    async with conn.cursor(row_factory=class_row(Request)) as cursor:
        await cursor.execute(sql, values, prepare=True)
        return await cursor.fetchone()


async def entry_by_key(conn: Conn, no: int, by_id: Any, key: str) -> Entry | None:
    """The entry that this author's key made in this request."""
    async with conn.cursor(row_factory=class_row(Entry)) as cursor:
        await cursor.execute(
            f"select {ENTRY} from entries where request_no = %s and by_id = %s and key = %s",
            (no, by_id, key),
        )
        return await cursor.fetchone()


async def entry_at(conn: Conn, request_no: int, no: int) -> Entry | None:
    """One entry as it was written."""
    async with conn.cursor(row_factory=class_row(Entry)) as cursor:
        await cursor.execute(
            f"select {ENTRY} from entries where request_no = %s and no = %s", (request_no, no)
        )
        return await cursor.fetchone()


async def entries_after(
    conn: Conn, no: int, after: int, limit: int, *, staff: bool
) -> list[Entry]:
    """Entries numbered above `after` that the side may see, as they stand after their mending."""
    sight = "" if staff else "and audience = 'all'"
    async with conn.cursor(row_factory=class_row(Entry)) as cursor:
        await cursor.execute(
            f"select {ENTRY} from entries where request_no = %s and no > %s {sight} "
            "order by no limit %s",
            (no, after, limit),
        )
        entries = await cursor.fetchall()
    return await mended(conn, no, entries)


async def mended(conn: Conn, no: int, entries: list[Entry]) -> list[Entry]:
    """The entries as later edits and redactions of the same request leave them."""
    cursor = await conn.execute(
        "select (data->>'of')::int, kind, body from entries where request_no = %s "
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

"""SQL of opening requests."""

from dataclasses import dataclass
from uuid import UUID

from firstline.kit.db import Conn
from firstline.timeline.model import Opening, OpeningLimit

INSERT = """
with d as materialized (
  select * from json_to_recordset(%s::json) as t(
    no bigint, client_id uuid, opened_by uuid, by_name text, side text, open_key text,
    service_id uuid, topic text, title text, body text, language text, plan text,
    priority text, service_kind text, channel text, line text, at timestamptz,
    policy_version int, due_at timestamptz, line_due_at timestamptz, turn_at timestamptz,
    turn text, data jsonb, salts text, digests text, sha text)
), counted as (
  update counters set value = %s where name = 'request'
), numbered as (
  insert into matters (no, kind) select no, 'request' from d
), opened as (
  insert into requests (no, client_id, opened_by, open_key, service_id, topic, title, language,
    plan, priority, service_kind, channel, mode, line, state, arrived_at, line_since,
    policy_version, head, promise_kind, promise_since, promise_due_at, line_due_at,
    client_said_no, staff_said_no, updated_at)
  select no, client_id, opened_by, open_key, service_id, topic, title, language, plan, priority,
    service_kind, channel, 'chat', line, 'waiting', at, at, policy_version, 1,
    case when due_at is null then null else 'answer' end,
    case when due_at is null then null else at end, due_at, line_due_at,
    case when side = 'client' then 1 else 0 end, case when side = 'staff' then 1 else 0 end, at
  from d
), written as (
  insert into entries (matter, no, kind, by_id, by_name, side, audience, channel, body, data,
    key, at, salts, digests, sha)
  select no, 1, 'opened', opened_by, by_name, side, 'all', channel, body, data, open_key, at,
    decode(salts, 'base64'), decode(digests, 'base64'), decode(sha, 'base64')
  from d
), turned as (
  insert into due_times (matter, kind, due_at, state, stage)
  select no, 'turn', turn_at, 'armed', turn from d where turn_at is not null
)
insert into unread (id, matters, entries)
select %s, array_agg(no), array_agg(1) from d having count(*) > 0
"""


@dataclass(frozen=True, slots=True)
class Owner:
    """The client a request is opened for, and what of them the policy looks at."""

    plan: str
    language: str
    owns_service: bool
    kind: str


async def lock_counter(conn: Conn) -> int:
    """The last number given out, held: until this commits nobody else opens a request."""
    cursor = await conn.execute(
        "select value from counters where name = 'request' for no key update", prepare=True
    )
    row = await cursor.fetchone()
    assert row is not None, "the counter row comes with the tables"
    return int(row[0])


async def known_keys(conn: Conn, openings: list[Opening]) -> dict[tuple[UUID, str | None], int]:
    """Requests that these writers' keys have made already."""
    keyed = [(o.opened_by, o.key) for o in openings if o.key]
    if not keyed:
        return {}
    cursor = await conn.execute(
        "select q.opened_by, q.open_key, q.no from unnest(%s::uuid[], %s::text[]) as k(by_id, key) "
        "join requests q on q.opened_by = k.by_id and q.open_key = k.key",
        ([by for by, _ in keyed], [key for _, key in keyed]),
        prepare=True,
    )
    return {(by, key): no for by, key, no in await cursor.fetchall()}


async def owners(conn: Conn, openings: list[Opening]) -> dict[tuple[UUID, UUID | None], Owner]:
    """The clients of these openings, with whether the service they name is theirs."""
    cursor = await conn.execute(
        "select distinct k.client_id, k.service_id, c.plan, c.language, "
        "  k.service_id is null or s.id is not null, coalesce(s.kind, '') "
        "from unnest(%s::uuid[], %s::uuid[]) as k(client_id, service_id) "
        "join clients c on c.id = k.client_id "
        "left join services s on s.id = k.service_id and s.client_id = c.id",
        ([o.client_id for o in openings], [o.service_id for o in openings]),
        prepare=True,
    )
    return {
        (client, service): Owner(plan, language, theirs, kind)
        for client, service, plan, language, theirs, kind in await cursor.fetchall()
    }


async def open_counts(conn: Conn, clients: set[UUID]) -> dict[UUID, int]:
    """How many requests each of these clients has open."""
    cursor = await conn.execute(
        "select client_id, count(*) from requests where client_id = any(%s) and closed_at is null "
        "group by client_id",
        (list(clients),),
        prepare=True,
    )
    return dict(await cursor.fetchall())


async def count_arrivals(conn: Conn, opening: Opening, quota: OpeningLimit) -> int:
    """How many requests of the client, or about the same of its services, the quota counts."""
    cursor = await conn.execute(
        "select count(*) from requests where client_id = %s and arrived_at >= %s "
        "and (not %s or service_id is not distinct from %s)",
        (opening.client_id, quota.since, quota.per_service, opening.service_id),
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def waiting(conn: Conn, lines: set[str]) -> dict[str, int]:
    """How many requests wait in each of these lines."""
    cursor = await conn.execute(
        "select line, count(*) from requests where line = any(%s) and holder is null "
        "and closed_at is null group by line",
        (list(lines),),
        prepare=True,
    )
    return dict.fromkeys(lines, 0) | dict(await cursor.fetchall())


async def insert(conn: Conn, last: int, rows: str, feed_id: UUID) -> None:
    """Write a batch (JSON) of numbered openings; `last` is the number given out last."""
    await conn.execute(INSERT, (rows, last, feed_id), prepare=True)

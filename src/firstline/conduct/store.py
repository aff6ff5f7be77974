"""SQL of the record of conduct."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg.rows import class_row

from firstline.conduct.model import ConductStep
from firstline.kit.db import Conn

_STEPS: LiteralString = """
select s.id, s.client_id, c.name as client, s.request_no, s.entry_no, s.step, s.rule, s.by_id,
  p.name as by_name, s.at, s.lapses_at, s.back_no, b.name as back_by, s.back_at
from conduct_steps s join clients c on c.id = s.client_id join people p on p.id = s.by_id
left join people b on b.id = s.back_by
"""
# What a record shows of one client, the newest first.
MOST = 100


@dataclass(frozen=True, slots=True)
class ConductFilters:
    """What of the record is wanted; None does not narrow."""

    client: UUID | None = None
    rule: str | None = None
    step: str | None = None


async def add_step(conn: Conn, step: ConductStep) -> None:
    """Write down a step that was just taken."""
    await conn.execute(
        "insert into conduct_steps (id, client_id, request_no, entry_no, step, rule, by_id, at,"
        " lapses_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(step.id, step.client_id, step.request_no, step.entry_no, step.step, step.rule),
            *(step.by_id, step.at, step.lapses_at),
        ),
    )


async def lock_client(conn: Conn, client_id: UUID) -> None:
    """Hold a client's record: of two steps at once the second reads the first."""
    await conn.execute("select from clients where id = %s for no key update", (client_id,))


async def find_step(conn: Conn, id: UUID) -> ConductStep | None:
    """A step of the record."""
    async with conn.cursor(row_factory=class_row(ConductStep)) as cursor:
        await cursor.execute(f"{_STEPS} where s.id = %s", (id,))
        return await cursor.fetchone()


async def take_back(conn: Conn, id: UUID, entry_no: int, person: UUID, now: datetime) -> None:
    """A step counts no longer; it stays in the record."""
    await conn.execute(
        "update conduct_steps set back_no = %s, back_by = %s, back_at = %s where id = %s",
        (entry_no, person, now, id),
    )


async def steps_of_client(conn: Conn, client_id: UUID) -> list[ConductStep]:
    """The record of a client, the newest first."""
    return (await list_steps(conn, ConductFilters(client=client_id), limit=MOST))[:MOST]


async def list_steps(
    conn: Conn, filters: ConductFilters, *, before: datetime | None = None, limit: int
) -> list[ConductStep]:
    """Steps before a moment, the newest first."""
    async with conn.cursor(row_factory=class_row(ConductStep)) as cursor:
        await cursor.execute(
            f"{_STEPS} where (%(client)s::uuid is null or s.client_id = %(client)s)"
            " and (%(rule)s::text is null or s.rule = %(rule)s)"
            " and (%(step)s::text is null or s.step = %(step)s)"
            " and (%(before)s::timestamptz is null or s.at < %(before)s)"
            " order by s.at desc, s.id desc limit %(limit)s",
            {
                "client": filters.client,
                "rule": filters.rule,
                "step": filters.step,
                "before": before,
                "limit": limit,
            },
        )
        return await cursor.fetchall()


async def standing_step(
    conn: Conn, client_id: UUID, steps: Sequence[str], now: datetime
) -> ConductStep | None:
    """The latest step of these kinds that still counts against a client."""
    async with conn.cursor(row_factory=class_row(ConductStep)) as cursor:
        await cursor.execute(
            f"{_STEPS} where s.client_id = %s and s.step = any(%s) and s.back_no is null"
            " and (s.lapses_at is null or s.lapses_at > %s) order by s.at desc, s.id desc limit 1",
            (client_id, list(steps), now),
            prepare=True,
        )
        return await cursor.fetchone()

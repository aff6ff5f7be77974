"""The demo's month: what is read from the log agrees with what the desk itself noted meanwhile."""

from typing import Any

import pytest

from firstline.app import Desk
from firstline.promises import obligations, read_logs


async def rows(desk: Desk, query: str) -> list[tuple[Any, ...]]:
    async with desk.db.connection() as conn:
        return await (await conn.execute(query)).fetchall()  # type: ignore[arg-type]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_promise_was_broken_where_the_desk_wrote_that_it_was_missed(month: Desk) -> None:
    missed = await rows(
        month,
        "select matter, (data->>'due_at')::timestamptz from entries "
        "where kind = 'promise_missed' order by 1, 2",
    )
    broken = await rows(
        month,
        "select request_no, at from evidence where measure in ('answers', 'second') "
        "and (verdict = 'broken' or verdict = 'open' and at <= '2026-03-11 10:30+00') "
        "order by 1, 2",
    )

    assert missed
    assert broken == missed


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_owed_now_is_what_the_requests_say(month: Desk) -> None:
    numbers = [no for (no,) in await rows(month, "select no from requests")]
    async with month.db.connection() as conn:
        for request, entries in await read_logs(conn, numbers):
            policy = month.policies.version(request.policy_version)
            owed = [one for one in obligations(policy, request, entries) if one.ending is None]
            told = [(one.kind, one.since, one.due_at) for one in owed]
            noted = (request.promise_kind, request.promise_since, request.promise_due_at)
            assert told == ([noted] if request.promise_kind else []), request.no

"""Every queue tells its age: to machines, and to the doctor when it stands still."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from firstline import reports
from firstline.app import Desk
from firstline.cli.doctor import examine
from firstline.kit import due, outbox
from firstline.kit.db import Conn
from firstline.people import Who
from firstline.queues import ages, queue_states
from firstline.reports import read_on
from firstline.requests.actions.opening import open_request
from firstline.requests.model import NewRequest
from firstline.timeline import index_unread


async def opened(desk: Desk, who: Who) -> int:
    _, made = await open_request(desk.call(who), NewRequest("web", "The page is away"))
    return made.no


async def test_an_empty_queue_has_no_age_and_stands_in_the_list(desk: Desk, conn: Conn) -> None:
    states = await queue_states(conn, desk.clock())
    assert {(state.name, state.kind) for state in states} == {
        *(("index", ""), ("due", ""), ("evidence", "")),
        *(("outbox", "mail"), ("outbox", "letter")),
    }
    assert all(state.seconds == 0 for state in states)


async def test_what_waits_grows_old_in_every_queue(
    desk: Desk, conn: Conn, world: dict[str, Who], clock: Any
) -> None:
    now = clock()
    no = await opened(desk, world["vera"])
    await outbox.put(conn, kind="mail", payload={}, not_before=now)
    # A letter that failed is tried again later; it has waited since it was written.
    await conn.execute(
        "update outbox set not_before = %s, attempts = 2, last_error = 'refused'",
        (now + timedelta(days=1),),
    )
    await due.arm(conn, no, "turn", now)
    clock.pass_by(days=1)
    states = await queue_states(conn, clock())
    found = ages(states)
    assert found == dict.fromkeys(("index", "outbox", "due", "evidence"), 86_400.0)
    assert {state.name for state in states if state.late} == set(found)
    codes = {fault.code for fault in await examine(desk.db, desk.settings, now=clock())}
    assert {"index", "evidence", "due"} <= codes

    while await index_unread(desk.db):
        pass
    await read_on(desk.db, desk.policies, clock())
    left = ages(await queue_states(conn, clock()))
    assert (left["index"], left["evidence"]) == (0, 0)


async def test_machines_read_the_ages(
    client_for: Callable[..., Any], desk: Desk, world: dict[str, Who], clock: Any
) -> None:
    await opened(desk, world["vera"])
    clock.pass_by(minutes=20)
    stranger = await client_for(None)
    ready = (await stranger.get("/ready")).json()
    assert ready["status"] == "late"
    assert ready["queues"]["index"] == 1200
    assert "index" in ready["late"]
    figures = (await stranger.get("/metrics")).text
    assert "firstline_index_lag_seconds 1200.0" in figures
    for name in (
        'firstline_outbox_oldest_seconds{kind="mail"}',
        'firstline_outbox_oldest_seconds{kind="letter"}',
        "firstline_due_oldest_seconds",
        "firstline_evidence_lag_seconds",
    ):
        assert name in figures


async def test_a_log_that_cannot_be_judged_stops_no_other(
    desk: Desk, conn: Conn, world: dict[str, Who]
) -> None:
    first = await opened(desk, world["vera"])
    broken = await opened(desk, world["vera"])
    last = await opened(desk, world["pavel"])
    await conn.execute("update requests set policy_version = 1 where no = %s", (broken,))
    await conn.execute(
        "update entries set kind = 'delay_notice', data = '{}' where matter = %s", (broken,)
    )
    assert await read_on(desk.db, desk.policies, desk.clock()) >= 3
    ((no, why),) = await reports.list_failures(conn)
    assert (no, why) == (broken, "KeyError: 'until'")
    cursor = await conn.execute("select distinct request_no from evidence")
    assert {first, last} <= {no for (no,) in await cursor.fetchall()}
    assert await reports.count_unread(conn) == 0, "it is not tried for ever"
    codes = {fault.code for fault in await examine(desk.db, desk.settings, now=desk.clock())}
    assert "evidence-set-aside" in codes

"""Several desks on one database: the bus carries news between them, the poll what it loses."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import psycopg

from firstline.kit.db import Db
from firstline.people import who_by_email
from firstline.timeline import Ledger, draft, get_request

POLL = 2


async def opened(desk: Any) -> int:
    made = await desk.call("vera", "/requests", topic="web", body="The page /shop gives 403.")
    await desk.call("anna", "/lines/first/take")
    return made["no"]


async def say_elsewhere(url: str, no: int, body: str) -> None:
    """Vera says something by way of a process that is on no bus at all."""
    db = Db(url)
    await db.open()
    async with db.connection() as conn:
        who, request = await who_by_email(conn, "vera@acme.example"), await get_request(conn, no)
    assert who
    assert request
    await Ledger(db).words.put(draft(request, who, "said", datetime.now(UTC), body=body))
    await db.close()


async def took(line: Any, body: str) -> float:
    """Seconds until this word came over the line."""
    began = asyncio.get_running_loop().time()
    await line.until(lambda told: told.get("entry", {}).get("body") == body)
    return asyncio.get_running_loop().time() - began


def cut_the_bus(url: str) -> int:
    """End the bus connections of all desks; returns how many there were."""
    with psycopg.connect(url, autocommit=True) as conn:
        return len(
            conn.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where "
                "datname = current_database() and pid <> pg_backend_pid() and "
                "(query ilike 'listen%%' or query ilike '%%pg_notify%%')"
            ).fetchall()
        )


async def test_a_word_reaches_the_other_desk_by_the_bus(serve: Any) -> None:
    near, far = await serve(workers=2), await serve(workers=2)
    no = await opened(near)
    vera, anna = await near.line("vera"), await far.line("anna")
    await anna.follow(f"request/{no}", 2)
    await anna.send({"do": "seen", "request": no, "no": 2})
    await asyncio.sleep(0.5)
    times = []
    for n in range(10):
        body = f"word {n}"
        await vera.send({"do": "say", "request": no, "key": body, "body": body})
        times.append(await took(anna, body))
    assert sorted(times)[5] < 0.5
    await vera.follow(f"request/{no}", 12)
    await asyncio.sleep(0.3)
    await vera.send({"do": "typing", "request": no})
    assert await anna.until(lambda told: "typing" in told, 1)


async def test_a_lost_bus_delays_and_comes_back(serve: Any) -> None:
    near, far = await serve(workers=2), await serve(workers=2)
    no = await opened(near)
    vera, anna = await near.line("vera"), await far.line("anna")
    await anna.follow(f"request/{no}", 2)
    for turn in range(3):
        assert cut_the_bus(near.database) >= 2
        body = f"into the silence {turn}"
        await vera.send({"do": "say", "request": no, "key": body, "body": body})
        assert await took(anna, body) < POLL + 1
        await asyncio.sleep(1)
        body = f"aloud {turn}"
        await vera.send({"do": "say", "request": no, "key": body, "body": body})
        assert await took(anna, body) < 1
    numbers = [told["no"] for told in anna.got if "entry" in told]
    assert numbers == list(range(3, 9))


async def test_what_no_bus_told_comes_with_the_poll(serve: Any) -> None:
    desk = await serve()
    no = await opened(desk)
    anna = await desk.line("anna")
    await anna.follow(f"request/{no}", 2)
    for n in range(3):
        await say_elsewhere(desk.database, no, f"silent {n}")
        assert await took(anna, f"silent {n}") < POLL + 1


async def test_a_killed_desk_loses_no_acked_word(serve: Any) -> None:
    near, far = await serve(workers=2), await serve(workers=2)
    no = await opened(near)
    vera, anna = await near.line("vera"), await far.line("anna")
    await anna.follow(f"request/{no}", 2)
    for n in range(60):
        await vera.send({"do": "say", "request": no, "key": f"k{n}", "body": f"k{n}"})
    acked = [(await vera.next())["ack"] for _ in range(20)]
    near.process.kill()
    again = await far.line("vera")
    for n in range(60):
        await again.send({"do": "say", "request": no, "key": f"k{n}", "body": f"k{n}"})
    numbers = {(told := await again.next())["ack"]: told["no"] for _ in range(60)}
    assert acked == [f"k{n}" for n in range(20)]
    assert [numbers[f"k{n}"] for n in range(60)] == list(range(3, 63))
    bodies = [(await anna.next())["entry"]["body"] for _ in range(60)]
    assert bodies == [f"k{n}" for n in range(60)]


async def test_a_desk_that_stops_says_so(serve: Any) -> None:
    desk = await serve()
    vera = await desk.line("vera")
    await vera.follow("line/none")
    await vera.next()
    desk.process.terminate()
    await vera.socket.wait_closed()
    assert vera.socket.close_code == 1012

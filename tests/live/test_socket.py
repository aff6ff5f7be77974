"""The live socket of a desk that runs in its own process: what is said arrives, once, in order."""

import asyncio
import json
from typing import Any

import pytest


async def test_what_is_said_is_acked_and_reaches_both_sides(desk: Any, request_no: int) -> None:
    vera, anna = await desk.line("vera"), await desk.line("anna")
    topic = f"request/{request_no}"
    await vera.follow(topic, 2)
    await anna.follow(topic, 2)
    await vera.send({"do": "say", "request": request_no, "key": "k1", "body": "Что с сайтом? 🙂"})
    told = [await vera.next(), await vera.next()]
    ack = next(message for message in told if "ack" in message)
    news = next(message for message in told if "entry" in message)
    assert ack == {"ack": "k1", "no": 3}
    assert news["topic"] == topic
    assert news["no"] == 3
    assert news["entry"]["body"] == "Что с сайтом? 🙂"
    assert news["entry"]["by"] == {"name": "Vera", "side": "client"}
    assert (await anna.next())["no"] == 3
    async with desk.api("vera") as api:
        entries = (await api.get(f"/requests/{request_no}/entries?after=2")).json()["entries"]
    assert entries == [news["entry"]]


async def test_the_same_key_says_once(desk: Any, request_no: int) -> None:
    vera = await desk.line("vera")
    say = {"do": "say", "request": request_no, "key": "k", "body": "once"}
    for _ in range(3):
        await vera.send(say)
    assert [await vera.next() for _ in range(3)] == [{"ack": "k", "no": 3}] * 3
    await vera.send({**say, "body": "other words"})
    refused = await vera.next()
    assert (refused["refused"], refused["problem"]["status"]) == ("k", 422)


async def test_words_of_one_connection_keep_their_order(desk: Any, request_no: int) -> None:
    vera, anna = await desk.line("vera"), await desk.line("anna")
    await anna.follow(f"request/{request_no}", 2)
    for n in range(300):
        await vera.send({"do": "say", "request": request_no, "key": str(n), "body": f"word {n}"})
    acks = [await vera.next() for _ in range(300)]
    assert [message["ack"] for message in acks] == [str(n) for n in range(300)]
    assert [message["no"] for message in acks] == list(range(3, 303))
    heard = [await anna.next() for _ in range(300)]
    assert [message["entry"]["body"] for message in heard] == [f"word {n}" for n in range(300)]


async def test_a_resumed_reader_misses_nothing_and_gets_nothing_twice(
    desk: Any, request_no: int
) -> None:
    vera, last, seen = await desk.line("vera"), 2, []
    for turn in range(5):
        anna = await desk.line("anna")
        await anna.follow(f"request/{request_no}", last)
        for n in range(10):
            key = f"{turn}.{n}"
            await vera.send({"do": "say", "request": request_no, "key": key, "body": key})
            await vera.next()
        for _ in range(5 + turn):
            message = await anna.next()
            seen.append(message["entry"]["body"])
            last = message["no"]
        anna.drop()
    anna = await desk.line("anna")
    await anna.follow(f"request/{request_no}", last)
    while len(seen) < 50:
        seen.append((await anna.next())["entry"]["body"])
    assert seen == [f"{turn}.{n}" for turn in range(5) for n in range(10)]
    await anna.quiet()


async def test_notes_leave_gaps_for_the_client_and_none_for_staff(
    desk: Any, request_no: int
) -> None:
    vera, anna = await desk.line("vera"), await desk.line("anna")
    for line in (vera, anna):
        await line.follow(f"request/{request_no}", 2)
    path = f"/requests/{request_no}/entries"
    await desk.call("anna", path, body="Has he tried the index page?", audience="staff")
    await desk.call("anna", path, body="Please try /shop/index.html.")
    assert [(await anna.next())["no"] for _ in range(2)] == [3, 4]
    assert (await vera.next())["no"] == 4
    await vera.quiet()


async def test_an_unknown_cursor_is_reset(desk: Any, request_no: int) -> None:
    vera = await desk.line("vera")
    await vera.follow(f"request/{request_no}", 99)
    assert await vera.next() == {"reset": f"request/{request_no}"}
    await vera.follow(f"request/{request_no}", 0)
    assert [(await vera.next())["no"] for _ in range(2)] == [1, 2]


async def test_unfollowed_topics_are_silent(desk: Any, request_no: int) -> None:
    vera = await desk.line("vera")
    await vera.follow(f"request/{request_no}", 0)
    assert [(await vera.next())["no"] for _ in range(2)] == [1, 2]
    await vera.send({"do": "unfollow", "topic": f"request/{request_no}"})
    await desk.call("anna", f"/requests/{request_no}/entries", body="We look at it.")
    await vera.quiet()


async def test_html_is_the_page_s_own_piece(desk: Any, request_no: int) -> None:
    vera = await desk.line("vera", "?as=html")
    await vera.follow(f"request/{request_no}", 0)
    first = await vera.next()
    assert set(first) == {"topic", "no", "html"}
    assert 'id="e1"' in first["html"]
    assert "/shop gives 403" in first["html"]


@pytest.mark.parametrize("name", ["pavel"])
async def test_a_foreign_request_is_as_unknown_as_none(
    desk: Any, request_no: int, name: str
) -> None:
    pavel = await desk.line(name)
    problems = []
    for no in (request_no, 999_999):
        for message in (
            {"do": "follow", "topic": f"request/{no}"},
            {"do": "say", "request": no, "key": "k", "body": "hello"},
            {"do": "typing", "request": no},
            {"do": "seen", "request": no, "no": 1},
        ):
            await pavel.send(message)
            told = await pavel.next()
            assert told["problem"]["status"] == 404
            problems.append(json.dumps(told).replace(str(no), "N"))
    assert problems[:4] == problems[4:]
    await desk.call("anna", f"/requests/{request_no}/entries", body="canary")
    await pavel.quiet(0.5)


@pytest.mark.parametrize("topic", ["line/first", "person/1", "request/x", "request/", "x", "line/"])
async def test_clients_follow_their_requests_and_nothing_else(desk: Any, topic: str) -> None:
    vera = await desk.line("vera")
    await vera.follow(topic)
    refused = await vera.next()
    assert (refused["refused"], refused["problem"]["status"]) == (topic, 404)


async def test_a_line_s_watcher_hears_of_a_new_request(desk: Any) -> None:
    anna = await desk.line("anna")
    await anna.follow("line/none")
    assert (await anna.next())["problem"]["status"] == 404
    await anna.follow("line/first")
    empty = (await anna.next())["no"]
    made = await desk.call("vera", "/requests", topic="web", body="The page /shop gives 403.")
    told = await anna.until(lambda message: message["no"] != empty)
    assert set(told) == {"topic", "no"}
    await desk.call("anna", "/lines/first/take")
    await anna.until(lambda message: message["no"] == empty)
    await asyncio.sleep(0.5)
    ivan = await desk.line("ivan")
    await ivan.follow("line/first", empty)
    await ivan.quiet()
    await desk.call("anna", f"/requests/{made['no']}/closure", outcome="solved", text="Done.")


async def test_typing_reaches_the_others_and_notes_stay_with_staff(
    desk: Any, request_no: int
) -> None:
    lines = {name: await desk.line(name) for name in ("vera", "anna", "ivan")}
    for line in lines.values():
        await line.follow(f"request/{request_no}", 2)
        await line.send({"do": "seen", "request": request_no, "no": 2})
    await asyncio.sleep(0.3)
    await lines["anna"].send({"do": "typing", "request": request_no})
    told = {"request": request_no, "by": {"name": "Anna", "side": "staff"}, "audience": "all"}
    assert await lines["vera"].next() == {"typing": told}
    assert await lines["ivan"].next() == {"typing": told}
    await asyncio.sleep(0.6)
    await lines["anna"].send({"do": "typing", "request": request_no, "audience": "staff"})
    assert (await lines["ivan"].next())["typing"]["audience"] == "staff"
    await lines["vera"].quiet()
    await lines["anna"].quiet()

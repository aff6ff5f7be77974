"""Who may open the live socket, and how soon it ends with the right to it."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from firstline.app import Desk, create_app
from firstline.kit.db import Db, Tx
from firstline.people import new_token, who_by_email
from firstline.people.access.sessions import sign_out, start_session
from firstline.requests.live.caller import same_origin
from firstline.settings import Settings

ORIGIN = "http://desk.example"
SOON = 5


async def session(tx: Tx, email: str) -> str:
    who = await who_by_email(tx.conn, email)
    assert who
    return await start_session(tx.conn, who, now=datetime.now(UTC))


async def cookie_of(desk: Any, name: str) -> str:
    address = {"vera": "vera@acme.example"}.get(name, f"{name}@firstline.example")
    return await desk.run(session, address)


async def opened(line: Any) -> bool:
    """Does this line carry?"""
    await line.follow("line/none")
    return (await line.next())["refused"] == "line/none"


async def closed(line: Any, seconds: float = SOON) -> int:
    """The code with which the desk closed this line."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                await line.next(seconds)
            except ConnectionClosed:
                return line.socket.close_code


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer fl_unknown"},
        {"Authorization": "Basic dmVyYTpmaXJzdGxpbmU="},
        {"Cookie": "firstline=unknown", "Origin": ORIGIN},
        {"Cookie": 'firstline="\\bad', "Origin": ORIGIN},
    ],
)
async def test_without_a_name_the_door_is_shut(desk: Any, headers: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await desk.line(None, headers=headers)
    assert refused.value.response.status_code == 403


async def test_a_bearer_may_come_as_a_subprotocol(desk: Any) -> None:
    line = await desk.line(None, subprotocols=["firstline", f"bearer.{desk.tokens['vera']}"])
    assert line.socket.subprotocol == "firstline"
    assert await opened(line)


async def test_a_cookie_opens_the_door_for_our_own_pages_only(desk: Any) -> None:
    cookie = {"Cookie": f"firstline={await cookie_of(desk, 'vera')}"}
    own = (ORIGIN, "http://DESK.example:80", f"http://127.0.0.1:{desk.port}")
    foreign = (
        "https://desk.example",
        "http://desk.example:81",
        "http://evil.example",
        "http://desk.example.evil.example",
        "http://desk.example@evil.example",
        "null",
        "http://[bad",
        "",
    )
    for origin in own:
        line = await desk.line(None, headers={**cookie, "Origin": origin})
        assert await opened(line)
    for origin in foreign:
        with pytest.raises(InvalidStatus):
            await desk.line(None, headers={**cookie, "Origin": origin})
    with pytest.raises(InvalidStatus):
        await desk.line(None, headers=cookie)


def test_an_origin_is_ours_by_scheme_host_and_port() -> None:
    assert same_origin("https://desk.example", None, "https://desk.example:443/")
    assert same_origin("http://10.0.0.5:8080", "10.0.0.5:8080", "https://desk.example")
    assert not same_origin("http://desk.example", "other", "https://desk.example")
    assert not same_origin("ftp://desk.example", "desk.example", "https://desk.example")
    assert not same_origin(None, "desk.example", "https://desk.example")
    assert not same_origin("https://", "", "https://desk.example")


async def test_signing_out_ends_the_stream(desk: Any) -> None:
    cookie = await cookie_of(desk, "martin")
    line = await desk.line(None, headers={"Cookie": f"firstline={cookie}", "Origin": ORIGIN})
    await line.follow("line/first", 0)
    await desk.run(sign_out, cookie)
    assert await closed(line) == 4403
    with pytest.raises(InvalidStatus):
        await desk.line(None, headers={"Cookie": f"firstline={cookie}", "Origin": ORIGIN})


async def change(url: str, statement: str, *values: Any) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        await conn.execute(statement, values)


async def test_a_deactivated_person_is_shown_out(desk: Any) -> None:
    sofia = await desk.line("sofia")
    await sofia.follow("line/administrators")
    await change(
        desk.database,
        "update people set active = false where email = %s",
        "sofia@firstline.example",
    )
    assert await closed(sofia) == 4403


async def test_a_narrowed_right_ends_the_stream_before_the_next_word(
    desk: Any, request_no: int
) -> None:
    vera, anna = await desk.line("vera"), await desk.line("anna")
    for line in (vera, anna):
        await line.follow(f"request/{request_no}", 2)
    await change(
        desk.database, "update people set epoch = epoch + 1 where email = %s", "vera@acme.example"
    )
    assert await closed(vera) == 4403
    assert not vera.got
    await anna.send({"do": "say", "request": request_no, "key": "k", "body": "still here"})
    await anna.until(lambda message: "entry" in message)
    again = await desk.line("vera")
    await again.follow(f"request/{request_no}", 2)
    assert (await again.next())["entry"]["body"] == "still here"


class Door:
    """A socket to the application in this process, so that the test can move the clock."""

    def __init__(self, app: Any, token: str) -> None:
        self.sent: asyncio.Queue[Any] = asyncio.Queue()
        self.told: asyncio.Queue[Any] = asyncio.Queue()
        self.sent.put_nowait({"type": "websocket.connect"})
        scope = {
            "type": "websocket",
            "path": "/live",
            "headers": [(b"authorization", f"Bearer {token}".encode())],
            "query_string": b"",
            "subprotocols": [],
        }
        self.task = asyncio.create_task(app(scope, self.sent.get, self.told.put))

    async def say(self, text: str) -> Any:
        await self.sent.put({"type": "websocket.receive", "text": text})
        return await self.told.get()


async def test_a_call_looks_again_at_who_calls(
    live_database: str, settings: Settings, clock: Any
) -> None:
    desk = Desk(settings, db=Db(live_database), tell=clock)
    await desk.open()
    async with desk.db.connection() as conn:
        anna = await who_by_email(conn, "anna@firstline.example")
    assert anna
    token = await desk.db.run(new_token, anna.id, "door", now=clock())
    door = Door(create_app(settings, desk), token)
    assert (await door.told.get())["type"] == "websocket.accept"
    await change(live_database, "update operators set seen_at = null")
    clock.pass_by(seconds=20)
    assert "refused" in (await door.say('{"do":"follow","topic":"line/none"}'))["text"]
    async with desk.db.connection() as conn:
        row = await (await conn.execute("select max(seen_at) from operators")).fetchone()
    assert row == (clock(),)
    await change(live_database, "delete from tokens")
    clock.pass_by(seconds=20)
    answer = await door.say('{"do":"follow","topic":"line/none"}')
    while answer["type"] != "websocket.close":
        answer = await door.told.get()
    assert answer["code"] == 4401
    await door.sent.put({"type": "websocket.disconnect", "code": 1006})
    await door.task
    await desk.close()

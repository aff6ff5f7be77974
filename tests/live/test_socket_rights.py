"""Who may open the live socket, and how soon it ends with the right to it."""

import asyncio
import contextlib
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg import sql
from websockets.exceptions import ConnectionClosed, InvalidStatus

from firstline.app import Desk, create_app
from firstline.kit.db import Db, Tx
from firstline.people import Who, actions, new_token, who_by_email
from firstline.people.access.sessions import sign_out, sign_out_everywhere, start_session
from firstline.people.access.sign_in import set_password
from firstline.people.access.tokens import list_tokens, new_named_token, revoke_token
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


async def test_a_token_that_only_reads_says_nothing_by_the_socket(
    desk: Any, request_no: int
) -> None:
    who, _token, _cookie, _widget = await newcomer(desk)
    now = datetime.now(UTC)
    _made, word = await desk.run(new_named_token, who.id, "", scopes=["read"], now=now)
    line = await desk.line(None, headers={"Authorization": f"Bearer {word}"})
    await line.follow(f"request/{request_no}", 2)
    await line.send({"do": "say", "request": request_no, "key": "k", "body": "no"})
    assert (await line.until(lambda got: got.get("refused") == "k"))["problem"]["status"] == 403
    _made, word = await desk.run(new_named_token, who.id, "", scopes=["write"], now=now)
    with pytest.raises(InvalidStatus):
        await desk.line(None, headers={"Authorization": f"Bearer {word}"})


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


async def newcomer(desk: Any) -> tuple[Who, str, str, str]:
    """A contact of Acme's with an API token, a browser's session and one of the widget."""

    async def make(tx: Tx) -> tuple[Who, str, str, str]:
        now, vera = datetime.now(UTC), await who_by_email(tx.conn, "vera@acme.example")
        assert vera
        assert vera.client_id
        email = f"{uuid4().hex}@acme.example"
        who = await actions.new_contact(tx, None, vera.client_id, email=email, name="N", now=now)
        token = await new_token(tx, who.id, "", now=now)
        cookie = await start_session(tx.conn, who, now=now)
        widget = await start_session(tx.conn, who, kind="widget", now=now)
        return who, token, cookie, widget

    return await desk.run(make)


async def sign_out_of_all(tx: Tx, who: Who) -> None:
    await sign_out_everywhere(tx, who, now=datetime.now(UTC))


async def end_access(tx: Tx, who: Who) -> None:
    await actions.deactivate(tx, None, who.id, now=datetime.now(UTC))


async def choose_password(tx: Tx, who: Who) -> None:
    await set_password(tx, who.id, "a hash", now=datetime.now(UTC))


async def run_out(tx: Tx, who: Who) -> None:
    """Everything ends in a moment by itself: nobody tells anybody."""
    for table in ("tokens", "sessions"):
        await tx.conn.execute(
            sql.SQL(
                "update {} set expires_at = now() + interval '500 ms' where person_id = %s"
            ).format(sql.Identifier(table)),
            (who.id,),
        )


async def revoke(tx: Tx, who: Who) -> None:
    for token in await list_tokens(tx.conn, who.id):
        await revoke_token(tx, who, token.id, now=datetime.now(UTC))
    await tx.conn.execute("delete from sessions where person_id = %s", (who.id,))


async def chatter(line: Any, no: int) -> None:
    """Send without a pause, whatever comes back."""
    with contextlib.suppress(ConnectionClosed):
        for turn in range(1000):
            say = {"do": "say", "request": 999_999, "key": f"{turn}", "body": "still me"}
            seen = {"do": "seen", "request": no, "no": 1}
            await line.send((say, seen, {"do": "typing", "request": no})[turn % 3])
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("ending", [sign_out_of_all, end_access, choose_password, run_out, revoke])
async def test_whatever_stays_open_ends_soon_after_its_right(
    desk: Any, request_no: int, ending: Any
) -> None:
    who, token, cookie, widget = await newcomer(desk)
    no, path = request_no, f"/requests/{request_no}/entries"
    own = {"Cookie": f"firstline={cookie}", "Origin": ORIGIN}
    bearers = [{"Authorization": f"Bearer {word}"} for word in (token, widget)]
    lines = [await desk.line(None, headers=headers) for headers in (*bearers, *bearers, own)]
    for line in lines:
        await line.follow(f"request/{no}", 2)
        await line.send({"do": "seen", "request": no, "no": 1})
    talking = [asyncio.create_task(chatter(line, no)) for line in lines[:2]]
    wait = {"wait": 25, "after": 100_000}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{desk.port}", timeout=30) as http:
        polls = [
            http.get(f"/api/v1{path}", params=wait, headers=bearers[0]),
            http.get(f"/api/v1/widget{path}-html", params=wait, headers=bearers[1]),
            http.get(f"{path}-html", params=wait, headers={**own, "Accept": "application/json"}),
        ]
        waiting = [asyncio.create_task(poll) for poll in polls]
        await asyncio.sleep(0.5)
        assert not any(one.done() for one in waiting), [one.result().text for one in waiting]
        await desk.run(ending, who)
        async with asyncio.timeout(2 * SOON):  # twice: other work may share the machine
            codes = await asyncio.gather(*(closed(line, 2 * SOON) for line in lines))
            answers = await asyncio.gather(*waiting)
            await asyncio.gather(*talking)
    assert set(codes) <= {4401, 4403}
    assert [answer.status_code for answer in answers] == [401, 401, 401]


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

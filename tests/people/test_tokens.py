"""API tokens: shown once, cheap to know, quick to forget, limited over all processes."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from firstline.kit.db import BoundDb, Conn, Db
from firstline.kit.errors import Conflict, Invalid, Missing, NotSignedIn, TooMany
from firstline.people import Who, actions, identify_bearer, new_token, staff
from firstline.people.access import bearers, store
from firstline.people.access.links import redeem
from firstline.people.access.model import Caller, digest
from firstline.people.access.sessions import start_session
from firstline.people.access.sign_in import change_password
from firstline.people.access.tokens import list_tokens, new_named_token, revoke_token
from firstline.people.limits import TokenLimiter, prefix
from firstline.people.model import SCOPES


class CountingDb(BoundDb):
    """Counts how often the database was asked for."""

    def __init__(self, conn: Conn) -> None:
        super().__init__(conn)
        self.asked = 0

    @asynccontextmanager
    async def connection(self) -> Any:
        self.asked += 1
        async with super().connection() as conn:
            yield conn

    @asynccontextmanager
    async def transaction(self) -> Any:
        self.asked += 1
        async with super().transaction() as tx:
            yield tx


async def test_a_token_is_shown_once_and_known_by_its_hash(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: datetime
) -> None:
    token = await db.run(new_token, world["vera"].id, "script", now=now)
    assert token.startswith("fl_")
    assert len(token) >= 46
    cursor = await conn.execute("select tokens::text from tokens")
    assert all(token not in row[0] and token[3:] not in row[0] for row in await cursor.fetchall())
    (listed,) = await list_tokens(conn, world["vera"].id)
    assert (listed.name, listed.used_at) == ("script", None)
    assert await identify_bearer(db, token, now=now) == world["vera"]
    with pytest.raises(NotSignedIn):
        await identify_bearer(db, token[:-1], now=now)


async def test_the_hot_path_asks_the_database_once_in_two_seconds(
    conn: Conn, world: dict[str, Who], now: datetime
) -> None:
    db = CountingDb(conn)
    token = await db.run(new_token, world["vera"].id, "", now=now)
    db.asked = 0
    for turn in range(200):
        at = now + timedelta(milliseconds=9 * turn)
        assert await identify_bearer(db, token, now=at) == world["vera"]
    assert db.asked == 1
    await identify_bearer(db, token, now=now + timedelta(seconds=2))
    assert db.asked == 2


async def test_a_revocation_is_felt_at_once_here_and_within_two_seconds_elsewhere(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: datetime
) -> None:
    vera = world["vera"]
    token = await db.run(new_token, vera.id, "", now=now)
    await identify_bearer(db, token, now=now)
    remembered = dict(bearers._remembered)
    (listed,) = await list_tokens(conn, vera.id)
    with pytest.raises(Missing):
        await db.run(revoke_token, world["pavel"], listed.id, now=now)
    await db.run(revoke_token, vera, listed.id, now=now)
    with pytest.raises(NotSignedIn):
        await identify_bearer(db, token, now=now)
    bearers._remembered.update(remembered)  # another process, that has not heard of it
    assert await identify_bearer(db, token, now=now + timedelta(seconds=1.9))
    with pytest.raises(NotSignedIn):
        await identify_bearer(db, token, now=now + timedelta(seconds=2))


async def test_changed_rights_are_felt_at_once(
    db: BoundDb, world: dict[str, Who], now: datetime
) -> None:
    token = await db.run(new_token, world["anna"].id, "", now=now)
    assert (await identify_bearer(db, token, now=now)).lines == ("first",)
    rights = {"roles": ["operator"], "languages": [], "chat_limit": None}
    await db.run(staff.change_operator, None, world["anna"].id, lines=["second"], now=now, **rights)
    assert (await identify_bearer(db, token, now=now)).lines == ("second",)
    await db.run(actions.deactivate, None, world["anna"].id, now=now)
    with pytest.raises(NotSignedIn):
        await identify_bearer(db, token, now=now)
    await db.run(actions.activate, None, world["anna"].id, now=now)
    with pytest.raises(NotSignedIn):
        await identify_bearer(db, token, now=now)


async def test_use_is_written_once_a_minute_and_presence_every_fifteen_seconds(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: datetime
) -> None:
    anna = world["anna"]
    token = await db.run(new_token, anna.id, "", now=now)

    async def marks() -> tuple[datetime | None, datetime | None]:
        (listed,) = await list_tokens(conn, anna.id)
        cursor = await conn.execute("select seen_at from operators where person_id = %s", [anna.id])
        row = await cursor.fetchone()
        assert row is not None
        return listed.used_at, row[0]

    for seconds, used, seen in ((0, 0, 0), (10, 0, 0), (15, 0, 15), (45, 0, 45), (61, 61, 61)):
        await identify_bearer(db, token, now=now + timedelta(seconds=seconds))
        used_at, seen_at = await marks()
        assert used_at == now + timedelta(seconds=used)
        assert seen_at == now + timedelta(seconds=seen)


async def test_a_person_has_a_bounded_number_of_named_tokens(
    db: BoundDb, world: dict[str, Who], now: datetime
) -> None:
    for bad in ("x" * 101, "a\x00", "a\u202eb"):
        with pytest.raises(Invalid):
            await db.run(new_token, world["vera"].id, bad, now=now)
    for turn in range(50):
        await db.run(new_token, world["vera"].id, f"n{turn}", now=now)
    with pytest.raises(Conflict):
        await db.run(new_token, world["vera"].id, "one more", now=now)


async def test_a_token_does_its_calls_a_second_and_not_one_more(conn: Conn, now: datetime) -> None:
    db = CountingDb(conn)
    limiter = TokenLimiter(db)
    for _turn in range(500):
        await limiter.spend("t", now=now)
    assert db.asked == 10
    for _turn in range(100):
        with pytest.raises(TooMany) as refused:
            await limiter.spend("t", now=now)
    assert refused.value.headers["Retry-After"] == "1"
    assert db.asked == 10
    await limiter.spend("other", now=now)
    await limiter.spend("t", now=now + timedelta(seconds=1))


async def test_a_quiet_token_asks_once_in_fifty_calls(conn: Conn, now: datetime) -> None:
    db = CountingDb(conn)
    limiter = TokenLimiter(db)
    for turn in range(100):
        await limiter.spend("t", now=now + timedelta(seconds=turn))
    assert db.asked == 2


async def test_what_is_left_of_a_lease_does_not_lift_the_limit(conn: Conn, now: datetime) -> None:
    limiter = TokenLimiter(BoundDb(conn))
    await limiter.spend("t", now=now)
    later = now + timedelta(seconds=1)
    let_through = 0
    for _turn in range(600):
        try:
            await limiter.spend("t", now=later)
        except TooMany:
            continue
        let_through += 1
    assert let_through == 500


async def test_processes_share_the_limit(live_database: str, now: datetime) -> None:
    dbs = [Db(live_database, size=4) for _process in range(3)]
    for db in dbs:
        await db.open()
    limiters = [TokenLimiter(db) for db in dbs]
    try:
        results = await asyncio.gather(
            *(limiters[turn % 3].spend("t", now=now) for turn in range(1500)),
            return_exceptions=True,
        )
    finally:
        for db in dbs:
            await db.close()
    assert results.count(None) == 500


async def test_no_limit_when_it_is_switched_off(conn: Conn, now: datetime) -> None:
    db = CountingDb(conn)
    limiter = TokenLimiter(db, per_second=0)
    for _turn in range(2000):
        await limiter.spend("t", now=now)
    assert db.asked == 0


def test_a_caller_is_an_ipv4_address_or_half_an_ipv6_one() -> None:
    assert prefix("192.0.2.7") == "192.0.2.7"
    assert prefix("::ffff:192.0.2.7") == "192.0.2.7"
    assert prefix("2001:db8:1:2:3::4") == prefix("2001:db8:1:2::") == "2001:db8:1:2::/64"
    assert prefix("fe80::1%eth0") == "fe80::/64"
    assert prefix(None) == prefix("/run/x.sock") == "local"


Api = Callable[..., Awaitable[httpx.AsyncClient]]
NEW = {"name": "ci", "password": "firstline"}


@pytest.fixture
async def with_token(
    browser: Callable[..., Any], db: BoundDb, world: dict[str, Who], now: datetime
) -> Callable[..., Any]:
    """`await with_token("vera", scopes=["read"])`: an API client with such a token of hers."""

    async def make(name: str, **wished: Any) -> Any:
        _token, words = await db.run(new_named_token, world[name].id, "", now=now, **wished)
        return browser(Authorization=f"Bearer {words}")

    return make


async def test_making_a_token_asks_for_ones_own_password(with_token: Api, conn: Conn) -> None:
    vera = await with_token("vera")
    for body, field in (
        ({"name": "ci"}, "password"),
        ({**NEW, "password": "wrong"}, "password"),
        ({**NEW, "password": ""}, "password"),
        ({**NEW, "scopes": []}, "scopes"),
        ({**NEW, "scopes": ["everything"]}, "scopes"),
        ({**NEW, "expires_at": "2026-03-10T08:00:00Z"}, "expires_at"),
        ({**NEW, "expires_at": "2026-03-12T08:00:00"}, "expires_at"),
        ({**NEW, "expires_at": "9999-12-31T23:59:59-14:00"}, "expires_at"),
        ({**NEW, "expires_at": "0001-01-01T00:00:00+14:00"}, "expires_at"),
    ):
        refused = await vera.post("/api/v1/tokens", json=body)
        assert (refused.status_code, refused.json()["field"].split("[")[0]) == (422, field), body
    made = await vera.post("/api/v1/tokens", json=NEW)
    assert made.status_code == 201
    assert made.json()["scopes"] == ["read", "write", "manage"]
    await conn.execute("update people set password_hash = null where name = 'Vera'")
    refused = await vera.post("/api/v1/tokens", json=NEW)
    assert (refused.status_code, refused.json()["field"]) == (422, "password")
    assert "no password yet" in refused.json()["detail"]


async def test_a_repeated_key_asks_for_the_password_again(with_token: Api) -> None:
    vera = await with_token("vera")
    assert (await vera.post("/api/v1/tokens", json={**NEW, "key": "k"})).status_code == 201
    guess = await vera.post("/api/v1/tokens", json={**NEW, "password": "guess", "key": "k"})
    assert guess.status_code == 422
    assert (await vera.post("/api/v1/tokens", json={**NEW, "key": "k"})).status_code == 200


async def test_a_session_of_the_widget_neither_makes_nor_sees_nor_ends_tokens(
    browser: Callable[..., Any], db: BoundDb, conn: Conn, world: dict[str, Who], now: datetime
) -> None:
    vera = world["vera"]
    word = await start_session(conn, vera, kind="widget", now=now)
    token, _words = await db.run(new_named_token, vera.id, "hers", now=now)
    widget = browser(Authorization=f"Bearer {word}")
    assert (await widget.get("/api/v1/requests")).status_code == 200
    for answer in (
        await widget.post("/api/v1/tokens", json=NEW),
        await widget.get("/api/v1/tokens"),
        await widget.delete(f"/api/v1/tokens/{token.id}"),
    ):
        assert answer.status_code == 403
        assert 'scope="manage"' in answer.headers["www-authenticate"]
    assert [each.id for each in await list_tokens(conn, vera.id)] == [token.id]


async def test_every_route_of_the_api_asks_a_token_for_its_scope(
    with_token: Api, app: Any, world: dict[str, Who]
) -> None:
    clients = {scope: await with_token("martin", scopes=[scope]) for scope in SCOPES}
    open_to_all = ("/api/v1/sessions", "/api/v1/openapi.")
    seen = Counter[str]()
    for method, path, handler in api_routes(app):
        if path.startswith(open_to_all):
            continue
        address = re.sub(r"\{[^}]*:uuid\}", str(world["vera"].id), path)
        address = re.sub(r"\{[^}]*:int\}", "1", address)
        address = re.sub(r"\{[^}]*\}", "none", address)
        for scope, client in clients.items():
            answer = await client.request(method, address)
            refused = "insufficient_scope" in answer.headers.get("www-authenticate", "")
            assert refused == (scope != scope_of_handler(method, handler)), (method, path, scope)
        seen[scope_of_handler(method, handler)] += 1
    assert min(seen[scope] for scope in SCOPES) >= 8, seen


def api_routes(app: Any) -> Iterator[tuple[str, str, Any]]:
    for route in app.litestar.routes:
        for handler in getattr(route, "route_handlers", ()):
            if route.path.startswith("/api/v1/"):
                for method in sorted(set(handler.http_methods) - {"OPTIONS", "HEAD"}):
                    yield method, route.path, handler


def scope_of_handler(method: str, handler: Any) -> str:
    """As a reader of the documentation would say: a method that changes nothing reads."""
    ruled = any("requires_role" in getattr(one, "__qualname__", "") for one in handler.guards or ())
    if handler.opt.get("scope") == "read" or (method == "GET" and "scope" not in handler.opt):
        return "read"
    own = "token" in handler.handler_name
    return "manage" if ruled or own else "write"


async def test_nobody_makes_a_token_good_for_more_than_the_one_they_come_with(
    with_token: Api,
) -> None:
    vera = await with_token("vera", scopes=["manage", "read"])
    more = await vera.post("/api/v1/tokens", json={**NEW, "scopes": ["write"]})
    assert more.status_code == 403
    made = await vera.post("/api/v1/tokens", json=NEW)
    assert made.json()["scopes"] == ["read", "manage"]
    reader = await vera.post("/api/v1/tokens", json={**NEW, "scopes": ["read", "read"]})
    assert reader.json()["scopes"] == ["read"]


async def test_a_token_ends_at_its_time_also_where_it_is_remembered(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: datetime
) -> None:
    end = now + timedelta(seconds=1)
    token, words = await db.run(
        new_named_token, world["vera"].id, "", expires_at=end, scopes=["read"], now=now
    )
    who = await identify_bearer(db, words, now=now)
    assert who.scopes == {"read"}
    with pytest.raises(NotSignedIn):
        await identify_bearer(db, words, now=end)
    (listed,) = await list_tokens(conn, world["vera"].id)
    assert (listed.expires_at, listed.scopes) == (end, ("read",))
    assert listed.id == token.id
    await store.sweep(conn, end + timedelta(days=31))
    assert not await list_tokens(conn, world["vera"].id)


async def test_tokens_end_with_the_password_and_with_a_reset(
    db: BoundDb, world: dict[str, Who], now: datetime
) -> None:
    vera, here = world["vera"], Caller("192.0.2.7")
    first = await db.run(new_token, vera.id, "first", now=now)
    await identify_bearer(db, first, now=now)
    await change_password(db, vera, "firstline", "a long new word", here, now=now)
    with pytest.raises(NotSignedIn):
        await identify_bearer(db, first, now=now)
    second = await db.run(new_token, vera.id, "second", now=now)
    async with db.transaction() as tx:
        await store.add_link(tx.conn, digest("word"), vera.id, "reset", now, now + timedelta(1))
    await redeem(db, "word", "reset", "another long word", here, now=now)
    with pytest.raises(NotSignedIn):
        await identify_bearer(db, second, now=now)


async def test_the_account_page_makes_lists_and_ends_tokens_with_what_they_are_good_for(
    browser: Callable[..., Any], world: dict[str, Who]
) -> None:
    here = browser()
    await here.sign_in("vera@acme.example")
    form = {"on": "/account", "name": "mine", "scopes": "read", "days": "30"}
    refused = await here.submit("/account/tokens", **form, current="wrong")
    assert refused.status_code == 422
    page = await here.submit("/account/tokens", **form, current="firstline")
    assert page.status_code == 200
    words = re.search(r"fl_[\w-]{40,}", page.text)
    assert words
    for part in ("never used", "ends", "mine"):
        assert part in page.text
    api = browser(Authorization=f"Bearer {words[0]}")
    assert (await api.get("/api/v1/me")).status_code == 200
    assert (await api.post("/api/v1/requests", json={})).status_code == 403


@pytest.mark.parametrize(
    ("name", "path", "parts"),
    [
        ("martin", "/api/v1/clients", (b'{"name": "Too', b' late"}')),
        ("vera", "/api/v1/attachments", (b"first words", b"and the rest")),
    ],
)
async def test_a_body_that_trickles_in_is_worth_nothing_after_the_end_of_its_token(
    with_token: Api,
    world: dict[str, Who],
    clock: Any,
    db: BoundDb,
    name: str,
    path: str,
    parts: Any,
) -> None:
    who, api = world[name], await with_token(name)

    async def trickle() -> AsyncIterator[bytes]:
        yield parts[0]
        (token,) = await db.run(lambda tx: list_tokens(tx.conn, who.id))
        await db.run(revoke_token, who, token.id, now=clock())
        clock.pass_by(seconds=3)
        yield parts[1]

    kind = "application/json" if path.endswith("clients") else "application/octet-stream"
    headers = {"content-type": kind, "x-file-name": "a.log"}
    answer = await api.post(path, content=trickle(), headers=headers)
    assert answer.status_code == 401, answer.text

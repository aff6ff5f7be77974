"""Making tokens: whom it asks for what, what a token is good for, and how it ends."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from firstline.kit.db import BoundDb, Conn
from firstline.kit.errors import NotSignedIn
from firstline.people import Who, actions, identify_bearer, new_token
from firstline.people.access import store
from firstline.people.access.links import redeem
from firstline.people.access.model import Caller, digest
from firstline.people.access.sessions import start_session
from firstline.people.access.sign_in import change_password
from firstline.people.access.tokens import list_tokens, new_named_token, revoke_token
from firstline.people.model import SCOPES

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
    for part in ("never used", "expires", "mine"):
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


async def test_tokens_end_when_the_account_goes_to_another_address(
    db: BoundDb, world: dict[str, Who], now: datetime
) -> None:
    vera = world["vera"]
    token = await db.run(new_token, vera.id, "", now=now)
    await db.run(
        actions.change_contact, None, vera.id, email="v@acme.example", name="Vera",
        language="en", access="owner", external_id="acme-vera", now=now,
    )  # fmt: skip
    with pytest.raises(NotSignedIn):
        await identify_bearer(db, token, now=now)

"""The panel's token: taken once, and refused in every shape in which it is forged."""

import asyncio
import base64
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import jwt
import pytest
from tests.people.conftest import csrf

from firstline.kit.db import BoundDb, Conn, Db
from firstline.kit.errors import Forbidden, Missing, NotSignedIn
from firstline.kit.seal import Seal
from firstline.people import Who, actions, identify_bearer, identify_cookie, new_token
from firstline.people.access.model import Caller, SignedIn
from firstline.people.access.preauth import (
    exchange,
    list_preauth_keys,
    new_preauth_key,
    retire_preauth_key,
)

URL = "https://desk.example"
HERE = Caller("192.0.2.7")
SEAL = Seal(b"s" * 32)
Key = tuple[str, str]


@pytest.fixture
async def key(db: BoundDb, world: dict[str, Who], now: datetime) -> Key:
    return await db.run(new_preauth_key, world["martin"], SEAL, now=now)


def signed(key: Key, now: datetime, *, headers: dict[str, Any] | None = None, **over: Any) -> str:
    claims = {
        "sub": "acme-vera",
        "aud": URL,
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=5)).timestamp()),
        "jti": "one",
        **over,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, key[1], "HS256", headers={"kid": key[0], **(headers or {})})


async def take(db: Any, token: str, now: datetime, **more: Any) -> SignedIn:
    return await db.run(exchange, SEAL, token, HERE, public_url=URL, now=now, **more)


async def test_a_good_token_opens_one_session(
    db: BoundDb, world: dict[str, Who], key: Key, now: datetime
) -> None:
    session = await take(db, signed(key, now), now)
    assert (await identify_cookie(db, session.word, now=now)) == world["vera"]
    with pytest.raises(NotSignedIn, match="jti has already been used"):
        await take(db, signed(key, now), now)
    with pytest.raises(
        NotSignedIn, match="jti has already been used"
    ):  # also with other times around it
        await take(db, signed(key, now, exp=int(now.timestamp()) + 60), now)


async def test_the_widget_gets_a_bearer_of_its_own(
    db: BoundDb, world: dict[str, Who], key: Key, now: datetime
) -> None:
    session = await take(db, signed(key, now, aud=["other", "firstline"]), now, kind="widget")
    assert session.word.startswith("fw_")
    assert await identify_bearer(db, session.word, now=now) == world["vera"]
    with pytest.raises(NotSignedIn):
        await identify_cookie(db, session.word, now=now)


def forged(
    header: dict[str, Any], claims: dict[str, Any], secret: bytes = b"", way: str = "sha256"
) -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    body = f"{part(header)}.{part(claims)}"
    mark = hmac.digest(secret, body.encode(), way)
    return body + "." + base64.urlsafe_b64encode(mark).rstrip(b"=").decode()


async def test_forged_tokens_are_refused(
    db: BoundDb, conn: Conn, world: dict[str, Who], key: Key, now: datetime
) -> None:
    at = int(now.timestamp())
    claims = {"sub": "acme-vera", "aud": URL, "iat": at, "exp": at + 60, "jti": "f"}
    kid, secret = key
    jwk = {"kty": "oct", "k": "AAAA"}
    tokens = {
        "none": forged({"alg": "none", "kid": kid}, claims).rpartition(".")[0] + ".",
        "None": forged({"alg": "NoNe", "kid": kid}, claims),
        "no alg": forged({"kid": kid}, claims, secret.encode()),
        "HS512": forged({"alg": "HS512", "kid": kid}, claims, secret.encode(), "sha512"),
        "HS384": forged({"alg": "HS384", "kid": kid}, claims, secret.encode(), "sha384"),
        "RS256 word": forged({"alg": "RS256", "kid": kid}, claims, secret.encode()),
        "unknown kid": signed(("0" * 16, secret), now),
        "no kid": jwt.encode(claims, secret, "HS256"),
        "kid list": forged({"alg": "HS256", "kid": [kid]}, claims, secret.encode()),
        "kid path": signed(("../../etc/passwd", secret), now),
        "kid sql": signed((kid + "' or '1'='1", secret), now),
        "empty secret": forged({"alg": "HS256", "kid": kid}, claims, b""),
        "other secret": signed((kid, "x" * 43), now),
        "jwk": signed(key, now, headers={"jwk": jwk}),
        "jku": signed(key, now, headers={"jku": "https://evil.example/keys"}),
        "x5u": signed(key, now, headers={"x5u": "https://evil.example/cert"}),
        "x5c": signed(key, now, headers={"x5c": ["AAAA"]}),
        "crit": signed(key, now, headers={"crit": ["x"], "x": 1}),
        "cut": signed(key, now)[:-3],
        "long": "a" * 5000,
        "words": "no token",
        "empty": "",
        "three dots": "a.b.c.d",
        "not utf-8": "é.é.é",
        "surrogate": "\ud800.x.y",
    }
    for name, token in tokens.items():
        with pytest.raises(NotSignedIn) as refused:
            await take(db, token, now)
        assert secret not in refused.value.detail, name
    row = await (await conn.execute("select count(*) from sessions")).fetchone()
    assert row == (0,)


async def test_wrong_claims_are_refused(
    db: BoundDb, world: dict[str, Who], key: Key, now: datetime
) -> None:
    at = int(now.timestamp())
    wrong: list[dict[str, Any]] = [
        *({name: None} for name in ("sub", "aud", "iat", "exp", "jti")),
        {"aud": "https://other.example"},
        {"aud": []},
        {"exp": at},
        {"exp": at - 1, "iat": at - 60},
        {"exp": at + 15 * 60 + 1},
        {"iat": at + 31, "exp": at + 60},
        {"iat": at + 10, "exp": at + 5},
        {"exp": "soon"},
        {"exp": True},
        {"exp": 1e308},
        {"iat": -1e30},
        {"sub": ""},
        {"sub": "x" * 201},
        {"sub": "nobody"},
        {"sub": str(world["vera"].id)},
        {"sub": "anna@firstline.example"},
        {"sub": "a\x00b"},
        {"jti": ""},
        {"jti": 5},
        {"sub": 5},
        {"sub": ["acme-vera"]},
    ]
    for number, over in enumerate(wrong):
        token = signed(key, now, **{"jti": f"w{number}", **over})
        with pytest.raises(NotSignedIn) as refused:
            await take(db, token, now)
        assert "signature" not in refused.value.detail, over
        assert any(name in refused.value.detail for name in over), over
    fifteen = signed(key, now, exp=at + 15 * 60, jti="fifteen")
    assert await take(db, fifteen, now)


async def test_a_weak_secret_in_the_store_is_never_used(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: datetime
) -> None:
    for kid, secret in (("empty", ""), ("short", "x" * 31)):
        sealed = base64.b64encode(SEAL.seal(secret.encode(), f"preauth/{kid}")).decode()
        await conn.execute("insert into preauth_keys values (%s, %s, %s)", (kid, sealed, now))
        token = forged(
            {"alg": "HS256", "kid": kid},
            {
                "sub": "acme-vera",
                "aud": URL,
                "iat": int(now.timestamp()),
                "jti": "x",
                "exp": int(now.timestamp()) + 60,
            },
            secret.encode(),
        )
        with pytest.raises(NotSignedIn, match="not a key in use"):
            await take(db, token, now)


async def test_a_retired_key_signs_nothing_more_and_only_the_runners_make_keys(
    db: BoundDb, world: dict[str, Who], key: Key, now: datetime
) -> None:
    await db.run(retire_preauth_key, world["martin"], key[0], now=now)
    with pytest.raises(NotSignedIn, match="not a key in use"):
        await take(db, signed(key, now), now)
    with pytest.raises(Missing):
        await db.run(retire_preauth_key, world["martin"], key[0], now=now)
    with pytest.raises(Forbidden):
        await db.run(new_preauth_key, world["anna"], SEAL, now=now)
    with pytest.raises(Missing):
        await db.run(list_preauth_keys, world["vera"])
    (listed,) = await db.run(list_preauth_keys, world["martin"])
    assert listed.retired_at == now


async def test_a_deactivated_contact_is_not_let_in(
    db: BoundDb, world: dict[str, Who], key: Key, now: datetime
) -> None:
    await db.run(actions.deactivate, None, world["vera"].id, now=now)
    with pytest.raises(NotSignedIn, match="not a known contact"):
        await take(db, signed(key, now), now)


async def test_of_twenty_replays_at_once_one_wins(live_database: str, now: datetime) -> None:
    db = Db(live_database, size=20, timeout=60)
    await db.open()
    try:
        key = await db.run(new_preauth_key, None, SEAL, now=now)
        token = signed(key, now)
        results = await asyncio.gather(
            *(take(db, token, now) for _turn in range(20)), return_exceptions=True
        )
    finally:
        await db.close()
    assert sum(isinstance(result, SignedIn) for result in results) == 1


async def test_the_link_signs_a_browser_in_and_leaves_no_token_behind(
    browser: Callable[..., Any], db: BoundDb, world: dict[str, Who], key: Key, now: datetime
) -> None:
    token = signed(key, now, aud="firstline")
    here = browser()
    ahead = await here.get(f"/sign-in/with?token={token}", headers={"Sec-Purpose": "prefetch"})
    assert ahead.status_code == 204
    answer = await here.get(f"/sign-in/with?token={token}&next=/requests")
    assert (answer.status_code, answer.headers["location"]) == (303, "/requests")
    assert answer.headers["cache-control"] == "no-store"
    assert "vera@acme.example" in (await here.get("/account")).text
    replay = await browser().get(f"/sign-in/with?token={token}&next=//evil.example")
    assert replay.status_code == 401
    assert token not in replay.text
    assert "evil.example" not in replay.text


async def test_the_api_exchanges_for_a_widget_session(
    browser: Callable[..., Any], world: dict[str, Who], key: Key, now: datetime
) -> None:
    here = browser()
    token = signed(key, now, aud="firstline")
    answer = await here.post("/api/v1/sessions", json={"token": token})
    assert answer.status_code == 201
    widget = answer.json()["token"]
    me = await here.get("/api/v1/me", headers={"Authorization": f"Bearer {widget}"})
    assert me.json()["name"] == "Vera"
    again = await here.post("/api/v1/sessions", json={"token": token})
    assert again.status_code == 401
    assert again.headers["content-type"].startswith("application/problem+json")
    odd = await here.post("/api/v1/sessions", json={"token": token, "role": "keeper"})
    assert odd.status_code == 422


async def test_guessing_tokens_is_limited_by_address(
    browser: Callable[..., Any], world: dict[str, Who]
) -> None:
    here = browser("198.51.100.9")
    codes = [
        (await here.post("/api/v1/sessions", json={"token": "x"})).status_code
        for _turn in range(61)
    ]
    assert codes == [401] * 60 + [429]


async def test_keys_are_made_listed_and_retired_by_api(
    browser: Callable[..., Any], db: BoundDb, conn: Conn, world: dict[str, Who], now: datetime
) -> None:
    heads = {
        name: {"Authorization": f"Bearer {await db.run(new_token, world[name].id, '', now=now)}"}
        for name in ("martin", "anna", "vera")
    }
    here = browser()
    made = (await here.post("/api/v1/preauth-keys", headers=heads["martin"])).json()
    stored = await (await conn.execute("select secret from preauth_keys")).fetchone()
    assert stored is not None
    assert made["secret"] not in stored[0]
    token = signed((made["kid"], made["secret"]), now, aud="firstline")
    assert (await here.post("/api/v1/sessions", json={"token": token})).status_code == 201
    address = f"/api/v1/preauth-keys/{made['kid']}"
    for name, code in (("anna", 403), ("vera", 404)):
        assert (await here.post("/api/v1/preauth-keys", headers=heads[name])).status_code == code
        assert (await here.get("/api/v1/preauth-keys", headers=heads[name])).status_code == code
        assert (await here.delete(address, headers=heads[name])).status_code == code
    assert (await here.delete(address, headers=heads["martin"])).status_code == 204
    (listed,) = (await here.get("/api/v1/preauth-keys", headers=heads["martin"])).json()["items"]
    assert (listed["secret"], listed["retired_at"] is None) == (None, False)


async def test_a_token_is_good_from_its_nbf_on(
    db: BoundDb, world: dict[str, Who], key: Key, now: datetime
) -> None:
    at = int(now.timestamp())
    for over in ({"nbf": at + 31}, {"nbf": "now"}, {"nbf": True}, {"nbf": 1e308}, {"nbf": -1e30}):
        with pytest.raises(NotSignedIn, match="nbf"):
            await take(db, signed(key, now, jti=str(over), **over), now)
    later = signed(key, now, nbf=at + 60)
    with pytest.raises(NotSignedIn, match="nbf"):
        await take(db, later, now)
    assert await take(db, later, now + timedelta(seconds=60))


async def test_a_link_asks_before_it_ends_the_session_of_somebody_else(
    browser: Callable[..., Any], world: dict[str, Who], key: Key, now: datetime
) -> None:
    here, token = browser(), signed(key, now, aud="firstline")
    await here.sign_in("anna@firstline.example")
    asked = await here.get(f"/sign-in/with?token={token}&next=/requests")
    assert asked.status_code == 200
    for part in ("anna@firstline.example", "vera@acme.example", token):
        assert part in asked.text
    assert "anna@firstline.example" in (await here.get("/account")).text
    forged = await here.post("/sign-in/with", data={"token": token})
    assert forged.status_code == 403
    fields = {"token": token, "next": "/requests", "csrf": csrf(asked.text)}
    done = await here.post("/sign-in/with", data=fields)
    assert (done.status_code, done.headers["location"]) == (303, "/requests")
    assert "vera@acme.example" in (await here.get("/account")).text
    again = signed(key, now, aud="firstline", jti="two")
    own = await here.get(f"/sign-in/with?token={again}")
    assert own.status_code == 303, "it is her own session"
    bad = await here.get("/sign-in/with?token=x")
    assert bad.status_code == 401
    assert "vera@acme.example" in (await here.get("/account")).text


async def test_guesses_from_ones_network_keep_no_good_token_out(
    browser: Callable[..., Any], world: dict[str, Who], key: Key, now: datetime
) -> None:
    here = browser("198.51.100.9")
    for _turn in range(61):
        last = await here.post("/api/v1/sessions", json={"token": "x"})
    assert last.status_code == 429
    good = signed(key, now, aud="firstline")
    assert (await here.post("/api/v1/sessions", json={"token": good})).status_code == 201

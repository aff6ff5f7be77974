"""The second factor: codes that work once, recovery codes, and the half-open session between."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pyotp.totp import TOTP

from firstline.kit.db import BoundDb, Conn
from firstline.kit.errors import Invalid, NotSignedIn, TooMany
from firstline.kit.seal import Seal
from firstline.people import Who, identify_cookie
from firstline.people.access import second_factor, store
from firstline.people.access.model import Caller, SignedIn
from firstline.people.access.sign_in import give_second_factor, sign_in

HERE = Caller("192.0.2.7")
SEAL = Seal(b"s" * 32)


async def turned_on(db: BoundDb, who: Who, now: Any) -> tuple[TOTP, list[str]]:
    secret = second_factor.new_totp_secret()
    app = TOTP(secret)
    codes = await db.run(
        second_factor.turn_on,
        SEAL,
        who,
        secret,
        app.at(now - timedelta(minutes=5)),
        keep=None,
        now=now - timedelta(minutes=5),
    )
    return app, codes


async def first_step(db: BoundDb, now: Any, email: str = "anna@firstline.example") -> SignedIn:
    return await sign_in(db, email, "firstline", HERE, now=now)


async def test_with_a_second_factor_the_password_alone_opens_nothing(
    db: BoundDb, world: dict[str, Who], now: Any
) -> None:
    app, _codes = await turned_on(db, world["anna"], now)
    half = await first_step(db, now)
    assert not half.passed
    with pytest.raises(NotSignedIn):
        await identify_cookie(db, half.word, now=now)
    whole = await give_second_factor(db, SEAL, app.at(now), Caller("x", cookie=half.word), now=now)
    assert whole.passed
    assert whole.word != half.word
    assert (await identify_cookie(db, whole.word, now=now)).id == world["anna"].id
    with pytest.raises(NotSignedIn):
        await give_second_factor(db, SEAL, app.at(now), Caller("x", cookie=half.word), now=now)


async def test_a_code_works_once_and_an_older_one_never_after_it(
    db: BoundDb, world: dict[str, Who], now: Any
) -> None:
    app, _codes = await turned_on(db, world["anna"], now)
    half = await first_step(db, now)
    await give_second_factor(db, SEAL, app.at(now), Caller("x", cookie=half.word), now=now)
    again = await first_step(db, now)
    for code in (app.at(now), app.at(now - timedelta(seconds=30)), "000000", "", "１２３４５６"):
        with pytest.raises(Invalid):
            await give_second_factor(db, SEAL, code, Caller("x", cookie=again.word), now=now)


async def test_the_neighbouring_steps_are_taken_and_no_others(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: Any
) -> None:
    app, _codes = await turned_on(db, world["anna"], now)
    for seconds in (-90, 90):
        code = app.at(now + timedelta(seconds=seconds))
        assert not await second_factor.spend(conn, SEAL, world["anna"].id, code, now=now)
    for seconds in (-30, 30):
        code = app.at(now + timedelta(seconds=seconds))
        assert await second_factor.spend(conn, SEAL, world["anna"].id, code, now=now)


async def test_five_wrong_codes_are_the_most(db: BoundDb, world: dict[str, Who], now: Any) -> None:
    app, _codes = await turned_on(db, world["anna"], now)
    half = await first_step(db, now)
    for _turn in range(5):
        with pytest.raises(Invalid):
            await give_second_factor(db, SEAL, "000000", Caller("x", cookie=half.word), now=now)
    fresh = await first_step(db, now)
    with pytest.raises(TooMany):
        await give_second_factor(db, SEAL, app.at(now), Caller("y", cookie=fresh.word), now=now)


async def test_half_a_sign_in_is_forgotten_after_ten_minutes(
    db: BoundDb, world: dict[str, Who], now: Any
) -> None:
    app, _codes = await turned_on(db, world["anna"], now)
    half = await first_step(db, now)
    later = now + timedelta(minutes=10)
    with pytest.raises(NotSignedIn):
        await give_second_factor(db, SEAL, app.at(later), Caller("x", cookie=half.word), now=later)


async def test_a_recovery_code_works_once_in_any_writing(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: Any
) -> None:
    _app, codes = await turned_on(db, world["anna"], now)
    assert len(set(codes)) == 10
    half = await first_step(db, now)
    written = f" {codes[0].upper().replace('-', ' ')} "
    assert (
        await give_second_factor(db, SEAL, written, Caller("x", cookie=half.word), now=now)
    ).passed
    assert await store.codes_left(conn, world["anna"].id) == 9
    assert not await second_factor.spend(conn, SEAL, world["anna"].id, codes[0], now=now)
    assert not await second_factor.spend(conn, SEAL, world["ivan"].id, codes[1], now=now)
    fresh = await db.run(second_factor.new_recovery_codes, world["anna"])
    assert not await second_factor.spend(conn, SEAL, world["anna"].id, codes[1], now=now)
    assert await second_factor.spend(conn, SEAL, world["anna"].id, fresh[0], now=now)


async def test_it_is_set_up_and_used_in_the_browser(
    browser: Callable[..., Any], world: dict[str, Who], clock: Any
) -> None:
    here = browser()
    await here.sign_in("anna@firstline.example")
    page = await here.get("/account/second-factor")
    assert "<svg" in page.text
    secret = re.search(r'name="secret" value="(\w+)"', page.text)
    assert secret
    app = TOTP(secret.group(1))
    fields = {"secret": secret.group(1), "current": "firstline"}
    wrong = await here.submit("/account/second-factor", code="000000", **fields)
    assert wrong.status_code == 422
    assert secret.group(1) in wrong.text
    nobody = {**fields, "current": "wrong"}
    assert (
        await here.submit("/account/second-factor", code=app.at(clock()), **nobody)
    ).status_code == 422
    done = await here.submit("/account/second-factor", code=app.at(clock()), **fields)
    assert done.status_code == 200
    assert len(re.findall(r"<code>(?:[a-z2-7]{4}-){3}[a-z2-7]{4}</code>", done.text)) == 10
    clock.pass_by(minutes=1)
    other = browser()
    step = await other.sign_in("anna@firstline.example", next="/desk/wiki")
    assert step.headers["location"] == "/sign-in/code?next=/desk/wiki"
    assert (await other.get("/account")).status_code == 303
    bad = await other.submit("/sign-in/code", code="123", next="/desk/wiki")
    assert bad.status_code == 422
    good = await other.submit("/sign-in/code", code=app.at(clock()), next="/desk/wiki")
    assert (good.status_code, good.headers["location"]) == (303, "/desk/wiki")
    off = await other.submit("/account/second-factor/off", on="/account", current="firstline")
    assert off.status_code == 200
    assert (await browser().sign_in("anna@firstline.example")).headers["location"] == "/desk"

"""Signing in: the same answer for everybody outside, limits that hold, sessions that end."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

import pytest

from firstline.kit.db import BoundDb, Conn, Db
from firstline.kit.errors import Invalid, NotSignedIn, TooMany
from firstline.people import Who, identify_bearer, identify_cookie, new_token
from firstline.people import store as people
from firstline.people.access import passwords, store
from firstline.people.access.browsers import COOKIE as COOKIE_OF_BROWSER
from firstline.people.access.browsers import read_browser
from firstline.people.access.model import Caller
from firstline.people.access.sessions import (
    sign_out,
    sign_out_everywhere,
    sign_out_others,
    start_session,
)
from firstline.people.access.sign_in import change_password, sign_in

HERE = Caller("192.0.2.7", "Firefox")


async def test_the_right_password_opens_a_session_and_wrong_case_of_the_address_is_fine(
    db: BoundDb, world: dict[str, Who], now: Any
) -> None:
    signed = await sign_in(db, " Vera@ACME.example ", "firstline", HERE, now=now)
    assert signed.passed
    assert await identify_cookie(db, signed.word, now=now) == world["vera"]


async def test_unknown_wrong_and_unset_passwords_get_one_answer(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: Any
) -> None:
    await conn.execute("update people set password_hash = null where name = 'Pavel'")
    await people.set_active(conn, world["ivan"].id, False)
    answers = set()
    for email, password in (
        ("vera@acme.example", "wrong"),
        ("nobody@nowhere.example", "firstline"),
        ("pavel@borealis.example", "firstline"),
        ("ivan@firstline.example", "firstline"),
        ("not an address", ""),
        ("vera@acme.example", "x" * 100_000),
        ("vera@acme.example", "\ud800"),
    ):
        with pytest.raises(NotSignedIn) as refused:
            await sign_in(db, email, password, HERE, now=now)
        answers.add((refused.value.status, refused.value.detail, str(refused.value.headers)))
    assert len(answers) == 1


async def test_an_unknown_address_takes_as_much_work_as_a_known_one(
    db: BoundDb, world: dict[str, Who], now: Any
) -> None:
    spans: dict[str, list[float]] = {"vera@acme.example": [], "nobody@acme.example": []}
    for turn in range(9):
        for email, times in spans.items():
            started = time.process_time()
            with pytest.raises(NotSignedIn):
                await sign_in(db, email, "wrong", Caller(f"192.0.2.{turn}"), now=now)
            times.append(time.process_time() - started)
    known, unknown = (median(times) for times in spans.values())
    assert 0.6 < unknown / known < 1.6, (known, unknown)


async def test_the_eleventh_wrong_try_for_an_account_is_refused_from_anywhere(
    db: BoundDb, world: dict[str, Who], now: Any
) -> None:
    for turn in range(10):
        with pytest.raises(NotSignedIn):
            await sign_in(db, "vera@acme.example", "no", Caller(f"192.0.2.{turn}"), now=now)
    with pytest.raises(TooMany) as refused:
        await sign_in(db, "VERA@acme.example", "firstline", Caller("198.51.100.1"), now=now)
    assert 0 < int(refused.value.headers["Retry-After"]) <= 900
    later = now + timedelta(minutes=15)
    assert (await sign_in(db, "vera@acme.example", "firstline", HERE, now=later)).passed


async def test_an_unknown_account_is_limited_just_the_same(db: BoundDb, now: Any) -> None:
    for turn in range(10):
        with pytest.raises(NotSignedIn):
            await sign_in(db, "nobody@acme.example", "no", Caller(f"192.0.2.{turn}"), now=now)
    with pytest.raises(TooMany):
        await sign_in(db, "nobody@acme.example", "no", HERE, now=now)


async def test_one_ipv6_network_is_one_caller_over_many_accounts(db: BoundDb, now: Any) -> None:
    for turn in range(30):
        with pytest.raises(NotSignedIn):
            await sign_in(db, f"u{turn}@x.example", "", Caller(f"2001:db8::{turn:x}"), now=now)
    with pytest.raises(TooMany):
        await sign_in(db, "other@x.example", "", Caller("2001:db8::ffff:1"), now=now)
    with pytest.raises(NotSignedIn):
        await sign_in(db, "other@x.example", "", Caller("2001:db8:0:1::1"), now=now)


async def test_signing_in_well_does_not_punish(
    db: BoundDb, world: dict[str, Who], now: Any
) -> None:
    for _turn in range(40):
        await sign_in(db, "vera@acme.example", "firstline", HERE, now=now)


async def test_a_parallel_attack_gets_no_more_tries_than_a_patient_one(
    live_database: str, now: Any
) -> None:
    db, other = Db(live_database, size=20), Db(live_database, size=20)
    await db.open()
    await other.open()
    try:
        results = await asyncio.gather(
            *(
                sign_in(each, "vera@acme.example", "no", Caller(f"192.0.2.{turn}"), now=now)
                for turn in range(20)
                for each in (db, other)
            ),
            return_exceptions=True,
        )
    finally:
        await db.close()
        await other.close()
    kinds = [type(result) for result in results]
    assert (kinds.count(NotSignedIn), kinds.count(TooMany)) == (10, 30)


async def test_a_session_word_is_long_new_and_only_its_hash_is_kept(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: Any
) -> None:
    first = await sign_in(db, "vera@acme.example", "firstline", HERE, now=now)
    again = Caller("192.0.2.7", "Firefox", cookie=first.word)
    second = await sign_in(db, "vera@acme.example", "firstline", again, now=now)
    assert first.word != second.word
    assert len(second.word) >= 43
    with pytest.raises(NotSignedIn):
        await identify_cookie(db, first.word, now=now)
    rows = await (await conn.execute("select hash::text from sessions")).fetchall()
    assert all(second.word not in row[0] for row in rows)


async def test_sessions_slide_with_use_and_end_without_it(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: Any
) -> None:
    client = await start_session(conn, world["vera"], now=now)
    staff = await start_session(conn, world["anna"], now=now)
    assert await identify_cookie(db, staff, now=now + timedelta(hours=11))
    assert await identify_cookie(db, staff, now=now + timedelta(hours=22))
    with pytest.raises(NotSignedIn):
        await identify_cookie(db, staff, now=now + timedelta(hours=35))
    assert await identify_cookie(db, client, now=now + timedelta(days=29))
    with pytest.raises(NotSignedIn):
        await identify_cookie(db, client, now=now + timedelta(days=60))


async def test_no_use_makes_a_session_immortal(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: Any
) -> None:
    word = await start_session(conn, world["anna"], now=now)
    for hours in range(11, 24 * 7, 11):
        assert await identify_cookie(db, word, now=now + timedelta(hours=hours))
    with pytest.raises(NotSignedIn):
        await identify_cookie(db, word, now=now + timedelta(days=7, minutes=1))


async def test_use_is_written_once_a_minute(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: Any
) -> None:
    word = await start_session(conn, world["vera"], now=now)

    async def seen_at() -> Any:
        return (await store.sessions(conn, world["vera"].id, now))[0].seen_at

    await identify_cookie(db, word, now=now + timedelta(seconds=59))
    assert await seen_at() == now
    await identify_cookie(db, word, now=now + timedelta(seconds=60))
    assert await seen_at() == now + timedelta(seconds=60)


async def test_each_kind_of_word_opens_its_own_door_only(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: Any
) -> None:
    cookie = await start_session(conn, world["vera"], now=now)
    widget = await start_session(conn, world["vera"], kind="widget", now=now)
    half = await start_session(conn, world["vera"], passed=False, now=now)
    assert await identify_bearer(db, widget, now=now) == world["vera"]
    for word in (widget, half, "", "x", None):
        with pytest.raises(NotSignedIn):
            await identify_cookie(db, word, now=now)
    for word in (cookie, half, "", "fl_", "fw_x"):
        with pytest.raises(NotSignedIn):
            await identify_bearer(db, word, now=now)


async def test_signing_out_ends_one_session_and_everywhere_ends_all_but_tokens(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: Any
) -> None:
    vera = world["vera"]
    words = [await start_session(conn, vera, now=now) for _each in range(3)]
    widget = await start_session(conn, vera, kind="widget", now=now)
    await db.run(sign_out, words[0])
    with pytest.raises(NotSignedIn):
        await identify_cookie(db, words[0], now=now)
    moved = await identify_cookie(db, words[1], now=now)
    assert moved.epoch == vera.epoch + 1
    assert await identify_bearer(db, widget, now=now)
    token = await db.run(new_token, vera.id, "", now=now)
    await db.run(sign_out_others, vera, but=words[2])
    assert await identify_cookie(db, words[2], now=now)
    assert await identify_bearer(db, token, now=now)
    with pytest.raises(NotSignedIn):
        await identify_cookie(db, words[1], now=now)
    with pytest.raises(NotSignedIn):
        await identify_bearer(db, widget, now=now)
    await db.run(sign_out_everywhere, vera, now=now)
    with pytest.raises(NotSignedIn):
        await identify_cookie(db, words[2], now=now)
    with pytest.raises(NotSignedIn):
        await identify_bearer(db, token, now=now)


async def test_a_changed_password_ends_other_sessions_and_needs_the_present_one(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: Any
) -> None:
    vera = world["vera"]
    here, there = [await start_session(conn, vera, now=now) for _each in range(2)]
    caller = Caller("192.0.2.7", "", here)
    with pytest.raises(Invalid) as refused:
        await change_password(db, vera, "wrong", "a new long word", caller, now=now)
    assert refused.value.extra["field"] == "current"
    for bad in ("short", "vera@acme.example", "aaaaaaaaaaaa", "x" * 201, "a\x00bcdefgh"):
        with pytest.raises(Invalid) as refused:
            await change_password(db, vera, "firstline", bad, caller, now=now)
        assert refused.value.extra["field"] == "password"
    await change_password(db, vera, "firstline", "a new long word", caller, now=now)
    assert await identify_cookie(db, here, now=now)
    with pytest.raises(NotSignedIn):
        await identify_cookie(db, there, now=now)
    assert (await sign_in(db, vera.email, "a new long word", HERE, now=now)).passed


async def test_hashing_leaves_the_loop_free() -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.001)
            beats += 1

    task = asyncio.create_task(beat())
    await asyncio.gather(*(passwords.hash_of("word") for _each in range(8)))
    task.cancel()
    assert beats > 10


def test_the_dummy_hash_costs_what_a_real_one_costs() -> None:
    real = passwords._hasher.hash("x")
    assert passwords.NOBODY.split("$")[1:4] == real.split("$")[1:4]
    assert len(passwords.NOBODY) == len(real)


async def test_old_parameters_are_renewed_at_sign_in(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: Any
) -> None:
    from pwdlib.hashers.argon2 import Argon2Hasher

    weak = Argon2Hasher(memory_cost=8192, time_cost=1, parallelism=1).hash("firstline")
    await store.set_password_hash(conn, world["vera"].id, weak)
    await sign_in(db, "vera@acme.example", "firstline", HERE, now=now)
    found = await store.credentials(conn, world["vera"].id)
    assert found is not None
    assert found.password_hash is not None
    assert "m=19456" in found.password_hash


async def test_strangers_tries_lock_no_known_browser_out(
    browser: Callable[..., Any], db: BoundDb, world: dict[str, Who], now: Any
) -> None:
    own, other = browser("192.0.2.8"), browser("192.0.2.8")
    assert (await own.sign_in("vera@acme.example")).status_code == 303
    assert (await own.submit("/sign-out", on="/account")).status_code == 303
    for turn in range(40):  # from everywhere, and from her own network
        address = f"198.51.100.{turn}" if turn < 20 else "192.0.2.8"
        with contextlib.suppress(NotSignedIn, TooMany):
            await sign_in(db, "vera@acme.example", "guess", Caller(address), now=now)
    assert (await other.sign_in("vera@acme.example")).status_code == 429
    assert (await own.sign_in("vera@acme.example")).status_code == 303
    assert (await own.get("/account")).status_code == 200
    # Signed in, she is asked for her password: nobody else's tries count there.
    form = {"on": "/account", "scopes": "read", "current": "firstline"}
    assert (await own.submit("/account/tokens", **form)).status_code == 200


async def test_a_known_browser_guesses_no_more_than_anybody_and_for_its_own_accounts_alone(
    browser: Callable[..., Any], world: dict[str, Who]
) -> None:
    here = browser()
    await here.sign_in("vera@acme.example")
    await here.submit("/sign-out", on="/account")
    for _turn in range(10):
        assert (await here.sign_in("vera@acme.example", "guess")).status_code == 401
    assert (await here.sign_in("vera@acme.example")).status_code == 429
    known = here.cookies[COOKIE_OF_BROWSER]
    for turn in range(10):
        caller = browser(f"203.0.113.{turn}")
        caller.cookies.set(COOKIE_OF_BROWSER, known)
        assert (await caller.sign_in("pavel@borealis.example", "guess")).status_code == 401
    assert (await here.sign_in("pavel@borealis.example")).status_code == 429


def test_a_browser_is_known_by_what_only_the_desk_can_write() -> None:
    secret, email = b"s" * 32, "vera@acme.example"
    fresh = read_browser(secret, "")
    assert not fresh.knows(email)
    known = fresh.remember(email)
    assert read_browser(secret, known.word).knows(email)
    assert not read_browser(secret, known.word).knows("pavel@borealis.example")
    assert not read_browser(b"t" * 32, known.word).knows(email)
    stolen = known.word.replace(known.id, "0" * 32)
    assert not read_browser(secret, stolen).knows(email)
    for odd in ("\ud800", "x", known.word + ".", known.word.upper(), "." * 300, f"{known.id}."):
        assert not read_browser(secret, odd).knows(email)
    for turn in range(9):
        known = known.remember(f"c{turn}@acme.example").remember(email)
    assert known.knows(email)
    assert known.knows("c8@acme.example")
    assert len(known.marks) == 5

"""Invitations and resets: single use, short life, one address, no word about who is known."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest

from firstline.kit.db import BoundDb, Conn, Db
from firstline.kit.errors import Conflict, Forbidden, Invalid, Missing, TooMany
from firstline.people import Who, actions, staff
from firstline.people.access import store
from firstline.people.access.browsers import read_browser
from firstline.people.access.links import ask_reset, invite, redeem
from firstline.people.access.model import Caller, digest
from firstline.people.access.sign_in import change_password, sign_in

URL = "https://desk.example"
HERE = Caller("192.0.2.7")


async def invited(db: Any, now: Any, email: str = "zoe@firstline.example") -> tuple[Who, str]:
    zoe = await db.run(staff.new_operator, None, email=email, name="Zoe", now=now)
    link = await db.run(invite, None, zoe.id, public_url=URL + "/", now=now)
    return zoe, link.removeprefix(f"{URL}/invitation/")


async def reset_word(db: BoundDb, conn: Conn, email: str, now: Any) -> str:
    await ask_reset(db, email, HERE, public_url=URL, now=now)
    cursor = await conn.execute("select payload from outbox order by id desc limit 1")
    row = await cursor.fetchone()
    assert row is not None
    assert row[0]["to"] == email
    return row[0]["text"].split(f"{URL}/reset/")[1].split()[0]


async def test_an_invitation_works_once_and_signs_in(db: BoundDb, conn: Conn, now: Any) -> None:
    zoe, word = await invited(db, now)
    assert len(word) >= 43
    signed = await redeem(db, word, "invitation", "a good long word", HERE, now=now)
    assert (signed.who.id, signed.passed) == (zoe.id, True)
    assert (await sign_in(db, zoe.email, "a good long word", HERE, now=now)).passed
    with pytest.raises(Missing):
        await redeem(db, word, "invitation", "another long word", HERE, now=now)
    kept = await (await conn.execute("select hash from links")).fetchall()
    assert [bytes(row[0]) for row in kept] == [digest(word)]


async def test_a_refused_password_leaves_the_link_good(db: BoundDb, now: Any) -> None:
    _zoe, word = await invited(db, now)
    with pytest.raises(Invalid):
        await redeem(db, word, "invitation", "short", HERE, now=now)
    assert await redeem(db, word, "invitation", "a good long word", HERE, now=now)


async def test_links_run_out_and_open_their_own_door_only(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: Any
) -> None:
    _zoe, word = await invited(db, now)
    for wrong, kind, at in (
        (word, "reset", now),
        (word, "invitation", now + timedelta(days=7)),
        (word + "x", "invitation", now),
        ("", "invitation", now),
    ):
        with pytest.raises(Missing):
            await redeem(db, wrong, kind, "a good long word", HERE, now=at)  # type: ignore[arg-type]
    reset = await reset_word(db, conn, "vera@acme.example", now)
    late = now + timedelta(hours=24)
    with pytest.raises(Missing):
        await redeem(db, reset, "reset", "a good long word", HERE, now=late)


async def test_of_fifty_at_once_exactly_one_wins(live_database: str, now: Any) -> None:
    db = Db(live_database, size=20, timeout=60)
    await db.open()
    try:
        zoe, word = await invited(db, now)
        words = [f"a good long word {turn}" for turn in range(50)]
        results = await asyncio.gather(
            *(redeem(db, word, "invitation", each, HERE, now=now) for each in words),
            return_exceptions=True,
        )
        won = [words[i] for i, result in enumerate(results) if not isinstance(result, Missing)]
        assert len(won) == 1
        assert (await sign_in(db, zoe.email, won[0], HERE, now=now)).passed
    finally:
        await db.close()


async def test_links_die_when_the_password_changes_and_with_the_person(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: Any
) -> None:
    word = await reset_word(db, conn, "vera@acme.example", now)
    await change_password(db, world["vera"], "firstline", "another long word", HERE, now=now)
    with pytest.raises(Missing):
        await redeem(db, word, "reset", "a good long word", HERE, now=now)
    word = await reset_word(db, conn, "anna@firstline.example", now)
    await db.run(actions.deactivate, None, world["anna"].id, now=now)
    with pytest.raises(Missing):
        await redeem(db, word, "reset", "a good long word", HERE, now=now)


async def test_a_new_invitation_replaces_the_old_and_needs_a_person_without_password(
    db: BoundDb, world: dict[str, Who], now: Any
) -> None:
    zoe, first = await invited(db, now)
    link = await db.run(invite, world["martin"], zoe.id, public_url=URL, now=now)
    with pytest.raises(Missing):
        await redeem(db, first, "invitation", "a good long word", HERE, now=now)
    assert await redeem(
        db, link.rpartition("/")[2], "invitation", "a good long word", HERE, now=now
    )
    with pytest.raises(Conflict):
        await db.run(invite, world["martin"], zoe.id, public_url=URL, now=now)
    with pytest.raises(Forbidden):
        await db.run(invite, world["anna"], zoe.id, public_url=URL, now=now)
    with pytest.raises(Missing):
        await db.run(invite, world["vera"], zoe.id, public_url=URL, now=now)


async def test_a_reset_still_asks_for_the_second_factor(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: Any
) -> None:
    await store.set_totp(conn, world["anna"].id, b"x" * 20, None)
    word = await reset_word(db, conn, "anna@firstline.example", now)
    signed = await redeem(db, word, "reset", "a good long word", HERE, now=now)
    assert not signed.passed


async def test_asking_takes_the_same_time_for_known_and_unknown(
    db: BoundDb, world: dict[str, Who], now: Any
) -> None:
    spans = []
    for email in ("vera@acme.example", "nobody@acme.example"):
        started = time.perf_counter()
        await ask_reset(db, email, HERE, public_url=URL, now=now)
        spans.append(time.perf_counter() - started)
    assert 0.8 < spans[0] / spans[1] < 1.25


async def test_no_more_than_three_letters_an_hour_and_twenty_questions_of_one_address(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: Any
) -> None:
    for turn in range(5):
        caller = Caller(f"192.0.2.{turn}")
        await ask_reset(db, "Vera@acme.example", caller, public_url=URL, now=now)
    row = await (await conn.execute("select count(*) from outbox")).fetchone()
    assert row == (3,)
    await asyncio.gather(
        *(ask_reset(db, f"u{n}@x.example", HERE, public_url=URL, now=now) for n in range(20))
    )
    with pytest.raises(TooMany):
        await ask_reset(db, "other@x.example", HERE, public_url=URL, now=now)


async def test_a_letter_speaks_the_language_of_its_reader(
    db: BoundDb, conn: Conn, now: Any
) -> None:
    made = await db.run(
        staff.new_operator,
        None,
        email="oles@firstline.example",
        name="Олесь",
        language="uk",
        now=now,
    )
    await db.run(invite, None, made.id, public_url=URL, now=now)
    row = await (await conn.execute("select kind, payload from outbox")).fetchone()
    assert row is not None
    assert row[0] == "mail"
    assert row[1]["to"] == "oles@firstline.example"
    assert "Олесь" in row[1]["text"]


async def test_what_strangers_ask_for_uses_up_no_letters_of_a_known_browser(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: Any
) -> None:
    email, url = "vera@acme.example", {"public_url": "http://desk.example", "now": now}
    known = Caller("192.0.2.7", browser=read_browser(b"s" * 32, "").remember(email))
    for _turn in range(20):
        await ask_reset(db, email, Caller("192.0.2.7"), **url)
    before = await letters(conn)
    for _turn in range(4):
        await ask_reset(db, email, known, **url)
    assert await letters(conn) == before + 3


async def letters(conn: Conn) -> int:
    row = await (await conn.execute("select count(*) from outbox where kind = 'mail'")).fetchone()
    assert row
    return row[0]

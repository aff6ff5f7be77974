"""API tokens: shown once, cheap to know, quick to forget, limited over all processes."""

import asyncio
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from firstline.kit.db import BoundDb, Conn, Db
from firstline.kit.errors import Conflict, Invalid, Missing, NotSignedIn, TooMany
from firstline.people import Who, actions, identify_bearer, new_token, staff
from firstline.people.access import bearers
from firstline.people.access.tokens import list_tokens, revoke_token
from firstline.people.limits import TokenLimiter, prefix


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


async def test_a_crowd_of_calls_of_one_token_asks_the_database_once(
    conn: Conn, world: dict[str, Who], now: datetime
) -> None:
    db = CountingDb(conn)
    token = await db.run(new_token, world["vera"].id, "", now=now)
    db.asked = 0
    for second in (0, 2):
        at = now + timedelta(seconds=second)
        crowd = await asyncio.gather(*(identify_bearer(db, token, now=at) for _ in range(50)))
        assert crowd == [world["vera"]] * 50
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

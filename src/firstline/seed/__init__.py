"""The demo's world: the cast, forty more clients, and a month of history, told by real actions.

Everything goes through the same actions as in life, with past times; figures come of it by
themselves. It is one transaction: a demo that is killed meanwhile begins anew.
"""

import random
from datetime import datetime, timedelta

from firstline.app import Desk
from firstline.kit import outbox
from firstline.kit.db import Tx
from firstline.people import Who
from firstline.people.cast import make_cast
from firstline.regulations.versions import Policies, begin
from firstline.reports import read_on
from firstline.seed import store
from firstline.seed.clients import Writer, make_clients
from firstline.seed.readers import WikiReaders
from firstline.seed.stories import Story, past_stories, still_open
from firstline.seed.world import OneTransaction, Tale, World
from firstline.timeline import index_unread
from firstline.wiki import take_in_shipped

__all__ = ["seed_if_empty", "tell"]

DAYS = 30
REQUESTS = 350
LANGUAGES = ("en", "uk", "ru")
# How many requests come in each hour of the day, Kyiv being two or three hours ahead of UTC.
BUSY = (1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 11, 11, 12, 12, 10, 9, 7, 6, 5, 4, 3, 2, 2, 1)


async def seed_if_empty(desk: Desk, *, now: datetime) -> bool:
    """Tell the demo's month to a desk that knows nobody; False when somebody is known already.

    `desk` need not be open yet; its database is afterwards.
    """
    await desk.db.open()
    async with desk.db.connection() as conn:
        if not await store.is_empty(conn):
            return False
    async with desk.db.transaction() as tx:
        await begin(tx.conn, now)
        await take_in_shipped(tx.conn, now)
    await desk.policies.fresh(now)
    async with desk.db.batch() as tx:
        await tell(tx, desk.policies, now=now)
    async with desk.db.connection() as conn:
        await store.analyze(conn)
    return True


async def tell(tx: Tx, policies: Policies, *, now: datetime, requests: int = REQUESTS) -> None:
    """Make the cast, the clients and about `requests` requests of the days before `now`.

    `policies` must read from a connection other than `tx`, which is busy telling.
    """
    rng = random.Random(1042)
    start = now - timedelta(days=DAYS + 1)
    db = OneTransaction(tx.conn)
    cast = await make_cast(tx, now=start)
    accounts = [*await _of_cast(tx, cast), *await make_clients(tx, now=start)]
    world = World(db, policies, _staff(cast), rng, now)
    _plan_past(world, accounts, requests)
    _plan_present(world, accounts, now)
    await world.live()
    await WikiReaders(db, accounts, random.Random(7), start, DAYS).live(LANGUAGES)
    await outbox.hush(tx.conn, before=now)
    while await index_unread(db):
        pass
    while await read_on(db, policies, now):
        pass


async def _of_cast(tx: Tx, cast: dict[str, Who]) -> list[Writer]:
    accounts: list[Writer] = []
    for name in ("vera", "pavel"):
        who = cast[name]
        assert who.client_id is not None, "both are contacts"
        service, host, server = (await store.services_of(tx.conn, who.client_id))[0]
        accounts.append(Writer(who, service, host, server, signs_in=True))
    return accounts


def _staff(cast: dict[str, Who]) -> dict[str, list[Who]]:
    operators = [who for who in cast.values() if who.is_staff]
    lines = {line for who in operators for line in who.lines}
    return {line: [who for who in operators if line in who.lines] for line in sorted(lines)}


def _plan_past(world: World, accounts: list[Writer], requests: int) -> None:
    """Spread the stories over the month; each is over some hours before its end."""
    rng = world.rng
    stories = [story for language in LANGUAGES for story in past_stories(language)]
    once = [story for story in stories if story.weight == 0]
    many = [story for story in stories for _ in range(2 * story.weight)]
    rng.shuffle(many)
    for story in [*once, *many[: requests - len(once)]]:
        those = [a for a in accounts if a.who.language == story.language]
        at = _moment(world, story)
        world.begin(Tale(story, rng.choice(those), rng.choice(world.staff["first"])), at)


def _moment(world: World, story: Story) -> datetime:
    last = timedelta(days=DAYS) - timedelta(minutes=story.minutes * 1.2 + 600)
    while True:
        at = world.until - timedelta(days=DAYS) + last * world.rng.random()
        if world.rng.random() * max(BUSY) < BUSY[at.hour]:
            return at


def _plan_present(world: World, accounts: list[Writer], now: datetime) -> None:
    """What is going on at this moment, so that every line and state has something to show."""
    free = accounts[2:]
    for one in still_open():
        if one.client == "auto":
            account = next(
                a for a in free if a.who.language == one.story.language and _fits(a, one.story)
            )
            free.remove(account)
        else:
            account = next(a for a in accounts if a.who.name.lower() == one.client)
        tale = Tale(one.story, account, world.staff["first"][0], planned=True)
        world.begin(tale, now - timedelta(minutes=one.ago))


def _fits(account: Writer, story: Story) -> bool:
    words = story.steps[0].words[0]
    return ("VPS" in words) == account.server.startswith("node")

"""The hub and its streams, over a real table: nothing is lost, nothing is sent twice."""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from firstline.kit.db import News
from firstline.kit.errors import Missing, Refused
from firstline.kit.live import Hub, Item, LocalBus, Stream, wait_for
from firstline.kit.live.stream import WINDOW


@dataclass(frozen=True)
class Word:
    no: int
    body: str


class Table:
    """A source over `words(topic, no, body)`; it counts its reads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.reads = 0

    def connect(self) -> Any:
        return psycopg.AsyncConnection.connect(self.url, autocommit=True)

    async def add(self, topic: str, *bodies: str) -> list[Word]:
        async with await self.connect() as conn:
            cursor = await conn.execute(
                "insert into words select %s, coalesce((select max(no) from words where topic = %s)"
                ", 0) + ord, body from unnest(%s::text[]) with ordinality as t(body, ord) "
                "returning no, body",
                (topic, topic, list(bodies)),
            )
            return [Word(*row) for row in await cursor.fetchall()]

    async def read(self, who: Any, topic: str, after: int, limit: int) -> tuple[list[Word], int]:
        self.reads += 1
        if topic == "foreign":
            raise Missing("There is nothing that you may see.")
        async with await self.connect() as conn:
            head = (await self.heads([topic])).get(topic, 0)
            cursor = await conn.execute(
                "select no, body from words where topic = %s and no > %s order by no limit %s",
                (topic, after, limit),
            )
            return [Word(*row) for row in await cursor.fetchall()], head

    async def heads(self, topics: Any) -> dict[str, int]:
        async with await self.connect() as conn:
            cursor = await conn.execute(
                "select topic, max(no) from words where topic = any(%s) group by topic",
                (list(topics),),
            )
            return dict(await cursor.fetchall())

    async def epochs(self, owners: Any) -> dict[Any, int]:
        async with await self.connect() as conn:
            cursor = await conn.execute("select owner, epoch from owners")
            return dict(await cursor.fetchall())

    def mends(self, value: Word) -> bool:
        return value.body.startswith("mend")

    async def revoke(self, owner: str) -> None:
        async with await self.connect() as conn:
            await conn.execute("update owners set epoch = epoch + 1 where owner = %s", (owner,))


class Reader(Stream):
    """Writes into a list; `gate` closed means that it reads nothing."""

    __slots__ = ("aborted", "gate", "got")

    def __init__(self, hub: Hub, owner: str = "vera") -> None:
        super().__init__(hub, self.take, None, owner, 0)
        self.got: list[str] = []
        self.aborted, self.gate = False, asyncio.Event()
        self.gate.set()

    async def take(self, message: Any) -> None:
        await self.gate.wait()
        self.got.append(message["text"])

    def sees(self, value: Word) -> bool:
        return "hidden" not in value.body

    def write_item(self, name: str, item: Item) -> str:
        return f"{name} {item.no} {item.value.body}"

    def write_signal(self, name: str, head: int) -> str:
        return f"{name} at {head}"

    def write_reset(self, name: str) -> str:
        return f"{name} reset"

    def write_refusal(self, name: str, refused: Refused) -> str:
        return f"{name} refused {refused.status}"

    def hear(self, topic: str, message: Any) -> None:
        self.mention((topic, message["by"]), f"{topic} {message['by']} types")

    def abort(self) -> None:
        self.aborted = True


@pytest.fixture
async def table(live_database: str) -> Table:
    table = Table(live_database)
    async with await table.connect() as conn:
        await conn.execute("create table words (topic text, no int, body text)")
        await conn.execute("create table owners (owner text primary key, epoch int)")
        await conn.execute("insert into owners values ('vera', 0), ('anna', 0)")
    return table


@pytest.fixture
async def hub(table: Table) -> Any:
    hub = Hub(table, poll=0.2)
    await hub.open()
    yield hub
    await hub.close()


@contextlib.asynccontextmanager
async def reading(hub: Hub, *readers: Reader) -> Any:
    for reader in readers:
        hub.join(reader)
    tasks = [asyncio.create_task(reader.run()) for reader in readers]
    yield tasks
    for reader, task in zip(readers, tasks, strict=True):
        hub.leave(reader)
        reader.detach()
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def until(true: Any, seconds: float = 3) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)


async def say(hub: Hub, table: Table, topic: str, *bodies: str) -> None:
    words = await table.add(topic, *bodies)
    hub.tell_news([News(topic, words[-1].no, tuple(words))])


async def test_a_follower_gets_what_was_there_and_what_comes(hub: Hub, table: Table) -> None:
    await table.add("a", "one", "two", "three")
    reader = Reader(hub)
    async with reading(hub, reader):
        reader.follow("a", "a", 1, signal=False)
        await until(lambda: len(reader.got) == 2)
        await say(hub, table, "a", "four")
        await until(lambda: len(reader.got) == 3)
    assert reader.got == ["a 2 two", "a 3 three", "a 4 four"]


async def test_a_follower_at_the_head_is_served_from_the_ring(hub: Hub, table: Table) -> None:
    readers = [Reader(hub) for _ in range(5)]
    async with reading(hub, *readers):
        for reader in readers:
            reader.follow("a", "a", 0, signal=False)
        await until(lambda: table.reads == 5)
        await asyncio.sleep(0.05)
        for number in range(20):
            await say(hub, table, "a", str(number))
        await until(lambda: all(len(reader.got) == 20 for reader in readers))
    assert table.reads == 5
    assert readers[0].got == [f"a {n + 1} {n}" for n in range(20)]


async def test_news_told_out_of_order_arrives_in_order_and_once(hub: Hub, table: Table) -> None:
    reader = Reader(hub)
    async with reading(hub, reader):
        reader.follow("a", "a", 0, signal=False)
        await until(lambda: table.reads == 1)
        words = await table.add("a", *"12345678")
        for n in (3, 1, 2, 2, 8, 5, 4, 6, 7, 1):
            hub.tell_news([News("a", n, tuple(words[n - 1 : n]))])
            await asyncio.sleep(0.001)
        await until(lambda: len(reader.got) == 8)
        await asyncio.sleep(0.3)
    assert reader.got == [f"a {n} {n}" for n in range(1, 9)]


async def test_what_nobody_told_is_found_by_the_poll(hub: Hub, table: Table) -> None:
    reader = Reader(hub)
    async with reading(hub, reader):
        reader.follow("a", "a", 0, signal=False)
        await table.add("a", "silent")
        await until(lambda: reader.got == ["a 1 silent"], 1.2)


async def test_two_processes_that_write_in_turn_are_both_read(hub: Hub, table: Table) -> None:
    reader = Reader(hub)
    async with reading(hub, reader):
        reader.follow("a", "a", 0, signal=False)
        await say(hub, table, "a", "here")
        await until(lambda: reader.got == ["a 1 here"])
        await table.add("a", "elsewhere")
        hub.tell_news([News("a", 2)])
        await until(lambda: reader.got[1:] == ["a 2 elsewhere"])
        await table.add("a", "untold")
        await until(lambda: reader.got[2:] == ["a 3 untold"])
        await say(hub, table, "a", "here again")
        await until(lambda: reader.got[3:] == ["a 4 here again"])


async def test_hidden_items_are_absent_and_do_not_stop_the_rest(hub: Hub, table: Table) -> None:
    await table.add("a", "hidden", "seen", "hidden")
    reader = Reader(hub)
    async with reading(hub, reader):
        reader.follow("a", "a", 0, signal=False)
        await until(lambda: len(reader.got) == 1)
        await say(hub, table, "a", "hidden", "again")
        await until(lambda: len(reader.got) == 2)
    assert reader.got == ["a 2 seen", "a 5 again"]


async def test_a_mending_item_sends_readers_back_to_the_source(hub: Hub, table: Table) -> None:
    reader = Reader(hub)
    async with reading(hub, reader):
        reader.follow("a", "a", 0, signal=False)
        await until(lambda: table.reads == 1)
        reader.gate.clear()
        await say(hub, table, "a", "first")
        await until(lambda: reader._writing != 0.0)
        await say(hub, table, "a", "secret")
        await say(hub, table, "a", "mend")
        assert hub.items_after("a", 1) is None
        reader.gate.set()
        await until(lambda: len(reader.got) == 3)
    assert table.reads == 2


@pytest.mark.parametrize("after", [4, 10**9])
async def test_an_unknown_cursor_gets_one_reset(hub: Hub, table: Table, after: int) -> None:
    await table.add("a", "one", "two", "three")
    reader = Reader(hub)
    async with reading(hub, reader):
        reader.follow("a", "a", after, signal=False)
        await until(lambda: reader.got == ["a reset"])
        await say(hub, table, "a", "four")
        await asyncio.sleep(0.3)
        assert reader.got == ["a reset"]
        assert reader.following == 0
        reader.follow("a", "a", 3, signal=False)
        await until(lambda: reader.got == ["a reset", "a 4 four"])


async def test_a_cursor_older_than_the_window_gets_a_reset(hub: Hub, table: Table) -> None:
    await table.add("a", *map(str, range(WINDOW + 1)))
    reader = Reader(hub)
    async with reading(hub, reader):
        reader.follow("a", "a", 0, signal=False)
        await until(lambda: reader.got == ["a reset"])
        reader.follow("a", "a", 1, signal=False)
        await until(lambda: len(reader.got) == WINDOW + 1)
    assert reader.got[-1] == f"a {WINDOW + 1} {WINDOW}"


async def test_a_slow_reader_queues_nothing_and_gets_everything(hub: Hub, table: Table) -> None:
    slow, quick = Reader(hub), Reader(hub)
    async with reading(hub, slow, quick):
        for reader in (slow, quick):
            reader.follow("a", "a", 0, signal=False)
        await until(lambda: table.reads == 2)
        slow.gate.clear()
        for n in range(30):
            await say(hub, table, "a", *(f"{n}.{m}" for m in range(20)))
        await until(lambda: len(quick.got) == 600)
        assert len(slow._dirty) <= 1
        assert len(slow._direct) == 0
        slow.gate.set()
        await until(lambda: len(slow.got) == 600)
    assert slow.got == quick.got


async def test_a_stuck_reader_is_dropped(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("firstline.kit.live.stream.STUCK", 0.3)
    stuck, fine = Reader(hub), Reader(hub)
    stuck.gate.clear()
    async with reading(hub, stuck, fine):
        stuck.queue_text("hello")
        fine.queue_text("hello")
        await until(lambda: stuck.aborted)
        assert not fine.aborted


async def test_a_revoked_right_ends_the_stream(hub: Hub, table: Table) -> None:
    vera, anna = Reader(hub, "vera"), Reader(hub, "anna")
    async with reading(hub, vera, anna) as tasks:
        vera.follow("a", "a", 0, signal=False)
        await table.revoke("vera")
        async with asyncio.timeout(2):
            assert await tasks[0] == 4403
        assert not tasks[1].done()
        await say(hub, table, "a", "too late")
        assert vera.got == []


async def test_a_signal_says_that_something_changed(hub: Hub, table: Table) -> None:
    await table.add("q", "x", "y")
    reader, knowing = Reader(hub), Reader(hub)
    async with reading(hub, reader, knowing):
        reader.follow("q", "queue", 0, signal=True)
        knowing.follow("q", "queue", 2, signal=True)
        await until(lambda: reader.got == ["queue at 2"] and knowing.reads("q"))
        await table.add("q", "z")
        for _ in range(50):
            hub.tell_news([News("q", 0)])
        await until(lambda: len(reader.got) == 2)
        await asyncio.sleep(0.5)
    assert reader.got == ["queue at 2", "queue at 3"]
    assert knowing.got == ["queue at 3"]


async def test_what_may_not_be_seen_is_refused(hub: Hub, table: Table) -> None:
    await table.add("foreign", "x")
    reader = Reader(hub)
    async with reading(hub, reader):
        reader.follow("foreign", "foreign", 0, signal=False)
        reader.follow("nothing", "nothing", 0, signal=True)
        assert not reader.reads("foreign")
        await until(lambda: reader.got == ["foreign refused 404", "nothing refused 404"])
        await say(hub, table, "foreign", "y")
        await asyncio.sleep(0.3)
        assert len(reader.got) == 2
    assert not hub._followers


async def test_whispers_reach_followers_of_other_hubs_and_grow_old(table: Table) -> None:
    street: list[LocalBus] = []
    hubs = [Hub(table, LocalBus(street), poll=9) for _ in range(2)]
    for hub in hubs:
        await hub.open()
    near, far = Reader(hubs[0]), Reader(hubs[1])
    async with reading(hubs[0], near), reading(hubs[1], far):
        for reader in (near, far):
            reader.follow("a", "a", 0, signal=False)
        hubs[0].whisper("a", {"by": "anna"})
        await until(lambda: near.got == far.got == ["a anna types"])
        far._whispers = {"old": (asyncio.get_running_loop().time() - 1, "too old")}
        hubs[0].whisper("a", {"by": "boris"})
        await until(lambda: far.got[-1] == "a boris types")
        assert "too old" not in far.got
    for hub in hubs:
        await hub.close()
    assert street == []


async def test_a_source_that_is_away_delays_and_loses_nothing(hub: Hub, table: Table) -> None:
    await table.add("a", "one")
    reader = Reader(hub)
    url, table.url = table.url, "postgresql://127.0.0.1:1/none"
    async with reading(hub, reader):
        reader.follow("a", "a", 0, signal=False)
        await until(lambda: table.reads >= 1)
        reader.queue_text("still here")
        await until(lambda: reader.got == ["still here"])
        table.url = url
        await until(lambda: reader.got == ["still here", "a 1 one"])


async def test_nothing_stays_behind_when_the_last_follower_leaves(hub: Hub, table: Table) -> None:
    reader = Reader(hub)
    async with reading(hub, reader):
        reader.follow("a", "a", 0, signal=False)
        await say(hub, table, "a", "one")
        await until(lambda: reader.got == ["a 1 one"])
    assert not hub._followers
    assert (hub._rings, hub._items, hub._members) == ({}, 0, set())


async def test_what_is_kept_is_bounded(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("firstline.kit.live.hub.MOST_ITEMS", 100)
    reader = Reader(hub)
    for topic in range(50):
        hub.follow(str(topic), reader)
        hub.tell_news([News(str(topic), 10, tuple(Word(n, "") for n in range(1, 11)))])
    assert sum(len(ring.items) for ring in hub._rings.values()) == hub._items <= 100


async def test_waiting_ends_with_the_next_item_or_the_time(hub: Hub, table: Table) -> None:
    await table.add("a", "one")
    assert await wait_for(hub, "a", 0, 5, owner="vera", epoch=0) == 1
    assert await wait_for(hub, "a", 1, 0.3, owner="vera", epoch=0) == 1, "the time is over"
    waiting = asyncio.create_task(wait_for(hub, "a", 1, 5, owner="vera", epoch=0))
    await asyncio.sleep(0.1)
    await say(hub, table, "a", "two")
    assert await waiting == 2
    assert not hub._followers

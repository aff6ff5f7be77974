"""Whatever one person writes, the index reads on for everybody and a search stays small."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from tests.search.test_search import Story

from firstline.app import Desk
from firstline.kit.db import Conn, Db
from firstline.kit.errors import Unavailable
from firstline.kit.search.words import tokens
from firstline.people import Who
from firstline.requests.actions import changes
from firstline.timeline import (
    ask_index_again,
    index_again,
    index_backlog,
    index_unread,
    list_unindexed,
    search_requests,
)
from firstline.timeline.search import excerpts

LONGEST = 20_000
ROUNDS = range(0, 17_500, 2_500)


@pytest.fixture
def story(desk: Desk, conn: Conn, world: dict[str, Who]) -> Story:
    return Story(desk, conn, world)


def random_words() -> str:
    return " ".join(str(uuid4()) for _ in range(LONGEST // 37))


def dotted_hosts(n: int) -> str:
    return " ".join(f"{n}.{i}." + "x." * 28 + "yz" for i in range(300))


async def size_of(conn: Conn, no: int) -> int:
    cursor = await conn.execute(
        "select pg_column_size(words) from search_words where matter = %s", (no,)
    )
    row = await cursor.fetchone()
    return row[0] if row else 0


@pytest.mark.parametrize(
    "bodies",
    [
        [random_words() for _ in range(30)],
        [dotted_hosts(n) for n in range(8)],
        [" ".join(f"{chr(0x4E00 + i)}{i}" for i in range(n, n + 2_500)) for n in ROUNDS],
        ["-".join(f"a{n}b{i}" for i in range(2_500)) for n in range(3)],
    ],
    ids=["random", "dotted", "ideographs", "hyphens"],
)  # fmt: skip
async def test_words_without_end_do_not_stop_the_index(story: Story, bodies: list[str]) -> None:
    hostile = await story.opened("vera", "canaryfirst words")
    for body in bodies:
        await story.said("vera", hostile, body)
    other = await story.opened("pavel", "canaryother words")
    await story.indexed()
    assert await index_backlog(story.conn) == (0, None)
    assert await list_unindexed(story.conn) == []
    assert await story.found("anna", "canaryother") == [other]
    assert await story.found("anna", "canaryfirst") == [hostile], "what came first is kept"
    assert await size_of(story.conn, hostile) < 1_048_576
    later = await story.said("vera", hostile, "and a word more")
    await story.act(changes.edit, "vera", hostile, later, "canaryedited words")
    await story.indexed()
    assert await story.found("pavel", "canaryother") == [other]
    assert await list_unindexed(story.conn) == []


def test_a_host_of_fifty_labels_has_few_lexemes() -> None:
    assert len(list(tokens("a." * 50 + "example"))) < 2 * 51
    assert len({t.text for t in tokens(dotted_hosts(0))}) < len(dotted_hosts(0)) / 3


async def crowd_out(story: Story, no: int) -> None:
    """Leave no byte in a request's row: what is added then cannot be read by PostgreSQL."""
    await story.conn.execute(
        "update search_words set words = (select string_agg(rpad(i::text, 1024, 'x'), ' ')"
        "::tsvector from generate_series(1, 1023) i) || repeat('y', 890)::tsvector || words "
        "where matter = %s",
        (no,),
    )


async def test_what_cannot_be_read_is_set_aside_and_the_rest_goes_on(story: Story) -> None:
    failing = await story.opened("vera", "The first words")
    await story.indexed()
    await crowd_out(story, failing)
    await story.taken("anna")
    await story.said("anna", failing, "canaryunread")
    other = await story.opened("pavel", "canaryother words")
    await story.indexed()
    assert await story.found("anna", "canaryother") == [other]
    ((no, reason),) = await list_unindexed(story.conn)
    assert no == failing
    assert "too long for tsvector" in reason
    await story.said("anna", failing, "canarylater")
    await story.indexed()
    assert await index_backlog(story.conn) == (0, None)

    assert await ask_index_again(story.conn, []) == 1
    assert await index_again(story.desk.db) == 1
    assert await list_unindexed(story.conn) == []
    assert await story.found("anna", "canaryunread canarylater") == [failing]


async def test_every_request_can_be_read_again(story: Story) -> None:
    numbers = [await story.opened("vera", f"canary{word} words") for word in "abc"]
    await story.indexed()
    await story.conn.execute("delete from search_words")
    assert await story.found("vera", "words") == []
    assert await ask_index_again(story.conn, [], everything=True) >= 3
    while await index_again(story.desk.db):
        pass
    assert await story.found("vera", "words") == numbers[::-1]


async def test_trouble_with_data_is_not_called_an_absence_of_the_database(desk: Desk) -> None:
    with pytest.raises(psycopg.errors.ProgramLimitExceeded):
        async with desk.db.connection() as conn:
            await conn.execute("select repeat('x', 3000)::tsvector")


async def ask_too_much(db: Db) -> None:
    async with db.connection() as conn:
        await conn.execute("set statement_timeout = '20ms'")
        await conn.execute("select pg_sleep(5)")


async def test_a_statement_that_takes_too_long_says_so(live_database: str) -> None:
    db = Db(live_database, size=1)
    await db.open()
    try:
        with pytest.raises(Unavailable, match="took too long"):
            await ask_too_much(db)
    finally:
        await db.close()


class Hold:
    """The longest time in which the loop ran nothing else."""

    longest = 0.0

    async def _watch(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            self.longest = max(self.longest, time.perf_counter() - began - 0.001)

    @asynccontextmanager
    async def watch(self, what: str) -> AsyncIterator[None]:
        # As the product does at its start: else a collection goes through all of the tests' world.
        gc.collect()
        gc.freeze()
        task = asyncio.create_task(self._watch())
        await asyncio.sleep(0.01)
        began = time.perf_counter()
        yield
        spent = time.perf_counter() - began
        task.cancel()
        gc.unfreeze()
        print(f"{what}: {spent:.2f} s, the loop was held {self.longest * 1000:.0f} ms at most")


async def test_a_search_through_words_without_end_reads_few_of_them(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "certificate expired on the server " * (LONGEST // 35)
    numbers = [await story.opened("vera", words) for _ in range(3)]
    for no in numbers:
        for _ in range(60):
            await story.said("vera", no, words)
    entry = await story.said("vera", numbers[0], words)

    cut: list[int] = []
    whole = excerpts.Text

    def measured(text: str, terms: Any) -> Any:
        cut.append(len(text))
        return whole(text, terms)

    monkeypatch.setattr(excerpts, "Text", measured)
    for stage in ("unread", "indexed", "edited"):
        if stage != "unread":
            await story.indexed()
        if stage == "edited":
            await story.act(changes.edit, "vera", numbers[0], entry, "certificate renewed")
        cut.clear()
        async with Hold().watch(f"search, {stage}"):
            page = await search_requests(story.conn, story.world["anna"], "certificate expired")
        assert {hit.request.no for hit in page.items} == set(numbers), stage
        assert sum(cut) < 500_000, "characters cut into words, of four million"


async def test_reading_words_without_end_leaves_the_loop_to_others(story: Story) -> None:
    no = await story.opened("vera", "words")
    for _ in range(10):
        await story.said("vera", no, random_words())
    async with Hold().watch("index, random words"):
        await index_unread(story.desk.db)
    assert await index_backlog(story.conn) == (0, None)

"""Words written from memory, where another process may have written meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from firstline.kit.db import Db, Tx
from firstline.people import Who, who_by_email
from firstline.policy.rules.promises import ClientWord
from firstline.regulations.versions import Policies
from firstline.requests.actions.opening import open_request
from firstline.requests.model import NewRequest
from firstline.timeline import (
    Call,
    Draft,
    Entry,
    Ledger,
    Request,
    change,
    draft,
    entries_after,
    get_request,
    lock_request,
    situation_of,
)


class Counted(Db):
    """A database that counts how often words were written from memory, and how often asked for."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.from_memory = self.asked = 0

    @asynccontextmanager
    async def statement(self) -> AsyncIterator[Tx]:
        self.from_memory += 1
        async with super().statement() as tx:
            yield tx

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[Tx]:
        self.asked += 1
        async with super().batch() as tx:
            yield tx


class Two:
    """Two processes' ledgers over one database, and a contact who speaks through either."""

    def __init__(self, ours: Counted, theirs: Counted, vera: Who, now: datetime) -> None:
        self.ours, self.theirs = Ledger(ours), Ledger(theirs)
        self.db, self.vera, self.now = ours, vera, now
        self.policies = Policies(ours)

    async def open(self) -> int:
        await self.policies.fresh(self.now)
        _, opened = await open_request(
            Call(self.db, self.ours, self.policies, self.vera, self.now),
            NewRequest("web", "My site answers 403"),
        )
        self.db.from_memory = self.db.asked = 0
        return opened.no

    async def words(self, no: int, body: str, **more: Any) -> Draft:
        request = await self.request(no)
        drafted = draft(request, self.vera, "said", self.now)
        event = ClientWord(self.now, situation_of(request))
        policy = self.policies.version(request.policy_version)
        return replace(drafted, body=body, event=event, policy=policy, **more)

    async def request(self, no: int) -> Request:
        async with self.db.connection() as conn:
            found = await get_request(conn, no)
        assert found is not None
        return found

    async def entries(self, no: int) -> list[Entry]:
        async with self.db.connection() as conn:
            return await entries_after(conn, no, 0, 1000, staff=True)

    async def changed(self, no: int, **values: Any) -> None:
        """Somebody changes the request and writes nothing into its log."""
        async with self.db.transaction() as tx:
            request = await lock_request(tx.conn, no)
            assert request is not None
            await change(tx.conn, request, **values)


@pytest.fixture
async def two(live_database: str, now: datetime) -> AsyncIterator[Two]:
    ours, theirs = Counted(live_database), Counted(live_database)
    await ours.open()
    await theirs.open()
    async with ours.connection() as conn:
        vera = await who_by_email(conn, "vera@acme.example")
    assert vera is not None
    yield Two(ours, theirs, vera, now)
    await theirs.close()
    await ours.close()


async def test_second_words_are_one_statement(two: Two) -> None:
    no = await two.open()
    for body in "one two three".split():
        await two.ours.words.put(await two.words(no, body))
    assert (two.db.asked, two.db.from_memory) == (1, 2)
    assert [entry.body for entry in await two.entries(no)][1:] == ["one", "two", "three"]


async def test_what_another_process_wrote_is_not_written_over(two: Two) -> None:
    no = await two.open()
    for n in range(6):
        ledger = two.ours if n % 2 else two.theirs
        written = await ledger.words.put(await two.words(no, f"word {n}"))
        assert (written.status, written.no) == ("written", n + 2)
    entries = await two.entries(no)
    assert [entry.no for entry in entries] == list(range(1, 8))
    assert [entry.body for entry in entries][1:] == [f"word {n}" for n in range(6)]


async def test_two_processes_that_speak_at_once_make_one_order(two: Two) -> None:
    requests = [await two.open() for _ in range(3)]
    drafts = [await two.words(no, f"{n}", key=f"k{n}") for n in range(40) for no in requests]
    answers = await asyncio.gather(
        *((two.ours if n % 2 else two.theirs).words.put(one) for n, one in enumerate(drafts))
    )
    assert {answer.status for answer in answers} == {"written"}
    for no in requests:
        entries = await two.entries(no)
        assert [entry.no for entry in entries] == list(range(1, 42))
        assert {entry.body for entry in entries[1:]} == {f"{n}" for n in range(40)}
        assert (await two.request(no)).head == 41


async def test_a_key_that_another_process_has_seen_writes_nothing(two: Two) -> None:
    no = await two.open()
    await two.ours.words.put(await two.words(no, "first"))
    told = await two.theirs.words.put(await two.words(no, "again", key="again"))
    known = await two.ours.words.put(await two.words(no, "again", key="again"))
    assert (known.status, known.no) == ("known", told.no)
    assert len(await two.entries(no)) == 3


async def test_a_key_seen_here_writes_nothing(two: Two) -> None:
    no = await two.open()
    told = await two.ours.words.put(await two.words(no, "once", key="once"))
    twice = [two.ours.words.put(await two.words(no, "once", key="once")) for _ in range(3)]
    assert {answer.no for answer in await asyncio.gather(*twice)} == {told.no}
    assert len(await two.entries(no)) == 2


async def test_a_request_that_has_moved_is_asked_for_and_the_others_are_not(two: Two) -> None:
    moved, calm = await two.open(), await two.open()
    for no in (moved, calm):
        await two.ours.words.put(await two.words(no, "before"))
    old = await two.words(moved, "against what stood")
    await two.changed(moved, priority="high")
    answers = await asyncio.gather(
        two.ours.words.put(old), two.ours.words.put(await two.words(calm, "goes on"))
    )
    assert [answer.status for answer in answers] == ["moved", "written"]
    assert len(await two.entries(moved)) == 2


async def test_what_was_changed_without_words_stays(two: Two) -> None:
    no = await two.open()
    await two.ours.words.put(await two.words(no, "before"))
    await two.changed(no, moved=False, state="with_third_party", promise_kind=None)
    note = replace(await two.words(no, "a note"), kind="note", audience="staff", event=None)
    await two.ours.words.put(note)
    request = await two.request(no)
    assert (request.state, request.promise_kind, request.head) == ("with_third_party", None, 3)


async def test_the_search_index_is_told_of_what_was_written_and_of_nothing_else(two: Two) -> None:
    no = await two.open()
    await two.ours.words.put(await two.words(no, "first"))
    await two.theirs.words.put(await two.words(no, "second"))
    await two.ours.words.put(await two.words(no, "third"))
    async with two.db.connection() as conn:
        cursor = await conn.execute(
            "select unnest(matters), unnest(entries) from unread order by 1, 2"
        )
        assert await cursor.fetchall() == [(no, 1), (no, 2), (no, 3), (no, 4)]


async def test_a_row_that_somebody_holds_does_not_hold_the_words_of_others(two: Two) -> None:
    held, free = await two.open(), await two.open()
    for no in (held, free):
        await two.ours.words.put(await two.words(no, "before"))
    drafts = [await two.words(no, "meanwhile") for no in (held, free)]
    async with two.theirs.db.transaction() as tx:
        await lock_request(tx.conn, held)
        waiting = [asyncio.create_task(two.ours.words.put(one)) for one in drafts]
        async with asyncio.timeout(20):
            while len(await two.entries(free)) < 3:
                await asyncio.sleep(0.01)
        assert len(await two.entries(held)) == 2
    answers = await asyncio.gather(*waiting)
    assert [answer.status for answer in answers] == ["written", "written"]
    assert len(await two.entries(held)) == 3

"""The ladder of ways that a batch climbs: who fails, fails alone, and nobody is written twice."""

import asyncio
from collections.abc import Sequence

import psycopg
import pytest

from firstline.kit import i18n
from firstline.kit.batch import GroupCommit
from firstline.kit.errors import Conflict, Unavailable

Result = str | Exception | None


class Ways:
    """Three ways of writing words; each notes what it was given."""

    def __init__(self, *errors: Exception | None) -> None:
        self.calls: list[tuple[int, list[str]]] = []
        self.errors = [*errors, None, None, None]
        self.commit = GroupCommit[str, str](self.first, self.second, self.third, limit=3)

    async def write(self, way: int, items: list[str]) -> None:
        self.calls.append((way, items))
        await asyncio.sleep(0)
        error = self.errors[way]
        if error is not None:
            raise error

    async def first(self, items: list[str]) -> Sequence[Result]:
        """Leaves what begins with a capital."""
        await self.write(0, items)
        return [None if item.istitle() else f"first {item}" for item in items]

    async def second(self, items: list[str]) -> Sequence[Result]:
        await self.write(1, items)
        return [f"second {item}" for item in items]

    async def third(self, items: list[str]) -> Sequence[Result]:
        """Each alone: poison is its own writer's trouble."""
        await self.write(2, items)
        return [Conflict(item) if item == "poison" else f"third {item}" for item in items]

    async def put(self, *items: str) -> list[str | BaseException]:
        return await asyncio.gather(*map(self.commit.put, items), return_exceptions=True)


async def test_what_a_way_leaves_goes_to_the_next_and_nothing_else_does() -> None:
    ways = Ways()
    assert await ways.put("a", "B", "c") == ["first a", "second B", "first c"]
    assert ways.calls == [(0, ["a", "B", "c"]), (1, ["B"])]


async def test_while_one_batch_is_written_the_next_gathers_up_to_the_limit() -> None:
    ways = Ways()
    assert await ways.put("a", "b", "c", "d", "e") == [f"first {item}" for item in "abcde"]
    assert [items for _, items in ways.calls] == [["a", "b", "c"], ["d", "e"]]


async def test_a_batch_that_cannot_be_written_climbs_until_poison_fails_alone() -> None:
    ways = Ways(ValueError("poison"), ValueError("poison"))
    a, poison, c = await ways.put("a", "poison", "c")
    assert (a, c) == ("third a", "third c")
    assert isinstance(poison, Conflict)
    assert [way for way, _ in ways.calls] == [0, 1, 2]


@pytest.mark.parametrize(
    "lock", [psycopg.errors.LockNotAvailable(), psycopg.errors.DeadlockDetected()]
)
async def test_a_row_that_somebody_holds_is_waited_for_by_the_last_way_only(
    lock: Exception,
) -> None:
    ways = Ways(lock)
    assert await ways.put("a", "b") == ["third a", "third b"]
    assert [way for way, _ in ways.calls] == [0, 2]


@pytest.mark.parametrize("way", [0, 1])
async def test_nobody_tries_on_where_the_database_is_away_and_each_is_told_in_their_language(
    way: int,
) -> None:
    away = Unavailable("The database is unavailable for a moment; nothing was lost. Try again.")
    ways = Ways(*[None] * way, away)

    async def put(language: str) -> str:
        i18n.use(language)
        with pytest.raises(Unavailable) as refused:
            await ways.commit.put("Words")
        return refused.value.detail

    english, ukrainian = await asyncio.gather(put("en"), put("uk"))
    assert english == away.detail
    assert ukrainian.startswith("База даних")
    assert [number for number, _ in ways.calls] == list(range(way + 1))


async def test_what_the_last_way_raises_is_everybody_s_result() -> None:
    results = await Ways(*[ValueError("full disk")] * 3).put("a", "b")
    assert [str(result) for result in results] == ["full disk"] * 2


async def test_who_has_gone_meanwhile_holds_nobody_up() -> None:
    ways = Ways()
    gone = asyncio.create_task(ways.commit.put("gone"))
    stays = asyncio.create_task(ways.commit.put("stays"))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == "first stays"
    assert await ways.commit.put("next") == "first next"

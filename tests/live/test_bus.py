"""One suite for every bus: what one hub tells, the others hear; a lost connection comes back."""

import asyncio
from typing import Any

import psycopg
import pytest

from firstline.kit.live import Bus, LocalBus, PostgresBus
from firstline.kit.live.bus import PAYLOAD, pack_payloads


class Ear:
    """One end of a bus, and what it heard."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.hints: list[tuple[str, int]] = []
        self.words: list[tuple[str, Any]] = []

    async def open(self) -> "Ear":
        await self.bus.open(
            lambda topic, head: self.hints.append((topic, head)),
            lambda topic, message: self.words.append((topic, message)),
        )
        await until(lambda: self.bus.alive)
        return self


async def until(true: Any, seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)


@pytest.fixture(params=["local", "postgres"])
async def ears(request: pytest.FixtureRequest, live_database: str) -> Any:
    street: list[LocalBus] = []
    ears = [
        await Ear(
            LocalBus(street) if request.param == "local" else PostgresBus(live_database)
        ).open()
        for _ in range(3)
    ]
    yield ears
    for ear in ears:
        await ear.bus.close()


async def test_the_others_hear_a_hint_and_the_teller_does_not(ears: list[Ear]) -> None:
    ears[0].bus.hint("request/1", 5)
    await until(lambda: ears[1].hints == ears[2].hints == [("request/1", 5)])
    await asyncio.sleep(0.1)
    assert ears[0].hints == []


async def test_a_silent_one_hears_and_says_nothing(live_database: str) -> None:
    loud = await Ear(PostgresBus(live_database)).open()
    silent = await Ear(PostgresBus(live_database, silent=True)).open()
    silent.bus.hint("request/1", 5)
    silent.bus.whisper("request/1", {"typing": "Vera"})
    loud.bus.hint("request/1", 6)
    await until(lambda: silent.hints == [("request/1", 6)])
    silent.bus.hint("request/1", 7)
    loud.bus.hint("request/1", 8)
    await until(lambda: len(silent.hints) == 2)
    assert (loud.hints, loud.words) == ([], [])
    for ear in (loud, silent):
        await ear.bus.close()


async def test_the_newest_of_many_hints_arrives(ears: list[Ear]) -> None:
    for n in range(1, 3001):
        ears[0].bus.hint(f"request/{n % 700}", n)
    await until(lambda: len({topic for topic, _ in ears[2].hints}) == 700)
    await until(lambda: max(head for _, head in ears[2].hints) == 3000)


async def test_whispers_arrive_whatever_they_hold(ears: list[Ear]) -> None:
    message = {"typing": "Зоя 'quoted\" \\ \n 😀", "n": 1}
    ears[1].bus.whisper("request/1", message)
    await until(lambda: ears[0].words == [("request/1", message)])


async def test_all_talk_at_once(ears: list[Ear]) -> None:
    for number, ear in enumerate(ears):
        for n in range(1, 201):
            ear.bus.hint(f"{number}/{n}", n)
            await asyncio.sleep(0.0005)
    await until(lambda: all(len(set(ear.hints)) == 400 for ear in ears))


async def test_a_closed_bus_is_not_alive(ears: list[Ear]) -> None:
    assert ears[0].bus.alive
    await ears[0].bus.close()
    assert not ears[0].bus.alive
    ears[1].bus.hint("request/1", 5)
    await until(lambda: ears[2].hints)
    assert not ears[0].hints
    await ears[0].open()


def _seen(lost: set[int], *ears: Ear) -> bool:
    """Whether each of them was seen without its connection; they need not lose it at once."""
    lost.update(n for n, ear in enumerate(ears) if not ear.bus.alive)
    return len(lost) == len(ears)


async def test_a_lost_connection_is_opened_again(live_database: str) -> None:
    near, far = [await Ear(PostgresBus(live_database)).open() for _ in range(2)]
    for turn in (1, 2, 3):
        with psycopg.connect(live_database, autocommit=True) as conn:
            killed = conn.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid() and "
                "(query ilike 'listen%%' or query ilike '%%pg_notify%%')"
            ).fetchall()
        assert len(killed) >= 2
        lost = set[int]()
        await until(lambda lost=lost: _seen(lost, near, far), 10)
        await until(lambda: near.bus.alive and far.bus.alive)
        near.bus.hint("request/1", turn)
        far.bus.hint("request/2", turn)
        await until(lambda n=turn: ("request/1", n) in far.hints and ("request/2", n) in near.hints)
    await near.bus.close()
    await far.bus.close()


async def test_a_bus_without_its_database_is_not_alive_and_harms_nobody() -> None:
    bus = PostgresBus("postgresql://127.0.0.1:1/none")
    await bus.open(lambda topic, head: None, lambda topic, message: None)
    for n in range(20_000):
        bus.hint(f"request/{n}", n)
        bus.whisper("request/1", {})
    await asyncio.sleep(0.2)
    assert not bus.alive
    assert len(bus._hints) <= 10_000
    assert not bus._whispers
    await bus.close()


async def test_an_idle_bus_rests(live_database: str) -> None:
    bus = (await Ear(PostgresBus(live_database)).open()).bus
    with psycopg.connect(live_database, autocommit=True) as conn:
        about = (
            "select query, state_change from pg_stat_activity "
            "where datname = current_database() and query ilike 'listen%'"
        )
        before = conn.execute(about).fetchall()
        await asyncio.sleep(0.5)
        assert conn.execute(about).fetchall() == before
    await bus.close()


def test_payloads_fit_a_notification() -> None:
    pairs = [(f"request/{n}", 10**12 + n) for n in range(5000)]
    payloads = pack_payloads("x", "heads", [*pairs, ("й" * PAYLOAD, 1)])
    assert all(len(payload.encode()) < 8000 for payload in payloads)
    assert sum(payload.count("request/") for payload in payloads) == 5000

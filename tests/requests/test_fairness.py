"""Whoever arrived first is served first: random days on the desk, against a model of the queue."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstline import lines
from firstline.kit.db import Conn
from firstline.kit.errors import Conflict
from firstline.policy.file.doors import Order
from firstline.requests.actions import closing, moves
from firstline.timeline import Ledger

from .hands import Hands

LINES = {"anna": "first", "ivan": "first", "boris": "second", "sofia": "administrators"}
UP = {"first": "second", "second": "administrators"}
DOWN = {upper: line for line, upper in UP.items()}
CHATS = 5
# What is tried, and often enough that queues grow and move: what, by whom, at which request.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            "open open open take take take skip skip give_back hand_over send_back close withdraw "
            "reopen wait".split()
        ),
        st.sampled_from("anna anna ivan boris sofia".split()),
        st.integers(0, 30),
    ),
    min_size=15,
    max_size=50,
)


@dataclass
class Place:
    """What the model knows of a request; a closed one keeps its holder."""

    line: str = "first"
    chat: bool = True
    holder: str | None = None
    closed: bool = False
    skipped: set[str] = field(default_factory=set[str])

    @property
    def waits(self) -> bool:
        return self.holder is None and not self.closed


@dataclass
class Queue:
    """The model: requests by number, and numbers are the order of arrival."""

    places: dict[int, Place] = field(default_factory=dict[int, Place])

    def waiting(self, line: str) -> list[int]:
        return [no for no, at in sorted(self.places.items()) if at.waits and at.line == line]

    def next(self, who: str) -> int | None:
        waiting = self.waiting(LINES[who])
        offered = [no for no in waiting if who not in self.places[no].skipped]
        alone = list(LINES.values()).count(LINES[who]) == 1
        return next(iter(offered or (waiting if alone else [])), None)

    def full(self, who: str, no: int) -> bool:
        held = [at for at in self.places.values() if at.holder == who and not at.closed and at.chat]
        return self.places[no].chat and len(held) >= CHATS

    def pick(self, fits: Callable[[Place], bool], choice: int) -> int | None:
        numbers = [no for no, at in sorted(self.places.items()) if fits(at)]
        return numbers[choice % len(numbers)] if numbers else None


@dataclass
class Day:
    """The desk and the model, which do the same."""

    hands: Hands
    queue: Queue

    async def do(self, step: str, who: str, choice: int) -> None:
        await getattr(self, step)(who, choice)

    async def run(self, action: Any, who: str, no: int, *more: Any) -> None:
        await self.hands.act(action, who, no, *more)

    async def present(self) -> None:
        async with self.hands.desk.db.connection() as conn:
            await conn.execute("update operators set present = true, seen_at = %s", (self.now,))

    @property
    def now(self) -> Any:
        return self.hands.now

    async def open(self, _who: str, choice: int) -> None:
        no = await self.hands.open(("vera", "pavel")[choice % 2])
        assert no > max(self.queue.places, default=0)
        self.queue.places[no] = Place()

    async def take(self, who: str, _choice: int) -> None:
        no = self.queue.next(who)
        if no is not None and self.queue.full(who, no):
            with pytest.raises(Conflict):
                await self.hands.take(who, LINES[who])
            return
        taken = await self.hands.take(who, LINES[who])
        assert (taken.no if taken else None) == no
        if no is not None:
            self.queue.places[no].holder = who

    async def skip(self, who: str, choice: int) -> None:
        no = self.queue.pick(
            lambda at: at.line == LINES[who] and not at.closed and at.holder in (None, who), choice
        )
        no = self.queue.next(who) or no if choice % 2 else no
        if no is None:
            return
        if self.queue.places[no].waits and no != self.queue.next(who):
            with pytest.raises(Conflict, match="not the next"):
                await self.run(moves.skip, who, no, "I know the client")
        else:
            await self.run(moves.skip, who, no, "I know the client")
            self.queue.places[no].holder = None
            self.queue.places[no].skipped.add(who)

    def _held(self, who: str, choice: int) -> int | None:
        return self.queue.pick(lambda at: at.holder == who and not at.closed, choice)

    async def give_back(self, who: str, choice: int) -> None:
        no = self._held(who, choice)
        if no is not None:
            await self.run(moves.give_back, who, no)
            self.queue.places[no].holder = None

    async def hand_over(self, who: str, choice: int) -> None:
        await self._pass(moves.hand_over, UP, who, choice)

    async def send_back(self, who: str, choice: int) -> None:
        await self._pass(moves.send_back, DOWN, who, choice)

    async def _pass(self, action: Any, to: dict[str, str], who: str, choice: int) -> None:
        no = self._held(who, choice)
        if no is None or LINES[who] not in to:
            return
        await self.run(action, who, no, "What was found out")
        at = self.queue.places[no]
        at.line, at.chat, at.holder = to[at.line], False, None

    async def close(self, who: str, choice: int) -> None:
        no = self._held(who, choice)
        if no is not None:
            await self.run(closing.close, who, no, "solved", "It works again")
            self.queue.places[no].closed = True

    async def withdraw(self, _who: str, choice: int) -> None:
        no = self.queue.pick(lambda at: not at.closed, choice)
        if no is not None:
            await self.run(closing.close, await self._client(no), no, "withdrawn", "")
            self.queue.places[no].closed = True

    async def reopen(self, _who: str, choice: int) -> None:
        no = self.queue.pick(lambda at: at.closed, choice)
        if no is not None:
            await self.run(closing.reopen, await self._client(no), no)
            self.queue.places[no].closed = False

    async def _client(self, no: int) -> str:
        client = (await self.hands.request(no)).client_id
        return next(n for n in ("vera", "pavel") if self.hands.world[n].client_id == client)

    async def wait(self, _who: str, _choice: int) -> None:
        """The pause of those who skipped is over; everybody is still here."""
        self.hands.clock.pass_by(minutes=11)
        await self.present()
        for at in self.queue.places.values():
            at.skipped.clear()

    async def compare(self) -> None:
        """Places shown are the places in the model, from 1 in every line."""
        requests = [await self.hands.request(no) for no in self.queue.places]
        async with self.hands.desk.db.connection() as conn:
            shown = await lines.places(conn, Order(), requests)
            alone = [await lines.place(conn, Order(), request) for request in requests]
        wanted: dict[int, int] = {}
        for line in set(LINES.values()):
            wanted |= {no: at for at, no in enumerate(self.queue.waiting(line), 1)}
        assert shown == wanted
        assert alone == [wanted.get(request.no) for request in requests]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
async def test_take_gives_who_came_first_and_places_say_so(
    hands: Hands, conn: Conn, steps: list[tuple[str, str, int]]
) -> None:
    began = hands.now
    async with conn.transaction(force_rollback=True):
        hands.desk.ledger = Ledger(hands.desk.db)
        day = Day(hands, Queue())
        await day.present()
        for step in steps:
            await day.do(*step)
        await day.compare()
    hands.clock.now = began

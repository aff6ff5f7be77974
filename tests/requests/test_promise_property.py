"""What the client is owed, and by when: random stories of one request, against a small model."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstline.kit.db import Conn
from firstline.kit.due import DueTime
from firstline.requests.actions import closing, moves
from firstline.requests.actions.delays import delay
from firstline.requests.due import handlers
from firstline.timeline import Ledger

from .hands import Hands

# One hour, always and on every line: clause answer.hour of the default regulations.
ANSWER = timedelta(hours=1)
# Clients reopen within fourteen days; what happens at the very end is not the matter here.
REOPEN = timedelta(days=13)
SERVES = {"first": "anna", "second": "boris", "administrators": "sofia"}
UP = {"first": "second", "second": "administrators"}
DOWN = {upper: line for line, upper in UP.items()}
KINDS = (
    "word word answer answer note notice take give_back hand_over send_back close staff_reopens "
    "client_reopens"
).split()


def steps_of(*kinds: str) -> st.SearchStrategy[list[tuple[str, int, int]]]:
    """What happens, after how many minutes, and a number for it."""
    minutes = st.sampled_from((0, 1, 7, 30, 59, 60, 61, 500, 9000))
    step = st.tuples(st.sampled_from(kinds), minutes, st.integers(1, 5))
    return st.lists(step, min_size=8, max_size=30)


STEPS = steps_of(*KINDS)


@dataclass
class Model:
    """Rules of the design, section 6, and nothing else."""

    line: str = "first"
    held: bool = False
    closed_at: datetime | None = None
    promise: tuple[str, datetime] | None = None
    unanswered: bool = True

    @property
    def closed(self) -> bool:
        return self.closed_at is not None

    def close(self, now: datetime) -> None:
        """Closing meets what is owed."""
        self.closed_at, self.promise = now, None

    def reopen(self) -> None:
        """Nobody is present in these stories, so that it waits again."""
        self.closed_at, self.held = None, False

    def final(self, now: datetime) -> bool:
        return self.closed_at is not None and now > self.closed_at + REOPEN

    def owe(self, now: datetime) -> None:
        """The first unanswered word starts a promise; further ones do not move it."""
        self.promise = self.promise or ("answer", now + ANSWER)


@dataclass
class Story:
    """One request of Vera's on the desk and in the model, which do the same."""

    hands: Hands
    no: int
    model: Model

    @property
    def operator(self) -> str:
        return SERVES[self.model.line]

    async def run(self, action: Any, *args: Any, by: str = "") -> None:
        await self.hands.act(action, by or self.operator, self.no, *args)

    async def let_pass(self, minutes: int) -> None:
        """Time goes by and what is due happens: alarms, misses, letters, reminders, closing."""
        until = self.hands.now + timedelta(minutes=minutes)
        fire = handlers(self.hands.desk.policies, lambda what, language: f"{what} {language}")
        while (due := await self._due(until)) is not None:
            self.hands.clock.now = max(self.hands.now, due.due_at)
            async with self.hands.desk.db.transaction() as tx:
                await tx.conn.execute(
                    "update due_times set state = 'done' where matter = %s", (self.no,)
                )
                await fire["turn"](tx, due, self.hands.now)
            if due.stage == "close":
                self.model.close(self.hands.now)
        self.hands.clock.now = until

    async def _due(self, until: datetime) -> DueTime | None:
        async with self.hands.desk.db.connection() as conn:
            cursor = await conn.execute(
                "select matter, kind, due_at, generation, state, stage, lease_until, attempts "
                "from due_times where matter = %s and state = 'armed' and due_at <= %s",
                (self.no, until),
            )
            row: Any = await cursor.fetchone()
        return DueTime(*row) if row else None

    async def word(self, _n: int) -> None:
        if self.model.final(self.hands.now):
            return
        await self.hands.say("vera", self.no)
        if self.model.closed:
            self.model.reopen()
        self.model.unanswered = True
        self.model.owe(self.hands.now)

    async def answer(self, _n: int) -> None:
        if self.model.held and not self.model.closed:
            await self.hands.say(self.operator, self.no)
            self.model.promise, self.model.unanswered = None, False

    async def note(self, _n: int) -> None:
        await self.hands.say("clara", self.no, audience="staff")

    async def notice(self, n: int) -> None:
        if self.model.closed:
            return
        until = self.hands.now + timedelta(hours=n)
        await self.run(delay, "overload", until, "Many write today")
        self.model.promise = "delay", until

    async def take(self, _n: int) -> None:
        if not self.model.held and not self.model.closed:
            taken = await self.hands.take(self.operator, self.model.line)
            assert taken is not None
            self.model.held = True

    async def give_back(self, _n: int) -> None:
        if self.model.held and not self.model.closed:
            await self.run(moves.give_back)
            self.model.held = False

    async def hand_over(self, _n: int) -> None:
        if not self.model.held or self.model.closed or self.model.line not in UP:
            return
        await self.run(moves.hand_over, "What was tried")
        self.model.line, self.model.held = UP[self.model.line], False
        self.model.owe(
            self.hands.now
        )  # unanswered it keeps its promise, answered it gets a new one

    async def send_back(self, _n: int) -> None:
        if self.model.held and not self.model.closed and self.model.line in DOWN:
            await self.run(moves.send_back, "What was tried?")
            self.model.line, self.model.held = DOWN[self.model.line], False

    async def close(self, _n: int) -> None:
        if self.model.held and not self.model.closed:
            await self.run(closing.close, "solved", "It works again")
            self.model.close(self.hands.now)

    async def staff_reopens(self, _n: int) -> None:
        if self.model.closed:
            await self.run(closing.reopen)
            self.model.reopen()
            if self.model.unanswered:
                self.model.owe(self.hands.now)

    async def client_reopens(self, _n: int) -> None:
        if self.model.closed and not self.model.final(self.hands.now):
            await self.run(closing.reopen, by="vera")
            self.model.reopen()
            self.model.owe(self.hands.now)

    async def compare(self, after: str) -> None:
        request = await self.hands.request(self.no)
        promise = (request.promise.kind, request.promise.due_at) if request.promise else None
        assert promise == self.model.promise, f"after {after}"
        assert request.closed == self.model.closed


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
async def test_the_promise_is_what_the_rules_say_after_every_step(
    hands: Hands, conn: Conn, steps: list[tuple[str, int, int]]
) -> None:
    began = hands.now
    async with conn.transaction(force_rollback=True):
        hands.desk.ledger = Ledger(hands.desk.db)
        story = Story(hands, await hands.open(), Model(promise=("answer", hands.now + ANSWER)))
        for step, minutes, n in steps:
            await story.let_pass(minutes)
            await story.compare(f"{minutes} minutes")
            await getattr(story, step)(n)
            await story.compare(step)
    hands.clock.now = began

"""The month before the demo's first day, lived through by the real actions at past times.

A heap of moments is worked off in order of time. Whoever takes gets the earliest request of the
line, as in life, and goes on with that request's story.
"""

import heapq
import random
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from firstline.kit.db import BoundDb, Conn, Db, Tx
from firstline.kit.due import DueRunner
from firstline.kit.errors import Conflict
from firstline.people import Who
from firstline.regulations.versions import Policies
from firstline.requests import due, note_article
from firstline.requests.actions import closing, delays, moves
from firstline.requests.actions.opening import open_request
from firstline.requests.actions.saying import mark_seen, say
from firstline.requests.model import NewRequest, Words
from firstline.seed import store
from firstline.seed.clients import Writer
from firstline.seed.stories import Step, Story
from firstline.timeline import Call, Ledger, lock_request
from firstline.worker import automatic_words

# Minutes a request waits to be taken, by line: shortest, longest, usual.
WAITS = {"first": (1, 24, 3), "second": (3, 22, 8), "administrators": (4, 20, 9)}
# Silence has its own due times: the client may have been reminded meanwhile.
LONG = timedelta(hours=12)
NEXT = {"first": "second", "second": "administrators"}
BELOW = {"second": "first", "administrators": "second"}
SKIPPED = (
    "I know this client personally; a colleague should look.",
    "About a plugin that a colleague has just read up on.",
    "I already have another request of this client; the answers would get mixed up.",
)
OUT_OF_ORDER = (
    "The whole site is down; the request before it is about an invoice.",
    "The same cause as in the request that I have just closed: one step.",
    "The client wrote that the shop cannot take payments.",
)


_ARTICLE = re.compile(r"/wiki/([a-z0-9-]+)")


class OneTransaction(BoundDb):
    """The caller's transaction without savepoints, which would be half of all round trips.

    So a refused action must not have written anything; the month has none that has.
    """

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Conn]:
        yield self.conn

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Tx]:
        yield Tx(self.conn, self.volume)


@dataclass(eq=False)
class Tale:
    """One story as it happens to one request."""

    story: Story
    account: Writer
    staff: Who
    planned: bool = False  # the story itself says who takes, and exactly when
    steps: Iterator[Step] = field(init=False)
    line: str = "first"
    no: int = 0
    since: datetime = field(init=False)  # the last thing that happened
    step: Step = field(init=False)
    words: str = ""

    def __post_init__(self) -> None:
        self.steps = iter(self.story.steps)


class World:
    """Staff, tales, and the heap of what happens next."""

    def __init__(
        self,
        db: Db,
        policies: Policies,
        staff: dict[str, list[Who]],
        rng: random.Random,
        until: datetime,
    ) -> None:
        self.db, self.policies, self.ledger = db, policies, Ledger(db)
        self.staff, self.rng, self.until = staff, rng, until
        self.readers = random.Random(7)  # so that they change nothing else of the month
        self.now = until
        self.tales: dict[int, Tale] = {}
        self._moments: list[tuple[datetime, int, Callable[[], Awaitable[None]]]] = []
        self._count = 0
        self._waiting: dict[str, list[int]] = {line: [] for line in WAITS}
        self._skipped: set[int] = set()
        self._due = DueRunner(
            db, due.handlers(policies, automatic_words), lambda: self.now, lock=lock_request
        )

    def _call(self, who: Who) -> Call:
        return Call(self.db, self.ledger, self.policies, who, self.now)

    def plan(self, at: datetime, do: Callable[[], Awaitable[None]]) -> None:
        """Let `do` happen at `at`, unless that is later than the last moment told."""
        self._count += 1
        if at <= self.until:
            heapq.heappush(self._moments, (at, self._count, do))

    def begin(self, tale: Tale, at: datetime) -> None:
        """Let a tale begin at `at`."""
        tale.since = at
        self._plan_next(tale)

    async def live(self) -> None:
        """Let everything happen that was planned, and what follows from it.

        Due times are looked at where they leave something in the log: a month has thousands.
        """
        while self._moments:
            moment, _, do = heapq.heappop(self._moments)
            async with self.db.connection() as conn:
                broken = await store.promise_broken(conn, moment)
            if broken:
                await self._pass_time(moment)
            self.now = moment
            await do()
        await self._pass_time(self.until)

    async def _pass_time(self, until: datetime) -> None:
        """Fire the due times that have come, each at its own moment."""
        while (moment := await self._due.earliest()) is not None and moment <= until:
            self.now = moment
            await self._due.step()
        self.now = until

    def _plan_next(self, tale: Tale) -> None:
        step = next(tale.steps, None)
        if step is not None:
            haste = 1.0 if tale.planned else self.rng.uniform(0.85, 1.15)
            at = tale.since + timedelta(minutes=step.minutes * haste)
            self.plan(at, lambda: self._play(tale, step))

    async def _play(self, tale: Tale, step: Step) -> None:
        if self.now - tale.since > LONG:
            await self._pass_time(self.now)
        tale.since = self.now
        tale.step = step
        tale.words = self.rng.choice(step.words).format_map(tale.account.words)
        await getattr(self, f"_{step.act}")(tale)

    async def _outreach(self, tale: Tale) -> None:
        await self._open(tale, tale.staff, tale.words)

    async def _client(self, tale: Tale) -> None:
        if tale.no:
            await self._say(tale, tale.account.who, tale.words)
            self._plan_next(tale)
        else:
            await self._open(tale, tale.account.who, tale.words)

    async def _open(self, tale: Tale, who: Who, words: str) -> None:
        account = tale.account
        _, made = await open_request(
            self._call(who),
            NewRequest(
                tale.story.topic,
                words,
                service=account.service_id,
                client=account.who.client_id if who.is_staff else None,
            ),
        )
        tale.no = made.no
        self.tales[made.no] = tale
        self._wait(tale)

    async def _staff(self, tale: Tale) -> None:
        await self._say(tale, tale.staff, tale.words)
        self._plan_reading(tale)
        self._plan_next(tale)

    def _plan_reading(self, tale: Tale) -> None:
        """The client mostly opens the articles that the words lead to."""
        for slug in _ARTICLE.findall(tale.words):
            if self.readers.random() < 0.75:
                at = self.now + timedelta(minutes=self.readers.uniform(1, 40))
                self.plan(at, partial(self._read, tale.account.who, tale.no, slug))

    async def _read(self, who: Who, no: int, slug: str) -> None:
        await self.db.run(note_article, who, no, slug, now=self.now)

    async def _note(self, tale: Tale) -> None:
        await self._say(tale, tale.staff, tale.words, audience="staff")
        self._plan_next(tale)

    async def _say(self, tale: Tale, who: Who, words: str, audience: str | None = None) -> None:
        await say(self._call(who), tale.no, Words(words, audience=audience))

    async def _up(self, tale: Tale) -> None:
        await self._call(tale.staff).run(moves.hand_over, tale.no, tale.words)
        tale.line = NEXT[tale.line]
        self._wait(tale)

    async def _back(self, tale: Tale) -> None:
        await self._call(tale.staff).run(moves.send_back, tale.no, tale.words)
        tale.line = BELOW[tale.line]
        self._wait(tale)

    async def _again(self, tale: Tale) -> None:
        await self._say(tale, tale.account.who, tale.words)
        self._wait(tale)

    async def _delay(self, tale: Tale) -> None:
        until = self.now + timedelta(minutes=float(tale.step.arguments[2]))
        reason = tale.step.arguments[0]
        await self._call(tale.staff).run(delays.delay, tale.no, reason, until, tale.words)
        self._plan_next(tale)

    async def _close(self, tale: Tale) -> None:
        outcome = tale.step.arguments[0]
        await self._call(tale.staff).run(closing.close, tale.no, outcome, tale.words)
        self._plan_reading(tale)
        if tale.account.signs_in:
            await self._call(tale.account.who).run(mark_seen, tale.no, 10_000)
        self._plan_next(tale)

    async def _rate(self, tale: Tale) -> None:
        if self.rng.random() < 0.6:
            score = int(tale.step.arguments[0])
            await self._call(tale.account.who).run(closing.rate, tale.no, score, tale.words)
        self._plan_next(tale)

    async def _silence(self, _: Tale) -> None:
        """The client never answers: reminder and closing come by themselves, in their time."""

    async def _take(self, tale: Tale) -> None:
        who = next(
            one for one in self.staff[tale.line] if one.name.lower() == tale.step.arguments[0]
        )
        await self._takes(who, tale.line)

    def _wait(self, tale: Tale) -> None:
        """The request stands in a line: someone comes to take, unless the story says who."""
        line = tale.line  # by then a colleague may have taken this one, and handed it over
        self._waiting[line] = sorted([*self._waiting[line], tale.no])
        if tale.planned:
            self._plan_next(tale)
            return
        at = self.now + timedelta(minutes=self.rng.triangular(*WAITS[line]))
        self.plan(at, lambda: self._somebody_takes(line))

    async def _somebody_takes(self, line: str) -> None:
        who, waiting = self.rng.choice(self.staff[line]), self._waiting[line]
        departs = line == "first" and len(waiting) > 1 and self.rng.random() < 0.4
        if departs and self.rng.random() < 0.5:
            reason = self.rng.choice(OUT_OF_ORDER)
            request = await self._call(who).run(moves.take, waiting[1], reason)
            await self._go_on(request.no, who)
            return
        if departs and waiting[0] not in self._skipped:
            self._skipped.add(waiting[0])
            reason = self.rng.choice(SKIPPED)
            await self._call(who).run(moves.skip, waiting[0], reason)
        await self._takes(who, line)

    async def _takes(self, who: Who, line: str) -> None:
        try:
            request = await self._call(who).run(moves.take_next, line)
        except Conflict:  # five chats owe a word
            request = None
        if request is None and self._waiting[line]:  # or what waits was skipped just now
            self.plan(self.now + timedelta(minutes=4), lambda: self._somebody_takes(line))
        elif request is not None:
            await self._go_on(request.no, who)

    async def _go_on(self, no: int, who: Who) -> None:
        tale = self.tales[no]
        self._waiting[tale.line].remove(no)
        tale.staff, tale.since = who, self.now
        self._plan_next(tale)

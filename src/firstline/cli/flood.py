"""`firstline flood`: live traffic on a running demo desk, told by the demo's own stories.

Everything goes through the API, as clients and operators would call it. Operators serve whoever is
next, as always; a request that the flood does not know they hold with a note, for a person to see.
"""

import asyncio
import contextlib
import random
import sys
import time
from argparse import Namespace
from collections import Counter, deque
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from firstline.cli import store
from firstline.cli.database import desk_settings, open_desk
from firstline.cli.demos import refuse_real_desk
from firstline.cli.refusals import CommandError
from firstline.kit import clock
from firstline.kit.db import Db, Tx
from firstline.people import Who, who_by_email
from firstline.people.access.tokens import new_named_token, revoke_token
from firstline.people.cast import STAFF
from firstline.seed.clients import Writer, contacts_of_demo
from firstline.seed.stories import Step, Story, past_stories

PLAYED = {"client", "staff", "note", "up", "close", "rate"}
LINES = ("first", "second", "administrators")
# Stories that one operator plays at once, below the policy's limit of open chats.
AT_ONCE = 3
WAITING = 8
DRAIN_SECONDS = 20
# It shows a desk at work; it is no tool against one.
HERE = ("127.0.0.1", "::1", "localhost")
MOST_RATE, MOST_SECONDS = 500, 3600


@dataclass
class Person:
    """Somebody who calls the API: their token, and how it is taken back."""

    who: Who
    token: str
    token_id: UUID
    account: Writer | None = None


@dataclass
class FloodStory:
    """One story as it happens to one request."""

    contact: Person
    steps: Iterator[Step]
    words: dict[str, str]


@dataclass
class Progress:
    """What has happened so far; times are milliseconds of the last thousand calls."""

    done: Counter[str] = field(default_factory=Counter[str])
    times: deque[float] = field(default_factory=lambda: deque[float](maxlen=1000))

    def line(self, seconds: float) -> str:
        names = ("opened", "taken", "said", "handed over", "closed", "refused")
        counts = "  ".join(f"{name} {self.done[name]}" for name in names)
        times = sorted(self.times) or [0.0]
        middle, late = times[len(times) // 2], times[int(len(times) * 0.99)]
        return f"{seconds:4.0f} s  {counts}  p50 {middle:.0f} ms  p99 {late:.0f} ms"


class Pace:
    """Lets so many calls begin in a second, evenly."""

    def __init__(self, rate: float) -> None:
        self._gap = 1 / rate
        self._next = time.monotonic()

    async def turn(self) -> None:
        now = time.monotonic()
        self._next = max(self._next + self._gap, now - 1)
        await asyncio.sleep(max(0.0, self._next - now))


class Flood:
    """Contacts who write, operators who answer, and what they are in the middle of."""

    def __init__(self, http: httpx.AsyncClient, people: list[Person], rate: float) -> None:
        self.http, self.pace, self.progress = http, Pace(rate), Progress()
        self.contacts = [one for one in people if one.account]
        self.staff = [one for one in people if not one.account]
        self.tales: dict[int, FloodStory] = {}
        self.waiting: Counter[str] = Counter()
        self.rng = random.Random()
        self.stories = {language: _playable(language) for language in ("en", "uk", "ru")}

    async def run(self, seconds: float) -> None:
        """Make traffic for so long, then let the stories that have begun come to their end."""
        began = time.monotonic()
        opener = asyncio.create_task(self._open_for_ever())
        workers = [
            asyncio.create_task(self._serve(one, line))
            for one in self.staff
            for line in LINES
            if line in one.who.lines
            for _ in range(AT_ONCE)
        ]
        printer = asyncio.create_task(self._print(began))
        await _first((opener, *workers), timeout=seconds)
        await _cancel([opener])
        end = time.monotonic() + DRAIN_SECONDS
        while self.tales and time.monotonic() < end:
            await _first(workers, timeout=0.2)
        await _cancel([*workers, printer])
        print(self.progress.line(time.monotonic() - began), file=sys.stderr)

    async def _open_for_ever(self) -> None:
        while True:
            if self.waiting["first"] >= WAITING:
                await asyncio.sleep(0.05)
                continue
            contact = self.rng.choice(self.contacts)
            assert contact.account is not None, "contacts have one"
            story = self.rng.choice(self.stories.get(contact.who.language, self.stories["en"]))
            tale = FloodStory(contact, iter(story.steps), contact.account.words)
            words = self._words(tale, next(tale.steps))
            made = await self._call(
                contact, "opened", "/requests", {"topic": story.topic, "body": words}
            )
            if made is not None:
                self.tales[made["no"]] = tale
                self.waiting["first"] += 1

    async def _serve(self, who: Person, line: str) -> None:
        while True:
            path = f"/lines/{line}/take"
            taken = await self._call(who, "taken", path, {}) if self.waiting[line] else None
            if taken is None:
                await asyncio.sleep(0.3)
            elif tale := self.tales.get(taken["no"]):
                self.waiting[line] -= 1
                await self._play(who, taken["no"], tale)
            else:
                note = {"body": "Taken while the flood ran; nothing was done.", "audience": "staff"}
                await self._call(who, "noted", f"/requests/{taken['no']}/entries", note)

    async def _play(self, who: Person, no: int, tale: FloodStory) -> None:
        """Go on with a story until it is handed over or ends."""
        for step in tale.steps:
            words = self._words(tale, step)
            path = f"/requests/{no}"
            if step.act == "client":
                await self._call(tale.contact, "said", f"{path}/entries", {"body": words})
            elif step.act in ("staff", "note"):
                audience = "staff" if step.act == "note" else "all"
                said = {"body": words, "audience": audience}
                await self._call(who, "said", f"{path}/entries", said)
            elif step.act == "up":
                passed = await self._call(
                    who, "handed over", f"{path}/handover", {"summary": words}
                )
                if passed is None:
                    break
                self.waiting[passed["line"]] += 1
                return
            elif step.act == "close":
                closing = {"outcome": step.arguments[0], "text": words}
                await self._call(who, "closed", f"{path}/closure", closing)
            elif step.act == "rate":
                rating = {"score": int(step.arguments[0]), "text": words}
                await self._call(tale.contact, "rated", f"{path}/rating", rating)
        del self.tales[no]

    def _words(self, tale: FloodStory, step: Step) -> str:
        return self.rng.choice(step.words).format_map(tale.words)

    async def _call(
        self, who: Person, what: str, path: str, body: dict[str, Any]
    ) -> dict[str, Any] | None:
        await self.pace.turn()
        began = time.monotonic()
        try:
            answer = await self.http.post(
                f"/api/v1{path}", json=body, headers={"Authorization": f"Bearer {who.token}"}
            )
        except httpx.TransportError:
            self.progress.done["refused"] += 1
            await asyncio.sleep(1)
            return None
        self.progress.times.append((time.monotonic() - began) * 1000)
        if answer.status_code in (200, 201):
            self.progress.done[what] += 1
            return answer.json()
        if answer.status_code not in (204, 409):  # nobody waits; enough chats are open
            self.progress.done["refused"] += 1
        return None

    async def _print(self, began: float) -> None:
        lively = sys.stderr.isatty()
        while True:
            await asyncio.sleep(1 if lively else 10)
            end = "\r" if lively else "\n"
            print(
                self.progress.line(time.monotonic() - began), end=end, file=sys.stderr, flush=True
            )


def flood(asked: Namespace) -> int:
    """Make traffic; exit code 1 when something was refused."""
    return asyncio.run(_flood(asked))


def _refuse_excess(url: str, asked: Namespace) -> None:
    if urlsplit(url).hostname not in HERE:
        raise CommandError("A flood is for a desk on this machine only, at http://127.0.0.1:PORT.")
    if asked.rate > MOST_RATE or asked.seconds > MOST_SECONDS:
        raise CommandError(f"Give a rate up to {MOST_RATE} and up to {MOST_SECONDS} seconds.")


async def _flood(asked: Namespace) -> int:
    url = asked.url or desk_settings(asked).public_url
    _refuse_excess(url, asked)
    async with open_desk(asked) as (settings, db):
        await refuse_real_desk(settings)
        return await _run(asked, url, db)


async def _run(asked: Namespace, url: str, db: Db) -> int:
    async with _people(db) as people:
        limits = httpx.Limits(max_connections=100)
        async with httpx.AsyncClient(base_url=url, timeout=30, limits=limits) as http:
            try:
                (await http.get("/ready")).raise_for_status()
            except httpx.HTTPError as error:
                raise CommandError(
                    f"No desk answers at {url}; start one with firstline demo, or name it "
                    "with --url."
                ) from error
            await _refuse_another(http, people[0])
            running = Flood(http, people, asked.rate)
            await running.run(asked.seconds)
    return 1 if running.progress.done["refused"] else 0


async def _refuse_another(http: httpx.AsyncClient, person: Person) -> None:
    """The people of one desk are strangers to another, who would only be refused there."""
    answer = await http.get(
        "/api/v1/requests?limit=1", headers={"Authorization": f"Bearer {person.token}"}
    )
    if answer.status_code == 401:
        raise CommandError(
            f"The desk at {http.base_url} is not the one of this data folder; name its own with "
            "--data."
        )


@asynccontextmanager
async def _people(db: Db) -> AsyncGenerator[list[Person]]:
    """Everybody of the demo with a token of their own, taken back at the end."""
    people = [person async for person in _issue(db)]
    if not any(one.account for one in people) or all(one.account for one in people):
        raise CommandError("The flood needs the people of a demo desk; start firstline demo first.")
    try:
        yield people
    finally:
        for one in people:
            await db.run(_revoke, one)


async def _issue(db: Db) -> AsyncGenerator[Person]:
    async with db.connection() as conn:
        contacts = await store.contacts_to_play(conn, contacts_of_demo())
        staff = await store.operators_to_play(conn, [one[0] for one in STAFF])
    places = {email: (host, server) for email, host, server in contacts}
    for email in (*places, *staff):
        async with db.transaction() as tx:
            who = await who_by_email(tx.conn, email)
            if who is None:
                continue
            token, words = await new_named_token(tx, who.id, "flood", now=clock.now())
        account = Writer(who, None, *places[email]) if email in places else None
        yield Person(who, words, token.id, account)


async def _revoke(tx: Tx, person: Person) -> None:
    await revoke_token(tx, person.who, person.token_id, now=clock.now())


def _playable(language: str) -> list[Story]:
    """Stories that need neither days nor people who are away."""
    return [
        story
        for story in past_stories(language)
        if story.steps[0].act == "client" and {step.act for step in story.steps} <= PLAYED
    ]


async def _first(tasks: "tuple[asyncio.Task[None], ...] | list[asyncio.Task[None]]", *,
                 timeout: float) -> None:  # fmt: skip
    """Wait so long, or until one of them fails, which is then our failure too."""
    done, _ = await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task

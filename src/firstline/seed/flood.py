"""`firstline flood`: lively traffic at a desk on this machine, through its public API.

Clients open requests and go on writing, operators take the next, answer, hand over, close. Bounded
by rate and time, and for a loopback address only: it is made to look at a desk under load.
"""

import http.client
import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TextIO
from urllib.parse import urlsplit

from firstline.kit.db import Tx
from firstline.kit.errors import Invalid, Missing
from firstline.people import new_token, who_by_email
from firstline.people.access.tokens import list_tokens, revoke_token
from firstline.people.cast import CLIENTS, STAFF
from firstline.seed.stories import Story, told

HERE = ("127.0.0.1", "::1", "localhost")
HIGHEST_RATE = 200.0
LONGEST_SECONDS = 3600.0
THREADS = 4
NAME = "flood"
TIMEOUT = 10.0
WORDS = {"who": "there", "host": "flood.example", "server": "web01", "db": "flood_shop"}
WORDS |= {"box": "office@flood.example", "ip": "192.0.2.77"}


@dataclass(frozen=True, slots=True)
class Hands:
    """Tokens to act with: of contacts, and of operators by line."""

    contacts: tuple[str, ...]
    operators: dict[str, tuple[str, ...]]


@dataclass
class Totals:
    """What the flood has done so far; `seconds` holds how long each call took."""

    opened: int = 0
    said: int = 0
    moved: int = 0
    closed: int = 0
    refused: int = 0
    failed: int = 0
    seconds: list[float] = field(default_factory=list[float])

    @property
    def calls(self) -> int:
        return len(self.seconds)

    @property
    def p95(self) -> float:
        """Seconds within which 95 of 100 of the last thousand calls were answered."""
        last = sorted(self.seconds[-1000:])
        return last[int(len(last) * 0.95)] if last else 0.0


async def hands(tx: Tx, *, now: datetime) -> Hands:
    """New tokens of the demo's cast. Raises Missing on a desk without it."""

    async def token(email: str) -> str:
        who = await who_by_email(tx.conn, email)
        if who is None:
            raise Missing(f"{email} is not at this desk; flood needs the cast of `firstline demo`.")
        return await new_token(tx, who.id, NAME, now=now)

    operators: dict[str, list[str]] = {}
    for email, _, _, lines, *_ in STAFF:
        for line in lines:
            operators.setdefault(line, []).append(await token(email))
    contacts = tuple([await token(client[2][0]) for client in CLIENTS])
    return Hands(contacts, {line: tuple(tokens) for line, tokens in operators.items()})


async def let_go(tx: Tx) -> None:
    """Revoke the tokens that `hands` made, of this run or of one that was broken off."""
    for email in (*(one[0] for one in STAFF), *(client[2][0] for client in CLIENTS)):
        who = await who_by_email(tx.conn, email)
        for token in await list_tokens(tx.conn, who.id) if who else []:
            if who and token.name == NAME:
                await revoke_token(tx, who, token.id)


def flood(url: str, hands: Hands, *, seconds: float, rate: float, out: TextIO) -> Totals:
    """Make about `rate` calls a second for `seconds`, and show how it goes on `out`.

    Raises Invalid for an address that is not of this machine and for figures out of bounds.
    """
    place = urlsplit(url)
    if place.scheme != "http" or place.hostname not in HERE:
        raise Invalid("flood only runs against a desk on this machine, at http://127.0.0.1:PORT.")
    if not 0 < rate <= HIGHEST_RATE or not 0 < seconds <= LONGEST_SECONDS:
        raise Invalid(f"Give a rate up to {HIGHEST_RATE:g} and up to {LONGEST_SECONDS:g} seconds.")
    totals, lock = Totals(), threading.Lock()
    end = time.monotonic() + seconds
    pace = Pace(rate, end)
    threads = [
        threading.Thread(target=Crowd(place.netloc, hands, pace, totals, lock, seed).run)
        for seed in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    _watch(totals, seconds, end, threads, out)
    return totals


class Pace:
    """Lets calls of all threads go one by one, `rate` a second, until `end`."""

    def __init__(self, rate: float, end: float) -> None:
        self.step, self.end = 1 / rate, end
        self.lock, self.next = threading.Lock(), time.monotonic()

    def wait(self) -> bool:
        """Wait for the next turn; False when the time is over."""
        with self.lock:
            now = time.monotonic()
            self.next = max(self.next, now - 1) + self.step
            pause = self.next - now
        if now + pause >= self.end:
            return False
        time.sleep(max(pause, 0))
        return True


class OverError(Exception):
    """The flood's time is over."""


class Crowd:
    """One thread: conversations one after the other, over one connection."""

    def __init__(
        self, netloc: str, hands: Hands, pace: Pace, totals: Totals, lock: threading.Lock, seed: int
    ) -> None:
        self.netloc, self.hands, self.pace = netloc, hands, pace
        self.totals, self.lock = totals, lock
        self.rng = random.Random(f"{seed} {time.time_ns()}")
        self.stories = [story for language in ("en", "uk", "ru") for story in told(language)]
        self.connection = http.client.HTTPConnection(netloc, timeout=TIMEOUT)

    def run(self) -> None:
        """Talk until the time is over."""
        try:
            while True:
                self.conversation(self.rng.choice(self.stories))
        except OverError:
            self.connection.close()

    def conversation(self, story: Story) -> None:
        """A client opens a request; an operator takes the earliest there is and deals with it."""
        words = _words(story, self.rng)
        client = self.rng.choice(self.hands.contacts)
        opened = self.call(client, "requests", {"topic": story.topic, "body": next(words)})
        if opened is not None:
            self.count(opened=1)
        line, no = "first", None
        while line:
            operator = self.rng.choice(self.hands.operators[line])
            taken = self.call(operator, f"lines/{line}/take")
            no = taken["no"] if taken else None
            if no is None:
                return
            self.talk(operator, client if opened and opened["no"] == no else None, no, words)
            up = {"first": "second"}.get(line) if self.rng.random() < 0.15 else None
            if up:
                self.call(operator, f"requests/{no}/handover", {"summary": "Seen, not solved."})
                self.count(moved=1)
            else:
                text = {"outcome": "solved", "text": next(words, "Done.")}
                self.call(operator, f"requests/{no}/closure", text)
                self.count(closed=1)
            line = up

    def talk(self, operator: str, client: str | None, no: int, words: Iterator[str]) -> None:
        """Some words of both; the client's only where the request is theirs."""
        for _ in range(self.rng.randint(1, 4)):
            who = client if client and self.rng.random() < 0.5 else operator
            body = {"body": next(words, "One moment, please."), "key": f"{self.rng.random()}"}
            if self.call(who, f"requests/{no}/entries", body):
                self.count(said=1)

    def count(self, **more: int) -> None:
        with self.lock:
            for name, number in more.items():
                setattr(self.totals, name, getattr(self.totals, name) + number)

    def call(self, token: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """POST to the API at the pace; the answer, None for an empty one or a refusal."""
        if not self.pace.wait():
            raise OverError
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        began = time.monotonic()
        try:
            self.connection.request("POST", f"/api/v1/{path}", json.dumps(body or {}), headers)
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()  # the next request opens it again
            self.count(failed=1)
            return None
        with self.lock:
            self.totals.seconds.append(time.monotonic() - began)
        if answer.status >= 400:
            self.count(refused=1)
            return None
        return json.loads(text) if text else None


def _words(story: Story, rng: random.Random) -> Iterator[str]:
    for step in story.steps:
        if step.act in ("client", "opened", "staff") and step.words[0]:
            yield rng.choice(step.words).format_map(WORDS)


def _watch(
    totals: Totals, seconds: float, end: float, threads: list[threading.Thread], out: TextIO
) -> None:
    live = out.isatty()
    shown = 0.0
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.2)
        left = max(end - time.monotonic(), 0.0)
        if live or seconds - left - shown >= 5:
            shown = seconds - left
            out.write(
                ("\r" if live else "") + _line(totals, seconds, left) + ("" if live else "\n")
            )
            out.flush()
    out.write(("\r" if live else "") + _line(totals, seconds, 0.0) + "\n")
    out.flush()


def _line(totals: Totals, seconds: float, left: float) -> str:
    done = 1 - left / seconds
    bar = "#" * round(done * 20)
    return (
        f"[{bar:-<20}] {left:4.0f} s left  {totals.opened} opened  {totals.said} said  "
        f"{totals.moved} handed over  {totals.closed} closed  {totals.refused} refused  "
        f"{totals.failed} failed  {totals.calls / max(seconds - left, 0.2):.0f}/s  "
        f"p95 {totals.p95 * 1000:.0f} ms "
    )

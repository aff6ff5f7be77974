"""One reader's queue: a map from topic to place. Slow readers cost nothing and lose nothing."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Mapping, MutableMapping, Sequence
from typing import Any, TypeVar

from firstline.kit.errors import Missing, Refused
from firstline.kit.live.hub import Hub, Item, or_none

T = TypeVar("T")
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
PAGE = 200
WINDOW = 1000
STUCK = 15.0
AGAIN = 1.0
WHISPER_LIFE = 5.0
WHISPERS = 32
WAITING = 256
REVOKED = 4403
GONE = 1006
TRY_LATER = 1013


class Place:
    """How far a reader of one topic has come. `name` is what the reader calls the topic.

    A signal carries no items: only that something changed, and the head.
    """

    __slots__ = ("cursor", "fresh", "name", "signal")

    def __init__(self, name: str, cursor: int, *, signal: bool) -> None:
        self.name = name
        self.cursor = cursor
        self.signal = signal
        self.fresh = True


class Stream:
    """Base of a connection: follows topics and writes what comes, in one task, until it ends.

    A subclass says what its reader sees and how an item is written; `asgi` takes it from here, and
    may wait for a slow reader, with whom nobody else waits.
    """

    __slots__ = (
        "__weakref__",
        "_asgi",
        "_code",
        "_direct",
        "_dirty",
        "_hub",
        "_places",
        "_room",
        "_wake",
        "_whispers",
        "_writing",
        "epoch",
        "in_flight",
        "loop",
        "owner",
        "who",
    )

    def __init__(self, hub: Hub, asgi: Send, who: Any, owner: Hashable, epoch: int) -> None:
        # Asked once: each time is a system call.
        self.loop = asyncio.get_running_loop()
        self._hub = hub
        self._asgi = asgi
        self._places: dict[str, Place] = {}
        self._dirty: dict[str, int] = {}
        self._direct: deque[str] = deque()
        self._whispers: dict[Hashable, tuple[float, str]] | None = None
        self._wake: asyncio.Future[None] | None = None
        self._room: asyncio.Future[None] | None = None
        self._writing = 0.0
        self._code: int | None = None
        self.in_flight = 0
        self.who = who
        self.owner = owner
        self.epoch = epoch

    # -- what a subclass says ---------------------------------------------------------------

    async def read(self, topic: str, after: int, limit: int) -> tuple[Sequence[Any], int]:
        """Items above `after` that this reader may see, and the head. Raises `Missing`."""
        return await self._hub.source.read(self.who, topic, after, limit)

    def sees(self, value: Any) -> bool:
        """May this reader see the item?"""
        raise NotImplementedError

    def write_item(self, name: str, item: Item) -> str:
        raise NotImplementedError

    def write_signal(self, name: str, head: int) -> str:
        raise NotImplementedError

    def write_reset(self, name: str) -> str:
        raise NotImplementedError

    def write_refusal(self, name: str, refused: Refused) -> str:
        raise NotImplementedError

    def hear(self, topic: str, message: Mapping[str, Any]) -> None:
        raise NotImplementedError

    def abort(self) -> None:
        """Drop the connection of a reader that reads no more; `run` is cancelled by it."""
        raise NotImplementedError

    # -- following --------------------------------------------------------------------------

    @property
    def following(self) -> int:
        return len(self._places)

    def reads(self, topic: str) -> bool:
        """Has the source let this reader see the topic?"""
        place = self._places.get(topic)
        return place is not None and not place.fresh

    def follow(self, topic: str, name: str, after: int, *, signal: bool) -> None:
        """Send what stands above `after`, then what comes. Following again moves the cursor."""
        self._places[topic] = Place(name, after, signal=signal)
        self._hub.follow(topic, self)
        self._dirty[topic] = 0
        self._stir()

    def unfollow(self, topic: str) -> None:
        self._dirty.pop(topic, None)
        if self._places.pop(topic, None):
            self._hub.unfollow(topic, self)

    def news(self, topic: str, head: int) -> None:
        place = self._places.get(topic)
        if place is not None and (place.signal or head > place.cursor):
            self._dirty[topic] = head
            self._stir()

    def _stir(self) -> None:
        wake = self._wake
        if wake is not None and not wake.done():
            wake.set_result(None)

    # -- saying something to this reader alone ----------------------------------------------

    def queue_text(self, text: str) -> None:
        """Queue a message for this reader only: an answer to what it sent."""
        self._direct.append(text)
        self._stir()

    def mention(self, key: Hashable, text: str) -> None:
        """Queue a whisper; a newer one of the same key replaces it, an old one is dropped."""
        if self._whispers is None:
            self._whispers = {}
        if len(self._whispers) < WHISPERS or key in self._whispers:
            moment = self.loop.time()
            self._whispers[key] = (moment + WHISPER_LIFE, text)
            self._stir()

    def answer(self, text: str | None) -> None:
        """Queue what one thing `in_flight` came to; None where it needs no words."""
        self.in_flight -= 1
        if text is None:
            self._let_in()
        else:
            self._direct.append(text)
            self._stir()

    async def room(self) -> None:
        """Wait while this reader has too much under way or unread: it asks faster than it reads."""
        while self.in_flight + len(self._direct) >= WAITING and self._code is None:
            self._room = self.loop.create_future()
            await self._room

    # -- ending -----------------------------------------------------------------------------

    def end(self, code: int) -> None:
        """Send nothing more and close with `code`; a reader that is stuck is dropped."""
        if self._code is None:
            self._code = code
            self._let_in()
            self._stir()
            if self._writing:
                self.abort()

    @property
    def ended(self) -> bool:
        return self._code is not None

    def revoke(self) -> None:
        """The rights have changed: the reader comes back and is looked at anew."""
        self.end(REVOKED)

    def tick(self, moment: float) -> None:
        if self._writing and moment - self._writing > STUCK:
            self.end(TRY_LATER)

    def detach(self) -> None:
        """Leave every topic; called once, by whoever called `run`."""
        for topic in self._places:
            self._hub.unfollow(topic, self)
        self._places.clear()

    # -- the writer -------------------------------------------------------------------------

    async def run(self) -> int:
        """Write until the end; returns the code to close with."""
        try:
            while self._code is None:
                if self._direct:
                    await self.send(self._direct.popleft())
                    self._let_in()
                elif self._dirty:
                    topic = next(iter(self._dirty))
                    await self._advance(topic, self._dirty.pop(topic))
                elif self._whispers:
                    await self._write_whispers()
                else:
                    await self._rest()
            return self._code
        finally:
            self.end(GONE)

    async def _rest(self) -> None:
        self._wake = self.loop.create_future()
        await self._wake
        self._wake = None
        if self.in_flight:
            # One's own entry comes a turn of the loop before its ack: written together they cost
            # one system call.
            await asyncio.sleep(0)

    async def send(self, text: str) -> None:
        """Hand one message to the network, however long its reader takes."""
        # The poll compares this time with its own: no timer per message.
        self._writing = self.loop.time()
        await self._asgi({"type": "websocket.send", "text": text})
        self._writing = 0.0

    def _let_in(self) -> None:
        if self._room is not None and not self._room.done():
            self._room.set_result(None)

    async def _write_whispers(self) -> None:
        whispers, self._whispers = self._whispers or {}, None
        for until, text in whispers.values():
            if until > self.loop.time() and self._code is None:
                await self.send(text)

    async def _advance(self, topic: str, head: int) -> None:
        place = self._places.get(topic)
        if place is None:
            return
        if place.signal:
            await self._advance_signal(topic, place, head)
            return
        items, reached = None if place.fresh else self._hub.items_after(topic, place.cursor), 0
        if items is None:
            items, reached = await self._page(topic, place)
        for item in items:
            if self._places.get(topic) is not place or self._code is not None:
                return
            if item.no > place.cursor:
                if self.sees(item.value):
                    await self.send(self.write_item(place.name, item))
                place.cursor = item.no
        if reached > place.cursor:
            if len(items) >= PAGE:
                self._dirty.setdefault(topic, reached)
            else:
                place.cursor = reached  # what lies between is hidden from this reader

    async def _page(self, topic: str, place: Place) -> tuple[Sequence[Item], int]:
        """The next items as the source has them, and the head; nothing where there are none to
        come, or not now.
        """
        page = await self._or_later(topic, self._read(topic, place))
        if page is None:
            return (), 0
        if place.fresh and not 0 <= page[1] - place.cursor <= WINDOW:
            await self._reset(topic, place)
            return (), 0
        place.fresh = False
        return page

    async def _read(self, topic: str, place: Place) -> tuple[Sequence[Item], int] | None:
        try:
            values, head = await self.read(topic, place.cursor, PAGE)
        except Missing as error:
            self._give_up(topic, place, error)
            return None
        return [Item(value.no, value) for value in values], head

    async def _present(self, topic: str, place: Place) -> int | None:
        try:
            return await self._hub.head(topic)
        except Missing as error:
            self._give_up(topic, place, error)
            return None

    def _give_up(self, topic: str, place: Place, refused: Refused) -> None:
        if self._places.get(topic) is place:
            self.unfollow(topic)
            self.queue_text(self.write_refusal(place.name, refused))

    async def _reset(self, topic: str, place: Place) -> None:
        """The cursor is unknown or too old: the reader loads anew and follows from there."""
        self.unfollow(topic)
        await self.send(self.write_reset(place.name))

    async def _advance_signal(self, topic: str, place: Place, head: int) -> None:
        if place.fresh:
            present = await self._or_later(topic, self._present(topic, place))
            if present is None:
                return
            place.fresh = False
            if present == place.cursor and not head:
                return
            head = head or present
        place.cursor = head
        if self._places.get(topic) is place:
            await self.send(self.write_signal(place.name, head))

    async def _or_later(self, topic: str, answer: Awaitable[T]) -> T | None:
        """The answer, or None where the database is away: asked again in a moment."""
        found = await or_none(answer)
        if found is None and topic in self._places:
            self.loop.call_later(AGAIN, self._retry, topic)
        return found

    def _retry(self, topic: str) -> None:
        if topic in self._places:
            self._dirty.setdefault(topic, 0)
            self._stir()

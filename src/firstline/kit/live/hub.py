"""Who follows what in this process, and the newest items of what is followed."""

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Awaitable, Hashable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Protocol, TypeVar

from firstline.kit.db import News
from firstline.kit.errors import Missing, Refused, Unavailable
from firstline.kit.i18n import gettext as _
from firstline.kit.live.bus import Bus, LocalBus
from firstline.kit.tasks import goes_on

T = TypeVar("T")
log = logging.getLogger(__name__)
POLL = 2.0
RING = 64
GATHER = 0.02
MOST_ITEMS = 16_384


class Source(Protocol):
    """Where items come from when they are not at hand: the database.

    Items carry their number as `no`, and `read` gives those that `who` may see, in order; the
    head it gives must not be newer than the items (read the head first). It raises `Missing`
    where there is nothing that `who` may see. `heads` leaves out topics that do not exist,
    `epochs` owners who have no right to be here any more. An item that `mends` changes how older
    items are to be shown: kept ones are worth nothing then.
    """

    async def read(
        self, who: Any, topic: str, after: int, limit: int
    ) -> tuple[Sequence[Any], int]: ...

    async def heads(self, topics: Sequence[str]) -> Mapping[str, int]: ...

    async def epochs(self, owners: Sequence[Any]) -> Mapping[Any, int]: ...

    def mends(self, value: Any) -> bool: ...


class Follower(Protocol):
    """A reader as the hub sees it. Both calls return at once: they only mark and wake."""

    def news(self, topic: str, head: int, /) -> None: ...

    def hear(self, topic: str, message: Mapping[str, Any], /) -> None: ...


class Member(Follower, Protocol):
    """A follower with rights that can end, looked at with every poll."""

    owner: Hashable
    epoch: int

    def revoke(self) -> None: ...

    def tick(self, moment: float) -> None: ...


class Item:
    """An item, and what it was encoded to: encoded once, shared by all who read it."""

    __slots__ = ("no", "texts", "value")

    def __init__(self, no: int, value: Any) -> None:
        self.no = no
        self.value = value
        self.texts: dict[Hashable, str] = {}


class Ring:
    """The newest items of one topic, without gaps, up to `head`."""

    __slots__ = ("head", "items")

    def __init__(self, size: int) -> None:
        self.head = 0
        self.items: deque[Item] = deque(maxlen=size)

    def put(self, head: int, values: Sequence[Any]) -> None:
        """Append `values`, the items up to `head`; what came late is left to the database."""
        if head <= self.head:
            return
        first = head - len(values) + 1
        if first > self.head + 1:
            self.items.clear()
        fresh = values[max(0, self.head + 1 - first) :] if self.items else values
        number = head - len(fresh)
        for value in fresh:
            number += 1
            self.items.append(Item(number, value))
        self.head = head

    def after(self, cursor: int) -> Sequence[Item] | None:
        """Items above `cursor`; None where they do not all stand here."""
        behind = self.head - cursor
        if behind <= 0:
            return ()
        have = len(self.items)
        if behind > have:
            return None
        return (self.items[-1],) if behind == 1 else tuple(islice(self.items, have - behind, have))


class Hub:
    """News of this process: `changed` after a commit, `follow` by whoever wants to know.

    All methods but `open`, `close` and `head` return at once and run on the event loop's thread;
    nothing here needs a lock.
    """

    def __init__(
        self, source: Source, bus: Bus | None = None, *, poll: float = POLL, ring: int = RING
    ) -> None:
        self.source = source
        self.bus: Bus = bus or LocalBus()
        self._poll = poll
        self._ring = ring
        self._followers: dict[str, dict[Follower, None]] = {}
        self._heads: dict[str, int] = {}
        self._rings: OrderedDict[str, Ring] = OrderedDict()
        self._items = 0
        self._members: set[Member] = set()
        self._unknown: set[str] = set()
        self._looking: asyncio.Task[None] | None = None
        self._polling: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Join the bus and begin to poll."""
        await self.bus.open(self.note_head, self._pass_whisper)
        self._polling = asyncio.create_task(self._poll_for_ever())

    async def close(self) -> None:
        """Leave the bus and stop; followers hear nothing more."""
        tasks = [task for task in (self._polling, self._looking) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.bus.close()

    # -- for those who changed something ----------------------------------------------------

    def tell_news(self, news: Iterable[News]) -> None:
        """Tell everybody where topics stand now, after the commit."""
        for one in news:
            if one.items and one.topic in self._followers:
                self._keep(one.topic, one.head, one.items)
            self.note_head(one.topic, one.head)
            self.bus.hint(one.topic, one.head)

    def note_head(self, topic: str, head: int) -> None:
        """Wake those who follow `topic` here; `head` 0 is not known, and is looked up."""
        followers = self._followers.get(topic)
        if followers is None:
            return
        if not head:
            self._look_up_soon(topic)
            return
        self._heads[topic] = head
        for follower in followers:
            follower.news(topic, head)

    def whisper(self, topic: str, message: Mapping[str, Any]) -> None:
        """Tell followers something that nobody stores: typing, presence. It may be lost."""
        self._pass_whisper(topic, message)
        self.bus.whisper(topic, message)

    # -- for those who follow ---------------------------------------------------------------

    def follow(self, topic: str, follower: Follower) -> None:
        """From now on tell `follower` about `topic`."""
        self._followers.setdefault(topic, {})[follower] = None

    def unfollow(self, topic: str, follower: Follower) -> None:
        """Tell it no more; the last one to leave takes what was kept of the topic along."""
        followers = self._followers.get(topic)
        if not followers or follower not in followers:
            return
        del followers[follower]
        if not followers:
            del self._followers[topic]
            self._heads.pop(topic, None)
            self._drop(topic)

    def join(self, member: Member) -> None:
        """Watch the rights and the pace of `member` with every poll."""
        self._members.add(member)

    def leave(self, member: Member) -> None:
        self._members.discard(member)

    def items_after(self, topic: str, after: int) -> Sequence[Item] | None:
        """Items of `topic` above `after`; None where they must be read from the source."""
        ring = self._rings.get(topic)
        if ring is None or ring.head < self._heads.get(topic, 0):
            return None  # another process has written since
        return ring.after(after)

    async def head(self, topic: str) -> int:
        """The head of a followed topic as last heard of, else looked up. Raises `Missing`."""
        head = self._heads.get(topic)
        if head is None:
            head = (await self.source.heads([topic])).get(topic)
            if head is None:
                raise Missing(_("There is nothing with this name."))
            if topic in self._followers:
                self._heads.setdefault(topic, head)
        return head

    # -- inside -----------------------------------------------------------------------------

    def _keep(self, topic: str, head: int, items: Sequence[Any]) -> None:
        if any(self.source.mends(value) for value in items):
            self._drop(topic)
            return
        ring = self._rings.get(topic)
        if ring is None:
            ring = self._rings[topic] = Ring(self._ring)
        else:
            self._rings.move_to_end(topic)
        before = len(ring.items)
        ring.put(head, items)
        self._items += len(ring.items) - before
        while self._items > MOST_ITEMS:
            self._drop(next(iter(self._rings)))

    def _drop(self, topic: str) -> None:
        ring = self._rings.pop(topic, None)
        if ring:
            self._items -= len(ring.items)

    def _look_up_soon(self, topic: str) -> None:
        self._unknown.add(topic)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_up())

    def _pass_whisper(self, topic: str, message: Mapping[str, Any]) -> None:
        for follower in self._followers.get(topic, ()):
            follower.hear(topic, message)

    async def _look_up(self) -> None:
        """Ask for heads that were not given; what comes meanwhile shares the query."""
        while self._unknown:
            await asyncio.sleep(GATHER)
            topics, self._unknown = self._unknown, set()
            heads = await or_none(self.source.heads(list(topics))) or {}
            for topic, head in heads.items():
                if head:
                    self.note_head(topic, head)

    async def _poll_for_ever(self) -> None:
        loop = asyncio.get_running_loop()
        while goes_on():
            await asyncio.sleep(self._poll)
            for member in tuple(self._members):
                member.tick(loop.time())
            await or_none(self._look_at_rights())
            await or_none(self._look_at_heads())

    async def _look_at_heads(self) -> None:
        topics = list(self._followers)
        if not topics:
            return
        for topic, head in (await self.source.heads(topics)).items():
            if self._heads.get(topic) != head:
                # A head read before a commit and noted after it is lower than what followers
                # have; they pass over it, and the next poll agrees again.
                self.note_head(topic, head)

    async def _look_at_rights(self) -> None:
        owners = {member.owner for member in self._members}
        if not owners:
            return
        epochs = await self.source.epochs(list(owners))
        for member in tuple(self._members):
            if member.owner not in owners:
                continue  # joined while the query ran: the next poll judges
            epoch = epochs.get(member.owner)
            if epoch is None or epoch > member.epoch:
                member.revoke()


async def or_none(answer: Awaitable[T]) -> T | None:
    """The answer of a source, or None where it failed: whoever asks will ask again."""
    try:
        return await answer
    except Unavailable:
        pass  # kit/sessions has said so
    except Refused as error:
        log.warning("live source is away: %s", error)
    except Exception:
        log.exception("live source failed")
    return None

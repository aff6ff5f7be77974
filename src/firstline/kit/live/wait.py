"""Waiting for one topic: the long poll."""

import asyncio
from collections.abc import Hashable, Mapping
from typing import Any

from firstline.kit.live.hub import Hub


class _Waiter:
    """A follower that wakes once, also when the right to wait ends."""

    __slots__ = ("after", "epoch", "owner", "woken")

    def __init__(self, after: int, owner: Hashable, epoch: int) -> None:
        self.after = after
        self.owner = owner
        self.epoch = epoch
        self.woken: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def news(self, _topic: str, head: int) -> None:
        if head > self.after and not self.woken.done():
            self.woken.set_result(head)

    def hear(self, topic: str, message: Mapping[str, Any]) -> None:
        """Whispers do not end a wait."""

    def revoke(self) -> None:
        if not self.woken.done():
            self.woken.set_result(self.after)

    def tick(self, moment: float) -> None:
        """It has an end of its own."""


async def wait_for(
    hub: Hub, topic: str, after: int, seconds: float, *, owner: Hashable, epoch: int
) -> int:
    """Wait until `topic` has gone past `after`, at most `seconds`; returns its head.

    It ends as well when the rights of `owner` are gone or newer than `epoch`: whoever waited looks
    again at who calls. The head is `after` (or lower) when nothing came. Nothing is missed between
    the caller's last read and this call: the head is asked for after joining.
    """
    waiter = _Waiter(after, owner, epoch)
    hub.follow(topic, waiter)
    hub.join(waiter)
    try:
        head = (await hub.source.heads([topic])).get(topic, 0)
        if head > after or seconds <= 0:
            return head
        async with asyncio.timeout(seconds):
            return await waiter.woken
    except TimeoutError:
        return after
    finally:
        hub.leave(waiter)
        hub.unfollow(topic, waiter)

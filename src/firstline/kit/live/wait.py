"""Waiting for one topic: the long poll."""

import asyncio
from collections.abc import Mapping
from typing import Any

from firstline.kit.live.hub import Hub


class _Waiter:
    """A follower that wakes once."""

    __slots__ = ("after", "woken")

    def __init__(self, after: int) -> None:
        self.after = after
        self.woken: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def news(self, _topic: str, head: int) -> None:
        if head > self.after and not self.woken.done():
            self.woken.set_result(head)

    def hear(self, topic: str, message: Mapping[str, Any]) -> None:
        """Whispers do not end a wait."""


async def wait_for(hub: Hub, topic: str, after: int, seconds: float) -> int:
    """Wait until `topic` has gone past `after`, at most `seconds`; returns its head.

    The head is `after` (or lower) when nothing came. Nothing is missed between the caller's last
    read and this call: the head is asked for after joining.
    """
    waiter = _Waiter(after)
    hub.follow(topic, waiter)
    try:
        head = (await hub.source.heads([topic])).get(topic, 0)
        if head > after or seconds <= 0:
            return head
        async with asyncio.timeout(seconds):
            return await waiter.woken
    except TimeoutError:
        return after
    finally:
        hub.unfollow(topic, waiter)

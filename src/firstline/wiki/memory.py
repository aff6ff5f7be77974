"""What was read of the wiki is remembered until it changes: one question in place of many."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar
from uuid import UUID

from firstline.kit.db import Conn
from firstline.wiki.store import stamp

T = TypeVar("T")


class WikiMemory(Generic[T]):
    """Things by what was asked for, the latest `most` of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[tuple[UUID, Hashable], T] = OrderedDict()

    async def get(self, conn: Conn, asked: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """What `make` returned for the wiki as it stands.

        The stamp is read before: what changes meanwhile has another, and is made anew.
        """
        key = await stamp(conn), asked
        if key not in self._things:
            self._things[key] = await make()
        self._things.move_to_end(key)
        thing = self._things[key]
        while len(self._things) > self._most:
            self._things.popitem(last=False)
        return thing

"""What live readers read when the news is not at hand: entries, heads, rights.

Topics are `request/{no}`, `line/{id}` and `person/{uuid}`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from firstline.kit.db import Conn, Db
from firstline.people import Who, epochs
from firstline.requests.live import feed_store as store
from firstline.timeline import Entry, entries_after, seen_request


class Feed:
    """The database as the hub's source."""

    def __init__(self, db: Db, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    async def read(
        self, who: Who, topic: str, after: int, limit: int
    ) -> tuple[Sequence[Entry], int]:
        """Entries above `after` that `who` may see, and the head. Raises `Missing`."""
        no = int(topic.removeprefix("request/"))
        async with self._db.connection() as conn:
            # The head before the entries: what is said between them is read the next time.
            request = await seen_request(conn, who, no)
            if request.head <= after:
                return (), request.head
            entries = await entries_after(conn, no, after, limit, staff=who.is_staff)
        return entries, request.head

    async def heads(self, topics: Sequence[str]) -> Mapping[str, int]:
        """Heads of requests, marks of lines, epochs of people's rights; unknown ones left out."""
        wanted: dict[str, list[str]] = {"request": [], "line": [], "person": []}
        for topic in topics:
            kind, _, name = topic.partition("/")
            wanted[kind].append(name)
        heads: dict[str, int] = {}
        async with self._db.connection() as conn:
            for kind, names in wanted.items():
                if names:
                    found = await _heads(conn, kind, names)
                    heads.update((f"{kind}/{name}", head) for name, head in found.items())
        return heads

    async def epochs(self, owners: Sequence[bytes]) -> Mapping[bytes, int]:
        """Epochs of rights, by the token or session that opened a connection; ended ones have
        none.
        """
        async with self._db.connection() as conn:
            return await epochs(conn, owners, self._clock())

    def mends(self, value: Entry) -> bool:
        """An edit or a redaction: older entries look different now."""
        return value.kind in ("edited", "redacted")


async def _heads(conn: Conn, kind: str, names: list[str]) -> Mapping[Any, int]:
    if kind == "request":
        return await store.request_heads(conn, [int(name) for name in names])
    if kind == "line":
        return await store.line_marks(conn, names)
    found = await store.epochs(conn, [UUID(name) for name in names])
    return {name: epoch + 1 for name, epoch in found.items()}

"""The policy's versions: which one is in force, and which one a request is judged by."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from firstline.kit.db import Conn, Db
from firstline.regulations import Policy, default_text, load

REFRESHED = timedelta(seconds=2)


@dataclass
class Policies:
    """Published versions, read from the database and kept parsed.

    Other processes publish too, so the list is looked at again every two seconds at most.
    """

    db: Db
    _loaded: dict[int, Policy] = field(default_factory=dict[int, Policy])
    _effective: list[tuple[datetime, int]] = field(default_factory=list[tuple[datetime, int]])
    _read_at: datetime | None = None

    async def fresh(self, now: datetime, conn: Conn | None = None) -> "Policies":
        """Look for newly published versions, if the last look is two seconds old.

        Whoever is in a transaction passes its `conn`: waiting for another one there could last.
        """
        if self._read_at is None or abs(now - self._read_at) > REFRESHED:
            if self._effective:
                self._read_at = now  # one caller looks; the others go on with what is known
            if conn is None:
                async with self.db.connection() as own:
                    await self._refresh(own, now)
            else:
                await self._refresh(conn, now)
        return self

    def current(self, now: datetime) -> tuple[int, Policy]:
        """The version in force at `now`, as of the last `fresh`, with its number."""
        in_force = [version for since, version in self._effective if since <= now]
        version = in_force[-1] if in_force else self._effective[0][1]
        return version, self._loaded[version]

    def version(self, version: int) -> Policy:
        """The version with that number: a request is judged by the one of its arrival."""
        return self._loaded[version]

    async def _refresh(self, conn: Conn, now: datetime) -> None:
        rows = await published(conn)
        for version, body, _ in rows:
            if version not in self._loaded:
                self._loaded[version] = load(body)
        self._effective = sorted((since, version) for version, _, since in rows)
        self._read_at = now


async def published(conn: Conn) -> list[tuple[int, str, datetime]]:
    """All published versions as (version, text, in force since)."""
    cursor = await conn.execute("select version, body, effective_at from policies order by version")
    return await cursor.fetchall()


async def begin(conn: Conn, now: datetime) -> None:
    """Put the shipped default in force where nothing was published yet, and lay out its lines."""
    text = default_text()
    await conn.execute(
        "insert into policies (version, body, effective_at, published_at) values (1, %s, %s, %s) "
        "on conflict (version) do nothing",
        (text, datetime.min.replace(tzinfo=now.tzinfo).replace(year=2000), now),
    )
    for _, body, _ in await published(conn):
        for line in load(body).lines:
            await conn.execute(
                "insert into lines (id) values (%s) on conflict do nothing", (line.id,)
            )

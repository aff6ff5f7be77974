"""Limits of rate, counted in PostgreSQL, so that N processes allow no more than one would.

A counter is a row (name, window); taking from it is one statement that either counts or refuses.
"""

import asyncio
import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from firstline.kit.db import Conn, Db
from firstline.kit.errors import TooMany
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import ngettext
from firstline.people.access import store

START = datetime(2000, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MOST_BUCKETS = 10_000
MOST_MINUTES = 120


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` times in a window of `per`, for each subject of `what`."""

    what: str
    most: int
    per: timedelta


async def allow(
    conn: Conn, name: str, limit: int, per: timedelta, now: datetime, *, cost: int = 1
) -> bool:
    """Count `cost` against `name` in the window of `now`; False, uncounted, when it is full."""
    return await store.count(conn, name, _window(now, per), cost, limit)


async def allow_one(conn: Conn, limit: Limit, subject: str, now: datetime) -> bool:
    """Count one try of `subject`; False when the window is full."""
    return await allow(conn, _name(limit, subject), limit.most, limit.per, now)


async def demand(conn: Conn, limit: Limit, subject: str, now: datetime, *, why: str = "") -> None:
    """Count one try of `subject`. Raises TooMany, with Retry-After, when the window is full; `why`
    is a sentence on what filled it."""
    if not await allow_one(conn, limit, subject, now):
        seconds = _seconds_left(now, limit.per)
        sentence = f"{why or _('Too many attempts.')} {_wait_of(seconds)}"
        raise TooMany(sentence, headers={"Retry-After": str(seconds)})


def _wait_of(seconds: int) -> str:
    """How long to wait: to the minute, of more than two hours to the hour."""
    minutes = max(1, -(-seconds // 60))
    if minutes <= MOST_MINUTES:
        sentence = ngettext(
            "Wait %(minutes)d minute and try again.",
            "Wait %(minutes)d minutes and try again.",
            minutes,
        )
        return sentence % {"minutes": minutes}
    hours = -(-minutes // 60)
    sentence = ngettext("Try again in %(hours)d hour.", "Try again in %(hours)d hours.", hours)
    return sentence % {"hours": hours}


async def give_back(conn: Conn, limit: Limit, subject: str, now: datetime) -> None:
    """Take one count back: what turned out well does not punish."""
    await store.uncount(conn, _name(limit, subject), _window(now, limit.per))


def prefix(address: str | None) -> str:
    """The part of an address that one caller owns: IPv4 whole, of IPv6 the first 64 bits."""
    try:
        ip = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "local"
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is None:
            return str(ipaddress.ip_network((ip, 64), strict=False))
        ip = ip.ipv4_mapped
    return str(ip)


class TokenLimiter:
    """Calls of API tokens: `per_second` a second for each, over all processes.

    A process leases `chunk` calls at once and spends them without the database, also in later
    seconds; so a busy token costs one statement in 50 calls, and P processes together let
    through at most (P - 1) * chunk more than they should in one second. `per_second` 0: no limit.
    """

    def __init__(self, db: Db, *, per_second: int = 500, chunk: int = 50) -> None:
        self.db = db
        self.per_second = per_second
        self.chunk = max(1, min(chunk, per_second))
        self._buckets: dict[str, _Bucket] = {}

    async def spend(self, subject: str, *, now: datetime) -> None:
        """Count one call. Raises TooMany with Retry-After: 1."""
        if not self.per_second:
            return
        bucket = self._buckets.get(subject)
        if bucket is None:
            if len(self._buckets) >= MOST_BUCKETS:
                self._buckets.clear()
            bucket = self._buckets[subject] = _Bucket()
        if not bucket.take(now, self.per_second):
            await self._lease(bucket, subject, now)

    async def _lease(self, bucket: "_Bucket", subject: str, now: datetime) -> None:
        async with bucket.lock:
            if bucket.take(now, self.per_second):
                return  # another call has leased meanwhile
            full = bucket.refused_at == _window(now, SECOND) or bucket.used >= self.per_second
            if not full:
                async with self.db.transaction() as tx:
                    await store.commit_lazily(tx.conn)
                    name = _name(Limit("token", self.per_second, SECOND), subject)
                    full = not await allow(
                        tx.conn, name, self.per_second, SECOND, now, cost=self.chunk
                    )
            if full:
                bucket.refused_at = _window(now, SECOND)
                raise TooMany(
                    ngettext(
                        "This token made %(most)d call in one second; wait a second.",
                        "This token made %(most)d calls in one second; wait a second.",
                        self.per_second,
                    )
                    % {"most": self.per_second},
                    headers={"Retry-After": "1"},
                )
            bucket.left += self.chunk
            bucket.take(now, self.per_second)


class _Bucket:
    """What this process may still spend of its lease, and what it has spent this second."""

    __slots__ = ("left", "lock", "refused_at", "used", "window")

    def __init__(self) -> None:
        self.left = 0
        self.used = 0
        self.window: datetime = START
        self.refused_at: datetime | None = None
        self.lock = asyncio.Lock()

    def take(self, now: datetime, per_second: int) -> bool:
        window = _window(now, SECOND)
        if window != self.window:
            self.window, self.used = window, 0
        if self.left <= 0 or self.used >= per_second:
            return False
        self.left -= 1
        self.used += 1
        return True


def _name(limit: Limit, subject: str) -> str:
    # Hashed: a stranger chooses the subject, which may be long, or an address nobody should keep.
    return f"{limit.what}:{hashlib.sha256(subject.encode('utf-8', 'replace')).hexdigest()[:40]}"


def _window(now: datetime, per: timedelta) -> datetime:
    return now - (now - START) % per


def _seconds_left(now: datetime, per: timedelta) -> int:
    return max(1, -int(-(_window(now, per) + per - now).total_seconds() // 1))

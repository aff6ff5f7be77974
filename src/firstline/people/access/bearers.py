"""Who stands behind `Authorization: Bearer …`, remembered for two seconds.

A token may do 500 calls a second; asking the database on each would double the cost of the
call. What is remembered lives at most FRESH, so a revocation in another process is felt within
five seconds; one in this process is felt at once (`forget`).
"""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID
from weakref import WeakValueDictionary

from firstline.kit import clock
from firstline.kit.db import Conn, Db
from firstline.kit.errors import NotSignedIn
from firstline.kit.i18n import gettext as _
from firstline.people import store as people
from firstline.people.access import store
from firstline.people.access.model import API_PREFIX, IDLE, LONGEST, WIDGET_PREFIX, Bearer, digest
from firstline.people.model import Who

FRESH = timedelta(seconds=2)
USED_EVERY = timedelta(minutes=1)
SEEN_EVERY = timedelta(seconds=15)
MOST_REMEMBERED = 10_000

# From when, until when, who.
_remembered: dict[bytes, tuple[datetime, datetime, Who]] = {}
# Calls of one token come in crowds: the first asks for all of them.
_asking: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()


async def identify_bearer(db: Db, token: str, *, now: datetime | None = None) -> Who:
    """The person behind an API token or a widget session; `now` defaults to the clock's.

    Raises NotSignedIn.
    """
    now = now or clock.now()
    key = digest(token)
    who = _recall(key, now)
    if who is not None:
        return who
    lock = _asking.setdefault(key, asyncio.Lock())
    async with lock:
        return _recall(key, now) or await _ask(db, token, key, now)


def _recall(key: bytes, now: datetime) -> Who | None:
    since, until, who = _remembered.get(key, (now, now, None))
    return who if since <= now < until else None


async def _ask(db: Db, token: str, key: bytes, now: datetime) -> Who:
    async with db.connection() as conn:
        found = await _load(conn, token, key, now)
    if found is None:
        forget_credential(key)
        raise NotSignedIn(
            _("This token is unknown, expired or revoked; create a new one on your account page."),
            headers={"WWW-Authenticate": 'Bearer realm="firstline", error="invalid_token"'},
        )
    if len(_remembered) >= MOST_REMEMBERED:
        _remembered.clear()
    until = now + FRESH
    _remembered[key] = now, min(until, found.ends_at or until), found.who
    return found.who


def forget(person_id: UUID) -> None:
    """Drop what this process remembers of a person whose rights or tokens have changed."""
    for key in [key for key, (_from, _until, who) in _remembered.items() if who.id == person_id]:
        del _remembered[key]


def forget_credential(key: bytes) -> None:
    """Ask the database the next time that this token or session calls."""
    _remembered.pop(key, None)


async def _load(conn: Conn, token: str, key: bytes, now: datetime) -> Bearer | None:
    if token.startswith(API_PREFIX):
        found = await store.by_token(conn, key, now)
        if found and _older(found.used_at, USED_EVERY, now):
            await store.mark_token_used(conn, key, now)
    elif token.startswith(WIDGET_PREFIX):
        found = await store.by_session(conn, key, "widget", now)
        if found:
            await mark_session_seen(conn, found, key, now)
    else:
        found = None
    if found is None:
        return None
    await mark_present(conn, found, now)
    return found


async def mark_session_seen(conn: Conn, found: Bearer, key: bytes, now: datetime) -> None:
    """Move a session's end along with its use, written at most once a minute."""
    if _older(found.used_at, USED_EVERY, now):
        side = found.who.side
        await store.mark_session_seen(conn, key, now, now + IDLE[side], LONGEST[side])


async def mark_present(conn: Conn, found: Bearer, now: datetime) -> None:
    """Any call of an operator counts as presence, written at most every 15 seconds."""
    if found.who.is_staff and _older(found.staff_seen_at, SEEN_EVERY, now):
        await people.mark_operator_seen(conn, found.who.id, now)


def _older(moment: datetime | None, than: timedelta, now: datetime) -> bool:
    return moment is None or now - moment >= than

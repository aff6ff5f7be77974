"""Requests that ask nearly the same as one that the client has asked within a day or so."""

from datetime import datetime, timedelta
from uuid import UUID

from firstline.kit.db import Conn
from firstline.people import Who
from firstline.requests.likeness.measure import ALIKE, Gist, gist, likeness, named_alike
from firstline.requests.likeness.store import AskedWords, Duplicate, same_opening, words_lately
from firstline.timeline import Request, entry_at

LATELY, TWICE = timedelta(hours=36), timedelta(minutes=1)
# Under another topic the words must say it nearly to the letter.
UNDER_ANOTHER_TOPIC = 0.9


async def find_duplicate(
    conn: Conn, who: Who, words: str, topic: str | None, service: UUID | None, now: datetime
) -> Duplicate | None:
    """An open request of the contact's client, which they may read, that asks nearly the same.

    Nothing for staff, who ask nothing of their own, and for words that say nothing yet. One whose
    words name another page, code or service is none.
    """
    meant = gist(words)
    if who.client_id is None or not meant.words | meant.names:
        return None
    lately = await words_lately(conn, who, who.client_id, now - LATELY, now)
    return _nearest(meant, topic, service, lately)


async def sent_twice(conn: Conn, who: Who, request: Request) -> Duplicate | None:
    """The open request in which the same person sent the same words within a minute before, as from
    a second window; None for staff and for what is closed.
    """
    if who.is_staff or request.closed_at is not None:
        return None
    return await same_opening(conn, who, request.no, TWICE)


async def asked_alike(conn: Conn, who: Who, request: Request) -> Duplicate | None:
    """The request before this one in which the same client asked alike, for staff to see."""
    first = await entry_at(conn, request.no, 1)
    meant = gist(first.body if first else "")
    if not meant.words | meant.names:
        return None
    at = request.arrived_at
    lately = await words_lately(conn, who, request.client_id, at - LATELY, at, below=request.no)
    return _nearest(meant, request.topic, request.service_id, lately)


def _nearest(
    meant: Gist, topic: str | None, service: UUID | None, lately: list[AskedWords]
) -> Duplicate | None:
    """The most alike of what was asked about the same service; of equal ones the newest."""
    found: tuple[float, AskedWords] | None = None
    for asked in lately:
        if service is not None and asked.service not in (None, service):
            continue
        alike = _alikeness(meant, gist(asked.body), topic, asked.topic)
        if alike and (found is None or alike > found[0]):
            found = alike, asked
    return Duplicate(found[1].no, found[1].title, found[1].at) if found else None


def _alikeness(meant: Gist, asked: Gist, topic: str | None, asked_topic: str) -> float:
    """How alike two messages are, 0 where they are about two things. Under one topic it is enough
    what both name.
    """
    alike = likeness(meant, asked)
    if topic == asked_topic and named_alike(meant, asked):
        return max(alike, ALIKE)
    least = ALIKE if topic in (None, asked_topic) else UNDER_ANOTHER_TOPIC
    return alike if alike >= least else 0.0

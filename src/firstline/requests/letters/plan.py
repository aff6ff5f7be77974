"""Letters about requests: what goes out, to whom, and when (clauses answer.hour, answer.delay).

An action plans a letter with its own transaction: a parcel that names request, person and entry.
The words are read when the letter leaves, so it carries everything unseen by then, in the
reader's language, and nothing that was redacted, seen or forbidden meanwhile. Notes never leave.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import Any
from uuid import UUID

from babel.dates import format_datetime

from firstline.kit import i18n, outbox
from firstline.kit.db import Conn, Db, Tx
from firstline.kit.i18n import gettext as _
from firstline.kit.links import with_ways
from firstline.kit.mail import Letter, Mail
from firstline.kit.outbox import Handler
from firstline.people import Who
from firstline.people import who as load_who
from firstline.policy import Policy
from firstline.regulations import Policies
from firstline.requests.letters import store
from firstline.requests.letters.text import render
from firstline.requests.ways import article_way
from firstline.timeline import Entry, Request, entries_after, get_request, may_see

KIND = "letter"
# Who stays away gets what was said meanwhile in one letter a quarter of an hour.
QUIET = timedelta(minutes=15)
OPENING = timedelta(minutes=2)
OPENING_LIFE = timedelta(hours=1)
WORDS = frozenset({"opened", "said", "delay_notice", "closed", "conduct"})
MOST_ENTRIES = 200
MOST_CHARACTERS = 60_000


async def answer_letter(tx: Tx, request: Request, *, now: datetime) -> None:
    """The client has had words of ours for a while: write to those who have not seen it."""
    for person_id in await store.readers(tx.conn, request):
        if await store.seen_upto(tx.conn, request.no, person_id) >= request.staff_word_no:
            continue
        at = await store.next_letter_at(tx.conn, request.no, person_id, QUIET, now)
        if at is not None:
            await _plan(tx, "answer", request.no, person_id, request.staff_word_no, at)


async def opening_letters(tx: Tx, *, now: datetime) -> None:
    """Who opened a request, and has had no word of ours within two minutes, learns of its number,
    its promise and its page; once. An hour later nobody needs to be told.
    """
    for no, person_id in await store.opened_between(tx.conn, now - OPENING_LIFE, now - OPENING):
        await _plan(tx, "opening", no, person_id, 1, now)


async def reminder_letter(tx: Tx, request: Request, *, now: datetime) -> None:
    """The client was reminded in the request that we wait for them."""
    await _to_all(tx, "reminder", request, request.head, now)


async def delay_letter(tx: Tx, request: Request, entry: Entry, *, now: datetime) -> None:
    """A delay notice was given (clause answer.delay); `entry` is the notice."""
    await _to_all(tx, "delay", request, entry.no, now)


async def closing_letter(tx: Tx, request: Request, *, now: datetime) -> None:
    """The request was closed by the entry at its head; the letter asks for a rating."""
    await _to_all(tx, "closing", request, request.head, now)


async def conduct_letter(tx: Tx, request: Request, *, now: datetime) -> None:
    """A step by the rules of conduct was taken, or taken back, by the entry at the head."""
    await _to_all(tx, "conduct", request, request.head, now)


async def _to_all(tx: Tx, what: str, request: Request, entry_no: int, now: datetime) -> None:
    for person_id in await store.readers(tx.conn, request):
        await _plan(tx, what, request.no, person_id, entry_no, now)


async def _plan(tx: Tx, what: str, no: int, person_id: UUID, entry_no: int, at: datetime) -> None:
    await outbox.put(
        tx.conn,
        kind=KIND,
        payload={"what": what, "request": no, "person": str(person_id), "entry": entry_no},
        dedupe_key=f"{what}:{no}:{person_id}:{entry_no}",
        not_before=at,
    )


@dataclass(frozen=True, slots=True)
class LetterContent:
    """What a letter is made of, as read when it leaves."""

    what: str
    request: Request
    who: Who
    entries: list[Entry]
    subject: Entry | None

    @property
    def upto(self) -> int:
        return max((entry.no for entry in self.entries), default=0)


def handler(
    db: Db, mail: Mail, policies: Policies, public_url: str, clock: Callable[[], datetime]
) -> Handler:
    """The outbox handler of kind "letter"."""

    async def send(payload: dict[str, Any], parcel_id: UUID) -> dict[str, Any]:
        async with db.connection() as conn:
            content = await _look_up(conn, payload)
            if content is not None:
                await policies.with_versions([content.request.policy_version], conn)
        if content is None:
            return {**payload, "left_out": "seen meanwhile, or not theirs to read any more"}
        await policies.fresh(clock())
        policy = policies.version(content.request.policy_version)
        letter = compose_letter(content, parcel_id, public_url, policy)
        await mail.send(letter)
        await db.run(_mark_sent, content, now=clock())
        carried = [entry.no for entry in content.entries]
        return {**payload, "to": letter.to, "subject": letter.subject, "entries": carried}

    return send


async def _mark_sent(tx: Tx, content: LetterContent, *, now: datetime) -> None:
    await store.mark_mailed(tx.conn, content.request.no, content.who.id, content.upto, now)


async def _look_up(conn: Conn, payload: dict[str, Any]) -> LetterContent | None:
    no, what = int(payload["request"]), str(payload["what"])
    request, who = await get_request(conn, no), await load_who(conn, UUID(payload["person"]))
    if request is None or who is None or not may_see(who, request):
        return None
    upto = await store.mailed_upto(conn, no, who.id)
    about = int(payload["entry"])
    # What the letter is about is in it even when it was seen; the rest only unseen.
    unseen = max(await store.seen_upto(conn, no, who.id), upto)
    start = min(unseen, about - 1) if what in ("delay", "closing", "conduct") else unseen
    found = await entries_after(conn, no, start, MOST_ENTRIES, staff=False)
    words = [e for e in found if _is_word(e) and (e.no > unseen or e.no == about)]
    if what == "opening":
        words = []
        if request.closed or request.staff_said_no:
            return None
    elif not words and what != "closing":
        return None
    subject = next((entry for entry in found if entry.no == about), None)
    return LetterContent(what, request, who, _within(words), subject)


def _is_word(entry: Entry) -> bool:
    return entry.kind in WORDS and entry.side != "client" and bool(entry.body.strip())


def _within(words: list[Entry]) -> list[Entry]:
    """The newest of these that fit into one letter."""
    room, kept = MOST_CHARACTERS, list[Entry]()
    for entry in reversed(words):
        room -= len(entry.body)
        if room < 0 and kept:
            break
        kept.append(entry)
    return kept[::-1]


def compose_letter(
    content: LetterContent, parcel_id: UUID, public_url: str, policy: Policy
) -> Letter:
    """The letter in the reader's language, with times of the policy's zone.

    That a request has come is said in the language of the page on which it was opened.
    """
    request, zone = content.request, policy.zone
    language = request.language if content.what == "opening" else content.who.language
    until, reason = _news(content)
    with i18n.speaking(language):
        subject = _("Request %(no)d: %(title)s") % {"no": request.no, "title": request.title}
        text = render(
            content.what,
            name=content.who.name,
            no=request.no,
            title=request.title,
            entries=[_by_way(entry, public_url) for entry in content.entries],
            until=_when(until, zone, language) if until else "",
            reason=policy.label("delay_reason", reason, language) if reason else "",
            url=f"{public_url.rstrip('/')}/requests/{request.no}",
            at=partial(_when, zone=zone, language=language),
        )
    return Letter(
        id=parcel_id,
        to=content.who.email,
        subject=subject,
        text=text,
        thread=f"request-{request.no}",
    )


def _by_way(entry: Entry, public_url: str) -> Entry:
    """The entry with articles by way of its request."""
    return replace(entry, body=with_ways(entry.body, article_way(entry, public_url)))


def _news(content: LetterContent) -> tuple[datetime | None, str]:
    """By when the reader hears from us, and why it takes so long, if the letter is about it."""
    if content.what == "opening":
        promise = content.request.promise
        return (promise.due_at if promise else None), ""
    data = content.subject.data if content.subject else {}
    until = data.get("until")
    return (datetime.fromisoformat(until) if until else None), str(data.get("reason") or "")


def _when(at: datetime, zone: tzinfo, language: str) -> str:
    local = at.astimezone(zone)
    said = format_datetime(local, "d MMMM y, HH:mm", tzinfo=zone, locale=language)
    return f"{said} ({local:%Z})"

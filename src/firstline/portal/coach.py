"""What the coach says beside a form: the line of now, what it has understood, the topic."""

import asyncio
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from firstline.coach import FACTS, FirstMessage, advise, pieces_of
from firstline.coaching import (
    MATTERS,
    Chip,
    CoachLine,
    WriterFacts,
    article_instead,
    chips,
    duplicate_line,
    lines_of,
    missing_lines,
    read_words,
    writer_of,
)
from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _
from firstline.portal import store
from firstline.requests import (
    BODY_LIMIT,
    Duplicate,
    find_duplicate,
    mask_secrets,
    note_suggestion,
)
from firstline.timeline import Call, Request, entry_at

MOST_BEFORE = 4_000  # characters of the first words of a request
LONGEST_DONE = 2_000  # of the names of lines that a form remembers
CLOSED = re.compile(r"closed/([^/]*)/([0-9]{1,6})")
LEAST_CHANGE = 40  # characters


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form: the `topic` where the client chose it, the names of the lines that
    were answered or closed, and the key that it will be sent with.
    """

    body: str
    topic: str | None
    service: UUID | None
    done: frozenset[str]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Coached:
    """The `line` to be said, None for none; the facts that are known; what was understood; the
    topic that the words tell; the plan of the client; whether the person wants no coach (`off`).
    """

    line: CoachLine | None = None
    known: Collection[str] = ()
    chips: Sequence[Chip] = ()
    topic: str | None = None
    plan: str = ""
    off: bool = False


def done_lines(names: str) -> frozenset[str]:
    """The names of lines as a form remembers them, with spaces between."""
    return frozenset(names[:LONGEST_DONE].split())


def is_closed(typed: Typed, topic: str | None) -> bool:
    """Whether the person closed the hints on these words, before they changed much: they had that
    topic then, and about that length (`closed/topic/characters`).
    """
    now = len(typed.body)
    for name in typed.done:
        found = CLOSED.fullmatch(name)
        if found and found[1] == (topic or "") and _is_near(int(found[2]), now):
            return True
    return False


def _is_near(before: int, now: int) -> bool:
    return abs(now - before) < max(LEAST_CHANGE, before // 2)


async def coached(call: Call, typed: Typed, lang: str) -> Coached:
    """Read what is being written; nothing of it is kept but which article was suggested (clauses
    request.good, request.specific, request.wiki-first). Secrets are masked before it is read.
    """
    body = mask_secrets(typed.body[:BODY_LIMIT].replace("\0", ""))
    writer = await _writer(call, typed.service)
    if not body.strip():
        return Coached(plan=writer.plan or "")
    found = await read_words(call.db, call.policy, writer, body, typed.topic, call.now, lang)
    same = await _same(call, typed, body, found.topic)
    said = [duplicate_line(same, lang, call.now)] if same else []
    several = found.matters > 1 and MATTERS not in typed.done
    pieces = await find_pieces(typed.body, lang) if several else ()
    instead = await article_instead(call.db, found, lang)
    lines = (*said, *lines_of(call.policy, writer, found, lang, call.now, pieces, instead))
    closed = is_closed(typed, found.topic)
    line = next((one for one in lines if not closed and one.name not in typed.done), None)
    if line is not None and line.article is not None:
        topic, slug = found.topic or "", line.article.slug
        await call.db.run(note_suggestion, call.who, typed.key, slug, topic, now=call.now)
    known = chips(found.known, lang)
    if found.topic and not typed.topic:
        known.insert(0, Chip(_("topic"), call.policy.label("topic", found.topic, lang)))
    facts = {one.fact for one in found.known}
    return Coached(line, facts, known, found.topic, writer.plan or "")


def lacks(call: Call, request: Request, known: Collection[str]) -> list[str]:
    """What the topic of an open request requires and nobody has said (clause request.specific)."""
    if request.closed_at is not None:
        return []
    required = call.policy_of(request).source.request.by_topic.get(request.topic, [])
    return [fact for fact in required if fact in FACTS and fact not in known]


async def coached_in(call: Call, request: Request, typed: Typed, lang: str) -> Coached:
    """Read what is being written in a request, behind its first words, which tell what it is about:
    what is still missing, one at a time, and what was understood. Nothing of it is kept.
    """
    async with call.db.connection() as conn:
        wanted, known = await store.known_fields(conn, call.who, request.no)
        first = await entry_at(conn, request.no, 1)
    body = mask_secrets(typed.body[:BODY_LIMIT].replace("\0", ""))
    if not wanted or not body.strip():
        return Coached(off=not wanted)
    writer, policy = await _writer(call, request.service_id), call.policy_of(request)
    before = f"{first.body[:MOST_BEFORE]}\n\n" if first is not None else ""
    message = FirstMessage(before + body, None, request.topic, writer.names)
    found = await asyncio.to_thread(advise, policy, message, writer.plan)
    open_facts = [] if is_closed(typed, request.topic) else lacks(call, request, known)
    line = next(
        (
            one
            for one in missing_lines(writer, request.topic, found.missing, lang)
            if one.name not in typed.done and one.name.partition("/")[2] in open_facts
        ),
        None,
    )
    here = [one for one in found.known if one.start >= len(before)]
    facts = {one.fact for one in found.known}
    return Coached(line, facts, chips(here, lang), request.topic)


async def find_pieces(text: str, lang: str) -> tuple[tuple[int, int], ...]:
    """Where the matters stand in a text as it was typed, in code points; beside the loop. Nothing
    for a text that is too long to be sent.
    """
    if len(text) > BODY_LIMIT:
        return ()
    return await asyncio.to_thread(pieces_of, FirstMessage(text, lang))


async def _writer(call: Call, service: UUID | None) -> WriterFacts:
    """A service that is not theirs is no reason to say nothing: sending will refuse it."""
    async with call.db.connection() as conn:
        try:
            return await writer_of(conn, call.who, service)
        except Invalid:
            return await writer_of(conn, call.who, None)


async def _same(call: Call, typed: Typed, body: str, topic: str | None) -> Duplicate | None:
    async with call.db.connection() as conn:
        return await find_duplicate(conn, call.who, body, topic, typed.service, call.now)

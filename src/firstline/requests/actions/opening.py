"""Opening a request and speaking in it: the hot path, through the ledger's batches."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from firstline import lines
from firstline.kit.db import Db, Tx
from firstline.kit.errors import Conflict, Forbidden, Invalid, Missing, Refused
from firstline.kit.i18n import gettext as _
from firstline.kit.keys import check_key
from firstline.people import Who
from firstline.policy.rules.promises import Answer, ClientWord
from firstline.regulations.versions import Policies
from firstline.requests import store
from firstline.requests.actions.closing import reopen_with_words
from firstline.requests.entrance.doors import Asked, known_topic, terms
from firstline.requests.entrance.linked import linked_articles
from firstline.requests.entrance.words import TITLE_LIMIT, checked, masked, title_from
from firstline.requests.letters.plan import answer_letter
from firstline.timeline import (
    Draft,
    Entry,
    Ledger,
    Opening,
    Request,
    Written,
    draft,
    entry_by_key,
    get_request,
    may_see,
    situation_of,
)
from firstline.timeline.access import missing
from firstline.timeline.ledger.opening import Opened


async def open_request(
    db: Db,
    ledger: Ledger,
    policies: Policies,
    who: Who,
    *,
    topic: str,
    body: str,
    title: str | None = None,
    service: UUID | None = None,
    client: UUID | None = None,
    key: str | None = None,
    channel: str = "chat",
    priority: str | None = None,
    data: dict[str, Any] | None = None,
    now: datetime,
) -> tuple[Opening, Opened]:
    """Open a request on the first line, as a chat (clauses lines.first, lines.chat-first).

    Staff name the `client` on whose behalf they open it. A known key answers with the request it
    made; with other words it is `Invalid`. Raises `Invalid`, `TooLarge`, `Conflict`, `Missing`,
    and what the policy's terms refuse (`entrance`).
    """
    body = masked(checked(body))
    asked = _asked(policies, who, channel, topic, priority, now)
    opening = _opening(policies, asked, body, title, service, client, key)
    opening.data = data or {}
    opened = await ledger.openings.put(opening)
    if opened.known:
        await _same_opening(db, opened.no, opening, priority)
        return opening, opened
    if not policies.current(now)[1].order.by_arrival:
        opened = await _placed(db, policies, opened, now)
    if who.is_staff:
        await db.run(_told_by_letter, opened.no, now=now)
    return opening, opened


async def _placed(db: Db, policies: Policies, opened: Opened, now: datetime) -> Opened:
    """With its place in an order of work that looks at more than arrival."""
    order = policies.current(now)[1].order
    async with db.connection() as conn:
        request = await get_request(conn, opened.no)
        place = await lines.place(conn, order, request) if request else None
    return replace(opened, position=place or opened.position)


def _asked(
    policies: Policies, who: Who, channel: str, topic: str, priority: str | None, now: datetime
) -> Asked:
    policy = policies.current(now)[1]
    topic = known_topic(policy, topic)
    return Asked(who, channel, topic, priority, policy.entry_line(channel, now), now)


def _opening(
    policies: Policies,
    asked: Asked,
    body: str,
    title: str | None,
    service: UUID | None,
    client: UUID | None,
    key: str | None,
) -> Opening:
    who, now = asked.who, asked.now
    version, policy = policies.current(now)
    title = masked(checked(title, "title", limit=TITLE_LIMIT)) if title else title_from(body)
    return Opening(
        client_id=_owner(who, client),
        opened_by=who.id,
        by_name=who.name,
        side=who.side,
        key=check_key(key),
        service_id=service,
        topic=asked.topic,
        title=title,
        body=body,
        language=None if who.is_staff else who.language,
        channel=asked.channel,
        line=asked.line,
        at=now,
        policy_version=version,
        policy=policy,
        open_limit=policy.open_requests_per_client,
        terms=partial(terms, policy, asked),
        line_due_at=policy.line_share(now, line=asked.line),
        limited=who.services if who.access == "limited" else None,
    )


async def _told_by_letter(tx: Tx, no: int, *, now: datetime) -> None:
    """The client's people learn of what staff opened for them."""
    request = await get_request(tx.conn, no)
    if request is not None:
        await answer_letter(tx, request, now=now)


def _owner(who: Who, client: UUID | None) -> UUID:
    """The client the request is for: a contact's own, or the one that staff name."""
    if not who.is_staff and client not in (None, who.client_id):
        raise Invalid(_("Leave client out: only staff open requests for others."), field="client")
    wanted = client or who.client_id
    if wanted is None:
        raise Invalid(_("Say for which client you open it."), field="client")
    return wanted


async def _same_opening(db: Db, no: int, opening: Opening, priority: str | None) -> None:
    if not await store.opened_alike(db, no, opening, priority):
        raise Invalid(
            _("This key opened request %(no)s with other words; use a new key for new words.")
            % {"no": no},
            field="key",
        )


async def say(
    db: Db,
    ledger: Ledger,
    policies: Policies,
    who: Who,
    no: int,
    *,
    body: str,
    key: str | None = None,
    audience: str | None = None,
    channel: str = "chat",
    seen: int | None = None,
    data: dict[str, Any] | None = None,
    now: datetime,
) -> tuple[Entry, bool]:
    """Put words into a request; returns the entry, and whether the key had made it before.

    A client's words on a closed request reopen it while the policy allows. Rights are checked
    against the request as last read here; the ledger writes nothing when it has moved since, and
    it is read and checked again. Raises `Missing`, `Forbidden`, `Conflict`, `Invalid`, `TooLarge`.
    """
    body, kind, key = masked(checked(body)), _kind(who, audience), check_key(key)
    for fresh in (False, True, True):
        request = await ledger.request(no, fresh=fresh)
        refusal = _refusal(who, no, request, kind)
        if not fresh and (request is None or refusal or request.closed):
            continue  # it may have been taken, passed on or reopened since it was read here
        if request is None or refusal:
            written = await _known(db, who, no, key, refusal)
        elif request.closed and kind == "said" and not who.is_staff:
            written = await db.run(reopen_with_words, policies, who, no, body, key, now=now)
        else:
            words = _words(policies, who, request, kind, now)
            words.body, words.key, words.channel, words.seen = body, key, channel, seen
            words.data = data or {}
            if isinstance(words.event, Answer):
                words.data |= linked_articles(body)
            written = await ledger.words.put(words)
        if written.status not in ("moved", "missing"):
            return await _told(db, who, no, written, body, kind, key, seen, _files(data or {}))
    raise Conflict(_("Request %(no)s is changing just now; try again in a moment.") % {"no": no})


def _kind(who: Who, audience: str | None) -> str:
    if audience not in (None, "all", "staff"):
        raise Invalid(_("audience must be all or staff."), field="audience")
    if audience == "staff":
        if not who.is_staff:
            raise Invalid(_("Only staff write notes; leave audience out."), field="audience")
        return "note"
    return "said"


def _refusal(who: Who, no: int, request: Request | None, kind: str) -> Refused | None:
    """Why they may not say it: an answer comes from the request's line, after it was taken."""
    if request is None or not may_see(who, request):
        return missing(no)
    if not who.is_staff or kind == "note":
        return None
    if request.closed:
        return Conflict(
            _("Request %(no)s is closed; reopen it to answer, or leave a note.") % {"no": no},
            state=request.state,
        )
    if who.id == request.holder:
        return None
    if request.line not in who.lines:
        return Forbidden(
            _("Request %(no)s is with another line; leave a note for the colleague there.")
            % {"no": no}
        )
    if request.holder is None:
        return Conflict(
            _("Request %(no)s waits in its line; take it before you answer.") % {"no": no},
            state=request.state,
        )
    return None


async def _known(db: Db, who: Who, no: int, key: str | None, refusal: Refused | None) -> Written:
    """What this key made before the request moved on; else the refusal stands."""
    if key is not None and not isinstance(refusal, Missing):
        async with db.connection() as conn:
            entry = await entry_by_key(conn, no, who.id, key)
        if entry is not None:
            return Written("known", entry.no, None)
    raise refusal or missing(no)


def _words(policies: Policies, who: Who, request: Request, kind: str, now: datetime) -> Draft:
    words = draft(request, who, kind, now)
    if kind == "note":
        words.audience = "staff"
    else:
        kind_of_words = Answer if who.is_staff else ClientWord
        words.event = kind_of_words(now, situation_of(request))
        words.policy = policies.version(request.policy_version)
    return words


async def _told(
    db: Db,
    who: Who,
    no: int,
    written: Written,
    body: str,
    kind: str,
    key: str | None,
    seen: int | None,
    files: list[str],
) -> tuple[Entry, bool]:
    if written.entry is not None:
        return written.entry, False
    if written.status == "newer":
        raise Conflict(
            _(
                "Something newer than entry %(seen)s stands in request %(no)s; read it, "
                "then send again."
            )
            % {"seen": seen, "no": no},
            title="newer-entries",
            field="seen",
        )
    async with db.connection() as conn:
        entry = await entry_by_key(conn, no, who.id, key or "")
    said = (entry.body, entry.kind, _files(entry.data)) if entry else None
    if entry is None or said != (body, kind, files):
        raise Invalid(
            _("This key has said other words before; use a new key for new words."), field="key"
        )
    return entry, True


def _files(data: dict[str, Any]) -> list[str]:
    """Ids of the files that are said with the words."""
    return [file["id"] for file in data.get("files", [])]


async def seen(db: Db, who: Who, no: int, upto: int, *, now: datetime) -> None:
    """Mark the request's entries up to number `upto` as seen by this person."""
    await db.run(seen_up_to, who, no, upto, now=now)


async def seen_up_to(tx: Tx, who: Who, no: int, upto: int, *, now: datetime) -> None:
    """The same in a transaction."""
    request = await store.seen_request(tx.conn, who, no)
    await store.mark_seen(tx.conn, who, request, min(upto, request.head), now)

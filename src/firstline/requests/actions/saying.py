"""Speaking in a request: the hot path, through the ledger's batches."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from firstline.kit.db import Tx
from firstline.kit.errors import Conflict, Forbidden, Invalid, Missing, Refused
from firstline.kit.i18n import gettext as _
from firstline.kit.keys import check_key
from firstline.people import Who
from firstline.policy.rules.closing import BY_ARTICLE, closes_at_once
from firstline.policy.rules.promises import Answer, ClientWord, Event, StillOurs
from firstline.requests import store
from firstline.requests.actions.changes import note_mentions
from firstline.requests.actions.closing import close_by_article, reopen_with_words
from firstline.requests.entrance.conduct import find_ban
from firstline.requests.entrance.linked import linked_articles
from firstline.requests.entrance.words import safe_text
from firstline.requests.model import Words
from firstline.timeline import (
    Call,
    Draft,
    Entry,
    Request,
    Written,
    draft,
    entry_by_key,
    may_see,
    missing,
    seen_request,
    situation_of,
    write,
)

Then = Callable[[Tx, Entry], Awaitable[None]]


async def say(call: Call, no: int, words: Words, then: Then | None = None) -> tuple[Entry, bool]:
    """Put words into a request; returns the entry, and whether the key had made it before.

    A client's words on a closed request reopen it while the policy allows. Rights are checked
    against the request as last read here; the ledger writes nothing when it has moved since, and
    it is read and checked again. `then` is done in the transaction that writes the entry.
    Raises `Missing`, `Forbidden`, `Conflict`, `Invalid`, `TooLarge`, `TooMany`.
    """
    kind = _kind(call.who, words.audience)
    _check_turn(call.who, words)
    words = replace(words, body=safe_text(words.body), key=check_key(words.key))
    call.db.volume.spend(call.who.id, words.body, call.now)
    ban = await find_ban(call)
    for fresh in (False, True, True):
        request = await call.ledger.request(no, fresh=fresh)
        refusal = _refusal(call.who, no, request, kind) or ban
        if not fresh and (request is None or refusal or request.closed):
            continue  # it may have been taken, passed on or reopened since it was read here
        if request is None or refusal:
            written = await _find_by_key(call, no, words.key, refusal)
        elif request.closed and kind == "said" and not call.who.is_staff:
            written = await call.run(_reopen_then, no, words, then)
        else:
            entry = await _draft(call, request, kind, words)
            closes = _closes(request, entry)
            if then is None and not closes:
                written = await call.ledger.words.put(entry)
            else:
                written = await call.run(_write_then, entry, then, closes)
        if written.status not in ("moved", "missing"):
            return await _result(call, no, words, kind, written)
    raise Conflict(_("Request %(no)s is changing just now; try again in a moment.") % {"no": no})


def _kind(who: Who, audience: str | None) -> str:
    if audience not in (None, "all", "staff"):
        raise Invalid(_("audience must be all or staff."), field="audience")
    if audience == "staff":
        if not who.is_staff:
            raise Invalid(_("Only staff write notes; leave audience out."), field="audience")
        return "note"
    return "said"


def _check_turn(who: Who, words: Words) -> None:
    if words.turn not in (None, "client", "us"):
        raise Invalid(_("turn must be client or us."), field="turn")
    if words.turn == "us" and not who.is_staff:
        raise Invalid(_("Only staff can send an update (turn: us); leave turn out."), field="turn")
    if words.turn == "us" and words.audience == "staff":
        raise Invalid(_("A note changes nobody's turn; leave turn out."), field="turn")


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


async def _find_by_key(call: Call, no: int, key: str | None, refusal: Refused | None) -> Written:
    """What this key made before the request moved on; else the refusal stands."""
    if key is not None and not isinstance(refusal, Missing):
        async with call.db.connection() as conn:
            entry = await entry_by_key(conn, no, call.who.id, key)
        if entry is not None:
            return Written("known", entry.no, None)
    raise refusal or missing(no)


async def _draft(call: Call, request: Request, kind: str, words: Words) -> Draft:
    entry = draft(request, call.who, kind, call.now, body=words.body, key=words.key)
    entry.channel, entry.seen, entry.data = words.channel, words.seen, dict(words.data)
    if kind == "note":
        entry.audience = "staff"
        return entry
    event = _event(call.who, words)
    entry.event, entry.policy = event(call.now, situation_of(request)), call.policy_of(request)
    if call.who.is_staff:
        entry.data |= {"turn": _turn(words), **await linked_articles(call.db, words.body)}
    return entry


def _closes(request: Request, entry: Draft) -> bool:
    """Whether an answer closes the request, because an article that it links answers it."""
    if not isinstance(entry.event, Answer) or "articles" not in entry.data or entry.policy is None:
        return False
    by_article = situation_of(request)._replace(facts=frozenset({BY_ARTICLE}))
    return closes_at_once(entry.policy, by_article)


def _turn(words: Words) -> str:
    """Whose turn it is after words of the staff."""
    return words.turn or "client"


def _event(who: Who, words: Words) -> type[Event]:
    if not who.is_staff:
        return ClientWord
    return StillOurs if _turn(words) == "us" else Answer


async def _write_then(tx: Tx, call: Call, entry: Draft, then: Then | None, closes: bool) -> Written:
    (written,) = await write(tx, [entry])
    if written.entry is not None and then is not None:
        await then(tx, written.entry)
    if written.entry is not None and closes:
        await close_by_article(tx, call, entry.matter)
    return written


async def _reopen_then(tx: Tx, call: Call, no: int, words: Words, then: Then | None) -> Written:
    written = await reopen_with_words(tx, call, no, words)
    if written.entry is not None and then is not None:
        await then(tx, written.entry)
    return written


async def _result(
    call: Call, no: int, words: Words, kind: str, written: Written
) -> tuple[Entry, bool]:
    """The entry that was written, with the colleagues asked whom a note mentions; or that of the
    key. Raises `Conflict` for something newer, `Invalid` for a key of other words.
    """
    if written.entry is not None:
        if kind == "note" and "@" in words.body:
            await call.db.run(note_mentions, written.entry, now=call.now)
        return written.entry, False
    if written.status == "newer":
        raise Conflict(
            _("Request %(no)s has something newer than entry %(seen)s; read it, then send again.")
            % {"seen": words.seen, "no": no},
            title="newer-entries",
            field="seen",
        )
    return await _entry_of_key(call, no, words, kind), True


async def _entry_of_key(call: Call, no: int, words: Words, kind: str) -> Entry:
    async with call.db.connection() as conn:
        entry = await entry_by_key(conn, no, call.who.id, words.key or "")
    if entry is not None and entry.salts is None and entry.kind == kind:
        return entry  # its words were taken back, so nothing tells them from others
    keeps_turn = words.turn == "us"
    asked = words.body, kind, _files(words.data), keeps_turn
    if entry is None or _asked_for(entry) != asked:
        raise Invalid(
            _("This key was already used for another message; use a new key for a new message."),
            field="key",
        )
    return entry


def _asked_for(entry: Entry) -> tuple[str, str, list[str], bool]:
    return entry.body, entry.kind, _files(entry.data), entry.data.get("turn") == "us"


def _files(data: dict[str, Any]) -> list[str]:
    """Ids of the files that are said with the words."""
    return [file["id"] for file in data.get("files", [])]


async def mark_seen(tx: Tx, call: Call, no: int, upto: int) -> None:
    """Mark the request's entries up to number `upto` as seen by the caller."""
    request = await seen_request(tx.conn, call.who, no)
    moved = await store.mark_seen(tx.conn, call.who, request, min(upto, request.head), call.now)
    if moved and request.holder == call.who.id:
        tx.tell(f"person/{call.who.id}")  # their other pages show it as new

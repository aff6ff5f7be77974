"""Time that operators spend on what a client agreed to: started, stopped, written down, corrected.

A record is also a note of the thread, so the log tells of it; a correction is a further record.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from firstline.kit.db import Db, Tx
from firstline.kit.errors import Conflict, Forbidden, Invalid, Missing
from firstline.kit.html import moment
from firstline.kit.i18n import current, ngettext
from firstline.kit.i18n import gettext as _
from firstline.kit.ids import uuid7
from firstline.paid import store
from firstline.paid.model import LONGEST, Offer, TimeRecord
from firstline.people import Who
from firstline.policy import Policy
from firstline.regulations import Policies
from firstline.requests import safe_text
from firstline.timeline import Call, Request, draft, lock_request, lock_seen_request, record

FUTURE = timedelta(minutes=1)  # that clocks may differ
NOTE_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class WorkSpan:
    """From when to when somebody worked."""

    started_at: datetime
    stopped_at: datetime


@dataclass(frozen=True, slots=True)
class _Hand:
    """Who writes a record down and when; nobody where the desk itself does."""

    who: Who | None
    policy: Policy
    now: datetime


async def start_time(tx: Tx, call: Call, no: int, offer_id: UUID) -> TimeRecord:
    """Begin to work on an agreed offer. An operator is at one thing at a time: `Conflict`."""
    _request, offer = await _agreed_offer(tx, call, no, offer_id)
    begun = _record(call, offer, call.now, None)
    if not await store.add_time(tx.conn, begun, call.who.id):
        raise Conflict(await _busy(tx, call))
    tx.tell(f"request/{no}")
    return begun


async def _busy(tx: Tx, call: Call) -> str:
    running = await store.running_time(tx.conn, call.who.id)
    return _("You are recording time on request %(no)s; stop that first.") % {
        "no": running.request_no if running else ""
    }


async def stop_time(tx: Tx, call: Call, no: int, id: UUID, words: str = "") -> TimeRecord:
    """End one's own running record; whoever forgot it has at most a day, to be corrected."""
    request = await _held_request(tx, call, no)
    found = await store.lock_time(tx.conn, no, id)
    if found is None:
        raise Missing(_("There is no such record here."))
    if found.operator_id != call.who.id and not call.who.has("management"):
        raise Forbidden(_("Only the colleague who began it, or management, can stop it."))
    if found.stopped_at is not None:
        raise Conflict(_("This record has already ended; correct it if it is wrong."))
    by = _Hand(call.who, call.policy, call.now)
    return await _end(tx, by, request, found, words)


async def stop_forgotten(db: Db, policies: Policies, now: datetime) -> None:
    """Stop the clocks that run on in closed requests, at the moment of closing; the worker does."""
    async with db.connection() as conn:
        left = await store.forgotten_times(conn)
    _version, policy = policies.current(now)
    for no, id in left:
        await db.run(_stop_one, no, id, _Hand(None, policy, now))


async def _stop_one(tx: Tx, no: int, id: UUID, by: "_Hand") -> None:
    request = await lock_request(tx.conn, no)
    found = await store.lock_time(tx.conn, no, id)
    is_left = found is not None and found.stopped_at is None
    if request is not None and request.closed_at is not None and found and is_left:
        await _end(tx, by, request, found, "")


async def _end(
    tx: Tx, by: "_Hand", request: Request, running: TimeRecord, words: str
) -> TimeRecord:
    """End a record now, or with its request, or after a day; a moment it has at least."""
    begun, until = running.started_at, by.now
    if request.closed_at is not None and request.closed_at > begun:
        until = min(until, request.closed_at)
    end = max(min(until, begun + LONGEST), begun + timedelta(seconds=1))
    ended = replace(running, stopped_at=end)
    entry_no = await _note(tx, by, request, ended, words)
    await store.end_time(tx.conn, ended.id, entry_no, end)
    return replace(ended, entry_no=entry_no)


async def record_time(
    tx: Tx, call: Call, no: int, offer_id: UUID, span: WorkSpan, words: str = ""
) -> TimeRecord:
    """Write down work that was done. Raises `Invalid` for a span that cannot be."""
    request, offer = await _agreed_offer(tx, call, no, offer_id)
    _check_span(span, call.now, offer)
    made = _record(call, offer, span.started_at, span.stopped_at)
    return await _keep(tx, call, request, made, words)


async def correct_time(
    tx: Tx, call: Call, no: int, id: UUID, span: WorkSpan | None, reason: str
) -> TimeRecord:
    """Put another span, or nothing, in the place of a record, which stays; by who worked, or by
    management. The reason is required.
    """
    reason = safe_text(reason, "reason")
    request = await _held_request(tx, call, no)
    found = await store.lock_time(tx.conn, no, id)
    if found is None:
        raise Missing(_("There is no such record here."))
    if found.operator_id != call.who.id and not call.who.has("management"):
        raise Forbidden(_("Only who worked, or management, can correct a record."))
    if found.stopped_at is None:
        raise Conflict(_("This record still runs; stop it first."))
    offers = {one.id: one for one in await store.offers_of(tx.conn, no)}
    if span is not None:
        _check_span(span, call.now, offers[found.offer_id])
    made = replace(
        found,
        id=uuid7(),
        started_at=span.started_at if span else found.started_at,
        stopped_at=span.stopped_at if span else found.stopped_at,
        corrects=found.id,
        void=span is None,
        at=call.now,
    )
    return await _keep(tx, call, request, made, reason)


async def _keep(tx: Tx, call: Call, request: Request, made: TimeRecord, words: str) -> TimeRecord:
    by = _Hand(call.who, call.policy, call.now)
    entry_no = await _note(tx, by, request, made, words)
    made = replace(made, entry_no=entry_no)
    if not await store.add_time(tx.conn, made, call.who.id):
        raise Conflict(_("This record has just been corrected; look again."))
    return made


async def _held_request(tx: Tx, call: Call, no: int) -> Request:
    """The request, held, for staff of its line, its holder and management."""
    if not call.who.is_staff:
        raise Missing(_("There is nothing here."))
    request = await lock_seen_request(tx, call.who, no)
    ours = request.line in call.who.lines or request.holder == call.who.id
    if not ours and not call.who.has("management"):
        raise Forbidden(_("Request %(no)s is with another line; leave a note there.") % {"no": no})
    return request


async def _agreed_offer(tx: Tx, call: Call, no: int, id: UUID) -> tuple[Request, Offer]:
    request = await _held_request(tx, call, no)
    offer = await store.lock_offer(tx.conn, no, id)
    if offer is None:
        raise Missing(_("There is no such offer here."))
    if offer.is_prepaid:
        raise Conflict(_("Time paid in advance is bought, not worked on."))
    if offer.state != "agreed":
        raise Conflict(
            _("The client has not agreed to this offer; work begins after that."),
            state=offer.state,
        )
    return request, offer


def _check_span(span: WorkSpan, now: datetime, offer: Offer) -> None:
    if span.stopped_at <= span.started_at:
        raise Invalid(_("The end must be later than the beginning."), field="stopped_at")
    if span.stopped_at - span.started_at > LONGEST:
        raise Invalid(_("One record is a day at most; write several."), field="stopped_at")
    if span.stopped_at > now + FUTURE:
        raise Invalid(_("The end lies in the future; write it down when it is done."),
                      field="stopped_at")  # fmt: skip
    if offer.decided_at is not None and span.started_at < offer.decided_at - FUTURE:
        raise Invalid(
            _("The client had not agreed by then; begin after the consent."), field="started_at"
        )


def _record(
    call: Call, offer: Offer, started_at: datetime, stopped_at: datetime | None
) -> TimeRecord:
    return TimeRecord(
        id=uuid7(),
        offer_id=offer.id,
        request_no=offer.request_no,
        operator_id=call.who.id,
        operator=call.who.name,
        started_at=started_at,
        stopped_at=stopped_at,
        corrects=None,
        void=False,
        entry_no=None,
        at=call.now,
    )


async def _note(tx: Tx, by: _Hand, request: Request, made: TimeRecord, words: str) -> int:
    """Tell of a record in a note; the number of its entry."""
    sentence = _sentence(made, by)
    words = safe_text(words, "words") if words.strip() else ""
    note = draft(request, by.who, "note", by.now, audience="staff")
    note.body = f"{sentence}\n{words}" if words else sentence
    note.data = {"time": str(made.id)}
    _request, entry = await record(tx, request, note)
    return entry.no


def _sentence(made: TimeRecord, by: _Hand) -> str:
    zone = by.policy.zone
    assert made.stopped_at is not None, "a running record has no note yet"
    minutes = ceil(made.minutes)
    took = ngettext("%(num)d minute", "%(num)d minutes", minutes) % {"num": minutes}
    values = {
        "took": took,
        "begin": moment(made.started_at.astimezone(zone), current(), by.now),
        "end": moment(made.stopped_at.astimezone(zone), current(), by.now),
    }
    if made.void:
        return _("Paid time taken away: %(took)s, %(begin)s to %(end)s.") % values
    if made.corrects:
        return _("Paid time corrected: %(took)s, %(begin)s to %(end)s.") % values
    return _("Paid time: %(took)s, %(begin)s to %(end)s.") % values

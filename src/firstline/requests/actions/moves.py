"""How work moves: take, skip, give back, transfer, hand over, send back (clause order.arrival)."""

from datetime import datetime
from uuid import UUID

from firstline import lines
from firstline.kit.db import Conn, Tx
from firstline.kit.errors import Conflict, Invalid
from firstline.kit.i18n import gettext as _
from firstline.people import who as load_who
from firstline.policy.rules.promises import HandOver
from firstline.requests.actions import steps
from firstline.requests.entrance.words import safe_text
from firstline.timeline import (
    Call,
    Request,
    change,
    draft,
    entry_at,
    lock_request,
    situation_of,
)

REASON_LIMIT = 500


async def take_next(tx: Tx, call: Call, line: str) -> Request | None:
    """Take the next of the line that this operator can serve, in the policy's order of work.

    None when nothing waits that they can serve.

    The line's row is held while it is chosen, so two takes never pass each other. Passing over an
    earlier arrival (other language, skipped just now) is written into the entry as a departure.
    Raises `Forbidden` for a line that is not theirs, `Conflict` at their limit of open chats.
    """
    steps.refuse_foreign_line(call, line)
    await lines.lock_line(tx.conn, line)
    request = await _next(tx, call, line)
    if request is None:
        return None
    return await _take_offered(tx, call, request)


async def _take_offered(tx: Tx, call: Call, request: Request) -> Request:
    """Take what the line offers. What the operator skipped just now is passed over by that skip, so
    it is a departure of its own only beside others of another language."""
    await steps.room_for(tx, call, request)
    passed = await lines.ahead(tx.conn, call.order, request.line, request.no)
    since = call.now - call.policy.skip_pause
    skipped = await lines.skipped_by(tx.conn, call.who.id, passed, since) if passed else set[int]()
    unspoken = tuple(no for no in passed if no not in skipped)
    departure = None
    if unspoken:
        departure = lines.Departure("language", "", unspoken)
    elif passed:
        departure = lines.Departure("skipped", "", tuple(passed))
    return await steps.give(tx, call, request, departure)


async def _next(tx: Tx, call: Call, line: str) -> Request | None:
    """What the line, whose row is held, offers this operator, with its row held too."""
    return await find_offered(tx.conn, call, line, hold=True)


async def find_offered(conn: Conn, call: Call, line: str, *, hold: bool = False) -> Request | None:
    """What the line offers this operator: nothing twice that they skipped just now, unless they are
    alone."""
    asked = (conn, call.order, line, call.who.id, list(call.who.languages))
    request = await lines.earliest(*asked, call.now - call.policy.skip_pause, hold=hold)
    if request is None and await steps.is_alone(conn, call, line):
        request = await lines.earliest(*asked, call.now, hold=hold)
    return request


async def take(tx: Tx, call: Call, no: int, reason: str = "") -> Request:
    """Take one request: the first that its line offers simply, another one before its turn with a
    reason that everybody can read in the list."""
    reason = safe_text(reason, "reason", limit=REASON_LIMIT, empty=True)
    request = await steps.line_first(tx, call.who, no)
    steps.refuse_foreign_line(call, request.line)
    steps.refuse_unless_waiting(request)
    first = await _next(tx, call, request.line)
    if first is not None and first.no == no:
        return await _take_offered(tx, call, request)
    if not reason:
        raise Invalid(
            _("Others arrived before request %(no)s; say why it goes first.") % {"no": no},
            field="reason",
        )
    await steps.room_for(tx, call, request)
    passed = await lines.ahead(tx.conn, call.order, request.line, no)
    departure = lines.Departure("out_of_order", reason, tuple(passed))
    return await steps.give(tx, call, request, departure)


async def skip(tx: Tx, call: Call, no: int, reason: str) -> Request:
    """Decline what one is offered, or was given and has not answered, with a reason.

    It keeps its place, and is not offered to the same operator for the policy's pause.
    """
    reason = safe_text(reason, "reason", limit=REASON_LIMIT)
    who = call.who
    request = await steps.line_first(tx, who, no)
    steps.refuse_foreign_line(call, request.line)
    if request.holder not in (None, who.id) or request.closed:
        raise Conflict(_("Request %(no)s is not yours to skip.") % {"no": no}, state=request.state)
    if request.holder is None:
        await _refuse_unless_next(tx, call, request)
    elif await _has_answer(tx, request):
        raise Conflict(
            _("You have answered request %(no)s; give it back or hand it over.") % {"no": no},
            state=request.state,
        )
    await lines.record_skip(tx.conn, no, who.id, reason, call.now)
    request = await steps.put_back(tx, request) if request.holder else request
    note = draft(request, who, "skipped", call.now, audience="staff", body=reason)
    note.data = {"departure": "skipped", "reason": reason}
    return await steps.write_entry(tx, request, note)


async def _refuse_unless_next(tx: Tx, call: Call, request: Request) -> None:
    """Refuse to skip what waits behind another: nobody has been asked to take it yet."""
    offered = await _next(tx, call, request.line)
    if offered is None or offered.no != request.no:
        raise Conflict(
            _("Request %(no)s is not the next for you; only what is offered can be skipped.")
            % {"no": request.no},
            state=request.state,
        )


async def _has_answer(tx: Tx, request: Request) -> bool:
    """Whether the client had a word of ours since the request came to its holder."""
    if not request.staff_word_no or request.held_since is None:
        return False
    last = await entry_at(tx.conn, request.no, request.staff_word_no)
    return last is not None and last.at >= request.held_since


async def give_back(tx: Tx, call: Call, no: int) -> Request:
    """Return a request to its line; it keeps its place by number."""
    request = await steps.line_first(tx, call.who, no)
    steps.refuse_unless_holder(request, call.who)
    return await steps.return_to_line(tx, request, call.who, call.now)


async def give_back_all(tx: Tx, call: Call) -> list[Request]:
    """Return everything that this operator holds, as at the end of a shift."""
    for line in sorted(call.who.lines):
        await lines.lock_line(tx.conn, line)
    return await _give_back_each(tx, call, call.who.id)


async def give_back_of(tx: Tx, call: Call, operator: UUID) -> list[Request]:
    """Return everything that an operator holds whose access ends; each keeps its place."""
    for line in await lines.line_ids(tx.conn):
        await lines.lock_line(tx.conn, line)
    return await _give_back_each(tx, call, operator)


async def _give_back_each(tx: Tx, call: Call, holder: UUID) -> list[Request]:
    held = await lines.held_by(tx.conn, holder)
    return [await steps.return_to_line(tx, request, call.who, call.now) for request in held]


async def requeue(tx: Tx, no: int, *, now: datetime) -> Request | None:
    """Return a chat that owes the client a word to its line: its holder is not present any more."""
    request = await lock_request(tx.conn, no)
    if request is None or request.holder is None or request.closed or not request.promise:
        return None
    return await steps.return_to_line(tx, request, None, now)


async def transfer(tx: Tx, call: Call, no: int, to: UUID) -> Request:
    """Pass a held request to a colleague of the same line, who has room for it."""
    request = await steps.line_first(tx, call.who, no)
    steps.refuse_unless_holder(request, call.who)
    colleague = await load_who(tx.conn, to)
    if colleague is None or not colleague.is_staff or request.line not in colleague.lines:
        raise Invalid(
            _("to must be an operator of line %(line)s.") % {"line": request.line}, field="to"
        )
    if colleague.id == call.who.id:
        raise Invalid(_("You already have it; choose a colleague."), field="to")
    await steps.room_with(tx, call.policy, colleague, request)
    request = await change(tx.conn, request, holder=colleague.id, held_since=call.now)
    passed = draft(request, call.who, "transferred", call.now, data={"to": colleague.name})
    tx.tell(f"person/{colleague.id}", colleague.epoch)
    return await steps.write_entry(tx, request, passed)


async def take_over(tx: Tx, call: Call, no: int, reason: str = "") -> Request:
    """Take a request from a colleague who holds it, as one does to answer in their place."""
    reason = safe_text(reason, "reason", limit=REASON_LIMIT, empty=True)
    request = await steps.line_first(tx, call.who, no)
    steps.refuse_foreign_line(call, request.line)
    steps.refuse_unless_with_colleague(request, call.who)
    await steps.room_for(tx, call, request)
    colleague = await load_who(tx.conn, request.holder) if request.holder else None
    request = await change(tx.conn, request, holder=call.who.id, held_since=call.now)
    entry = draft(request, call.who, "taken_over", call.now, body=reason)
    entry.data = {"from": colleague.name if colleague else ""}
    if colleague is not None:
        tx.tell(f"person/{colleague.id}", colleague.epoch)
    return await steps.write_entry(tx, request, entry)


async def hand_over(tx: Tx, call: Call, no: int, summary: str) -> Request:
    """Pass a request one line up, with what was tried; the chat becomes a ticket (lines.second).

    It keeps its number and arrival. An unmet promise stays; where the client was answered, the new
    line's rule makes a new one, if the policy says so.
    """
    summary = safe_text(summary, "summary")
    request = await steps.line_first(tx, call.who, no)
    steps.refuse_unless_holder(request, call.who)
    policy = call.policy_of(request)
    upper = policy.next_line(request.line)
    if upper is None:
        raise Conflict(
            _("Line %(line)s is the last one; there is nobody to hand over to.")
            % {"line": request.line},
            state=request.state,
        )
    move = draft(request, call.who, "handed_over", call.now, body=summary)
    move.data = {"line_from": request.line, "line": upper}
    request = await steps.to_line(tx, policy, request, upper, call.now, up=True)
    move.event, move.policy = HandOver(call.now, situation_of(request)), policy
    return await steps.write_entry(tx, request, move)


async def send_back(tx: Tx, call: Call, no: int, reason: str) -> Request:
    """Return a poor hand-over to the line below, with a reason; these are counted."""
    reason = safe_text(reason, "reason", limit=REASON_LIMIT)
    request = await steps.line_first(tx, call.who, no)
    steps.refuse_unless_holder(request, call.who)
    policy = call.policy_of(request)
    below = next((line.id for line in policy.lines if line.next == request.line), None)
    if below is None:
        raise Conflict(
            _("Line %(line)s is the first; give the request back instead.")
            % {"line": request.line},
            state=request.state,
        )
    move = draft(request, call.who, "sent_back", call.now, body=reason)
    move.data = {"line_from": request.line, "line": below}
    request = await steps.to_line(tx, policy, request, below, call.now)
    return await steps.write_entry(tx, request, move)

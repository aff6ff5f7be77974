"""How work moves: take, skip, give back, transfer, hand over, send back (clause order.arrival)."""

from datetime import datetime
from uuid import UUID

from firstline import lines
from firstline.kit.db import Tx
from firstline.kit.errors import Conflict, Invalid
from firstline.kit.i18n import gettext as _
from firstline.people import Who
from firstline.people import who as load_who
from firstline.policy import Policy
from firstline.policy.rules.promises import HandOver
from firstline.regulations.versions import Policies
from firstline.requests.actions import steps
from firstline.requests.entrance.words import checked
from firstline.timeline import Request, change, draft, entry_at, lock_request, situation_of

REASON_LIMIT = 500


async def take_next(
    tx: Tx, policies: Policies, who: Who, line: str, *, now: datetime
) -> Request | None:
    """Take the next of the line that this operator can serve, in the policy's order of work.

    None when nothing waits that they can serve.

    The line's row is held while it is chosen, so two takes never pass each other. Passing over an
    earlier arrival (other language, skipped just now) is written into the entry as a departure.
    Raises `Forbidden` for a line that is not theirs, `Conflict` at their limit of open chats.
    """
    _, policy = policies.current(now)
    steps.line_of(policy, who, line)
    await lines.lock_line(tx.conn, line)
    request = await _next(tx, policy, who, line, now)
    if request is None:
        return None
    await steps.room_for(tx, policy, who, request)
    passed = await lines.ahead(tx.conn, policy.order, line, request.no)
    departure = None
    if passed:
        kind = "language" if who.languages else "skipped"
        departure = lines.Departure(kind, "", tuple(passed))
    return await steps.give(tx, request, who, departure, now)


async def _next(tx: Tx, policy: Policy, who: Who, line: str, now: datetime) -> Request | None:
    """What the line, whose row is held, offers this operator: nothing twice that they skipped just
    now, unless they are alone."""
    asked = (tx.conn, policy.order, line, who.id, list(who.languages))
    request = await lines.earliest(*asked, now - policy.skip_pause)
    if request is None and await steps.alone(tx, policy, who, line, now):
        request = await lines.earliest(*asked, now)
    return request


async def take_out_of_order(
    tx: Tx, policies: Policies, who: Who, no: int, reason: str, *, now: datetime
) -> Request:
    """Take one request before its turn, with a reason that everybody can read in the list."""
    reason = checked(reason, "reason", limit=REASON_LIMIT)
    request = await steps.line_first(tx, who, no)
    _, policy = policies.current(now)
    steps.line_of(policy, who, request.line)
    steps.waits(request)
    await steps.room_for(tx, policy, who, request)
    passed = await lines.ahead(tx.conn, policy.order, request.line, no)
    departure = lines.Departure("out_of_order", reason, tuple(passed))
    return await steps.give(tx, request, who, departure, now)


async def skip(
    tx: Tx, policies: Policies, who: Who, no: int, reason: str, *, now: datetime
) -> Request:
    """Decline what one is offered, or was given and has not answered, with a reason.

    It keeps its place, and is not offered to the same operator for the policy's pause.
    """
    reason = checked(reason, "reason", limit=REASON_LIMIT)
    request = await steps.line_first(tx, who, no)
    policy = policies.current(now)[1]
    steps.line_of(policy, who, request.line)
    if request.holder not in (None, who.id) or request.closed:
        raise Conflict(_("Request %(no)s is not yours to skip.") % {"no": no}, state=request.state)
    if request.holder is None:
        await _offered(tx, policy, who, request, now)
    elif await _answered(tx, request):
        raise Conflict(
            _("You have answered request %(no)s; give it back or hand it over.") % {"no": no},
            state=request.state,
        )
    await lines.record_skip(tx.conn, no, who.id, reason, now)
    request = await steps.put_back(tx, request) if request.holder else request
    note = draft(request, who, "skipped", now, audience="staff", body=reason)
    note.data = {"departure": "skipped", "reason": reason}
    return await steps.written(tx, request, note)


async def _offered(tx: Tx, policy: Policy, who: Who, request: Request, now: datetime) -> None:
    """Refuse to skip what waits behind another: nobody has been asked to take it yet."""
    offered = await _next(tx, policy, who, request.line, now)
    if offered is None or offered.no != request.no:
        raise Conflict(
            _("Request %(no)s is not the next for you; only what is offered can be skipped.")
            % {"no": request.no},
            state=request.state,
        )


async def _answered(tx: Tx, request: Request) -> bool:
    """Whether the client had a word of ours since the request came to its holder."""
    if not request.staff_said_no or request.held_since is None:
        return False
    last = await entry_at(tx.conn, request.no, request.staff_said_no)
    return last is not None and last.at >= request.held_since


async def give_back(tx: Tx, who: Who, no: int, *, now: datetime) -> Request:
    """Return a request to its line; it keeps its place by number."""
    request = await steps.line_first(tx, who, no)
    steps.held(request, who)
    return await steps.given_back(tx, request, who, now)


async def give_back_all(tx: Tx, who: Who, *, now: datetime) -> list[Request]:
    """Return everything that this operator holds, as at the end of a shift."""
    for line in sorted(who.lines):
        await lines.lock_line(tx.conn, line)
    return [await steps.given_back(tx, r, who, now) for r in await lines.held_by(tx.conn, who.id)]


async def give_back_of(tx: Tx, by: Who, operator: UUID, *, now: datetime) -> list[Request]:
    """Return everything that an operator holds whose access ends; each keeps its place."""
    for line in await lines.line_ids(tx.conn):
        await lines.lock_line(tx.conn, line)
    return [await steps.given_back(tx, r, by, now) for r in await lines.held_by(tx.conn, operator)]


async def requeue(tx: Tx, no: int, *, now: datetime) -> Request | None:
    """Return a chat that owes the client a word to its line: its holder is not present any more."""
    request = await lock_request(tx.conn, no)
    if request is None or request.holder is None or request.closed or not request.promise:
        return None
    return await steps.given_back(tx, request, None, now)


async def transfer(
    tx: Tx, policies: Policies, who: Who, no: int, to: UUID, *, now: datetime
) -> Request:
    """Pass a held request to a colleague of the same line, who has room for it."""
    request = await steps.line_first(tx, who, no)
    steps.held(request, who)
    colleague = await load_who(tx.conn, to)
    if colleague is None or not colleague.is_staff or request.line not in colleague.lines:
        raise Invalid(
            _("to must be an operator of line %(line)s.") % {"line": request.line}, field="to"
        )
    if colleague.id == who.id:
        raise Invalid(_("You hold it already; choose a colleague."), field="to")
    await steps.room_with(tx, policies.current(now)[1], colleague, request)
    request = await change(tx.conn, request, holder=colleague.id, held_since=now)
    passed = draft(request, who, "transferred", now, data={"to": colleague.name})
    tx.tell(f"person/{colleague.id}", colleague.epoch)
    return await steps.written(tx, request, passed)


async def hand_over(
    tx: Tx, policies: Policies, who: Who, no: int, summary: str, *, now: datetime
) -> Request:
    """Pass a request one line up, with what was tried; the chat becomes a ticket (lines.second).

    It keeps its number and arrival. An unmet promise stays; where the client was answered, the new
    line's rule makes a new one, if the policy says so.
    """
    summary = checked(summary, "summary")
    request = await steps.line_first(tx, who, no)
    steps.held(request, who)
    policy = policies.version(request.policy_version)
    upper = policy.next_line(request.line)
    if upper is None:
        raise Conflict(
            _("Line %(line)s is the last one; there is nobody to hand over to.")
            % {"line": request.line},
            state=request.state,
        )
    move = draft(request, who, "handed_over", now, body=summary)
    move.data = {"line_from": request.line, "line": upper}
    request = await steps.to_line(tx, policy, request, upper, now, up=True)
    move.event, move.policy = HandOver(now, situation_of(request)), policy
    return await steps.written(tx, request, move)


async def send_back(
    tx: Tx, policies: Policies, who: Who, no: int, reason: str, *, now: datetime
) -> Request:
    """Return a poor hand-over to the line below, with a reason; these are counted."""
    reason = checked(reason, "reason", limit=REASON_LIMIT)
    request = await steps.line_first(tx, who, no)
    steps.held(request, who)
    policy = policies.version(request.policy_version)
    below = next((line.id for line in policy.lines if line.next == request.line), None)
    if below is None:
        raise Conflict(
            _("Line %(line)s is the first; give the request back instead.")
            % {"line": request.line},
            state=request.state,
        )
    move = draft(request, who, "sent_back", now, body=reason)
    move.data = {"line_from": request.line, "line": below}
    request = await steps.to_line(tx, policy, request, below, now)
    return await steps.written(tx, request, move)

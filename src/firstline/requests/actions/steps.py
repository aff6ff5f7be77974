"""The steps that moves are made of: checks of the present state, and changes with their entries."""

from datetime import datetime
from typing import Any

from firstline import lines
from firstline.kit import due
from firstline.kit.db import Conn, Tx
from firstline.kit.errors import Conflict, Forbidden, Invalid
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import ngettext
from firstline.people import Who
from firstline.policy import Policy
from firstline.timeline import Call, Draft, Request, change, draft, lock_seen_request, record


def refuse_foreign_line(call: Call, line: str) -> None:
    """Refuse a line that is not the operator's."""
    who = call.who
    if line not in {known.id for known in call.policy.lines}:
        raise Invalid(
            _("There is no line %(line)s in the regulations.") % {"line": line},
            status=404,
            title="not-found",
        )
    if line not in who.lines:
        yours = ", ".join(who.lines) or _("none")
        raise Forbidden(
            _("Line %(line)s is not yours; yours: %(yours)s.") % {"line": line, "yours": yours}
        )


def refuse_unless_waiting(request: Request) -> None:
    """Refuse a request that does not wait in its line."""
    if request.holder is not None or request.closed:
        raise Conflict(
            _("Request %(no)s is no longer waiting.") % {"no": request.no}, state=request.state
        )


def _refuse_closed(request: Request) -> None:
    if request.closed:
        raise Conflict(
            _("Request %(no)s is closed; reopen it first.") % {"no": request.no},
            state=request.state,
        )


def refuse_unless_holder(request: Request, who: Who) -> None:
    """Refuse a request that this operator does not hold."""
    _refuse_closed(request)
    if request.holder is None:
        raise Conflict(
            _("Nobody has taken request %(no)s; take it first.") % {"no": request.no},
            state=request.state,
        )
    if request.holder != who.id:
        raise Forbidden(
            _("Request %(no)s is with a colleague; leave a note for them.") % {"no": request.no}
        )


def refuse_unless_with_colleague(request: Request, who: Who) -> None:
    """Refuse to take over what nobody else holds."""
    _refuse_closed(request)
    if request.holder is None:
        raise Conflict(
            _("Nobody has taken request %(no)s; take it first.") % {"no": request.no},
            state=request.state,
        )
    if request.holder == who.id:
        raise Conflict(
            _("You already have request %(no)s.") % {"no": request.no}, state=request.state
        )


def refuse_other_line(who: Who, request: Request, *, management: bool = False) -> None:
    """Refuse to members of staff what is another line's: they read it and leave notes.

    Its line and its holder may; with `management` also who decides over all lines. Who of the
    clients may, is the caller's matter.
    """
    if not who.is_staff or request.line in who.lines or request.holder == who.id:
        return
    if management and who.has("management"):
        return
    raise Forbidden(
        _("Request %(no)s is with another line; leave a note there.") % {"no": request.no}
    )


async def line_first(tx: Tx, who: Who, no: int) -> Request:
    """The request with its line's row and its own held, in the order in which takes hold them."""
    line = await lines.lock_line_of(tx.conn, no)
    request = await lock_seen_request(tx, who, no)
    if request.line != line:
        raise Conflict(
            _("Request %(no)s has just changed lines; look again.") % {"no": no},
            state=request.state,
        )
    return request


async def is_alone(conn: Conn, call: Call, line: str) -> bool:
    """Whether no colleague of the line is present: then a skipped request is offered again."""
    seen_after = call.now - call.policy.presence_grace
    return not set(await lines.present_operators(conn, line, seen_after)) - {call.who.id}


async def room_for(tx: Tx, call: Call, request: Request) -> None:
    """Refuse another chat at the operator's limit; tickets are not limited."""
    limit = await _full_at(tx, call.policy, call.who, request)
    if limit is not None:
        raise Conflict(
            ngettext(
                "You have %(num)d open chat, which is your limit; answer or close it first.",
                "You have %(num)d open chats, which is your limit; answer or close one first.",
                limit,
            )
            % {"num": limit},
            title="at-limit",
        )


async def room_with(tx: Tx, policy: Policy, colleague: Who, request: Request) -> None:
    """The same for a colleague to whom a chat would be passed."""
    limit = await _full_at(tx, policy, colleague, request)
    if limit is not None:
        raise Conflict(
            ngettext(
                "%(name)s has %(num)d open chat, which is their limit; choose another colleague.",
                "%(name)s has %(num)d open chats, which is their limit; choose another colleague.",
                limit,
            )
            % {"num": limit, "name": colleague.name},
            state=request.state,
            title="at-limit",
        )


async def _full_at(tx: Tx, policy: Policy, who: Who, request: Request) -> int | None:
    """The operator's limit, where one chat more would be over it."""
    limit = who.chat_limit if who.chat_limit is not None else policy.chats_per_operator
    full = request.mode == "chat" and await lines.open_chats(tx.conn, who.id) >= limit
    return limit if full else None


async def give(tx: Tx, call: Call, request: Request, departure: lines.Departure | None) -> Request:
    """Make the caller the holder, and write it down, with the departure if it is one."""
    request = await change(
        tx.conn, request, holder=call.who.id, held_since=call.now, state="with_us"
    )
    taken = draft(request, call.who, "taken", call.now)
    if departure is not None:
        taken.body, taken.data = departure.reason, departure.data()
    return await write_entry(tx, request, taken)


async def put_back(tx: Tx, request: Request) -> Request:
    """Take the holder away: the request waits again, at the place of its number."""
    return await change(tx.conn, request, holder=None, held_since=None, state="waiting")


async def return_to_line(
    tx: Tx, request: Request, who: Who | None, now: datetime, **data: Any
) -> Request:
    """Return a request to its line, by its holder or by the system."""
    if request.promise is None:
        await due.disarm(tx.conn, request.no, "turn")
    request = await put_back(tx, request)
    return await write_entry(tx, request, draft(request, who, "given_back", now, data=data))


async def to_line(
    tx: Tx, policy: Policy, request: Request, line: str, now: datetime, *, up: bool = False
) -> Request:
    """Move a request to another line, where it waits as a ticket; `up` counts as a hand-over."""
    tx.tell(f"line/{request.line}")
    if request.promise is None:
        await due.disarm(tx.conn, request.no, "turn")
    return await change(
        tx.conn,
        request,
        line=line,
        mode="ticket",
        holder=None,
        held_since=None,
        state="waiting",
        line_since=now,
        line_due_at=policy.line_share(now, line=line),
        handed_over=request.handed_over + int(up),
    )


async def is_present(tx: Tx, policy: Policy, operator: Who, now: datetime) -> bool:
    """Whether the operator is active and was heard of within the policy's grace."""
    seen_after = now - policy.presence_grace
    for line in operator.lines:
        if operator.id in await lines.present_operators(tx.conn, line, seen_after):
            return True
    return False


async def write_entry(tx: Tx, request: Request, entry: Draft) -> Request:
    """Write the entry of a change that was just made, and tell the line's readers."""
    entry.generation = request.generation
    tx.tell(f"line/{request.line}")
    return (await record(tx, request, entry))[0]

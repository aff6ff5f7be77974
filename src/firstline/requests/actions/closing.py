"""The end of a request, and its second beginning: close, reopen, rate."""

from datetime import datetime
from typing import Any

from firstline.kit import due
from firstline.kit.db import Tx
from firstline.kit.errors import Conflict, Forbidden, Invalid
from firstline.kit.i18n import gettext as _
from firstline.people import Who
from firstline.people import who as load_who
from firstline.policy import Policy
from firstline.policy.rules.closing import may_reopen, silent_outcome
from firstline.policy.rules.promises import ClientWord, Closure, Reopening
from firstline.regulations.versions import Policies
from firstline.requests.actions import steps
from firstline.requests.entrance.refusals import checked_code
from firstline.requests.entrance.words import checked, masked
from firstline.requests.letters.plan import closing_letter
from firstline.requests.secrets.store import erase
from firstline.timeline import (
    Request,
    Written,
    change,
    draft,
    entry_by_key,
    lock_seen_request,
    situation_of,
    write,
)
from firstline.timeline.ledger.opening import refuse_full


async def close(
    tx: Tx,
    policies: Policies,
    who: Who,
    no: int,
    outcome: str,
    text: str,
    *,
    code: str | None = None,
    now: datetime,
) -> Request:
    """Close a request with an outcome and the last words, which meet a promise that is owed.

    Staff close what they hold, or what a colleague of their line holds; a client closes their own
    with outcome `withdrawn`. A refusal may name the
    `code` of its rule. Raises `Conflict` when it is closed or waits, `Invalid` for words.
    """
    request = await steps.line_first(tx, who, no)
    policy = policies.version(request.policy_version)
    if request.closed:
        raise Conflict(_("Request %(no)s is closed already.") % {"no": no}, state=request.state)
    _may_close(who, request, outcome)
    if outcome not in policy.outcomes:
        raise Invalid(
            _("%(field)s must be one of %(known)s.")
            % {"field": "outcome", "known": ", ".join(policy.outcomes)},
            field="outcome",
        )
    text = masked(checked(text, "text", empty=not who.is_staff or request.promise is None))
    code = checked_code(policy, request.plan, outcome, code)
    return await _closed(tx, policy, request, who, outcome, text, now, code)


def _may_close(who: Who, request: Request, outcome: str) -> None:
    if not who.is_staff:
        if outcome != "withdrawn":
            raise Invalid(_("A client closes with the outcome withdrawn."), field="outcome")
        return
    if request.line not in who.lines and request.holder != who.id:
        raise Forbidden(
            _("Request %(no)s is with another line; leave a note there.") % {"no": request.no}
        )
    if request.holder is None:
        raise Conflict(
            _("Request %(no)s waits in its line; take it before you close it.")
            % {"no": request.no},
            state=request.state,
        )


async def close_by_silence(
    tx: Tx, policy: Policy, request: Request, text: str, *, now: datetime
) -> Request:
    """Close a request whose client was reminded and kept silent (automatic closing)."""
    return await _closed(tx, policy, request, None, silent_outcome(policy), text, now)


async def _closed(
    tx: Tx,
    policy: Policy,
    request: Request,
    who: Who | None,
    outcome: str,
    text: str,
    now: datetime,
    code: str | None = None,
) -> Request:
    await due.disarm(tx.conn, request.no, "turn")
    await erase(tx.conn, request.no, now)
    request = await change(
        tx.conn,
        request,
        state="closed",
        closed_at=now,
        closed_by=who.id if who else None,
        outcome=outcome,
    )
    event = Closure(now, situation_of(request))
    entry = draft(request, who, "closed", now, body=text, event=event, policy=policy)
    entry.data = {"outcome": outcome}
    if code is not None:
        entry.data["code"] = code
    request = await steps.written(tx, request, entry)
    if who is None or who.is_staff:
        await closing_letter(tx, request, now=now)
    return request


async def reopen(tx: Tx, policies: Policies, who: Who, no: int, *, now: datetime) -> Request:
    """Open a closed request again: its last line, its arrival, and its holder if present.

    A client may do so within the policy's days, and is owed an answer again; so they are when the
    staff does it and the closing was all that had answered their last words.
    """
    request = await steps.line_first(tx, who, no)
    steps.theirs(who, request, management=True)
    if not request.closed:
        raise Conflict(_("Request %(no)s is open.") % {"no": no}, state=request.state)
    request = await _reopened(tx, policies, who, request, now)
    return await _entry_of_reopening(tx, policies, who, request, now)


async def reopen_with_words(
    tx: Tx,
    policies: Policies,
    who: Who,
    no: int,
    body: str,
    key: str | None,
    *,
    channel: str = "chat",
    data: dict[str, Any] | None = None,
    now: datetime,
) -> Written:
    """A client's words on a closed request: they reopen it, in one transaction with the words."""
    request = await steps.line_first(tx, who, no)
    if key is not None and (known := await entry_by_key(tx.conn, no, who.id, key)):
        return Written("known", known.no, None)
    if not request.closed:
        return Written("moved", None, None)
    policy = policies.version(request.policy_version)
    request = await _reopened(tx, policies, who, request, now)
    request = await _entry_of_reopening(tx, policies, who, request, now)
    words = draft(request, who, "said", now, body=body, key=key, policy=policy)
    words.channel, words.data = channel, data or {}
    words.event = ClientWord(now, situation_of(request))
    return (await write(tx, [words]))[0]


async def _reopened(
    tx: Tx, policies: Policies, who: Who, request: Request, now: datetime
) -> Request:
    policy = policies.version(request.policy_version)
    assert request.closed_at is not None
    if not who.is_staff and not may_reopen(policy, request.closed_at, now):
        raise Conflict(
            _(
                "Request %(no)s was closed too long ago to go on with it; open a new request "
                "and name this number in it."
            )
            % {"no": request.no},
            state=request.state,
            title="closed-for-good",
        )
    if not who.is_staff:
        await refuse_full(tx.conn, request.client_id, policy.open_requests_per_client)
    holder = await load_who(tx.conn, request.holder) if request.holder else None
    back = holder is not None and await steps.is_present(tx, policy, holder, now)
    return await change(
        tx.conn,
        request,
        state="with_us" if back else "waiting",
        holder=request.holder if back else None,
        closed_at=None,
        closed_by=None,
        outcome=None,
        reopened=request.reopened + 1,
    )


async def _entry_of_reopening(
    tx: Tx, policies: Policies, who: Who, request: Request, now: datetime
) -> Request:
    event = Reopening(now, situation_of(request), who.is_staff)
    policy = policies.version(request.policy_version)
    entry = draft(request, who, "reopened", now, event=event, policy=policy)
    return await steps.written(tx, request, entry)


async def rate(tx: Tx, who: Who, no: int, score: int, text: str = "", *, now: datetime) -> Request:
    """A client's rating of a closed request, 1 to 5, with words if they like; the last counts."""
    request = await lock_seen_request(tx, who, no)
    if who.is_staff:
        raise Forbidden(_("Ratings are the client's."))
    if not request.closed:
        raise Conflict(
            _("Request %(no)s is open; rate it when it is closed.") % {"no": no},
            state=request.state,
        )
    if not 1 <= score <= 5:
        raise Invalid(_("score must be from 1 to 5."), field="score")
    text = masked(checked(text, "text", limit=2000, empty=True))
    request = await change(tx.conn, request, moved=False, rating=score)
    entry = draft(request, who, "rated", now, body=text, data={"score": score})
    return await steps.written(tx, request, entry)

"""The end of a request, and its second beginning: close, reopen, rate."""

from datetime import datetime
from typing import Any

from firstline.kit import due
from firstline.kit.db import Tx
from firstline.kit.errors import Conflict, Forbidden, Invalid
from firstline.kit.folding import has_visible
from firstline.kit.i18n import gettext as _
from firstline.people import Who
from firstline.people import who as load_who
from firstline.policy import Policy
from firstline.policy.rules.closing import article_outcome, may_reopen, silent_outcome
from firstline.policy.rules.conduct import REFUSE
from firstline.policy.rules.promises import Answer, ClientWord, Closure, Reopening
from firstline.requests.actions import steps
from firstline.requests.entrance.conduct import refuse_banned
from firstline.requests.entrance.linked import articles_in
from firstline.requests.entrance.refusals import (
    KEPT_OPEN,
    REFUSED,
    check_code,
    refusal_reply,
    refusals,
)
from firstline.requests.entrance.words import safe_text
from firstline.requests.letters.plan import closing_letter
from firstline.requests.model import Words
from firstline.requests.secrets.store import erase
from firstline.timeline import (
    Call,
    Request,
    Written,
    change,
    draft,
    entry_at,
    entry_by_key,
    lock_seen_request,
    refuse_full,
    seen_request,
    situation_of,
    write,
)


async def close(
    tx: Tx,
    call: Call,
    no: int,
    outcome: str,
    text: str,
    code: str | None = None,
    site: str = "",
) -> Request:
    """Close a request with an outcome and the last words, which meet a promise that is owed.

    Staff close what they hold, or what a colleague of their line holds; a client closes their own
    with outcome `withdrawn`. A refusal may name the `code` of its rule, and has the words of the
    policy where none are given; with `site`, the address of the desk, they link its pages. By the
    policy it may leave the request open. Raises `Conflict` when it is closed or waits, `Invalid`
    for words.
    """
    who = call.who
    request = await steps.line_first(tx, who, no)
    policy = call.policy_of(request)
    if request.closed:
        raise Conflict(_("Request %(no)s is closed already.") % {"no": no}, state=request.state)
    _may_close(who, request, outcome)
    if outcome not in policy.outcomes:
        raise Invalid(
            _("%(field)s must be one of %(known)s.")
            % {"field": "outcome", "known": ", ".join(policy.outcomes)},
            field="outcome",
        )
    refusal = check_code(policy, request.plan, outcome, code, call.now)
    if refusal is not None and not has_visible(text):
        text = proposed_reply(policy, request, refusal.code, site, call.now)
    stays = outcome == REFUSED and policy.source.close.refused == KEPT_OPEN
    silent = not who.is_staff or (request.promise is None and not stays)
    text = safe_text(text, "text", empty=silent)
    data = _refusal_data(outcome, refusal.code if refusal else None)
    if stays:
        return await _refuse_open(tx, call, request, text, data)
    return await _end(tx, policy, request, who, outcome, text, call.now, data)


async def end_by_conduct(
    tx: Tx, call: Call, request: Request, step: str, rule: str, text: str
) -> Request:
    """Refuse or close a request by a rule of conduct; a refusal leaves it open where the policy
    says so. Raises as `close` does.
    """
    _may_close(call.who, request, REFUSED)
    policy = call.policy_of(request)
    data = {"outcome": REFUSED, "code": rule, "conduct": step}
    if step == REFUSE and policy.source.close.refused == KEPT_OPEN:
        return await _refuse_open(tx, call, request, text, data)
    return await _end(tx, policy, request, call.who, REFUSED, text, call.now, data)


def proposed_reply(policy: Policy, request: Request, code: str, site: str, now: datetime) -> str:
    """The words that refuse a request by a rule, in the language of its client."""
    lang = request.language
    found = next(one for one in refusals(policy, request.plan, lang, now) if one.code == code)
    return refusal_reply(policy, found, lang, site, now)


async def _refuse_open(
    tx: Tx, call: Call, request: Request, text: str, data: dict[str, str]
) -> Request:
    """Refuse with words, after which the client is awaited as after any answer."""
    policy = call.policy_of(request)
    entry = draft(request, call.who, "said", call.now, body=text, policy=policy)
    entry.event = Answer(call.now, situation_of(request))
    links = await articles_in(tx.conn, text, "text")
    entry.data = {"turn": "client", **data, **links}
    await steps.write_entry(tx, request, entry)
    return await seen_request(tx.conn, call.who, request.no)


def _refusal_data(outcome: str, code: str | None) -> dict[str, str]:
    return {"outcome": outcome, "code": code} if code is not None else {"outcome": outcome}


def _may_close(who: Who, request: Request, outcome: str) -> None:
    if not who.is_staff:
        if outcome != "withdrawn":
            raise Invalid(_("A client can close only with the outcome withdrawn."), field="outcome")
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
    """Close a request whose client was reminded and kept silent (automatic closing); what was
    refused with the last words stays refused.
    """
    last = await entry_at(tx.conn, request.no, request.staff_said_no or 1)
    if last is not None and last.data.get("outcome") == REFUSED:
        data = _refusal_data(REFUSED, last.data.get("code"))
        return await _end(tx, policy, request, None, REFUSED, text, now, data)
    return await _end(tx, policy, request, None, silent_outcome(policy), text, now)


async def close_by_article(tx: Tx, call: Call, no: int) -> Request:
    """Close a request that has just been answered by an article, where the policy says so."""
    request = await lock_seen_request(tx, call.who, no)
    policy = call.policy_of(request)
    return await _end(tx, policy, request, call.who, article_outcome(policy), "", call.now)


async def _end(
    tx: Tx,
    policy: Policy,
    request: Request,
    who: Who | None,
    outcome: str,
    text: str,
    now: datetime,
    data: dict[str, str] | None = None,
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
    entry.data = dict[str, Any](data or {"outcome": outcome})
    if who is not None and who.is_staff:
        entry.data |= await articles_in(tx.conn, text, "text")
    request = await steps.write_entry(tx, request, entry)
    if who is None or who.is_staff:
        await closing_letter(tx, request, now=now)
    return request


async def reopen(tx: Tx, call: Call, no: int) -> Request:
    """Open a closed request again: its last line, its arrival, and its holder if present.

    A client may do so within the policy's days, and is owed an answer again; so they are when the
    staff does it and the closing was all that had answered their last words.
    """
    request = await steps.line_first(tx, call.who, no)
    steps.refuse_other_line(call.who, request, management=True)
    if not request.closed:
        raise Conflict(_("Request %(no)s is open.") % {"no": no}, state=request.state)
    await refuse_banned(tx.conn, call)
    request = await _begin_again(tx, call, request)
    return await _write_reopening(tx, call, request)


async def reopen_with_words(tx: Tx, call: Call, no: int, words: Words) -> Written:
    """A client's words on a closed request: they reopen it, in one transaction with the words."""
    who, key = call.who, words.key
    request = await steps.line_first(tx, who, no)
    if key is not None and (earlier := await entry_by_key(tx.conn, no, who.id, key)):
        return Written("known", earlier.no, None)
    if not request.closed:
        return Written("moved", None, None)
    request = await _begin_again(tx, call, request)
    request = await _write_reopening(tx, call, request)
    policy = call.policy_of(request)
    entry = draft(request, who, "said", call.now, body=words.body, key=key, policy=policy)
    entry.channel, entry.data = words.channel, dict(words.data)
    entry.event = ClientWord(call.now, situation_of(request))
    return (await write(tx, [entry]))[0]


async def _begin_again(tx: Tx, call: Call, request: Request) -> Request:
    who, policy = call.who, call.policy_of(request)
    assert request.closed_at is not None
    if not who.is_staff and not may_reopen(policy, request.closed_at, call.now):
        raise Conflict(
            _(
                "Request %(no)s was closed too long ago to be continued; open a new request and "
                "mention this number in it."
            )
            % {"no": request.no},
            state=request.state,
            title="closed-for-good",
        )
    if not who.is_staff:
        await refuse_full(tx.conn, request.client_id, policy.open_requests_per_client)
    holder = await load_who(tx.conn, request.holder) if request.holder else None
    back = holder is not None and await steps.is_present(tx, policy, holder, call.now)
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


async def _write_reopening(tx: Tx, call: Call, request: Request) -> Request:
    event = Reopening(call.now, situation_of(request), call.who.is_staff)
    policy = call.policy_of(request)
    entry = draft(request, call.who, "reopened", call.now, event=event, policy=policy)
    return await steps.write_entry(tx, request, entry)


async def rate(tx: Tx, call: Call, no: int, score: int, text: str = "") -> Request:
    """A client's rating of a closed request, 1 to 5, with words if they like; the last counts."""
    request = await lock_seen_request(tx, call.who, no)
    if call.who.is_staff:
        raise Forbidden(_("Only the client can rate."))
    if not request.closed:
        raise Conflict(
            _("Request %(no)s is open; rate it when it is closed.") % {"no": no},
            state=request.state,
        )
    if not 1 <= score <= 5:
        raise Invalid(_("score must be from 1 to 5."), field="score")
    await refuse_banned(tx.conn, call)
    text = safe_text(text, "text", limit=2000, empty=True)
    request = await change(tx.conn, request, moved=False, rating=score)
    entry = draft(request, call.who, "rated", call.now, body=text, data={"score": score})
    return await steps.write_entry(tx, request, entry)

"""The delay notice (clause answer.delay): why more time is needed, and until when."""

from datetime import datetime

from firstline.kit.db import Tx
from firstline.kit.errors import Conflict, Forbidden, Invalid
from firstline.kit.i18n import gettext as _
from firstline.people import Who
from firstline.policy import Policy
from firstline.policy.rules.promises import DelayNotice
from firstline.promises import store
from firstline.timeline import (
    Call,
    Entry,
    Request,
    change,
    draft,
    lock_seen_request,
    record,
    situation_of,
)

# How many notices may come before an answer: the first, and what may follow it.
MOST = {"each_new_time": None, "once": 2, "never": 1}


async def delay_notice(
    tx: Tx, call: Call, no: int, reason: str, until: datetime, text: str
) -> tuple[Request, Entry]:
    """Tell the client why the answer takes longer and by when it comes: a second promise.

    Nothing else moves a promise later. `text` is checked by the caller. Raises `Conflict` for a
    time that is past, for a closed request and for one notice more than the policy allows,
    `Invalid` for an unknown reason.
    """
    who, now = call.who, call.now
    request = await lock_seen_request(tx, who, no)
    policy = call.policy_of(request)
    _may_delay(who, request)
    _fit_reason(policy, reason)
    _in_reach(policy, request, until, now)
    await _once_more(tx, policy, request)
    state = "with_third_party" if reason == "third-party" else "with_us"
    if request.holder:
        request = await change(tx.conn, request, moved=False, state=state)
    notice = draft(request, who, "delay_notice", now, body=text, policy=policy)
    notice.data = {"reason": reason, "until": until.isoformat()}
    notice.event = DelayNotice(now, situation_of(request), until)
    tx.tell(f"line/{request.line}")
    return await record(tx, request, notice)


def _may_delay(who: Who, request: Request) -> None:
    if not who.is_staff or (request.line not in who.lines and request.holder != who.id):
        raise Forbidden(
            _("Request %(no)s is with another line; leave a note there.") % {"no": request.no}
        )
    if request.closed:
        raise Conflict(_("Request %(no)s is closed.") % {"no": request.no}, state=request.state)


def _fit_reason(policy: Policy, reason: str) -> None:
    if reason not in policy.delay_reasons and (reason or "reason" in policy.source.delay.must):
        raise Invalid(
            _("%(field)s must be one of %(known)s.")
            % {"field": "reason", "known": ", ".join(policy.delay_reasons)},
            field="reason",
        )


async def _once_more(tx: Tx, policy: Policy, request: Request) -> None:
    """Refuse a notice beyond those that the policy allows for one answer."""
    most = MOST[policy.source.delay.repeat]
    if most is None:
        return
    if await store.notices_after(tx.conn, request.no, request.staff_said_no) >= most:
        raise Conflict(
            _("The regulations allow no further delay notice for this answer; answer now."),
            state=request.state,
        )


def _in_reach(policy: Policy, request: Request, until: datetime, now: datetime) -> None:
    if until.tzinfo is None:
        raise Invalid(
            _("until needs its offset from UTC, as in 2026-03-07T15:00:00+02:00."), field="until"
        )
    if until <= now:
        raise Conflict(
            _("until is in the past; give a time that you can keep."),
            state=request.state,
            field="until",
        )
    longest = policy.delay_longest
    if longest is not None and until > now + longest:
        raise Invalid(
            _("until is later than the regulations allow; give an earlier time."), field="until"
        )

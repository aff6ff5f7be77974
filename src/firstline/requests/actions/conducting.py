"""Steps by the rules of conduct: a warning, and what the policy lets follow. People take them,
never the desk by itself.
"""

from dataclasses import dataclass
from uuid import UUID

from firstline import conduct
from firstline.conduct import ConductStep
from firstline.kit.db import Conn, Tx
from firstline.kit.errors import Conflict, Forbidden, Invalid, Missing
from firstline.kit.folding import has_visible
from firstline.kit.i18n import gettext as _
from firstline.kit.ids import uuid7
from firstline.people import Who
from firstline.policy import Policy
from firstline.policy.rules.conduct import ENDING, WIDE, has_conduct, lapse_of, open_steps
from firstline.requests.actions import steps
from firstline.requests.actions.closing import end_by_conduct
from firstline.requests.entrance.words import safe_text
from firstline.requests.letters.plan import conduct_letter
from firstline.timeline import Call, Request, draft, lock_seen_request, seen_request

TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class ConductWish:
    """A step by a rule, with words for the client; without any they are the policy's. `count` is
    how long the record was when its writer looked; a longer one is to be read first.
    """

    step: str
    rule: str
    text: str = ""
    count: int | None = None


def refuse_without_conduct(who: Who, policy: Policy) -> None:
    """To clients, and where the policy has no rules of conduct, there is nothing of the kind."""
    if not who.is_staff or not has_conduct(policy):
        raise Missing(_("The regulations have no rules of conduct."))


def may_step(who: Who, request: Request, step: str) -> bool:
    """Whether this member of staff may take a step from a request as it stands."""
    if step in WIDE:
        return who.has("management")
    ours = request.holder == who.id or request.line in who.lines
    held = not request.closed and request.holder is not None
    return ours and (held or step not in ENDING)


async def take_step(tx: Tx, call: Call, no: int, wish: ConductWish, site: str = "") -> Request:
    """Take a step by a rule of conduct: it is an entry of the request and of the client's record.

    Raises `Missing` where the policy has no such rules, `Invalid` for a rule or step that it does
    not have or that is not yet its turn, `Forbidden`, and `Conflict` where the record is longer
    than its writer saw.
    """
    who, policy = call.who, call.policy
    refuse_without_conduct(who, policy)
    request = await steps.line_first(tx, who, no)
    await conduct.lock_client(tx.conn, request.client_id)
    _refuse_unknown_rule(policy, wish.rule)
    await _refuse_step(tx.conn, call, request, wish)
    lapses_at = lapse_of(policy, call.now)
    text = wish.text
    if not has_visible(text):
        lang = request.language
        text = conduct.conduct_reply(policy, wish.step, wish.rule, lang, site, lapses_at)
    text = safe_text(text, "text")
    request = await _write(tx, call, request, wish, text)
    made = _step(call, request, wish)
    await conduct.add_step(tx.conn, made)
    return request


def _refuse_unknown_rule(policy: Policy, rule: str) -> None:
    known = policy.source.conduct.triggers
    if rule not in known:
        raise Invalid(
            _("%(field)s must be one of %(known)s.") % {"field": "rule", "known": ", ".join(known)},
            field="rule",
        )


async def _refuse_step(conn: Conn, call: Call, request: Request, wish: ConductWish) -> None:
    """Refuse a step that is not open, or not this person's to take."""
    record = await conduct.steps_of_client(conn, request.client_id)
    if wish.count is not None and wish.count != len(record):
        raise Conflict(
            _("Another step was written into this client’s record meanwhile; look at it first."),
            state=request.state,
        )
    known = open_steps(call.policy, conduct.standing_steps(record, call.now))
    if wish.step not in known:
        raise Invalid(
            _("%(field)s must be one of %(known)s.") % {"field": "step", "known": ", ".join(known)},
            field="step",
        )
    if wish.step in WIDE:
        if not call.who.has("management"):
            raise Forbidden(
                _("This step reaches beyond one request; ask management to decide on it.")
            )
        return
    steps.refuse_other_line(call.who, request)


async def _write(tx: Tx, call: Call, request: Request, wish: ConductWish, text: str) -> Request:
    """The entry of a step; what ends a request is its end as well."""
    if wish.step in ENDING:
        if request.closed:
            raise Conflict(
                _("Request %(no)s is closed already.") % {"no": request.no}, state=request.state
            )
        return await end_by_conduct(tx, call, request, wish.step, wish.rule, text)
    entry = draft(request, call.who, "conduct", call.now, body=text)
    entry.data = {"conduct": wish.step, "code": wish.rule}
    request = await steps.write_entry(tx, request, entry)
    await conduct_letter(tx, request, now=call.now)
    return request


def _step(call: Call, request: Request, wish: ConductWish) -> ConductStep:
    return ConductStep(
        id=uuid7(),
        client_id=request.client_id,
        client="",
        request_no=request.no,
        entry_no=request.head,
        step=wish.step,
        rule=wish.rule,
        by_id=call.who.id,
        by_name=call.who.name,
        at=call.now,
        lapses_at=lapse_of(call.policy, call.now),
        back_no=None,
        back_by=None,
        back_at=None,
    )


async def take_step_back(tx: Tx, call: Call, id: UUID, reason: str) -> Request:
    """Take a step back, with a reason that the client reads; the record keeps both. What it had
    closed stays closed until somebody reopens it. Raises `Missing`, `Forbidden`, `Conflict`.
    """
    refuse_without_conduct(call.who, call.policy)
    if not call.who.has("management"):
        raise Forbidden(_("Only management takes a step back."))
    reason = safe_text(reason, "reason")
    found = await conduct.find_step(tx.conn, id)
    if found is None:
        raise Missing(_("There is no such step in the record."))
    request = await lock_seen_request(tx, call.who, found.request_no)
    found = await conduct.find_step(tx.conn, id)
    if found is None or found.back_no is not None:
        raise Conflict(_("This step was taken back already."), state=request.state)
    entry = draft(request, call.who, "conduct", call.now, body=reason)
    entry.data = {"conduct": TAKEN_BACK, "code": found.rule, "old": found.step}
    entry.data["takes_back"] = found.entry_no
    request = await steps.write_entry(tx, request, entry)
    await conduct.take_back(tx.conn, id, request.head, call.who.id, call.now)
    await conduct_letter(tx, request, now=call.now)
    return await seen_request(tx.conn, call.who, request.no)

"""Moves from the desk: take, skip, give back, transfer, hand over, close. Answers with the pane."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from litestar import post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, URLEncodedBody

from firstline.desk import store
from firstline.desk.work import Panes
from firstline.kit import web
from firstline.kit.db import Tx
from firstline.kit.errors import Invalid
from firstline.kit.folding import has_visible
from firstline.kit.i18n import _, ngettext
from firstline.kit.typed import number_or_none, time_or_none
from firstline.people import Who
from firstline.requests import REFUSED, UnsentWords, closing, keep_draft, moves, split_off
from firstline.requests import delay as give_notice
from firstline.timeline import Call, seen_request

Leaving = Callable[[Tx, Call, int, str], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class ReasonForm:
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    wants: str = ""
    tried: str = ""
    needed: str = ""


@dataclass(frozen=True, slots=True)
class DelayForm:
    reason: str = ""
    until: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class CloseForm:
    outcome: str = ""
    text: str = ""
    code: str = ""
    then: str = ""


@dataclass(frozen=True, slots=True)
class RefuseForm:
    code: str = ""
    text: str = ""
    then: str = ""


@dataclass(frozen=True, slots=True)
class TransferForm:
    to: str = ""


@dataclass(frozen=True, slots=True)
class OfLine:
    line: str = ""


@post("/take", status_code=200)
async def take_next(panes: Given[Panes], data: URLEncodedBody[OfLine]) -> web.Page:
    line = data.line or next(iter(panes.who.lines), "")
    if not line:
        raise Invalid(_no_line(panes.who), field="line")
    return await panes.show_next(line, "")


def _no_line(who: Who) -> str:
    if who.has("keeper") or who.has("management"):
        return _("You are not on any line; put yourself on one in the settings.")
    return _("You are not on any line; ask the desk administrator to put you on one.")


@post("/requests/{no:int}/take", status_code=200)
async def take(
    panes: Given[Panes], no: FromPath[int], data: URLEncodedBody[ReasonForm]
) -> web.Page:
    await panes.do(moves.take, no, data.reason)
    return await panes.show_request(no)


@post("/requests/{no:int}/take-over", status_code=200)
async def take_over(
    panes: Given[Panes], no: FromPath[int], data: URLEncodedBody[ReasonForm]
) -> web.Page:
    """Hold it in a colleague's place; what is being written in the open thread stays."""
    await panes.do(moves.take_over, no, data.reason)
    return await panes.show_head(no)


@post("/requests/{no:int}/skip", status_code=200)
async def skip(
    panes: Given[Panes], no: FromPath[int], data: URLEncodedBody[ReasonForm]
) -> web.Page:
    line = await panes.do(moves.skip, no, data.reason)
    return await panes.show_between(_("You skipped request %(no)s.") % {"no": no}, line)


@post("/requests/{no:int}/give-back", status_code=200)
async def give_back(panes: Given[Panes], no: FromPath[int]) -> web.Page:
    line = await panes.do(moves.give_back, no)
    sentence = _("Request %(no)s is waiting in its line again, in its old place.") % {"no": no}
    return await panes.show_between(sentence, line)


@post("/give-back-all", status_code=200)
async def give_back_all(panes: Given[Panes]) -> web.Page:
    """The end of a shift: everything goes back, and the shift is over."""

    async def act(tx: Tx) -> str:
        requests = await moves.give_back_all(tx, panes.call)
        await store.set_present(tx.conn, panes.who.id, False, panes.now)
        return str(len(requests))

    count = int(await panes.once(act))
    sentence = ngettext(
        "Your shift is over; %(count)d request went back to its line.",
        "Your shift is over; %(count)d requests went back to their lines.",
        count,
    )
    return await panes.show_between(sentence % {"count": count})


@post("/requests/{no:int}/transfer", status_code=200)
async def transfer(
    panes: Given[Panes], no: FromPath[int], data: URLEncodedBody[TransferForm]
) -> web.Page:
    try:
        to = UUID(data.to)
    except ValueError:
        raise Invalid(_("Choose a colleague."), field="to") from None
    line = await panes.do(moves.transfer, no, to)
    return await panes.show_between(_("Request %(no)s is with a colleague now.") % {"no": no}, line)


@post("/requests/{no:int}/hand-over", status_code=200)
async def hand_over(
    panes: Given[Panes], no: FromPath[int], data: URLEncodedBody[Summary]
) -> web.Page:
    """Hand over with the three answers that the next line would otherwise ask for."""
    fields = {"wants": data.wants, "tried": data.tried, "needed": data.needed}
    for name, text in fields.items():
        if not has_visible(text):
            raise Invalid(_("Fill in all three: the next line starts from them."), field=name)
    summary = "\n\n".join(
        f"{title}\n{text.strip()}"
        for title, text in zip(
            (_("What the client wants"), _("What was tried"), _("What is needed")),
            fields.values(),
            strict=True,
        )
    )
    line = await _leave_line(panes, no, moves.hand_over, summary)
    return await panes.show_between(_("Request %(no)s was handed over.") % {"no": no}, line)


async def _leave_line(panes: Panes, no: int, move: Leaving, words: str) -> str:
    """Do the move, once for its form; the line that the request has left, where the next waits."""

    async def act(tx: Tx) -> str:
        line = await store.line_of(tx.conn, no)
        await move(tx, panes.call, no, words)
        return line

    return await panes.once(act)


@post("/requests/{no:int}/send-back", status_code=200)
async def send_back(
    panes: Given[Panes], no: FromPath[int], data: URLEncodedBody[ReasonForm]
) -> web.Page:
    line = await _leave_line(panes, no, moves.send_back, data.reason)
    return await panes.show_between(_("Request %(no)s was sent back.") % {"no": no}, line)


@post("/requests/{no:int}/delay-notice", status_code=200)
async def delay(
    panes: Given[Panes], no: FromPath[int], data: URLEncodedBody[DelayForm]
) -> web.Page:
    until = _local(data.until, panes)
    await panes.do(give_notice, no, data.reason, until, data.text)
    return await panes.show_request(no)


def _local(text: str, panes: Panes) -> datetime:
    """What a form's time field holds is the wall clock of the policy's zone; `+90` is minutes."""
    minutes = number_or_none(text[1:], most=9_999_999) if text.startswith("+") else None
    if minutes is not None:
        return panes.now + timedelta(minutes=minutes)
    if at := time_or_none(text, panes.policy.zone):
        return at
    raise Invalid(_("Enter the date and the time."), field="until")


@post("/requests/{no:int}/close", status_code=200)
async def close(
    panes: Given[Panes], no: FromPath[int], data: URLEncodedBody[CloseForm]
) -> web.Page:
    """Close; with `then=next` go on with the next of the same line."""

    async def act(tx: Tx) -> str:
        # The form sends the rule that stands in it, chosen or not, whatever the outcome.
        code = data.code if data.outcome == REFUSED else None
        done = await closing.close(tx, panes.call, no, data.outcome, data.text, code)
        await keep_draft(tx, panes.who.id, f"request/{no}", UnsentWords(), now=panes.now)
        return done.line

    line = await panes.once(act)
    sentence = _("Request %(no)s is closed.") % {"no": no}
    if data.then == "next" and line in panes.who.lines:
        return await panes.show_next(line, sentence)
    return await panes.show_between(sentence, line)


@post("/requests/{no:int}/refuse", status_code=200)
async def refuse(
    panes: Given[Panes], no: FromPath[int], data: URLEncodedBody[RefuseForm]
) -> web.Page:
    """Refuse by a rule of the regulations (clauses not.*), which closes it or waits for a reply."""
    if not data.code:
        raise Invalid(_("Choose the rule by which it is refused."), field="code")
    site = panes.public_url
    line = await panes.do(closing.close, no, REFUSED, data.text, data.code, site)
    async with panes.db.connection() as conn:
        request = await seen_request(conn, panes.who, no)
    if not request.closed:
        return await panes.show_request(no)
    sentence = _("Request %(no)s is refused and closed.") % {"no": no}
    if data.then == "next" and line in panes.who.lines:
        return await panes.show_next(line, sentence)
    return await panes.show_between(sentence, line)


@post("/requests/{no:int}/split", status_code=200)
async def split(panes: Given[Panes], no: FromPath[int]) -> web.Page:
    """Split messages off, and open the request in which they go on."""
    form = await panes.http.form()
    numbers = [number_or_none(str(one)) or 0 for one in form.getall("entries", [])]
    title = str(form.get("title", ""))

    async def act(tx: Tx) -> str:
        return str((await split_off(tx, panes.call, no, numbers, title)).no)

    return await panes.show_request(int(await panes.once(act)))


@post("/requests/{no:int}/reopen", status_code=200)
async def reopen(panes: Given[Panes], no: FromPath[int]) -> web.Page:
    await panes.do(closing.reopen, no)
    return await panes.show_request(no)


@dataclass(frozen=True, slots=True)
class Shift:
    present: bool = False


@post("/shift", status_code=200)
async def shift(panes: Given[Panes], data: URLEncodedBody[Shift]) -> web.Page:
    """Begin or end the shift; what is held stays held."""

    async def act(tx: Tx) -> None:
        await store.set_present(tx.conn, panes.who.id, data.present, panes.now)
        for line in panes.who.lines:
            tx.tell(f"line/{line}")

    await panes.once(act)
    return await panes.show_queue()


handlers = [
    take_next,
    take,
    take_over,
    skip,
    give_back,
    give_back_all,
    transfer,
    hand_over,
    send_back,
    delay,
    close,
    refuse,
    split,
    reopen,
    shift,
]

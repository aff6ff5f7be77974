"""What happens when a turn is let pass: alarms, the visible miss, letter, reminder, closing."""

from collections.abc import Callable
from datetime import datetime

from firstline.kit import due
from firstline.kit.db import Tx
from firstline.kit.due import DueTime, Handler
from firstline.policy import Policy
from firstline.regulations import Policies
from firstline.requests.actions.closing import close_by_silence
from firstline.requests.letters.plan import answer_letter, reminder_letter
from firstline.timeline import Request, draft, entry_at, lock_request, next_turn, write

WordsOf = Callable[[str, str], str]


def handlers(policies: Policies, words: WordsOf) -> dict[str, Handler]:
    """Handlers of due times by kind. `words(id, language)` gives the policy's automatic texts."""

    async def turn(tx: Tx, fired: DueTime, now: datetime) -> None:
        request = await lock_request(tx.conn, fired.matter)
        if request is None or request.closed:
            return
        await policies.fresh(now, tx.conn)
        await policies.with_versions([request.policy_version], tx.conn)
        policy = policies.version(request.policy_version)
        since = await _since(tx, request)
        request = await _take_step(tx, policy, request, fired, words, now)
        if request.closed:
            return
        step = next_turn(policy, request, fired.due_at, since)
        if step is not None:
            await due.arm(tx.conn, request.no, "turn", step.at, step.stage)

    return {"turn": turn}


async def _since(tx: Tx, request: Request) -> datetime:
    """When the present turn began: with the promise, or with the staff's last words."""
    if request.promise_since is not None:
        return request.promise_since
    last = await entry_at(tx.conn, request.no, request.staff_said_no or 1)
    return last.at if last else request.updated_at


async def _take_step(
    tx: Tx, policy: Policy, request: Request, fired: DueTime, words: WordsOf, now: datetime
) -> Request:
    if fired.stage == "missed":
        await _write_miss(tx, request, fired, now)
    elif fired.stage == "letter":
        await answer_letter(tx, request, now=now)
    elif fired.stage == "remind":
        await _write_words(tx, request, words("remind", request.language), fired, now)
        await reminder_letter(tx, request, now=now)
    elif fired.stage == "close":
        text = words("close", request.language)
        return await close_by_silence(tx, policy, request, text, now=now)
    tx.tell(f"line/{request.line}")
    return request


async def _write_miss(tx: Tx, request: Request, fired: DueTime, now: datetime) -> None:
    """A promise was not kept: it is written where client and staff can read it."""
    promise = request.promise
    if promise is None:
        return
    entry = draft(request, None, "promise_missed", now, key=fired.key)
    entry.data = {"promise": promise.kind, "due_at": promise.due_at.isoformat()}
    await write(tx, [entry])


async def _write_words(tx: Tx, request: Request, text: str, fired: DueTime, now: datetime) -> None:
    await write(tx, [draft(request, None, "said", now, body=text, key=fired.key)])

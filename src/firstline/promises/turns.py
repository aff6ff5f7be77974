"""Whose turn it is, and what happens when it is let pass: pure rules over the policy.

At any moment a request has one turn: the staff owes an answer (alarms, then a visible miss), or
the client is awaited (a letter if they are away, a reminder, automatic closing). So one due time
a request is enough, and each firing arms the next step.
"""

from datetime import UTC, datetime, timedelta

from firstline.policy import Policy, Situation
from firstline.policy.rules.closing import closing_steps
from firstline.timeline import Request, Turn

LETTER_AFTER = timedelta(minutes=2)


def owed(
    policy: Policy,
    start: datetime,
    situation: Situation,
    *,
    mode: str,
    again: bool = False,
) -> tuple[datetime | None, Turn | None]:
    """The due time of the answer to words said at `start`, and the first alarm before it.

    `again` when the staff has answered before: further answers may have a time of their own.
    """
    due_at = policy.promise(start, situation, again=again)
    if due_at is None:
        return None, None
    due_at = due_at.astimezone(UTC)
    steps = policy.stages(start, due_at, kind="answer", mode=mode)
    return due_at, Turn(steps[0][1], steps[0][0]) if steps else None


def situation_of(request: Request) -> Situation:
    """What the policy looks at in a request as it stands."""
    return Situation(
        plan=request.plan or None,
        priority=request.priority,
        channel=request.channel,
        topic=request.topic,
        line=request.line,
        service=request.service_kind or None,
    )


def after_answer(at: datetime) -> Turn:
    """The turn after an answer at `at`: a letter, should the client not have seen it by then."""
    return Turn(at + LETTER_AFTER, "letter")


def next_turn(policy: Policy, request: Request, after: datetime, since: datetime) -> Turn | None:
    """The first step of the present turn that comes after the moment `after`.

    `since` is when the turn began: the start of the promise, or the staff's last words.
    """
    later = [Turn(at, stage) for stage, at in _steps(policy, request, since) if at > after]
    return later[0] if later else None


def _steps(policy: Policy, request: Request, since: datetime) -> list[tuple[str, datetime]]:
    if request.closed:
        return []
    if request.promise is not None:
        kind, due_at = request.promise.kind, request.promise.due_at
        start = request.promise_since or since
        return list(policy.stages(start, due_at, kind=kind, mode=request.mode))
    if request.state == "with_client":
        return [("letter", since + LETTER_AFTER), *closing_steps(policy, since)]
    return []

"""Whose turn it is, and what happens when it is let pass: pure rules over the policy.

At any moment a request has one turn: the staff owes an answer (alarms, then a visible miss), or
the client is awaited (a letter if they are away, a reminder, automatic closing). So one due time
a request is enough, and each firing arms the next step.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from firstline.policy import Policy, Situation
from firstline.policy.rules.closing import closing_steps
from firstline.policy.rules.promises import Answer, Debt, Event, Promise, StillOurs
from firstline.timeline.model import Mode, Request

LETTER_AFTER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Turn:
    """The next step, `stage`, and the moment it comes: chat_waits, warning, missed, letter, …"""

    at: datetime
    stage: str


def situation_of(request: Request) -> Situation:
    """What the policy looks at in a request as it stands."""
    return Situation(
        plan=request.plan or None,
        priority=request.priority,
        channel=request.channel,
        topic=request.topic,
        line=request.line,
        service=request.service_kind or None,
        mode=request.mode,
    )


def turn_after(event: Event, before: Debt, after: Debt, policy: Policy) -> Turn | None:
    """The step that an event arms; None where what was armed before it stands.

    After an answer that is a letter, should the client not have seen it by then; so it is after
    words that end the wait for the client, in place of the reminder that was armed.
    """
    begun = after.promise if after.promise != before.promise else None
    steps = _promise_steps(policy, begun, event.situation.mode or "ticket") if begun else []
    coming = [turn for turn in steps if turn.at >= event.at or turn is steps[-1]][:1]
    ends_wait = isinstance(event, StillOurs) and before.promise is None
    if isinstance(event, Answer) or ends_wait:
        coming.append(Turn(event.at + LETTER_AFTER, "letter"))
    return min(coming, key=lambda turn: turn.at, default=None)


def next_turn(policy: Policy, request: Request, after: datetime, since: datetime) -> Turn | None:
    """The first step of the present turn that comes after the moment `after`.

    `since` is when the client began to be awaited: with the staff's last words.
    """
    return next((turn for turn in _steps(policy, request, since) if turn.at > after), None)


def _steps(policy: Policy, request: Request, since: datetime) -> list[Turn]:
    if request.closed:
        return []
    if request.promise is not None:
        return _promise_steps(policy, request.promise, request.mode)
    if request.state == "with_client":
        closing = [Turn(at, stage) for stage, at in closing_steps(policy, since)]
        return [Turn(since + LETTER_AFTER, "letter"), *closing]
    return []


def _promise_steps(policy: Policy, promise: Promise, mode: Mode) -> list[Turn]:
    """Alarms before a promise is due, and its miss."""
    stages = policy.stages(promise.since, promise.due_at, kind=promise.kind, mode=mode)
    return [Turn(at, stage) for stage, at in stages]

"""What the client of a request is owed, and what each event makes of it: one pure step.

The desk takes it in the transaction that writes the event; whoever reads the log again, by this
policy or by another, takes the same.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from firstline.policy.rules.policy import Policy
from firstline.policy.rules.situation import Situation
from firstline.policy.rules.targets import Fit
from firstline.policy.time.counting import due_at

PromiseKind = Literal["answer", "delay"]


@dataclass(frozen=True, slots=True)
class Promise:
    """The next word to the client, an `answer` or what a `delay` notice named, by `due_at`.

    For the evidence: `rule` is the row of the table (its id or number) that gave the time, `first`
    says that nobody of the staff had answered before. The desk keeps neither beside its log.
    """

    kind: PromiseKind
    since: datetime
    due_at: datetime
    first: bool = False
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Debt:
    """How the staff stands towards the client: the one promise in force, whether they have ever
    answered, and whether the client's last words are without an answer (a closing is none).
    """

    promise: Promise | None = None
    answered: bool = False
    unanswered: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at `at`; `situation` is the request's as it stood then."""

    at: datetime
    situation: Situation


class ClientWord(Event):
    """Words of the client, the first ones too."""

    __slots__ = ()


class Answer(Event):
    """Words of a person of the staff to the client, whose turn it is then."""

    __slots__ = ()


class StillOurs(Event):
    """Words of the staff that leave the turn with the staff: "I am looking"."""

    __slots__ = ()


class HandOver(Event):
    """The request goes one line up; the situation names the new line."""

    __slots__ = ()


class PriorityChange(Event):
    """The situation names the new priority."""

    __slots__ = ()


class WordsMoved(Event):
    """The words that were owed an answer go on in a request of their own, which owes it."""

    __slots__ = ()


class Closure(Event):
    """The end, by whomever."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class DelayNotice(Event):
    """The client learns that it takes until `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Reopening(Event):
    """The end was none."""

    by_staff: bool


def step(debt: Debt, event: Event, policy: Policy) -> Debt:
    """What is owed after the event (clauses answer.hour, answer.delay).

    An answer or a closing meets what is owed. A delay notice alone moves it later, unless the
    policy itself counts from the client's latest word or begins anew with every hand-over. What is
    no event here (taking, skipping, giving back, sending back, notes) leaves it as it is.
    """
    match event:
        case ClientWord():
            return _after_words(debt, event, policy)
        case Answer():
            return Debt(answered=True)
        case StillOurs():
            return debt if debt.promise else _owe_next(debt, event, policy)
        case HandOver():
            return _owe(debt, event, policy) if _starts_with_line(debt, policy) else debt
        case DelayNotice():
            first = debt.promise.first if debt.promise else not debt.answered
            return replace(debt, promise=Promise("delay", event.at, event.until, first))
        case PriorityChange():
            return _sooner(debt, event, policy)
        case Closure() | WordsMoved():
            return replace(debt, promise=None)
        case Reopening():
            starts = not event.by_staff or debt.unanswered or "reopen" in policy.restart_on
            return _owe(debt, event, policy) if starts and not debt.promise else debt
        case _:
            raise TypeError(f"no event of a promise: {type(event).__name__}")


def _after_words(debt: Debt, event: Event, policy: Policy) -> Debt:
    """The first unanswered words are owed an answer, and the first of all always are; where the
    row that fits counts from the latest words, these begin it anew.
    """
    promise = debt.promise
    debt = debt if debt.unanswered else replace(debt, unanswered=True)
    if promise is not None and (promise.kind != "answer" or not policy.counts_latest_word):
        return debt
    if debt.answered and "client_word" not in policy.restart_on:
        return debt
    fit = _fit(debt, event, policy)
    if promise is not None and fit and fit.row.counted_from != "latest_client_word":
        return debt
    return _owe_by(fit, debt, event, policy)


def _starts_with_line(debt: Debt, policy: Policy) -> bool:
    """Whether a hand-over begins a promise: never in place of what a delay notice promised."""
    if debt.promise is None:
        return not policy.restart_on.isdisjoint(("hand_over", "hand_over_after_answer"))
    return debt.promise.kind == "answer" and "hand_over" in policy.restart_on


def _sooner(debt: Debt, event: Event, policy: Policy) -> Debt:
    """By the new priority's rule, counted from now, if that is sooner."""
    promise = debt.promise
    if promise is None or promise.kind != "answer":
        return debt
    made = _owe(debt, event, policy).promise
    if made is None or made.due_at >= promise.due_at:
        return debt
    return replace(debt, promise=replace(promise, due_at=made.due_at, rule=made.rule))


def _owe(debt: Debt, event: Event, policy: Policy) -> Debt:
    return _owe_by(_fit(debt, event, policy), debt, event, policy)


def _owe_next(debt: Debt, event: Event, policy: Policy) -> Debt:
    """The next word by a row's own `next`; the time of a first answer does not stand in for it."""
    fit = policy.fit("next", event.at, event.situation)
    own = fit is not None and fit.row.next is not None
    return _owe_by(fit, debt, event, policy) if own else debt


def _fit(debt: Debt, event: Event, policy: Policy) -> Fit | None:
    return policy.fit("next" if debt.answered else "first", event.at, event.situation)


def _owe_by(fit: Fit | None, debt: Debt, event: Event, policy: Policy) -> Debt:
    """Where the row gives no time, what is owed stays."""
    due = fit and due_at(fit.span, event.at, fit.calendar, policy.zone)
    if fit is None or due is None:
        return debt
    rule = fit.row.id or str(fit.index)
    made = Promise("answer", event.at, due.astimezone(UTC), not debt.answered, rule)
    return replace(debt, promise=made)

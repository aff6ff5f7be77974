"""Conduct of clients: what is not accepted, and which step may follow which. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from firstline.policy.rules.compile import ALWAYS
from firstline.policy.rules.policy import Policy
from firstline.policy.text.values import pick
from firstline.policy.time.counting import due_at

REFUSE, CLOSE = "refuse", "close"
# What ends a request, and so is for those who hold it.
ENDING = frozenset({REFUSE, CLOSE})
LAST, BAN, IGNORE = "lowest_priority", "ban", "ignore"
# What reaches beyond one request, and so is for those who decide over all lines.
WIDE = frozenset({LAST, BAN, IGNORE})
# What the desk carries out; the rest is published.
DONE = frozenset({"warn", REFUSE, CLOSE, LAST, BAN})


def steps_in_force(policy: Policy) -> tuple[str, ...]:
    """The steps of the file that the desk carries out; none where it does not say for what."""
    rules = policy.source.conduct
    return tuple(step for step in rules.steps if step in DONE) if rules.triggers else ()


def has_conduct(policy: Policy) -> bool:
    """Whether the file says what is not accepted, and what follows."""
    return bool(steps_in_force(policy))


def open_steps(policy: Policy, standing: Iterable[str]) -> tuple[str, ...]:
    """The steps that may follow those that stand, in the order of the file: each up to the
    furthest of them, and the one after it, which is the last here.
    """
    order = steps_in_force(policy)
    furthest = max((order.index(one) for one in standing if one in order), default=-1)
    return order[: furthest + 2]


def step_after(policy: Policy, step: str) -> str | None:
    """What follows next time, None after the last step."""
    order = steps_in_force(policy)
    place = order.index(step) + 1
    return order[place] if place < len(order) else None


def lapse_of(policy: Policy, at: datetime) -> datetime | None:
    """When a step that is taken at a moment counts no longer; None where it always does."""
    span = policy.source.conduct.lapse
    due = span and due_at(span, at, policy.calendars[ALWAYS], policy.zone)
    return due.astimezone(UTC) if due else None


def rule_words(policy: Policy, rule: str, lang: str) -> str:
    """What is not accepted, with the words of the file for it, as the page has them."""
    name = policy.label("topic", rule, lang)
    own = pick(policy.source.conduct.triggers.get(rule, {}), lang, policy.languages)
    return f"{name} ({own.rstrip('.')})" if own else name

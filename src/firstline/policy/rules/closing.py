"""What becomes of a request that waits for the client: reminded, closed, opened again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from firstline.policy.file.shipped import default_file
from firstline.policy.rules.compile import ALWAYS
from firstline.policy.rules.policy import ANYWHERE, Policy
from firstline.policy.rules.situation import Situation
from firstline.policy.rules.views import Stretch, stretch
from firstline.policy.text.values import UNLIMITED, Span, parse_span
from firstline.policy.time.counting import due_at

# The fact of a question whose request an article of the wiki answers.
BY_ARTICLE = "by_article"
STEPS = ("remind", "close")


@dataclass(frozen=True)
class ReopeningLimit:
    """Words of the client open a closed request again for so long after its closing; `span` None
    is without limit. `shipped` where the file names no limit and that of the shipped one holds.
    """

    span: Span | None
    shipped: bool

    def last(self, policy: Policy, closed_at: datetime) -> datetime | None:
        """The last moment for a request closed at this one; None without limit."""
        if self.span is None:
            return None
        return due_at(self.span, closed_at, policy.calendars[ALWAYS], policy.zone)


def reopening(policy: Policy) -> ReopeningLimit | None:
    """How words of the client open a closed request again; None where it stays closed."""
    file = policy.source
    own = file.close.reopen_days
    if file.request.after_closing != "reopen" or file.close.reopen != "reply" or own == 0:
        return None
    days = default_file().close.reopen_days if own is None else own
    return ReopeningLimit(None if days == UNLIMITED else parse_span(f"{days}d"), own is None)


def may_reopen(policy: Policy, closed_at: datetime, now: datetime) -> bool:
    """Whether words of the client open a request again that was closed at a moment."""
    rule = reopening(policy)
    last = rule and rule.last(policy, closed_at)
    return rule is not None and (last is None or now <= last)


def silence(policy: Policy, step: str, since: datetime) -> tuple[Stretch, ...]:
    """The stretches of time after which a request that waits for the client since a moment comes
    to a step: remind, resolve or close; empty where it never does.
    """
    close = policy.source.close
    spans = {
        "remind": (close.remind,),
        "resolve": (close.resolve if close.close else None,),
        "close": (close.resolve, close.close),
    }
    found = list[Stretch]()
    for span in filter(None, spans[step]):
        one = stretch(span, since, policy.table.clock(close.clock, ANYWHERE, span), policy.zone)
        if one is None:
            return ()
        found.append(one)
        since = one.end
    return tuple(found)


def closes_at_once(policy: Policy, situation: Situation) -> bool:
    """Whether a request is closed with its answer: an article answers it, as the question says by
    the fact `by_article`.
    """
    return policy.source.close.by_article == "at_once" and BY_ARTICLE in situation.facts


def article_outcome(policy: Policy) -> str:
    """The outcome of a request that an article answers."""
    return _outcome(policy, "advised")


def closing_steps(policy: Policy, since: datetime) -> tuple[tuple[str, datetime], ...]:
    """When a request that waits for the client since a moment is reminded and closed, in order of
    time: ("remind", at), ("close", at).
    """
    steps = ((step, silence(policy, step, since)) for step in STEPS)
    return tuple(sorted(((name, s[-1].end) for name, s in steps if s), key=lambda s: s[1]))


def silent_outcome(policy: Policy) -> str:
    """The outcome of a request that is closed because the client says nothing."""
    close = policy.source.close
    solved = close.resolve is not None or close.silence == "accepted"
    return _outcome(policy, "solved" if solved else "advised")


def _outcome(policy: Policy, wanted: str) -> str:
    return wanted if wanted in policy.outcomes else policy.outcomes[0]

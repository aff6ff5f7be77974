"""Where a request stands, in the client's words: who has it, its place, the next word's time.

Pure: what was looked up is passed in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from firstline.kit.i18n import _, ngettext
from firstline.policy import Policy
from firstline.policy.rules.closing import may_reopen, reopening
from firstline.portal.store import WaitingLine
from firstline.requests import PromiseOut, RequestOut

LEAST_WAITS = 5
SOON = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Standing:
    """`headline` says who has it; `hints` are further sentences; `tone` is calm, soon or late.

    A closed request that `reopens` does so until a moment, or at any time.
    """

    headline: str
    hints: tuple[str, ...]
    promise: PromiseOut | None
    tone: str
    closed: bool
    reopens: bool = False
    reopens_until: datetime | None = None


def usual_wait(seconds: list[float]) -> timedelta | None:
    """The median of recent waits; None with fewer than five, from which nothing can be said."""
    return timedelta(seconds=median(seconds)) if len(seconds) >= LEAST_WAITS else None


def standing(
    request: RequestOut,
    policy: Policy,
    lang: str,
    now: datetime,
    *,
    queue: WaitingLine | None = None,
    wait: timedelta | None = None,
) -> Standing:
    """The standing of a request. `queue` and `wait` are those of its line, if it waits there."""
    if request.closed_at is not None:
        return _closed_standing(request, policy, lang, now)
    hints = _hints(request, queue, wait, now)
    return Standing(
        _headline(request, policy, lang), hints, request.promise, tone(request.promise, now), False
    )


def tone(promise: PromiseOut | None, now: datetime) -> str:
    """calm, soon (a quarter of an hour before the time) or late."""
    if promise is None or promise.due_at - now > SOON:
        return "calm"
    return "late" if promise.due_at < now else "soon"


def _closed_standing(request: RequestOut, policy: Policy, lang: str, now: datetime) -> Standing:
    outcome = policy.label("outcome", request.outcome or "", lang)
    assert request.closed_at is not None
    rule, reopens = reopening(policy), may_reopen(policy, request.closed_at, now)
    headline = _("Closed: %(outcome)s") % {"outcome": outcome}
    until = rule.last(policy, request.closed_at) if rule and reopens else None
    return Standing(headline, (), None, "calm", True, reopens, until)


def _headline(request: RequestOut, policy: Policy, lang: str) -> str:
    line = policy.label("line", request.line, lang)
    if request.state == "with_client":
        return _("Waiting for your reply")
    if request.state == "with_third_party":
        return _("Waiting for a third party")
    if request.position is not None:
        if request.mode == "chat":
            return _("Your place in the queue is %(place)d") % {"place": request.position}
        return _("%(line)s: your place in the queue is %(place)d") % {
            "line": line,
            "place": request.position,
        }
    if request.mode == "ticket":
        return _("%(line)s: %(name)s is working on it") % {
            "line": line,
            "name": request.holder or "",
        }
    return _("%(name)s is working on it") % {"name": request.holder or line}


def _hints(
    request: RequestOut, queue: WaitingLine | None, wait: timedelta | None, now: datetime
) -> tuple[str, ...]:
    hints: list[str] = []
    if queue is not None and queue.came_back and (request.position or 0) > 1:
        hints.append(_("An earlier request came back to the queue, so you moved back in it."))
    if request.position == 1:
        hints.append(_("You are next."))
    if queue is not None and queue.waiting > 1 and queue.oldest is not None:
        hints.append(
            ngettext(
                "%(num)d request is waiting in this line, the oldest for %(time)s.",
                "%(num)d requests are waiting in this line, the oldest for %(time)s.",
                queue.waiting,
            )
            % {"num": queue.waiting, "time": span(now - queue.oldest)}
        )
    if wait is not None:
        hints.append(_("Recent requests waited %(time)s here.") % {"time": span(wait)})
    if request.mode == "ticket" and request.position is not None:
        hints.append(_("It is a ticket now: you do not need to explain anything again."))
    return tuple(hints)


def span(length: timedelta) -> str:
    """A length of time in words: under a minute, 12 minutes, 3 hours, 2 days."""
    minutes = round(length.total_seconds() / 60)
    if minutes < 1:
        return _("under a minute")
    if minutes < 120:
        return ngettext("%(num)d minute", "%(num)d minutes", minutes) % {"num": minutes}
    hours = round(minutes / 60)
    if hours < 48:
        return ngettext("%(num)d hour", "%(num)d hours", hours) % {"num": hours}
    days = round(hours / 24)
    return ngettext("%(num)d day", "%(num)d days", days) % {"num": days}

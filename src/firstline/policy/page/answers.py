"""Clauses about the order and the time of answers: plans, priorities, targets, delay notices."""

from __future__ import annotations

import re
from collections.abc import Iterator

from firstline.policy.file.doors import ways
from firstline.policy.file.model import Priorities
from firstline.policy.file.parts import ELAPSED
from firstline.policy.file.targets import MEASURES, Target
from firstline.policy.page.sentences import (
    ClauseDraft,
    Sentence,
    clock_sentences,
    sentence,
    sentences,
)
from firstline.policy.page.words import Listing, Wording, conditions, hours_words
from firstline.policy.text.speech import gettext as _
from firstline.policy.text.values import Span, parse_span
from firstline.policy.text.wording import Time, capital

CLOCKS = ("channel", "line", "plan")


def answers(say: Wording) -> Iterator[ClauseDraft]:
    """Everything about when and in which order requests are answered."""
    file = say.policy.source
    if "order" in file.model_fields_set:
        yield ClauseDraft("order", "work", _("Order of work"), (_order(say),))
    if file.priorities.model_fields_set:
        words = tuple(_priorities(say, file.priorities))
        yield ClauseDraft("priorities", "work", _("Priorities"), words)
    plans = {name: plan for name, plan in file.plans.items() if name not in say.ended}
    for name, plan in plans.items():
        if words := tuple(sentences(say, plan, f"plans.{name}")):
            title = _("Plan {name}").format(name=say.label("plan", name))
            yield ClauseDraft(f"plan.{name}", "plans", title, words)
    if plans and not any(tuple(sentences(say, plan, "")) for plan in plans.values()):
        names = sentence("{names}", "plans", names=say.labels("plan", plans))
        yield ClauseDraft("plans", "plans", _("All plans"), (names,))
    yield from _targets(say)
    words = tuple(sentences(say, file, "", "restart"))
    yield ClauseDraft("restart", "answers", _("When the time starts again"), words)
    if file.delay.model_fields_set:
        words = tuple(_delay(say))
        yield ClauseDraft("delay", "answers", _("When an answer takes longer"), words)
    words = tuple(sentences(say, file.desk, "desk"))
    yield ClauseDraft("limits", "work", _("Limits"), words)


def _order(say: Wording) -> Sentence:
    order = say.policy.source.order
    if order in (["fifo"], ["arrival"]):
        text = _("Requests are worked on in the order in which they arrive.")
        return sentence(text, "order")
    keys = say.codes(order, "order").items
    then = _("{first}, then {next}")
    said = keys[0]
    for key in keys[1:]:
        said = then.format(first=said, next=key)
    return sentence(_("Requests are worked on in this order: {keys}"), "order", keys=said)


def _priorities(say: Wording, rules: Priorities) -> Iterator[Sentence]:
    by_hand = {"levels": _levels(say, rules), "staff_may": _staff_may(rules)}
    yield from sentences(say, rules, "priorities", by_hand=by_hand)


def _levels(say: Wording, rules: Priorities) -> Iterator[Sentence]:
    if rules.levels:
        names = "; ".join(say.label("priority", name) for name in rules.levels)
        text = _("Priorities, the most urgent first: {names}")
        yield sentence(text, "priorities.levels", names=names)


def _staff_may(rules: Priorities) -> Iterator[Sentence]:
    if rules.staff_may:
        texts = {
            "lower": _("Support may lower the priority."),
            "raise": _("Support may raise the priority."),
        }
        both = _("Support may raise and lower the priority.")
        text = both if len(set(rules.staff_may)) == 2 else texts[rules.staff_may[0]]
        yield sentence(text, "priorities.staff_may")


def _targets(say: Wording) -> Iterator[ClauseDraft]:
    """A clause for each row; its id is the row's, else made of what the row is about."""
    seen: set[str] = set()
    for index, row in enumerate(say.policy.source.targets):
        name = row.id or slug(row) or "any"
        name = name if name not in seen else f"{name}.{index + 1}"
        seen.add(name)
        path = f"targets.{row.id or index}"
        title = " · ".join((*conditions(say, row), *_arrivals(say, row)))
        title = title or (_others(say, index) and _("All other requests")) or _("Response time")
        words = tuple(_target(say, row, path))
        yield ClauseDraft(f"target.{name}", "answers", capital(title), words)


def _others(say: Wording, index: int) -> bool:
    """Whether the row is left only what no row above it holds for: each of them has its times."""
    above = say.policy.source.targets[:index]
    row = say.policy.source.targets[index]
    times = [name for name in MEASURES if getattr(row, name) is not None]
    return bool(above) and all(getattr(one, name) is not None for one in above for name in times)


def slug(row: Target) -> str:
    """What a row is about as a name: `gold.ticket`."""
    kinds = ("plan", "priority", "channel", "topic", "line", "service", "requester", "country")
    lists: list[list[str]] = [getattr(row, kind) for kind in (*kinds, "site", "received")]
    found = "-".join(".".join(names) for names in lists if names)
    return re.sub(r"[^\w.+-]+", "-", found)


def _arrivals(say: Wording, row: Target) -> Iterator[str]:
    """When a request arrived: at one of these times."""
    if row.received:
        names = Listing(tuple(hours_words(say, word) for word in row.received))
        yield _("received: {words}").format(words=f"{names:or}")


def _target(say: Wording, row: Target, path: str) -> Iterator[Sentence]:
    spans = {name: span for name in MEASURES if isinstance(span := getattr(row, name), Span)}
    own = {name: span for name, span in spans.items() if say.free(f"{path}.{name}")}
    if own:
        yield _times(say, row, path, own)
    if row.next == "none":
        yield sentence(_("No time is promised for further answers."), f"{path}.next")
    yield from sentences(say, row, path, "period")
    yield from sentences(say, row, path)
    if row.received_before:
        yield from _cut_off(say, row, path)
    # Whoever names the times and the hours has told by which hours the times are counted.
    if own or (spans and say.free(f"calendars.{_hours_of(say, row)}")):
        yield from _clock(say, row, path, list(spans.values()))
    yield from sentences(say, row, path, "besides")


def _times(say: Wording, row: Target, path: str, spans: dict[str, Span]) -> Sentence:
    texts = _measures()
    if row.next is None and "client_word" in say.policy.restart_on:
        texts["first"] = _("first answer and each further answer {time:within}")
    if (update := row.update) and not update.amount:
        texts["update"] = _("updates while the work lasts, without delay")
    times = "; ".join(
        texts[name].format(time=say.counting_by(_calendar_of(say, row, span)).time(span))
        for name, span in spans.items()
    )
    force = {
        "guarantee": _("Guaranteed: {times}"),
        "target": _("Our aim: {times}"),
        "typical": _("Usually: {times}"),
    }.get(row.force, "{times}")
    paths = [f"{path}.{name}" for name in spans]
    return sentence(force, *paths, f"{path}.force", times=times)


def _calendar_of(say: Wording, row: Target, span: Span) -> str | None:
    """The calendar that counts a span of a row, where it is one and the same for all of them."""
    business = say.policy.source.policy.business
    if row.clock in CLOCKS:
        found = set(_calendars(say, row))
        return found.pop() if len(found) == 1 else None
    return business if row.clock in ELAPSED and span.working else row.clock


def _calendars(say: Wording, row: Target) -> Iterator[str | None]:
    """The calendars by which the channels, lines or plans of a row may count."""
    file = say.policy.source
    if row.clock == "plan":
        for name, plan in file.plans.items():
            if plan.support and (not row.plan or name in row.plan):
                yield plan.calendar
    for line in file.lines if row.clock == "line" else ():
        if not row.line or line.id in row.line:
            yield line.calendar
    for channel in file.channels if row.clock == "channel" else ():
        if not row.channel or ways(say.policy.doors, channel.id).intersection(row.channel):
            yield channel.calendar
            yield from (one.calendar for one in channel.variants if one.calendar)


def _measures() -> dict[str, str]:
    return {
        "ack": _("acknowledgement {time:within}"),
        "first": _("first answer {time:within}"),
        "next": _("each further answer {time:within}"),
        "update": _("updates while the work lasts, at least every {time:a}"),
        "start": _("start of the work {time:within}"),
        "fix": _("solution {time:within}"),
    }


def _cut_off(say: Wording, row: Target, path: str) -> Iterator[Sentence]:
    text = _("It applies to requests that arrive before {clock} on a working day.")
    yield sentence(text, f"{path}.received_before", clock=row.received_before)
    if row.otherwise:
        text = _("For all others: {time:within}")
        counting = say.counting_by(_calendar_of(say, row, row.otherwise))
        yield sentence(text, f"{path}.else", time=counting.time(row.otherwise))
    if row.workdays:
        text = _("Working days: {hours}")
        yield sentence(text, f"{path}.workdays", hours=say.hours(row.workdays))


def _clock(say: Wording, row: Target, path: str, spans: list[Span]) -> Iterator[Sentence]:
    business = say.policy.source.policy.business or ""
    works = any(span.working for span in spans) and say.open_days(business) is not None
    if row.clock in CLOCKS and _closes(say, row):
        text = {
            "channel": _("Only the hours of the channel are counted."),
            "line": _("Only the hours of the line are counted."),
            "plan": _("Only the hours of the plan are counted."),
        }[row.clock]
        yield sentence(text, f"{path}.clock")
    elif row.clock not in (*ELAPSED, *CLOCKS):
        yield from clock_sentences(say, row.clock, spans, f"{path}.clock")
    elif row.clock in ELAPSED and works and f"{path}.clock" not in say.taken:
        text = _("Working time: {hours}")
        yield sentence(text, "policy.business", hours=say.hours(business))
    elif "clock" in row.model_fields_set:
        yield sentence(_("The time is counted around the clock."), f"{path}.clock")


def _hours_of(say: Wording, row: Target) -> str:
    """The calendar whose hours a row counts: that of the desk where the row counts by none."""
    return say.policy.source.policy.business or "" if row.clock in ELAPSED else row.clock


def _closes(say: Wording, row: Target) -> bool:
    """Whether anything that a row may count by has hours at all, or the file does not say."""
    calendars = list(_calendars(say, row))
    return not calendars or any(name and say.open_days(name) for name in calendars)


def _delay(say: Wording) -> Iterator[Sentence]:
    rules = say.policy.source.delay
    names = "; ".join(say.label("delay_reason", name) for name in rules.reasons or ())
    by_hand = {
        "send_before": [_in_time(say, rules.send_before)] if rules.send_before else [],
        "reasons": [sentence(_("Reasons: {names}"), "delay.reasons", names=names)] if names else [],
    }
    yield from sentences(say, rules, "delay", by_hand=by_hand)


def _in_time(say: Wording, when: str) -> Sentence:
    path = "delay.send_before"
    if when == "deadline":
        return sentence(_("If an answer takes longer, we say so before it is due."), path)
    if when == "first_answer":
        return sentence(
            _("If an answer takes longer, we say so before the first answer is due."), path
        )
    text = _("If an answer takes longer, we say so at least {time:a} before it is due.")
    return sentence(text, path, time=Time(parse_span(when), say.lang))

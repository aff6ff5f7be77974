"""Clauses about the order and the time of answers: plans, priorities, targets, delay notices."""

from __future__ import annotations

import re
from collections.abc import Iterator

from firstline.policy.file.model import MEASURES, Plan, Priorities, Target
from firstline.policy.page.wording import Time
from firstline.policy.page.words import (
    Draft,
    Listing,
    Say,
    Sentence,
    capital,
    conditions,
    counted_in,
    given,
    hours_words,
    period,
    spoken_in,
    told,
)
from firstline.policy.text.speech import gettext as _
from firstline.policy.text.speech import ngettext
from firstline.policy.text.values import Span, parse_span

CLOCKS = ("channel", "line", "plan")


def answers(say: Say) -> Iterator[Draft]:
    """Everything about when and in which order requests are answered."""
    file = say.policy.source
    if "order" in file.model_fields_set:
        yield Draft("order", "work", _("Order of work"), (_order(say),))
    if file.priorities.model_fields_set:
        words = tuple(_priorities(say, file.priorities))
        yield Draft("priorities", "work", _("Priorities"), words)
    for name, plan in file.plans.items():
        if words := tuple(_plan(say, plan, f"plans.{name}")):
            title = _("Plan {name}").format(name=say.label("plan", name))
            yield Draft(f"plan.{name}", "plans", title, words)
    if file.plans and not any(_plan(say, plan, "") for plan in file.plans.values()):
        names = say.labels("plan", file.plans)
        yield Draft("plans", "plans", _("All plans"), (told("{names}", "plans", names=names),))
    yield from _targets(say)
    if file.restart_on:
        yield Draft("restart", "answers", _("When the time starts again"), (_restart(say),))
    if file.delay.model_fields_set:
        words = tuple(_delay(say))
        yield Draft("delay", "answers", _("When an answer takes longer"), words)
    if words := tuple(_desk(say)):
        yield Draft("limits", "work", _("Limits"), words)


def _order(say: Say) -> Sentence:
    order = say.policy.source.order
    if order in (["fifo"], ["arrival"]):
        text = _("Requests are worked on in the order in which they arrive.")
        return told(text, "order")
    keys = say.codes(order, "order").items
    then = _("{first}, then {next}")
    said = keys[0]
    for key in keys[1:]:
        said = then.format(first=said, next=key)
    return told(_("Requests are worked on in this order: {keys}"), "order", keys=said)


def _priorities(say: Say, rules: Priorities) -> Iterator[Sentence]:
    if rules.levels:
        names = "; ".join(say.label("priority", name) for name in rules.levels)
        text = _("Priorities, the most urgent first: {names}")
        yield told(text, "priorities.levels", names=names)
    if rules.set_by:
        names = say.codes(rules.set_by)
        yield told(_("The priority is set by: {names:or}"), "priorities.set_by", names=names)
    if rules.default:
        text = _("Where nobody sets a priority: {name}")
        yield told(text, "priorities.default", name=say.label("priority", rules.default))
    for plan, level in rules.by_plan.items():
        text, path = _("Plan “{plan}”: {name}"), f"priorities.by_plan.{plan}"
        names = {"plan": say.label("plan", plan), "name": say.label("priority", level)}
        yield told(text, path, **names)
    for topic, level in rules.by_topic.items():
        text, path = _("Topic “{topic}”: {name}"), f"priorities.by_topic.{topic}"
        label = say.label("priority", level)
        yield told(text, path, topic=say.label("topic", topic), name=label)
    if rules.staff_may:
        texts = {
            "lower": _("Support may lower the priority."),
            "raise": _("Support may raise the priority."),
        }
        both = _("Support may raise and lower the priority.")
        text = both if len(set(rules.staff_may)) == 2 else texts[rules.staff_may[0]]
        yield told(text, "priorities.staff_may")
    if rules.lower_when:
        names = say.codes(rules.lower_when)
        text = _("Reasons for lowering the priority: {names}")
        yield told(text, "priorities.lower_when", names=names)
    if rules.misuse:
        text, words = _("In case of misuse: {words}"), say.pick(rules.misuse)
        yield told(text, "priorities.misuse", words=words)


def _plan(say: Say, plan: Plan, path: str) -> Iterator[Sentence]:
    if not plan.support:
        yield told(_("This plan has no support."), f"{path}.support")
    if plan.calendar:
        text = _("Hours: {hours}")
        yield told(text, f"{path}.calendar", hours=say.hours(plan.calendar))
    if plan.languages:
        yield spoken_in(say, plan.languages, path)
    if plan.queue:
        text = _("Its requests stand in queue {rank}; queue 1 is served first.")
        yield told(text, f"{path}.queue", rank=plan.queue)
    if plan.ends:
        yield told(_("It ends on {date}."), f"{path}.ends", date=say.date(plan.ends))
    if plan.words:
        yield given(say.pick(plan.words), f"{path}.words")


def _targets(say: Say) -> Iterator[Draft]:
    """A clause for each row; its id is the row's, else made of what the row is about."""
    seen: set[str] = set()
    for index, row in enumerate(say.policy.source.targets):
        name = row.id or slug(row) or "any"
        name = name if name not in seen else f"{name}.{index + 1}"
        seen.add(name)
        path = f"targets.{row.id or index}"
        title = " · ".join((*conditions(say, row), *_received(say, row)))
        title = title or (_others(say, index) and _("All other requests")) or _("Time of an answer")
        words = tuple(_target(say, row, path))
        yield Draft(f"target.{name}", "answers", capital(title), words)


def _others(say: Say, index: int) -> bool:
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


def _received(say: Say, row: Target) -> Iterator[str]:
    """When a request arrived: at one of these times."""
    if row.received:
        names = Listing(tuple(hours_words(say, word) for word in row.received))
        yield _("received: {words}").format(words=f"{names:or}")


def _target(say: Say, row: Target, path: str) -> Iterator[Sentence]:
    spans = {name: span for name in _measures() if isinstance(span := getattr(row, name), Span)}
    if spans:
        said = [_measures()[name].format(time=say.time(span)) for name, span in spans.items()]
        paths = [f"{path}.{name}" for name in spans]
        force = {
            "guarantee": _("Guaranteed: {times}"),
            "target": _("Our aim: {times}"),
            "typical": _("Usually: {times}"),
        }.get(row.force, "{times}")
        yield told(force, *paths, f"{path}.force", times="; ".join(said))
    if row.next == "none":
        yield told(_("No time is promised for further answers."), f"{path}.next")
    if row.share is not None:
        text = _("It is kept in {share} of all cases.")
        yield told(text, f"{path}.share", share=say.percent(row.share))
    if row.received_before:
        yield from _cut_off(say, row, path)
    if spans:
        yield from _clock(say, row, path, list(spans.values()))
    yield from _besides(say, row, path)
    yield from period(say, row, path)
    if row.words:
        yield given(say.pick(row.words), f"{path}.words")


def _measures() -> dict[str, str]:
    return {
        "ack": _("acknowledgement {time:within}"),
        "first": _("first answer {time:within}"),
        "next": _("each further answer {time:within}"),
        "update": _("news while the work lasts, at least every {time:a}"),
        "start": _("start of the work {time:within}"),
        "fix": _("solution {time:within}"),
    }


def _cut_off(say: Say, row: Target, path: str) -> Iterator[Sentence]:
    text = _("It holds for requests that arrive before {clock} on a working day.")
    yield told(text, f"{path}.received_before", clock=row.received_before)
    if row.otherwise:
        text = _("For all others: {time:within}")
        yield told(text, f"{path}.else", time=say.time(row.otherwise))
    if row.workdays:
        text = _("Working days: {hours}")
        yield told(text, f"{path}.workdays", hours=say.hours(row.workdays))


def _clock(say: Say, row: Target, path: str, spans: list[Span]) -> Iterator[Sentence]:
    business = say.policy.source.policy.business
    if row.clock in CLOCKS and _has_hours(say, row):
        text = {
            "channel": _("Only the hours of the channel are counted."),
            "line": _("Only the hours of the line are counted."),
            "plan": _("Only the hours of the plan are counted."),
        }[row.clock]
        yield told(text, f"{path}.clock")
    elif row.clock not in ("always", "elapsed", *CLOCKS):
        yield from counted_in(say, row.clock, spans, f"{path}.clock")
    elif business and any(span.working for span in spans):
        text = _("Working time: {hours}")
        yield told(text, "policy.business", hours=say.hours(business))
    elif "clock" in row.model_fields_set:
        yield told(_("The time is counted around the clock."), f"{path}.clock")


def _has_hours(say: Say, row: Target) -> bool:
    """Whether the plans a row counts by have hours at all; what is of another kind has."""
    file = say.policy.source
    plans = [plan for name, plan in file.plans.items() if not row.plan or name in row.plan]
    return row.clock != "plan" or any(plan.calendar for plan in plans)


def _besides(say: Say, row: Target, path: str) -> Iterator[Sentence]:
    counted = {
        "latest_client_word": _("Time is counted from the latest words of the client."),
        "order_and_payment": _("Time is counted from order and payment."),
    }
    if row.counted_from in counted:
        yield told(counted[row.counted_from], f"{path}.counted_from")
    if row.pauses:
        names = say.codes(row.pauses, "pause")
        yield told(_("The time of the work stands still while {names:or}."), path, names=names)
    if row.must:
        names = say.codes(row.must)
        yield told(_("The answer contains: {names}"), f"{path}.must", names=names)
    if row.remedy:
        text, words = _("If we miss this time: {words}"), say.pick(row.remedy)
        yield told(text, f"{path}.remedy", words=words)
    if row.document:
        text = _("It comes from this document: {name}")
        yield told(text, f"{path}.document", name=row.document)


def _restart(say: Say) -> Sentence:
    names = say.codes(say.policy.source.restart_on)
    text = _("The time of an answer starts again: {names}")
    return told(text, "restart_on", names="; ".join(names.items))


def _delay(say: Say) -> Iterator[Sentence]:
    rules, written = say.policy.source.delay, say.policy.source.delay.model_fields_set
    if rules.send_before:
        yield _in_time(say, rules.send_before)
    if rules.must and "must" in written:
        names = say.codes(rules.must)
        yield told(_("A notice of a delay says: {names}"), "delay.must", names=names)
    if "repeat" in written:
        text = {
            "each_new_time": _("Each further delay is announced in the same way."),
            "once": _("An answer may be put off once."),
            "never": _("The time that was named is not put off again."),
        }[rules.repeat]
        yield told(text, "delay.repeat")
    if rules.longest:
        text = _("The new time is at most {time} away.")
        yield told(text, "delay.longest", time=say.time(rules.longest))
    if rules.reasons:
        names = Listing(tuple(say.label("delay_reason", name) for name in rules.reasons))
        yield told(_("Reasons: {names}"), "delay.reasons", names="; ".join(names.items))
    if rules.second_miss:
        yield given(say.pick(rules.second_miss), "delay.second_miss")
    if rules.overload:
        yield given(say.pick(rules.overload), "delay.overload")


def _in_time(say: Say, when: str) -> Sentence:
    path = "delay.send_before"
    if when == "deadline":
        return told(_("If an answer takes longer, we say so before its time is over."), path)
    if when == "first_answer":
        return told(_("If an answer takes longer, we say so before the first answer is due."), path)
    text = _("If an answer takes longer, we say so at least {time:a} before its time is over.")
    return told(text, path, time=Time(parse_span(when), say.lang))


def _desk(say: Say) -> Iterator[Sentence]:
    rules = say.policy.source.desk
    if rules.open_requests_per_client:
        text = ngettext(
            "A client may have at most {number} open request at a time.",
            "A client may have at most {number} open requests at a time.",
            rules.open_requests_per_client,
        )
        path = "desk.open_requests_per_client"
        yield told(text, path, number=rules.open_requests_per_client)
    if rules.edit_window:
        text = _("Words that were sent may be corrected {time:within}.")
        yield told(text, "desk.edit_window", time=say.time(rules.edit_window))

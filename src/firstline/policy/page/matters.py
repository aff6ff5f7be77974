"""Clauses about what is asked: scope, requests, closing, complaints, conduct, refusal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from firstline.policy.file.matters import Close, ScopeWhen
from firstline.policy.file.people import Stage
from firstline.policy.page.sentences import (
    ClauseDraft,
    Sentence,
    clock_sentences,
    own_words,
    sentence,
    sentences,
)
from firstline.policy.page.words import Wording, hours_words
from firstline.policy.rules.closing import ReopeningLimit, reopening
from firstline.policy.rules.conduct import has_conduct
from firstline.policy.text.speech import gettext as _
from firstline.policy.text.speech import ngettext


def matters(say: Wording) -> Iterator[ClauseDraft]:
    """Everything about what is asked and what becomes of it."""
    file = say.policy.source
    for name, clause, title in (
        ("request", "", _("A good request")),
        ("request.rules", "rules", _("Your request")),
        ("request.wiki", "wiki", _("The wiki first")),
        ("scheduled", "scheduled", _("Scheduled work")),
    ):
        words = tuple(sentences(say, file.request, "request", clause))
        yield ClauseDraft(name, "request", title, words)
    yield ClauseDraft("close", "work", _("Closing and reopening"), tuple(_close(say, file.close)))
    words = tuple(sentences(say, file.close, "close", "done"))
    yield ClauseDraft("accept", "work", _("When the work is done"), words)
    yield from _complaints(say)
    yield from _scope(say)
    yield from _conduct(say)


def _close(say: Wording, rules: Close) -> Iterator[Sentence]:
    written = rules.model_fields_set
    if rules.remind:
        text = _(
            "When we are waiting for a reply from the client, we send a reminder {time:after}."
        )
        yield sentence(text, "close.remind", time=say.time(rules.remind))
    if rules.resolve:
        text = _("Without a reply, the request counts as solved {time:after}.")
        yield sentence(text, "close.resolve", time=say.time(rules.resolve))
    if rules.close:
        text = (
            _("Then it is closed {time:after}.")
            if rules.resolve
            else _("Without a reply, the request is closed {time:after}.")
        )
        yield sentence(text, "close.close", time=say.time(rules.close))
    if "clock" in written and rules.clock not in ("always", "elapsed"):
        spans = [s for s in (rules.remind, rules.resolve, rules.close, rules.accept_within) if s]
        yield from clock_sentences(say, rules.clock, spans, "close.clock")
    if "reopen" in written and rules.reopen == "new_request":
        yield sentence(_("A closed request stays closed; open a new one."), "close.reopen")
    rule = reopening(say.policy)
    if rule and (written or say.policy.source.channels):
        yield _reopens(rule)
    yield from sentences(say, rules, "close", "end")


def _reopens(rule: ReopeningLimit) -> Sentence:
    path = "close.reopen_days"
    if rule.span is None:
        return sentence(_("A reply from the client reopens a closed request at any time."), path)
    days = int(rule.span.amount)
    text = ngettext(
        "A reply from the client reopens a closed request for {number} day.",
        "A reply from the client reopens a closed request for {number} days.",
        days,
    )
    return sentence(text, path, number=days)


def _complaints(say: Wording) -> Iterator[ClauseDraft]:
    if (rules := say.policy.source.complaints) is None:
        return
    never_closes = rules.calendar is not None and say.open_days(rules.calendar) is None
    around = sentence(_("The time is counted around the clock."), "complaints.calendar")
    by_hand = {"calendar": (around,)} if never_closes else {}
    words = tuple(sentences(say, rules, "complaints", by_hand=by_hand))
    yield ClauseDraft("complaints", "complaints", _("How to complain"), words)
    for number, stage in enumerate(rules.stages, 1):
        path = f"complaints.stages.{stage.id or number - 1}"
        counting = say.counting_by(rules.calendar or say.policy.source.policy.business)
        reply = _reply(counting, stage, path)
        words = tuple(sentences(counting, stage, path, by_hand={"reply": reply}))
        title = _("Stage {number}").format(number=number)
        yield ClauseDraft(f"complaints.stage.{stage.id or number}", "complaints", title, words)


def _reply(say: Wording, stage: Stage, path: str) -> Iterator[Sentence]:
    if stage.reply:
        text = {
            "guarantee": _("Guaranteed: answer {time:within}."),
            "target": _("Our aim: answer {time:within}."),
            "typical": _("Usually: answer {time:within}."),
        }.get(stage.force) or _("Answer {time:within}.")
        yield sentence(text, f"{path}.reply", f"{path}.force", time=say.time(stage.reply))


def _scope(say: Wording) -> Iterator[ClauseDraft]:
    rules = say.policy.source.scope
    yield ClauseDraft("scope.in", "duties", _("Part of support"), tuple(_scope_in(say)))
    for plan, own in rules.by_plan.items():
        if plan in say.ended:
            continue
        words = tuple(sentences(say, own, f"scope.by_plan.{plan}"))
        title = _("Plan {name}").format(name=say.label("plan", plan))
        yield ClauseDraft(f"scope.plan.{plan}", "duties", title, words)
    words = tuple(_at_hours(say))
    yield ClauseDraft("scope.when", "duties", _("What is done at which hours"), words)
    yield ClauseDraft("scope.out", "limits", _("Not part of support"), tuple(_scope_out(say)))
    yield ClauseDraft(
        "scope.refer",
        "limits",
        _("Where to turn instead"),
        tuple(sentences(say, rules, "scope", "refer")),
    )


def _scope_in(say: Wording) -> Iterator[Sentence]:
    rules = say.policy.source.scope
    codes = [code for code in rules.include if say.free(f"scope.in.{code}")]
    if codes:
        paths = [f"scope.in.{code}" for code in codes]
        yield sentence(_("Support deals with: {names}"), *paths, names=_apart(say, codes))
    yield from sentences(say, rules, "scope")


def _scope_out(say: Wording) -> Iterator[Sentence]:
    rules = say.policy.source.scope
    codes = [code for code in rules.out if say.free(f"scope.out.{code}")]
    if codes:
        paths = [f"scope.out.{code}" for code in codes]
        text = _("Support does not deal with: {names}")
        yield sentence(text, *paths, names=_apart(say, codes))


def _apart(say: Wording, codes: Iterable[str]) -> str:
    """Codes may have commas in their words."""
    return "; ".join(say.codes(codes).items)


def _at_hours(say: Wording) -> Iterator[Sentence]:
    """What is done at which hours: rows of the same hours are told together."""
    rows: dict[str, list[tuple[int, ScopeWhen]]] = {}
    for index, row in enumerate(say.policy.source.scope.when):
        if say.free(f"scope.when.{index}"):
            rows.setdefault(row.calendar, []).append((index, row))
    for calendar, same in rows.items():
        when = hours_words(say, calendar)
        for bound in (False, True):
            group = [(i, row) for i, row in same if row.only_then is bound and row.only]
            if group:
                yield _only(say, when, group, bound)
        if not any(row.only and not row.only_then for _i, row in same):
            yield from _besides(say, when, same)


def _only(say: Wording, when: str, rows: list[tuple[int, ScopeWhen]], bound: bool) -> Sentence:
    """Codes that are dealt with at some hours, free or for a fee."""
    free = dict.fromkeys(code for _i, row in rows if not row.paid for code in row.only)
    paid = [code for _i, row in rows if row.paid for code in row.only if code not in free]
    text = {
        (False, False): _("{when}: only {names}"),
        (False, True): _("{when}: only {names}, for a fee"),
        (True, False): _("Only at these hours ({when}): {names}"),
        (True, True): _("Only at these hours ({when}) and for a fee: {names}"),
    }[bound, not free]
    names = _apart(say, free or paid)
    if free and paid:
        names = _("{names}; for a fee: {others}").format(names=names, others=_apart(say, paid))
    keys = ("in", "calendar", "only_then") if bound else ("in", "calendar")
    paths = [f"scope.when.{index}.{key}" for index, _row in rows for key in keys]
    return sentence(text, *paths, when=when, names=names)


def _besides(say: Wording, when: str, rows: list[tuple[int, ScopeWhen]]) -> Iterator[Sentence]:
    """What is for a fee, and what is not dealt with, at hours at which all else is."""
    fees = [f"scope.when.{index}.paid" for index, row in rows if row.paid and not row.only]
    if fees:
        yield sentence(_("{when}: only for a fee"), *fees, when=when)
    codes = dict.fromkeys(code for _i, row in rows for code in row.out)
    if codes:
        text, paths = (
            _("{when} — not dealt with: {names}"),
            (f"scope.when.{i}.out" for i, _r in rows),
        )
        yield sentence(text, *paths, when=when, names=_apart(say, codes))


def _conduct(say: Wording) -> Iterator[ClauseDraft]:
    rules, refuse = say.policy.source.conduct, say.policy.source.refuse
    names = "; ".join(
        f"{say.code(code)} ({say.pick(own)})" if own else say.code(code)
        for code, own in rules.triggers.items()
    )
    text = _("We do not accept: {names}").format(names=names)
    triggers = (own_words(text, "conduct.triggers"),) if names else ()
    words = tuple(sentences(say, rules, "conduct", by_hand={"triggers": triggers}))
    if not has_conduct(say.policy):
        words = tuple(replace(one, executed=False) for one in words)
    yield ClauseDraft("conduct", "limits", _("Conduct"), words)
    if refuse:
        text, names = _("Further reasons for a refusal: {names}"), _apart(say, list(refuse))
        yield ClauseDraft(
            "refuse", "limits", _("Refusal"), (sentence(text, "refuse", names=names),)
        )

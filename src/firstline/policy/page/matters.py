"""Clauses about what is asked: scope, requests, closing, complaints, conduct, refusal."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.policy.file.matters import Close, Complaints, Request, ScopeWhen, Stage
from firstline.policy.page.words import (
    Draft,
    Listing,
    Say,
    Sentence,
    counted_in,
    given,
    hours_words,
    told,
)
from firstline.policy.rules.closing import Reopening, reopening
from firstline.policy.text.speech import gettext as _
from firstline.policy.text.speech import ngettext


def matters(say: Say) -> Iterator[Draft]:
    """Everything about what is asked and what becomes of it."""
    file = say.policy.source
    yield Draft("request", "request", _("A good request"), tuple(_request(say, file.request)))
    yield Draft("request.rules", "request", _("Your request"), tuple(_rules(say, file.request)))
    yield Draft("request.wiki", "request", _("The wiki first"), tuple(_wiki(file.request)))
    yield Draft("scheduled", "request", _("Scheduled work"), tuple(_scheduled(say, file.request)))
    yield Draft("close", "work", _("Closing and reopening"), tuple(_close(say, file.close)))
    yield Draft("accept", "work", _("When the work is done"), tuple(_done(say, file.close)))
    if file.complaints:
        words = tuple(_complaints(say, file.complaints))
        yield Draft("complaints", "complaints", _("How to complain"), words)
        for number, stage in enumerate(file.complaints.stages, 1):
            yield _stage(say, stage, number)
    yield from _scope(say)
    yield from _conduct(say)


def _request(say: Say, rules: Request) -> Iterator[Sentence]:
    if rules.must:
        names = say.codes(rules.must, "must")
        yield told(_("A request should say: {names}"), "request.must", names=names)
    for topic, codes in rules.by_topic.items():
        text, path = _("Topic “{topic}”: {names}"), f"request.by_topic.{topic}"
        label = say.label("topic", topic)
        yield told(text, path, topic=label, names=say.codes(codes, "must"))
    if rules.should:
        names = say.codes(rules.should, "must")
        yield told(_("It helps to add: {names}"), "request.should", names=names)
    if rules.bad:
        text = _("Not like this: “{words}”")
        yield told(text, "request.bad", words=say.pick(rules.bad))
    if rules.good:
        text = _("But like this: “{words}”")
        yield told(text, "request.good", words=say.pick(rules.good))


def _rules(say: Say, rules: Request) -> Iterator[Sentence]:
    written = rules.model_fields_set
    if rules.one_issue:
        yield told(_("One request is about one matter."), "request.one_issue")
    if rules.list_from:
        text = ngettext(
            "{number} task or more may be one numbered list.",
            "{number} tasks or more may be one numbered list.",
            rules.list_from,
        )
        yield told(text, "request.list_from", number=rules.list_from)
    for key, texts in _choices().items():
        if key in written and (text := texts.get(getattr(rules, key))):
            yield told(text, f"request.{key}")
    if rules.duplicates:
        text = _("Requests that are sent twice: {words}")
        yield told(text, "request.duplicates", words=say.pick(rules.duplicates))
    if rules.chase_after:
        text = _("Please wait at least {time:a} before asking again.")
        yield told(text, "request.chase_after", time=say.time(rules.chase_after))
    if rules.attachments is not None:
        text = ngettext(
            "A message may have {number} file at most.",
            "A message may have {number} files at most.",
            rules.attachments,
        )
        yield told(text, "request.attachments", number=rules.attachments)
    if rules.attachment_kinds:
        names = say.codes(rules.attachment_kinds)
        yield told(_("Kinds of files: {names}"), "request.attachment_kinds", names=names)
    for index, words in enumerate(rules.client_must):
        yield given(say.pick(words), f"request.client_must.{index}")


def _choices() -> dict[str, dict[str, str]]:
    return {
        "additions": {
            "same_request": _("What is added later belongs to the same request."),
            "new_request": _("What is added later is a new request."),
        },
        "after_closing": {
            "reopen": _("A reply on a closed request reopens it."),
            "new_request": _("After a request is closed, open a new one."),
        },
        "grouped": {
            "kept": _("Several matters in one request stay together."),
            "split": _("Several matters in one request are split into several requests."),
        },
        "client_words": {
            "keep_place": _("Further words of the client do not change the place in the queue."),
            "to_end": _("Further words of the client move the request to the end of the queue."),
        },
    }


def _wiki(rules: Request) -> Iterator[Sentence]:
    text = {
        "suggest": _("Look through the wiki first; fitting articles are suggested."),
        "before_contact": _("Look for an answer in the wiki before you contact us."),
        "charged": _("Look through the wiki first; an answer that stands there may be charged."),
        "no": _("You may write without looking through the wiki."),
    }[rules.kb_first]
    if "kb_first" in rules.model_fields_set:
        yield told(text, "request.kb_first")
    if rules.link_similar:
        text = _("When an article was nearly right, link it.")
        yield told(text, "request.link_similar")


def _scheduled(say: Say, rules: Request) -> Iterator[Sentence]:
    if rules.scheduled_notice:
        text = _("Ask for work at a certain time at least {time:a} ahead.")
        yield told(text, "request.scheduled_notice", time=say.time(rules.scheduled_notice))
    if rules.scheduled_window:
        text = _("It starts within a window of {time:a}.")
        yield told(text, "request.scheduled_window", time=say.time(rules.scheduled_window))
    if rules.cancel_until:
        text = _("It may be cancelled: {words}")
        yield told(text, "request.cancel_until", words=say.pick(rules.cancel_until))


def _close(say: Say, rules: Close) -> Iterator[Sentence]:
    written = rules.model_fields_set
    if rules.remind:
        text = _("When we wait for a reply from the client, we send a reminder {time:after}.")
        yield told(text, "close.remind", time=say.time(rules.remind))
    if rules.resolve:
        text = _("Without a reply, the request counts as solved {time:after}.")
        yield told(text, "close.resolve", time=say.time(rules.resolve))
    if rules.close:
        text = (
            _("Then it is closed {time:after}.")
            if rules.resolve
            else _("Without a reply, the request is closed {time:after}.")
        )
        yield told(text, "close.close", time=say.time(rules.close))
    if rules.by_article == "at_once":
        text = _("What an article of the wiki answers is closed with that answer.")
        yield told(text, "close.by_article")
    if "clock" in written and rules.clock not in ("always", "elapsed"):
        spans = [s for s in (rules.remind, rules.resolve, rules.close, rules.accept_within) if s]
        yield from counted_in(say, rules.clock, spans, "close.clock")
    if "reopen" in written and rules.reopen == "new_request":
        yield told(_("A closed request stays closed; open a new one."), "close.reopen")
    rule = reopening(say.policy)
    if rule and written:
        yield _reopens(rule)


def _reopens(rule: Reopening) -> Sentence:
    path = "close.reopen_days"
    if rule.span is None:
        return told(_("A reply from the client reopens a closed request at any time."), path)
    days = int(rule.span.amount)
    text = ngettext(
        "A reply from the client reopens a closed request for {number} day.",
        "A reply from the client reopens a closed request for {number} days.",
        days,
    )
    return told(text, path, number=days)


def _done(say: Say, rules: Close) -> Iterator[Sentence]:
    if rules.staff_must:
        names = say.codes(rules.staff_must)
        text = _("When the work is done, support {names:and}.")
        yield told(text, "close.staff_must", names=names)
    if rules.accept_within:
        text = _("The client confirms it {time:within}.")
        yield told(text, "close.accept_within", time=say.time(rules.accept_within))
    if rules.silence == "accepted":
        yield told(_("Silence accepts the work."), "close.silence")
    if rules.rework:
        text = _("Rework: {words}")
        yield told(text, "close.rework", words=say.pick(rules.rework))


def _complaints(say: Say, rules: Complaints) -> Iterator[Sentence]:
    if rules.channels:
        names = say.labels("channel", rules.channels)
        yield told(_("Complaints come by: {names:or}"), "complaints.channels", names=names)
    if rules.address:
        text = _("Address: {address}")
        yield told(text, "complaints.address", address=rules.address)
    if rules.told_apart:
        names = say.codes(rules.told_apart)
        text = _("A complaint is told from an ordinary letter by: {names:or}")
        yield told(text, "complaints.told_apart", names=names)
    if rules.must:
        names = say.codes(rules.must, "must")
        yield told(_("A complaint contains: {names}"), "complaints.must", names=names)
    if rules.without_number:
        text = {
            "ask": _("If the number of the request is missing, we ask for it."),
            "refuse": _("A complaint without the number of a request is not considered."),
            "accept": _("A complaint without the number of a request is considered too."),
        }[rules.without_number]
        yield told(text, "complaints.without_number")
    if rules.calendar:
        text = _("Working time: {hours}")
        yield told(text, "complaints.calendar", hours=say.hours(rules.calendar))
    if rules.counted_from == "acknowledgement":
        text = _("Time is counted from the acknowledgement.")
        yield told(text, "complaints.counted_from")
    if rules.not_by:
        names = say.codes(rules.not_by)
        yield told(_("A complaint is never handled by: {names}"), "complaints.not_by", names=names)
    yield from _limits(say, rules)


def _limits(say: Say, rules: Complaints) -> Iterator[Sentence]:
    for subject, span in rules.within.items():
        text = _("Time limit for a complaint about {subject}: {time}")
        yield told(text, "complaints.within", subject=say.code(subject), time=say.time(span))
    if rules.outside:
        names = Listing(tuple(say.pick(words) for words in rules.outside))
        text = _("Afterwards you may turn to: {names:or}")
        yield told(text, "complaints.outside", names=names)


def _stage(say: Say, stage: Stage, number: int) -> Draft:
    path, name = f"complaints.stages.{stage.id or number - 1}", stage.id or str(number)
    words: list[Sentence] = []
    if stage.by:
        text = _("Answered by: {names}")
        words.append(told(text, f"{path}.by", names=say.code(stage.by)))
    if stage.how:
        names = say.labels("channel", stage.how)
        words.append(told(_("Channel: {names:or}"), f"{path}.how", names=names))
    if stage.ack:
        text = _("Acknowledgement {time:within}.")
        words.append(told(text, f"{path}.ack", time=say.time(stage.ack)))
    if stage.reply:
        text = {
            "guarantee": _("Guaranteed: answer {time:within}."),
            "target": _("Our aim: answer {time:within}."),
            "typical": _("Usually: answer {time:within}."),
        }.get(stage.force) or _("Answer {time:within}.")
        words.append(told(text, f"{path}.reply", f"{path}.force", time=say.time(stage.reply)))
    if stage.if_longer:
        text = _("When it takes longer: {words}")
        words.append(told(text, f"{path}.if_longer", words=say.pick(stage.if_longer)))
    title = _("Stage {number}").format(number=number)
    return Draft(f"complaints.stage.{name}", "complaints", title, tuple(words))


def _scope(say: Say) -> Iterator[Draft]:
    rules = say.policy.source.scope
    yield Draft("scope.in", "duties", _("Part of support"), tuple(_included(say)))
    for plan, own in rules.by_plan.items():
        words: list[Sentence] = []
        if own.include:
            names, path = say.codes(own.include), f"scope.by_plan.{plan}.in"
            words.append(told(_("It adds: {names}"), path, names=names))
        if own.out:
            names, path = say.codes(own.out), f"scope.by_plan.{plan}.out"
            words.append(told(_("It does not have: {names}"), path, names=names))
        title = _("Plan {name}").format(name=say.label("plan", plan))
        yield Draft(f"scope.plan.{plan}", "duties", title, tuple(words))
    words = [said for index, rule in enumerate(rules.when) for said in _at(say, rule, index)]
    yield Draft("scope.when", "duties", _("What is done at which hours"), tuple(words))
    yield Draft("scope.out", "limits", _("Not part of support"), tuple(_excluded(say)))
    yield Draft("scope.refer", "limits", _("Where to turn instead"), tuple(_refers(say)))


def _included(say: Say) -> Iterator[Sentence]:
    rules = say.policy.source.scope
    codes = [code for code in rules.include if say.free(f"scope.in.{code}")]
    if codes:
        paths = [f"scope.in.{code}" for code in codes]
        yield told(_("Support deals with: {names}"), *paths, names=_apart(say, codes))
    if rules.only_if:
        text = _("Conditions: {names}")
        yield told(text, "scope.only_if", names=_apart(say, rules.only_if))
    for code, needs in rules.needs.items():
        text, path = _("{code} — only on these conditions: {names}"), f"scope.needs.{code}"
        yield told(text, path, code=say.code(code), names=_apart(say, needs))


def _excluded(say: Say) -> Iterator[Sentence]:
    rules = say.policy.source.scope
    codes = [code for code in rules.out if say.free(f"scope.out.{code}")]
    if codes:
        paths = [f"scope.out.{code}" for code in codes]
        text = _("Support does not deal with: {names}")
        yield told(text, *paths, names=_apart(say, codes))


def _refers(say: Say) -> Iterator[Sentence]:
    for code, words in say.policy.source.scope.refer.items():
        text, path = "{code}: {words}", f"scope.refer.{code}"
        yield told(text, path, code=say.code(code), words=say.pick(words))


def _apart(say: Say, codes: list[str]) -> str:
    """Codes may have commas in their words."""
    return "; ".join(say.codes(codes).items)


def _at(say: Say, rule: ScopeWhen, index: int) -> Iterator[Sentence]:
    when, path = hours_words(say, rule.calendar), f"scope.when.{index}"
    if rule.only:
        names, paths = _apart(say, rule.only), [f"{path}.in", f"{path}.calendar"]
        text = _("{when}: only {names}, for a fee") if rule.paid else _("{when}: only {names}")
        if rule.only_then:
            paths.append(f"{path}.only_then")
            text = _("Only at these hours ({when}): {names}")
            if rule.paid:
                text = _("Only at these hours ({when}) and for a fee: {names}")
        yield told(text, *paths, when=when, names=names)
    elif rule.paid:
        yield told(_("{when}: only for a fee"), f"{path}.paid", when=when)
    if rule.out:
        names = _apart(say, rule.out)
        yield told(_("{when} — not dealt with: {names}"), f"{path}.out", when=when, names=names)


def _conduct(say: Say) -> Iterator[Draft]:
    rules, refuse = say.policy.source.conduct, say.policy.source.refuse
    words: list[Sentence] = []
    if rules.triggers:
        names = "; ".join(
            f"{say.code(code)} ({say.pick(said)})" if said else say.code(code)
            for code, said in rules.triggers.items()
        )
        words.append(told(_("We do not accept: {names}"), "conduct.triggers", names=names))
    if rules.steps:
        text, names = _("What follows, step by step: {names}"), say.codes(rules.steps)
        if len(rules.steps) == 1:
            text = _("What follows: {names}")
        words.append(told(text, "conduct.steps", names=names))
    if rules.words:
        words.append(given(say.pick(rules.words), "conduct.words"))
    yield Draft("conduct", "limits", _("Conduct"), tuple(words))
    if refuse:
        text, names = _("Further reasons for a refusal: {names}"), _apart(say, list(refuse))
        said = told(text, "refuse", names=names)
        yield Draft("refuse", "limits", _("Refusal"), (said,))

"""`policy ask`: may one come this way, is it in scope, what does it cost, what must it contain.
Pure.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from .answers import due
from .compiled import closing
from .counting import before, due_at, stamp
from .doors import variant
from .given import Given, is_timed, moment, notes, plain, start_of, words_of
from .hours import ChannelSpec
from .model import PolicyFile
from .parts import Part
from .policy import Policy
from .pricing import credit, price, quota
from .proving import identity, who
from .targets import channel_calendar, received_fits
from .values import parse_local, parse_money, pick

LOOK_AHEAD = 40


def policy_ask(policy: Policy, given: Given) -> dict[str, Any]:
    """What the policy says about a situation.

    `given`: received, channel, plan, topic, priority, line, language, `code` of the scope,
    `minutes` of paid help and what it is `for`, `spend` a month, `used` of a quota, `facts` such as
    ["urgent"], `has` (what a complaint or request contains), `proof` and `act`, `work_at` of
    planned work, `availability`. Only what is asked about is answered; GivenError says what is
    missing.
    """
    given = plain(policy, given)
    file = policy.source
    names = [given["channel"]] if given.get("channel") else [c.id for c in file.channels]
    answer: dict[str, Any] = {
        "policy": {
            "version": policy.version,
            "company": policy.company,
            "timezone": policy.zone.key,
        },
        "channels": {str(name): channel(policy, str(name), given) for name in names},
        "scope": scope(policy, given),
        "request": required(policy, given),
        "language": language(policy, given),
        "support": support(policy, given),
        "who": who(policy, given),
    }
    if file.complaints:
        answer["complaint"] = complaint(policy, given)
    if not given.keys().isdisjoint({"minutes", "spend", "for", "item"}):
        answer["price"] = price(policy, given)
    if file.quota:
        answer["quota"] = quota(policy, given)
    if given.get("availability") is not None:
        answer["credit"] = credit(file.credits, given)
    if given.get("act") or given.get("proof"):
        answer["identity"] = identity(policy, given)
    if is_timed(given):
        answer |= _timed(policy, given)
    if shipped := _shipped(file):
        answer["shipped"] = shipped
    return {**answer, **standing(policy, given), "notes": notes(policy, given)}


def _shipped(file: PolicyFile) -> list[str]:
    """What of the answer is the shipped file's, since this one does not say it."""
    said = {"lines": bool(file.lines)}
    said["close.reopen_days"] = file.close.reopen_days is not None
    return [path for path, own in said.items() if not own]


def _timed(policy: Policy, given: Given) -> dict[str, Any]:
    """When an answer is due to what arrives now, and when what waits since now is closed."""
    at = start_of(policy, given)
    found = due(policy, "first", at, given)
    promise = {"due_at": stamp(found.at, policy.zone), "rule": found.rule} if found else None
    steps = {
        name: stamp(step.at, policy.zone) if (step := due(policy, name, at, given)) else None
        for name in ("remind", "resolve", "close", "accept", "reopen")
    }
    return {"promise": promise, "closing": steps}


def standing(policy: Policy, given: Given) -> dict[str, Any]:
    """What holds in every situation: order of work, lines, notices, conduct, history."""
    file = policy.source
    return {
        "order": list(file.order),
        "priorities": _shown(file.priorities),
        "lines": {line.id: _line(policy, line.id, given) for line in policy.lines},
        "conduct": {"triggers": list(file.conduct.triggers), "steps": list(file.conduct.steps)},
        "refuse": list(file.refuse),
        "maintenance": _maintenance(policy, given),
        "history": _shown(file.history),
        "stats": [_shown(stat) for stat in file.stats],
    }


def _line(policy: Policy, name: str, given: Given) -> dict[str, Any]:
    """The line above, when it takes over, and whether somebody works or can be called."""
    spec = next((line for line in policy.source.lines if line.id == name), None)
    shown: dict[str, Any] = {"next": policy.next_line(name), "when": ""}
    if spec is None:
        return shown
    lang = str(given.get("language", policy.languages[0]))
    shown |= {"when": pick(spec.when, lang, policy.languages), "covers": spec.covers}
    if is_timed(given):
        at = start_of(policy, given)
        called = policy.calendars[spec.on_call] if spec.on_call else None
        shown |= {
            "open": policy.calendars[spec.calendar].is_open(at),
            "on_call": called.is_open(at) if called else False,
        }
    return shown


def _maintenance(policy: Policy, given: Given) -> dict[str, Any] | None:
    """What is said about planned work; with `work_at` also when its notice must be out."""
    rules, shown = policy.source.maintenance, _shown(policy.source.maintenance)
    if rules is None or shown is None:
        return None
    lang = str(given.get("language", policy.languages[0]))
    for key in ("window", "unplanned", "words"):
        if key in shown:
            shown[key] = pick(getattr(rules, key), lang, policy.languages)
    if not given.get("work_at"):
        return shown
    at = moment(policy, given["work_at"], "work_at")
    if rules.lead:
        calendar = policy.table.clock("always", {}, rules.lead)
        shown["notice_by"] = stamp(before(rules.lead, at, calendar, policy.zone), policy.zone)
    return shown


def _shown(part: Part | None) -> dict[str, Any] | None:
    """A part as JSON, without what it does not say."""
    return None if part is None else part.model_dump(mode="json", exclude_defaults=True)


def support(policy: Policy, given: Given) -> bool:
    """False for a plan without support, and for one that has ended by the time asked about."""
    plan = policy.source.plans.get(str(given.get("plan", "")))
    if plan is not None and plan.ends and is_timed(given):
        local = start_of(policy, given).replace(tzinfo=None)
        last = parse_local(plan.ends) + timedelta(days="T" not in plan.ends)
        if local >= last:
            return False
    return supported(policy.source, str(given.get("plan", "")))


def supported(file: PolicyFile, plan: str) -> bool:
    """False for a plan without support."""
    return plan not in file.plans or file.plans[plan].support


def channel(policy: Policy, name: str, given: Given) -> dict[str, Any]:
    """Status of a channel, whether it is open, when it opens and closes, and what happens
    beyond it; `usable` unless `why` not. Outside its hours it is, where it accepts (`note`).
    """
    spec = policy.doors[name]
    status, why = _status(spec, given)
    lang = str(given.get("language", policy.languages[0]))
    shown: dict[str, Any] = {"status": status, "line": spec.line, "auth": spec.auth}
    if is_timed(given):
        shown |= _hours(policy, spec, given)
        if tell := _told(policy, spec, given):
            shown["tell"] = tell
        if shown["open"] is False and spec.outside_hours == "refuse":
            why.append(pick(spec.outside, lang, policy.languages) or "it is closed at that time")
        elif shown["open"] is False:
            opens = shown["opens_at"]
            shown["note"] = "taken now, answered " + (f"from {opens}" if opens else "later")
    topic, other = given.get("topic") or given.get("code"), variant(spec, given, "covers")
    covers = other.covers if other else spec.covers
    if topic and ((covers and topic not in covers) or topic in spec.never):
        why.append(f"{topic} is not dealt with here" + (f": {spec.beyond}" if spec.beyond else ""))
        shown["refer_to"] = _called(spec.beyond)
    if name in words_of(given, "down"):
        why.append("it is down")
        shown["refer_to"] = spec.fallback
    extra = {
        key: str(value) if key == "opens_after" else value
        for key in ("beyond", "reply", "fallback", "reached_through", "opens_from", "opens_after",
                    "opened_by", "address", "priority")
        if (value := getattr(spec, key))
    }  # fmt: skip
    if covers:
        extra["covers"] = covers
    if (place := variant(spec, given, "address")) is not None:
        extra["address"] = place.address
    return {**shown, **extra, "usable": not why, "why": why}


def _called(text: str | None) -> str | None:
    """`chat` of `refer(chat)`, and of plain `chat`."""
    return text.partition("(")[2].rstrip(")") if text and "(" in text else text


def _hours(policy: Policy, spec: ChannelSpec, given: Given) -> dict[str, Any]:
    name = channel_calendar(spec, given)
    if name is None:
        return {"open": None, "hours": "no hours are promised here"}
    at, calendar = start_of(policy, given), policy.calendars[name]
    opens, closes = calendar.opens_at(at), calendar.closes_at(at)
    return {
        "open": calendar.is_open(at),
        "opens_at": opens and stamp(opens, policy.zone),
        "closes_at": closes and stamp(closes, policy.zone),
    }


def _told(policy: Policy, spec: ChannelSpec, given: Given) -> str | None:
    """The words of a dated exception that holds now."""
    name, at = channel_calendar(spec, given), start_of(policy, given)
    zone = policy.calendars[name].zone if name else policy.zone
    for item in policy.source.exceptions:
        if name not in item.calendar or not item.tell:
            continue
        made = closing(item, zone)
        if made.start <= at.astimezone(UTC) < made.end:
            return pick(item.tell, str(given.get("language", "")), policy.languages)
    return None


def _status(spec: ChannelSpec, given: Given) -> tuple[str, list[str]]:
    other = variant(spec, given, "status")
    status, why = (other and other.status) or spec.status, list[str]()
    for wanted, key in ((spec.plans, "plan"), (spec.countries, "country"), (spec.sites, "site")):
        if wanted and given.get(key) is not None and given[key] not in wanted:
            why.append(f"it is only for {key} {', '.join(wanted)}")
    if status == "refused":
        why.append("requests by it are refused" + (f": {spec.reply}" if spec.reply else ""))
    age, spend = given.get("age"), given.get("spend")
    if spec.opens_after and age and age.rough_seconds < spec.opens_after.rough_seconds:
        why.append(f"it opens when a request is {spec.opens_after} old")
    if spec.opens_from and spend is not None and spend < float(parse_money(spec.opens_from)[0]):
        why.append(f"it is only for clients who spend {spec.opens_from} a month")
    return status, why


def scope(policy: Policy, given: Given) -> dict[str, Any]:
    """Verdict on a code: in, out (with the way out), paid, later (not at this hour, with `from`) or
    unknown; without a code, the lists.
    """
    rules = policy.source.scope
    plan = rules.by_plan.get(str(given.get("plan", "")))
    inside = {*rules.include, *(plan.include if plan else [])} - {*(plan.out if plan else [])}
    outside = ({*rules.out, *(plan.out if plan else [])}) - {*(plan.include if plan else [])}
    code, known = given.get("code"), {*rules.include, *rules.out, *inside, *outside}
    if code is None and given.get("topic") in known:
        code = given["topic"]
    if code is None:
        return {"in": sorted(inside), "out": sorted(outside), "only_if": rules.only_if}
    verdict = "out" if code in outside else "in" if code in inside else "unknown"
    from_ = None
    if verdict == "in" and rules.when and is_timed(given):
        at = start_of(policy, given)
        verdict = _at_hour(policy, str(code), at)
        from_ = _from(policy, str(code), at) if verdict == "later" else None
    lang = str(given.get("language", policy.languages[0]))
    own = {c.id: c.words for c in policy.source.clauses}
    words = {**rules.include, **rules.out}.get(str(code)) or own.get(str(code), {})
    return {
        "code": code,
        "verdict": verdict,
        "from": from_ and stamp(from_, policy.zone),
        "plans": sorted(name for name, other in rules.by_plan.items() if code in other.include),
        "words": pick(words, lang, policy.languages),
        "way_out": pick(rules.refer.get(str(code), {}), lang, policy.languages) or None,
        "only_if": rules.only_if,
    }


def _at_hour(policy: Policy, code: str, at: datetime) -> str:
    """`in`, `paid` or `later` at a moment, for a code that is in scope."""
    rules = policy.source.scope.when
    holding = [
        rule for rule in rules if received_fits(rule.calendar, at, policy.calendars, policy.zone)
    ]
    bound = any(rule.only_then and code in rule.only for rule in rules)
    for rule in holding:
        if code not in rule.out and (code in rule.only or not (rule.only or bound)):
            return "paid" if rule.paid else "in"
    # A rule with `only_then` speaks of its own codes and leaves all others as they are.
    shut = any(code in rule.out or (rule.only and not rule.only_then) for rule in holding)
    return "later" if bound or shut else "in"


def _from(policy: Policy, code: str, at: datetime) -> datetime | None:
    """When a code that must wait is dealt with: the next edge of a calendar at which it may."""
    names = {rule.calendar.removeprefix("not ") for rule in policy.source.scope.when}
    for _ in range(LOOK_AHEAD):
        edges = [
            edge
            for name in names
            if (edge := _edge(policy, name, at)) is not None and edge > at.astimezone(UTC)
        ]
        if not edges:
            return None
        at = min(edges)
        if _at_hour(policy, code, at) != "later":
            return at
    return None


def _edge(policy: Policy, name: str, at: datetime) -> datetime | None:
    calendar = policy.calendars[name]
    edge = calendar.closes_at(at) if calendar.is_open(at) else calendar.opens_at(at)
    return None if edge is None else edge.astimezone(UTC)


def required(policy: Policy, given: Given) -> dict[str, Any]:
    """What a request must say for this topic."""
    rules = policy.source.request
    topic = list(rules.by_topic.get(str(given.get("topic", "")), []))
    must = [*rules.must, *(m for m in topic if m not in rules.must)]
    has = words_of(given, "has")
    return {
        "must": must,
        "lacks": [m for m in must if m not in has],
        "one_issue": rules.one_issue,
        "list_from": rules.list_from,
        "additions": rules.additions,
        "after_closing": rules.after_closing,
        "grouped": rules.grouped,
        "kb_first": rules.kb_first,
        "attachments": rules.attachments,
    }


def language(policy: Policy, given: Given) -> dict[str, Any]:
    """Languages answered in this channel, plan and site, and whether the given one is among
    them.
    """
    file = policy.source
    spec = policy.doors.get(str(given.get("channel", "")))
    spec = (spec and variant(spec, given, "languages")) or spec
    plan, site = (
        file.plans.get(str(given.get("plan", ""))),
        file.sites.get(str(given.get("site", ""))),
    )
    lists = [part.languages for part in (spec, plan, site) if part and part.languages] or [
        file.request.languages or list(policy.languages)
    ]
    allowed = [lang for lang in lists[0] if all(lang in other for other in lists[1:])]
    wanted = given.get("language")
    return {"answered": allowed, "given": None if wanted is None else wanted in allowed}


def complaint(policy: Policy, given: Given) -> dict[str, Any]:
    """Where a complaint goes, what it must hold and lacks, until when it may come, and when each
    stage answers.
    """
    rules = policy.source.complaints
    assert rules is not None
    has, lang = words_of(given, "has"), str(given.get("language", policy.languages[0]))
    at = start_of(policy, given) if is_timed(given) else None
    times = {stage.id: stage.due_at for stage in policy.complaint(at)} if at else {}
    reply_by = {name: stamp(when, policy.zone) if when else None for name, when in times.items()}
    stages = [
        {
            "id": s.id,
            "by": s.by,
            "how": s.how,
            "ack": str(s.ack) if s.ack else None,
            "reply": str(s.reply) if s.reply else None,
            "reply_by": reply_by.get(s.id or str(n)),
        }
        for n, s in enumerate(rules.stages, 1)
    ]
    return {
        "channels": rules.channels,
        "address": rules.address,
        "must": rules.must,
        "lacks": [m for m in rules.must if m not in has],
        "without_number": rules.without_number,
        "stages": stages,
        "not_by": rules.not_by,
        "told_apart": rules.told_apart,
        "outside": [pick(body, lang, policy.languages) for body in rules.outside],
        "within": {name: str(span) for name, span in rules.within.items()},
        "until": _until(policy, given, at),
    }


def _until(policy: Policy, given: Given, at: datetime | None) -> str | None:
    """Latest moment of a complaint about a subject that came up at the moment asked about."""
    rules = policy.source.complaints
    span = rules.within.get(str(given.get("subject", ""))) if rules else None
    if span is None or at is None or rules is None:
        return None
    calendar = policy.table.clock(rules.calendar or "always", {}, span)
    last = due_at(span, at, calendar, policy.zone)
    return last and stamp(last, policy.zone)

"""`policy ask`: may one come this way, is it in scope, what does it cost, what must it contain.
Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from firstline.policy.file.doors import takes_later
from firstline.policy.file.model import PolicyFile
from firstline.policy.file.parts import Part
from firstline.policy.rules.channels import Door, language
from firstline.policy.rules.closing import reopening
from firstline.policy.rules.complaints import complaint
from firstline.policy.rules.door import complete, refusals, support_refusal
from firstline.policy.rules.due import due, refused_json, shipped_paths, untimely, version_at
from firstline.policy.rules.hours import NO_HOURS, calendars, opening
from firstline.policy.rules.identity import identity, may_ask
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.prices import credit, price, unpriced
from firstline.policy.rules.question import Given, notes, parse_situation
from firstline.policy.rules.quotas import prepaid, quota
from firstline.policy.rules.requirements import requirements
from firstline.policy.rules.scope import scope
from firstline.policy.rules.situation import Situation
from firstline.policy.rules.variants import variant
from firstline.policy.rules.verdict import to_json
from firstline.policy.text.speech import current, speaking
from firstline.policy.text.speech import gettext as _
from firstline.policy.text.values import UNLIMITED, pick
from firstline.policy.text.wording import span_words
from firstline.policy.time.counting import before, stamp

# What an answer may take from the shipped file.
SHIPPED = ("lines", "restart_on", "close.reopen", "close.reopen_days")
# What is said of a channel as the file has it.
OF_A_CHANNEL = (
    "beyond", "reply", "fallback", "reached_through", "opens_from", "opened_by", "address",
    "priority", "plans", "countries", "sites", "never",
)  # fmt: skip


def policy_ask(policy: Policy, given: Given) -> dict[str, Any]:
    """What the policy says about a situation: `given` has the keys of docs/policy.md. Only what is
    asked about is answered; GivenError says what is missing.
    """
    situation = parse_situation(policy, given)
    with speaking(situation.reader or policy.languages[0]):
        return {
            "policy": version_at(policy, situation.received),
            **_answers(policy, situation),
            **_money(policy, situation),
            **_times(policy, situation),
            **standing(policy, situation),
            "shipped": shipped_paths(policy, *SHIPPED),
            "defaults": defaults(policy.source),
            "notes": [
                *untimely(policy, situation.received),
                *notes(policy, given, situation),
                *unpriced(policy, situation),
            ],
        }


def _answers(policy: Policy, situation: Situation) -> dict[str, Any]:
    """By which way, about what, by whom and in which words one may come."""
    names = [situation.channel] if situation.channel else [c.id for c in policy.source.channels]
    refusal = next(refusals(policy, complete(policy, situation)), None)
    answered = language(policy, situation)
    answer: dict[str, Any] = {
        "refused": refused_json(refusal),
        "channels": {
            name: _channel(policy, situation._replace(channel=name))
            for name in names
            if name in policy.doors
        },
        "scope": to_json(scope(policy, situation), policy.zone),
        "request": _request(policy, situation),
        "language": {"answered": answered.answered, "given": answered.includes},
        "support": support_refusal(policy, situation) is None,
        "who": _who(policy, situation),
    }
    if policy.source.complaints:
        answer["complaint"] = to_json(complaint(policy, situation), policy.zone)
    if situation.act or situation.proof:
        answer["identity"] = to_json(identity(policy, situation), policy.zone)
    return answer


def _request(policy: Policy, situation: Situation) -> dict[str, Any]:
    """What a request must hold, and what becomes of it."""
    rules, found = policy.source.request, requirements(policy, situation)
    notice, window = rules.scheduled_notice, rules.scheduled_window
    return {
        "must": found.must,
        "lacks": found.lacks,
        "should": found.should,
        "one_issue": rules.one_issue,
        "list_from": rules.list_from,
        "additions": rules.additions,
        "after_closing": "reopen" if reopening(policy) else "new_request",
        "grouped": rules.grouped,
        "kb_first": rules.kb_first,
        "attachments": rules.attachments,
        "scheduled_notice": str(notice) if notice else None,
        "scheduled_window": str(window) if window else None,
        "ask_by": found.ask_by and stamp(found.ask_by, policy.zone),
    }


def _channel(policy: Policy, situation: Situation) -> dict[str, Any]:
    """Status of a channel, whether it is open, when it opens and closes, what happens beyond it,
    and what speaks against it.
    """
    spec = policy.doors[situation.channel or ""]
    door = Door(policy, spec, situation)
    against = list(door.refusals())
    variants = variant(spec, situation, "address", policy.table.zone_of(situation))
    rules = {key: value for key in OF_A_CHANNEL if (value := getattr(spec, key))}
    rules |= {"opens_after": str(spec.opens_after)} if spec.opens_after else {}
    rules |= {"covers": door.covers} if door.covers else {}
    rules |= {"address": variants.address} if variants else {}
    refer_to = next((one.refer_to for one in against if one.refer_to), None)
    return {
        "status": door.status,
        "line": policy.entry_line(spec.id, situation.received),
        "auth": spec.auth,
        **(_hours(policy, door) if situation.received else {}),
        **(
            {"note": note}
            if (note := "; ".join(_remarks(policy, door, usable=not against)))
            else {}
        ),
        **({"refer_to": refer_to} if against else {}),
        **rules,
        "usable": not against,
        "why": [one.sentence for one in against],
    }


def _hours(policy: Policy, door: Door) -> dict[str, Any]:
    notice = {"tell": door.notice} if door.notice else {}
    if door.opening.open is None:
        return {"open": None, "hours": _("no hours are promised here"), **notice}
    return {**to_json(door.opening, policy.zone), **notice}


def _remarks(policy: Policy, door: Door, *, usable: bool) -> Iterator[str]:
    """What whoever uses it should know; what is refused is not taken later either."""
    hours, after = door.opening if usable else NO_HOURS, door.spec.opens_after
    if hours.open is False and takes_later(door.spec) and hours.opens_at:
        opens = {"time": stamp(hours.opens_at, policy.zone)}
        yield _("taken now, answered from %(time)s") % opens
    elif hours.open is False and takes_later(door.spec):
        yield _("taken now, answered later")
    if hours.open is False and door.best_effort:
        yield _("an answer may come now, but is not guaranteed")
    if after and door.situation.age is None:
        yield _("it opens when a request is %(age)s old; give its age") % {
            "age": span_words(after, current())
        }


def _who(policy: Policy, situation: Situation) -> dict[str, Any]:
    """Who may ask and who may not, and whether whoever is asked about is among them."""
    rules, allowed = policy.source.identity, may_ask(policy, situation)
    who = {"may": rules.who, "never": rules.never, "contacts": sorted(rules.contacts)}
    asker = {"contact": situation.contact, "requester": situation.requester}
    asked = {key: value for key, value in asker.items() if value is not None}
    return {**who, **asked, **({} if allowed is None else {"allowed": allowed})}


def _money(policy: Policy, situation: Situation) -> dict[str, Any]:
    """What is asked about money: prices, what is included or paid in advance, credits."""
    found, file = dict[str, object](), policy.source
    if {situation.minutes, situation.spend, situation.purpose, situation.item} != {None}:
        found["price"] = price(policy, situation)
    if file.quota:
        found["quota"] = quota(policy, situation)
    if (advance := prepaid(policy, situation)) is not None:
        found["prepaid"] = advance
    if situation.availability is not None:
        found["credit"] = credit(file.credits, situation)
    return to_json(found, policy.zone)


def defaults(file: PolicyFile) -> list[str]:
    """What of the answer the file does not write, so that it is the default of its key."""
    written = file.request.model_fields_set
    keys = [key for key in ("one_issue", "additions", "grouped", "kb_first") if key not in written]
    order = ["order"] if "order" not in file.model_fields_set else []
    return [*order, *(f"request.{key}" for key in keys)]


def _times(policy: Policy, situation: Situation) -> dict[str, Any]:
    """When an answer is due to what arrives now, and when what waits since now is closed."""
    at = situation.received
    if at is None:
        return {}
    found = due(policy, "first", at, complete(policy, situation))
    promise = {"due_at": stamp(found.at, policy.zone), "rule": found.rule} if found else None
    steps = {
        name: stamp(step.at, policy.zone) if (step := due(policy, name, at, situation)) else None
        for name in ("remind", "resolve", "close", "accept", "reopen")
    }
    return {
        "promise": promise,
        "closing": steps,
        "calendars": to_json(calendars(policy, at), policy.zone),
    }


def standing(policy: Policy, situation: Situation) -> dict[str, Any]:
    """What holds in every situation: order of work, lines, notices, conduct, history."""
    file = policy.source
    return {
        "order": list(file.order),
        "restart_on": sorted(policy.restart_on),
        "reopening": _reopening(policy),
        "priorities": _part_json(file.priorities),
        "lines": {line.id: _line(policy, line.id, situation) for line in policy.lines},
        "conduct": _conduct(file),
        "refuse": list(file.refuse),
        "maintenance": _maintenance(policy, situation),
        "history": _part_json(file.history),
        "stats": [_part_json(stat) for stat in file.stats],
    }


def _conduct(file: PolicyFile) -> dict[str, Any]:
    """What is not accepted, what follows step by step, and how long a step counts."""
    rules = file.conduct
    lapse = {"lapse": str(rules.lapse)} if rules.lapse else {}
    return {"triggers": list(rules.triggers), "steps": list(rules.steps), **lapse}


def _reopening(policy: Policy) -> dict[str, Any] | None:
    """For how long after its closing words of the client open a request again."""
    rule = reopening(policy)
    if rule is None:
        return None
    return {
        "within": str(rule.span or UNLIMITED),
        "counted_from": "closing",
        "shipped": rule.shipped,
    }


def _line(policy: Policy, name: str, situation: Situation) -> dict[str, Any]:
    """The line above, when it takes over, and whether somebody works or can be called."""
    spec = next((line for line in policy.source.lines if line.id == name), None)
    fields: dict[str, Any] = {"next": policy.next_line(name), "when": ""}
    if spec is None:
        return fields
    lang = situation.language or policy.languages[0]
    fields |= {"when": pick(spec.when, lang, policy.languages), "covers": spec.covers}
    if at := situation.received:
        called = policy.calendars[spec.on_call] if spec.on_call else None
        fields |= to_json(opening(policy.calendars[spec.calendar], at), policy.zone)
        fields["on_call"] = called.is_open(at) if called else False
    return fields


def _maintenance(policy: Policy, situation: Situation) -> dict[str, Any] | None:
    """What is said about planned work; with `work_at` also when its notice must be out."""
    rules, said = policy.source.maintenance, _part_json(policy.source.maintenance)
    if rules is None or said is None:
        return None
    fields: dict[str, Any] = {"notify": rules.notify, "lead": None, "notice_by": None, **said}
    lang = situation.language or policy.languages[0]
    for key in ("window", "unplanned", "words"):
        if key in fields:
            fields[key] = pick(getattr(rules, key), lang, policy.languages)
    if rules.lead and rules.notify and situation.work_at:
        calendar = policy.table.clock("always", situation, rules.lead)
        fields["notice_by"] = stamp(
            before(rules.lead, situation.work_at, calendar, policy.zone), policy.zone
        )
    return fields


def _part_json(part: Part | None) -> dict[str, Any] | None:
    """A part as JSON, without what it does not say."""
    return None if part is None else part.model_dump(mode="json", exclude_defaults=True)

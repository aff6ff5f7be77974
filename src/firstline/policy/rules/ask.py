"""`policy ask`: may one come this way, is it in scope, what does it cost, what must it contain.
Pure.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from firstline.policy.file.model import PolicyFile
from firstline.policy.file.parts import Part
from firstline.policy.rules.channels import channel, language
from firstline.policy.rules.closing import reopening
from firstline.policy.rules.complaints import complaint
from firstline.policy.rules.due import due, shipped, unpromised, untimely, version_at, whole
from firstline.policy.rules.hours import calendars, opening
from firstline.policy.rules.identity import identity, who
from firstline.policy.rules.plans import lack_of_support
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.prices import credit, price, unpriced
from firstline.policy.rules.question import Given, notes, parse_situation
from firstline.policy.rules.quotas import prepaid, quota
from firstline.policy.rules.requirements import required
from firstline.policy.rules.scope import scope
from firstline.policy.rules.situation import Situation
from firstline.policy.text.values import UNLIMITED, pick
from firstline.policy.time.counting import before, stamp


def policy_ask(policy: Policy, given: Given) -> dict[str, Any]:
    """What the policy says about a situation.

    `given`: received, channel, plan, topic, priority, line, language, `code` of the scope,
    `minutes` of paid help and what it is `for`, `spend` a month, `used` of a quota, `facts` such as
    ["urgent"], `has` (what a complaint or request contains), `proof` and `act`, `work_at` of
    planned work, `availability`. Only what is asked about is answered; GivenError says what is
    missing.
    """
    situation, file = parse_situation(policy, given), policy.source
    names = [situation.channel] if situation.channel else [c.id for c in file.channels]
    answer: dict[str, Any] = {
        "policy": version_at(policy, situation.received),
        "channels": {
            name: channel(policy, name, situation) for name in names if name in policy.doors
        },
        "scope": scope(policy, situation),
        "request": required(policy, situation),
        "language": language(policy, situation),
        "support": lack_of_support(policy, situation.plan, situation.received) is None,
        "who": who(policy, situation),
    }
    if file.complaints:
        answer["complaint"] = complaint(policy, situation)
    answer |= _money(policy, situation)
    if situation.act or situation.proof:
        answer["identity"] = identity(policy, situation)
    if situation.received:
        answer |= _timed(policy, situation, situation.received)
    paths = shipped(policy, "lines", "restart_on", "close.reopen", "close.reopen_days")
    refusal = filter(None, [unpromised(policy, situation)])
    also = {
        "shipped": paths,
        "defaults": defaults(file),
        "notes": [
            *untimely(policy, situation.received),
            *notes(policy, given, situation),
            *refusal,
            *unpriced(policy, situation),
        ],
    }
    return {**answer, **standing(policy, situation), **also}


def _money(policy: Policy, situation: Situation) -> dict[str, Any]:
    """What is asked about money: prices, what is included or paid in advance, credits."""
    found, file = dict[str, Any](), policy.source
    if {situation.minutes, situation.spend, situation.purpose, situation.item} != {None}:
        found["price"] = price(policy, situation)
    if file.quota:
        found["quota"] = quota(policy, situation)
    if (advance := prepaid(policy, situation)) is not None:
        found["prepaid"] = advance
    if situation.availability is not None:
        found["credit"] = credit(file.credits, situation)
    return found


def defaults(file: PolicyFile) -> list[str]:
    """What of the answer the file does not write, so that it is the default of its key."""
    written = file.request.model_fields_set
    keys = [key for key in ("one_issue", "additions", "grouped", "kb_first") if key not in written]
    order = ["order"] if "order" not in file.model_fields_set else []
    return [*order, *(f"request.{key}" for key in keys)]


def _timed(policy: Policy, situation: Situation, at: datetime) -> dict[str, Any]:
    """When an answer is due to what arrives now, and when what waits since now is closed."""
    found = due(policy, "first", at, whole(policy, situation))
    promise = {"due_at": stamp(found.at, policy.zone), "rule": found.rule} if found else None
    steps = {
        name: stamp(step.at, policy.zone) if (step := due(policy, name, at, situation)) else None
        for name in ("remind", "resolve", "close", "accept", "reopen")
    }
    return {"promise": promise, "closing": steps, "calendars": calendars(policy, at)}


def standing(policy: Policy, situation: Situation) -> dict[str, Any]:
    """What holds in every situation: order of work, lines, notices, conduct, history."""
    file = policy.source
    return {
        "order": list(file.order),
        "restart_on": sorted(policy.restart_on),
        "reopening": _reopening(policy),
        "priorities": _shown(file.priorities),
        "lines": {line.id: _line(policy, line.id, situation) for line in policy.lines},
        "conduct": {"triggers": list(file.conduct.triggers), "steps": list(file.conduct.steps)},
        "refuse": list(file.refuse),
        "maintenance": _maintenance(policy, situation),
        "history": _shown(file.history),
        "stats": [_shown(stat) for stat in file.stats],
    }


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
    shown: dict[str, Any] = {"next": policy.next_line(name), "when": ""}
    if spec is None:
        return shown
    lang = situation.language or policy.languages[0]
    shown |= {"when": pick(spec.when, lang, policy.languages), "covers": spec.covers}
    if at := situation.received:
        called = policy.calendars[spec.on_call] if spec.on_call else None
        shown |= opening(policy, spec.calendar, at)
        shown["on_call"] = called.is_open(at) if called else False
    return shown


def _maintenance(policy: Policy, situation: Situation) -> dict[str, Any] | None:
    """What is said about planned work; with `work_at` also when its notice must be out."""
    rules, said = policy.source.maintenance, _shown(policy.source.maintenance)
    if rules is None or said is None:
        return None
    shown: dict[str, Any] = {"notify": rules.notify, "lead": None, "notice_by": None, **said}
    lang = situation.language or policy.languages[0]
    for key in ("window", "unplanned", "words"):
        if key in shown:
            shown[key] = pick(getattr(rules, key), lang, policy.languages)
    if rules.lead and rules.notify and situation.work_at:
        calendar = policy.table.clock("always", situation, rules.lead)
        shown["notice_by"] = stamp(
            before(rules.lead, situation.work_at, calendar, policy.zone), policy.zone
        )
    return shown


def _shown(part: Part | None) -> dict[str, Any] | None:
    """A part as JSON, without what it does not say."""
    return None if part is None else part.model_dump(mode="json", exclude_defaults=True)

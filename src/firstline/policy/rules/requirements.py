"""What a request and a complaint must hold, and when a complaint is answered. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from firstline.policy.rules.policy import Policy
from firstline.policy.rules.situation import Given, is_timed, moment, start_of, words_of
from firstline.policy.text.values import pick
from firstline.policy.time.counting import before, due_at, stamp


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
        "after_closing": "reopen" if policy.reopens else "new_request",
        "grouped": rules.grouped,
        "kb_first": rules.kb_first,
        "attachments": rules.attachments,
        **_scheduled(policy, given),
    }


def _scheduled(policy: Policy, given: Given) -> dict[str, Any]:
    """How long before scheduled work it is asked for, and with `work_at` until when."""
    rules = policy.source.request
    notice, window = rules.scheduled_notice, rules.scheduled_window
    ask_by = None
    if notice and given.get("work_at"):
        at = moment(policy, given["work_at"], "work_at")
        calendar = policy.table.clock("always", {}, notice)
        ask_by = stamp(before(notice, at, calendar, policy.zone), policy.zone)
    return {
        "scheduled_notice": str(notice) if notice else None,
        "scheduled_window": str(window) if window else None,
        "ask_by": ask_by,
    }


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

"""What a request must hold, and how scheduled work is asked for. Pure."""

from __future__ import annotations

from typing import Any

from firstline.policy.rules.closing import reopening
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.situation import Situation
from firstline.policy.time.counting import before, stamp


def required(policy: Policy, situation: Situation) -> dict[str, Any]:
    """What a request must say for this topic."""
    rules = policy.source.request
    topic = list(rules.by_topic.get(situation.topic or "", []))
    must = [*rules.must, *(m for m in topic if m not in rules.must)]
    return {
        "must": must,
        "lacks": [m for m in must if m not in situation.has],
        "should": [code for code in rules.should if code not in situation.has],
        "one_issue": rules.one_issue,
        "list_from": rules.list_from,
        "additions": rules.additions,
        "after_closing": "reopen" if reopening(policy) else "new_request",
        "grouped": rules.grouped,
        "kb_first": rules.kb_first,
        "attachments": rules.attachments,
        **_scheduled(policy, situation),
    }


def _scheduled(policy: Policy, situation: Situation) -> dict[str, Any]:
    """How long before scheduled work it is asked for, and with `work_at` until when."""
    rules = policy.source.request
    notice, window = rules.scheduled_notice, rules.scheduled_window
    ask_by = None
    if notice and situation.work_at:
        calendar = policy.table.clock("always", situation, notice)
        ask_by = stamp(before(notice, situation.work_at, calendar, policy.zone), policy.zone)
    return {
        "scheduled_notice": str(notice) if notice else None,
        "scheduled_window": str(window) if window else None,
        "ask_by": ask_by,
    }

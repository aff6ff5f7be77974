"""What a request must hold, and until when scheduled work is asked for. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from firstline.policy.rules.policy import Policy
from firstline.policy.rules.situation import Situation
from firstline.policy.time.counting import before


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a request must state, what of that and of what it should is lacking, and the last moment
    at which work that the client wants at a time is asked for.
    """

    must: list[str]
    lacks: list[str]
    should: list[str]
    ask_by: datetime | None


def requirements(policy: Policy, situation: Situation) -> Requirements:
    """What a request about the topic of a situation must hold (clause request.good)."""
    rules, ask_by = policy.source.request, None
    must = list(dict.fromkeys([*rules.must, *rules.by_topic.get(situation.topic or "", [])]))
    if rules.scheduled_notice and situation.work_at:
        calendar = policy.table.clock("always", situation, rules.scheduled_notice)
        ask_by = before(rules.scheduled_notice, situation.work_at, calendar, policy.zone)
    has = situation.has or frozenset[str]()
    lacks = [one for one in must if one not in has]
    should = [one for one in rules.should if one not in has]
    return Requirements(must, lacks, should, ask_by)

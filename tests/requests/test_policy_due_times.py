"""The desk promises what `policy due` says, to the second: at random times, by several policies."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from firstline.people import Who
from firstline.policy import Policy, default_text, policy_due
from firstline.policy.file.doors import may_set
from firstline.requests.actions import closing, moves
from firstline.timeline import Request

from .hands import Hands

EXAMPLES = Path(__file__).parents[2] / "examples" / "policies"
VARIED = """
policy: {version: 1, timezone: America/New_York, languages: [en], business: office}
calendars:
  office: {mon-fri: ["09:00-12:00", "13:00-18:00"], sat: ["10:00-14:00"], holidays: {country: US}}
  nights: {every-day: ["19:00-33:00"], timezone: Europe/Kyiv}
lines:
  - {id: first, calendar: office}
  - {id: second, calendar: nights, from: first}
channels:
  - {id: chat, status: official, calendar: office, line: first, outside_hours: accept}
  - {id: api, status: official, calendar: nights, line: first}
topics: [web, mail, other]
priorities: {levels: [high, normal, low], set_by: client, default: normal, by_topic: {mail: high}}
plans: [silver, gold]
targets:
  - {plan: gold, priority: high, first: 15m, next: 30m}
  - {topic: mail, received: sat-sun, first: 3h, clock: channel}
  - {line: second, first: 2bh, next: 1bh, clock: line}
  - {channel: api, priority: low, received_before: "16:00", first: same_business_day, else: 2bd}
  - {service: vps, first: 90m, next: 1bd}
  - {first: 4h, next: 45m, clock: channel}
restart_on: [client_word, hand_over_after_answer]
"""
POLICIES = {
    "default": default_text(),
    "varied": VARIED,
    **{
        name: (EXAMPLES / f"{name}.yaml").read_text("utf-8")
        for name in (
            "clouddigit cubepath gcore netzfabrik savvii scaleway serverstation54 ukrnames"
        ).split()
    },
}
TIMES = 20


@pytest.mark.parametrize("name", POLICIES)
async def test_requests_opened_at_random_times_are_promised_what_the_policy_says(
    hands: Hands, name: str
) -> None:
    chance = random.Random(name)
    policy = await hands.govern(POLICIES[name])
    began = hands.now
    # By then it is taken by somebody who serves every line there is.
    everyone = replace(hands.world["anna"], lines=tuple(line.id for line in policy.lines))
    promised = 0
    for _story in range(TIMES):
        hands.clock.now = began + timedelta(seconds=chance.randrange(3 * 365 * 86_400))
        await hands.desk.policies.fresh(hands.now)
        promised += await _story_of_one(hands, policy, everyone, chance)
    assert promised, "a policy that promises nothing proves nothing"


async def _story_of_one(hands: Hands, policy: Policy, everyone: Who, chance: Any) -> int:
    plans = [name for name, plan in policy.source.plans.items() if plan.support]
    await hands.on_plan("vera", chance.choice(["", *plans]))
    kinds = {kind for row in policy.source.targets for kind in row.service}
    service = await hands.service("vera", chance.choice(["hosting", *sorted(kinds)]))
    priority = chance.choice([None, *policy.source.priorities.levels])
    opener = "vera"
    if priority and not may_set(policy.source, staff=False, old=None, new=priority):
        opener = "anna"
        if not may_set(policy.source, staff=True, old=None, new=priority):
            priority = None
    no = await hands.open(
        opener, topic=chance.choice(policy.topics), channel=chance.choice(["chat", "api"]),
        priority=priority, service=service, client=hands.world["vera"].client_id,
    )  # fmt: skip
    request = await hands.request(no)
    if opener == "anna":
        # What the staff says first is owed nothing: the client's first word is.
        assert request.promise is None
        await hands.say("vera", no)
        request = await hands.request(no)
    promised = _compare(policy, request, "first", hands.now)
    # Answered, then written to again: a further answer is owed.
    await hands.take("anna", request.line, everyone)
    await _answer(hands, everyone, no)
    await _later(hands, chance)
    await hands.say("vera", no)
    promised += _compare(policy, await hands.request(no), "next", hands.now)
    # Answered again and handed over: the upper line's rule counts from then.
    if policy.next_line(request.line) and "hand_over_after_answer" in policy.restart_on:
        await _answer(hands, everyone, no)
        await _later(hands, chance)
        await hands.act(moves.hand_over, everyone, no, "What was tried")
        promised += _compare(policy, await hands.request(no), "next", hands.now)
    await hands.act(closing.close, "vera", no, "withdrawn", "")
    return promised


async def _answer(hands: Hands, who: Who, no: int) -> None:
    hands.world["everyone"] = who
    await hands.say("everyone", no, "We are looking at it")


async def _later(hands: Hands, chance: Any) -> None:
    hands.clock.pass_by(seconds=chance.randrange(5 * 86_400))
    await hands.desk.policies.fresh(hands.now)


def _compare(policy: Policy, request: Request, measure: str, now: datetime) -> int:
    given = {
        "start": now.isoformat(),
        "channel": request.channel,
        "topic": request.topic,
        "line": request.line,
        "plan": request.plan or None,
        "priority": request.priority,
        "service": request.service_kind or None,
    }
    found = policy_due(policy, given)["measures"][measure]
    wanted = datetime.fromisoformat(found["due_at"]).astimezone(UTC) if found else None
    assert (request.promise and request.promise.due_at.replace(microsecond=0)) == wanted, given
    return int(wanted is not None)

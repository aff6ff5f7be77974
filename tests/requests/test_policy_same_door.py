"""The desk takes and refuses what `policy ask` says, and says the same: by random policies."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import yaml

from firstline.kit.errors import Refused
from firstline.policy import Policy, load, policy_ask
from firstline.requests.entrance.doors import OTHER, PROBLEMS

from .hands import Hands

TOPICS = ["web", "mail", "billing"]
LEVELS = ["critical", "normal", "low"]
PLANS = ["free", "silver", "gold"]
OPENINGS = 25


def some(chance: random.Random, names: list[str]) -> list[str]:
    return chance.sample(names, chance.randrange(1, len(names)))


def day_near(chance: random.Random) -> str:
    """A day on which something begins or ends, near those of the openings or of the questions."""
    first = chance.choice([date(2026, 3, 1), date(2027, 3, 1)])
    return (first + timedelta(days=chance.randrange(40))).isoformat()


def channel(chance: random.Random, name: str) -> dict[str, Any]:
    """A channel with a few of the rules that there are."""
    rules: dict[str, Any] = {
        "status": chance.choice(["official", "advisory", "emergency_only", "refused"]),
        "plans": some(chance, PLANS),
        "opened_by": "staff",
        "opens_after": "4h",
        "outside_hours": chance.choice(["accept", "refuse"]),
        "becomes": "ticket",
        "covers": some(chance, TOPICS),
        "never": some(chance, TOPICS),
        "priority": chance.choice(LEVELS),
        "fallback": "phone",
        "beyond": "refer(phone)",
        "outside": "Come again in the morning.",
        "from": day_near(chance),
        "live": chance.random() > 0.5,
        "variants": [
            {"topic": some(chance, TOPICS), "calendar": "night"},
            {"from": day_near(chance), "calendar": chance.choice(["day", "night"])},
            {"to": day_near(chance), "status": "advisory", "languages": ["en", "uk"]},
            {"plan": some(chance, PLANS), "status": chance.choice(["official", "refused"])},
            {"plan": some(chance, PLANS), "calendar": "night", "covers": some(chance, TOPICS)},
        ],
    }
    chosen = {key: rules[key] for key in chance.sample(list(rules), chance.randrange(1, 5))}
    return {"id": name, "calendar": chance.choice(["day", "night", "always"]), **chosen}


def random_policy(chance: random.Random) -> str:
    """A policy whose doors have rules of every kind."""
    scope = {
        "in": some(chance, TOPICS),
        "refer": {"billing": "Ask the accountants."},
        "by_plan": {"gold": {"in": ["web"]}, "free": {"out": ["mail"]}},
        "when": [{"calendar": "not day", "in": some(chance, TOPICS)}],
    }
    file: dict[str, Any] = {
        "policy": {"version": 1, "timezone": "Europe/Berlin", "languages": ["en", "uk"]},
        "calendars": {
            "day": {"mon-fri": ["07:00-22:00"], "sat": ["09:00-14:00"]},
            "night": {"every-day": ["20:00-32:00"]},
        },
        "lines": [{"id": "first"}],
        "channels": [
            *(channel(chance, name) for name in ("chat", "widget", "api")),
            {"id": "phone", "status": "advisory"},
        ],
        "topics": TOPICS,
        "plans": {"free": {"support": chance.random() > 0.3}, "silver": {}, "gold": {}},
        "priorities": {"levels": LEVELS, "set_by": "client", "by_topic": {"web": "critical"}},
        "targets": [
            {"priority": "critical", "first": "15m"},
            {"plan": "gold", "first": "2h", "clock": "channel"},
            {"topic": "mail", "received": "sat-sun", "first": "1d"},
            {"first": "4h"},
        ],
        "desk": {"open_requests_per_client": 1000},
        "scope": {key: scope[key] for key in chance.sample(list(scope), 3)},
        "identity": {
            "login": "none" if chance.random() < 0.05 else "full",
            "who": chance.choice([["owner"], ["owner", "contacts"], []]),
        },
    }
    return yaml.safe_dump(file, sort_keys=False)


@pytest.mark.parametrize("seed", range(4))
async def test_the_door_of_the_desk_is_the_one_that_the_policy_describes(
    hands: Hands, seed: int
) -> None:
    chance = random.Random(seed)
    owner, began, taken = hands.world["vera"], hands.now, set[bool]()
    for number in range(3 * OPENINGS):
        if number % OPENINGS == 0:
            hands.clock.now = max(began, hands.now)
            policy = await hands.govern(random_policy(chance))
            began = hands.now
        hands.clock.now = began + timedelta(seconds=chance.randrange(30 * 86_400))
        await hands.desk.policies.fresh(hands.now)
        hands.world["vera"] = replace(owner, access=chance.choice(["owner", "global"]))
        plan = chance.choice(["", *PLANS])
        await hands.on_plan("vera", plan)
        asked = {
            "channel": chance.choice(["chat", "widget", "api"]),
            "topic": chance.choice(TOPICS),
            "priority": chance.choice([None, *LEVELS]),
        }
        taken.add(await _is_taken(hands, policy, plan, asked))
    assert taken == {True, False}


async def _is_taken(hands: Hands, policy: Policy, plan: str, asked: dict[str, Any]) -> bool:
    """Whether a request is opened, on which the desk and `ask` agree in every word."""
    contact = "owner" if hands.world["vera"].access == "owner" else "contacts"
    more = {"plan": plan, "contact": contact, "proof": "login", "age": "0m"}
    answer = policy_ask(policy, {**asked, **more, "received": hands.now.isoformat()})
    refused = answer["refused"]
    if refused is not None:
        with pytest.raises(Refused) as found:
            await hands.open(**asked)
        kind, title, _field = PROBLEMS.get(refused["code"], OTHER)
        words = " ".join(filter(None, (refused["reason"], refused["way_out"])))
        assert (type(found.value), found.value.detail) == (kind, words)
        assert found.value.title == (title or kind.title)
        return False
    assert answer["channels"][asked["channel"]]["usable"]
    promise = (await hands.request(await hands.open(**asked))).promise
    due_at = answer["promise"] and datetime.fromisoformat(answer["promise"]["due_at"])
    made = promise and promise.due_at.astimezone(UTC).replace(microsecond=0)
    assert made == (due_at and due_at.astimezone(UTC))
    return True


def test_the_random_policies_refuse_for_every_reason_the_desk_can_give() -> None:
    codes = set[str | None]()
    for seed in range(80):
        chance = random.Random(seed)
        policy = load(random_policy(chance))
        for _question in range(OPENINGS):
            given = {
                "received": (datetime(2027, 1, 1, tzinfo=UTC)
                             + timedelta(seconds=chance.randrange(400 * 86_400))).isoformat(),
                "channel": chance.choice(["chat", "widget", "api"]),
                "topic": chance.choice(TOPICS),
                "plan": chance.choice(["", *PLANS]),
                "contact": chance.choice(["owner", "contacts"]),
                "proof": "login",
                "age": "0m",
            }  # fmt: skip
            refused = policy_ask(policy, given)["refused"]
            codes.add(refused and refused["code"])
    assert codes == {
        None, "signed-in", "who-may-ask", "no-support", "channel-refused", "other-plan",
        "opened-by-staff", "old-requests-only", "emergencies-only", "channel-closed",
        "beyond-channel", "out-of-scope", "other-time",
    }  # fmt: skip

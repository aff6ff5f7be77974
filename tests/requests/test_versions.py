"""New regulations judge new requests; what arrived before keeps its version."""

from datetime import timedelta

import pytest

from firstline.kit.errors import Conflict, Forbidden, Invalid
from firstline.policy import default_text
from firstline.regulations.versions import publish

from .hands import Hands

HALF_AN_HOUR = default_text().replace("first: 1h, next: 1h", "first: 30m, next: 30m")


async def test_a_published_version_judges_what_arrives_after_it(hands: Hands) -> None:
    policies = hands.desk.policies
    old = await hands.open()
    since = hands.now + timedelta(minutes=10)
    version, _ = await hands.run(publish, hands.world["martin"], HALF_AN_HOUR, effective_at=since)
    hands.clock.pass_by(minutes=5)
    await policies.fresh(hands.now)
    before = await hands.open()
    hands.clock.pass_by(minutes=6)
    await policies.fresh(hands.now)
    after = await hands.open("pavel")
    spans = [
        (r.policy_version, r.promise_due_at - r.arrived_at)
        for r in [await hands.request(no) for no in (old, before, after)]
        if r.promise_due_at
    ]
    hour, half = timedelta(hours=1), timedelta(minutes=30)
    assert spans == [(1, hour), (1, hour), (version, half)]
    await hands.take("anna")
    await hands.say("anna", old)
    hands.clock.pass_by(minutes=1)
    await hands.say("vera", old)
    request = await hands.request(old)
    assert request.promise_due_at == hands.now + hour, "judged by the version of its arrival"


async def test_only_management_publishes_and_a_broken_file_changes_nothing(hands: Hands) -> None:
    with pytest.raises(Forbidden):
        await hands.run(publish, hands.world["anna"], HALF_AN_HOUR)
    with pytest.raises(Invalid):
        await hands.run(publish, hands.world["martin"], "lines: [")
    earlier = hands.now - timedelta(days=1)
    with pytest.raises(Conflict):
        await hands.run(publish, hands.world["martin"], HALF_AN_HOUR, effective_at=earlier)
    hands.clock.pass_by(minutes=1)
    await hands.desk.policies.fresh(hands.now)
    assert hands.desk.policies.current(hands.now)[0] == 1

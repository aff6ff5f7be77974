"""What the log says was owed, against what the desk keeps beside it: random stories."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings

from firstline.kit.db import Conn
from firstline.promises import Owed, logs, owed_in
from firstline.timeline import Ledger, Request
from tests.requests.hands import Hands
from tests.requests.test_promise_property import ANSWER, STEPS, Model, Story


async def read(hands: Hands, no: int) -> tuple[Request, list[Owed], set[tuple[str, object]]]:
    async with hands.desk.db.connection() as conn:
        ((request, entries),) = await logs(conn, [no])
    policy = hands.desk.policies.version(request.policy_version)
    missed = {(e.data["promise"], e.data["due_at"]) for e in entries if e.kind == "promise_missed"}
    return request, owed_in(policy, request, entries), missed


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
async def test_the_log_alone_tells_every_promise_and_every_miss(
    hands: Hands, conn: Conn, steps: list[tuple[str, int, int]]
) -> None:
    began = hands.now
    async with conn.transaction(force_rollback=True):
        hands.desk.ledger = Ledger(hands.desk.db)
        story = Story(hands, await hands.open(), Model(promise=("answer", hands.now + ANSWER)))
        for step, minutes, n in steps:
            await story.let_pass(minutes)
            await getattr(story, step)(n)
            request, promises, _ = await read(hands, story.no)
            still = [(one.kind, one.since, one.due_at) for one in promises if not one.ending]
            noted = (request.promise_kind, request.promise_since, request.promise_due_at)
            assert still == ([noted] if request.promise else []), f"after {step}"
        await story.let_pass(0)
        _, promises, missed = await read(hands, story.no)
        late, just = set[tuple[str, object]](), set[tuple[str, object]]()
        for one in promises:
            # What is answered in the very moment in which it is due is in time here; the desk has
            # written a miss or not, whichever came first.
            ended = one.ended_at or hands.now + timedelta(seconds=1)
            told = just if ended == one.due_at else late if ended > one.due_at else set()
            told.add((one.kind, one.due_at.isoformat()))
        assert missed - just == late
    hands.clock.now = began

"""What the log says was owed, against what the desk keeps beside it: random stories under random
rules.
"""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstline.kit.db import Conn
from firstline.promises import Obligation, obligations, read_logs
from firstline.regulations.versions import Policies
from firstline.requests.actions import changes
from firstline.timeline import Ledger, Request
from tests.requests.hands import Hands
from tests.requests.test_policy_doors import LEVELS
from tests.requests.test_policy_order import governed
from tests.requests.test_policy_turns import RESTART
from tests.requests.test_promise_property import ANSWER, KINDS, Model, Story, steps_of

STARTS = ("client_word", "hand_over", "hand_over_after_answer", "reopen")
RULES = st.tuples(
    st.lists(st.sampled_from(STARTS), min_size=1, unique=True).map(", ".join),
    st.sampled_from(("arrival", "latest_client_word")),
    st.sampled_from(("30m", "1h", "4h")),
)


def ruled(starts: str, counted: str, later: str) -> str:
    """The shipped file with other rules of what starts a promise, and from when it counts."""
    text = governed(LEVELS).replace(RESTART, f"restart_on: [{starts}]")
    return text.replace("next: 1h, ", f"next: {later}, counted_from: {counted}, ")


class Urgent(Story):
    """A story in which the client changes the priority as well."""

    async def priority(self, n: int) -> None:
        if not self.model.closed:
            priority = "normal" if n % 2 else "high"
            vera = self.hands.world["vera"]
            await self.hands.act(changes.amend, vera, self.no, priority=priority)


async def read(hands: Hands, no: int) -> tuple[Request, list[Obligation], set[tuple[str, object]]]:
    async with hands.desk.db.connection() as conn:
        ((request, entries),) = await read_logs(conn, [no])
    policy = hands.desk.policies.version(request.policy_version)
    missed = {(e.data["promise"], e.data["due_at"]) for e in entries if e.kind == "promise_missed"}
    return request, obligations(policy, request, entries), missed


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rules=RULES, steps=steps_of(*KINDS, "priority"))
async def test_the_log_alone_tells_every_promise_and_every_miss(
    hands: Hands, conn: Conn, rules: tuple[str, str, str], steps: list[tuple[str, int, int]]
) -> None:
    began = hands.now
    async with conn.transaction(force_rollback=True):
        hands.desk.ledger, hands.desk.policies = Ledger(hands.desk.db), Policies(hands.desk.db)
        await hands.govern(ruled(*rules))
        story = Urgent(hands, await hands.open(), Model(promise=("answer", hands.now + ANSWER)))
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

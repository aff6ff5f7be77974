"""The checker is worth what it catches: three bugs are planted, and each is named."""

from dataclasses import replace

import pytest
from tests.live.checker.run import Plan, run, told

SMALL = Plan(contacts=10, operators=6, watchers=2, workers=1, rate=300, pause=1.0, limit=120)
ROUNDS = 3


@pytest.mark.parametrize(
    ("bug", "plan", "kind"),
    [
        ("early-ack", replace(SMALL, operations=150, faults=("kill_desk",)), "lost"),
        ("no-keys", replace(SMALL, operations=400, faults=("cut",)), "twice"),
        ("skip-locked", replace(SMALL, operations=300, faults=("hold",)), "unfair"),
    ],
)
async def test_a_planted_bug_is_caught(bug: str, plan: Plan, kind: str) -> None:
    for seed in range(ROUNDS):
        report = await run(replace(plan, bug=bug, seed=seed))
        if kind in report.kinds:
            return
    pytest.fail(f"{bug} was not caught in {ROUNDS} rounds: {told(report)}")

"""A short run of everything: the desk is broken in every way at once, and nothing is lost."""

from tests.live.checker.run import ALL, Plan, run, told


async def test_nothing_acknowledged_is_lost_whatever_is_killed_or_cut() -> None:
    report = await run(Plan(operations=3000, limit=300))
    assert not report.violations, told(report)
    assert {name for _, name in report.history.faults} == set(ALL)
    assert len(report.history.ops) >= 3000

"""What the tests of reports share: time that passes, and figures as plain numbers."""

from datetime import datetime, timedelta
from typing import Any

from firstline.policy import default_text
from firstline.regulations.versions import publish
from firstline.reports import EvidenceFilters, count_views, list_items, period, read_on, views
from firstline.requests.actions import closing
from firstline.worker import due_runner
from tests.requests.hands import Hands


async def let_pass(hands: Hands, **span: float) -> None:
    """Time goes by, and what is due happens at its moment."""
    until = hands.now + timedelta(**span)
    runner = due_runner(hands.desk)
    while (moment := await runner.earliest()) is not None and moment <= until:
        hands.clock.now = max(hands.now, moment)
        await runner.step()
    hands.clock.now = until


async def figures(hands: Hands, clause: str) -> dict[str, Any]:
    """The figures of a clause over the last thirty days, by measure."""
    await read_on(hands.desk.db, hands.desk.policies, hands.now)
    policy = hands.desk.policies.current(hands.now)[1]
    asked = period("days", "", "", zone=policy.zone, now=hands.now)
    async with hands.desk.db.connection() as conn:
        found = await count_views(conn, views(policy)[clause], asked, hands.now)
    return {one.view.measure: one for one in found}


async def verdicts(hands: Hands, clause: str) -> dict[str, tuple[int, int, int, int]]:
    """How often kept, broken, open and set aside, by measure."""
    return {
        name: (one.whole.kept, one.whole.broken, one.whole.open, one.whole.aside)
        for name, one in (await figures(hands, clause)).items()
    }


async def told(hands: Hands, clause: str, measure: str, what: Any = None) -> list[int]:
    """Numbers of the requests in the list behind a figure."""
    policy = hands.desk.policies.current(hands.now)[1]
    asked = period("days", "", "", zone=policy.zone, now=hands.now)
    view = next(view for view in views(policy)[clause] if view.measure == measure)
    async with hands.desk.db.connection() as conn:
        rows = await list_items(conn, view, asked, EvidenceFilters(what), hands.now)
    return [row.request_no for row in rows]


async def in_force(hands: Hands, old: str, new: str) -> None:
    """Publish the shipped regulations with one of their values changed."""
    assert default_text().count(old) == 1, old
    text = default_text().replace(old, new)
    async with hands.desk.db.transaction() as tx:
        await publish(tx, None, text, now=hands.now)
    hands.clock.now += timedelta(seconds=3)
    await hands.desk.policies.fresh(hands.now)


async def solved(hands: Hands, no: int, outcome: str = "solved", by: str = "anna") -> datetime:
    """Close a request that this operator holds."""
    await hands.act(closing.close, by, no, outcome, "It works again")
    return hands.now

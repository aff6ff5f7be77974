"""One run: a stand, a crowd, a nemesis, then calm, the final state, and what the checks say."""

import asyncio
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bench.stand import free_port
from tests.live.checker.checks import CONVERGE, Violation, check, visible
from tests.live.checker.history import Final, History, Reader, item
from tests.live.checker.nemesis import Nemesis
from tests.live.checker.people import Contact, Crowd, Operator, Someone
from tests.live.checker.stand import Person, Stand, stand
from tests.live.checker.wire import Caller, Line, Lost

ALL = (
    "kill_desk",
    "kill_child",
    "kill_postgres",
    "end_backends",
    "cut",
    "silence",
    "tunnel",
    "hold",
)
PAGE, MANY = 500, 200
READS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a run is, and what goes wrong in it.

    `rate` is calls a second that the crowd would make if every call were answered at once;
    `pause` the mean seconds between two faults, each of which has its turn `rounds` times.
    """

    operations: int = 3000
    rate: float = 250.0
    contacts: int = 14
    operators: int = 6
    watchers: int = 3
    workers: int = 2
    faults: tuple[str, ...] = ALL
    rounds: int = 1
    pause: float = 1.0
    seed: int = 1
    limit: float = 900.0
    bug: str | None = None
    port: int = field(default_factory=free_port)


@dataclass(slots=True)
class Report:
    """What a run came to. Times are in seconds."""

    plan: Plan
    history: History
    violations: list[Violation]
    seconds: float
    times: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def kinds(self) -> set[str]:
        return {violation.kind for violation in self.violations}


async def run(plan: Plan) -> Report:
    """Run it and check it; raises TimeoutError where it does not end in `plan.limit` seconds."""
    began = time.monotonic()
    async with (
        asyncio.timeout(plan.limit),
        stand(
            port=plan.port,
            contacts=plan.contacts,
            operators=plan.operators,
            workers=plan.workers,
            bug=plan.bug,
        ) as made,
    ):
        history = History()
        await _live(plan, made, history)
    ended = time.monotonic()
    found = check(history)
    last = max((at for reader in history.readers for at in reader.at.values()), default=0.0)
    times = {
        "working": history.calm - history.began,
        "to converge": max(0.0, last - history.calm),
        "checking": time.monotonic() - ended,
    }
    return Report(plan, history, found, time.monotonic() - began, times)


async def _live(plan: Plan, made: Stand, history: History) -> None:
    random = Random(plan.seed)
    people = plan.contacts + plan.operators
    crowd = Crowd(
        history, plan.port, random, people / plan.rate, lambda: nemesis_done() and enough()
    )

    def enough() -> bool:
        return len(history.ops) >= plan.operations

    everybody = [_someone(crowd, who) for who in made.people]
    crowd.watchers = _watchers(plan, made, history)
    lines = [*(someone.line for someone in everybody), *crowd.watchers]
    nemesis = Nemesis(made, history, everybody, lines, plan.faults, random, plan.pause)

    def nemesis_done() -> bool:
        return nemesis.rounds >= plan.rounds

    async with AsyncExitStack() as stack:
        for line in lines:
            task = asyncio.create_task(line.run())
            stack.callback(task.cancel)
        async with asyncio.TaskGroup() as group:
            group.create_task(nemesis.run(plan.rounds, enough))
            for someone in everybody:
                group.create_task(someone.live())
        await made.ready()
        history.calm = time.monotonic()
        staff = next(who for who in made.people if who.line)
        history.final = await _final(plan, made, history, staff)
        await _converge(history)


def _someone(crowd: Crowd, who: Person) -> Someone:
    return Operator(crowd, who) if who.line else Contact(crowd, who)


def _watchers(plan: Plan, made: Stand, history: History) -> list[Line]:
    """Members of staff who only look on; the last one reads slowly."""
    staff = [who for who in made.people if who.line]
    lines = []
    for n in range(plan.watchers):
        reader = Reader(f"Watcher {n}", "staff", slow=n == plan.watchers - 1)
        history.readers.append(reader)
        lines.append(Line(plan.port, staff[n % len(staff)].token, reader))
    return lines


async def _final(plan: Plan, made: Stand, history: History, staff: Person) -> dict[int, Final]:
    """Everything as the API tells it now."""
    tokens = {who.name: who.token for who in made.people}
    caller = Caller(plan.port, staff.token)
    heads: dict[int, int] = {}
    after = ""
    while True:
        page = await _get(caller, f"/requests?limit={MANY}{after}")
        heads.update((found["no"], found["head"]) for found in page["items"])
        if page["after"] is None:
            break
        after = f"&after={page['after']}"
    final: dict[int, Final] = {}
    waiting = list(heads)

    async def read() -> None:
        by_staff = Caller(plan.port, staff.token)
        while waiting:
            no = waiting.pop()
            entries = [item(entry) for entry in await _entries(by_staff, no)]
            theirs = Caller(plan.port, tokens[entries[0].by])
            to_client = [entry["no"] for entry in await _entries(theirs, no)]
            theirs.cut()
            final[no] = Final(no, heads[no], entries, to_client)

    await asyncio.gather(*(read() for _ in range(READS_AT_ONCE)))
    return final


async def _entries(caller: Caller, no: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        after = found[-1]["no"] if found else 0
        page = await _get(caller, f"/requests/{no}/entries?limit={PAGE}&after={after}")
        if not page["entries"]:
            return found
        found += page["entries"]


async def _get(caller: Caller, path: str) -> Any:
    for attempt in range(5):
        try:
            status, answer = await caller.call("GET", path)
            if status == 200:
                return answer
        except Lost:
            status = 0
        await asyncio.sleep(0.2 * 2**attempt)
    raise AssertionError(f"{path} gives {status} on a desk that is well")


async def _converge(history: History) -> None:
    """Wait until every reader has everything, at most as long as they may take."""
    wanted = [
        (reader, no, seen[-1].no)
        for reader in history.readers
        for no in reader.seen
        if no in history.final and (seen := visible(history.final[no], reader.side))
    ]
    while time.monotonic() < history.calm + CONVERGE:
        wanted = [(reader, no, last) for reader, no, last in wanted if reader.last(no) < last]
        if not wanted:
            return
        await asyncio.sleep(0.05)


def told(report: Report) -> str:
    """The report in lines for people."""
    history, plan = report.history, report.plan
    counts: dict[str, Counter[str]] = {}
    for op in history.ops:
        counts.setdefault(op.do, Counter())[op.outcome] += 1
    faults = Counter(name for _, name in history.faults)
    seen = sum(len(seen) for reader in history.readers for seen in reader.seen.values())
    entries = sum(len(final.entries) for final in history.final.values())
    retried = sum(op.attempts > 1 for op in history.ops)
    lines = [
        f"{len(history.ops)} operations, {plan.workers} processes, seed {plan.seed}",
        f"{plan.contacts} contacts, {plan.operators} operators, {plan.watchers} who look on",
        *(
            f"  {do:9} {outcomes['ok']:6} ok {outcomes['fail']:5} fail {outcomes['info']:4} info"
            for do, outcomes in counts.items()
        ),
        f"  {retried} sent more than once",
        "faults: " + ", ".join(f"{name} {times}" for name, times in sorted(faults.items())),
        f"at the end: {len(history.final)} requests, {entries} entries",
        f"{len(history.readers)} readers saw {seen} entries",
        "seconds: " + ", ".join(f"{name} {took:.1f}" for name, took in report.times.items()),
        *(f"VIOLATION {one.kind}: {one.words}" for one in report.violations[:40]),
        f"{len(report.violations)} violations: {dict(Counter(v.kind for v in report.violations))}"
        if report.violations
        else "no violation",
    ]
    return "\n".join(lines)

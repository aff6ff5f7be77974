"""The policy's own time: `firstline policy due` for every file here, and due times a second in
process beside what adding a length of time to a moment costs at least.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from firstline.policy import Policy, Situation, default_text, load
from firstline.policy.rules.promises import ClientWord, Debt, step

EXAMPLES = Path(__file__).parents[1] / "examples" / "policies"
GIVEN = {"received": "2026-03-07T10:00+02:00"}
RUNS = 8  # the least is told: the machine is shared
MOMENTS = 20_000
# In a fresh process: the processor's time from the command's words to its last byte, the import of
# Python and of the libraries left out.
OWN = """
import sys, time
import firstline.cli.policy_files
from firstline.cli import main
from firstline.policy.time.days_off import load_library
load_library()
began = time.process_time()
main(["policy", "due", sys.argv[1], "--given", sys.argv[2]])
sys.stdout.flush()
sys.stderr.write(str(time.process_time() - began))
"""


async def measure() -> list[str]:
    """Rows of the report."""
    return await asyncio.to_thread(_rows)


def _rows() -> list[str]:
    files = [path for path in sorted(EXAMPLES.glob("*.yaml")) if ".checks" not in path.name]
    own = {path.stem: min(_own(path) for _ in range(RUNS)) for path in files}
    own["(shipped)"] = min(_own(None) for _ in range(RUNS))
    ordered = sorted(own, key=lambda name: own[name])
    slowest, middle = ordered[-1], ordered[len(ordered) // 2]
    policy = load(default_text())
    floor = _rate(_floor(policy.zone))
    slow = f"{own[slowest] * 1e3:.0f} ms at most ({slowest})"
    own_time = f"{own[middle] * 1e3:.0f} ms in the middle, {slow} of {len(own)} files"
    rows = [
        f"policy due, own time of a fresh process: {own_time} (limit 50 ms)",
        f"the floor, a length of time added in UTC and told in its zone: {floor:,.0f}/s",
    ]
    for name, text in (("shipped", default_text()), *((p.stem, p.read_text()) for p in _three())):
        rate = _rate(_due(load(text)))
        rows.append(f"due times in process, {name}: {rate:,.0f}/s (limit 10,000/s)")
    return rows


def _three() -> list[Path]:
    """A table of plans and priorities, one by time of arrival, one by cut-off."""
    return [EXAMPLES / f"{name}.yaml" for name in ("clouddigit", "serverstation54", "ph9")]


def _own(path: Path | None) -> float:
    shipped = Path(__file__).parents[1] / "src" / "firstline" / "policy" / "file" / "default.yaml"
    words = [sys.executable, "-c", OWN, str(path or shipped), json.dumps(GIVEN)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return float(done.stderr)


def _moments() -> list[datetime]:
    """Moments over two years, none of them alike."""
    first = datetime(2026, 1, 1, tzinfo=UTC)
    return [first + timedelta(minutes=53 * n) for n in range(MOMENTS)]


def _due(policy: Policy) -> Callable[[datetime], object]:
    plans, levels = [*policy.source.plans, None], [*policy.source.priorities.levels, None]
    channel = next((c.id for c in policy.source.channels if c.status == "official"), "")

    def one(at: datetime) -> object:
        situation = Situation(
            line=policy.first_line,
            channel=channel,
            plan=plans[at.minute % len(plans)],
            priority=levels[at.hour % len(levels)],
        )
        return step(Debt(), ClientWord(at, situation), policy)

    return one


def _floor(zone: ZoneInfo) -> Callable[[datetime], object]:
    length = timedelta(hours=1)
    return lambda at: (at + length).astimezone(zone)


def _rate(one: Callable[[datetime], object]) -> float:
    moments = _moments()
    began = time.process_time()
    for at in moments:
        one(at)
    return len(moments) / (time.process_time() - began)


if __name__ == "__main__":
    print("\n".join(_rows()))

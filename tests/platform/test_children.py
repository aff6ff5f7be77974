"""A desk is a supervisor, its servers and a worker, forked from one process."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.platform.running import Command, Running, until

PROGRAM = """
import asyncio, fcntl, os, sys
from firstline.cli.children import Children
from firstline.cli.refusals import CommandError
from firstline.kit.aside import Aside

aside = Aside("test")

async def refused(leash): raise CommandError("It cannot be served.")
async def broken(leash): raise ZeroDivisionError
async def thinking(leash): print(await aside.run(sum, (1, 2)), flush=True)
async def leashed(leash):
    end = asyncio.Event()
    asyncio.get_running_loop().add_reader(leash, end.set)
    print(f"{os.getpid()}\\n", end="", flush=True)
    await end.wait()

async def main():
    await aside.run(sum, ())
    with open(sys.argv[2], "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        _, end = Children().fork(globals()[sys.argv[1]])
    if sys.argv[1] == "leashed":
        with open(sys.argv[2]) as again:
            await asyncio.to_thread(fcntl.flock, again, fcntl.LOCK_EX)
            print("mine\\n", end="", flush=True)
            await asyncio.sleep(600)
    print("ended with", await end)

asyncio.run(main())
"""


def _start(life: str, folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, life, str(folder / "lock")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_child_that_is_refused_says_so_in_one_line(folder: Path) -> None:
    assert _start("refused", folder).communicate(timeout=60) == (
        "ended with 1\n", "firstline: It cannot be served.\n",
    )  # fmt: skip


def test_a_child_has_threads_of_its_own(folder: Path) -> None:
    assert _start("thinking", folder).communicate(timeout=60) == ("3\nended with 0\n", "")


def test_a_child_that_breaks_shows_where(folder: Path) -> None:
    out, err = _start("broken", folder).communicate(timeout=60)
    assert out == "ended with 1\n"
    assert "ZeroDivisionError" in err


def test_a_child_keeps_no_lock_of_its_parent_and_ends_with_it(folder: Path) -> None:
    parent = _start("leashed", folder)
    assert parent.stdout is not None
    lines = [parent.stdout.readline().strip() for _ in range(2)]
    assert "mine" in lines
    child = int(next(line for line in lines if line != "mine"))
    parent.kill()
    parent.communicate(timeout=60)
    until(lambda: not Path(f"/proc/{child}").exists() or _state(child) == "Z")


def test_one_server_has_its_worker_beside_it_and_either_is_replaced(
    command: Command, demo: Callable[..., Running]
) -> None:
    running = demo()
    server, worker = _family(running)
    for killed in (worker, server):
        os.kill(killed, signal.SIGKILL)
        until(lambda killed=killed: len(_family(running) - {killed}) == 2)
    assert running.get("/ready")["status"] == "ready"
    assert _family(running).isdisjoint({server, worker})
    assert running.stop(signal.SIGINT) == 0


def test_the_processes_of_a_desk_share_what_they_have_imported(
    command: Command, demo: Callable[..., Running]
) -> None:
    running = demo()
    family = [running.process.pid, *_family(running)]
    resident, own = _kilobytes(family, "Rss"), _kilobytes(family, "Pss")
    assert own < 0.7 * resident


def _family(running: Running) -> set[int]:
    pid = running.process.pid
    return {int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def _kilobytes(pids: list[int], what: str) -> int:
    texts = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids]
    found = [re.search(rf"^{what}:\s+(\d+)", text, re.MULTILINE) for text in texts]
    return sum(int(one[1]) for one in found if one)

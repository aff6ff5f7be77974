"""How a desk starts where something is wrong: it says so soon, and does not go on for ever."""

import resource
import signal
import socket
import subprocess
import time
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo
from tests.platform.running import Command, get, until

from firstline.cli.supervisor import CALM_SECONDS, MOST_ENDS, Lives


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _url_of(process: "subprocess.Popen[str]", data: Path) -> str:
    until((data / "address").is_file)
    return (data / "address").read_text().strip()


@pytest.fixture
def own(command: Command, empty: str) -> Command:
    command.environment["FIRSTLINE_DATABASE_URL"] = empty
    command.run("migrate")
    return command


def test_a_supervisor_whose_children_all_fail_ends_and_says_why(own: Command, empty: str) -> None:
    process = own.start("serve", "--port", "0", "--workers", "2")
    url = _url_of(process, own.data)
    until(lambda: _answers(url))
    server = conninfo.make_conninfo(empty, dbname="postgres")
    name = conninfo.conninfo_to_dict(empty)["dbname"]
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(f"alter database {name} allow_connections false".encode())
        for pid in _children(process.pid):
            subprocess.run(["kill", "-9", str(pid)], check=True)
        _out, err = process.communicate(timeout=120)
        conn.execute(f"alter database {name} allow_connections true".encode())
    assert process.returncode == 1
    assert err.strip().endswith("No process of the desk stays alive; the reason stands above.")


def test_one_child_that_lives_keeps_the_supervisor() -> None:
    lives = Lives(2)
    for _ in range(MOST_ENDS * 3):
        lives.note_end(0, lived=1)
    assert not lives.over.is_set()
    for lived in (1, 1, 1, CALM_SECONDS, 1, 1, 1):
        lives.note_end(1, lived)
    assert not lives.over.is_set()
    lives.note_end(1, lived=1)
    assert lives.over.is_set()


@pytest.mark.parametrize("words", [("doctor",), ("serve", "--port", "0"), ("migrate",)])
def test_a_database_that_takes_a_call_and_says_nothing_is_told_soon(
    command: Command, words: tuple[str, ...]
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        command.environment["FIRSTLINE_DATABASE_URL"] = f"postgresql://127.0.0.1:{port}/desk"
        began = time.monotonic()
        assert "cannot be reached" in command.run(*words, code=1)
        assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--workers", "99999"), "from 1 to 64"),
        (("--host", "x" * 300), "name another"),
        (("--host", "no.such.host.invalid"), "name another"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(
    own: Command, words: tuple[str, ...], hint: str
) -> None:
    assert hint in own.run("serve", "--port", "0", *words, code=1)


def test_descriptors_are_raised_to_what_the_system_allows_and_told_when_short(
    own: Command,
) -> None:
    own.environment["FIRSTLINE_PORT"] = "0"
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        process = own.start("serve")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (_soft, hard))
    until(lambda: _answers(_url_of(process, own.data)))
    limits = Path(f"/proc/{process.pid}/limits").read_text()
    raised = next(line for line in limits.splitlines() if line.startswith("Max open files"))
    assert int(raised.split()[3]) == min(hard, 2**20)
    process.send_signal(signal.SIGTERM)
    _out, err = process.communicate(timeout=60)
    assert ("LimitNOFILE" in err) == (hard < 8192)


def _answers(url: str) -> bool:
    try:
        return get(f"{url}/health")["status"] == "alive"
    except OSError:
        return False

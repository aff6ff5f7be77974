"""The command line as the keeper meets it: exit codes, one-line refusals, desks that come back."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from tests.platform.running import Command, Running, get, until

from firstline.cli.supervisor import next_pause

Demo = Callable[..., Running]


def postmaster(data: Path) -> int:
    return int((data / "postgres/cluster/postmaster.pid").read_text().splitlines()[0])


def alive(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.mark.parametrize(
    "words",
    [(), ("nonsense",), ("demo", "--port", "x"), ("serve", "--workers", "0"), ("token", "new")],
)
def test_what_cannot_be_understood_is_said_in_one_line(command: Command, words: tuple[str]) -> None:
    assert "--help" in command.run(*words, code=2)


def test_help_names_every_command(command: Command) -> None:
    told = command.run("--help")
    for name in ("demo", "serve", "work", "migrate", "operator", "import", "policy", "token",
                 "flood", "backup", "restore", "doctor"):  # fmt: skip
        assert f"\n    {name} " in told


@pytest.mark.parametrize(
    "words",
    [
        ("token", "new", "vera@acme.example"),
        ("doctor",),
        ("backup", "x"),
        ("operator", "new", "kate@firstline.example", "--name", "Kate"),
        ("import", "clients", "/etc/hostname"),
        ("policy", "publish", "/etc/hostname"),
        ("flood",),
    ],
)
def test_a_folder_without_a_desk_is_not_made_into_one(
    command: Command, words: tuple[str, ...]
) -> None:
    assert "no desk in" in command.run(*words, code=1)
    assert not command.data.exists()


def test_the_policy_is_questioned_without_a_database(command: Command) -> None:
    assert "Europe/Kyiv" in command.run("policy", "show")
    assert not command.data.exists()


def test_the_demo_comes_up_and_goes_down_with_its_database(command: Command, demo: Demo) -> None:
    running = demo()
    assert running.get("/ready")["status"] == "ready"
    pid = postmaster(command.data)
    assert running.stop() == 0
    assert not alive(pid)
    assert demo().stop(signal.SIGINT) == 0


def test_a_fresh_demo_lets_the_first_person_in_and_reads_its_index(demo: Demo) -> None:
    running = demo()
    with httpx.Client(base_url=running.url, timeout=20) as browser:
        found = re.search(r'name="csrf" value="(\w+)"', browser.get("/sign-in").text)
        assert found
        asked = {"csrf": found[1], "email": "vera@acme.example", "password": "firstline"}
        assert browser.post("/sign-in", data=asked).status_code == 303
    until(lambda: running.get("/ready")["queues"]["index"] == 0)


def test_a_token_is_made_beside_the_running_desk_and_outlives_it(
    command: Command, demo: Demo
) -> None:
    running = demo()
    token = command.run("token", "new", "vera@acme.example").strip()
    assert "items" in running.get("/api/v1/requests", token)
    running.stop()
    assert "items" in demo().get("/api/v1/requests", token)


def test_after_kill_9_the_demo_comes_back_with_what_it_knew(command: Command, demo: Demo) -> None:
    running = demo()
    token = command.run("token", "new", "vera@acme.example").strip()
    pid = postmaster(command.data)
    running.stop(signal.SIGKILL)
    assert alive(pid)
    again = demo()
    assert "items" in again.get("/api/v1/requests", token)
    again.stop()
    assert not alive(pid)


def test_fresh_forgets_what_was(command: Command, demo: Demo) -> None:
    running = demo()
    token = command.run("token", "new", "vera@acme.example").strip()
    running.stop(signal.SIGKILL)
    with pytest.raises(urllib.error.HTTPError, match="401"):
        demo("--fresh").get("/api/v1/requests", token)


def test_a_taken_port_is_refused_in_one_line(command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert "--port" in command.run("demo", "--port", str(port), code=1)


def children(pid: int) -> list[int]:
    command = ["ps", "--ppid", str(pid), "-o", "pid="]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    return [int(word) for word in told.stdout.split()]


def ready(url: str) -> bool:
    with contextlib.suppress(OSError):
        get(url + "/ready")
        return True
    return False


def test_several_processes_serve_and_a_killed_one_is_replaced(command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    desk = command.start("serve", "--port", str(port), "--workers", "2")
    try:
        until(lambda: ready(f"http://127.0.0.1:{port}"))
        first = children(desk.pid)
        assert len(first) == 3
        os.kill(first[0], signal.SIGKILL)
        until(lambda: len(children(desk.pid)) == 3 and first[0] not in children(desk.pid))
        until(lambda: ready(f"http://127.0.0.1:{port}"))
        family = children(desk.pid)
        desk.kill()
        until(lambda: not any(alive(pid) for pid in family))
    finally:
        desk.kill()
        desk.communicate()
        command.run("doctor")  # the last user of the cluster stops it


def test_the_keeper_makes_operators_and_brings_clients(command: Command, folder: Path) -> None:
    command.environment["FIRSTLINE_PUBLIC_URL"] = "https://desk.example"
    command.run("migrate")
    link = command.run("operator", "new", "kate@firstline.example", "--name", "Kate", "--role",
                       "keeper", "--line", "first").strip()  # fmt: skip
    assert link.startswith("https://desk.example/")
    told = command.run("operator", "new", "kate@firstline.example", "--name", "Kate", code=1)
    assert "already uses this e-mail address" in told
    rows = folder / "clients.csv"
    rows.write_text("external_id,name,contact_email,contact_name\na1,Acme,v@acme.example,Vera\n")
    assert "nothing kept" in command.run("import", "clients", str(rows), "--dry-run")
    assert "Nobody" in command.run("token", "new", "v@acme.example", code=1)
    command.run("import", "clients", str(rows))
    report = json.loads(command.run("import", "clients", str(rows), "--json"))
    assert {line["result"] for line in report["lines"]} == {"unchanged"}
    assert command.run("token", "new", "v@acme.example").count("\n") == 1
    assert command.run("doctor", "--json") == '{\n  "findings": []\n}\n'


def test_an_invitation_leads_to_the_desk_that_runs_beside_it(command: Command, demo: Demo) -> None:
    running = demo()
    words = ("operator", "new", "kate@firstline.example", "--name", "Kate")
    link = command.run(*words).strip()
    assert link.startswith(running.url + "/")
    with urllib.request.urlopen(link, timeout=60) as page:
        assert page.status == 200
    running.stop()
    command.environment["FIRSTLINE_PUBLIC_URL"] = "https://desk.example"
    words = ("operator", "new", "lena@firstline.example", "--name", "Lena")
    assert command.run(*words).startswith("https://desk.example/")


def test_a_child_that_dies_often_waits_longer_and_one_that_lived_a_minute_does_not() -> None:
    pauses = [0.0]
    for _ in range(9):
        pauses.append(next_pause(pauses[-1], lived=3))
    assert pauses[1:] == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert next_pause(30, lived=59) == 30
    assert next_pause(30, lived=60) == 0.5


def test_a_backup_of_a_running_desk_makes_another_desk(
    command: Command, demo: Demo, folder: Path
) -> None:
    running = demo()
    token = command.run("token", "new", "vera@acme.example").strip()
    file = folder / "desk.backup"
    assert "verified" in command.run("backup", str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    assert "running" in command.run("restore", str(file), "--force", code=1)
    running.stop()
    assert "not empty" in command.run("restore", str(file), code=1)
    elsewhere = str(folder / "other")
    assert "restored" in command.run("restore", str(file), "--data", elsewhere)
    assert (folder / "other/secret").read_bytes() == (command.data / "secret").read_bytes()
    assert "items" in demo("--data", elsewhere).get("/api/v1/requests", token)


def test_the_flood_makes_traffic_and_leaves_a_sound_desk(command: Command, demo: Demo) -> None:
    running = demo()
    token = command.run("token", "new", "anna@firstline.example").strip()
    before = running.get("/api/v1/requests?limit=1", token)
    assert "this machine" in command.run("flood", "--url", "http://desk.example", code=1)
    command.run("flood", "--url", running.url, "--seconds", "4", "--rate", "40")
    assert running.get("/api/v1/requests?limit=1", token)["items"] != before["items"]
    assert command.run("doctor") == "All is well.\n"


def test_a_lost_database_url_is_said_in_one_line(command: Command) -> None:
    command.environment["FIRSTLINE_DATABASE_URL"] = "postgresql://127.0.0.1:1/none"
    assert "cannot be reached" in command.run("migrate", code=1)


def test_policy_help_names_every_word(command: Command) -> None:
    told = command.run("policy", "--help")
    for name in ("show", "check", "page", "due", "ask", "try", "publish"):
        assert f"\n    {name} " in told


def test_policy_show_tells_what_is_in_force_beside_a_desk_and_starts_none(
    command: Command, demo: Demo, tmp_path: Path
) -> None:
    running = demo()
    shipped = command.run("policy", "show")
    file = tmp_path / "policy.yaml"
    file.write_text(shipped.replace("first: 1h, next: 1h", "first: 2h, next: 1h"), "utf-8")
    assert "Version 2" in command.run("policy", "publish", str(file), "--note", "Calmer")
    assert command.run("policy", "show") == file.read_text("utf-8")
    tried = json.loads(command.run("policy", "try", str(file), "--days", "31", "--json"))
    assert tried["whole"]["promises_then"] == tried["whole"]["promises"] > 350
    assert tried["turned_late"] == 0
    file.write_text(shipped.replace("first: 1h, next: 1h", "first: 2m, next: 2m"), "utf-8")
    assert "would have been late" in command.run("policy", "try", str(file), code=1)
    assert running.stop() == 0
    process = command.start("policy", "show")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, shipped)
    assert "does not run" in err
    assert err.count("\n") == 1

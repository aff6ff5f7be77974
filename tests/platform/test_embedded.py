"""The embedded PostgreSQL: private, durable, and alive after every kill."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from firstline.kit.embedded import EmbeddedError, EmbeddedPostgres, account, binaries, place

ROOT = os.geteuid() == 0
# Starts the cluster of its argument, says where, and waits for the end of its input.
HOLDER = """
import asyncio, concurrent.futures.thread, os, sys
from pathlib import Path
from firstline.kit.embedded import EmbeddedPostgres
async def main():
    if len(sys.argv) > 2:  # only now: that account may not reach this Python's own files
        os.setgroups([]), os.setgid(int(sys.argv[2])), os.setuid(int(sys.argv[2]))
    postgres = EmbeddedPostgres(Path(sys.argv[1]))
    print(await postgres.start(), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await postgres.stop()
asyncio.run(main())
"""


def hold(data: Path, *more: str, **how: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(data), *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **how,  # type: ignore[call-overload]
    )


def said(holder: "subprocess.Popen[str]") -> str:
    assert holder.stdout is not None
    assert holder.stderr is not None
    return holder.stdout.readline().strip() or holder.stderr.read()


def let_go(holder: "subprocess.Popen[str]") -> None:
    holder.communicate(timeout=90)


def ask(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as conn:
        row = conn.execute(query.encode()).fetchone()
    return row[0] if row else None


def run(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(statement.encode())


def postmaster(data: Path) -> int:
    pointer = data / "postgres.path"
    home = Path(pointer.read_text().strip()) if pointer.exists() else data / "postgres"
    return int((home / "cluster/postmaster.pid").read_text().splitlines()[0])


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


async def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it took too long"
        await asyncio.sleep(0.05)


async def test_it_is_private_and_durable(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder / "data")
    url = await postgres.start()
    socket = Path(psycopg.conninfo.conninfo_to_dict(url)["host"])  # type: ignore[arg-type]
    assert socket.stat().st_mode & 0o777 == 0o700
    assert len(os.fsencode(socket / place.SOCKET_NAME)) < 100
    assert (folder / "data/postgres/cluster").stat().st_mode & 0o777 == 0o700
    with psycopg.connect(url) as conn:
        assert [
            conn.execute("select current_setting(%s)", (name,)).fetchone()
            for name in ("fsync", "synchronous_commit", "full_page_writes", "jit")
        ] == [("on",), ("on",), ("on",), ("off",)]
        rules = conn.execute("select type, auth_method from pg_hba_file_rules").fetchall()
        assert rules == [("local", "peer")]
        assert conn.execute("show listen_addresses").fetchone() == ("",)
    pid = postmaster(folder / "data")
    await postgres.stop()
    assert gone(pid)


async def test_a_second_process_attaches_and_the_last_one_stops_it(folder: Path) -> None:
    data = folder / "data"
    first, second = EmbeddedPostgres(data), EmbeddedPostgres(data)
    urls = await asyncio.gather(first.start(), second.start())
    assert urls[0] == urls[1]
    pid = postmaster(data)
    await first.stop()
    assert ask(urls[0], "select 1") == 1
    await second.stop()
    assert gone(pid)
    await second.stop()


def test_many_who_make_one_folder_at_once_all_find_it_whole(folder: Path) -> None:
    def make(_: int) -> int:
        account.open_folder(folder / "far" / "data", 0o711)
        return (folder / "far" / "data").stat().st_mode & 0o777

    for _ in range(20):
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(make, range(8))) == {0o711}
        assert [path.name for path in (folder / "far").iterdir()] == ["data"]
        shutil.rmtree(folder / "far")


async def test_after_kill_9_of_the_app_the_next_start_attaches(folder: Path) -> None:
    holder = hold(folder / "data")
    url = said(holder)
    run(url, "create table kept (id integer)")
    pid = postmaster(folder / "data")
    holder.kill()
    let_go(holder)
    postgres = EmbeddedPostgres(folder / "data")
    assert await postgres.start() == url
    assert postmaster(folder / "data") == pid
    assert ask(url, "select count(*) from kept") == 0
    await postgres.stop()
    assert gone(pid)


async def test_after_kill_9_of_the_postmaster_the_watch_starts_it_again(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder / "data")
    url = await postgres.start()
    run(url, "create table kept as select generate_series(1, 1000) as id")
    watch = asyncio.create_task(postgres.watch())
    open_connection = psycopg.connect(url)  # its backend holds the shared memory for a moment
    before = postmaster(folder / "data")
    os.kill(before, signal.SIGKILL)

    def back() -> bool:
        with contextlib.suppress(psycopg.OperationalError, OSError):
            return ask(url, "select count(*) from kept") == 1000 and (
                postmaster(folder / "data") != before
            )
        return False

    await until(back)
    open_connection.close()
    watch.cancel()
    await postgres.stop()


async def test_kill_9_of_both_loses_nothing(folder: Path) -> None:
    holder = hold(folder / "data")
    url = said(holder)
    run(url, "create table kept as select 7 as id")
    os.kill(postmaster(folder / "data"), signal.SIGKILL)
    holder.kill()
    let_go(holder)
    postgres = EmbeddedPostgres(folder / "data")
    assert ask(await postgres.start(), "select id from kept") == 7
    await postgres.stop()


async def test_a_pid_file_whose_number_is_a_strangers_does_not_stop_it(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder / "data")
    await postgres.start()
    await postgres.stop()
    cluster = folder / "data/postgres/cluster"
    owner = cluster.stat()
    who = {"user": owner.st_uid, "group": owner.st_gid} if ROOT else {}
    stranger = subprocess.Popen(["/bin/sleep", "60"], **who)  # type: ignore[call-overload]
    (cluster / "postmaster.pid").write_text(f"{stranger.pid}\n{cluster}\n1\n5432\n\n\n\nready\n")
    os.chown(cluster / "postmaster.pid", owner.st_uid, owner.st_gid)
    assert ask(await postgres.start(), "select 1") == 1
    assert stranger.poll() is None
    await postgres.stop()
    stranger.kill()
    stranger.wait()


async def test_another_major_version_is_refused_in_a_sentence(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder / "data")
    await postgres.start()
    await postgres.stop()
    (folder / "data/postgres/cluster/PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedError, match=r"made by PostgreSQL 16 .* restore"):
        await postgres.start()


async def test_a_broken_configuration_is_told_at_once_with_the_reason(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder / "data", {"max_connections": "many"})
    began = time.monotonic()
    with pytest.raises(EmbeddedError, match="max_connections"):
        await postgres.start()
    assert time.monotonic() - began < 25  # not the half minute of tries after a crash


async def test_a_failing_start_is_told_with_its_own_reason_not_with_an_earlier_one(
    folder: Path,
) -> None:
    with pytest.raises(EmbeddedError, match="max_connections"):
        await EmbeddedPostgres(folder / "data", {"max_connections": "many"}).start()
    for log in (folder / "data/postgres/cluster/pg_wal").glob("0*"):
        log.unlink()
    # This one is told by the collector's log alone.
    with pytest.raises(EmbeddedError, match="checkpoint"):
        await EmbeddedPostgres(folder / "data").start()


async def test_a_half_made_cluster_is_made_anew(folder: Path) -> None:
    half = folder / "data/postgres/cluster.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    (folder / "data").chmod(0o711)
    postgres = EmbeddedPostgres(folder / "data")
    assert ask(await postgres.start(), "select 1") == 1
    await postgres.stop()


async def test_fresh_stops_an_orphan_and_refuses_a_living_desk(folder: Path) -> None:
    data = folder / "data"
    holder = hold(data)
    url = said(holder)
    run(url, "create table old (id integer)")
    fresh = EmbeddedPostgres(data)
    with pytest.raises(EmbeddedError, match="stop it first"):
        await fresh.destroy()
    pid = postmaster(data)
    holder.kill()
    let_go(holder)
    assert not gone(pid)
    await fresh.destroy()
    assert gone(pid)
    assert ask(await fresh.start(), "select to_regclass('old') is null") is True
    await fresh.stop()


async def test_a_long_path_gets_a_short_socket(folder: Path) -> None:
    data = folder / ("x" * 60) / ("y" * 60)
    data.mkdir(parents=True)
    postgres = EmbeddedPostgres(data)
    url = await postgres.start()
    host = str(psycopg.conninfo.conninfo_to_dict(url)["host"])
    assert len(host) < 87
    assert Path(host).stat().st_mode & 0o777 == 0o700
    assert ask(url, "select 1") == 1
    await postgres.destroy()


async def test_paths_with_spaces_and_quotes_work(folder: Path) -> None:
    data = folder / "it's a desk, \\ mine"
    postgres = EmbeddedPostgres(data)
    assert ask(await postgres.start(), "select 1") == 1
    await postgres.destroy()


@pytest.mark.skipif(not ROOT, reason="only root changes to another account")
async def test_below_a_closed_folder_the_cluster_lives_elsewhere(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    data = closed / "data"
    postgres = EmbeddedPostgres(data)
    url = await postgres.start()
    home = Path((data / "postgres.path").read_text().strip())
    assert home.parent == account.SYSTEM
    assert not (data / "postgres").exists()
    run(url, "create table kept (id integer)")
    await postgres.stop()
    again = EmbeddedPostgres(data)
    assert ask(await again.start(), "select count(*) from kept") == 0
    await again.destroy()
    assert not home.exists()
    assert not (data / "postgres.path").exists()


@pytest.mark.skipif(not ROOT, reason="only root changes to another account")
async def test_programs_below_a_closed_folder_are_copied(folder: Path) -> None:
    site = folder / "closed/site"
    site.mkdir(parents=True)
    (folder / "closed").chmod(0o700)
    package = binaries._package()
    for name in (binaries.WHEEL, f"{binaries.WHEEL}.libs"):
        skip = shutil.ignore_patterns("include", "pginstall")
        shutil.copytree(package.with_name(name), site / name, symlinks=True, ignore=skip)
    before = set(account.SYSTEM.glob("programs-*"))
    holder = hold(folder / "data", env={**os.environ, "PYTHONPATH": str(site)}, umask=0o077)
    assert ask(said(holder), "select 1") == 1
    copies = set(account.SYSTEM.glob("programs-*")) - before
    command = Path(f"/proc/{postmaster(folder / 'data')}/cmdline").read_bytes().decode()
    assert [command.startswith(str(copy)) for copy in copies] == [True]
    let_go(holder)
    for copy in copies:
        shutil.rmtree(copy)


@pytest.mark.skipif(not ROOT, reason="only root changes to another account")
async def test_an_ordinary_account_needs_nothing_of_root(folder: Path) -> None:
    nobody = account.Account("nobody", 65534, 65534)
    if not nobody.can_enter(binaries._package()):
        pytest.skip("the programs are out of another account's reach here")
    os.chown(folder, 65534, 65534)
    holder = hold(folder / "data", "65534")
    url = said(holder)
    assert ask(url, "select current_user") == "firstline"  # root may look in as well
    assert (folder / "data/postgres").stat().st_mode & 0o777 == 0o700
    pid = postmaster(folder / "data")
    let_go(holder)
    assert gone(pid)

"""One embedded cluster, in blocking calls: make, start or attach, stop, erase."""

import os
import re
import shlex
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from firstline.kit.embedded import postmaster
from firstline.kit.embedded.account import choose, open_folder
from firstline.kit.embedded.binaries import Binaries, find
from firstline.kit.embedded.errors import EmbeddedError
from firstline.kit.embedded.locks import ClusterShare, alone
from firstline.kit.embedded.place import POINTER, ClusterHome, elsewhere, locate

# Replaying a long log after a crash takes minutes, and pg_ctl must not call that a failure.
START_SECONDS = 300
# After a kill -9 the dead postmaster's backends hold its shared memory for a moment.
RETRY_SECONDS = 30
STOP_SECONDS = 60
# What ends a start; a call that comes too early is refused with a FATAL of its own.
TELLING = re.compile(r"(FATAL:(?!\s+the database system is )|PANIC:|error:)")


class StartLogs:
    """What one start writes: first to start.log, then to the collector's log of the day.

    All starts write on the same ones, so what stood there before is left out.
    """

    def __init__(self, folder: Path) -> None:
        self.first = folder / "start.log"
        self._folder = folder
        self._lengths = {path: path.stat().st_size for path in self._paths()}

    def reason(self) -> str:
        """The line of this start that says why it failed."""
        try:
            return _last("".join(self._new_words(path) for path in self._paths()))
        except OSError:
            return "its log cannot be read"

    def _paths(self) -> list[Path]:
        """In the order in which a start writes on them."""
        return sorted(self._folder.glob("*.log"), key=lambda path: path != self.first)

    def _new_words(self, path: Path) -> str:
        words, length = path.read_bytes(), self._lengths.get(path, 0)
        # The log of a weekday begins anew after a week.
        return words[length if length <= len(words) else 0 :].decode(errors="replace")


class Cluster:
    """The cluster of one data folder. Several processes may hold one; the last one stops it."""

    def __init__(self, data: Path, options: Mapping[str, str]) -> None:
        self.data = data.absolute()
        self.options = options
        self._place: ClusterHome | None = None
        self._use: ClusterShare | None = None

    def up(self) -> str:
        """Start it, or attach to the running one; return where to connect (a libpq string)."""
        open_folder(self.data, 0o711 if os.geteuid() == 0 else 0o700)
        with alone(self.data):
            self._place = place = locate(self.data)
            logs = StartLogs(place.log)
            if postmaster.pid_of(place.cluster) is None:
                self._start(place, logs)
            _wait_ready(place, logs)
            address = _address(place)
            _ensure_database(address)
            self._use = self._use or ClusterShare(self.data)
        return address

    def alive(self) -> bool:
        return self._place is not None and postmaster.pid_of(self._place.cluster) is not None

    def exists(self) -> bool:
        """Whether a cluster was made; one that is gone from where it should be still counts."""
        return (self.data / POINTER).is_file() or (self.data / "postgres/cluster").is_dir()

    def running_at(self) -> str | None:
        """Where to connect to the postmaster that runs already, None when none does."""
        home = elsewhere(self.data) or self.data / "postgres"
        cluster = home / "cluster"
        if postmaster.pid_of(cluster) is None or not postmaster.ready(cluster):
            return None
        return _connection(postmaster.socket_of(cluster) or home)

    def down(self) -> None:
        """Give the share back; whoever is last stops the postmaster."""
        if self._place is None or self._use is None:
            return
        with alone(self.data):
            use, self._use = self._use, None
            if use.give_back() and postmaster.pid_of(self._place.cluster) is not None:
                _stop(self._place, "fast")

    def erase(self) -> None:
        """Stop what runs, living orphans included, and remove the cluster for good.

        Raises EmbeddedError while another process uses it.
        """
        if not self.data.is_dir():
            return
        self.down()
        with alone(self.data):
            if not ClusterShare(self.data).give_back():
                raise EmbeddedError(f"A desk is running on {self.data}; stop it first.")
            for folder in (self.data / "postgres", elsewhere(self.data)):
                if folder is not None and (folder / "cluster").is_dir():
                    _erase(folder)
            (self.data / POINTER).unlink(missing_ok=True)

    def _start(self, place: ClusterHome, logs: StartLogs) -> None:
        binaries = find(place.account)
        if not place.cluster.is_dir():
            _make(place, binaries)
        _same_major(place, binaries)
        if not place.account.can_enter(place.cluster):
            raise EmbeddedError(
                f"PostgreSQL's account {place.account.name} cannot reach {place.cluster}; let it "
                "pass through the folders above, or move the data folder."
            )
        configuration = place.configure(place.socket(), self.options)
        options = f"-c config_file={shlex.quote(str(configuration))}"
        command = [binaries["pg_ctl"], "start", "-D", place.cluster, "-w", "-t", str(START_SECONDS),
                   "-l", logs.first, "-o", options]  # fmt: skip
        crashed = postmaster.clear_stale(place.cluster)
        deadline = time.monotonic() + RETRY_SECONDS
        while place.account.run(*command).returncode:
            if postmaster.pid_of(place.cluster) is not None:
                return
            if not crashed or time.monotonic() > deadline:
                raise EmbeddedError(
                    f"PostgreSQL did not start ({logs.reason()}); its log is in {place.log}."
                )
            time.sleep(0.3)


def _make(place: ClusterHome, binaries: Binaries) -> None:
    """initdb beside the final name, so that a half-made cluster is never taken for one."""
    half = place.home / "cluster.new"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    if place.account.foreign:
        os.chown(half, place.account.uid, place.account.gid)
    done = place.account.run(
        binaries["initdb"], "-D", half, "-U", "firstline", "-E", "UTF8", "--locale=C",
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "-T", "simple",
        "--auth-local=peer", "--auth-host=reject", "--no-instructions",
    )  # fmt: skip
    if done.returncode:
        raise EmbeddedError(f"PostgreSQL could not make a cluster: {_last(done.stdout)}.")
    half.rename(place.cluster)


def _same_major(place: ClusterHome, binaries: Binaries) -> None:
    made_by = (place.cluster / "PG_VERSION").read_text().strip()
    if made_by != binaries.major:
        raise EmbeddedError(
            f"The database in {place.home} was made by PostgreSQL {made_by} and this release "
            f"brings {binaries.major}: write a backup with the release that made it and restore "
            "that into a new data folder."
        )


def _wait_ready(place: ClusterHome, logs: StartLogs) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not postmaster.ready(place.cluster):
        if postmaster.pid_of(place.cluster) is None or time.monotonic() > deadline:
            raise EmbeddedError(
                f"PostgreSQL went away while it started ({logs.reason()}); its log is in "
                f"{place.log}."
            )
        time.sleep(0.05)


def _address(place: ClusterHome) -> str:
    return _connection(postmaster.socket_of(place.cluster) or place.socket())


def _connection(socket: Path) -> str:
    return make_conninfo(host=str(socket), port=5432, user="firstline", dbname="firstline")


def _ensure_database(address: str) -> None:
    try:
        psycopg.connect(address).close()
        return
    except psycopg.OperationalError as error:
        if '"firstline" does not exist' not in str(error):
            raise EmbeddedError(f"PostgreSQL runs and cannot be reached: {error}") from error
    with psycopg.connect(address, dbname="postgres", autocommit=True) as conn:
        conn.execute("create database firstline")


def _stop(place: ClusterHome, mode: str) -> None:
    pid = postmaster.pid_of(place.cluster)
    pg_ctl = find(place.account)["pg_ctl"]
    place.account.run(
        pg_ctl, "stop", "-D", place.cluster, "-m", mode, "-w", "-t", str(STOP_SECONDS)
    )
    if pid is not None:
        postmaster.wait_end(pid, STOP_SECONDS)


def _erase(home: Path) -> None:
    place = ClusterHome(home, choose(home / "cluster"))
    if postmaster.pid_of(place.cluster) is not None:
        _stop(place, "immediate")
    for folder in (place.log, home / "cluster.new", *place.socket_folders(), place.cluster):
        shutil.rmtree(folder, ignore_errors=True)
    for name in ("firstline.conf", "hba.conf", "ident.conf"):
        (home / name).unlink(missing_ok=True)
    if not any(home.iterdir()):
        home.rmdir()


def _last(text: str) -> str:
    """The line at the end that says what failed, without its time stamp."""
    lines = [line.partition("] ")[2] or line.strip() for line in text.splitlines()]
    telling = [at for at, line in enumerate(lines) if TELLING.search(line)]
    at = telling[-1] if telling else len(lines) - 1
    if at > 0 and lines[at].endswith("contains errors"):
        at -= 1  # the line before names the setting
    return re.sub(r"\s+", " ", lines[at]) if lines else "no reason given"

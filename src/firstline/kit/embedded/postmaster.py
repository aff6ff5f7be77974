"""The postmaster's life as PostgreSQL writes it down in `postmaster.pid`."""

import contextlib
import os
import subprocess
import time
from pathlib import Path


def pid_of(cluster: Path) -> int | None:
    """The pid of the running postmaster of `cluster`; None when none runs.

    A pid file may outlive its process, and the number may belong to another one by now.
    """
    pid = _pid_in_file(cluster)
    return pid if pid is not None and _serves(pid, cluster) else None


def ready(cluster: Path) -> bool:
    """Whether the running postmaster says that it accepts connections."""
    lines = _lines(cluster)
    return len(lines) > 7 and lines[7].strip() == "ready"


def socket_of(cluster: Path) -> Path | None:
    """The folder of the socket that the running postmaster listens on."""
    lines = _lines(cluster)
    return Path(lines[4].strip()) if len(lines) > 4 and lines[4].strip() else None


def clear_stale(cluster: Path) -> bool:
    """Remove a pid file whose number now belongs to a stranger; True when there was any file.

    PostgreSQL itself refuses to start then. A file whose process is gone is left to it: it also
    looks whether backends of the dead postmaster still hold the shared memory.
    """
    pid = _pid_in_file(cluster)
    if pid is not None and _exists(pid) and not _serves(pid, cluster):
        (cluster / "postmaster.pid").unlink(missing_ok=True)
    return pid is not None


def wait_end(pid: int, seconds: float) -> None:
    """Return when the process has ended: it removes its pid file a moment before."""
    deadline = time.monotonic() + seconds
    while _runs(pid) and time.monotonic() < deadline:
        time.sleep(0.01)


def _runs(pid: int) -> bool:
    """Whether the process lives; a zombie does not."""
    _reap(pid)
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return not Path("/proc/self").exists() and _exists(pid)


def _lines(cluster: Path) -> list[str]:
    try:
        return (cluster / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _pid_in_file(cluster: Path) -> int | None:
    lines = _lines(cluster)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _serves(pid: int, cluster: Path) -> bool:
    """Whether `pid` was started with this cluster; a zombie has no command line any more."""
    _reap(pid)
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        if Path("/proc/self").exists():
            return False
        command = subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False
        ).stdout
    return os.fsencode(cluster) in command


def _reap(pid: int) -> None:
    """As the first process of a container the app inherits the postmaster: bury it when dead."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)

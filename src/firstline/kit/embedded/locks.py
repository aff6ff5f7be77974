"""Who uses a data folder's cluster: locks that the kernel drops when a process dies."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(data: Path) -> Generator[None]:
    """One process at a time starts, stops or erases the cluster; the others wait."""
    lock = _open(data / "postgres.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


class ClusterShare:
    """A share in the running cluster: the last one to give it back stops the postmaster."""

    def __init__(self, data: Path) -> None:
        self._lock = _open(data / "postgres.users")
        fcntl.flock(self._lock, fcntl.LOCK_SH)

    def give_back(self) -> bool:
        """Return whether nobody else uses the cluster now; to be asked within `alone`."""
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            return True
        finally:
            os.close(self._lock)


def _open(path: Path) -> int:
    return os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)

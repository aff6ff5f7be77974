"""Files and folders that are made beside their place and then renamed into it.

Whoever makes one holds a lock on it, which the kernel drops when the process dies. What nobody
holds is left of a dead one, and the next to make one in that folder removes it.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# No program of others ends its names so: whatever bears it is ours to remove.
SUFFIX = ".firstline-half"


@contextmanager
def half_file(path: Path, mode: int = 0o600) -> Generator[Path]:
    """A new empty file beside `path`, to be written and renamed; gone at the end if it was not."""
    for rest in leftovers(path.parent):
        _remove(rest)
    half, lock = _make_file(path, mode)
    try:
        yield half
    finally:
        os.close(lock)
        half.unlink(missing_ok=True)


@contextmanager
def half_folder(path: Path) -> Generator[Path]:
    """The same for a folder, 0700."""
    for rest in leftovers(path.parent):
        _remove(rest)
    half = _name(path)
    half.mkdir(mode=0o700)
    lock = os.open(half, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield half
    finally:
        os.close(lock)
        shutil.rmtree(half, ignore_errors=True)


def leftovers(folder: Path) -> Iterator[Path]:
    """What dead processes of this account left in the folder."""
    for path in folder.glob(f".*{SUFFIX}"):
        with suppress(OSError):
            if path.lstat().st_uid == os.geteuid() and _is_free(path):
                yield path


def _is_free(path: Path) -> bool:
    lock = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


def _make_file(path: Path, mode: int) -> tuple[Path, int]:
    while True:
        half = _name(path)
        lock = os.open(half, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        os.fchmod(lock, mode)
        with suppress(OSError):  # some network file systems know no locks
            fcntl.flock(lock, fcntl.LOCK_EX)
        if os.fstat(lock).st_nlink:
            return half, lock
        os.close(lock)  # taken for a leftover in the moment before the lock


def _name(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}{SUFFIX}")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)

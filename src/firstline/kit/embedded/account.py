"""Under which account of the machine PostgreSQL runs: it refuses to run as root."""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firstline.kit.embedded.errors import EmbeddedError

NAME = "firstline"
SYSTEM = Path("/var/lib/firstline")


@dataclass(frozen=True, slots=True)
class Account:
    """An account with a name; peer authentication maps names, not numbers."""

    name: str
    uid: int
    gid: int

    @property
    def foreign(self) -> bool:
        """Whether this process must change to it, which only root can."""
        return self.uid != os.geteuid()

    @property
    def process(self) -> dict[str, Any]:
        """Keywords for `subprocess.run` that make the child run as this account."""
        if not self.foreign:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def run(self, *command: str | Path) -> "subprocess.CompletedProcess[str]":
        """Run `command` to its end as this account, away from terminal and environment."""
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        return subprocess.run(
            [str(part) for part in command],
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            umask=0o077,
            start_new_session=True,
            check=False,
            **self.process,
        )

    def can_enter(self, folder: Path) -> bool:
        """Tried, not computed from mode bits: mounts and access lists have their say too."""
        try:
            return self.run("/bin/sh", "-c", 'cd -- "$0"', folder).returncode == 0
        except OSError:
            return False


def choose(cluster: Path) -> Account:
    """The present account; as root the cluster's owner, else `firstline`, else `nobody`."""
    if os.geteuid() != 0:
        return _account_of(os.geteuid())
    if cluster.is_dir() and (owner := cluster.stat().st_uid) != 0:
        return _account_of(owner)
    return _by_name(NAME) or _create_account() or _by_name("nobody") or _none()


def system_folder(data: Path) -> Path:
    """Where the cluster of `data` lives when its account cannot reach `data` itself."""
    return SYSTEM / hashlib.sha256(os.fsencode(data)).hexdigest()[:12]


def open_folder(path: Path, mode: int) -> None:
    """Make `path` with exactly `mode`, whatever the umask says; an existing one stays as it is.

    It appears with its mode at once: of two processes that start together, none sees it half made.
    """
    if path.is_dir():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    fresh.chmod(mode)
    try:
        fresh.rename(path)
    except OSError:
        fresh.rmdir()
        if not path.is_dir():
            raise


def private_folder(path: Path, account: Account) -> bool:
    """Make `path` a folder 0700 of `account`; False when another's folder stands there."""
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError:
        return False
    else:
        if account.foreign:
            os.chown(path, account.uid, account.gid)
    found = path.lstat()
    if path.is_symlink() or not path.is_dir() or found.st_uid != account.uid:
        return False
    if found.st_mode & 0o777 != 0o700:
        path.chmod(0o700)
    return True


def _account_of(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise EmbeddedError(
            f"User id {uid} has no name on this machine and PostgreSQL needs one: start "
            "Firstline as a named user, or set FIRSTLINE_DATABASE_URL."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _by_name(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _create_account() -> Account | None:
    command = shutil.which("useradd", path=f"{os.defpath}:/usr/sbin:/sbin")
    if command is None:
        return None
    subprocess.run(
        [command, "--system", "--user-group", "--no-create-home", "--home-dir", str(SYSTEM),
         "--shell", "/usr/sbin/nologin", NAME],
        stdin=subprocess.DEVNULL, capture_output=True, check=False,
    )  # fmt: skip
    return _by_name(NAME)


def _none() -> Account:
    raise EmbeddedError(
        "PostgreSQL does not run as root and there is no account to run it: create one named "
        "firstline, or set FIRSTLINE_DATABASE_URL."
    )

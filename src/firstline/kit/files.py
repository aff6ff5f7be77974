"""Files that people upload, under random keys outside any web root; names are data only.

The port is `Files`: a local folder. A key is 32 hexadecimal
digits made here, so no name of a person ever becomes a path.
"""

import asyncio
import contextlib
import errno
import hashlib
import os
import re
import secrets
import unicodedata
from collections.abc import AsyncIterator, Generator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable
from urllib.parse import quote

from firstline.kit.errors import Invalid, Missing, TooLarge, Unavailable
from firstline.kit.folding import has_visible
from firstline.kit.i18n import gettext as _

FILE_LIMIT = 25 * 1024 * 1024
CHUNK = 256 * 1024
KEY = re.compile(r"[0-9a-f]{32}")
NAME_LENGTH = 120
NAME_BYTES = 200
REMOVED = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
# They join emoji and part letters of Persian words; anywhere else they only hide something.
JOINERS = "\u200c\u200d"
JOINED_NOTHING = re.compile(rf"(?<![\u0370-\U0010ffff])[{JOINERS}]+|[{JOINERS}]+(?=[.\s]|$)")
WINDOWS_NAMES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")
# Types said of a download. Nothing that a browser would run or render is among them.
MEDIA_TYPES = {
    "txt": "text/plain; charset=utf-8",
    "log": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "zip": "application/zip",
    "gz": "application/gzip",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
}
UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is on the disk for good: its key, size in bytes, SHA-256."""

    key: str
    size: int
    sha: bytes


@runtime_checkable
class Files(Protocol):
    """Where files are kept. Keys come from `put`; another key is Missing, never a path."""

    async def put(self, chunks: AsyncIterator[bytes], *, limit: int = FILE_LIMIT) -> Stored:
        """Keep a stream; raises TooLarge over `limit` bytes, Unavailable on a full disk."""
        ...

    def open(self, key: str) -> AsyncIterator[bytes]:
        """The file's bytes in chunks; raises Missing at the first."""
        ...

    async def exists(self, key: str) -> bool: ...

    async def delete(self, key: str) -> None:
        """Remove the file; one that is gone already is no error."""
        ...

    async def keys(self, *, before: datetime | None = None) -> list[str]:
        """The keys of all files, or of those put before then, in no order."""
        ...

    async def tidy(self, *, before: datetime) -> int:
        """Remove what broken uploads left before then; returns how many."""
        ...


async def bytes_of(data: bytes) -> AsyncIterator[bytes]:
    """`data` as the stream that `Files.put` reads."""
    yield data


async def read(files: Files, key: str) -> bytes:
    """The whole file."""
    return b"".join([chunk async for chunk in files.open(key)])


class FolderFiles:
    """A local folder: ab/cdef…, written beside, flushed to the disk, then renamed into place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def put(self, chunks: AsyncIterator[bytes], *, limit: int = FILE_LIMIT) -> Stored:
        key = secrets.token_hex(16)
        path = self._path(key)
        part = path.with_suffix(".part")
        with _disk_trouble_said():
            out = await asyncio.to_thread(_create, part)
            try:
                stored = await _write(out, key, chunks, limit)
                await asyncio.to_thread(_settle, out, part, path)
            except BaseException:
                out.close()
                part.unlink(missing_ok=True)
                raise
        return stored

    async def open(self, key: str) -> AsyncIterator[bytes]:
        try:
            file = await asyncio.to_thread(self._path(key).open, "rb")
        except FileNotFoundError:
            raise Missing(_("There is no such file.")) from None
        try:
            while chunk := await asyncio.to_thread(file.read, CHUNK):
                yield chunk
        finally:
            file.close()

    async def exists(self, key: str) -> bool:
        return await asyncio.to_thread(self._path(key).is_file)

    async def delete(self, key: str) -> None:
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    async def keys(self, *, before: datetime | None = None) -> list[str]:
        return await asyncio.to_thread(self._keys, before)

    async def tidy(self, *, before: datetime) -> int:
        return await asyncio.to_thread(self._tidy, before.timestamp())

    def _tidy(self, before: float) -> int:
        old = [part for part in self.folder.glob("??/*.part") if _modified_at(part) < before]
        for part in old:
            part.unlink(missing_ok=True)
        return len(old)

    def _keys(self, before: datetime | None) -> list[str]:
        found: list[str] = []
        for path in self.folder.glob("??/*"):
            key = path.parent.name + path.name
            if KEY.fullmatch(key) and (before is None or _modified_at(path) < before.timestamp()):
                found.append(key)
        return found

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise Missing(_("There is no such file."))
        return self.folder / key[:2] / key[2:]


def clean_name(raw: str) -> str:
    """A name to keep beside a file: one path component, visible characters, 120 at most.

    Its characters stay as they were typed (№, ½, joined emoji). What is checked is how a lenient
    reader sees them: a zero-width space before .htaccess has been a way in elsewhere
    (CVE-2026-28289), and so are dots and slashes in other forms. Raises Invalid for dot files and
    empty names.
    """
    name = unicodedata.normalize("NFC", raw[: NAME_LENGTH * 20])
    name = "".join(_plain_mark(c) for c in name if not _is_unwanted(c))
    name = re.split(r"[/\\]", JOINED_NOTHING.sub("", name))[-1]
    name = re.sub(r'[<>:"|?*]', "_", " ".join(name.split())).rstrip(". ")
    if unicodedata.normalize("NFKC", name).startswith("."):
        raise Invalid(
            _(
                "The file's name begins with a dot; rename it, for example to htaccess.txt,"
                " and send it again."
            ),
            field="name",
        )
    if not has_visible(name):
        raise Invalid(_("The file has no name; give it one and send it again."), field="name")
    return _shorten("_" + name if WINDOWS_NAMES.match(name) else name)


def media_type(name: str) -> str:
    """The type to say for a download of that name; what is unknown or active is plain bytes."""
    return MEDIA_TYPES.get(name.rpartition(".")[2].lower(), UNKNOWN_TYPE)


def disposition(name: str, *, inline: bool = False) -> str:
    """The Content-Disposition header for a cleaned name (RFC 6266, RFC 8187)."""
    plain = re.sub(r"[^A-Za-z0-9 ._()+,=@~-]", "_", name)
    way = "inline" if inline else "attachment"
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _is_unwanted(char: str) -> bool:
    return unicodedata.category(char) in REMOVED and char not in "\t\n\r" + JOINERS


def _plain_mark(char: str) -> str:
    """ASCII for another form of it, and a space for any space; every other character as it is."""
    if char.isspace():
        return " "
    folded = unicodedata.normalize("NFKC", char)
    return folded if folded.isascii() and len(folded) == 1 and not folded.isalnum() else char


def _shorten(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > 16:
        stem, suffix = name, ""
    ending = "." + suffix if suffix else ""
    stem = stem[: NAME_LENGTH - len(ending)]
    while len((stem + ending).encode()) > NAME_BYTES:
        stem = stem[:-1]
    return stem.rstrip(". ") + ending


def check_size(size: int, limit: int) -> None:
    """Raises TooLarge for more bytes than the limit."""
    if size > limit:
        raise too_large(limit)


def too_large(limit: int) -> TooLarge:
    """The refusal of a file over `limit` bytes."""
    return TooLarge(
        _("The file is over %(most)d MB; send a smaller one, or a link to it.")
        % {"most": limit // (1024 * 1024) or 1},
        field="file",
    )


@contextlib.contextmanager
def _disk_trouble_said() -> Generator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES):
            raise
        raise Unavailable(
            _("Files cannot be saved at the moment; write without the file, or try later."),
            headers={"Retry-After": "60"},
        ) from error


def _modified_at(path: Path) -> float:
    """When it was written; a file that goes away meanwhile counts as new."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _create(part: Path) -> BinaryIO:
    if not part.parent.is_dir():
        part.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _flush_folder(part.parent.parent)
    return os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


async def _write(out: BinaryIO, key: str, chunks: AsyncIterator[bytes], limit: int) -> Stored:
    size, sha = 0, hashlib.sha256()
    async for chunk in chunks:
        size += len(chunk)
        check_size(size, limit)
        sha.update(chunk)
        await asyncio.to_thread(out.write, chunk)
    return Stored(key, size, sha.digest())


def _settle(out: BinaryIO, part: Path, path: Path) -> None:
    out.flush()
    os.fsync(out.fileno())
    out.close()
    part.rename(path)
    # The rename itself is durable only when the folder is flushed too.
    _flush_folder(path.parent)


def _flush_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

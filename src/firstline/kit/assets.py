"""Static files: found at start, addressed by one hash of them all, served from memory, gzipped.

One hash for the whole set, so that a module may import its neighbour by a relative path.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
FOREVER = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=60"
TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml")
TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


@dataclass(frozen=True)
class Asset:
    """One static file: its content, its type, and its content gzipped when that is smaller."""

    content: bytes
    media_type: str

    @cached_property
    def gzipped(self) -> bytes | None:
        if not self.media_type.startswith(TEXT):
            return None
        packed = gzip.compress(self.content, 9, mtime=0)
        return packed if len(packed) < len(self.content) else None


@dataclass(frozen=True)
class Assets:
    """Every static file of the package under its name in URLs, and their common hash."""

    files: dict[str, Asset]
    hash: str

    def url(self, name: str) -> str:
        """The address of `name`; KeyError names a file that is not there."""
        if name not in self.files:
            raise KeyError(f"no static file {name}")
        return f"/static/{self.hash}/{name}"


def _media_type(path: Path) -> str:
    guessed = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    kind = guessed or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def read_assets(package: Path = PACKAGE) -> Assets:
    """Read kit/static as `name`, and <feature>/static as `<feature>/name`."""
    files: dict[str, Asset] = {}
    digest = hashlib.sha256()
    for folder in sorted(package.glob("*/static")):
        prefix = "" if folder.parent.name == "kit" else f"{folder.parent.name}/"
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            name = prefix + path.relative_to(folder).as_posix()
            files[name] = Asset(path.read_bytes(), _media_type(path))
            digest.update(name.encode() + b"\0" + files[name].content)
    return Assets(files, digest.hexdigest()[:12])


@cache
def assets() -> Assets:
    """The static files of this installation, read once."""
    return read_assets()

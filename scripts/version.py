"""The version of this source: from the tags of git, else from the day of the commit.

On a tag v1.2.0 it is 1.2.0, five commits later 1.2.0.post5. Where no tag is in reach (before the
first one, or in a shallow clone) it is the commit's moment, as in 2026.11.30.142501, so that of two
commits the later one is always the newer version. A source archive carries the version that it was
made with; a folder that is neither takes the day it is built.
"""

import re
import subprocess
from datetime import UTC, datetime
from email.parser import HeaderParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# v1, v1.2.0, v2026.11.1rc1; anything else is no release.
RELEASE = re.compile(r"v(\d+(?:\.\d+)*(?:(?:a|b|rc)\d+)?)-(\d+)-g[0-9a-f]+")


def version_of(root: Path = ROOT) -> str:
    """The version, as PEP 440 writes it."""
    if not (root / ".git").exists():
        return _of_archive(root) or _of_moment(datetime.now(UTC))
    found = RELEASE.fullmatch(_git(root, "describe", "--tags", "--long", "--match", "v[0-9]*"))
    if found:
        release, since = found.groups()
        return release if since == "0" else f"{release}.post{since}"
    seconds = _git(root, "log", "-1", "--format=%ct")
    return _of_moment(datetime.fromtimestamp(int(seconds), UTC) if seconds else datetime.now(UTC))


def _of_archive(root: Path) -> str | None:
    try:
        return HeaderParser().parsestr((root / "PKG-INFO").read_text("utf-8"))["Version"]
    except FileNotFoundError:
        return None


def _of_moment(at: datetime) -> str:
    # A number of a version has no leading zeros.
    return f"{at.year}.{at.month}.{at.day}.{int(at.strftime('%H%M%S'))}"


def _git(root: Path, *words: str) -> str:
    """What git answers; nothing where there is none, or it knows no such thing."""
    command = ["git", "-c", f"safe.directory={root}", "-C", str(root), *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""

"""The disks that a data folder lies on: what is nearly full, or can only be read."""

import os
from dataclasses import dataclass
from pathlib import Path

from firstline.kit.embedded import home_of_cluster

# Less room than this and PostgreSQL, files and letters stop within hours.
LEAST_ROOM = 512 * 2**20
LEAST_NAMES = 1000


@dataclass(frozen=True, slots=True)
class ShortDisk:
    """A disk by a folder on it; `room` is what is left of it, in bytes."""

    path: Path
    room: int
    read_only: bool


def short_disks(data: Path) -> list[ShortDisk]:
    """Those of files, letters and the embedded database on which the desk cannot go on for long."""
    places = (data, data / "files", data / "letters", home_of_cluster(data))
    found = {path.stat().st_dev: path for path in reversed(places) if path.is_dir()}
    return [disk for path in found.values() if (disk := _short(path))]


def _short(path: Path) -> ShortDisk | None:
    state = os.statvfs(path)
    room, read_only = state.f_bavail * state.f_frsize, bool(state.f_flag & os.ST_RDONLY)
    few_names = state.f_files > 0 and state.f_favail < LEAST_NAMES
    return ShortDisk(path, room, read_only) if read_only or few_names or room < LEAST_ROOM else None

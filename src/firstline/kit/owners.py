"""Whose a file or folder is: what another account makes or reads there, its own cannot use."""

import os
import pwd
from pathlib import Path


def owner_of(path: Path) -> str:
    """The name of the account that owns `path`, or the nearest folder above that can be seen."""
    for place in (path, *path.absolute().parents):
        try:
            uid = place.stat().st_uid
        except OSError:
            continue
        return _name_of(uid)
    return _name_of(0)


def is_others_for_root(path: Path) -> bool:
    """Whether this process is root and `path` another account's, who could not use what is made."""
    return os.geteuid() == 0 and path.stat().st_uid != 0


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"#{uid}"

"""Where the embedded cluster of a data folder lives, and how its configuration reads."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from firstline.kit.embedded.account import (
    SYSTEM,
    Account,
    choose,
    open_folder,
    private_folder,
    system_folder,
)
from firstline.kit.embedded.errors import EmbeddedError
from firstline.kit.halves import half_file

# sockaddr_un holds 104 to 108 bytes, and libpq appends the socket's own name.
SOCKET_BYTES = 100
SOCKET_NAME = ".s.PGSQL.5432"
# Says where the cluster lives when its account cannot reach the data folder.
POINTER = "postgres.path"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "fsync": "on",
    "synchronous_commit": "on",
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
}


@dataclass(frozen=True, slots=True)
class ClusterHome:
    """The home of one cluster and the account that owns what PostgreSQL writes in it."""

    home: Path
    account: Account

    @property
    def cluster(self) -> Path:
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        return self.home / "log"

    def socket(self) -> Path:
        """A folder 0700 for the socket, with a path short enough for the kernel."""
        for folder in self.socket_folders():
            # libpq reads a comma as the beginning of a second host.
            if len(os.fsencode(folder / SOCKET_NAME)) >= SOCKET_BYTES or "," in str(folder):
                continue
            if folder.parent == SYSTEM:
                open_folder(SYSTEM, 0o755)
            if private_folder(folder, self.account):
                return folder
        raise EmbeddedError(
            f"No private folder for PostgreSQL's socket could be made for {self.home}; give "
            "--data a shorter path."
        )

    def socket_folders(self) -> list[Path]:
        """Where the socket may be, best first."""
        yours = f"firstline-{self.account.uid}-{system_folder(self.home).name}"
        folders = [self.home / "socket"]
        if self.account.foreign:
            return [*folders, SYSTEM / yours]
        run = os.environ.get("XDG_RUNTIME_DIR")
        if run and Path(run).is_dir():
            folders.append(Path(run) / yours)
        # In /tmp the name is anyone's to take, so private_folder looks whose folder it is.
        return [*folders, *(Path(folder) / yours for folder in (tempfile.gettempdir(), "/tmp"))]  # noqa: S108

    def configure(self, socket: Path, options: Mapping[str, str]) -> Path:
        """Write the configuration anew, so that it follows the release; return its path.

        The files belong to this process, not to PostgreSQL's account: root must not write where
        another account could have laid a link. The keeper's own lines go into `local.conf`.
        """
        values = {
            **SETTINGS,
            "unix_socket_directories": f'"{socket}"',
            "hba_file": str(self.home / "hba.conf"),
            "ident_file": str(self.home / "ident.conf"),
            "log_directory": str(self.log),
            **options,
        }
        lines = [f"{name} = {_quote(value)}" for name, value in values.items()]
        lines.append("include_if_exists = 'local.conf'")
        # root can become any of them anyway, and the keeper's commands may run as root.
        names = dict.fromkeys((self.account.name, "root"))
        _write(self.home / "ident.conf", [f'firstline "{name}" firstline' for name in names])
        _write(self.home / "hba.conf", ["local all firstline peer map=firstline"])
        _write(self.home / "firstline.conf", lines)
        return self.home / "firstline.conf"


def elsewhere(data: Path) -> Path | None:
    """The home of the cluster of `data` where it is not in the folder itself."""
    pointer = data / POINTER
    return Path(pointer.read_text().strip()) if pointer.is_file() else None


def locate(data: Path) -> ClusterHome:
    """The place of the cluster of `data`, made when there is none yet."""
    near = data / "postgres"
    if home := elsewhere(data):
        if not (home / "cluster").is_dir():
            raise EmbeddedError(
                f"The database of {data} should be in {home} and is not there; restore a backup "
                "into a new data folder, or start anew with --fresh."
            )
        return ClusterHome(home, choose(home / "cluster"))
    account = choose(near / "cluster")
    if (near / "cluster").is_dir():
        return ClusterHome(near, account)
    place = ClusterHome(near, account)
    if _usable(place):
        return place
    shutil.rmtree(near, ignore_errors=True)
    place = ClusterHome(system_folder(data), account)
    open_folder(SYSTEM, 0o755)
    if not account.foreign or not _usable(place):
        raise EmbeddedError(f"PostgreSQL's account {account.name} cannot write to {place.home}.")
    _write(data / POINTER, [str(place.home)])
    return place


def _usable(place: ClusterHome) -> bool:
    """Whether PostgreSQL's account can work in the place."""
    try:
        # 0711: the account passes through to its own folders and lists nothing.
        open_folder(place.home, 0o711 if place.account.foreign else 0o700)
        return private_folder(place.log, place.account) and place.account.can_enter(place.log)
    except OSError:
        return False


def _quote(value: str) -> str:
    return "'" + value.replace("'", "''").replace("\\", "\\\\") + "'"


def _write(path: Path, lines: list[str]) -> None:
    with half_file(path, 0o644) as half:
        half.write_text("\n".join(lines) + "\n")
        half.replace(path)

"""PostgreSQL that Firstline brings, starts, watches and stops itself; nothing to install.

Only the programs come from a wheel. The cluster is 0700, listens on a socket in a private folder,
knows people by their account on this machine (peer), and keeps every commit on disk.
"""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path

from firstline.kit.embedded.cluster import Cluster
from firstline.kit.embedded.errors import EmbeddedError
from firstline.kit.embedded.place import elsewhere

__all__ = ["EmbeddedError", "EmbeddedPostgres", "home_of_cluster"]
log = logging.getLogger(__name__)
WATCH_SECONDS = 0.5


def home_of_cluster(data: Path) -> Path:
    """The folder of the cluster of a data folder, whether it is there or not."""
    return elsewhere(data) or data / "postgres"


class EmbeddedPostgres:
    """The cluster of a data folder. Several processes may use one; the last one stops it.

    `options` are further PostgreSQL settings, such as {"fsync": "off"} for throw-away tests.
    Everything here raises EmbeddedError with one sentence that says what to do.
    """

    def __init__(self, data: Path, options: Mapping[str, str] | None = None) -> None:
        self._cluster = Cluster(data, options or {})

    async def start(self) -> str:
        """Start it or attach to the running one; return where to connect (a libpq string)."""
        return await asyncio.to_thread(self._cluster.up)

    def exists(self) -> bool:
        """Whether a cluster was made for this data folder, wherever it lives."""
        return self._cluster.exists()

    def running_at(self) -> str | None:
        """Where to connect if it runs already, else None; starts nothing and holds no share."""
        return self._cluster.running_at()

    async def stop(self) -> None:
        """Give it back; the postmaster stops when nobody else uses it."""
        await asyncio.to_thread(self._cluster.down)

    async def watch(self) -> None:
        """Start a postmaster again that died; runs until cancelled."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if self._cluster.alive():
                continue
            log.warning("PostgreSQL is gone; starting it again")
            try:
                await self.start()
            except EmbeddedError as error:
                log.error("%s", error)

    async def destroy(self) -> None:
        """Stop it and remove the cluster with everything in it, for `--fresh`."""
        await asyncio.to_thread(self._cluster.erase)

"""The same desk, except that nothing said is written: numbers are given in memory.

Sign-in, rights, policy, hub and socket are the desk's own; only the ledger's database is left out.
"""

import sys
from dataclasses import replace

import uvicorn
import uvloop

from firstline.app import Desk, create_app
from firstline.cli.process import _options
from firstline.kit.batch import GroupCommit
from firstline.kit.db import News
from firstline.matters import entry_of
from firstline.settings import from_env
from firstline.timeline import Draft, Written


class Unwritten(GroupCommit[Draft, Written]):
    """Acknowledges words without keeping anything."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(limit=1)
        self._hub = desk.hub
        self._heads: dict[int, int] = {}

    async def put(self, item: Draft) -> Written:
        no = self._heads.get(item.matter, 1) + 1
        self._heads[item.matter] = no
        entry = entry_of(item, no)
        self._hub.tell_news([News(f"request/{item.matter}", no, (entry,))])
        return Written("written", no, entry)


def main() -> None:
    """Serve at the port given until stopped."""
    settings = replace(from_env(), port=int(sys.argv[1]))
    desk = Desk(settings)
    desk.ledger.words = Unwritten(desk)
    config = _options(create_app(settings, desk), settings)
    config.port = settings.port
    uvloop.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main()

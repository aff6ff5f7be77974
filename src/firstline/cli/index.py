"""`index again`: requests are read into the search index from their beginning."""

import asyncio
from argparse import Namespace

from firstline.cli.database import open_desk
from firstline.timeline import ask_index_again


def again(asked: Namespace) -> int:
    """Queue the requests; the worker of the running desk reads them."""
    count = asyncio.run(_again(asked))
    print(f"{count} requests will be read into the search index by the worker.")
    return 0


async def _again(asked: Namespace) -> int:
    async with open_desk(asked) as (_settings, db), db.transaction() as tx:
        return await ask_index_again(tx.conn, asked.no, everything=asked.all)

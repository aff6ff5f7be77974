"""`index again`: requests are read into the search index from their beginning."""

import asyncio
from argparse import Namespace

from firstline.cli.database import open_desk
from firstline.cli.output import quantity
from firstline.timeline import ask_index_again


def again(asked: Namespace) -> int:
    """Queue the requests; the worker of the running desk reads them."""
    count = asyncio.run(_again(asked))
    requests = quantity(count, "request", "requests")
    print(f"The worker will read {requests} into the search index.")
    return 0


async def _again(asked: Namespace) -> int:
    async with open_desk(asked) as (_settings, db), db.transaction() as tx:
        return await ask_index_again(tx.conn, asked.no, everything=asked.all)

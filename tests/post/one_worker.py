"""A worker of its own, to be killed or stopped: python one_worker.py URL due|outbox LEASE PAUSE.

It says "leased" as soon as it holds a row, sleeps PAUSE seconds, then does the work.
"""

import asyncio
import sys
from datetime import datetime
from typing import Any
from uuid import UUID

from firstline.kit.db import Conn, Db, Tx
from firstline.kit.due import DueRunner, DueTime
from firstline.kit.outbox import OutboxRunner


async def lock_row(conn: Conn, matter: int) -> None:
    await conn.execute("select from requests where no = %s for no key update", (matter,))


async def fire(tx: Tx, due: DueTime, now: datetime) -> None:
    await tx.conn.execute(
        "insert into fired values (%s, %s, %s)", (due.matter, due.kind, due.generation)
    )


async def main(url: str, what: str, lease: float, pause: float) -> None:
    db = Db(url, size=3)
    await db.open()

    async def send(payload: dict[str, Any], parcel_id: UUID) -> None:
        print("leased", flush=True)
        await asyncio.sleep(pause)
        async with db.transaction() as tx:
            await tx.conn.execute("insert into fired values (0, %s, 0)", (str(parcel_id),))

    class Slow(DueRunner):
        async def work(self, row: DueTime) -> None:
            print("leased", flush=True)
            await asyncio.sleep(pause)
            await super().work(row)

    if what == "due":
        await Slow(db, {"promise": fire}, lock=lock_row, poll=0.2, lease_seconds=lease).run()
    else:
        await OutboxRunner(db, {"mail": send}, poll=0.2, patience=lease / 2).run()


asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])))

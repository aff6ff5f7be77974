"""SQL of promises that is not the log's own."""

from firstline.kit.db import Conn


async def notices_after(conn: Conn, no: int, after: int) -> int:
    """How many delay notices a request has among its entries numbered above `after`."""
    cursor = await conn.execute(
        "select count(*) from entries where matter = %s and no > %s and kind = 'delay_notice'",
        (no, after),
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0

"""SQL of reading whole logs of requests, many at a time."""

from psycopg.rows import class_row

from firstline.kit.db import Conn, columns, fetch_in_turns
from firstline.timeline import REQUEST, Entry, Request

ENTRY = columns(Entry)


async def read_logs(conn: Conn, numbers: list[int]) -> list[tuple[Request, list[Entry]]]:
    """These requests, each with all its entries as they were written, in order of number."""
    async with conn.cursor(row_factory=class_row(Request)) as cursor:
        await cursor.execute(
            f"select {REQUEST} from requests where no = any(%s) order by no", (numbers,)
        )
        requests = await cursor.fetchall()
    found: dict[int, list[Entry]] = {request.no: [] for request in requests}
    async with conn.cursor(row_factory=class_row(Entry)) as cursor:
        await cursor.execute(
            f"select {ENTRY} from entries where matter = any(%s) order by matter, no",
            (numbers,),
        )
        for entry in await fetch_in_turns(cursor):
            found[entry.matter].append(entry)
    return [(request, found[request.no]) for request in requests]

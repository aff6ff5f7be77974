"""SQL that brings the hosts of services to their one spelling."""

import re

from firstline.kit.addresses import UNSEEN, ascii_host, host_name, readable_host
from firstline.kit.db import Conn


async def respell_hosts(conn: Conn, most: int = 1000) -> int:
    """Bring hosts of before to the one spelling; how many of them there were."""
    cursor = await conn.execute(
        "select id, host from services where host_read is null order by id limit %s"
        " for update skip locked",
        (most,),
    )
    spelled = [(row[0], host_name(row[1])) for row in await cursor.fetchall()]
    rows = [(host, readable_host(host), id_) for id_, host in spelled]
    async with conn.cursor() as many:
        await many.executemany("update services set host = %s, host_read = %s where id = %s", rows)
    return len(rows)


def part_of_host(q: str) -> str:
    """What is looked for, as the network spells it."""
    return ascii_host(UNSEEN.sub("", q)).rstrip(".") or q


def pattern(q: str) -> str:
    """Of `like`: whatever holds these words, whichever signs stand in them."""
    return "%" + re.sub(r"([\\%_])", r"\\\1", q) + "%"

"""SQL of a trial: what the log tells of promises, request by request, without the words."""

from datetime import datetime

from psycopg.rows import class_row

from firstline.kit.db import Conn, fetch_in_turns
from firstline.timeline import REQUEST, Entry, Request
from firstline.trials.model import Log

REQUESTS = f"""
select {REQUEST} from requests
where no > %s and updated_at >= %s and arrived_at <= %s order by no limit %s
"""
# Words and digests weigh most of the log and promise nothing; only an edit's words are a value.
ENTRIES = """
select matter, no, kind, by_id, '' as by_name, side, audience, channel,
  case when kind = 'edited' then body else '' end as body,
  case when kind in ('edited', 'handed_over', 'sent_back', 'delay_notice') or data ? 'turn'
    then data else '{}'::jsonb end as data,
  null as key, at, null::bytea as salts, ''::bytea as digests, ''::bytea as sha
from entries where matter = any(%s) and at <= %s
  and (kind in ('opened', 'closed', 'reopened', 'handed_over', 'sent_back', 'delay_notice')
    or (kind = 'said' and side <> 'system') or (kind = 'edited' and data ? 'field'))
order by matter, no
"""


async def promising_logs(
    conn: Conn, after: int, since: datetime, until: datetime, most: int
) -> list[Log]:
    """The next `most` requests numbered above `after` in which something happened since then, each
    with the steps of its log that make, meet or move promises.
    """
    async with conn.cursor(row_factory=class_row(Request)) as cursor:
        await cursor.execute(REQUESTS, (after, since, until, most))
        requests = await cursor.fetchall()
    found: dict[int, list[Entry]] = {request.no: [] for request in requests}
    async with conn.cursor(row_factory=class_row(Entry)) as cursor:
        await cursor.execute(ENTRIES, (list(found), until))
        for entry in await fetch_in_turns(cursor):
            found[entry.matter].append(entry)
    return [(request, found[request.no]) for request in requests]

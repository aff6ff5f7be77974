"""SQL of questions back, and of what the coach has read: read into evidence with a request's log.

A question back is an answer that gave the turn to the client before any solution, followed by
words of the client. A solution is the first closing, and the answer after which nobody of the staff
had to do anything but close: what the client says in between is thanks, unless it was asked for.
"""

from collections.abc import Sequence
from typing import LiteralString

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from firstline.kit.db import Conn
from firstline.policy import Policy
from firstline.reports.model import Evidence

# The release in which a desk begins to coach brings the table of fields.
COACHED_SINCE: LiteralString = (
    "(select applied_at from schema_versions where name = 'request_fields')"
)
ANSWERS: LiteralString = (
    "a.matter = r.no and a.side = 'staff' and a.by_id is not null and a.audience = 'all'"
    " and (a.kind = 'closed' or a.kind = 'said' and coalesce(a.data->>'turn', '') <> 'us')"
)
# Words of the client at `c` that the answer before asked for, or that wanted more than a closing.
WANTED_MORE: LiteralString = f"""
((select a.body ~ '[?？]([[:space:]"”»)]|$)' from entries a where {ANSWERS} and a.no < c.no
  order by a.no desc limit 1)
or exists (select from entries s where s.matter = r.no and s.side = 'staff' and s.no > c.no
  and s.kind in ('said', 'handed_over', 'delay_notice') and (done.no is null or s.no < done.no)))
"""
# By month and topic; whether every fact that the topic requires was there when it was answered, and
# whether the desk coached already when it arrived.
ASKED_BACK: LiteralString = f"""
select 'asked_back' as measure, r.no as request_no, first.no, r.line, first.by_id as person,
  first.at, case when back.no is not null then 'broken' when done.no is null then 'open'
    when done.data->>'outcome' in ('refused', 'duplicate', 'withdrawn') then 'aside'
    else 'kept' end as verdict,
  case when exists (select from jsonb_array_elements_text(
      coalesce(%(required)s::jsonb->r.policy_version::text->r.topic, '[]')) as q(field)
    where not exists (select from request_fields f where f.request_no = r.no
      and f.field = q.field and f.value <> '' and f.source_no < first.no))
    then 'incomplete' else 'complete' end
  || case when r.arrived_at < {COACHED_SINCE} then '_before' else '' end as part,
  r.topic as rule, r.arrived_at as since, back.no as ended_no, back.at as ended_at
from requests r
join lateral (select a.no, a.at, a.by_id from entries a where {ANSWERS} order by a.no limit 1)
  first on true
left join lateral (select e.no, e.data from entries e where e.matter = r.no and e.kind = 'closed'
  order by e.no limit 1) done on true
left join lateral (select c.no, c.at from entries c where c.matter = r.no and c.kind = 'said'
  and c.side = 'client' and c.no > first.no and (done.no is null or c.no < done.no)
  and {WANTED_MORE} order by c.no limit 1) back on true
where r.no = any(%(numbers)s)
"""
# Each correction by staff of what the coach has read, and each request in which all of it stands.
FACTS_READ: LiteralString = """
select 'facts_read' as measure, r.no as request_no, e.no, r.line, e.by_id as person, e.at,
  'broken' as verdict, substr(e.data->>'field', 8) as part, r.topic as rule,
  null::timestamptz as since, null::int as ended_no, null::timestamptz as ended_at
from requests r join entries e on e.matter = r.no and e.kind = 'edited'
  and e.data->>'field' like 'fields.%%' and e.data->>'was' = 'coach'
where r.no = any(%(numbers)s)
union all
select 'facts_read', r.no, 1, r.line, null, r.arrived_at, 'kept', '', r.topic, null, null, null
from requests r where r.no = any(%(numbers)s)
  and exists (select from request_fields f where f.request_no = r.no and f.set_by = 'coach')
  and not exists (select from entries e where e.matter = r.no and e.kind = 'edited'
    and e.data->>'field' like 'fields.%%' and e.data->>'was' = 'coach')
"""


async def asking_evidence(
    conn: Conn, numbers: Sequence[int], policies: dict[int, Policy]
) -> list[Evidence]:
    """Evidence of these requests; `policies` are those of their arrivals, by version."""
    required = {
        str(version): dict(policy.source.request.by_topic) for version, policy in policies.items()
    }
    values = {"numbers": list(numbers), "required": Jsonb(required)}
    async with conn.cursor(row_factory=class_row(Evidence)) as cursor:
        await cursor.execute(f"{ASKED_BACK} union all {FACTS_READ}", values)
        return await cursor.fetchall()

"""SQL of articles that were named to a client before they sent anything.

An article made a request needless when the client opened it and nobody of the client opened a
request about the same topic afterwards: within a week of what the coach named, and within a day,
whatever the topic, of what a search found. A draft, or a day of searches, counts once: for the
article that was opened last, else for the one that was named first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, LiteralString
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn

SuggestionKind = Literal["coach", "search"]
FOLLOWED_WITHIN: dict[SuggestionKind, timedelta] = {
    "coach": timedelta(days=7),
    "search": timedelta(days=1),
}
# `sent`: under the draft's own key, however late.
JUDGED: LiteralString = """
select s.person_id, s.draft, s.article_id, s.kind, s.at, s.opened_at,
  coalesce(sent.no, later.no) as request_no,
  case when coalesce(sent.no, later.no) is not null then 'broken'
    when coalesce(s.opened_at, s.at) + w.span > %(now)s then 'open'
    when s.opened_at is null then 'aside' else 'kept' end as verdict,
  row_number() over (partition by s.person_id, s.draft
    order by s.opened_at desc nulls last, s.at, s.article_id) = 1 as counts
from suggested_articles s
join contacts c on c.person_id = s.person_id
join (values ('coach', %(coach)s::interval), ('search', %(search)s::interval)) w(kind, span)
  on w.kind = s.kind
left join lateral (select r.no from requests r
  where r.opened_by = s.person_id and r.open_key = s.draft) sent on true
left join lateral (select r.no from requests r where r.client_id = c.client_id
  and r.arrived_at > coalesce(s.opened_at, s.at)
  and r.arrived_at <= coalesce(s.opened_at, s.at) + w.span
  and s.topic in ('', r.topic) order by r.no limit 1) later on true
"""


@dataclass(frozen=True, slots=True)
class SuggestionCount:
    """How many drafts of a day of a zone ended with a verdict, by the article that counts."""

    day: str
    slug: str
    verdict: Literal["kept", "broken", "open", "aside"]
    count: int


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """A draft for which an article was named: when, whether it was opened, and the request that
    came all the same; whose it is nobody is told.
    """

    slug: str
    kind: SuggestionKind
    verdict: Literal["kept", "broken", "open", "aside"]
    at: datetime
    opened_at: datetime | None
    request_no: int | None


@dataclass(frozen=True, slots=True)
class SuggestionWorth:
    """What naming an article did: how often it was named and opened, how many requests it made
    needless, and how many came all the same.
    """

    named: int = 0
    opened: int = 0
    needless: int = 0
    sent: int = 0


async def put_suggestion(
    conn: Conn,
    person: UUID,
    draft: str,
    slug: str,
    kind: SuggestionKind,
    topic: str,
    now: datetime,
    *,
    most: int,
) -> None:
    """Note an article once a draft; nothing where the person has `most` of a day already."""
    await conn.execute(
        "insert into suggested_articles (person_id, draft, article_id, kind, topic, at)"
        " select %(person)s, %(draft)s, a.id, %(kind)s, %(topic)s, %(now)s from articles a"
        " where a.slug = %(slug)s and (select count(*) from suggested_articles"
        "  where person_id = %(person)s and at > %(now)s - interval '1 day') < %(most)s"
        " on conflict do nothing",
        {
            "person": person, "draft": draft, "slug": slug, "kind": kind, "topic": topic,
            "now": now, "most": most,
        },
    )  # fmt: skip


async def note_opened(conn: Conn, person: UUID, draft: str, slug: str, now: datetime) -> None:
    """Note that somebody opened what was named to them, the first time."""
    await conn.execute(
        "update suggested_articles set opened_at = %s where person_id = %s and draft = %s"
        " and opened_at is null and article_id = (select id from articles where slug = %s)",
        (now, person, draft, slug),
    )


async def forget_suggestions(conn: Conn, before: datetime) -> None:
    """Forget what was named before a moment."""
    await conn.execute("delete from suggested_articles where at < %s", (before,))


async def suggestions_by_day(
    conn: Conn, since: datetime, until: datetime, zone: str, now: datetime
) -> list[SuggestionCount]:
    """Drafts of a period by day, article and verdict."""
    async with conn.cursor(row_factory=class_row(SuggestionCount)) as cursor:
        await cursor.execute(
            "select (j.at at time zone %(zone)s)::date::text as day, a.slug, j.verdict,"
            f" count(*) as count from ({JUDGED}) j join articles a on a.id = j.article_id"
            " where j.counts and j.at >= %(since)s and j.at < %(until)s"
            " group by 1, 2, 3 order by 1, 2, 3",
            {**_values(now), "since": since, "until": until, "zone": zone},
        )
        return await cursor.fetchall()


async def list_suggestions(
    conn: Conn,
    since: datetime,
    until: datetime,
    now: datetime,
    *,
    slugs: Sequence[str] | None = None,
    verdict: str | None = None,
    limit: int,
    offset: int = 0,
) -> list[SuggestionRow]:
    """Drafts of a period, of some articles or all, the newest first."""
    async with conn.cursor(row_factory=class_row(SuggestionRow)) as cursor:
        await cursor.execute(
            "select a.slug, j.kind, j.verdict, j.at, j.opened_at, j.request_no"
            f" from ({JUDGED}) j join articles a on a.id = j.article_id"
            " where j.counts and j.at >= %(since)s and j.at < %(until)s"
            " and (%(slugs)s::text[] is null or a.slug = any(%(slugs)s))"
            " and (%(verdict)s::text is null or j.verdict = %(verdict)s)"
            " order by j.at desc, j.person_id, j.draft limit %(limit)s offset %(offset)s",
            {
                **_values(now), "since": since, "until": until, "verdict": verdict,
                "slugs": None if slugs is None else list(slugs),
                "limit": limit, "offset": offset,
            },
        )  # fmt: skip
        return await cursor.fetchall()


async def suggestion_worths(
    conn: Conn, since: datetime, until: datetime, now: datetime
) -> dict[str, SuggestionWorth]:
    """What naming articles did in a period, by article."""
    cursor = await conn.execute(
        "select a.slug, count(*), count(j.opened_at),"
        " count(*) filter (where j.counts and j.verdict = 'kept'),"
        " count(*) filter (where j.counts and j.verdict = 'broken')"
        f" from ({JUDGED}) j join articles a on a.id = j.article_id"
        " where j.at >= %(since)s and j.at < %(until)s group by a.slug",
        {**_values(now), "since": since, "until": until},
    )
    return {slug: SuggestionWorth(*counts) for slug, *counts in await cursor.fetchall()}


def _values(now: datetime) -> dict[str, Any]:
    return {"now": now, **FOLLOWED_WITHIN}

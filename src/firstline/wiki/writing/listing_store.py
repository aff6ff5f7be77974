"""SQL of the list of articles at the desk."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn
from firstline.wiki.model import AudienceName

SHOWS = ("", "mine", "review", "drafts", "planned", "missing", "outdated", "again", "archived")


@dataclass(frozen=True, slots=True)
class LanguageState:
    """How an article stands in a language: the revision that is read, 0 for none."""

    revision: int
    outdated: bool
    draft: bool
    planned: bool


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """A row of the list; `texts` are `[language, revision, outdated]`, `drafts` and `plans` the
    languages in which something is being written or planned.
    """

    slug: str
    title: str
    section: str
    audience: AudienceName
    original: str
    owner: str | None
    read_again: date | None
    archived_at: datetime | None
    texts: list[tuple[str, int, bool]]
    drafts: list[str]
    plans: list[str]
    reviews: int

    def state(self, language: str) -> LanguageState:
        found = {code: (number, old) for code, number, old in self.texts}
        number, old = found.get(language, (0, False))
        return LanguageState(number, old, language in self.drafts, language in self.plans)


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What of the list is wanted: `show` is one of `SHOWS`; of `missing` and `outdated` only
    `language`, or any of `languages`.
    """

    show: str = ""
    section: str = ""
    language: str = ""
    q: str = ""


_OUTDATED: LiteralString = (
    "t.language <> a.original and t.checked < (select o.revision from article_texts o"
    " where o.article_id = a.id and o.language = a.original)"
)
_WANTED: LiteralString = (
    "(%(show)s = 'archived') = (a.archived_at is not null)"
    " and (%(section)s = '' or a.section = %(section)s)"
    " and (%(q)s = '' or a.slug like %(like)s or exists (select from article_texts t join"
    " article_revisions r using (article_id, language, revision)"
    " where t.article_id = a.id and lower(r.title) like %(like)s)"
    " or exists (select from article_drafts d where d.article_id = a.id"
    " and lower(d.title) like %(like)s))"
    # An article of which all was put away is nobody's work but its owner's.
    " and (%(show)s = 'mine' or exists (select from article_texts t where t.article_id = a.id)"
    " or exists (select from article_drafts d where d.article_id = a.id)"
    " or exists (select from article_plans w where w.article_id = a.id))"
    " and case %(show)s"
    " when 'mine' then a.owner_id = %(person)s or exists (select from article_drafts d"
    " where d.article_id = a.id and d.person_id = %(person)s)"
    " when 'review' then exists (select from article_drafts d where d.article_id = a.id"
    " and d.review_at is not null)"
    " when 'drafts' then exists (select from article_drafts d where d.article_id = a.id)"
    " when 'planned' then exists (select from article_plans w where w.article_id = a.id)"
    " when 'missing' then exists (select from unnest(%(languages)s::text[]) l(code)"
    " where not exists (select from article_texts t where t.article_id = a.id"
    " and t.language = l.code))"
    " when 'outdated' then exists (select from article_texts t where t.article_id = a.id"
    f" and t.language = any(%(languages)s) and {_OUTDATED})"
    " when 'again' then a.read_again <= %(today)s"
    " else true end"
)
_TITLE: LiteralString = (
    "coalesce((select r.title from article_texts t join article_revisions r"
    " using (article_id, language, revision) where t.article_id = a.id"
    " order by t.language = %(lang)s desc, t.language = a.original desc, t.language limit 1),"
    " (select d.title from article_drafts d where d.article_id = a.id and d.title <> ''"
    " order by d.updated_at desc limit 1), a.slug)"
)


async def list_articles(
    conn: Conn,
    wanted: ListFilter,
    *,
    lang: str,
    languages: list[str],
    person: UUID,
    today: date,
    offset: int,
    limit: int,
) -> list[ListedArticle]:
    """Articles by title, as `lang` has it."""
    values = _values(wanted, languages, person, today)
    async with conn.cursor(row_factory=class_row(ListedArticle)) as cursor:
        await cursor.execute(
            f"select * from (select a.slug, {_TITLE} as title, a.section, a.audience, a.original,"
            " (select p.name from people p where p.id = a.owner_id) as owner, a.read_again,"
            " a.archived_at, (select coalesce(jsonb_agg(jsonb_build_array(t.language, t.revision,"
            f" coalesce({_OUTDATED}, false))), '[]') from article_texts t"
            " where t.article_id = a.id) as texts,"
            " (select coalesce(array_agg(distinct d.language), '{}') from article_drafts d"
            " where d.article_id = a.id) as drafts,"
            " (select coalesce(array_agg(w.language), '{}') from article_plans w"
            " where w.article_id = a.id) as plans,"
            " (select count(*) from article_drafts d where d.article_id = a.id"
            " and d.review_at is not null) as reviews"
            f" from articles a where {_WANTED}) found"
            " order by lower(title), slug offset %(offset)s limit %(limit)s",
            values | {"lang": lang, "offset": offset, "limit": limit},
        )
        return await cursor.fetchall()


async def count_waiting(
    conn: Conn, languages: list[str], person: UUID, today: date
) -> dict[str, int]:
    """How many articles each of `SHOWS` that asks for work has."""
    counts: dict[str, int] = {}
    for show in ("review", "planned", "missing", "outdated", "again"):
        values = _values(ListFilter(show), languages, person, today)
        cursor = await conn.execute(f"select count(*) from articles a where {_WANTED}", values)
        row = await cursor.fetchone()
        counts[show] = row[0] if row else 0
    return counts


def _values(wanted: ListFilter, languages: list[str], person: UUID, today: date) -> dict[str, Any]:
    text = wanted.q.casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {
        "show": wanted.show,
        "section": wanted.section,
        "q": wanted.q,
        "like": f"%{text}%",
        "languages": [wanted.language] if wanted.language else languages,
        "person": person,
        "today": today,
    }


async def owners(conn: Conn) -> dict[UUID, str]:
    """Whom an article may belong to: the staff, by id."""
    cursor = await conn.execute(
        "select id, name from people where side = 'staff' and active order by name, id"
    )
    return dict(await cursor.fetchall())

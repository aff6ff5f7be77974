"""An article made of a solved request: shown with all that was taken out, kept as a draft."""

from dataclasses import dataclass

from litestar import get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from firstline import wiki
from firstline.kit import web
from firstline.kit.db import Tx
from firstline.people.visit import Visit, desk_pages
from firstline.upkeep.drafts import closed_request, draft_article, kind_words


@get("/requests/{no:int}/article")
async def article_draft(visit: Given[Visit], no: FromPath[int]) -> web.Page:
    """Title, question and answers of a closed request without anything personal (clause
    answer.wiki); what was taken out stands beside, and is read anew each time.
    """
    async with visit.db.connection() as conn:
        draft = await draft_article(conn, visit.who, visit.policy, no, visit.public_url)
        made = await wiki.articles_from(conn, no)
    return visit.page(
        "upkeep/draft.html", draft=draft, made=made, kinds=kind_words(), sections=wiki.SECTIONS,
        section_words=wiki.section_words(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DraftForm:
    title: str = ""
    section: str = ""
    body: str = ""


@post("/requests/{no:int}/article", status_code=303)
async def keep_article_draft(
    visit: Given[Visit], no: FromPath[int], data: URLEncodedBody[DraftForm]
) -> Redirect:
    """Keep it as a draft of one's own; nothing is published by itself."""

    async def act(tx: Tx) -> str:
        request = await closed_request(tx.conn, visit.who, no)
        new = wiki.NewArticle(data.section, request.language, data.title, data.body, draft=True)
        languages = visit.policy.languages
        edition = await wiki.new_article(tx, visit.who, new, languages, now=visit.now)
        await wiki.note_source(tx.conn, edition.slug, no, visit.who.id, visit.now)
        return edition.slug

    slug = await visit.once(act)
    return Redirect(f"/desk/wiki/articles/{slug}", status_code=303)


routes = [desk_pages(article_draft, keep_article_draft)]

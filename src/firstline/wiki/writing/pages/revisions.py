"""Every edition of an article in a language, what each changed, and an old one again."""

from dataclasses import dataclass

from litestar import get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from firstline.kit import web
from firstline.kit.db import Tx
from firstline.kit.errors import Missing
from firstline.kit.i18n import _
from firstline.kit.typed import number_or_none
from firstline.people.visit import Visit
from firstline.wiki import actions, writing_store
from firstline.wiki.rendering import preview_html
from firstline.wiki.writing.differences import text_differences
from firstline.wiki.writing.pages.common import article_desk
from firstline.wiki.writing.pages.listing import choices


@get("/wiki/articles/{slug:str}/{language:str}/revisions")
async def list_revisions(
    visit: Given[Visit], slug: FromPath[str], language: FromPath[str]
) -> web.Page:
    """Who published what when, the newest first."""
    async with visit.db.connection() as conn:
        desk = await article_desk(conn, slug)
        every = await writing_store.revision_heads(conn, desk.card.id, language)
    if not every:
        raise Missing(_("Nothing was published in this language yet."))
    return visit.page(
        "wiki/desk/revisions.html",
        desk=desk, card=desk.card, language=language, every=every, **choices(visit),
    )  # fmt: skip


@get("/wiki/articles/{slug:str}/{language:str}/revisions/{number:int}")
async def show_revision(
    visit: Given[Visit],
    slug: FromPath[str],
    language: FromPath[str],
    number: FromPath[int],
    request: web.Http,
) -> web.Page:
    """An edition, and word by word what it changed against the one before, or another."""
    asked = number_or_none(request.query_params.get("against", ""), 10**6)
    against = number - 1 if asked is None else asked
    async with visit.db.connection() as conn:
        desk = await article_desk(conn, slug)
        found = await writing_store.revision(conn, desk.card.id, language, number)
        other = await writing_store.revision(conn, desk.card.id, language, against)
        every = await writing_store.revision_heads(conn, desk.card.id, language)
    if found is None:
        raise Missing(_("There is no such edition."))
    return visit.page(
        "wiki/desk/revision.html",
        desk=desk,
        card=desk.card,
        language=language,
        found=found,
        other=other,
        every=every,
        compared=await text_differences(other.text, found.text) if other else None,
        preview=await preview_html(found.body),
        **choices(visit),
    )


@dataclass(frozen=True, slots=True)
class RestoreForm:
    """`revision` is the one that is read, as the page showed it."""

    revision: int = 0


@post("/wiki/articles/{slug:str}/{language:str}/revisions/{number:int}/restore", status_code=303)
async def restore(
    visit: Given[Visit],
    slug: FromPath[str],
    language: FromPath[str],
    number: FromPath[int],
    data: URLEncodedBody[RestoreForm],
) -> Redirect:
    """Publish an old edition's words again, as a new one."""

    async def act(tx: Tx) -> None:
        card = (await actions.article_to_write(tx, slug)).card
        found = await writing_store.revision(tx.conn, card.id, language, number)
        if found is None:
            raise Missing(_("There is no such edition."))
        await actions.publish(
            tx, visit.who, slug, language, found.text, data.revision, now=visit.now
        )

    await visit.once(act)
    return Redirect(f"/desk/wiki/articles/{slug}/{language}/revisions", status_code=303)


handlers = [list_revisions, show_revision, restore]

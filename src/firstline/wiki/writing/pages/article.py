"""An article at the desk: how it stands in each language, and what belongs to all of them."""

from datetime import date
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath
from litestar.response import Redirect

from firstline.kit import web
from firstline.kit.db import Tx
from firstline.kit.errors import Invalid
from firstline.kit.i18n import _
from firstline.kit.typed import day_or_none
from firstline.people.visit import Visit
from firstline.wiki import erasures_store, writing_store
from firstline.wiki.erasures import take_out_erased
from firstline.wiki.store import former_slugs
from firstline.wiki.writing import images_store, keeping, left_store, listing_store
from firstline.wiki.writing.pages.common import article_desk
from firstline.wiki.writing.pages.listing import choices, today


@get("/wiki/articles/{slug:str}")
async def show_card(visit: Given[Visit], slug: FromPath[str]) -> web.Page | Redirect:
    """The article's languages side by side, its settings and addresses."""
    async with visit.db.connection() as conn:
        desk = await article_desk(conn, slug)
        if desk.card.slug != slug:
            return Redirect(f"/desk/wiki/articles/{desk.card.slug}", status_code=301)
        owners = await listing_store.owners(conn)
        pins = await writing_store.pins(conn, desk.card.id)
        return visit.page(
            "wiki/desk/article.html",
            desk=desk,
            card=desk.card,
            owners=owners,
            pins=pins,
            seen=msgspec.json.encode(keeping.settings_of(desk.card, pins)).decode(),
            former=await former_slugs(conn, desk.card.id),
            left=await left_store.left_drafts(conn, desk.card.id, visit.who.id),
            images=await images_store.images_of(conn, desk.card.id),
            erasures=await erasures_store.erasures(conn, desk.card.id),
            topics=visit.policy.topics,
            today=today(visit),
            **choices(visit),
        )


@post("/wiki/articles/{slug:str}/settings", status_code=303)
async def change_card(visit: Given[Visit], slug: FromPath[str]) -> Redirect:
    """Section, readers, topics, owner, the day to read it again, pinned articles."""
    form = await visit.http.form()
    change = keeping.CardChange(
        section=str(form.get("section") or ""),
        audience=str(form.get("audience") or ""),
        topics=_topics(visit, [str(one) for one in form.getall("topics", [])]),
        owner_id=_id_or_none(str(form.get("owner") or "")),
        read_again=_day(str(form.get("read_again") or "")),
        related=[_slug(word) for word in str(form.get("related") or "").replace(",", " ").split()],
    )
    seen = _settings_read(str(form.get("seen") or ""))

    async def act(tx: Tx) -> None:
        await keeping.change_card(tx, visit.who, slug, change, seen=seen, now=visit.now)

    await visit.once(act)
    return Redirect(f"/desk/wiki/articles/{slug}", status_code=303)


def _settings_read(text: str) -> keeping.CardChange | None:
    """The settings as the page showed them, where the form says so."""
    try:
        return msgspec.json.decode(text, type=keeping.CardChange) if text else None
    except msgspec.DecodeError:
        raise Invalid(_("Load the page again, then change the settings."), field="seen") from None


def _topics(visit: Visit, topics: list[str]) -> list[str]:
    for topic in topics:
        if topic not in visit.policy.topics:
            raise Invalid(_("Choose topics of the regulations."), field="topics")
    return topics


def _id_or_none(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid(_("Choose an owner among the staff."), field="owner") from None


def _day(text: str) -> date | None:
    day = day_or_none(text) if text else None
    if text and day is None:
        raise Invalid(_("Enter a day, or leave it empty."), field="read_again")
    return day


def _slug(word: str) -> str:
    """What somebody pasted as an article: an address as well."""
    return word.rpartition("/wiki/")[2].partition("#")[0].partition("?")[0].strip("/")


@post("/wiki/articles/{slug:str}/archive", status_code=303)
async def archive(visit: Given[Visit], slug: FromPath[str]) -> Redirect:
    """Take it out of sight, or bring it back."""
    form = await visit.http.form()
    archived = str(form.get("archived") or "") == "true"

    async def act(tx: Tx) -> None:
        await keeping.set_archived(tx, visit.who, slug, archived, now=visit.now)

    await visit.once(act)
    return Redirect(f"/desk/wiki/articles/{slug}", status_code=303)


@post("/wiki/articles/{slug:str}/erased", status_code=303)
async def take_out(visit: Given[Visit], slug: FromPath[str]) -> Redirect:
    """Take what was erased in its request out of every edition."""

    async def act(tx: Tx) -> None:
        await take_out_erased(tx, visit.who, slug, now=visit.now)

    await visit.once(act)
    return Redirect(f"/desk/wiki/articles/{slug}", status_code=303)


@post("/wiki/articles/{slug:str}/address", status_code=303)
async def move(visit: Given[Visit], slug: FromPath[str]) -> Redirect:
    """Give it another address."""
    form = await visit.http.form()
    new = _slug(str(form.get("slug") or "").strip())

    async def act(tx: Tx) -> str:
        return await keeping.move_article(tx, visit.who, slug, new, now=visit.now)

    return Redirect(f"/desk/wiki/articles/{await visit.once(act)}", status_code=303)


@post("/wiki/articles/{slug:str}/{language:str}/fits", status_code=303)
async def confirm_translation(
    visit: Given[Visit], slug: FromPath[str], language: FromPath[str]
) -> Redirect:
    """The translation says what the original says, though that is newer."""

    async def act(tx: Tx) -> None:
        await keeping.confirm_translation(tx, visit.who, slug, language)

    await visit.once(act)
    return Redirect(f"/desk/wiki/articles/{slug}", status_code=303)


handlers = [show_card, change_card, archive, take_out, move, confirm_translation]

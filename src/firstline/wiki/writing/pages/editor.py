"""The editor of an article: text with a live preview, kept as one types; review, publishing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody, URLEncodedBody
from litestar.response import Redirect

from firstline.kit import web
from firstline.kit.db import Tx
from firstline.kit.errors import Conflict, Invalid, Missing, Refused
from firstline.kit.i18n import _
from firstline.kit.typed import moment_or_none, number_or_none, time_or_none
from firstline.people.visit import Visit
from firstline.wiki import actions
from firstline.wiki.checks import check_draft, check_language
from firstline.wiki.model import BODY_LIMIT, LONGEST_BODY, ArticleText
from firstline.wiki.rendering import preview_html
from firstline.wiki.writing import drafts
from firstline.wiki.writing.differences import text_differences
from firstline.wiki.writing.drafts_store import ArticleDraft
from firstline.wiki.writing.pages.common import ArticleDesk, article_desk
from firstline.wiki.writing.pages.listing import choices

# JSON writes a character of ours in up to six bytes.


class DraftIn(msgspec.Struct, forbid_unknown_fields=True):
    """What stands in the editor; `since` is when this window knows it to be kept, `instead` that
    other words of one's draft make way.
    """

    title: str
    summary: str
    body: str
    seen: int
    since: datetime | None = None
    instead: bool = False


class DraftOut(msgspec.Struct):
    since: datetime
    newest: int


@dataclass(frozen=True, slots=True)
class EditForm:
    """The form of the editor: `of` is whose draft it was, where it is another's; `since` when the
    page knew one's own to be kept; `at` wall-clock time of the policy's zone where `when` is later.
    """

    title: str = ""
    summary: str = ""
    body: str = ""
    seen: str = "0"
    of: str = ""
    since: str = ""
    when: str = "now"
    at: str = ""
    key: str = ""
    csrf: str = ""

    @property
    def text(self) -> ArticleText:
        return ArticleText(self.title, self.summary, self.body)

    @property
    def revision(self) -> int:
        """The revision that the writer knew. Raises Invalid."""
        found = number_or_none(self.seen, 10**9)
        if found is None:
            raise Invalid(_("%(field)s must be a number.") % {"field": "seen"}, field="seen")
        return found

    @property
    def writer(self) -> UUID | None:
        try:
            return UUID(self.of) if self.of else None
        except ValueError:
            raise Invalid(_("This draft is not there any more."), field="of") from None


@get("/wiki/articles/{slug:str}/{language:str}")
async def edit_page(
    visit: Given[Visit], slug: FromPath[str], language: FromPath[str], request: web.Http
) -> web.Page | Redirect:
    """The editor with one's own draft, another's (`of`), or what is read."""
    check_language(language, visit.policy.languages)
    async with visit.db.connection() as conn:
        desk = await article_desk(conn, slug)
    if desk.card.slug != slug:
        return Redirect(f"/desk/wiki/articles/{desk.card.slug}/{language}", status_code=301)
    drafts.allow_drafting(visit.who)
    wanted = request.query_params.get("of", "")
    found = _draft(desk, language, wanted or str(visit.who.id))
    if wanted and found is None:
        raise Missing(_("This draft is not there any more."))
    other = found if found and found.person_id != visit.who.id else None
    return await _editor(visit, desk, language, _form_of(desk, language, found, other), found)


def _draft(desk: ArticleDesk, language: str, person: str) -> ArticleDraft | None:
    of_language = [one for one in desk.drafts if one.language == language]
    return next((one for one in of_language if str(one.person_id) == person), None)


def _form_of(
    desk: ArticleDesk, language: str, draft: ArticleDraft | None, other: ArticleDraft | None
) -> EditForm:
    standing = desk.current.get(language)
    text = draft.text if draft else standing.text if standing else ArticleText("", "", "")
    seen = draft.seen if draft else standing.revision if standing else 0
    of = str(other.person_id) if other else ""
    since = draft.updated_at.isoformat() if draft and not other else ""
    return EditForm(text.title, text.summary, text.body, str(seen), of, since)


async def _editor(
    visit: Visit,
    desk: ArticleDesk,
    language: str,
    form: EditForm,
    draft: ArticleDraft | None,
    *,
    status: int = 200,
    refused: str = "",
) -> web.Page:
    standing, seen = desk.current.get(language), form.revision
    meanwhile = standing if standing and standing.revision > seen else None
    original = desk.current.get(desk.card.original) if language != desk.card.original else None
    return visit.page(
        "wiki/desk/edit.html",
        status=status,
        desk=desk,
        card=desk.card,
        language=language,
        form=form,
        draft=draft,
        standing=standing,
        meanwhile=meanwhile,
        compared=await text_differences(meanwhile.text, form.text) if meanwhile else None,
        original=original,
        original_html=await preview_html(original.body) if original else "",
        preview=await preview_html(form.body),
        planned=desk.plans.get(language),
        others=[one for one in desk.drafts if one.language == language and one is not draft],
        refused=refused,
        longest=LONGEST_BODY,
        zone=visit.policy.zone,
        **choices(visit),
    )


@post(
    "/wiki/articles/{slug:str}/{language:str}/draft",
    status_code=200,
    request_max_body_size=BODY_LIMIT,
)
async def keep_draft(
    visit: Given[Visit], slug: FromPath[str], language: FromPath[str], data: JSONBody[DraftIn]
) -> DraftOut:
    """Keep what is being written, however unfinished; tells the newest revision."""
    check_language(language, visit.policy.languages)
    text = ArticleText(data.title, data.summary, data.body)
    async with visit.db.transaction() as tx:
        found = await drafts.keep_draft(
            tx,
            visit.who,
            slug,
            language,
            text,
            seen_revision(data.seen),
            since=data.since,
            instead=data.instead,
            now=visit.now,
        )
    return DraftOut(found.updated_at, found.newest)


def seen_revision(number: int) -> int:
    """The number of a revision that somebody says to have seen, as the database has room for it."""
    return max(0, min(number, 2**31 - 1))


@post("/wiki/articles/{slug:str}/{language:str}/draft/drop", status_code=303)
async def drop_draft(visit: Given[Visit], slug: FromPath[str], language: FromPath[str]) -> Redirect:
    """Discard one's own draft; the article's page offers to bring it back."""

    async def act(tx: Tx) -> None:
        await drafts.drop_draft(tx, visit.who, slug, language, now=visit.now)

    await visit.once(act)
    return Redirect(f"/desk/wiki/articles/{slug}", status_code=303)


@dataclass(frozen=True, slots=True)
class LeftForm:
    """Which draft that was left is meant."""

    at: str = ""


@post("/wiki/articles/{slug:str}/{language:str}/draft/back", status_code=303)
async def bring_back(
    visit: Given[Visit],
    slug: FromPath[str],
    language: FromPath[str],
    data: URLEncodedBody[LeftForm],
) -> Redirect:
    """Make what one has discarded one's draft again."""
    at = moment_or_none(data.at)
    if at is None:
        raise Missing(_("This draft is not there any more."))

    async def act(tx: Tx) -> None:
        await drafts.bring_back(tx, visit.who, slug, language, at, now=visit.now)

    await visit.once(act)
    return Redirect(f"/desk/wiki/articles/{slug}/{language}", status_code=303)


@post(
    "/wiki/articles/{slug:str}/{language:str}/preview",
    status_code=200,
    request_max_body_size=BODY_LIMIT,
)
async def preview(
    visit: Given[Visit],
    slug: FromPath[str],  # noqa: ARG001 - part of the address
    language: FromPath[str],  # noqa: ARG001
    data: URLEncodedBody[EditForm],
) -> web.Page:
    """The article as readers would see it."""
    drafts.allow_drafting(visit.who)
    text = check_draft(data.text)
    return visit.page("wiki/desk/preview.html", text=text, preview=await preview_html(text.body))


@post(
    "/wiki/articles/{slug:str}/{language:str}/publish",
    status_code=200,
    request_max_body_size=BODY_LIMIT,
)
async def publish(
    visit: Given[Visit],
    slug: FromPath[str],
    language: FromPath[str],
    data: URLEncodedBody[EditForm],
) -> web.Page | Redirect:
    """Keep it as a draft, then publish it now or at a time; where others published meanwhile, show
    both."""
    check_language(language, visit.policy.languages)
    actions.allow_publishing(visit.who)
    revision, writer, at = data.revision, data.writer, _time(visit, data)

    async def act(tx: Tx) -> str:
        if at is not None:
            await drafts.plan_edition(
                tx, visit.who, slug, language, data.text, revision, at, writer=writer, now=visit.now
            )
            return slug
        edition = await actions.publish(
            tx, visit.who, slug, language, data.text, revision, writer=writer, now=visit.now
        )
        return edition.slug

    return await _or_editor(visit, slug, language, data, act)


async def _or_editor(
    visit: Visit,
    slug: str,
    language: str,
    data: EditForm,
    act: Callable[[Tx], Awaitable[str]],
) -> web.Page | Redirect:
    """Keep the words as a draft, then do it, which tells the article's address; a refusal stands
    above the words in the editor.
    """
    try:
        await _keep(visit, slug, language, data)
        slug = await visit.once(act, "act")
    except (Conflict, Invalid) as refused:
        if refused.extra.get("field") == "key":
            raise
        return await _both(visit, slug, language, data, refused)
    return Redirect(f"/desk/wiki/articles/{slug}", status_code=303)


async def _both(
    visit: Visit, slug: str, language: str, data: EditForm, refused: Refused
) -> web.Page:
    """One's own words in the editor, and above them why not, and what was published meanwhile."""
    async with visit.db.connection() as conn:
        desk = await article_desk(conn, slug)
    draft = _draft(desk, language, str(visit.who.id))
    if draft and draft.text == data.text:
        data = replace(data, since=draft.updated_at.isoformat())
    return await _editor(
        visit, desk, language, data, draft, status=refused.status, refused=refused.detail
    )


def _time(visit: Visit, data: EditForm) -> datetime | None:
    if data.when != "later":
        return None
    if at := time_or_none(data.at, visit.policy.zone):
        return at
    raise Invalid(_("Enter the date and the time at which it is published."), field="at")


async def _keep(visit: Visit, slug: str, language: str, data: EditForm) -> None:
    """Nothing where it is another's draft as it stands: that is kept already."""

    async def act(tx: Tx) -> None:
        if data.writer and await drafts.is_draft(tx, slug, language, data.writer, data.text):
            return
        await drafts.keep_draft(
            tx, visit.who, slug, language, data.text, data.revision,
            since=moment_or_none(data.since), now=visit.now,
        )  # fmt: skip

    await visit.once(act, "draft")


@post(
    "/wiki/articles/{slug:str}/{language:str}/review",
    status_code=200,
    request_max_body_size=BODY_LIMIT,
)
async def send_to_review(
    visit: Given[Visit],
    slug: FromPath[str],
    language: FromPath[str],
    data: URLEncodedBody[EditForm],
) -> web.Page | Redirect:
    """Keep it, and put it before the editors."""
    check_language(language, visit.policy.languages)
    data = replace(data, of="")

    async def act(tx: Tx) -> str:
        await drafts.send_to_review(tx, visit.who, slug, language, now=visit.now)
        return slug

    return await _or_editor(visit, slug, language, data, act)


@dataclass(frozen=True, slots=True)
class ReplyForm:
    writer: UUID
    reply: str = ""


@post("/wiki/articles/{slug:str}/{language:str}/reply", status_code=303)
async def give_back(
    visit: Given[Visit],
    slug: FromPath[str],
    language: FromPath[str],
    data: URLEncodedBody[ReplyForm],
) -> Redirect:
    """Give a draft back to its writer with a word."""

    async def act(tx: Tx) -> None:
        await drafts.give_back(tx, visit.who, slug, language, data.writer, data.reply)

    await visit.once(act)
    return Redirect(f"/desk/wiki/articles/{slug}", status_code=303)


@post("/wiki/articles/{slug:str}/{language:str}/plan/drop", status_code=303)
async def drop_plan(visit: Given[Visit], slug: FromPath[str], language: FromPath[str]) -> Redirect:
    """Publish nothing by itself; the words become one's own draft."""

    async def act(tx: Tx) -> None:
        await drafts.drop_plan(tx, visit.who, slug, language, now=visit.now)

    await visit.once(act)
    return Redirect(f"/desk/wiki/articles/{slug}/{language}", status_code=303)


handlers = [
    edit_page,
    keep_draft,
    drop_draft,
    bring_back,
    preview,
    publish,
    send_to_review,
    give_back,
    drop_plan,
]

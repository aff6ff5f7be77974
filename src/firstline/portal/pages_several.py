"""Several matters in one message: shown as a request for each, sent in one act, or as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from litestar import post
from litestar.di import NamedDependency as Given
from litestar.handlers import HTTPRouteHandler

from firstline.coach import FirstMessage, advise
from firstline.coaching import MATTERS
from firstline.kit.errors import Refused
from firstline.kit.i18n import _
from firstline.kit.ids import uuid_or_none
from firstline.kit.problems import wants_problem
from firstline.kit.web import Page, page
from firstline.people.web import Http, HttpAnswer, fields, for_clients, go_on_at, lang_of
from firstline.policy import Policy
from firstline.portal.advice import refuse_unread, wiki_first
from firstline.portal.coach import find_pieces
from firstline.portal.pages_requests import (
    MOST_FILES,
    NEW,
    NewDraft,
    NewForm,
    draft_key,
    files_of,
    in_page_language,
    new_page,
    own_files,
)
from firstline.requests import (
    NewRequest,
    Words,
    forget_draft,
    open_several,
    say_with_files,
)
from firstline.timeline import Call

MOST = 6


@dataclass(frozen=True, slots=True)
class PieceField:
    """One matter: its topic, empty where none is known, and its words."""

    topic: str
    body: str


@dataclass(frozen=True, slots=True)
class SeveralForm:
    """What stands in a form of several requests, and the one key of all of them."""

    key: str
    place: str
    service: str
    priority: str
    done: str
    read: bool
    files: list[UUID]
    pieces: Sequence[PieceField]


async def _typed(request: Http, pieces: Sequence[PieceField]) -> SeveralForm:
    """What came, with the `pieces` in place of the words."""
    key, place, service, priority, done, read = await fields(
        request, "key", "place", "service", "priority", "done", "read"
    )
    files = await files_of(request)
    return SeveralForm(
        draft_key(key), place or NEW, service, priority, done, bool(read), files, pieces
    )


async def _pieces_sent(request: Http) -> list[PieceField]:
    """The pieces as they stand in the form of several; those without words are left out."""
    names = [f"{name}-{place}" for place in range(1, MOST + 1) for name in ("topic", "body")]
    values = await fields(request, *names)
    pairs = zip(values[::2], values[1::2], strict=True)
    return [PieceField(topic, body) for topic, body in pairs if body.strip()]


async def _show(
    request: Http, call: Call, typed: SeveralForm, refused: Refused | None = None
) -> Page:
    return page(
        request,
        "portal/split.html",
        who=call.who,
        status=refused.status if refused else 200,
        typed=typed,
        files=await own_files(call, typed.files),
        topics=call.policy.topics,
        label=call.policy.label,
        wiki_first=wiki_first(call.policy),
        refused=refused,
    )


@post("/requests/new/split", guards=[for_clients], status_code=200, include_in_schema=False)
async def split_form(request: Http, call: Given[Call]) -> Page:
    """The matters of a message as a request for each, which the client may change; a message in
    which no two can be told apart comes with a second, empty one. Keeps nothing.
    """
    topic, body = await fields(request, "topic", "body")
    lang = lang_of(request, call.who)
    found = await find_pieces(body, lang)
    pieces = [
        PieceField(_topic(call.policy, text, topic), text)
        for text in (body[first:last] for first, last in found)
    ] or [PieceField(topic, body), PieceField(topic, "")]
    return await _show(request, call, await _typed(request, pieces))


def _topic(policy: Policy, text: str, otherwise: str) -> str:
    """What a piece is about, by its own words; else what was chosen for the whole."""
    found = advise(policy, FirstMessage(text)).topic
    return found if found in policy.topics else otherwise


@post("/requests/new/one", guards=[for_clients], status_code=200, include_in_schema=False)
async def one_form(request: Http, call: Given[Call]) -> Page:
    """The pieces, as they were changed, as one request again, which is not asked about any more."""
    pieces = await _pieces_sent(request)
    typed = await _typed(request, pieces)
    body = "\n\n".join(one.body.strip() for one in pieces)
    topic = pieces[0].topic if pieces else ""
    done = f"{typed.done} {MATTERS}".strip()
    form = NewForm(topic, typed.service, body, typed.priority, typed.files, done=done)
    return await new_page(request, call, NewDraft(typed.place, typed.key, form))


@post("/requests/several", guards=[for_clients], status_code=303, include_in_schema=False)
async def open_them(request: Http, call: Given[Call]) -> HttpAnswer:
    """Send all of them in one act: all or none, once for their key."""
    pieces = await _pieces_sent(request)
    typed = await _typed(request, pieces)
    try:
        refuse_unread(call.policy, typed.read)
        first = await _send(in_page_language(request, call), typed)
    except Refused as refused:
        if wants_problem(request):
            raise
        return await _show(request, call, typed, refused)
    async with call.db.connection() as conn:
        await forget_draft(conn, call.who.id, typed.place, typed.key)
    return go_on_at(request, f"/requests/{first}")


async def _send(call: Call, typed: SeveralForm) -> int:
    """The number of the first of them, with which the files go."""
    service, priority, key = uuid_or_none(typed.service), typed.priority or None, typed.key or None
    numbers, _known = await open_several(
        call,
        [
            NewRequest(one.topic, one.body, service=service, priority=priority, key=key)
            for one in typed.pieces
        ],
    )
    if typed.files:
        words = Words(_("Files"), f"{typed.key}-files")
        await say_with_files(call, numbers[0], words, typed.files[:MOST_FILES])
    return numbers[0]


routes: list[HTTPRouteHandler] = [split_form, one_form, open_them]

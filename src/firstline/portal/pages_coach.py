"""The coach beside the form of a new request, on the page and in the widget's frame: one line at a
time, in a place of its own.
"""

from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody

from firstline.kit import html
from firstline.kit.ids import uuid_or_none
from firstline.kit.web import Page, page
from firstline.people import wants_coach
from firstline.people.posts import Keyed, check_once
from firstline.people.web import READS, Http, fields, for_clients, lang_of
from firstline.portal.advice import advice
from firstline.portal.coach import Coached, Typed, coached, coached_in, done_lines
from firstline.timeline import Call, seen_request


@post("/requests/new/coach", guards=[for_clients], status_code=200, include_in_schema=False)
async def coach_words(request: Http, call: Given[Call]) -> Page:
    """What is said of the words that are being typed, and what the policy says of the topic.

    Keeps nothing but which article was suggested; it is a POST because addresses stand in the logs
    of proxies and have a bound, and people type passwords.
    """
    body, topic, service, priority, done, quiet, key = await fields(
        request, "body", "topic", "service", "priority", "done", "quiet", "key"
    )
    lang, policy = lang_of(request, call.who), call.policy
    topic = topic if topic in policy.topics else ""
    body, key = "" if quiet else body, key.replace("\0", "")
    typed = Typed(body, topic or None, uuid_or_none(service), done_lines(done), key)
    said = await coached(call, typed, lang)
    known = advice(policy, call.who, said.plan, topic or said.topic or "", priority, lang, call.now)
    return page(request, "portal/coach.html", who=call.who, coached=said, advice=known, draft=key)


@post("/requests/{no:int}/coach", guards=[for_clients], status_code=200, include_in_schema=False)
async def coach_in_thread(request: Http, call: Given[Call], no: FromPath[int]) -> Page:
    """What is still missing in a request, of what is being written there; nothing of it is kept."""
    body, done = await fields(request, "body", "done")
    async with call.db.connection() as conn:
        found = await seen_request(conn, call.who, no)
    lang = lang_of(request, call.who)
    typed = Typed(body, found.topic, found.service_id, done_lines(done))
    said = await coached_in(call, found, typed, lang)
    return page(request, "portal/coach-line.html", who=call.who, coached=said, draft="")


class TypedIn(Keyed, kw_only=True):
    """What stands in the form; `topic` is empty where the client has chosen none."""

    body: str
    topic: str = ""
    service: UUID | None = None
    done: str = ""
    draft: str = ""


@post("/coach", opt=READS, status_code=200, include_in_schema=False)
async def coach_in_widget(
    request: Http, call: Given[Call], data: JSONBody[TypedIn]
) -> Response[str]:
    """What is said of the words; nothing of them is kept, but which article was suggested."""
    await check_once(request, data)
    lang = lang_of(request, call.who)
    async with call.db.connection() as conn:
        wanted = await wants_coach(conn, call.who.id)
    said = Coached(off=True)
    if wanted:
        topic = data.topic if data.topic in call.policy.topics else None
        draft = data.draft.replace("\0", "")
        typed = Typed(data.body, topic, data.service, done_lines(data.done), draft)
        said = await coached(call, typed, lang)
    text = html.render("portal/coach-line.html", lang, coached=said, draft="")
    return Response(text, media_type="text/html")


routes = [coach_words, coach_in_thread]

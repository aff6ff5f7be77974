"""The coach beside the form of a new request: one line at a time, in a place of its own."""

from litestar import post
from litestar.di import NamedDependency as Given

from firstline.kit.ids import uuid_or_none
from firstline.kit.web import Page, page
from firstline.people.web import Http, fields, for_clients, lang_of
from firstline.portal.advice import advice
from firstline.portal.coach import Typed, coached, done_lines
from firstline.timeline import Call


@post("/requests/new/coach", guards=[for_clients], status_code=200, include_in_schema=False)
async def coach_words(request: Http, call: Given[Call]) -> Page:
    """What is said of the words that are being typed, and what the policy says of the topic.

    Changes nothing and keeps nothing; it is a POST because addresses stand in the logs of proxies
    and have a bound, and people type passwords.
    """
    body, topic, service, priority, done, quiet = await fields(
        request, "body", "topic", "service", "priority", "done", "quiet"
    )
    lang, policy = lang_of(request, call.who), call.policy
    topic = topic if topic in policy.topics else ""
    typed = Typed("" if quiet else body, topic or None, uuid_or_none(service), done_lines(done))
    said = await coached(call, typed, lang)
    known = advice(policy, call.who, said.plan, topic or said.topic or "", priority, lang, call.now)
    return page(request, "portal/coach.html", who=call.who, coached=said, advice=known)


routes = [coach_words]

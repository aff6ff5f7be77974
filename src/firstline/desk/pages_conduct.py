"""Conduct on the desk: taking a step and taking it back from the thread, and the record of all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, URLEncodedBody

from firstline import conduct
from firstline.conduct import ConductFilters, conduct_names, conduct_reply, step_words
from firstline.desk.work import Panes
from firstline.kit import web
from firstline.kit.errors import Missing
from firstline.kit.i18n import _
from firstline.kit.ids import uuid_or_none
from firstline.kit.typed import number_or_none, time_or_none
from firstline.policy import Policy
from firstline.policy.rules.conduct import ENDING, lapse_of, open_steps, rule_words, steps_in_force
from firstline.requests import (
    ConductWish,
    may_step,
    refuse_without_conduct,
    take_step,
    take_step_back,
)
from firstline.timeline import Request, seen_request

PAGE = 50


@dataclass(frozen=True, slots=True)
class StepForm:
    step: str = ""
    rule: str = ""
    text: str = ""
    count: str = ""


@dataclass(frozen=True, slots=True)
class TakeBackForm:
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A step of the policy as the form offers it; `reason` says why this person cannot take it."""

    step: str
    name: str
    reason: str


@get("/requests/{no:int}/conduct")
async def step_dialog(panes: Given[Panes], no: FromPath[int]) -> web.Page:
    """The steps that may follow, the rules, the words for each, and what the record holds."""
    policy = panes.policy
    refuse_without_conduct(panes.who, policy)
    async with panes.db.connection() as conn:
        request = await seen_request(conn, panes.who, no)
        record = await conduct.steps_of_client(conn, request.client_id)
    offered = open_steps(policy, conduct.standing_steps(record, panes.now))
    choices = [_choice(panes, request, step) for step in offered]
    return panes.page(
        "desk/conduct/step.html",
        request=request,
        record=record,
        choices=choices,
        proposed=next((one.step for one in reversed(choices) if not one.reason), ""),
        replies=_replies(panes, policy, request, offered),
        **_words(panes),
    )


def _choice(panes: Panes, request: Request, step: str) -> Choice:
    reason = ""
    if not may_step(panes.who, request, step):
        reason = _("management decides on it")
        if step in ENDING and may_step(panes.who, request, ""):
            closed = request.closed
            reason = _("the request is closed") if closed else _("take the request first")
    return Choice(step, step_words(step, panes.lang), reason)


def _replies(
    panes: Panes, policy: Policy, request: Request, offered: Sequence[str]
) -> dict[str, str]:
    """The words of each step by each rule, in the client's language."""
    lapses_at, site = lapse_of(policy, panes.now), panes.public_url
    return {
        f"{step}/{rule}": conduct_reply(policy, step, rule, request.language, site, lapses_at)
        for step in offered
        for rule in policy.source.conduct.triggers
    }


def _words(panes: Panes) -> web.Values:
    """What templates call steps and rules."""
    policy, lang = panes.policy, panes.lang
    return {
        "rules": {name: rule_words(policy, name, lang) for name in policy.source.conduct.triggers},
        **conduct_names(policy, lang),
    }


@post("/requests/{no:int}/conduct", status_code=200)
async def take(panes: Given[Panes], no: FromPath[int], data: URLEncodedBody[StepForm]) -> web.Page:
    wish = ConductWish(data.step, data.rule, data.text, number_or_none(data.count))
    await panes.do(take_step, no, wish, panes.public_url)
    return await panes.show_request(no)


@get("/requests/{no:int}/conduct/{step_id:uuid}")
async def taking_back_dialog(
    panes: Given[Panes], no: FromPath[int], step_id: FromPath[UUID]
) -> web.Page:
    """The form of the reason for which a step is taken back."""
    refuse_without_conduct(panes.who, panes.policy)
    async with panes.db.connection() as conn:
        request = await seen_request(conn, panes.who, no)
        record = await conduct.steps_of_client(conn, request.client_id)
    found = next((one for one in record if one.id == step_id and one.request_no == no), None)
    if found is None:
        raise Missing(_("There is no such step in the record."))
    return panes.page("desk/conduct/back.html", request=request, one=found, **_words(panes))


@post("/requests/{no:int}/conduct/{step_id:uuid}/withdrawal", status_code=200)
async def take_back(
    panes: Given[Panes],
    no: FromPath[int],
    step_id: FromPath[UUID],
    data: URLEncodedBody[TakeBackForm],
) -> web.Page:
    await panes.do(take_step_back, step_id, data.reason)
    return await panes.show_request(no)


@get("/conduct")
async def record_page(
    panes: Given[Panes],
    client: FromQuery[str] = "",
    rule: FromQuery[str] = "",
    step: FromQuery[str] = "",
    before: FromQuery[str] = "",
) -> web.Page:
    """Every step that was taken, with who took it, by which rule, and the way to its words."""
    refuse_without_conduct(panes.who, panes.policy)
    rules = panes.policy.source.conduct
    filters = ConductFilters(
        client=uuid_or_none(client),
        rule=rule if rule in rules.triggers else None,
        step=step if step in rules.steps else None,
    )
    until = time_or_none(before, UTC)
    async with panes.db.connection() as conn:
        found = await conduct.list_steps(conn, filters, before=until, limit=PAGE + 1)
    return panes.page(
        "desk/conduct/record.html",
        rows=found[:PAGE],
        more=found[PAGE - 1].at.isoformat() if len(found) > PAGE else None,
        asked=filters,
        steps=steps_in_force(panes.policy),
        **_words(panes),
    )


handlers = [step_dialog, take, taking_back_dialog, take_back, record_page]

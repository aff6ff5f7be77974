"""Trials on the desk: what a file would have made of the last month, as parts of the regulations'
pages. Management alone.
"""

import asyncio

from litestar import get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody

from firstline.kit import web
from firstline.people.visit import Visit, desk_pages
from firstline.regulations import FILE_BODY_LIMIT, BrokenFile, Policies
from firstline.regulations.pages.common import (
    draft_or_in_force,
    finding_values,
    history_of,
    manages,
    text_of,
)
from firstline.regulations.pages.edit import FileIn
from firstline.trials.run import sound_policy, try_policy

TRIED_DAYS = 30


@get("/regulations/versions/{number:int}/trial")
async def version_trial(
    visit: Given[Visit], policies: Given[Policies], number: FromPath[int]
) -> web.Page:
    """What this version's text would have made of the last month."""
    manages(visit.who)
    return await _trial(visit, policies, await text_of(visit, number))


@get("/regulations/draft/trial")
async def draft_trial(visit: Given[Visit], policies: Given[Policies]) -> web.Page:
    """The trial of what is being written, for the page that asks once more."""
    manages(visit.who)
    draft = await draft_or_in_force(visit, policies, await history_of(visit))
    return await _trial(visit, policies, draft.body)


@post("/regulations/trial", status_code=200, request_max_body_size=FILE_BODY_LIMIT)
async def file_trial(
    visit: Given[Visit], policies: Given[Policies], data: JSONBody[FileIn]
) -> web.Page:
    """What the file in the editor would have made of it; its findings where it has errors."""
    manages(visit.who)
    try:
        return await _trial(visit, policies, data.file)
    except BrokenFile as refused:
        return visit.page("regulations/findings.html", **finding_values(refused.found))


async def _trial(visit: Visit, policies: Policies, text: str) -> web.Page:
    policy = await asyncio.to_thread(sound_policy, text, visit.now)
    tried = await try_policy(visit.db, policies, policy, days=TRIED_DAYS, now=visit.now)
    return visit.page("trials/trial.html", trial=tried, days=TRIED_DAYS)


routes = [desk_pages(version_trial, draft_trial, file_trial)]

"""The API of trials: a policy file against the log, before it takes effect."""

import asyncio
from datetime import datetime

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody

from firstline.kit.db import Db, Tx
from firstline.kit.keys import StoredAnswer
from firstline.kit.openapi import shows
from firstline.people.posts import Keyed, answer_once
from firstline.people.web import READS, Http, requires_role
from firstline.regulations import FILE_BODY_LIMIT, Policies
from firstline.trials.model import Trial
from firstline.trials.run import sound_policy, try_policy

to_json = msgspec.json.Encoder(order="deterministic").encode


class TrialIn(Keyed, kw_only=True):
    file: str
    days: int = 30


@post(
    "/policy/trial",
    guards=[requires_role("management")],
    opt=READS,
    status_code=200,
    responses=shows(Trial),
    request_max_body_size=FILE_BODY_LIMIT,
    summary="Try a policy file against the last days' log",
)
async def trial(
    request: Http,
    data: JSONBody[TrialIn],
    db: Given[Db],
    policies: Given[Policies],
    now: Given[datetime],
) -> Response[bytes]:
    """How many answers would have been late, beside how many were. Changes nothing."""
    # Before the transaction of the key: the log is read for seconds, on other connections.
    policy = await asyncio.to_thread(sound_policy, data.file, now)
    tried = await try_policy(db, policies, policy, days=data.days, now=now)

    async def act(_: Tx) -> StoredAnswer:
        return 200, to_json(tried)

    return await answer_once(request, data, act)


routes = [trial]

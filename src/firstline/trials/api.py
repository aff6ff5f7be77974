"""The API of trials: a policy file against the log, before it takes effect."""

import asyncio
from datetime import date, datetime

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody

from firstline.kit.db import Db, Tx
from firstline.kit.keys import Answer
from firstline.kit.openapi import done
from firstline.people.posts import Keyed, answer_once
from firstline.people.web import requires_role
from firstline.regulations.api import LIMIT, Http
from firstline.regulations.versions import Policies
from firstline.trials.model import Figure, Trial, TurnedLate
from firstline.trials.run import judged, try_policy


class TrialIn(Keyed, kw_only=True):
    file: str
    days: int = 30


class FigureOut(msgspec.Struct):
    """Promises and how many were broken, as it was; `_then` by the file on trial."""

    promises: int
    late: int
    promises_then: int
    late_then: int


class TurnedLateOut(msgspec.Struct):
    """An answer that was in time and would be late. `due_before` is null where none was promised,
    `ended_at` where it is owed still.
    """

    request: int
    title: str
    entry: int
    line: str
    topic: str
    since: datetime
    due_before: datetime | None
    due_after: datetime
    ended_at: datetime | None


class TrialOut(msgspec.Struct):
    """What the file would have made of the log; `listed` are the first 500 that turned late."""

    since: datetime
    until: datetime
    requests: int
    whole: FigureOut
    lines: dict[str, FigureOut]
    topics: dict[str, FigureOut]
    days: dict[str, FigureOut]
    fallen: int
    arisen: int
    turned_late: int
    turned_kept: int
    listed: list[TurnedLateOut]


@post(
    "/policy/trial",
    guards=[requires_role("management")],
    status_code=200,
    responses=done(TrialOut),
    request_max_body_size=LIMIT,
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
    policy = await asyncio.to_thread(judged, data.file, now)
    tried = msgspec.json.encode(
        told(await try_policy(db, policies, policy, days=data.days, now=now))
    )

    async def act(_: Tx) -> Answer:
        return 200, tried

    return await answer_once(request, data, act)


def told(trial: Trial) -> TrialOut:
    """A trial as JSON tells it."""
    return TrialOut(
        since=trial.since,
        until=trial.until,
        requests=trial.requests,
        whole=_figure(trial.whole),
        lines={name: _figure(figure) for name, figure in sorted(trial.lines.items())},
        topics={name: _figure(figure) for name, figure in sorted(trial.topics.items())},
        days={_iso(day): _figure(figure) for day, figure in sorted(trial.days.items())},
        fallen=trial.fallen,
        arisen=trial.arisen,
        turned_late=trial.turned_late,
        turned_kept=trial.turned_kept,
        listed=[_turned(each) for each in trial.listed],
    )


def _iso(day: date) -> str:
    return day.isoformat()


def _figure(figure: Figure) -> FigureOut:
    return FigureOut(figure.promises, figure.late, figure.promises_then, figure.late_then)


def _turned(one: TurnedLate) -> TurnedLateOut:
    return TurnedLateOut(
        one.request, one.title, one.entry, one.line, one.topic, one.since, one.due_before,
        one.due_after, one.ended_at,
    )  # fmt: skip


routes = [trial]

"""The regulations on the desk: versions with what changed; publish an older one again, withdraw one
that is to come. All staff read; management alone changes.
"""

import asyncio
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from firstline.desk.regulations import Difference, differences
from firstline.desk.work import Desk
from firstline.kit import web
from firstline.kit.db import Tx
from firstline.kit.errors import Forbidden, Missing
from firstline.kit.i18n import _
from firstline.people import Who
from firstline.policy.lint.finding_pages import explained
from firstline.regulations import versions
from firstline.regulations.versions import Standing, Version, standings
from firstline.trials.run import judged, try_policy

TRIED_DAYS = 30


@dataclass(frozen=True, slots=True)
class History:
    """Every version, the newest first, and what each is now."""

    every: list[Version]
    state: dict[int, Standing]

    @property
    def newest(self) -> int:
        return self.every[0].version

    def one(self, number: int) -> Version:
        """The version of this number; raises `Missing`."""
        for version in self.every:
            if version.version == number:
                return version
        raise Missing(_("There is no version %(version)s.") % {"version": number})

    def of(self, standing: Standing) -> list[Version]:
        """The versions that stand so, the newest first."""
        return [v for v in self.every if self.state[v.version] == standing]

    def before(self, number: int) -> int | None:
        """The version that held before this one takes or took effect."""
        own = self.one(number)
        earlier = [
            (v.effective_at, v.version)
            for v in self.every
            if v.withdrawn_at is None
            and (v.effective_at, v.version) < (own.effective_at, own.version)
        ]
        return max(earlier)[1] if earlier else None


async def history_of(desk: Desk) -> History:
    """The versions as they stand at this moment."""
    async with desk.db.connection() as conn:
        every = await versions.listed(conn)
    return History(every, standings(every, desk.now))


def manages(who: Who) -> None:
    """Refuse whoever does not publish."""
    if not who.has("management"):
        raise Forbidden(_("Management publishes the regulations; ask them."))


@get("/regulations")
async def index(desk: Given[Desk]) -> web.Page:
    """What is in force, what is to come, and the history."""
    history = await history_of(desk)
    draft = None
    if desk.who.has("management"):
        async with desk.db.connection() as conn:
            draft = await versions.draft_of(conn, desk.who.id)
    return desk.page("regulations/index.html", history=history, draft=draft, policy=desk.policy)


@get("/regulations/versions/{number:int}")
async def version_page(
    desk: Given[Desk], number: FromPath[int], to: FromQuery[int | None] = None
) -> web.Page:
    """One version: who, when, why; what it changed against `to`, or what held before it."""
    history = await history_of(desk)
    version = history.one(number)
    other = to if to is not None else history.before(number)
    text = await _text(desk, number)
    compared: Difference | None = None
    if other is not None:
        old = await _text(desk, history.one(other).version)
        compared = await asyncio.to_thread(differences, old, text, desk.lang)
    return desk.page(
        "regulations/version.html",
        history=history,
        version=version,
        text=text,
        other=other,
        compared=compared,
    )


async def _text(desk: Desk, number: int) -> str:
    async with desk.db.connection() as conn:
        return await versions.text_of(conn, number)


@get("/regulations/versions/{number:int}/file")
async def version_file(desk: Given[Desk], number: FromPath[int]) -> Response[str]:
    """The file of a version, to keep or to start from elsewhere."""
    return yaml(await _text(desk, number), f"regulations-{number}.yaml")


def yaml(text: str, name: str) -> Response[str]:
    """A policy file as a download."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="application/yaml; charset=utf-8", headers=headers)


@get("/regulations/versions/{number:int}/again")
async def again_form(desk: Given[Desk], number: FromPath[int]) -> web.Page:
    """Asks whether to put this version's text in force again, with its trial."""
    manages(desk.who)
    history = await history_of(desk)
    return desk.page("regulations/again.html", history=history, version=history.one(number))


@get("/regulations/versions/{number:int}/trial")
async def version_trial(desk: Given[Desk], number: FromPath[int]) -> web.Page:
    """What this version's text would have made of the last month."""
    manages(desk.who)
    policy = await asyncio.to_thread(judged, await _text(desk, number), desk.now)
    trial = await try_policy(desk.db, desk.policies, policy, days=TRIED_DAYS, now=desk.now)
    return desk.page("regulations/trial.html", trial=trial, days=TRIED_DAYS)


@dataclass(frozen=True, slots=True)
class Why:
    note: str = ""
    seen: int | None = None


@post("/regulations/versions/{number:int}/again", status_code=303)
async def again(desk: Given[Desk], number: FromPath[int], data: URLEncodedBody[Why]) -> Redirect:
    """Roll back: this version's text is a new version, in force from now."""

    async def act(tx: Tx) -> None:
        await versions.publish_again(
            tx, desk.who, number, note=data.note, seen=data.seen, now=desk.now
        )

    await desk.db.run(act)
    await desk.policies.reread(desk.now)
    return Redirect("/desk/regulations", status_code=303)


@post("/regulations/versions/{number:int}/withdraw", status_code=303)
async def withdraw(desk: Given[Desk], number: FromPath[int], data: URLEncodedBody[Why]) -> Redirect:
    """Take back a version that is still to come."""

    async def act(tx: Tx) -> None:
        await versions.withdraw(tx, desk.who, number, note=data.note, now=desk.now)

    await desk.db.run(act)
    await desk.policies.reread(desk.now)
    return Redirect("/desk/regulations", status_code=303)


@get("/regulations/findings/{code:str}")
async def finding_page(desk: Given[Desk], code: FromPath[str]) -> web.Page:
    """What a finding of the linter means, with an example and how it is mended."""
    text = explained(code)
    if text is None:
        raise Missing(_("There is no page about this finding."))
    return desk.page("regulations/finding.html", code=code, text=text)


routes = [
    finding_page,
    index,
    version_page,
    version_file,
    again_form,
    version_trial,
    again,
    withdraw,
]

"""The regulations on the desk: versions with what changed; publish an older one again, withdraw one
that is to come. All staff read; management alone changes.
"""

import asyncio
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from firstline.kit import web
from firstline.kit.db import Tx
from firstline.kit.errors import Missing
from firstline.kit.i18n import _
from firstline.people.visit import Visit
from firstline.policy.lint.finding_pages import page_of_finding
from firstline.regulations import versions
from firstline.regulations.pages.common import history_of, manages, text_of, yaml
from firstline.regulations.pages.difference import Difference, differences
from firstline.regulations.versions import Policies


@get("/regulations")
async def index(visit: Given[Visit]) -> web.Page:
    """What is in force, what is to come, and the history."""
    history = await history_of(visit)
    draft = None
    if visit.who.has("management"):
        async with visit.db.connection() as conn:
            draft = await versions.draft_of(conn, visit.who.id)
    return visit.page("regulations/index.html", history=history, draft=draft, policy=visit.policy)


@get("/regulations/versions/{number:int}")
async def version_page(
    visit: Given[Visit], number: FromPath[int], to: FromQuery[int | None] = None
) -> web.Page:
    """One version: who, when, why; what it changed against `to`, or what held before it."""
    history = await history_of(visit)
    version = history.one(number)
    other = to if to is not None else history.before(number)
    text = await text_of(visit, number)
    compared: Difference | None = None
    if other is not None:
        old = await text_of(visit, history.one(other).version)
        compared = await asyncio.to_thread(differences, old, text, visit.lang)
    return visit.page(
        "regulations/version.html",
        history=history,
        version=version,
        text=text,
        other=other,
        compared=compared,
    )


@get("/regulations/versions/{number:int}/file")
async def version_file(visit: Given[Visit], number: FromPath[int]) -> Response[str]:
    """The file of a version, to keep or to start from elsewhere."""
    return yaml(await text_of(visit, number), f"regulations-{number}.yaml")


@get("/regulations/versions/{number:int}/again")
async def again_form(visit: Given[Visit], number: FromPath[int]) -> web.Page:
    """Asks whether to put this version's text in force again, with its trial."""
    manages(visit.who)
    history = await history_of(visit)
    return visit.page("regulations/again.html", history=history, version=history.one(number))


@dataclass(frozen=True, slots=True)
class Why:
    note: str = ""
    seen: int | None = None


@post("/regulations/versions/{number:int}/again", status_code=303)
async def again(
    visit: Given[Visit],
    policies: Given[Policies],
    number: FromPath[int],
    data: URLEncodedBody[Why],
) -> Redirect:
    """Roll back: this version's text is a new version, in force from now."""

    async def act(tx: Tx) -> None:
        await versions.publish_again(
            tx, visit.who, number, note=data.note, seen=data.seen, now=visit.now
        )

    await visit.once(act)
    await policies.reread(visit.now)
    return Redirect("/desk/regulations", status_code=303)


@post("/regulations/versions/{number:int}/withdraw", status_code=303)
async def withdraw(
    visit: Given[Visit],
    policies: Given[Policies],
    number: FromPath[int],
    data: URLEncodedBody[Why],
) -> Redirect:
    """Take back a version that is still to come."""

    async def act(tx: Tx) -> None:
        await versions.withdraw(tx, visit.who, number, note=data.note, now=visit.now)

    await visit.once(act)
    await policies.reread(visit.now)
    return Redirect("/desk/regulations", status_code=303)


@get("/regulations/findings/{code:str}")
async def finding_page(visit: Given[Visit], code: FromPath[str]) -> web.Page:
    """What a finding of the linter means, with an example and how it is mended."""
    text = page_of_finding(code)
    if text is None:
        raise Missing(_("There is no page about this finding."))
    return visit.page("regulations/finding.html", code=code, text=text)


handlers = [
    finding_page,
    index,
    version_page,
    version_file,
    again_form,
    again,
    withdraw,
]

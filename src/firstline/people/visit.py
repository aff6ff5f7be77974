"""Pages asked for by somebody signed in: what each of them needs, gathered once; those of the desk.

It stands below every feature that has pages, so that a feature's pages stand in its own folder and
`desk` and `portal` give only the frame around them.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from litestar import Router
from litestar.di import NamedDependency as Given
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler

from firstline.kit import web
from firstline.kit.db import Db, Tx
from firstline.people.model import Who
from firstline.people.posts import form_once
from firstline.people.web import Http, lang_of, requires_staff
from firstline.policy import Policy


@dataclass(frozen=True, slots=True)
class PublicVisit:
    """Who asks for a page (None: a stranger), when, in which language, and the policy in force.

    Dependency `public_visit`.
    """

    http: Http
    db: Db
    policy: Policy
    who: Who | None
    now: datetime

    @property
    def lang(self) -> str:
        """The language of the page that is about to be shown; spoken from now on."""
        return lang_of(self.http, self.who)

    @property
    def public_url(self) -> str:
        return web.web_of(self.http).public_url

    @property
    def by_htmx(self) -> bool:
        """Whether a part of the page is wanted, not a whole one."""
        return "hx-request" in self.http.headers

    def page(
        self,
        template: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: Any,  # whatever the template shows
    ) -> web.Page:
        """Answer with a template, which also gets `who`, `now` and `label`."""
        values = {"now": self.now, "label": labels(self.policy, self.lang), **values}
        return web.page(self.http, template, who=self.who, status=status, headers=headers, **values)


@dataclass(frozen=True, slots=True)
class Visit(PublicVisit):
    """The same by somebody who is signed in. Dependency `visit`."""

    who: Who

    async def once(self, act: Callable[[Tx], Awaitable[object]], step: str = "") -> str:
        """Do what a form asks for once, however often it comes; as `form_once`."""
        return await form_once(self.http, act, step)


async def provide_public_visit(
    request: Http,
    db: Given[Db],
    policy: Given[Policy],
    visitor: Given[Who | None],
    now: Given[datetime],
) -> PublicVisit:
    """Dependency `public_visit`."""
    return PublicVisit(request, db, policy, visitor, now)


async def provide_visit(
    request: Http, db: Given[Db], policy: Given[Policy], who: Given[Who], now: Given[datetime]
) -> Visit:
    """Dependency `visit`. Raises `NotSignedIn`."""
    return Visit(request, db, policy, who, now)


def labels(policy: Policy, lang: str) -> Callable[[str, str], str]:
    """`label("topic", "web")` in the reader's language."""
    return partial(policy.label, lang=lang)


def desk_pages(*handlers: HTTPRouteHandler, **dependencies: Provide) -> Router:
    """A feature's pages of the desk: for staff alone; to clients they do not exist."""
    return Router(
        "/desk",
        route_handlers=handlers,
        guards=[requires_staff],
        dependencies=dependencies,
        include_in_schema=False,
    )

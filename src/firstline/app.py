"""The composition root: one desk, put together from the features, as an ASGI application."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types import Receive, Scope, Send

from firstline import __version__, health
from firstline.changes import api as changes_api
from firstline.changes import pages as changes_pages
from firstline.coaching import api as coaching_api
from firstline.desk import routes as desk_pages
from firstline.kit import clock
from firstline.kit.db import Db
from firstline.kit.files import Files, FolderFiles
from firstline.kit.live import Bus, Hub, LocalBus
from firstline.kit.mail import Mail, mail_for
from firstline.kit.menu import Menus
from firstline.kit.openapi import JsonSchema, YamlSchema
from firstline.kit.reading import ask_as_get
from firstline.kit.seal import Seal
from firstline.kit.web import Web, provide_now
from firstline.paid import api as paid_api
from firstline.people import Who
from firstline.people import api as people_api
from firstline.people import pages as people_pages
from firstline.people.visit import provide_public_visit, provide_visit
from firstline.people.web import Http, provide_visitor, provide_who, who_of
from firstline.policy import Policy
from firstline.policy.rules.identity import newcomer_words
from firstline.portal import pages as portal_pages
from firstline.regulations import api as policy_api
from firstline.regulations import pages as regulations_pages
from firstline.regulations.versions import Policies, begin
from firstline.reports import api as reports_api
from firstline.reports import pages as reports_pages
from firstline.requests.api import moves as api_moves
from firstline.requests.api import requests as api
from firstline.requests.files import api as api_files
from firstline.requests.live.entry_html import entry_html
from firstline.requests.live.feed import Feed
from firstline.requests.live.socket import LiveSocket
from firstline.requests.secrets import api as api_secrets
from firstline.settings import Settings
from firstline.timeline import Call, Entry, Ledger
from firstline.trials import api as api_trial
from firstline.trials import pages as trials_pages
from firstline.upkeep import FIGURES as WIKI_FIGURES
from firstline.upkeep import routes as upkeep_routes
from firstline.wiki import api as wiki_api
from firstline.wiki import pages as wiki_pages
from firstline.wiki import pages_finding as wiki_finding
from firstline.wiki import take_in_shipped
from firstline.wiki.writing import pages as wiki_writing


class Desk:
    """Everything that lives as long as the process: database, ledger, policies, hub, files."""

    def __init__(
        self,
        settings: Settings,
        *,
        db: Db | None = None,
        files: Files | None = None,
        mail: Mail | None = None,
        bus: Bus | None = None,
        tell: Callable[[], datetime] = clock.now,
    ) -> None:
        assert settings.database_url or db, "whoever starts the database names its address"
        self.settings = settings
        self.clock = tell
        self.db = db or Db(settings.database_url or "")
        self.files = files or FolderFiles(settings.data / "files")
        self.mail = mail or mail_for(
            settings.smtp_url, settings.mail_from, settings.data / "letters"
        )
        self.seal = Seal(settings.secret)
        self.ledger = Ledger(self.db)
        self.policies = Policies(self.db)
        self.hub = Hub(Feed(self.db, tell), bus or LocalBus())
        self.db.on_commit = self.hub.tell_news
        self._opened = False

    def call(self, who: Who, now: datetime | None = None) -> Call:
        """What `who` does, as use cases take it."""
        return Call(self.db, self.ledger, self.policies, who, now or self.clock())

    async def open(self) -> None:
        """Connect, put the default policy in force where there is none, and join the bus; once."""
        if self._opened:
            return
        await self.db.open()
        async with self.db.transaction() as tx:
            await begin(tx.conn, self.clock())
            await take_in_shipped(tx.conn, self.clock())
        await self.policies.fresh(self.clock())
        await self.hub.open()
        self._opened = True

    async def close(self) -> None:
        await self.hub.close()
        await self.db.close()


def create_app(settings: Settings, desk: Desk | None = None) -> "Whole":
    """The whole desk as an ASGI application: pages, API and the live socket."""
    return Whole(settings, desk or Desk(settings))


def _api() -> list[Any]:
    return [
        *people_api.routes,
        *changes_api.routes,
        *api.routes,
        *api_moves.routes,
        *api_secrets.routes,
        *api_trial.routes,
        *paid_api.routes,
        *coaching_api.routes,
        *policy_api.routes,
        *reports_api.routes,
        *wiki_api.routes,
        *api_files.routes,
    ]


def _pages() -> list[Any]:
    return [
        *people_pages.routes,
        *changes_pages.routes,
        *regulations_pages.routes,
        *wiki_pages.routes,
        *wiki_writing.routes,
        *wiki_finding.routes,
        *trials_pages.routes,
        *reports_pages.routes,
        *upkeep_routes,
        *portal_pages.routes,
        *desk_pages.routes,
        *api_files.page_routes,
    ]


def _menus() -> Menus:
    """The ways between the features, in the order in which they are shown."""
    return {
        "desk": [
            desk_pages.QUEUE,
            desk_pages.HISTORY,
            people_pages.CLIENTS,
            desk_pages.DEPARTURES,
            regulations_pages.ON_DESK,
            wiki_writing.ON_DESK,
            desk_pages.SETTINGS,
        ],
        "settings": [
            people_pages.OPERATORS,
            desk_pages.SNIPPETS,
            people_pages.WIDGET,
            changes_pages.CHANGES,
            desk_pages.LETTERS,
            desk_pages.UNSENT,
        ],
        "wiki": [
            wiki_writing.ARTICLES,
            WIKI_FIGURES,
            wiki_finding.SYNONYMS,
            wiki_finding.UNFOUND,
        ],
        "staff": [people_pages.ACCOUNT, wiki_pages.WIKI, regulations_pages.PUBLISHED],
        "portal": [
            portal_pages.MY_REQUESTS,
            portal_pages.TO_DESK,
            wiki_pages.WIKI,
            regulations_pages.PUBLISHED,
        ],
        "client": [people_pages.ACCOUNT],
    }


def _live(desk: Desk) -> LiveSocket:
    def render(entry: Entry, who: Who) -> str:
        now = desk.clock()
        policy, url = desk.policies.current(now)[1], desk.settings.public_url
        return entry_html(entry, who, policy, now=now, public_url=url)

    return LiveSocket(
        desk.db,
        desk.ledger,
        desk.hub,
        desk.policies,
        clock=desk.clock,
        public_url=desk.settings.public_url,
        render=render,
        rate=desk.settings.token_calls_per_second,
    )


class Whole:
    """Pages and API, and beside them the socket: it is the hot path, so it does not pass Litestar.

    `litestar` is what answers everything else; its routes are the ones that the tests of rights
    go through.
    """

    def __init__(self, settings: Settings, desk: Desk) -> None:
        self.desk = desk
        self.litestar = Litestar(
            route_handlers=[
                Router("/api/v1", route_handlers=_api()),
                *_pages(),
                *health.routes,
            ],
            dependencies=_dependencies(self),
            plugins=[_web(settings, self)],
            lifespan=[lambda _: _life(self.desk)],
            openapi_config=_openapi(),
            logging_config=None,
        )
        self.serve(settings, desk)

    def serve(self, settings: Settings, desk: Desk) -> None:
        """Answer for this desk from now on, and remember nothing of another. To read the routes
        takes half a second, so that whoever serves many desks, as tests do, has them read once.
        """
        self.settings, self.desk = settings, desk
        self.figures = reports_pages.PublicFigures()
        self.live = _live(desk)
        self.web = _web(settings, self)
        state = self.litestar.state
        state.clear()
        state.update(web=self.web, desk=desk, db=desk.db, clock=desk.clock, settings=settings)

    @property
    def policy(self) -> Policy:
        """The regulations in force as they were last read."""
        return self.desk.policies.current(self.desk.clock())[1]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and scope["path"] == "/live":
            await self.live(scope, receive, send)  # type: ignore[arg-type]
        else:
            if scope["type"] == "http" and "\0" in scope["path"]:
                # PostgreSQL has no place for it; nothing bears the sign that stands in its place.
                scope["path"] = scope["path"].replace("\0", "\ufffd")
            if scope["type"] == "http" and scope["method"] == "HEAD":
                scope, send = ask_as_get(scope, send)
            # Here and no guard: Litestar copies the handler for each guard of a route.
            self.web.speak_as_asked(scope)
            await self.litestar(scope, receive, send)


def _web(settings: Settings, whole: Whole) -> Web:
    return Web(
        settings.secret,
        settings.public_url,
        zone=lambda: whole.policy.zone,
        languages=lambda: whole.policy.languages,
        menus=_menus(),
        security_contact=settings.security_contact,
        for_strangers=lambda language: newcomer_words(whole.policy, language),
    )


def _dependencies(whole: Whole) -> dict[str, Provide]:
    async def provide_policies() -> Policies:
        desk = whole.desk
        return await desk.policies.fresh(desk.clock())

    async def provide_call(request: Http) -> Call:
        desk = whole.desk
        now, who = desk.clock(), await who_of(request)
        await desk.policies.fresh(now)
        return desk.call(who, now)

    async def provide_policy() -> Policy:
        await provide_policies()
        return whole.policy

    def present(value: Callable[[], Any]) -> Provide:
        return Provide(value, sync_to_thread=False)

    return {
        "db": present(lambda: whole.desk.db),
        "ledger": present(lambda: whole.desk.ledger),
        "hub": present(lambda: whole.desk.hub),
        "files": present(lambda: whole.desk.files),
        "settings": present(lambda: whole.settings),
        "seal": present(lambda: whole.desk.seal),
        "mailer": present(lambda: whole.desk.mail),
        "public_url": present(lambda: whole.desk.settings.public_url),
        "policies": Provide(provide_policies),
        "policy": Provide(provide_policy),
        "visit": Provide(provide_visit),
        "public_visit": Provide(provide_public_visit),
        "evidence": present(lambda: whole.figures),
        "public_figures": present(lambda: whole.figures),
        "call": Provide(provide_call),
        "who": Provide(provide_who),
        "visitor": Provide(provide_visitor),
        "now": Provide(provide_now),
    }


@asynccontextmanager
async def _life(desk: Desk) -> AsyncGenerator[None]:
    await desk.open()
    try:
        yield
    finally:
        await desk.close()


def _openapi() -> OpenAPIConfig:
    bearer = SecurityScheme(type="http", scheme="bearer")
    return OpenAPIConfig(
        title="Firstline",
        version=__version__,
        path="/api/v1",
        components=Components(security_schemes={"bearer": bearer}),
        security=[{"bearer": []}],
        openapi_router=SchemaRouter("/api/v1", route_handlers=[], include_in_schema=False),
        render_plugins=[JsonSchema(), YamlSchema()],
    )


class SchemaRouter(Router):
    """Serves the description of the API and nothing else: no viewer, as these load from a CDN."""

    def register(self, value: Any) -> list[Any]:
        """Leave out Litestar's own page for unknown addresses: they get a problem like all."""
        if "/{path:str}" in getattr(value, "paths", ()):
            return []
        return super().register(value)

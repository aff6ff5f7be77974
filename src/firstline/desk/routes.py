"""The desk's own pages, for staff alone, and its items of the menus."""

from litestar.di import NamedDependency as Given
from litestar.di import Provide

from firstline.desk import (
    pages,
    pages_conduct,
    pages_letters,
    pages_lists,
    pages_moves,
    pages_paid,
    pages_settings,
    pages_words,
)
from firstline.desk.work import Panes
from firstline.kit.i18n import _
from firstline.kit.menu import MenuItem
from firstline.people import Who
from firstline.people.visit import Visit, desk_pages
from firstline.timeline import Call


def _is_keeper(who: Who) -> bool:
    return who.has("keeper")


QUEUE = MenuItem("/desk", lambda: _("Desk"), "queue", below=("/desk/requests",))
HISTORY = MenuItem("/desk/history", lambda: _("History"), "search")
DEPARTURES = MenuItem("/desk/departures", lambda: _("Out of turn"), "swap")
SETTINGS = MenuItem("/desk/settings", lambda: _("Settings"), "gear")
SNIPPETS = MenuItem("/desk/settings/snippets", lambda: _("Snippets"), "note")
LETTERS = MenuItem("/desk/settings/letters", lambda: _("E-mails"), "mail", allowed=_is_keeper)
UNSENT = MenuItem("/desk/settings/unsent", lambda: _("Not sent"), "warning", allowed=_is_keeper)


async def provide_panes(visit: Given[Visit], call: Given[Call]) -> Panes:
    """Dependency `panes`."""
    return Panes(visit.http, visit.db, visit.policy, visit.who, visit.now, call)


routes = [
    desk_pages(
        *pages.handlers,
        *pages_moves.handlers,
        *pages_paid.handlers,
        *pages_conduct.handlers,
        *pages_words.handlers,
        *pages_lists.handlers,
        *pages_settings.handlers,
        *pages_letters.handlers,
        panes=Provide(provide_panes),
    )
]

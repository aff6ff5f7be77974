"""Articles for the staff alone are never linked to a client."""

from collections.abc import Sequence

from firstline.kit.db import Conn
from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _
from firstline.wiki import store


def staff_only_sentence(title: str) -> str:
    """Why the client gets no link, and what to do."""
    return _(
        "“%(title)s” is an article for the staff only: the client could not open it. Say it in "
        "your own words, or link it in a note."
    ) % {"title": title}


async def refuse_staff_only(
    conn: Conn, slugs: Sequence[str], language: str, field: str = "body"
) -> None:
    """Raise Invalid where one of these addresses leads to an article that only the staff reads."""
    behind = await store.leads_to(conn, slugs, ["staff"])
    if behind:
        found = await store.best_articles(conn, language, ["staff"], slugs=list(behind.values()))
        raise Invalid(staff_only_sentence(found[0].title), field=field)

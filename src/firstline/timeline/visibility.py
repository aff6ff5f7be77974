"""Who may see which request, and which of its entries: pure rules, and the same as SQL."""

from typing import Any, LiteralString

from firstline.matters import Entry
from firstline.people import Who
from firstline.timeline.model import Request

# Steps that the client may know of, while the words in them are between members of staff.
INTERNAL_WORDS = frozenset(
    {"taken", "given_back", "transferred", "handed_over", "sent_back", "linked"}
)


def may_see(who: Who, request: Request) -> bool:
    """Staff see every request; a contact those of their client, or of their services if limited."""
    if who.is_staff:
        return True
    if who.client_id != request.client_id:
        return False
    if who.access != "limited":
        return True
    return request.opened_by == who.id or request.service_id in who.services


def sees(who: Who, entry: Entry) -> bool:
    """Clients never see what is between members of staff."""
    return who.is_staff or entry.audience == "all"


def scope_sql(who: Who, alias: LiteralString = "r") -> tuple[LiteralString, list[Any]]:
    """`may_see` as a condition on table `requests`, with its parameters in order."""
    if who.is_staff:
        return "true", []
    if who.access != "limited":
        return f"{alias}.client_id = %s", [who.client_id]
    return (
        f"{alias}.client_id = %s and ({alias}.opened_by = %s or {alias}.service_id = any(%s))",
        [who.client_id, who.id, list(who.services)],
    )

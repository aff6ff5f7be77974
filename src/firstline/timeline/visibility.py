"""Who may see which matter, and which of its entries: pure rules by kind, and the same as SQL."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, LiteralString, Protocol

from firstline.matters import Entry
from firstline.people import Who
from firstline.timeline.model import Request

SqlScope = tuple[LiteralString, list[Any]]


class Matter(Protocol):
    """What entries can belong to; `matter_kind` is that of its row in the table of matters."""

    matter_kind: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Sight:
    """Who may see the matters of one kind: one of them, and the same as SQL on their table."""

    may_see: Callable[[Who, Any], bool]  # each takes the matters of its own kind
    scope: Callable[[Who, LiteralString], SqlScope]


def may_see(who: Who, matter: Matter) -> bool:
    """Whether this person may see the matter, whatever its kind."""
    return SIGHTS[matter.matter_kind].may_see(who, matter)


def sees(who: Who, entry: Entry) -> bool:
    """Clients never see what is between members of staff."""
    return who.is_staff or entry.audience == "all"


def scope_sql(who: Who, alias: LiteralString = "r", *, kind: str = "request") -> SqlScope:
    """`may_see` as a condition on the kind's table, with its parameters in order."""
    return SIGHTS[kind].scope(who, alias)


def _may_see_request(who: Who, request: Request) -> bool:
    """Staff see every request; a contact those of their client, or of their services if limited."""
    if who.is_staff:
        return True
    if who.client_id != request.client_id:
        return False
    if who.access != "limited":
        return True
    return request.opened_by == who.id or request.service_id in who.services


def _scope_of_requests(who: Who, alias: LiteralString) -> SqlScope:
    if who.is_staff:
        return "true", []
    if who.access != "limited":
        return f"{alias}.client_id = %s", [who.client_id]
    return (
        f"{alias}.client_id = %s and ({alias}.opened_by = %s or {alias}.service_id = any(%s))",
        [who.client_id, who.id, list(who.services)],
    )


def _may_see_changes(who: Who, _changes: Matter) -> bool:
    """Changes of rights and settings are read by those who may make them."""
    return who.runs_the_desk


def _scope_of_changes(who: Who, _alias: LiteralString) -> SqlScope:
    return ("true" if who.runs_the_desk else "false"), []


SIGHTS: Mapping[str, Sight] = {
    "request": Sight(_may_see_request, _scope_of_requests),
    "changes": Sight(_may_see_changes, _scope_of_changes),
}

"""Whose words are read: what of a client the coach's questions and verdicts need."""

from dataclasses import dataclass
from uuid import UUID

from firstline.kit.db import Conn
from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _
from firstline.people import Service, Who, client, service, services


@dataclass(frozen=True, slots=True)
class WriterFacts:
    """The names and hosts of what the client has, of which examples are made, and the client's
    plan and the person's language; None where nobody knows it.
    """

    names: tuple[str, ...] = ()
    plan: str | None = None
    language: str | None = None
    is_client: bool = False


async def writer_of(conn: Conn, who: Who, wanted: UUID | None) -> WriterFacts:
    """Who writes, about the service that is named or else all that they may use.

    Raises `Invalid` for a service that is not theirs.
    """
    found = await _services(conn, who, wanted)
    owner = found[0].client_id if found else who.client_id
    theirs = await client(conn, owner) if owner else None
    names = tuple(name for one in found for name in (one.name, one.host) if name)
    plan = (theirs.plan or None) if theirs else None
    return WriterFacts(names, plan, who.language, is_client=theirs is not None)


async def _services(conn: Conn, who: Who, wanted: UUID | None) -> list[Service]:
    if wanted is not None:
        found = await service(conn, wanted)
        own = found is not None and (who.is_staff or found.client_id == who.client_id)
        if found is None or not own or not (who.is_staff or who.may_use(wanted)):
            raise Invalid(_("That service is not the client's; choose another."), field="service")
        return [found]
    if who.client_id is None:
        return []
    return [one for one in await services(conn, [who.client_id]) if who.may_use(one.id)]

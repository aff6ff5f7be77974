"""Who may change rights, and what follows: open streams notice, nothing remembered outlives it."""

from collections.abc import Collection
from uuid import UUID

from firstline.kit.db import Tx
from firstline.kit.errors import Conflict, Forbidden, Missing
from firstline.kit.i18n import gettext as _
from firstline.people import store
from firstline.people.access import bearers
from firstline.people.model import TokenScope, Who


def allow_change(by: Who | None) -> None:
    """Raises Forbidden, to clients Missing, unless `by` may change people and clients."""
    if by is None or by.runs_the_desk:
        return
    if by.is_staff:
        raise Forbidden(
            _("Only management and the desk administrator can do this; ask one of them.")
        )
    raise Missing(_("There is nothing here."))


def may_give(by: Who | None, roles: Collection[str]) -> bool:
    """Whether `by` (None: the console) may open or close somebody's way to these roles."""
    return "keeper" not in roles or by is None or by.has("keeper")


def allow_roles(by: Who | None, roles: Collection[str]) -> None:
    """Raises Forbidden unless `by` `may_give` these roles.

    Every way asks here: to make or change an operator, to invite one (who invites sees the link),
    to let one in again, to end their access. Only a keeper does any of it to a keeper.
    """
    if not may_give(by, roles):
        raise Forbidden(_("Only a desk administrator can give or take this role."))


async def refuse_last_keeper(tx: Tx, person_id: UUID) -> None:
    """Raises Conflict: without a keeper nobody could make one again."""
    if set(await store.lock_keepers(tx.conn)) <= {person_id}:
        raise Conflict(_("This is the only desk administrator; appoint another one first."))


def demand_scope(who: Who, scope: TokenScope) -> None:
    """Raises Forbidden (RFC 6750, 3.1) where the token of this call is not good for `scope`."""
    if scope not in who.scopes:
        raise Forbidden(
            _(
                "This token does not allow this: it needs the scope %(scope)s. Create one with it "
                "on your account page."
            )
            % {"scope": scope},
            headers={
                "WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"',
            },
        )


async def rights_changed(tx: Tx, person_id: UUID) -> int:
    """Move the person's epoch and tell the readers of `person/{id}`; return the new epoch."""
    epoch = await store.bump_epoch(tx.conn, person_id)
    bearers.forget(person_id)
    tx.tell(f"person/{person_id}", epoch)
    return epoch

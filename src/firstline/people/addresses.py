"""A person's address changes: what went to the old one opens nothing any more."""

from datetime import datetime
from uuid import UUID

from firstline.kit.db import Tx
from firstline.kit.errors import Conflict
from firstline.kit.i18n import gettext as _
from firstline.people import store
from firstline.people.access import store as access_store


async def change_address(tx: Tx, person_id: UUID, email: str, now: datetime) -> None:
    """End sessions, tokens and links with the old address. Raises Conflict (field)."""
    if not await store.update_email(tx.conn, person_id, email):
        raise Conflict(_("Somebody already uses this e-mail address."), field="email")
    await access_store.remove_sessions(tx.conn, person_id)
    await access_store.remove_tokens(tx.conn, person_id)
    await access_store.kill_links(tx.conn, person_id, now)

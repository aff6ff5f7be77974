"""After a change of rights: open streams must notice, and nothing remembered may outlive it."""

from uuid import UUID

from firstline.kit.db import Tx
from firstline.people import store
from firstline.people.access import bearers


async def rights_changed(tx: Tx, person_id: UUID) -> int:
    """Move the person's epoch and tell the readers of `person/{id}`; return the new epoch."""
    epoch = await store.bump_epoch(tx.conn, person_id)
    bearers.forget(person_id)
    tx.tell(f"person/{person_id}", epoch)
    return epoch

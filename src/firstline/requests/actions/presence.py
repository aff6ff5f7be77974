"""Lost presence: a chat that owes its client a word goes back to its line; tickets stay."""

import logging
from datetime import datetime

from firstline import lines
from firstline.kit.db import Db
from firstline.kit.errors import Unavailable
from firstline.regulations import Policies
from firstline.requests.actions.moves import requeue

log = logging.getLogger(__name__)


async def sweep(db: Db, policies: Policies, *, now: datetime) -> int:
    """Re-queue chats whose holder was not heard of within the policy's grace; how many."""
    _, policy = policies.current(now)
    async with db.connection() as conn:
        left = await lines.left_chats(conn, now - policy.presence_grace)
    return sum([await _requeue_one(db, no, now) for no in left])


async def _requeue_one(db: Db, no: int, now: datetime) -> bool:
    """Whether it went back; one that cannot is looked at again and takes nobody with it."""
    try:
        return await db.run(requeue, no, now=now) is not None
    except Unavailable:
        raise
    except Exception:
        log.exception("request %d does not go back to its line", no)
        return False

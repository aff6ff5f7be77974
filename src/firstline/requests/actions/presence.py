"""Lost presence: a chat that owes its client a word goes back to its line; tickets stay."""

from datetime import datetime

from firstline import lines
from firstline.kit.db import Db
from firstline.regulations import Policies
from firstline.requests.actions.moves import requeue


async def sweep(db: Db, policies: Policies, *, now: datetime) -> int:
    """Re-queue chats whose holder was not heard of within the policy's grace; how many."""
    _, policy = policies.current(now)
    async with db.connection() as conn:
        left = await lines.left_chats(conn, now - policy.presence_grace)
    back = [await db.run(requeue, no, now=now) for no in left]
    return sum(request is not None for request in back)

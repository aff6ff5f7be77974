"""Running a trial: the log in pieces, each counted beside the loop, so that nobody waits for it."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from firstline.kit.db import Db
from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _
from firstline.policy import Policy, check, load
from firstline.regulations import Policies, refuse_broken
from firstline.trials import store as trial_store
from firstline.trials.model import Trial

PIECE = 50
MOST_DAYS = 366


def sound_policy(text: str, now: datetime) -> Policy:
    """The policy of a file on trial; raises `Invalid` with every finding when one is an error."""
    refuse_broken(check(text, now))
    return load(text)


async def try_policy(
    db: Db,
    policies: Policies,
    policy: Policy,
    *,
    days: int = 30,
    progress: Callable[[int], None] | None = None,
    now: datetime,
) -> Trial:
    """What `policy` would have made of the last days, beside what the versions in force made of it.

    Reads the log without its words, 50 requests at a time: memory does not grow with it.
    `progress` is told the number of requests that were judged.
    Raises `Invalid` for a number of days that is not 1 to 366.
    """
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(_("days must be from 1 to %(limit)d.") % {"limit": MOST_DAYS}, field="days")
    trial = Trial(now - timedelta(days=days), now)
    after = judged = 0
    while True:
        async with db.connection() as conn:
            logs = await trial_store.promising_logs(conn, after, trial.since, now, PIECE)
            await policies.with_versions({one.policy_version for one, _ in logs}, conn)
        cases = [((r, entries), policies.version(r.policy_version)) for r, entries in logs]
        await asyncio.to_thread(trial.add_all, cases, policy)
        judged += len(logs)
        if progress is not None:
            progress(judged)
        if len(logs) < PIECE:
            return trial
        after = logs[-1][0].no

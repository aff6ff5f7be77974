"""Reading the log on: evidence follows it, and a page reads the rest before it counts."""

import logging
import time
from collections.abc import Sequence
from datetime import datetime

from firstline.kit.aside import Aside
from firstline.kit.db import Conn, Db, Tx
from firstline.kit.logs import name_and_cause
from firstline.kit.tasks import pause
from firstline.kit.typed import HIGHEST
from firstline.promises import read_logs
from firstline.regulations import Policies
from firstline.reports import store
from firstline.reports.asking_store import asking_evidence
from firstline.reports.judging import DEFINITION, is_whole, judge
from firstline.reports.model import Evidence
from firstline.timeline import Entry, Request

log = logging.getLogger(__name__)
BATCH = 200
FAILURE_LENGTH = 500
_aside = Aside("evidence")


async def read_on(
    db: Db,
    policies: Policies,
    now: datetime,
    *,
    most: int = BATCH,
    batch: int = BATCH,
    rest: float = 0,
) -> int:
    """Read up to `most` requests whose log has gone on, the newest first; returns how many.

    Several readers may run at once: each replaces what it read, and what it missed stays unread.
    After each `batch` everybody else gets `rest` times as long as it took.
    """
    await policies.fresh(now)
    done, below = 0, HIGHEST
    while done < most:
        began, wanted = time.perf_counter(), min(batch, most - done)
        numbers = await db.run(_read, policies, below, wanted)
        done += len(numbers)
        if len(numbers) < wanted:
            break
        below = min(numbers)
        await pause(rest * (time.perf_counter() - began))
    return done


async def _read(tx: Tx, policies: Policies, below: int, limit: int) -> list[int]:
    found = dict(await store.unread_requests(tx.conn, DEFINITION, below, limit))
    if found:
        logs = await read_logs(tx.conn, list(found))
        await policies.with_versions({one.policy_version for one, _ in logs}, tx.conn)
        evidence, failures = await _aside.run(_judge_each, policies, logs)
        versions = {request.policy_version for request, _ in logs}
        known = {version: policies.version(version) for version in versions}
        evidence += await asking_evidence(tx.conn, list(found), known)
        await store.put(tx.conn, found, DEFINITION, evidence, failures)
    return list(found)


def _judge_each(
    policies: Policies, logs: Sequence[tuple[Request, list[Entry]]]
) -> tuple[list[Evidence], dict[int, str]]:
    """The evidence, and why a request has none: one that cannot be judged takes nobody with it."""
    evidence: list[Evidence] = []
    failures: dict[int, str] = {}
    for request, entries in logs:
        try:
            evidence += judge(policies.version(request.policy_version), request, entries)
        except Exception as error:
            log.exception("there is no evidence of request %d", request.no)
            failures[request.no] = name_and_cause(error)[:FAILURE_LENGTH]
    return evidence, failures


async def backlog(conn: Conn) -> tuple[int, datetime | None]:
    """How many requests the figures do not know to their end, and since when the oldest."""
    return await store.backlog(conn, DEFINITION)


async def list_failures(conn: Conn, limit: int = 100) -> list[tuple[int, str]]:
    """Requests of which there is no evidence, each with the reason, the newest first."""
    return await store.list_failures(conn, limit)


async def count_unread(conn: Conn) -> int:
    """How many requests the figures do not know yet, or not to their end."""
    return await store.waiting(conn, DEFINITION)


async def read_sample_again(
    conn: Conn, since: datetime, until: datetime, *, most: int = 50
) -> tuple[int, list[int]]:
    """Requests of a period drawn by lot and read once more: how many, and which are not whole."""
    numbers = await store.sample(conn, since, until, most)
    found = await read_logs(conn, numbers)
    broken = [request.no for request, entries in found if not is_whole(request, entries)]
    return len(found), broken

"""Health for machines: alive, ready, and figures for Prometheus."""

import asyncio
from datetime import datetime

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency as Given
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from firstline.kit.db import Db
from firstline.kit.disks import short_disks
from firstline.kit.errors import Unavailable
from firstline.kit.live import Hub
from firstline.queues import QueueState, ages, look_at_queues
from firstline.settings import Settings

WAITING = Gauge("firstline_queue_waiting", "Things that wait, by queue", ["queue"])
# The age of the oldest thing that waits in each queue; the outbox has one for each kind.
AGES = {
    "index": Gauge("firstline_index_lag_seconds", "Age of the oldest words not yet in the index"),
    "due": Gauge("firstline_due_oldest_seconds", "Age of the oldest due time that has not fired"),
    "evidence": Gauge("firstline_evidence_lag_seconds", "Age of the oldest entry not yet judged"),
}
OUTBOX = Gauge(
    "firstline_outbox_oldest_seconds", "Age of the oldest parcel that has not left", ["kind"]
)


@get("/health", include_in_schema=False)
async def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


class Readiness(msgspec.Struct):
    """`database` is `full` where it had no room within the last minute.

    `queues` are ages in seconds; `late` names those that stand still or are far behind; `disk`
    is `full` with little room for files and letters, and `read-only`. The process answers all the
    same: to send people elsewhere would help nobody."""

    status: str
    database: str
    bus: str
    disk: str
    queues: dict[str, float]
    late: list[str]


@get("/ready", include_in_schema=False)
async def ready(
    db: Given[Db], hub: Given[Hub], now: Given[datetime], settings: Given[Settings]
) -> Readiness:
    """The process can do its work: database and bus answer."""
    states = await look_at_queues(db, now)
    if not hub.bus.alive:
        raise Unavailable("The bus is not connected; changes are polled until it is.")
    late = sorted({state.name for state in states if state.late})
    disk = await asyncio.to_thread(_disk_state, settings)
    database = "full" if db.presence.full else "ok"
    status = "late" if late else "ready" if disk == database == "ok" else "disk"
    return Readiness(status, database, "ok", disk, ages(states), late)


def _disk_state(settings: Settings) -> str:
    short = short_disks(settings.data)
    return "ok" if not short else "read-only" if any(one.read_only for one in short) else "full"


@get("/metrics", include_in_schema=False)
async def metrics(db: Given[Db], now: Given[datetime]) -> Response[bytes]:
    """Figures in the Prometheus text format."""
    for state in await look_at_queues(db, now):
        _set_gauges(state)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _set_gauges(state: QueueState) -> None:
    age = OUTBOX.labels(state.kind) if state.name == "outbox" else AGES[state.name]
    age.set(state.seconds)
    WAITING.labels(state.kind or state.name).set(state.count)


routes = [health, ready, metrics]

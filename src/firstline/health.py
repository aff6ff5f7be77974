"""Health for machines: alive, ready, and figures for Prometheus."""

from litestar import Response, get
from litestar.di import NamedDependency as Given
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from firstline.kit.db import Db
from firstline.kit.errors import Unavailable
from firstline.kit.live import Hub


@get("/health", include_in_schema=False)
async def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@get("/ready", include_in_schema=False)
async def ready(db: Given[Db], hub: Given[Hub]) -> dict[str, str]:
    """The process can do its work: database and bus answer."""
    async with db.connection() as conn:
        await conn.execute("select 1")
    if not hub.bus.alive:
        raise Unavailable("The bus is away; news travel by polling for now.")
    return {"status": "ready", "database": "ok", "bus": "ok"}


@get("/metrics", include_in_schema=False)
async def metrics() -> Response[bytes]:
    """Figures in the Prometheus text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


routes = [health, ready, metrics]

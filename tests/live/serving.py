"""A desk as a process of its own.

`python serving.py DATABASE_URL DATA PORT PUBLIC_URL WORKERS RATE`
"""

import sys
from pathlib import Path

import uvicorn

from firstline.app import Desk, create_app
from firstline.kit.live import LocalBus, PostgresBus
from firstline.settings import Settings

if __name__ == "__main__":
    database_url, data, port, public_url, workers, rate = sys.argv[1:]
    settings = Settings(
        data=Path(data),
        secret=b"s" * 32,
        database_url=database_url,
        public_url=public_url,
        workers=int(workers),
        token_calls_per_second=int(rate),
    )
    bus = PostgresBus(database_url) if settings.workers > 1 else LocalBus()
    uvicorn.run(
        create_app(settings, Desk(settings, bus=bus)),
        host="127.0.0.1",
        port=int(port),
        ws_max_size=128 * 1024,
        ws_per_message_deflate=False,
        log_level="warning",
        timeout_graceful_shutdown=2,
    )

"""What each process of the desk does, a server or the worker, and how it is told to stop."""

import asyncio
import contextlib
import gc
import logging
import os
import resource
import signal
import socket
from collections.abc import Generator
from typing import Any

import uvicorn

from firstline import worker
from firstline.app import Desk, create_app
from firstline.cli.connections import BoundedConnection, most_connections
from firstline.cli.refusals import CommandError
from firstline.kit.live import PostgresBus
from firstline.kit.logs import LogFormat
from firstline.kit.sessions import wait_for_server
from firstline.settings import Settings

log = logging.getLogger(__name__)
# A long poll waits 25 seconds; a stopping desk does not wait for it.
GRACE_SECONDS = 3
KEEP_ALIVE_SECONDS = 30
FEW_DESCRIPTORS, MOST_DESCRIPTORS = 8192, 2**20
SOCKET_BYTES = 128 * 1024
# Who is answered comes first where a machine has few processors.
NICENESS = 5


class Server(uvicorn.Server):
    """uvicorn, whose own signal handling would end the process before the database is stopped."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def prepare(settings: Settings) -> None:
    """What a process that lives needs first: a log, and descriptors."""
    _log_to_stderr(settings)
    _raise_descriptors()


def _log_to_stderr(settings: Settings) -> None:
    logs = logging.StreamHandler()
    logs.setFormatter(LogFormat("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[logs])
    # That it starts and stops is said by the command itself.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    # kit/db says that the database is away; the pool would say it at each of its tries.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


def _raise_descriptors() -> None:
    """Let this process and its children hold as many connections as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most < FEW_DESCRIPTORS:
        log.warning(
            "a process may hold %d descriptors, so about %d connections; allow more (LimitNOFILE)",
            most,
            most_connections(),
        )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, bound before anything slow begins; port 0 finds a free one."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, socket.SOCK_STREAM)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
        except OSError:
            bound.close()
            raise
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "no such host"
        raise CommandError(
            f"Cannot listen on {host} port {port} ({why}); name another with --host or --port."
        ) from error
    bound.set_inheritable(True)
    return bound


def stop_asked(leash: int | None = None) -> asyncio.Event:
    """An event that SIGTERM or SIGINT sets; on a leash, its end as well.

    A supervisor's children hold the reading end of a pipe that closes when it dies.
    """
    event = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, event.set)
    if leash is not None:
        loop.add_reader(leash, event.set)
    return event


async def live_as_server(settings: Settings, bound: socket.socket, leash: int) -> None:
    """Serve the desk until told to stop; another process works beside it."""
    # The only server has nobody to tell: the worker follows nothing.
    bus = PostgresBus(settings.database_url or "", silent=settings.workers == 1)
    stop = stop_asked(leash)
    if await wait_for_database(settings, stop, away=True):
        await run_desk(settings, Desk(settings, bus=bus), bound, stop)


async def live_as_worker(settings: Settings, leash: int) -> None:
    """Work beside the servers until told to stop, and let them go first."""
    os.nice(NICENESS)
    stop = stop_asked(leash)
    if await wait_for_database(settings, stop, away=True):
        await run_worker(settings, stop)


async def wait_for_database(settings: Settings, stop: asyncio.Event, *, away: bool = False) -> bool:
    """Wait while the desk's own database starts or stops, or is `away`; False when told to stop."""
    if settings.database_url is None:
        return True
    waiting = asyncio.create_task(wait_for_server(settings.database_url, away=away))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((waiting, stopping), return_when=asyncio.FIRST_COMPLETED)
    found = waiting.done()
    await _cancel([waiting, stopping])
    return found


async def run_desk(
    settings: Settings, desk: Desk, bound: socket.socket, stop: asyncio.Event
) -> None:
    """Serve the desk until `stop` is set."""
    # Before the server, which would answer what goes wrong here with a traceback.
    await desk.open()
    server = Server(_options(create_app(settings, desk), settings))
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    while not server.started:
        if serving.done():
            raise CommandError("The desk did not start; the reason stands above.")
        await asyncio.sleep(0.01)
    calm_collector()
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await serving


def calm_collector() -> None:
    # What stands now stays: looking through it again and again would only pause everybody.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


async def run_worker(settings: Settings, stop: asyncio.Event) -> None:
    """Fire due times, send the outbox, read the index on … until `stop` is set."""
    desk = Desk(settings, bus=PostgresBus(settings.database_url or ""))
    await desk.open()
    try:
        calm_collector()
        tasks: list[asyncio.Task[Any]] = [
            asyncio.create_task(worker.run(desk)),
            asyncio.create_task(stop.wait()),
        ]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        await _cancel(tasks)
        for task in done:
            task.result()
    finally:
        await desk.close()


async def _cancel(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def _options(app: object, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=BoundedConnection,
        # 14 µs of processor time a message here, against 17 with "websockets".
        ws="websockets-sansio",
        # Deflate costs 60 KB of memory a socket.
        ws_per_message_deflate=False,
        ws_max_size=SOCKET_BYTES,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        backlog=2048,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )

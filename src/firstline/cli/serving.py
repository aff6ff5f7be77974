"""`demo`, `serve`, `work`: the commands that live until they are told to stop."""

import asyncio
import logging
import socket
from argparse import Namespace
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

import uvloop

from firstline import __version__
from firstline.app import Desk
from firstline.cli.database import place_of, run_current_database, serve_database, settings_of
from firstline.cli.demos import demo_database, forget_demo
from firstline.cli.notify import first_answer, tell_systemd
from firstline.cli.process import listen, prepare, run_worker, stop_asked, wait_for_database
from firstline.cli.sealing import demand_secret
from firstline.cli.supervisor import supervise
from firstline.kit import clock
from firstline.people.cast import CLIENTS, PASSWORD, STAFF
from firstline.seed import seed_if_empty
from firstline.settings import Settings, at, leave_address

log = logging.getLogger(__name__)


def demo(asked: Namespace) -> int:
    """A seeded desk: database, server and worker, until Ctrl+C or SIGTERM."""
    asyncio.run(_demo(asked))
    return 0


def serve(asked: Namespace) -> int:
    """The desk: a supervisor, its servers and the worker."""
    asyncio.run(_serve(asked))
    return 0


def work(asked: Namespace) -> int:
    """What happens without a call alone, beside `serve` or on another machine."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_work(asked))
    return 0


async def _demo(asked: Namespace) -> None:
    stop = stop_asked()
    settings = settings_of(asked, demo=True)
    prepare(settings)
    with listen(settings.host, settings.port) as bound:
        settings = settings_at(settings, bound)
        if asked.fresh:
            await forget_demo(settings)
        async with demo_database(settings) as settings:
            await demand_secret(settings)
            leave_address(settings)
            await _seed(settings)
            async with _announced(bound, _demo_lines(settings)):
                await supervise(settings, bound, stop)


async def _seed(settings: Settings) -> None:
    desk = Desk(settings)
    try:
        await seed_if_empty(desk, now=clock.now())
    finally:
        await desk.db.close()


async def _serve(asked: Namespace) -> None:
    stop = stop_asked()
    settings = settings_of(asked)
    prepare(settings)
    with listen(settings.host, settings.port) as bound:
        settings = settings_at(settings, bound)
        if not await wait_for_database(settings, stop):
            return
        async with serve_database(settings) as settings:
            await demand_secret(settings)
            _leave_address(settings)
            async with tell_systemd(bound), _announced(bound, [_ready_line(settings)]):
                await supervise(settings, bound, stop)


async def _work(asked: Namespace) -> None:
    stop = stop_asked()
    settings = settings_of(asked, beside=True)
    prepare(settings)
    if not await wait_for_database(settings, stop):
        return
    async with run_current_database(settings) as settings:
        await demand_secret(settings)
        await run_worker(settings, stop)


def _leave_address(settings: Settings) -> None:
    try:
        leave_address(settings)
    except OSError as error:
        # Words need no disk of this folder, so the desk serves all the same.
        log.warning("%s cannot be written (%s): no files, no letters", settings.data, error)


def settings_at(settings: Settings, bound: socket.socket) -> Settings:
    """The settings with the port that was found where 0 was asked for."""
    port = bound.getsockname()[1]
    url = settings.public_url
    if settings.port == 0 and url.endswith(":0"):
        url = f"{url.removesuffix(':0')}:{port}"
    return replace(settings, port=port, public_url=url)


@asynccontextmanager
async def _announced(bound: socket.socket, lines: list[str]) -> AsyncGenerator[None]:
    """Print the lines when the desk answers, while the block runs."""
    task = asyncio.create_task(_print_when_ready(bound, lines))
    try:
        yield
    finally:
        task.cancel()


async def _print_when_ready(bound: socket.socket, lines: list[str]) -> None:
    await first_answer(bound)
    print("\n".join(lines), flush=True)


def _ready_line(settings: Settings) -> str:
    listening = at(settings.host, settings.port)
    where = "" if listening == settings.public_url else f"listening on {listening}, "
    return (
        f"Firstline {__version__} is ready at {settings.public_url} ({where}on "
        f"{place_of(settings)})."
    )


def _demo_lines(settings: Settings) -> list[str]:
    contacts = [(owner[0], f"contact of {client[1]}") for client, _, owner in CLIENTS]
    staff = [(one[0], ", ".join((*one[2], *one[3]))) for one in STAFF]
    return [
        f"Firstline is ready at {settings.public_url}",
        f"Sign in with the password {PASSWORD} as",
        *(f"  {email:28}{part}" for email, part in (*contacts, *staff)),
        "Stop it with Ctrl+C.",
    ]

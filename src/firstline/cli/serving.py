"""`demo`, `serve`, `work`: the commands that live until they are told to stop."""

import asyncio
import socket
from argparse import Namespace
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import uvloop

from firstline.app import Desk
from firstline.cli.database import run_current_database, serve_database, settings_of
from firstline.cli.demos import demo_database, forget_demo
from firstline.cli.notify import tell_systemd
from firstline.cli.process import listen, prepare, run_desk, run_worker, stop_asked
from firstline.cli.sealing import demand_secret
from firstline.cli.supervisor import supervise
from firstline.kit import clock
from firstline.people.cast import CLIENTS, PASSWORD, STAFF
from firstline.seed import seed_if_empty
from firstline.settings import Settings, leave_address


def demo(asked: Namespace) -> int:
    """A seeded desk: database, pages and worker in one process, until Ctrl+C or SIGTERM."""
    return _run(_demo(asked))


def serve(asked: Namespace) -> int:
    """The desk; with several workers a supervisor and a process of each."""
    return _run(_serve_child(asked) if asked.socket is not None else _serve(asked))


def work(asked: Namespace) -> int:
    """Due times and outbox alone, beside `serve` or on another machine."""
    return _run(_work(asked))


def _run(work: Coroutine[Any, Any, None]) -> int:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)
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
            desk = Desk(settings)
            leave_address(settings)
            await seed_if_empty(desk, now=clock.now())
            await run_desk(settings, desk, bound, stop, ready=lambda: _announce(settings))


async def _serve(asked: Namespace) -> None:
    stop = stop_asked()
    settings = settings_of(asked)
    prepare(settings)
    with listen(settings.host, settings.port) as bound:
        settings = settings_at(settings, bound)
        async with serve_database(settings) as settings:
            await demand_secret(settings)
            leave_address(settings)
            async with tell_systemd(bound):
                if settings.workers > 1:
                    await supervise(settings, bound, stop)
                else:
                    await run_desk(settings, Desk(settings), bound, stop)


async def _serve_child(asked: Namespace) -> None:
    stop = stop_asked(leashed=asked.leash)
    settings = settings_of(asked)
    prepare(settings)
    with socket.socket(fileno=asked.socket) as bound:
        await run_desk(settings, Desk(settings), bound, stop, work=False)


async def _work(asked: Namespace) -> None:
    stop = stop_asked(leashed=asked.leash)
    settings = settings_of(asked, beside=True)
    prepare(settings)
    async with run_current_database(settings) as settings:
        await demand_secret(settings)
        await run_worker(Desk(settings), stop)


def settings_at(settings: Settings, bound: socket.socket) -> Settings:
    """The settings with the port that was found where 0 was asked for."""
    port = bound.getsockname()[1]
    url = settings.public_url
    if settings.port == 0 and url.endswith(":0"):
        url = f"{url.removesuffix(':0')}:{port}"
    return replace(settings, port=port, public_url=url)


def _announce(settings: Settings) -> None:
    contacts = [(owner[0], f"contact of {client[1]}") for client, _, owner in CLIENTS]
    staff = [(one[0], ", ".join((*one[2], *one[3]))) for one in STAFF]
    lines = [
        f"Firstline is ready at {settings.public_url}",
        f"Sign in with the password {PASSWORD} as",
        *(f"  {email:28}{part}" for email, part in (*contacts, *staff)),
        "Stop it with Ctrl+C.",
    ]
    print("\n".join(lines), flush=True)

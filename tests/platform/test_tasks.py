"""Tasks that work until they are cancelled, also where the cancellation was lost."""

import asyncio
import contextlib

from firstline.kit.tasks import goes_on, pause


async def _works_for_ever(begun: asyncio.Event) -> None:
    while goes_on():
        begun.set()
        # As asyncio.wait_for of Python 3.11 does when what it waits for ends in that moment.
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await pause(600)


async def test_a_lost_cancellation_ends_the_task_before_its_next_pause() -> None:
    begun = asyncio.Event()
    task = asyncio.create_task(_works_for_ever(begun))
    await begun.wait()
    task.cancel()
    await asyncio.wait((task,), timeout=5)
    assert task.cancelled()


async def test_a_task_that_nobody_ended_rests() -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    await pause(0.05)
    assert loop.time() - began >= 0.05

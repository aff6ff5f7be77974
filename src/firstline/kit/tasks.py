"""Tasks that work until they are cancelled."""

import asyncio


def goes_on() -> bool:
    """Whether the present task was not asked to end.

    For loops that work until cancelled: `asyncio.wait_for` of Python 3.11 may lose the cancellation
    when what it waits for ends in the same moment, and the loop would go on for ever.
    """
    task = asyncio.current_task()
    return task is None or not task.cancelling()

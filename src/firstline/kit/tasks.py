"""Tasks that work until they are cancelled."""

import asyncio


def goes_on() -> bool:
    """Whether the present task was not asked to end.

    For loops that work until cancelled: `asyncio.wait_for` of Python 3.11 may lose the cancellation
    when what it waits for ends in the same moment, and the loop would go on for ever.
    """
    task = asyncio.current_task()
    return task is None or not task.cancelling()


async def pause(seconds: float) -> None:
    """Sleep, but not where the present task was asked to end and that was lost: it ends now."""
    if not goes_on():
        raise asyncio.CancelledError
    await asyncio.sleep(seconds)


class Rarely:
    """Whether it is time to say again what would be said at every try: once a minute."""

    SECONDS = 60.0

    def __init__(self) -> None:
        self._last = float("-inf")

    def may(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now < self._last + self.SECONDS:
            return False
        self._last = now
        return True

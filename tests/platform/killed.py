"""`python killed.py WHERE NTH firstline-words…`: a command that kills itself at one of its steps.

WHERE is `module:name` of what it calls; when that has returned for the NTH time, the process gets
SIGKILL, as by the kernel that needs memory.
"""

import inspect
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from firstline.cli import main


def die_after(where: str, nth: int) -> None:
    module, _, name = where.partition(":")
    *path, last = name.split(".")
    place: Any = import_module(module)
    for step in path:
        place = getattr(place, step)
    setattr(place, last, _deadly(getattr(place, last), nth))


def _deadly(step: Callable[..., Any], nth: int) -> Callable[..., Any]:
    left = [nth]

    def count() -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    if inspect.iscoroutinefunction(step):

        async def later(*args: Any, **words: Any) -> Any:
            answer = await step(*args, **words)
            count()
            return answer

        return later

    def at_once(*args: Any, **words: Any) -> Any:
        answer = step(*args, **words)
        count()
        return answer

    return at_once


if __name__ == "__main__":
    die_after(sys.argv[1], int(sys.argv[2]))
    sys.exit(main(sys.argv[3:]))

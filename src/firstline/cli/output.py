"""Standard streams of a command, whatever it was started with: none, one that nobody reads on, one
without room.
"""

import io
import os
import sys
from typing import Any


class Outlet(io.FileIO):
    """Standard output that may end early: for whoever has read enough (`| head -1`) that is no
    error, and the command goes on to its end and its own exit code.
    """

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            # What is still to come, at the end of the process as well, goes nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            if isinstance(error, BrokenPipeError):
                return len(data)
            raise OSError(error.errno, error.strerror, "standard output") from error


def quantity(number: int, one: str, many: str) -> str:
    """A number with its noun, such as "1,200 requests", for commands, which speak English."""
    return f"{number:,} {one if number == 1 else many}"


def lay_streams() -> None:
    """Give this process its three streams; a closed one would be the next file that is opened."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdin = sys.stdin or open(0, closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(Outlet(1, "w", closefd=False)),
        encoding=sys.stdout.encoding if sys.stdout else None,
        # A file's name may hold what no encoding has.
        errors="backslashreplace",
        line_buffering=os.isatty(1),
    )

"""How far a long command is, for whoever sits before a terminal; a log gets none of it."""

import sys
import time
from typing import Self

EVERY_SECONDS = 0.5


class ProgressLine:
    """One line on stderr that is written over, and gone at the end. Threads may share it."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = sys.stderr.isatty()
        self._next = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown and self._next:
            sys.stderr.write("\r\033[K")

    def __call__(self, done: int, of: int | None = None) -> None:
        """Say that `done` of `of` are done, if it is some time since the last word."""
        if not self._shown or time.perf_counter() < self._next:
            return
        self._next = time.perf_counter() + EVERY_SECONDS
        whole = f" of {of:,}" if of else ""
        sys.stderr.write(f"\r\033[K{self._what}: {done:,}{whole} …")
        sys.stderr.flush()

"""What every rule of the linter is given, and how it makes a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from firstline.policy.file.model import PolicyFile
from firstline.policy.file.money import Paid
from firstline.policy.file.targets import Target
from firstline.policy.rules.policy import Policy
from firstline.policy.text.finding import Finding
from firstline.policy.text.source import Document, Path
from firstline.policy.time.weekly import (
    WHOLE_WEEK,
    MinuteSpan,
    holes,
    join_pieces,
    missing_pieces,
    open_pieces,
)


@dataclass(frozen=True)
class Lint:
    """A file that could be read, where its parts stand, the policy made of it, and the moment."""

    file: PolicyFile
    document: Document
    policy: Policy
    now: datetime

    def open_pieces(self, names: Iterable[str]) -> list[MinuteSpan]:
        """Minutes of the ordinary week in which any of these calendars, each NAME or `not NAME`, is
        open.
        """
        return join_pieces(piece for name in names for piece in self._open(name))

    def _open(self, name: str) -> list[MinuteSpan]:
        calendar = self.policy.calendars[name.removeprefix("not ")]
        pieces = open_pieces([calendar], self.policy.zone, self.now)
        return missing_pieces([WHOLE_WEEK], pieces) if name.startswith("not ") else pieces

    def longest_wait(self, names: Iterable[str]) -> int:
        """Minutes of the longest stretch of an ordinary week in which all of them are closed."""
        return max((end - start for start, end in holes(self.open_pieces(names))), default=0)

    def error(self, code: str, path: Path, message: str) -> Finding:
        """The file must not be published like this."""
        return self._at("error", code, path, message)

    def warning(self, code: str, path: Path, message: str) -> Finding:
        """Very likely a mistake."""
        return self._at("warning", code, path, message)

    def info(self, code: str, path: Path, message: str) -> Finding:
        """Something the text leaves open."""
        return self._at("info", code, path, message)

    def _at(self, severity: str, code: str, path: Path, message: str) -> Finding:
        line, column = self.document.place(path)
        return Finding(code, line, column, severity, message)


def row_name(row: Target | Paid, index: int) -> str:
    """A row in a message: by its id, else by its number from 1."""
    return f"row '{row.id}'" if row.id else f"row {index + 1}"


# What a module of the linter lists: each looks for one kind of finding.
Rule = Callable[[Lint], Iterator[Finding]]

"""What every rule of the linter is given, and how it makes a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from firstline.policy.file.model import PolicyFile
from firstline.policy.file.money import Paid
from firstline.policy.file.targets import MEASURES, Target
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.situation import KEYS
from firstline.policy.text.finding import Finding
from firstline.policy.text.remark import Remark, remark
from firstline.policy.text.source import Document, Path
from firstline.policy.text.values import Span
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

    def error(self, code: str, path: Path, message: Remark) -> Finding:
        """The file must not be published like this."""
        return self._at("error", code, path, message)

    def warning(self, code: str, path: Path, message: Remark) -> Finding:
        """Very likely a mistake."""
        return self._at("warning", code, path, message)

    def info(self, code: str, path: Path, message: Remark) -> Finding:
        """Something the text leaves open."""
        return self._at("info", code, path, message)

    def _at(self, severity: str, code: str, path: Path, message: Remark) -> Finding:
        line, column = self.document.place(path)
        return Finding(code, line, column, severity, message)


def row_name(row: Target | Paid, index: int) -> Remark:
    """A row in a message: by its id, else by its number from 1."""
    return remark("row '{id}'", id=row.id) if row.id else remark("row {no}", no=index + 1)


def row_spans(row: Target) -> Iterator[tuple[str, Span]]:
    """The lengths of time of a row by measure."""
    for measure in MEASURES:
        if isinstance(span := getattr(row, measure), Span):
            yield measure, span


def fits_wherever(earlier: Target, later: Target) -> bool:
    """True when the earlier row fits in every situation in which the later one fits."""
    if earlier.received_before and earlier.otherwise is None:
        return False
    if (earlier.since or earlier.until) and (
        (earlier.since, earlier.until) != (later.since, later.until)
    ):
        return False
    if earlier.received and set(earlier.received) != set(later.received):
        return False
    for key in KEYS:
        wide, narrow = set(getattr(earlier, key)), set(getattr(later, key))
        if wide and (not narrow or not narrow <= wide):
            return False
    return True


def any_time_row(row: Target) -> Target:
    """The row as if it held at every hour."""
    return row.model_copy(update={"received": [], "received_before": None})


# What a module of the linter lists: each looks for one kind of finding.
Rule = Callable[[Lint], Iterator[Finding]]

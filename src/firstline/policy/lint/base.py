"""What every rule of the linter is given, and how it makes a finding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from firstline.policy.file.model import PolicyFile
from firstline.policy.rules.policy import Policy
from firstline.policy.text.finding import Finding
from firstline.policy.text.source import Document, Path


@dataclass(frozen=True)
class Lint:
    """A file that could be read, where its parts stand, the policy made of it, and the present
    moment.
    """

    file: PolicyFile
    document: Document
    policy: Policy
    now: datetime

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

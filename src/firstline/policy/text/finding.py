"""What the linter says about a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One remark about a policy file: stable `code`, place (from 1), `severity` error, warning
    or info, a sentence that says how to mend it.
    """

    code: str
    line: int
    column: int
    severity: str
    message: str


class PolicyError(ValueError):
    """A policy file that cannot be used; `findings` has every error at once."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        first = findings[0] if findings else None
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        super().__init__(
            f"line {first.line}: {first.message}{more}"
            if first
            else "the policy file cannot be used"
        )

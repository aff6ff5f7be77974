"""What the linter says about a file."""

from __future__ import annotations

from dataclasses import dataclass

from firstline.policy.text.remark import Remark, counting_remark, remark


@dataclass(frozen=True)
class Finding:
    """One remark about a policy file: stable `code`, place (from 1), `severity` error, warning
    or info, a sentence that says how to mend it.
    """

    code: str
    line: int
    column: int
    severity: str
    remark: Remark

    @property
    def message(self) -> str:
        """The sentence in English, for programs."""
        return str(self.remark)

    def to_json(self) -> dict[str, str | int]:
        """What programs read."""
        place = {"code": self.code, "line": self.line, "column": self.column}
        return {**place, "severity": self.severity, "message": self.message}


class PolicyError(ValueError):
    """A policy file that cannot be used; `findings` has every error at once, `remark` the first of
    them with the number of the others.
    """

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        self.remark = _first_of(findings)
        super().__init__(str(self.remark))


def _first_of(findings: list[Finding]) -> Remark:
    if not findings:
        return remark("the policy file cannot be used")
    first, others = findings[0], len(findings) - 1
    found = remark("line {line}: {message}", line=first.line, message=first.remark)
    if not others:
        return found
    return counting_remark(
        "{found} (and {number} more)", "{found} (and {number} more)", others, found=found
    )

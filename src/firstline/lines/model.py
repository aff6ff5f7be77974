"""A departure from the order of arrival: never without a reason, always listed."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Departure:
    """Why a later arrival was served first: `out_of_order` with a reason, `language`, `skipped`.

    `passed` are the numbers of the earlier arrivals that still waited, at most twenty of them.
    """

    kind: str
    reason: str
    passed: tuple[int, ...]

    def data(self) -> dict[str, Any]:
        """As it stands in the `taken` entry, where the list of departures reads it."""
        return {"departure": self.kind, "reason": self.reason, "passed": list(self.passed)}

"""Steps that were taken by the rules of conduct."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ConductStep:
    """A step against a client by a `rule`; the entry `entry_no` of its request holds the words.

    `lapses_at` None: it counts until it is taken back, which the entry `back_no` tells.
    """

    id: UUID
    client_id: UUID
    client: str
    request_no: int
    entry_no: int
    step: str
    rule: str
    by_id: UUID
    by_name: str
    at: datetime
    lapses_at: datetime | None
    back_no: int | None
    back_by: str | None
    back_at: datetime | None

    def stands(self, now: datetime) -> bool:
        """Whether it still counts: neither taken back nor lapsed."""
        return self.back_no is None and (self.lapses_at is None or now < self.lapses_at)


def standing_steps(record: Iterable[ConductStep], now: datetime) -> list[str]:
    """Names of the steps of a record that still count."""
    return [one.step for one in record if one.stands(now)]

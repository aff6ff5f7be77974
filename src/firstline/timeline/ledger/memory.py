"""Writing from memory: one statement where the log would otherwise be locked, asked and written.

The process remembers how requests stood after it last wrote to them. What it decides from that is
written only where the request's row is still the very one remembered; all else is asked.
"""

from collections.abc import Iterable, Sequence
from copy import copy

from firstline.timeline.ledger.appending import Batch, Written
from firstline.timeline.ledger.appending_store import AppendState
from firstline.timeline.model import Draft


class Memory:
    """The requests that were written to lately, at most `size` of them, as they stood then."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._standing: dict[int, AppendState] = {}

    def keep(self, standing: Iterable[AppendState]) -> None:
        """Remember these; those not written to for longest make room."""
        for one in standing:
            self._standing.pop(one.no, None)
            self._standing[one.no] = one
        while len(self._standing) > self._size:
            del self._standing[next(iter(self._standing))]

    def forget(self, drafts: Iterable[Draft]) -> None:
        """The requests of these drafts do not stand as remembered."""
        for draft in drafts:
            self._standing.pop(draft.matter, None)

    def decide(self, drafts: Sequence[Draft]) -> tuple[Batch, list[Written]]:
        """What to write and what becomes of each draft if the requests stand as remembered.

        Only words that are to be written count: a refusal is never given from memory. So a request
        with one is left out, with all its drafts, and so is one that is not remembered.
        """
        numbers = {draft.matter for draft in drafts}
        batch = Batch({no: copy(self._standing[no]) for no in numbers if no in self._standing})
        results = [batch.add(draft) for draft in drafts]
        unsure = {
            draft.matter
            for draft, result in zip(drafts, results, strict=True)
            if result.status not in ("written", "known")
        }
        if unsure:
            batch.leave_out(unsure)
        return batch, results

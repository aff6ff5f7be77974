"""Menus of the pages: each feature offers its items, the composition root puts them together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


def _everybody(_who: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A way to a page. `title` answers in the language of the moment.

    It is marked as the present one at its `address` and below the addresses in `below` (its own,
    when left out). `allowed` is asked with the signed-in person, or None.
    """

    address: str
    title: Callable[[], str]
    icon: str = ""
    below: tuple[str, ...] | None = None
    allowed: Callable[[Any], bool] = _everybody

    def is_present(self, path: str) -> bool:
        """Whether the page at `path` belongs to this item."""
        below = (self.address,) if self.below is None else self.below
        return path == self.address or any(path.startswith(f"{each}/") for each in below)


Menus = Mapping[str, Sequence[MenuItem]]

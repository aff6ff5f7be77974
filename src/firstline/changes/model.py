"""A change of rights or settings, as it is read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from firstline.people.changes import About


@dataclass(frozen=True, slots=True)
class ChangeLog:
    """The matter whose entries are the changes."""

    matter_kind: ClassVar[str] = "changes"


@dataclass(frozen=True, slots=True)
class Author:
    """Who made a change; `id` is null for the console."""

    id: UUID | None
    name: str
    side: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of what, and the fields that differ as they were and as they are.

    Numbers have no gaps: a number that is missing was taken out of the log.
    """

    no: int
    kind: str
    by: Author
    about: About
    before: dict[str, Any]
    after: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Changes, newest first; `after` asks for the next page, null: there is none."""

    items: list[Change]
    after: int | None

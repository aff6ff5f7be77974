"""What somebody asks of requests: words to say, and a request to open."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Words:
    """Words to say in a request. Audience `staff` makes them a note; with `seen`, the last number
    that their writer had on screen, they are refused when something newer stands there. Staff say
    whose `turn` it is then: the client's, which is the default, or still `us`.
    """

    body: str
    key: str | None = None
    audience: str | None = None
    channel: str = "chat"
    seen: int | None = None
    turn: str | None = None
    data: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request to open. Staff name the `client` on whose behalf they open it."""

    topic: str
    body: str
    title: str | None = None
    service: UUID | None = None
    client: UUID | None = None
    priority: str | None = None
    key: str | None = None
    channel: str = "chat"

"""The channels with their hours as the public pages show them, and the regulations as JSON."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from firstline.policy import Policy, page


@dataclass(frozen=True, slots=True)
class Hours:
    """A channel and its present state. `opens` is known while it is closed and will open, `closes`
    while it is open and will close.
    """

    title: str
    words: str
    official: bool
    open: bool
    opens: datetime | None
    closes: datetime | None


def hours(policy: Policy, lang: str, now: datetime) -> list[Hours]:
    """The channels with their hours (clauses hours.chat, hours.calls); doors of others left out."""
    return [
        Hours(
            policy.label("channel", channel.id, lang),
            _calendars(policy, lang)[channel.calendar].removesuffix(f" ({policy.zone.key})"),
            channel.status == "official",
            (opened := policy.is_open(channel.id, now)),
            None if opened else policy.opens_at(channel.id, now),
            policy.closes_at(channel.id, now),
        )
        for channel in policy.source.channels
        if channel.calendar and channel.door_of is None and channel.opened_by == "client"
    ]


# A version of the policy never changes, and laying out its page takes milliseconds.
@lru_cache(32)
def as_data(policy: Policy, lang: str, hour: datetime | None = None) -> dict[str, Any]:
    """The regulations as JSON, without what is over at an hour."""
    return page(policy, lang, hour)


def _calendars(policy: Policy, lang: str) -> dict[str, str]:
    return as_data(policy, lang)["calendars"]

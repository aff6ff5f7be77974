"""The channels with their hours as the public pages show them, and the regulations as JSON."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from firstline.policy import Policy, Situation, page
from firstline.policy.rules.channels import Door


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
    """The channels with their present hours (clauses hours.chat, hours.calls); doors of others left
    out, what is refused, and what is there at another time.
    """
    doors = [
        Door(policy, channel, Situation(channel=channel.id, received=now))
        for channel in policy.source.channels
        if channel.door_of is None and channel.opened_by == "client"
    ]
    usable = (door for door in doors if door.is_there and door.status != "refused")
    return [_hours(door, lang) for door in usable if door.calendar]


def _hours(door: Door, lang: str) -> Hours:
    policy, spec, opening = door.policy, door.spec, door.opening
    return Hours(
        policy.label("channel", spec.id, lang),
        _calendars(policy, lang)[door.calendar or ""].removesuffix(f" ({policy.zone.key})"),
        door.status == "official",
        opening.open is True,
        opening.opens_at and opening.opens_at.astimezone(policy.zone),
        opening.closes_at and opening.closes_at.astimezone(policy.zone),
    )


# A version of the policy never changes, and laying out its page takes milliseconds.
@lru_cache(32)
def as_data(policy: Policy, lang: str, hour: datetime | None = None) -> dict[str, Any]:
    """The regulations as JSON, without what is over at an hour."""
    return page(policy, lang, hour)


def _calendars(policy: Policy, lang: str) -> dict[str, str]:
    return as_data(policy, lang)["calendars"]

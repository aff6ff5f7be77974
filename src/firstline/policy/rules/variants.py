"""What is different in a channel for some plans, countries, sites or topics, or for a time."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from firstline.policy.file.channels import ChannelSpec, Variant
from firstline.policy.rules.periods import in_force
from firstline.policy.rules.situation import Situation


def variant(spec: ChannelSpec, situation: Situation, key: str, zone: ZoneInfo) -> Variant | None:
    """The first variant that fits the situation, holds at its moment by the clock of `zone`, and
    says something of `key`.
    """
    fitting = (one for one in spec.variants if getattr(one, key) and _fits(one, situation))
    return next((one for one in fitting if in_force(one, situation.received, zone)), None)


def _fits(one: Variant, situation: Situation) -> bool:
    pairs = (
        (one.plan, situation.plan),
        (one.country, situation.country),
        (one.site, situation.site),
        (one.topic, situation.matter),
    )
    return all(not wanted or value in wanted for wanted, value in pairs)


def channel_calendar(channel: ChannelSpec, situation: Situation, zone: ZoneInfo) -> str | None:
    """Name of the channel's calendar in a situation."""
    found = variant(channel, situation, "calendar", zone)
    return found.calendar if found else channel.calendar


def channel_status(channel: ChannelSpec, situation: Situation, zone: ZoneInfo) -> str:
    """Status of the channel in a situation."""
    found = variant(channel, situation, "status", zone)
    return (found and found.status) or channel.status


def calendar_turns(channel: ChannelSpec, situation: Situation) -> list[Variant | ChannelSpec]:
    """What gives the hours of a channel in a situation, whatever the moment: of the variants for a
    time the first that holds, else the last of the list, which holds at all other times.
    """
    turns = list[Variant | ChannelSpec]()
    for one in channel.variants:
        if one.calendar and _fits(one, situation):
            turns.append(one)
            if not one.is_dated:
                return turns
    return [*turns, channel]


def dated_variants(channel: ChannelSpec) -> tuple[Variant, ...]:
    """The variants of a channel that hold for a time only."""
    return tuple(one for one in channel.variants if one.is_dated)

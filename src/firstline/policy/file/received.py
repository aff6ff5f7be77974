"""The words of `received`: which of them a policy file may write."""

from __future__ import annotations

from collections.abc import Mapping

from firstline.policy.text.values import is_days, parse_days, parse_window


def received_word(text: str, calendars: Mapping[str, object]) -> None:
    """ValueError when a `received` word is none of the known forms."""
    word = text.removeprefix("not ")
    if word == "holiday" or word in calendars or is_days(word):
        return
    days, _, hours = word.rpartition(" ")
    if days:
        parse_days(days)
    parse_window(hours)

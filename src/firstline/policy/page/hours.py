"""Hours of the calendars in words."""

from __future__ import annotations

from firstline.policy.rules.policy import Policy
from firstline.policy.text.values import pick
from firstline.policy.text.wording import ALL_DAY, phrase, week_words


def calendar_words(policy: Policy, name: str, lang: str, page: str = "") -> str:
    """Hours of a calendar on one line, with its zone unless it never closes. A title that names
    the hours stands in their place; one that names none stands before them. It is in the language
    of the `page`, where it has one.
    """
    if name.startswith("not "):
        words = calendar_words(policy, name[4:], lang, page)
        return phrase(lang, "outside {words}").format(words=words)
    spec = policy.source.calendars.get(name)
    titles = spec.title if spec else {}
    title = pick(titles, page if page in titles else lang, policy.languages)
    if title and names_hours(title):
        return title
    hours = _hours_words(policy, name, lang)
    return f"{title}, {hours}" if title else hours


def names_hours(title: str) -> bool:
    """Whether the title of a calendar says its hours itself: “Mon–Fri from 9 to 18”."""
    return any(letter.isdigit() for letter in title)


def _hours_words(policy: Policy, name: str, lang: str) -> str:
    spec = policy.source.calendars.get(name)
    compiled = policy.calendars[name]
    if spec is None or all(day == (ALL_DAY,) for day in compiled.week):
        return phrase(lang, "around the clock")
    return f"{week_words(spec.days, lang)} ({compiled.zone.key})"

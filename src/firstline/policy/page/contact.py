"""Clauses about reaching the company: languages, sites, lines, channels, calendars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from firstline.policy.file.channels import OUTSIDE_HOURS, WORTH, ChannelSpec, LineSpec, Variant
from firstline.policy.file.doors import takes_later
from firstline.policy.file.hours import CalendarSpec, ExceptionSpec
from firstline.policy.file.parts import WAY_OUT
from firstline.policy.page.hours import calendar_words
from firstline.policy.page.sentences import ClauseDraft, Sentence, sentence, sentences
from firstline.policy.page.words import Listing, Wording, hours_words, variant_conditions
from firstline.policy.text.speech import gettext as _
from firstline.policy.text.speech import ngettext
from firstline.policy.text.values import EVERY_DAY, Window, parse_days
from firstline.policy.text.wording import capital, week_words, windows_words


def contact(say: Wording) -> Iterator[ClauseDraft]:
    """Everything about reaching the company."""
    file = say.policy.source
    if "languages" in file.policy.model_fields_set:
        one = len(file.request.languages or file.policy.languages) == 1
        title = _("Language") if one else _("Languages")
        yield ClauseDraft("languages", "contact", title, (_languages(say),))
    for name, site in file.sites.items():
        title, words = (
            _("Site {name}").format(name=say.sites([name])),
            sentences(say, site, f"sites.{name}"),
        )
        yield ClauseDraft(f"site.{name}", "contact", title, tuple(words))
    for line in file.lines:
        yield ClauseDraft(
            f"line.{line.id}", "lines", say.label("line", line.id), tuple(_line(say, line))
        )
    for channel in file.channels:
        title = say.label("channel", channel.id)
        yield ClauseDraft(f"channel.{channel.id}", "contact", title, tuple(_channel(say, channel)))
    for name, spec in file.calendars.items():
        if not _plain(spec):
            words = tuple(_calendar(say, name, spec))
            yield ClauseDraft(
                f"calendar.{name}", "hours", capital(say.calendar(name)) or _("Hours"), words
            )
    if file.exceptions:
        words = tuple(_exception(say, *one) for one in enumerate(file.exceptions))
        yield ClauseDraft("exceptions", "hours", _("Exceptions"), words)


def _languages(say: Wording) -> Sentence:
    file = say.policy.source
    if not file.request.languages:
        return sentence("{names}", "policy.languages", names=say.languages(file.policy.languages))
    names = say.languages(file.request.languages)
    text = ngettext(
        "Requests may be written in this language: {names}",
        "Requests may be written in these languages: {names}",
        names.some,
    )
    return sentence(text, "request.languages", names=names)


def _line(say: Wording, line: LineSpec) -> Iterator[Sentence]:
    path = f"lines.{line.id}"
    if say.policy.first_line == line.id and not (line.parallel or line.come_from):
        yield sentence(_("Requests come to this line first."), path)
    from_below = {"come_from": ()} if line.parallel else {}
    yield from sentences(say, line, path, by_hand=from_below)


def _channel(say: Wording, channel: ChannelSpec) -> Iterator[Sentence]:
    path, by_hand = f"channels.{channel.id}", dict[str, Iterable[Sentence]]()
    if channel.door_of:
        text, same = (
            _("Another way into “{channel}”; the same rules apply."),
            _common_fields(say, channel),
        )
        paths = [f"{path}.{key}" for key in ("door_of", *same)]
        door = sentence(text, *paths, channel=say.label("channel", channel.door_of))
        by_hand |= dict.fromkeys(same, ()) | {"door_of": (door,)}
    if "status" not in by_hand:
        by_hand |= _status(say, channel, path)
    if channel.covers and channel.covers == channel.purpose and "purpose" not in by_hand:
        text, names = _("It is for: {names}"), say.codes(channel.purpose)
        by_hand["purpose"] = (sentence(text, f"{path}.purpose", f"{path}.covers", names=names),)
        by_hand["covers"] = ()
    if channel.auth in (["login"], ["none"]) and "auth" not in by_hand:
        free = channel.auth == ["none"]
        text = _("No proof of identity is needed.") if free else _("Sign in first.")
        by_hand["auth"] = (sentence(text, f"{path}.auth"),)
    advice = channel.status == "advisory" and not channel.covers
    if advice and "beyond" not in by_hand and (name := WAY_OUT.name_in(channel.beyond or "")):
        text, other = _("For more than advice, use “{channel}”."), say.label("channel", name)
        by_hand["beyond"] = (sentence(text, f"{path}.beyond", channel=other),)
    if "outside_hours" not in channel.model_fields_set and _takes_nothing(say, channel):
        text, at = _(OUTSIDE_HOURS.choice("refuse")), f"{path}.outside_hours"
        by_hand["outside_hours"] = (sentence(text, at),)
    variants = (
        _variant(say, one, f"{path}.variants.{i}") for i, one in enumerate(channel.variants)
    )
    by_hand["lines"] = _lines_at(say, channel, path)
    by_hand["variants"] = chain.from_iterable(variants)
    yield from sentences(say, channel, path, by_hand=by_hand)


def _takes_nothing(say: Wording, channel: ChannelSpec) -> bool:
    """Whether nothing is taken outside the hours of a channel, though the file does not say so."""
    spec = say.policy.doors[channel.id]
    calendars = (spec.calendar, *(one.calendar for one in spec.variants))
    closes = any(name and say.open_days(name) is not None for name in calendars)
    other = channel.door_of or spec.best_effort or spec.status == "refused"
    return closes and not other and not takes_later(spec)


def _status(say: Wording, channel: ChannelSpec, path: str) -> dict[str, Iterable[Sentence]]:
    """What is said of its status, and of what it covers where that is all of it."""
    if channel.status == "limited" and channel.covers:
        text, names = _("Only this is dealt with here: {names}"), say.codes(channel.covers)
        only = sentence(text, f"{path}.covers", f"{path}.status", names=names)
        return {"status": (only,), "covers": ()}
    if "status" in channel.model_fields_set:
        return {}
    return {"status": (sentence(_("Requests are accepted here."), f"{path}.status"),)}


def _common_fields(say: Wording, door: ChannelSpec) -> list[str]:
    """The fields that a door has in common with its channel."""
    other = next((c for c in say.policy.source.channels if c.id == door.door_of), door)
    keys = ("status", "calendar", "auth", "line", "covers", "never", "beyond", "becomes", "purpose")
    return [key for key in keys if getattr(door, key) == getattr(other, key)]


def _lines_at(say: Wording, channel: ChannelSpec, path: str) -> Iterator[Sentence]:
    for index, row in enumerate(channel.lines):
        when = Listing(tuple(hours_words(say, word) for word in row.when))
        names = {"when": f"{when:or}", "line": say.label("line", row.line)}
        yield sentence(_("{when} — answered by: {line}"), f"{path}.lines.{index}", **names)


def _variant(say: Wording, variant: Variant, path: str) -> Iterator[Sentence]:
    where = ", ".join(variant_conditions(say, variant)) or _("everywhere")
    if variant.status:
        words = _(WORTH.choice(variant.status))
        yield sentence("{where} — {words}", f"{path}.status", where=where, words=words)
    yield from sentences(say, variant, path, where=where)


def _plain(spec: CalendarSpec) -> bool:
    """Around the clock, whatever the day: nothing to tell."""
    full = [parse_days(text) for text, windows in spec.days.items() if _full(windows)]
    return (
        len(set[int]().union(*full)) == len(EVERY_DAY) and spec.holidays is None and not spec.title
    )


def _full(windows: list[Window]) -> bool:
    return windows == [Window(0, 1440)]


def _calendar(say: Wording, name: str, spec: CalendarSpec) -> Iterator[Sentence]:
    path, off = f"calendars.{name}", spec.holidays
    hours = calendar_words(say.policy, name, say.lang, say.page)
    if spec.title:
        hours = hours.removeprefix(f"{say.pick(spec.title)}, ")
    yield sentence("{hours}", path, hours=hours)
    if off and off.country:
        text = {
            "saturday": _("Public holidays are like Saturdays: {names}"),
            "sunday": _("Public holidays are like Sundays: {names}"),
            "open": _("Open on public holidays too: {names}"),
        }.get(spec.holiday_as or "closed", _("Closed on public holidays: {names}"))
        if spec.on_holidays is not None:
            text = _("Public holidays have hours of their own: {names}")
        where = f"{off.country.upper()}-{off.region}" if off.region else ""
        names = f"{say.countries([off.country])}" + (f" ({where})" if where else "")
        yield sentence(text, f"{path}.holidays", names=names)
    elif spec.holiday_as == "open":
        yield sentence(_("Open on public holidays too."), f"{path}.holiday_as")
    if spec.on_holidays is not None:
        text, hours = _("Hours of a holiday: {hours}"), windows_words(spec.on_holidays, say.lang)
        yield sentence(text, f"{path}.on_holidays", hours=hours)
    if off and off.add:
        names = Listing(tuple(say.day(day) for day in off.add))
        yield sentence(_("Further days off: {names}"), f"{path}.holidays.add", names=names)
    if off and off.remove:
        names = Listing(tuple(say.day(day) for day in off.remove))
        yield sentence(
            _("Holidays that are worked: {names}"), f"{path}.holidays.remove", names=names
        )
    for index, season in enumerate(spec.seasons):
        days = f"{say.day(season.start)} – {say.day(season.end)}"
        hours = week_words(season.days, say.lang)
        text = _("{days}: {hours}")
        yield sentence(text, f"{path}.seasons.{index}", days=days, hours=hours)


def _exception(say: Wording, index: int, one: ExceptionSpec) -> Sentence:
    names = Listing(tuple(say.calendar(name) or say.hours(name) for name in one.calendar))
    if one.hours is not None:
        hours = windows_words(one.hours, say.lang)
    else:
        hours = _("open without a break") if one.open else windows_words([], say.lang)
    why = say.pick(one.tell)
    text = _("{days}, {names}: {hours} ({why})") if why else _("{days}, {names}: {hours}")
    days = say.days(one.start, one.end)
    return sentence(text, f"exceptions.{index}", days=days, names=names, hours=hours, why=why)

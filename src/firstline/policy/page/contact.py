"""Clauses about reaching the company: languages, sites, lines, channels, calendars."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.policy.file.doors import is_live, takes_later
from firstline.policy.file.hours import CalendarSpec, ChannelSpec, ExceptionSpec, LineSpec, Variant
from firstline.policy.page.wording import calendar_words, week_words, windows_words
from firstline.policy.page.words import (
    Draft,
    Listing,
    Say,
    Sentence,
    capital,
    conditions,
    for_plans,
    given,
    hours_words,
    spoken_in,
    told,
)
from firstline.policy.rules.compile import ALWAYS
from firstline.policy.text.speech import gettext as _
from firstline.policy.text.speech import ngettext
from firstline.policy.text.values import EVERY_DAY, Window, parse_days


def contact(say: Say) -> Iterator[Draft]:
    """Everything about reaching the company."""
    file = say.policy.source
    if "languages" in file.policy.model_fields_set:
        one = len(file.request.languages or file.policy.languages) == 1
        title = _("Language") if one else _("Languages")
        yield Draft("languages", "contact", title, (_languages(say),))
    for name in file.sites:
        yield Draft(f"site.{name}", "contact", _site_title(say, name), tuple(_site(say, name)))
    for line in file.lines:
        yield Draft(f"line.{line.id}", "lines", say.label("line", line.id), tuple(_line(say, line)))
    for channel in file.channels:
        title = say.label("channel", channel.id)
        yield Draft(f"channel.{channel.id}", "contact", title, tuple(_channel(say, channel)))
    for name, spec in file.calendars.items():
        if not _plain(spec):
            words = tuple(_calendar(say, name, spec))
            yield Draft(f"calendar.{name}", "hours", capital(say.calendar(name)), words)
    if file.exceptions:
        words = tuple(_exception(say, *one) for one in enumerate(file.exceptions))
        yield Draft("exceptions", "hours", _("Exceptions"), words)


def _languages(say: Say) -> Sentence:
    file = say.policy.source
    if not file.request.languages:
        return told("{names}", "policy.languages", names=say.languages(file.policy.languages))
    names = say.languages(file.request.languages)
    text = ngettext(
        "Requests may be written in this language: {names}",
        "Requests may be written in these languages: {names}",
        names.some,
    )
    return told(text, "request.languages", names=names)


def _site_title(say: Say, name: str) -> str:
    return _("Site {name}").format(name=say.sites([name]))


def _site(say: Say, name: str) -> Iterator[Sentence]:
    site, path = say.policy.source.sites[name], f"sites.{name}"
    if site.country:
        names = say.countries([site.country])
        yield told(_("Country: {names}"), f"{path}.country", names=names)
    if site.timezone:
        yield told(_("Time zone: {zone}"), f"{path}.timezone", zone=site.timezone)
    if site.languages:
        yield spoken_in(say, site.languages, path)


def _line(say: Say, line: LineSpec) -> Iterator[Sentence]:
    path = f"lines.{line.id}"
    if line.parallel:
        text = _("It stands beside the other lines; requests are not handed over to it.")
        yield told(text, f"{path}.parallel")
    elif line.come_from:
        below = say.label("line", line.come_from)
        text = _("It takes over requests from the line “{line}”.")
        yield told(text, f"{path}.from", line=below)
    elif say.policy.first_line == line.id:
        yield told(_("Requests come to this line first."), path)
    if line.when:
        yield told(_("When: {words}"), f"{path}.when", words=say.pick(line.when))
    if "calendar" in line.model_fields_set:
        yield told(_("Hours: {hours}"), f"{path}.calendar", hours=say.hours(line.calendar))
    if line.on_call:
        text = _("Outside its hours somebody can be called: {hours}")
        yield told(text, f"{path}.on_call", hours=say.hours(line.on_call))
    if line.languages:
        yield spoken_in(say, line.languages, path)
    if line.covers:
        names = say.codes(line.covers)
        yield told(_("It deals with: {names}"), f"{path}.covers", names=names)


def _channel(say: Say, channel: ChannelSpec) -> Iterator[Sentence]:
    path = f"channels.{channel.id}"
    if channel.door_of:
        text, same = _("Another way into “{channel}”; the same rules hold."), _same(say, channel)
        paths = [f"{path}.{key}" for key in ("door_of", *same)]
        yield told(text, *paths, channel=say.label("channel", channel.door_of))
        channel = channel.model_copy(update=same)
    if channel.status == "limited" and channel.covers:
        names = say.codes(channel.covers)
        paths = (f"{path}.status", f"{path}.covers")
        yield told(_("Only this is dealt with here: {names}"), *paths, names=names)
        channel = channel.model_copy(update={"covers": []})
    elif channel.status:
        stated = channel.status if "status" in channel.model_fields_set else "taken"
        yield told(_status(stated), f"{path}.status")
    yield from _worth(say, channel, path)
    yield from _open(say, channel, path)
    yield from _proof(say, channel, path)
    yield from _matters(say, channel, path)
    yield from _allowed(say, channel, path)
    yield from _on(say, channel, path)
    for index, variant in enumerate(channel.variants):
        yield from _variant(say, variant, f"{path}.variants.{index}")
    if channel.words:
        yield given(say.pick(channel.words), f"{path}.words")


def _status(status: str) -> str:
    return {
        "official": _("An official channel for requests."),
        "advisory": _("Answers here are advice; they are not official."),
        "taken": _("Requests are accepted here."),
        "limited": _("Not every matter is dealt with here."),
        "emergency_only": _("For emergencies only."),
        "self_help": _("Here clients help each other; an answer of support is not promised."),
        "refused": _("Requests are not accepted here."),
    }[status]


def _same(say: Say, door: ChannelSpec) -> dict[str, object]:
    """What a door has in common with its channel, each with what stands for nothing to tell."""
    other = next((c for c in say.policy.source.channels if c.id == door.door_of), door)
    keys = ("calendar", "auth", "line", "covers", "never", "beyond", "becomes", "purpose")
    blank = {key: getattr(ChannelSpec(id=door.id), key) for key in keys} | {"status": ""}
    return {key: none for key, none in blank.items() if getattr(door, key) == getattr(other, key)}


def _worth(say: Say, channel: ChannelSpec, path: str) -> Iterator[Sentence]:
    if channel.reply:
        yield _elsewhere(say, channel.reply, _("Use “{channel}” instead."), f"{path}.reply")
    if channel.purpose:
        paths = [f"{path}.purpose"] + [f"{path}.covers"] * (channel.covers == channel.purpose)
        yield told(_("It is for: {names}"), *paths, names=say.codes(channel.purpose))
    if channel.opened_by == "staff":
        yield told(_("Only support opens requests here."), f"{path}.opened_by")
    if channel.reached_through:
        text = _("It is reached only through “{channel}”.")
        other = say.label("channel", channel.reached_through)
        yield told(text, f"{path}.reached_through", channel=other)


def _elsewhere(say: Say, called: str, text: str, path: str) -> Sentence:
    """`refer(chat)` and `use(ticket)` name a channel; anything else is words."""
    name = called.partition("(")[2].removesuffix(")")
    if name:
        return told(text, path, channel=say.label("channel", name))
    return given(called, path)


def _open(say: Say, channel: ChannelSpec, path: str) -> Iterator[Sentence]:
    if channel.calendar:
        text = _("Hours: {hours}")
        yield told(text, f"{path}.calendar", hours=say.hours(channel.calendar))
    if channel.outside:
        text = _("Outside the hours: “{words}”")
        yield told(text, f"{path}.outside", words=say.pick(channel.outside))
    yield from _outside(channel, path)
    if channel.address:
        yield told(_("Address: {address}"), f"{path}.address", address=channel.address)
    if channel.languages:
        yield spoken_in(say, channel.languages, path)


def _outside(channel: ChannelSpec, path: str) -> Iterator[Sentence]:
    """Whether requests are taken outside the hours: as the file says, or since somebody has to be
    there to take them.
    """
    if channel.outside_hours or (channel.calendar not in (None, ALWAYS) and is_live(channel.id)):
        key = "outside_hours" if channel.outside_hours else "calendar"
        taken = _("Outside the hours requests are taken, and answered later.")
        text = taken if takes_later(channel) else _("Outside the hours requests are not taken.")
        yield told(text, f"{path}.{key}")


def _proof(say: Say, channel: ChannelSpec, path: str) -> Iterator[Sentence]:
    if channel.auth == ["login"]:
        yield told(_("Sign in first."), f"{path}.auth")
    elif channel.auth == ["none"]:
        yield told(_("No proof of identity is needed."), f"{path}.auth")
    elif channel.auth:
        names = say.codes(channel.auth, "proof")
        yield told(_("Proof of identity: {names:or}"), f"{path}.auth", names=names)


def _matters(say: Say, channel: ChannelSpec, path: str) -> Iterator[Sentence]:
    if channel.covers and channel.covers != channel.purpose:
        names = say.codes(channel.covers)
        yield told(_("Dealt with here: {names}"), f"{path}.covers", names=names)
    if channel.never:
        names = say.codes(channel.never)
        yield told(_("Not dealt with here: {names}"), f"{path}.never", names=names)
    if channel.beyond:
        advice = channel.status == "advisory" and not channel.covers
        text = (
            _("For more than advice, use “{channel}”.")
            if advice
            else _("For anything else, use “{channel}”.")
        )
        yield _elsewhere(say, channel.beyond, text, f"{path}.beyond")


def _allowed(say: Say, channel: ChannelSpec, path: str) -> Iterator[Sentence]:
    if channel.plans:
        names = say.labels("plan", channel.plans)
        yield told(for_plans(names), f"{path}.plans", names=names)
    if channel.who:
        text, names = _("For these contacts: {names}"), say.codes(channel.who, "contact")
        yield told(text, f"{path}.who", names=names)
    if channel.best_effort:
        text = _("An answer may come at other hours too, and is not owed: {hours}")
        yield told(text, f"{path}.best_effort", hours=say.hours(channel.best_effort))
    if channel.countries:
        names = say.countries(channel.countries)
        text = ngettext("For this country: {names}", "For these countries: {names}", names.some)
        yield told(text, f"{path}.countries", names=names)
    if channel.sites:
        names = say.sites(channel.sites)
        text = ngettext("For this site: {names}", "For these sites: {names}", names.some)
        yield told(text, f"{path}.sites", names=names)
    if channel.opens_after:
        text = _("It may be used once a request is {time} old.")
        yield told(text, f"{path}.opens_after", time=say.time(channel.opens_after))
    if channel.opens_from:
        text = _("It may be used from a monthly spend of {amount} on.")
        yield told(text, f"{path}.opens_from", amount=say.money(channel.opens_from))


def _on(say: Say, channel: ChannelSpec, path: str) -> Iterator[Sentence]:
    """Where a request goes on from here."""
    for index, row in enumerate(channel.lines):
        when = Listing(tuple(hours_words(say, word) for word in row.when))
        names = {"when": f"{when:or}", "line": say.label("line", row.line)}
        yield told(_("{when} — answered by: {line}"), f"{path}.lines.{index}", **names)
    if channel.line:
        text = _("Answered by: {line}")
        yield told(text, f"{path}.line", line=say.label("line", channel.line))
    if channel.becomes:
        text = _("A request that is handed over goes on as “{channel}”.")
        yield told(text, f"{path}.becomes", channel=say.label("channel", channel.becomes))
    if channel.priority:
        text = _("Priority of requests from here: {name}")
        yield told(text, f"{path}.priority", name=say.label("priority", channel.priority))
    if channel.fallback:
        text = _("When it is down, use “{channel}”.")
        yield told(text, f"{path}.fallback", channel=say.label("channel", channel.fallback))


def _variant(say: Say, variant: Variant, path: str) -> Iterator[Sentence]:
    where = ", ".join(conditions(say, variant)) or _("everywhere")
    if variant.status:
        text = _("{where} — {words}")
        yield told(text, f"{path}.status", where=where, words=_status(variant.status))
    if variant.calendar:
        text, hours = _("{where} — {words}"), say.hours(variant.calendar)
        yield told(text, f"{path}.calendar", where=where, words=hours)
    if variant.languages:
        text, names = _("{where} — {words}"), say.languages(variant.languages)
        yield told(text, f"{path}.languages", where=where, words=names)
    if variant.covers:
        text, names = _("{where} — {words}"), say.codes(variant.covers)
        yield told(text, f"{path}.covers", where=where, words=names)
    if variant.address:
        text = _("{where} — {words}")
        yield told(text, f"{path}.address", where=where, words=variant.address)
    if variant.queue:
        text = _("{where} — queue {rank}; queue 1 is served first.")
        yield told(text, f"{path}.queue", where=where, rank=variant.queue)


def _plain(spec: CalendarSpec) -> bool:
    """Around the clock, whatever the day: nothing to tell."""
    full = [parse_days(text) for text, windows in spec.days.items() if _full(windows)]
    return (
        len(set[int]().union(*full)) == len(EVERY_DAY) and spec.holidays is None and not spec.title
    )


def _full(windows: list[Window]) -> bool:
    return windows == [Window(0, 1440)]


def _calendar(say: Say, name: str, spec: CalendarSpec) -> Iterator[Sentence]:
    path, off = f"calendars.{name}", spec.holidays
    hours = calendar_words(say.policy, name, say.lang)
    if spec.title:
        hours = hours.removeprefix(f"{say.pick(spec.title)}, ")
    yield told("{hours}", path, hours=hours)
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
        yield told(text, f"{path}.holidays", names=names)
    elif spec.holiday_as == "open":
        yield told(_("Open on public holidays too."), f"{path}.holiday_as")
    if spec.on_holidays is not None:
        text, hours = _("Hours of a holiday: {hours}"), windows_words(spec.on_holidays, say.lang)
        yield told(text, f"{path}.on_holidays", hours=hours)
    if off and off.add:
        names = Listing(tuple(say.day(day) for day in off.add))
        yield told(_("Further days off: {names}"), f"{path}.holidays.add", names=names)
    if off and off.remove:
        names = Listing(tuple(say.day(day) for day in off.remove))
        yield told(_("Holidays that are worked: {names}"), f"{path}.holidays.remove", names=names)
    for index, season in enumerate(spec.seasons):
        days = f"{say.day(season.start)} – {say.day(season.end)}"
        hours = week_words(season.days, say.lang)
        text = _("{days}: {hours}")
        yield told(text, f"{path}.seasons.{index}", days=days, hours=hours)


def _exception(say: Say, index: int, one: ExceptionSpec) -> Sentence:
    names = Listing(tuple(say.calendar(name) for name in one.calendar))
    if one.hours is not None:
        hours = windows_words(one.hours, say.lang)
    else:
        hours = _("open without a break") if one.open else windows_words([], say.lang)
    why = say.pick(one.tell)
    text = _("{days}, {names}: {hours} ({why})") if why else _("{days}, {names}: {hours}")
    days = say.days(one.start, one.end)
    return told(text, f"exceptions.{index}", days=days, names=names, hours=hours, why=why)

"""Names that a policy file uses and must also define: calendars, lines, channels, plans,
priorities, topics.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, cast

from firstline.policy.file.model import PolicyFile
from firstline.policy.file.received import received_word
from firstline.policy.file.typos import nearest_hours, wrong_words
from firstline.policy.text.countries import COUNTRIES, REGIONS
from firstline.policy.text.finding import Finding
from firstline.policy.text.source import Document, Path

# What a clock may be beside a calendar: in the table of times, for the time of a line, elsewhere.
ELAPSED = ("always", "elapsed")
CLOCKS = (*ELAPSED, "channel", "line", "plan")
Use = tuple[Path, str, str]


def unknown_names(file: PolicyFile, document: Document) -> list[Finding]:
    """One finding for every name that nothing defines, with the nearest that something does."""
    return [
        *_unknown(file, document),
        *_doubles(file, document),
        *_words_of_arrival(file, document),
        *wrong_words(file, document),
        *_countries(file, document),
        *_circles(file, document),
    ]


def defined(file: PolicyFile) -> dict[str, list[str]]:
    """Names by kind."""
    calendars = ["always", *(name for name in file.calendars if name != "always")]
    return {
        "calendar": calendars,
        "clock": [*CLOCKS, *calendars],
        "clock of a line": [*ELAPSED, "line", *calendars],
        "plain clock": [*ELAPSED, *calendars],
        "line": [line.id for line in file.lines],
        "channel": [channel.id for channel in file.channels],
        "plan": list(file.plans),
        "priority": list(file.priorities.levels),
        "topic": list(file.topics or {}),
        "site": list(file.sites),
        "section": [section.id for section in file.sections],
    }


def _unknown(file: PolicyFile, document: Document) -> Iterator[Finding]:
    names, written = defined(file), _written(document)
    for path, kind, name in uses(file):
        plain = "calendar" if is_hours_kind(kind) else kind
        known = [*names[kind], *written.get(plain, ())]
        # A file that defines no plans, topics … at all may still name them: it publishes, and other
        # programs know them.
        if name in known or (not known and plain != "calendar"):
            continue
        what = f"the {'clock' if 'clock' in kind else kind} '{name}'"
        message = f"{what} is not defined; {_mend(name, known)}"
        if plain == "calendar" and name.startswith("not "):
            message = (
                f"{what} is none, for `not` stands only in received, when and scope.when; define a "
                "calendar of the other hours and name it here"
            )
        elif plain == "calendar" and name in CLOCKS:
            message = (
                f"{what} means nothing here, where no {name} is in question; write always, or the "
                "name of a calendar"
            )
        yield Finding(f"unknown-{plain}", *document.place(path), "error", message)


def is_hours_kind(kind: str) -> bool:
    """Whether a use of this kind names a calendar."""
    return kind == "calendar" or "clock" in kind


def _mend(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, 1, 0.5)
    if near:
        return f"did you mean {near[0]}?"
    listed = ", ".join(list(dict.fromkeys(known))[:12])
    return f"define it, or use one of {listed}"


def _written(document: Document) -> dict[str, list[str]]:
    """Names by kind that the text defines in parts that could not be read."""
    found: dict[str, list[str]] = {}
    for kind, key in (
        ("calendar", "calendars"),
        ("plan", "plans"),
        ("site", "sites"),
        ("topic", "topics"),
        ("line", "lines"),
        ("channel", "channels"),
    ):
        part: object = cast("dict[str, object]", document.value or {}).get(key)
        if isinstance(part, dict):
            found[kind] = [str(name) for name in cast("dict[Any, Any]", part)]
        elif isinstance(part, list):
            items = cast("list[Any]", part)
            found[kind] = [
                str(cast("dict[Any, Any]", i).get("id") if isinstance(i, dict) else i)
                for i in items
            ]
    return found


def uses(file: PolicyFile) -> Iterator[Use]:
    """Every use of a name: (path, kind, name)."""
    yield from _head_uses(file)
    yield from _channel_uses(file)
    yield from _target_uses(file)
    yield from _rule_uses(file)


def _head_uses(file: PolicyFile) -> Iterator[Use]:
    if file.policy.business:
        yield ("policy", "business"), "calendar", file.policy.business
    for name, calendar in file.calendars.items():
        if calendar.site:
            yield ("calendars", name, "site"), "site", calendar.site
    for i, exception in enumerate(file.exceptions):
        yield from (
            (("exceptions", i, "calendar", j), "calendar", name)
            for j, name in enumerate(exception.calendar)
        )
    for i, line in enumerate(file.lines):
        yield ("lines", i, "calendar"), "calendar", line.calendar
        yield ("lines", i, "own_clock"), "clock of a line", line.own_clock
        if line.on_call:
            yield ("lines", i, "on_call"), "calendar", line.on_call
        if line.come_from:
            yield ("lines", i, "from"), "line", line.come_from
    for name, plan in file.plans.items():
        if plan.calendar:
            yield ("plans", name, "calendar"), "calendar", plan.calendar


def _channel_uses(file: PolicyFile) -> Iterator[Use]:
    for i, channel in enumerate(file.channels):
        single = (
            ("calendar", "calendar"),
            ("line", "line"),
            ("door_of", "channel"),
            ("fallback", "channel"),
            ("reached_through", "channel"),
            ("priority", "priority"),
        )
        for key, kind in single:
            if name := getattr(channel, key):
                yield ("channels", i, key), kind, name
        for key in ("beyond", "reply"):
            if target := _called(getattr(channel, key)):
                yield ("channels", i, key), "channel", target
        yield from (
            (("channels", i, "plans", j), "plan", name) for j, name in enumerate(channel.plans)
        )
        for j, variant in enumerate(channel.variants):
            if variant.calendar:
                yield ("channels", i, "variants", j, "calendar"), "calendar", variant.calendar
            yield from (
                (("channels", i, "variants", j, "plan"), "plan", name) for name in variant.plan
            )


def _called(text: str | None) -> str | None:
    """`chat` of `refer(chat)`; None for anything else."""
    return text[text.index("(") + 1 : -1] if text and "(" in text and text.endswith(")") else None


def _target_uses(file: PolicyFile) -> Iterator[Use]:
    for i, row in enumerate(file.targets):
        yield ("targets", i, "clock"), "clock", row.clock
        if row.workdays:
            yield ("targets", i, "workdays"), "calendar", row.workdays
        for kind in ("plan", "priority", "channel", "topic", "line", "site"):
            yield from ((("targets", i, kind), kind, name) for name in getattr(row, kind))


def _rule_uses(file: PolicyFile) -> Iterator[Use]:
    if file.complaints:
        if file.complaints.calendar:
            yield ("complaints", "calendar"), "calendar", file.complaints.calendar
        yield from (
            (("complaints", "channels", i), "channel", name)
            for i, name in enumerate(file.complaints.channels)
        )
    for i, rule in enumerate(file.scope.when):
        yield ("scope", "when", i, "calendar"), "calendar", rule.calendar.removeprefix("not ")
    yield from ((("scope", "by_plan", name), "plan", name) for name in file.scope.by_plan)
    yield from ((("request", "by_topic", name), "topic", name) for name in file.request.by_topic)
    yield ("close", "clock"), "plain clock", file.close.clock
    if file.provision:
        yield ("provision", "clock"), "plain clock", file.provision.clock
    if file.priorities.default:
        yield ("priorities", "default"), "priority", file.priorities.default
    yield from (
        (("priorities", "by_topic", topic), "priority", name)
        for topic, name in file.priorities.by_topic.items()
    )
    for i, clause in enumerate(file.clauses):
        if clause.section and file.sections:
            yield ("clauses", i, "section"), "section", clause.section


def _doubles(file: PolicyFile, document: Document) -> Iterator[Finding]:
    for key in ("lines", "channels", "clauses", "sections", "targets"):
        seen: set[str] = set()
        for i, item in enumerate(getattr(file, key)):
            if item.id is None:
                continue
            if item.id in seen:
                line, column = document.place((key, i, "id"))
                yield Finding(
                    "duplicate-id",
                    line,
                    column,
                    "error",
                    f"the id '{item.id}' stands twice in {key}; give the second another id",
                )
            seen.add(item.id)


def _circles(file: PolicyFile, document: Document) -> Iterator[Finding]:
    """Lines and channels that lead back to themselves, so that nothing is ever at its end."""
    for part, key, field in (
        ("lines", "from", "come_from"),
        ("channels", "door_of", "door_of"),
        ("channels", "reached_through", "reached_through"),
    ):
        leads = {item.id: getattr(item, field) for item in getattr(file, part)}
        for i, name in enumerate(leads):
            if (way := _circle(leads, name)) and way[0] == min(way):
                place = document.place((part, i, key))
                message = (
                    f"{key} leads in a circle: {' > '.join([*way, way[0]])}; let one of them "
                    f"lead elsewhere, or leave its {key} out"
                )
                yield Finding("circle", *place, "error", message)


def _circle(leads: dict[str, str | None], start: str) -> list[str]:
    """The ids from `start` back to it; empty when the way ends."""
    way = [start]
    while (after := leads.get(way[-1])) is not None:
        if after == start:
            return way
        if after in way:
            return []
        way.append(after)
    return []


def _words_of_arrival(file: PolicyFile, document: Document) -> Iterator[Finding]:
    known = {"always", *file.calendars}
    for i, row in enumerate(file.targets):
        for text in row.received:
            try:
                received_word(text, dict.fromkeys(known))
            except ValueError:
                line, column = document.place(("targets", i, "received"))
                near = nearest_hours(text, known)
                message = (
                    f"received: '{text[:40]}' is not defined; did you mean {near}?"
                    if near
                    else f"received: '{text[:40]}' is neither a day class (sat-sun), nor windows "
                    "(mon-fri 09:00-18:00), nor holiday, nor a calendar; write one of these"
                )
                yield Finding("bad-received", line, column, "error", message)


def _countries(file: PolicyFile, document: Document) -> Iterator[Finding]:
    for name, spec in file.calendars.items():
        if (
            spec.holidays is None
            or spec.holidays.country is None
            or _known(spec.holidays.country, spec.holidays.region)
        ):
            continue
        line, column = document.place(("calendars", name, "holidays"))
        where = f"{spec.holidays.country} {spec.holidays.region or ''}".strip()
        message = (
            f"no list of public holidays is known for '{where}'; correct the code, "
            "or leave the country out and write the days under add"
        )
        yield Finding("unknown-country", line, column, "error", message)


def _known(country: str, region: str | None) -> bool:
    code = country.upper()
    return code in COUNTRIES and (region is None or region in REGIONS.get(code, ()))

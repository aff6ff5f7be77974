"""Names that a policy file uses and must also define: calendars, lines, channels, plans,
priorities, topics, sites, sections.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import cast

from firstline.policy.file.fields import Ref, uses
from firstline.policy.file.model import PolicyFile
from firstline.policy.file.parts import ELAPSED
from firstline.policy.file.typos import wrong_words
from firstline.policy.text.countries import COUNTRIES, REGIONS
from firstline.policy.text.finding import Finding
from firstline.policy.text.remark import Remark, guess, remark
from firstline.policy.text.source import Document

# Where the names of each kind stand in the file.
HOMES = {
    "calendar": ("calendars",),
    "line": ("lines",),
    "channel": ("channels",),
    "plan": ("plans",),
    "priority": ("priorities", "levels"),
    "topic": ("topics",),
    "site": ("sites",),
    "section": ("sections",),
}
WHAT = {
    "calendar": remark("the calendar '{name}'"),
    "clock": remark("the clock '{name}'"),
    "line": remark("the line '{name}'"),
    "channel": remark("the channel '{name}'"),
    "plan": remark("the plan '{name}'"),
    "priority": remark("the priority '{name}'"),
    "topic": remark("the topic '{name}'"),
    "site": remark("the site '{name}'"),
    "section": remark("the section '{name}'"),
}


def wrong_names(file: PolicyFile, document: Document) -> list[Finding]:
    """One finding for every name that nothing defines, with the nearest that something does."""
    return [
        *_unknown(file, document),
        *_doubles(file, document),
        *wrong_words(file, document),
        *_countries(file, document),
        *_circles(file, document),
    ]


def _unknown(file: PolicyFile, document: Document) -> Iterator[Finding]:
    # What the text defines in parts that could not be read is defined, too.
    names = {kind: [*_names(file, kind), *_names(document.value, kind)] for kind in HOMES}
    for use in uses(file):
        name, kind = use.ref.name_in(use.text), use.ref.kind
        if name is None or kind not in names or not use.ref.checked:
            continue
        candidates = [*use.ref.also, *names[kind]]
        # A file that defines no plans, topics … at all may still name them: it publishes, and other
        # programs know them.
        if name not in candidates and (names[kind] or kind == "calendar"):
            message = _message(use.ref, name, candidates)
            yield Finding(f"unknown-{kind}", *document.place(use.path), "error", message)


def _names(tree: object, kind: str) -> list[str]:
    """The names of a kind that a file defines, read or as it is written."""
    for key in HOMES[kind]:
        table = isinstance(tree, dict)
        tree = cast("dict[str, object]", tree).get(key) if table else getattr(tree, key, None)
    if isinstance(tree, list):
        items = [_id(item) for item in cast("list[object]", tree)]
        return [item for item in items if item]
    found = (
        [str(key) for key in cast("dict[object, object]", tree)] if isinstance(tree, dict) else []
    )
    return ["always", *found] if kind == "calendar" else found


def _id(item: object) -> str:
    if isinstance(item, dict):
        return str(cast("dict[str, object]", item).get("id") or "")
    return str(getattr(item, "id", item))


def _message(ref: Ref, name: str, candidates: list[str]) -> Remark:
    what = WHAT["clock" if ref.also else ref.kind].with_values(name=name)
    if ref.kind == "calendar" and name in ("24x7", "24/7"):
        return remark(
            "{what} is every hour, and nothing is outside of it; write it without `not`", what=what
        )
    if ref.kind == "calendar" and name.startswith("not "):
        return remark(
            "{what} is none, for `not` stands before the name of a calendar, and where "
            "hours are meant; name the calendar itself",
            what=what,
        )
    if ref.kind == "calendar" and name in (*ELAPSED, "channel", "line", "plan"):
        return remark(
            "{what} means nothing here, where no {name} is in question; write always, "
            "or the name of a calendar",
            what=what,
            name=name,
        )
    if near := get_close_matches(name, candidates, 1, 0.5):
        return remark("{what} is not defined; {mend}", what=what, mend=guess(near[0]))
    listed = ", ".join(list(dict.fromkeys(candidates))[:12])
    return remark(
        "{what} is not defined; define it, or use one of {listed}", what=what, listed=listed
    )


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
                    remark(
                        "the id '{id}' appears twice in {key}; give the second another id",
                        id=item.id,
                        key=key,
                    ),
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
                message = remark(
                    "{key} leads in a circle: {way}; let one of them lead elsewhere, or leave "
                    "its {key} out",
                    key=key,
                    way=" > ".join([*way, way[0]]),
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


def _countries(file: PolicyFile, document: Document) -> Iterator[Finding]:
    for name, spec in file.calendars.items():
        if (
            spec.holidays is None
            or spec.holidays.country is None
            or _is_listed(spec.holidays.country, spec.holidays.region)
        ):
            continue
        line, column = document.place(("calendars", name, "holidays"))
        where = f"{spec.holidays.country} {spec.holidays.region or ''}".strip()
        message = remark(
            "no list of public holidays is known for '{where}'; correct the code, or "
            "leave the country out and write the days under add",
            where=where,
        )
        yield Finding("unknown-country", line, column, "error", message)


def _is_listed(country: str, region: str | None) -> bool:
    code = country.upper()
    return code in COUNTRIES and (region is None or region in REGIONS.get(code, ()))

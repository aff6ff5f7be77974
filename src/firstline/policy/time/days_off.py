"""Public holidays by law, written down when the package is built, for the library that knows them
takes most of a second to import.

What is not kept is asked of the library itself: other years, or everything where nothing was built.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

FIRST, LAST = 2022, 2036
KEPT = "days_off.bin"
Days = dict[date, str]


def kept(country: str, region: str | None, year: int) -> Days | None:
    """Days off with their names; None for what is not kept."""
    if not FIRST <= year <= LAST:
        return None
    line = _lines(country).get((region or "", year))
    if line is None:
        return None
    return {date(year, int(item[:2]), int(item[2:4])): item[4:] for item in line}


@lru_cache(maxsize=1)
def _file() -> tuple[dict[str, tuple[int, int]], bytes]:
    """Where each country lies, and everything; the first line of the file is the former."""
    kept = files(__package__ or "firstline.policy.time").joinpath(KEPT)
    head, _, rest = (kept.read_bytes() if kept.is_file() else b"{}").partition(b"\n")
    return json.loads(head), rest


@lru_cache(maxsize=64)
def _lines(country: str) -> dict[tuple[str, int], list[str]]:
    places, data = _file()
    if country not in places:
        return {}
    start, size = places[country]
    text = zlib.decompress(data[start : start + size]).decode()
    rows = (line.split("\t") for line in text.split("\n"))
    return {(row[0], int(row[1])): row[2:] for row in rows}


def from_library(country: str, region: str | None, year: int) -> Days:
    """The same from the library; KeyError for a country or region that it does not know."""
    from holidays import country_holidays

    try:
        found = country_holidays(country, subdiv=region, years=year)
    except NotImplementedError as problem:
        raise KeyError(str(problem)) from None
    return {day: str(name) for day, name in sorted(found.items()) if day.year == year}


def _country(country: str, regions: frozenset[str]) -> bytes:
    rows: list[str] = []
    for region in (None, *sorted(regions)):
        for year in range(FIRST, LAST + 1):
            days = from_library(country, region, year)
            items = [f"{day:%m%d}{name}" for day, name in days.items()]
            rows.append("\t".join([region or "", str(year), *items]))
    return zlib.compress("\n".join(rows).encode(), 9)


def keep(path: Path, countries: frozenset[str], regions: Mapping[str, frozenset[str]]) -> None:
    """Write the file of these countries, each with the regions that it has."""
    places, data = dict[str, tuple[int, int]](), b""
    for country in sorted(countries):
        chunk = _country(country, regions.get(country, frozenset()))
        places[country] = (len(data), len(chunk))
        data += chunk
    head = json.dumps(places, separators=(",", ":")).encode()
    path.write_bytes(head + b"\n" + data)

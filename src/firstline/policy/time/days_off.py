"""Public holidays by law, as the library `holidays` knows them."""

from __future__ import annotations

import sys
from datetime import date
from functools import cache, lru_cache
from types import ModuleType


@cache
def load_library() -> ModuleType:
    """The library; only a file that names a country waits for it, some 35 ms."""
    import holidays

    # Its own package of countries imports all 251, three quarters of the time and of the memory.
    # It finds each by the name of its module, so an empty package in that place is enough.
    name = "holidays.countries"
    if name not in sys.modules:
        package = ModuleType(name)
        package.__path__ = [f"{holidays.__path__[0]}/countries"]
        sys.modules[name] = package
    return holidays


@lru_cache(maxsize=256)
def public_holidays(country: str, region: str | None, year: int) -> dict[date, str]:
    """Days off by law with their names; KeyError for a country or region that is not known.

    Some lists are empty for some years (Ukraine under martial law), which is why a calendar can
    add days by hand and the linter says so.
    """
    try:
        found = load_library().country_holidays(country.upper(), subdiv=region, years=year)
    except NotImplementedError as problem:
        raise KeyError(str(problem)) from None
    return {day: str(name) for day, name in sorted(found.items()) if day.year == year}

"""Languages: gettext catalogs, the language of the moment, and how one is chosen.

`_` and `ngettext` translate into the language that `use` set for the present task, so that a
sentence can be written where it is decided. Without `use` they answer in English.
"""

import gettext as gnu
import io
import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

log = logging.getLogger(__name__)
LANGUAGES = ("en", "uk", "ru")
NAMES = {"en": "English", "uk": "Українська", "ru": "Русский"}
LOCALES = Path(__file__).resolve().parent.parent / "locales"
_current: ContextVar[str] = ContextVar("language", default="en")


@cache
def translations(language: str) -> gnu.NullTranslations:
    """The catalog of `language`; English and unknown languages answer with the msgid itself."""
    folder = LOCALES / language / "LC_MESSAGES"
    source, compiled = folder / "firstline.po", folder / "firstline.mo"
    if language not in LANGUAGES or language == "en":
        return gnu.NullTranslations()
    if compiled.exists() and not _older(compiled, source):
        with compiled.open("rb") as file:
            return gnu.GNUTranslations(file)
    if not source.exists():
        return gnu.NullTranslations()
    return gnu.GNUTranslations(_compiled(source))


def _older(compiled: Path, source: Path) -> bool:
    return source.exists() and compiled.stat().st_mtime < source.stat().st_mtime


def _compiled(source: Path) -> io.BytesIO:
    # Babel is imported here alone: an installed wheel carries the .mo and never needs the parser.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalog = read_po(file)
    target = io.BytesIO()
    write_mo(target, catalog)
    target.seek(0)
    return target


def use(language: str) -> None:
    """Speak `language` for the rest of the present task; an unknown one is ignored."""
    if language in LANGUAGES:
        _current.set(language)


@contextmanager
def speaking(language: str) -> Generator[None]:
    """Speak `language` inside the block only."""
    token = _current.set(language if language in LANGUAGES else "en")
    try:
        yield
    finally:
        _current.reset(token)


def current() -> str:
    """The language of the present task."""
    return _current.get()


def gettext(message: str) -> str:
    """`message` in the language of the moment."""
    return translations(_current.get()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """`one` or `many` by the plural rules of the language of the moment; holds `%(num)d`."""
    return translations(_current.get()).ngettext(one, many, count)


_ = gettext


def choose(
    *,
    person: str | None = None,
    asked: str | None = None,
    cookie: str | None = None,
    accept: str = "",
    offered: Sequence[str] = LANGUAGES,
) -> str:
    """The language to speak: asked for just now, the person's, the cookie's, the browser's.

    `offered` are the languages of the policy, the first of which is the last resort.
    """
    for wish in (asked, person, cookie, *_accepted(accept)):
        if wish and wish in offered:
            return wish
    return next((language for language in offered if language in LANGUAGES), "en")


def _accepted(header: str) -> list[str]:
    """Primary subtags of an Accept-Language header (RFC 9110, 12.5.4), best first."""
    weighed: list[tuple[float, int, str]] = []
    for index, part in enumerate(header[:200].split(",")):
        tag, _, weight = part.partition(";q=")
        try:
            weighed.append((-float(weight or 1), index, tag.strip().lower().split("-")[0]))
        except ValueError:
            continue
    return [tag for _, _, tag in sorted(weighed)]

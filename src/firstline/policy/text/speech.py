"""Speech: in which language sentences are written, and the catalogs that translate them.

The language is set for the present task; without it everybody speaks English. A catalog is a
folder of `{language}/LC_MESSAGES/{domain}.po`, or its compiled `.mo` where that is not older.
"""

import gettext as gnu
import io
import re
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "uk", "ru")
LOCALES = Path(__file__).resolve().parent.parent / "locales"
_current: ContextVar[str] = ContextVar("language", default="en")


def use(language: str) -> None:
    """Speak `language` for the rest of the present task; an unknown one is ignored."""
    if language in LANGUAGES:
        _current.set(language)


@contextmanager
def speaking(language: str) -> Generator[None]:
    """Speak `language` inside the block only; English where it is unknown."""
    token = _current.set(language if language in LANGUAGES else "en")
    try:
        yield
    finally:
        _current.reset(token)


def current() -> str:
    """The language of the present task."""
    return _current.get()


@dataclass(frozen=True)
class Catalogs:
    """The translations of one domain, looked up in the language of the moment."""

    folder: Path
    domain: str

    def gettext(self, message: str) -> str:
        """`message` translated; itself where no catalog has it."""
        return translations(self.folder, self.domain, _current.get()).gettext(message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """`one` or `many` by the plural rules of the language; holds `%(num)d`."""
        return translations(self.folder, self.domain, _current.get()).ngettext(one, many, count)


@cache
def translations(locales: Path, domain: str, language: str) -> gnu.NullTranslations:
    """One catalog; English and unknown languages answer with the msgid itself."""
    if not re.fullmatch("[a-z]{2,3}", language):
        return gnu.NullTranslations()
    folder = locales / language / "LC_MESSAGES"
    source, compiled = folder / f"{domain}.po", folder / f"{domain}.mo"
    if compiled.exists() and not _is_older(compiled, source):
        with compiled.open("rb") as file:
            return gnu.GNUTranslations(file)
    if not source.exists():
        return gnu.NullTranslations()
    return gnu.GNUTranslations(_compile(source))


def _is_older(compiled: Path, source: Path) -> bool:
    return source.exists() and compiled.stat().st_mtime < source.stat().st_mtime


def _compile(source: Path) -> io.BytesIO:
    # Babel's parser is imported here alone: an installed wheel carries the .mo and never needs it.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalog = read_po(file)
    target = io.BytesIO()
    write_mo(target, catalog)
    target.seek(0)
    return target


_sentences = Catalogs(LOCALES, "policy")
gettext, ngettext = _sentences.gettext, _sentences.ngettext

"""Languages of the desk: its gettext catalog, the language of the moment, and how one is chosen.

`_` and `ngettext` translate into the language that `use` set for the present task, so that a
sentence can be written where it is decided. Without `use` they answer in English.
"""

from collections.abc import Sequence
from pathlib import Path

from firstline.policy.text.speech import LANGUAGES, Catalogs, current, speaking, use

__all__ = ["LANGUAGES", "LOCALES", "NAMES", "choose", "current", "gettext", "ngettext", "speaking"]
__all__ += ["_", "use"]

NAMES = {"en": "English", "uk": "Українська", "ru": "Русский"}
LOCALES = Path(__file__).resolve().parent.parent / "locales"
_sentences = Catalogs(LOCALES, "firstline")
gettext, ngettext = _sentences.gettext, _sentences.ngettext
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
    for wish in (asked, person, cookie, *_accepted_languages(accept)):
        if wish and wish in offered:
            return wish
    return next((language for language in offered if language in LANGUAGES), "en")


def _accepted_languages(header: str) -> list[str]:
    """Primary subtags of an Accept-Language header (RFC 9110, 12.5.4), best first."""
    weighed: list[tuple[float, int, str]] = []
    for index, part in enumerate(header[:200].split(",")):
        tag, _, weight = part.partition(";q=")
        try:
            weighed.append((-float(weight or 1), index, tag.strip().lower().split("-")[0]))
        except ValueError:
            continue
    return [tag for _, _, tag in sorted(weighed)]

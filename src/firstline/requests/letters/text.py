"""Letters as plain text: templates/letters/*.txt, filled in the language of the moment."""

from functools import cache
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from firstline.kit import i18n
from firstline.kit.links import one_line, visible, with_hosts

FOLDER = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    # Nothing is escaped: these are text, and the mail's HTML twin is made from them escaped.
    env = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=False,  # noqa: S701
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    filters = cast("dict[str, Any]", env.filters)  # pyright: ignore[reportUnknownMemberType]
    filters.update(line=one_line, words=_plain_words)
    return env


def _plain_words(body: str) -> str:
    """Words as text, with the host beside an address that does not read as it."""
    return visible(with_hosts(body)).strip()


def render(what: str, **values: Any) -> str:
    """The text of the letter `what`: opening, answer, reminder, delay, closing, conduct."""
    return _environment().get_template(f"{what}.txt").render(**values).strip() + "\n"

"""What may be written: limits of texts, and how they are kept."""

from firstline.kit.errors import Invalid, TooLarge
from firstline.kit.folding import has_visible
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import ngettext
from firstline.kit.links import one_line
from firstline.kit.masks import mask_secrets

BODY_LIMIT = 20_000
TITLE_LIMIT = 200


def check_text(
    text: str, field: str = "body", *, limit: int = BODY_LIMIT, empty: bool = False
) -> str:
    """The text as it came, or a refusal that names the field; "" where it may be `empty` and
    nothing in it can be seen.

    Raises `Invalid` for words that nobody can see, NUL or a lone surrogate, `TooLarge` over `limit`
    characters.
    """
    name = _field_names().get(field, field)
    if len(text) > limit:
        raise TooLarge(
            ngettext(
                "%(field)s has %(count)d character; at most %(limit)d: shorten it, "
                "or attach a file.",
                "%(field)s has %(count)d characters; at most %(limit)d: shorten it, "
                "or attach a file.",
                len(text),
            )
            % {"field": name, "count": len(text), "limit": limit},
            field=field,
        )
    if "\0" in text:
        raise Invalid(
            _("%(field)s holds a NUL character; remove it.") % {"field": name}, field=field
        )
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Invalid(
            _("%(field)s holds a broken character; type it again.") % {"field": name}, field=field
        ) from None
    if has_visible(text):
        return text
    if not empty:
        raise Invalid(
            _("%(field)s is empty; write what you want to say.") % {"field": name}, field=field
        )
    return ""


def _field_names() -> dict[str, str]:
    """What people call the fields that they write into."""
    return {
        "body": _("The message"),
        "title": _("The title"),
        "reason": _("The reason"),
        "summary": _("The summary"),
        "text": _("The text"),
        "label": _("The label"),
        "secret": _("The secret"),
    }


def safe_text(
    text: str, field: str = "body", *, limit: int = BODY_LIMIT, empty: bool = False
) -> str:
    """The text as it may be kept: checked as by `check_text`, its secrets masked.

    Everything that people write and that others read passes here.
    """
    return mask_secrets(check_text(text, field, limit=limit, empty=empty))


def safe_title(text: str, field: str = "title", *, limit: int = TITLE_LIMIT) -> str:
    """The same for what is a single line: line breaks, which would pass for the next line of a
    letter or a transcript, are spaces, and nothing turns the order of what one reads.
    """
    return safe_text(one_line(check_text(text, field, limit=limit)), field)


def title_from(body: str) -> str:
    """A title for a request whose writer gave none: its first line, cut at a word."""
    lines = map(one_line, body.splitlines())
    line = next(filter(has_visible, lines), "")
    if len(line) <= 80:
        return line
    return line[:79].rsplit(" ", 1)[0].rstrip(",;:") + "…"

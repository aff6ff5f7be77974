"""What may be written into a field about a person: one place, so that every door asks the same."""

import re
import unicodedata

from firstline.kit.addresses import address, has_unseen, host_name, spellings
from firstline.kit.errors import Invalid
from firstline.kit.folding import has_visible
from firstline.kit.i18n import LANGUAGES, ngettext
from firstline.kit.i18n import gettext as _
from firstline.people.model import ACCESSES, Access

LINE = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def text(value: str, field: str, *, most: int = 200, required: bool = True) -> str:
    """One line of words, trimmed and in NFC. Raises Invalid (field).

    Control characters, bidirectional overrides and lone surrogates are refused: a name is shown
    in lists, letters and headers, where they would rearrange what stands beside them.
    """
    value = unicodedata.normalize("NFC", value.strip()) if has_visible(value) else ""
    if required and not value:
        raise Invalid(_("Fill in this field."), field=field)
    if len(value) > most:
        raise Invalid(
            ngettext(
                "Use at most %(most)d character here.",
                "Use at most %(most)d characters here.",
                most,
            )
            % {"most": most},
            field=field,
        )
    if any(
        unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")
        or letter in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
        for letter in value
    ):
        raise Invalid(_("Remove the invisible control characters."), field=field)
    return value


def normal_email(value: str) -> str:
    """An address as it is stored and compared: small letters, its host as the network knows it.

    What is no address stays what it is, and nobody has it.
    """
    return spellings(value)[0]


def email(value: str, field: str = "email") -> str:
    """A stored e-mail address, one that a letter can reach. Raises Invalid (field)."""
    value = text(value, field, most=254)
    if has_unseen(value):
        raise Invalid(_("Remove the invisible control characters."), field=field)
    try:
        return address(value).lower()
    except ValueError:
        raise Invalid(_("Enter an e-mail address such as name@example.com."), field=field) from None


def access(value: str, field: str = "access") -> Access:
    """Raises Invalid (field)."""
    for each in ACCESSES:
        if value == each:
            return each
    raise Invalid(_("Access must be owner, limited or global."), field=field)


def language(value: str, field: str = "language") -> str:
    """One of the languages of the product. Raises Invalid (field)."""
    if value not in LANGUAGES:
        languages = ", ".join(LANGUAGES)
        raise Invalid(
            _("Choose one of these languages: %(known)s.") % {"known": languages}, field=field
        )
    return value


def host(value: str, field: str = "host") -> str:
    """The host of a service in the one spelling of `kit.addresses`. Raises Invalid (field)."""
    return text(host_name(text(value, field, most=253, required=False)), field, required=False)


def external_id(value: str | None, field: str = "external_id") -> str | None:
    """The id in the company's own panel; empty is none. Raises Invalid (field)."""
    return text(value or "", field, most=100, required=False) or None


def lines(values: "list[str] | tuple[str, ...]", field: str = "lines") -> list[str]:
    """Names of lines, once each; which lines exist is the policy's matter. Raises Invalid."""
    for value in values:
        if not LINE.fullmatch(value):
            raise Invalid(_("Name lines as the regulations do, such as first."), field=field)
    return list(dict.fromkeys(values))

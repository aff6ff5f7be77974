"""The shelves of the wiki in words."""

from collections.abc import Callable

from firstline.kit.i18n import _

SECTION_TITLES: dict[str, Callable[[], str]] = {
    "web": lambda: _("Websites"),
    "mail": lambda: _("Mailboxes and e-mail"),
    "dns": lambda: _("Domains and DNS"),
    "ssl": lambda: _("SSL certificates"),
    "databases": lambda: _("Databases"),
    "ftp": lambda: _("Files: FTP and SSH"),
    "panel": lambda: _("Control panel"),
    "billing": lambda: _("Payments and documents"),
    "support": lambda: _("Working with support"),
}


def section_words() -> dict[str, str]:
    """Title of each section in the language of the moment, in the order of the index."""
    return {code: title() for code, title in SECTION_TITLES.items()}

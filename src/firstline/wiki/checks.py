"""What the parts of an article must be; each refusal says what to do."""

from collections.abc import Sequence
from typing import TypeVar

from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import ngettext
from firstline.wiki.model import (
    AUDIENCES,
    LONGEST_BODY,
    LONGEST_SLUG,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    MOST_HEADINGS,
    RESERVED,
    SECTIONS,
    SLUG,
    ArticleText,
    AudienceName,
    count_headings,
    one_line,
    summary_of,
    tidy_body,
)

T = TypeVar("T", bound=str)


def check_text(title: str, summary: str, body: str) -> ArticleText:
    """The text as it is stored; a summary that is left out is made of the body. Raises Invalid."""
    _refuse_unstorable(title, summary, body)
    title, summary, body = one_line(title), one_line(summary), tidy_body(body)
    if not title:
        raise Invalid(_("Give the article a title."), field="title")
    if not body.strip():
        raise Invalid(_("Write the text of the article."), field="body")
    _refuse_long(title, LONGEST_TITLE, "title")
    _refuse_long(summary, LONGEST_SUMMARY, "summary")
    _refuse_long(body, LONGEST_BODY, "body")
    if count_headings(body) > MOST_HEADINGS:
        sentence = ngettext(
            "An article has at most %(most)d heading; make several articles of it.",
            "An article has at most %(most)d headings; make several articles of it.",
            MOST_HEADINGS,
        )
        raise Invalid(sentence % {"most": MOST_HEADINGS}, field="body")
    return ArticleText(title, summary or summary_of(body) or title, body)


def check_draft(text: ArticleText) -> ArticleText:
    """What is being written, as it is kept: however unfinished, but storable. Raises Invalid."""
    _refuse_unstorable(text.title, text.summary, text.body)
    _refuse_long(text.title, LONGEST_TITLE, "title")
    _refuse_long(text.summary, LONGEST_SUMMARY, "summary")
    body = text.body.replace("\r\n", "\n").replace("\r", "\n")
    _refuse_long(body, LONGEST_BODY, "body")
    return ArticleText(one_line(text.title), one_line(text.summary), body)


def _refuse_unstorable(*texts: str) -> None:
    for field, text in zip(("title", "summary", "body"), texts, strict=True):
        if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
            raise Invalid(
                _("The text holds characters that cannot be stored; remove them."), field=field
            )


def _refuse_long(text: str, most: int, field: str) -> None:
    if len(text) > most:
        sentence = ngettext(
            "At most %(most)d character; shorten it, or make several articles of it.",
            "At most %(most)d characters; shorten it, or make several articles of it.",
            most,
        )
        raise Invalid(sentence % {"most": most}, field=field)


def check_slug(slug: str) -> str:
    """Raises Invalid for what cannot be an address."""
    if len(slug) > LONGEST_SLUG or not SLUG.fullmatch(slug):
        raise Invalid(
            _("An address is made of a to z, digits and hyphens between them, at most 100."),
            field="slug",
        )
    if slug in RESERVED:
        raise Invalid(
            _("The desk needs the address %(slug)s itself; choose another one.") % {"slug": slug},
            field="slug",
        )
    return slug


def check_section(section: str) -> str:
    """Raises Invalid unless the index has this section."""
    return _one_of(SECTIONS, section, "section")


def check_audience(audience: str) -> AudienceName:
    """Raises Invalid unless articles are for such."""
    return _one_of(AUDIENCES, audience, "audience")


def check_language(language: str, languages: Sequence[str]) -> str:
    """Raises Invalid unless the desk speaks this language."""
    return _one_of(tuple(languages), language, "language")


def _one_of(values: Sequence[T], value: str, field: str) -> T:
    found = next((one for one in values if one == value), None)
    if found is None:
        raise Invalid(_("Choose one of: %(values)s.") % {"values": ", ".join(values)}, field=field)
    return found

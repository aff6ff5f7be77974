"""An article of the wiki."""

from dataclasses import dataclass

SECTIONS = ("web", "mail", "dns", "ssl", "databases", "ftp", "panel", "billing", "support")


class UnreadableError(ValueError):
    """An article's file lacks its head, the head lacks a field, or names no section."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article in one language; `body` is Markdown, `related` are slugs, the nearest first.

    `section` is one of `SECTIONS`: the shelf of the index on which it stands.
    """

    slug: str
    language: str
    title: str
    section: str
    topics: tuple[str, ...]
    summary: str
    related: tuple[str, ...]
    body: str


def parse(slug: str, language: str, text: str) -> Article:
    """Read a file: a head of `name: value` lines between two lines `---`, then the body.

    Lists are separated by commas. Raises `UnreadableError`.
    """
    opening, _, rest = text.partition("---\n")
    head, closing, body = rest.partition("\n---\n")
    if opening.strip() or not closing:
        raise UnreadableError(f"{language}/{slug}.md must begin with a head between two lines ---.")
    fields = dict(_field(line) for line in head.splitlines() if line.strip())
    try:
        return Article(
            slug=slug,
            language=language,
            title=fields["title"],
            section=_section(fields["section"], f"{language}/{slug}.md"),
            topics=_list(fields["topics"]),
            summary=fields["summary"],
            related=_list(fields.get("related", "")),
            body=body.strip() + "\n",
        )
    except KeyError as missing:
        sentence = f"The head of {language}/{slug}.md lacks {missing.args[0]}."
        raise UnreadableError(sentence) from None


def _section(value: str, file: str) -> str:
    if value not in SECTIONS:
        raise UnreadableError(f"The section of {file} must be one of {', '.join(SECTIONS)}.")
    return value


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()


def _list(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())

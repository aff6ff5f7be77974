"""Markdown as HTML that may stand in a page as it is: no script, no style, no foreign scheme.

One way for articles and for whatever else is written in Markdown. A link whose words read as
another host bears its own beside it, by the rule of addresses in plain words (`links`).
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup, escape

from firstline.kit.aside import collector_at_rest, give_way
from firstline.kit.links import address_at, is_safe_target, leads_to, visible

LINK_REL = "nofollow noopener noreferrer"
TAGS = {
    *("a", "b", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i"),
    *("li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "img": {"alt", "src", "title"},
    "ol": {"start"},
    "span": {"class"},
}
NO_PICTURES = re.compile(r"(?!)")


def markdown(
    text: str,
    *,
    tags: AbstractSet[str] = TAGS,
    rel: str = LINK_REL,
    pictures: re.Pattern[str] = NO_PICTURES,
) -> Markup:
    """Markdown as HTML of these tags. Of pictures only those whose whole address fits `pictures`
    are there; of others their words are left, as nothing is loaded from elsewhere. Where a page has
    its own h1, and `tags` none, a heading of the first level is one of the second."""
    with collector_at_rest():
        html = _parser().render(visible(text), {"pictures": pictures, "tags": tags})
    clean = nh3.clean(
        html,
        tags={*tags, "img"},
        attributes=ATTRIBUTES,
        # Wider than a phone it scrolls, also by keys (WCAG 2.1.1).
        set_tag_attribute_values={"pre": {"tabindex": "0"}, "img": {"loading": "lazy"}},
        attribute_filter=_safe_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel=rel,
    )
    return Markup(clean)  # noqa: S704 — nh3 has cleaned it


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.enable(["table", "strikethrough"])
    # Called at each line and each place of a line.
    parser.block.ruler.before("table", "way", _rest_at_line)
    parser.inline.ruler.before("text", "way", _rest_at_place)
    parser.inline.ruler.after("text", "address", _link_address)
    parser.core.ruler.push("headings", _lower_titles)
    parser.core.ruler.push("hosts", _show_hosts)
    parser.core.ruler.push("pictures", _leave_pictures)
    return parser


def _rest_at_line(_state: StateBlock, _start: int, _end: int, _silent: bool) -> bool:
    give_way()
    return False


def _rest_at_place(_state: StateInline, _silent: bool) -> bool:
    give_way()
    return False


_SCHEME = re.compile(r"(?i)(?<![a-z0-9_])https?$")


def _link_address(state: StateInline, silent: bool) -> bool:
    """Make a link of an address that is written out, in place of linkify: that looks at the rest
    of the line again at each of them.
    """
    scheme = _SCHEME.search(state.pending[-6:])
    if scheme is None or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    found = address_at(state.src, state.pos - len(scheme[0]))
    if found is None:
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[0])]
        state.push("link_open", "a", 1).attrs = {"href": state.md.normalizeLink(found.url)}
        state.push("text", "", 0).content = found.url
        state.push("link_close", "a", -1)
    state.pos = found.end
    return True


def _safe_attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "a" and name == "href" and not is_safe_target(value):
        return None
    return value


def _lower_titles(state: StateCore) -> None:
    """Keep a second title in the page a heading, where it would be left as bare words."""
    for token in state.tokens:
        if token.tag == "h1" and "h1" not in state.env["tags"]:
            token.tag = "h2"


def _show_hosts(state: StateCore) -> None:
    """Put the host after each link that reads as another."""
    for token in state.tokens:
        if token.children:
            token.children = list(_with_hosts(token.children))


def _leave_pictures(state: StateCore) -> None:
    """Put its words in place of each picture that may not be there."""
    pictures: re.Pattern[str] = state.env["pictures"]
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "image" and not pictures.fullmatch(str(child.attrGet("src") or "")):
                child.type, child.tag, child.children = "text", "", None


def _with_hosts(tokens: Sequence[Token]) -> Iterator[Token]:
    url, read = "", ""
    for token in tokens:
        yield token
        if token.type == "link_open":
            url, read = str(token.attrGet("href") or ""), ""
        elif token.type == "link_close":
            if host := leads_to(url, read):
                yield _host_note(host)
        else:
            read += token.content


def _host_note(host: str) -> Token:
    note = f' <span class="fl-host">({escape(host)})</span>'
    return Token("html_inline", "", 0, content=note)

"""HTML: one Jinja environment, the filters every page shares, plain text and Markdown made safe."""

import re
import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

from babel.dates import format_date, format_timedelta
from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context
from markupsafe import Markup, escape

from firstline.kit import i18n
from firstline.kit.addresses import host_words
from firstline.kit.assets import assets
from firstline.kit.fences import FencedPart, split_fences
from firstline.kit.i18n import gettext as _
from firstline.kit.links import visible, with_links
from firstline.kit.markdown import LINK_REL, markdown

PACKAGE = Path(__file__).resolve().parent.parent
TAG = re.compile(r"<[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
ACTS = re.compile(r"\shx-[a-z]")
OUTWARD = f' rel="{LINK_REL}" target="_blank"'


class FeatureLoader(BaseLoader):
    """`desk/queue.html` is desk/templates/queue.html; a name without a feature is kit's own."""

    def get_source(
        self,
        environment: Environment,  # noqa: ARG002 — jinja2's signature
        template: str,
    ) -> tuple[str, str, Callable[[], bool]]:
        if ".." in template:
            raise TemplateNotFound(template)
        feature, _, name = template.partition("/")
        path = PACKAGE / feature / "templates" / name if name else None
        if path is None or not path.is_file():
            path = PACKAGE / "kit" / "templates" / template
        if not path.is_file():
            raise TemplateNotFound(template)
        changed = path.stat().st_mtime
        return path.read_text("utf-8"), str(path), lambda: path.stat().st_mtime == changed


class HtmxNonce(Extension):
    """Puts the page's nonce beside every htmx attribute that stands in a template's own source.

    hx-csp strips htmx attributes without it. Done on the source, so that markup which got in by
    way of a value can never carry it.
    """

    def preprocess(
        self,
        source: str,
        name: str | None,  # noqa: ARG002 — jinja2's signature
        filename: str | None = None,  # noqa: ARG002
    ) -> str:
        def stamp(match: re.Match[str]) -> str:
            tag = match.group(0)
            return tag.replace(" hx-", ' hx-nonce="{{ nonce }}" hx-', 1) if _bare(tag) else tag

        return TAG.sub(stamp, source)


def _bare(tag: str) -> bool:
    return bool(ACTS.search(tag)) and "hx-nonce" not in tag


@cache
def environment() -> Environment:
    """The environment of every template; built once."""
    env = Environment(
        loader=FeatureLoader(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", HtmxNonce],
        finalize=_without_turning,
    )
    filters = cast("dict[str, Any]", env.filters)  # pyright: ignore[reportUnknownMemberType]
    filters.update(
        when=when,
        clock=clock,
        day=day,
        relative=relative,
        words=words,
        markdown=markdown,
        size=size,
        host=host_words,
    )
    values = cast("dict[str, Any]", env.globals)  # pyright: ignore[reportUnknownMemberType]
    values.update(
        asset=assets().url,
        new_key=secrets.token_urlsafe,
        _=_gettext,
        gettext=_gettext,
        ngettext=_ngettext,
    )
    return env


def _without_turning(value: object) -> object:
    """What people wrote, without what makes it read as another; names and titles too."""
    return visible(value) if type(value) is str else value


def _gettext(message: str, **values: object) -> Markup:
    """`_` of templates. Faster than Jinja's own: a page calls it some hundred times."""
    text = Markup(i18n.gettext(message))  # noqa: S704 — sentences are ours
    return text % values if values else text


def _ngettext(one: str, many: str, count: int, **values: object) -> Markup:
    """`ngettext` of templates; `num` is the number."""
    text = Markup(i18n.ngettext(one, many, count))  # noqa: S704 — sentences are ours
    return text % {"num": count, **values}


def render(template: str, lang: str, **values: Any) -> str:
    """Return `template` filled with `values`, speaking `lang`.

    Time filters take the zone from the value `zone` (UTC without it) and the present moment from
    the value `now`.
    """
    with i18n.speaking(lang):
        return environment().get_template(template).render(lang=lang, **values)


def _zone(context: Context) -> tzinfo:
    return context.get("zone") or UTC


@pass_context
def when(context: Context, at: datetime) -> Markup:
    """`<time>`: the hour today, otherwise the date and the hour, in the page's zone."""
    local = at.astimezone(_zone(context))
    now = context.get("now")
    return _time(at, moment(local, context["lang"], now), f"{local:%Y-%m-%d %H:%M:%S %Z}")


def moment(local: datetime, language: str, now: datetime | None = None) -> str:
    """A local moment in words: `14:05` today, else `22 November, 14:05`."""
    if now is not None and now.astimezone(local.tzinfo).date() == local.date():
        return f"{local:%H:%M}"
    return f"{day_of(local, language, now)}, {local:%H:%M}"


@pass_context
def clock(context: Context, at: datetime) -> Markup:
    """`<time>`: the hour alone, in the page's zone."""
    local = at.astimezone(_zone(context))
    return _time(at, f"{local:%H:%M}", f"{local:%Y-%m-%d %H:%M:%S %Z}")


@pass_context
def day(context: Context, at: datetime) -> str:
    """The date in words, in the page's zone: `22 November`, with the year when it is another."""
    return day_of(at.astimezone(_zone(context)), context["lang"], context.get("now"))


def day_of(local: datetime, language: str, now: datetime | None) -> str:
    """The date of a local moment in words, with its year when that is not the present one."""
    pattern = "d MMMM" if now is not None and now.year == local.year else "d MMMM y"
    return _formatted_date(local.year, local.month, local.day, pattern, language)


@lru_cache(maxsize=4096)
def _formatted_date(year: int, month: int, day_: int, pattern: str, language: str) -> str:
    return format_date(date(year, month, day_), pattern, locale=language)


@pass_context
def relative(context: Context, at: datetime) -> Markup:
    """`<time data-relative>`: `in 12 minutes`, `2 hours ago`; the browser keeps it going."""
    local = at.astimezone(_zone(context))
    text = distance(at - context["now"], context["lang"])
    return _time(at, text, f"{local:%Y-%m-%d %H:%M:%S %Z}", " data-relative")


def distance(delta: timedelta, language: str) -> str:
    """A distance in time in words of `language`, its sign as `in …` or `… ago`."""
    seconds = int(delta.total_seconds())
    if abs(seconds) < 60:
        with i18n.speaking(language):
            return _("in under a minute") if seconds > 0 else _("just now")
    unit = next((u for u in (86400, 3600, 60) if abs(seconds) >= u), 60)
    if unit == 3600 and abs(seconds) < 7200:
        unit = 60  # «90 minutes», not «2 hours»: a promise is about minutes
    return _distance(round(seconds / unit) * unit, language)


@lru_cache(maxsize=4096)
def _distance(seconds: int, language: str) -> str:
    granularity = "minute" if abs(seconds) < 7200 else "hour" if abs(seconds) < 86400 else "day"
    return format_timedelta(
        timedelta(seconds=seconds),
        granularity=granularity,
        threshold=120 if granularity == "minute" else 10,
        add_direction=True,
        format="short",
        locale=language,
    ).replace(".", "")


def _time(at: datetime, text: str, title: str, mark: str = "") -> Markup:
    # Dates and Babel's words hold nothing to escape.
    moment = at.astimezone(UTC).isoformat(timespec="seconds")
    html = f'<time datetime="{moment}" title="{title}"{mark}>{text}</time>'
    return Markup(html)  # noqa: S704


def words(body: str, way: Callable[[str], str] = str) -> Markup:
    """Plain text as HTML: links made, each by its `way`, fenced code verbatim, all else escaped;
    nothing is left out but the fences.

    Line breaks stay as they are; the style sheet shows them (`white-space: pre-wrap`).
    """
    pieces = (
        _code(piece) if piece.code else with_links(piece.text, OUTWARD, way)
        for piece in split_fences(body)
    )
    return Markup(visible("".join(pieces)))  # noqa: S704 — every piece is escaped


def _code(piece: FencedPart) -> str:
    name = f'<span class="fl-code-name">{escape(piece.language)}</span>' if piece.language else ""
    return f'{name}<pre tabindex="0"><code>{escape(piece.text)}</code></pre>'


def size(count: int) -> str:
    """A number of bytes in words: `640 B`, `12 KB`, `3.4 MB`."""
    if count < 1024:
        return f"{count} B"
    if count < 1024**2:
        return f"{count / 1024:.0f} KB"
    return f"{count / 1024**2:.1f} MB"

"""Text made safe, and times in words."""

import re
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from firstline.kit import html

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def shown(source: str, lang: str = "en", **values: object) -> str:
    with html.i18n.speaking(lang):
        template = html.environment().from_string(source)
        return template.render(lang=lang, now=NOW, zone=ZoneInfo("Europe/Kyiv"), **values)


def test_words_of_people_come_out_as_text_only() -> None:
    text = html.words('<img src=x onerror=alert(1)> & "quotes"')
    assert "<img" not in text
    assert "&lt;img" in text


def test_addresses_become_links_that_leak_nothing() -> None:
    text = html.words("see https://a.example/x?a=1&b=<2>, (https://b.example).")
    assert 'href="https://a.example/x?a=1&amp;b="' in text
    assert 'href="https://b.example"' in text
    assert text.count('rel="nofollow noopener noreferrer"') == 2
    assert "<a" not in html.words("javascript:alert(1)")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("so: https://a.example/x?y=1.", "https://a.example/x?y=1"),
        ("https://a.example/x, https:// and more…", "https://a.example/x"),
        ("(look at https://a.example/c_(d))", "https://a.example/c_(d)"),
        ("[https://a.example/x]", "https://a.example/x"),
        ("\"https://a.example/x\" 'or'", "https://a.example/x"),
        ("«https://a.example/x»", "https://a.example/x"),
        ("“https://a.example/x”", "https://a.example/x"),
        ('https://a.example/" onclick=alert(1)', "https://a.example/"),
        ("https://a.example/<b>x", "https://a.example/"),
        ("https://пример.укр/шлях/", "https://пример.укр/шлях/"),
        ("HTTPS://A.EXAMPLE", "HTTPS://A.EXAMPLE"),
        ("http://db_1:8080/x", "http://db_1:8080/x"),
        ("http://[2001:db8::1]/x", "http://[2001:db8::1]/x"),
        ("https://good.example@evil.example/", "https://good.example@evil.example/"),
        ("https://a.example/\u202egpj.exe", "https://a.example/"),
        ("https://a.example\u200b/x", "https://a.example"),
    ],
)
def test_an_address_ends_where_people_end_it(text: str, address: str) -> None:
    safe = html.escape(address)
    said = html.words(text)
    assert re.findall(r'<a href="([^"]*)"', said) == [str(safe)]
    assert f">{safe}</a>" in said
    plain = re.sub(r'<a [^>]*>|</a>| <span class="fl-host">[^<]*</span>', "", said)
    assert plain == str(html.escape(text)).replace("\u202e", "")


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)//x",
        "data:text/html,<script>",
        "ftp://a.example/x",
        "//a.example/x",
        "mailto:vera@acme.example vera@acme.example",
        "www.a.example, a.example and 192.0.2.1",
        "xhttps://a.example",
        "https://",
    ],
)
def test_what_is_no_written_out_web_address_is_no_link(text: str) -> None:
    assert html.words(text) == html.escape(text)
    assert 'href="javascript' not in html.markdown(text)
    assert 'href="ftp' not in html.markdown(text)


@pytest.mark.parametrize(
    "piece",
    ["a", "a-", "(", "x)", "http://", "http://a.", "https://a/ ", "a?", "'", "a:", "@", "a@"],
)
def test_no_text_takes_long_to_be_linked(piece: str) -> None:
    text = ("http://a.example/" + piece * 20_000)[:20_000]
    began = time.perf_counter()
    html.words(text)
    html.words(text.removeprefix("http://a.example/"))
    assert time.perf_counter() - began < 2


def test_markdown_links_the_same_addresses() -> None:
    text = "see https://db_1.example/x, www.a.example and vera@acme.example"
    assert re.findall(r'href="([^"]*)"', html.markdown(text)) == ["https://db_1.example/x"]


def test_fenced_code_stands_verbatim() -> None:
    text = html.words("before\n```\n<b> https://x.example\n  two\n```\nafter")
    assert '<pre tabindex="0"><code>&lt;b&gt; https://x.example\n  two</code></pre>' in text
    assert html.words("```\nopen").endswith('<pre tabindex="0"><code>open</code></pre>')


@pytest.mark.parametrize(
    "text",
    [
        "```systemctl restart nginx```\nDoes it help?",
        "Run ```systemctl restart nginx\nDoes it help?",
        "```one two three\nfour\n```",
        "```",
        "```\n```",
        "a\n```",
        "``` ```",
    ],
)
def test_what_is_no_fence_on_a_line_of_its_own_is_text(text: str) -> None:
    assert "<code>" not in html.words(text)
    assert read(html.words(text)) == text


def test_a_fence_tells_its_language_and_ends_at_as_many_backticks() -> None:
    text = html.words("````sh\n```\nls\n```\n````\nafter")
    name = '<span class="fl-code-name">sh</span>'
    assert text == f'{name}<pre tabindex="0"><code>```\nls\n```</code></pre>after'
    assert "<code>b</code>" in html.words("a\r\n```\r\nb\n```\r\nc")


PIECES = [*"a Яé1<&\"'`*_~[](){}:/.@\n\t\r\u2028«»”，。", "\n```\n", "\n```sh\n", "```", "https://"]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_nothing_said_is_invisible(text: str) -> None:
    """Each character is read as often as it was written, but for the backticks of fences."""
    lines = [
        line.strip("` \t\r\u2028") if FENCE.fullmatch(line) else line for line in text.split("\n")
    ]
    said, shown = "".join(lines), read(html.words(text))
    assert not Counter(visible(said)) - Counter(visible(shown))


@given(
    st.lists(st.sampled_from(["```", "```sh", "a", "b ```", "```c d", "", "  ````"]), max_size=8)
)
def test_every_line_but_fences_is_read_in_its_order(lines: list[str]) -> None:
    shown = iter(re.split(r"\n|\x00", read(html.words("\n".join(lines)))))
    for line in lines:
        assert FENCE.fullmatch(line) or any(one.strip() == line.strip() for one in shown), line


FENCE = re.compile(r"\s*`{3,}[ \t]*[\w.#+-]*\s*")


def read(shown: str) -> str:
    """What a browser shows of it."""
    return unescape(re.sub(r"<[^>]*>", "", re.sub(r"</?(?:pre|span)[^>]*>", "\0", shown)))


def visible(text: str) -> str:
    return "".join(text.split())


def test_markdown_carries_no_script_and_no_foreign_scheme() -> None:
    text = html.markdown(
        "# T\n\n<script>x</script> [a](javascript:x) [b](https://b.example)\n\n|a|\n|-|\n|1|"
    )
    assert "<script" not in text
    assert 'href="javascript' not in text
    assert 'rel="nofollow noopener noreferrer"' in text
    assert "<table>" in text


def test_times_are_in_the_zone_of_the_policy() -> None:
    assert ">14:05</time>" in shown("{{ at|when }}", at=NOW + timedelta(minutes=5))
    assert ">21 November, 14:00</time>" in shown("{{ at|when }}", at=NOW - timedelta(days=1))
    assert ">21 листопада, 14:00</time>" in shown("{{ at|when }}", "uk", at=NOW - timedelta(days=1))
    assert 'datetime="2026-11-22T12:00:00+00:00"' in shown("{{ at|clock }}", at=NOW)


@pytest.mark.parametrize(
    ("minutes", "language", "text"),
    [
        (12, "en", "in 12 min"),
        (-12, "en", "12 min ago"),
        (90, "en", "in 90 min"),
        (0.5, "en", "in under a minute"),
        (-0.5, "uk", "щойно"),
        (0.2, "ru", "меньше чем через минуту"),
        (-300, "en", "5 hr ago"),
        (12, "uk", "через 12 хв"),
        (-5, "ru", "5 мин назад"),
    ],
)
def test_distances_in_time_are_words(minutes: int, language: str, text: str) -> None:
    said = html.distance(timedelta(minutes=minutes), language).replace("\u00a0", " ")
    assert said.rstrip(".").replace(". ", " ") == text


def test_a_missing_value_is_an_error_not_an_empty_place() -> None:
    with pytest.raises(UndefinedError):
        shown("{{ nothing }}")


def test_the_nonce_is_stamped_on_the_source_never_on_values() -> None:
    text = shown('<a hx-get="/x">{{ v }}</a>', nonce="N", v='<a hx-get="/evil">')
    assert text == '<a hx-nonce="N" hx-get="/x">&lt;a hx-get=&#34;/evil&#34;&gt;</a>'

"""Text made safe, and times in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
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


def test_fenced_code_stands_verbatim() -> None:
    text = html.words("before\n```\n<b> https://x.example\n  two\n```\nafter")
    assert '<pre tabindex="0"><code>&lt;b&gt; https://x.example\n  two</code></pre>' in text
    assert html.words("```\nopen").endswith('<pre tabindex="0"><code>open</code></pre>')


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

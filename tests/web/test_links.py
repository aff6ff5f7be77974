"""Where addresses end, where they lead, and what may not turn the order of what one reads."""

import re
from html import unescape

import pytest

from firstline.kit import html, links
from firstline.kit.mail import html_of


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("(https://a.example/c_(d)_(e)).", "https://a.example/c_(d)_(e)"),
        ("https://a.example/x[1]?q[]=2, ok", "https://a.example/x[1]?q[]=2"),
        ("(https://a.example/x)y", "https://a.example/x"),
        ("{url: https://a.example/x}", "https://a.example/x"),
        ("https://a.example/x(", "https://a.example/x"),
        ("„https://a.example/x“", "https://a.example/x"),
        ("‘https://a.example/x’", "https://a.example/x"),
        ("`https://a.example/x`", "https://a.example/x"),
        ("**https://a.example/x**", "https://a.example/x"),
        ("https://a.example/x”and", "https://a.example/x"),
        ("https://a.example/x。下一句", "https://a.example/x"),
        ("请看https://a.example/x，谢谢", "https://a.example/x"),
        ("（https://a.example/x）", "https://a.example/x"),
        ("「https://a.example/x」", "https://a.example/x"),
        ("https://a.example/x!)", "https://a.example/x"),
        ("https://a.example/it's", "https://a.example/it's"),
    ],
)
def test_an_address_ends_alike_on_pages_and_in_letters(text: str, address: str) -> None:
    for shown in (html.words(text), html_of(text)):
        assert re.findall(r'<a href="([^"]*)"', shown) == [str(html.escape(address))]
    assert links.with_hosts(text) == text


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://раypal.com/login", "xn--ypal-43d9g.com"),
        ("https://пример.укр/шлях", "xn--e1afmkfd.xn--j1amh"),
        ("https://straße.de", "xn--strae-oqa.de"),
        ("https://good.example@evil.example/", "evil.example"),
        ("https://a.example@аррӏе.com", "xn--80ak6aa92e.com"),
    ],
)
def test_where_an_address_misreads_its_host_stands_beside_it(address: str, host: str) -> None:
    for shown in (html.words(f"see {address}, ok"), html_of(f"see {address}, ok")):
        assert f"{address} ({host}), ok" in unescape(re.sub("<[^>]*>", "", shown))
    assert links.with_hosts(f"see {address}, ok") == f"see {address} ({host}), ok"


def test_nothing_turns_the_order_of_what_one_reads() -> None:
    turned = "photo\u202egpj.exe \u2066x\u2069 \x1b[31m \x85 \u200fשלום"
    for shown in (
        html.words(turned),
        html.words(f"```\n{turned}\n```"),
        html.environment().from_string("<b>{{ name }}</b>").render(name=turned),
    ):
        assert "photogpj.exe x [31m" in shown
        assert not set(shown) & set("\u202e\u2066\u2069\x1b\x85")
        assert "\u200fשלום" in shown, "marks of scripts that run from the right stay"
    assert links.one_line("a\nb\u2028c\x0bd\r\n\u202ee") == "a b c d e"


def test_what_people_write_reads_from_the_side_of_its_script() -> None:
    fields = re.compile(
        r"<textarea\b[^>]*>|<div class=\"fl-words\"[^>]*>|<input\b[^>]*type=\"search\"[^>]*>"
    )
    found = [
        (path.name, tag)
        for path in html.PACKAGE.glob("*/templates/**/*.html")
        if "regulations" not in path.parts  # a policy file is code
        for tag in fields.findall(path.read_text("utf-8"))
    ]
    assert len(found) > 20
    assert [one for one in found if 'dir="auto"' not in one[1]] == []

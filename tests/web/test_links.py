"""Where addresses end, where they lead, and what may not turn the order of what one reads."""

import re
from html import unescape

import pytest

from firstline.kit import html, links
from firstline.kit.mail import html_of
from firstline.wiki.rendering import render


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


@pytest.mark.parametrize(
    ("text", "target", "host"),
    [
        ("[paypal.com](https://evil.example/x)", "https://evil.example/x", "evil.example"),
        ("[https://paypal.com/a](https://evil.example)", "https://evil.example", "evil.example"),
        ("[your bank](https://paypal.com@evil.example/)", "https://paypal.com@evil.example/",
         "evil.example"),
        ("[here](https://раypal.com/)", "https://xn--ypal-43d9g.com/", "xn--ypal-43d9g.com"),
        ("<https://good.example@evil.example/>", "https://good.example@evil.example/",
         "evil.example"),
        ("https://раypal.com/x", "https://xn--ypal-43d9g.com/x", "xn--ypal-43d9g.com"),
        ("[paypal.com](https://paypal.com/help)", "https://paypal.com/help", ""),
        ("[the guide](https://docs.example/a)", "https://docs.example/a", ""),
        ("[version 8.3](https://php.example/)", "https://php.example/", ""),
        ("[Disk](/wiki/disk-is-full)", "/wiki/disk-is-full", ""),
        ("[mail us](mailto:help@firstline.example)", "mailto:help@firstline.example", ""),
    ],
)  # fmt: skip
def test_a_link_of_markdown_has_its_host_beside_it_where_its_words_misread(
    text: str, target: str, host: str
) -> None:
    for shown in (html.markdown(text), render(text)):
        assert re.findall(r'href="([^"]*)"', shown) == [str(html.escape(target))]
        assert re.findall(r'<span class="fl-host">\((.*?)\)</span>', shown) == [host][: bool(host)]


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#115;cript:alert(1)",
        "javascript&colon;alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://a.example/x",
        "//evil.example/x",
        "/\\\\evil.example/x",
        "/%09/evil.example".replace("%09", "&#9;"),
        "\\\\\\\\evil.example",
        "https:evil.example",
        "https:///evil.example",
        "blob:https://a.example/x",
    ],
)
def test_no_link_leads_by_another_way(target: str) -> None:
    for form in (
        f"[x]({target})",
        f"[x](<{target}>)",
        f"[x][1]\n\n[1]: {target}",
        f"![x]({target})",
    ):
        for shown in (html.markdown(form), render(form)):
            assert not set(re.findall(r'(?:href|src)="(?!https?:|/(?![/\\]))([^"]*)"', shown))
            assert "evil" not in str(re.findall(r'(?:href|src)="([^"]*)"', shown)), shown


@pytest.mark.parametrize("scheme", ["javascript", "data", "vbscript", "file", "blob", "about"])
def test_words_make_no_link_of_another_scheme(scheme: str) -> None:
    for text in (f"{scheme}:alert(1)", f"{scheme}://a.example/x", "//evil.example/x"):
        for shown in (html.words(text), html_of(text)):
            assert "href" not in shown


def test_nothing_turns_the_order_of_what_one_reads() -> None:
    turned = "photo\u202egpj.exe \u2066x\u2069 \x1b[31m \x85 \u200fשלום"
    for shown in (
        html.words(turned),
        html.words(f"```\n{turned}\n```"),
        html.environment().from_string("<b>{{ name }}</b>").render(name=turned),
        html.markdown(f"`{turned}`"),
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

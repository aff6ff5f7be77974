"""Articles as they are read: votes at their foot, contents, what search engines are told."""

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from firstline.kit.db import Conn
from firstline.wiki.finding import unfound_store
from firstline.wiki.finding.unfound import bare_words
from tests.desk.conftest import Browsers

NEW = {"section": "web", "language": "en", "title": "A cache", "body": "Words\n\n## More\n\nEnd"}


@pytest.fixture
async def stranger(browser_for: Browsers) -> Any:
    return await browser_for(None)


VOTES = "/wiki/403-on-a-page/votes"


async def test_a_stranger_votes_without_a_script_and_is_asked_what_is_missing(
    stranger: Any,
) -> None:
    assert "What is missing?" not in (await stranger.get("/wiki/403-on-a-page")).text
    answer = await stranger.form(VOTES, helpful="no")
    assert (answer.status_code, answer.headers["location"]) == (303, "/wiki/403-on-a-page#helpful")
    assert "What is missing?" in (await stranger.get("/wiki/403-on-a-page")).text
    await stranger.form(VOTES, helpful="no", missing="<script>alert(1)</script>")
    await stranger.form(VOTES, helpful="yes")
    page = (await stranger.get("/wiki/403-on-a-page")).text
    assert "1 user found this useful" in page
    assert "<script>alert(1)" not in page


async def test_the_foot_of_an_article_is_swapped_in_its_place(stranger: Any) -> None:
    answer = await stranger.act(VOTES, helpful="no", missing="The line of nginx")
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith("<section")
    assert "will read it" in answer.text


async def test_many_votes_of_one_address_are_refused_in_a_sentence(browser_for: Browsers) -> None:
    statuses = [
        (await (await browser_for(None)).form(VOTES, helpful="yes")).status_code for _ in range(8)
    ]
    assert statuses == [303] * 6 + [429] * 2
    reader = await browser_for(None)
    csrf = (await reader.get("/wiki/403-on-a-page")) and reader.csrf
    from_page = {"Referer": "http://desk.example/wiki/403-on-a-page?lang=en"}
    refused = await reader.http.post(
        VOTES, data={"csrf": csrf, "helpful": "yes"}, headers=from_page
    )
    assert 'href="/wiki/403-on-a-page?lang=en"' in refused.text
    assert f'href="{VOTES}"' not in refused.text


async def test_an_article_that_asks_for_neither_yes_nor_no_is_refused(stranger: Any) -> None:
    assert (await stranger.form(VOTES, helpful="maybe")).status_code == 422


async def test_search_engines_are_told_of_a_public_article(stranger: Any) -> None:
    page = (await stranger.get("/wiki/403-on-a-page?lang=uk")).text
    found = re.search(r'<script type="application/ld\+json" nonce="[^"]+">(.*?)</script>', page)
    assert found
    article, way = json.loads(found[1])["@graph"]
    assert (article["@type"], article["inLanguage"]) == ("TechArticle", "uk")
    assert [one["position"] for one in way["itemListElement"]] == [1, 2, 3]
    canonical = re.search(r'rel="canonical" href="([^"]+)"', page)
    assert canonical
    assert canonical[1].endswith("/wiki/403-on-a-page?lang=uk")
    assert page.count("hreflang=") == 4


async def test_what_is_not_public_is_told_nowhere(client_for: Any, stranger: Any) -> None:
    martin = await client_for("martin")
    for audience in ("clients", "staff"):
        new = NEW | {"title": f"Hidden {audience}", "audience": audience}
        assert (await martin.post("/api/v1/articles", json=new)).status_code == 201
    for address in ("/sitemap.xml", "/wiki/changes.atom", "/wiki", "/wiki?q=hidden+clients"):
        assert "hidden-" not in (await stranger.get(address)).text


async def test_the_map_and_the_feed_are_xml_with_every_language(stranger: Any) -> None:
    sitemap = ElementTree.fromstring((await stranger.get("/sitemap.xml")).text)
    addresses = [one.text or "" for one in sitemap.iter() if one.tag.endswith("}loc")]
    assert sum("/wiki/403-on-a-page?" in one for one in addresses) == 3
    atom = (await stranger.get("/wiki/changes.atom?lang=ru")).text
    feed = ElementTree.fromstring(atom)
    assert len([one for one in feed if one.tag.endswith("}entry")]) == 35
    assert "lang=ru" in atom


async def test_robots_are_told_of_the_map_and_kept_from_what_is_for_people(stranger: Any) -> None:
    lines = (await stranger.get("/robots.txt")).text.splitlines()
    assert "Sitemap: http://desk.example/sitemap.xml" in lines
    assert {"Disallow: /desk", "Disallow: /requests", "Disallow: /api/"} <= set(lines)


async def test_long_articles_have_contents_that_lead_to_their_headings(stranger: Any) -> None:
    page = (await stranger.get("/wiki/cron-jobs?lang=uk")).text
    for anchor in re.findall(r'<li><a href="#(a-[^"]+)">', page):
        assert page.count(f'id="{anchor}"') == 1
    assert "На цій сторінці" in page


async def test_a_search_without_a_hit_leads_to_the_chat_and_is_counted_once(
    conn: Conn, stranger: Any, browser_for: Browsers
) -> None:
    for _ in range(3):
        page = await stranger.get("/wiki?q=Quokkas+vera@acme.example+password:+hunter22")
    assert "/requests/new?words=Quokkas" in page.text
    (row,) = await unfound_store.unfound(conn, 10)
    assert (row.words, row.times) == ("quokkas password:", 1)
    to_sign_in = await stranger.get("/requests/new?words=Quokkas")
    assert to_sign_in.headers["location"] == "/sign-in?next=/requests/new%3Fwords%3DQuokkas"
    vera = await browser_for("vera")
    form = (await vera.get("/requests/new?words=<b>Quokkas")).text
    assert "I looked for “&lt;b&gt;Quokkas” in the wiki" in form


async def test_near_words_are_one_line_and_nobody_fills_the_list(conn: Conn, stranger: Any) -> None:
    for words in ("quokkas burrow", "quokka burrows", "burrows quokka", "quokkas burr"):
        await stranger.get("/wiki", params={"q": words})
    await stranger.get("/wiki?q=numbat", headers={"User-Agent": "Googlebot/2.1"})
    await stranger.get("/wiki?q=numbat", headers={"Sec-Fetch-Site": "cross-site"})
    (row,) = await unfound_store.unfound(conn, 10)
    assert (row.words, row.times) == ("quokkas burrow", 4)
    for sign in "abcdefghijklmnopqrst":
        await stranger.get("/wiki", params={"q": f"zz{sign}{sign}q"})
    assert len(await unfound_store.unfound(conn, 100)) == 7


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  Ошибка   550 5.7.26 ", "ошибка 550 5.7.26"),
        ("позвоните +380 67 123-45-67", "позвоните"),
        ("mysql://shop:s3cret@db", ""),
        ("?!", ""),
        ("<script>alert(1)</script>", "script alert 1 /script"),
        ("а" * 500, "а" * 100),
    ],
)
def test_words_are_counted_bare(text: str, words: str) -> None:
    assert bare_words(text) == words

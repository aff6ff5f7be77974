"""The API of the wiki: what is read, written and voted on, by whom."""

import json
import re
from typing import Any

import pytest

from firstline.wiki.files import UnreadableError, parse_file
from firstline.wiki.model import RESERVED, SLUG
from firstline.wiki.voting import COOKIE
from tests.desk.conftest import Browser, Browsers

ARTICLES = "/api/v1/articles"
NEW = {"section": "web", "language": "en", "title": "A cache", "body": "Words\n\n## More\n\nEnd"}


@pytest.fixture
async def martin(client_for: Any) -> Any:
    return await client_for("martin")


@pytest.fixture
async def stranger(client_for: Any) -> Any:
    return await client_for(None)


async def test_an_article_is_written_translated_and_changed(martin: Any, stranger: Any) -> None:
    made = await martin.post(ARTICLES, json=NEW)
    assert (made.status_code, made.json()) == (
        201,
        {"slug": "a-cache", "language": "en", "revision": 1},
    )
    uk = NEW | {"slug": "a-cache", "language": "uk", "title": "Кеш"}
    assert (await martin.post(ARTICLES, json=uk)).json()["revision"] == 1
    again = await martin.post(ARTICLES, json=uk | {"title": "Інше"})
    assert (again.status_code, again.json()["revision"]) == (409, 1)
    edit = {"title": "A cache", "body": "Better", "revision": 1}
    changed = await martin.put(f"{ARTICLES}/a-cache/en", json=edit)
    assert (changed.status_code, changed.json()["revision"]) == (200, 2)
    stale = await martin.put(f"{ARTICLES}/a-cache/en", json=edit | {"body": "Other"})
    assert (stale.status_code, stale.json()["revision"]) == (409, 2)
    read = (await stranger.get(f"{ARTICLES}/a-cache")).json()
    assert read["body"] == "Better\n"
    assert read["html"] == "<p>Better</p>\n"
    assert read["languages"] == ["en", "uk"]
    assert (await stranger.get(f"{ARTICLES}/a-cache?language=uk")).json()["title"] == "Кеш"


async def test_a_repeated_key_makes_one_article(martin: Any) -> None:
    first = await martin.post(ARTICLES, json=NEW | {"key": "once"})
    again = await martin.post(ARTICLES, json=NEW | {"key": "once"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (await martin.post(ARTICLES, json=NEW)).json()["slug"] == "a-cache-2"
    other = await martin.post(ARTICLES, json=NEW | {"key": "once", "title": "Other"})
    assert other.status_code == 422


async def test_operators_draft_and_do_not_publish(client_for: Any, stranger: Any) -> None:
    anna = await client_for("anna")
    assert (await anna.post(ARTICLES, json=NEW)).status_code == 403
    draft = await anna.post(ARTICLES, json=NEW | {"draft": True})
    assert (draft.status_code, draft.json()["revision"]) == (201, 0)
    assert (await anna.get(f"{ARTICLES}/a-cache")).json()["revision"] == 0
    assert (await stranger.get(f"{ARTICLES}/a-cache")).status_code == 404
    edit = {"title": "A cache", "body": "Better", "revision": 0}
    assert (await anna.put(f"{ARTICLES}/a-cache/en", json=edit)).status_code == 403


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("public", {None, "vera", "anna"}),
        ("clients", {"vera", "anna"}),
        ("staff", {"anna"}),
    ],
)
async def test_an_article_is_read_by_its_audience_alone(
    client_for: Any, browser_for: Browsers, martin: Any, audience: str, readers: set[str | None]
) -> None:
    words = {"title": "Quokka burrow", "body": "A quokka digs", "audience": audience}
    await martin.post(ARTICLES, json=NEW | words)
    for name in (None, "vera", "anna"):
        reader, browser = await client_for(name), await browser_for(name)
        found = 200 if name in readers else 404
        assert (await reader.get(f"{ARTICLES}/quokka-burrow")).status_code == found
        assert (await browser.get("/wiki/quokka-burrow")).status_code == found
        vote = await reader.post(f"{ARTICLES}/quokka-burrow/votes", json={"helpful": True})
        assert vote.status_code == (201 if name in readers else 404)
        for query in ({"q": "quokka"}, {"limit": 200}):
            listed = (await reader.get(ARTICLES, params=query)).json()["items"]
            assert ("quokka-burrow" in [one["slug"] for one in listed]) == (name in readers)
        assert ("Quokka" in (await browser.get("/wiki", params={"q": "quokka"})).text) == (
            name in readers
        )


async def test_a_vote_counts_once_for_a_person_and_may_be_changed(
    client_for: Any, stranger: Any
) -> None:
    vera, votes = await client_for("vera"), f"{ARTICLES}/invoices/votes"
    first = await vera.post(votes, json={"helpful": True})
    assert (first.status_code, first.json()) == (201, {"helpful": 1, "unhelpful": 0})
    again = await vera.post(votes, json={"helpful": False, "missing": "The act"})
    assert (again.status_code, again.json()) == (200, {"helpful": 0, "unhelpful": 1})
    one = await stranger.post(votes, json={"helpful": True})
    assert (one.status_code, one.json()) == (201, {"helpful": 1, "unhelpful": 1})
    # The cookie of the first vote tells who it is.
    two = await stranger.post(votes, json={"helpful": True})
    assert (two.status_code, two.json()) == (200, {"helpful": 1, "unhelpful": 1})


async def test_strangers_of_one_address_have_few_votes(stranger: Any) -> None:
    votes = f"{ARTICLES}/invoices/votes"
    answers = []
    for _count in range(8):
        stranger.cookies.clear()
        answers.append(await stranger.post(votes, json={"helpful": True}))
    assert [one.status_code for one in answers] == [201] * 6 + [429] * 2
    assert "in your network" in answers[-1].json()["detail"]
    assert re.search(r"Try again in \d+ hours", answers[-1].json()["detail"])
    stranger.cookies.clear()
    other = await stranger.post(f"{votes}?language=uk", json={"helpful": True})
    assert other.status_code == 429, "an article is one in all its languages"


async def test_a_browser_is_one_voter_before_signing_in_while_signed_in_and_after(
    browser_for: Browsers, stranger: Any
) -> None:
    vera, nobody = await browser_for("vera"), await browser_for(None)

    async def vote(browser: Browser, slug: str, helpful: str) -> dict[str, int]:
        assert (await browser.form(f"/wiki/{slug}/votes", helpful=helpful)).status_code == 303
        found = (await stranger.get(f"{ARTICLES}/{slug}")).json()
        return {"helpful": found["helpful"], "unhelpful": found["unhelpful"]}

    await vote(nobody, "invoices", "yes")
    assert await vote(nobody, "403-on-a-page", "yes") == {"helpful": 1, "unhelpful": 0}
    vera.http.cookies.set(COOKIE, nobody.http.cookies[COOKIE], domain="desk.example")
    assert await vote(vera, "invoices", "no") == {"helpful": 0, "unhelpful": 1}
    assert await vote(vera, "403-on-a-page", "no") == {"helpful": 0, "unhelpful": 1}
    nobody.http.cookies.set(COOKIE, vera.http.cookies[COOKIE], domain="desk.example")
    assert await vote(nobody, "invoices", "yes") == {"helpful": 1, "unhelpful": 0}


async def test_what_the_staff_says_is_no_users_word(client_for: Any) -> None:
    anna, votes = await client_for("anna"), f"{ARTICLES}/invoices/votes"
    answer = await anna.post(votes, json={"helpful": True})
    assert (answer.status_code, answer.json()) == (201, {"helpful": 0, "unhelpful": 0})
    assert (await anna.post(votes, json={"helpful": False})).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": ""}, 415),
        ({"Authorization": "Bearer fl_bad"}, 401),
        ({"Authorization": "bearer"}, 401),
    ],
)
async def test_no_other_site_has_its_visitors_vote_and_no_bad_token_is_a_stranger(
    stranger: Any, headers: dict[str, str], status: int
) -> None:
    votes, as_json = f"{ARTICLES}/invoices/votes", {"Content-Type": "application/json"}
    refused = await stranger.post(votes, content=b'{"helpful":true}', headers=as_json | headers)
    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/problem+json"
    own = as_json | {"Origin": "http://desk.example", "Sec-Fetch-Site": "same-origin"}
    voted = await stranger.post(votes, content=b'{"helpful":true}', headers=own)
    assert (voted.status_code, voted.json()["helpful"]) == (201, 1)


@pytest.mark.parametrize("path", [ARTICLES, f"{ARTICLES}/invoices"])
async def test_a_bad_token_reads_nothing(stranger: Any, path: str) -> None:
    refused = await stranger.get(path, headers={"Authorization": "Bearer fl_bad"})
    assert refused.status_code == 401
    assert (await stranger.get(path, headers={"Authorization": "Basic eA=="})).status_code == 200


def test_every_word_that_would_hide_an_article_is_reserved(app: Any) -> None:
    paths = [route.path for route in app.litestar.routes]
    before = tuple({path.partition("{slug:")[0] for path in paths if "{slug:" in path})
    beside = [path.removeprefix(place) for place in before for path in paths if place in path]
    words = {rest.partition("/")[0] for rest in beside}
    assert "images" in words
    assert {word for word in words if SLUG.fullmatch(word)} <= RESERVED


@pytest.mark.parametrize("word", ["images", "new"])
async def test_an_address_of_the_desks_own_is_refused_and_not_made(
    martin: Any, browser_for: Browsers, word: str
) -> None:
    refused = await martin.post(ARTICLES, json=NEW | {"slug": word})
    assert (refused.status_code, refused.json()["field"]) == (422, "slug")
    assert word in refused.json()["detail"]
    made = await martin.post(ARTICLES, json=NEW | {"title": word.title()})
    assert made.json()["slug"] == f"{word}-2"
    assert (await martin.get(f"/wiki/{word}-2")).status_code == 200
    editor = await browser_for("martin")
    moved = await editor.form(f"/desk/wiki/articles/{word}-2/address", slug=word)
    assert moved.status_code == 422
    with pytest.raises(UnreadableError):
        parse_file(word, "en", "---\ntitle: A\nsection: web\nsummary: B\n---\nWords\n")


async def test_a_list_goes_on_after_its_page(stranger: Any) -> None:
    slugs: list[str] = []
    after = ""
    for _page in range(10):
        page = (await stranger.get(ARTICLES, params={"limit": 10, "after": after})).json()
        slugs += [one["slug"] for one in page["items"]]
        after = page["after"]
        if after is None:
            break
    assert len(slugs) == len(set(slugs)) >= 34


@pytest.mark.parametrize(
    ("field", "value"), [("after", "zzz"), ("after", "-1"), ("language", "fr")]
)
async def test_what_no_list_has_is_refused_with_what_is_allowed(
    stranger: Any, field: str, value: str
) -> None:
    refused = await stranger.get(ARTICLES, params={field: value})
    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert "leave it out" in refused.json()["detail"] or "en, " in refused.json()["detail"]


async def test_a_letter_counts_once_however_json_writes_it(martin: Any) -> None:
    words = NEW | {"body": "мир " * 24_000}
    for ascii_only in (True, False):
        text = json.dumps(words, ensure_ascii=ascii_only).encode()
        kind = {"Content-Type": "application/json"}
        assert (await martin.post(ARTICLES, content=text, headers=kind)).status_code == 201
    large = await martin.post(ARTICLES, json=NEW | {"body": "ы" * 900_000})
    assert large.status_code == 413
    assert "article" in large.json()["detail"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 201),
        ("body", " \n"),
        ("body", "x" * 100_001),
        ("body", "# x\n\n" * 301),
        ("body", "a\0b"),
        ("section", "pets"),
        ("language", "de"),
        ("audience", "cats"),
        ("slug", "../x"),
        ("slug", "x" * 101),
    ],
)
async def test_what_no_article_may_be_is_refused_with_its_field(
    martin: Any, field: str, value: str
) -> None:
    refused = await martin.post(ARTICLES, json=NEW | {field: value})
    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert len(refused.json()["detail"]) > 10

"""The API of the wiki: what is read, written and voted on, by whom."""

from typing import Any

import pytest

from tests.desk.conftest import Browsers

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
        answers.append((await stranger.post(votes, json={"helpful": True})).status_code)
    assert answers == [201] * 6 + [429] * 2


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

"""What is for the staff alone is nowhere for clients and strangers."""

from typing import Any

import pytest

from firstline.kit.errors import Invalid
from firstline.requests.entrance.linked import linked_articles
from tests.desk.conftest import Browsers

SECRET, ASKED = "quokkaburrow", "zebrafinch"
NEW = {
    "slug": "of-the-staff",
    "section": "web",
    "language": "en",
    "title": f"Error 403 {SECRET}",
    "body": f"The {ASKED} {SECRET} answers 403 Forbidden on a page: permissions, htaccess.",
    "audience": "staff",
}
TYPED = f"my page answers 403 Forbidden {ASKED}"


@pytest.fixture
async def hidden(client_for: Any) -> str:
    martin = await client_for("martin")
    made = await martin.post("/api/v1/articles", json=NEW)
    return made.json()["slug"]


@pytest.mark.parametrize("name", [None, "vera"])
async def test_an_article_of_the_staff_is_in_nothing_that_others_read(
    client_for: Any, browser_for: Browsers, hidden: str, name: str | None
) -> None:
    api, browser = await client_for(name), await browser_for(name)
    pages = [
        "/", "/wiki", f"/wiki?q={ASKED}", "/wiki?q=403", "/wiki/403-on-a-page", f"/wiki/{hidden}",
        "/sitemap.xml", "/wiki/changes.atom", f"/requests/new?article={hidden}",
    ]  # fmt: skip
    for page in pages:
        assert SECRET not in (await browser.get(page, follow_redirects=True)).text, page
    calls = [
        "/api/v1/articles?limit=200", f"/api/v1/articles?q={ASKED}",
        "/api/v1/articles?q=403&language=en", "/api/v1/articles/403-on-a-page",
        f"/api/v1/articles/{hidden}",
    ]  # fmt: skip
    for call in calls:
        assert SECRET not in (await api.get(call)).text, call


async def test_the_coach_offers_a_client_no_article_of_the_staff(
    client_for: Any, hidden: str
) -> None:
    for name in ("vera", "anna"):
        api = await client_for(name)
        read = await api.post("/api/v1/coach", json={"body": TYPED, "topic": "web"})
        slugs = [one["slug"] for one in read.json()["articles"]]
        assert hidden not in slugs, name
        assert slugs, name


async def test_an_article_of_the_staff_is_not_linked_to_a_client(db: Any, hidden: str) -> None:
    with pytest.raises(Invalid, match="staff only"):
        await linked_articles(db, f"See /wiki/{hidden}")
    assert await linked_articles(db, "See /wiki/invoices") == {"articles": ["invoices"]}


async def test_nobody_else_writes_or_sees_drafts(browser_for: Browsers, hidden: str) -> None:
    for name in (None, "vera"):
        browser = await browser_for(name)
        for page in ("/desk/wiki", f"/desk/wiki/articles/{hidden}"):
            answer = await browser.get(page)
            assert answer.status_code in (303, 404), (name, page)
            assert SECRET not in answer.text

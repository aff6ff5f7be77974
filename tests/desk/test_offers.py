"""Articles in the composer: found, read beside, linked in the client's language, or refused."""

from typing import Any

import pytest

from tests.desk.conftest import Browsers, Opens
from tests.desk.conftest import browser_for as browser_for

WIKI = "http://desk.example/wiki"


@pytest.fixture
async def staff_only(client_for: Any) -> str:
    """An article that only the staff reads."""
    martin = await client_for("martin")
    new = {"section": "web", "language": "en", "title": "Zebra servers", "body": "Ask *Ivan*."}
    made = await martin.post("/api/v1/articles", json={**new, "audience": "staff"})
    assert made.status_code == 201
    return made.json()["slug"]


async def test_an_article_is_read_beside_and_linked_with_title_and_readable_address(
    browser_for: Browsers, opens: Opens, db: Any
) -> None:
    no = await opens("vera", "Words", "anna")
    anna = await browser_for("anna")
    (found, *_) = await offered(anna, no, "403")
    assert found["text"] == f"{found['title']}: {WIKI}/403-on-a-page"
    assert "<h2>" in found["html"]
    assert (found["note"], found["refusal"]) == ("", "")
    async with db.connection() as conn:
        await conn.execute("update requests set language = 'uk' where no = %s", (no,))
    (other, *_) = await offered(anna, no, "403")
    assert other["text"].endswith(f": {WIKI}/403-on-a-page")
    assert other["title"] != found["title"]
    assert other["note"] == ""


async def offered(browser: Any, no: int, q: str) -> list[dict[str, str]]:
    found = (await browser.get(f"/desk/requests/{no}/suggest?q={q}")).json()
    return [one for one in found if one["kind"] == "article"]


async def test_where_there_is_no_translation_the_operator_is_told_what_the_client_reads(
    browser_for: Browsers, opens: Opens, client_for: Any, db: Any
) -> None:
    martin = await client_for("martin")
    new = {
        "section": "web",
        "language": "en",
        "title": "Zebra stripes",
        "body": "<script>x</script> a",
    }
    await martin.post("/api/v1/articles", json=new)
    no = await opens("vera", "Words", "anna")
    async with db.connection() as conn:
        await conn.execute("update requests set language = 'uk' where no = %s", (no,))
    (found,) = await offered(await browser_for("anna"), no, "zebra")
    assert "English" in found["note"]
    assert "<script" not in found["html"]


async def test_what_only_the_staff_reads_is_offered_with_a_refusal_and_never_sent(
    browser_for: Browsers, opens: Opens, staff_only: str
) -> None:
    no = await opens("vera", "Words", "anna")
    anna, vera = await browser_for("anna"), await browser_for("vera")
    (found,) = await offered(anna, no, "zebra")
    assert "staff only" in found["refusal"]
    words, say = f"Read {WIKI}/{staff_only}", f"/desk/requests/{no}/say"
    refused = await anna.send(say, body=words, key="a")
    assert (refused.status_code, "staff only" in refused.json()["detail"]) == (422, True)
    closed = await anna.act(f"/desk/requests/{no}/close", outcome="advised", text=words)
    assert (closed.status_code, "staff only" in closed.text) == (422, True)
    note = await anna.send(say, body=words, key="n", audience="staff")
    assert note.status_code == 200, "a colleague may read it"
    await anna.send(say, body="A good answer", key="b")
    edited = await anna.act(f"/desk/requests/{no}/entries/4/edit", body=words)
    assert edited.status_code == 422
    assert staff_only not in (await vera.get(f"/requests/{no}")).text


async def test_clients_and_strangers_are_offered_nothing(
    browser_for: Browsers, opens: Opens
) -> None:
    no = await opens("vera", "Words", "anna")
    vera, stranger = await browser_for("vera"), await browser_for(None)
    assert (await vera.get(f"/desk/requests/{no}/suggest?q=403")).status_code == 404
    assert (await stranger.get(f"/desk/requests/{no}/suggest?q=403")).status_code in (303, 401)

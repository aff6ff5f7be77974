"""Articles are written, reviewed, published now or later, and nothing that was typed is lost."""

import html
import json
from datetime import timedelta
from typing import Any

import pytest

from firstline.kit.db import BoundDb
from firstline.kit.errors import Conflict
from firstline.people import Who
from firstline.wiki.model import ArticleText
from firstline.wiki.writing.drafts import forget_left, keep_draft, publish_due
from tests.desk.conftest import Browser, Browsers

INVOICES = "/desk/wiki/articles/invoices"
MINE = {"title": "Invoices", "summary": "Mine", "body": "My words"}


@pytest.fixture
async def martin(browser_for: Browsers) -> Browser:
    return await browser_for("martin")


@pytest.fixture
async def anna(browser_for: Browsers) -> Browser:
    return await browser_for("anna")


async def begin(browser: Browser, **more: str) -> str:
    form = {"title": "A quokka", "language": "en", "section": "web", "audience": "public"}
    answer = await browser.form("/desk/wiki/new", **(form | more))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[0]


async def test_an_operator_drafts_and_an_editor_publishes_naming_both(
    martin: Browser, anna: Browser, client_for: Any
) -> None:
    place = await begin(anna)
    assert place == "/desk/wiki/articles/a-quokka"
    sent = await anna.form(f"{place}/en/review", **MINE, seen="0", since=await since(anna, place))
    assert sent.status_code == 303
    assert "a-quokka" in (await martin.get("/desk/wiki?show=review")).text
    refused = await anna.form(f"{place}/en/publish", **MINE, seen="0")
    assert refused.status_code == 403
    card = (await martin.get(place)).text
    writer = card.partition("?of=")[2].partition('"')[0]
    editor = (await martin.get(f"{place}/en?of={writer}")).text
    assert "My words" in editor
    done = await martin.form(f"{place}/en/publish", **MINE, seen="0", of=writer)
    assert done.status_code == 303, done.text
    assert "draft by Anna" not in (await martin.get(place)).text
    assert "written by Anna" in (await martin.get(f"{place}/en/revisions")).text
    stranger = await client_for(None)
    assert (await stranger.get("/api/v1/articles/a-quokka")).json()["body"] == "My words\n"


async def since(browser: Browser, place: str) -> str:
    page = (await browser.get(f"{place}/en")).text
    return page.partition('name="since" value="')[2].partition('"')[0]


async def test_a_draft_is_given_back_with_a_word(martin: Browser, anna: Browser) -> None:
    place = await begin(anna)
    await anna.form(f"{place}/en/review", **MINE, seen="0", since=await since(anna, place))
    writer = (await martin.get(place)).text.partition("?of=")[2].partition('"')[0]
    back = await martin.form(f"{place}/en/reply", writer=writer, reply="Name the menu")
    assert back.status_code == 303
    assert "Name the menu" in (await anna.get(f"{place}/en")).text
    assert (await anna.form(f"{place}/en/reply", writer=writer, reply="x")).status_code == 403


async def test_who_publishes_on_an_older_edition_sees_both_and_loses_nothing(
    martin: Browser, anna: Browser, db: BoundDb, world: dict[str, Who], client_for: Any
) -> None:
    theirs = {"title": "Invoices", "summary": "Theirs", "body": "Their words"}
    await martin.form(f"{INVOICES}/en/publish", **theirs, seen="1")
    late = await martin.form(f"{INVOICES}/en/publish", **MINE, seen="1")
    assert late.status_code == 409
    assert "<del>Their</del>" in late.text
    assert "My words</textarea>" in late.text
    assert 'name="seen" value="2"' in late.text
    # The refused words are a draft on the server as well.
    assert "My words</textarea>" in (await martin.get(f"{INVOICES}/en")).text
    again = await martin.form(
        f"{INVOICES}/en/publish", **MINE, seen="2", since=await since(martin, INVOICES)
    )
    assert again.status_code == 303
    stranger = await client_for(None)
    assert (await stranger.get("/api/v1/articles/invoices?language=en")).json()["revision"] == 3
    old = (await anna.get(f"{INVOICES}/en/revisions/3")).text
    assert "<ins>My</ins>" in old


async def test_what_cannot_be_published_is_said_above_the_words(martin: Browser) -> None:
    bad = await martin.form(f"{INVOICES}/en/publish", title="", body="Words to keep", seen="1")
    assert bad.status_code == 422
    assert "Give the article a title." in bad.text
    assert "Words to keep</textarea>" in bad.text


async def test_two_windows_of_one_person_do_not_overwrite_each_other(
    db: BoundDb, world: dict[str, Who], clock: Any
) -> None:
    def keep(body: str, since: Any) -> Any:
        text = ArticleText("Invoices", "", body)
        return db.run(
            keep_draft, world["anna"], "invoices", "en", text, 1, since=since, now=clock()
        )

    first = await keep("One", None)
    clock.pass_by(seconds=5)
    second = await keep("One, two", first.updated_at)
    with pytest.raises(Conflict, match="another window"):
        await keep("Three", first.updated_at)
    with pytest.raises(Conflict, match="another window"):
        await keep("Three", None)
    assert (await keep("One, two", None)).newest == second.newest == 1


async def test_an_edition_is_published_when_its_time_comes(
    martin: Browser, db: BoundDb, clock: Any, client_for: Any
) -> None:
    at = (clock() + timedelta(hours=2)).isoformat()
    planned = await martin.form(f"{INVOICES}/en/publish", **MINE, seen="1", when="later", at=at)
    assert planned.status_code == 303, planned.text
    assert "To be published" in (await martin.get(INVOICES)).text
    assert await publish_due(db, now=clock()) == 0
    clock.pass_by(hours=3)
    assert await publish_due(db, now=clock()) == 1
    assert await publish_due(db, now=clock()) == 0
    stranger = await client_for(None)
    read = (await stranger.get("/api/v1/articles/invoices?language=en")).json()
    assert (read["revision"], read["body"]) == (2, "My words\n")
    past = await martin.form(
        f"{INVOICES}/en/publish", **MINE, seen="2", when="later", at="2026-01-01T10:00"
    )
    assert (past.status_code, "Choose a time to come." in past.text) == (422, True)


async def test_a_planned_edition_never_replaces_one_that_its_editor_did_not_see(
    martin: Browser, db: BoundDb, clock: Any, client_for: Any
) -> None:
    at = (clock() + timedelta(hours=2)).isoformat()
    await martin.form(f"{INVOICES}/en/publish", **MINE, seen="1", when="later", at=at)
    theirs = {"title": "Invoices", "summary": "Theirs", "body": "Their words"}
    await martin.form(f"{INVOICES}/en/publish", **theirs, seen="1")
    clock.pass_by(hours=3)
    await publish_due(db, now=clock())
    stranger = await client_for(None)
    read = (await stranger.get("/api/v1/articles/invoices?language=en")).json()
    assert read["body"] == "Their words\n"
    assert "Not published" in (await martin.get(INVOICES)).text
    back = await martin.form(f"{INVOICES}/en/plan/drop")
    assert back.status_code == 303
    assert "My words\n</textarea>" in (await martin.get(f"{INVOICES}/en")).text


async def test_a_translation_is_outdated_until_somebody_looks_at_it(martin: Browser) -> None:
    assert "outdated</span>" not in (await martin.get(INVOICES)).text
    await martin.form(f"{INVOICES}/en/publish", **MINE, seen="1")
    card = (await martin.get(INVOICES)).text
    assert card.count("outdated</span>") == 2
    assert "invoices" in (await martin.get("/desk/wiki?show=outdated&language=uk")).text
    await martin.form(f"{INVOICES}/uk/fits")
    assert (await martin.get(INVOICES)).text.count("outdated</span>") == 1
    assert "invoices" not in (await martin.get("/desk/wiki?show=outdated&language=uk")).text


async def test_an_old_edition_is_published_again(martin: Browser, client_for: Any) -> None:
    stranger = await client_for(None)
    first = (await stranger.get("/api/v1/articles/invoices?language=en")).json()["body"]
    await martin.form(f"{INVOICES}/en/publish", **MINE, seen="1")
    done = await martin.form(f"{INVOICES}/en/revisions/1/restore", revision="2")
    assert done.status_code == 303
    read = (await stranger.get("/api/v1/articles/invoices?language=en")).json()
    assert (read["revision"], read["body"]) == (3, first)
    stale = await martin.form(f"{INVOICES}/en/revisions/2/restore", revision="2")
    assert stale.status_code == 409


async def test_the_old_address_goes_on_leading_to_the_article(
    martin: Browser, browser_for: Browsers, client_for: Any
) -> None:
    moved = await martin.form(f"{INVOICES}/address", slug="/wiki/bills")
    assert moved.headers["location"] == "/desk/wiki/articles/bills"
    stranger = await browser_for(None)
    old = await stranger.get("/wiki/invoices")
    assert (old.status_code, old.headers["location"]) == (301, "/wiki/bills")
    api = await client_for(None)
    assert (await api.get("/api/v1/articles/invoices")).json()["slug"] == "bills"
    taken = await martin.form("/desk/wiki/articles/bills/address", slug="mail-bounces")
    assert taken.status_code == 409
    bad = await martin.form("/desk/wiki/articles/bills/address", slug="Bills & more")
    assert bad.status_code == 422
    # Another article may not take an address that leads here; it may come back itself.
    taken = await martin.form("/desk/wiki/articles/mail-bounces/address", slug="invoices")
    assert taken.status_code == 409
    back = await martin.form("/desk/wiki/articles/bills/address", slug="invoices")
    assert back.headers["location"] == "/desk/wiki/articles/invoices"


async def test_an_archived_article_is_nowhere_and_comes_back(
    martin: Browser, browser_for: Browsers, client_for: Any
) -> None:
    await martin.form(f"{INVOICES}/archive", archived="true")
    stranger, api = await browser_for(None), await client_for(None)
    assert (await stranger.get("/wiki/invoices")).status_code == 404
    assert (await api.get("/api/v1/articles/invoices")).status_code == 404
    assert "invoices" not in (await api.get("/api/v1/articles?limit=200")).text
    assert "invoices" in (await martin.get("/desk/wiki?show=archived")).text
    await martin.form(f"{INVOICES}/archive", archived="false")
    assert (await stranger.get("/wiki/invoices")).status_code == 200


async def test_settings_of_an_article_are_changed_and_written_down(
    martin: Browser, world: dict[str, Who]
) -> None:
    done = await martin.form(
        f"{INVOICES}/settings",
        section="billing", audience="clients", owner=str(world["anna"].id),
        read_again="2026-03-01", related="mail-bounces\n/wiki/dns-changes", topics="billing",
    )  # fmt: skip
    assert done.status_code == 303, done.text
    card = (await martin.get(INVOICES)).text
    assert "It was to be read again by 2026-03-01" in card
    assert "mail-bounces\ndns-changes</textarea>" in card
    assert "invoices" in (await martin.get("/desk/wiki?show=again")).text
    changes = (await martin.get("/desk/settings/changes")).text
    assert "Article changed" in changes
    for field, value in (
        ("section", "pets"), ("audience", "cats"), ("owner", "x"), ("read_again", "soon"),
        ("related", "no-such-article"), ("topics", "pets"),
    ):  # fmt: skip
        form = {"section": "billing", "audience": "public"} | {field: value}
        assert (await martin.form(f"{INVOICES}/settings", **form)).status_code == 422, field


async def test_a_discarded_draft_comes_back_for_two_weeks_and_then_its_empty_article_goes(
    anna: Browser, browser_for: Browsers, db: BoundDb, clock: Any
) -> None:
    place = await begin(anna)
    kept = await anna.send(f"{place}/en/draft", **MINE, seen=0, instead=True)
    assert kept.status_code == 200, kept.text
    gone = await anna.form(f"{place}/en/draft/drop")
    assert gone.headers["location"] == place
    assert "a-quokka" not in (await anna.get("/desk/wiki")).text
    assert "a-quokka" in (await anna.get("/desk/wiki?show=mine")).text
    at = (await anna.get(place)).text.partition('name="at" value="')[2].partition('"')[0]
    back = await anna.form(f"{place}/en/draft/back", at=at)
    assert back.headers["location"] == f"{place}/en"
    assert "My words</textarea>" in (await anna.get(f"{place}/en")).text
    await anna.form(f"{place}/en/draft/drop")
    clock.pass_by(days=13)
    await db.run(forget_left, now=clock())
    anna = await browser_for("anna")
    assert (await anna.get(place)).status_code == 200
    clock.pass_by(days=2)
    await db.run(forget_left, now=clock())
    anna = await browser_for("anna")
    assert (await anna.get(place)).status_code == 404


async def test_an_edition_of_nothing_that_was_there_or_is_archived_is_refused(
    martin: Browser,
) -> None:
    ahead = await martin.form(f"{INVOICES}/en/publish", **MINE, seen="99")
    assert (ahead.status_code, "There is no revision 99" in ahead.text) == (409, True)
    await martin.form(f"{INVOICES}/archive", archived="true")
    hidden = await martin.form(
        f"{INVOICES}/en/publish", **MINE, seen="1", since=await since(martin, INVOICES)
    )
    assert (hidden.status_code, "bring it back first" in hidden.text) == (409, True)


async def test_two_who_change_settings_keep_what_the_other_changed(martin: Browser) -> None:
    page = (await martin.get(INVOICES)).text
    seen = html.unescape(page.partition('name="seen" value="')[2].partition('"')[0])
    stood = {"section": "billing", "audience": "public", "topics": json.loads(seen)["topics"]}
    first = await martin.form(f"{INVOICES}/settings", **{**stood, "section": "web"}, seen=seen)
    assert first.status_code == 303, first.text
    other = {**stood, "audience": "clients", "read_again": "2026-05-01"}
    assert (await martin.form(f"{INVOICES}/settings", **other, seen=seen)).status_code == 303
    after = (await martin.get(INVOICES)).text
    now = json.loads(html.unescape(after.partition('name="seen" value="')[2].partition('"')[0]))
    assert (now["section"], now["audience"], now["read_again"]) == ("web", "clients", "2026-05-01")
    late = await martin.form(f"{INVOICES}/settings", **{**stood, "section": "mail"}, seen=seen)
    assert (late.status_code, "meanwhile" in late.text) == (409, True)
    bad = await martin.form(f"{INVOICES}/settings", **stood, seen="{")
    assert bad.status_code == 422


async def test_who_writes_nothing_reads_alone(
    browser_for: Browsers, db: BoundDb, world: dict[str, Who], clock: Any
) -> None:
    keeper = world["clara"]
    await db.run(_roles, keeper, ["keeper"])
    clara = await browser_for("clara")
    assert (await clara.get("/desk/wiki")).status_code == 200
    assert (await clara.get(INVOICES)).status_code == 200
    assert (await clara.get(f"{INVOICES}/en")).status_code == 403
    assert (await clara.get("/desk/wiki/new")).status_code == 403


async def _roles(tx: Any, who: Who, roles: list[str]) -> None:
    await tx.conn.execute("update operators set roles = %s where person_id = %s", (roles, who.id))


async def test_an_editor_publishes(
    browser_for: Browsers, db: BoundDb, world: dict[str, Who]
) -> None:
    await db.run(_roles, world["clara"], ["editor"])
    clara = await browser_for("clara")
    assert (await clara.form(f"{INVOICES}/en/publish", **MINE, seen="1")).status_code == 303

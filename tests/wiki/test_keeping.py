"""Editors keep synonyms, see what was looked for in vain, and articles know what goes with them."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from firstline.app import Desk
from firstline.kit.db import Conn
from firstline.kit.errors import Invalid
from firstline.people import Who
from firstline.requests import Words, say
from firstline.wiki import article_for, find_articles, take_in_shipped
from firstline.wiki.finding import synonyms_store, unfound_store
from firstline.wiki.finding.keeping import check_words
from firstline.wiki.finding.shipped_synonyms import shipped_groups
from firstline.wiki.finding.synonyms import members
from firstline.wiki.reading import related_articles
from firstline.wiki.writing_store import note_change
from tests.desk.conftest import Browsers, Opens

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
SYNONYMS, UNFOUND = "/desk/wiki/synonyms", "/desk/wiki/unfound"


async def test_an_editor_adds_changes_and_deletes_synonyms(
    conn: Conn, browser_for: Browsers
) -> None:
    martin = await browser_for("martin")
    answer = await martin.form(SYNONYMS, words="quokka / Скринька ; mailboxes", key="k1")
    assert answer.status_code == 303
    group = next(one for one in await synonyms_store.groups(conn) if "quokka" in one.words)
    assert group.words == ["quokka", "Скринька", "mailboxes"]
    assert "mail-program-setup" in [one.slug for one in await find_articles(conn, "quokka", "uk")]
    await martin.form(SYNONYMS, id=str(group.id), words="quokka/wombat", key="k2")
    assert await find_articles(conn, "quokka", "uk") == []
    page = (await martin.get(f"{SYNONYMS}?edit={group.id}")).text
    assert "quokka / wombat" in page
    changes = (await martin.get("/desk/settings/changes")).text
    assert changes.count("Synonyms of the wiki changed") >= 2
    await martin.form(f"{SYNONYMS}/{group.id}/drop", key="k3")
    assert group.id not in [one.id for one in await synonyms_store.groups(conn)]


def by_id(group: synonyms_store.SynonymGroup) -> UUID:
    return group.id


async def test_a_new_desk_has_the_synonyms_of_the_package_and_gets_back_what_was_dropped(
    conn: Conn, browser_for: Browsers
) -> None:
    before = await synonyms_store.groups(conn)
    assert sorted(shipped_groups(), key=by_id) == sorted(before, key=by_id)
    assert all(check_words(members(one.words)) == one.words for one in before)
    martin, gone = await browser_for("martin"), before[0]
    assert "come with Firstline" not in (await martin.get(SYNONYMS)).text
    await martin.form(f"{SYNONYMS}/{gone.id}/drop", key="k1")
    await take_in_shipped(conn, NOW)
    assert gone not in await synonyms_store.groups(conn), "what an editor drops stays away"
    assert "1 group that comes with Firstline" in (await martin.get(SYNONYMS)).text
    assert (await martin.form(f"{SYNONYMS}/shipped", key="k3")).status_code == 303
    assert await synonyms_store.groups(conn) == before


async def test_operators_read_synonyms_and_change_none(browser_for: Browsers) -> None:
    anna = await browser_for("anna")
    assert '<form class="desk-form"' not in (await anna.get(SYNONYMS)).text
    assert (await anna.form(SYNONYMS, words="a1 / b1", key="k")).status_code == 403


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "from two to 20 synonyms"),
        ("mail", "from two to 20 synonyms"),
        ("mail / Mail", "from two to 20 synonyms"),
        ("a panel of five words / cpanel", "at most 4 words"),
        ("?! / mail", "“?!” cannot be searched for"),
        (" / ".join(f"word{i}" for i in range(30)), "from two to 20 synonyms"),
        ("a" * 70 + " / mail", "cannot be searched for"),
    ],
)
def test_what_is_no_group_of_words_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence.replace("?", r"\?")):
        check_words(text)


async def test_editors_see_what_was_looked_for_in_vain_and_strike_it_out(
    conn: Conn, browser_for: Browsers
) -> None:
    for name in (None, "vera"):
        await (await browser_for(name)).get("/wiki?q=Quokkas+<wombats>")
    martin = await browser_for("martin")
    page = (await martin.get(UNFOUND)).text
    assert "quokkas wombats" in page
    assert "2 times" in page
    await martin.form(f"{UNFOUND}/drop", words="quokkas wombats", language="en", key="k")
    assert await unfound_store.unfound(conn, 10) == []


async def test_articles_linked_in_the_same_requests_are_related(
    conn: Conn, desk: Desk, world: dict[str, Who], opens: Opens
) -> None:
    no = await opens("vera", "Where are my invoices, and how do I sign in?", "anna")
    words = Words("See https://desk.example/wiki/invoices and https://desk.example/wiki/ssh-keys")
    await say(desk.call(world["anna"]), no, words)
    await note_change(conn)
    article = await article_for(conn, "invoices", "en", None)
    assert article is not None
    found = await related_articles(conn, article, ["public"], NOW)
    assert [one.slug for one in found][: len(article.related)] == list(article.related)
    assert "ssh-keys" in [one.slug for one in found]
    assert len({one.slug for one in found}) == len(found) <= 5

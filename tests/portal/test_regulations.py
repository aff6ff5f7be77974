"""The published regulations: in force, coming and past, and what changes between them."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from firstline.app import Desk
from firstline.kit.db import BoundDb
from firstline.policy import default_text
from firstline.regulations.versions import publish, withdraw
from tests.portal.conftest import Browser, Browsers, Counted

EXAMPLES = Path(__file__).parents[2] / "examples" / "policies"
FASTER = default_text().replace("first: 1h", "first: 45m")
Publish = Callable[..., Awaitable[int]]


@pytest.fixture
def published(desk: Desk, db: BoundDb, clock: Any) -> Publish:
    """`await published(text, hours=5)`: a version that holds from then on, known to the desk."""

    async def act(text: str, **later: float) -> int:
        now: datetime = clock()
        async with db.transaction() as tx:
            at = now + timedelta(**later)
            version, _findings = await publish(tx, None, text, effective_at=at, now=now)
        await desk.policies.reread(now)
        return version

    return act


@pytest.fixture
async def stranger(browser_for: Browsers) -> Browser:
    return await browser_for(None)


async def test_the_page_says_since_when_it_holds(stranger: Browser) -> None:
    page = (await stranger.get("/regulations")).text
    assert "Version 1, in force since 1 January 2026" in page
    assert 'href="/regulations/versions"' not in page
    ukrainian = (await stranger.get("/regulations?lang=uk")).text
    assert "чинна з 1 січня 2026" in ukrainian
    assert "Лінії підтримки" in ukrainian


async def test_a_coming_version_is_announced_with_what_it_changes(
    stranger: Browser, published: Publish, clock: Any
) -> None:
    assert await published(FASTER, days=3) == 2
    page = (await stranger.get("/regulations")).text
    assert "1 hour, at any time of day" in page
    assert "A new version applies from" in page
    assert 'href="/regulations/versions/2/changes"' in page
    coming = (await stranger.get("/regulations/versions/2")).text
    assert "This version is not in force yet." in coming
    assert "45 minutes, at any time of day" in coming
    clock.pass_by(days=4)
    later = (await stranger.get("/regulations")).text
    assert "45 minutes, at any time of day" in later
    assert "A new version applies from" not in later
    old = (await stranger.get("/regulations/versions/1")).text
    assert "This is an older version, for reading only." in old
    assert "1 hour, at any time of day" in old


@pytest.mark.parametrize(
    ("lang", "was", "becomes"), [("en", "1 hour", "45 minutes"), ("ru", "1 час", "45 минут")]
)
async def test_the_difference_marks_what_was_put_in_and_taken_out(
    stranger: Browser, published: Publish, lang: str, was: str, becomes: str
) -> None:
    await published(FASTER.replace("skip_pause: 10m", "skip_pause: 11m"))
    page = (await stranger.get(f"/regulations/versions/2/changes?lang={lang}")).text
    assert f"<del>{was}</del><ins>{becomes}</ins>" in page
    assert 'href="/regulations/versions/2#answer.hour"' in page
    assert "<code>desk.skip_pause</code>" in page


async def test_new_dropped_and_renamed_clauses_are_marked(
    stranger: Browser, published: Publish
) -> None:
    kind = "\n  - {id: kind, title: Kindness, words: We are kind.}\n"
    await published(default_text() + kind)
    new = (await stranger.get("/regulations/versions/2/changes")).text
    assert "<ins>We are kind.</ins>" in new
    await published(default_text() + kind.replace("Kindness", "Courtesy"))
    renamed = (await stranger.get("/regulations/versions/3/changes")).text
    assert "<del>Kindness</del> <ins>Courtesy</ins>" in renamed
    await published(default_text())
    dropped = (await stranger.get("/regulations/versions/4/changes")).text
    assert "<del>We are kind.</del>" in dropped
    await published(default_text())
    same = (await stranger.get("/regulations/versions/5/changes")).text
    assert "Nothing changes for readers in this language." in same


async def test_the_list_of_versions_says_which_holds_and_leaves_withdrawn_ones_out(
    stranger: Browser, published: Publish, desk: Desk, db: BoundDb, clock: Any
) -> None:
    await published(FASTER)
    gone = await published(default_text(), days=1)
    await published(default_text(), days=2)
    async with db.transaction() as tx:
        await withdraw(tx, None, gone, now=clock())
    await desk.policies.reread(clock())
    page = (await stranger.get("/regulations/versions")).text
    assert re.findall(r'<a href="/regulations/versions/(\d+)">', page) == ["4", "2", "1"]
    assert page.count("in force</span>") == 1
    assert page.count("coming</span>") == 1
    assert "What it changed in version 2" in page
    assert (await stranger.get(f"/regulations/versions/{gone}")).status_code == 404


@pytest.mark.parametrize(
    "path", ["0", "7", "7/changes", "1/changes", "-1", "99999999999999999999", "x"]
)
async def test_a_version_that_is_not_there_is_not_found(stranger: Browser, path: str) -> None:
    answer = await stranger.get(f"/regulations/versions/{path}")
    assert answer.status_code == 404
    told = await stranger.get(
        f"/regulations/versions/{path}", headers={"Accept": "application/json"}
    )
    assert told.status_code == 404


async def test_json_has_the_rule_the_proof_and_what_is_only_written(
    stranger: Browser, published: Publish
) -> None:
    await published(default_text() + "\n  - {id: kind, words: We are kind.}\n")
    told = (await stranger.get("/regulations.json?lang=en")).json()
    assert (told["number"], told["standing"], told["languages"]) == (
        2,
        "in_force",
        ["en", "uk", "ru"],
    )
    found = {clause["id"]: clause for part in told["sections"] for clause in part["clauses"]}
    assert found["answer.hour"]["proof"] == "/regulations/proof/answer.hour"
    assert found["answer.hour"]["rule"].startswith("targets.answer: first 1 hour")
    assert (await stranger.get(found["answer.hour"]["proof"])).status_code == 200
    assert found["kind"] | {"executed": False, "proof": None} == found["kind"]
    assert found["channel.ticket"]["written"]
    proved = [clause["proof"] for clause in found.values() if clause["proof"]]
    for address in proved:
        assert (await stranger.get(address)).status_code == 200, address
    old = await stranger.get("/regulations/versions/1", headers={"Accept": "application/json"})
    assert old.json()["standing"] == "past"
    assert "kind" not in old.text


async def test_words_that_nobody_executes_are_marked_on_the_page(
    stranger: Browser, published: Publish
) -> None:
    page = (await stranger.get("/regulations")).text
    assert "text only, not executed" not in page
    await published(default_text() + "\n  - {id: kind, words: We are kind.}\n")
    page = (await stranger.get("/regulations")).text
    assert page.count("text only, not executed") == 1


async def test_a_company_without_words_of_its_own_has_a_page_to_read(
    stranger: Browser, published: Publish
) -> None:
    await published((EXAMPLES / "netzfabrik.yaml").read_text("utf-8"))
    page = (await stranger.get("/regulations?lang=de")).text
    assert '<html lang="de"' in page
    assert "First answer and each further answer within 8 working hours." in page
    assert 'id="maintenance" lang="en"' in page
    assert "jeden zweiten Donnerstag ab 21 Uhr" in page
    assert "Netzfabrik" in page
    english = (await stranger.get("/regulations?lang=uk")).text
    assert '<html lang="uk"' not in english


async def test_a_channel_says_whether_it_is_open(
    stranger: Browser, published: Publish, clock: Any
) -> None:
    clock.now = datetime.fromisoformat("2027-03-10T12:00:00+02:00")
    page = (await stranger.get("/regulations")).text
    assert "every day 09:00–21:00" in page
    assert re.search(r"open until <time[^>]*>21:00</time>", page)
    clock.now = datetime.fromisoformat("2027-03-10T22:00:00+02:00")
    page = (await stranger.get("/regulations")).text
    assert re.search(r"closed now, opens <time[^>]*>11 March, 09:00</time>", page)


async def test_words_of_a_file_never_become_markup(stranger: Browser, published: Publish) -> None:
    bad = "<script>alert(1)</script>"
    text = default_text().replace("company: Firstline Hosting", f"company: '{bad}'")
    text += f"\n  - {{id: kind, title: '{bad}', words: '{bad}'}}\n"
    await published(text.replace("title: {en: Phone,", f"title: {{en: '{bad}',"))
    for path in ("", "/versions", "/versions/2", "/versions/2/changes"):
        page = (await stranger.get(f"/regulations{path}")).text
        assert bad not in page
        assert path == "/versions" or "&lt;script&gt;" in page


async def test_the_pages_of_versions_ask_the_database_nothing(
    vera: Browser, published: Publish, counted: Counted
) -> None:
    await published(FASTER)
    for path in ("", ".json", "/versions", "/versions/1", "/versions/2/changes"):
        await vera.get(f"/regulations{path}")
        counted.taken()
        assert (await vera.get(f"/regulations{path}")).status_code == 200
        taken = counted.taken()
        assert len(taken) <= 2, taken  # the session, and nothing else

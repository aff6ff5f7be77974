"""The regulations in the browser: written, checked, tried, published, rolled back, withdrawn."""

import re
from datetime import timedelta
from typing import Any

import pytest

from firstline.app import Desk
from firstline.kit.db import BoundDb
from firstline.people import Who
from firstline.policy import default_text
from firstline.regulations import store
from firstline.regulations.pages.difference import MOST_LINES, TextLine, differences, lines_of
from firstline.regulations.versions import publish
from tests.desk.conftest import Browser, Browsers, Opens

HALF_AN_HOUR = default_text().replace("first: 1h, next: 1h", "first: 30m, next: 30m")
BROKEN = default_text().replace("Europe/Kyiv", "Europe/Kiyv", 1)
AT = "/desk/regulations"
DIGEST = re.compile(r'name="digest" value="([0-9a-f]{64})"')


@pytest.fixture
async def martin(browser_for: Browsers) -> Browser:
    return await browser_for("martin")


async def propose(browser: Browser, text: str, **more: Any) -> Any:
    # A browser sends a field of several lines with its own ends of lines.
    return await browser.form(f"{AT}/publish", file=text.replace("\n", "\r\n"), seen=1, **more)


async def confirm(browser: Browser, asked: Any, **more: Any) -> Any:
    digest = DIGEST.search(asked.text)
    assert digest, asked.text
    form = {"digest": digest[1], "seen": 1, **more}
    return await browser.form(f"{AT}/publish/confirmed", **form)


async def versions(db: BoundDb) -> list[store.Version]:
    async with db.connection() as conn:
        return await store.versions(conn)


async def test_a_file_is_written_looked_at_and_published(
    martin: Browser, db: BoundDb, desk: Desk, clock: Any, opens: Opens
) -> None:
    assert "first: 1h, next: 1h" in (await martin.get(f"{AT}/edit")).text
    kept = await martin.send(f"{AT}/draft", file=HALF_AN_HOUR, seen=1)
    assert kept.json()["newest"] == 1
    assert "first: 30m" in (await martin.get(f"{AT}/edit")).text, "a reload loses nothing"
    asked = await propose(martin, HALF_AN_HOUR, note="Quicker answers")
    assert asked.status_code == 200
    assert "<del>1 hour</del><ins>30 minutes</ins>" in asked.text
    assert "calls itself version 1" in asked.text
    assert 'value="Quicker answers"' in asked.text
    assert len(await versions(db)) == 1, "looking publishes nothing"
    assert "would have been late" in (await martin.get(f"{AT}/draft/trial")).text
    done = await confirm(martin, asked, note="Quicker answers")
    assert (done.status_code, done.headers["location"]) == (303, AT)
    newest = (await versions(db))[0]
    assert (newest.version, newest.published_by, newest.note) == (2, "Martin", "Quicker answers")
    async with db.connection() as conn:
        assert await store.text(conn, 2) == HALF_AN_HOUR, "with the ends of lines of the file"
    no = await opens("vera", "Words")
    async with db.connection() as conn:
        cursor = await conn.execute(
            "select policy_version, promise_due_at - arrived_at from requests where no = %s", (no,)
        )
        assert await cursor.fetchone() == (2, timedelta(minutes=30))
    shown = (await martin.get(AT)).text
    assert "Quicker answers" in shown
    assert "Continue the draft" not in shown


async def test_a_coming_version_says_when_and_is_withdrawn(
    martin: Browser, db: BoundDb, desk: Desk, clock: Any
) -> None:
    later = (clock() + timedelta(days=2)).astimezone(desk.policies.current(clock())[1].zone)
    asked = await propose(martin, HALF_AN_HOUR, when="later", at=f"{later:%Y-%m-%dT%H:%M}")
    await confirm(martin, asked, when="later", at=f"{later:%Y-%m-%dT%H:%M}")
    newest = (await versions(db))[0]
    assert newest.effective_at == later.replace(second=0, microsecond=0)
    assert "coming" in (await martin.get(AT)).text
    page = f"{AT}/versions/2"
    assert "Withdraw version 2" in (await martin.get(page)).text
    assert (await martin.form(f"{page}/withdraw", note="Not yet")).status_code == 303
    shown = (await martin.get(AT)).text
    assert "withdrawn" in shown
    assert "Not yet" in shown
    assert (await martin.form(f"{page}/withdraw")).status_code == 409


async def test_an_older_version_is_put_in_force_again_after_a_look_at_its_trial(
    martin: Browser, db: BoundDb, world: dict[str, Who], clock: Any, desk: Desk
) -> None:
    await db.run(publish, world["martin"], HALF_AN_HOUR, now=clock())
    await desk.policies.reread(clock())
    assert "Its text becomes version 3" in (await martin.get(f"{AT}/versions/1/again")).text
    assert "would have been late" in (await martin.get(f"{AT}/versions/1/trial")).text
    stale = await martin.form(f"{AT}/versions/1/again", seen=1)
    assert stale.status_code == 409
    done = await martin.form(f"{AT}/versions/1/again", seen=2, note="Too quick")
    assert done.status_code == 303
    assert (await versions(db))[0].again_of == 1
    assert "the text of version 1 again" in (await martin.get(AT)).text
    clock.pass_by(minutes=1)
    compared = (await martin.get(f"{AT}/versions/3")).text
    assert "<del>30 minutes</del><ins>1 hour</ins>" in compared, "against what held before it"
    assert "Nothing differs" in (await martin.get(f"{AT}/versions/3?to=1")).text


async def test_who_publishes_second_is_told_and_loses_nothing(
    martin: Browser, db: BoundDb, world: dict[str, Who], clock: Any
) -> None:
    asked = await propose(martin, HALF_AN_HOUR, note="Mine")
    await db.run(publish, None, default_text(), note="Meanwhile", now=clock())
    kept = await martin.send(f"{AT}/draft", file=HALF_AN_HOUR, seen=1)
    assert kept.json()["newest"] == 2
    refused = await confirm(martin, asked)
    assert refused.status_code == 409
    again = await propose(martin, HALF_AN_HOUR, note="Mine")
    assert again.status_code == 409
    for words in ("Meanwhile", "first: 30m", 'value="Mine"', 'name="seen" value="2"'):
        assert words in again.text
    assert len(await versions(db)) == 2
    form = {"file": HALF_AN_HOUR, "seen": 2}
    asked = await martin.form(f"{AT}/publish", **form)
    assert (await confirm(martin, asked, seen=2)).status_code == 303
    assert (await versions(db))[0].version == 3


async def test_what_was_looked_at_is_what_is_published(martin: Browser, db: BoundDb) -> None:
    asked = await propose(martin, HALF_AN_HOUR)
    await martin.send(f"{AT}/draft", file=default_text() + "\n# another", seen=1)
    assert (await confirm(martin, asked)).status_code == 409
    assert len(await versions(db)) == 1


async def test_a_broken_file_is_kept_and_refused_with_its_lines(
    martin: Browser, db: BoundDb, clock: Any
) -> None:
    refused = await propose(martin, BROKEN, note="Why not")
    assert refused.status_code == 422
    assert "Nothing was published." in refused.text
    assert "unknown-zone" in refused.text
    assert "Europe/Kiyv" in (await martin.get(f"{AT}/edit")).text
    past = clock() - timedelta(days=1)
    late = await propose(martin, HALF_AN_HOUR, when="later", at=f"{past:%Y-%m-%dT%H:%M}")
    assert late.status_code == 409
    assert "in the past" in late.text
    for at in ("", "soon"):
        answer = await propose(martin, HALF_AN_HOUR, when="later", at=at)
        assert answer.status_code == 422
    assert len(await versions(db)) == 1


async def test_one_starts_from_a_version_and_throws_a_draft_away(
    martin: Browser, db: BoundDb, world: dict[str, Who], clock: Any
) -> None:
    await db.run(publish, world["martin"], HALF_AN_HOUR, now=clock())
    assert (await martin.form(f"{AT}/start", version=2)).status_code == 303
    assert "first: 30m" in (await martin.get(f"{AT}/draft/file")).text
    assert (await martin.form(f"{AT}/start", version=9)).status_code == 404
    assert "Continue the draft" in (await martin.get(AT)).text
    assert (await martin.form(f"{AT}/draft/drop")).status_code == 303
    assert "Continue the draft" not in (await martin.get(AT)).text


async def test_the_file_is_checked_shown_compared_and_tried_as_it_is_written(
    martin: Browser, opens: Opens, clock: Any
) -> None:
    no = await opens("vera", "Words that wait")
    clock.pass_by(minutes=45)
    checked = await martin.send(f"{AT}/check", file=BROKEN)
    assert 'data-line="14"' in checked.text
    assert 'data-errors="1"' in checked.text
    shown = await martin.send(f"{AT}/preview", file=HALF_AN_HOUR, lang="uk")
    assert 'lang="uk"' in shown.text
    assert "30 хв" in shown.text
    compared = await martin.send(f"{AT}/difference", file=HALF_AN_HOUR)
    assert "<ins>30 minutes</ins>" in compared.text
    assert 'class="is-inserted"' in compared.text
    tried = await martin.send(f"{AT}/trial", file=HALF_AN_HOUR)
    assert f'/desk/requests/{no}#entry-1"' in tried.text
    for path in ("preview", "trial"):
        answer = await martin.send(f"{AT}/{path}", file=BROKEN)
        assert answer.status_code == 200
        assert "unknown-zone" in answer.text
    broken = await martin.send(f"{AT}/difference", file=BROKEN)
    assert "when the file has no errors" in broken.text
    assert "Kiyv" in broken.text


@pytest.mark.parametrize("path", ["check", "preview", "trial"])
async def test_findings_are_in_the_language_of_the_page(martin: Browser, path: str) -> None:
    for lang, words in (("uk", "часового поясу «Europe/Kiyv» немає"), ("ru", "часового пояса")):
        answer = await martin.send(f"{AT}/{path}?lang={lang}", file=BROKEN)
        assert words in answer.text
        assert "is not a known time zone" not in answer.text
    english = await martin.send(f"{AT}/{path}?lang=en", file=BROKEN)
    assert "is not a known time zone" in english.text


async def test_a_finding_leads_to_its_page(martin: Browser) -> None:
    checked = await martin.send(f"{AT}/check", file=BROKEN)
    assert f'href="{AT}/findings/unknown-zone"' in checked.text
    page = await martin.get(f"{AT}/findings/unknown-zone")
    assert "<h1>unknown-zone</h1>" in page.text
    for code in ("no-such", "..%2Falias", "A", "alias.md"):
        assert (await martin.get(f"{AT}/findings/{code}")).status_code == 404, code


async def test_what_a_file_says_is_never_markup(martin: Browser, db: BoundDb) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    text = HALF_AN_HOUR.replace("company: Firstline Hosting", f"company: '{evil}'").replace(
        "en: First contact", f"en: '{evil}'"
    )
    assert text.count(evil) == 2, "the file has a company and a title to spoil"
    shown = await martin.send(f"{AT}/preview", file=text, lang="en")
    assert shown.text.count("&lt;script&gt;") == 2
    asked = await propose(martin, text, note=evil)
    pages = [shown, asked, await martin.send(f"{AT}/difference", file=text)]
    await confirm(martin, asked, note=evil)
    paths = ("", "/edit", "/versions/2", "/versions/1/again")
    pages += [await martin.get(f"{AT}{path}") for path in paths]
    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


async def test_others_of_the_staff_read_and_change_nothing(
    browser_for: Browsers, db: BoundDb, world: dict[str, Who], clock: Any
) -> None:
    anna = await browser_for("anna")
    await db.run(publish, None, HALF_AN_HOUR, now=clock())
    shown = await anna.get(AT)
    assert "Version 2" in shown.text
    assert "Publish again" not in shown.text
    assert (await anna.get(f"{AT}/versions/2")).status_code == 200
    assert (await anna.get(f"{AT}/versions/2/file")).text == HALF_AN_HOUR
    for path in ("edit", "versions/1/again", "versions/1/trial", "draft/file", "draft/trial"):
        assert (await anna.get(f"{AT}/{path}")).status_code == 403, path
    forms: dict[str, dict[str, Any]] = {
        "versions/1/again": {"seen": 2},
        "versions/2/withdraw": {},
        "start": {"version": 1},
        "draft/drop": {},
        "publish": {"file": HALF_AN_HOUR, "seen": 2},
        "publish/confirmed": {"digest": "0" * 64, "seen": 2},
    }
    for path, form in forms.items():
        assert (await anna.form(f"{AT}/{path}", **form)).status_code == 403, path
    for path in ("draft", "check", "preview", "difference", "trial"):
        body = {"file": HALF_AN_HOUR} | ({"seen": 2} if path == "draft" else {})
        assert (await anna.send(f"{AT}/{path}", **body)).status_code == 403, path
    assert len(await versions(db)) == 2
    vera = await browser_for("vera")
    assert (await vera.get(AT)).status_code == 404


async def test_unknown_versions_and_hostile_files_are_refused_in_place(martin: Browser) -> None:
    for path in ("versions/9", "versions/1?to=9", "versions/99999999999", "versions/9/file"):
        assert (await martin.get(f"{AT}/{path}")).status_code == 404, path
    assert (await martin.send(f"{AT}/draft", file="a", seen=99)).status_code == 404
    assert (await martin.send(f"{AT}/draft", file="a\0b", seen=1)).status_code == 422
    large = "a: " + "x" * 3_000_000
    assert (await martin.send(f"{AT}/draft", file=large, seen=1)).status_code == 413
    for path in ("check", "preview", "difference", "trial"):
        for text in ("", "\0", "[" * 5000, "a: *b", "\t\t- ] }"):
            answer = await martin.send(f"{AT}/{path}", file=text)
            assert answer.status_code == 200, (path, text[:5])
    assert (await martin.form(f"{AT}/publish", file="a" * 3_000_000, seen=1)).status_code == 413


def test_lines_are_compared_with_two_around() -> None:
    old = "\n".join("abcdefghij")
    new = old.replace("e", "E")
    assert lines_of(old, new) == [
        TextLine("gap", None, None, ""),
        TextLine("same", 3, 3, "c"),
        TextLine("same", 4, 4, "d"),
        TextLine("deleted", 5, None, "e"),
        TextLine("inserted", None, 5, "E"),
        TextLine("same", 6, 6, "f"),
        TextLine("same", 7, 7, "g"),
        TextLine("gap", None, None, ""),
    ]
    assert lines_of(old, old) == []
    assert differences("a:\n" * (MOST_LINES + 1), "b: 1", "en").lines is None

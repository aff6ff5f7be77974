"""What the desk shows, to whom, and at what price."""

from typing import Any

import pytest

from firstline.app import Desk
from firstline.desk.model import fill_variables, level
from firstline.people import Who
from firstline.requests import Words, say
from tests.desk.conftest import HTMX, Browsers, Opens

PAGES = (
    "/desk",
    "/desk/departures",
    "/desk/clients",
    "/desk/history",
    "/desk/history?q=catalog",
    "/desk/settings",
    "/desk/settings/snippets",
)
MANAGED = ("/desk/settings/operators/new",)
KEPT = ("/desk/settings/letters", "/desk/settings/unsent")


@pytest.mark.parametrize("page", [*PAGES, *MANAGED, *KEPT])
async def test_every_page_opens_for_its_reader(browser_for: Browsers, page: str) -> None:
    martin = await browser_for("martin")
    answer = await martin.get(page)
    assert answer.status_code == 200
    assert " style=" not in answer.text
    anna = await browser_for("anna")
    assert (await anna.get(page)).status_code == (200 if page in PAGES else 403)


@pytest.mark.parametrize("page", [*PAGES, *MANAGED, *KEPT])
async def test_the_desk_does_not_exist_for_clients_and_asks_strangers_to_sign_in(
    browser_for: Browsers, page: str
) -> None:
    vera, stranger = await browser_for("vera"), await browser_for(None)
    assert (await vera.get(page)).status_code == 404
    answer = await stranger.get(page)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")


async def test_the_queue_stands_in_order_of_arrival_with_places_and_promises(
    browser_for: Browsers, opens: Opens
) -> None:
    first = await opens("vera", "The first matter")
    second = await opens("pavel", "The second matter")
    anna = await browser_for("anna")
    text = (await anna.get("/desk")).text
    assert text.index(f"#{first}") < text.index(f"#{second}")
    assert "fl-pill fl-calm" in text
    assert 'title="Place in the queue">2<' in text


async def test_management_reads_every_queue_and_takes_from_none(
    browser_for: Browsers, opens: Opens
) -> None:
    no = await opens("vera", "The first matter")
    martin = await browser_for("martin")
    text = (await martin.get("/desk")).text
    assert f"#{no}" in text
    lines = (await martin.get("/desk/news")).json()["lines"]
    assert lines == ["first", "second", "administrators", "consulting"]
    assert 'hx-post="/desk/take"' not in text
    assert 'hx-post="/desk/shift"' not in text
    assert "It is with another line." in (await martin.get(f"/desk/requests/{no}")).text


async def test_a_request_shows_thread_card_and_what_may_be_done(
    browser_for: Browsers, opens: Opens
) -> None:
    no = await opens("vera", "See https://a.example and <script>alert(1)</script>", "anna")
    anna = await browser_for("anna")
    text = (await anna.get(f"/desk/requests/{no}")).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert 'href="https://a.example"' in text
    for shown in ("Acme", "web03", "Hand over", "Delay notice", "Answer to the client"):
        assert shown in text
    boris = await browser_for("boris")
    other = (await boris.get(f"/desk/requests/{no}")).text
    assert "It is with another line." in other
    assert "Hand over" not in other


async def test_htmx_gets_the_panes_alone(browser_for: Browsers, opens: Opens) -> None:
    no = await opens("vera", "Words", "anna")
    anna = await browser_for("anna")
    panes = await anna.get(f"/desk/requests/{no}", headers=HTMX)
    assert "<html" not in panes.text
    assert f'data-url="/desk/requests/{no}"' in panes.text
    for piece in ("queue", f"requests/{no}/head", f"requests/{no}/older?before=1"):
        assert (await anna.get(f"/desk/{piece}", headers=HTMX)).status_code == 200


async def test_every_form_opens(browser_for: Browsers, opens: Opens) -> None:
    no = await opens("vera", "Words", "anna")
    anna = await browser_for("anna")
    names = "skip take transfer hand-over send-back delay close link amend reopen".split()
    for name in [*names, "edit?entry=1", "redact?entry=1"]:
        answer = await anna.get(f"/desk/requests/{no}/dialogs/{name}", headers=HTMX)
        assert answer.status_code == 200, name
        assert "<dialog" in answer.text
    assert (await anna.get(f"/desk/requests/{no}/dialogs/frame")).status_code == 404
    assert (await anna.get(f"/desk/requests/{no}/dialogs/edit?entry=99")).status_code == 404


async def test_an_unknown_request_is_missing(browser_for: Browsers) -> None:
    anna = await browser_for("anna")
    assert (await anna.get("/desk/requests/999999")).status_code == 404


async def test_entries_come_as_html_after_a_number(
    browser_for: Browsers, opens: Opens, desk: Desk, world: dict[str, Who], clock: Any
) -> None:
    no = await opens("vera", "Words", "anna")
    await say(desk.call(world["vera"]), no, Words("More words"))
    anna = await browser_for("anna")
    later = (await anna.get(f"/desk/requests/{no}/entries-html?after=2")).text
    assert 'data-no="3"' in later
    assert 'data-no="1"' not in later
    assert 'data-no="1"' in (await anna.get(f"/desk/requests/{no}/entries-html?last=50")).text


async def test_the_thread_is_downloaded_as_text(browser_for: Browsers, opens: Opens) -> None:
    no = await opens("vera", "Words to keep", "anna")
    anna = await browser_for("anna")
    answer = await anna.get(f"/desk/requests/{no}/transcript.txt")
    assert answer.headers["content-disposition"] == f'attachment; filename="request-{no}.txt"'
    assert "Words to keep" in answer.text


async def test_the_desk_costs_at_most_eight_queries(
    browser_for: Browsers, opens: Opens, queries: list[str]
) -> None:
    no = await opens("vera", "Words", "anna")
    await opens("pavel", "Other words")
    anna = await browser_for("anna")
    await anna.get(f"/desk/requests/{no}")
    for address, most in (("/desk", 6), (f"/desk/requests/{no}", 10), ("/desk/queue", 6)):
        queries.clear()
        await anna.get(address)
        asked = [q for q in queries if not q.lower().startswith(("savepoint", "release", "set "))]
        assert len(asked) <= most, asked


async def test_the_desk_speaks_ukrainian_and_russian(browser_for: Browsers, opens: Opens) -> None:
    no = await opens("vera", "Words", "anna")
    anna = await browser_for("anna")
    for language, word in (("uk", "Взяти наступне"), ("ru", "Взять следующее")):
        text = (await anna.get(f"/desk/requests/{no}?lang={language}")).text
        assert f'<html lang="{language}"' in text
        assert word in text


def test_a_promise_is_calm_then_near_then_late(now: Any) -> None:
    from datetime import timedelta

    near = timedelta(minutes=20)
    assert level(None, now, near=near) == "calm"
    assert level(now + timedelta(minutes=30), now, near=near) == "calm"
    assert level(now + timedelta(minutes=20), now, near=near) == "soon"
    assert level(now + timedelta(minutes=20), now, near=near / 2) == "calm"
    assert level(now, now, near=near) == "late"


def test_variables_of_a_snippet_are_words_not_code() -> None:
    values = {"name": "{client}", "client": "Acme"}
    assert fill_variables("{{7*7}} {config} {name}", {"name": "Vera"}) == "{{7*7}} {config} Vera"
    assert fill_variables("Hello {name}", values) == "Hello {client}"

"""What is known of a request above its thread: read by the coach, asked for, corrected."""

from firstline.app import Desk
from firstline.coaching import read_facts
from firstline.timeline import index_unread

from .conftest import Browsers, Opens


async def catch_up(desk: Desk) -> None:
    while await index_unread(desk.db):
        pass
    while await read_facts(desk.db, desk.policies):
        pass


async def test_what_is_known_and_what_is_not_said_stands_above_the_thread(
    browser_for: Browsers, opens: Opens, desk: Desk
) -> None:
    no = await opens("vera", "Сайт https://www.acme.example/cart не открывается, 403 Forbidden")
    await catch_up(desk)
    anna = await browser_for("anna")
    page = (await anna.get(f"/desk/requests/{no}")).text
    known = page.split('class="desk-fields"')[1].split("</div>")[0]
    assert "<span>page:</span> <bdi>https://www.acme.example/cart</bdi>" in known
    assert "<span>error:</span> <bdi>403 Forbidden</bdi>" in known
    assert "<span>since:</span> not said" in known
    assert "data-ask" not in known, "only who may answer can ask"
    await anna.act("/desk/take", line="first")
    asking = (await anna.get(f"/desk/requests/{no}")).text
    assert 'data-ask="Since when has it been so?' in asking


async def test_the_form_corrects_and_colleagues_see_it(
    browser_for: Browsers, opens: Opens, desk: Desk
) -> None:
    no = await opens("vera", "The page https://www.acme.example/cart answers 403 Forbidden")
    await catch_up(desk)
    anna, ivan = await browser_for("anna"), await browser_for("ivan")
    form = (await anna.get(f"/desk/requests/{no}/dialogs/fields")).text
    assert 'name="page" value="https://www.acme.example/cart"' in form
    typed = {"page": "https://acme.example/basket", "exact_error": " ", "host": "<b>web7</b>"}
    answer = await anna.act(f"/desk/requests/{no}/fields", **typed)
    assert answer.status_code == 200, answer.text
    seen = (await ivan.get(f"/desk/requests/{no}")).text
    assert "<bdi>https://acme.example/basket</bdi>" in seen
    assert "<bdi>&lt;b&gt;web7&lt;/b&gt;</bdi>" in seen
    assert "<span>error:</span> not said" in seen
    assert "corrected the field: page" in seen
    wrong = await anna.act(f"/desk/requests/{no}/fields", nothing="x")
    assert wrong.status_code == 422


async def test_a_clients_page_shows_no_fields(
    browser_for: Browsers, opens: Opens, desk: Desk
) -> None:
    no = await opens("vera", "The page https://www.acme.example/cart answers 403 Forbidden")
    await catch_up(desk)
    anna, vera = await browser_for("anna"), await browser_for("vera")
    await anna.act(f"/desk/requests/{no}/fields", host="canary-host")
    for path in ("", "/standing", "/entries-html", "/transcript.txt", "/transcript.json"):
        assert "canary-host" not in (await vera.get(f"/requests/{no}{path}")).text

"""The pages of proof: who reads what, what every figure opens, and at what price."""

import csv
import io
import re
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest

from firstline.reports import provable, read_on
from tests.desk.conftest import Browser, Browsers
from tests.desk.conftest import browser_for as browser_for
from tests.desk.conftest import queries as queries
from tests.reports.telling import in_force, let_pass, solved
from tests.requests.hands import Hands

CANARY = "zebra-canary"
HOSTILE = "<script>alert(1)</script> =1+1"
Api = Callable[..., Awaitable[Any]]


@pytest.fixture
async def told(hands: Hands) -> dict[str, int]:
    """One answer in time, one late, one owed; the titles have words that belong to nobody else."""
    numbers: dict[str, int] = {}
    for name, minutes in (("kept", 10), ("late", 90)):
        no = numbers[name] = await hands.open(title=f"{CANARY} {HOSTILE}")
        hands.clock.pass_by(minutes=minutes)
        await hands.take("anna")
        await hands.say("anna", no)
    await solved(hands, numbers["kept"])
    numbers["owed"] = await hands.open(name="pavel", title=f"{CANARY} of Borealis")
    await read_on(hands.desk.db, hands.desk.policies, hands.now)
    return numbers


async def test_every_clause_that_can_be_proved_has_a_page_and_a_row(
    browser_for: Browsers, told: dict[str, int], hands: Hands
) -> None:
    anna = await browser_for("anna")
    overview = (await anna.get("/desk/regulations/proof")).text
    policy = hands.desk.policies.current(hands.now)[1]
    assert len(provable(policy)) >= 10
    for clause in provable(policy):
        assert f'href="/desk/regulations/proof/{clause}' in overview, clause
        answer = await anna.get(f"/desk/regulations/proof/{clause}")
        assert answer.status_code == 200, clause
        assert " style=" not in answer.text
    assert (await anna.get("/desk/regulations/proof/duty.maintenance")).status_code == 404
    assert (await anna.get("/desk/regulations/proof/no-such-clause")).status_code == 404


async def test_every_figure_of_a_clause_opens_a_list_as_long_as_it_says(
    browser_for: Browsers, told: dict[str, int]
) -> None:
    martin = await browser_for("martin")
    page = (await martin.get("/desk/regulations/proof/answer.hour")).text
    links = re.findall(r'href="(\?[^"]*what=[^"]*)"[^>]*>(?:[^<]*<b>)?(\d+)<', page)
    assert len(links) >= 12
    for query, count in links:
        listed = await martin.get(
            f"/desk/regulations/proof/answer.hour{query.replace('&amp;', '&')}"
        )
        assert len(re.findall(r'class="desk-item" data-row', listed.text)) == int(count), query


async def test_a_list_leads_to_the_entries_and_escapes_their_words(
    browser_for: Browsers, told: dict[str, int]
) -> None:
    anna = await browser_for("anna")
    query = "view=answers&what=broken"
    listed = (await anna.get(f"/desk/regulations/proof/answer.hour?{query}")).text
    assert f'href="/desk/requests/{told["late"]}#e3"' in listed
    assert f"/desk/requests/{told['kept']}" not in listed
    assert "<script>alert" not in listed
    assert "30 minutes" in listed


async def test_only_the_management_reads_figures_by_operator(
    browser_for: Browsers, told: dict[str, int], hands: Hands
) -> None:
    anna, martin = await browser_for("anna"), await browser_for("martin")
    for path in ("/answer.hour", ".csv", ".json"):
        path = f"/desk/regulations/proof{path}"
        assert "Anna" in (await martin.get(path)).text
        main = (await anna.get(path)).text.partition("<main")
        assert "Anna" not in (main[2] or main[0]), path
    person = hands.world["ivan"].id
    query = f"/desk/regulations/proof/answer.hour?view=answers&person={person}"
    assert "data-row" not in (await martin.get(query)).text
    assert (await anna.get(query)).text.count("data-row") == 3


@pytest.mark.parametrize("name", [None, "vera", "pavel", "anna"])
async def test_everybody_reads_counts_and_shares_and_nothing_about_anybody(
    browser_for: Browsers, told: dict[str, int], hands: Hands, name: str | None
) -> None:
    browser = await browser_for(name)
    for clause in provable(hands.desk.policies.current(hands.now)[1]):
        for accept in ("text/html", "application/json"):
            answer = await browser.get(f"/regulations/proof/{clause}", headers={"accept": accept})
            assert answer.status_code == 200
            text = answer.text.partition("<main")[2] or answer.text
            for word in (CANARY, "Anna", "Ivan", "anna@", *map(str, told.values())):
                assert word not in text, (clause, word)
    data = (
        await browser.get("/regulations/proof/answer.hour", headers={"accept": "application/json"})
    ).json()
    (measure,) = data["measures"]
    assert measure["whole"] == {
        "applied": 3, "kept": 1, "broken": 1, "open": 1, "aside": 0, "rate": 50.0,
    }  # fmt: skip
    (month,) = measure["months"].values()
    assert month == measure["whole"]


async def test_what_the_policy_does_not_publish_is_not_computed_for_everybody(
    browser_for: Browsers, hands: Hands
) -> None:
    stranger, anna = await browser_for(None), await browser_for("anna")
    assert (await stranger.get("/regulations/proof/lines.85")).status_code == 200
    await in_force(hands, "publish: both", "publish: claim")
    assert (await stranger.get("/regulations/proof/lines.85")).status_code == 404
    assert (await anna.get("/desk/regulations/proof/lines.85")).status_code == 200
    assert (await stranger.get("/regulations/proof/duty.maintenance")).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "period=own&since=2026-99-01&until=x",
        "period=own&since=9999-12-31&until=9999-12-31",
        "period=own&since=0001-01-01&until=2026-01-01",
        "view=answers&what=nonsense&month=2026-13&hour=99&person=x&page=-1",
        "view=no-such-measure&week=2026-W99&page=999999999999999999999",
        "view=answers&part=%00%27%3B&line=%F0%9F%92%A9",
    ],
)
async def test_a_query_that_makes_no_sense_is_answered_calmly(
    browser_for: Browsers, told: dict[str, int], query: str
) -> None:
    anna = await browser_for("anna")
    for path in ("/desk/regulations/proof", "/desk/regulations/proof/answer.hour"):
        assert (await anna.get(f"{path}?{query}")).status_code == 200


async def test_the_table_says_what_the_pages_say_and_no_cell_is_a_formula(
    browser_for: Browsers, told: dict[str, int], hands: Hands, conn: Any
) -> None:
    await conn.execute(
        "update people set name = '=HYPERLINK(1)' where id = %s", (hands.world["anna"].id,)
    )
    martin = await browser_for("martin")
    answer = await martin.get("/desk/regulations/proof.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    whole = next(r for r in rows if r["clause"] == "answer.hour" and r["by"] == "all")
    assert (whole["kept"], whole["broken"], whole["open"], whole["rate"]) == ("1", "1", "1", "50.0")
    same = (await martin.get("/desk/regulations/proof.json")).json()
    told_twice = [{k: "" if v is None else str(v) for k, v in row.items()} for row in same]
    assert [r for r in told_twice if r["by"] != "person"] == [
        r for r in rows if r["by"] != "person"
    ]
    people = {r["name"] for r in rows if r["by"] == "person"}
    assert "'=HYPERLINK(1)" in people
    assert not any(cell.startswith("=") for row in rows for cell in row.values())


async def test_the_api_tells_staff_the_same_figures(client_for: Api, told: dict[str, int]) -> None:
    anna, martin = await client_for("anna"), await client_for("martin")
    found = (await anna.get("/api/v1/reports/answer.hour")).json()
    (measure,) = found["measures"]
    assert measure["whole"] == {
        "name": "", "kept": 1, "broken": 1, "open": 1, "aside": 0, "rate": 50.0,
    }  # fmt: skip
    assert measure["operators"] == []
    managed = (await martin.get("/api/v1/reports/answer.hour")).json()
    assert "Anna" in {one["name"] for one in managed["measures"][0]["operators"]}
    assert (await anna.get("/api/v1/reports/duty.maintenance")).status_code == 404
    vera = await client_for("vera")
    assert (await vera.get("/api/v1/reports/answer.hour")).status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "2026-03-02", "until": "2026-03-01"},
        {"since": "0001-01-01"},
        {"until": "0001-01-01"},
        {"since": "9999-12-31", "until": "9999-12-31"},
        {"since": "2000-01-01", "until": "2026-01-01"},
    ],
)
async def test_an_impossible_period_is_refused_and_not_answered_for_another(
    client_for: Api, asked: dict[str, str]
) -> None:
    anna = await client_for("anna")
    answer = await anna.get("/api/v1/reports/answer.hour", params=asked)
    assert (answer.status_code, answer.json()["field"]) == (422, "since")


async def test_a_page_counts_with_a_handful_of_queries_however_much_there_is(
    browser_for: Browsers, told: dict[str, int], hands: Hands, queries: list[str]
) -> None:
    anna = await browser_for("anna")
    paths = (
        "/desk/regulations/proof",
        "/desk/regulations/proof/answer.hour",
        "/desk/regulations/proof/answer.hour?view=answers",
        "/regulations/proof/answer.hour",
    )
    for path in paths:
        await anna.get(path)
    few = await _asked(anna, paths, queries)
    for _ in range(6):
        await hands.open()
        taken = await hands.take("anna")
        assert taken is not None
        await hands.say("anna", taken.no)
    await read_on(hands.desk.db, hands.desk.policies, hands.now)
    assert await _asked(anna, paths, queries) <= few
    assert few <= 4 * 9


async def _asked(browser: Browser, paths: tuple[str, ...], queries: list[str]) -> int:
    queries.clear()
    for path in paths:
        assert (await browser.get(path)).status_code == 200
    return len(
        [query for query in queries if not query.lower().startswith(("savepoint", "release"))]
    )


async def test_with_nothing_in_the_log_the_pages_say_so(browser_for: Browsers) -> None:
    anna = await browser_for("anna")
    assert (
        "It did not apply in this period"
        in (await anna.get("/desk/regulations/proof/answer.hour")).text
    )
    public = (await anna.get("/regulations/proof/answer.hour")).text
    assert "It has not applied yet" in public
    overview = await anna.get("/desk/regulations/proof?lang=uk")
    assert "замало випадків" in overview.text


async def test_some_of_the_history_is_read_again_before_the_readers_eyes(
    browser_for: Browsers, told: dict[str, int], conn: psycopg.AsyncConnection[Any]
) -> None:
    anna = await browser_for("anna")
    page = (await anna.get("/desk/regulations/proof/history.saved")).text
    assert "everything is as it was written" in page
    await conn.execute(
        "update entries set body = 'else' where matter = %s and no = 1", (told["late"],)
    )
    page = (await anna.get("/desk/regulations/proof/history.saved")).text
    assert "not whole:" in page
    assert f'/desk/requests/{told["late"]}"' in page


async def test_what_is_owed_turns_late_on_the_page_as_time_goes_by(
    browser_for: Browsers, told: dict[str, int], hands: Hands
) -> None:
    anna = await browser_for("anna")
    query = "/desk/regulations/proof/answer.hour?view=answers&what=broken"
    assert f"requests/{told['owed']}#" not in (await anna.get(query)).text
    await let_pass(hands, minutes=61)
    assert f"requests/{told['owed']}#" in (await anna.get(query)).text

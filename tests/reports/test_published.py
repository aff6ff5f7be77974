"""Which clauses have a proof, whatever the company's file; and the figures beside the claims."""

from pathlib import Path
from typing import Any

import pytest

from firstline.policy import clauses, default_text, load
from firstline.reports import figures, provable, read_on, views
from tests.desk.conftest import Browsers
from tests.desk.conftest import browser_for as browser_for
from tests.reports.telling import in_force, solved
from tests.requests.hands import Hands

EXAMPLES = Path(__file__).parents[2] / "examples" / "policies"
FILES = sorted(path for path in EXAMPLES.glob("*.yaml") if ".checks" not in path.name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_can_be_proved_of_any_companys_file_stands_on_its_page(path: Path) -> None:
    policy = load(path.read_text("utf-8"))
    told = {clause.id for clause in clauses(policy, "en")}
    assert provable(policy) <= views(policy).keys() <= told


def test_clauses_without_words_of_their_own_are_proved_by_the_rows_they_speak_of() -> None:
    policy = load((EXAMPLES / "clouddigit.yaml").read_text("utf-8"))
    (first,), (second,) = (views(policy)[f"target.standard-P{n}"] for n in (1, 2))
    assert (first.measure, first.rules, second.rules) == ("answers", ("0",), ("1",))


@pytest.mark.parametrize(
    ("rule", "measures"),
    [
        ("targets.answer", ["answers"]),
        ("targets.answer.first", ["answers"]),
        ("targets.0", ["answers"]),
        ("targets.answer.force", []),
        ("targets.another", []),
        ("delay.second_miss", ["second"]),
        ("order", ["order"]),
        ("lines.first", ["began"]),
        ("lines.administrators", ["handed_on"]),
        ("lines.consulting", []),
        ("lines.first.own_time", []),
        ("channels.chat.calendar", ["attended"]),
        ("channels.phone.calendar", []),
        ("channels.widget.line", ["began"]),
        ("close.close", ["silence"]),
        ("close.reopen_days", []),
        ("history.keep", []),
        ("stats.lines.85.claim", ["solved"]),
        ("built-in", []),
    ],
)
def test_a_rule_leads_to_its_measures(rule: str, measures: list[str]) -> None:

    head, _, _ = default_text().partition("\nclauses:")
    policy = load(f"{head}\nclauses:\n  - {{id: mine, words: {{en: So it is}}, rule: {rule}}}\n")
    assert [view.measure for view in views(policy).get("mine", ())] == measures


async def figure(hands: Hands) -> Any:
    await read_on(hands.desk.db, hands.desk.policies, hands.now)
    policy = hands.desk.policies.current(hands.now)[1]
    async with hands.desk.db.connection() as conn:
        return (await figures(conn, policy, hands.now))["lines.85"]


async def closed(hands: Hands, count: int) -> None:
    for _ in range(count):
        no = await hands.open()
        await hands.take("anna")
        await hands.say("anna", no)
        await solved(hands, no)


async def test_too_few_cases_tell_nothing_and_enough_of_them_a_share(
    hands: Hands, browser_for: Browsers
) -> None:
    await closed(hands, 19)
    hands.clock.pass_by(days=8)
    found = await figure(hands)
    assert (found.value, found.count, found.claim, found.publish) == (None, 19, 85.0, "both")
    await closed(hands, 1)
    hands.clock.pass_by(days=8)
    found = await figure(hands)
    assert (found.value, found.count, found.days) == (100.0, 20, 7)
    stranger = await browser_for(None)
    page = (await stranger.get("/regulations")).text
    assert "Computed from the log," in page
    assert ": 100 %." in page


async def test_a_figure_that_the_log_does_not_know_says_that_it_is_typed_by_hand(
    hands: Hands, browser_for: Browsers
) -> None:
    await in_force(hands, "measure: solved_by(first)", "measure: availability")
    found = await figure(hands)
    assert (found.kind, found.value, found.shown) == ("typed", None, False)
    stranger, anna = await browser_for(None), await browser_for("anna")
    assert "Entered by hand, not computed" in (await stranger.get("/regulations")).text
    assert "entered by hand" in (await anna.get("/desk/regulations/proof")).text


async def test_an_average_is_computed_unless_it_counts_working_hours(hands: Hands) -> None:
    await in_force(
        hands, "measure: solved_by(first), claim: 85", "measure: average(first), claim: 1h"
    )
    for minutes in (10, 20) * 10:
        no = await hands.open()
        hands.clock.pass_by(minutes=minutes)
        await hands.take("anna")
        await hands.say("anna", no)
    found = await figure(hands)
    assert (found.kind, found.value, found.count) == ("time", 15 * 60, 20)

    working = load("stats: [{id: a, measure: average(first), claim: 2bh}]\nlines: [{id: first}]\n")
    async with hands.desk.db.connection() as conn:
        assert (await figures(conn, working, hands.now))["a"].kind == "typed"

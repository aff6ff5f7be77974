"""No number of the regulations stands in the code: it comes from the policy."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from firstline.policy import default_text
from firstline.policy.text.source import read
from firstline.policy.text.values import parse_span

SOURCE = Path(__file__).parents[2] / "src" / "firstline"
# Times of the machine that happen to be as long as one of the regulations.
OTHERS = {
    ("requests/letters/plan.py", "timedelta(minutes=15)"): "letters to somebody away are gathered",
    ("requests/letters/plan.py", "timedelta(hours=1)"): "when a letter of an opening is too late",
    ("requests/actions/drafts.py", "timedelta(days=90)"): "how long untouched drafts are kept",
    ("requests/actions/suggesting_store.py", "timedelta(days=7)"): "in which a request may follow",
    ("requests/actions/suggesting_store.py", "timedelta(days=1)"): "the same after a search",
    ("reports/judging.py", "timedelta(hours=1)"): "how exact the worker has to be",
    ("portal/standing.py", "timedelta(minutes=15)"): "when the colour of a page turns",
    ("portal/widget.py", "timedelta(days=3)"): "how long a closed chat waits there to be rated",
    ("queues.py", "timedelta(minutes=5)"): "how old the index of a busy desk may be",
    ("queues.py", "timedelta(minutes=15)"): "how old its outbox may be",
    ("upkeep/gaps.py", "timedelta(minutes=5)"): "how long what lacks an article is remembered",
    ("wiki/voting.py", "timedelta(hours=1)"): "in which votes of a reader are limited",
    ("worker.py", "timedelta(minutes=5)"): "how often sessions are swept",
    ("worker.py", "timedelta(hours=1)"): "how often files are swept",
}


def spans(value: object) -> Iterator[float]:
    """Every length of time in the shipped file, in seconds."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from spans(inner)
        return
    try:
        yield parse_span(str(value)).rough_seconds
    except ValueError:
        return


def lengths(path: Path) -> Iterator[tuple[str, float]]:
    """Every `timedelta` of plain numbers in a module, with its seconds."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "timedelta"):
            continue
        try:
            given = {k.arg: ast.literal_eval(k.value) for k in node.keywords if k.arg}
        except ValueError:
            continue
        if given and not node.args:
            yield ast.unparse(node), timedelta(**given).total_seconds()


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        if not name.startswith(("kit/", "people/", "seed/", "cli/", "policy/", "regulations/")):
            yield name, path


def test_no_length_of_time_of_the_regulations_stands_in_the_desk() -> None:
    ruled = {float(seconds) for seconds in spans(read(default_text()).value)} - {86_400.0}
    found = [
        (name, text) for name, path in modules() for text, seconds in lengths(path)
        if seconds in ruled and (name, text) not in OTHERS
    ]  # fmt: skip
    assert found == []


def test_what_is_let_stand_is_still_there() -> None:
    there = {(name, text) for name, path in modules() for text, _ in lengths(path)}
    assert set(OTHERS) <= there


def test_the_search_finds_a_length_of_time() -> None:
    assert 3600.0 in set(spans(read(default_text()).value))
    assert dict(lengths(SOURCE / "timeline" / "turns.py")) == {"timedelta(minutes=2)": 120.0}


def test_no_hour_of_the_regulations_stands_in_the_desk() -> None:
    hours = [
        (name, word)
        for name, path in modules()
        for word in ("09:00", "21:00", "18:00")
        if word in path.read_text("utf-8")
    ]
    assert hours == []

"""The difference between two versions is told in words: nothing hidden, nothing told twice."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.policy import default_text, load
from firstline.policy.page.differences import PageChange, changes, pieces


def told(old: str, new: str, lang: str = "en") -> list[PageChange]:
    return changes(load(old), load(new), lang)


def swapped(*pairs: tuple[str, str]) -> str:
    text = default_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def test_the_same_text_has_no_difference() -> None:
    assert told(default_text(), default_text()) == []
    assert told(default_text(), default_text() + "\n# a comment\n", "uk") == []


@pytest.mark.parametrize(
    ("lang", "was", "now"),
    [("en", "1 hour", "45 minutes"), ("uk", "1 година", "45 хвилин"), ("ru", "1 час", "45 минут")],
)
def test_a_changed_number_is_marked_in_the_words_of_its_clause(
    lang: str, was: str, now: str
) -> None:
    (change,) = told(default_text(), swapped(("first: 1h", "first: 45m")), lang)
    assert (change.clause, change.kind, change.path) == ("answer.hour", "changed", None)
    assert was in change.before
    assert now in change.after
    deleted = [piece.text for piece in change.pieces if piece.mark == "deleted"]
    inserted = [piece.text for piece in change.pieces if piece.mark == "inserted"]
    assert deleted == [was]
    assert inserted == [now]


def test_a_value_that_no_clause_prints_is_told_by_its_path() -> None:
    (change,) = told(default_text(), swapped(("next: 1h", "next: 2h")))
    assert (change.clause, change.path) == (None, "targets.answer.next")
    assert (change.kind, change.before, change.after) == ("changed", "1 hour", "2 hours")
    (desk,) = told(default_text(), swapped(("skip_pause: 10m", "skip_pause: 12m")), "uk")
    assert (desk.path, desk.before, desk.after) == ("desk.skip_pause", "10 хвилин", "12 хвилин")


def test_a_clause_that_names_the_value_but_changes_elsewhere_does_not_hide_it() -> None:
    found = told(default_text(), swapped(("first: 1h, next: 1h", "first: 2h, next: 3h")))
    assert [(c.clause, c.path) for c in found] == [
        ("answer.hour", None),
        (None, "targets.answer.next"),
    ]


def test_added_and_removed_clauses_and_values_say_so() -> None:
    added = default_text() + "\n  - {id: kind, words: We are kind.}\n"
    (change,) = told(default_text(), added)
    assert (change.clause, change.kind, change.before) == ("kind", "added", "")
    assert [(p.mark, p.text) for p in change.pieces] == [("inserted", "We are kind.")]
    (gone,) = told(added, default_text())
    assert (gone.clause, gone.kind, gone.after) == ("kind", "removed", "")
    (value,) = told(default_text(), swapped(("  skip_pause: 10m\n", "")))
    assert (value.path, value.kind, value.before) == ("desk.skip_pause", "removed", "10 minutes")


def test_words_of_another_language_are_no_difference_here() -> None:
    new = swapped(("Спочатку чат", "Спершу чат"))
    assert told(default_text(), new, "en") == []
    assert [c.clause for c in told(default_text(), new, "uk")] == ["lines.chat-first"]


def test_words_that_change_around_a_space_are_read_as_one_change() -> None:
    found = pieces("answered within 1 hour by chat", "answered within 30 minutes by chat")
    assert [(p.mark, p.text) for p in found] == [
        ("same", "answered within "),
        ("deleted", "1 hour"),
        ("inserted", "30 minutes"),
        ("same", " by chat"),
    ]


@settings(max_examples=100)
@given(st.text(max_size=60), st.text(max_size=60))
def test_pieces_give_back_both_texts(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(p.text for p in found if p.mark != "inserted") == before
    assert "".join(p.text for p in found if p.mark != "deleted") == after


def test_a_long_text_is_compared_quickly_enough_to_read() -> None:
    rng = random.Random(7)
    words = [f"word{rng.randrange(400)}" for _ in range(3000)]
    other = [word if rng.random() > 0.02 else "other" for word in words]
    found = pieces(" ".join(words), " ".join(other))
    assert "".join(p.text for p in found if p.mark != "inserted") == " ".join(words)

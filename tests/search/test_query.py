"""What a query asks for, and how its words are shown where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.kit.db import Conn
from firstline.kit.search.places import Text, segments, snippet
from firstline.kit.search.query import MOST_STEPS, understand
from firstline.timeline.search.marks import prefixes
from firstline.timeline.search.names import name_query

STEMS = {"errors": ("error",), "error": ("error",), "the": (), "page": ("page",)}


def test_words_are_joined_by_and_quotes_make_a_phrase() -> None:
    query = understand('errors "error on the page" 403', STEMS)
    assert query.tsquery(halves=False) == (
        "(('error')) & (('error') <1> ('on') <2> ('page')) & (('403'))"
    )


def test_a_word_may_have_been_typed_in_part_but_no_number_and_nothing_in_quotes() -> None:
    query = understand('errors "page" 403 of', STEMS)
    assert query.tsquery() == ("(('error' | 'errors':*)) & (('page')) & (('403')) & (('of'))")


def test_staff_look_among_notes_too_and_clients_cannot_name_them() -> None:
    asked = understand("error", STEMS)
    assert asked.tsquery(prefixes(staff=True), halves=False) == "(('error') | ('~error'))"
    asked = understand("~error =c1", STEMS)
    assert asked.tsquery(halves=False) == "(('error')) & (('c1'))"


def test_a_host_is_found_within_a_longer_one_and_a_hyphen_may_be_left_out() -> None:
    assert understand("acme.example", {}).tsquery(halves=False) == (
        "(('acme') <1> ('example') | ('acme.example'))"
    )
    assert understand("web-page", STEMS).tsquery(halves=False) == (
        "(('web') <1> ('page') | ('webpage'))"
    )


def test_what_cannot_be_looked_for_is_named() -> None:
    query = understand("the error 🙂 && " + " ".join(f"w{i}" for i in range(13)), STEMS)
    assert query.unused == ("🙂", "&&", "the", "w11", "w12")
    assert len(query.terms) == 12
    assert understand('"the"', STEMS).unused == ("the",)
    assert understand("error " * 400, STEMS).unused == ("ror error error erro…",)


def test_a_number_alone_is_a_jump() -> None:
    assert understand("#1042", {}).number == 1042
    assert understand(" № 1042 ", {}).number == 1042
    assert understand("1042 error", STEMS).number is None


def test_words_too_common_to_search_for_leave_no_term() -> None:
    assert understand("the", STEMS).terms == ()


def test_the_snippet_marks_the_words_and_keeps_their_surroundings() -> None:
    text = "before " * 40 + "an error on the page here " + "after " * 40
    terms = understand('"error on the page"', STEMS).terms
    spans = [span for at in Text(text, terms).spans(terms, STEMS) for span in at]
    shown = snippet(text, spans)
    assert [part for part, hit in shown if hit] == ["error", "on", "page"]
    assert shown[0] == ("… ", False)
    assert shown[-1] == (" …", False)
    assert len("".join(part for part, _ in shown)) < 200


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))))
def test_segments_put_together_are_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    inside = [(a, b) for a, b in spans if a < b <= len(text)]
    assert "".join(part for part, _ in segments(text, inside)) == text


@given(st.text(max_size=900), st.integers(0, 900))
def test_a_snippet_is_short_and_of_the_text(text: str, at: int) -> None:
    spans = [(at, at + 3)] if at + 3 <= len(text) else []
    shown = snippet(text, spans)
    assert len("".join(part for part, _ in shown)) <= 260


@pytest.mark.parametrize(
    "written", ["x.", "x-", "x/", "a@", "1.", "xж.", "x ", "的"], ids=lambda written: written
)
def test_a_row_of_words_without_end_is_looked_for_by_its_beginning(written: str) -> None:
    for text in (written * 1_000, f'"{written * 900}"'):
        query = understand(text, {})
        steps = [step for term in query.terms for way in term.ways for step in way]
        assert 0 < len(steps) <= 3 * MOST_STEPS
        apart = written in ("x ", "x/") and text[0] != '"'
        assert apart or query.unused, "what is not looked for is named"
        assert all(len(word) <= 65 for word in query.unused)
        found = Text(written * 10_000, query.terms).spans(query.terms, {})
        assert all(len(spans) <= 4 * 10_000 for spans in found), "a word is marked once a way"


@pytest.mark.parametrize("letter", ["а", "x", "𝒳", "ﷺ", "的"])
async def test_no_word_is_too_long_for_the_database(conn: Conn, letter: str) -> None:
    query = understand(letter * 2_000, {})
    names = [name_query(letter * size) for size in (2, 200, 2_000)]
    await conn.execute(
        "select q::tsquery from unnest(%s::text[]) q",
        ([query.tsquery(prefixes(staff=True)), *names],),
    )

"""Clients find the article that answers them, by words as they type them."""

from pathlib import Path

import pytest

from firstline.kit.db import Conn
from firstline.wiki import find_articles, search_articles
from firstline.wiki.files import shipped_articles

LINES = (Path(__file__).parent / "questions.txt").read_text("utf-8").splitlines()
QUESTIONS = [tuple(map(str.strip, line.split("|"))) for line in LINES if not line.startswith("#")]


@pytest.mark.parametrize(("language", "typed", "slug"), QUESTIONS)
async def test_the_article_that_answers_comes_first(
    conn: Conn, language: str, typed: str, slug: str
) -> None:
    assert (await find_articles(conn, typed, language))[0].slug == slug


@pytest.mark.parametrize(("language", "typed", "slug"), QUESTIONS)
async def test_the_article_is_among_the_three_offered_while_a_request_is_written(
    conn: Conn, language: str, typed: str, slug: str
) -> None:
    found = await search_articles(conn, typed, language, limit=3)
    assert slug in [one.article.slug for one in found]


def test_there_is_a_question_for_every_article_and_dozens_in_all() -> None:
    assert {slug for _, _, slug in QUESTIONS} == {a.slug for a in shipped_articles()}
    assert len(QUESTIONS) > 40

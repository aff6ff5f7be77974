"""What the tests of search share."""

from typing import Any

import pytest

from firstline.timeline.search import store


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries that the index is asked from now on, as text."""
    queries: list[str] = []
    find_in = store._find_in

    async def noted(conn: Any, words: str, *args: Any) -> tuple[list[int], int]:
        queries.append(words)
        return await find_in(conn, words, *args)

    monkeypatch.setattr(store, "_find_in", noted)
    return queries

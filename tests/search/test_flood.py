"""The flood: bounded, and only for a desk on this machine."""

import io

import pytest

from firstline.kit.db import BoundDb
from firstline.kit.errors import Invalid
from firstline.people import Who, who_by_token
from firstline.seed.flood import Hands, flood, hands, let_go

NOBODY = Hands((), {})


@pytest.mark.parametrize(
    "url",
    ["http://desk.example:8080", "https://127.0.0.1", "http://127.0.0.1.evil.example", "8080", ""],
)
def test_a_desk_elsewhere_is_never_flooded(url: str) -> None:
    with pytest.raises(Invalid, match="on this machine"):
        flood(url, NOBODY, seconds=1, rate=1, out=io.StringIO())


@pytest.mark.parametrize(("seconds", "rate"), [(0, 1), (1, 0), (4000, 1), (1, 201), (-1, 5)])
def test_rate_and_time_are_bounded(seconds: float, rate: float) -> None:
    with pytest.raises(Invalid, match="rate up to 200"):
        flood("http://127.0.0.1:18699", NOBODY, seconds=seconds, rate=rate, out=io.StringIO())


async def test_its_tokens_are_the_casts_and_are_let_go(
    db: BoundDb, world: dict[str, Who], now: object
) -> None:
    made = await db.run(hands, now=now)  # type: ignore[arg-type]
    first = await who_by_token(db.conn, made.operators["first"][0])
    assert first is not None
    assert first.id == world["anna"].id
    assert len(made.contacts) == 2
    await db.run(let_go)
    assert await who_by_token(db.conn, made.operators["first"][0]) is None


def test_a_desk_that_is_not_there_is_shown_as_failed() -> None:
    out = io.StringIO()
    someone = Hands(("t",), {"first": ("t",), "second": ("t",)})
    totals = flood("http://127.0.0.1:18699", someone, seconds=0.6, rate=50, out=out)
    assert totals.failed > 0
    assert totals.opened == 0
    assert "failed" in out.getvalue()

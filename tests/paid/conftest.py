"""A desk whose regulations sell help, and a request that Anna holds."""

from typing import Any

import pytest

from firstline.app import Desk
from firstline.people import Who
from firstline.policy import default_text
from tests.requests.hands import Hands

# A quarter of an hour costs 15 EUR, and half as much again at night; a move has a fixed price.
TABLE = """paid:
  - {id: help, for: help, price: 60 EUR, unit: 15m, vat: excl, consent: before}
  - {id: list, for: list, model: price_list, items: {migration: 50 EUR}, consent: before}
  - {id: ahead, for: ahead, model: prepaid, time: 1h, price: 40 EUR, expires: 6mo}
  - {id: month, for: administration, model: subscription, price: 30 EUR, per: month}
  - {id: tuning, for: tuning, price: 90 EUR, unit: 15m, consent: opening}
"""


@pytest.fixture
def hands(desk: Desk, clock: Any, world: dict[str, Who]) -> Hands:
    return Hands(desk, clock, world)


@pytest.fixture
async def no(hands: Hands) -> int:
    """Vera's request, which Anna holds, on a desk that sells help."""
    await hands.govern(f"{default_text()}\n{TABLE}")
    no = await hands.open()
    assert await hands.take("anna")
    return no

"""Evidence is read a few requests at a time, so that nobody waits long for an answer meanwhile."""

import pytest

from firstline.reports import read_on
from tests.requests.hands import Hands


@pytest.mark.parametrize("batch", [1, 2, 5, 200])
async def test_small_batches_read_every_request_once(hands: Hands, batch: int) -> None:
    async def read(most: int = 200) -> int:
        return await read_on(
            hands.desk.db, hands.desk.policies, hands.now, most=most, batch=batch, rest=1
        )

    await read()
    for _ in range(5):
        await hands.open()
    assert await read(most=3) == 3
    assert await read() == 2
    assert await read() == 0

"""Steps by the rules of conduct, counted by their rule: what stands, what we took back."""

from firstline.requests import take_step_back
from tests.reports.telling import told, verdicts
from tests.requests.hands import Hands
from tests.requests.test_conduct import govern, held, last_id, step


async def test_every_step_is_counted_and_what_was_taken_back_apart(hands: Hands) -> None:
    await govern(hands)
    first = await held(hands)
    await step(hands, first, "warn")
    await hands.act(take_step_back, "martin", await last_id(hands), "A mistake")
    await step(hands, first, "warn", rule="profanity")
    await step(hands, first, "refuse")
    assert await verdicts(hands, "conduct") == {"conduct": (2, 1, 0, 0)}
    assert await told(hands, "conduct", "conduct", "broken") == [first]
    assert await told(hands, "conduct", "conduct", "kept") == [first, first]

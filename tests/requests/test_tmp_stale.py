from .hands import Hands
async def test_stale(hands: Hands) -> None:
    no = await hands.open()
    await hands.say("vera", no, "more")
    await hands.take("anna")
    e = await hands.say("anna", no, "hello")
    assert e.kind == "said"

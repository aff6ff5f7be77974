"""Who is no client is told where to become one, wherever they come, and nothing more."""

import re
from typing import Any

from firstline.policy import default_text
from tests.requests.hands import Hands

WHERE = """
  newcomers:
    en: "Order hosting at https://firstline.example/order first."
    uk: "Спочатку замовте хостинг: https://firstline.example/order"

"""
NOWHERE = "\n\n"


def file_that_says(where: str) -> str:
    """The shipped file with other words to people who are not clients."""
    return re.sub(r"\n  newcomers:.*?\n\n", lambda _: where, default_text(), flags=re.DOTALL)


async def test_a_stranger_is_told_where_to_become_a_client_at_every_door(
    client_for: Any, hands: Hands
) -> None:
    await hands.govern(file_that_says(WHERE))
    stranger = await client_for(None)
    for page in ("/sign-in", "/widget"):
        text = (await stranger.get(f"{page}?lang=en")).text
        assert "Order hosting at" in text, page
        assert 'href="https://firstline.example/order"' in text, page
        assert "Спочатку замовте" in (await stranger.get(f"{page}?lang=uk")).text, page
    new = await stranger.get("/requests/new")
    assert (new.status_code, new.headers["location"][:8]) == (303, "/sign-in")
    refused = await stranger.post("/api/v1/requests", json={"topic": "web", "body": "Hello"})
    assert refused.status_code == 401
    assert "https://firstline.example/order" in refused.json()["newcomers"]


async def test_where_the_regulations_name_no_place_nothing_is_said_of_it(
    client_for: Any, hands: Hands
) -> None:
    await hands.govern(file_that_says(NOWHERE))
    stranger = await client_for(None)
    for page in ("/sign-in", "/widget"):
        text = (await stranger.get(page)).text
        assert "Support is for clients of the company." in text, page
        assert not re.search("regulations (do|say)|<div dir=.auto.></div>", text), page
    assert "newcomers" not in (await stranger.get("/api/v1/requests")).json()


async def test_words_of_the_policy_are_words_and_no_markup(client_for: Any, hands: Hands) -> None:
    nasty = WHERE.replace("Order hosting", "<script>alert(1)</script> Order")
    await hands.govern(file_that_says(nasty))
    stranger = await client_for(None)
    for page in ("/sign-in", "/widget"):
        assert "<script>alert(1)" not in (await stranger.get(page)).text


async def test_who_is_signed_in_is_told_nothing_of_it(client_for: Any) -> None:
    vera = await client_for("vera")
    assert "https://www.firstline.example/order" not in (await vera.get("/wiki")).text

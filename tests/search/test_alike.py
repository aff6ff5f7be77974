"""Words are found in any script, typed in part, with a slip, and by who wrote them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.search.test_search import Story, settled, story

from firstline.kit.addresses import ascii_host
from firstline.kit.folding import fold
from firstline.kit.slips import near_words
from firstline.timeline import list_unindexed, search_requests

__all__ = ["settled", "story"]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Müller wrote", "Müller"),
        ("Müller wrote", "MULLER"),
        ("un cafe\u0301 noir", "café"),
        ("un café noir", "cafe\u0301"),
        ("Straße gesperrt", "strasse"),
        ("Łódź nie działa", "lodz"),
        ("Der Server läuft", "lauft"),
        ("हिन्दी में लिखा", "हिन्दी"),
        ("服务器没有响应", "服务器"),
        ("服务器没有响应", "没有"),
        ("サーバーエラー", "エラー"),
        ("เซิร์ฟเวอร์ล่ม", "ล่ม"),
        ("서버가 응답하지 않습니다", "서버"),
        ("الموقع لا يعمل", "الموقع"),
        ("مُحَمَّد كتب", "محمد"),
        ("שָׁלוֹם לכם", "שלום"),
        ("Ο διακομιστής έπεσε", "διακομιστησ"),
        ("co‑operative agree\u00adment", "co-operative agreement"),
        ("invi\u200bsible\u2060 joiner", "invisible"),
        ("п’ятниця й пʼять", "п'ятниця п`ять"),
        ("сервіс лежить", "сервiс"),
        ("ｆｕｌｌ ４０３", "full 403"),
        ("my e-mail bounces", "email"),
        ("my email bounces", "e-mail"),
    ],
)
async def test_any_script_is_found_however_it_was_typed(
    story: Story, settled: Any, said: str, asked: str
) -> None:
    no = await story.opened("vera", said)
    await settled()
    assert await story.found("vera", asked) == [no]
    assert await story.found("anna", f"{asked} {said.split()[0]}") == [no]
    assert await story.found("vera", f"{asked} quokka") == []


@pytest.mark.parametrize("typed", ["{}", "see https://{}/path, please", "anna@{}", "(www.{})"])
@pytest.mark.parametrize(
    ("read", "known"),
    [
        ("бюро.укр", "xn--90a0af9c.xn--j1amh"),
        ("мій-сервіс.укр", "xn----dtbioo1afd6pg.xn--j1amh"),
        ("müller.example", "xn--mller-kva.example"),
    ],
)
async def test_two_spellings_of_a_host_find_each_other(
    story: Story, settled: Any, read: str, known: str, typed: str
) -> None:
    assert ascii_host(read) == known
    numbers = [await story.opened("vera", typed.format(host)) for host in (read, known)]
    await story.opened("vera", "another.example")
    await settled()
    for host in (read, known, known.upper()):
        asked = typed.format(host) if "@" in typed else host
        assert sorted(await story.found("vera", asked)) == numbers, asked


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Thunderbird asks for a password", "Thunder"),
        ("550-5.7.26 unauthenticated mail", "5.7.26"),
        ("NET::ERR_CERT_DATE_INVALID", "ERR_CERT"),
        ("NET::ERR_CERT_DATE_INVALID", "err_cert_da"),
        ("PHP 8.1.27 is old", "8.1"),
        ("from 192.168.10.77", "192.168.10"),
        ("write to billing.dept@shop.partner.example", "billing.dept@shop"),
        ("write to billing.dept@shop.partner.example", "partner.example"),
        ("сертифікати прострочено", "серти"),
        ("переадресация не работает", "переадрес"),
        ("certificates expired", "certifica"),
    ],
)
async def test_halves_are_found(story: Story, settled: Any, said: str, asked: str) -> None:
    no = await story.opened("vera", said)
    await settled()
    assert await story.found("vera", asked) == [no]
    page = await search_requests(story.conn, story.world["vera"], asked)
    assert any(marked for _, marked in page.items[0].title), "and it is marked where it stands"


async def test_numbers_and_codes_are_no_halves(story: Story, settled: Any) -> None:
    no = await story.opened("vera", "4031 and 10.0.0.12 and php81")
    await settled()
    for query in ("403", "10.0.0.1", "php8", "0.0.1"):
        assert await story.found("vera", query) == [], query
    assert await story.found("vera", "0.0.12") == [no]


async def test_names_and_addresses_find_their_requests(story: Story, settled: Any) -> None:
    vera, pavel = story.world["vera"], story.world["pavel"]
    first = await story.opened("vera", "The gallery is away")
    second = await story.opened("pavel", "The gallery is slow")
    await story.taken("anna")
    await settled()
    for query in (vera.email, "vera@acme", vera.name, "acme", f"{vera.name} gallery"):
        assert await story.found("anna", query) == [first], query
    assert await story.found("anna", f"{pavel.name} gallery") == [second]
    assert await story.found("anna", f"{pavel.name} {vera.name}") == []
    assert await story.found("vera", vera.name) == [first]
    assert await story.found("vera", pavel.name) == []
    assert await story.found("pavel", "acme") == []


async def test_a_client_finds_no_request_by_who_of_the_staff_looked_at_it(
    story: Story, settled: Any
) -> None:
    no = await story.opened("vera", "The gallery is away")
    await story.taken("anna")
    await story.said("anna", no, "a note", audience="staff")
    await settled()
    assert await story.found("vera", "anna gallery") == []
    assert await story.found("ivan", "anna gallery") == [no]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("The certificate has expired", "certifcate"),
        ("The certificate has expired", "certificaet expired"),
        ("Сертифікати прострочено", "сертефікат"),
        ("Письма не доставляются", "писмо"),
        ("The newsletter bounces", "newslettr"),
    ],
)
async def test_a_slip_is_forgiven_where_nothing_else_is_found(
    story: Story, settled: Any, said: str, asked: str
) -> None:
    no = await story.opened("vera", said)
    await settled()
    page = await search_requests(story.conn, story.world["vera"], asked)
    assert [hit.request.no for hit in page.items] == [no]
    assert page.guessed == (asked.split()[0],)
    other = await story.opened("vera", f"As typed: {asked}")
    page = await search_requests(story.conn, story.world["vera"], asked)
    assert [hit.request.no for hit in page.items] == [other], "what was typed comes first"
    assert page.guessed == ()


async def test_no_word_is_guessed_for_one_that_stands_somewhere(story: Story) -> None:
    await story.opened("vera", "The certificate has expired")
    await story.opened("vera", "The gallery is away")
    page = await search_requests(story.conn, story.world["vera"], "certificate gallery")
    assert (page.items, page.guessed) == ([], ())


async def test_a_word_that_cannot_be_looked_for_is_named_and_widens_nothing(story: Story) -> None:
    await story.opened("vera", "quokka")
    page = await search_requests(story.conn, story.world["vera"], "zürich quokka")
    assert page.items == []
    page = await search_requests(story.conn, story.world["vera"], "the quokka 🙂")
    assert len(page.items) == 1
    assert page.unused == ("🙂", "the")


async def test_pages_and_api_name_what_was_not_looked_for(client_for: Any, story: Story) -> None:
    await story.opened("vera", "The certificate has expired")
    client = await client_for("vera")
    found = (await client.get("/api/v1/requests", params={"q": "the certifcate"})).json()
    assert (found["unused"], found["guessed"]) == (["the"], ["certifcate"])
    assert len(found["items"]) == 1
    page = (await client.get("/api/v1/requests", params={"q": "certificate"})).json()
    assert page.keys() == {"items", "after"}
    plain = (await client.get("/api/v1/requests")).json()
    assert plain.keys() == {"items", "after"}


@pytest.mark.parametrize("sign", ["ʼ", "ـ", "ʹ", "ʻ", "ʽ", "ˈ", "\u17b4", "\u17b5", "ﹰ"])
async def test_signs_of_which_folding_leaves_nothing_break_no_search(
    client_for: Any, story: Story, sign: str
) -> None:
    no = await story.opened("vera", f"zebrafinch {sign} does {sign}.{sign} not open")
    clients = [await client_for("vera"), await client_for("anna")]

    async def ask(query: str) -> None:
        for client in clients:
            found = (await client.get("/api/v1/requests", params={"q": query})).json()
            assert [one["no"] for one in found["items"]] == [no] * ("zebra" in query)
            assert [word.strip('"') for word in found["unused"]] == [sign]

    for query in (sign, f"zebrafinch {sign}", f'"{sign}" zebrafinch'):
        await ask(query)
    await story.indexed()
    assert await list_unindexed(story.conn) == []
    for query in (sign, f"zebrafinch {sign}", f"zebrafinch{sign} {sign}"):
        await ask(query)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=12), st.data())
def test_a_word_is_near_to_each_of_its_slips(word: str, data: Any) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    slips = [
        word[:at] + word[at + 1 :],
        word[:at] + "q" + word[at:],
        word[:at] + "z" + word[at + 1 :],
    ]
    assert all(slip in near_words(word) for slip in slips)
    assert len(near_words(word)) < 60 * (len(word) + 1)


async def test_a_thousand_guesses_are_not_compared_with_every_request(
    story: Story, asked: list[str]
) -> None:
    no = await story.opened("vera", "The certificate has expired")
    await story.indexed()
    assert await story.found("anna", "certifcate") == [no]
    assert len(near_words("certifcate")) > 500
    assert max(len(words) for words in asked) < 200

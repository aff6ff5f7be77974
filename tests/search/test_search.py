"""Search finds what one may see, from the moment it was said, and nothing else."""

from typing import Any

import pytest

from firstline.app import Desk
from firstline.kit.db import Conn
from firstline.kit.errors import Forbidden
from firstline.people import Who
from firstline.requests.actions import changes, closing, moves, redacting
from firstline.requests.actions.opening import open_request
from firstline.requests.actions.saying import say
from firstline.requests.model import NewRequest, Words
from firstline.timeline import list_requests, search_requests
from firstline.timeline.search import store
from firstline.timeline.search.index import index_unread
from firstline.timeline.search.model import Filters

World = dict[str, Who]


class Story:
    """A desk with hands: opens, says, searches as members of the cast."""

    def __init__(self, desk: Desk, conn: Conn, world: World) -> None:
        self.desk, self.conn, self.world = desk, conn, world

    async def opened(self, who: str, body: str, **more: Any) -> int:
        _, made = await open_request(
            self.desk.call(self.world[who]), NewRequest(more.pop("topic", "web"), body, **more)
        )
        return made.no

    async def said(self, who: str, no: int, body: str, **more: Any) -> int:
        entry, _ = await say(self.desk.call(self.world[who]), no, Words(body, **more))
        return entry.no

    async def act(self, action: Any, who: str, *args: Any, **more: Any) -> Any:
        return await self.desk.call(self.world[who]).run(action, *args, **more)

    async def taken(self, who: str, line: str = "first") -> int:
        found = await self.act(moves.take_next, who, line)
        assert found is not None
        return found.no

    async def indexed(self) -> None:
        while await index_unread(self.desk.db):
            pass

    async def found(self, who: str, query: str, **filters: Any) -> list[int]:
        page = await search_requests(self.conn, self.world[who], query, Filters(**filters))
        return [hit.request.no for hit in page.items]


@pytest.fixture
def story(desk: Desk, conn: Conn, world: World) -> Story:
    return Story(desk, conn, world)


@pytest.fixture(params=["unread", "indexed", "in small blocks"])
async def settled(
    request: pytest.FixtureRequest, story: Story, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Every rule holds before the index has read the words, and after, however far back."""
    if request.param == "in small blocks":
        monkeypatch.setattr(store, "BLOCK", 0)

    async def settle() -> None:
        if request.param != "unread":
            await story.indexed()

    return settle


async def test_a_word_is_found_as_soon_as_it_was_said(story: Story, settled: Any) -> None:
    no = await story.opened("vera", "The gallery answers 403 at www.acme.example/gallery/")
    await settled()
    for query in ("galleries", "403", "www.acme.example", "acme.example", "gallery 403", "answer"):
        assert await story.found("vera", query) == [no], query
        assert await story.found("anna", query) == [no], query
    assert await story.found("vera", "gallery 404") == []


async def test_words_of_three_languages_are_found_in_other_forms(
    story: Story, settled: Any
) -> None:
    ukrainian = await story.opened("pavel", "На сторінці з'являється помилка бази даних")
    russian = await story.opened("pavel", "Письма не доставляются, ошибка сервера")
    await settled()
    assert await story.found("anna", "помилками сторінок") == [ukrainian]
    assert await story.found("anna", "ошибки письмо") == [russian]


async def test_words_may_stand_in_different_entries_and_on_both_sides_of_the_index(
    story: Story, settled: Any
) -> None:
    no = await story.opened("vera", "Quarterly newsletter bounces", title="Newsletter trouble")
    await settled()
    await story.said("vera", no, "It says greylisted by mx1.partner.example")
    assert await story.found("vera", "trouble greylisted") == [no]
    await settled()
    assert await story.found("vera", "trouble greylisted") == [no]
    assert await story.found("vera", '"greylisted by mx1"') == [no]
    assert await story.found("vera", '"partner greylisted"') == []
    assert await story.found("vera", '"bounces It says"') == []


async def test_nothing_foreign_and_no_note_is_ever_found_by_a_client(
    story: Story, settled: Any
) -> None:
    foreign = await story.opened("pavel", "canaryforeign at borealis")
    own = await story.opened("vera", "My own matter")
    await settled()
    await story.taken("anna")
    await story.taken("anna")
    await story.said("anna", own, "canarynote between us", audience="staff")
    await story.act(moves.hand_over, "anna", own, "canarysummary of it")
    await settled()
    for word in ("canaryforeign", "canarynote", "canarysummary", "~canarynote", '"between us"'):
        page = await search_requests(story.conn, story.world["vera"], word)
        assert page.items == [], word
        assert await story.found("vera", f"own {word}") == []
    assert await story.found("anna", "canaryforeign") == [foreign]
    assert await story.found("anna", "canarynote") == [own]
    assert await story.found("anna", "matter canarysummary") == [own]
    page = await search_requests(story.conn, story.world["vera"], "matter")
    assert "canary" not in repr(page)
    page = await search_requests(story.conn, story.world["vera"], str(foreign))
    assert page.items == []


async def test_what_was_taken_back_is_not_found_any_more(story: Story, settled: Any) -> None:
    no = await story.opened("vera", "First words")
    await story.taken("anna")
    entry = await story.said("anna", no, "canarywrong words for another client")
    await settled()
    assert await story.found("vera", "canarywrong") == [no]
    await story.act(redacting.redact, "anna", no, entry, "sent to the wrong client")
    assert await story.found("vera", "canarywrong") == []
    await settled()
    assert await story.found("vera", "canarywrong") == []
    assert await story.found("vera", "first") == [no]


async def test_a_new_title_is_found_and_the_old_one_is_not(story: Story, settled: Any) -> None:
    no = await story.opened("vera", "It does not work", title="Oldtitle")
    await settled()
    await story.act(changes.amend, "vera", no, title="Newtitle")
    assert await story.found("vera", "newtitle") == [no]
    await settled()
    assert await story.found("vera", "newtitle") == [no]
    assert await story.found("vera", "oldtitle") == []


async def test_a_number_jumps_to_its_request_and_comes_first(story: Story, settled: Any) -> None:
    first = await story.opened("vera", "The first of two")
    second = await story.opened("vera", f"As in request {first}")
    await settled()
    page = await search_requests(story.conn, story.world["anna"], f"#{first}")
    assert [(hit.request.no, hit.jump) for hit in page.items] == [(first, True), (second, False)]


async def test_filters_narrow_and_pages_follow_each_other(story: Story, settled: Any) -> None:
    numbers = [await story.opened("vera", f"pagination sample {i}") for i in range(7)]
    other = await story.opened("pavel", "pagination sample", topic="mail")
    await settled()
    await story.taken("ivan")
    await settled()
    anna, ivan = story.world["anna"], story.world["ivan"]
    seen: list[int] = []
    after = None
    while True:
        page = await search_requests(story.conn, anna, "pagination", after=after, limit=3)
        seen += [hit.request.no for hit in page.items]
        if (after := page.after) is None:
            break
    assert seen == [other, *reversed(numbers)]
    assert await story.found("anna", "sample", topic="mail") == [other]
    assert await story.found("anna", "sample", state="with_us") == [numbers[0]]
    assert await story.found("anna", "sample", operator=ivan.id) == [numbers[0]]
    assert await story.found("anna", "sample", line="second") == []
    assert await story.found("anna", "sample", client=story.world["pavel"].client_id) == [other]
    assert await story.found("anna", "sample", until=story.desk.clock()) == []
    with pytest.raises(Forbidden):
        await story.found("vera", "sample", operator=ivan.id)


async def test_history_lists_ones_own_requests_newest_first(story: Story) -> None:
    own = [await story.opened("vera", f"Matter {i}") for i in range(3)]
    foreign = await story.opened("pavel", "Another's")
    page = await list_requests(story.conn, story.world["vera"], limit=2)
    assert [r.no for r in page.items] == [own[2], own[1]]
    page = await list_requests(story.conn, story.world["vera"], after=page.after)
    assert [r.no for r in page.items][:1] == [own[0]]
    assert page.after is None
    everything = await list_requests(story.conn, story.world["anna"])
    assert [r.no for r in everything.items][:4] == [foreign, *reversed(own)]


async def test_a_snippet_shows_the_entry_and_marks_the_words(story: Story, settled: Any) -> None:
    no = await story.opened("vera", "Nothing here")
    await story.taken("anna")
    entry = await story.said("anna", no, "The quota of the mailbox is full; raise the quota.")
    await settled()
    page = await search_requests(story.conn, story.world["vera"], "quotas")
    (hit,) = page.items
    assert (hit.entry_no, hit.by_name, hit.side) == (entry, "Anna", "staff")
    assert [words for words, marked in hit.snippet if marked] == ["quota", "quota"]


@pytest.mark.parametrize(
    "query", ["", "   ", '"', '""', "'", "\\", "&|!()<->:*", "the", "🙂", "%s"]
)
async def test_odd_queries_find_nothing_and_break_nothing(story: Story, query: str) -> None:
    await story.opened("vera", "Something")
    assert await story.found("vera", query) == []


async def test_a_closed_request_is_found_by_its_last_words(story: Story, settled: Any) -> None:
    no = await story.opened("vera", "Please help")
    await story.taken("anna")
    await story.act(closing.close, "anna", no, "solved", "The certificate was renewed.")
    await settled()
    assert await story.found("vera", "certificates renew", state="closed") == [no]


async def test_words_in_few_of_the_newest_requests_are_then_looked_for_in_all_at_once(
    story: Story, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BLOCK", 0)
    rare = await story.opened("vera", "The quokka eats")
    for n in range(12):
        await story.opened("vera", f"Page {n} is empty")
    await story.indexed()
    assert await story.found("anna", '"quokka eats"') == [rare]
    assert len(asked) == 2
    page = await search_requests(story.conn, story.world["anna"], '"is empty"', limit=11)
    assert len(page.items) == 11

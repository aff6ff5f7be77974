"""What the link to an article did (clause answer.wiki). Pure; told in words in `article_words`."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from firstline.policy import Policy
from firstline.policy.rules.closing import reopening
from firstline.reports.model import Evidence, Verdict
from firstline.timeline import Entry

# Closed with it, a request says nothing of what an article did.
UNTOUCHED = frozenset({"duplicate", "refused"})


class Outcome(NamedTuple):
    """What became of a link, and the entry that tells so."""

    verdict: Verdict
    teller: Entry | None = None


def link_evidence(policy: Policy, lines: Sequence[tuple[Entry, str]]) -> Iterator[Evidence]:
    """Each article in each answer: solved by it, come back with it, or not known yet. The words of
    a closing are an answer, too.

    `lines` is the log, each entry with the line where the request stood before it.
    """
    for place, slug in _links([entry for entry, _ in lines]):
        entry, line = lines[place]
        since = place if entry.kind == "closed" else place + 1
        verdict, teller = link_outcome(policy, [one for one, _ in lines[since:]])
        yield Evidence(
            "linked", entry.matter, entry.no, line, entry.by_id, entry.at, verdict,
            part=slug, ended_no=teller and teller.no, ended_at=teller and teller.at,
        )  # fmt: skip


def _links(entries: Sequence[Entry]) -> Iterator[tuple[int, str]]:
    """The articles that answers link after their last edit, each with the place of the entry from
    which on it stands there: the answer itself, or the edit that added it.
    """
    edits: defaultdict[int, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        if entry.kind == "edited" and "of" in entry.data and "articles" in entry.data:
            edits[entry.data["of"]].append(place)
    for place, entry in enumerate(entries):
        if is_answer(entry) or entry.kind == "closed":
            texts = [place, *edits[entry.no]]
            for slug in entries[texts[-1]].data.get("articles", ()):
                yield next(at for at in texts if slug in entries[at].data.get("articles", ())), slug


def link_outcome(policy: Policy, later: Sequence[Entry]) -> Outcome:
    """What became of a link, by the entries after it: up to another answer, or to a closing and
    what followed within the days in which it is opened again.
    """
    asked: Entry | None = None
    for place, entry in enumerate(later):
        if entry.kind == "closed":
            return _after_closing(policy, entry, later[place + 1 :])
        if is_answer(entry):
            return Outcome("broken", asked) if asked else Outcome("aside", entry)
        if is_client_word(entry):
            asked = asked or entry
    return Outcome("open")


def _after_closing(policy: Policy, closing: Entry, later: Sequence[Entry]) -> Outcome:
    """By a client's own closing as well: its button says that it is solved."""
    if closing.data.get("outcome") in UNTOUCHED:
        return Outcome("aside", closing)
    limit = reopening(policy)
    last = limit and limit.last(policy, closing.at)
    again = next((entry for entry in later if entry.kind == "reopened"), None)
    if again is not None and (last is None or again.at <= last):
        return Outcome("broken", again)
    return Outcome("kept", closing)


def is_answer(entry: Entry) -> bool:
    """Whether an entry is staff words to the client by a person that leave the turn to them."""
    said = entry.kind == "said" and entry.side == "staff" and entry.audience == "all"
    return said and entry.data.get("turn") != "us"


def is_client_word(entry: Entry) -> bool:
    """Whether the client wrote."""
    return entry.kind == "said" and entry.side == "client"

"""The question for each fact that is missing, and an example from what the client has."""

from __future__ import annotations

from firstline.coach.model import AskedFact, CoachLanguage, FirstMessage
from firstline.coach.reading.shapes import is_host
from firstline.coach.words import sections_of

NOBODYS = "mysite.example"
ANY_LANGUAGE = "any"  # of examples that programs say, each of one topic
MAXIMUM = 80  # characters of a name that is put into an example


def ask_for(fact: str, language: CoachLanguage, message: FirstMessage) -> AskedFact:
    """The question and example for one fact, each one line in a language."""
    site = _site(message)
    name = site.removeprefix("www.").split(".")[0].replace("-", "_")[:20]
    ask, example = _texts(language).get(fact, (fact, fact))
    example, _ = _texts(ANY_LANGUAGE).get(f"{fact}.{message.topic}", (example, ""))
    return AskedFact(fact, ask.format(site=site, name=name), example.format(site=site, name=name))


def _site(message: FirstMessage) -> str:
    hosts = (name.strip().lower() for name in message.services)
    return next((name for name in hosts if is_host(name) and len(name) < MAXIMUM), NOBODYS)


def _texts(language: str) -> dict[str, tuple[str, str]]:
    """Question and example by fact, or the example alone by fact and topic; a line of the file
    holds one of these.
    """
    pairs = dict[str, list[str]]()
    for label, _, text in sections_of("asks"):
        at, _, fact = label.partition(".")
        if at == language:
            pairs.setdefault(fact, []).append(text)
    return {fact: (lines[0], lines[-1]) for fact, lines in pairs.items()}

"""The synonyms of the package: what clients of a hosting company call things in three languages."""

from functools import cache
from importlib.resources import files
from uuid import NAMESPACE_URL, uuid5

from firstline.wiki.finding.synonyms_store import SynonymGroup


@cache
def shipped_groups() -> tuple[SynonymGroup, ...]:
    """Each under an id that its first member has for good."""
    text = (files("firstline.wiki") / "synonyms.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(_group([word.strip() for word in line.split("/")]) for line in lines)


def _group(words: list[str]) -> SynonymGroup:
    return SynonymGroup(uuid5(NAMESPACE_URL, f"firstline:synonyms:{words[0]}"), words)

"""The stories that the demo tells, as they stand in stories/*.txt.

A story begins with `# name topic weight` (open.txt: `# name topic minutes-ago language client`).
Each further line is a step: who or what, the minutes since the step before, and the words;
` || ` parts words of which one is chosen.
"""

import re
from dataclasses import dataclass
from importlib.resources import files

_STEP = re.compile(r"(\w+)((?: [\w-]+)*):(?: (.*))?")


@dataclass(frozen=True, slots=True)
class Step:
    """`act`: client, outreach, staff, note, take, up, back, delay, close, rate, again, silence."""

    act: str
    arguments: tuple[str, ...]
    minutes: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """What happens to one request; `weight` says how often it is told, 0: exactly once."""

    name: str
    topic: str
    language: str
    weight: int
    steps: tuple[Step, ...]

    @property
    def minutes(self) -> float:
        """About how long it takes, waiting in lines not counted; silence lasts three days."""
        silence = any(step.act == "silence" for step in self.steps)
        return sum(step.minutes for step in self.steps) + (3 * 24 * 60 if silence else 0)


@dataclass(frozen=True, slots=True)
class OpenStory:
    """A story still going on: begun `ago` minutes before now; `client` is of the cast or auto."""

    story: Story
    ago: float
    client: str


def past_stories(language: str) -> list[Story]:
    """The stories of the past in one language."""
    return [
        Story(head[0], head[1], language, int(head[2]), steps)
        for head, steps in _load(f"{language}.txt")
    ]


def still_open() -> list[OpenStory]:
    """The stories that are going on, the earliest first."""
    found = [
        OpenStory(Story(name, topic, language, 0, steps), float(ago), client)
        for (name, topic, ago, language, client), steps in _load("open.txt")
    ]
    return sorted(found, key=lambda one: -one.ago)


def _load(name: str) -> list[tuple[list[str], tuple[Step, ...]]]:
    text = (files("firstline.seed") / "stories" / name).read_text("utf-8")
    parts = [part.strip().splitlines() for part in text.split("# ")[1:]]
    return [(part[0].split(), tuple(_step(line) for line in part[1:] if line)) for part in parts]


def _step(line: str) -> Step:
    match = _STEP.fullmatch(line)
    if match is None:
        raise ValueError(f"This is no step of a story: {line}")
    act, arguments, words = match[1], tuple(match[2].split()), match[3] or ""
    minutes = next((float(a) for a in arguments if a.isdigit()), 0.0)
    return Step(act, arguments, minutes, tuple(words.split(" || ")))

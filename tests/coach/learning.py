"""Learns from labelled messages what beginnings of words tell of the topic, and writes it down:
`python -m tests.coach.learning`. The same messages give the same file.

Each topic has a weight for each feature (`stems.features`); the messages are gone through in
turns, and what told too much for a wrong topic is taken from, what told too little is added to
(logistic regression by stochastic gradient descent).
"""

import json
from collections.abc import Iterator
from math import exp
from pathlib import Path
from random import Random

from firstline.coach import FirstMessage, stems
from firstline.coach.reading.reading import Reading

FOLDER = Path(__file__).parent
TARGET = Path(stems.__file__).parent / "words" / "stems.txt"
MESSAGES = ("known.jsonl", "variants.jsonl", "learnt.jsonl")
ROUNDS, RATE, SLOWER, FORGET = 20, 1.0, 0.3, 1e-4
LEAST = 0.2  # a weight that is smaller is left out
HEAD = (
    "! What beginnings of words tell of topics, in hundredths: written by tests/coach/learning.py."
)

Weights = dict[str, dict[str, float]]


Told = dict[str, float]


def labelled() -> Iterator[tuple[Told, str, str | None]]:
    """Features, topic and clause of each message; no clause where nobody labelled it."""
    for name in MESSAGES:
        for line in (FOLDER / name).read_text("utf-8").splitlines():
            message = json.loads(line)
            yield _features(message["text"]), message["topic"] or "", message["scope"] or stems.NONE
    for topic, text in _short("topics.txt"):
        yield _features(text), "" if topic == "null" else topic, None
    for clause, text in _short("wishes.txt"):
        yield _features(text), "", stems.NONE if clause == "-" else clause


def _short(name: str) -> Iterator[tuple[str, str]]:
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        if line[0] != "#":
            label, _, text = line.split("|", 2)
            yield label, text


def _features(text: str) -> Told:
    return stems.features(Reading(FirstMessage(text)))


def learn() -> Weights:
    """For each topic and each clause the weights of features."""
    rows = list(labelled())
    topics = _learn([(told, topic) for told, topic, _ in rows if topic])
    return topics | _learn([(told, clause) for told, _, clause in rows if clause])


def _learn(pairs: list[tuple[Told, str]]) -> Weights:
    weights: Weights = {label: {} for label in sorted({label for _, label in pairs})}
    chance = Random(1)
    for turn in range(ROUNDS):
        chance.shuffle(pairs)
        for told, label in pairs:
            _correct(weights, told, label, RATE / (1 + SLOWER * turn))
    return weights


def _correct(weights: Weights, told: Told, wanted: str, rate: float) -> None:
    shares = _shares(weights, told)
    for label, own in weights.items():
        excess = shares[label] - (label == wanted)
        for feature, value in told.items():
            own[feature] = own.get(feature, 0.0) * (1 - rate * FORGET) - rate * excess * value


def _shares(weights: Weights, told: Told) -> dict[str, float]:
    """How likely each label is."""
    sums = {
        label: sum(own.get(feature, 0.0) * value for feature, value in told.items())
        for label, own in weights.items()
    }
    most = max(sums.values())
    powers = {label: exp(one - most) for label, one in sums.items()}
    return {label: one / sum(powers.values()) for label, one in powers.items()}


def lines(weights: Weights) -> Iterator[str]:
    """The file: a feature, and each topic that it tells something of."""
    yield HEAD
    for feature in sorted({feature for own in weights.values() for feature in own}):
        pairs = ((label, own.get(feature, 0.0)) for label, own in weights.items())
        told = [f"{label}:{round(one * 100)}" for label, one in pairs if abs(one) > LEAST]
        if told:
            yield f"{feature} {' '.join(told)}"


if __name__ == "__main__":
    TARGET.write_text("\n".join(lines(learn())) + "\n", "utf-8")

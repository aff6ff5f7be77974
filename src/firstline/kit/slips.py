"""Words that differ from one by a slip of the finger: a letter too many, too few, another, or two
in the wrong order."""

from collections.abc import Iterator

SHORTEST = 4  # letters; shorter words are near to too many others
_ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюяєії")


def near_words(word: str) -> set[str]:
    """All words one slip away from a folded word of letters, the word itself included; none where
    it is too short, or of an alphabet that is not known here."""
    alphabet = next((a for a in _ALPHABETS if set(word) <= set(a)), "")
    if len(word) < SHORTEST or not alphabet:
        return set()
    return {word, *_slips(word, alphabet)}


def _slips(word: str, alphabet: str) -> Iterator[str]:
    for i in range(len(word) + 1):
        begin, rest = word[:i], word[i:]
        yield from (begin + letter + rest for letter in alphabet)
        if rest:
            yield begin + rest[1:]
            yield from (begin + letter + rest[1:] for letter in alphabet)
        if len(rest) > 1:
            yield begin + rest[1] + rest[0] + rest[2:]

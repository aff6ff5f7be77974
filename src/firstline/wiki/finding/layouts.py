"""What somebody looks for with the keyboard set to another language: `gjxnf` is `почта`."""

_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_UKRAINIAN = "'йцукенгшщзхїфівапролджєячсмитьбю"
_FROM_LATIN = [str.maketrans(_LATIN, keys) for keys in (_RUSSIAN, _UKRAINIAN)]
_TO_LATIN = [str.maketrans(keys, _LATIN) for keys in (_RUSSIAN, _UKRAINIAN)]


def other_layouts(text: str) -> list[str]:
    """The same keys on the other layouts of the languages that the search knows, each once."""
    typed = text.casefold()
    tables = _FROM_LATIN if typed.isascii() else _TO_LATIN
    return [one for one in dict.fromkeys(typed.translate(t) for t in tables) if one != typed]

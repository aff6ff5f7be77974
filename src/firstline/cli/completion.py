"""`completion bash|zsh|fish`: what a shell offers, made from the commands as they are."""

from argparse import SUPPRESS, Action, ArgumentParser, Namespace
from collections.abc import Iterator
from typing import cast

POLICY_WORDS = "show check page due ask try publish"
BASH = """\
_firstline() {
    local words line="${COMP_WORDS[*]:1:COMP_CWORD-1}" word="${COMP_WORDS[COMP_CWORD]}"
    case "$line" in
%s
        *) COMPREPLY=($(compgen -f -- "$word")); return ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    [ -n "${COMPREPLY[*]}" ] || COMPREPLY=($(compgen -f -- "$word"))
}
complete -o filenames -F _firstline firstline
"""
ZSH = "#compdef firstline\nautoload -Uz bashcompinit && bashcompinit\n"


def completion(asked: Namespace) -> int:
    """Print the script for a shell."""
    from firstline.cli import parser

    ways = [("", parser()), *_below("", parser())]
    if asked.shell == "fish":
        lines = [_fish_line(way, _words(one, way)) for way, one in ways]
        print("\n".join(["complete -c firstline -f", *lines]))
    else:
        cases = "\n".join(_bash_case(way, one) for way, one in ways)
        print((ZSH if asked.shell == "zsh" else "") + BASH % cases, end="")
    return 0


def _bash_case(way: str, parser: ArgumentParser) -> str:
    more = "" if commands_of(parser) or not way else "*"
    return f'        "{way}"{more}) words="{_words(parser, way)}" ;;'


def _fish_line(way: str, words: str) -> str:
    seen = "; and ".join(f"__fish_seen_subcommand_from {one}" for one in way.split())
    return f"complete -c firstline -n '{seen or '__fish_use_subcommand'}' -a '{words}'"


def _below(way: str, parser: ArgumentParser) -> Iterator[tuple[str, ArgumentParser]]:
    """Every command with the words that lead to it."""
    for name, one in commands_of(parser).items():
        yield f"{way} {name}".strip(), one
        yield from _below(f"{way} {name}".strip(), one)


def commands_of(parser: ArgumentParser) -> dict[str, ArgumentParser]:
    """The commands right below this one, by name."""
    for action in _actions(parser):
        choices: object = action.choices  # pyright: ignore[reportUnknownMemberType]  # half typed
        if isinstance(choices, dict):
            return cast("dict[str, ArgumentParser]", choices)  # as add_subparsers makes it
    return {}


def _actions(parser: ArgumentParser) -> list[Action]:
    # argparse tells them nowhere else
    return parser._actions  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001


def _words(parser: ArgumentParser, way: str) -> str:
    options = [
        option
        for action in _actions(parser)
        if action.help != SUPPRESS
        for option in action.option_strings
        if option.startswith("--")
    ]
    policy = POLICY_WORDS.split() if way == "policy" else []
    return " ".join((*commands_of(parser), *policy, *options))

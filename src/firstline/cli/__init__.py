"""The command line. Each command imports what it needs when it runs, so that all start quickly.

Exit codes: 0 well, 1 findings or refused, 2 usage. Errors are one line on stderr.
"""

import sys
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from firstline import __version__
from firstline.cli.output import lay_streams
from firstline.kit.typed import number_or_none

WELL, FOUND, USAGE = 0, 1, 2
# `policy` has a parser of its own: it works without settings, data folder or database.
POLICY = "policy"
# Its words that look at the desk's data; the others work on files alone.
BESIDE_A_DESK = ("show", "publish", "try")


class UsageError(Exception):
    """The words after `firstline` cannot be understood; the text is the line for stderr."""


class Parser(ArgumentParser):
    """Says what is wrong in one line in place of a page of usage."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.prog}: {message}; see {self.prog} --help")


def main(argv: list[str] | None = None) -> int:
    """Run the command of `argv`; return the exit code."""
    if argv is None:
        lay_streams()
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except UsageError as error:
        return say(str(error), USAGE)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        from firstline.cli.refusals import sentence

        words = sentence(error)
        if words is None:
            raise
        return say(f"firstline: {words}", FOUND)


def _run(words: list[str]) -> int:
    try:
        if words[:1] == [POLICY]:
            return _policy(words[1:])
        asked = parser().parse_args(words)
        return asked.run(asked)
    finally:
        sys.stdout.flush()


def say(line: str, code: int) -> int:
    """Put one line on stderr; gives the exit code back."""
    sys.stderr.write(" ".join(line.split()) + "\n")
    return code


def parser() -> ArgumentParser:
    """All commands but `policy`, which only stands in the list."""
    main = Parser(
        prog="firstline",
        description="The support desk that runs a company's published support regulations.",
    )
    main.add_argument("--version", action="version", version=f"Firstline {__version__}")
    _add_data(main)
    commands = main.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    _add_serving(commands)
    _add_people(commands)
    _add_keeping(commands)
    coach = _command(commands, "coach", "coaching:coach", "what first messages say and lack")
    coach.add_argument(
        "file", metavar="FILE", nargs="?", type=Path, help="JSON lines {id, text, …} (stdin)"
    )
    _add_wiki(_under(commands.add_parser("wiki", help="write or read the wiki as a folder")))
    shell = _command(commands, "completion", "completion:completion", "complete words in a shell")
    shell.add_argument("shell", choices=("bash", "zsh", "fish"))
    commands.add_parser(POLICY, help="show, check and question a policy file")
    return main


def _add_serving(commands: Any) -> None:
    demo = _command(commands, "demo", "serving:demo", "a seeded desk on this machine, at once")
    demo.add_argument("--port", type=_port, default=None, help="where it listens (8080)")
    demo.add_argument("--fresh", action="store_true", help="delete the data and start again")
    serve = _command(commands, "serve", "serving:serve", "run the desk")
    serve.add_argument("--host", help="address to listen on (127.0.0.1)")
    serve.add_argument("--port", type=_port, help="port to listen on (8080)")
    serve.add_argument("--workers", type=_count, help="server processes (1)")
    _command(commands, "work", "serving:work", "the worker alone: due times, outbox, index")


def _add_people(commands: Any) -> None:
    operator = _under(commands.add_parser("operator", help="add, list, disable operators"))
    new = _command(operator, "new", "people:new_operator", "add one; prints an invitation")
    new.add_argument("email", metavar="EMAIL")
    new.add_argument("--name", required=True)
    new.add_argument("--line", action="append", default=[], help="may be repeated")
    new.add_argument(
        "--role",
        action="append",
        help="operator, editor, management or keeper; may be repeated (operator)",
    )
    _add_json(_command(operator, "list", "staff:list_operators", "all of the staff"))
    for name, action, words in (
        ("disable", "disable_operator", "end somebody's access at once"),
        ("enable", "enable_operator", "let somebody in again"),
        ("reset-link", "reset_link", "print a link to choose a new password"),
    ):
        act = _command(operator, name, f"staff:{action}", words)
        act.add_argument("email", metavar="EMAIL")
    _add_tokens(_under(commands.add_parser("token", help="create, list, revoke API tokens")))
    imports = commands.add_parser("import", help="import clients")
    new = _command(_under(imports), "clients", "people:import_clients", "from CSV or JSON")
    new.add_argument("file", metavar="FILE", type=Path)
    new.add_argument("--dry-run", action="store_true", help="report and change nothing")
    _add_json(new)


def _add_wiki(wiki: Any) -> None:
    export = _command(wiki, "export", "wiki:export_wiki", "write the wiki into an empty folder")
    back = _command(wiki, "import", "wiki:import_wiki", "publish what a folder has")
    for command in (export, back):
        command.add_argument("folder", metavar="DIR", type=Path)
    back.add_argument("--dry-run", action="store_true", help="report and change nothing")
    _add_json(back)


def _add_tokens(token: Any) -> None:
    new = _command(token, "new", "people:new_token", "print a new token of a person")
    new.add_argument("--name", default="command line", help="the name its owner sees")
    listing = _command(token, "list", "staff:list_tokens", "the tokens of a person")
    _add_json(listing)
    revoke = _command(token, "revoke", "staff:revoke_token", "revoke tokens of a person")
    for command in (new, listing, revoke):
        command.add_argument("email", metavar="EMAIL")
    revoke.add_argument("ids", metavar="ID", nargs="*", help="as token list shows it")
    revoke.add_argument("--all", action="store_true", help="all of the person's")


def _add_keeping(commands: Any) -> None:
    migrate = _command(
        commands, "migrate", "keeping:migrate", "create a desk, or upgrade one to this release"
    )
    backup = _command(commands, "backup", "keeping:backup", "write database and files to FILE")
    backup.add_argument("--empty", action="store_true", help="even if the desk holds nothing")
    backup.add_argument(
        "--verify", action="store_true", help="restore FILE beside and compare; write nothing"
    )
    restore = _command(commands, "restore", "keeping:restore", "put a backup into a new desk")
    restore.add_argument("--force", action="store_true", help="replace what the desk holds")
    index = commands.add_parser("index", help="read requests into the search index again")
    again = _command(_under(index), "again", "index:again", "from their beginning")
    again.add_argument(
        "no", metavar="NO", type=_count, nargs="*", help="these (those that were set aside)"
    )
    again.add_argument("--all", action="store_true", help="every request")
    for command in (backup, restore):
        command.add_argument("file", metavar="FILE", type=Path)
        command.add_argument(
            "--passphrase-file", metavar="FILE", type=Path, help="protects the secret in a backup"
        )
    for command in (migrate, restore):
        command.add_argument(
            "--new-secret", action="store_true", help="the secret is lost: go on without the sealed"
        )
    _add_json(_command(commands, "doctor", "keeping:doctor", "say what is wrong with the desk"))
    _add_post(commands)
    flood = _command(commands, "flood", "flood:flood", "make live traffic on a running demo desk")
    flood.add_argument("--url", help="where it answers (http://127.0.0.1:8080)")
    flood.add_argument("--seconds", type=_count, default=60, help="for how long (60)")
    flood.add_argument("--rate", type=_count, default=10, help="calls a second (10)")


def _add_post(commands: Any) -> None:
    unsent = _under(commands.add_parser("outbox", help="look after what could not be sent"))
    _add_json(_command(unsent, "list", "post:list_outbox", "what was given up or still fails"))
    for name, words in (("retry", "try again at once"), ("drop", "delete what nobody should get")):
        act = _command(unsent, name, f"post:{name}_outbox", words)
        act.add_argument("ids", metavar="ID", nargs="*", help="as outbox list shows it")
        act.add_argument("--all", action="store_true", help="all that outbox list shows")
    mail = _under(commands.add_parser("mail", help="try the mail server"))
    test = _command(mail, "test", "post:test_mail", "send a test e-mail to EMAIL")
    test.add_argument("email", metavar="EMAIL")


def _under(parser: ArgumentParser) -> Any:
    return parser.add_subparsers(metavar="WHAT", required=True, parser_class=Parser)


def _command(commands: Any, name: str, action: str, words: str) -> ArgumentParser:
    """A command whose action is `module:function` of this package, imported when it runs."""
    command = commands.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    _add_data(command)
    command.set_defaults(run=_later(action))
    return command


def _later(action: str) -> Callable[[Namespace], int]:
    def run(asked: Namespace) -> int:
        module, _, name = action.partition(":")
        return getattr(import_module(f"{__name__}.{module}"), name)(asked)

    return run


def _add_data(parser: ArgumentParser) -> None:
    # No default here: the subcommand's would overwrite what stood before the command.
    parser.add_argument("--data", metavar="DIR", type=Path, default=SUPPRESS, help="data folder")


def _add_json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


def _port(text: str) -> int:
    port = number_or_none(text, most=65535)
    if port is None:
        raise ArgumentTypeError(f"{text} is not a port; give a number from 0 to 65535")
    return port


def _count(text: str) -> int:
    count = number_or_none(text)
    if not count:
        raise ArgumentTypeError(f"{text} is not a whole number from 1 on; correct it")
    return count


def _policy(words: list[str]) -> int:
    if words[:1] and words[0] in BESIDE_A_DESK:
        policies = import_module(f"{__name__}.policies")
        parser = Parser(prog=f"firstline policy {words[0]}")
        _add_data(parser)
        getattr(policies, f"add_{words[0]}")(parser)
        return getattr(policies, f"run_{words[0]}")(parser.parse_args(words[1:]))
    from firstline.cli.policy_files import run_policy
    from firstline.settings import without_plugins

    without_plugins()
    return run_policy(words)

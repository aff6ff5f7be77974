"""`firstline policy show | check | page | due | ask`: on files alone, never starts a database."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime
from json import JSONDecodeError
from pathlib import Path
from typing import Any, NoReturn, cast

from firstline.kit import clock
from firstline.kit.i18n import LANGUAGES, ngettext, speaking
from firstline.kit.i18n import gettext as _
from firstline.policy.file.shipped import default_text
from firstline.policy.lint.check import check
from firstline.policy.page.published import page, sections
from firstline.policy.page.writing import page_language
from firstline.policy.rules.ask import policy_ask
from firstline.policy.rules.due import policy_due
from firstline.policy.rules.policy import Policy, load
from firstline.policy.rules.situation import GivenError
from firstline.policy.text.finding import Finding, PolicyError
from firstline.policy.text.source import LARGEST, decode
from firstline.policy.text.values import parse_local
from firstline.settings import command_language

WELL, FOUND, USAGE = 0, 1, 2
AS_IN = 'as in {"received": "2026-03-02T10:00:00+02:00"}'


class _UsageError(Exception):
    """A command that cannot be understood; the text is the one line for stderr."""


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _UsageError(f"{message}; see firstline policy --help")


def run_policy(argv: list[str]) -> int:
    """Run the words after `firstline policy`; gives the exit code: 0 well, 1 findings or
    refused, 2 usage.
    """
    try:
        asked = _parser().parse_args(argv)
        return asked.run(asked)
    except (_UsageError, GivenError) as problem:
        return _refuse(str(problem), USAGE)
    except PolicyError as problem:
        return _refuse(problem.remark.in_language(command_language()), FOUND)


def _refuse(message: str, code: int) -> int:
    sys.stderr.write(f"firstline policy: {' '.join(message.split())}\n")
    return code


def _parser() -> ArgumentParser:
    parser = _Parser(prog="firstline policy", description="Show, check and question a policy file.")
    commands = parser.add_subparsers(
        dest="command",
        required=True,
        metavar="show | check | page | due | ask | try | publish",
        parser_class=_Parser,
    )
    show = commands.add_parser("show", help="print the policy in force, or the one that is shipped")
    show.set_defaults(run=_show)
    for name, words in (
        ("try", "what a policy file would have made of the last month's log"),
        ("publish", "put a policy file in force, now or later"),
    ):
        commands.add_parser(name, help=words).set_defaults(run=_beside_a_desk)
    checks = commands.add_parser("check", help="check a policy file")
    checks.add_argument("file", metavar="FILE", help="policy file, - for standard input")
    checks.add_argument(
        "--json", action="store_true", help="print the findings as JSON, in English"
    )
    checks.add_argument("--lang", choices=LANGUAGES, help="its language; else that of the terminal")
    checks.set_defaults(run=_check)
    _add_page(commands.add_parser("page", help="print the page that a policy file makes"))
    for name, run, words in (
        ("due", _due, "when is everything due"),
        ("ask", _ask, "what does the policy say"),
    ):
        command = commands.add_parser(name, help=f"{words} in a given situation")
        command.add_argument("file", metavar="FILE", help="policy file, - for standard input")
        command.add_argument(
            "--given",
            required=True,
            metavar="JSON",
            help='the situation, for example {"received": "2026-03-02T10:00:00+02:00"}; @FILE '
            "reads it from a file",
        )
        command.add_argument("--json", action="store_true", help="print JSON, as is done anyway")
        command.set_defaults(run=run)
    return parser


def _read(name: str) -> str:
    try:
        if name == "-":
            return decode(sys.stdin.buffer.read(LARGEST + 1))
        with Path(name).open("rb") as file:
            return decode(file.read(LARGEST + 1))
    except OSError as problem:
        raise _UsageError(
            f"{name} cannot be read: {problem.strerror}; name a policy file"
        ) from None


def _situation_of(text: str) -> dict[str, Any]:
    try:
        if text.startswith("@"):
            text = Path(text[1:]).read_text("utf-8")
        value: object = json.loads(text, object_pairs_hook=_once)
    except OSError as problem:
        raise _UsageError(f"--given: {text[1:]} cannot be read: {problem.strerror}") from None
    except RecursionError:
        raise _UsageError("--given is nested too deeply; " + AS_IN) from None
    except ValueError as problem:
        at = f" (character {problem.pos + 1})" if isinstance(problem, JSONDecodeError) else ""
        raise _UsageError(
            f"--given is not JSON{at}; put names and words in double quotes, {AS_IN}, or put it "
            "into a file and write @FILE"
        ) from None
    if not isinstance(value, dict):
        raise _UsageError("--given must be a JSON object, " + AS_IN)
    return cast("dict[str, Any]", value)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand in it once."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, _ in pairs if [k for k, _ in pairs].count(key) > 1)
        raise _UsageError(f"--given has '{twice[:40]}' twice; keep one of the two")
    return found


def _print(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _beside_a_desk(asked: Namespace) -> int:
    return _refuse(f"{asked.command} needs a desk; run firstline policy {asked.command}", USAGE)


def _show(_: Namespace) -> int:
    sys.stdout.write(default_text())
    return WELL


def _check(asked: Namespace) -> int:
    try:
        findings = check(_read(asked.file), clock.now())
    except PolicyError as problem:
        findings = problem.findings
    if asked.json:
        _print({"findings": [finding.to_json() for finding in findings]})
        return _verdict(asked.file, findings, "en")
    lang = asked.lang or command_language()
    sys.stdout.writelines(f"{_line(asked.file, finding, lang)}\n" for finding in findings)
    code = _verdict(asked.file, findings, lang)
    if code == WELL:
        with speaking(lang):
            sys.stdout.write(_("%(file)s can be published.") % {"file": asked.file} + "\n")
    return code


def _verdict(name: str, findings: list[Finding], lang: str) -> int:
    errors = sum(finding.severity == "error" for finding in findings)
    if not errors:
        return WELL
    with speaking(lang):
        found = ngettext(
            "%(file)s has %(num)d error; fix it and check again",
            "%(file)s has %(num)d errors; fix them and check again",
            errors,
        )
    return _refuse(found % {"file": name, "num": errors}, FOUND)


def _line(name: str, finding: Finding, lang: str) -> str:
    with speaking(lang):
        severity = {"error": _("error"), "warning": _("warning"), "info": _("info")}
    words = finding.remark.in_language(lang)
    place = f"{name}:{finding.line}:{finding.column}"
    return f"{place}: {severity[finding.severity]}: {words} [{finding.code}]"


def _page(asked: Namespace) -> int:
    policy = load(_read(asked.file))
    lang = asked.lang or policy.languages[0]
    if lang not in policy.languages:
        raise _UsageError(f"--lang: the page is in {', '.join(policy.languages)}; name one of them")
    other = page_language(policy, lang)
    if other != lang:
        sys.stderr.write(
            f"firstline policy: Firstline has no words for rules in {lang}; what you did not write "
            f"yourself stands in {other}.\n"
        )
    at = _moment(policy, asked.at)
    content = page(policy, lang, at)
    if asked.json:
        _print(content)
        return WELL
    sys.stdout.write(f"# {content['title'] or content['company']}\n")
    for section in sections(policy, lang, at):
        sys.stdout.write(f"\n## {section.title or section.id}\n")
        for clause in section.clauses:
            mark = "" if clause.executed else " [published, not executed]"
            name = f"({clause.id}){mark}"
            titled = f"### {clause.title} {name}\n\n{clause.words}"
            sys.stdout.write(f"\n{titled if clause.title else f'{clause.words} {name}'}\n")
    return WELL


def _add_page(printed: ArgumentParser) -> None:
    printed.add_argument("file", metavar="FILE", help="policy file, - for standard input")
    printed.add_argument("--lang", help="its language; else the first one of the file")
    printed.add_argument("--json", action="store_true", help="print the page as JSON")
    printed.add_argument("--at", help="the page of this date or local time; else of now")
    printed.set_defaults(run=_page)


def _moment(policy: Policy, text: str | None) -> datetime:
    if text is None:
        return clock.now()
    try:
        return parse_local(text).replace(tzinfo=policy.zone)
    except ValueError as problem:
        raise _UsageError(f"--at: {problem}") from None


def _due(asked: Namespace) -> int:
    _print(policy_due(load(_read(asked.file)), _situation_of(asked.given)))
    return WELL


def _ask(asked: Namespace) -> int:
    _print(policy_ask(load(_read(asked.file)), _situation_of(asked.given)))
    return WELL

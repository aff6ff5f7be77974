"""`firstline policy`: exit codes, one line on stderr, no database."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from firstline.cli.policy_files import run_policy
from firstline.policy import default_text

START = {"received": "2026-03-06T12:00:00+02:00"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(default_text(), "utf-8")
    return path


def test_show_prints_the_shipped_policy(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_policy(["show"]) == 0
    assert capsys.readouterr().out == default_text()


def test_check_of_the_shipped_policy_is_well(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_policy(["check", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"findings": []}


def test_check_with_an_error_gives_1_and_one_line(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(default_text().replace("Europe/Kyiv", "Europe/Kiyv", 1), "utf-8")
    assert run_policy(["check", str(file), "--json"]) == 1
    said = capsys.readouterr()
    (finding,) = json.loads(said.out)["findings"]
    assert set(finding) == {"code", "line", "column", "severity", "message"}
    assert finding["code"] == "unknown-zone"
    assert said.err.count("\n") == 1
    assert run_policy(["check", str(file)]) == 1
    assert f":{finding['line']}:{finding['column']}: error: " in capsys.readouterr().out


def test_a_file_with_remarks_only_is_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "short.yaml"
    path.write_text("targets: [{first: 1h}]", "utf-8")
    assert run_policy(["check", str(path)]) == 0
    assert "info: " in capsys.readouterr().out


def test_page_prints_what_clients_will_read(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(
        default_text().replace(
            "clauses:\n",
            "clauses:\n  - {id: kind, title: Kindness, words: We are patient.}\n"
            "  - {id: quiet, words: We are quiet.}\n",
        ),
        "utf-8",
    )
    assert run_policy(["page", str(file), "--lang", "uk"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("# Регламент технічної підтримки\n")
    assert "Найдовший строк відповіді: 1 година" in told
    assert "### Kindness (kind) [published, not executed]\n\nWe are patient.\n" in told
    assert "\nWe are quiet. (quiet) [published, not executed]\n" in told
    assert run_policy(["page", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["language"] == "en"


def test_due_prints_every_measure_in_the_offset_of_the_policy(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"received": "2026-03-06T10:00:00Z", "channel": "chat", "line": "second"}
    assert run_policy(["due", str(file), "--given", json.dumps(given)]) == 0
    shown = json.loads(capsys.readouterr().out)["measures"]
    assert shown["first"]["due_at"] == "2026-03-06T13:00:00+02:00"
    assert shown["line"]["due_at"] == "2026-03-06T16:00:00+02:00"
    assert shown["complaint.management"] is None, "complaints do not come by the chat"
    assert shown["fix"] is None
    assert shown["first"]["rule"]["rule"] == "targets.answer"
    given["channel"] = "email"
    assert run_policy(["due", str(file), "--given", json.dumps(given)]) == 0
    shown = json.loads(capsys.readouterr().out)["measures"]
    assert shown["complaint.management"]["due_at"] == "2026-03-11T18:00:00+02:00"


def test_a_time_without_offset_is_local_to_the_policy(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_policy(["due", str(file), "--given", '{"received": "2026-07-01T10:00:00"}']) == 0
    assert json.loads(capsys.readouterr().out)["received"] == "2026-07-01T10:00:00+03:00"


def test_ask_tells_the_way_out_of_what_is_refused(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {**START, "code": "not.custom", "language": "uk", "channel": "phone"}
    assert run_policy(["ask", str(file), "--given", json.dumps(given)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["scope"]["verdict"] == "out"
    assert "VPS" in shown["scope"]["way_out"]
    assert shown["channels"]["phone"]["status"] == "advisory"
    assert shown["channels"]["phone"]["open"] is True


@pytest.mark.parametrize("command", ["due", "ask"])
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"chanel": "chat"}, "did you mean channel?"),
        ({"recieved": "2026-03-06T12:00"}, "did you mean received?"),
        ({"weather": "fine"}, "the keys are received"),
        ({"channel": "chta"}, "did you mean chat?"),
        ({"channel": 7}, "it has chat"),
        ({"line": "third"}, "no line 'third'"),
        ({"topic": "wbe"}, "did you mean web?"),
        ({"channel": ["chat"]}, "must be a word"),
        ({"channel": True}, "must be a word"),
        ({"facts": "urgent"}, "must be a list"),
        ({"minutes": "many"}, "is not a number"),
        ({"minutes": -5}, "a number from 0"),
        ({"minutes": float("nan")}, "is not a number"),
        ({"age": 300}, "is not a length of time"),
        ({"received": 1772877600}, "a time in quotes"),
        ({"received": "2026-03-06T25:00"}, "is not a time"),
        ({"received": "2026-03-06", "start": "2026-03-07"}, "two different times"),
        ({"paused": [["11:00", "12:00"]]}, "is not a time"),
        ({"paused": [["2026-03-06T12:00", "2026-03-06T11:00"]]}, "ends before it begins"),
        ({"mode": "fax"}, "chat or ticket"),
        ({"down": ["chatt"]}, "did you mean chat?"),
        ({"last_word": "later"}, "last_word: 'later' is not a time"),
        ({"work_at": "2026-02-30T10:00"}, "work_at: '2026-02-30T10:00' is not a time"),
        ({"availability": 500}, "from 0 to 100"),
        ({"tries": 1.5}, "a whole number"),
    ],
)
def test_a_slip_in_given_is_refused_in_one_line(
    command: str,
    given: dict[str, object],
    words: str,
    file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = json.dumps({**START, **given})
    assert run_policy([command, str(file), "--given", asked]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert words in said.err


def test_the_usual_question_is_answered(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = (
        '{"received":"2026-03-07T10:00+02:00","channel":"email","plan":"business",'
        '"priority":"high","topic":"mail"}'
    )
    for command in ("due", "ask"):
        assert run_policy([command, str(file), "--given", given]) == 0
    assert '"measures"' in capsys.readouterr().out


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["sing"],
        ["check"],
        ["check", "/no/such/file"],
        ["check", "/"],
        ["due", "FILE"],
        ["due", "FILE", "--given", "{"],
        ["due", "FILE", "--given", "[]"],
        ["due", "FILE", "--given", "{}"],
        ["due", "FILE", "--given", '{"received": "soon"}'],
        ["due", "FILE", "--given", '{"received": "9999-12-31T00:00:00Z"}'],
        ["due", "FILE", "--given", "[" * 100_000],
        ["due", "FILE", "--given", '{"received": "2026-03-02T10:00:00Z", "paused": [1]}'],
        ["ask", "FILE", "--given", '{"minutes": "many"}'],
    ],
)
def test_a_wrong_command_gives_2_and_one_line(
    argv: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "paid.yaml"
    path.write_text(
        "paid: {unit: 15m, price: 70 EUR}\ntargets: [{fix: 1h, pauses: [with_client]}]", "utf-8"
    )
    assert run_policy([str(path) if word == "FILE" else word for word in argv]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("{'received': 'soon'}", "(character 2); put names and words in double quotes"),
        ("[" * 100_000, "nested too deeply"),
        ('{"plan": "a", "plan": "b"}', "'plan' twice"),
    ],
)
def test_given_that_is_no_json_is_told_how_to_be(
    given: str, words: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_policy(["ask", str(file), "--given", given]) == 2
    assert words in capsys.readouterr().err


def test_a_page_in_a_language_that_the_file_does_not_have_is_refused(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_policy(["page", str(file), "--lang", "xx"]) == 2
    assert "the page is in en, uk, ru" in capsys.readouterr().err


@pytest.mark.parametrize("lang", ["de", "en-US", "pt-BR", "av", "tlh"])
@pytest.mark.parametrize(("second", "words"), [("fr", "each further answer"), ("uk", "відповідь")])
def test_a_page_in_a_language_that_firstline_does_not_word_stands_in_another(
    lang: str, second: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(
        f"policy: {{timezone: UTC, languages: [{lang}, {second}]}}\n"
        "calendars: {work: {mon-fri: 09:00-18:00, holidays: {add: [2026-12-24]}}}\n"
        "channels: [{id: phone, calendar: work, languages: [de, uk]}]\n"
        "targets: [{first: 90m}]\npaid: {price: 1250.50 EUR}\n",
        "utf-8",
    )
    assert run_policy(["page", str(path)]) == 0
    told = capsys.readouterr()
    assert words in told.out
    assert f"no words for rules in {lang}" in told.err


def test_due_of_a_broken_file_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.yaml"
    path.write_bytes(b"policy:\n\tversion: 1")
    assert run_policy(["due", str(path), "--given", json.dumps(START)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_nothing_slow_is_imported_for_a_check_of_the_shipped_policy(file: Path) -> None:
    program = (
        "import sys; from firstline.cli.policy_files import run_policy; "
        f"run_policy(['check', {str(file)!r}]); "
        "sys.exit(bool({'holidays', 'babel', 'psycopg', 'litestar'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_check_speaks_the_language_of_the_terminal_and_json_english(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("policy: {timezone: Europe/Kiyv}", "utf-8")
    assert run_policy(["check", str(path), "--lang", "uk"]) == 1
    said = capsys.readouterr()
    assert ": помилка: policy.timezone: часового поясу «Europe/Kiyv» немає; " in said.out
    assert "містить 1 помилку" in said.err
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert run_policy(["check", str(path)]) == 1
    assert ": ошибка: policy.timezone: часового пояса" in capsys.readouterr().out
    monkeypatch.setenv("FIRSTLINE_LANG", "en")
    assert run_policy(["check", str(path)]) == 1
    assert ": error: policy.timezone: 'Europe/Kiyv' is not a known" in capsys.readouterr().out
    monkeypatch.setenv("FIRSTLINE_LANG", "uk")
    assert run_policy(["check", str(path), "--json"]) == 1
    said = capsys.readouterr()
    (finding,) = [f for f in json.loads(said.out)["findings"] if f["severity"] == "error"]
    assert finding["message"].startswith("policy.timezone: 'Europe/Kiyv' is not a known time zone")
    assert "has 1 error" in said.err
    assert run_policy(["page", str(path)]) == 1
    assert "рядок 1: policy.timezone: часового поясу" in capsys.readouterr().err

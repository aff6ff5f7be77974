"""The code that desk and docs/widget.md give to companies makes tokens that the desk takes."""

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from firstline.kit.seal import Seal
from firstline.people.access.preauth import new_preauth_key
from firstline.people.pages.widget import samples

DOCS = Path(__file__).parents[2] / "docs/widget.md"
CALLS = {
    "Python": (sys.executable, "-c", "{code}\nprint(support_token({args}), end='')"),
    "Node": ("node", "-e", "{code}\nprocess.stdout.write(supportToken({args}))"),
    "PHP": ("php", "-r", "{code}\necho support_token({args});"),
}


def token_by(language: str, person: str, kid: str, secret: str) -> str:
    """A token made by the code that desk and docs show."""
    program, flag, frame = CALLS[language]
    args = f"'{person}', '{kid}', '{secret}'"
    code = frame.replace("{args}", args).replace("{code}", samples()[language])
    return subprocess.run(
        [program, flag, code], check=True, capture_output=True, text=True, timeout=60
    ).stdout


def test_the_docs_and_the_desk_show_the_same_code() -> None:
    in_docs = re.findall(r"```(?:php|python|js)\n(.+?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert in_docs == list(samples().values())


@pytest.mark.parametrize("language", CALLS)
async def test_a_token_made_as_the_desk_shows_is_exchanged_once(
    language: str, app: Any, db: Any, settings: Any, clock: Any, client_for: Any
) -> None:
    program = CALLS[language][0]
    if shutil.which(program) is None:
        pytest.skip(f"there is no {program} here")
    clock.pass_by(seconds=(datetime.now(UTC) - clock()).total_seconds())
    kid, secret = await db.run(new_preauth_key, None, Seal(settings.secret), now=clock())
    token = token_by(language, "acme-vera", kid, secret)
    http = await client_for(None)
    for status in (201, 401):
        answer = await http.post("/api/v1/sessions", json={"token": token})
        assert answer.status_code == status, answer.text

"""Commands print English, whatever the terminal speaks, but for what they say of a policy file."""

import re
from pathlib import Path

import psycopg
from tests.platform.running import Command

import firstline

SHIPPED = Path(firstline.__file__).parent / "policy" / "file" / "default.yaml"
CYRILLIC = re.compile(r"[а-яіїєґё]", re.IGNORECASE)


def test_the_doctor_prints_one_language(command: Command, empty: str) -> None:
    command.environment |= {"FIRSTLINE_DATABASE_URL": empty, "FIRSTLINE_LANG": "uk"}
    printed = command.run("migrate") + command.run("policy", "publish", str(SHIPPED))
    with psycopg.connect(empty) as conn:
        conn.execute("update policies set body = 'format: 2'")
    printed += command.run("doctor", code=1)
    assert "cannot read version" in printed
    assert not CYRILLIC.search(printed)

"""Desks as processes of their own: started as the keeper starts them, asked from outside."""

import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Command:
    """`firstline …` on one data folder, with nothing of this process's environment."""

    data: Path
    environment: dict[str, str]

    def words(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "firstline", *words]

    def start(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            self.words(*words),
            cwd="/",
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, code: int = 0) -> str:
        """Run to the end; return what it printed, or its one line of refusal."""
        process = self.start(*words)
        out, err = process.communicate(timeout=120)
        assert process.returncode == code, err
        if not code or out:
            return out
        assert err.count("\n") == 1, err
        return err.strip()


@dataclass
class Running:
    """A desk that serves, and the address it said."""

    process: "subprocess.Popen[str]"
    url: str

    def get(self, path: str, token: str | None = None) -> Any:
        return get(self.url + path, token)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        self.process.communicate(timeout=90)
        return self.process.returncode


def get(url: str, token: str | None = None) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as answer:
        return json.loads(answer.read())


def address(process: "subprocess.Popen[str]") -> str:
    """Wait until the desk says where it is."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.match(r"Firstline .*is ready at (\S+)", line):
            return found[1]
    assert process.stderr is not None
    raise AssertionError(process.stderr.read())


def until(true: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)

"""systemd is told that a desk is ready, that it lives and that it stops."""

import signal
import socket
from pathlib import Path

from tests.platform.running import Command


def test_a_desk_says_that_it_is_ready_lives_and_stops(
    command: Command, empty: str, folder: Path
) -> None:
    command.environment |= {
        "FIRSTLINE_DATABASE_URL": empty,
        "NOTIFY_SOCKET": str(folder / "notify"),
        "WATCHDOG_USEC": "400000",
    }
    command.run("migrate")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(folder / "notify"))
        (folder / "notify").chmod(0o777)
        systemd.settimeout(60)
        process = command.start("serve", "--port", "0", "--workers", "2")
        assert systemd.recv(100) == b"READY=1"
        assert [systemd.recv(100) for _ in range(2)] == [b"WATCHDOG=1"] * 2
        process.send_signal(signal.SIGSTOP)
        systemd.settimeout(1)
        try:
            while systemd.recv(100):
                pass
        except TimeoutError:
            pass  # the watchdog would bite now
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGTERM)
        systemd.settimeout(60)
        while systemd.recv(100) != b"STOPPING=1":
            pass
        process.communicate(timeout=60)
    assert process.returncode == 0

"""What is half written when its process is killed is removed by the next one, and nothing else."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from firstline.kit.halves import half_file, half_folder, leftovers

DIE = """
import os, signal, sys
from pathlib import Path
from firstline.kit.halves import half_file, half_folder
with half_file(Path(sys.argv[1])) as half, half_folder(Path(sys.argv[2])) as folder:
    half.write_text("half")
    (folder / "a").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_left_goes_whatever_name_it_was_for(tmp_path: Path) -> None:
    words = [sys.executable, "-c", DIE, str(tmp_path / "monday"), str(tmp_path / "programs")]
    assert subprocess.run(words, check=False).returncode == -signal.SIGKILL
    (tmp_path / ".monday.sha256").write_text("somebody's own")
    assert len(list(leftovers(tmp_path))) == 2
    with half_file(tmp_path / "tuesday") as half:
        half.write_text("whole")
        half.rename(tmp_path / "tuesday")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".monday.sha256", "tuesday"]


def test_what_a_living_process_writes_stays(tmp_path: Path) -> None:
    with half_file(tmp_path / "a") as mine, half_folder(tmp_path / "b") as folder:
        assert not list(leftovers(tmp_path))
        with half_file(tmp_path / "a") as other:
            assert other != mine
        assert mine.exists()
        assert folder.is_dir()
    assert not list(tmp_path.iterdir())


def test_a_file_appears_with_its_mode_whatever_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        with half_file(tmp_path / "a", 0o644) as half:
            assert half.stat().st_mode & 0o777 == 0o644
    finally:
        os.umask(before)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root owns what is another's")
def test_what_another_account_left_is_its_own(tmp_path: Path) -> None:
    with half_file(tmp_path / "a") as half:
        stolen = half.with_name(".b.00000000.firstline-half")
        stolen.write_text("theirs")
        os.chown(stolen, 65534, 65534)
    assert not list(leftovers(tmp_path))

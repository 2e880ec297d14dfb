"""A run waits for another that writes to the same folder: with a word, and not for ever."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from helpers.running import Run
from hmic_letters.problem import Unavailable
from hmic_letters.workspace.lock import HOLDER, WAIT
from hmic_letters.workspace.store import UNFINISHED, Folder, hold, put, temporary_files_in

HOLD = (
    "import pathlib, sys; from hmic_letters.workspace.store import hold\n"
    "with hold(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
)


def holder(folder: Path) -> subprocess.Popen[str]:
    """Start a process that holds a folder until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_a_stopped_run_makes_others_wait_with_a_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = holder(tmp_path / "letters")
    other.send_signal(signal.SIGSTOP)
    token = WAIT.set(2.2)
    try:
        with pytest.raises(Unavailable) as error, hold(tmp_path / "letters"):
            pass
    finally:
        WAIT.reset(token)
        other.kill()
        other.communicate()
    named = rf"Another run of hmic-letters \(process {other.pid} of [\w-]+: hmic-letters .*\) is"
    assert re.match(named, str(error.value))
    assert "has not ended within 2.2 seconds" in str(error.value)
    told = capsys.readouterr().err
    assert re.fullmatch(named + r" writing to \S+letters. This run waits for it.\n", told)


def test_a_run_that_ends_is_followed(tmp_path: Path) -> None:
    other = holder(tmp_path / "letters")
    waiting = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "letters")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert waiting.poll() is None
    other.communicate("")
    assert waiting.communicate("")[0] == "held\n"
    assert not (tmp_path / "letters" / HOLDER).exists()


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("data", ("accuracy", "send", "kent", "--on", "2014-08-11")),
        ("data", ("accuracy", "decide", "kent", "P1", "accepted", "--by", "Ann Other")),
        ("data", ("accuracy", "apply", "kent")),
        ("data", ("check", "--fix")),
        ("data", ("schema",)),
        ("data", ("embargo", "move", "2099-09-04 00:01", "--reason", "a")),
        ("ledger", ("accuracy", "send", "hertfordshire", "--on", "2014-08-11")),
        ("letters/embargoed", ("generate", "kent")),
    ],
)
def test_every_command_that_writes_gives_up_with_status_3(
    workspace: Path, run: Run, folder: str, words: tuple[str, ...]
) -> None:
    with hold(workspace / folder):
        done = run(*words, "--lock-wait", "0", cwd=workspace)
    assert done.returncode == 3, done.stderr
    assert f"Another run of hmic-letters (process {os.getpid()} of " in done.stderr
    assert "--lock-wait changes the time" in done.stderr


def test_two_writers_of_one_file_have_names_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of them writes while the other is about to name its file."""
    replace = os.replace
    path = tmp_path / "kent.yaml"

    def late(*names: str, **folders: Any) -> None:
        monkeypatch.setattr(os, "replace", replace)
        put(path, b"the second")
        assert [UNFINISHED.fullmatch(one.name) for one in tmp_path.glob(".*")] != [None]
        replace(*names, **folders)

    monkeypatch.setattr(os, "replace", late)
    put(path, b"the first")
    assert path.read_bytes() == b"the first"
    assert [one.name for one in tmp_path.iterdir()] == ["kent.yaml"]


def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    with hold(tmp_path / "kent") as folder:
        folder.write({"1/kent-proof-1.pdf": b"a proof"})
    left = (".kent.yaml.0123abcd.part", "1/.kent-proof-1.pdf.0123abcd.part", ".kent.pdf.part")
    for name in left:
        (tmp_path / "kent" / name).write_bytes(b"half a")
    (tmp_path / "kent/.temporary").mkdir()
    (tmp_path / "kent/.temporary/openpyxl.x").write_bytes(b"findings")
    (tmp_path / "kent/.mine.part").write_bytes(b"somebody's")
    with hold(tmp_path / "kent") as folder:
        assert isinstance(folder, Folder)
        names = {str(one.relative_to(tmp_path / "kent")) for one in tmp_path.rglob("*")} - {"."}
        assert names == {"1", "1/kent-proof-1.pdf", ".mine.part", HOLDER}


def test_libraries_put_their_files_into_the_folder(tmp_path: Path) -> None:
    import tempfile  # noqa: PLC0415 (a door of its own: tests/test_architecture.py)

    before = tempfile.gettempdir()
    with temporary_files_in(tmp_path), tempfile.NamedTemporaryFile() as file:
        assert Path(file.name).is_relative_to(tmp_path / ".temporary")
    assert tempfile.gettempdir() == before
    assert list(tmp_path.iterdir()) == []

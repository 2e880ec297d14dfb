"""The clock of the machine: on other systems, and where this process has another one."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from hmic_letters.record import clock


def test_an_earlier_time_of_the_process_is_told_and_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = datetime.now(UTC) - timedelta(days=1)

    class Earlier(datetime):
        @classmethod
        def now(cls, *_: object) -> datetime:  # type: ignore[override]
            return own

    clock._warn.cache_clear()
    monkeypatch.setattr(clock, "datetime", Earlier)
    assert clock.now() == own
    told = capsys.readouterr().err
    assert told.startswith(
        "Warning: this process has another time than the machine. Python's clock "
    )


def test_elsewhere_the_process_s_own_clock_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(clock, "STAT", None)
    monkeypatch.setattr(clock, "_kernel_time", None)
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)


def test_on_another_system_one_sentence_is_said() -> None:
    code = "import sys; sys.platform = 'win32'; import hmic_letters.cli.main"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "hmic-letters runs on Linux and macOS, not on win32.\n"

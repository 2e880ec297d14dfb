"""``verify`` finds what it promises: other bytes, missing files and open folders of every kind."""

import errno
import json
import os
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from helpers.cleared import attempt, command, unlocked
from helpers.project import edit
from hmic_letters.record import changing
from hmic_letters.record.ledger import Event, read_ledger
from hmic_letters.record.verify import verify
from hmic_letters.workspace.store import NewFolder


def fail(*_: object) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def codes(root: Path) -> list[str]:
    return [problem.code for problem in verify(root, None)[1]]


@pytest.fixture
def office(sent: Path, tmp_path: Path) -> Path:
    return unlocked(shutil.copytree(sent, tmp_path / "office"))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("passphrases/kent-1.txt", "record-changed"),
        ("data/accuracy/kent.yaml", "record-changed"),
        ("accuracy/kent/1/kent-proof-1.pdf", "record-changed"),
        ("dispatched/kent/1/note.txt", "record-changed"),
    ],
)
def test_a_changed_or_missing_file_is_found(office: Path, name: str, code: str) -> None:
    path = office / name
    path.write_bytes(path.read_bytes() + b"\n")
    assert codes(office) == [code]
    path.unlink()
    assert codes(office) == ["record-missing"]


def test_a_slip_of_an_older_record_is_missed(office: Path) -> None:
    """0.1.0 did not record the slips."""
    path = office / "ledger/ledger.jsonl"
    texts = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    ledger = read_ledger(office)
    for text in texts:
        text["files"].pop("passphrases/kent-1.txt", None)
    assert "passphrases/kent-1.txt" in ledger.files
    (office / "passphrases/kent-1.txt").unlink()
    found = [one for one in verify(office, None)[1] if one.code == "record-missing"]
    assert [one.place.path.name for one in found] == ["kent-1.txt"]


@pytest.mark.parametrize(
    "name",
    [
        *("accuracy", "accuracy/kent", "accuracy/kent/1/kent-proof-1.pdf", "letters/embargoed"),
        *("data/accuracy", "data/accuracy/kent.yaml", "letters/embargoed/kent.pdf"),
    ],
)
def test_embargoed_texts_that_others_can_reach_are_told(office: Path, name: str) -> None:
    (office / name).chmod(0o755)
    (problem,) = verify(office, None)[1]
    assert (problem.code, problem.place.path) == ("record-open", office / name)
    command_in_remedy = problem.remedy.rpartition(": ")[2]
    folder = office / command_in_remedy.removeprefix("chmod -R go= ")
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o077)
    assert codes(office) == []


def test_what_people_type_before_the_check_is_closed_is_told_and_no_error(office: Path) -> None:
    edit(office / "data/accuracy/kent.yaml", "closed:", "# Open again.\nclosed:")
    path = office / "data/accuracy/kent.yaml"
    path.write_text(path.read_text("utf-8").partition("# Open again.")[0], "utf-8")
    send = ("accuracy", "send", "kent", "--on", "2014-08-12")
    assert attempt(office, *send).returncode == 0
    assert codes(office) == []
    path.write_text(path.read_text("utf-8") + "# Ann telephones on Monday.\n", "utf-8")
    told = attempt(office, "verify")
    assert told.returncode == 0
    assert "data/accuracy/kent.yaml: warning[record-changed]: somebody has typed" in told.stderr
    assert "1 problem" in told.stdout


def test_a_file_that_somebody_saved_since_is_not_written_over(office: Path) -> None:
    """A run was killed between its line and the file, and a person has edited the file since."""
    move = ("embargo", "move", "2099-09-04 00:01", "--reason", "A reason.")
    path = office / "data/inspection.yaml"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changing, "_put_in_place", fail)
        assert attempt(office, *move).returncode == 3
    assert read_ledger(office).of(Event.EMBARGO_MOVED)
    (pending,) = path.parent.glob(".*.pending")
    assert pending.read_bytes() != path.read_bytes()
    path.write_text(path.read_text("utf-8") + "# Mine.\n", "utf-8")
    with changing.changing_data(office) as completed:
        assert completed == []
    assert path.read_text("utf-8").endswith("# Mine.\n")
    assert not pending.exists()


def test_a_publication_waits_for_an_embargo_that_was_moved(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was on record when its run was killed; then the embargo moves to a later moment."""
    with monkeypatch.context() as patch:
        patch.setattr(NewFolder, "put_in_place", fail)
        assert attempt(office, "publish").returncode == 3
    assert read_ledger(office).of(Event.PUBLISHED)
    assert (office / "published/.1.part").is_dir()
    command(office, "embargo", "move", "2099-09-04 00:01", "--reason", "Stop press.")
    waits = ["publication-waits"]
    assert [path.name for path in (office / "published").iterdir()] == [".1.part"]
    assert codes(office) == waits
    assert attempt(office, "publish").returncode == 1
    assert codes(office) == waits
    assert not (office / "published/1").exists()
    later = datetime.fromisoformat("2099-09-04T00:02:00+01:00")
    monkeypatch.setattr("hmic_letters.record.clock.now", lambda: later)
    assert codes(office) == []
    assert (office / "published/1/index.html").is_file()

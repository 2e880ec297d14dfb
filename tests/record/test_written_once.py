"""Files on record are never written over, even if other runs are at work."""

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from helpers import cleared
from helpers.office import fill_word
from helpers.project import edit
from helpers.running import run_here
from hmic_letters.accuracy.steps import send as sending
from hmic_letters.data.load import load
from hmic_letters.pdf.printer import Letters, Printed, Printer
from hmic_letters.problem import Refused
from hmic_letters.publication import embargo
from hmic_letters.record.ledger import Entry, Event, Occasion, read_ledger, record

HERTS = "hertfordshire"
SENT = ("accuracy", "send", HERTS, "--on", "2014-08-11")


def occasion(day: date = date(2014, 8, 12)) -> Occasion:
    return Occasion("somebody", lambda: datetime(2014, 8, 12, 9, tzinfo=UTC), day)


def codes(refused: Refused) -> list[str]:
    return [problem.code for problem in refused.problems]


def verified(workspace: Path) -> str:
    return cleared.command(workspace, "verify").partition(" Head")[0]


def test_a_proof_that_lost_the_race_leaves_the_other_s(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run sends its proof after this one has read what was sent before."""
    kept: dict[str, bytes] = {}

    def print_late(self: Printer, letters: Letters) -> Iterator[Printed]:
        for path, rendered in letters:
            pdf = self.print(rendered)
            cleared.command_process(workspace, *SENT)
            kept.update(cleared.tree(workspace / "accuracy"))
            yield path, pdf

    monkeypatch.setattr(Printer, "print_all", print_late)
    (sent,) = sending.send(load(workspace), [HERTS], occasion(), 10, 1)
    assert sent.proof is None
    assert [problem.code for problem in sent.problems] == ["sent-twice"]
    assert cleared.tree(workspace / "accuracy") == kept
    assert verified(workspace) == "1 line, 5 files: all as recorded."


def test_nothing_is_sent_to_a_check_that_was_closed_meanwhile(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleared.command(workspace, *SENT)
    close = ("accuracy", "close", HERTS, "--no-inaccuracies", "--by", "Ann Other")

    def print_late(self: Printer, letters: Letters) -> Iterator[Printed]:
        for path, rendered in letters:
            pdf = self.print(rendered)
            cleared.command_process(workspace, *close, "--on", "2014-08-12")
            yield path, pdf

    monkeypatch.setattr(Printer, "print_all", print_late)
    (sent,) = sending.send(load(workspace), [HERTS], occasion(), 10, 1)
    assert [problem.code for problem in sent.problems] == ["closed"]
    assert not (workspace / "accuracy" / HERTS / "2").exists()
    assert verified(workspace) == "2 lines, 5 files: all as recorded."


def test_a_run_that_waited_has_the_moment_at_which_it_writes(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run has written a line since this one began: nobody's clock is to be set right."""
    now = datetime(2014, 8, 12, 9, tzinfo=UTC)
    mine = Occasion("somebody", lambda: now, date(2014, 8, 12))

    def print_late(self: Printer, letters: Letters) -> Iterator[Printed]:
        nonlocal now
        for path, rendered in letters:
            now += timedelta(minutes=5)
            record(
                workspace,
                Entry(event=Event.ANSWERED, force="kent", occasion=mine, files={}, about={}),
            )
            now += timedelta(minutes=5)
            yield path, self.print(rendered)

    monkeypatch.setattr(Printer, "print_all", print_late)
    (sent,) = sending.send(load(workspace), [HERTS], mine, 10, 1)
    assert sent.problems == ()
    assert [line.utc[11:16] for line in read_ledger(workspace).lines] == ["09:05", "09:10"]


def test_a_lost_record_begins_behind_what_is_on_record(workspace: Path) -> None:
    """The file of the check is gone, and the ledger still speaks of its first proof."""
    cleared.command(workspace, *SENT)
    (workspace / "data/accuracy/hertfordshire.yaml").unlink()
    before = cleared.tree(workspace / "accuracy")
    assert "proof 2 is in" in cleared.command(workspace, *SENT[:-1], "2014-08-12")
    after = cleared.tree(workspace / "accuracy")
    assert {path: after[path] for path in before} == before
    assert verified(workspace) == "2 lines, 9 files: all as recorded."
    assert cleared.attempt(workspace, "check", HERTS).returncode == 0


def test_a_run_that_was_killed_before_its_end_is_repeated(workspace: Path) -> None:
    """The ledger has the proof, and the file of the check does not yet."""
    cleared.command(workspace, *SENT)
    path = workspace / "data/accuracy/hertfordshire.yaml"
    record = path.read_bytes()
    path.unlink()
    before = cleared.tree(workspace / "accuracy")
    assert "proof 1 is in" in cleared.command(workspace, *SENT)
    assert cleared.tree(workspace / "accuracy") == before
    assert path.read_bytes() == record


def test_a_form_that_is_on_record_is_not_written_over(workspace: Path, tmp_path: Path) -> None:
    cleared.command(workspace, *SENT)
    path = workspace / "data/accuracy/hertfordshire.yaml"
    before = path.read_bytes()
    form = workspace / f"accuracy/{HERTS}/1/{HERTS}-response-form-1.docx"
    returned = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        rows = {"AC2": {"class": "A", "point": name}}
        returned.append(fill_word(form, tmp_path / name / "back.docx", rows))
    for file in returned:
        cleared.command(workspace, "accuracy", "receive", HERTS, str(file), "--on", "2014-08-12")
        path.write_bytes(before)
    kept = workspace / f"accuracy/{HERTS}/received"
    assert (kept / "1-back.docx").read_bytes() == returned[0].read_bytes()
    assert (kept / "2-back.docx").read_bytes() == returned[1].read_bytes()


def test_a_reply_that_says_something_else_is_another_file(workspace: Path, tmp_path: Path) -> None:
    cleared.command(workspace, *SENT)
    form = workspace / f"accuracy/{HERTS}/1/{HERTS}-response-form-1.docx"
    returned = fill_word(form, tmp_path / "back.docx", {"AC2": {"class": "A", "point": "A slip."}})
    cleared.command(workspace, "accuracy", "receive", HERTS, str(returned), "--on", "2014-08-12")
    replies = []
    for reason in ("It is right.", "It is right.", "It is as it was found."):
        decide = ("decide", HERTS, "P1", "no-change-needed", "--by", "Ann Other")
        cleared.command(workspace, "accuracy", *decide, "--reason", reason, "--on", "2014-08-13")
        said = cleared.command(workspace, "accuracy", "reply", HERTS, "--on", "2014-08-13")
        replies.append(said.rpartition("/")[2].strip())
    first, second = f"{HERTS}-reply-1.pdf.", f"{HERTS}-reply-1-2.pdf."
    assert replies == [first, first, second]
    assert verified(workspace) == "6 lines, 8 files: all as recorded."


def test_a_move_of_the_embargo_loses_nobody_s_change(workspace: Path) -> None:
    read = load(workspace)
    path = workspace / "data/inspection.yaml"
    edit(path, "page_limit: 6", "page_limit: 5")
    before = path.read_bytes()
    with pytest.raises(Refused) as error:
        embargo.move(read, "2014-09-05 00:01", "delay", occasion())
    assert codes(error.value) == ["changed-meanwhile"]
    assert path.read_bytes() == before
    assert not (workspace / "ledger/ledger.jsonl").exists()


@pytest.fixture
def pointed(workspace: Path, tmp_path: Path) -> Path:
    """A workspace in which Hertfordshire has made one point."""
    cleared.command(workspace, *SENT)
    form = workspace / f"accuracy/{HERTS}/1/{HERTS}-response-form-1.docx"
    row = {"class": "A", "point": "A slip.", "wording": "{text}"}
    returned = fill_word(form, tmp_path / "back.docx", {"AC2": row})
    cleared.command(workspace, "accuracy", "receive", HERTS, str(returned), "--on", "2014-08-12")
    return workspace


def decide(workspace: Path, *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    command = ("accuracy", "decide", HERTS, "P1", "accepted-in-part", "--by", "Ann Other")
    return run_here(*command, "--on", "2014-08-13", *arguments, cwd=workspace, typed=said)


def test_texts_of_a_decision_out_of_a_file_and_typed(pointed: Path, tmp_path: Path) -> None:
    """Every user of the machine can read the arguments of a process."""
    file = tmp_path / "agreed.txt"
    file.write_bytes(b"\xef\xbb\xbfThe force attends\r\n75% of crimes.\r\n")
    done = decide(pointed, "--agreed-file", str(file), "--reason-file", "-", said="As it is.\n")
    assert (done.returncode, done.stderr) == (0, "")
    point = load(pointed).accuracy_checks[HERTS].value.points[0]
    assert (point.agreed, point.reason) == ("The force attends 75% of crimes.", "As it is.")


def test_a_text_is_given_once(pointed: Path, tmp_path: Path) -> None:
    file = tmp_path / "agreed.txt"
    file.write_bytes(b"\xff\xfe")
    done = decide(pointed, "--agreed", "One.", "--agreed-file", str(file))
    assert (done.returncode, "Give --agreed or --agreed-file" in done.stderr) == (2, True)
    done = decide(pointed, "--agreed-file", str(file))
    assert (done.returncode, "agreed.txt is not text in UTF-8" in done.stderr) == (2, True)
    done = decide(pointed, "--agreed-file", "nosuch")
    assert (done.returncode, "nosuch" in done.stderr) == (2, True)
    log = json.loads(cleared.command(pointed, "log", "--json"))
    assert [line["event"] for line in log] == ["sent", "received"]

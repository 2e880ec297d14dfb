"""The record: what is in it, and that nothing in it can be changed, taken away or put in unseen."""

import json
import random
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.cleared import attempt, command, copy_of, tree, unlocked
from helpers.conformance import validate
from helpers.project import PROJECT, edit
from hmic_letters.pdf.printer import Printer
from hmic_letters.problem import Problem, Refused
from hmic_letters.record.dispatched import note
from hmic_letters.record.ledger import Entry, Event, Occasion, read_ledger, record
from hmic_letters.record.verify import rebuild, verify
from hmic_letters.workspace.digests import digest

SCRIPT = PROJECT / "tests/verify-ledger.sh"
NOON = Occasion("ann", lambda: datetime(2014, 9, 3, 11, 0, tzinfo=UTC), date(2014, 9, 3))


def codes(root: Path) -> set[str]:
    return {problem.code for problem in verify(root, None)[1]}


def test_it_says_what_was_done_by_whom_and_when(sent: Path) -> None:
    told = command(sent, "log")
    assert (
        "sent hertfordshire: proof 1; to Mr Andy Bliss QPM, Chief Constable; due 2014-08-26" in told
    )
    assert "closed kent: how no-inaccuracies; by Ann Other; on 2014-08-20" in told
    assert "dispatched kent: version 1; holder The Chief Constable, Kent Police; serial " in told
    copied_to = "copied to Kay Lancaster, HMIC Liaison Officer; serial "
    assert (
        f"holder Mr Andy Bliss QPM, Chief Constable, Hertfordshire Constabulary; {copied_to}"
        in told
    )
    assert "hertfordshire" not in command(sent, "log", "kent")
    lines = json.loads(command(sent, "log", "kent", "--json"))
    assert [line["event"] for line in lines] == ["sent", "closed", "dispatched"]
    about = lines[-1]["about"]
    assert about["letter"] == lines[-1]["files"]["dispatched/kent/1/letter.pdf"]
    assert about["copies"].keys() == {"kent-letter.pdf", "national-report.pdf"}
    assert {"fonts", "libraries", "tool", "templates/letter.html"} <= about["inputs"].keys()
    assert "data/forces/kent.yaml" in about["data"]
    for line in lines:
        assert datetime.fromisoformat(line["utc"]) == datetime.fromisoformat(line["london"])
        assert line["utc"].endswith("+00:00")


def test_no_word_of_a_finding_is_in_it(sent: Path) -> None:
    held = (sent / "ledger/ledger.jsonl").read_text("utf-8")
    assert "HMIC understands" not in held
    assert "Two." not in held


def test_it_can_be_checked_without_the_tool(sent: Path, tmp_path: Path) -> None:
    assert len(SCRIPT.read_text().splitlines()) <= 20
    subprocess.run([SCRIPT, sent], check=True)
    office = unlocked(shutil.copytree(sent, tmp_path / "office"))
    for name in ("ledger/ledger.jsonl", "dispatched/kent/1/letter.pdf"):
        path = office / name
        data = path.read_bytes()
        path.write_bytes(data[:100] + bytes([data[100] ^ 1]) + data[101:])
        assert subprocess.run([SCRIPT, office], capture_output=True, check=False).returncode == 1
        path.write_bytes(data)
    subprocess.run([SCRIPT, office], check=True)


def test_a_flipped_bit_of_the_ledger_is_found(sent: Path, tmp_path: Path) -> None:
    chance = random.Random(6)
    for name in ("ledger/ledger.jsonl", "ledger/head"):
        data = (sent / name).read_bytes()
        folder = tmp_path / name.replace("/", "-")
        shutil.copytree(sent / "ledger", folder / "ledger")
        # Every fourth byte: reading the whole ledger for each of them takes long.
        for at in range(0, len(data), 4 if len(data) > 1_000 else 1):
            changed = bytes([data[at] ^ 1 << chance.randrange(8)])
            (folder / name).write_bytes(data[:at] + changed + data[at + 1 :])
            ledger = read_ledger(folder)
            assert ledger.problems, (name, at, changed)
            for line in ledger.of(Event.DISPATCHED):
                assert note(line)
        (folder / name).write_bytes(data)
        assert not read_ledger(folder).problems


@given(st.binary() | st.text().map(str.encode))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_make_reading_fail(sent: Path, tmp_path: Path, more: bytes) -> None:
    data = (sent / "ledger/ledger.jsonl").read_bytes()
    (tmp_path / "ledger").mkdir(exist_ok=True)
    for whole in (data + more + b"\n", more + b"\n" + data, more):
        (tmp_path / "ledger/ledger.jsonl").write_bytes(whole)
        if whole != b"":
            assert read_ledger(tmp_path).problems


@pytest.mark.parametrize(
    "about", ['{"version": 1}', '{"version": "1"}', "[]", '"a"', "null", '{"copies": {"a": {}}}']
)
def test_a_line_that_says_too_little_is_told(sent: Path, tmp_path: Path, about: str) -> None:
    office = unlocked(shutil.copytree(sent, tmp_path / "office"))
    path = office / "ledger/ledger.jsonl"
    lines = path.read_text("utf-8").splitlines()
    held = json.loads(lines[-1]) | {"about": json.loads(about)}
    text = json.dumps(held, sort_keys=True, ensure_ascii=False)
    path.write_text("\n".join([*lines[:-1], text]) + "\n")
    (office / "ledger/head").write_text(f"{len(lines)} {digest(text.encode())}\n")
    for words in (("verify",), ("log",), ("publish",), ("dispatch", "kent"), ("status",)):
        done = attempt(office, *words)
        assert "Traceback" not in done.stderr, words
        assert done.returncode == (0 if words == ("status",) else 1), words
    done = attempt(office, "trace", "letters/embargoed/kent.pdf")
    assert "Traceback" not in done.stderr


def test_a_flipped_bit_of_what_went_out_is_found(sent: Path, tmp_path: Path) -> None:
    office = unlocked(shutil.copytree(sent, tmp_path / "office"))
    chance = random.Random(6)
    assert codes(office) == set()
    held = tree(office / "dispatched") | {}
    assert len(held) > 20
    for name, data in held.items():
        path = office / "dispatched" / name
        at = chance.randrange(len(data))
        changed = bytes([data[at] ^ 1 << chance.randrange(8)])
        path.write_bytes(data[:at] + changed + data[at + 1 :])
        (problem,) = verify(office, None)[1]
        assert (problem.code, problem.place.path) == ("record-changed", path)
        path.write_bytes(data)
    assert codes(office) == set()


def test_what_is_missing_or_added_is_found(sent: Path, tmp_path: Path) -> None:
    office = unlocked(shutil.copytree(sent, tmp_path / "office"))
    letter = copy_of(office, "kent")
    letter.rename(letter.with_suffix(".away"))
    assert codes(office) == {"record-missing", "record-added"}
    letter.with_suffix(".away").rename(letter)
    for name in ("ledger/notes.txt", "dispatched/kent/2/letter.pdf", "published/1/kent.pdf"):
        path = office / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("More.")
        assert codes(office) - {"record-open"} == {"record-added"}
        path.unlink()
        if path.parent.name != "ledger":
            path.parent.rmdir()
    (office / "dispatched/kent/1/letter.html").unlink()
    (office / "dispatched/kent/1/letter.html").symlink_to(office / "letters/embargoed/kent.html")
    assert codes(office) == {"record-missing"}


def test_a_last_line_that_was_taken_away_is_missed(sent: Path, tmp_path: Path) -> None:
    office = unlocked(shutil.copytree(sent, tmp_path / "office"))
    path = office / "ledger/ledger.jsonl"
    note = (office / "dispatched/kent/1/note.txt").read_text("utf-8")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    assert codes(office) >= {"ledger-head"}
    done = attempt(office, "dispatch", "kent", "--yes", "--reason", "Again.")
    assert done.returncode == 1
    assert "error[ledger-head]" in done.stderr
    # Who takes away the head and the folder, too, has not taken away the note.
    last = read_ledger(sent).lines[-2]
    (office / "ledger/head").write_text(f"{last.number} {last.hash}\n")
    assert codes(office) == {"record-added"}
    shutil.rmtree(office / "dispatched/kent")
    assert codes(office) == set()
    head = note.split()[-1]
    assert head == read_ledger(sent).head
    done = attempt(office, "verify", "--head", head)
    assert (done.returncode, "error[ledger-head]: no line has the hash" in done.stderr) == (1, True)
    command(sent, "verify", "--head", head)


def test_a_line_that_was_put_in_is_found(sent: Path, tmp_path: Path) -> None:
    shutil.copytree(sent / "ledger", tmp_path / "ledger")
    path = tmp_path / "ledger/ledger.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    for forged in ([*lines[:1], *lines], [*lines[1:]], [*lines[:1], *lines[2:]], lines[::-1]):
        path.write_bytes(b"".join(forged))
        assert read_ledger(tmp_path).problems


def test_what_a_killed_run_left_is_mended(tmp_path: Path) -> None:
    for _ in range(3):
        record(tmp_path, replace(entry(Event.SENT, NOON), about={"proof": 1}))
    path, head = tmp_path / "ledger/ledger.jsonl", tmp_path / "ledger/head"
    whole, said = path.read_bytes(), head.read_bytes()
    first, second, _ = whole.splitlines(keepends=True)
    before = f"2 {digest(second[:-1])}\n".encode()
    # Killed before the line was in its place, and after.
    for lines, count in ((first + second, 2), (whole, 3)):
        path.write_bytes(lines)
        head.write_bytes(before + said)
        (tmp_path / "ledger/.ledger.jsonl.part").write_bytes(whole[:50])
        assert not read_ledger(tmp_path).problems
        record(tmp_path, entry(Event.CLOSED, NOON))
        ledger = read_ledger(tmp_path)
        assert (len(ledger.lines), ledger.problems) == (count + 1, ())
        assert path.read_bytes().startswith(lines)
        assert {one.name for one in path.parent.iterdir()} == {"ledger.jsonl", "head"}
    # A head that is behind is no accident, nor is one that speaks of three lines.
    for wrong in (before, before + said + said, b""):
        path.write_bytes(whole)
        head.write_bytes(wrong)
        assert [problem.code for problem in read_ledger(tmp_path).problems] == ["ledger-head"]


def test_bytes_after_the_last_line_are_found(sent: Path, tmp_path: Path) -> None:
    office = unlocked(shutil.copytree(sent, tmp_path / "office"))
    path = office / "ledger/ledger.jsonl"
    whole = path.read_bytes()
    last = read_ledger(office).lines[-1]
    forged = replace(last, number=last.number + 1, previous=last.hash)
    for more in (b'{"about": {}, "by": "e', b"\n", b"\0", forged.text + b"\n"):
        path.write_bytes(whole + more)
        assert codes(office) & {"ledger-line", "ledger-head"}, more
        assert path.read_bytes() == whole + more
        # A shell cannot see it.
        if more != b"\0":
            assert subprocess.run([SCRIPT, office], capture_output=True, check=False).returncode
        assert attempt(office, "dispatch", "kent", "--yes", "--reason", "a").returncode == 1
        assert path.read_bytes() == whole + more


def test_what_is_not_where_it_was_is_found(sent: Path, tmp_path: Path) -> None:
    office = unlocked(shutil.copytree(sent, tmp_path / "office"))
    kent = office / "dispatched/kent"
    for place in (kent, kent / "1/inputs", kent / "1/inputs/data"):
        place.parent.chmod(0o700)
        away = place.rename(tmp_path / "away")
        place.symlink_to(away)
        assert codes(office) >= {"record-missing", "record-added"}, place
        place.unlink()
        away.rename(place)
    assert codes(office) == set()
    for place in (kent / "1/.holder", kent / "1/empty", office / "dispatched/etc"):
        place.symlink_to("/etc")
        assert codes(office) == {"record-added"}, place
        place.unlink()
    (kent / "1/empty").mkdir(0o700)
    assert codes(office) == {"record-added"}
    (kent / "1/empty").rmdir()
    # What is not a killed run's is left, and told.
    (office / "dispatched/.5.part").mkdir(0o700)
    (office / "dispatched/.5.part/mine").write_text("Mine.")
    (kent / ".2.part").symlink_to("/etc")
    assert codes(office) == {"record-added", "record-open"}
    assert (office / "dispatched/.5.part/mine").is_file()
    done = attempt(office, "dispatch", "kent", "--yes", "--reason", "a")
    assert "it is in the way of the folder that is to be made" in done.stderr


def test_what_others_can_reach_is_told(sent: Path, tmp_path: Path) -> None:
    for name in ("dispatched/kent/1/inputs", "passphrases/kent-1.txt", "ledger"):
        office = unlocked(shutil.copytree(sent, tmp_path / "office"))
        (office / name).chmod(0o755)
        (problem,) = verify(office, None)[1]
        assert (problem.code, problem.place.path) == ("record-open", office / name)
        shutil.rmtree(office)


def entry(event: Event, occasion: Occasion) -> Entry:
    return Entry(event=event, force="kent", occasion=occasion, files={}, about={})


def test_no_line_is_earlier_than_the_one_before(tmp_path: Path) -> None:
    record(tmp_path, entry(Event.SENT, NOON))
    before = (tmp_path / "ledger/ledger.jsonl").read_bytes()
    earlier = replace(NOON, clock=lambda: NOON.at - timedelta(seconds=1))
    with pytest.raises(Refused, match="clock-behind"):
        record(tmp_path, entry(Event.CLOSED, earlier))
    assert (tmp_path / "ledger/ledger.jsonl").read_bytes() == before
    record(tmp_path, entry(Event.CLOSED, NOON))


def test_nothing_is_added_to_a_record_that_does_not_hold(office: Path) -> None:
    edit(
        office / "ledger/ledger.jsonl",
        '"proof": 1, "to": "The Chief',
        '"proof": 2, "to": "The Chief',
    )
    before = (office / "ledger/ledger.jsonl").read_bytes()
    for words in (("dispatch", "kent", "--yes"), ("publish",), ("archive", "a"), ("verify",)):
        done = attempt(office, *words)
        assert done.returncode == 1, words
        assert "error[ledger-line]" in done.stderr
    assert (office / "ledger/ledger.jsonl").read_bytes() == before


def test_letters_are_made_again_with_the_same_bytes(sent: Path) -> None:
    told = command(sent, "verify", "--rebuild")
    assert "hertfordshire, version 1: made again, the same bytes.\n" in told
    assert "kent, version 1: made again, the same bytes.\n" in told


def test_a_letter_that_is_made_again_another_is_a_problem(
    sent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = read_ledger(sent)
    line = ledger.of(Event.DISPATCHED, "kent")[0]
    monkeypatch.setattr(Printer, "print", lambda *_: b"another letter")
    ((_, problem),) = rebuild(sent, replace(ledger, lines=(line,)), 1)
    assert isinstance(problem, Problem)
    assert "no input differs" in problem.message
    inputs = {**line.about["inputs"], "libraries": "weasyprint 1.0"}
    other = replace(line, about={**line.about, "inputs": inputs})
    ((_, said),) = rebuild(sent, replace(ledger, lines=(other,)), 1)
    assert isinstance(said, str)
    assert "weasyprint 1.0; this is hmic-letters " in said


@pytest.mark.verapdf
def test_the_archive_can_be_read_without_the_tool(sent: Path, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    told = command(sent, "archive", str(folder))
    assert told.startswith("2 versions of letters archived in ")
    subprocess.run(["sha256sum", "--quiet", "--check", "SHA256SUMS"], cwd=folder, check=True)
    letters = sorted((folder / "letters").iterdir())
    assert [path.name for path in letters] == ["hertfordshire-1.pdf", "kent-1.pdf"]
    assert validate(letters) == []
    for path in letters:
        attached = subprocess.run(
            ["pdfdetach", "-list", path], capture_output=True, text=True, check=True
        ).stdout
        assert "3 embedded files" in attached
        subprocess.run(["pdfdetach", "-saveall", path, "-o", tmp_path], check=True)
        slug = path.stem.removesuffix("-1")
        assert (tmp_path / f"{slug}.yaml").read_bytes() == (
            sent / f"data/forces/{slug}.yaml"
        ).read_bytes()
    register = (folder / "register-of-copies.csv").read_text("utf-8-sig").splitlines()
    assert register[0].startswith("force,version,holder,copied to,serial,")
    assert len(register) == 3
    for path in (folder, *folder.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0
    again = attempt(sent, "archive", str(folder))
    assert (again.returncode, "is there already" in again.stderr) == (3, True)
    other = tmp_path / "another"
    command(sent, "archive", str(other))
    assert tree(other) == tree(folder)

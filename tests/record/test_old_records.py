"""Records that earlier versions of the tool made are read and used by this one.

Each folder in tests/records/ is the record of one version, as tests/records/make.py made it:
``workspace/`` before the publication, ``after-publication/`` with what that added, and
``printed.png``, a page of Kent's second copy.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner, Result

from helpers.cleared import copy_of, passphrase
from helpers.project import PROJECT, edit
from hmic_letters.check.letters.ocr import can_read
from hmic_letters.cli.main import main
from hmic_letters.letter import render
from hmic_letters.letter.sandbox import Sandbox
from hmic_letters.letter.versions import versions
from hmic_letters.publication.copy.trace import trace
from hmic_letters.record import remake
from hmic_letters.record.ledger import Event, Line, read_ledger
from hmic_letters.record.remake import SAME
from hmic_letters.record.verify import verify
from hmic_letters.workspace.templates import Templates

RECORDS = sorted(path for path in (PROJECT / "tests/records").iterdir() if path.is_dir())
SCRIPT = PROJECT / "tests/verify-ledger.sh"
COPIES = [("hertfordshire", 1), ("kent", 1), ("kent", 2)]


@pytest.fixture(scope="module", params=RECORDS, ids=lambda path: path.name)
def old(request: pytest.FixtureRequest) -> Path:
    """The record of one version."""
    folder: Path = request.param
    return folder


@pytest.fixture(scope="module")
def dispatched(old: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace before its publication; not to be changed."""
    return restore(old / "workspace", tmp_path_factory.mktemp("old") / "office")


@pytest.fixture(scope="module")
def public(old: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace after its publication; not to be changed."""
    office = tmp_path_factory.mktemp("old") / "office"
    shutil.copytree(old / "workspace", office)
    shutil.copytree(old / "after-publication", office, dirs_exist_ok=True)
    return restore(office, office.with_name("restored"))


@pytest.fixture(params=["before", "after"])
def either(dispatched: Path, public: Path, request: pytest.FixtureRequest) -> Path:
    """The workspace before its publication, and after it."""
    return {"before": dispatched, "after": public}[request.param]


def restore(kept: Path, office: Path) -> Path:
    """Copy a workspace, with the permissions that its files had.

    git keeps none but 'executable', and a checkout can be read by all; what goes out and what is
    public was read-only, and all else its owner's alone.
    """
    shutil.copytree(kept, office)
    for at, _, names in os.walk(office, topdown=False):
        part = Path(at).relative_to(office).parts
        frozen = part[:1] == ("dispatched",) and len(part) > 2
        in_public = part[:1] == ("published",) and len(part) > 1
        of_folder, of_file = (
            (0o500, 0o400) if frozen else (0o555, 0o444) if in_public else (0o700, 0o600)
        )
        for name in names:
            (Path(at) / name).chmod(of_file)
        Path(at).chmod(of_folder)
    return office


def run(office: Path, *words: str | Path) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, [*map(str, words), "--workspace", str(office)])


def test_there_is_a_record() -> None:
    assert "0.1.0" in {path.name for path in RECORDS}


def test_all_is_as_recorded(either: Path) -> None:
    ledger, problems = verify(either, None)
    assert problems == ()
    for slug, number in COPIES:
        note = (either / f"dispatched/{slug}/{number}/note.txt").read_text("utf-8")
        assert verify(either, note.split()[-1]) == (ledger, ())
    done = run(either, "verify")
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"all as recorded. Head {ledger.head}.\n" in done.stdout


def test_it_is_checked_without_the_tool(either: Path) -> None:
    subprocess.run([SCRIPT, either], check=True)


def test_a_change_is_found(dispatched: Path, tmp_path: Path) -> None:
    office = shutil.copytree(dispatched, tmp_path / "office")
    path = office / "dispatched/kent/1/inputs/data/forces/kent.yaml"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"\n")
    (problem,) = verify(office, None)[1]
    assert (problem.code, problem.place.path) == ("record-changed", path)


def test_the_log_is_read(public: Path) -> None:
    done = run(public, "log")
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == len(read_ledger(public).lines)
    for slug, said in (
        (
            "kent",
            (
                "sent kent: proof 1; to The Chief Constable; due 2014-08-26",
                "received kent: proof 1; points P1 P2; from Ann Example, HMIC Liaison Officer",
                "decided kent: point P1; decision accepted; by Ann Other",
                "decided kent: point P2; decision not-accepted; by Ann Other",
                "applied kent: findings PC1",
                "answered kent: proof 1",
                "closed kent: how answered; by Ann Other",
                "dispatched kent: version 1; holder The Chief Constable, Kent Police",
                "embargo-moved: from 2014-09-04T00:01:00+01:00; embargo 2014-09-05T00:01:00+01:00",
                "dispatched kent: version 2; holder The Chief Constable, Kent Police; "
                "copied to Ann Example, HMIC Liaison Officer; serial ",
                "published: publication 1; versions hertfordshire 1, kent 2",
            ),
        ),
        (
            "hertfordshire",
            (
                "sent hertfordshire: proof 1",
                "received hertfordshire: proof 1",
                "embargo-moved: ",
                "dispatched hertfordshire: version 1",
                "published: ",
            ),
        ),
    ):
        done = run(public, "log", slug)
        assert done.exit_code == 0
        for text, line in zip(said, done.stdout.splitlines(), strict=True):
            assert text in line


def line_of(office: Path, slug: str, version: int) -> Line:
    """The dispatch of a version."""
    return read_ledger(office).of(Event.DISPATCHED, slug)[version - 1]


@pytest.mark.parametrize(("slug", "version"), COPIES)
def test_a_copy_is_traced(dispatched: Path, slug: str, version: int, tmp_path: Path) -> None:
    ledger, line = read_ledger(dispatched), line_of(dispatched, slug, version)
    sealed = copy_of(dispatched, slug, version)
    (traced,) = trace(dispatched, ledger, sealed.read_bytes())
    assert (traced.line, traced.by, traced.is_copy) == (line, "the file, to the byte", True)
    opened = tmp_path / "opened.pdf"
    with pikepdf.open(sealed, password=passphrase(dispatched, slug, version)) as pdf:
        pdf.save(opened)
    (traced,) = trace(dispatched, ledger, opened.read_bytes())
    assert (traced.line, traced.by) == (line, "the file's properties")
    master = dispatched / f"dispatched/{slug}/{version}/letter.pdf"
    (traced,) = trace(dispatched, ledger, master.read_bytes())
    assert (traced.line, traced.is_copy) == (line, False)
    done = run(dispatched, "trace", sealed)
    assert done.stdout.startswith(f"{line.about['serial']}: {slug}, version {version}, copy for ")


@pytest.mark.skipif(not can_read(), reason="tesseract is not here")
def test_a_printed_copy_is_traced(old: Path, dispatched: Path) -> None:
    (traced,) = trace(dispatched, read_ledger(dispatched), (old / "printed.png").read_bytes())
    assert (traced.line, traced.by) == (line_of(dispatched, "kent", 2), "the picture")


def test_it_is_published(dispatched: Path, tmp_path: Path) -> None:
    office = shutil.copytree(dispatched, tmp_path / "office")
    done = run(office, "publish")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("2 letters of 2 published in ")
    assert {path.name for path in (office / "published/1").iterdir()} == {
        *("hertfordshire.pdf", "hertfordshire.html", "index.html", "kent.pdf", "kent.html"),
    }
    assert read_ledger(office).lines[-1].about["versions"] == {"hertfordshire": 1, "kent": 2}
    assert verify(office, None)[1] == ()


@pytest.mark.parametrize("has_filter", [True, False])
def test_what_is_public_is_published_once(
    public: Path, has_filter: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by a version to come that cannot make the letters."""
    if not has_filter:
        forget_filter(monkeypatch)
    before = read_ledger(public)
    done = run(public, "publish")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "2 letters of 2 published already, as they are.\n"
    assert read_ledger(public) == before


def test_the_record_goes_on(public: Path, tmp_path: Path) -> None:
    """A letter goes out again by this version; the other one stays public as it was."""
    office = shutil.copytree(public, tmp_path / "office")
    edit(office / "data/forces/hertfordshire.yaml", "Dear Andy", "Dear Mr Bliss")
    for words in (
        ("generate", "hertfordshire"),
        ("dispatch", "hertfordshire", "--yes", "--reason", "A test."),
        ("publish",),
        ("verify", "--rebuild"),
    ):
        done = run(office, *words)
        assert done.exit_code == 0, (words, done.output)
    last = read_ledger(office).lines[-1]
    assert last.about["versions"] == {"hertfordshire": 2, "kent": 2}
    for kind in ("pdf", "html"):
        before, after = (office / f"published/{number}/kent.{kind}" for number in (1, 2))
        assert before.read_bytes() == after.read_bytes()
    for number, said in ((1, "version 1"), (2, "version 2")):
        sent = office / f"dispatched/hertfordshire/{number}/sent/hertfordshire-letter.pdf"
        assert f"hertfordshire, {said}, copy for " in run(office, "trace", sent).stdout


def test_it_is_archived(either: Path, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    done = run(either, "archive", folder)
    assert done.exit_code == 0, done.stderr
    subprocess.run(["sha256sum", "--quiet", "--check", "SHA256SUMS"], cwd=folder, check=True)
    letters = sorted(path.name for path in (folder / "letters").iterdir())
    assert letters == ["hertfordshire-1.pdf", "kent-1.pdf", "kent-2.pdf"]
    assert (folder / "published").exists() == (either / "published").exists()


def test_letters_are_made_again_or_it_is_said_who_made_them(dispatched: Path) -> None:
    done = run(dispatched, "verify", "--rebuild")
    assert (done.exit_code, done.stderr) == (0, "")
    *letters, last = done.stdout.splitlines()
    assert " files: all as recorded. Head " in last
    assert len(letters) == len(COPIES)
    tool = line_of(dispatched, "kent", 1).about["inputs"]["tool"]
    for line in letters:
        said = line.partition(": ")[2]
        assert said == f"{SAME}." or said.startswith(f"made by {tool}")


def test_a_filter_that_is_gone_is_no_fault_of_the_record(
    dispatched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a version to come, which no longer has a filter that old templates name."""
    forget_filter(monkeypatch)
    done = run(dispatched, "verify", "--rebuild")
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) == len(COPIES) + 1
    for line in lines[:-1]:
        assert ": made by hmic-letters 0" in line
        assert "cannot be made again here (No filter named 'in_words'), which is no fault" in line


def test_a_letter_that_cannot_be_published_is_named(
    dispatched: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    forget_filter(monkeypatch)
    office = shutil.copytree(dispatched, tmp_path / "office")
    done = run(office, "publish")
    assert done.exit_code == 1
    assert done.stderr.count("error[public-not-made]") == 2
    for slug, version in (("hertfordshire", 1), ("kent", 2)):
        assert (
            f"{slug}, version {version}, cannot be made here for the public, and is not published: "
            "No filter named 'in_words'\n  It was made by hmic-letters 0"
        ) in done.stderr
    assert "Publish it where it was made, or make and dispatch it again" in done.stderr
    assert done.stderr.endswith("No letter was published.\n")
    assert not (office / "published").exists()


def forget_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this process a later version, whose templates have a filter less."""
    before = render.environment
    later = versions() | {"tool": "hmic-letters 99.0.0 (000000000000)"}

    def without(templates: Templates) -> Sandbox:
        made = before(templates)
        del made.filters["in_words"]
        return made

    monkeypatch.setattr(render, "environment", without)
    monkeypatch.setattr(remake, "versions", lambda: later)

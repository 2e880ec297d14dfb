"""The factual accuracy check: the whole loop with real files, and what can go wrong on its way."""

import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.document import Document as WordDocument
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.cleared import command
from helpers.conformance import validate
from helpers.office import accepted, convert, fill_spreadsheet, fill_word, rewritten, row_of
from helpers.project import FORCE, Once, copy_project, edit
from helpers.running import Run, run_killed
from helpers.trade import ROW as AC2
from hmic_letters.accuracy.deadline import after
from hmic_letters.data.edit import amended_text
from hmic_letters.data.model.accuracy import same_person
from hmic_letters.data.source import parse
from hmic_letters.documents.tracked_changes import tracked
from hmic_letters.letter.changes import Change, as_text, compare
from hmic_letters.letter.outline import Block, outline

HERTS = "hertfordshire"
FORCES = ("essex", HERTS, "kent")
RECORD = "data/accuracy/hertfordshire.yaml"
FINDINGS = "data/forces/hertfordshire.yaml"


def text_of(path: Path) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace of three forces."""
    return copy_project(tmp_path / "workspace", *FORCES)


@pytest.fixture
def accuracy(workspace: Path, run: Run) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs 'hmic-letters accuracy' in the workspace."""

    def call(command: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return run("accuracy", command, *arguments, cwd=workspace)

    return call


@pytest.fixture(scope="session")
def proof(once: Once) -> Path:
    """A workspace whose first proof to Hertfordshire is out, to be copied."""

    def make(folder: Path) -> None:
        copy_project(folder, *FORCES)
        command(folder, "accuracy", "send", HERTS, "--on", "2014-08-11")

    return once("proof", make)


@pytest.fixture
def sent(workspace: Path, proof: Path) -> Path:
    """The workspace after its first proof went to Hertfordshire; the folder of that proof."""
    shutil.copytree(proof / "accuracy", workspace / "accuracy")
    shutil.copytree(proof / "data/accuracy", workspace / "data/accuracy")
    return workspace / "accuracy/hertfordshire/1"


def forms(sent: Path) -> tuple[Path, Path]:
    stem = sent / "hertfordshire-response-form-1"
    return stem.with_suffix(".docx"), stem.with_suffix(".xlsx")


@pytest.mark.libreoffice
@pytest.mark.verapdf
@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_the_whole_loop(
    kind: str, workspace: Path, sent: Path, accuracy: Run, run: Run, tmp_path: Path
) -> None:
    assert run("generate", cwd=workspace).returncode == 0
    others = hashes(workspace)
    before = (workspace / FINDINGS).read_bytes()

    # In: a form that LibreOffice has rewritten.
    filled = tmp_path / f"returned.{kind}"
    rows = {
        "AC2": AC2,
        "PC4": {"class": "a - slip", "point": "who", "wording": "{text}"},
        "new": {"point": "The force has opened a hub for victims."},
    }
    (fill_word if kind == "docx" else fill_spreadsheet)(
        forms(sent)[kind == "xlsx"], filled, rows, "Kay Lancaster"
    )
    done = accuracy("receive", HERTS, rewritten(filled, tmp_path / "office"), "--on", "2014-08-20")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "P1 on PC4 (class A): who",
        "P2 on AC2 (class B): The target is 75%, not 70%.",
        "P3 on new (class C): The force has opened a hub for victims.",
        "hertfordshire: 3 points from Kay Lancaster.",
    ]

    # Decided, by somebody else, with a reason.
    done = accuracy("close", HERTS, "--by", "Ann Other")
    assert done.returncode == 1
    assert done.stderr.count("error[undecided]") == 3
    for point, decision, *rest in (
        ("P1", "no-change-needed", "--reason", "The wording is as it was."),
        ("P2", "accepted"),
        ("P3", "not-accepted", "--reason", "It opened after the inspection."),
    ):
        done = accuracy(
            "decide", HERTS, point, decision, "--by", "Ann Other", "--on", "2014-08-21", *rest
        )
        assert (done.returncode, done.stderr) == (0, "")

    # Not closed before the agreed wording is in the letter.
    done = accuracy("close", HERTS, "--by", "Ann Other", "--on", "2014-08-22")
    assert done.returncode == 1
    assert "error[not-in-letter]: P2 on AC2" in done.stderr
    done = accuracy("apply", HERTS)
    assert done.stdout == "hertfordshire: changed AC2.\n"
    assert (workspace / FINDINGS).read_bytes() == before.replace(b"attend 70%", b"attend 75%")

    shows_what_changed(run, workspace, tmp_path)

    # Answered and closed.
    done = accuracy("reply", HERTS, "--on", "2014-08-22")
    assert (done.returncode, done.stderr) == (0, "")
    reply = " ".join(text_of(sent / "hertfordshire-reply-1.pdf").split())
    assert "AC2 (point P2, class B): accepted" in reply
    assert "Your evidence: Policing Plan 2014, page 12, paragraph 3" in reply
    assert "Reason: It opened after the inspection." in reply
    proof, answer = (sent / f"hertfordshire-{name}-1.pdf" for name in ("proof", "reply"))
    assert validate([proof, answer, tmp_path / "changes.pdf"]) == []
    done = accuracy("close", HERTS, "--by", "Ann Other", "--on", "2014-08-22")
    assert done.stdout == "hertfordshire: closed (answered).\n"
    rows_now = json.loads(accuracy("status", "--json", "--on", "2014-08-30").stdout)
    assert len(rows_now) == len(FORCES)
    (row,) = [row for row in rows_now if row["slug"] == HERTS]
    assert row == {
        "slug": HERTS,
        "state": "closed",
        "proofs": 1,
        "sent": "2014-08-11",
        "due": "2014-08-26",
        "overdue": False,
        "received": "2014-08-20",
        "undecided": 0,
        "decided": 3,
        "closed": "2014-08-22",
        "problems": 0,
        "specimen": False,
    }

    # That letter is made again, and no other file was touched.
    done = run("generate", HERTS, cwd=workspace)
    assert (done.returncode, done.stderr) == (0, "")
    made = text_of(workspace / "letters/embargoed/hertfordshire.pdf")
    assert "attend 75% of crimes" in " ".join(made.split())
    board = json.loads(run("status", "--json", cwd=workspace).stdout)
    assert {row["slug"] for row in board if row["accuracy_check"] == "closed"} == {HERTS}
    assert {row["letter"] for row in board} == {"up to date"}
    now = hashes(workspace)
    changed = {name for name, said in others.items() if now.get(name) != said}
    assert (
        changed
        == {
            FINDINGS,
            RECORD,
            *(f"letters/embargoed/hertfordshire.{suffix}" for suffix in ("pdf", "html")),
            "letters/embargoed/.hertfordshire.json",
            "letters/embargoed/.checked.json",
        }
        & changed
    )
    assert {FINDINGS, RECORD, "letters/embargoed/hertfordshire.pdf"} <= changed


def shows_what_changed(run: Run, workspace: Path, tmp_path: Path) -> None:
    """In the terminal, as page, PDF and Word document."""
    done = run("diff", HERTS, cwd=workspace)
    assert "AC2: " in done.stdout
    assert "attend [-70%-] {+75%+} of" in done.stdout
    assert "Standing paragraphs\n\nNo change." in done.stdout
    for suffix in ("html", "pdf", "docx"):
        where = tmp_path / f"changes.{suffix}"
        done = run("diff", HERTS, "--output", where, "--on", "2014-08-22", cwd=workspace)
        assert (done.returncode, done.stderr) == (0, "")
        assert where.stat().st_mode & 0o777 == 0o600
    shown = " ".join(text_of(tmp_path / "changes.pdf").split())
    assert "(deleted: 70%) (inserted: 75%) of crimes" in shown
    assert "EMBARGOED until 00:01" in shown


def test_a_proof_is_a_draft(sent: Path, workspace: Path) -> None:
    """Marked, each finding with its id, unsigned; and recorded with all that was sent."""
    text = text_of(sent / "hertfordshire-proof-1.pdf")
    pages = text.split("\f")[:-1]
    assert all("DRAFT for a factual accuracy check" in page for page in pages)
    assert "AC7 Crime is recorded" in text
    assert "Yours sincerely" not in text
    record = (workspace / RECORD).read_text()
    page = (sent / "hertfordshire-proof-1.html").read_bytes()
    for said in (sha256(page).hexdigest(), "2014-08-11", "2014-08-26", "Mr Andy Bliss QPM"):
        assert said in record
    assert {path.stat().st_mode & 0o777 for path in sent.iterdir()} == {0o600}
    assert sent.stat().st_mode & 0o777 == 0o700
    word, sheet = forms(sent)
    named = [row.cells[0].text for row in docx.Document(str(word)).tables[0].rows]
    assert named[:5] == ["Finding", "PC1", "PC2", "PC3", "PC4"]
    assert named[-6:] == ["letter", *["new"] * 5]
    cells = [
        cell.value for (cell,) in openpyxl.load_workbook(sheet).worksheets[0].iter_rows(max_col=1)
    ]
    assert cells[-len(named) :] == named


@pytest.mark.whole
def test_all_forces_are_sent_the_same_bytes(workspace: Path, run: Run, tmp_path: Path) -> None:
    """The same day and data give the same files; a force that is wrong stops no other."""
    (workspace / "data/forces/kent.yaml").write_text(FORCE)
    other = tmp_path / "other"
    shutil.copytree(workspace, other)
    for folder in (workspace, other):
        done = run("accuracy", "send", "kent", HERTS, "--on", "2014-08-11", cwd=folder)
        assert (done.returncode, done.stderr) == (0, "")
    assert hashes(workspace / "accuracy") == hashes(other / "accuracy")
    assert hashes(workspace / "data") == hashes(other / "data")
    edit(workspace / "data/forces/kent.yaml", "salutation: ", "salutatio: ")
    done = run("accuracy", "send", "kent", HERTS, "--on", "2014-08-12", cwd=workspace)
    assert done.returncode == 1
    assert "No proof for kent." in done.stderr
    assert f"{HERTS}: proof 2" in done.stdout


def test_a_run_that_is_repeated_sends_nothing_twice(sent: Path, workspace: Path, run: Run) -> None:
    """The same proof of the same day is there already; another day or another text makes one."""
    before = hashes(workspace / "accuracy") | hashes(workspace / "data")
    send = ("accuracy", "send", HERTS, "--on")
    done = run(*send, "2014-08-11", cwd=workspace)
    assert done.returncode == 0
    assert "hertfordshire: proof 1 was there already" in done.stdout
    assert hashes(workspace / "accuracy") | hashes(workspace / "data") == before
    assert "proof 2" in run(*send, "2014-08-11", "--days", "15", cwd=workspace).stdout
    assert "proof 3" in run(*send, "2014-08-12", cwd=workspace).stdout
    edit(workspace / FINDINGS, "attend 70%", "attend 75%")
    assert "proof 4" in run(*send, "2014-08-12", cwd=workspace).stdout
    (sent.parent / "4/hertfordshire-response-form-4.docx").unlink()
    assert "proof 5" in run(*send, "2014-08-12", cwd=workspace).stdout


@pytest.mark.parametrize(
    ("day", "working_days", "due"),
    [
        (date(2014, 8, 11), 10, date(2014, 8, 26)),  # over the summer bank holiday
        (date(2014, 12, 18), 10, date(2015, 1, 6)),  # over Christmas and New Year
        (date(2014, 4, 17), 1, date(2014, 4, 22)),  # over Good Friday and Easter Monday
        (date(2014, 8, 16), 1, date(2014, 8, 18)),  # from a Saturday
        (date(2014, 7, 31), 2, date(2014, 8, 4)),  # a bank holiday in Scotland alone
        (date(2026, 12, 24), 1, date(2026, 12, 29)),  # the substitute for Boxing Day
    ],
)
def test_working_days(day: date, working_days: int, due: date) -> None:
    assert after(day, working_days) == due


# What is wrong with a returned form, and what the answer has to say.


def retyped(path: Path, change: Callable[[WordDocument], None]) -> None:
    document = docx.Document(str(path))
    change(document)
    document.save(str(path))


def without_line(start: str) -> Callable[[WordDocument], None]:
    def change(document: WordDocument) -> None:
        for paragraph in document.paragraphs:
            if paragraph.text.startswith(start):
                paragraph.text = ""

    return change


def with_text(old: str, new: str) -> Callable[[WordDocument], None]:
    def change(document: WordDocument) -> None:
        for paragraph in document.paragraphs:
            if old in paragraph.text:
                paragraph.text = paragraph.text.replace(old, new)

    return change


def without_table(document: WordDocument) -> None:
    table = document.tables[0]._tbl
    table.getparent().remove(table)


def with_column(name: str) -> Callable[[WordDocument], None]:
    def change(document: WordDocument) -> None:
        document.tables[0].rows[0].cells[2].text = name

    return change


def with_cells(*texts: str) -> Callable[[WordDocument], None]:
    """Other texts in the first cells of the row of AC2."""

    def change(document: WordDocument) -> None:
        row = document.tables[0].rows[row_of(document.tables[0], "AC2")]
        for cell, text in zip(row.cells, texts, strict=False):
            cell.text = text

    return change


WRONG_ROWS: dict[str, tuple[dict[str, dict[str, str]], str]] = {
    "no class": ({"AC2": AC2 | {"class": ""}}, "the row of AC2 has no class"),
    "another class": ({"AC2": AC2 | {"class": "D"}}, "the row of AC2 has the class 'D'"),
    "no evidence": ({"AC2": AC2 | {"evidence": ""}}, "gives no evidence"),
    "no point": ({"AC2": {"class": "A"}}, "neither a point nor a wording"),
    "nothing": ({}, "the form makes no point, and the box"),
    "a slip in nothing": ({"new": {"class": "A", "point": "x"}}, "has the class 'A'"),
}
WRONG_FORMS: dict[str, tuple[Callable[[WordDocument], None], str]] = {
    "no reference": (without_line("Reference:"), "the line that begins with 'Reference:' is gone"),
    "another force": (
        with_text("Reference: hertfordshire", "Reference: kent"),
        "this is the form of kent, and not of hertfordshire",
    ),
    "unknown proof": (with_text("hertfordshire-1-", "hertfordshire-7-"), "that of no proof"),
    "another digest": (with_text("hertfordshire-1-", "hertfordshire-1-0"), "of no proof"),
    "no author": (with_text(" Kay Lancaster, HMIC Liaison Officer", ""), "--from"),
    "no table": (without_table, "there is no table with the columns Finding"),
    "no column": (with_column("Remarks"), "there is no table with the columns Finding"),
    "tick and points": (with_text("[ ]", "[X]"), "is ticked, and points are made: P1 on AC2"),
    "unknown finding": (with_cells("AC22"), "Did you mean 'AC2'?"),
    "no finding": (with_cells("", ""), "Write the id of the finding there"),
}


@pytest.mark.parametrize("name", WRONG_ROWS)
def test_a_form_filled_in_wrongly(name: str, sent: Path, accuracy: Run, tmp_path: Path) -> None:
    rows, said = WRONG_ROWS[name]
    refused(accuracy, sent, fill_word(forms(sent)[0], tmp_path / "form.docx", rows), said)


@pytest.mark.parametrize("name", WRONG_FORMS)
def test_a_form_of_another_shape(name: str, sent: Path, accuracy: Run, tmp_path: Path) -> None:
    change, said = WRONG_FORMS[name]
    path = fill_word(forms(sent)[0], tmp_path / "form.docx", {"AC2": AC2})
    retyped(path, change)
    refused(accuracy, sent, path, said)


def bomb(folder: Path) -> bytes:
    path = folder / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 120_000_000)
    return path.read_bytes()


def entities(folder: Path) -> bytes:
    path = folder / "entities.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    return path.read_bytes()


def foreign(kind: str) -> Callable[[Path], bytes]:
    def made(folder: Path) -> bytes:
        source = folder / "plain.docx"
        document = docx.Document()
        document.add_paragraph("A letter.")
        document.save(str(source))
        return convert(source, kind, folder / "office").read_bytes()

    return made


OTHER_FILES: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "empty": (lambda _: b"", "the file is empty"),
    "PDF": (foreign("pdf"), "the file is a PDF"),
    "old Word": (foreign("doc"), "an old Word file (.doc)"),
    "LibreOffice": (foreign("odt"), "of LibreOffice's own kind"),
    "rich text": (foreign("rtf"), "the file is rich text"),
    "text": (lambda _: b"Dear HMIC, all is well.", "no Word or Excel file, or it is damaged"),
    "cut off": (foreign("docx"), "damaged"),
    "too large": (lambda _: b"PK" + bytes(10_000_001), "more than 10,000,000 bytes"),
    "bomb": (bomb, "unpacks to far more than a form"),
    "entities": (entities, "the file cannot be read"),
}


@pytest.mark.parametrize("name", OTHER_FILES)
def test_no_form_at_all(name: str, sent: Path, accuracy: Run, tmp_path: Path) -> None:
    make, said = OTHER_FILES[name]
    data = make(tmp_path)
    path = tmp_path / "returned.docx"
    path.write_bytes(data[: len(data) // 2] if name == "cut off" else data)
    refused(accuracy, sent, path, said)


def refused(accuracy: Run, sent: Path, path: Path, said: str) -> None:
    before = hashes(sent.parent.parent.parent)
    done = accuracy("receive", HERTS, path, "--on", "2014-08-20")
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    # Every problem comes with what to do.
    assert all(line.startswith("  ") for line in done.stderr.splitlines()[1::2])
    assert hashes(sent.parent.parent.parent) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["hertfordshire", "missing.docx"], "the file cannot be read: No such file"),
        (["kent", "missing.docx"], "the file cannot be read"),
        (["hertfordshir", "missing.docx"], "Did you mean 'hertfordshire'?"),
    ],
)
@pytest.mark.usefixtures("sent")
def test_a_file_that_is_not_there(arguments: list[str], said: str, accuracy: Run) -> None:
    done = accuracy("receive", *arguments)
    assert done.returncode in {1, 2}
    assert said in done.stderr


def test_nothing_was_sent(sent: Path, accuracy: Run) -> None:
    done = accuracy("receive", "kent", forms(sent)[0])
    assert done.returncode == 1
    assert "no proof was sent to this force" in done.stderr


def test_people_change_forms(sent: Path, workspace: Path, accuracy: Run, tmp_path: Path) -> None:
    """Rows and columns are added, cells merged, texts edited in place, remarks put anywhere."""

    def change(document: WordDocument) -> None:
        table = document.tables[0]
        rows = table.rows
        # A second point on AC2, in a row that Word merged with the one above.
        at = row_of(table, "AC2")
        added = table.add_row()  # type: ignore[no-untyped-call]
        rows[at]._tr.addnext(added._tr)
        added = table.rows[at + 1]
        table.rows[at].cells[0].merge(added.cells[0])
        for column, text in enumerate(("A", "‘crimes’ in both places"), 2):
            added.cells[column].text = text
        # A correction typed into the text itself; and straight quotation marks, which are none.
        cells = table.rows[row_of(table, "AC3")].cells
        cells[1].text, cells[2].text = cells[1].text.replace("this", "the"), "A"
        cells = table.rows[row_of(table, "AC4")].cells
        cells[1].text = cells[1].text.replace("’", "'")
        table.add_column(Mm(20))
        table.rows[row_of(table, "PC1")].cells[6].text = "seen by the Chief"
        document.add_paragraph("We enjoyed the visit.")
        document.sections[0].header.add_paragraph("Seen by Legal.")

    path = fill_word(forms(sent)[0], tmp_path / "form.docx", {"AC2": AC2}, also=change)
    done = accuracy("receive", HERTS, path, "--on", "2014-08-20")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "P1 on AC2 (class B): The target is 75%, not 70%.",
        "P2 on AC2 (class A): ‘crimes’ in both places",
        "P3 on AC3 (class A): HMIC understands that the force has not consulted with the public "
        "in relation to the policy.",
        "Kept, and belongs to no point: PC1, in a column of its own: seen by the Chief",
        "Kept, and belongs to no point: We enjoyed the visit.",
        "Kept, and belongs to no point: Seen by Legal.",
        "hertfordshire: 3 points from Kay Lancaster, HMIC Liaison Officer.",
    ]
    record = (workspace / RECORD).read_text()
    assert "We enjoyed the visit." in record
    kept = workspace / "accuracy/hertfordshire/received/1-form.docx"
    assert kept.read_bytes() == path.read_bytes()
    done = accuracy("receive", HERTS, path)
    assert done.returncode == 1
    assert "this file was received before" in done.stderr


def test_tracked_changes(sent: Path, accuracy: Run, tmp_path: Path) -> None:
    """Typed words count and struck-out words do not, whether accepted or not."""
    path = fill_word(forms(sent)[0], tmp_path / "form.docx", {"AC2": AC2})
    tracked_path = tmp_path / "tracked.docx"
    old = b"The target is 75%, not 70%."
    run_start, run_end = b"<w:r><w:t>", b"</w:t></w:r>"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(tracked_path, "w") as new:
        for name in archive.namelist():
            data = archive.read(name)
            if name == "word/document.xml":
                whole = run_start + old + run_end
                assert data.count(whole) == 1
                said = b'w:id="9" w:author="K" w:date="2014-08-20T00:00:00Z"'
                data = data.replace(
                    whole,
                    b"<w:del " + said + b"><w:r><w:delText>It is wrong.</w:delText></w:r></w:del>"
                    b"<w:ins " + said + b">" + whole + b"</w:ins>",
                )
            new.writestr(name, data)
    done = accuracy("receive", HERTS, tracked_path, "--on", "2014-08-20")
    assert (done.returncode, done.stderr) == (0, "")
    assert "P1 on AC2 (class B): The target is 75%, not 70%.\n" in done.stdout


def test_a_yes_with_more_beside_it_closes_nothing(
    sent: Path, workspace: Path, accuracy: Run, tmp_path: Path
) -> None:
    """It is shown and recorded, and a person closes the check."""

    def change(document: WordDocument) -> None:
        with_text("[ ]", "[X]")(document)
        document.add_paragraph("AC2 is wrong: the target is 75%.")

    path = fill_word(forms(sent)[0], tmp_path / "form.docx", {}, also=change)
    done = accuracy("receive", HERTS, path, "--on", "2014-08-20")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Kept, and belongs to no point: AC2 is wrong: the target is 75%.\n" in done.stdout
    assert "hertfordshire: not closed: the form says more" in done.stdout
    record = (workspace / RECORD).read_text()
    assert "AC2 is wrong: the target is 75%." in record
    assert "closed:" not in record
    assert accuracy("close", HERTS, "--by", "Ann Other", "--on", "2014-08-21").returncode == 0


def test_a_refusal_shows_all_that_the_form_says(sent: Path, accuracy: Run, tmp_path: Path) -> None:
    def change(document: WordDocument) -> None:
        document.add_paragraph("Please ring us.")

    rows = {"AC2": AC2, "AC3": {"point": "Out of date."}}
    path = fill_word(forms(sent)[0], tmp_path / "form.docx", rows, also=change)
    done = accuracy("receive", HERTS, path, "--on", "2014-08-20")
    assert done.returncode == 1
    assert "error[no-class]: the row of AC3 has no class" in done.stderr
    for said in ("AC2: class 'B', point 'The target is 75%, not 70%.'", "Please ring us."):
        assert f"warning[unrecorded]: the form says: {said}" in done.stderr


def test_a_form_that_came_before_its_proof(
    sent: Path, workspace: Path, accuracy: Run, tmp_path: Path
) -> None:
    path = fill_word(forms(sent)[0], tmp_path / "form.docx", {"AC2": AC2})
    before = hashes(workspace)
    done = accuracy("receive", HERTS, path, "--on", "2014-08-10")
    assert done.returncode == 1
    assert (
        "error[before-sent]: it is received on 2014-08-10, and proof 1 was sent on" in done.stderr
    )
    assert hashes(workspace) == before
    assert accuracy("receive", HERTS, path, "--on", "2014-08-11").returncode == 0


def test_an_older_proof(sent: Path, workspace: Path, accuracy: Run, tmp_path: Path) -> None:
    """A point on a text that has changed since is refused with both texts, unless told."""
    path = fill_word(forms(sent)[0], tmp_path / "form.docx", {"AC2": AC2})
    edit(workspace / FINDINGS, "attend 70%", "attend 72%")
    assert accuracy("send", HERTS, "--on", "2014-08-13").returncode == 0
    done = accuracy("receive", HERTS, path)
    assert done.returncode == 1
    assert "AC2 has been changed since it was checked" in done.stderr
    assert "attend 70%" in done.stderr
    assert "attend 72%" in done.stderr
    done = accuracy("receive", HERTS, path, "--anyway", "--on", "2014-08-20")
    assert (done.returncode, done.stderr) == (0, "")
    # Accepted, it still is not put over words that nobody checked.
    done = accuracy("decide", HERTS, "P1", "accepted", "--by", "Ann Other")
    assert done.returncode == 0
    before = (workspace / FINDINGS).read_bytes()
    done = accuracy("apply", HERTS)
    assert done.returncode == 1
    assert "AC2 has been changed since it was checked" in done.stderr
    assert (workspace / FINDINGS).read_bytes() == before


def test_a_day_after_the_publication_is_asked_about(sent: Path, accuracy: Run) -> None:
    """The clock's day is told with --on where the work was done on another."""
    del sent
    done = accuracy("send", HERTS, "--on", "2014-09-05")
    assert done.returncode == 0
    assert "5 September 2014 is after the publication on Thursday 4 September 2014" in done.stderr
    done = accuracy("send", HERTS, "--on", "2014-08-25")
    assert done.stderr == "Warning: the answer is due after the day of publication.\n"


def test_no_inaccuracies_closes(sent: Path, accuracy: Run, tmp_path: Path) -> None:
    path = fill_word(forms(sent)[0], tmp_path / "form.docx", {}, also=with_text("[ ]", "[ x ]"))
    done = accuracy("receive", HERTS, path, "--on", "2014-08-14")
    assert done.stdout == (
        "hertfordshire: no inaccuracies, says Kay Lancaster, HMIC Liaison Officer.\n"
        "hertfordshire: closed.\n"
    )
    (row,) = [
        row for row in json.loads(accuracy("status", "--json").stdout) if row["slug"] == HERTS
    ]
    assert row["closed"] == "2014-08-14"
    done = accuracy("receive", HERTS, path)
    assert "the accuracy check was closed on 14 August 2014" in done.stderr


@pytest.mark.usefixtures("sent")
def test_no_response(accuracy: Run) -> None:
    (row,) = [
        row
        for row in json.loads(accuracy("status", "--json", "--on", "2014-08-27").stdout)
        if row["slug"] == HERTS
    ]
    assert row["overdue"]
    close = ("close", HERTS, "--by", "Ann Other")
    assert "has not responded" in accuracy(*close).stderr
    early = accuracy(*close, "--no-response", "--on", "2014-08-26")
    assert "the answer is due on 26 August 2014, which is not over" in early.stderr
    done = accuracy(*close, "--no-response", "--on", "2014-08-27")
    assert done.stdout == "hertfordshire: closed (no response).\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["P9", "accepted", "--by", "Ann Other"], "there is no point P9"),
        (["P1", "not-accepted", "--by", "Ann Other"], "without a reason"),
        (["P1", "accepted", "--by", "Ms Kay LANCASTER"], "was decided by its author"),
        (["P1", "accepted-in-part", "--by", "Ann", "--reason", "So."], "no wording is agreed"),
    ],
)
def test_a_decision_against_the_rules(
    arguments: list[str], said: str, sent: Path, workspace: Path, accuracy: Run, tmp_path: Path
) -> None:
    path = fill_word(forms(sent)[0], tmp_path / "form.docx", {"AC2": AC2})
    assert accuracy("receive", HERTS, path).returncode == 0
    # A note that somebody made in the record stays, whatever the tool adds.
    record = workspace / RECORD
    record.write_text(record.read_text().replace("points:\n", "points:\n  # Seen by Legal.\n", 1))
    before = record.read_bytes()
    done = accuracy("decide", HERTS, *arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert record.read_bytes() == before
    assert accuracy("decide", HERTS, "P1", "accepted", "--by", "Ann Other").returncode == 0
    assert "# Seen by Legal." in record.read_text()


def test_a_slip_in_the_record(sent: Path, workspace: Path, accuracy: Run, run: Run) -> None:
    """People edit it, so check tells what is wrong with it, at its line."""
    del sent
    edit(workspace / RECORD, "sent: 2014-08-11", "sent: 11 August")
    done = run("check", cwd=workspace)
    assert done.returncode == 1
    assert "data/accuracy/hertfordshire.yaml:6:11: error[date]" in done.stdout
    done = accuracy("status")
    assert done.returncode == 1
    assert "unreadable" in done.stdout
    assert accuracy("apply", HERTS).returncode == 1
    # It concerns no letter's words.
    assert run("generate", HERTS, cwd=workspace).returncode == 0


def test_a_wording_that_is_a_part(sent: Path, accuracy: Run, tmp_path: Path) -> None:
    rows = {"AC2": AC2 | {"wording": "75% of crimes"}}
    path = fill_word(forms(sent)[0], tmp_path / "form.docx", rows)
    assert accuracy("receive", HERTS, path).returncode == 0
    done = accuracy("decide", HERTS, "P1", "accepted", "--by", "Ann Other")
    assert "looks like a part of the text" in done.stderr
    whole = ("--agreed", AC2["wording"])
    assert accuracy("decide", HERTS, "P1", "accepted", "--by", "Ann", *whole).returncode == 0
    assert accuracy("apply", HERTS).stdout == "hertfordshire: changed AC2.\n"


@pytest.mark.crash
@pytest.mark.parametrize("command", ["send", "receive", "decide", "apply", "close"])
def test_a_killed_process_leaves_the_old_or_the_new(
    command: str, sent: Path, workspace: Path, tmp_path: Path, run: Run
) -> None:
    """Killed before one write after another, until one run gets through; soak.py tries each."""
    form = fill_word(forms(sent)[0], tmp_path / "form.docx", {"AC2": AC2})
    by = ("--by", "Ann Other", "--on", "2014-08-21")
    steps = {
        "send": ("send", HERTS, "--on", "2014-08-12"),
        "receive": ("receive", HERTS, form, "--on", "2014-08-20"),
        "decide": ("decide", HERTS, "P1", "accepted", *by),
        "apply": ("apply", HERTS),
        "close": ("close", HERTS, *by),
    }
    for name, step in steps.items():
        if name == command:
            break
        if name != "send":
            assert run("accuracy", *step, cwd=workspace).returncode == 0
    start = tmp_path / "start"
    shutil.copytree(workspace, start)
    ours = ("data/accuracy/hertfordshire.yaml", FINDINGS)
    old = [(start / name).read_bytes() for name in ours]
    whole = tmp_path / "whole"
    shutil.copytree(start, whole)
    assert run("accuracy", *steps[command], cwd=whole).returncode == 0
    new = [(whole / name).read_bytes() for name in ours]
    assert new != old
    kills = 0
    for at in range(1, 200, {"send": 7, "receive": 5, "decide": 2, "close": 4}.get(command, 1)):
        shutil.rmtree(workspace)
        shutil.copytree(start, workspace)
        status = run_killed("accuracy", *steps[command], cwd=workspace, at=at)
        now = [(workspace / name).read_bytes() for name in ours]
        assert now in (old, new)
        if status == 0:
            break
        assert status == -9
        kills += 1
        if now == old and kills % 3 == 1:
            again = run("accuracy", *steps[command], cwd=workspace)
            completed = "A run was ended after its line was in the ledger" in again.stderr
            assert completed or (again.returncode, again.stderr) == (0, "")
            assert [(workspace / name).read_bytes() for name in ours] == new
            assert not [*workspace.rglob("*.part"), *workspace.rglob("*.pending")]
            assert "all as recorded" in run("verify", cwd=workspace).stdout
    else:
        pytest.fail("no run got through")
    assert kills >= 2


# Applying


FILE = """\
# A comment.
plain: one two   # after it
single: 'it''s here'
double: "a \\u2019 b"
block: >-
    Some text over
    two lines.

    # no comment
list:
  - >-
   last one
  - |-
    kept
end: x
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize(
    "keys", [("plain",), ("single",), ("double",), ("list", 0), ("list", 1), ("end",)]
)
@settings(deadline=None, max_examples=30)
@given(
    words=st.lists(
        st.sampled_from(["a", "it’s", "70%:", "#x", "‘b’", "-", '"q"', "w" * 60]), min_size=1
    )
)
def test_nothing_else_changes(
    line_end: str, mark: bytes, keys: tuple[str | int, ...], words: list[str]
) -> None:
    data = mark + FILE.replace("\n", line_end).encode()
    before = parse(Path("f.yaml"), data)
    new = " ".join(words)
    after_change = amended_text(before, keys, new)
    assert parse(Path("f.yaml"), after_change).text(*keys) == new
    start, end, _ = before.span(keys)
    text = FILE
    changed = after_change.removeprefix(mark).decode().replace("\r\n", "\n")
    assert changed.startswith(text[:start])
    assert changed.endswith(text[end:])
    assert after_change.startswith(mark)
    assert (b"\r\n" in after_change) == (line_end == "\r\n")


# Redline

WORDS = st.lists(
    st.sampled_from(["alpha", "beta", "gamma", "one", "two", "70%", "75%"]), min_size=1, max_size=6
)


@st.composite
def letters_of(draw: st.DrawFn) -> list[Block]:
    def text() -> str:
        return " ".join(draw(WORDS))

    blocks = [Block("p", "", text()) for _ in range(draw(st.integers(0, 3)))]
    names = draw(st.permutations([f"F{number}" for number in range(draw(st.integers(1, 6)))]))
    for at, name in enumerate(names):
        if at % 3 == 0:
            blocks.append(Block("h2", "", text()))
        blocks.append(Block("li", name, text()))
        blocks += [Block("li li", name, text()) for _ in range(draw(st.integers(0, 2)))]
    return [*blocks, *(Block("p", "", text()) for _ in range(draw(st.integers(0, 2))))]


@settings(deadline=None, max_examples=150)
@given(old=letters_of(), new=letters_of())
def test_a_comparison_is_both_versions(old: list[Block], new: list[Block]) -> None:
    comparison = compare(old, new)
    kept = {
        "old": (Change.SAME, Change.DELETED, Change.MOVED_FROM),
        "new": (Change.SAME, Change.INSERTED, Change.MOVED_HERE),
    }
    for which, blocks in (("old", old), ("new", new)):
        texts = [
            "".join(piece.text for piece in passage.pieces if piece.change in kept[which]).strip()
            for passage in comparison.passages
            if passage.change in kept[which]
        ]
        assert texts == [block.text for block in blocks]


@pytest.mark.libreoffice
def test_word_takes_the_changes(workspace: Path, run: Run, tmp_path: Path) -> None:
    """All accepted it is the new version, all rejected the old one; LibreOffice says the same."""
    assert run("accuracy", "send", HERTS, "--on", "2014-08-11", cwd=workspace).returncode == 0
    path = workspace / FINDINGS
    edit(path, "attend 70%", "attend 75%")
    text = path.read_text()
    start, end, last = (text.index(f"- id: {name}") for name in ("FT2", "FT3", "FT6"))
    path.write_text(text[:start] + text[end:last] + text[start:end] + text[last:])
    text = path.read_text()
    start, end = (text.index(f"- id: {name}") for name in ("AC3", "AC4"))
    path.write_text(text[:start] + text[end:])
    edit(workspace / "templates/core-business.html", "inspection fieldwork", "fieldwork")
    where = tmp_path / "changes.docx"
    done = run("diff", HERTS, "--output", where, "--on", "2014-08-12", cwd=workspace)
    assert (done.returncode, done.stderr) == (0, "")
    assert run("generate", HERTS, cwd=workspace).returncode == 0
    pages = {
        "old": workspace / "accuracy/hertfordshire/1/hertfordshire-proof-1.html",
        "new": workspace / "letters/embargoed/hertfordshire.html",
    }
    for which, page in pages.items():
        wanted = [block.text for block in outline(page.read_text()) if not block.of_edition]
        assert accepted(where, which) == wanted
    again = tmp_path / "again.docx"
    run("diff", HERTS, "--output", again, "--on", "2014-08-12", cwd=workspace)
    assert again.read_bytes() == where.read_bytes()
    with zipfile.ZipFile(where) as archive:
        xml = archive.read("word/document.xml").decode()
    for tag in ("w:ins", "w:del", "w:moveFrom", "w:moveTo"):
        assert f"<{tag} " in xml
    # LibreOffice accepts all by a macro of its own.
    made = accept_all(where, tmp_path / "office")
    wanted = [block.text for block in outline(pages["new"].read_text()) if not block.of_edition]
    assert [line for line in made if line] == wanted


def accept_all(path: Path, folder: Path) -> list[str]:
    """The paragraphs of a document in which LibreOffice accepted every change."""
    # The first start makes the profile, which has a place for macros.
    convert(path, "odt", folder)
    macros = folder / "profile/user/basic/Standard"
    macros.mkdir(parents=True, exist_ok=True)
    head, kind = '<?xml version="1.0"?>\n', 'xmlns:{0}="http://openoffice.org/2000/{0}"'
    (macros.parent / "script.xlc").write_text(
        f"{head}<library:libraries {kind.format('library')}>"
        '<library:library library:name="Standard" library:link="false"/></library:libraries>'
    )
    (macros / "script.xlb").write_text(
        f'{head}<library:library {kind.format("library")} library:name="Standard" '
        'library:readonly="false" library:passwordprotected="false">'
        '<library:element library:name="Module1"/></library:library>'
    )
    (macros / "Module1.xba").write_text(
        f'{head}<script:module {kind.format("script")} script:name="Module1" '
        'script:language="StarBasic">\nSub Accept(source, target)\n'
        "Dim hidden(0) As New com.sun.star.beans.PropertyValue\n"
        'hidden(0).Name = "Hidden"\nhidden(0).Value = True\n'
        'document = StarDesktop.loadComponentFromURL(source, "_blank", 0, hidden())\n'
        'dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")\n'
        "frame = document.CurrentController.Frame\n"
        'dispatcher.executeDispatch(frame, ".uno:AcceptAllTrackedChanges", "", 0, Array())\n'
        "Dim kind(0) As New com.sun.star.beans.PropertyValue\n"
        'kind(0).Name = "FilterName"\nkind(0).Value = "MS Word 2007 XML"\n'
        "document.storeToURL(target, kind())\ndocument.close(True)\nEnd Sub\n</script:module>"
    )
    target = folder / "accepted.docx"
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            f'macro:///Standard.Module1.Accept("file://{path}","file://{target}")',
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    with zipfile.ZipFile(target) as archive:
        xml = archive.read("word/document.xml").decode()
    assert "<w:ins " not in xml
    assert "<w:del " not in xml
    return accepted(target, "new")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Kay Lancaster", "kay lancaster, HMIC Liaison Officer", True),
        ("Ms Kay Lancaster", "Kay  Lancaster", True),
        ("Lancaster, Kay", "Kay Lancaster", True),
        ("Kay Lancaster", "Kay Smith", False),
        ("A Reviewer, HMIC", "B Reviewer, HMIC", False),
    ],
)
def test_one_person(one: str, other: str, same: bool) -> None:
    assert same_person(one, other) == same


def test_moved_findings_are_told() -> None:
    old = [Block("li", name, f"text of {name}") for name in ("A1", "A2", "A3", "A4")]
    comparison = compare(old, [old[1], old[2], old[3], old[0]])
    assert [(one.finding, one.change) for one in comparison.findings if one.is_changed] == [
        ("A1", Change.MOVED_FROM),
        ("A1", Change.MOVED_HERE),
    ]
    assert tracked(comparison, "t", ["m"], "a", date(2014, 8, 1))


@pytest.mark.libreoffice
def test_a_finding_that_moved_and_was_changed_is_told_as_both(tmp_path: Path) -> None:
    old = [Block("li", name, f"The {name} is good") for name in ("A1", "A2", "A3")]
    old.insert(1, Block("li li", "A1", "a point"))
    new = [*old[2:], Block("li", "A1", "The A1 is very good"), old[1]]
    comparison = compare(old, new)
    findings = as_text(comparison).partition("Findings\n\n")[2]
    assert findings.splitlines() == [
        "A1: (moved from here) The A1 is good",
        "A1: (moved from here) a point",
        "A1: (moved here) The A1 is {+very+} good",
        "A1: (moved here) a point",
    ]
    path = tmp_path / "changes.docx"
    path.write_bytes(tracked(comparison, "t", ["m"], "a", date(2014, 8, 1)))
    assert accepted(path, "old") == [block.text for block in old]
    assert accepted(path, "new") == [block.text for block in new]
    assert accept_all(path, tmp_path / "office") == [block.text for block in new]

"""Make the record of one version of the tool, as a fixture that later versions have to read.

    python tests/records/make.py CHECKOUT

CHECKOUT is a checkout of that version. Each step is a command of it, as on its day in 2014
(libfaketime). The result is tests/records/VERSION/; test_old_records.py says what lies there.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import docx
import pypdfium2
from weasyprint import HTML

HERE = Path(__file__).parent
PROJECT = Path(sys.argv[1]).absolute()
FORCES = ("hertfordshire", "kent")

KENT = """\
# Invented for tests: no document says anything of this about Kent Police.
name: Kent Police
aliases: [Kent]
region: Eastern
inspector: zoe-billingham
addressee:
  email: chief@kent.example
  office: Chief Constable
  salutation: Dear Chief Constable
copied_to:
  - name: Ann Example
    post: HMIC Liaison Officer
findings:
  preventing-crime:
    - id: PC1
      text: This invented finding says that the force has 70 invented plans.
  attending-crimes-and-incidents:
    - id: AC1
      text: This invented finding has two points.
      points:
        - the first invented point; and
        - the second invented point.
  freeing-up-time:
    - id: FT1
      text: This invented finding says that 20 invented officers have a tablet.
"""


def main() -> None:
    """Make the record of the version that the checkout has."""
    code = (PROJECT / "hmic_letters/__init__.py").read_text("utf-8")
    folder = HERE / code.split('__version__ = "')[1].split('"')[0]
    folder.mkdir()
    with tempfile.TemporaryDirectory() as room:
        office = Path(room) / "office"
        _prepare(office)
        _check_accuracy(office)
        _dispatch(office)
        shutil.copytree(office, folder / "workspace")
        _print(office, folder / "printed.png")
        _run(office, "2014-09-04 23:01:00", "publish")
        for name in ("ledger", "published"):
            shutil.copytree(office / name, folder / "after-publication" / name)


def _prepare(office: Path) -> None:
    """Put two forces and a report of one page into a new workspace."""
    for name in ("data", "templates"):
        shutil.copytree(PROJECT / name, office / name)
    shutil.rmtree(office / "data/schema")
    for path in (office / "data/forces").iterdir():
        if path.stem not in FORCES:
            path.unlink()
    (office / "data/forces/kent.yaml").write_text(KENT)
    inspection = office / "data/inspection.yaml"
    before, _ = inspection.read_text("utf-8").split("forces:\n")
    register = "".join(f"  - {slug}\n" for slug in FORCES)
    inspection.write_text(f"{before}enclosure: report.pdf\n\nforces:\n{register}", "utf-8")
    html = "<html lang=en><title>Report</title><h1>Report</h1><p>Specimen text, no findings.</p>"
    HTML(string=html).write_pdf(office / "report.pdf", pdf_variant="pdf/ua-1")


def _check_accuracy(office: Path) -> None:
    """Close the check of Hertfordshire without points, and that of Kent with two."""
    _run(office, "2014-08-11 09:00:00", "accuracy", "send", *FORCES)
    rows = {
        "PC1": {
            "class": "A",
            "point": "There are 75 invented plans.",
            "wording": "This invented finding says that the force has 75 invented plans.",
        },
        "FT1": {
            "class": "B",
            "point": "There are 30 officers.",
            "wording": "This invented finding says that 30 invented officers have a tablet.",
            "evidence": "Invented plan, page 1, paragraph 1",
        },
    }
    for slug, said in (("hertfordshire", {}), ("kent", rows)):
        (form,) = (office / "accuracy" / slug / "1").glob("*.docx")
        returned = office.parent / f"returned-{slug}.docx"
        _fill(form, returned, said)
        _run(office, "2014-08-18 09:00:00", "accuracy", "receive", slug, str(returned))
    by = ("--by", "Ann Other")
    decisions = (
        ("P1", "accepted"),
        ("P2", "not-accepted", "--reason", "The invented plan has another number."),
    )
    for decision in decisions:
        _run(office, "2014-08-19 09:00:00", "accuracy", "decide", "kent", *decision, *by)
    _run(office, "2014-08-19 10:00:00", "accuracy", "apply", "kent")
    _run(office, "2014-08-19 11:00:00", "accuracy", "reply", "kent")
    _run(office, "2014-08-20 09:00:00", "accuracy", "close", "kent", *by)


def _fill(form: Path, path: Path, rows: dict[str, dict[str, str]]) -> None:
    """Type points into a form, or say that there are none."""
    document = docx.Document(str(form))
    for paragraph in document.paragraphs:
        if paragraph.text.startswith("Completed by"):
            paragraph.add_run(" Ann Example, HMIC Liaison Officer")
        if paragraph.text.startswith("[ ]") and not rows:
            paragraph.runs[0].text = paragraph.text.replace("[ ]", "[X]")
    columns = ("finding", "text", "class", "point", "wording", "evidence")
    for row in document.tables[0].rows:
        for name, text in rows.get(row.cells[0].text, {}).items():
            row.cells[columns.index(name)].text = text
    document.save(str(path))


def _dispatch(office: Path) -> None:
    """Dispatch Kent's letter, move the embargo, dispatch both."""
    _run(office, "2014-09-01 09:00:00", "generate")
    _run(office, "2014-09-01 10:00:00", "dispatch", "kent", "--yes")
    move = ("embargo", "move", "2014-09-05 00:01", "--reason", "Another day was agreed.")
    _run(office, "2014-09-02 09:00:00", *move)
    _run(office, "2014-09-02 10:00:00", "generate")
    reason = ("--reason", "The embargo was moved.")
    _run(office, "2014-09-02 11:00:00", "dispatch", *FORCES, "--yes", *reason)


def _print(office: Path, path: Path) -> None:
    """Draw the first page of Kent's second copy, as a scanner would."""
    passphrase = (office / "passphrases/kent-2.txt").read_text("utf-8").splitlines()[-1]
    copy = office / "dispatched/kent/2/sent/kent-letter.pdf"
    page = pypdfium2.PdfDocument(copy, passphrase)[0]
    page.render(scale=150 / 72, grayscale=True).to_pil().convert("L").save(path, optimize=True)


def _run(office: Path, moment: str, *words: str) -> None:
    """Run a command at a moment, in UTC."""
    print("$ hmic-letters", *words)  # noqa: T201
    command = ["faketime", "-f", f"@{moment}", sys.executable, "-m", "hmic_letters", *words]
    said = {
        "PYTHONPATH": str(PROJECT),
        "TZ": "UTC",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    subprocess.run(command, cwd=office, env=os.environ | said, check=True)


if __name__ == "__main__":
    main()

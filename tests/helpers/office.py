"""Office files as other programs make and read them: LibreOffice, and what a person types."""

import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import docx
import openpyxl
from docx.document import Document as WordDocument
from docx.table import Table

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
COLUMNS = {"class": 2, "point": 3, "wording": 4, "evidence": 5}
COMPLETED_BY = "Completed by (name and post):"


def convert(path: Path, kind: str, folder: Path) -> Path:
    """The file as LibreOffice writes it in another kind, in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{folder.absolute()}/profile",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            folder,
            path,
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    made = folder / f"{path.stem}.{kind}"
    assert made.is_file()
    return made


def rewritten(path: Path, folder: Path) -> Path:
    """A form that LibreOffice has taken over into its own format and written back."""
    own = {".docx": "odt", ".xlsx": "ods"}[path.suffix]
    return convert(convert(path, own, folder / "own"), path.suffix[1:], folder / "back")


def row_of(table: Table, finding: str) -> int:
    return next(at for at, row in enumerate(table.rows) if row.cells[0].text == finding)


def fill_word(
    form: Path,
    path: Path,
    rows: dict[str, dict[str, str]],
    author: str = "Kay Lancaster, HMIC Liaison Officer",
    also: Callable[[WordDocument], None] | None = None,
) -> Path:
    """A Word form with what a person types into it; '{text}' is the text that was checked."""
    document = docx.Document(str(form))
    for paragraph in document.paragraphs:
        if paragraph.text == COMPLETED_BY and author:
            paragraph.add_run(f" {author}")
    table = document.tables[0]
    for finding, said in rows.items():
        cells = table.rows[row_of(table, finding)].cells
        for name, text in said.items():
            cells[COLUMNS[name]].text = text.replace("{text}", cells[1].text)
    if also is not None:
        also(document)
    document.save(str(path))
    return path


def fill_spreadsheet(
    form: Path, path: Path, rows: dict[str, dict[str, str]], author: str = "Kay Lancaster"
) -> Path:
    """The same of a spreadsheet."""
    book = openpyxl.load_workbook(form)
    sheet = book.worksheets[0]
    left = dict(rows)
    for number, (cell,) in enumerate(sheet.iter_rows(max_col=1), 1):
        if cell.value == COMPLETED_BY and author:
            cell.value = f"{COMPLETED_BY} {author}"
        for name, text in left.pop(str(cell.value), {}).items():
            checked = str(sheet.cell(number, 2).value)
            sheet.cell(number, COLUMNS[name] + 1, text.replace("{text}", checked))
    book.save(path)
    return path


def accepted(path: Path, which: str) -> list[str]:
    """The paragraphs of a .docx with all changes accepted ('new') or rejected ('old')."""
    gone = {"new": {f"{W}del", f"{W}moveFrom"}, "old": {f"{W}ins", f"{W}moveTo"}}[which]
    with zipfile.ZipFile(path) as archive:
        body = fromstring(archive.read("word/document.xml"))
    texts = []
    for paragraph in body.iter(f"{W}p"):
        mark = paragraph.find(f"{W}pPr/{W}rPr")
        text = _text(paragraph, gone)
        if mark is None or not any(mark.find(tag) is not None for tag in gone):
            texts.append(text)
        else:
            assert not text
    return texts


def _text(element: Element, gone: set[str]) -> str:
    if element.tag in gone or element.tag == f"{W}pPr":
        return ""
    if element.tag in {f"{W}t", f"{W}delText"}:
        return element.text or ""
    if element.tag == f"{W}br":
        return "\n"
    return "".join(_text(child, gone) for child in element)

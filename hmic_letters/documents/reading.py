"""A returned Word or Excel file -> its lines and the rows of its table, as a person sees them."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from hmic_letters.problem import Place, Problem, Refused

SIZE_LIMIT = 10_000_000  # bytes of the file
UNPACKED_LIMIT = 100_000_000  # bytes of what is in it
CELLS_LIMIT = 100_000  # of a spreadsheet

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
GONE = {f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}sdtPr", f"{W}instrText", FALLBACK}
# What holds words beside the text itself; LibreOffice and Word number some of them.
BESIDE = re.compile(r"word/(comments|footnotes|endnotes|header\d*|footer\d*)\.xml")
# By how a file begins, what it is and what to do.
OTHERS = {
    b"%PDF": ("a PDF", "Ask for the Word or Excel form itself, or type its points into that."),
    b"{\\rtf": ("rich text", "Open it in Word and save it as .docx."),
    b"\xd0\xcf\x11\xe0": (
        "locked with a password, or of an old Word or Excel (.doc, .xls)",
        "Open it in Word or Excel and save it without a password as .docx or .xlsx.",
    ),
}
BY_HAND = "Open it in Word or Excel, save it again as .docx or .xlsx, and receive that file."


@dataclass(frozen=True)
class Sheet:
    """What a returned form shows: ``lines`` outside its tables, and the ``rows`` of its tables.

    Insertions that nobody has accepted yet are there, deletions are not. A cell that Word or Excel
    merged downwards says in each of its rows what it says, one merged to the side is followed by
    empty ones.
    """

    lines: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read_returned(path: Path, data: bytes) -> Sheet:
    """Reads a .docx or .xlsx, by what it is and not by its name. Raises Refused."""
    _look_at(path, data)
    try:
        if (sheet := _unpacked(path, data)) is not None:
            return sheet
    except zipfile.BadZipFile:
        _refuse(path, "the file is no Word or Excel file, or it is damaged", BY_HAND)
    except (ParseError, DefusedXmlException, KeyError, ValueError, TypeError, EOFError) as error:
        _refuse(path, f"the file cannot be read ({type(error).__name__})", BY_HAND)
    return _refuse(path, "the file is no .docx or .xlsx", BY_HAND)


def _unpacked(path: Path, data: bytes) -> Sheet | None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if sum(part.file_size for part in archive.infolist()) > UNPACKED_LIMIT:
            _refuse(path, "the file unpacks to far more than a form", BY_HAND)
        if any(part.flag_bits & 1 for part in archive.infolist()):
            _refuse(path, "the file is locked with a password", "Ask for it without.")
        if "word/document.xml" in names:
            return _word(archive, names)
        if "xl/workbook.xml" in names:
            return _spreadsheet(path, data)
    return None


def _look_at(path: Path, data: bytes) -> None:
    if not data:
        _refuse(path, "the file is empty", "Ask for it again: it was lost on its way.")
    if len(data) > SIZE_LIMIT:
        _refuse(path, f"the file has more than {SIZE_LIMIT:,} bytes", "Take out its pictures.")
    for start, (what, remedy) in OTHERS.items():
        if data.startswith(start):
            _refuse(path, f"the file is {what}", remedy)


def _refuse(path: Path, message: str, remedy: str) -> NoReturn:
    raise Refused([Problem(Place(path), "not-a-form", message, remedy)]) from None


def _word(archive: zipfile.ZipFile, names: set[str]) -> Sheet:
    body = fromstring(archive.read("word/document.xml")).find(f"{W}body")
    if body is None:
        raise ValueError
    lines: list[str] = []
    rows: list[tuple[str, ...]] = []
    _read_blocks(body, lines, rows)
    for name in sorted(names):
        if BESIDE.fullmatch(name):
            root = fromstring(archive.read(name))
            lines += [text for paragraph in root.iter(f"{W}p") if (text := _text(paragraph))]
    return Sheet(tuple(filter(str.strip, lines)), tuple(rows))


def _read_blocks(parent: Element, lines: list[str], rows: list[tuple[str, ...]]) -> None:
    for block in parent:
        if block.tag == f"{W}p":
            lines.append(_text(block))
        elif block.tag == f"{W}tbl":
            rows += _rows(block)
        elif block.tag not in GONE:  # content controls and the like hold blocks of their own
            _read_blocks(block, lines, rows)


def _rows(table: Element) -> Iterator[tuple[str, ...]]:
    above: tuple[str, ...] = ()
    for row in _inside(table, f"{W}tr"):
        if row.find(f"{W}trPr/{W}del") is not None:
            continue
        cells: list[str] = []
        for cell in _inside(row, f"{W}tc"):
            merged = cell.find(f"{W}tcPr/{W}vMerge")
            if merged is not None and merged.get(f"{W}val", "continue") == "continue":
                cells.append(above[len(cells)] if len(cells) < len(above) else "")
            else:
                cells.append("\n".join(filter(None, map(_text, _paragraphs(cell)))))
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            cells += [""] * (int(span.get(f"{W}val", "1")) - 1 if span is not None else 0)
        above = tuple(cells)
        yield above


def _inside(parent: Element, tag: str) -> Iterator[Element]:
    """The nearest elements of a tag, also inside content controls and insertions."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag not in GONE:
            yield from _inside(child, tag)


def _paragraphs(cell: Element) -> Iterator[Element]:
    return _inside(cell, f"{W}p")


def _text(element: Element) -> str:
    return "".join(_pieces(element)).strip()


def _pieces(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in {f"{W}tab", f"{W}br", f"{W}cr"}:
            yield " "
        elif child.tag == f"{W}noBreakHyphen":
            yield "-"
        elif child.tag not in GONE:
            yield from _pieces(child)


def _spreadsheet(path: Path, data: bytes) -> Sheet:
    book = load_workbook(io.BytesIO(data), data_only=True)
    lines: list[str] = []
    rows: list[tuple[str, ...]] = []
    for sheet in book.worksheets:
        if sheet.max_row * sheet.max_column > CELLS_LIMIT:
            _refuse(path, "the spreadsheet has more cells than a form", BY_HAND)
        for row in _grid(sheet, lines):
            filled = [cell for cell in row if cell]
            if len(filled) == 1 and row[0]:
                lines.append(row[0])
            elif filled:
                rows.append(row)
    return Sheet(tuple(lines), tuple(rows))


def _grid(sheet: Worksheet, lines: list[str]) -> Iterator[tuple[str, ...]]:
    held: dict[tuple[int, int], str] = {}
    for merged in sheet.merged_cells.ranges:
        first = sheet.cell(merged.min_row, merged.min_col).value
        held |= {
            (row, merged.min_col): "" if first is None else str(first)
            for row in range(merged.min_row, merged.max_row + 1)
        }
    for row in sheet.iter_rows():
        lines.extend(
            f"Comment on {cell.coordinate}: {cell.comment.text}"
            for cell in row
            if not isinstance(cell, MergedCell) and cell.comment
        )
        yield tuple(
            held.get((cell.row or 0, cell.column or 0), _shown(cell.value)).strip() for cell in row
        )


def _shown(value: object) -> str:
    return "" if value is None else str(value)

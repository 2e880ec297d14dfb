"""Read the lines and table rows of a returned Word or Excel file, as a person sees them."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from hmic_letters.documents.apart import Unreadable, read_apart
from hmic_letters.problem import Place, Problem, Refused

SIZE_LIMIT = 10_000_000  # bytes of the file
PARTS_LIMIT = 1_000
UNPACKED_LIMIT = 50_000_000  # bytes of all parts, as they really unpack
ELEMENTS_LIMIT = 500_000  # in the XML of one part
DEPTH_LIMIT = 200
CELLS_LIMIT = 100_000  # in a sheet
SHEETS_LIMIT = 50
COLUMNS_LIMIT = 63  # in a table, as in Word
PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # of Office files (ISO/IEC 29500-2)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
GONE = {f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}sdtPr", f"{W}instrText", FALLBACK}
# Parts with words outside the main text. LibreOffice and Word number some of them.
BESIDE = re.compile(r"word/(comments|footnotes|endnotes|header\d*|footer\d*)\.xml")
# The first bytes of files that are no forms, with a description and a remedy.
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
    """The content of a returned form: ``lines`` outside its tables, and ``rows`` of its tables.

    It includes insertions that nobody has accepted yet, but no deletions. If cells are merged
    downwards, each of their rows repeats the text. If cells are merged sideways, empty cells follow
    the text.
    """

    lines: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read_returned(path: Path, data: bytes) -> Sheet:
    """Read a .docx or .xlsx file, whatever its name is.

    Raises:
        Refused: the file is neither, or it cannot be read.
    """
    try:
        _look_at(data)
        sheet = read_apart(f"{__name__}:sheet_of", data)
    except Unreadable as error:
        remedy = error.remedy or BY_HAND
        raise Refused([Problem(Place(path), "not-a-form", error.reason, remedy)]) from None
    return Sheet(tuple(sheet["lines"]), tuple(map(tuple, sheet["rows"])))


def _look_at(data: bytes) -> None:
    if not data:
        raise Unreadable("the file is empty", "Ask for it again: it was lost on its way.")
    if len(data) > SIZE_LIMIT:
        raise Unreadable(f"the file has more than {SIZE_LIMIT:,} bytes", "Take out its pictures.")
    for start, (what, remedy) in OTHERS.items():
        if data.startswith(start):
            raise Unreadable(f"the file is {what}", remedy)


def sheet_of(data: bytes) -> dict[str, list[Any]]:
    """Read a form, and return its lines and rows as values for JSON.

    This runs in a separate process: see ``documents.apart``.

    Raises:
        Unreadable: the file is no form, or it cannot be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            package = _Package(archive)
            if "word/document.xml" in package.names:
                sheet = _word(package)
            elif "xl/workbook.xml" in package.names:
                sheet = _spreadsheet(package, data)
            else:
                raise Unreadable("the file is no .docx or .xlsx")
    except zipfile.BadZipFile:
        raise Unreadable("the file is no Word or Excel file, or it is damaged") from None
    except (ParseError, DefusedXmlException, KeyError, ValueError, TypeError, EOFError) as error:
        raise Unreadable(f"the file cannot be read ({type(error).__name__})") from None
    return {"lines": list(sheet.lines), "rows": [list(row) for row in sheet.rows]}


class _Package:
    """The parts of an Office file, read up to a limit, because headers may lie about sizes.

    Raises Unreadable for a file that no Office program writes.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = UNPACKED_LIMIT
        parts = archive.infolist()
        self.names = {part.filename for part in parts}
        if len(parts) > PARTS_LIMIT:
            raise Unreadable(f"the file has more than {PARTS_LIMIT:,} parts")
        if any(part.flag_bits & 1 for part in parts):
            raise Unreadable("the file is locked with a password", "Ask for it without.")
        if any(part.compress_type not in PACKINGS for part in parts):
            raise Unreadable("the file is packed in a way that no Office program uses")
        # Headers may lie; ``part`` checks the real sizes.
        if sum(part.file_size for part in parts) > UNPACKED_LIMIT:
            raise Unreadable("the file unpacks to far more than a form")

    def part(self, name: str) -> Element:
        """Read the XML of a part."""
        with self._archive.open(name) as file:
            data = file.read(self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise Unreadable("the file unpacks to far more than a form")
        parser = DefusedXMLParser(target=_Builder(), forbid_dtd=True)
        parser.feed(data)
        root: Element = parser.close()
        return root


class _Builder(TreeBuilder):
    """Builds the elements of a part, up to a limit of number and depth."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        """Count an element and begin it."""
        self._depth += 1
        self._count += 1
        if self._depth > DEPTH_LIMIT:
            raise Unreadable("the file is nested too deeply")
        if self._count > ELEMENTS_LIMIT:
            raise Unreadable("the file holds far more than a form")
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        """End an element."""
        self._depth -= 1
        return super().end(tag)


def _word(package: _Package) -> Sheet:
    body = package.part("word/document.xml").find(f"{W}body")
    if body is None:
        raise ValueError
    lines: list[str] = []
    rows: list[tuple[str, ...]] = []
    _read_blocks(body, lines, rows)
    for name in sorted(package.names):
        if BESIDE.fullmatch(name):
            paragraphs = package.part(name).iter(f"{W}p")
            lines += [text for paragraph in paragraphs if (text := _text(paragraph))]
    return Sheet(tuple(filter(str.strip, lines)), tuple(rows))


def _read_blocks(parent: Element, lines: list[str], rows: list[tuple[str, ...]]) -> None:
    for block in parent:
        if block.tag == f"{W}p":
            lines.append(_text(block))
        elif block.tag == f"{W}tbl":
            rows += _rows(block)
        elif block.tag not in GONE:  # content controls and the like contain blocks
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
            columns = int(span.get(f"{W}val", "1")) if span is not None else 1
            cells += [""] * (min(columns, COLUMNS_LIMIT) - 1)
        above = tuple(cells)
        yield above


def _inside(parent: Element, tag: str) -> Iterator[Element]:
    """Yield the nearest elements with a tag, even inside content controls and insertions."""
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


def _spreadsheet(package: _Package, data: bytes) -> Sheet:
    _refuse_too_large(package)
    book = load_workbook(io.BytesIO(data), data_only=True)
    lines: list[str] = []
    rows: list[tuple[str, ...]] = []
    for sheet in book.worksheets:
        if sheet.max_row * sheet.max_column > CELLS_LIMIT:
            raise Unreadable("the spreadsheet has more cells than a form")
        for row in _grid(sheet, lines):
            filled = [cell for cell in row if cell]
            if len(filled) == 1 and row[0]:
                lines.append(row[0])
            elif filled:
                rows.append(row)
    return Sheet(tuple(lines), tuple(rows))


def _refuse_too_large(package: _Package) -> None:
    """Refuse a workbook that is too large, before openpyxl unfolds it.

    Raises:
        Unreadable: the workbook has too many sheets or cells.
    """
    workbook = package.part("xl/workbook.xml")
    if sum(element.tag.endswith("}sheet") for element in workbook.iter()) > SHEETS_LIMIT:
        raise Unreadable(f"the workbook has more than {SHEETS_LIMIT} sheets")
    for name in sorted(package.names):
        if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
            continue
        cells = 0
        for element in package.part(name).iter():
            if element.tag.endswith("}c"):
                cells += 1
            elif element.tag.endswith("}mergeCell"):
                left, top, right, bottom = range_boundaries(element.get("ref", ""))
                if None in {left, top, right, bottom}:
                    raise Unreadable("the spreadsheet merges whole rows or columns")
                cells += (int(right or 0) - int(left or 0) + 1) * (
                    int(bottom or 0) - int(top or 0) + 1
                )
            if cells > CELLS_LIMIT:
                raise Unreadable("the spreadsheet has more cells than a form")


def _grid(sheet: Worksheet, lines: list[str]) -> Iterator[tuple[str, ...]]:
    merged_texts: dict[tuple[int, int], str] = {}
    for merged in sheet.merged_cells.ranges:
        first = sheet.cell(merged.min_row, merged.min_col).value
        merged_texts |= {
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
            merged_texts.get((cell.row or 0, cell.column or 0), _shown(cell.value)).strip()
            for cell in row
        )


def _shown(value: object) -> str:
    return "" if value is None else str(value)

"""Read an Excel file: each cell as it is shown, or with a doubt that names its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from xml.etree.ElementTree import Element

from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

from hmic_letters.documents.apart import Unreadable
from hmic_letters.documents.returned.equations import SUPERSCRIPTS
from hmic_letters.documents.returned.number_format import (
    GENERAL,
    format_of,
    is_date,
    shown_number,
    shown_text,
)
from hmic_letters.documents.returned.package import Package
from hmic_letters.documents.returned.sheet import (
    HIDDEN,
    STRUCK,
    Cell,
    Note,
    Row,
    Sheet,
    Table,
    said,
)
from hmic_letters.documents.returned.symbols import UNKNOWN, symbol
from hmic_letters.documents.returned.word_styles import WHITE, is_same_colour

CELLS_LIMIT = 100_000  # in a sheet
SHEETS_LIMIT = 50
LOW, NARROW = 2.0, 0.3  # a row or column of less than that shows nothing
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
WHITES = {"theme": {"0"}, "indexed": {"1", "9"}}  # the colours of the usual palette that are white
# The signs of a header or footer that stand for something else than words.
CODES = re.compile(r'&(?:"[^"]*"|K[0-9A-F]{6}|K[0-9]{2}[+-][0-9]{3}|[0-9]+|[A-Z&])')
THREAD = "[Threaded comment]"  # the beginning of a copy of a comment, for older programs
NUMBER = re.compile(r"[-+]?[0-9.]+([eE][-+]?[0-9]+)?")
UNREAD = "it is not read"
AS_TEXT = "Type it into that cell again as text, with an apostrophe (') in front of it."
Texts = list[tuple[str, str]]  # words, with the reason why they do not count


def read_excel(package: Package, main: str, root: Element) -> Sheet:
    """Read the lines, tables and notes of a workbook.

    A row with one filled cell, in the first column, is a line. An empty row ends a table.
    """
    sheets = list(root.iter("x|sheet"))
    if len(sheets) > SHEETS_LIMIT:
        raise Unreadable(f"the workbook has more than {SHEETS_LIMIT} sheets")
    book = _Book(package, main, root)
    lines: list[str] = []
    tables: list[Table] = []
    notes: list[Note] = []
    for number, element in enumerate(sheets, 1):
        usual = ("worksheet", f"xl/worksheets/sheet{number}.xml")
        kind, target = book.targets.get(element.get("r|id", ""), usual)
        name = f"the sheet '{element.get('name')}'"
        if kind != "worksheet":
            notes.append(Note(name, f"a {kind}", UNREAD))
            continue
        part = package.part(target)
        sheet = _WorkSheet(book, name, part)
        notes += sheet.notes
        if element.get("state", "visible") == "visible":
            for group in sheet.tables():
                lines += [row[0].text for row in group if _is_line(row)]
                tables.append(tuple(row for row in group if not _is_line(row)))
            lines += _drawn_words(package, target)
            lines += _edges(part)
        else:
            where = f"{name}, which is hidden"
            notes += [Note(where, "", cell.text) for row in sheet.rows for cell in row if cell.text]
        notes += [Note(name, kind, text) for kind, text in _comments(package, target)]
        notes += [Note(name, thing, UNREAD) for thing in _things(package, target, part)]
    return Sheet(tuple(lines), tuple(filter(None, tables)), tuple(notes))


def _is_line(row: Row) -> bool:
    """Return whether only the first cell of a row is filled, and all of it is read."""
    filled = [cell for cell in row if cell.text or cell.doubt]
    return filled == [row[0]] and not row[0].doubt


@dataclass(frozen=True)
class _Style:
    """How a cell looks: its number format, and why its words do not count, if they do not."""

    code: str = GENERAL
    gone: str = ""
    raised: bool = False
    typeface: str = ""
    ground: str | None = WHITE
    has_box: bool = False  # it shows TRUE and FALSE as a check box


class _Book:
    """A workbook: what all of its sheets share."""

    def __init__(self, package: Package, main: str, root: Element) -> None:
        self.targets = package.relations(main)
        properties, engine = root.find("x|workbookPr"), root.find("x|calcPr")
        self.is_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
        # A program that cannot calculate leaves that to Excel.
        self.is_calculated = engine is None or engine.get("fullCalcOnLoad") not in {"1", "true"}
        self.styles = list(_styles(next(package.related(main, "styles"), None)))
        strings = next(package.related(main, "sharedStrings"), None)
        self.strings = [] if strings is None else list(strings.iterfind("x|si"))

    def words(self, item: Element, style: _Style) -> Texts:
        """Return the words of a text, run by run."""
        words: Texts = []
        for child in item:
            look = style
            if child.tag == "x|r" and (properties := child.find("x|rPr")) is not None:
                look = _font(properties, "x|rFont", style.ground)
            text = child.findtext("x|t") if child.tag == "x|r" else child.text
            if child.tag in {"x|r", "x|t"}:
                words.append((_signs(text or "", look), look.gone))
        return words


def _styles(root: Element | None) -> Iterator[_Style]:
    if root is None:
        return
    own = {
        int(one.get("numFmtId", "0")): one.get("formatCode", GENERAL)
        for one in root.iterfind("x|numFmts/x|numFmt")
    }
    fonts = list(root.iterfind("x|fonts/x|font"))
    fills = list(root.iterfind("x|fills/x|fill"))
    for one in root.iterfind("x|cellXfs/x|xf"):
        fill = fills[int(one.get("fillId", "0"))] if fills else None
        font = fonts[int(one.get("fontId", "0"))] if fonts else Element("x|font")
        look = _font(font, "x|name", _ground(fill))
        yield _Style(
            code=format_of(int(one.get("numFmtId", "0")), own),
            gone=look.gone,
            raised=look.raised,
            typeface=look.typeface,
            ground=_ground(fill),
            has_box=any("xfComplement" in child.tag for child in one.iter()),
        )


def _font(font: Element, name: str, ground: str | None) -> _Style:
    strike, color = font.find("x|strike"), font.find("x|color")
    size, align = font.find("x|sz"), font.find("x|vertAlign")
    typeface = font.find(name)
    gone = ""
    if strike is not None and strike.get("val", "1") not in {"0", "false"}:
        gone = STRUCK
    tiny = size is not None and float(size.get("val", "11")) <= LOW
    if tiny or (color is not None and is_same_colour(_colour(color), ground)):
        gone = HIDDEN
    return _Style(
        gone=gone,
        raised=align is not None and align.get("val") == "superscript",
        typeface="" if typeface is None else typeface.get("val", ""),
    )


def _colour(color: Element) -> str:
    """Return a colour as 'FFFFFF'; empty if the palette has to tell it."""
    if any(color.get(name) in whites for name, whites in WHITES.items()) and not color.get("tint"):
        return WHITE
    return color.get("rgb", "")[-6:]


def _ground(fill: Element | None) -> str | None:
    """Return the colour behind a cell; None if it is not known."""
    pattern = fill.find("x|patternFill") if fill is not None else None
    if pattern is None:
        return WHITE if fill is None or not len(fill) else None
    if pattern.get("patternType", "none") == "none":
        return WHITE
    color = pattern.find("x|fgColor")
    return _colour(color) or None if color is not None else None


def _signs(text: str, style: _Style) -> str:
    """Return a text with the signs that its typeface shows, and without Excel's escapes."""
    text = ESCAPED.sub(lambda match: chr(int(match[1], 16)), text).replace("\r\n", "\n")
    if style.raised:
        text = text.translate(SUPERSCRIPTS)
    return "".join(symbol(style.typeface, ord(one)) for one in text.replace("\r", "\n"))


class _WorkSheet:
    """A sheet: its rows of cells, and notes on all that is not plainly in them."""

    def __init__(self, book: _Book, name: str, root: Element) -> None:
        self._book, self._name = book, name
        self.notes: list[Note] = []
        self._hidden_columns = [
            (int(one.get("min", "0")), int(one.get("max", "0")))
            for one in root.iterfind("x|cols/x|col")
            if _is_set(one, "hidden") or float(one.get("width", "9")) < NARROW
        ]
        self._hidden_rows: set[int] = set()
        usual = root.find("x|sheetFormatPr")
        self._height = "15" if usual is None else usual.get("defaultRowHeight", "15")
        grid = self._grid(root)
        merged = self._merged(root, sum(map(len, grid.values())))
        height, width = max(grid, default=0), max(map(max, filter(None, grid.values())), default=0)
        if height * width > CELLS_LIMIT:
            raise Unreadable("the spreadsheet has more cells than a form")
        self.rows = [
            self._row(at, grid.get(at, {}), width, grid, merged) for at in range(1, height + 1)
        ]

    def tables(self) -> Iterator[list[Row]]:
        """Yield the rows between the empty ones."""
        for has_words, rows in groupby(
            self.rows, lambda row: any(cell.text or cell.doubt for cell in row)
        ):
            if has_words:
                yield list(rows)

    def _grid(self, root: Element) -> dict[int, dict[int, Element]]:
        """Find the cells by row and column; a file may leave either out where they follow."""
        grid: dict[int, dict[int, Element]] = {}
        at = cells = 0
        for row in root.iterfind("x|sheetData/x|row"):
            at = int(row.get("r", at + 1))
            if _is_set(row, "hidden") or float(row.get("ht", self._height)) < LOW:
                self._hidden_rows.add(at)
            column = 0
            for cell in row.iterfind("x|c"):
                match = ADDRESS.fullmatch(cell.get("r", ""))
                column = column_index_from_string(match[1]) if match else column + 1
                grid.setdefault(at, {})[column] = cell
                cells += 1
            if cells > CELLS_LIMIT:
                raise Unreadable("the spreadsheet has more cells than a form")
        return grid

    def _merged(self, root: Element, cells: int) -> dict[tuple[int, int], tuple[int, int]]:
        """Return the first cell of the merged ones for each cell that is not the first."""
        merged = {}
        for one in root.iterfind("x|mergeCells/x|mergeCell"):
            bounds = range_boundaries(one.get("ref", ""))
            if None in bounds:
                raise Unreadable("the spreadsheet merges whole rows or columns")
            left, top, right, bottom = (int(bound or 0) for bound in bounds)
            cells += (right - left + 1) * (bottom - top + 1)
            if cells > CELLS_LIMIT:
                raise Unreadable("the spreadsheet has more cells than a form")
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    merged[row, column] = (top, left)
            del merged[top, left]
        return merged

    def _row(
        self,
        at: int,
        given: dict[int, Element],
        width: int,
        grid: dict[int, dict[int, Element]],
        merged: dict[tuple[int, int], tuple[int, int]],
    ) -> Row:
        """Read a row; a hidden one is empty, and its words are notes."""
        cells = []
        first = len(self.notes)
        for column in range(1, width + 1):
            cell = self._cell(given[column], at, column) if column in given else Cell("")
            if (at, column) in merged:
                self._add(HIDDEN, cell.text)
                top, left = merged[at, column]
                source = grid.get(top, {}).get(left)
                cell = Cell("")
                if left == column and source is not None:
                    held = len(self.notes)
                    cell = self._cell(source, top, left)
                    del self.notes[held:]
            elif any(low <= column <= high for low, high in self._hidden_columns):
                self._add("in a hidden column", cell.text)
                cell = Cell("")
            cells.append(cell)
        where = cells[0].text if cells else ""
        self.notes[first:] = [Note(where, one.kind, one.text) for one in self.notes[first:]]
        if at not in self._hidden_rows:
            return tuple(cells)
        for cell in cells:
            if cell.text:
                self.notes.append(Note(where, "in a hidden row", cell.text))
        return ()

    def _add(self, kind: str, text: str) -> None:
        if text.strip():
            self.notes.append(Note("", kind, text.strip()))

    def _cell(self, cell: Element, row: int, column: int) -> Cell:
        place = f"{get_column_letter(column)}{row} of {self._name}"
        style = self._book.styles[int(cell.get("s", "0"))] if self._book.styles else _Style()
        kind, value = cell.get("t", "n"), cell.findtext("x|v")
        formula = cell.find("x|f")
        is_known = bool(value) or (kind == "str" and value is not None)
        if formula is not None and not (is_known and self._book.is_calculated):
            doubt = f"{place} has a formula without its result"
            return Cell(f"={formula.text or ''}", doubt, AS_TEXT)
        if kind == "inlineStr":
            inline = cell.find("x|is")
            words = self._book.words(inline, style) if inline is not None else []
            return self._text(words, place, style)
        if not value:
            return Cell("")
        if kind in {"n", "d"}:
            return self._number(value, place, style)
        if kind == "s":
            return self._text(self._book.words(self._book.strings[int(value)], style), place, style)
        if kind == "b":
            boxes = ("☐", "☒") if style.has_box else ("FALSE", "TRUE")
            value = boxes[value == "1"]
        shown = self._text([(_signs(value, style), style.gone)], place, style)
        return (
            replace(shown, doubt=f"{place} shows an error", remedy=AS_TEXT)
            if kind == "e"
            else shown
        )

    def _text(self, words: Texts, place: str, style: _Style) -> Cell:
        """Keep the words of a text that count; note the others."""
        text = said(words, self._add)
        shown = shown_text(text, style.code)
        if text and not shown:
            self._add(HIDDEN, text)
        if UNKNOWN in shown:
            return Cell(shown.strip(), f"{place} has a sign that cannot be read", AS_TEXT)
        return Cell(shown.strip())

    def _number(self, value: str, place: str, style: _Style) -> Cell:
        """Show a number or a date; Excel makes dates of words such as '3-4'."""
        if not NUMBER.fullmatch(value):
            return Cell(value, f"{place} has the date {value}", AS_TEXT)
        number = float(value)
        shown = shown_number(number, style.code, self._book.is_1904)
        if shown is None:
            code = f"'{style.code}'" if style.code else "of money or dates of its country"
            return Cell(value, f"{place} has a number in the format {code}", AS_TEXT)
        if style.gone or not shown:
            self._add(style.gone or HIDDEN, shown or value)
            return Cell("")
        if is_date(style.code):
            return Cell(shown, f"{place} has the date {shown}: Excel may have made it", AS_TEXT)
        return Cell(shown)


def _is_set(element: Element, name: str) -> bool:
    return element.get(name) in {"1", "true"}


def _comments(package: Package, target: str) -> Iterator[tuple[str, str]]:
    """Yield the comments on a sheet, with their kind: 'comment on D16'."""
    threads = list(package.related(target, "threadedComment"))
    for part in threads:
        for comment in part.iter("threads|threadedComment"):
            yield f"comment on {comment.get('ref')}", comment.findtext("threads|text", "").strip()
    for part in package.related(target, "comments"):
        authors = [one.text or "" for one in part.iterfind("x|authors/x|author")]
        for comment in part.iter("x|comment"):
            text = "".join(one.text or "" for one in comment.iter("x|t"))
            at = int(comment.get("authorId", "0"))
            name = authors[at].strip() if at < len(authors) else ""
            by = f" by {name}" if name else ""
            if not (threads and text.startswith(THREAD)):
                yield f"comment on {comment.get('ref')}{by}", _signs(text, _Style()).strip()


def _drawn_words(package: Package, target: str) -> Iterator[str]:
    """Yield the words in the text boxes and shapes of a sheet."""
    for part in package.related(target, "drawing"):
        for paragraph in part.iter("a|p"):
            if text := "".join(one.text or "" for one in paragraph.iter("a|t")).strip():
                yield text


def _edges(sheet: Element) -> Iterator[str]:
    """Yield the words in the headers and footers of a sheet."""
    for edge in sheet.iterfind("x|headerFooter/*"):
        for part in re.split("&[LCR]", re.sub("&[PN]", "1", edge.text or "")):
            if words := CODES.sub("", part).strip():
                yield words


def _things(package: Package, target: str, sheet: Element) -> Iterator[str]:
    """Yield the things on a sheet that are not read."""
    for part in package.related(target, "drawing"):
        yield from ("a picture" for _ in part.iter("xdr|pic"))
        yield from ("a chart or diagram" for _ in part.iter("xdr|graphicFrame"))
    if sheet.find("x|conditionalFormatting") is not None:
        yield "a format that depends on a condition"
    for part in package.related(target, "ctrlProp"):
        ticked = "a ticked" if part.get("checked") == "Checked" else "a"
        yield f"{ticked} control ({part.get('objectType')})"
    for kind, _ in package.relations(target).values():
        if kind in {"oleObject", "package"}:
            yield "an embedded object"

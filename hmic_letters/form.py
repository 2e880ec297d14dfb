"""The response form that goes out with a proof, in Word and as a spreadsheet."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import _Cell, _Row
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from hmic_letters.accuracy import CLASSES, LETTER, NEW, Proof
from hmic_letters.model import in_words
from hmic_letters.packed import settled
from hmic_letters.word import TYPEFACE, new_document, saved

HEADING = "Factual accuracy check: response form"
COLUMNS = (
    "Finding",
    "Text as checked",
    "Class (A, B or C)",
    "Point",
    "Proposed wording",
    "Evidence (document, page and paragraph)",
)
WIDTHS = (24, 72, 20, 50, 56, 39)  # in millimetres; in characters, half of that
LINE = 15  # points of a line in the spreadsheet
SHADE = "D9D9D9"  # behind the headings of the columns
MARK = "DRAFT for a factual accuracy check, not for publication"
AUTHOR = "HMIC"
NO_INACCURACIES = "We confirm that there are no factual inaccuracies."
COMPLETED_BY = "Completed by (name and post):"
SPARE_ROWS = 5
ON_THE_LETTER = "The letter itself: names, ranks, honours, titles, dates."
LEFT_OUT = "Something that was left out."
EXPLANATION = (
    "Class A is a slip, such as a misspelling. Class B is a fact that is wrong; give the evidence "
    "with its document, page and paragraph. Class C is something that was left out; use the rows "
    "'new'. For a second point on a finding add a row with its number. The proposed wording is the "
    "whole new text of the finding.",
    "Leave empty what you have no point on. If there is no point at all, put an X into the "
    "brackets: [X].",
)


@dataclass(frozen=True)
class Form:
    """What both forms say. ``specimen`` is whether the findings are none."""

    slug: str
    force: str
    proof: Proof
    specimen: bool

    @property
    def reference(self) -> str:
        """By which a form that comes back tells its force and its proof."""
        return reference(self.slug, self.proof)

    @property
    def title(self) -> str:
        """What the files are called for whoever looks at their properties."""
        return f"Factual accuracy check, {self.force}: response form"

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands above the table."""
        draft = f"{self.force}, proof {self.proof.number}, sent on {in_words(self.proof.sent)}"
        specimen = "Specimen: what stands here says nothing about any police force."
        return (
            draft,
            *([specimen] if self.specimen else []),
            f"Please return this form by {in_words(self.proof.due)}.",
            *EXPLANATION,
            f"Reference: {self.reference}",
            COMPLETED_BY,
            f"[ ] {NO_INACCURACIES}",
        )

    @property
    def rows(self) -> Iterator[tuple[str, str]]:
        """Finding and text of each row."""
        for name, finding in self.proof.findings.items():
            yield name, "\n".join([finding.text, *(f"• {point}" for point in finding.points)])
        yield LETTER, ON_THE_LETTER
        for _ in range(SPARE_ROWS):
            yield NEW, LEFT_OUT


def reference(slug: str, proof: Proof) -> str:
    """``hertfordshire-1-0123456789ab``: force, number of the proof and the start of its digest."""
    return f"{slug}-{proof.number}-{proof.digest[:12]}"


def word(form: Form) -> bytes:
    """The form as a .docx; the same form, the same bytes."""
    document = new_document(form.title, AUTHOR, [MARK], is_wide=True)
    document.add_heading(HEADING, 1)
    for line in form.lines:
        document.add_paragraph(line)
    rows = list(form.rows)
    table = document.add_table(len(rows) + 1, len(COLUMNS), "Table Grid")
    # Filled cell by cell through the table this takes seconds.
    grid = [row.cells for row in table.rows]
    for number, width in enumerate(WIDTHS):
        table.columns[number].width = Mm(width)
        for cells in grid:
            cells[number].width = Mm(width)
    for cell, title in zip(grid[0], COLUMNS, strict=True):
        cell.paragraphs[0].add_run(title).bold = True
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), SHADE)
        cell._tc.get_or_add_tcPr().append(shade)
    _add_property(table.rows[0], "w:tblHeader")
    for row, cells, (name, text) in zip(table.rows[1:], grid[1:], rows, strict=True):
        _add_property(row, "w:cantSplit")
        row.height = Mm(15)
        cells[0].text = name
        _fill(cells[1], text)
    return saved(document, form.proof.sent)


def _add_property(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _fill(cell: _Cell, text: str) -> None:
    first, *others = text.split("\n")
    cell.text = first
    for other in others:
        cell.add_paragraph(other)


def spreadsheet(form: Form) -> bytes:
    """The form as an .xlsx; the same form, the same bytes."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Response form"
    _set_page(sheet)
    for number, line in enumerate((HEADING, *form.lines), 1):
        above = sheet.cell(number, 1, line)
        above.font = Font(TYPEFACE, bold=number == 1, size=14 if number == 1 else 11)
        above.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=len(COLUMNS))
        # A cell of several columns does not grow by itself, nor in LibreOffice any other.
        sheet.row_dimensions[number].height = LINE * (_lines(line, sum(WIDTHS)) + 0.5)
    top = len(form.lines) + 3
    for column, (title, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True), 1):
        sheet.cell(top, column, title).fill = PatternFill("solid", SHADE)
        sheet.column_dimensions["ABCDEF"[column - 1]].width = width / 2
    sheet.row_dimensions[top].height = 3 * LINE
    for number, (name, text) in enumerate(form.rows, top + 1):
        sheet.cell(number, 1, name)
        sheet.cell(number, 2, text)
        sheet.row_dimensions[number].height = LINE * max(_lines(text, WIDTHS[1]), 3)
    side = Side("thin")
    for row in sheet.iter_rows(min_row=top):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.border = Border(side, side, side, side)
            cell.font = Font(TYPEFACE, bold=cell.row == top, size=11)
    choice = DataValidation(type="list", formula1=f'"{",".join(CLASSES)}"', allow_blank=True)
    choice.add(f"C{top + 1}:C{top + 500}")
    sheet.add_data_validation(choice)
    sheet.print_title_rows = f"{top}:{top}"
    properties = book.properties
    properties.title, properties.creator = form.title, AUTHOR
    moment = datetime.combine(form.proof.sent, time())
    properties.created = properties.modified = moment
    made = io.BytesIO()
    book.save(made)
    return settled(made.getvalue(), moment)


def _set_page(sheet: Worksheet) -> None:
    """On paper it is A4 on its side, as wide as the paper, with the mark and the page's number."""
    assert sheet.oddHeader is not None
    assert sheet.oddFooter is not None
    assert sheet.sheet_properties.pageSetUpPr is not None
    sheet.oddHeader.center.text = MARK
    sheet.oddFooter.center.text = "Page &P of &N"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _lines(text: str, width: int) -> int:
    """In how many lines a text stands; ``width`` in millimetres."""
    return sum(len(line) // (width // 2) + 1 for line in text.split("\n"))

"""The response form that goes out with a proof, in Word and as a spreadsheet."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation

from hmic_letters.accuracy import CLASSES, LETTER, NEW, Proof
from hmic_letters.model import in_words
from hmic_letters.packed import settled

COLUMNS = (
    "Finding",
    "Text as checked",
    "Class (A, B or C)",
    "Point",
    "Proposed wording",
    "Evidence (document, page and paragraph)",
)
WIDTHS = (22, 75, 18, 50, 60, 42)  # in millimetres; in characters, half of that
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
    def lines(self) -> tuple[str, ...]:
        """What stands above the table."""
        draft = f"{self.force}, proof {self.proof.number}, sent on {in_words(self.proof.sent)}"
        specimen = "Specimen: these are no findings, and no force was sent them."
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
    document = Document()
    _describe(document, form)
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(11)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    document.styles["Normal"].element.get_or_add_rPr().append(language)
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(15)
    section.header.paragraphs[0].text = "DRAFT for a factual accuracy check, not for publication"
    document.add_heading("Factual accuracy check: response form", 1)
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
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for cells, (name, text) in zip(grid[1:], rows, strict=True):
        cells[0].text = name
        _fill(cells[1], text)
    made = io.BytesIO()
    document.save(made)
    return settled(made.getvalue(), _moment(form))


def _fill(cell: _Cell, text: str) -> None:
    first, *others = text.split("\n")
    cell.text = first
    for other in others:
        cell.add_paragraph(other)


def _describe(document: WordDocument, form: Form) -> None:
    properties = document.core_properties
    properties.title = f"Factual accuracy check, {form.force}: response form"
    properties.author = properties.last_modified_by = "HMIC"
    properties.comments = ""
    properties.language = "en-GB"
    properties.created = properties.modified = _moment(form)


def _moment(form: Form) -> datetime:
    return datetime.combine(form.proof.sent, time(), UTC).replace(tzinfo=None)


def spreadsheet(form: Form) -> bytes:
    """The form as an .xlsx; the same form, the same bytes."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Response form"
    wrapped = Alignment(wrap_text=True, vertical="top")
    sheet["A1"] = "Factual accuracy check: response form"
    sheet["A1"].font = Font(bold=True, size=14)
    assert sheet.oddHeader is not None
    sheet.oddHeader.center.text = "DRAFT for a factual accuracy check, not for publication"
    for number, line in enumerate(form.lines, 2):
        sheet.cell(number, 1, line)
    top = len(form.lines) + 3
    for column, title in enumerate(COLUMNS, 1):
        sheet.cell(top, column, title).font = Font(bold=True)
        sheet.column_dimensions["ABCDEF"[column - 1]].width = WIDTHS[column - 1] / 2
    for number, (name, text) in enumerate(form.rows, top + 1):
        for column in range(1, len(COLUMNS) + 1):
            sheet.cell(number, column).alignment = wrapped
        sheet.cell(number, 1, name)
        sheet.cell(number, 2, text)
    choice = DataValidation(type="list", formula1=f'"{",".join(CLASSES)}"', allow_blank=True)
    choice.add(f"C{top + 1}:C{top + 500}")
    sheet.add_data_validation(choice)
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_setup.orientation = "landscape"
    book.properties.title = f"Factual accuracy check, {form.force}: response form"
    book.properties.creator = "HMIC"
    book.properties.created = book.properties.modified = _moment(form)
    made = io.BytesIO()
    book.save(made)
    return settled(made.getvalue(), _moment(form))

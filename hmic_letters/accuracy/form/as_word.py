"""The response form as a Word document."""

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import _Cell, _Row

from hmic_letters.accuracy.form.content import AUTHOR, COLUMNS, HEADING, MARK, SHADE, WIDTHS, Form
from hmic_letters.documents.word import new_document, saved


def word(form: Form) -> bytes:
    """Write the form as a .docx; the same form gives the same bytes."""
    document = new_document(form.title, AUTHOR, [MARK], is_wide=True)
    document.add_heading(HEADING, 1)
    for line in form.lines:
        document.add_paragraph(line)
    rows = list(form.rows)
    table = document.add_table(len(rows) + 1, len(COLUMNS), "Table Grid")
    # Why: reading each cell through the table takes seconds.
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

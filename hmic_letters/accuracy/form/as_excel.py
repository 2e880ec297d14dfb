"""The response form as an Excel workbook."""

import io
from datetime import datetime, time

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.numbers import FORMAT_GENERAL, FORMAT_TEXT
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from hmic_letters.accuracy.form.content import AUTHOR, COLUMNS, HEADING, MARK, SHADE, WIDTHS, Form
from hmic_letters.data.model.accuracy import CLASSES
from hmic_letters.documents.repack import settled
from hmic_letters.documents.word import TYPEFACE

LINE = 15  # height of a line in the spreadsheet, in typographic points


def spreadsheet(form: Form) -> bytes:
    """Write the form as an .xlsx; the same form gives the same bytes."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Response form"
    _set_page(sheet)
    for number, line in enumerate((HEADING, *form.lines), 1):
        above = sheet.cell(number, 1, line)
        above.font = Font(TYPEFACE, bold=number == 1, size=14 if number == 1 else 11)
        above.alignment = Alignment(wrap_text=True, vertical="center")
        is_filled_in = line in form.lines[-2:]  # those of the name and the tick
        above.number_format = FORMAT_TEXT if is_filled_in else FORMAT_GENERAL
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=len(COLUMNS))
        # Why: a merged cell does not grow by itself, and in LibreOffice no cell does.
        sheet.row_dimensions[number].height = LINE * (_lines(line, sum(WIDTHS)) + 0.5)
    top = len(form.lines) + 3
    for column, (title, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True), 1):
        sheet.cell(top, column, title).fill = PatternFill("solid", SHADE)
        sheet.column_dimensions["ABCDEF"[column - 1]].width = width / 2
        # Why: the rows that people add have the format of the column.
        sheet.column_dimensions["ABCDEF"[column - 1]].number_format = FORMAT_TEXT
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
    for number, row in enumerate(sheet.iter_rows(), 1):
        for cell in row:
            if isinstance(cell.value, str):
                # Why: openpyxl takes a text that begins with '=' for a formula, and Excel does so
                # when somebody edits the cell, unless it has this mark.
                cell.data_type, cell.quotePrefix = "s", cell.value.startswith("=")
            elif number > top:
                # Why: in any other format Excel makes numbers and dates of '75%' and '3-4'.
                cell.number_format = FORMAT_TEXT
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
    """Set up printing: A4 landscape, as wide as the paper, with MARK and the page number."""
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
    """Count the lines that a text needs; ``width`` in millimetres."""
    return sum(len(line) // (width // 2) + 1 for line in text.split("\n"))

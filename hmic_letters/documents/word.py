"""Create and save Word documents in the office's style: type, paper, marks, page numbers."""

import io
from collections.abc import Sequence
from datetime import date, datetime, time

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from hmic_letters.documents.repack import settled

TYPEFACE = "Arial"  # the typeface of Word that is as wide as the letters' Liberation Sans
HEADINGS = {"Heading 1": 15, "Heading 2": 12}  # in points
MARGIN = 18  # in millimetres


def new_document(title: str, author: str, marks: Sequence[str], is_wide: bool) -> WordDocument:
    """Create an A4 document.

    Every page has ``marks`` at its head, and the title and the page number at its foot.
    """
    document = Document()
    properties = document.core_properties
    properties.title, properties.comments, properties.language = title, "", "en-GB"
    properties.author = properties.last_modified_by = author
    _set_type(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    if is_wide:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(MARGIN)
    head = section.header.paragraphs[0]
    for number, mark in enumerate(marks):
        head.add_run(f"{' ' * bool(number)}{mark}.").bold = True
    foot = section.footer.paragraphs[0]
    foot.add_run(f"{title}, page ")
    _add_field(foot, "PAGE")
    foot.add_run(" of ")
    _add_field(foot, "NUMPAGES")
    return document


def _set_type(document: WordDocument) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = TYPEFACE, Pt(11)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    normal.element.get_or_add_rPr().append(language)
    for name, size in HEADINGS.items():
        font = document.styles[name].font
        font.name, font.size, font.color.rgb = TYPEFACE, Pt(size), RGBColor(0, 0, 0)
        # Why: the typeface of the theme takes precedence over the named one.
        fonts = document.styles[name].element.rPr.rFonts
        for attribute in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[attribute]


def _add_field(paragraph: Paragraph, instruction: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    field.append(paragraph.add_run("1")._r)
    paragraph._p.append(field)


def saved(document: WordDocument, day: date) -> bytes:
    """Return the document as a .docx of that day; the same document gives the same bytes."""
    moment = datetime.combine(day, time())
    document.core_properties.created = document.core_properties.modified = moment
    buffer = io.BytesIO()
    document.save(buffer)
    return settled(buffer.getvalue(), moment)

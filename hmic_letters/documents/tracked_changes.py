"""Write a redline as a Word document with real tracked changes."""

from collections.abc import Sequence
from datetime import date

from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph

from hmic_letters.documents.word import new_document, saved
from hmic_letters.letter.changes import Change, Comparison, Passage, Piece
from hmic_letters.workspace.digests import digest

STYLES = {"h1": "Heading 1", "h2": "Heading 2", "p": "Normal", "li": "List Bullet"}
DEEPER = "List Bullet 2"
MARKS = {
    Change.INSERTED: "w:ins",
    Change.DELETED: "w:del",
    Change.MOVED_FROM: "w:moveFrom",
    Change.MOVED_HERE: "w:moveTo",
}


def tracked(
    comparison: Comparison, title: str, marks: Sequence[str], author: str, day: date
) -> bytes:
    """Return the redline as a .docx file; the same inputs give the same bytes.

    With all changes accepted, the document has exactly the words of the new version. With all
    rejected, it has those of the old one. ``marks`` are printed at the head of every page. Every
    change has ``day`` and ``author``.
    """
    document = new_document(title, author, marks, is_wide=False)
    writer = _Writer(document, author, day)
    for passage in comparison.passages:
        writer.add(passage)
    return saved(document, day)


class _Writer:
    def __init__(self, document: WordDocument, author: str, day: date) -> None:
        self._document = document
        self._attributes = {"w:author": author, "w:date": f"{day}T00:00:00Z"}
        self._number = 0

    def add(self, passage: Passage) -> None:
        """Add a paragraph; if all of it is inserted or deleted, so is its paragraph mark."""
        style = STYLES.get(passage.style, DEEPER)
        paragraph = self._document.add_paragraph(style=style)
        if passage.change is not Change.SAME:
            properties = OxmlElement("w:rPr")
            properties.append(self._mark(passage.change))
            paragraph._p.get_or_add_pPr().append(properties)
        if passage.is_moved:
            start = self._range(paragraph, passage, "Start")
        for piece in passage.pieces:
            # Words that a moved finding lost are shown as deleted at its old place only.
            if passage.change is not Change.MOVED_HERE or piece.change is not Change.DELETED:
                self._add_piece(paragraph, piece)
        if passage.is_moved:
            end = OxmlElement(f"{MARKS[passage.change]}RangeEnd")
            end.set(qn("w:id"), start)
            paragraph._p.append(end)

    def _range(self, paragraph: Paragraph, passage: Passage, which: str) -> str:
        element = self._mark(passage.change, f"{MARKS[passage.change]}Range{which}")
        # Word pairs both ends of a move by their common name.
        element.set(qn("w:name"), f"{passage.finding}-{digest(passage.old.strip().encode())[:8]}")
        paragraph._p.append(element)
        return str(element.get(qn("w:id")))

    def _add_piece(self, paragraph: Paragraph, piece: Piece) -> None:
        run = paragraph.add_run(piece.text)
        if piece.change is Change.SAME:
            return
        mark = self._mark(piece.change)
        run._r.addprevious(mark)
        mark.append(run._r)
        if piece.change is Change.DELETED:
            for text in run._r.findall(qn("w:t")):
                text.tag = qn("w:delText")

    def _mark(self, change: Change, tag: str | None = None) -> BaseOxmlElement:
        mark = OxmlElement(tag or MARKS[change])
        self._number += 1
        mark.set(qn("w:id"), str(self._number))
        for name, value in self._attributes.items():
            mark.set(qn(name), value)
        return mark

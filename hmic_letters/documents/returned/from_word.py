"""Read a Word file: each kind of run is read, or a note or a doubt tells that it is not."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

from hmic_letters.documents.returned.equations import SUPERSCRIPTS, equation
from hmic_letters.documents.returned.package import Package
from hmic_letters.documents.returned.sheet import (
    HIDDEN,
    PROMPT,
    STRUCK,
    Cell,
    Note,
    Row,
    Sheet,
    Table,
    said,
)
from hmic_letters.documents.returned.symbols import UNKNOWN, symbol
from hmic_letters.documents.returned.word_styles import (
    WHITE,
    Lists,
    Look,
    Styles,
    ground_of,
    is_on,
    value,
)

LOW = 40  # twentieths of a typographic point
COLUMNS_LIMIT = 63  # in a table, as in Word
# Properties, deletions and marks: none of them shows a word.
SILENT = {
    *("w|del", "w|moveFrom", "w|pPr", "w|rPr", "w|sdtPr", "w|sdtEndPr", "w|rt"),
    *("w|delText", "w|delInstrText", "w|annotationRef", "w|footnoteRef", "w|endnoteRef"),
    *("w|separator", "w|continuationSeparator", "w|lastRenderedPageBreak", "w|tblPr", "w|trPr"),
    *("w|tcPr", "w|sectPr", "w|tblGrid", "w|tblPrEx", "w|customXmlPr", "w|smartTagPr"),
    *("w|rubyPr", "mc|Fallback"),
}
TEXTS = {"w|t", "w|delText"}
GONE = ("w|strike", "w|dstrike", "w|vanish")
FIXED = {"w|tab": " ", "w|ptab": " ", "w|br": "\n", "w|cr": "\n", "w|noBreakHyphen": "-"}
FIXED |= {"w|softHyphen": "\N{SOFT HYPHEN}"}
# Elements inside a drawing, with the kind of thing that they show.
SHOWS = {"OLEObject": "an embedded object", "chart": "a chart", "relIds": "a diagram"}
SHOWS |= {"blip": "a picture", "imagedata": "a picture", "contentPart": "handwriting"}
# Fields that show nothing, or only the number of a page.
UNSHOWN = {"PAGE", "NUMPAGES", "SECTIONPAGES", "XE", "TC", "TA", "RD", "SET", "ASK", "FORMTEXT"}
BESIDE = ("comment", "footnote", "endnote")
TYPE_IT = "Type it into that cell in words."


def read_word(package: Package, main: str, root: Element) -> Sheet:
    """Read the lines, tables and notes of a document."""
    return _Reader(package, main).sheet(root)


class _Field:
    """A field while its runs are read: first its instruction, then its result."""

    def __init__(self) -> None:
        self.instruction = ""
        self.swallowed = ""  # words inside the instruction
        self.in_result = self.has_result = False


class _Reader:
    def __init__(self, package: Package, main: str) -> None:
        self._package, self._main = package, main
        self._styles = Styles(next(package.related(main, "styles"), None))
        self._lists = Lists(next(package.related(main, "numbering"), None))
        self._targets = package.relations(main)
        self._notes: list[Note] = []
        self._doubts: list[str] = []
        self._fields: list[_Field] = []
        self._pieces: list[tuple[str, str]] = []  # words, with the reason why they do not count
        self._gone = ""  # why none of the words inside an element counts
        self._table = ""  # the style of the table
        self._ground: str | None = WHITE
        self._is_joined = False  # the mark between the last paragraph and the next is deleted
        self._beside: dict[tuple[str, str], Note] = {}
        self._readers: dict[str, Callable[[Element, Element, Look | None], None]] = {
            "w|t": lambda text, _, look: self._emit(text.text or "", look),
            "w|r": self._run,
            "w|sym": self._sign,
            "m|oMath": self._equation,
            "m|oMathPara": self._equation,
            "w|fldChar": self._field,
            "w|fldSimple": self._simple_field,
            "w|instrText": self._instruct,
            "w|sdt": self._control,
            "w|ruby": self._annotate,
            "mc|AlternateContent": self._choose,
            **dict.fromkeys(("w|drawing", "w|pict", "w|object"), self._drawing),
            **{f"w|{kind}Reference": self._refer for kind in BESIDE},
        }

    def sheet(self, root: Element) -> Sheet:
        """Read the document and all parts beside it."""
        for kind in BESIDE:
            for part in self._package.related(self._main, f"{kind}s"):
                for one in part:
                    text = "\n".join(self._texts(one))
                    by = f" by {one.get('w|author')}" if one.get("w|author") else ""
                    if text:
                        self._beside[kind, one.get("w|id", "")] = Note("", kind + by, text)
        lines: list[str] = []
        tables: list[Table] = []
        body = root.find("w|body")
        if body is None:
            raise ValueError
        self._read_blocks(body, lines, tables)
        for kind in ("header", "footer"):
            for part in self._package.related(self._main, kind):
                lines += self._texts(part)
        notes = (*self._notes, *self._beside.values())
        return Sheet(tuple(filter(str.strip, lines)), tuple(tables), notes)

    def _note(self, kind: str, text: str, where: str = "") -> None:
        if text.strip():
            self._notes.append(Note(where, kind, text.strip()))

    def _tell(self, what: str) -> None:
        """Tell of a thing that shows something and is not read."""
        self._notes.append(Note("", what, "it is not read"))
        self._doubts.append(what)

    # Blocks

    def _read_blocks(
        self, parent: Element, lines: list[str], tables: list[Table] | None = None
    ) -> None:
        """Read paragraphs and tables; without ``tables`` each cell of one becomes a line."""
        for block in parent:
            if block.tag == "w|p":
                self._add(lines, block)
            elif block.tag == "w|tbl":
                table = tuple(self._rows(block))
                if tables is None:
                    lines += [cell.text for row in table for cell in row]
                else:
                    tables.append(table)
            elif block.tag == "w|altChunk":
                _, target = self._targets.get(block.get("r|id", ""), ("", "unknown"))
                self._tell(f"an inserted file, {target}")
            elif block.tag not in SILENT:  # content controls and the like contain blocks
                around, self._gone = self._gone, self._gone or _prompt(block)
                self._read_blocks(block, lines, tables)
                self._gone = around

    def _add(self, lines: list[str], paragraph: Element) -> None:
        """Add the text of a paragraph, or join it to the one before."""
        text = self._text(paragraph)
        if self._is_joined and lines:
            lines[-1] += text
        else:
            lines.append(text)
        mark = paragraph.find("w|pPr/w|rPr")
        gone = ("w|del", "w|moveFrom")
        self._is_joined = mark is not None and any(mark.find(tag) is not None for tag in gone)

    def _texts(self, parent: Element) -> list[str]:
        """Return the texts of the paragraphs in an element, also of those in its tables."""
        lines: list[str] = []
        around, self._is_joined = self._is_joined, False
        self._read_blocks(parent, lines)
        self._is_joined = around
        return [text for line in lines if (text := line.strip())]

    def _rows(self, table: Element) -> Iterator[Row]:
        properties = table.find("w|tblPr")
        ground, around = self._ground, self._table
        style = value(properties, "w|tblStyle")
        inside = ground_of(properties, None if self._styles.has_shade(style) else ground)
        above: Row = ()
        for row in _inside(table, "w|tr"):
            if row.find("w|trPr/w|del") is not None:
                cell = next(_inside(row, "w|tc"), row)
                self._note(
                    STRUCK, "".join(one.text or "" for one in cell.iter() if one.tag in TEXTS)
                )
                continue
            first = len(self._notes)
            cells: list[Cell] = [Cell("")] * _number(row, "w|trPr/w|gridBefore", 0)
            for cell in _inside(row, "w|tc"):
                self._ground, self._table = ground_of(cell.find("w|tcPr"), inside), style
                cells.append(
                    self._cell(cell, above[len(cells)] if len(cells) < len(above) else None)
                )
                cells += [Cell("")] * (_number(cell, "w|tcPr/w|gridSpan", 1) - 1)
            self._ground, self._table = ground, around
            where = cells[0].text if cells else ""
            self._notes[first:] = [
                replace(note, where=where or note.where) for note in self._notes[first:]
            ]
            if is_on(row.find("w|trPr/w|hidden")) or _is_flat(row.find("w|trPr/w|trHeight")):
                for one in cells:
                    self._note("in a hidden row", one.text, where)
                continue
            above = tuple(cells)
            yield above

    def _cell(self, cell: Element, above: Cell | None) -> Cell:
        """Read a cell; one that continues the cell above repeats its text."""
        around, self._doubts = self._doubts, []
        text = "\n".join(self._texts(cell))
        doubts, self._doubts = self._doubts, around
        if cell.find("w|tcPr/w|cellDel") is not None:
            return Cell("")
        merged = cell.find("w|tcPr/w|vMerge")
        if merged is not None and merged.get("w|val", "continue") == "continue":
            self._note(HIDDEN, text)
            return above or Cell("")
        if not doubts:
            return Cell(text)
        doubt = f"it has {', '.join(dict.fromkeys(doubts))}, which is not read"
        return Cell(text, doubt, TYPE_IT)

    # Paragraphs

    def _text(self, paragraph: Element) -> str:
        around, self._pieces = self._pieces, []
        label = self._lists.label(self._styles.list_of(paragraph))
        self._walk(paragraph, paragraph)
        while self._fields and not self._fields[-1].in_result:
            # Its end is missing: its words are no instruction.
            self._emit(self._fields.pop().swallowed)
        pieces, self._pieces = self._pieces, around
        text = said(pieces, self._note)
        if label == "•" and not text.strip():
            label = ""
        return f"{label} {text}".strip() if label else text

    def _emit(self, text: str, look: Look | None = None) -> None:
        look = look or Look()
        if look.capitals:
            text = text.upper()
        if look.raised:
            text = text.translate(SUPERSCRIPTS)
        shown = "".join(symbol(look.typeface, ord(one)) for one in text)
        if UNKNOWN in shown and not (look.gone or self._gone):
            self._tell(f"a character of the typeface {look.typeface or '(unknown)'}")
        hiding = next((field for field in self._fields if not field.in_result), None)
        if hiding is not None:
            hiding.swallowed += shown
            return
        for field in self._fields:
            field.has_result = True
        self._pieces.append((shown, look.gone or self._gone))

    def _walk(self, parent: Element, paragraph: Element, look: Look | None = None) -> None:
        """Read what a paragraph or, if it has a look, a run contains."""
        for child in parent:
            if (reader := self._readers.get(child.tag)) is not None:
                reader(child, paragraph, look)
            elif child.tag in FIXED:
                self._emit(FIXED[child.tag], look)
            elif child.tag in SILENT:
                continue
            elif len(child):
                self._walk(child, paragraph, look)
            elif look is not None:
                self._tell(f"a part of the kind {re.split('[}|]', child.tag)[-1]}")

    def _run(self, run: Element, paragraph: Element, _: Look | None) -> None:
        look = self._styles.look(paragraph, run.find("w|rPr"), self._table, self._ground)
        self._walk(run, paragraph, look)

    def _sign(self, sign: Element, _: Element, look: Look | None) -> None:
        """Read a character of a symbol typeface."""
        typeface = replace(look or Look(), typeface=sign.get("w|font", ""))
        self._emit(chr(int(sign.get("w|char", "0"), 16)), typeface)

    def _equation(self, element: Element, *_: object) -> None:
        """Read an equation on one line."""
        if any(is_on(one) for tag in GONE for one in element.iter(tag)):
            self._tell("an equation with words that are struck out or hidden")
        self._emit(equation(element))

    def _refer(self, reference: Element, *_: object) -> None:
        """Note the comment, footnote or endnote that belongs to a place."""
        kind = reference.tag.removeprefix("w|").removesuffix("Reference")
        note = self._beside.pop((kind, reference.get("w|id", "")), None)
        self._notes += [note] if note else []

    def _choose(self, alternatives: Element, paragraph: Element, look: Look | None) -> None:
        """Read the first of several ways to show the same."""
        for tag in ("mc|Choice", "mc|Fallback"):
            if (choice := alternatives.find(tag)) is not None:
                self._walk(choice, paragraph, look)
                return

    def _annotate(self, ruby: Element, paragraph: Element, look: Look | None) -> None:
        """Read a word with small words above it, which are a note."""
        above = [text.text or "" for one in ruby.iter("w|rt") for text in one.iter("w|t")]
        self._note("above a word", "".join(above))
        self._walk(ruby, paragraph, look)

    def _control(self, control: Element, paragraph: Element, look: Look | None) -> None:
        """Read a content control."""
        box = control.find("w|sdtPr/w14|checkbox")
        if box is not None:
            checked = box.find("w14|checked")
            is_checked = checked is not None and checked.get("w14|val") in {"1", "true", "on"}
            self._emit("☒" if is_checked else "☐")
        else:
            around, self._gone = self._gone, self._gone or _prompt(control)
            self._walk(control, paragraph, look)
            self._gone = around

    def _drawing(self, drawing: Element, _: Element, look: Look | None) -> None:
        """Read the words of a drawing; tell of everything else in it."""
        boxes = list(_outermost(drawing, "w|txbxContent"))
        shapes = [one.get("string", "") for one in drawing.iter("v|textpath")]
        for text in (*("\n".join(self._texts(box)) for box in boxes), *shapes):
            self._emit(f"\n{text}\n", Look(gone=look.gone) if look else None)
        kinds = {SHOWS.get(re.split("[}|]", one.tag)[-1]) for one in drawing.iter()}
        for kind in sorted(filter(None, kinds)):
            self._tell(kind)
        if not boxes and not any(shapes) and kinds == {None}:
            self._tell("a drawing")

    # Fields

    def _instruct(self, instruction: Element, *_: object) -> None:
        if self._fields:
            self._fields[-1].instruction += instruction.text or ""

    def _simple_field(self, field: Element, paragraph: Element, look: Look | None) -> None:
        if not len(field):
            self._missing(field.get("w|instr", ""))
        self._walk(field, paragraph, look)

    def _field(self, mark: Element, *_: object) -> None:
        kind = mark.get("w|fldCharType")
        if kind == "begin":
            self._fields.append(_Field())
            self._answer(mark)
        elif kind == "separate" and self._fields:
            self._fields[-1].in_result = not self._fields[-1].has_result
        elif kind == "end" and self._fields:
            field = self._fields.pop()
            if not field.has_result:
                self._missing(field.instruction)

    def _answer(self, mark: Element) -> None:
        """Read the answer of an old form field, which has no result: a tick or a choice."""
        field = self._fields[-1]
        if (box := mark.find("w|ffData/w|checkBox")) is not None:
            checked = box.find("w|checked")
            ticked = is_on(box.find("w|default") if checked is None else checked)
            text = "☒" if ticked else "☐"
        elif (choices := mark.find("w|ffData/w|ddList")) is not None:
            at = int(value(choices, "w|result", value(choices, "w|default", "0")))
            entries = [one.get("w|val", "") for one in choices.iter("w|listEntry")]
            text = entries[at] if at < len(entries) else ""
        else:
            return
        field.in_result = True
        self._emit(text)
        field.in_result, field.has_result = False, True

    def _missing(self, instruction: str) -> None:
        command = instruction.split()[:1]
        if command and command[0].upper() not in UNSHOWN:
            self._tell(f"a field without its result ({' '.join(instruction.split())[:60]})")


def _inside(parent: Element, tag: str) -> Iterator[Element]:
    """Yield the nearest elements with a tag, even inside content controls and insertions."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag not in SILENT:
            yield from _inside(child, tag)


def _outermost(parent: Element, tag: str) -> Iterator[Element]:
    """Yield the nearest elements with a tag, in the first of alternatives."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag != "mc|Fallback":
            yield from _outermost(child, tag)


def _prompt(control: Element) -> str:
    """Return PROMPT for a content control that shows its prompt, such as 'Choose an item'."""
    return PROMPT if is_on(control.find("w|sdtPr/w|showingPlcHdr")) else ""


def _is_flat(height: Element | None) -> bool:
    """Return whether a row is too low to show anything."""
    if height is None or height.get("w|hRule") != "exact":
        return False
    return int(height.get("w|val", "0")) < LOW


def _number(parent: Element, path: str, default: int) -> int:
    return max(0, min(int(value(parent, path, str(default))), COLUMNS_LIMIT))

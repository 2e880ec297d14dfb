"""Words in returned forms: the tool reads each kind, tells it or asks about it."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from hmic_letters.accuracy.form.as_excel import spreadsheet
from hmic_letters.accuracy.form.as_word import word
from hmic_letters.accuracy.form.content import COMPLETED_BY, NO_INACCURACIES, Form
from hmic_letters.accuracy.form.points import read_response
from hmic_letters.data.model.accuracy import AccuracyCheck, CheckedFinding, Proof
from hmic_letters.documents import reading
from hmic_letters.problem import Refused

FINDINGS = {
    "AC1": CheckedFinding(text="The force attends 70% of crimes."),
    "AC2": CheckedFinding(text="It has a plan.", points=("one point", "another point")),
}
PROOF = Proof(
    number=1,
    sent=date(2014, 8, 11),
    due=date(2014, 8, 26),
    to="the Chief Constable",
    digest="0123456789abcdef",
    findings=FINDINGS,
)
FORM = Form("kent", "Kent Police", PROOF, specimen=False)
CHECK = AccuracyCheck(proofs=(PROOF,))
TICK = f"[ ] {NO_INACCURACIES}"
TICKED = TICK.replace("[ ]", "[X]")
STRICT = {
    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main": (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    ),
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": (
        b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    ),
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}
M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
V = 'xmlns:v="urn:schemas-microsoft-com:vml"'
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in this process, which is quicker; test_reading.py reads in one of its own."""
    monkeypatch.setattr(reading, "read_apart", lambda _, data: reading.sheet_of(data))


def outcome(data: bytes, name: str = "form.docx") -> list[str]:
    """Return all that is understood of a form, or why it is refused, in lines."""
    path = Path(name)
    try:
        answer = read_response(path, reading.read_returned(path, data), FORM, CHECK, None)
    except Refused as error:
        assert all(problem.remedy for problem in error.problems)
        return [f"{problem.code}: {problem.message}" for problem in error.problems]
    points = [
        " | ".join(filter(None, [one.finding, one.kind, one.point, one.wording, one.evidence]))
        for one in answer.points
    ]
    kept = [f"kept: {text}" for text in answer.unplaced]
    return [*points, *kept, *(["yes"] if answer.no_inaccuracies else [])]


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return made.getvalue()


# Word


@cache
def word_parts() -> dict[str, bytes]:
    """The form in Word, completed; without the long styles of python-docx, which take time."""
    parts = parts_of(word(FORM))
    parts["word/styles.xml"] = (
        f'<w:styles xmlns:w="{WORD}">'
        '<w:style w:type="character" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Child"><w:basedOn w:val="Gone"/></w:style>'
        "</w:styles>"
    ).encode()
    for name in ("word/stylesWithEffects.xml", "word/theme/theme1.xml", "docProps/thumbnail.jpeg"):
        del parts[name]
    xml = parts["word/document.xml"].decode()
    parts["word/document.xml"] = xml.replace(COMPLETED_BY, f"{COMPLETED_BY} Kay Lancaster").encode()
    return parts


def word_form(
    tick: str = "",
    point: str = "",
    after: str = "",
    cells: str = "",
    parts: dict[str, str] | None = None,
) -> bytes:
    """A form with other runs in the line of the tick, in the point of AC1 (class A) or after it."""
    made = dict(word_parts())
    xml = made["word/document.xml"].decode()
    if tick:
        xml = xml.replace(f"<w:r><w:t>{TICK}</w:t></w:r>", tick)
    if point:
        cells = f"{words('A')}\x00<w:p>{point}</w:p>"
    if cells:
        start = xml.index("<w:t>AC1</w:t>")
        end = xml.index("</w:tr>", start)
        first, *empty = xml[start:end].split("<w:p/>")
        filled = [*cells.split("\x00"), *["<w:p/>"] * 4][: len(empty)]
        xml = (
            xml[:start] + first + "".join(map("".join, zip(filled, empty, strict=True))) + xml[end:]
        )
    xml = xml.replace("<w:sectPr", f"{after}<w:sectPr", 1)
    made["word/document.xml"] = xml.encode()
    for name, text in (parts or {}).items():
        made[f"word/{name}"] = text.encode()
        relation = (
            f'<Relationship Id="x{name}" Type="http://x/{name.removesuffix(".xml")}" '
            f'Target="{name}"/></Relationships>'
        )
        rels = "word/_rels/document.xml.rels"
        made[rels] = made[rels].replace(b"</Relationships>", relation.encode())
    return packed(made)


def words(text: str, properties: str = "") -> str:
    """A paragraph with a run."""
    return f"<w:p>{run(text, properties)}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def field(kind: str, *, result: str = "", data: str = "") -> str:
    begin = f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>'
    middle = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + result if result else ""
    return (
        f"{begin}<w:r><w:instrText> {kind} </w:instrText></w:r>{middle}"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def box(checked: str) -> str:
    return f"<w:ffData><w:checkBox><w:default w:val='0'/>{checked}</w:checkBox></w:ffData>"


COMMENTS = (
    f'<w:comments xmlns:w="{WORD}"><w:comment w:id="0" w:author="K">{words("No.")}</w:comment>'
    "</w:comments>"
)
NOTES = (
    f'<w:footnotes xmlns:w="{WORD}"><w:footnote w:id="2">{words("Plan, p 3.")}</w:footnote>'
    "</w:footnotes>"
)
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
OFFICE = 'xmlns:o="urn:schemas-microsoft-com:office:office"'
NUMBERS = (
    f'<w:numbering xmlns:w="{WORD}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
    '<w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1)"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
LISTED = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
BOX = (
    '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>'
    f"{words('AC1 is wrong.')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)
PICTURE = '<w:r><w:drawing><x:blip xmlns:x="x"/></w:drawing></w:r>'
OPEN_AC1 = ["AC1 | A | not 70%"]

# A yes is a yes only alone: the line of the tick, and what follows it.
TICKS: dict[str, tuple[dict[str, object], list[str]]] = {
    "a yes": ({"tick": run(TICKED)}, ["yes"]),
    "an exception": (
        {"tick": run(f"{TICKED[:-1]}, except in AC1.")},
        [f"kept: {TICKED[:-1]}, except in AC1."],
    ),
    "a yes on two lines": (
        {"tick": f"{run(TICKED[:20])}<w:r><w:br/></w:r>{run(TICKED[20:])}"},
        ["yes"],
    ),
    "a question": ({"tick": run(f"{TICKED[:-1]}?")}, [f"kept: {TICKED[:-1]}?"]),
    "words below": (
        {"tick": run(TICKED), "after": words("AC1 is wrong.")},
        ["kept: AC1 is wrong.", "yes"],
    ),
    "words on the next line": (
        {"tick": f"{run(TICKED)}<w:r><w:br/></w:r>{run('AC1 is wrong.')}"},
        ["kept: AC1 is wrong.", "yes"],
    ),
    "a comment": (
        {
            "tick": run(TICKED) + '<w:r><w:commentReference w:id="0"/></w:r>',
            "parts": {"comments.xml": COMMENTS},
        },
        ["kept: comment by K: No.", "yes"],
    ),
    "a text box": (
        {"tick": run(TICKED), "after": f"<w:p>{BOX}</w:p>"},
        ["kept: AC1 is wrong.", "yes"],
    ),
    "a picture": (
        {"tick": run(TICKED), "after": f"<w:p>{PICTURE}</w:p>"},
        ["kept: a picture: it is not read", "yes"],
    ),
    "an inserted file": (
        {
            "tick": run(TICKED),
            "after": '<w:altChunk r:id="x" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>',
        },
        ["kept: an inserted file, unknown: it is not read", "yes"],
    ),
    "a text that is gone": (
        {"tick": run(TICKED), "cells": "", "gone": True},
        ["kept: AC1: its text is taken out of the form", "yes"],
    ),
    "a cell with N/A": (
        {"tick": run(TICKED), "cells": f"<w:p/>\x00{words('N/A')}"},
        ["kept: AC1 | The force attends 70% of crimes. | N/A", "yes"],
    ),
    "a cell with a dash": ({"tick": run(TICKED), "cells": f"<w:p/>\x00{words('-')}"}, ["yes"]),
    "an old form field": (
        {"tick": field("FORMCHECKBOX", data=box("<w:checked/>")) + run(TICK[3:])},
        ["yes"],
    ),
    "a content control": (
        {
            "tick": f'<w:sdt {W14}><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>'
            f"</w:sdtPr><w:sdtContent>{run('☐')}</w:sdtContent></w:sdt>{run(TICK[3:])}"
        },
        ["yes"],
    ),
    "a sign of Wingdings": (
        {"tick": f'{run("[")}<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>{run(TICK[2:])}'},
        ["yes"],
    ),
    "a letter in Wingdings 2": (
        {"tick": run("[") + run("P", '<w:rFonts w:ascii="Wingdings 2"/>') + run(TICK[2:])},
        ["yes"],
    ),
}


@pytest.mark.parametrize("name", TICKS)
def test_a_yes_is_a_yes_only_alone(name: str) -> None:
    given, wanted = TICKS[name]
    gone = given.pop("gone", False) if "gone" in given else False
    data = word_form(**given)  # type: ignore[arg-type]
    if gone:
        parts = parts_of(data)
        text = FINDINGS["AC1"].text.encode()
        parts["word/document.xml"] = parts["word/document.xml"].replace(text, b"")
        data = packed(parts)
    assert outcome(data) == wanted


# No yes at all.
NO_TICKS = {
    "words without a tick": (run(f"{TICK} Yes, but only once AC1 is right."), "Yes, but only once"),
    "a struck tick": (run("[") + run("X", "<w:strike/>") + run(TICK[2:]), "struck out: X"),
    "a hidden tick": (run("[") + run("X", "<w:vanish/>") + run(TICK[2:]), "hidden: X"),
    "an unticked form field": (field("FORMCHECKBOX", data=box("")) + run(TICK[3:]), ""),
    "a no": (run(TICK.replace("[ ]", "[no]")), "[no] We confirm"),
}


@pytest.mark.parametrize("name", NO_TICKS)
def test_anything_else_is_no_yes(name: str) -> None:
    tick, shown = NO_TICKS[name]
    first, *others = outcome(word_form(tick=tick))
    assert first.startswith("empty-form: ")
    assert not shown or any(shown in other for other in others)


# The text of a point, by the runs in its cell.
POINTS: dict[str, tuple[str, list[str]]] = {
    "struck out": (
        run("not 70%") + run(" or 80%", "<w:strike/>"),
        [*OPEN_AC1, "kept: AC1, struck out: or 80%"],
    ),
    "struck out twice": (
        run("not 70%") + run(" or 80%", "<w:dstrike/>"),
        [*OPEN_AC1, "kept: AC1, struck out: or 80%"],
    ),
    "not struck out": (run("not 70%", '<w:strike w:val="0"/>'), OPEN_AC1),
    "hidden by a style": (
        run("not 70%") + run(" or 80%", '<w:rStyle w:val="Child"/>'),
        [*OPEN_AC1, "kept: AC1, hidden: or 80%"],
    ),
    "white on white": (
        run("not 70%") + run(" or 80%", '<w:color w:val="FFFFFF"/>'),
        [*OPEN_AC1, "kept: AC1, hidden: or 80%"],
    ),
    "white on black": (
        run("not 70%", '<w:color w:val="FFFFFF"/><w:shd w:fill="000000"/>'),
        OPEN_AC1,
    ),
    "black on black": (
        run("not 70%") + run(" or 80%", '<w:color w:val="000000"/><w:highlight w:val="black"/>'),
        [*OPEN_AC1, "kept: AC1, hidden: or 80%"],
    ),
    "tiny": (
        run("not 70%") + run(" or 80%", '<w:sz w:val="2"/>'),
        [*OPEN_AC1, "kept: AC1, hidden: or 80%"],
    ),
    "moved away": (run("not 70%") + f"<w:moveFrom>{run('80%')}</w:moveFrom>", OPEN_AC1),
    "a sign of Symbol": (
        '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>' + run("70%"),
        ["AC1 | A | ≥70%"],
    ),
    "an equation": (
        f"<m:oMath {M}><m:r><m:t>≥</m:t></m:r><m:f><m:num><m:r><m:t>3</m:t></m:r></m:num>"
        "<m:den><m:r><m:t>4</m:t></m:r></m:den></m:f></m:oMath>",
        ["AC1 | A | ≥3/4"],
    ),
    "raised": (run("10") + run("2", '<w:vertAlign w:val="superscript"/>'), ["AC1 | A | 10²"]),
    "capitals": (run("nato", "<w:caps/>"), ["AC1 | A | NATO"]),
    "hyphens": (
        "<w:r><w:t>deliv</w:t><w:softHyphen/><w:br/><w:t>ered</w:t><w:noBreakHyphen/>"
        "<w:t>up</w:t></w:r>",
        ["AC1 | A | delivered-up"],
    ),
    "a field with its result": (
        field("REF a", result=run("not ") + field("REF b", result=run("70%"))),
        OPEN_AC1,
    ),
    "a choice": (
        field(
            "FORMDROPDOWN",
            data='<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="70%"/>'
            '<w:listEntry w:val="not 70%"/></w:ddList></w:ffData>',
        ),
        OPEN_AC1,
    ),
    "a field without its end": (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run("not 70%"),
        OPEN_AC1,
    ),
    "a prompt": (
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('Choose')}</w:sdtContent>"
        f"</w:sdt>{run('not 70%')}",
        [*OPEN_AC1, "kept: AC1, prompt: Choose"],
    ),
    "a smart tag": (f"<w:smartTag>{run('not')}</w:smartTag>{run(' 70%')}", OPEN_AC1),
    "small words above": (
        f"<w:r><w:ruby><w:rt>{run('x')}</w:rt><w:rubyBase>{run('not 70%')}</w:rubyBase></w:ruby>"
        "</w:r>",
        [*OPEN_AC1, "kept: AC1, above a word: x"],
    ),
    "one of two ways": (
        f"<w:r><mc:AlternateContent {MC}>"
        "<mc:Choice><w:t>not 70%</w:t></mc:Choice><mc:Fallback><w:t>80%</w:t></mc:Fallback>"
        "</mc:AlternateContent></w:r>",
        OPEN_AC1,
    ),
    "word art": (f'<w:r><w:pict><v:textpath {V} string="not 70%"/></w:pict></w:r>', OPEN_AC1),
    "a footnote": (
        run("not 70%") + '<w:r><w:footnoteReference w:id="2"/></w:r>',
        [*OPEN_AC1, "kept: AC1, footnote: Plan, p 3."],
    ),
    "a list": (
        f"{LISTED}{run('not 60%')}</w:p><w:p>{LISTED}{run('not 70%')}",
        ["AC1 | A | a) not 60% b) not 70%"],
    ),
    "joined paragraphs": (
        f"<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('not 7')}</w:p><w:p>{run('0%')}",
        OPEN_AC1,
    ),
}


@pytest.mark.parametrize("name", POINTS)
def test_each_kind_of_run_is_read(name: str) -> None:
    point, wanted = POINTS[name]
    parts = {"footnotes.xml": NOTES, "numbering.xml": NUMBERS}
    if name != "a footnote":
        del parts["footnotes.xml"]
    assert outcome(word_form(point=point, parts=parts)) == wanted


# Cells that cannot be read are refused at their place, with all that the form says.
UNREAD = {
    "a picture": (PICTURE, "a picture"),
    "an old equation": (
        f"<w:r><w:object><o:OLEObject {OFFICE}/></w:object></w:r>",
        "an embedded object",
    ),
    "an unknown sign": (
        '<w:r><w:sym w:font="Wingdings" w:char="F04A"/></w:r>',
        "typeface Wingdings",
    ),
    "a private sign": (run("\ue123"), "typeface (unknown)"),
    "a field without a result": (field("EQ x"), "a field without its result (EQ x)"),
    "a part that nobody knows": ("<w:r><w:pgNum/></w:r>", "a part of the kind pgNum"),
}


@pytest.mark.parametrize("name", UNREAD)
def test_a_cell_that_cannot_be_read_is_asked_about(name: str) -> None:
    point, said = UNREAD[name]
    data = word_form(point=run("70%, ") + point + run("not 70%"), after=words("Seen."))
    first, *others = outcome(data)
    assert first.startswith("unread-cell: in the row of AC1, a cell is unclear: it has ")
    assert said in first
    assert "unrecorded: the form says: Seen." in others
    assert any(other.startswith("unrecorded: the form says: AC1: class 'A'") for other in others)


# Answers: class, point, wording and evidence.
ANSWERS: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "a class with its name": (
        ("Class B: a fact", "bad", "", "Plan, p 3"),
        ["AC1 | B | bad | Plan, p 3"],
    ),
    "a slip": (("A slip", "bad"), ["AC1 | A | bad"]),
    "two classes": (("B/C", "bad"), ["no-class: the row of AC1 has the class 'B/C'"]),
    "one of two": (("A or B", "bad"), ["no-class: the row of AC1 has the class 'A or B'"]),
    "two, with words": (
        ("B (fact) and C", "bad"),
        ["no-class: the row of AC1 has the class 'B (fact) and C'"],
    ),
    "a doubt": (("B?", "bad"), ["no-class: the row of AC1 has the class 'B?'"]),
    "evidence that is none": (
        ("B", "bad", "", "N/A"),
        ["no-evidence: the row of AC1 is of class B, a wrong fact, and gives 'N/A' for evidence"],
    ),
    "evidence to follow": (
        ("B", "bad", "", "To follow."),
        ["no-evidence: the row of AC1 is of class B, a wrong fact, and gives 'To follow.'"],
    ),
    "evidence that says why not": (
        ("B", "bad", "", "N/A, everybody knows."),
        ["no-evidence: the row of AC1 is of class B, a wrong fact, and gives 'N/A, every"],
    ),
    "a wording of two words": (("A", "bad", "None attended."), ["AC1 | A | bad | None attended."]),
    "a wording that is none": (
        ("A", "bad", "n/a"),
        ["AC1 | A | bad", "kept: AC1, wording: n/a"],
    ),
    "a point that is none": (("A", "-", "It is."), ["AC1 | A | It is. | It is."]),
    "no point and no wording": (("A", "-", "N/A"), ["no-point: the row of AC1 has a class or"]),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_are_understood_or_asked_about(name: str) -> None:
    given, wanted = ANSWERS[name]
    found = outcome(word_form(cells="\x00".join(map(words, given))))
    assert [one[: len(want)] for one, want in zip(found, wanted, strict=False)] == wanted
    assert all(one.startswith("unrecorded: ") for one in found[len(wanted) :])


def test_other_tables_are_kept() -> None:
    """A table of signatures refuses nothing; a table that was split goes on."""
    cells = "".join(f"<w:tc>{words(text)}</w:tc>" for text in ("Name", "Rank", "Date", "JB"))
    more = "".join(f"<w:tc>{words(text)}</w:tc>" for text in ("AC2", "", "A", "A slip.", "", ""))
    tables = f"<w:tbl><w:tr>{cells}</w:tr></w:tbl><w:tbl><w:tr>{more}</w:tr></w:tbl>"
    assert outcome(word_form(point=run("not 70%"), after=tables)) == [
        *OPEN_AC1,
        "AC2 | A | A slip.",
        "kept: Name | Rank | Date | JB",
    ]


def test_signatures_right_below_the_findings_are_kept() -> None:
    def sign(sheet: Worksheet) -> None:
        for row in (("Name", "Rank", "Date", "Signature"), ("Jo", "Supt", date(2014, 8, 14), "JB")):
            sheet.append(row)

    point, heading, signed = outcome(excel_form({"C": "A", "D": "bad"}, sign))
    assert (point, heading) == ("AC1 | A | bad", "kept: Name | Rank | Date | Signature")
    assert signed == "kept: Jo | Supt | 2014-08-14 | JB"


def test_the_words_of_a_hidden_row_are_told() -> None:
    """Its own words are the form's, as people hide the rows that they do not fill in."""
    parts = parts_of(word_form(point=run("not 70%")))
    xml = parts["word/document.xml"].decode()
    parts["word/document.xml"] = xml.replace("<w:cantSplit/>", "<w:hidden/>").encode()
    assert outcome(packed(parts))[1:] == [
        "unrecorded: the form says: AC1, in a hidden row: A",
        "unrecorded: the form says: AC1, in a hidden row: not 70%",
    ]


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_strict_files_and_other_names_of_parts_are_read(kind: str) -> None:
    data = (
        word_form(point=run("not 70%"))
        if kind == "docx"
        else excel_form({"C": "A", "D": "not 70%"})
    )
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[kind]
    folder, _, name = main.rpartition("/")
    parts = {}
    for part, content in parts_of(data).items():
        for old, new in STRICT.items():
            content = content.replace(old, new)  # noqa: PLW2901
        renamed = part.replace(name, "main2.xml") if part.endswith((name, f"{name}.rels")) else part
        if part == "_rels/.rels":
            content = content.replace(main.encode(), f"{folder}/main2.xml".encode())  # noqa: PLW2901
        parts[renamed] = content
    assert outcome(packed(parts)) == OPEN_AC1


# Excel


def excel_form(
    row: dict[str, object],
    change: Callable[[Worksheet], None] | None = None,
    tick: str = TICK,
) -> bytes:
    """A form with entries in the columns of AC1; a tuple is a value with its number format."""
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet(FORM)))
    sheet = book.worksheets[0]
    for cells in sheet.iter_rows():
        if cells[0].value == "AC1":
            for column, entry in row.items():
                cell = sheet[f"{column}{cells[0].row}"]
                if isinstance(entry, tuple):
                    cell.value, cell.number_format = entry
                else:
                    cell.value = entry
        elif cells[0].value == COMPLETED_BY:
            cells[0].value = f"{COMPLETED_BY} Kay Lancaster"
        elif cells[0].value == TICK:
            cells[0].value = tick
    if change is not None:
        change(sheet)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def at(column: str) -> str:
    """The cell of AC1 in a column; the form has it in this row."""
    rows = openpyxl.load_workbook(io.BytesIO(spreadsheet(FORM))).worksheets[0].iter_rows(max_col=1)
    return f"{column}{next(cell.row for (cell,) in rows if cell.value == 'AC1')}"


CELLS: dict[str, tuple[object, str]] = {
    "a percentage": ((0.75, "0%"), "75%"),
    "a share of a percent": ((0.7525, "0.0%"), "75.3%"),
    "money": ((1200, '"£"#,##0'), "£1,200"),
    "an account": ((1200.5, "_-[$£-809]* #,##0.00_-;-[$£-809]* #,##0.00_-"), "£1,200.50"),
    "less than nothing": ((-5, "#,##0;[Red](#,##0)"), "(5)"),
    "thousands": ((1234567, "#,##0"), "1,234,567"),
    "a page": ((7, "000"), "007"),
    "a number": ((70.25, "General"), "70.25"),
    "with words": ((75, '0 "per cent"'), "75 per cent"),
    "a truth": ((True, "General"), "TRUE"),
    "two lines": ("one_x000D_\ntwo", "one two"),
    "an escape": ("a_x005F_x000D_", "a_x000D_"),
    "a text by its format": (("75", '"about "@'), "about 75"),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_read_as_it_is_shown(name: str) -> None:
    entry, shown = CELLS[name]
    assert outcome(excel_form({"C": "A", "D": entry})) == [f"AC1 | A | {shown}"]


DOUBTS: dict[str, tuple[object, str]] = {
    "a date": ((date(2014, 4, 3), "d-mmm"), "has the date 3-Apr"),
    "a formula": ("=1+1", "has a formula without its result"),
    "a fraction": ((0.5, "# ?/?"), "has a number in the format '# ?/?'"),
    "an error": ("#REF!", "shows an error"),
}


@pytest.mark.parametrize("name", DOUBTS)
def test_a_cell_in_doubt_is_named_by_sheet_and_place(name: str) -> None:
    entry, said = DOUBTS[name]
    first, *others = outcome(excel_form({"C": "A", "D": entry, "F": "Plan"}))
    assert first.startswith("unread-cell: ")
    assert f"{at('D')} of the sheet 'Response form' {said}" in first
    assert "evidence 'Plan'" in others[0]


def test_a_date_beside_the_table_refuses_nothing() -> None:
    def sign(sheet: Worksheet) -> None:
        sheet["A50"], sheet["B50"] = "Signed", date(2014, 8, 14)
        sheet["B50"].number_format = "dd/mm/yyyy"

    (point, kept) = outcome(excel_form({"C": "A", "D": "not 70%"}, sign))
    assert point == "AC1 | A | not 70%"
    assert kept.startswith("kept: Signed | 14/08/2014")


def hide_row(sheet: Worksheet) -> None:
    sheet.row_dimensions[sheet[at("A")].row].hidden = True


def flatten_row(sheet: Worksheet) -> None:
    sheet.row_dimensions[sheet[at("A")].row].height = 0.5


def second_sheet(state: str) -> Callable[[Worksheet], None]:
    def add(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        other = sheet.parent.create_sheet("Notes")
        other["A1"], other["B1"] = "AC1", "is wrong"
        other.sheet_state = state

    return add


def strike(sheet: Worksheet) -> None:
    struck = TextBlock(InlineFont(strike=True), "70%")
    sheet[at("D")].value = CellRichText("It is ", struck, " 75%.")


def strike_all(sheet: Worksheet) -> None:
    sheet[at("D")].font = Font(strike=True)


def whiten(sheet: Worksheet) -> None:
    sheet[at("D")].font = Font(color="FFFFFFFF")


def comment(sheet: Worksheet) -> None:
    sheet[at("B")].comment = Comment("This is wrong.", "K")


HIDDEN: dict[str, tuple[Callable[[Worksheet], None], list[str]]] = {
    "a hidden row": (
        hide_row,
        ["kept: AC1, in a hidden row: A", "kept: AC1, in a hidden row: bad"],
    ),
    "a row without height": (
        flatten_row,
        ["kept: AC1, in a hidden row: A", "kept: AC1, in a hidden row: bad"],
    ),
    "a second sheet": (second_sheet("visible"), ["AC1 | A | bad", "kept: AC1 | is wrong"]),
    "a hidden sheet": (
        second_sheet("hidden"),
        ["AC1 | A | bad", "kept: the sheet 'Notes', which is hidden: is wrong"],
    ),
    "a very hidden sheet": (
        second_sheet("veryHidden"),
        ["AC1 | A | bad", "kept: the sheet 'Notes', which is hidden: is wrong"],
    ),
    "a struck part": (strike, ["AC1 | A | It is 75%.", "kept: AC1, struck out: 70%"]),
    "a comment": (
        comment,
        [
            "AC1 | A | bad",
            f"kept: the sheet 'Response form', comment on {at('B')} by K: This is wrong.",
        ],
    ),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_a_sheet_hides_is_told(name: str) -> None:
    change, wanted = HIDDEN[name]
    found = outcome(excel_form({"C": "A", "D": "bad"}, change))
    assert [one.replace("unrecorded: the form says", "kept") for one in found][
        -len(wanted) :
    ] == wanted


@pytest.mark.parametrize(("change", "said"), [(strike_all, "struck out"), (whiten, "hidden")])
def test_words_that_do_not_show_are_no_point(
    change: Callable[[Worksheet], None], said: str
) -> None:
    found = outcome(excel_form({"C": "A", "D": "bad"}, change))
    assert found[0].startswith("no-point: ")
    assert f"unrecorded: the form says: AC1, {said}: bad" in found


def test_a_finding_that_is_struck_out_whole_is_told() -> None:
    def strike_row(sheet: Worksheet) -> None:
        for column in "AB":
            sheet[at(column)].font = Font(strike=True)

    assert outcome(excel_form({}, strike_row, tick=TICKED)) == [
        "kept: struck out: AC1",
        "kept: struck out: The force attends 70% of crimes.",
        "yes",
    ]


def test_a_row_that_is_deleted_is_told() -> None:
    """Word shows it as struck out, until somebody accepts the change."""
    parts = parts_of(word_form(tick=run(TICKED)))
    head, row = parts["word/document.xml"].decode().split("<w:t>AC1</w:t>")
    before, _, begun = head.rpartition("<w:trPr>")
    xml = f"{before}<w:trPr><w:del/>{begun}<w:delText>AC1</w:delText>{row}"
    parts["word/document.xml"] = xml.encode()
    assert outcome(packed(parts)) == ["kept: struck out: AC1", "yes"]


def test_the_words_behind_a_merged_cell_are_told() -> None:
    """Excel drops them, LibreOffice keeps them."""
    data = excel_form(
        {"C": "A", "D": "bad", "E": "It is wrong."},
    )
    parts = parts_of(data)
    name = "xl/worksheets/sheet1.xml"
    merged = f'<mergeCell ref="{at("D")}:{at("E")}"/></mergeCells>'.encode()
    parts[name] = parts[name].replace(b"</mergeCells>", merged)
    assert outcome(packed(parts)) == ["AC1 | A | bad", "kept: AC1, hidden: It is wrong."]


def test_a_comment_beside_the_tick_keeps_the_check_open() -> None:
    assert outcome(excel_form({}, comment, tick=TICKED)) == [
        f"kept: the sheet 'Response form', comment on {at('B')} by K: This is wrong.",
        "yes",
    ]


def test_the_cells_to_fill_in_have_the_format_text() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(spreadsheet(FORM))).worksheets[0]
    first = sheet[at("A")].row
    for row in sheet.iter_rows(min_row=first, min_col=3):
        assert {cell.number_format for cell in row} == {"@"}
    assert {sheet.column_dimensions[column].number_format for column in "ABCDEF"} == {"@"}


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("Reference:", "", ["unrecorded: the form says: AC1: class 'A', point 'bad'"]),
        ("kent-1-", "kent-2-", ["unrecorded: the form says: AC1: class 'A', point 'bad'"]),
        ("kent-1-", "essex-1-", []),
    ],
)
def test_of_another_force_nothing_is_shown(old: str, new: str, wanted: list[str]) -> None:
    """A form whose proof is unclear may be this force's, and is shown."""
    parts = parts_of(word_form(point=run("bad")))
    xml = parts["word/document.xml"].decode()
    line = f"Reference: {FORM.reference}"
    changed = line.replace(old, new) if new else "Nothing"
    parts["word/document.xml"] = xml.replace(line, changed).encode()
    refusal, *others = outcome(packed(parts))
    assert refusal.partition(":")[0] in {"no-reference", "unknown-proof", "another-force"}
    assert [one for one in others if "AC1" in one] == wanted


def test_a_form_that_is_filled_in_plainly_says_just_that() -> None:
    assert outcome(word_form(tick=run(TICKED))) == ["yes"]
    assert outcome(excel_form({}, tick=TICKED)) == ["yes"]
    assert outcome(word_form(point=run("not 70%"))) == OPEN_AC1
    assert outcome(excel_form({"C": "A", "D": "not 70%"})) == OPEN_AC1


def test_more_than_a_name_keeps_the_check_open() -> None:
    parts = parts_of(word_form(tick=run(TICKED)))
    name = "word/document.xml"
    parts[name] = parts[name].replace(b"Kay Lancaster", b"Kay Lancaster. AC1 is wrong")
    assert outcome(packed(parts)) == ["kept: completed by: Kay Lancaster. AC1 is wrong", "yes"]


# Files of other kinds

OLE = b"\xd0\xcf\x11\xe0" + bytes(60)
OTHERS: dict[str, tuple[str, bytes, str, str]] = {
    "an e-mail": (
        "form.eml",
        b"Received: from x\r\nFrom: k@kent.example\r\nSubject: Form\r\n\r\nAttached.",
        "an e-mail",
        "save the form that is attached",
    ),
    "an e-mail of Outlook": (
        "form.msg",
        OLE + "__properties_version1.0".encode("utf-16-le"),
        "an e-mail",
        "save the form that is attached",
    ),
    "a password": ("form.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "locked", "password"),
    "old Word": ("form.doc", OLE + "WordDocument".encode("utf-16-le"), "(.doc)", "(*.docx)"),
    "old Excel": ("form.xls", OLE + "Workbook".encode("utf-16-le"), "(.xls)", "(*.xlsx)"),
    "a lock": ("~$form.docx", b"\x03Kay" + bytes(158), "a file that is open", "beside it"),
    "a zip": ("form.zip", packed({"a/form.docx": b"x"}), "with a/form.docx inside", "Unpack it"),
    "LibreOffice": ("form.odt", packed({"mimetype": b"x"}), "LibreOffice", "save it as .docx"),
    "binary Excel": ("form.xlsb", packed({"xl/workbook.bin": b"x"}), "(.xlsb)", "(*.xlsx)"),
    "Pages": ("form.pages", packed({"Index/Document.iwa": b"x"}), "Pages", "Export it"),
    "a photo": ("form.jpg", b"\xff\xd8\xff\xe0", "a picture", "Ask for"),
    "a web page": ("form.doc", b"<html><body>Form</body></html>", "a web page", "save it as .docx"),
    "flat XML": (
        "form.xml",
        b'<?xml version="1.0"?>\n<?mso-application progid="Word.Document"?><a/>',
        "in the form of XML",
        "(*.docx)",
    ),
    "a text": ("form.txt", b"Dear HMIC, from: here", "no Word or Excel file", "Ask for it again"),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_a_file_of_another_kind_is_named_for_what_it_is(kind: str) -> None:
    name, data, said, remedy = OTHERS[kind]
    with pytest.raises(Refused) as error:
        reading.read_returned(Path(name), data)
    (problem,) = error.value.problems
    assert said in problem.message
    assert remedy in problem.remedy

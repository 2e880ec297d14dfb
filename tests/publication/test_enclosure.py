"""A report from outside: nothing in it hides a mark, runs, or takes the tool down."""

import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from helpers.cleared import attempt, command, report
from helpers.project import PROJECT, edit
from hmic_letters.check.letters.reader import pictures, words_of_pages
from hmic_letters.data.load import load
from hmic_letters.documents.apart import Unreadable
from hmic_letters.letter.render import Renderer
from hmic_letters.pdf.press import Press
from hmic_letters.publication.copy.enclosure import read_enclosure
from hmic_letters.publication.copy.seal import Unsealable, sealed
from hmic_letters.publication.copy.seen import mark_faults

pytestmark = pytest.mark.hostile
ENCLOSURES = Path(__file__).with_name("enclosures")
HOLDER = "Mr Andy Bliss QPM, Chief Constable, Hertfordshire Constabulary"
STAMP = "EMBARGOED until 00:01 on Thursday 4 September 2014"
SERIAL = "7HKM-PRAC"

# What becomes of each file that defeated or broke the marks: a reason, or what is taken out.
SAID: dict[str, str | tuple[str, ...]] = {
    "XObject_is_array.pdf": "page 1: its pictures are damaged",
    "annot_noAP_Square.pdf": "page 1: a note (Square) has no picture",
    "annots_null_items.pdf": (),
    "javascript_launch.pdf": ("an action at opening", "actions"),
    "open_OC_off.pdf": (),
    "open_string.pdf": (),
    "plain.pdf": (),
}


@pytest.fixture(scope="module")
def strips() -> bytes:
    """The marks of a copy."""
    return strips_with()


def strips_with(old: str = "", new: str = "") -> bytes:
    read = load(PROJECT)
    values = {"holder": HOLDER, "serial": SERIAL, "embargo": read.inspection.value.shared_embargo}
    html = Renderer(read.templates).fill("mark.html", values)
    assert old in html
    return Press(read.templates).print_strips(html.replace(old, new), "mark.html")


def marked(data: bytes, strips: bytes) -> bytes:
    return sealed(read_enclosure("report.pdf", data).pages, strips, SERIAL, "a", STAMP)


def assert_marked(copy: bytes, strips: bytes) -> None:
    assert list(mark_faults(copy, "a", strips, stamped=True)) == []
    for words in words_of_pages(copy, "a"):
        assert STAMP in " ".join(words.split())
        assert f"Copy for {HOLDER}" in " ".join(words.split())


def changed(change: Callable[[pikepdf.Pdf, pikepdf.Page], None]) -> bytes:
    """A report of which one page is changed."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(report())) as pdf:
        change(pdf, pdf.pages[1])
        with warnings.catch_warnings(action="ignore"):  # of what is damaged on purpose
            pdf.save(made)
    return made.getvalue()


def test_every_enclosure_has_its_answer() -> None:
    assert {path.name for path in ENCLOSURES.iterdir()} == set(SAID)


@pytest.mark.parametrize("name", SAID)
def test_what_defeated_the_marks(name: str, strips: bytes) -> None:
    data, wanted = (ENCLOSURES / name).read_bytes(), SAID[name]
    if isinstance(wanted, str):
        with pytest.raises(Unreadable) as error:
            read_enclosure(name, data)
        assert error.value.reason.startswith(wanted)
        return
    enclosure = read_enclosure(name, data)
    assert enclosure.removed == wanted
    assert_marked(sealed(enclosure.pages, strips, SERIAL, "a", STAMP), strips)


@pytest.mark.parametrize(
    "content",
    [
        *(b"BT (open", b"BT <41", b"[ 1 2", b"<< /A 1", b"/OC /Off BDC", b"/Artifact BMC"),
        *(b"BI /W 9 /H 9 /BPC 8 /CS /G ID x", b"q " * 500, b"Q " * 500, b"0 0 0 0 re W n"),
        *(b"9 0 0 9 0 0 cm", b"% a comment", b"1 1 1 rg 1 1 1 RG", b"3 Tr", b"/Nosuch gs"),
        *(b"0 0 m 9 9 l", b"\x00\xff(\\", b"1 1 1 rg -999 -999 9999 9999 re f"),
    ],
)
def test_no_content_reaches_the_marks(content: bytes, strips: bytes) -> None:
    for prepend in (False, True):
        data = changed(add(content, prepend))
        assert_marked(marked(data, strips), strips)


def add(content: bytes, prepend: bool) -> Callable[[pikepdf.Pdf, pikepdf.Page], None]:
    def change(_: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.contents_add(content, prepend=prepend)

    return change


def note(pdf: pikepdf.Pdf, page: pikepdf.Page, kind: Name, **more: Any) -> None:
    """Puts a note over the whole page and its margins."""
    held = Dictionary(Subtype=kind, Rect=Array([-99, -99, 999, 999]), **more)
    page.obj.Annots = Array([pdf.make_indirect(held)])


def white(pdf: pikepdf.Pdf) -> Dictionary:
    form = pdf.make_stream(b"1 1 1 rg -99 -99 1098 1098 re f")
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([-99, -99, 999, 999])
    return Dictionary(N=form)


@pytest.mark.parametrize("kind", ["Square", "Stamp", "FreeText", "Widget", "Redact", "Watermark"])
def test_a_white_note_covers_no_mark(kind: str, strips: bytes) -> None:
    data = changed(lambda pdf, page: note(pdf, page, Name(f"/{kind}"), AP=white(pdf)))
    try:
        copy = marked(data, strips)
    except Unreadable as error:
        assert error.reason.startswith(f"page 2: a note ({kind})")
    else:
        assert_marked(copy, strips)


@pytest.mark.parametrize("action", ["Launch", "JavaScript", "GoToR", "SubmitForm", "ImportData"])
def test_no_link_runs_anything(action: str) -> None:
    does = Dictionary(S=Name(f"/{action}"), JS="app.alert(1)", F="/bin/sh")
    data = changed(lambda pdf, page: note(pdf, page, Name.Link, A=does))
    enclosure = read_enclosure("report.pdf", data)
    assert enclosure.removed == ("links that run something",)
    assert b"/bin/sh" not in enclosure.pages
    assert f"/{action}".encode() not in enclosure.pages


def test_harmless_links_stay() -> None:
    leads = Dictionary(S=Name.URI, URI="https://www.gov.uk/")
    data = changed(lambda pdf, page: note(pdf, page, Name.Link, A=leads))
    enclosure = read_enclosure("report.pdf", data)
    assert enclosure.removed == ()
    with pikepdf.open(io.BytesIO(enclosure.pages)) as pdf:
        assert pdf.pages[1].obj.Annots[0].A.URI == "https://www.gov.uk/"


def set_box(*corners: float) -> Callable[[pikepdf.Pdf, pikepdf.Page], None]:
    def change(_: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.obj.MediaBox = Array(corners)

    return change


def set_annots(_: pikepdf.Pdf, page: pikepdf.Page) -> None:
    page.obj.Annots = Array([None, 5, Name.A, Array([]), Dictionary()])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (set_box(0, 0, 10_000_000, 9), "page 2: it is too small to be marked"),
        (set_box(0, 0, 10_000_000, 10_000_000), "page 2: it is too large to be marked"),
        (set_annots, "page 2: a note (note) has no picture"),
    ],
)
def test_a_damaged_page_is_named(
    change: Callable[[pikepdf.Pdf, pikepdf.Page], None], reason: str
) -> None:
    with pytest.raises(Unreadable) as error:
        read_enclosure("report.pdf", changed(change))
    assert error.value.reason.startswith(reason)


@pytest.mark.parametrize("corners", [(), (0, 0), (0, 0, 9), (0, 0, 595, 842, 9)])
def test_a_box_of_other_corners_is_refused_or_marked(
    corners: tuple[float, ...], strips: bytes
) -> None:
    try:
        copy = marked(changed(set_box(*corners)), strips)
    except Unreadable as error:
        assert error.reason.startswith("page 2")
    else:
        assert_marked(copy, strips)


def test_too_many_pages_are_refused() -> None:
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(501):
            pdf.add_blank_page()
        pdf.save(made)
    with pytest.raises(Unreadable, match="it has 501 pages, and 500 at most"):
        read_enclosure("report.pdf", made.getvalue())


def test_a_mark_that_cannot_be_seen_is_no_mark() -> None:
    pages = read_enclosure("report.pdf", report()).pages
    for old, new in (("color: #a3001f", "color: #fff"), ("color: #a3001f", "color: #f6f6f6")):
        with pytest.raises(Unsealable, match="page 1 does not show its stamp"):
            sealed(pages, strips_with(old, new), SERIAL, "a", STAMP)


def test_a_mark_without_the_serial_is_no_mark(strips: bytes) -> None:
    pages = read_enclosure("report.pdf", report()).pages
    with pytest.raises(Unsealable, match="the mark does not say the serial"):
        sealed(pages, strips, "7QK2-M4XD", "a", STAMP)


def test_a_covered_mark_is_seen(strips: bytes) -> None:
    """A drawing over the marks of a finished copy is found, however it was made."""
    copy = marked(report(), strips)
    for band, what in (((0, -99, 999, 125), "mark"), ((0, 800, 999, 999), "stamp")):
        with pikepdf.open(io.BytesIO(copy), password="a") as pdf:
            page = pdf.pages[2]
            page.contents_add(b"q 1 1 1 rg %d %d %d %d re f Q" % band)
            made = io.BytesIO()
            pdf.save(made)
        faults = list(mark_faults(made.getvalue(), "", strips, stamped=True))
        assert faults == [f"page 3 does not show its {what}: something covers or hides it"]


def test_a_report_looks_as_before_within_its_marks(strips: bytes) -> None:
    copy = marked(report(), strips)
    assert len(list(pictures(copy, 1, "a"))) == len(list(pictures(report(), 1)))


def test_the_plan_tells_what_is_taken_out(office: Path) -> None:
    data = (ENCLOSURES / "javascript_launch.pdf").read_bytes()
    (office / "national-report.pdf").write_bytes(data)
    done = attempt(office, "dispatch", "kent")
    assert done.returncode == 0
    taken = "taken out of the copy of national-report.pdf: an action at opening, actions."
    assert f"Warning: kent: {taken}" in done.stderr


def test_a_copy_mark_without_its_serial_goes_nowhere(office: Path) -> None:
    words = "Copy for {{ holder }} – {{ serial }}"
    hidden = f'<span style="color: white">{words}</span>'
    edit(office / "templates/mark.html", words, hidden)
    command(office, "generate", "kent")
    done = attempt(office, "dispatch", "kent", "--yes")
    assert done.returncode == 1
    assert "error[copy]: the copy cannot be marked: page 1 does not show its mark" in done.stderr
    assert not (office / "dispatched/kent/1").exists()
    assert not list((office / "passphrases").glob("*"))

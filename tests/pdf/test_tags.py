"""A screen reader meets the whole structure of the letter, and nothing of the margins."""

import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from helpers.project import REGISTER, letter
from helpers.reader import STAMP, pages, tagged_text, words
from helpers.tree import bookmarks, embargo_in_xmp, faults, outline_of_html, outline_of_pdf
from hmic_letters.letter.render import Renderer
from hmic_letters.pdf import press as pdf
from hmic_letters.pdf import tags
from hmic_letters.pdf.press import Press
from hmic_letters.problem import Refused
from hmic_letters.workspace.templates import Templates

PAGE = """<!DOCTYPE html>
<html lang="en-GB"><head><title>A</title><meta name="embargo" content="2014-09-04T00:01:00+01:00">
<style>
@page {{ size: 80mm 60mm; margin: 10mm; font-family: "Liberation Sans";
  @top-center {{ content: string(a) }} @bottom-center {{ content: counter(page) }} }}
body {{ string-set: a attr(data-stamp); font: 10pt "Liberation Sans" }}
ul ul {{ list-style: circle outside }}
{style}
</style></head><body data-stamp="Stamp"><h1>Subject</h1>{body}</body></html>"""
POINTS = (
    "<ul><li><p>A point.</p></li><li><p>Another point that is longer than a line.</p></li></ul>"
)
PrintTo = Callable[..., tuple[str, Path]]


@pytest.fixture
def print_to(tmp_path: Path) -> PrintTo:
    """Prints an HTML page with this body; gives the HTML and the file."""

    def print_to(body: str, style: str = "", **files: bytes) -> tuple[str, Path]:
        html = PAGE.format(body=body, style=style)
        path = tmp_path / "page.pdf"
        path.write_bytes(Press(Templates(tmp_path, files)).print(html, "letter.html"))
        return html, path

    return print_to


@pytest.mark.whole
@pytest.mark.parametrize("slug", REGISTER)
def test_the_structure_is_that_of_the_letter(letters: Path, slug: str) -> None:
    path = letters / f"{slug}.pdf"
    made, templates = letter(slug)
    outline = outline_of_html(Renderer(templates).render(made))
    assert outline_of_pdf(path) == outline
    assert faults(path) == []
    assert outline[0] == (0, "p", "".join(f"Embargoed. {NOTICE}".split()))
    assert all(STAMP in page for page in pages(path))
    headings = [(int(name[1]) - 1, text) for _, name, text in outline if name in {"h1", "h2"}]
    assert [(depth, "".join(title.split())) for depth, title in bookmarks(path)] == headings
    assert embargo_in_xmp(path) == "2014-09-04T00:01:00+01:00"


NOTICE = "This letter must not be published before 00:01 on Thursday 4 September 2014."


def test_poppler_finds_one_list_across_the_page_and_no_stamp(letters: Path) -> None:
    path = letters / "hertfordshire.pdf"
    spoken = tagged_text(path)
    assert len(re.findall(r"^    L \(block\)$", spoken, re.MULTILINE)) == 1 + 3
    assert STAMP not in spoken
    assert "Page 1 of" not in spoken
    # The second theme's list begins on one page and ends on the next.
    first, second = pages(path)[1:3]
    assert "Attending crimes and incidents" in first
    assert "Freeing up time" in second
    assert words(second).index("•") < words(second).index("Freeing")


@pytest.mark.parametrize("above", range(0, 12))
@pytest.mark.parametrize(
    "form", ["<li>{}</li>", "<li><p>{}</p></li>", "<li><p>{}</p><p>B.</p></li>"]
)
def test_what_a_page_divides_is_one(print_to: PrintTo, above: int, form: str) -> None:
    item = form.format("A finding of some length, so that it may be divided by a page.")
    nested = item.replace("</li>", f"{POINTS}</li>")
    text = "A paragraph that is longer than a line, and longer than two of them, too. " * 3
    html, path = print_to(
        f"{'<p>Line.</p>' * above}<ul>{item}{nested}{item}{nested}</ul><div><p>{text}</p></div>",
        "p, li { orphans: 1; widows: 1 }",
    )
    assert len(pages(path)) > 3
    assert outline_of_pdf(path) == outline_of_html(html)
    assert faults(path) == []


def test_what_follows_a_nested_list_is_read_after_it(print_to: PrintTo) -> None:
    html, path = print_to(f"<ul><li><p>Before.</p>{POINTS}<p>After.</p></li><li>Last.</li></ul>")
    assert outline_of_pdf(path) == outline_of_html(html)


def test_two_lists_that_a_page_parts_stay_two(print_to: PrintTo) -> None:
    html, path = print_to(f"{POINTS}<div style='break-before: page'>{POINTS}</div>")
    assert len(pages(path)) == 2
    assert outline_of_pdf(path) == outline_of_html(html)
    assert faults(path) == []


def test_a_link_across_lines_and_pages(print_to: PrintTo) -> None:
    link = '<a href="https://www.justiceinspectorates.gov.uk/hmic/">the words of a link</a>'
    html, path = print_to(f"<p>Before {'words ' * 40} {link} after {'words ' * 40}.</p>")
    assert outline_of_pdf(path) == outline_of_html(html)
    assert faults(path) == []


def test_a_table_across_pages_is_refused(print_to: PrintTo) -> None:
    row = "<tr><th scope=row>A</th><td>B</td></tr>"
    with pytest.raises(Refused, match="a screen reader would read it as two"):
        print_to(f"<table>{row * 30}</table>")
    _, path = print_to(f"<table>{row * 3}</table>")
    assert faults(path) == []


@pytest.mark.parametrize(
    "body", ['<a rel="attachment" href="a.csv">table</a>', '<link rel="attachment" href="a.csv">']
)
def test_an_attachment_has_no_date(print_to: PrintTo, body: str) -> None:
    _, path = print_to(f"<p>{body}</p>", **{"a.csv": b"1,2"})
    with pikepdf.open(path) as file:
        attached = file.Root.AF[0].EF.F
        assert attached.read_bytes() == b"1,2"
        assert set(attached.Params.keys()) == {"/CheckSum", "/Size"}


def test_nothing_of_the_text_becomes_an_artifact(
    print_to: PrintTo, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if WeasyPrint forgot to hang a paragraph into its tree.
    monkeypatch.setattr(tags, "_build_lists", lambda _, document: document.kids.pop())
    with pytest.raises(Refused, match="a screen reader would not find the others"):
        print_to("<p>A finding.</p>")


# Each property, and what gives it: without that the property must be missed.
@pytest.mark.parametrize(
    ("lost", "fault"),
    [
        ((tags, "_build_lists", lambda *_: None), "P in LI"),
        ((tags, "_join", lambda *_: None), "another outline"),
        (
            (pdf, "_crossing", lambda document: [["main"]] * (len(document.pages) - 1)),
            "another outline",
        ),
        ((tags, "_prune", lambda *_: None), "/NonStruct is empty"),
        ((tags, "ARTIFACT", {"MCID": 99}), "no artifact of pagination"),
        ((tags, "ARTIFACT", {}), "no artifact of pagination"),
        ((tags, "_set_artifacts", lambda *_: None), "has no tag"),
        ((pdf, "declare", lambda properties, _: properties), "no embargo"),
    ],
)
def test_a_lost_property_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: tuple[object, str, object], fault: str
) -> None:
    monkeypatch.setattr(*lost)
    made, templates = letter("hertfordshire")
    html = Renderer(templates).render(made)
    path = tmp_path / "a.pdf"
    path.write_bytes(Press(templates).print(html, made.template))
    found = faults(path)
    try:
        if outline_of_pdf(path) != outline_of_html(html):
            found.append("another outline")
        embargo_in_xmp(path)
    except AssertionError as error:
        found.append(str(error))
    except KeyError:
        found.append("no embargo")
    assert any(fault in one for one in found), found

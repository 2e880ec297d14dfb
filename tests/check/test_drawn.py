"""Letters as the eye sees them: pale words, and a public edition that shows something else."""

import re
import subprocess
from pathlib import Path

import pytest

from helpers.cleared import attempt, command
from helpers.project import copy_project
from hmic_letters.check.letters.drawn import drawn_otherwise, sheets, unseen
from hmic_letters.check.letters.public import written_otherwise
from hmic_letters.data.load import load
from hmic_letters.letter.letter import compose
from hmic_letters.letter.page import Page
from hmic_letters.letter.render import Renderer
from hmic_letters.pdf.printer import Printer
from hmic_letters.problem import Unavailable
from hmic_letters.workspace.paths import Edition

pytestmark = pytest.mark.ocr
SLUG = "hertfordshire"


def editions(tmp_path: Path, style: str) -> tuple[bytes, bytes, str]:
    """Print a letter and its public edition with some more style; return the notices, too."""
    root = copy_project(tmp_path / "workspace")
    path = root / "templates/letter.css"
    path.write_text(path.read_text("utf-8") + style, "utf-8")
    read = load(root)
    renderer, printer = Renderer(read.templates), Printer()
    pdfs, notices = [], ""
    for edition in (Edition.EMBARGOED, Edition.PUBLIC):
        both = renderer.render_both(compose(read, SLUG, edition))
        notices = notices or Page(both.screen).notices
        pdf = printer.print(both)
        assert isinstance(pdf, bytes)
        pdfs.append(pdf)
    return pdfs[0], pdfs[1], " ".join(notices.split())


@pytest.mark.parametrize("style", ["", ".notices { float: none; width: auto }"])
def test_two_editions_that_show_the_same(style: str, tmp_path: Path) -> None:
    """With the notices in the flow, all lines move up, and some to another page."""
    assert list(drawn_otherwise(*editions(tmp_path, style))) == []


@pytest.mark.parametrize(
    ("style", "told"),
    [
        (".public li p { color: #fff }", "does not show"),
        (".public h1 { color: #f4f4f4 }", "does not show 'Core business: An"),
        (".public h2 { text-decoration: line-through }", "does not show"),
        (".public h1 { border-bottom: 4mm solid #000 }", "shows something beside its words"),
    ],
)
def test_an_edition_that_shows_something_else_is_told(
    style: str, told: str, tmp_path: Path
) -> None:
    letter, public, notices = editions(tmp_path, style)
    assert told in " ".join(drawn_otherwise(letter, public, notices))


def test_words_that_nobody_can_see_are_told(tmp_path: Path) -> None:
    letter = editions(tmp_path, "main li li p { color: #eee }")[0]
    told = list(unseen(sheets(letter)))
    assert told
    assert all(re.fullmatch(r"page \d has \d* ?a? ?lines? that nobody.*", one) for one in told)


def test_without_tesseract_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise FileNotFoundError("tesseract")

    monkeypatch.setattr(subprocess, "run", missing)
    pdfs = editions(tmp_path, ".public main { width: 120mm }")
    with pytest.raises(Unavailable, match=r"setup/system\.sh ocr"):
        list(drawn_otherwise(*pdfs))


def test_no_letter_goes_out_with_words_that_nobody_can_see(office: Path) -> None:
    path = office / "templates/letter.css"
    path.write_text(path.read_text("utf-8") + "main li p { color: #eee }", "utf-8")
    command(office, "generate", "kent")
    done = attempt(office, "dispatch", "kent")
    assert done.returncode == 1
    assert "error[unseen-words]: page 1 has " in done.stderr
    assert "One." not in done.stderr


@pytest.mark.parametrize(
    "more",
    [
        '{% if edition == "public" %}<!-- A note. -->{% endif %}',
        '{% if edition == "public" %}<script>"A note."</script>{% endif %}',
        '<p{% if edition == "public" %} title="A note."{% endif %}>A line.</p>',
    ],
)
def test_the_source_of_a_page_does_not_hang_on_its_edition(more: str, tmp_path: Path) -> None:
    root = copy_project(tmp_path / "workspace")
    path = root / "templates/core-business.html"
    text = path.read_text("utf-8").replace("{% block standing %}", "{% block standing %}" + more)
    path.write_text(text, "utf-8")
    read = load(root)
    sources = []
    for edition in (Edition.EMBARGOED, Edition.PUBLIC):
        letter = compose(read, SLUG, edition)
        sources.append(Renderer(read.templates).render_both(letter).screen)
    (told,) = list(written_otherwise(*sources))
    assert "A note." in told or "<script" in told

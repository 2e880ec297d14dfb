"""The eye sees the words that the text has: tesseract reads pictures of pages."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from helpers.project import SHIPPED
from helpers.reader import pages
from helpers.running import Run
from hmic_letters.check.letters.ocr import AGREEMENT, SCALE, read_pages
from hmic_letters.check.letters.reader import scan

pytestmark = pytest.mark.ocr


def test_the_eye_sees_what_the_text_says(letters: Path) -> None:
    for slug in ("hertfordshire", "gwent"):
        readings = read_pages(scan(letters / f"{slug}.pdf", SCALE))
        assert len(readings) == len(pages(letters / f"{slug}.pdf"))
        for reading in readings:
            assert reading.agreement >= AGREEMENT
            assert reading.unlike == ()


def test_the_command_reads_pictures(letters: Path, run: Run) -> None:
    done = run("check", "durham", "--letters", "--ocr", "--output", letters.parent, cwd=SHIPPED)
    assert (done.returncode, done.stdout) == (0, "")
    assert run("check", "--ocr", cwd=SHIPPED).returncode == 2


SWAPPED = {b"<0065>": b"<006f>", b"<006f>": b"<0065>"}


def white(page: Any, _: pikepdf.Pdf) -> None:
    """Text in the colour of the paper, as far as the next change of colour."""
    page.Contents.write(page.Contents.read_bytes().replace(b"0 0 0 rg", b"1 1 1 rg", 1))


def other_letters(_: Any, pdf: pikepdf.Pdf) -> None:
    """A font whose text says 'o' where it draws 'e', and the other way round."""
    for one in pdf.objects:
        if isinstance(one, pikepdf.Stream) and b"beginbfchar" in one.read_bytes():
            said = re.sub(
                rb"(?m)(<[0-9a-fA-F]+> )(<0065>|<006f>)$",
                lambda found: found[1] + SWAPPED[found[2]],
                one.read_bytes(),
            )
            assert said != one.read_bytes()
            one.write(said)


def drawn_over(page: Any, pdf: pikepdf.Pdf) -> None:
    """White paint over the middle of the page."""
    paint = b"\nq 1 1 1 rg 60 400 480 60 re f Q\n"
    page.Contents = pdf.make_stream(page.Contents.read_bytes() + paint)


@pytest.mark.parametrize("fault", [white, other_letters, drawn_over])
def test_a_page_that_shows_something_else(
    letters: Path, tmp_path: Path, run: Run, fault: Callable[[Any, pikepdf.Pdf], None]
) -> None:
    folder = tmp_path / "embargoed"
    folder.mkdir()
    for name in ("durham.html", ".durham.json"):
        (folder / name).write_bytes((letters / name).read_bytes())
    with pikepdf.open(letters / "durham.pdf") as pdf:
        del pdf.pages[1:]  # one page is enough for the eye, which is slow
        fault(pdf.pages[0], pdf)
        pdf.save(folder / "durham.pdf")
    done = run("check", "durham", "--letters", "--ocr", "--output", tmp_path, cwd=SHIPPED)
    assert done.returncode == 1
    assert "durham.pdf: error[misprinted-page]: page 1 " in done.stdout, done.stdout


def test_without_tesseract_it_is_said(letters: Path, run_process: Run, tmp_path: Path) -> None:
    options = ("--letters", "--ocr", "--output", letters.parent)
    done = run_process("check", "durham", *options, cwd=SHIPPED, PATH=str(tmp_path))
    assert done.returncode == 3
    assert "There is no tesseract here that" in done.stderr

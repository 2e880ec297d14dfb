"""Reads PDFs back with poppler, which shares no code with what wrote them."""

import re
import subprocess
from pathlib import Path

STAMP = "EMBARGOED until 00:01 on Thursday 4 September 2014"
HEAD = "Mr Andy Bliss QPM, 3 September 2014"


def pages(pdf: Path) -> list[str]:
    """The text of each page."""
    text = _poppler("pdftotext", pdf, "-")
    return text.split("\f")[:-1]


def lines(pdf: Path) -> str:
    """The text as it is laid out, with each line's hyphen."""
    return _poppler("pdftotext", "-layout", pdf, "-")


def info(pdf: Path) -> dict[str, str]:
    """The document's properties, custom ones among them."""
    lines = (_poppler("pdfinfo", pdf) + _poppler("pdfinfo", "-custom", pdf)).splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def fonts(pdf: Path) -> list[tuple[str, str]]:
    """Name and 'yes' where embedded, of every font."""
    rows = _poppler("pdffonts", pdf).splitlines()[2:]
    return [(row.split()[0].partition("+")[2], row[-24:].split()[0]) for row in rows]


def tagged_text(pdf: Path) -> str:
    """The text in the order in which a screen reader meets it."""
    return _poppler("pdfinfo", "-struct-text", pdf)


def words(text: str) -> list[str]:
    """The words of a text, those that a line's end divides at a hyphen made whole."""
    return re.sub(r"-\n\s*", "-", text).split()


def right_edges(pdf: Path) -> list[float]:
    """Where each word ends, in points from the paper's left edge."""
    return [
        float(x) for x in re.findall(r'xMax="([0-9.]+)"', _poppler("pdftotext", "-bbox", pdf, "-"))
    ]


def word_heights(pdf: Path, word: str) -> set[float]:
    """How high a word's box is wherever it stands, in points; at 12 point it is 13.4."""
    boxes = _poppler("pdftotext", "-bbox", pdf, "-")
    found = re.findall(rf'yMin="([0-9.]+)" xMax="[0-9.]+" yMax="([0-9.]+)">{word}<', boxes)
    return {round(float(bottom) - float(top), 1) for top, bottom in found}


def red_share(pdf: Path, page: int) -> float:
    """The share of a page's picture that has the red of the stamp."""
    command = ["pdftoppm", "-r", "100", "-f", str(page), "-l", str(page), str(pdf)]
    picture = subprocess.run(command, capture_output=True, check=True).stdout
    header = re.match(rb"P6\s(\d+)\s(\d+)\s255\s", picture)
    assert header
    dots = picture[header.end() :]
    red = bytes([0xA3, 0x00, 0x1F])
    return sum(dots[at : at + 3] == red for at in range(0, len(dots), 3)) * 3 / len(dots)


def grey_share(pdf: Path, page: int, grey: int) -> float:
    """The share of a page's picture that has one grey (0 to 255)."""
    command = ["pdftoppm", "-gray", "-r", "30", "-f", str(page), "-l", str(page), str(pdf)]
    picture = subprocess.run(command, capture_output=True, check=True).stdout
    header = re.match(rb"P5\s(\d+)\s(\d+)\s255\s", picture)
    assert header
    dots = picture[header.end() :]
    return dots.count(grey) / len(dots)


def letter_words(pdf: Path, force: str, head: str = HEAD) -> list[str]:
    """A letter's words without its bullets and the furniture of its pages, which must be there."""
    found = []
    # Why: on pages without a float the layout keeps the order, and the hyphen at a line's end.
    texts = [pages(pdf)[0], *lines(pdf).split("\f")[1:-1]]
    for number, text in enumerate(texts, 1):
        here = [word for word in words(text) if word not in "•○"]
        top, foot = words(STAMP), [*words(force), *words(f"Page {number} of {len(texts)}")]
        assert here[: len(top)] == top
        assert here[-len(foot) :] == foot
        if number > 1:
            top += words(head)
            assert here[: len(top)] == top
        found += here[len(top) : -len(foot)]
    return found


def without(sequence: list[str], part: str) -> list[str]:
    """The words without those of ``part``, which must stand among them once."""
    gone = words(part)
    places = [at for at in range(len(sequence)) if sequence[at : at + len(gone)] == gone]
    assert len(places) == 1, f"{part!r} stands {len(places)} times"
    return sequence[: places[0]] + sequence[places[0] + len(gone) :]


def _poppler(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
    # Poppler speaks of a broken file on stderr, and goes on.
    assert done.stderr == ""
    return done.stdout

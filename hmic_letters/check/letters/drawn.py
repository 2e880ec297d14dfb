"""Letters as they are drawn: words that nobody can see, and two editions that differ to the eye.

The reader is PDFium, which shares no code with the printing of letters.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from PIL import Image, ImageChops, ImageFilter

from hmic_letters.check.letters.ocr import SCALE, says
from hmic_letters.check.letters.reader import Line, scan

COARSE = 100 / 72  # pixels a point: enough to see whether two pages are the same
DARKER = 100  # of 255: by how much ink is darker than the lightest of its line, at least
LEAST_INK = 0.03  # of the box of a line of text
UNLIKE = 60  # of 255: by how much a pixel of two equal pages may differ
MIDDLE = 140  # of 255: darker is ink, lighter is paper
BROADER, THINNER = ImageFilter.MaxFilter(5), ImageFilter.MinFilter(3)
STAMP = "EMBARGOED until"
ROOM = 12  # points around the notices, for their frame
SPECKS = 40  # pixels outside all lines that a shift may leave on a page


@dataclass(frozen=True)
class Sheet:
    """A page as it is drawn, grey, with its lines; ``scale`` is in pixels for each point."""

    picture: Image.Image
    lines: tuple[Line, ...]
    scale: float

    def cut(self, line: Line) -> Image.Image:
        """Cut a line out of the picture."""
        return self.picture.crop(self.box(line, 0))

    def box(self, line: Line, room: float) -> tuple[int, int, int, int]:
        """Return the place of a line in the picture, with ``room`` points around it."""
        edges = (line.left - room, line.top - room, line.right + room, line.bottom + room)
        left, top, right, bottom = (round(edge * self.scale) for edge in edges)
        return left, top, right, bottom

    def without(self, lines: Iterable[Line], room: float) -> Image.Image:
        """Return the picture with lines, and ``room`` points around them, painted white."""
        picture = self.picture.copy()
        for line in lines:
            left, top, right, bottom = self.box(line, room)
            # A stamp's frame is as wide as the page.
            across = (0, top, picture.width, bottom)
            picture.paste(255, across if STAMP in line.text else (left, top, right, bottom))
        return picture


@lru_cache(maxsize=1)  # a dispatch asks twice in a row for the pages of a letter
def sheets(pdf: bytes, scale: float = COARSE) -> tuple[Sheet, ...]:
    """Draw the pages of a PDF."""
    return tuple(Sheet(page.picture, page.lines, scale) for page in scan(pdf, scale))


def unseen(pages: Sequence[Sheet]) -> Iterator[str]:
    """Yield the pages whose picture does not show all the lines that their text has.

    No message has a word of the letter, for a dispatch may be logged.
    """
    for number, page in enumerate(pages, 1):
        if count := sum(not _has_ink(page.cut(line)) for line in page.lines):
            lines = "a line" if count == 1 else f"{count} lines"
            yield f"page {number} has {lines} that nobody can see: pale, tiny or covered"


def _has_ink(cut: Image.Image) -> bool:
    counts = cut.histogram()
    lightest = max(grey for grey, count in enumerate(counts) if count)
    ink = sum(counts[: max(0, lightest - DARKER)])
    return ink >= LEAST_INK * cut.width * cut.height


def drawn_otherwise(letter: bytes, public: bytes, notices: str) -> Iterator[str]:
    """Yield the differences to the eye between a letter and its public edition, two PDFs.

    Only the letter has the stamp in its margins, and the words of ``notices``. Raises Unavailable
    if a line has to be read from its picture and there is no tesseract.
    """
    sent, other = sheets(letter), sheets(public)
    blank = _without_gone(sent, notices)
    if len(sent) != len(other) or any(
        _differ(one, sheet.picture) for one, sheet in zip(blank, other, strict=True)
    ):
        yield from _by_line(sheets(letter, SCALE), sheets(public, SCALE), notices)


def _by_line(letter: Sequence[Sheet], public: Sequence[Sheet], notices: str) -> Iterator[str]:
    """Compare the lines, wherever they are: without the notices they may have moved."""
    known: dict[str, list[Image.Image]] = {}
    places: dict[tuple[int, Line], Image.Image] = {}
    for number, sheet in enumerate(letter, 1):
        for line in sheet.lines:
            known.setdefault(line.text, []).append(sheet.cut(line))
            places[number, line] = known[line.text][-1]
    for number, sheet in enumerate(public, 1):
        for line in sheet.lines:
            cut, others = sheet.cut(line), known.get(line.text, ())
            if (there := places.get((number, line))) is not None:
                if not _differ(cut, there):
                    continue
            elif any(_is_same(cut, other) for other in others):
                continue
            # A line that ends at another word has none to compare it with, and is read.
            if others or not _has_ink(cut) or not says(cut, line.text):
                yield f"page {number} of the public edition does not show '{line.text}' as it is"
    blank = [
        replace(sheet, picture=picture)
        for sheet, picture in zip(letter, _without_gone(letter, notices), strict=True)
    ]
    more = sum(map(_ink_beside, public)) - sum(map(_ink_beside, blank))
    if more > SPECKS * len(public):
        yield "the public edition shows something beside its words that the letter does not show"


def _without_gone(letter: Sequence[Sheet], notices: str) -> list[Image.Image]:
    """Return the pages without the stamps and notices, which the public edition lacks."""
    gone = [
        [line for line in sheet.lines if line.in_margins and STAMP in line.text] for sheet in letter
    ]
    own = [(at, one) for at, sheet in enumerate(letter) for one in sheet.lines]
    own = [(at, one) for at, one in own if not one.in_margins]
    wanted = _bare(notices)
    for start in range(len(own)):
        words, end = "", start
        while wanted.startswith(words) and words != wanted and end < len(own):
            words += _bare(own[end][1].text)
            end += 1
        if wanted and words == wanted:
            for at, line in own[start:end]:
                gone[at].append(line)
            break
    return [sheet.without(lines, ROOM) for sheet, lines in zip(letter, gone, strict=True)]


def _bare(text: str) -> str:
    return "".join(text.split())


def _differ(one: Image.Image, other: Image.Image) -> bool:
    difference = ImageChops.difference(one, other).point(lambda grey: 255 if grey > UNLIKE else 0)
    return one.size != other.size or difference.getbbox() is not None


def _is_same(one: Image.Image, other: Image.Image) -> bool:
    """Tell whether two pictures show the same line, perhaps moved by part of a pixel."""
    if abs(one.width - other.width) > 1 or abs(one.height - other.height) > 1:
        return False
    size = (max(one.width, other.width), max(one.height, other.height))
    first, second = (_ink(cut.crop((0, 0, *size))) for cut in (one, other))
    # A stroke of one may be a pixel broader than that of the other, or a pixel away.
    unmatched = ImageChops.lighter(
        ImageChops.subtract(first, second.filter(BROADER)),
        ImageChops.subtract(second, first.filter(BROADER)),
    )
    return unmatched.filter(THINNER).getbbox() is None


def _ink(picture: Image.Image) -> Image.Image:
    """Return a picture that is white where the other is dark."""
    return picture.point(lambda grey: 255 if grey < MIDDLE else 0)


def _ink_beside(sheet: Sheet) -> int:
    """Count the dark pixels outside the lines of text."""
    return sum(sheet.without(sheet.lines, 1).histogram()[:MIDDLE])

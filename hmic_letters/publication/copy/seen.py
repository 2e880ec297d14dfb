"""A sealed copy as a reader sees it: each page shows its marks, in words and in the picture.

The reader is PDFium, which shares no code with what draws the marks.
"""

import io
from collections.abc import Iterator, Sequence

from PIL import Image, ImageChops

from hmic_letters.check.letters.reader import pictures, words_of_pages

SCALE = 1.5  # pixels a point
INK = 60  # of 255: by how much a pixel of a mark is darker than paper, at least
NEAR = 90  # of 255: by how much it may differ, for a mark falls between pixels
LEAST_INK = 0.002  # of a strip that bears a mark
SHOWN = 0.85  # of the ink of a mark that a page has to show
AROUND = (-2, -1, 0, 1, 2)  # pixels by which a mark may be moved


def mark_faults(data: bytes, passphrase: str, strips: bytes, stamped: bool) -> Iterator[str]:
    """Yield what is wrong with the marks of a copy, page by page.

    ``strips`` are the two marks, for the head of a ``stamped`` page and for the foot of all.
    """
    words = words_of_pages(strips)
    marks = [_grey(picture) for picture in pictures(strips, SCALE)]
    shown = words_of_pages(data, passphrase)
    wanted = ("stamp", "mark") if stamped else ("mark",)
    for number, picture in enumerate(pictures(data, SCALE, passphrase)):
        page = _grey(picture)
        for what in wanted:
            at = 0 if what == "stamp" else 1
            if _bare(words[at]) not in _bare(shown[number]):
                yield f"page {number + 1} does not say the words of its {what}"
            elif not _is_shown(marks[at], page, at_head=what == "stamp"):
                yield f"page {number + 1} does not show its {what}: something covers or hides it"


def _grey(picture: bytes) -> Image.Image:
    with Image.open(io.BytesIO(picture)) as image:
        return image.convert("L")


def _bare(text: str) -> str:
    return "".join(text.split())


def _is_shown(mark: Image.Image, page: Image.Image, at_head: bool) -> bool:
    """Tell whether a page has the ink of a mark where the mark belongs."""
    height = round(mark.height * page.width / mark.width)
    mark = mark.resize((page.width, height))
    ink = mark.point(lambda grey: 255 if grey < 255 - INK else 0)
    whole = _count(ink)
    if whole < LEAST_INK * mark.width * mark.height:
        return False
    top = 0 if at_head else page.height - height
    return any(
        _count(_agreeing(mark, page, ink, left, top + down)) >= SHOWN * whole
        for left, down in _moves()
    )


def _moves() -> Sequence[tuple[int, int]]:
    moves = [(left, down) for left in AROUND for down in AROUND]
    return sorted(moves, key=lambda move: abs(move[0]) + abs(move[1]))


def _agreeing(
    mark: Image.Image, page: Image.Image, ink: Image.Image, left: int, top: int
) -> Image.Image:
    """Give the ink of a mark that a page shows, the mark's corner at a place of the page."""
    part = page.crop((left, top, left + mark.width, top + mark.height))
    near = ImageChops.difference(mark, part).point(lambda grey: 255 if grey < NEAR else 0)
    return ImageChops.multiply(near, ink)


def _count(image: Image.Image) -> int:
    """Count the white pixels of an image that has black and white ones."""
    return int(image.histogram()[255])

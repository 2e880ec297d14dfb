"""The picture of a page -> what the eye reads on it, line by line, beside what the file says."""

import csv
import io
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial

from PIL import Image, ImageOps

from hmic_letters.check.letters.reader import Line, Scan
from hmic_letters.problem import Unavailable

# One process a page, and as many as the machine has processors.
os.environ["OMP_THREAD_LIMIT"] = "1"

COMMAND = "tesseract"
SCALE = 200 / 72  # 200 dots an inch: with fewer, and with more, whole lines are lost
AGREEMENT = 0.99
CLEAR = 0.97  # a line that agrees less is read again by itself
HALF = 0.5  # a line that agrees less is not the line that the text says
# What a picture shows, as tesseract names it, and in which languages it is read: a line that needs
# a second look is often a Welsh one.
PAGE = ("4", "eng")
LINE = ("7", "eng+cym")
BULLETS = {"•", "○"}
PALE = 200  # grey (0 to 255) from which on it is no text, but the word across a specimen
NEAR = 3  # points that a word may stand beside its line
# One mark may look like the other.
ALIKE = str.maketrans("‘’—-", "''––")


@dataclass(frozen=True)
class Word:
    """A word that was read in a picture; its middle in points from the paper's top left corner."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Reading:
    """How far a page's picture agrees with its text, 0 to 1, and the lines that do not at all.

    ``unlike`` are pairs of what the text says and what the eye sees.
    """

    agreement: float
    unlike: tuple[tuple[str, str], ...]


def read_pages(pages: Sequence[Scan]) -> list[Reading]:
    """Reads pictures of pages, made in SCALE. Raises Unavailable where there is no tesseract."""
    try:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(_read, pages))
    except (OSError, subprocess.CalledProcessError) as error:
        raise Unavailable(
            f"There is no tesseract here that reads English and Welsh ({error}). Run "
            "'setup/system.sh ocr' in the project's folder: it installs it."
        ) from None


def _read(page: Scan) -> Reading:
    with Image.open(io.BytesIO(page.picture)) as image:
        dark = image.convert("L").point(lambda grey: 255 if grey > PALE else grey)
    left = list(_words(dark, PAGE))
    said, seen, unlike = [], [], []
    for line in page.lines:
        here = [word for word in left if _within(word, line)]
        left = [word for word in left if word not in here]
        # A bullet is read as whatever is round.
        if line.text in BULLETS:
            continue
        shown = _shown(here)
        if _ratio(line.text, shown) < CLEAR:
            # On a page a line with many accents may be misread, or taken for a picture.
            alone = _shown(_words(_cut(dark, line), LINE))
            shown = max(shown, alone, key=partial(_ratio, line.text))
        if _ratio(line.text, shown) < HALF:
            unlike.append((line.text, shown))
        said.append(line.text)
        seen.append(shown)
    # What stands in no line is seen all the same.
    seen += [word.text for word in left]
    return Reading(_ratio("".join(said), "".join(seen)), tuple(unlike))


def _words(picture: Image.Image, kind: tuple[str, str]) -> Iterator[Word]:
    shape, languages = kind
    table = io.StringIO(_tesseract(picture, languages, "--psm", shape, "tsv"))
    for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["text"].strip():
            left, top, width, height = (int(row[key]) for key in ("left", "top", "width", "height"))
            yield Word(row["text"], (left + width / 2) / SCALE, (top + height / 2) / SCALE)


def _tesseract(picture: Image.Image, languages: str, *options: str) -> str:
    # By pipes: wrappers put the picture of an embargoed page into a temporary folder, where
    # everybody may read it.
    png = io.BytesIO()
    picture.save(png, "PNG", compress_level=1)
    command = [COMMAND, "stdin", "stdout", "-l", languages, *options]
    done = subprocess.run(command, input=png.getvalue(), capture_output=True, check=True)  # noqa: S603
    return done.stdout.decode("utf-8")


def can_read() -> bool:
    """Whether pictures can be read here at all."""
    return shutil.which(COMMAND) is not None


def read_feet(picture: bytes) -> Iterator[str]:
    """The text in the lowest tenth of a page's picture (PNG or JPEG), for each way it can lie.

    Raises ValueError for what is no picture.
    """
    try:
        with Image.open(io.BytesIO(picture)) as image:
            grey = image.convert("L")
    except (OSError, Image.DecompressionBombError) as error:
        raise ValueError(f"it cannot be read: {error}") from None
    for turned in (0, 180, 90, 270):
        page = grey.rotate(turned, expand=True)
        foot = page.crop((0, round(page.height * 0.9), page.width, page.height))
        yield _tesseract(ImageOps.expand(foot, border=20, fill=255), "eng", "--psm", "6")


def _cut(picture: Image.Image, line: Line) -> Image.Image:
    """A line with white around it."""
    box = (line.left - NEAR, line.top - NEAR, line.right + NEAR, line.bottom + NEAR)
    left, top, right, bottom = (round(edge * SCALE) for edge in box)
    cut = picture.crop((left, top, right, bottom))
    return ImageOps.expand(cut, border=20, fill=255)


def _shown(words: Iterable[Word]) -> str:
    return " ".join(word.text for word in sorted(words, key=lambda word: word.x))


def _within(word: Word, line: Line) -> bool:
    return (
        line.left - NEAR <= word.x <= line.right + NEAR
        and line.top - NEAR <= word.y <= line.bottom + NEAR
    )


def _ratio(one: str, other: str) -> float:
    """How far two texts agree, 0 to 1, spaces aside."""
    first, second = ("".join(text.split()).translate(ALIKE) for text in (one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()

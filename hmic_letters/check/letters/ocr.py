"""Recognise the text in the picture of a page, and compare it with the text of the file."""

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

from PIL import Image, ImageFilter, ImageOps

from hmic_letters.check.letters.reader import Line, Scan
from hmic_letters.problem import Unavailable

# One thread for each page. Why: there are as many processes as the machine has processors.
os.environ["OMP_THREAD_LIMIT"] = "1"

COMMAND = "tesseract"
SCALE = 200 / 72  # 200 dots per inch: with fewer or more, tesseract misses whole lines
AGREEMENT = 0.99
CLEAR = 0.97  # if a line agrees less, read it again by itself
SAYS = 0.8  # if a line by itself agrees less, its picture says something else
HALF = 0.5  # if a line agrees less, the picture shows another line
# What tesseract expects in a picture (page segmentation mode), and the languages that it reads.
# Why Welsh for single lines: a line that needs a second look is often Welsh.
PAGE = ("4", "eng")
LINE = ("7", "eng+cym")
BULLETS = {"•", "○"}
PALE = 200  # grey (0 to 255): anything lighter is not text but the word across a specimen
FOOT = 0.1  # of a page's height
FOOT_BY_WIDTH = 0.15  # the most, for a page that is a long strip
FAINTEST = 40  # of 255: by how much ink differs from paper, at least
NEAR = 3  # points: the largest distance of a word from its line
# These marks look alike.
ALIKE = str.maketrans("‘’—-", "''––")


@dataclass(frozen=True)
class Word:
    """A word recognised in a picture; its middle is in points from the paper's top left corner."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Reading:
    """How far a page's picture agrees with its text (0 to 1), and the lines that differ entirely.

    ``unlike`` has pairs: the text in the file, and the text that the eye sees.
    """

    agreement: float
    unlike: tuple[tuple[str, str], ...]


def read_pages(pages: Sequence[Scan]) -> list[Reading]:
    """Read pictures of pages that were drawn at SCALE.

    Raises:
        Unavailable: there is no tesseract that reads English and Welsh.
    """
    try:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(_read, pages))
    except (OSError, subprocess.CalledProcessError) as error:
        raise _no_tesseract(error) from None


def _read(page: Scan) -> Reading:
    dark = page.picture.point(lambda grey: 255 if grey > PALE else grey)
    remaining = list(_words(dark, PAGE))
    texts, readings, unlike = [], [], []
    for line in page.lines:
        here = [word for word in remaining if _within(word, line)]
        remaining = [word for word in remaining if word not in here]
        # Why: tesseract reads a bullet as any round character.
        if line.text in BULLETS:
            continue
        shown = _shown(here)
        if _ratio(line.text, shown) < CLEAR:
            # On a page, tesseract may misread a line with many accents or take it for a picture.
            alone = _shown(_words(_cut(dark, line), LINE))
            shown = max(shown, alone, key=partial(_ratio, line.text))
        if _ratio(line.text, shown) < HALF:
            unlike.append((line.text, shown))
        texts.append(line.text)
        readings.append(shown)
    # The eye sees words outside the lines, too.
    readings += [word.text for word in remaining]
    return Reading(_ratio("".join(texts), "".join(readings)), tuple(unlike))


def _words(picture: Image.Image, kind: tuple[str, str]) -> Iterator[Word]:
    shape, languages = kind
    table = io.StringIO(_tesseract(picture, languages, "--psm", shape, "tsv"))
    for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["text"].strip():
            left, top, width, height = (int(row[key]) for key in ("left", "top", "width", "height"))
            yield Word(row["text"], (left + width / 2) / SCALE, (top + height / 2) / SCALE)


def _tesseract(picture: Image.Image, languages: str, *options: str) -> str:
    # Why pipes: wrappers write the picture of an embargoed page to a temporary folder that
    # everybody can read.
    png = io.BytesIO()
    picture.save(png, "PNG", compress_level=1)
    command = [COMMAND, "stdin", "stdout", "-l", languages, *options]
    done = subprocess.run(command, input=png.getvalue(), capture_output=True, check=True)  # noqa: S603
    return done.stdout.decode("utf-8")


def says(picture: Image.Image, text: str) -> bool:
    """Tell whether the picture of one line says a text. Raises Unavailable, as ``read_pages``."""
    dark = ImageOps.expand(picture.convert("L"), border=20, fill=255)
    try:
        shown = _shown(_words(dark, LINE))
    except (OSError, subprocess.CalledProcessError) as error:
        raise _no_tesseract(error) from None
    return _ratio(text, shown) >= SAYS


def _no_tesseract(error: Exception) -> Unavailable:
    return Unavailable(
        f"There is no tesseract here that reads English and Welsh ({error}). Run "
        "'setup/system.sh ocr' in the project's folder: it installs it."
    )


def can_read() -> bool:
    """Return whether tesseract is installed."""
    return shutil.which(COMMAND) is not None


def feet(page: Image.Image) -> Iterator[bytes]:
    """Yield a picture (PNG) of the foot of a page, for each way up; none if nothing is there."""
    for turned in (0, 180, 90, 270):
        upright = page.rotate(turned, expand=True)
        height = round(min(upright.height * FOOT, upright.width * FOOT_BY_WIDTH))
        foot = upright.crop((0, upright.height - height, upright.width, upright.height))
        greys = [grey for grey, count in enumerate(foot.histogram()) if count]
        if greys and greys[-1] - greys[0] >= FAINTEST:
            png = io.BytesIO()
            foot.save(png, "PNG", compress_level=1)
            yield png.getvalue()


def read_foot(foot: bytes, width: int, blur: float = 0) -> str:
    """Return the text that the foot of a page shows if it is so many pixels wide, and blurred."""
    with Image.open(io.BytesIO(foot)) as image:
        resized = image.resize((width, round(image.height * width / image.width)))
    softened = resized.filter(ImageFilter.GaussianBlur(blur)) if blur else resized
    return _tesseract(ImageOps.expand(softened, border=20, fill=255), "eng", "--psm", "6")


def _cut(picture: Image.Image, line: Line) -> Image.Image:
    """Cut out a line, with white around it."""
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
    """Return how far two texts agree, 0 to 1, without their spaces."""
    first, second = ("".join(text.split()).translate(ALIKE) for text in (one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()

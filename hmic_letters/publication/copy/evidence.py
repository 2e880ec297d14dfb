"""A file that turned up -> the serials in it and pictures of its feet, for ``trace``.

Somebody else made the file, so both functions run in a separate process (``documents.apart``).
"""

import base64
import codecs
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pikepdf
from PIL import Image, UnidentifiedImageError

from hmic_letters.check.letters.ocr import feet
from hmic_letters.check.letters.reader import drawn_page, words_of_pages
from hmic_letters.documents.apart import Unreadable
from hmic_letters.publication.copy.enclosure import MOST_PAGES
from hmic_letters.publication.copy.seal import KEY, PROPERTY
from hmic_letters.publication.copy.serial import typed_serials

PDF = re.compile(rb"^%PDF-\d", re.MULTILINE)
HEAD = 1024  # bytes: readers take a file for a PDF if it says so among these
PICTURES = (b"\x89PNG", b"\xff\xd8\xff")  # the first bytes of PNG and JPEG
MOST_PIXELS = 100_000_000  # of a picture: an A3 page at 600 dots per inch has 70 million
LONGER_SIDE = 3508  # pixels of a page's picture: A4 at 300 dots per inch
NO_TEXT = re.compile(r"[\0-\x08\x0e-\x1f]")
KNOWN = "it is no PDF, no picture (PNG or JPEG) and no plain text, and 'trace' reads nothing else"


def named(data: bytes, passphrases: list[str]) -> dict[str, Any]:
    """Read a PDF, a picture or a text.

    Return the ``readings`` that can be serials, each with the place that names it, the number of
    ``pages`` to look at, whether the file ``is_picture`` itself, and the ``passphrase`` that opens
    it.

    Raises:
        Unreadable: the file is of another kind, or cannot be read.
    """
    passphrase, pages, is_picture = "", 0, data.startswith(PICTURES)
    readings: list[tuple[str, str]] = []
    if PDF.search(data[:HEAD]):
        passphrase, pages, readings = _of_pdf(data, passphrases)
    elif is_picture:
        pages = 1
    else:
        readings = [(reading, "the text") for reading in typed_serials(_text(data))]
    return {
        "readings": list(dict.fromkeys(readings)),
        "pages": pages,
        "is_picture": is_picture,
        "passphrase": passphrase,
    }


def feet_of_page(data: bytes, passphrase: str, number: int) -> list[str]:
    """Return the pictures (PNG, base64) of the foot of a page; pages count from 0.

    There is one for each way up, unless nothing is there.

    Raises:
        Unreadable: the picture is too large, or cannot be read.
    """
    if data.startswith(PICTURES):
        page = _picture(data)
    else:
        page = drawn_page(data, LONGER_SIDE, passphrase, number)
    return [base64.b64encode(foot).decode("ascii") for foot in feet(page)]


def _of_pdf(data: bytes, passphrases: list[str]) -> tuple[str, int, list[tuple[str, str]]]:
    passphrase, pdf = _opened(data, passphrases)
    with pdf:
        pages = len(pdf.pages)
        if pages > MOST_PAGES:
            reason = f"it has {pages:,} pages, and 'trace' reads {MOST_PAGES} at most"
            raise Unreadable(reason, "Trace a part of it.")
        readings = [(serial, "the file's properties") for serial in _properties(pdf)]
    try:
        texts = words_of_pages(data, passphrase)
    except ValueError as error:
        raise Unreadable(str(error)) from None
    for number, text in enumerate(texts, 1):
        readings += [(reading, f"the mark on page {number}") for reading in typed_serials(text)]
    return passphrase, pages, readings


def _opened(data: bytes, passphrases: list[str]) -> tuple[str, pikepdf.Pdf]:
    for passphrase in ("", *passphrases):
        try:
            return passphrase, pikepdf.open(io.BytesIO(data), password=passphrase)
        except pikepdf.PasswordError:
            continue
        except pikepdf.PdfError as error:
            # Why not the start of the message: it is the name of the stream.
            reason = str(error).partition(": ")[2] or str(error)
            raise Unreadable(f"it cannot be opened: {reason}") from None
    raise Unreadable("it cannot be opened: no passphrase in passphrases/ opens it")


def _properties(pdf: pikepdf.Pdf) -> Iterator[str]:
    # A page can name its serial even if the properties are damaged, in whatever way.
    with suppress(Exception):
        yield str(pdf.docinfo.get(KEY, ""))
    with suppress(Exception), pdf.open_metadata() as metadata:
        yield str(metadata.get(PROPERTY, ""))


def _picture(data: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # Why: it is another limit, and this process has its own
    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Unreadable(
                    f"it has {image.width:,} by {image.height:,} pixels, and 'trace' reads "
                    f"{MOST_PIXELS:,} at most",
                    "Save it with fewer.",
                )
            image.draft("L", (LONGER_SIDE, LONGER_SIDE))
            grey = image.convert("L")
    except UnidentifiedImageError:
        raise Unreadable("it begins like a picture, and is none") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise Unreadable(f"the picture cannot be read: {error}") from None
    grey.thumbnail((LONGER_SIDE, LONGER_SIDE))
    return grey


def _text(data: bytes) -> str:
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = data.decode("utf-16" if is_wide else "utf-8", "replace")
    if NO_TEXT.search(text):
        raise Unreadable(KNOWN)
    return text

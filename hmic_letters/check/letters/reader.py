"""A PDF -> what a reader of PDFs sees of it.

The reader is PDFium, which shares no code with what makes the letters.
"""

import ctypes
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium


@dataclass(frozen=True)
class Seen:
    """What a reader of PDFs sees of a letter; ``fonts`` are name and whether it is embedded."""

    pages: tuple[str, ...]
    title: str
    author: str
    subject: str
    embargo: str
    language: str
    tagged: bool
    fonts: frozenset[tuple[str, bool]]


@dataclass(frozen=True)
class Line:
    """A line of text and where it stands, in points from the paper's top left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Scan:
    """A page's picture (PNG) and its lines of text."""

    picture: bytes
    lines: tuple[Line, ...]


def scan(path: Path, scale: float) -> list[Scan]:
    """The pages of a PDF, pictured in ``scale`` pixels for each point of the paper."""
    with pypdfium2.PdfDocument(path) as document:
        return [Scan(_picture(page, scale), tuple(_lines(page))) for page in document]


def _lines(page: pypdfium2.PdfPage) -> Iterator[Line]:
    text, height = page.get_textpage(), page.get_height()
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        said = _text(partial(pdfium.FPDFTextObj_GetText, item.raw, text.raw)).strip()
        left, bottom, right, top = item.get_bounds()
        if said:
            yield Line(said, left, height - top, right, height - bottom)
    text.close()


def look(path: Path) -> Seen:
    """Reads a PDF. Raises ValueError for one that is none, or that cannot be read."""
    try:
        document = pypdfium2.PdfDocument(path)
    except (pypdfium2.PdfiumError, OSError) as error:
        raise ValueError(f"it cannot be read: {error}") from None
    try:
        return _look(document)
    except pypdfium2.PdfiumError as error:
        raise ValueError(f"it cannot be read: {error}") from None
    finally:
        document.close()


def own_words(pdf: bytes) -> str:
    """The text of a tagged PDF without what stands in its margins, spaces and page breaks."""
    said = [words for words, in_margins in _pieces(pdf) if not in_margins]
    return "".join("".join(said).split())


def furniture(pdf: bytes) -> set[str]:
    """The words that stand in the margins of a tagged PDF, with # for each number."""
    said = [re.sub(r"\d+", "#", words) for words, in_margins in _pieces(pdf) if in_margins]
    return {word for words in said for word in words.split()}


def _pieces(pdf: bytes) -> Iterator[tuple[str, bool]]:
    """The pieces of text of a tagged PDF, each with whether it stands in the margins."""
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            text = page.get_textpage()
            for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
                words = _text(partial(pdfium.FPDFTextObj_GetText, item.raw, text.raw))
                # What stands in the margins is an artifact, and has no number.
                yield words, pdfium.FPDFPageObj_GetMarkedContentID(item.raw) < 0
            text.close()


def words_of_pages(pdf: bytes, passphrase: str = "") -> tuple[str, ...]:
    """The text of each page. Raises ValueError for what cannot be read."""
    try:
        with pypdfium2.PdfDocument(pdf, password=passphrase or None) as document:
            return tuple(page.get_textpage().get_text_range() for page in document)
    except pypdfium2.PdfiumError as error:
        raise ValueError(f"it cannot be read: {error}") from None


def pictures(pdf: bytes, scale: float, passphrase: str = "") -> Iterator[bytes]:
    """A picture (PNG) of each page of a PDF, in ``scale`` pixels for each point of the paper."""
    with pypdfium2.PdfDocument(pdf, password=passphrase or None) as document:
        for page in document:
            yield _picture(page, scale)


def _picture(page: pypdfium2.PdfPage, scale: float) -> bytes:
    picture = io.BytesIO()
    page.render(scale=scale).to_pil().save(picture, "PNG", compress_level=1)
    return picture.getvalue()


def _look(document: pypdfium2.PdfDocument) -> Seen:
    pages = []
    fonts = set()
    for page in document:
        text = page.get_textpage()
        # PDFium marks a hyphen at a line's end by a character of its own.
        pages.append(re.sub("[\x02\ufffe]\\s*", "-", text.get_text_range()))
        for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            fonts.add(_font(item.raw))
        text.close()
        page.close()
    held = document.get_metadata_dict()
    return Seen(
        tuple(pages),
        held["Title"],
        held["Author"],
        held["Subject"],
        _text(lambda to, size: pdfium.FPDF_GetMetaText(document, b"embargo", to, size)),
        _text(lambda to, size: pdfium.FPDFCatalog_GetLanguage(document, to, size)),
        bool(pdfium.FPDFCatalog_IsTagged(document)),
        frozenset(fonts),
    )


def _text(ask: Callable[[Any, int], int]) -> str:
    """What PDFium gives as UTF-16, once its length in bytes is known."""
    size = ask(None, 0)
    buffer = (ctypes.c_ushort * (size // 2))()
    ask(buffer, size)
    return bytes(buffer).decode("utf-16-le").rstrip("\0")


def _font(item: object) -> tuple[str, bool]:
    font = pdfium.FPDFTextObj_GetFont(item)
    size = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFFont_GetBaseFontName(font, buffer, size)
    name = buffer.value.decode("utf-8", "replace")
    return name.rpartition("+")[2], pdfium.FPDFFont_GetIsEmbedded(font) == 1

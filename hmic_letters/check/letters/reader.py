"""Read a PDF as a PDF reader sees it.

The reader is PDFium, which shares no code with the printing of letters.
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
from PIL import Image


@dataclass(frozen=True)
class Seen:
    """A letter as a PDF reader sees it.

    ``labels`` has for each page the bullets and numbers of its list items. ``fonts`` has names,
    each with whether it is embedded.
    """

    pages: tuple[str, ...]
    labels: tuple[str, ...]
    title: str
    author: str
    subject: str
    embargo: str
    language: str
    tagged: bool
    fonts: frozenset[tuple[str, bool]]


@dataclass(frozen=True)
class Line:
    """A line of text and its place, in points from the paper's top left corner.

    ``in_margins`` is true of what a tagged PDF has besides its content: stamps and feet.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    in_margins: bool = False


@dataclass(frozen=True)
class Scan:
    """A page's grey picture and its lines of text."""

    picture: Image.Image
    lines: tuple[Line, ...]


def scan(path: Path | bytes, scale: float) -> list[Scan]:
    """Draw the pages of a PDF, with ``scale`` pixels for each point of the paper."""
    with pypdfium2.PdfDocument(path) as document:
        return [
            Scan(page.render(scale=scale).to_pil().convert("L"), tuple(_lines(page)))
            for page in document
        ]


def _lines(page: pypdfium2.PdfPage) -> Iterator[Line]:
    text, height = page.get_textpage(), page.get_height()
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        words = _text(partial(pdfium.FPDFTextObj_GetText, item.raw, text.raw)).strip()
        left, bottom, right, top = item.get_bounds()
        if words:
            in_margins = _is_artifact(item)
            yield Line(words, left, height - top, right, height - bottom, in_margins)
    text.close()


def look(path: Path) -> Seen:
    """Read a PDF.

    Raises:
        ValueError: the file is no PDF or cannot be read.
    """
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
    """Return the text of a tagged PDF without margins, spaces and page breaks."""
    pieces = [words for words, in_margins in _pieces(pdf) if not in_margins]
    return "".join("".join(pieces).split())


def furniture(pdf: bytes) -> set[str]:
    """Return the words in the margins of a tagged PDF, with # for each number."""
    pieces = [re.sub(r"\d+", "#", words) for words, in_margins in _pieces(pdf) if in_margins]
    return {word for words in pieces for word in words.split()}


def _pieces(pdf: bytes) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of text of a tagged PDF, each with whether it is in the margins."""
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            text = page.get_textpage()
            for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
                words = _text(partial(pdfium.FPDFTextObj_GetText, item.raw, text.raw))
                yield words, _is_artifact(item)
            text.close()


def _is_artifact(item: pypdfium2.PdfObject) -> bool:
    """Tell whether a piece of text is in the margins: it has no number of marked content."""
    return int(pdfium.FPDFPageObj_GetMarkedContentID(item.raw)) < 0


def words_of_pages(pdf: bytes, passphrase: str = "") -> tuple[str, ...]:
    """Return the text of each page.

    Raises:
        ValueError: the PDF cannot be read.
    """
    try:
        with pypdfium2.PdfDocument(pdf, password=passphrase or None) as document:
            return tuple(page.get_textpage().get_text_range() for page in document)
    except pypdfium2.PdfiumError as error:
        raise ValueError(f"it cannot be read: {error}") from None


def pictures(pdf: bytes, scale: float, passphrase: str = "") -> Iterator[bytes]:
    """Yield a picture (PNG) of each page, with ``scale`` pixels for each point of the paper."""
    with pypdfium2.PdfDocument(pdf, password=passphrase or None) as document:
        for page in document:
            yield _picture(page, scale)


def drawn_page(pdf: bytes, longer_side: int, passphrase: str, number: int) -> Image.Image:
    """Return a grey picture of a page, whose longer side has so many pixels; pages count from 0."""
    with pypdfium2.PdfDocument(pdf, password=passphrase or None) as document:
        page = document[number]
        scale = longer_side / max(page.get_size())
        picture: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
        return picture


def _picture(page: pypdfium2.PdfPage, scale: float) -> bytes:
    picture = io.BytesIO()
    page.render(scale=scale).to_pil().save(picture, "PNG", compress_level=1)
    return picture.getvalue()


def _look(document: pypdfium2.PdfDocument) -> Seen:
    pages, labels = [], []
    fonts = set()
    for page in document:
        text = page.get_textpage()
        # PDFium returns a special character for a hyphen at the end of a line.
        pages.append(re.sub("[\x02\ufffe]\\s*", "-", text.get_text_range()))
        numbers = _numbers_of_labels(page)
        labels.append("")
        for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            fonts.add(_font(item.raw))
            if pdfium.FPDFPageObj_GetMarkedContentID(item.raw) in numbers:
                labels[-1] += _text(partial(pdfium.FPDFTextObj_GetText, item.raw, text.raw))
        text.close()
        page.close()
    properties = document.get_metadata_dict()
    return Seen(
        tuple(pages),
        tuple(labels),
        properties["Title"],
        properties["Author"],
        properties["Subject"],
        _text(lambda to, size: pdfium.FPDF_GetMetaText(document, b"embargo", to, size)),
        _text(lambda to, size: pdfium.FPDFCatalog_GetLanguage(document, to, size)),
        bool(pdfium.FPDFCatalog_IsTagged(document)),
        frozenset(fonts),
    )


def _numbers_of_labels(page: pypdfium2.PdfPage) -> set[int]:
    """Return the numbers (MCID) of the marked content in the labels of a page's list items."""
    numbers: set[int] = set()
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    left = [
        (pdfium.FPDF_StructTree_GetChildAtIndex(tree, at), False)
        for at in range(pdfium.FPDF_StructTree_CountChildren(tree))
    ]
    while left:
        element, is_label = left.pop()
        if not element:  # a piece of content, and no element
            continue
        is_label |= _text(partial(pdfium.FPDF_StructElement_GetType, element)) == "Lbl"
        left += [
            (pdfium.FPDF_StructElement_GetChildAtIndex(element, at), is_label)
            for at in range(pdfium.FPDF_StructElement_CountChildren(element))
        ]
        if is_label:
            count = pdfium.FPDF_StructElement_GetMarkedContentIdCount(element)
            numbers |= {
                pdfium.FPDF_StructElement_GetMarkedContentIdAtIndex(element, at)
                for at in range(count)
            }
    pdfium.FPDF_StructTree_Close(tree)
    return numbers - {-1}  # what has none


def _text(ask: Callable[[Any, int], int]) -> str:
    """Ask PDFium for the length of a text in bytes, then for the text in UTF-16."""
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

"""HTML -> PDF bytes: tagged, deterministic, and made of nothing but the templates and our fonts."""

import ctypes.util
import importlib
import io
import itertools
import logging
import os
import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import md5
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from hmic_letters.declarations import read_once
from hmic_letters.page import LINKS, Page, Rendered, faults_of_twin
from hmic_letters.problem import Place, Problem, Refused, Unavailable
from hmic_letters.tags import Untaggable, mend
from hmic_letters.templates import Templates
from hmic_letters.xmp import declare

# Fontconfig reads these when WeasyPrint is imported; no font of the system is ever seen.
os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("fonts") / "fonts.conf")
# These would change a letter's bytes.
for name in ("FONTCONFIG_SYSROOT", "HB_OPTIONS", "HB_SHAPER_LIST", "PANGO_LANGUAGE"):
    os.environ.pop(name, None)

INSTALL = "Run 'setup/system.sh letters' in the project's folder: it installs what is missing."


def _find_nothing(name: str) -> str | None:  # noqa: ARG001
    return None


@contextmanager
def _without_compilers() -> Iterator[None]:
    # WeasyPrint asks for libraries under names of other systems first, and for each ctypes starts
    # ldconfig, gcc and ld: 200 processes, half of the import's time. What has its name on Linux is
    # found without them.
    find_library = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = _find_nothing
    try:
        yield
    finally:
        ctypes.util.find_library = find_library


class _Later(ModuleType):
    """A module that is imported once something of it is called."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*arguments: Any, **named: Any) -> Any:
            return getattr(importlib.import_module(self.__name__), name)(*arguments, **named)

        return call


@contextmanager
def _without_font_tools() -> Iterator[None]:
    # WeasyPrint has them for fonts that vary, hold pictures or come from the web, and for where
    # HarfBuzz is not; letters have none of that, and they are a third of the import's time.
    font, woff2 = _Later("fontTools.ttLib.ttFont"), _Later("fontTools.ttLib.woff2")
    fonts = _Later("fontTools.ttLib")
    vars(fonts).update(ttFont=font, woff2=woff2, TTLibError=Exception)
    later = fonts, _Later("fontTools.subset"), _Later("fontTools.varLib.instancer")
    added = {module.__name__: module for module in later if module.__name__ not in sys.modules}
    sys.modules.update(added)
    try:
        yield
    finally:
        for name in added:
            del sys.modules[name]


try:
    # WeasyPrint prints advice of its own before it raises.
    with redirect_stdout(io.StringIO()), read_once(), _without_compilers(), _without_font_tools():
        import pydyf
        from weasyprint import HTML
        from weasyprint.css.properties import INITIAL_VALUES
        from weasyprint.formatting_structure.boxes import (
            BlockContainerBox,
            BlockLevelBox,
            MarginBox,
            ReplacedBox,
            TextBox,
        )
        from weasyprint.layout.absolute import AbsolutePlaceholder
        from weasyprint.text.ffi import harfbuzz_subset
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

        from hmic_letters import shortcuts
except OSError as error:
    raise Unavailable(f"WeasyPrint cannot find Pango here ({error}). {INSTALL}") from None
if sys.flags.optimize:
    raise Unavailable("Python runs with -O or PYTHONOPTIMIZE, under which WeasyPrint errs.")
if harfbuzz_subset is None:
    # The other way of subsetting fonts is slow, and stamps the time into every file.
    raise Unavailable(f"WeasyPrint cannot find libharfbuzz-subset here. {INSTALL}")

# Pango reads its fonts in a thread, which may still run when Python ends and gives up libraries.
# What ctypes holds, too, stays until the process has ended.
with suppress(OSError):
    ctypes.CDLL("libpangoft2-1.0.so.0")

takes_shortcuts = shortcuts.take()


class _Compression:
    """zlib's, as pydyf calls it, but not at its highest level: that takes three times as long for a
    fiftieth of the size. What letters share, such as fonts, is compressed once."""

    compress = staticmethod(lru_cache(maxsize=100)(zlib.compress))
    flush = staticmethod(bytes)


pydyf.zlib = SimpleNamespace(compressobj=lambda **_: _Compression)

MAX_HEIGHT = INITIAL_VALUES["max_height"]
ORIGIN = "https://letter.invalid/"  # RFC 2606: a name that never exists
OPTIONS = {"pdf_variant": "pdf/a-3a", "custom_metadata": True}
TYPEFACE = "Liberation Sans"
WARM_UP = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>None</title>
<link rel="stylesheet" href="letter.css"></head><body data-stamp="None" data-force="None">
<p>No letter.</p><ul><li><p><strong>None.</strong></p></li></ul></body></html>"""
STRIPS = 2  # at the head and at the foot of another file's pages


class Press:
    """Prints letters with one workspace's templates. One process needs one."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._fonts = FontConfiguration()
        self._bundle = _Bundle(templates)

    def make(self, rendered: Rendered) -> bytes | Refused:
        """The PDF of a letter whose page for screens says the same; or what is wrong."""
        place = self._templates.place(rendered.template)
        try:
            pdf = self.print(rendered.paper, rendered.template, rendered.stamped)
            if faults := list(faults_of_twin(Page(rendered.screen), Page(rendered.paper))):
                remedy = "Correct the template."
                return Refused(Problem(place, "screen", fault, remedy) for fault in faults)
            return pdf
        except Refused as error:
            return error
        except Exception as error:  # a defect in one letter stops no other
            reason = f"{type(error).__name__}: {error}"
            remedy = "This is a defect of hmic-letters: please report it with this line."
            return Refused([Problem(place, "defect", reason, remedy)])

    def warm_up(self) -> None:
        """Prints a page of a few words with the letters' style sheet, for fonts and styles to be
        there when the first letter comes. Raises Refused."""
        self.print(WARM_UP, "letter.html")

    def print(self, html: str, template: str, stamped: bool = True) -> bytes:
        """The PDF of one HTML document, PDF/A-3a and PDF/UA-1; the same HTML, the same bytes.

        ``template`` names the template it came from. Raises Refused for a resource that is not in
        ``templates/``; for a page without the stamp that ``data-stamp`` of the body gives, or,
        where it is not to be ``stamped``, for a body that gives one; for a
        missing language, title, alternative text or font; for a link that is neither https nor
        mailto; for text that leaves its box or the page; and for everything that WeasyPrint logs as
        WARNING or above, because it goes on without a missing image, glyph or style.
        """
        self._bundle.served.clear()
        pdf = b""
        with _records() as records:
            try:
                # Nothing that holds pictures is shared between letters: WeasyPrint's cache knows
                # them by address alone.
                source = HTML(string=html, base_url=ORIGIN, url_fetcher=self._bundle)
                document = source.render(font_config=self._fonts, **OPTIONS)
                body = source.etree_element.find("body")
                records.extend(_missing_stamps(document, body) if stamped else _stamps(body))
                records.extend(fault for check in CHECKS for fault in check(document))
                pdf = write(document)
            except (FatalURLFetchingError, Untaggable) as error:
                records.append(str(error))
        if records:
            style_sheets = [
                name for name in dict.fromkeys(self._bundle.served) if name.endswith(".css")
            ]
            raise Refused(
                self._problem(record, template, style_sheets) for record in dict.fromkeys(records)
            )
        return pdf

    def print_strips(self, html: str, template: str) -> bytes:
        """The PDF of what is laid over pages of another file: no tags, and nothing of PDF/A.

        Raises Refused as ``print`` does for what is missing, and for text that does not fit.
        """
        self._bundle.served.clear()
        pdf = b""
        with _records() as records:
            try:
                source = HTML(string=html, base_url=ORIGIN, url_fetcher=self._bundle)
                document = source.render(font_config=self._fonts)
                for check in (_missing_fonts, _overflowing):
                    records.extend(check(document))
                if len(document.pages) != STRIPS:
                    records.append("it does not fit into two strips: what it says is too long")
                pdf = document.write_pdf()
            except FatalURLFetchingError as error:
                records.append(str(error))
        if records:
            raise Refused(self._problem(record, template, []) for record in dict.fromkeys(records))
        return pdf

    def _problem(self, record: str, template: str, style_sheets: list[str]) -> Problem:
        message = " ".join(record.split())
        remedy = "Correct the template, the style sheet or the text."
        # WeasyPrint names a style sheet's line and column, and not the style sheet.
        at = re.search(r"` at ([1-9][0-9]*):([1-9][0-9]*), ", message)
        if at and len(style_sheets) == 1:
            place = self._templates.place(style_sheets[0], int(at[1]), int(at[2]))
        else:
            place = self._quoted(message) or self._templates.place(template)
        return Problem(place, "pdf", message, remedy)

    def _quoted(self, message: str) -> Place | None:
        """The one place in the templates that has what a message quotes."""
        for quoted in re.findall(r"""'([^']+)'|"([^"]+)\"""", message):
            words = "".join(quoted).removeprefix(ORIGIN)
            places = [
                self._templates.place(name, line, text.index(words) + 1)
                for name in self._templates.files
                for line, text in enumerate(self._templates.text(name).splitlines(), 1)
                if words in text
            ]
            if len(places) == 1:
                return places[0]
        return None


def write(document: Any) -> bytes:
    """The file of a document that WeasyPrint has laid out. Raises Untaggable."""
    metadata = document.metadata
    properties = metadata.generate_rdf_metadata
    embargo = metadata.custom.get("embargo")
    metadata.generate_rdf_metadata = lambda *said: declare(properties(*said), embargo)

    def finish(document: Any, pdf: Any) -> None:
        mend(pdf, _crossing(document), _margins(document))

    made: bytes = document.write_pdf(finisher=finish, pdf_identifier=False, **OPTIONS)
    # The file's identifier (ISO 32000-1, 14.4) is of its content; WeasyPrint would write all of it
    # twice for that. The last object, which it goes into, leads to the others by their places.
    name = md5(made, usedforsecurity=False).hexdigest().encode()
    before, xref, after = made.rpartition(b"/Type /XRef")
    return before + xref + b"/ID [<" + name + b"> <" + name + b">]" + after


def _margins(document: Any) -> list[int]:
    """How many pieces of text and pictures stand in the margins of each page."""
    return [
        sum(
            isinstance(piece, TextBox | ReplacedBox)
            for box in page._page_box.children
            if isinstance(box, MarginBox)
            for piece in box.descendants()
        )
        for page in document.pages
    ]


def _crossing(document: Any) -> list[int]:
    """How many elements, nested in each other, go on from each page on the next."""
    held = [
        {
            id(box.element)
            for box in page._page_box.children[0].descendants()
            if isinstance(box, BlockLevelBox) and box.element_tag not in {"html", "body"}
        }
        for page in document.pages
    ]
    return [len(one & other) for one, other in itertools.pairwise(held)]


def _missing_stamps(document: Any, body: Any) -> Iterator[str]:
    """What to say of every page whose margins do not show the stamp."""
    stamp = body.get("data-stamp")
    if not stamp:
        yield "the body of the letter has no data-stamp, which every page must show"
        return
    for number, page in enumerate(document.pages, 1):
        # WeasyPrint has no public way to what a page's margins hold.
        boxes = [box for box in page._page_box.children if isinstance(box, MarginBox)]
        shown = [
            "".join(text.text for text in box.descendants() if isinstance(text, TextBox))
            for box in boxes
        ]
        if stamp not in shown:
            yield f"page {number} does not show the stamp '{stamp}' in its margin"


def _stamps(body: Any) -> Iterator[str]:
    """What to say of a stamp on a letter that is public."""
    if body.get("data-stamp"):
        yield f"the letter is public, and bears the stamp '{body.get('data-stamp')}'"


def _missing_words(document: Any) -> Iterator[str]:
    """What a file has to say of itself."""
    for name in ("lang", "title"):
        if not (getattr(document.metadata, name) or "").strip():
            yield f"the letter has no {'language' if name == 'lang' else name}"


def _foreign_links(document: Any) -> Iterator[str]:
    """Links that lead elsewhere than to the web and to post."""
    for page in document.pages:
        for kind, target, *_ in page.links:
            # What names no site is taken to be one of our own origin, which is nowhere.
            to = str(target).removeprefix(ORIGIN)
            if kind != "attachment" and not to.startswith(LINKS):
                yield f"a link leads to '{to}', and only https and mailto may be linked to"


def _missing_fonts(document: Any) -> Iterator[str]:
    """Fonts that are asked for and not there: fontconfig puts another in their place."""
    for page in document.pages:
        for box in page._page_box.descendants():
            if isinstance(box, TextBox) and (font := box.style["font_family"][0]) != TYPEFACE:
                yield f"there is no font '{font}': the letters are set in {TYPEFACE}"


def _overflowing(document: Any) -> Iterator[str]:
    """Text that leaves its box, the page's or the margin's."""
    for number, page in enumerate(document.pages, 1):
        sheet = page._page_box
        for box in sheet.children:
            limits = Limits.of(box) if isinstance(box, MarginBox) else Limits.of(sheet, "content")
            for text in _leaving(box, limits, limits):
                yield f"'{text.text}' on page {number} does not fit into its box"


@dataclass(frozen=True)
class Limits:
    """Where text may stand on a page: edges in CSS pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def of(cls, box: Any, which: str = "border") -> "Limits":
        """The edges of a box: of its border, or of its content."""
        left, top = getattr(box, f"{which}_box_x")(), getattr(box, f"{which}_box_y")()
        width, height = (
            (box.width, box.height)
            if which == "content"
            else (box.border_width(), box.border_height())
        )
        return cls(left, top, left + width, top + height)

    def hold(self, text: Any) -> bool:
        """Whether a box of text stands inside, give or take a pixel."""
        return bool(
            text.position_x > self.left - 1
            and text.position_x + text.width < self.right + 1
            and text.position_y > self.top - 1
            and text.position_y + text.height < self.bottom + 1
        )


def _leaving(box: Any, limits: Limits, page: Limits) -> Iterator[Any]:
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, TextBox):
        if not limits.hold(box):
            yield box
    elif box.is_outside_marker:
        # A bullet stands outside its item.
        limits = page
    elif isinstance(box, BlockContainerBox):
        own = Limits.of(box)
        fixed = box.style["height"] != "auto" or box.style["max_height"] != MAX_HEIGHT
        limits = Limits(
            max(page.left, own.left),
            limits.top,
            min(page.right, own.right),
            min(limits.bottom, own.bottom) if fixed else limits.bottom,
        )
    for child in box.children:
        yield from _leaving(child, limits, page)


CHECKS = (_missing_words, _foreign_links, _missing_fonts, _overflowing)


class _Bundle(URLFetcher):  # type: ignore[misc]
    """The one door for resources: the files of ``templates/``, by name, and nothing else."""

    def __init__(self, templates: Templates) -> None:
        super().__init__()
        self._templates = templates
        self.served: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002
        name = url.removeprefix(ORIGIN)
        if name not in self._templates.files:
            raise FatalURLFetchingError(f"'{name[:80]}' is not a file in templates/")
        self.served.append(name)
        data, kind = self._templates.files[name], self._templates.kind(name)
        return URLFetcherResponse(url, data, {"Content-Type": kind})


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _records() -> Iterator[list[str]]:
    collector = _Collector()
    loggers = [logging.getLogger(name) for name in ("weasyprint", "fontTools")]
    for logger in loggers:
        logger.addHandler(collector)
    try:
        yield collector.messages
    finally:
        for logger in loggers:
            logger.removeHandler(collector)

"""WeasyPrint with our fonts and our files alone, and with its warnings collected.

The rest of this package takes every name of WeasyPrint from here.
"""

import ctypes.util
import importlib
import io
import logging
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from types import ModuleType, SimpleNamespace
from typing import Any

from hmic_letters.fonts.coverage import FONTS
from hmic_letters.problem import Unavailable
from hmic_letters.workspace.pictures import drawing_fault, picture_fault
from hmic_letters.workspace.templates import Templates

try:
    from hmic_letters.pdf.faster import read_once, take
except ImportError:
    # The folder of the patches was deleted: WeasyPrint goes its own way, to the same bytes.
    @contextmanager
    def read_once() -> Iterator[None]:
        yield

    def take() -> bool:
        return False


__all__ = [
    "HTML",
    "INITIAL_VALUES",
    "AbsolutePlaceholder",
    "BlockContainerBox",
    "BlockLevelBox",
    "Box",
    "Document",
    "FatalURLFetchingError",
    "FontConfiguration",
    "MarginBox",
    "ReplacedBox",
    "TextBox",
]

# Fontconfig reads this when WeasyPrint is imported, so it never sees a font of the system.
os.environ["FONTCONFIG_FILE"] = str(FONTS / "fonts.conf")
# Why: these would change a letter's bytes.
for name in ("FONTCONFIG_SYSROOT", "HB_OPTIONS", "HB_SHAPER_LIST", "PANGO_LANGUAGE"):
    os.environ.pop(name, None)

FIRST_VERSION = 70  # of WeasyPrint
UPGRADE = "Run 'make letters' in the project's folder: it installs the version that is needed."
INSTALL = "Run 'setup/system.sh letters' in the project's folder: it installs what is missing."


def _find_nothing(name: str) -> str | None:  # noqa: ARG001
    return None


@contextmanager
def _without_compilers() -> Iterator[None]:
    # Why: WeasyPrint first looks for libraries under names of other systems. For each name ctypes
    # starts ldconfig, gcc and ld: 200 processes, half of the import's time. Libraries under their
    # Linux names need no search.
    find_library = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = _find_nothing
    try:
        yield
    finally:
        ctypes.util.find_library = find_library


class _Later(ModuleType):
    """A module that is imported when one of its functions is called."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*arguments: Any, **named: Any) -> Any:
            return getattr(importlib.import_module(self.__name__), name)(*arguments, **named)

        return call


@contextmanager
def _without_font_tools() -> Iterator[None]:
    # Why: fontTools takes a third of the import's time. WeasyPrint needs it for fonts that vary,
    # have pictures or come from the web, and if HarfBuzz is missing. Letters have no such fonts.
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
    # Why redirect: WeasyPrint prints advice before it raises.
    with redirect_stdout(io.StringIO()), read_once(), _without_compilers(), _without_font_tools():
        import pydyf
        from weasyprint import HTML
        from weasyprint import __version__ as version
        from weasyprint.css.properties import INITIAL_VALUES
        from weasyprint.document import Document
        from weasyprint.formatting_structure.boxes import (
            BlockContainerBox,
            BlockLevelBox,
            Box,
            MarginBox,
            ReplacedBox,
            TextBox,
        )
        from weasyprint.layout.absolute import AbsolutePlaceholder
        from weasyprint.text.ffi import harfbuzz_subset
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse
except OSError as error:
    raise Unavailable(f"WeasyPrint cannot find Pango here ({error}). {INSTALL}") from None
except ImportError as error:
    # It is too old, or one of the libraries it needs is missing.
    raise Unavailable(f"WeasyPrint cannot be used here ({error.msg}). {UPGRADE}") from None
if int(version.partition(".")[0]) < FIRST_VERSION:
    # Why: it gives a list item that goes on over a page two tags, which no reader can join.
    raise Unavailable(f"WeasyPrint {version} is too old: {FIRST_VERSION}.0 is needed. {UPGRADE}")
if sys.flags.optimize:
    raise Unavailable("Python runs with -O or PYTHONOPTIMIZE, under which WeasyPrint errs.")
if harfbuzz_subset is None:
    # Why: the other way of subsetting fonts is slow, and writes the time into every file.
    raise Unavailable(f"WeasyPrint cannot find libharfbuzz-subset here. {INSTALL}")

# Why: Pango reads its fonts in a thread, which may still run when Python unloads libraries at its
# end. A library that ctypes has loaded, too, stays until the process has ended.
with suppress(OSError):
    ctypes.CDLL("libpangoft2-1.0.so.0")

takes_shortcuts = take()

# Not at the highest level, which takes three times as long for a fiftieth of the size. It changes
# the bytes of letters, and is therefore not among the patches in faster/.
pydyf.zlib = SimpleNamespace(compressobj=lambda **_: zlib.compressobj())

ORIGIN = "https://letter.invalid/"  # RFC 2606: a name that never exists
SVG = "{http://www.w3.org/2000/svg}svg"
OPTIONS = {"pdf_variant": "pdf/a-3a", "custom_metadata": True}


class Bundle(URLFetcher):
    """The only source of resources: the files of ``templates/``, by name."""

    def __init__(self, templates: Templates) -> None:
        super().__init__()
        self._templates = templates
        self.served: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002
        name = url.removeprefix(ORIGIN)
        if name not in self._templates.files:
            raise FatalURLFetchingError(f"'{name[:80]}' is not a file in templates/")
        if fault := picture_fault(self._templates.files[name]):
            raise FatalURLFetchingError(f"'{name}' {fault}")
        self.served.append(name)
        data, kind = self._templates.files[name], self._templates.kind(name)
        return URLFetcherResponse(url, data, {"Content-Type": kind})


def parsed(html: str, bundle: Bundle) -> HTML:
    """Parse a page. Raises FatalURLFetchingError for a drawing in it that no page may draw."""
    page = HTML(string=html, base_url=ORIGIN, url_fetcher=bundle)
    for drawing in page.etree_element.iter(SVG):
        if fault := drawing_fault(drawing):
            raise FatalURLFetchingError(f"<svg> {fault}")
    return page


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def logged_warnings() -> Iterator[list[str]]:
    collector = _Collector()
    loggers = [logging.getLogger(name) for name in ("weasyprint", "fontTools")]
    for logger in loggers:
        logger.addHandler(collector)
    try:
        yield collector.messages
    finally:
        for logger in loggers:
            logger.removeHandler(collector)

"""HTML -> PDF bytes: tagged, deterministic, and made of nothing but the templates and our fonts."""

import io
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

from hmic_letters.model import Templates
from hmic_letters.problem import Place, Problem, Refused, Unavailable

# Fontconfig reads these when WeasyPrint is imported; no font of the system is ever seen.
os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("fonts") / "fonts.conf")
os.environ.pop("FONTCONFIG_SYSROOT", None)

INSTALL = "Run 'make letters' in the project's folder: it installs what the system lacks."

try:
    # WeasyPrint prints advice of its own before it raises.
    with redirect_stdout(io.StringIO()):
        from weasyprint import HTML
        from weasyprint.text.ffi import harfbuzz_subset
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse
except OSError as error:
    raise Unavailable(f"WeasyPrint finds no Pango on this machine ({error}). {INSTALL}") from None
if harfbuzz_subset is None:
    # The other way of subsetting fonts is slow, and stamps the time into every file.
    raise Unavailable(f"There is no libharfbuzz-subset on this machine. {INSTALL}")

ORIGIN = "https://letter.invalid/"  # RFC 2606: a name that never exists
KINDS = {".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}


class Press:
    """Prints letters with one workspace's templates. One process needs one."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._fonts = FontConfiguration()

    def print(self, html: str, template: str) -> bytes:
        """The PDF of one HTML document, PDF/UA-1 tagged; the same HTML gives the same bytes.

        ``template`` names the template it came from. Raises Refused for a resource that is not in
        ``templates/`` and for everything that WeasyPrint logs as WARNING or above, because it goes
        on without a missing image, glyph or style.
        """
        with _records() as records:
            try:
                # Nothing that holds pictures is shared between letters: WeasyPrint's cache knows
                # them by address alone.
                document = HTML(
                    string=html, base_url=ORIGIN, url_fetcher=_Bundle(self._templates)
                ).render(font_config=self._fonts, pdf_variant="pdf/ua-1", custom_metadata=True)
                pdf = document.write_pdf(pdf_variant="pdf/ua-1", custom_metadata=True)
            except FatalURLFetchingError as error:
                records.append(str(error))
                pdf = b""
        if records:
            place = Place(self._templates.folder / template)
            raise Refused(
                Problem(place, "pdf", message, "Correct the template, the style or the text.")
                for message in dict.fromkeys(records)
            )
        assert isinstance(pdf, bytes)
        return pdf


class _Bundle(URLFetcher):  # type: ignore[misc]
    """The one door for resources: the files of ``templates/``, by name, and nothing else."""

    def __init__(self, templates: Templates) -> None:
        super().__init__(allowed_protocols=("https",), allow_redirects=False, fail_on_errors=True)
        self._files = templates.files

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002
        name = url.removeprefix(ORIGIN)
        if url == name or name not in self._files:
            raise FatalURLFetchingError(f"'{name[:80]}' is not a file in templates/")
        kind = KINDS.get(Path(name).suffix, "application/octet-stream")
        return URLFetcherResponse(url, self._files[name], {"Content-Type": kind})


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

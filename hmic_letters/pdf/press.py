"""HTML -> PDF bytes: tagged, deterministic, from the templates and our fonts alone."""

import itertools
import re
from hashlib import md5
from typing import Any

from hmic_letters.letter.page import SHORTEN, TOO_LONG, Rendered, faults_of_twin
from hmic_letters.pdf.engine import (
    OPTIONS,
    ORIGIN,
    BlockLevelBox,
    Bundle,
    Document,
    FatalURLFetchingError,
    FontConfiguration,
    MarginBox,
    ReplacedBox,
    TextBox,
    logged_warnings,
    parsed,
)
from hmic_letters.pdf.layout_faults import (
    CHECKS,
    UNLIKE,
    faults_of_texts,
    missing_fonts,
    missing_stamps,
    overflowing,
    stamps_of_public,
)
from hmic_letters.pdf.tags import Untaggable, mend
from hmic_letters.pdf.xmp import declare
from hmic_letters.problem import Place, Problem, Refused
from hmic_letters.workspace.templates import Templates

WARM_UP = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>None</title>
<link rel="stylesheet" href="letter.css"></head><body data-stamp="None" data-force="None">
<p>No letter.</p><ul><li><p><strong>None.</strong></p></li></ul></body></html>"""
STRIPS = 2  # at the head and at the foot of another file's pages


class Press:
    """A press that prints letters with one workspace's templates. One process needs one."""

    def __init__(self, templates: Templates) -> None:
        """Prepare to print with these templates."""
        self.templates = templates
        self._fonts = FontConfiguration()
        self._bundle = Bundle(templates)

    def make(self, rendered: Rendered) -> bytes | Refused:
        """Print a letter; return its problems instead if its page has other words than its PDF."""
        place = self.templates.place(rendered.template)
        try:
            pdf = self.print(
                rendered.paper, rendered.template, rendered.stamped, rendered.page_limit
            )
            if faults := list(faults_of_twin(rendered.screen, rendered.paper)):
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
        """Load fonts and styles before the first letter. Raises Refused as ``print`` does.

        It prints a page of a few words with the letters' style sheet.
        """
        self.print(WARM_UP, "letter.html")

    def print(
        self, html: str, template: str, stamped: bool = True, page_limit: int | None = None
    ) -> bytes:
        """Print one HTML document as PDF/A-3a and PDF/UA-1; the same HTML gives the same bytes.

        ``template`` names the template of the HTML. If ``stamped``, every page must show the stamp
        in the body's ``data-stamp``; otherwise the body must not have one.

        Raises Refused for these faults, too:

        - a resource that is not in ``templates/``
        - a missing language, title, alternative text or font
        - a link that is neither https nor mailto
        - text that leaves its box or the page
        - other words than those of the HTML
        - more pages than ``page_limit``
        - everything that WeasyPrint logs as WARNING or above. Why: WeasyPrint goes on without a
          missing image, glyph or style.
        """
        self._bundle.served.clear()
        pdf, pages = b"", 0
        with logged_warnings() as records:
            try:
                # Share no cache of pictures between letters. Why: WeasyPrint's cache knows a
                # picture by its address alone.
                source = parsed(html, self._bundle)
                document = source.render(font_config=self._fonts, **OPTIONS)
                body = source.etree_element.find("body")
                assert body is not None  # HTML that has none is read as if it had
                records.extend(
                    missing_stamps(document, body) if stamped else stamps_of_public(body)
                )
                records.extend(fault for check in CHECKS for fault in check(document))
                records.extend(faults_of_texts(document, body))
                pages = len(document.pages)
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
        if page_limit is not None and pages > page_limit:
            reason = f"the letter has {pages} pages, and page_limit is {page_limit}"
            raise Refused([Problem(self.templates.place(template), TOO_LONG, reason, SHORTEN)])
        return pdf

    def print_strips(self, html: str, template: str) -> bytes:
        """Print the two strips to lay over pages of another file, without tags and PDF/A.

        Raises Refused as ``print`` does for a missing resource or font, and for text that does not
        fit.
        """
        self._bundle.served.clear()
        pdf = b""
        with logged_warnings() as records:
            try:
                source = parsed(html, self._bundle)
                document = source.render(font_config=self._fonts)
                for check in (missing_fonts, overflowing):
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
        place = self._styled(message, style_sheets)
        if place is None and not message.startswith(UNLIKE):
            place = self._quoted(message)
        return Problem(place or self.templates.place(template), "pdf", message, remedy)

    def _styled(self, message: str, style_sheets: list[str]) -> Place | None:
        """Find the place of a style that a message quotes; None if no file has it.

        WeasyPrint names the line and column, but not the style sheet, the <style> or the attribute.
        """
        style = re.search(r"`([^`]+)` at ([0-9]+):([0-9]+), ", message)
        if style is None:
            return None
        words, line, column = style[1].strip(), int(style[2]), int(style[3])
        for name in style_sheets:
            place = self.templates.place(name, line, column)
            if " ".join(place.excerpt[column - 1 :].split()).startswith(words):
                return place
        return self._quoted(f"'{words}'", ".html")

    def _quoted(self, message: str, ending: str = "") -> Place | None:
        """Find the place in the templates with the words that a message quotes; None if not one.

        ``ending`` is that of the names of the files to look in.
        """
        for quoted in re.findall(r"""'([^']+)'|"([^"]+)\"""", message):
            words = "".join(quoted).removeprefix(ORIGIN)
            places = [
                self.templates.place(name, line, text.index(words) + 1)
                for name in self.templates.files
                if name.endswith(ending)
                for line, text in enumerate(self.templates.text(name).splitlines(), 1)
                if words in text
            ]
            if len(places) == 1:
                return places[0]
        return None


def write(document: Document) -> bytes:
    """Write a document after WeasyPrint's layout as PDF. Raises Untaggable."""
    metadata = document.metadata
    properties = metadata.generate_rdf_metadata
    embargo = metadata.custom.get("embargo")
    metadata.generate_rdf_metadata = lambda *given: declare(properties(*given), embargo)

    def finish(document: Document, pdf: Any) -> None:
        mend(pdf, _crossing(document), _margins(document))

    made: bytes = document.write_pdf(finisher=finish, pdf_identifier=False, **OPTIONS)
    # The file's identifier (ISO 32000-1, 14.4) is a digest of its content. Why here: WeasyPrint
    # would write the whole file twice for it. It goes into the last object, whose offsets to all
    # others do not change by that.
    name = md5(made, usedforsecurity=False).hexdigest().encode()
    before, xref, after = made.rpartition(b"/Type /XRef")
    return before + xref + b"/ID [<" + name + b"> <" + name + b">]" + after


def _margins(document: Document) -> list[int]:
    """Count the pieces of text and the pictures in the margins of each page."""
    return [
        sum(
            isinstance(piece, TextBox | ReplacedBox)
            for box in page._page_box.children
            if isinstance(box, MarginBox)
            for piece in box.descendants()
        )
        for page in document.pages
    ]


def _crossing(document: Document) -> list[list[str]]:
    """Name the nested elements that continue from each page to the next, the outermost first."""
    elements = [
        {
            id(box.element): box.element_tag or ""
            for box in page._page_box.children[0].descendants()
            if isinstance(box, BlockLevelBox) and box.element_tag not in {"html", "body"}
        }
        for page in document.pages
    ]
    return [
        [name for key, name in one.items() if key in other]
        for one, other in itertools.pairwise(elements)
    ]

"""Rendered letters -> PDFs, one after the other in this process."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hmic_letters.letter.page import Rendered
from hmic_letters.problem import Refused
from hmic_letters.workspace.templates import Templates

if TYPE_CHECKING:
    from hmic_letters.pdf.press import Press

Letters = Iterable[tuple[Path, Rendered]]  # each with the path of its PDF
Printed = tuple[Path, bytes | Refused]


class Printer:
    """A printer in this process, with the same methods as a pool of processes."""

    def __init__(self) -> None:
        """Begin without a press: the first letter brings the templates."""
        self._press: Press | None = None

    def print_all(self, letters: Letters) -> Iterator[Printed]:
        """Print letters as they come; yield each path with its PDF or its problems.

        Raises Unavailable if WeasyPrint cannot be imported.
        """
        for path, rendered in letters:
            yield path, self.print(rendered)

    def print(self, rendered: Rendered) -> bytes | Refused:
        """Print one letter; return its PDF or its problems. Raises Unavailable as ``print_all``."""
        return self.press(rendered.templates).make(rendered)

    def press(self, templates: Templates) -> "Press":
        """Return the press for these templates: the last one, if its templates are the same."""
        # Why here: a command that refuses all letters need not import WeasyPrint.
        from hmic_letters.pdf.press import Press  # noqa: PLC0415

        if self._press is None or not self._press.templates.say_the_same(templates):
            self._press = Press(templates)
        # Why: the same files may be in another folder, and problems name the folder.
        self._press.templates = templates
        return self._press


def print_one(rendered: Rendered) -> bytes:
    """Print one letter in this process. Raises Refused, and Unavailable as ``Printer`` does."""
    pdf = Printer().print(rendered)
    if isinstance(pdf, Refused):
        raise pdf
    return pdf

"""Printing: rendered letters -> PDFs, one after the other in this process."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hmic_letters.letter.page import Rendered
from hmic_letters.problem import Refused
from hmic_letters.workspace.templates import Templates

if TYPE_CHECKING:
    from hmic_letters.pdf.press import Press

Letters = Iterable[tuple[Path, Rendered]]  # each with where its PDF goes
Printed = tuple[Path, bytes | Refused]


class Printer:
    """Prints letters in this process, as a pool does by several."""

    def __init__(self) -> None:
        self._press: Press | None = None

    def print_all(self, letters: Letters) -> Iterator[Printed]:
        """Print letters as they come: each path with its PDF, or with what is wrong.

        Raises Unavailable where WeasyPrint cannot be imported.
        """
        for path, rendered in letters:
            yield path, self.print(rendered)

    def print(self, rendered: Rendered) -> bytes | Refused:
        """Print one letter, or say what is wrong. Raises Unavailable as ``print_all`` does."""
        return self.press(rendered.templates).make(rendered)

    def press(self, templates: Templates) -> "Press":
        """Give the press for some templates, the last one again if it will do."""
        # Here and not above: a command that refuses all letters imports no WeasyPrint.
        from hmic_letters.pdf.press import Press  # noqa: PLC0415

        if self._press is None or not self._press.templates.say_the_same(templates):
            self._press = Press(templates)
        # The same files may be in another folder, which problems name.
        self._press.templates = templates
        return self._press


def print_one(rendered: Rendered) -> bytes:
    """Print one letter in this process. Raises Refused, and Unavailable as ``Printer`` does."""
    pdf = Printer().print(rendered)
    if isinstance(pdf, Refused):
        raise pdf
    return pdf

"""How many scanned copies ``trace`` loses or gives to another: ``tests/serials.py 1000``.

Each copy has a random serial, and bears its mark as ``dispatch`` makes it. Its page is drawn at
100 and at 150 dots per inch, and read as ``trace`` reads the picture of a page.
"""

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
import pypdfium2
from PIL import Image

from helpers.project import SHIPPED
from helpers.running import run_here
from hmic_letters.check.letters.ocr import feet
from hmic_letters.data.load import load
from hmic_letters.letter.render import Renderer
from hmic_letters.pdf.press import Press
from hmic_letters.publication.copy.seal import sealed
from hmic_letters.publication.copy.serial import new_serial
from hmic_letters.publication.copy.trace import Evidence, look_at_page

# The mark is smaller for a holder with a long name.
HOLDERS = (
    "The Chief Constable, Kent Police",
    "Mr Andy Bliss QPM, Chief Constable, Hertfordshire Constabulary",
    "Sir Bernard Hogan-Howe QPM, Commissioner of Police of the Metropolis, Metropolitan Police "
    "Service",
)
RESOLUTIONS = (100, 150)  # dots per inch


@dataclass
class Count:
    """Pictures that were read; those that give no copy for certain; and those that give another."""

    read: int = 0
    lost: int = 0
    wrong: int = 0


def measure(count: int) -> Count:
    """Read the pictures of so many copies, with the serials of all of them on record."""
    serials = list({new_serial() for _ in range(count)})
    counted = Count()
    for serial, resolution, page in _pages(serials):
        evidence = Evidence(serials)
        look_at_page(list(feet(page)), "the picture", evidence)
        counted.read += 1
        if evidence.certain.keys() != {serial}:
            candidates = ", ".join(evidence.candidates.values()) or "nothing"
            print(f"{serial} at {resolution} dpi: {[*evidence.certain]}, {candidates}")
        counted.lost += serial not in evidence.certain
        counted.wrong += bool(evidence.certain.keys() - {serial})
    return counted


def _pages(serials: list[str]) -> Iterator[tuple[str, int, Image.Image]]:
    workspace = load(SHIPPED)
    press, renderer = Press(workspace.templates), Renderer(workspace.templates)
    letter = _letter()
    for number, serial in enumerate(serials):
        values = {
            "holder": HOLDERS[number % len(HOLDERS)],
            "serial": serial,
            "embargo": workspace.inspection.value.shared_embargo,
        }
        strips = press.print_strips(renderer.fill("mark.html", values), "mark.html")
        with pypdfium2.PdfDocument(sealed(letter, strips, serial, "a"), password="a") as copy:
            for resolution in RESOLUTIONS:
                drawn = copy[0].render(scale=resolution / 72, grayscale=True)
                yield serial, resolution, drawn.to_pil()


def _letter() -> bytes:
    """One page of a letter."""
    with TemporaryDirectory() as folder:
        done = run_here("generate", "kent", "--output", folder, cwd=SHIPPED)
        assert done.returncode == 0, done.stderr
        with pikepdf.open(Path(folder) / "embargoed/kent.pdf") as pdf:
            del pdf.pages[1:]
            made = io.BytesIO()
            pdf.save(made)
    return made.getvalue()


if __name__ == "__main__":
    print(measure(int(sys.argv[1])))

"""A file -> whose copy it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hmic_letters.files import PASSPHRASES, digest
from hmic_letters.ledger import Event, Ledger, Line
from hmic_letters.reader import words_of_pages
from hmic_letters.seal import SERIAL, Unsealable, said_serials

SLIP = re.compile(r"^[a-z]+(?:-[a-z]+){5,}$", re.MULTILINE)  # a passphrase, on a line of its own
SCALE = 300 / 72  # pixels a point: the mark is small


@dataclass(frozen=True)
class Traced:
    """A copy that a file comes from, and by what it is known."""

    line: Line
    by: str


def trace(root: Path, ledger: Ledger, data: bytes) -> tuple[Traced, ...]:
    """The dispatched copies that a file comes from, best evidence first.

    A copy is known by its bytes, by the serial in its properties, and by the one that its pages
    show, as text or, where tesseract is there, as a picture. A file that is still sealed is opened
    with the passphrases that were given out. Raises ValueError for what is no PDF or stays shut.
    """
    lines = ledger.of(Event.DISPATCHED)
    sha = digest(data)
    found = [
        Traced(line, "the file, to the byte")
        for line in lines
        if sha in line.about["copies"].values()
    ]
    if found:
        return tuple(found)
    passphrase = _opening(root, data)
    said: dict[str, str] = {}
    for serial in said_serials(data, passphrase):
        said.setdefault(serial, "the file's properties")
    for number, text in enumerate(words_of_pages(data, passphrase), 1):
        for serial in serials(text):
            said.setdefault(serial, f"the mark on page {number}")
    if not any(line.about["serial"] in said for line in lines):
        for number, text in enumerate(_seen(data, passphrase), 1):
            for serial in serials(text):
                said.setdefault(serial, f"the picture of page {number}")
    by_serial = {line.about["serial"]: line for line in lines}
    return tuple(Traced(by_serial[one], by) for one, by in said.items() if one in by_serial)


def serials(text: str) -> Iterator[str]:
    """What in a text can be the serial of a copy."""
    for found in SERIAL.finditer(text):
        yield f"{found[1]}-{found[2]}"


def _opening(root: Path, data: bytes) -> str:
    """What opens a file; empty where it needs nothing."""
    slips = (path.read_text("utf-8") for path in sorted((root / PASSPHRASES).glob("*.txt")))
    for passphrase in ("", *(found for slip in slips for found in SLIP.findall(slip))):
        try:
            list(said_serials(data, passphrase))
        except Unsealable as error:
            reason = str(error)
        else:
            return str(passphrase)
    raise ValueError(f"it cannot be opened: {reason}")


def _seen(data: bytes, passphrase: str) -> Iterator[str]:
    from hmic_letters.ocr import can_read, read_foot  # noqa: PLC0415
    from hmic_letters.reader import pictures  # noqa: PLC0415

    if can_read():
        for picture in pictures(data, SCALE, passphrase):
            yield read_foot(picture)

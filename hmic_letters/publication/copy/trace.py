"""A file -> whose copy it is."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hmic_letters.check.letters.reader import pictures, words_of_pages
from hmic_letters.publication.copy.seal import SERIAL, Unsealable, said_serials
from hmic_letters.record.ledger import Event, Ledger, Line
from hmic_letters.workspace.digests import content, digest
from hmic_letters.workspace.paths import PASSPHRASES

SLIP = re.compile(r"^[a-z]+(?:-[a-z]+){5,}$", re.MULTILINE)  # a passphrase, on a line of its own
PICTURES = (b"\x89PNG", b"\xff\xd8\xff")  # how PNG and JPEG begin
SCALE = 300 / 72  # pixels a point: the mark is small


@dataclass(frozen=True)
class Traced:
    """Something on record that a file comes from, by what it is known, and what to say of it."""

    line: Line
    by: str
    is_copy: bool = True

    @property
    def said(self) -> str:
        """Whose it is: for a copy with its serial, its holder and whom it was copied to."""
        line, about = self.line, self.line.about
        if not self.is_copy:
            what = f"{line.event} {line.force}".rstrip()
            return f"no marked copy, but a file of line {line.number} of the ledger, {what}"
        copied_to = "".join(f", copied to {name}" for name in about["copied_to"])
        return (
            f"{about['serial']}: {line.force}, version {about['version']}, copy for "
            f"{about['holder']}{copied_to}"
        )


def trace(root: Path, ledger: Ledger, data: bytes) -> tuple[Traced, ...]:
    """What is on record that a file comes from, best evidence first.

    A copy is known by its bytes, by the serial in its properties, and by the one that its pages
    show, as text or, where tesseract is there, as a picture, whichever way it lies. A file that is
    still sealed is opened with the passphrases that were given out; other files on record are known
    by their bytes. Raises ValueError for what is neither PDF nor picture, or stays shut.
    """
    sha = digest(data)
    for line in reversed(ledger.lines):
        if sha in (copies := set(line.about.get("copies", {}).values())) | {*line.files.values()}:
            return (Traced(line, "the file, to the byte", sha in copies),)
    said: dict[str, str] = {}
    if data.startswith(PICTURES):
        _look_at([data], "the picture", said)
    else:
        passphrase = _opening(root, data)
        for serial in said_serials(data, passphrase):
            said.setdefault(serial, "the file's properties")
        for number, text in enumerate(words_of_pages(data, passphrase), 1):
            for serial in serials(text):
                said.setdefault(serial, f"the mark on page {number}")
        if not any(line.about["serial"] in said for line in ledger.of(Event.DISPATCHED)):
            _look_at(pictures(data, SCALE, passphrase), "the picture of page {}", said)
    by_serial = {line.about["serial"]: line for line in ledger.of(Event.DISPATCHED)}
    return tuple(Traced(by_serial[one], by) for one, by in said.items() if one in by_serial)


def serials(text: str) -> Iterator[str]:
    """What in a text can be the serial of a copy."""
    for found in SERIAL.finditer(text):
        yield f"{found[1]}-{found[2]}"


def _opening(root: Path, data: bytes) -> str:
    """What opens a file; empty where it needs nothing."""
    slips = []
    for path in sorted((root / PASSPHRASES).glob("*.txt")):
        # What else lies there opens nothing.
        with suppress(OSError, UnicodeDecodeError):
            slips.append(content(path).decode("utf-8"))
    for passphrase in ("", *(found for slip in slips for found in SLIP.findall(slip))):
        try:
            list(said_serials(data, passphrase))
        except Unsealable as error:
            reason = str(error)
        else:
            return str(passphrase)
    raise ValueError(f"it cannot be opened: {reason}")


def _look_at(pages: Iterable[bytes], by: str, said: dict[str, str]) -> None:
    """Adds the serials that pictures of pages show, and by what they are known."""
    from hmic_letters.check.letters.ocr import can_read, read_feet  # noqa: PLC0415

    if not can_read():
        return
    for number, picture in enumerate(pages, 1):
        for text in read_feet(picture):
            for serial in serials(text):
                said.setdefault(serial, by.format(number))

"""A file -> the copy that it comes from."""

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

SLIP = re.compile(r"^[a-z]+(?:-[a-z]+){5,}$", re.MULTILINE)  # a passphrase, alone on its line
PICTURES = (b"\x89PNG", b"\xff\xd8\xff")  # the first bytes of PNG and JPEG
SCALE = 300 / 72  # pixels for each point: the copy mark is small


@dataclass(frozen=True)
class Traced:
    """A line of the ledger that a file comes from, and the evidence (``by``)."""

    line: Line
    by: str
    is_copy: bool = True

    @property
    def said(self) -> str:
        """The copy in words: serial, force, version, holder and the people it is copied to."""
        line, about = self.line, self.line.about
        if not self.is_copy:
            event = f"{line.event} {line.force}".rstrip()
            return f"no marked copy, but a file of line {line.number} of the ledger, {event}"
        copied_to = "".join(f", copied to {name}" for name in about["copied_to"])
        return (
            f"{about['serial']}: {line.force}, version {about['version']}, copy for "
            f"{about['holder']}{copied_to}"
        )


def trace(root: Path, ledger: Ledger, data: bytes) -> tuple[Traced, ...]:
    """Find the copies that a file can come from, best evidence first.

    A copy is known by its bytes, by the serial in its properties, and by the serial on its pages.
    That serial may be text. If tesseract is installed, it may be a picture, turned any way. The
    passphrases in ``passphrases/`` open a sealed file. Other files on record are known by their
    bytes. Raises ValueError for a file that is neither PDF nor picture, or that cannot be opened.
    """
    sha = digest(data)
    for line in reversed(ledger.lines):
        if sha in (copies := set(line.about.get("copies", {}).values())) | {*line.files.values()}:
            return (Traced(line, "the file, to the byte", sha in copies),)
    evidence: dict[str, str] = {}
    if data.startswith(PICTURES):
        _look_at([data], "the picture", evidence)
    else:
        passphrase = _opening(root, data)
        for serial in said_serials(data, passphrase):
            evidence.setdefault(serial, "the file's properties")
        for number, text in enumerate(words_of_pages(data, passphrase), 1):
            for serial in serials(text):
                evidence.setdefault(serial, f"the mark on page {number}")
        if not any(line.about["serial"] in evidence for line in ledger.of(Event.DISPATCHED)):
            _look_at(pictures(data, SCALE, passphrase), "the picture of page {}", evidence)
    by_serial = {line.about["serial"]: line for line in ledger.of(Event.DISPATCHED)}
    return tuple(Traced(by_serial[one], by) for one, by in evidence.items() if one in by_serial)


def serials(text: str) -> Iterator[str]:
    """Yield the parts of a text that can be the serial of a copy."""
    for match in SERIAL.finditer(text):
        yield f"{match[1]}-{match[2]}"


def _opening(root: Path, data: bytes) -> str:
    """Return the passphrase that opens a file; empty if the file needs none."""
    slips = []
    for path in sorted((root / PASSPHRASES).glob("*.txt")):
        # A file that cannot be read as text has no passphrase.
        with suppress(OSError, UnicodeDecodeError):
            slips.append(content(path).decode("utf-8"))
    for passphrase in ("", *(words for slip in slips for words in SLIP.findall(slip))):
        try:
            list(said_serials(data, passphrase))
        except Unsealable as error:
            reason = str(error)
        else:
            return str(passphrase)
    raise ValueError(f"it cannot be opened: {reason}")


def _look_at(pages: Iterable[bytes], by: str, evidence: dict[str, str]) -> None:
    """Add the serials that pictures of pages show, each with its evidence."""
    from hmic_letters.check.letters.ocr import can_read, read_feet  # noqa: PLC0415

    if not can_read():
        return
    for number, picture in enumerate(pages, 1):
        for text in read_feet(picture):
            for serial in serials(text):
                evidence.setdefault(serial, by.format(number))

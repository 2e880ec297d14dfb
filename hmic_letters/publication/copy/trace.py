"""A file -> the copy that it comes from."""

import base64
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hmic_letters.check.letters.ocr import can_read, read_foot
from hmic_letters.documents.apart import Unreadable, read_apart
from hmic_letters.publication.copy.serial import Register, printed_serials
from hmic_letters.record.ledger import Event, Ledger, Line
from hmic_letters.workspace.digests import content, digest
from hmic_letters.workspace.paths import PASSPHRASES

READER = "hmic_letters.publication.copy.evidence"
SLIP = re.compile(r"^[a-z]+(?:-[a-z]+){5,}$", re.MULTILINE)  # a passphrase, alone on its line
# The width of a page in pixels, and by how many of them it is blurred: tesseract reads letters that
# it missed if they are a little larger or softer.
ATTEMPTS = ((2480, 0.0), (2000, 0.0), (2800, 0.0), (3300, 0.0), (2480, 2.5))


@dataclass(frozen=True)
class Traced:
    """A line of the ledger that a file comes from, or may come from, and the evidence (``by``)."""

    line: Line
    by: str
    is_copy: bool = True
    is_certain: bool = True

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


class Evidence:
    """The copies on record that a file names, each with the first evidence.

    A reading means a copy if it looks like its serial alone. If it looks like several serials, or
    one character differs, their copies are ``candidates``.
    """

    def __init__(self, serials: Sequence[str]) -> None:
        self._register = Register(serials)
        self._serials = set(serials)
        self.certain: dict[str, str] = {}
        self.candidates: dict[str, str] = {}

    def take(self, reading: str, by: str, is_typed: bool) -> bool:
        """Take up a reading. Return whether it is certain which copy it means."""
        alike = self._register.alike(reading)
        if is_typed and reading in self._serials:
            alike = {reading}
        if len(alike) == 1:
            self.certain.setdefault(alike.pop(), by)
            return True
        for serial in sorted(alike or self._register.near(reading)):
            self.candidates.setdefault(serial, f"{by} reads {reading}")
        return False


def trace(root: Path, ledger: Ledger, data: bytes) -> tuple[Traced, ...]:
    """Find the copies that a file can come from, best evidence first.

    A copy is known by its bytes, by the serial in its properties, and by the serial on its pages.
    That serial may be text. If tesseract is installed, it may be a picture, turned any way. The
    passphrases in ``passphrases/`` open a sealed file. Other files on record are known by their
    bytes. If a serial is misread, the copies that it can mean are not certain.

    Raises:
        Unreadable: the file is no PDF, picture or text, or it cannot be read.
    """
    sha = digest(data)
    for line in reversed(ledger.lines):
        if sha in (copies := set(line.about.get("copies", {}).values())) | {*line.files.values()}:
            return (Traced(line, "the file, to the byte", sha in copies),)
    by_serial = {line.about["serial"]: line for line in ledger.of(Event.DISPATCHED)}
    evidence = Evidence(list(by_serial))
    named = read_apart(f"{READER}:named", data, _passphrases(root))
    for reading, by in named["readings"]:
        evidence.take(reading, by, is_typed=True)
    if not evidence.certain:
        _look_at_pages(data, named, evidence)
    return (
        *(Traced(by_serial[one], by) for one, by in evidence.certain.items()),
        *(
            Traced(by_serial[one], by, is_certain=False)
            for one, by in evidence.candidates.items()
            if one not in evidence.certain
        ),
    )


def _passphrases(root: Path) -> list[str]:
    slips = []
    for path in sorted((root / PASSPHRASES).glob("*.txt")):
        # A file that cannot be read as text has no passphrase.
        with suppress(OSError, UnicodeDecodeError):
            slips.append(content(path).decode("utf-8"))
    return [words for slip in slips for words in SLIP.findall(slip)]


def _look_at_pages(data: bytes, named: Mapping[str, Any], evidence: Evidence) -> None:
    """Take up the serials that the pictures of pages show, up to a page that cannot be read.

    Why no further: each page of a hostile file could take all the time that its process has.

    Raises:
        Unreadable: nothing is known by the file, and a page of it cannot be read.
    """
    if not can_read():
        return
    for number in range(named["pages"]):
        try:
            page = read_apart(f"{READER}:feet_of_page", data, named["passphrase"], number)
        except Unreadable as error:
            if evidence.certain or evidence.candidates:
                return
            if named["is_picture"]:
                raise
            remedy = error.remedy or "Trace its other pages, each as a file of its own."
            raise Unreadable(f"page {number + 1}: {error.reason}", remedy) from None
        by = "the picture" if named["is_picture"] else f"the picture of page {number + 1}"
        look_at_page([base64.b64decode(foot) for foot in page], by, evidence)


def look_at_page(feet: Sequence[bytes], by: str, evidence: Evidence) -> None:
    """Take up the serial that a page shows: its ``feet`` are the page's edges, each upright."""
    for width, blur in ATTEMPTS:
        marked = []
        for foot in feet:
            text = read_foot(foot, width, blur)
            if any(evidence.take(one, by, is_typed=False) for one in printed_serials(text)):
                return
            if "copy" in text.lower() or evidence.candidates:
                marked.append(foot)
        feet = marked

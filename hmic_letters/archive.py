"""The record -> a folder that is readable in ten years without this tool."""

import csv
import io
from pathlib import Path

from hmic_letters.dispatch import INPUTS, LETTER
from hmic_letters.files import DISPATCHED, LEDGER, PUBLISHED, digest
from hmic_letters.ledger import HEAD, LINES, Event, Ledger, Line
from hmic_letters.seal import with_attached
from hmic_letters.store import hold_new

REGISTER, SUMS, README = "register-of-copies.csv", "SHA256SUMS", "README.txt"
COLUMNS = (
    "force",
    "version",
    "holder",
    "copied to",
    "serial",
    "prepared",
    "by",
    "embargo",
    "reason",
    "SHA-256 of the letter",
    "SHA-256 of what was sent",
)

ABOUT = """\
Letters to chief officers of police forces: the record.

letters/            every letter that was dispatched, <force>-<version>.pdf: PDF/A-3a (ISO 19005-3)
                    with the YAML files attached that it was made from
dispatched/         the same letters to the byte as they were made, at the paths that the ledger
                    has their SHA-256 by
published/          what was made public, by publication
{register}
                    who holds which copy, and the SHA-256 of what they were sent
ledger.jsonl        what was sent, received, decided, dispatched and published, one JSON object a
                    line; 'previous' is the SHA-256 of the line before, without its line end
head                the number of the last line and its SHA-256
SHA256SUMS          for 'sha256sum --check SHA256SUMS'
"""


def archive(root: Path, ledger: Ledger, folder: Path) -> int:
    """Writes the archive into a new folder, for its owner's eyes only; says how many letters it
    has. The record must have been verified. Raises Unavailable where the folder is there or cannot
    be made, OSError.
    """
    files: dict[str, bytes] = {}
    dispatched = ledger.of(Event.DISPATCHED)
    for line in dispatched:
        name = f"letters/{line.force}-{line.about['version']}.pdf"
        files[name] = _letter(root, line)
        # At the ledger's own path, so that its hashes can be compared.
        master = f"{DISPATCHED}/{line.force}/{line.about['version']}/{LETTER}"
        files[master] = (root / master).read_bytes()
    for line in ledger.of(Event.PUBLISHED):
        for path in line.files:
            files[str(PUBLISHED / Path(path).relative_to(PUBLISHED))] = (root / path).read_bytes()
    files |= {name: (root / LEDGER / name).read_bytes() for name in (LINES, HEAD)}
    files[REGISTER] = _register(dispatched)
    files[README] = ABOUT.format(register=REGISTER).encode()
    sums = "".join(f"{digest(data)}  {name}\n" for name, data in sorted(files.items()))
    files[SUMS] = sums.encode()
    hold_new(folder, files)
    return len(dispatched)


def _letter(root: Path, line: Line) -> bytes:
    folder = root / DISPATCHED / line.force / str(line.about["version"])
    data = sorted((folder / INPUTS / "data").rglob("*.yaml"))
    held = {str(path.relative_to(folder / INPUTS)): path.read_bytes() for path in data}
    return with_attached((folder / LETTER).read_bytes(), held, "application/yaml")


def _register(lines: tuple[Line, ...]) -> bytes:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for line in lines:
        about = line.about
        table.writerow(
            (
                line.force,
                about["version"],
                about["holder"],
                "; ".join(about["copied_to"]),
                about["serial"],
                line.london,
                line.by,
                about["embargo"],
                about["reason"] or "",
                about["letter"],
                "; ".join(f"{name} {sha}" for name, sha in sorted(about["copies"].items())),
            )
        )
    return text.getvalue().encode()

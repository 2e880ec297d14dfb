"""Everything on record -> a folder that people can read in ten years without this tool."""

import csv
import io
from pathlib import Path

from hmic_letters.data.load import Workspace
from hmic_letters.pdf.attachments import with_attached
from hmic_letters.problem import Place, Problem, Refused
from hmic_letters.record.dispatched import INPUTS, LETTER
from hmic_letters.record.ledger import HEAD, LINES, Event, Ledger, Line
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.paths import DISPATCHED, LEDGER, PASSPHRASES, PUBLISHED
from hmic_letters.workspace.store import hold_new

REGISTER, SUMS, README = "register-of-copies.csv", "SHA256SUMS", "README.txt"
HELD = (DISPATCHED, LEDGER, PASSPHRASES, PUBLISHED)
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

# A spreadsheet takes a text that begins with one of these for a formula.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")

ABOUT = """\
{title}: letters to chief officers of police forces, and their record.

{letters} of letters to {forces} dispatched; the embargo lifts at {embargo}.
Until then nothing here may be published; what is not in published/ may not be even after.

letters/            every letter that was dispatched, <force>-<version>.pdf: PDF/A-3a (ISO 19005-3)
                    with the YAML files attached that it was made from, which have addresses and
                    notes that no letter has. The highest version of a force is the one that counts
dispatched/         the same letters to the byte as they were made, at the paths that the ledger
                    has their SHA-256 by
published/          what was made public, by publication, if anything was
{register}
                    who holds which copy, and the SHA-256 of what they were sent (UTF-8). A text
                    that begins with =, +, - or @ has an apostrophe before it, so that a
                    spreadsheet does not take it for a formula
ledger.jsonl        what was sent, received, decided, dispatched and published, one JSON object a
                    line; 'previous' is the SHA-256 of the line before, without its line end; times
                    are in UTC and London's
head                the number of the last line and its SHA-256
SHA256SUMS          for 'sha256sum --check SHA256SUMS'

Not here are the encrypted copies and e-mails, which no one could open without the passphrases, the
report that they enclosed, and the papers of the accuracy checks: the ledger has their SHA-256.
"""


def archive(workspace: Workspace, ledger: Ledger, folder: Path) -> int:
    """Write the archive into a new folder that only its owner can read.

    The caller must have verified the ledger and its files. Returns the number of versions in the
    archive. Raises Refused if nothing was dispatched or if the folder would lie among recorded
    files. Raises Unavailable if the folder exists or cannot be made, and OSError.
    """
    root = workspace.root
    files: dict[str, bytes] = {}
    dispatched = ledger.of(Event.DISPATCHED)
    if not dispatched:
        raise _refused(root / LEDGER, "nothing was dispatched", "Dispatch the letters first.")
    inside = [name for name in HELD if folder.resolve().is_relative_to((root / name).resolve())]
    if inside:
        reason = f"the archive would lie in {inside[0]}/, where only what is on record may"
        raise _refused(folder, reason, "Name a folder outside the workspace.")
    for line in dispatched:
        name = f"letters/{line.force}-{line.about['version']}.pdf"
        files[name] = _letter(root, line)
        # Why the ledger's own path: people can compare the hashes in the ledger.
        master = f"{DISPATCHED}/{line.force}/{line.about['version']}/{LETTER}"
        files[master] = (root / master).read_bytes()
    for line in ledger.of(Event.PUBLISHED):
        for path in line.files:
            files[str(PUBLISHED / Path(path).relative_to(PUBLISHED))] = (root / path).read_bytes()
    files |= {name: (root / LEDGER / name).read_bytes() for name in (LINES, HEAD)}
    files[REGISTER] = _register(dispatched)
    files[README] = _about(workspace, dispatched).encode()
    sums = "".join(f"{digest(data)}  {name}\n" for name, data in sorted(files.items()))
    files[SUMS] = sums.encode()
    hold_new(folder, files)
    return len(dispatched)


def _refused(path: Path, reason: str, remedy: str) -> Refused:
    return Refused([Problem(Place(path), "archive", reason, remedy)])


def _about(workspace: Workspace, dispatched: tuple[Line, ...]) -> str:
    inspection, forces = workspace.inspection.value, {line.force for line in dispatched}
    embargo = inspection.shared_embargo
    return ABOUT.format(
        title=inspection.title,
        letters=f"{len(dispatched)} version{'' if len(dispatched) == 1 else 's'}",
        forces=f"{len(forces)} force{'' if len(forces) == 1 else 's'}",
        embargo=f"{embargo.time} on {embargo.day} in London" if embargo else "no embargo",
        register=REGISTER,
    )


def _letter(root: Path, line: Line) -> bytes:
    folder = root / DISPATCHED / line.force / str(line.about["version"])
    data = sorted((folder / INPUTS / "data").rglob("*.yaml"))
    inputs = {str(path.relative_to(folder / INPUTS)): path.read_bytes() for path in data}
    return with_attached((folder / LETTER).read_bytes(), inputs, "application/yaml")


def _register(lines: tuple[Line, ...]) -> bytes:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for line in lines:
        about = line.about
        cells = (
            line.force,
            str(about["version"]),
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
        table.writerow(f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells)
    return text.getvalue().encode("utf-8-sig")

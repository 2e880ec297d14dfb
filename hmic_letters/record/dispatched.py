"""The layout of a dispatched version's folder, and its dispatch note."""

from __future__ import annotations

from hmic_letters.data.model.force import Addressee
from hmic_letters.record.ledger import Line

LETTER, PAGE, RECORD = "letter.pdf", "letter.html", "letter.json"
INPUTS = "inputs"  # a small workspace, with the files that the letter was made from
SENT = "sent"


def holder(addressee: Addressee, force: str) -> str:
    """Name the holder: 'Mr Andy Bliss QPM, Chief Constable, Hertfordshire Constabulary'."""
    is_body = addressee.office == force
    return addressee.in_full if is_body else f"{addressee.in_full}, {force}"


def difference(line: Line, letter: str | None, enclosure: str | None, held_by: str | None) -> str:
    """Say in words how a letter now differs from a dispatch on record; empty if it does not.

    ``letter`` and ``enclosure`` are SHA-256 digests, None if there is no such file.
    """
    for name, now, words in (
        ("letter", letter, "is not the letter as it is now"),
        ("enclosure", enclosure, "had another enclosure"),
        ("holder", held_by, "was for somebody else"),
    ):
        if line.about[name] != now:
            return words
    return ""


def note(line: Line) -> bytes:
    """Write the dispatch note, which names the ledger's head. Keep it apart from the ledger."""
    about = line.about
    copies = "".join(f"  {name}\n    {sha}\n" for name, sha in sorted(about["copies"].items()))
    reason = f"Reason:         {about['reason']}\n" if about["reason"] else ""
    return (
        f"Dispatch note: {line.force}, version {about['version']}\n\n"
        f"Copy for:       {about['holder']}\n"
        f"Copied to:      {'; '.join(about['copied_to']) or 'nobody'}\n"
        f"Serial:         {about['serial']}\n"
        f"Embargo lifts:  {about['embargo']}\n"
        f"{reason}"
        f"Prepared:       {line.london} by {line.by}\n\n"
        "SHA-256 of what goes out:\n"
        f"{copies}"
        f"SHA-256 of the letter as it was made:\n  letter.pdf\n    {about['letter']}\n\n"
        f"Line {line.number} of the ledger has this hash, which 'hmic-letters verify --head' asks "
        f"for:\n  {line.hash}\n"
    ).encode()

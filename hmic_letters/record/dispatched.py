"""The layout of a dispatched version's folder, and its dispatch note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hmic_letters.record.ledger import Line

if TYPE_CHECKING:
    pass


LETTER, PAGE, RECORD = "letter.pdf", "letter.html", "letter.json"
INPUTS = "inputs"  # a small workspace, with the files that the letter was made from
SENT = "sent"


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

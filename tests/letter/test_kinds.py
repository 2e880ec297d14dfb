"""Letters of other shapes: six later kinds, each by data and template alone, all the way."""

from pathlib import Path

import pytest

from helpers.cleared import attempt, command
from helpers.kinds import of_kind
from helpers.reader import pages
from hmic_letters.record.ledger import Event, read_ledger

# For each kind: what its first letter says, and what no page of it says.
SAYS = {
    "closure": (
        ("Dear Rowan", "1. We recommended:", "2. We recommended:", "how to complain; and"),
        ("EMBARGOED", "Embargoed", "*"),
    ),
    "monitoring": (
        ("by 31 March 2026", "1. The force should", "the Force Liaison Lead"),
        ("EMBARG",),
    ),
    "commissioner": (
        ("From: Ada Lindqvist", "Sent: 16 September 2025", "Your reference: PCC/2025/17"),
        ("EMBARG",),
    ),
    "fire-services": (
        ("EMBARGOED until 00:01 on Wednesday 22 January 2025", "Looking forward"),
        ("police", "Chief Constable"),
    ),
    "inspectorate": (
        ("3. Our officials", "Bertil Hagenau", "The programme", "Marek Dolezal", "4 June 2025"),
        ("EMBARG", "force"),
    ),
    "committee": (("Annex: inspections", "2. The annex shows", "89%"), ("Dear", "EMBARG")),
}


@pytest.mark.dispatched
@pytest.mark.parametrize("kind", SAYS)
def test_a_letter_of_another_kind(kind: str, tmp_path: Path) -> None:
    workspace = of_kind(kind, tmp_path / kind)
    assert "no problems" in attempt(workspace, "check").stderr
    command(workspace, "generate")
    assert "no problems" in attempt(workspace, "check", "--letters").stderr
    first = min((workspace / "letters/embargoed").glob("*.pdf"))
    words = " ".join(" ".join(pages(first)).split())
    says, never = SAYS[kind]
    assert [one for one in says if one not in words] == []
    assert [one for one in never if one in words] == []
    plan = command(workspace, "dispatch", "--all", "--yes")
    assert ("no embargo: " in plan) == (kind != "fire-services")
    assert "no accuracy check: " in plan
    ledger = read_ledger(workspace)
    assert {line.about["embargo"] for line in ledger.of(Event.DISPATCHED)} == {
        "2025-01-22T00:01:00+00:00" if kind == "fire-services" else "none"
    }
    command(workspace, "publish")
    public = (workspace / "published/1/index.html").read_text("utf-8")
    assert ("were embargoed" in public) == (kind == "fire-services")
    assert "Lowfield" not in public
    command(workspace, "verify", "--rebuild")

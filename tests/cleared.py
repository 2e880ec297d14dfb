"""A workspace in which two letters are ready to go out, and what its tests ask of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

from weasyprint import HTML

COMMAND = [sys.executable, "-m", "hmic_letters"]
CLEARED = ("hertfordshire", "kent")
REPORT = "national-report.pdf"
PAGES = 3  # of the report

# The least that a force's file has of findings.
FINDINGS = """\
findings:
  preventing-crime:
    - id: PC1
      text: One.
  attending-crimes-and-incidents:
    - id: AC1
      text: Two.
  freeing-up-time:
    - id: FT1
      text: Three.
"""

# The least that a force has, and nothing wrong with it.
FORCE = f"""\
name: Kent Police
aliases: [Kent]
region: Eastern
inspector: zoe-billingham
addressee:
  office: Chief Constable
  salutation: Dear Chief Constable
{FINDINGS}"""


def prepare(workspace: Path, **environment: str) -> None:
    """Makes the letters of two forces and a report, and closes their accuracy checks.

    The report and Kent's findings are specimen text: no document has them.
    """
    (workspace / "data/forces/kent.yaml").write_text(
        FORCE.replace("office:", "email: chief@kent.example\n  office:")
    )
    edit(workspace / "data/inspection.yaml", "page_limit: 6", f"page_limit: 6\nenclosure: {REPORT}")
    (workspace / REPORT).write_bytes(report())
    said = {"TZ": "UTC"} | environment
    command(workspace, "generate", *CLEARED, **said)
    command(workspace, "accuracy", "send", *CLEARED, "--on", "2014-08-11", **said)
    for slug in CLEARED:
        closing = ("close", slug, "--no-inaccuracies", "--by", "Ann Other", "--on", "2014-08-20")
        command(workspace, "accuracy", *closing, **said)


def report() -> bytes:
    """A tagged PDF of pages that lie in all four ways, one of them cut."""
    pages = "".join(
        f"<section><h2>Page {number}</h2><p>Specimen text, no findings.</p></section>"
        for number in range(1, PAGES + 1)
    )
    style = (
        "@page { size: A4 } section { break-after: page } section:last-child { break-after: auto }"
    )
    html = f"<html lang=en><title>Report</title><style>{style}</style><h1>Report</h1>{pages}"
    return bytes(HTML(string=html).write_pdf(pdf_variant="pdf/ua-1"))


def command(workspace: Path, *arguments: str, **environment: str) -> str:
    """What a command says, which has to succeed."""
    done = attempt(workspace, *arguments, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def attempt(
    workspace: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """What becomes of a command."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=workspace,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def tree(folder: Path) -> dict[str, bytes]:
    """Every file in a folder, by its path in it."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def passphrase(workspace: Path, slug: str, version: int = 1) -> str:
    """What opens a copy."""
    slip = workspace / f"passphrases/{slug}-{version}.txt"
    return slip.read_text("utf-8").splitlines()[-1]


def serial_of(workspace: Path, slug: str) -> str:
    (line,) = (
        line
        for line in json.loads(command(workspace, "log", slug, "--json"))
        if line["event"] == "dispatched"
    )
    return str(line["about"]["serial"])


def copy_of(workspace: Path, slug: str, version: int = 1) -> Path:
    """The sealed letter of a force."""
    return workspace / f"dispatched/{slug}/{version}/sent/{slug}-letter.pdf"


def edit(path: Path, old: str, new: str) -> None:
    """Replaces a text that stands in the file once."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), "utf-8")

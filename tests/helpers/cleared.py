"""A workspace in which two letters are ready to go out, and what its tests ask of it."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from helpers.project import FORCE, edit
from helpers.running import run_here, run_process

# Why from there: WeasyPrint must not be imported before the engine has named the fonts.
from hmic_letters.pdf.engine import HTML

CLEARED = ("hertfordshire", "kent")
REPORT = "national-report.pdf"
PAGES = 3  # of the report
SERIALS = ("7HKM-PRAC", "PRAK-THMN")  # of the copies in the fixture 'sent'


def prepare(workspace: Path, **environment: str) -> None:
    """Makes the letters of two forces and a report, and closes their accuracy checks.

    The report and Kent's findings are specimen text: no document has them.
    """
    (workspace / "data/forces/kent.yaml").write_text(
        FORCE.replace("office:", "email: chief@kent.example\n  office:")
    )
    edit(workspace / "data/inspection.yaml", "page_limit: 6", f"page_limit: 6\nenclosure: {REPORT}")
    (workspace / REPORT).write_bytes(report())
    run = _with(environment) if environment else command
    run(workspace, "generate", *CLEARED)
    run(workspace, "accuracy", "send", *CLEARED, "--on", "2014-08-11")
    for slug in CLEARED:
        closing = ("close", slug, "--no-inaccuracies", "--by", "Ann Other", "--on", "2014-08-20")
        run(workspace, "accuracy", *closing)


def _with(environment: dict[str, str]) -> Callable[..., str]:
    def run(workspace: Path, *arguments: str) -> str:
        return command_process(workspace, *arguments, **environment)

    return run


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


def command(workspace: Path, *arguments: str) -> str:
    """Run a command that has to succeed, in this process; return what it prints."""
    done = attempt(workspace, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def attempt(workspace: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in this process."""
    return run_here(*arguments, cwd=workspace)


def command_process(workspace: Path, *arguments: str, **environment: str) -> str:
    """Run a command that has to succeed, as a process; return what it prints."""
    done = attempt_process(workspace, *arguments, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def attempt_process(
    workspace: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command as a process, with variables of its environment."""
    return run_process(*arguments, cwd=workspace, **environment)


def unlocked(folder: Path) -> Path:
    """Make a folder's read-only files writable, as its owner can who alters a record."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o200)
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    """Every file in a folder, by its path in it."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def passphrase(workspace: Path, slug: str, version: int = 1) -> str:
    """The passphrase of a copy."""
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

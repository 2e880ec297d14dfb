"""All letters, beside what else makes PDFs of the same words.

The letters are as long as Hertfordshire's, and no two share a finding (specimens.py).
``make bench`` runs it. Every way is a whole process (or a shell's loop of them); the ways of a
table run in turn, some rounds of them. What counts is the ratio to ours, taken round by round: its
median is printed and written to ``benchmarks/results/`` with machine, versions and commit.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench import BIN, Bench
from measure import Way, measure, run, write

OFFICE = {
    "PDFUACompliance": {"type": "boolean", "value": "true"},
    "SelectPdfVersion": {"type": "long", "value": "3"},
}

NAIVE = """
import sys
from pathlib import Path
from weasyprint import HTML
for path in map(Path, sys.argv[1:]):
    HTML(path).write_pdf(path.with_suffix(".naive.pdf"), pdf_variant="pdf/ua-1")
"""
TYPST = """
import sys, typst
for path in sys.argv[1:]:
    typst.compile(path, output=path + ".pdf", pdf_standards=["ua-1"])
"""
CHROMIUM = """
import sys
from pathlib import Path
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[1], args=["--no-sandbox"])
    page = browser.new_page()
    for path in map(Path, sys.argv[2:]):
        page.goto(path.as_uri())
        page.pdf(path=path.with_suffix(".chromium.pdf"), tagged=True)
"""


def office(output: Path, documents: Sequence[Path]) -> int:
    """One run of LibreOffice, with a profile of its own, to tagged PDFs of its PDF/A-3b."""
    soffice = shutil.which("soffice")
    assert soffice
    profile = f"-env:UserInstallation=file://{output}/profile"
    to = ["--convert-to", f"pdf:writer_pdf_Export:{json.dumps(OFFICE)}", "--outdir", str(output)]
    return run([soffice, profile, "--headless", *to, *map(str, documents)])


def all_letters(bench: Bench) -> tuple[list[Way], list[str]]:
    """The ways of making all letters, and which of them this machine has not."""
    names = [str(path) for path in bench.html]
    weasyprint, python = str(BIN / "weasyprint"), sys.executable
    ways = [
        Way("hmic-letters generate", "nothing", bench.anew),
        Way(
            "weasyprint in a shell's loop",
            "PDF/A, repaired tags, checks",
            lambda: [
                run([weasyprint, "--pdf-variant", "pdf/ua-1", one, f"{one}.pdf"]) for one in names
            ],
        ),
        Way(
            "one Python process, naive loop",
            "PDF/A, repaired tags, checks",
            lambda: run([python, "-c", NAIVE, *names]),
        ),
    ]
    missing = []
    if has_module("typst"):
        sources = [str(path) for path in bench.typst]
        ways += [
            Way(
                "Typst, one process a letter",
                "PDF/A, layout, checks",
                lambda: [run([python, "-c", TYPST, one]) for one in sources],
            ),
            Way(
                "Typst, one process",
                "PDF/A, layout, checks",
                lambda: run([python, "-c", TYPST, *sources]),
            ),
        ]
    else:
        missing.append("Typst (pip install typst)")
    if shutil.which("soffice"):
        documents, output = bench.documents(), bench.folder / "office"
        ways += [
            Way(
                "LibreOffice, one batch, after python-docx",
                "layout, the specimen's picture, checks",
                lambda: office(output, bench.documents()),
            ),
            Way(
                "LibreOffice, one batch, documents ready",
                "making the documents; layout, the specimen's picture, checks",
                lambda: office(output, documents),
            ),
            Way(
                "LibreOffice, one start a letter, documents ready",
                "making the documents; layout, the specimen's picture, checks",
                lambda: [office(output, [one]) for one in documents],
            ),
        ]
    else:
        missing.append("LibreOffice (apt-get install libreoffice-writer-nogui)")
    chromium = shutil.which("chromium")
    if chromium and has_module("playwright"):
        screens = [str(path) for path in bench.screens]
        ways.append(
            Way(
                "one Chromium through playwright",
                "PDF/A, PDF/UA, checks",
                lambda: run([python, "-c", CHROMIUM, chromium, *screens]),
            )
        )
    else:
        missing.append("Chromium (setup/system.sh tests, and pip install playwright)")
    return ways, missing


def has_module(name: str) -> bool:
    return not subprocess.run(
        [sys.executable, "-c", f"import {name}"], capture_output=True, check=False
    ).returncode


def same_words(bench: Bench) -> dict[str, float]:
    """How many of the words of Hertfordshire's letter each way's PDF has, 0 to 1.

    Stamp and foot aside, which not all of them print, and where they do on as many pages as they
    need.
    """
    folder, name = bench.folder, "hertfordshire"
    wanted = words(bench.workspace / f"letters/embargoed/{name}.pdf")
    made = {
        "weasyprint in a shell's loop": folder / f"html/{name}.html.pdf",
        "one Python process, naive loop": folder / f"html/{name}.naive.pdf",
        "Typst": folder / f"typst/{name}.typ.pdf",
        "LibreOffice": folder / f"office/{name}.pdf",
        "one Chromium through playwright": folder / f"html/{name}.screen.chromium.pdf",
    }
    return {
        way: round((wanted & words(path)).total() / wanted.total(), 4)
        for way, path in made.items()
        if path.exists()
    }


FURNITURE = re.compile(
    r"EMBARGOED until 00:01 on Thursday 4 September 2014"
    r"|Hertfordshire Constabulary\s+Page \d of \d|Page \d of \d|[•○]"
)


def words(pdf: Path) -> Counter[str]:
    """The words of a PDF, as pdftotext reads them."""
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, check=True).stdout
    # At a line's end it takes a hyphen for one of the line.
    return Counter(FURNITURE.sub(" ", text.decode("utf-8")).replace("-", "").split())


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    rounds = arguments.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        ways, missing = all_letters(bench)
        tables = [measure("43 letters, nothing made before", ways, rounds)]
        for name in missing:
            print(f"not here: {name}")
        held = same_words(bench)
        for way, share in held.items():
            print(f"{share:.4f} of the words of the letter: {way}")
    write("letters", rounds, tables, {"not here": missing, "words of the letter": held})


if __name__ == "__main__":
    main()

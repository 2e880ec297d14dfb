"""What a change of one word costs, and what it costs when nothing has changed.

Whole processes run in turn, as in letters.py. They are short, and so there are more rounds of them.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from bench import BIN, Bench
from measure import Way, measure, run, write

WORD = "HMIC understands that the force has not consulted"


def change(bench: Bench) -> None:
    """Changes one word of Hertfordshire's findings, or changes it back."""
    path = bench.workspace / "data/forces/hertfordshire.yaml"
    text = path.read_text("utf-8")
    after = WORD.replace(" not", "")
    path.write_text(text.replace(WORD, after) if WORD in text else text.replace(after, WORD))


def one_letter(bench: Bench) -> list[Way]:
    """One letter after a change of one word, beside WeasyPrint's command on its ready HTML."""
    html = str(next(path for path in bench.html if path.stem == "hertfordshire"))
    command = [str(BIN / "weasyprint"), "--pdf-variant", "pdf/ua-1", html, f"{html}.pdf"]

    def alone() -> None:
        change(bench)
        bench.ours("hertfordshire")

    return [
        Way("hmic-letters generate hertfordshire, one word changed", "nothing", alone),
        Way(
            "weasyprint on its ready HTML",
            "PDF/A, repaired tags, checks, reading",
            lambda: run(command),
        ),
    ]


def one_of_all(bench: Bench) -> list[Way]:
    """All letters after a change of one word in one of them, beside making all."""

    def changed() -> None:
        change(bench)
        bench.ours()

    return [
        Way("hmic-letters generate, one word of 43 letters changed", "nothing", changed),
        Way("hmic-letters generate, nothing made before", "nothing", bench.anew),
    ]


def nothing(bench: Bench) -> list[Way]:
    """Nothing changed, beside importing three libraries."""
    imports = [sys.executable, "-c", "import click, yaml, jinja2"]
    return [
        Way("hmic-letters generate, nothing changed", "nothing", bench.ours),
        Way("python -c 'import click, yaml, jinja2'", "everything", lambda: run(imports)),
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=15)
    rounds = arguments.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        bench.ours()
        ways = {
            "one letter": one_letter(bench),
            "one letter of 43": one_of_all(bench),
            "nothing changed": nothing(bench),
        }
        tables = [measure(title, of, rounds) for title, of in ways.items()]
    write("changes", rounds, tables)


if __name__ == "__main__":
    main()

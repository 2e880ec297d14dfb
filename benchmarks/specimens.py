"""Workspaces to measure on: letters as long as Hertfordshire's, each with words of its own.

The specimens that the project ships share most of their sentences, which findings do not; whatever
does a sentence once would look faster on them than it is.
"""

import random
import re
import shutil
import textwrap
from pathlib import Path
from typing import Any

import yaml
from measure import PROJECT

Findings = dict[str, list[dict[str, Any]]]  # by theme, as the files have them

# Whose findings say how many and how long they are.
PATTERN = PROJECT / "data/forces/hertfordshire.yaml"
SPECIMEN = "Specimen text, not a finding:"


def copy_project(folder: Path) -> Path:
    """Data and templates as they are shipped, in a new folder; returns that of the forces."""
    for part in ("data", "templates"):
        shutil.copytree(PROJECT / part, folder / part)
    return folder / "data/forces"


def set_own_words(forces: Path) -> None:
    """Gives every specimen findings as many and as long as Hertfordshire's, in other words."""
    pattern = yaml.safe_load(PATTERN.read_text("utf-8"))["findings"]
    words = sorted(set(re.findall(r"\b[a-z]{2,}\b", yaml.safe_dump(pattern))))
    for path in forces.glob("*.yaml"):
        if path.name != PATTERN.name:
            write_findings(path, _in_other_words(pattern, words, random.Random(path.stem)))


def write_findings(path: Path, findings: Findings) -> None:
    """Puts findings into a force's file in the place of those that it has."""
    head, _, rest = path.read_text("utf-8").partition("findings:\n")
    after = re.search("^[a-z]", rest, re.MULTILINE)
    lines = ["findings:"]
    for theme, some in findings.items():
        lines.append(f"  {theme}:")
        for finding in some:
            lines += [f"    - id: {finding['id']}", *_folded("      text: ", finding["text"])]
            if points := finding.get("points"):
                lines.append("      points:")
                lines += [line for point in points for line in _folded("        - ", point)]
    end = rest[after.start() :] if after else ""
    path.write_text(head + "\n".join(lines) + "\n" + end, "utf-8")


def _folded(begin: str, text: str) -> list[str]:
    indent = " " * (len(begin) - len(begin.lstrip()) + 2)
    return [f"{begin}>-", *textwrap.wrap(text, 88, initial_indent=indent, subsequent_indent=indent)]


def _in_other_words(pattern: Findings, words: list[str], chance: random.Random) -> Findings:
    """Findings of the same structure, with each text as many words long, drawn by chance."""

    def drawn(text: str, begin: str) -> str:
        said = chance.sample(words, k=len(text.split()) - len(begin.split()))
        end = re.search(r"(; (?:and|or)|[.:;])$", text)
        assert end
        return f"{begin} {' '.join(said)}".strip() + end[1]

    return {
        theme: [
            {
                "id": finding["id"],
                "text": drawn(finding["text"], SPECIMEN),
                "points": [drawn(point, "") for point in finding.get("points", ())],
            }
            for finding in some
        ]
        for theme, some in pattern.items()
    }

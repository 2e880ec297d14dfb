"""Write problems for a person, a script, GitHub or a SARIF viewer."""

import json
import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any

from hmic_letters import __version__
from hmic_letters.problem import Problem, Severity, visible

SNIPPET = 1_000  # characters of a line; a long line has many problems


class Format(StrEnum):
    """The formats of a report."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


def report(problems: Sequence[Problem], form: Format, relative_to: Path) -> str:
    """Return the problems in a format, without a final line end; paths are relative to a folder."""
    return {
        Format.TEXT: _text,
        Format.JSON: _json,
        Format.GITHUB: _github,
        Format.SARIF: _sarif,
    }[form](problems, relative_to)


def _text(problems: Sequence[Problem], relative_to: Path) -> str:
    return "\n".join(problem.text(relative_to) for problem in problems)


def _json(problems: Sequence[Problem], relative_to: Path) -> str:
    entries = [
        {
            "path": visible(os.path.relpath(problem.place.path, relative_to)),
            "line": problem.place.line or None,
            "column": problem.place.column if problem.place.line else None,
            "severity": problem.severity,
            "code": problem.code,
            "message": visible(problem.message),
            "remedy": visible(problem.remedy),
            "about": problem.about,
        }
        for problem in problems
    ]
    return _dump({"version": __version__, "problems": entries})


def _github(problems: Sequence[Problem], relative_to: Path) -> str:
    """Return the workflow commands that GitHub Actions turns into annotations."""
    lines = []
    for problem in problems:
        properties = {"file": os.path.relpath(problem.place.path, relative_to)}
        if problem.place.line:
            properties |= {"line": str(problem.place.line), "col": str(problem.place.column)}
        properties["title"] = problem.code
        parameters = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in properties.items())
        message = _escaped(visible(f"{problem.message}. {problem.remedy}"), "")
        lines.append(f"::{problem.severity} {parameters}::{message}")
    return "\n".join(lines)


def _escaped(text: str, more: str) -> str:
    return "".join(
        f"%{ord(character):02X}" if character in f"%\r\n{more}" else character for character in text
    )


def _sarif(problems: Sequence[Problem], relative_to: Path) -> str:
    """Return SARIF 2.1.0 (OASIS): one run, with a rule for each code that occurs."""
    # Why here: no other format explains the codes.
    from hmic_letters.check.explain import explanation  # noqa: PLC0415

    codes = sorted({problem.code for problem in problems})
    rules = []
    for code in codes:
        first, _, rest = explanation(code).partition("\n\n")
        rules.append(
            {
                "id": code,
                "shortDescription": {"text": " ".join(first.split())},
                "fullDescription": {"text": " ".join(f"{first} {rest}".split())},
            }
        )
    results = [
        {
            "ruleId": problem.code,
            "ruleIndex": codes.index(problem.code),
            "level": "error" if problem.severity is Severity.ERROR else "warning",
            "message": {"text": visible(f"{problem.message}. {problem.remedy}")},
            "locations": [{"physicalLocation": _location(problem, relative_to)}],
        }
        for problem in problems
    ]
    driver = {"name": "hmic-letters", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    schema = (
        "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    )
    return _dump({"$schema": schema, "version": "2.1.0", "runs": [run]})


def _location(problem: Problem, relative_to: Path) -> dict[str, Any]:
    path = os.path.relpath(problem.place.path, relative_to)
    # Why the root: as_uri() accepts only absolute paths.
    uri = PurePosixPath("/", path).as_uri().removeprefix("file:///")
    location: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if problem.place.line:
        location["region"] = {
            "startLine": problem.place.line,
            "startColumn": problem.place.column,
            "snippet": {"text": problem.place.excerpt[:SNIPPET]},
        }
    return location


def _dump(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)

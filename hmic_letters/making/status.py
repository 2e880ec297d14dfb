"""The stage of each letter, for the board that an office looks at."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from hmic_letters.check.checked import State, state_of
from hmic_letters.check.run import check_force, check_workspace
from hmic_letters.data.load import Workspace
from hmic_letters.letter.inputs import inputs_of
from hmic_letters.problem import errors
from hmic_letters.record.dispatched import difference, holder
from hmic_letters.record.ledger import Ledger, read_ledger
from hmic_letters.workspace.digests import content, digest
from hmic_letters.workspace.letter_record import state


@dataclass(frozen=True)
class Version:
    """A version of a letter, and the day of its dispatch or publication in ISO 8601."""

    version: int
    on: str


class Stage(StrEnum):
    """A stage that a letter can reach."""

    CHECKED = "checked"
    MADE = "made"
    ACCURACY_CHECK = "accuracy-check"
    DISPATCHED = "dispatched"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Row:
    """The state of one force's letter.

    ``findings`` are counted by theme. ``letter`` is 'up to date', 'stale', 'altered' or 'missing';
    ``because`` is the reason. ``accuracy_check`` is its state, a word of docs/glossary.md.
    ``dispatched`` is the version that was dispatched last, with its day in ISO 8601;
    ``changed_since_dispatch`` says how it differs from the letter now, empty if it does not.
    ``published`` is the version that is public. Both are None if nothing is on record.
    """

    slug: str
    force: str | None
    specimen: bool
    findings: Mapping[str, int]
    errors: int
    warnings: int
    letter: str
    because: str
    accuracy_check: State = State.NONE
    dispatched: Version | None = None
    changed_since_dispatch: str = ""
    published: Version | None = None

    @property
    def is_quiet(self) -> bool:
        """Tell whether nobody has to do anything until the publication, or ever."""
        good = self.letter == "up to date" and not self.errors and not self.warnings
        is_out = self.reached(Stage.ACCURACY_CHECK) and self.reached(Stage.DISPATCHED)
        return good and (is_out or (self.specimen and self.dispatched is None))

    def reached(self, stage: Stage) -> bool:
        """Return whether the letter has reached a stage."""
        return {
            Stage.CHECKED: not self.errors,
            Stage.MADE: not self.errors and self.letter == "up to date",
            Stage.ACCURACY_CHECK: self.accuracy_check.is_done,
            Stage.DISPATCHED: self.dispatched is not None and not self.changed_since_dispatch,
            Stage.PUBLISHED: self.published is not None,
        }[stage]


def status(
    workspace: Workspace, folder: Path, slugs: Iterable[str], day: date | None
) -> tuple[Row, ...]:
    """Return a row for each force; ``folder`` has the letters.

    On the ``day`` answers can be overdue; without it none is.
    """
    common = len(errors(check_workspace(workspace)))
    ledger = read_ledger(workspace.root)
    return tuple(
        Row(
            **_of_letter(slug, workspace, folder, common),
            accuracy_check=state_of(workspace, slug, day),
            **_on_record(slug, workspace, ledger),
        )
        for slug in slugs
    )


def by_urgency(rows: Iterable[Row]) -> list[Row]:
    """Sort rows: what is broken first, then what stops the letter, then what is only to be done."""
    return sorted(rows, key=_urgency)


def _urgency(row: Row) -> tuple[bool, ...]:
    return tuple(
        not one
        for one in (
            row.errors > 0,
            row.accuracy_check is State.UNREADABLE,
            row.accuracy_check is State.OVERDUE,
            row.accuracy_check is State.CHANGED or bool(row.changed_since_dispatch),
            row.letter == "altered",
            row.accuracy_check in {State.RECEIVED, State.DECIDED},
            row.letter != "up to date",
            row.warnings > 0,
            not row.specimen,
        )
    )


def _of_letter(slug: str, workspace: Workspace, folder: Path, common: int) -> dict[str, Any]:
    """Return the fields of a row about a letter; ``common`` counts the errors of all letters."""
    problems = check_force(slug, workspace)
    error_count = len(errors(problems))
    located = workspace.forces.get(slug)
    themes = [theme.id for theme in workspace.inspection.value.themes]
    findings = dict.fromkeys(themes, 0)
    if located is not None:
        findings |= {theme: len(located.value.findings.get(theme, ())) for theme in themes}
    if error_count:
        is_there = (folder / f"{slug}.pdf").is_file()
        letter, because = ("stale", "its data has errors") if is_there else ("missing", "")
    else:
        letter, because = state(folder, slug, inputs_of(workspace, slug))
    return {
        "slug": slug,
        "force": located.value.name if located else None,
        "specimen": located.value.specimen if located else False,
        "findings": findings,
        "errors": error_count + common,
        "warnings": len(problems) - error_count,
        "letter": letter,
        "because": because,
    }


def _on_record(slug: str, workspace: Workspace, ledger: Ledger) -> dict[str, Any]:
    """Return the fields of a row that come from the ledger."""
    line, made, force = (
        ledger.dispatched(slug),
        workspace.made.get(slug),
        workspace.forces.get(slug),
    )
    changed = line and difference(
        line,
        made.letter if made else None,
        _digest_of_enclosure(workspace),
        holder(force.value.addressee, force.value.name) if force else None,
    )
    return {
        "dispatched": Version(line.about["version"], line.london[:10]) if line else None,
        "changed_since_dispatch": changed or "",
        "published": _published(ledger, slug),
    }


def _digest_of_enclosure(workspace: Workspace) -> str | None:
    name = workspace.inspection.value.enclosure
    try:
        return digest(content(workspace.root / name)) if name else None
    except OSError:
        return None


def _published(ledger: Ledger, slug: str) -> Version | None:
    lines = (line for line in reversed(ledger.lines) if slug in line.about.get("versions", ()))
    line = next(lines, None)
    return Version(line.about["versions"][slug], line.london[:10]) if line else None


def as_json(rows: Iterable[Row]) -> str:
    """Write the rows as JSON, for a script."""
    return json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False)

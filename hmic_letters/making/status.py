"""The stage of each letter, for the board that an office looks at."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from hmic_letters.check.run import check_force, check_workspace
from hmic_letters.data.load import Workspace
from hmic_letters.letter.inputs import inputs_of
from hmic_letters.problem import errors
from hmic_letters.record.ledger import Ledger, read_ledger
from hmic_letters.workspace.letter_record import state

CLOSED = "closed"  # an accuracy check that has ended


class Stage(StrEnum):
    """A stage that a letter can reach."""

    CHECKED = "checked"
    MADE = "made"
    ACCURACY_CHECK = "accuracy-check"
    SENT = "sent"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Row:
    """The state of one force's letter.

    ``findings`` are counted by theme. ``letter`` is 'up to date', 'stale', 'altered' or 'missing';
    ``because`` is the reason. ``sent`` is the version that was dispatched, with its day.
    ``accuracy_check``, ``sent`` and ``published`` are None if nothing is on record.
    """

    slug: str
    force: str | None
    specimen: bool
    findings: Mapping[str, int]
    errors: int
    warnings: int
    letter: str
    because: str
    accuracy_check: str | None = None
    sent: str | None = None
    published: str | None = None

    def reached(self, stage: Stage) -> bool:
        """Return whether the letter has reached a stage."""
        return {
            Stage.CHECKED: not self.errors,
            Stage.MADE: not self.errors and self.letter == "up to date",
            Stage.ACCURACY_CHECK: self.accuracy_check == CLOSED,
            Stage.SENT: self.sent is not None,
            Stage.PUBLISHED: self.published is not None,
        }[stage]


def status(workspace: Workspace, folder: Path) -> tuple[Row, ...]:
    """Return a row for each force of the register; ``folder`` has the letters."""
    common = check_workspace(workspace)
    ledger = read_ledger(workspace.root)
    return tuple(
        _row(slug, workspace, folder, len(errors(common)), ledger) for slug in workspace.slugs
    )


def _row(slug: str, workspace: Workspace, folder: Path, common: int, ledger: Ledger) -> Row:
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
    return Row(
        slug,
        located.value.name if located else None,
        located.value.specimen if located else False,
        findings,
        error_count + common,
        len(problems) - error_count,
        letter,
        because,
        _accuracy_check(workspace, slug),
        _sent(ledger, slug),
        _published(ledger, slug),
    )


def _sent(ledger: Ledger, slug: str) -> str | None:
    line = ledger.dispatched(slug)
    return f"version {line.about['version']}, {line.london[:10]}" if line else None


def _published(ledger: Ledger, slug: str) -> str | None:
    lines = (line for line in reversed(ledger.lines) if slug in line.about.get("versions", ()))
    line = next(lines, None)
    return f"version {line.about['versions'][slug]}, {line.london[:10]}" if line else None


def _accuracy_check(workspace: Workspace, slug: str) -> str | None:
    if slug in workspace.unread_checks:
        return "cannot be read"
    if slug not in workspace.accuracy_checks:
        return None
    check = workspace.accuracy_checks[slug].value
    if check.closed is not None:
        return CLOSED
    if check.undecided:
        return f"{len(check.undecided)} open"
    answered = any(one.proof == check.proofs[-1].number for one in check.responses)
    return "decided" if answered else f"due {check.proofs[-1].due}"


def as_json(rows: Iterable[Row]) -> str:
    """Write the rows as JSON, for a script."""
    return json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False)

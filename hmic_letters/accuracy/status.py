"""The state of each force's accuracy check, for the board that an office looks at."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from hmic_letters.data.load import Workspace


@dataclass(frozen=True)
class CheckRow:
    """The state of one force's accuracy check.

    ``sent`` and ``due`` are dates of the last proof, ``received`` is that of the last response, in
    ISO 8601. ``overdue`` means that the day is past and no response has come. ``undecided`` and
    ``decided`` count points. ``problems`` counts those of the accuracy file; they hide the rest.
    """

    slug: str
    proofs: int = 0
    sent: str | None = None
    due: str | None = None
    overdue: bool = False
    received: str | None = None
    undecided: int = 0
    decided: int = 0
    closed: str | None = None
    problems: int = 0


def board(workspace: Workspace, day: date) -> tuple[CheckRow, ...]:
    """Return a row for each force of the register; answers due before ``day`` are overdue."""
    return tuple(_row(workspace, slug, day) for slug in workspace.slugs)


def _row(workspace: Workspace, slug: str, day: date) -> CheckRow:
    if slug in workspace.unread_checks:
        return CheckRow(slug, problems=len(workspace.unread_checks[slug]))
    if slug not in workspace.accuracy_checks:
        return CheckRow(slug)
    check = workspace.accuracy_checks[slug].value
    last = check.proofs[-1]
    answered = any(response.proof == last.number for response in check.responses)
    undecided = len(check.undecided)
    return CheckRow(
        slug,
        last.number,
        last.sent.isoformat(),
        last.due.isoformat(),
        day > last.due and not answered and check.closed is None,
        check.responses[-1].received.isoformat() if check.responses else None,
        undecided,
        len(check.points) - undecided,
        check.closed.on.isoformat() if check.closed else None,
    )


def as_json(rows: Iterable[CheckRow]) -> str:
    """Write the rows as JSON, for a script."""
    return json.dumps([asdict(row) for row in rows], indent=2)

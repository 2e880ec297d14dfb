"""The state of each force's accuracy check, for the board that an office looks at."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from hmic_letters.check.checked import State, state_of
from hmic_letters.data.load import Workspace

# The states in which somebody in the office or at the force has to act, most urgent first.
ORDER = (
    State.UNREADABLE,
    State.OVERDUE,
    State.CHANGED,
    State.RECEIVED,
    State.DECIDED,
    State.SENT,
    State.NONE,
    State.CLOSED,
    State.NOT_NEEDED,
)


@dataclass(frozen=True)
class CheckRow:
    """The state of one force's accuracy check.

    ``state`` is a word of docs/glossary.md. ``proofs`` is the number of the last proof, ``sent``
    and ``due`` its dates, ``received`` that of the last response, in ISO 8601. ``overdue`` means
    that the last day is past and no response has come. ``undecided`` and ``decided`` count points.
    ``problems`` counts those of the accuracy file; they hide the rest.
    """

    slug: str
    state: State = State.NONE
    proofs: int = 0
    sent: str | None = None
    due: str | None = None
    overdue: bool = False
    received: str | None = None
    undecided: int = 0
    decided: int = 0
    closed: str | None = None
    problems: int = 0
    specimen: bool = False

    @property
    def is_quiet(self) -> bool:
        """Tell whether nobody has to do anything."""
        return self.state.is_done or (self.state is State.NONE and self.specimen)


def board(workspace: Workspace, day: date, slugs: Iterable[str]) -> tuple[CheckRow, ...]:
    """Return a row for each force; answers due before ``day`` are overdue."""
    return tuple(_row(workspace, slug, day) for slug in slugs)


def by_urgency(rows: Iterable[CheckRow]) -> list[CheckRow]:
    """Sort rows: the most urgent state first, in each state the earliest last day."""
    return sorted(rows, key=lambda row: (ORDER.index(row.state), row.due or ""))


def _row(workspace: Workspace, slug: str, day: date) -> CheckRow:
    state = state_of(workspace, slug, day)
    located = workspace.forces.get(slug)
    specimen = located is not None and located.value.specimen
    if state is State.UNREADABLE:
        return CheckRow(slug, state, problems=len(workspace.unread_checks[slug]), specimen=specimen)
    if specimen or slug not in workspace.accuracy_checks:
        return CheckRow(slug, state, specimen=specimen)
    check = workspace.accuracy_checks[slug].value
    last, undecided = check.proofs[-1], len(check.undecided)
    return CheckRow(
        slug,
        state,
        last.number,
        last.sent.isoformat(),
        last.due.isoformat(),
        state is State.OVERDUE,
        check.responses[-1].received.isoformat() if check.responses else None,
        undecided,
        len(check.points) - undecided,
        check.closed.on.isoformat() if check.closed else None,
    )


def as_json(rows: Iterable[CheckRow]) -> str:
    """Write the rows as JSON, for a script."""
    return json.dumps([asdict(row) for row in rows], indent=2)

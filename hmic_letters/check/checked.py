"""How far the accuracy check of a force's letter has come, and whether it holds for the letter.

Boards, ``check``, ``status --require``, the steps of the check and ``dispatch`` answer from here.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from hmic_letters.data.load import Workspace
from hmic_letters.data.model.accuracy import AccuracyCheck, Closing
from hmic_letters.data.model.calendar import in_words
from hmic_letters.data.model.force import Finding, Force
from hmic_letters.letter.inputs import printed
from hmic_letters.problem import Place, Problem, Severity
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.paths import accuracy_file

BULLET = " • "  # between a finding's text and its points, on one line


class State(StrEnum):
    """The state of a force's accuracy check; docs/glossary.md says what each word means."""

    UNREADABLE = "unreadable"
    NONE = "none"
    SENT = "sent"
    OVERDUE = "overdue"
    RECEIVED = "received"
    DECIDED = "decided"
    CLOSED = "closed"
    CHANGED = "changed since"
    NOT_NEEDED = "not needed"  # the inspection has no accuracy check

    @property
    def is_done(self) -> bool:
        """Tell whether nothing of the accuracy check keeps the letter from going out."""
        return self in {State.CLOSED, State.NOT_NEEDED}


class Changed(StrEnum):
    """The part of a letter that was changed after its accuracy check was closed."""

    FINDINGS = "findings"
    BESIDE = "beside"  # a name, a title, a theme, particulars


# By what was changed after closing: the message and the remedy.
CHANGED = {
    Changed.FINDINGS: (
        "the findings were changed",
        "Remove the lines of 'closed', send the force a new proof, and close the check again.",
    ),
    Changed.BESIDE: (
        "a name, a title, a theme or something under 'particulars' was changed",
        "See the whole change: 'hmic-letters diff {slug}'. If the force need not check it, close "
        "the check again: 'hmic-letters accuracy close {slug}'.",
    ),
}


def state_of(workspace: Workspace, slug: str, day: date | None) -> State:
    """Return the state of a force's accuracy check on a day; without a ``day`` none is overdue.

    A check of a specimen counts as no check: nobody has checked findings.
    """
    if slug in workspace.unread_checks:
        return State.UNREADABLE
    if workspace.inspection.value.accuracy_check:
        return State.NOT_NEEDED
    located, force = workspace.accuracy_checks.get(slug), workspace.forces.get(slug)
    if located is None or (force is not None and force.value.specimen):
        return State.NONE
    check = located.value
    if check.closed is not None:
        # Why: findings that cannot be read are not those that were checked, as far as one can see.
        is_same = force is not None and changed_since(workspace, slug, check.closed) is None
        return State.CLOSED if is_same else State.CHANGED
    return _state_of_open(check, day)


def _state_of_open(check: AccuracyCheck, day: date | None) -> State:
    if check.undecided:
        return State.RECEIVED
    last = check.proofs[-1]
    if any(response.proof == last.number for response in check.responses):
        return State.DECIDED
    return State.OVERDUE if day is not None and day > last.due else State.SENT


def obstacle(workspace: Workspace, slug: str) -> Problem | None:
    """Return the problem of an accuracy check that keeps a force's letter from going out, if any.

    An accuracy file that cannot be read has its own problems.
    """
    state, path = state_of(workspace, slug, None), workspace.root / accuracy_file(slug)
    if state.is_done or state is State.UNREADABLE:
        return None
    if state is State.NONE:
        return Problem(
            Place(path),
            "open-check",
            "the force was sent no proof, so that its accuracy check is not closed",
            f"Send it one: 'hmic-letters accuracy send {slug}'. Of a check that was made without "
            "this tool, send and close it for the record, with --on for the days.",
        )
    if state is State.CHANGED:
        return changed_after_closing(workspace, slug)
    undecided = workspace.accuracy_checks[slug].value.undecided
    ids = ", ".join(point.id for point in undecided)
    return Problem(
        Place(path),
        "open-check",
        "the accuracy check is not closed" + (f": undecided are {ids}" if undecided else ""),
        f"'hmic-letters accuracy status {slug}' says what is open; then 'accuracy close {slug}'.",
    )


def changed_after_closing(workspace: Workspace, slug: str) -> Problem | None:
    """Return the problem of a letter that was changed after its check was closed, if it was."""
    located, force = workspace.accuracy_checks.get(slug), workspace.forces.get(slug)
    if workspace.inspection.value.accuracy_check:
        return None
    if located is None or located.value.closed is None or force is None or force.value.specimen:
        return None
    closed = located.value.closed
    changed = changed_since(workspace, slug, closed)
    if changed is None:
        return None
    part, remedy = CHANGED[changed]
    return Problem(
        located.document.place("closed"),
        "changed-since-closing",
        f"{part} after the accuracy check was closed on {in_words(closed.on)}",
        remedy.format(slug=slug),
        # Why: the letter can be made and looked at; it is not dispatched.
        Severity.WARNING,
    )


def changed_since(workspace: Workspace, slug: str, closing: Closing) -> Changed | None:
    """Tell what was changed after the closing of a check, if anything: findings count most."""
    if closing.digest != digest_of(workspace, workspace.forces[slug].value):
        return Changed.FINDINGS
    if closing.printed not in {None, printed(workspace, slug)}:
        return Changed.BESIDE
    return None


def digest_of(workspace: Workspace, force: Force) -> str:
    """Return one digest of all findings of a force: a closed check records it."""
    findings = "\n".join(
        f"{finding.id} {one_line(finding)}" for finding in findings_of(workspace, force)
    )
    return digest(findings.encode())


def findings_of(workspace: Workspace, force: Force) -> Iterator[Finding]:
    """Yield the findings of a force in the order of its letter."""
    for theme in workspace.inspection.value.themes:
        yield from force.findings.get(theme.id, ())


def one_line(finding: Finding) -> str:
    """Join a finding's text and the points under it on one line, each point after a bullet."""
    return BULLET.join([finding.text, *finding.lines])

"""One force's accuracy check while it is open: its folder, its findings, why a step is refused."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hmic_letters.accuracy.form.points import BULLET, folded
from hmic_letters.accuracy.record import read_record
from hmic_letters.data.complaints import Located
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.accuracy import LETTER, NEW, AccuracyCheck
from hmic_letters.data.model.accuracy import in_words as decision_in_words
from hmic_letters.data.model.calendar import in_words
from hmic_letters.data.model.force import Finding, Force
from hmic_letters.data.source import Keys
from hmic_letters.letter.letter import compose
from hmic_letters.letter.page import Page
from hmic_letters.letter.render import Renderer
from hmic_letters.problem import Place, Problem, Refused
from hmic_letters.record.ledger import read_ledger
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.paths import Edition, accuracy_file, force_file
from hmic_letters.workspace.store import hold


def folder_of(root: Path, slug: str) -> Path:
    """Where a force's proofs, returned forms and replies are kept."""
    return root / "accuracy" / slug


def recorded_files(root: Path) -> dict[str, str]:
    """Give the SHA-256 that the ledger last has of each file, by path in the workspace."""
    lines = read_ledger(root).lines
    return {name: sha for line in lines for name, sha in line.files.items()}


def is_free(root: Path, recorded: Mapping[str, str], path: Path, sha: str) -> bool:
    """Tell whether a file can be written there: what is on record is never written over.

    A run that was killed between the ledger's line and the accuracy file left the file on record;
    the same bytes may take its place.
    """
    return recorded.get(str(path.relative_to(root)), sha) == sha


def digests(workspace: Workspace, kept: Mapping[Path, bytes]) -> dict[str, str]:
    return {str(path.relative_to(workspace.root)): digest(data) for path, data in kept.items()}


def findings_of(workspace: Workspace, force: Force) -> Iterator[Finding]:
    """The findings of a force in the order of its letter."""
    for theme in workspace.inspection.value.themes:
        yield from force.findings[theme.id]


def text_now(workspace: Workspace, slug: str, name: str) -> str | None:
    for finding in findings_of(workspace, workspace.forces[slug].value):
        if finding.id == name:
            return one_line(finding)
    return None


def one_line(finding: Finding) -> str:
    return BULLET.join([finding.text, *finding.points])


def keys_of(workspace: Workspace, slug: str, name: str) -> Keys | None:
    for theme, group in workspace.forces[slug].value.findings.items():
        for number, finding in enumerate(group):
            if finding.id == name:
                return ("findings", theme, number)
    return None


def not_in_letter(
    workspace: Workspace, slug: str, located: Located[AccuracyCheck]
) -> Iterator[Problem]:
    force = workspace.forces[slug].value
    now = {finding.id: one_line(finding) for finding in findings_of(workspace, force)}
    inspector = workspace.inspector(slug)
    letter = compose(workspace.inspection.value, inspector, slug, force, Edition.EMBARGOED)
    words = folded(Page(Renderer(workspace.templates).render(letter)).words)
    for point in located.value.standing:
        wanted = point.new_text or ""
        there = (
            folded(wanted) in words
            if point.finding == LETTER
            else wanted in now.values()
            if point.finding == NEW
            else now.get(point.finding) == wanted
        )
        if not there:
            by_hand = point.finding in {LETTER, NEW}
            yield Problem(
                located.document.place("points", located.value.points.index(point)),
                "not-in-letter",
                f"{point.id} on {point.finding} is {decision_in_words(str(point.decision))}, and "
                f"its wording is not in the letter: '{wanted}'",
                f"Type it into {force_file(slug)}."
                if by_hand
                else f"Run 'hmic-letters accuracy apply {slug}'.",
            )


def digest_of(workspace: Workspace, force: Force) -> str:
    """One digest of all findings of a force, as a closed check has it."""
    findings = "\n".join(
        f"{finding.id} {one_line(finding)}" for finding in findings_of(workspace, force)
    )
    return digest(findings.encode())


def refuse_open(located: Located[AccuracyCheck]) -> None:
    if open_points := located.value.undecided:
        raise Refused(
            Problem(
                located.document.place("points", located.value.points.index(point)),
                "undecided",
                f"{point.id} on {point.finding} is undecided: '{point.point}'",
                "Decide it: 'hmic-letters accuracy decide', or type the decision into this file.",
            )
            for point in open_points
        )


def refuse_closed(root: Path, slug: str, check: AccuracyCheck) -> None:
    if check.closed is not None:
        raise refused(
            root / accuracy_file(slug),
            "closed",
            f"the accuracy check was closed on {in_words(check.closed.on)}",
            "To open it again, remove the lines of 'closed' from the file.",
        )


@contextmanager
def opened(
    workspace: Workspace, slug: str, also_closed: bool = False
) -> Iterator[tuple[Path, Force, Located[AccuracyCheck]]]:
    """Holds a force's check against other runs. Raises Refused where it has none that is open."""
    root = workspace.root
    if slug not in workspace.forces:
        raise Refused(workspace.unread[slug])
    with hold(folder_of(root, slug)):
        located = read_record(root, slug)
        if located is None:
            raise refused(
                root / accuracy_file(slug),
                "not-sent",
                "no proof was sent to this force",
                f"Send one first: 'hmic-letters accuracy send {slug}'.",
            )
        if not also_closed:
            refuse_closed(root, slug, located.value)
        yield root, workspace.forces[slug].value, located


def refused(path: Path, code: str, message: str, remedy: str) -> Refused:
    return Refused([Problem(Place(path), code, message, remedy)])

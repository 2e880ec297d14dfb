"""One force's accuracy check while it is open: folder, findings and reasons to refuse a step."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from hmic_letters.accuracy.form.answers import folded
from hmic_letters.accuracy.record import read_record
from hmic_letters.check.checked import findings_of, one_line
from hmic_letters.data.complaints import Located
from hmic_letters.data.emphasis import unmarked
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.accuracy import LETTER, NEW, AccuracyCheck
from hmic_letters.data.model.accuracy import in_words as decision_in_words
from hmic_letters.data.model.calendar import in_words
from hmic_letters.data.model.force import Force
from hmic_letters.data.source import Keys
from hmic_letters.letter.letter import compose
from hmic_letters.letter.page import Page
from hmic_letters.letter.render import Renderer
from hmic_letters.problem import Place, Problem, Refused
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.paths import PAPERS, Edition, accuracy_file, force_file
from hmic_letters.workspace.store import hold


def folder_of(root: Path, slug: str) -> Path:
    """Return the folder with a force's proofs, returned forms and replies."""
    return root / PAPERS / slug


def is_free(root: Path, recorded: Mapping[str, str], path: Path, sha: str) -> bool:
    """Return whether a file may be written there: the tool never overwrites a recorded file.

    The same bytes may replace a recorded file. Why: a run can be killed after it wrote the ledger's
    line and before it wrote the accuracy file.
    """
    return recorded.get(str(path.relative_to(root)), sha) == sha


def digests(workspace: Workspace, kept: Mapping[Path, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each file's bytes, by path in the workspace."""
    return {str(path.relative_to(workspace.root)): digest(data) for path, data in kept.items()}


def text_now(workspace: Workspace, slug: str, name: str) -> str | None:
    """Return the present text of the finding with the id ``name``, on one line, if it is there."""
    for finding in findings_of(workspace, workspace.forces[slug].value):
        if finding.id == name:
            return one_line(finding)
    return None


def keys_of(workspace: Workspace, slug: str, name: str) -> Keys | None:
    """Return the keys that lead to a finding in its force's file, if it is there."""
    for theme, group in workspace.forces[slug].value.findings.items():
        for number, finding in enumerate(group):
            if finding.id == name:
                return ("findings", theme, number)
    return None


def not_in_letter(
    workspace: Workspace, slug: str, located: Located[AccuracyCheck]
) -> Iterator[Problem]:
    """Yield a problem for each agreed wording that is not in the letter."""
    force = workspace.forces[slug].value
    now = {finding.id: one_line(finding) for finding in findings_of(workspace, force)}
    letter = compose(workspace, slug, Edition.EMBARGOED)
    words = folded(Page(Renderer(workspace.templates).render(letter)).words)
    for point in located.value.standing:
        wanted = point.new_text or ""
        is_there = (
            folded(unmarked(wanted)) in words
            if point.finding == LETTER
            else wanted in now.values()
            if point.finding == NEW
            else now.get(point.finding) == wanted
        )
        if not is_there:
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


def specimen_letter(workspace: Workspace, slug: str) -> Problem:
    """Make the problem of a specimen that is to go to its force."""
    return Problem(
        workspace.forces[slug].document.place("specimen"),
        "specimen-letter",
        "the letter holds specimen text, and no findings",
        "Put the findings in, and remove 'specimen'.",
    )


def refuse_earlier(
    located: Located[AccuracyCheck], step: str, day: date, days: Iterable[date | None]
) -> None:
    """Raise Refused if a step has an earlier day than any of ``days``, which come before it."""
    last = max(filter(None, days), default=day)
    if day < last:
        raise refused(
            located.document.path,
            "earlier-step",
            f"it is {step} on {in_words(day)}, and what comes before it was on {in_words(last)}",
            "Name the right day with --on.",
        )


def refuse_open(located: Located[AccuracyCheck]) -> None:
    """Raise Refused if a point is undecided."""
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
    """Raise Refused if the check is closed."""
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
    """Lock a force's check against other runs. Raises Refused if the force has no open check."""
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
    """Return a refusal with one problem of a whole file."""
    return Refused([Problem(Place(path), code, message, remedy)])

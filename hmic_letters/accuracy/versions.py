"""Two versions of a force's letter -> a redline as text, page, PDF or Word document."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from hmic_letters.accuracy.case import folder_of
from hmic_letters.accuracy.record import read_record
from hmic_letters.check.run import check_force, check_workspace
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.calendar import in_words
from hmic_letters.documents.tracked_changes import tracked
from hmic_letters.letter.changes import Comparison, Redline, compare
from hmic_letters.letter.letter import REDLINE, Letter, Medium, compose
from hmic_letters.letter.outline import Block, outline
from hmic_letters.letter.page import Page
from hmic_letters.letter.render import Renderer
from hmic_letters.pdf.printer import print_one
from hmic_letters.problem import Place, Problem, Refused, errors
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.paths import Edition, accuracy_file, letters_folder

LETTER = "letter"  # the letter that the data would give now
MADE = "made"  # the letter that was made last
SUFFIXES = (".html", ".pdf", ".docx")


@dataclass(frozen=True)
class Diff:
    """Two versions, named in words, and the changes between them."""

    slug: str
    old: str
    new: str
    comparison: Comparison


def diff(
    workspace: Workspace, output: Path | None, slug: str, old: str | None, new: str | None
) -> Diff:
    """Compare two of 'proof-1', 'proof-2', ..., 'letter' (the data now) or 'made' (the last file).

    ``old`` defaults to the proof that was answered last, or else to the last proof. ``new``
    defaults to the letter. A comparison with a proof leaves out the date and the signature, which
    only one edition has. Raises Refused if a version is missing or is not the one that was sent.
    """
    old = old or _checked(workspace, slug)
    new = new or LETTER
    first, second = (_blocks(workspace, output, slug, version) for version in (old, new))
    if any(version.startswith("proof-") for version in (old, new)):
        first, second = (
            tuple(block for block in blocks if not block.of_edition) for blocks in (first, second)
        )
    names = [_in_words(workspace, slug, version) for version in (old, new)]
    return Diff(slug, names[0], names[1], compare(first, second))


def _in_words(workspace: Workspace, slug: str, version: str) -> str:
    """Name a version in people's words: 'proof 1 of 11 August 2014'."""
    if version == LETTER:
        return "the letter as it stands"
    if version == MADE:
        return "the letter made last"
    located = read_record(workspace.root, slug)
    proofs = located.value.proofs if located else ()
    (proof,) = (one for one in proofs if version == f"proof-{one.number}")
    return f"proof {proof.number} of {in_words(proof.sent)}"


def _checked(workspace: Workspace, slug: str) -> str:
    located = read_record(workspace.root, slug)
    if located is None:
        path = workspace.root / accuracy_file(slug)
        raise _refused(path, "no proof was sent to this force", "Name two versions to compare.")
    check = located.value
    return f"proof-{check.responses[-1].proof if check.responses else check.proofs[-1].number}"


def _blocks(
    workspace: Workspace, output: Path | None, slug: str, version: str
) -> tuple[Block, ...]:
    if version == LETTER:
        letter = replace(_letter(workspace, slug), medium=Medium.SCREEN)
        return outline(Renderer(workspace.templates).render(letter))
    if version == MADE:
        path = letters_folder(workspace.root, output, Edition.EMBARGOED) / f"{slug}.html"
        return outline(_text(path, "Make it: 'hmic-letters generate'."))
    located = read_record(workspace.root, slug)
    proofs = {f"proof-{proof.number}": proof for proof in located.value.proofs} if located else {}
    if version not in proofs:
        raise _refused(
            workspace.root / accuracy_file(slug),
            f"there is no version '{version}'",
            f"The versions are {', '.join([*proofs, LETTER, MADE])}.",
        )
    proof = proofs[version]
    folder = folder_of(workspace.root, slug) / str(proof.number)
    path = folder / f"{slug}-{version}.html"
    page = _text(path, "Bring the folder back from where it was sent from.")
    if digest(page.encode()) != proof.digest:
        reason = "the page is not the one that was sent: its digest differs from the record's"
        raise _refused(path, reason, "Bring back the page that was sent.")
    return outline(page)


def _text(path: Path, remedy: str) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise _refused(path, "the file is missing", remedy) from None
    except UnicodeDecodeError:
        raise _refused(path, "the file is not the page that was made", remedy) from None


def _letter(workspace: Workspace, slug: str) -> Letter:
    if problems := errors((*check_workspace(workspace), *check_force(slug, workspace))):
        raise Refused(problems)
    return compose(workspace, slug, Edition.EMBARGOED)


def as_file(workspace: Workspace, changes: Diff, suffix: str, day: date) -> bytes:
    """Make a redline as '.html', '.pdf' or '.docx'; ``day`` is the date of tracked changes.

    Raises Refused if the templates cannot show the redline.
    """
    letter = _letter(workspace, changes.slug)
    redline = Redline(
        changes.old,
        changes.new,
        changes.comparison.changed_standing,
        changes.comparison.changed_findings,
    )
    letter = replace(letter, template=REDLINE, redline=redline)
    rendered = Renderer(workspace.templates).render_both(letter)
    if suffix == ".docx":
        marks = [Page(rendered.screen).properties["data-stamp"]]
        if letter.specimen:
            marks.append("Specimen: these findings say nothing about any police force")
        title = f"{letter.force}: what changed from {changes.old} to {changes.new}"
        author = letter.inspector.letterhead.inspectorate
        return tracked(changes.comparison, title, marks, author, day)
    if suffix == ".html":
        return rendered.screen.encode()
    return print_one(rendered)


def _refused(path: Path, message: str, remedy: str) -> Refused:
    return Refused([Problem(Place(path), "no-version", message, remedy)])

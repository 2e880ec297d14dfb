"""Rules for finished letters, as a PDF reader sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hmic_letters.check.catalogue import Check
from hmic_letters.check.names import strangers
from hmic_letters.check.run import check_force, check_workspace
from hmic_letters.data.emphasis import unmarked
from hmic_letters.data.load import Workspace
from hmic_letters.letter.inputs import findings, inputs_of
from hmic_letters.letter.letter import Letter, compose
from hmic_letters.letter.page import SHORTEN, TOO_LONG, Page, bare, differences, unsaid
from hmic_letters.letter.render import Renderer
from hmic_letters.problem import Place, Problem, Refused, Severity, errors
from hmic_letters.workspace.letter_record import state
from hmic_letters.workspace.paths import Edition

if TYPE_CHECKING:
    from hmic_letters.check.letters.reader import Seen


FACES = {f"Liberation-Sans{face}" for face in ("", "-Bold", "-Italic", "-Bold-Italic")}
SPECIMEN = "Specimen, not findings"
CLOSE = "Yours sincerely"
SHORT = 40  # characters without spaces; any letter may contain a shorter finding


@dataclass(frozen=True)
class Due:
    """The expected letter: its words as the template renders them, and whose letter it is.

    ``state`` compares the file with its inputs, and gives the reason.
    """

    workspace: Workspace
    slug: str
    folder: Path
    state: tuple[str, str]
    letter: Letter
    words: str
    stamp: str
    running_head: str
    title: str
    author: str
    language: str

    @property
    def force(self) -> str:
        """The name of the force."""
        return self.workspace.forces[self.slug].value.name


def missing_letter(due: Due) -> Iterator[str]:
    """Every force of the register has its letter."""
    yield from _if_state(due, "missing")


def stale_letter(due: Due) -> Iterator[str]:
    """No data or templates have changed since a letter was made from them."""
    yield from _if_state(due, "stale")


def altered_letter(due: Due) -> Iterator[str]:
    """Every byte of a letter is the same as when the letter was made."""
    yield from _if_state(due, "altered")


def _if_state(due: Due, which: str) -> Iterator[str]:
    word, why = due.state
    if word == which:
        yield why


def unstamped_page(due: Due, seen: Seen) -> Iterator[str]:
    """Every page shows the embargo's stamp, with the day and the time."""
    for wanted in unsaid(due.letter.embargo, due.stamp, due.language):
        yield f"the stamp '{due.stamp}' does not say '{wanted}'"
    for number, page in enumerate(seen.pages, 1):
        if bare(due.stamp) not in bare(page):
            yield f"page {number} does not show '{due.stamp}'"


def wrong_foot(due: Due, seen: Seen) -> Iterator[str]:
    """Every page shows the force's name, its own number and the number of pages.

    From the second page on it also shows the running head. A page of a specimen says so; a page of
    any other letter does not.
    """
    specimen = due.workspace.forces[due.slug].value.specimen
    for number, page in enumerate(seen.pages, 1):
        text = bare(page)
        head = due.running_head if number > 1 else ""
        for wanted in (head, due.force, f"Page {number} of {len(seen.pages)}"):
            if bare(wanted) not in text:
                yield f"page {number} does not show '{wanted}'"
        if (bare(SPECIMEN) in text) != specimen:
            yield f"page {number} {'does not say' if specimen else 'says'} '{SPECIMEN}'"


def words_that_differ(due: Due, seen: Seen) -> Iterator[str]:
    """The letter has all the words that its data and templates give, and no others.

    The check ignores spaces, bullets, and the stamp and foot on every page.
    """
    printed = "".join(_body(due, seen, number) for number in range(len(seen.pages)))
    for shown, expected in differences(printed, due.words, " ".join(seen.pages)):
        yield f"the letter says {shown} where the data and the template say {expected}"


def letter_of_another_force(due: Due, seen: Seen) -> Iterator[str]:
    """No page names another force, its chief officer or an own term.

    Words from the letter's data are allowed: other rules check them there.
    """
    for number, page in enumerate((seen.title, *seen.pages)):
        text = " ".join(page.split())
        for stranger in strangers(text, due.slug, due.workspace):
            if not _is_due(due, stranger.mark.words):
                where = f"page {number}" if number else "the title"
                owner = stranger.mark.names(due.workspace)
                yield f"'{stranger.mark.words}' on {where} belongs to {owner}"


def _is_due(due: Due, text: str) -> bool:
    """Return whether the letter should contain a text."""
    return bare(text) in bare(due.words)


def finding_in_another_letter(due: Due, seen: Seen) -> Iterator[str]:
    """No letter contains another force's finding, unless its own data has that text."""
    text = bare("".join(seen.pages))
    for slug, force in due.workspace.forces.items():
        if slug == due.slug or force.value.specimen:
            continue
        for name, marked in findings(force.value).items():
            finding = bare(unmarked(marked))
            if len(finding) >= SHORT and finding in text and not _is_due(due, finding):
                yield f"the finding {name} of {force.value.name} stands in it"


def wrong_signatory(due: Due, seen: Seen) -> Iterator[str]:
    """The force's HM Inspector signs the letter, and nobody else does.

    A letter without 'Yours sincerely' may have the name anywhere.
    """
    text = bare("".join(seen.pages))
    _, has_close, close = text.rpartition(bare(CLOSE))
    where = f"under '{CLOSE}'" if has_close else "in the letter"
    signs = [one for one in (due.letter.inspector, due.letter.second_inspector) if one]
    for wanted in filter(None, (part for one in signs for part in (one.name, one.title))):
        if bare(wanted) not in close:
            yield f"'{wanted}' does not stand {where}"
    names = {one.name for one in signs}
    for other in due.workspace.inspectors.value.inspectors.values():
        is_other = other.name and other.name not in names and has_close
        if is_other and bare(str(other.name)) in close:
            yield f"'{other.name}' stands {where}"


def lonely_signature(due: Due, seen: Seen) -> Iterator[str]:
    """The signature is not alone on its page: some of the letter comes before it."""
    for number in range(len(seen.pages)):
        before, close, _ = _body(due, seen, number).partition(bare(CLOSE))
        if close and not before:
            yield f"nothing of the letter stands on page {number + 1} above '{CLOSE}'"


def too_many_pages(due: Due, seen: Seen) -> Iterator[str]:
    """A letter has no more pages than page_limit in data/inspection.yaml allows."""
    limit = due.workspace.inspection.value.page_limit
    if limit is not None and len(seen.pages) > limit:
        yield f"the letter has {len(seen.pages)} pages, and page_limit is {limit}"


def wrong_property(due: Due, seen: Seen) -> Iterator[str]:
    """The file has the properties of its letter: title, author, subject, embargo, language.

    It also has the structure for screen readers (tags).
    """
    embargo = due.letter.embargo.iso if due.letter.embargo else ""
    for what, actual, wanted in (
        ("title", seen.title, due.title),
        ("author", seen.author, due.author),
        ("subject", seen.subject, due.stamp),
        ("embargo", seen.embargo, embargo),
        ("language", seen.language, due.language),
    ):
        if actual != wanted:
            yield f"its {what} is '{actual}', and should be '{wanted}'"
    if not seen.tagged:
        yield "it has no tags"


def foreign_font(due: Due, seen: Seen) -> Iterator[str]:  # noqa: ARG001
    """The letter is set in Liberation Sans, and the file contains the typeface."""
    for name, embedded in sorted(seen.fonts):
        if name not in FACES:
            yield f"it is set in {name}"
        elif not embedded:
            yield f"{name} is not in the file"


def misprinted_page(due: Due, seen: Seen) -> Iterator[str]:  # noqa: ARG001
    """The picture of a page shows the same words as the text of the page.

    With --ocr, the check recognises the text in the picture. It must agree with the page's text to
    0.99. A font that prints other letters, or text in the colour of the paper, fails.
    """
    # Why here: the import is slow, and few runs need it.
    from hmic_letters.check.letters.ocr import AGREEMENT, SCALE, read_pages  # noqa: PLC0415
    from hmic_letters.check.letters.reader import scan  # noqa: PLC0415

    pages = scan(due.folder / f"{due.slug}.pdf", SCALE)
    for number, reading in enumerate(read_pages(pages), 1):
        for text, shown in reading.unlike:
            yield f"page {number} says '{text}', and the eye sees '{shown}'"
        if reading.agreement < AGREEMENT:
            yield f"page {number} and its picture agree to {reading.agreement:.3f} only"


# Checks of the file itself.
FILE_CHECKS = tuple(
    Check(check, Severity.ERROR) for check in (missing_letter, stale_letter, altered_letter)
)
# Checks of the file as a PDF reader sees it.
LETTER_CHECKS = tuple(
    Check(check, Severity.ERROR)
    for check in (
        unstamped_page,
        wrong_foot,
        words_that_differ,
        letter_of_another_force,
        finding_in_another_letter,
        wrong_signatory,
        lonely_signature,
        too_many_pages,
        wrong_property,
        foreign_font,
    )
)
PICTURE_CHECKS = (Check(misprinted_page, Severity.ERROR),)
CORRECT = "Correct the template, the style sheet or the data: made again, it would be the same."
AGAIN = "Make the letter again: hmic-letters generate"


def read_back(
    workspace: Workspace, slugs: Iterable[str], edition: Edition, folder: Path, ocr: bool
) -> tuple[Problem, ...]:
    """Return the problems of the forces' letters, and of files that are no force's letter.

    With ``ocr``, the check also reads pictures of the pages. If a force's data has errors, nobody
    can know the words of its letter. Then the check only asks whether the letter exists and is
    unaltered.

    Raises:
        Unavailable: ``ocr`` is asked for, and there is no tesseract.
    """
    # Why here: a run that only explains a code needs no PDF reader.
    from hmic_letters.check.letters.reader import look  # noqa: PLC0415

    problems = list(_strays(workspace, folder))
    whole = not errors(check_workspace(workspace))
    renderer = Renderer(workspace.templates)
    for slug in slugs:
        if not whole or errors(check_force(slug, workspace)):
            word, why = state(folder, slug, {})
            if word in {"missing", "altered"}:
                problems.append(_problem(f"{word}-letter", slug, folder, why))
            continue
        try:
            due = due_letter(workspace, slug, edition, folder, renderer)
        except Refused as error:
            problems += error.problems
            continue
        problems += _run_checks(FILE_CHECKS, due)
        # Why: a stale letter differs from its data, and will be made again anyway.
        if due.state[0] in {"stale", "missing"} or not (folder / f"{slug}.pdf").is_file():
            continue
        try:
            seen = look(folder / f"{slug}.pdf")
        except ValueError as error:
            problems.append(_problem(UNREADABLE, slug, folder, str(error)))
        else:
            problems += _run_checks((*LETTER_CHECKS, *(PICTURE_CHECKS if ocr else ())), due, seen)
    return tuple(sorted(set(problems)))


UNREADABLE = "unreadable-letter"
STRAY = "stray-letter"


def _strays(workspace: Workspace, folder: Path) -> Iterator[Problem]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        letter = path.suffix in {".pdf", ".html"} and path.stem in workspace.slugs
        if not letter and not path.name.startswith("."):
            reason = "this is the letter of no force in the register"
            remedy = "Take it away, or put its force back into data/inspection.yaml."
            yield Problem(Place(path), STRAY, reason, remedy)


def _run_checks(checks: Iterable[Check[str]], due: Due, *seen: Seen) -> Iterator[Problem]:
    for check in checks:
        for message in check.run(due, *seen):
            yield _problem(check.code, due.slug, due.folder, message, due.state[0])


def _problem(code: str, slug: str, folder: Path, message: str, stage: str = "") -> Problem:
    remedy = f"{AGAIN} {slug}."
    if stage == "up to date":  # made again, it would have the same bytes
        remedy = SHORTEN if code == TOO_LONG else CORRECT
    return Problem(Place(folder / f"{slug}.pdf"), code, message, remedy)


def due_letter(
    workspace: Workspace, slug: str, edition: Edition, folder: Path, renderer: Renderer
) -> Due:
    """Return the expected letter.

    Raises:
        Refused: the template cannot render it.
    """
    letter = compose(workspace, slug, edition)
    page = Page(renderer.render(letter))
    properties = page.properties
    return Due(
        workspace,
        slug,
        folder,
        state(folder, slug, inputs_of(workspace, slug)),
        letter,
        page.words,
        properties.get("data-stamp", ""),
        properties.get("data-running", ""),
        page.title,
        properties.get("author", ""),
        properties.get("lang", ""),
    )


def _body(due: Due, seen: Seen, number: int) -> str:
    """Return the bare text of a page, counted from 0, without stamp, head and foot."""
    text = bare(seen.pages[number])
    head = due.running_head if number else ""
    for part in (due.stamp, head, f"Page {number + 1} of {len(seen.pages)}", SPECIMEN, due.force):
        if not part:
            continue
        before, repeated, after = text.rpartition(bare(part))
        if repeated:
            text = before + after
    # The numbers of list items are painted after all other words of a page.
    return text.removesuffix(bare(seen.labels[number]))

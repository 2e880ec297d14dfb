"""The letters as a reader of PDFs sees them -> what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hmic_letters.check.catalogue import Check
from hmic_letters.check.names import strangers
from hmic_letters.check.run import check_force, check_workspace
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.inspection import Inspector
from hmic_letters.letter.inputs import findings, inputs_of
from hmic_letters.letter.letter import compose
from hmic_letters.letter.page import Page
from hmic_letters.letter.render import Renderer
from hmic_letters.problem import Place, Problem, Refused, Severity, errors
from hmic_letters.workspace.letter_record import state
from hmic_letters.workspace.paths import Edition

if TYPE_CHECKING:
    from hmic_letters.check.letters.reader import Seen


FACES = {f"Liberation-Sans{face}" for face in ("", "-Bold", "-Italic", "-Bold-Italic")}
SPECIMEN = "Specimen, not findings"
CLOSE = "Yours sincerely"
SHORT = 40  # characters without spaces; a finding of fewer may stand in any letter
CONTEXT = 30  # characters shown before and after a place where words differ


@dataclass(frozen=True)
class Due:
    """What the letter should be: its words as the template renders them, and whose it is.

    ``state`` is how its file stands to its inputs, and why.
    """

    workspace: Workspace
    slug: str
    folder: Path
    state: tuple[str, str]
    inspector: Inspector
    words: str
    stamp: str
    title: str
    author: str
    language: str

    @property
    def force(self) -> str:
        """The name of the force."""
        return self.workspace.forces[self.slug].value.name


def missing_letter(due: Due) -> Iterator[str]:
    """Every force of the register has its letter."""
    yield from _told(due, "missing")


def stale_letter(due: Due) -> Iterator[str]:
    """No letter was made from data or templates that have changed since."""
    yield from _told(due, "stale")


def altered_letter(due: Due) -> Iterator[str]:
    """Every letter is the file that was made, to the byte."""
    yield from _told(due, "altered")


def _told(due: Due, which: str) -> Iterator[str]:
    word, why = due.state
    if word == which:
        yield why


def unstamped_page(due: Due, seen: Seen) -> Iterator[str]:
    """Every page shows the embargo's stamp, which says the day and the time."""
    embargo = due.workspace.inspection.value.embargo
    for wanted in (embargo.day, embargo.time):
        if wanted not in due.stamp:
            yield f"the stamp '{due.stamp}' does not say '{wanted}'"
    for number, page in enumerate(seen.pages, 1):
        if _bare(due.stamp) not in _bare(page):
            yield f"page {number} does not show '{due.stamp}'"


def wrong_foot(due: Due, seen: Seen) -> Iterator[str]:
    """Every page shows the force's name, its number and the number of pages.

    That of a specimen says that it is one, that of any other letter does not.
    """
    specimen = due.workspace.forces[due.slug].value.specimen
    for number, page in enumerate(seen.pages, 1):
        text = _bare(page)
        for wanted in (due.force, f"Page {number} of {len(seen.pages)}"):
            if _bare(wanted) not in text:
                yield f"page {number} does not show '{wanted}'"
        if (_bare(SPECIMEN) in text) != specimen:
            yield f"page {number} {'does not say' if specimen else 'says'} '{SPECIMEN}'"


def words_that_differ(due: Due, seen: Seen) -> Iterator[str]:
    """The letter has the words that its data and templates make, all of them and no others.

    Spaces, bullets and what every page repeats (stamp and foot) are left aside.
    """
    wanted = _bare(due.words)
    found = "".join(_body(due, seen, number) for number in range(len(seen.pages)))
    if wanted == found:
        return
    at = next(
        (at for at, (one, other) in enumerate(zip(wanted, found, strict=False)) if one != other),
        min(len(wanted), len(found)),
    )
    around = slice(max(0, at - CONTEXT), at + CONTEXT)
    shown = _spaced(found[around], " ".join(seen.pages))
    said = _spaced(wanted[around], due.words)
    yield f"the letter says '{shown}' where the data and the template say '{said}'"


def letter_of_another_force(due: Due, seen: Seen) -> Iterator[str]:
    """No page names another force, its chief officer or a term of its own.

    What stands in the letter's data may stand here: it was checked there.
    """
    for number, page in enumerate((seen.title, *seen.pages)):
        text = " ".join(page.split())
        for stranger in strangers(text, due.slug, due.workspace):
            if not _said(due, stranger.mark.words):
                where = f"page {number}" if number else "the title"
                owner = stranger.mark.names(due.workspace)
                yield f"'{stranger.mark.words}' on {where} belongs to {owner}"


def _said(due: Due, text: str) -> bool:
    """Whether the letter is to say so."""
    return _bare(text) in _bare(due.words)


def finding_in_another_letter(due: Due, seen: Seen) -> Iterator[str]:
    """No finding of another force stands in the letter that does not stand in its own data."""
    text = _bare("".join(seen.pages))
    for slug, force in due.workspace.forces.items():
        if slug == due.slug or force.value.specimen:
            continue
        for name, said in findings(force.value).items():
            bare = _bare(said)
            if len(bare) >= SHORT and bare in text and not _said(due, said):
                yield f"the finding {name} of {force.value.name} stands in it"


def wrong_signatory(due: Due, seen: Seen) -> Iterator[str]:
    """The HM Inspector of the force signs the letter, and nobody else."""
    _, _, close = _bare("".join(seen.pages)).rpartition(_bare(CLOSE))
    for wanted in filter(None, (due.inspector.name, due.inspector.title)):
        if _bare(wanted) not in close:
            yield f"'{wanted}' does not stand under '{CLOSE}'"
    for other in due.workspace.inspectors.value.inspectors.values():
        if other.name and other.name != due.inspector.name and _bare(other.name) in close:
            yield f"'{other.name}' stands under '{CLOSE}'"


def lonely_signature(due: Due, seen: Seen) -> Iterator[str]:
    """The signature does not stand on a page of its own: some of the letter stands above it."""
    for number in range(len(seen.pages)):
        before, close, _ = _body(due, seen, number).partition(_bare(CLOSE))
        if close and not before:
            yield f"nothing of the letter stands on page {number + 1} above '{CLOSE}'"


def too_many_pages(due: Due, seen: Seen) -> Iterator[str]:
    """A letter has no more pages than page_limit in data/inspection.yaml allows."""
    limit = due.workspace.inspection.value.page_limit
    if limit is not None and len(seen.pages) > limit:
        yield f"the letter has {len(seen.pages)} pages, and page_limit is {limit}"


def wrong_property(due: Due, seen: Seen) -> Iterator[str]:
    """The file's properties are those of the letter: title, author, subject, embargo, language.

    The structure for screen readers (tags) is there.
    """
    embargo = due.workspace.inspection.value.embargo.iso
    for what, found, wanted in (
        ("title", seen.title, due.title),
        ("author", seen.author, due.author),
        ("subject", seen.subject, due.stamp),
        ("embargo", seen.embargo, embargo),
        ("language", seen.language, due.language),
    ):
        if found != wanted:
            yield f"its {what} is '{found}', and should be '{wanted}'"
    if not seen.tagged:
        yield "it has no tags"


def foreign_font(due: Due, seen: Seen) -> Iterator[str]:  # noqa: ARG001
    """The letter is set in Liberation Sans, and the file holds it."""
    for name, embedded in sorted(seen.fonts):
        if name not in FACES:
            yield f"it is set in {name}"
        elif not embedded:
            yield f"{name} is not in the file"


def misprinted_page(due: Due, seen: Seen) -> Iterator[str]:  # noqa: ARG001
    """What the eye sees on a page is what its text says.

    A picture of the page is read (OCR), and must agree with the text to 0.99: a font that prints
    other letters than it says, or text in the colour of the paper, does not. Asked with --ocr.
    """
    # Here and not above: it is slow, and few runs ask for it.
    from hmic_letters.check.letters.ocr import AGREEMENT, SCALE, read_pages  # noqa: PLC0415
    from hmic_letters.check.letters.reader import scan  # noqa: PLC0415

    pages = scan(due.folder / f"{due.slug}.pdf", SCALE)
    for number, reading in enumerate(read_pages(pages), 1):
        for said, shown in reading.unlike:
            yield f"page {number} says '{said}', and the eye sees '{shown}'"
        if reading.agreement < AGREEMENT:
            yield f"page {number} and its picture agree to {reading.agreement:.3f} only"


# Of the file as it is.
FILE_CHECKS = tuple(
    Check(check, Severity.ERROR) for check in (missing_letter, stale_letter, altered_letter)
)
# Of what a reader sees of it.
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
AGAIN = "Make the letter again: hmic-letters generate"


def read_back(
    workspace: Workspace, slugs: Iterable[str], edition: Edition, folder: Path, ocr: bool
) -> tuple[Problem, ...]:
    """The problems of the letters of the forces asked for, and of files that are nobody's letter.

    With ``ocr`` pictures of the pages are read, too; raises Unavailable where nothing here can.
    Of a force with errors it is asked alone whether its letter is there and is the file that was
    made: what it should say cannot be known.
    """
    # Here and not above, so that what only explains a code imports no reader.
    from hmic_letters.check.letters.reader import look  # noqa: PLC0415

    found = list(_strays(workspace, folder))
    whole = not errors(check_workspace(workspace))
    renderer = Renderer(workspace.templates)
    for slug in slugs:
        if not whole or errors(check_force(slug, workspace)):
            word, why = state(folder, slug, {})
            if word in {"missing", "altered"}:
                found.append(_problem(f"{word}-letter", slug, folder, why))
            continue
        try:
            due = due_letter(workspace, slug, edition, folder, renderer)
        except Refused as error:
            found += error.problems
            continue
        found += _ask(FILE_CHECKS, due)
        # What is stale differs, and is made again anyway.
        if due.state[0] in {"stale", "missing"} or not (folder / f"{slug}.pdf").is_file():
            continue
        try:
            seen = look(folder / f"{slug}.pdf")
        except ValueError as error:
            found.append(_problem(UNREADABLE, slug, folder, str(error)))
        else:
            found += _ask((*LETTER_CHECKS, *(PICTURE_CHECKS if ocr else ())), due, seen)
    return tuple(sorted(set(found)))


UNREADABLE = "unreadable-letter"
STRAY = "stray-letter"


def _strays(workspace: Workspace, folder: Path) -> Iterator[Problem]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        letter = path.suffix in {".pdf", ".html"} and path.stem in workspace.slugs
        if not letter and not path.name.startswith("."):
            reason = "this is the letter of no force in the register"
            remedy = "Take it away, or put its force back into data/inspection.yaml."
            yield Problem(Place(path), STRAY, reason, remedy)


def _ask(checks: Iterable[Check[str]], due: Due, *seen: Seen) -> Iterator[Problem]:
    for check in checks:
        for message in check.run(due, *seen):
            yield _problem(check.code, due.slug, due.folder, message)


def _problem(code: str, slug: str, folder: Path, message: str) -> Problem:
    return Problem(Place(folder / f"{slug}.pdf"), code, message, f"{AGAIN} {slug}.")


def due_letter(
    workspace: Workspace, slug: str, edition: Edition, folder: Path, renderer: Renderer
) -> Due:
    """What a letter should be. Raises Refused where its template cannot render it."""
    force, inspector = workspace.forces[slug].value, workspace.inspector(slug)
    letter = compose(workspace.inspection.value, inspector, slug, force, edition)
    page = Page(renderer.render(letter))
    properties = page.properties
    return Due(
        workspace,
        slug,
        folder,
        state(folder, slug, inputs_of(workspace, slug)),
        inspector,
        page.words,
        properties.get("data-stamp", ""),
        page.title,
        properties.get("author", ""),
        properties.get("lang", ""),
    )


def _bare(text: str) -> str:
    """A text without spaces, line ends and bullets."""
    return re.sub(r"[\s•○]+", "", text)


def _spaced(bare: str, text: str) -> str:
    """The words of a bare part of a text, with the spaces that they have there."""
    pattern = r"[\s•○]*".join(re.escape(character) for character in bare)
    found = re.search(pattern, text)
    return " ".join((found[0] if found else bare).split())


def _body(due: Due, seen: Seen, number: int) -> str:
    """What a page, counted from 0, shows besides what every page repeats; bare."""
    text = _bare(seen.pages[number])
    for part in (due.stamp, f"Page {number + 1} of {len(seen.pages)}", SPECIMEN, due.force):
        before, found, after = text.rpartition(_bare(part))
        if found:
            text = before + after
    return text

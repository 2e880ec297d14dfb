"""The dispatched letters -> their public editions, once the embargo has lifted and not before.

Everything here fails closed: without knowledge a letter counts as embargoed.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hmic_letters.check.letters.public import public_differences
from hmic_letters.data.load import Workspace, load
from hmic_letters.data.model.inspection import Embargo
from hmic_letters.letter.letter import INDEX, Listed, Medium
from hmic_letters.letter.page import Rendered
from hmic_letters.letter.render import Renderer
from hmic_letters.pdf.pool import printing
from hmic_letters.problem import Place, Problem, Refused, errors
from hmic_letters.publication.embargo import has_lifted, iso, off_record
from hmic_letters.record.dispatched import INPUTS, LETTER, PAGE
from hmic_letters.record.ledger import (
    Entry,
    Event,
    Ledger,
    Line,
    Occasion,
    clock_behind,
    read_ledger,
    writing,
)
from hmic_letters.record.remake import maker, render_again
from hmic_letters.record.verify import holding_all, look
from hmic_letters.record.write_once import freezing, holding
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.paths import DISPATCHED, PUBLISHED, Edition

Files = dict[str, bytes]  # by name


@dataclass(frozen=True)
class Publication:
    """The result of publishing.

    ``versions`` are the published versions by slug. ``line`` is the ledger's. It is None if no
    letter can be published, or if the same files are public already. ``waiting`` has the embargoes
    of the dispatched letters that are not public yet. ``problems`` give the reasons why other
    letters are not published.
    """

    versions: dict[str, int]
    line: Line | None
    waiting: dict[str, Embargo]
    problems: tuple[Problem, ...]


def embargoed(workspace: Workspace, slug: str, ledger: Ledger, now: datetime) -> Iterator[Problem]:
    """Yield the reasons why a force's letter may not be public at the moment ``now``.

    ``now`` has a time zone. The embargo must be the one on record, so a change of a file lifts
    nothing. The clock must not be earlier than the last moment on record.
    """
    yield from ledger.problems
    at = Place(workspace.inspection.document.path)
    if ledger.lines and now.replace(microsecond=0) < ledger.last:
        yield clock_behind(at, now, ledger.last)
    if ledger.dispatched(slug) is None:
        yield _not_dispatched(at)
    yield from off_record(workspace, slug, ledger)
    embargo = workspace.embargo(slug)
    if embargo is not None and not has_lifted(embargo, now):
        own = workspace.forces[slug].value.embargo
        what = f"the letter to {slug} may not be public" if own else "nothing may be public"
        yield Problem(
            Place(workspace.forces[slug].document.path) if own else at,
            "embargoed",
            f"{what} before {embargo.time} on {embargo.day} in London",
            "Wait until then; no option lifts it.",
        )


def publish(workspace: Workspace, occasion: Occasion, jobs: int) -> Publication:
    """Make the public edition of every dispatched letter, with an index.

    The files go to ``published/<number>/``. Raises Refused before the embargo lifts and if a record
    is damaged, Unavailable if this machine cannot make any letter.
    """
    root = workspace.root
    # Refuse before anything is locked or made.
    _barred(workspace, read_ledger(root), occasion)
    with ExitStack() as locks:
        locks.enter_context(holding_all(root))
        ledger, damage = look(root)
        if errors(damage):
            raise Refused(damage)
        barred = _barred(workspace, ledger, occasion)
        problems: list[Problem] = []
        waiting: dict[str, Embargo] = {}
        lines: dict[str, Line] = {}
        dispatched = {line.force for line in ledger.of(Event.DISPATCHED)}
        for slug in sorted(dispatched):
            line = ledger.dispatched(slug)
            assert line is not None
            if slug not in workspace.slugs or slug not in workspace.forces:
                problems.append(_not_registered(workspace, slug))
            elif (embargo := workspace.embargo(slug)) and {one.code for one in barred[slug]} == {
                "embargoed"
            }:
                waiting[slug] = embargo
            elif barred[slug]:
                problems += barred[slug]
            elif line.about["embargo"] != iso(embargo):
                problems.append(_other_embargo(root, line))
            else:
                lines[slug] = line
        if missing := [slug for slug in workspace.slugs if slug not in dispatched]:
            reason = f"not dispatched, and so not published: {', '.join(missing)}"
            remedy = "Dispatch what is due, then publish again."
            problems.append(Problem(Place(root / DISPATCHED), "not-dispatched", reason, remedy))
        public = _public_already(workspace, ledger, lines)
        made = _editions(
            root, {slug: line for slug, line in lines.items() if slug not in public.names}, jobs
        )
        problems += made.problems
        problems += _drop_lonely(workspace, public, made)
        names = dict(sorted((public.names | made.names).items()))
        versions = {slug: int(lines[slug].about["version"]) for slug in names}
        if not versions:
            return Publication({}, None, waiting, tuple(problems))
        if not (root / PUBLISHED).is_dir():
            locks.enter_context(holding(root, PUBLISHED))
        index = _index(workspace, names, occasion.at).encode()
        files = public.files | made.files | {INDEX: index}
        line = _keep(workspace, occasion, versions, files)
        return Publication(versions, line, waiting, tuple(problems))


def _barred(
    workspace: Workspace, ledger: Ledger, occasion: Occasion
) -> dict[str, tuple[Problem, ...]]:
    """Return for each dispatched force the reasons why its letter may not be public now.

    Raises Refused if no letter may be.
    """
    at = occasion.at
    forces = [slug for slug in workspace.slugs if slug in workspace.forces]
    barred = {
        slug: tuple(embargoed(workspace, slug, ledger, at))
        for slug in forces
        if ledger.dispatched(slug)
    }
    if not barred:
        place = Place(workspace.inspection.document.path)
        raise Refused([*ledger.problems, _not_dispatched(place)])
    if all(barred.values()):
        raise Refused(sorted({one for problems in barred.values() for one in problems}))
    return barred


def _not_dispatched(place: Place) -> Problem:
    reason = "no letter was dispatched, so that no embargo is on record"
    return Problem(place, "not-dispatched", reason, "Dispatch the letters first.")


def _not_registered(workspace: Workspace, slug: str) -> Problem:
    return Problem(
        workspace.inspection.document.place("forces"),
        "not-in-register",
        f"{slug} was dispatched, and is not in the register: its letter is not published",
        "Put the force back into 'forces', then publish again.",
    )


def _other_embargo(root: Path, line: Line) -> Problem:
    path = root / DISPATCHED / line.force / str(line.about["version"])
    reason = f"the letter speaks of another embargo, {line.about['embargo']}, and is not published"
    remedy = "Make and dispatch it again, then publish again."
    return Problem(Place(path), "other-embargo", reason, remedy)


@dataclass(frozen=True)
class Editions:
    """Public letters as ``files``, PDF and page, and the ``names`` of forces in them, by slug."""

    files: Files
    names: dict[str, str]
    problems: tuple[Problem, ...]


def _public_already(workspace: Workspace, ledger: Ledger, lines: dict[str, Line]) -> Editions:
    """Take over the letters of the last publication whose version is still the last one.

    They are not made again: a later version of the tool may make other bytes, or none.
    """
    files: Files = {}
    names: dict[str, str] = {}
    for last in ledger.of(Event.PUBLISHED)[-1:]:
        folder = workspace.root / PUBLISHED / str(last.about["publication"])
        for slug, line in lines.items():
            if last.about["versions"].get(slug) == line.about["version"]:
                names[slug] = _name(workspace, line)
                for name in (f"{slug}.pdf", f"{slug}.html"):
                    files[name] = (folder / name).read_bytes()
    return Editions(files, names, ())


def _drop_lonely(workspace: Workspace, *editions: Editions) -> Iterator[Problem]:
    """Take out the letters whose pair in another language is not public, and report them."""
    names = {slug for edition in editions for slug in edition.names}
    for slug in sorted(names):
        missing = [other for other in workspace.pair(slug) if other not in names]
        for edition in editions if missing else ():
            if edition.names.pop(slug, None):
                for name in (f"{slug}.pdf", f"{slug}.html"):
                    del edition.files[name]
        for other in missing:
            reason = f"it becomes public together with {other}, the same letter in another language"
            remedy = "See why that one is not public, then publish again."
            yield Problem(
                Place(workspace.root / DISPATCHED / slug), "pair-not-ready", reason, remedy
            )


def _name(workspace: Workspace, line: Line) -> str:
    """Give the name of a force as its letter has it, or as the workspace has it now."""
    folder = workspace.root / DISPATCHED / line.force / str(line.about["version"])
    try:
        return load(folder / INPUTS).forces[line.force].value.name
    except (Refused, KeyError):
        located = workspace.forces.get(line.force)
        return located.value.name if located else line.force


def _editions(root: Path, lines: dict[str, Line], jobs: int) -> Editions:
    """Make the public letters, each from the inputs that its dispatch froze."""
    files: Files = {}
    names: dict[str, str] = {}
    problems: list[Problem] = []
    letters: dict[Path, _Letter] = {}
    for slug, line in lines.items():
        folder = root / DISPATCHED / slug / str(line.about["version"])
        try:
            workspace, both = render_again(folder, slug, Edition.PUBLIC)
        except Refused as error:
            problems.append(_not_made(line, error))
            continue
        letters[folder] = _Letter(slug, workspace.forces[slug].value.name, both)
    rendered = [(folder, letter.rendered) for folder, letter in letters.items()]
    with printing(min(jobs, len(rendered))) as printer:
        for folder, pdf in printer.print_all(rendered):
            made = letters[folder]
            if isinstance(pdf, Refused):
                problems.append(_not_made(lines[made.slug], pdf))
                continue
            if wrong := tuple(_faults(folder, pdf, made)):
                problems += wrong
                continue
            names[made.slug] = made.force
            files |= {f"{made.slug}.pdf": pdf, f"{made.slug}.html": made.rendered.screen.encode()}
    return Editions(files, names, tuple(problems))


def _not_made(line: Line, error: Refused) -> Problem:
    """Tell why a letter is not published, and what to do: nobody corrects what is on record."""
    first, *more = error.problems
    if first.code == "killed":  # another run may well make it
        return first
    others = f", and {len(more)} more" if more else ""
    reason = (
        f"{line.force}, version {line.about['version']}, cannot be made here for the public, and "
        f"is not published: {first.message.rstrip('.')}{others}"
    )
    again = "make and dispatch it again, with --reason, then publish again."
    remedy = f"Leave what is on record as it is: correct the workspace, {again}"
    if other := maker(line):
        remedy = f"It was {other}. Publish it where it was made, or {again}"
    return Problem(first.place, "public-not-made", reason, remedy)


@dataclass(frozen=True)
class _Letter:
    """A public letter as HTML."""

    slug: str
    force: str
    rendered: Rendered


def _faults(folder: Path, pdf: bytes, made: _Letter) -> Iterator[Problem]:
    """Yield the problems of a public letter that differs in its words from the dispatched one."""
    letter, page = (folder / LETTER).read_bytes(), (folder / PAGE).read_text("utf-8")
    for difference in public_differences(letter, page, pdf, made.rendered.screen):
        yield Problem(
            Place(folder / LETTER),
            "public-differs",
            f"the letter is not published: {difference}",
            "Correct the templates, then make, dispatch and publish it again.",
        )


def _index(workspace: Workspace, names: dict[str, str], now: datetime) -> str:
    """Write the index. It does not name a force whose embargo has not lifted."""
    letters = []
    for slug in workspace.slugs:
        located = workspace.forces.get(slug)
        if located and not has_lifted(workspace.embargo(slug), now):
            continue
        name = names.get(slug) or (located.value.name if located else slug)
        letters.append(Listed(slug, name, slug in names))
    inspection = workspace.inspection.value
    values = {
        "inspection": inspection,
        "embargo": inspection.shared_embargo,
        "letters": tuple(letters),
        "medium": Medium.SCREEN,
    }
    return Renderer(workspace.templates).fill(INDEX, values)


def _keep(
    workspace: Workspace, occasion: Occasion, versions: dict[str, int], files: Files
) -> Line | None:
    """Put the files in place as the next publication; None if the last one has the same files."""
    root, embargo = workspace.root, workspace.inspection.value.shared_embargo
    before = read_ledger(root).of(Event.PUBLISHED)
    number = len(before) + 1
    now = {name: digest(data) for name, data in files.items()}
    if before and now == {Path(path).name: sha for path, sha in before[-1].files.items()}:
        return None
    with freezing(root, root / PUBLISHED / str(number)) as frozen:
        frozen.write(files, mode=0o444)
        about = {"publication": number, "embargo": iso(embargo), "versions": versions}
        with writing(root) as writer:
            # Why again: the ledger may have changed since this run began.
            barred = _barred(workspace, writer.ledger, occasion)
            if any(barred[slug] for slug in versions):
                raise Refused(sorted({one for slug in versions for one in barred[slug]}))
            line = writer.ledger.next(
                Entry(
                    event=Event.PUBLISHED,
                    force="",
                    occasion=occasion,
                    files=frozen.files,
                    about=about,
                )
            )
            frozen.finish(writer, line, mode=0o555)
    return line

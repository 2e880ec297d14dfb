"""The ledger and what it speaks of -> whether every byte is as it was recorded."""

import os
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from hmic_letters.letter.inputs import inputs_of
from hmic_letters.letter.page import Rendered
from hmic_letters.pdf.pool import printing
from hmic_letters.problem import Place, Problem, Refused, Severity
from hmic_letters.record.changing import changing_data
from hmic_letters.record.dispatched import note
from hmic_letters.record.ledger import HEAD, LINES, Event, Ledger, Line, read_ledger
from hmic_letters.record.remake import judge, render_again
from hmic_letters.record.write_once import NOTE, holding, place_of
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.lock import HOLDER
from hmic_letters.workspace.paths import (
    ACCURACY,
    DISPATCHED,
    LEDGER,
    PAPERS,
    PASSPHRASES,
    PUBLISHED,
    Edition,
    slip_file,
)
from hmic_letters.workspace.store import hold

PRIVATE = (LEDGER, DISPATCHED, PASSPHRASES, ACCURACY, PAPERS, Path("letters", Edition.EMBARGOED))
RESTORE = "Bring the file back from a copy; 'hmic-letters log' says when it was made."


def verify(root: Path, head: str | None) -> tuple[Ledger, tuple[Problem, ...]]:
    """Find every changed, missing or added byte of the ledger and of the files that it names.

    ``head`` is a hash from a dispatch note. It first finishes the work of a killed run. Raises
    Unavailable if another run is at work.
    """
    with ExitStack() as held:
        # Of a ledger that does not hold together, or a folder that is missing, look tells.
        with suppress(Refused):
            held.enter_context(changing_data(root))
        held.enter_context(holding_all(root))
        ledger, problems = look(root)
    if head is not None and head not in {line.hash for line in ledger.lines}:
        reason = f"no line has the hash {head}"
        remedy = "The ledger is not the one of that note: bring it back from a copy."
        problems = (*problems, Problem(Place(root / LEDGER / LINES), "ledger-head", reason, remedy))
    return ledger, tuple(sorted(problems))


@contextmanager
def holding_all(root: Path, *needed: Path, publishes: bool = True) -> Iterator[None]:
    """Hold what went out and what is public against other runs; make the folders ``needed``.

    ``publishes`` is as in ``write_once.holding``. Raises Unavailable if another run keeps them.
    """
    with ExitStack() as held:
        for name in (DISPATCHED, PUBLISHED):
            if name in needed or (root / name).is_dir():
                # Of a ledger that does not hold together look tells.
                with suppress(Refused):
                    held.enter_context(holding(root, name, publishes))
        yield


def look(root: Path) -> tuple[Ledger, tuple[Problem, ...]]:
    """Return what verify finds, for a caller that holds all of it already."""
    with ExitStack() as held:
        if (root / LEDGER).is_dir():
            held.enter_context(hold(root / LEDGER))
        ledger = read_ledger(root)
    return ledger, tuple(sorted((*ledger.problems, *_faults_of_files(root, ledger))))


def _faults_of_files(root: Path, ledger: Ledger) -> Iterator[Problem]:
    notes = {
        str(DISPATCHED / line.force / str(line.about["version"]) / NOTE): digest(note(line))
        for line in ledger.of(Event.DISPATCHED)
    }
    recorded = ledger.files | notes
    known = {place_of(root, name): sha for name, sha in recorded.items()}
    if waiting := known.keys() - recorded.keys():
        yield _unfinished(root, ledger, min(waiting))
    for name, sha in known.items():
        path = root / name
        if not path.is_file() or _leads_elsewhere(root, path):
            yield Problem(Place(path), "record-missing", "the file is missing", RESTORE)
        elif digest(path.read_bytes()) != sha:
            yield _changed(path, name, ledger)
    for line in ledger.of(Event.DISPATCHED):
        slip = root / slip_file(line.force, line.about["version"])
        if str(slip.relative_to(root)) not in known and not slip.is_file():
            # The ledger of earlier versions of this tool does not speak of it.
            yield Problem(Place(slip), "record-missing", "the file is missing", RESTORE)
    known |= {str(LEDGER / name): "" for name in (LINES, HEAD)}
    folders = {str(folder) for name in known for folder in Path(name).parents}
    folders |= {str(name) for name in (LEDGER, DISPATCHED, PUBLISHED)}
    for folder in (LEDGER, DISPATCHED, PUBLISHED):
        yield from _added(root, folder, known.keys(), folders)
    for folder in PRIVATE:
        yield from _open_to_others(root / folder, str(folder))


def _changed(path: Path, name: str, ledger: Ledger) -> Problem:
    """Report a file that is not the recorded one: a warning, where people may type into it."""
    lines = [line for line in ledger.lines if name in line.files]
    line = lines[-1] if lines else None  # a dispatch note is in no line
    is_closed = line is None or line.event is Event.CLOSED or line.about.get("closed")
    if line is not None and Path(name).parent == ACCURACY and not is_closed:
        reason = f"somebody has typed into it since line {line.number} of the ledger"
        remedy = "See whether it says what was decided; the next command puts it on record."
        return Problem(Place(path), "record-changed", reason, remedy, Severity.WARNING)
    reason = "the file is not the one that was recorded"
    return Problem(Place(path), "record-changed", reason, RESTORE)


def _unfinished(root: Path, ledger: Ledger, name: str) -> Problem:
    return Problem(
        Place((root / name).parent),
        "publication-waits",
        "it is on record and not in its place: the run was ended, and the embargo now lifts at "
        f"{ledger.embargo}",
        "Wait until it lifts, then run 'hmic-letters publish': it puts this publication in place.",
    )


def _leads_elsewhere(root: Path, path: Path) -> bool:
    """Tell whether a path in the workspace goes by a link; the workspace itself may be one."""
    return any((root / part).is_symlink() for part in (path, *path.relative_to(root).parents[:-1]))


def _added(
    root: Path, folder: Path, known: Collection[str], folders: Collection[str]
) -> Iterator[Problem]:
    for at, inside, names in os.walk(root / folder):
        here = Path(at).relative_to(root)
        # Folders that runs hold, some for a force whose dispatch was refused.
        held = here == folder or here.parent == DISPATCHED
        files = {name for name in names if str(here / name) not in known}
        more = {name for name in inside if str(here / name) not in folders}
        empty = {
            name for name in more if here != DISPATCHED and not any((root / here / name).iterdir())
        }
        links = {name for name in inside if (root / here / name).is_symlink()}
        for name in sorted((files - {HOLDER} if held else files) | empty | links):
            reason = "the ledger does not speak of it"
            remedy = "Take it away, if nobody needs it there."
            yield Problem(Place(root / here / name), "record-added", reason, remedy)


def _open_to_others(folder: Path, shown: str) -> Iterator[Problem]:
    """Report what other accounts can read or change of what is embargoed."""
    for path in (folder, *sorted(folder.rglob("*"))):
        if path.exists() and not path.is_symlink() and path.stat().st_mode & 0o077:
            reason = "other accounts of this machine can reach it"
            remedy = f"Take that from them: chmod -R go= {shown}"
            yield Problem(Place(path), "record-open", reason, remedy)
            return


def rebuild(root: Path, ledger: Ledger, jobs: int) -> Iterator[tuple[Line, str | Problem]]:
    """Make every dispatched letter again from its recorded inputs, and compare the bytes.

    Yields each dispatch with what ``judge`` says, as soon as that is known; ``jobs`` letters are
    printed at a time. Raises Unavailable where this machine cannot make any.
    """
    lines = {
        root / DISPATCHED / line.force / str(line.about["version"]): line
        for line in ledger.of(Event.DISPATCHED)
    }
    inputs: dict[Path, dict[str, str]] = {}
    lost: list[tuple[Line, str | Problem]] = []

    def rendered() -> Iterator[tuple[Path, Rendered]]:
        for folder, line in lines.items():
            try:
                workspace, both = render_again(folder, line.force, Edition.EMBARGOED)
            except Refused as error:
                lost.append((line, judge(line, folder, error, {})))
                continue
            inputs[folder] = inputs_of(workspace, line.force)
            yield folder, both

    with printing(min(jobs, len(lines))) as printer:
        for folder, pdf in printer.print_all(rendered()):
            yield lines[folder], judge(lines[folder], folder, pdf, inputs[folder])
    yield from lost

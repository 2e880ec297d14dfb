"""The check: a workspace -> all that is wrong with it, and what can be mended mechanically."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from hmic_letters.checks import check_force, check_register, check_workspace
from hmic_letters.load import Workspace, load
from hmic_letters.problem import Change, Problem, Refused
from hmic_letters.source import amended
from hmic_letters.store import put

ROUNDS = 5  # of mending; each can bring to light what the one before covered


def review(workspace: Workspace, slugs: Iterable[str]) -> tuple[Problem, ...]:
    """The problems of what all letters share and of the forces asked for, sorted."""
    found = [*check_register(workspace), *check_workspace(workspace)]
    for slug in slugs:
        found += check_force(slug, workspace)
    return tuple(sorted(found))


def mend(root: Path, output: Path | None, slugs: Sequence[str]) -> tuple[Problem, ...]:
    """Mends in the files what is purely mechanical, and gives the problems that are gone.

    Nothing but the characters in question changes, and a file is written whole or not at all.
    Raises OSError with the file that cannot be written.
    """
    mended: list[Problem] = []
    for _ in range(ROUNDS):
        try:
            problems = review(load(root, output), slugs)
        except Refused:
            break
        chosen = _apart(problem for problem in problems if problem.mend)
        if not chosen:
            break
        for path, some in chosen.items():
            try:
                data = amended(path.read_bytes(), (part for one in some for part in one.mend))
            except ValueError:  # somebody is typing in it: the next round reads it again
                continue
            put(path, data)
            mended += some
    return tuple(mended)


def _apart(problems: Iterable[Problem]) -> dict[Path, list[Problem]]:
    """The problems by file, without those whose changes touch another's."""
    chosen: dict[Path, list[Problem]] = defaultdict(list)
    taken: set[tuple[Path, int, int]] = set()
    for problem in problems:
        path = problem.place.path
        columns = {
            (path, change.line, column) for change in problem.mend for column in _columns(change)
        }
        if taken.isdisjoint(columns):
            taken |= columns
            chosen[path].append(problem)
    return chosen


def _columns(change: Change) -> range:
    return range(change.column, change.column + len(change.old))

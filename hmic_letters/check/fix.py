"""Fix problems in a workspace that can be fixed mechanically."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from hmic_letters.check.run import review
from hmic_letters.data.edit import amended
from hmic_letters.data.load import load
from hmic_letters.data.source import parse
from hmic_letters.problem import Change, Problem, Refused
from hmic_letters.workspace.store import put

ROUNDS = 5  # of fixing: each can reveal problems that were hidden before


def mend(root: Path, output: Path | None, slugs: Sequence[str]) -> tuple[Problem, ...]:
    """Fix the mechanical problems in the files, and return the problems that are gone.

    Only the characters in question change. Each file is written whole or not at all. The caller has
    locked ``data/``.

    Raises:
        OSError: a file cannot be written; the error names the file.
    """
    mended: list[Problem] = []
    for _ in range(ROUNDS):
        try:
            problems = review(load(root, output), slugs)
        except Refused:
            break
        chosen = _apart(problem for problem in problems if problem.mend)
        is_changed = False
        for path, some in chosen.items():
            data = path.read_bytes()
            safe = _all_or_each(path, data, some)
            if safe:
                put(path, amended(data, _changes(safe)))
                mended += safe
                is_changed = True
        if not is_changed:
            break
    return tuple(mended)


def _all_or_each(path: Path, data: bytes, problems: list[Problem]) -> list[Problem]:
    """Return the problems whose changes alter only the texts in question, and no other YAML."""
    if _is_safe(path, data, problems):
        return problems
    safe: list[Problem] = []
    for problem in problems:
        if _is_safe(path, data, [*safe, problem]):
            safe.append(problem)
    return safe


def _is_safe(path: Path, data: bytes, problems: list[Problem]) -> bool:
    try:
        before, after = parse(path, data), parse(path, amended(data, _changes(problems)))
    except (Refused, ValueError):  # it would not be YAML, or somebody is editing the file
        return False
    texts, changed = dict(before.texts()), dict(after.texts())
    differing = [keys for keys in texts if texts[keys] != changed.get(keys)]
    return (
        texts.keys() == changed.keys()
        and len(after.problems) <= len(before.problems)
        and len(differing) <= len(problems)
        and all(
            abs(len(texts[keys]) - len(changed[keys])) <= sum(map(_shift, problems))
            for keys in differing
        )
    )


def _shift(problem: Problem) -> int:
    """Return the number of characters by which a text may grow or shrink."""
    return sum(abs(len(change.old) - len(change.new)) + 1 for change in problem.mend)


def _changes(problems: Iterable[Problem]) -> list[Change]:
    return [change for problem in problems for change in problem.mend]


def _apart(problems: Iterable[Problem]) -> dict[Path, list[Problem]]:
    """Group the problems by file, without those whose changes overlap an earlier problem's."""
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

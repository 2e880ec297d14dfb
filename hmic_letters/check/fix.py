"""The check: a workspace -> all that is wrong with it, and what can be mended mechanically."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from hmic_letters.check.run import review
from hmic_letters.data.edit import amended
from hmic_letters.data.load import load
from hmic_letters.data.source import parse
from hmic_letters.problem import Change, Problem, Refused
from hmic_letters.workspace.store import put

ROUNDS = 5  # of mending; each can bring to light what the one before covered


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
        going_on = False
        for path, some in chosen.items():
            data = path.read_bytes()
            good = _all_or_each(path, data, some)
            if good:
                put(path, amended(data, _changes(good)))
                mended += good
                going_on = True
        if not going_on:
            break
    return tuple(mended)


def _all_or_each(path: Path, data: bytes, problems: list[Problem]) -> list[Problem]:
    """The problems whose changes leave YAML that says the same but for the texts in question."""
    if _safe(path, data, problems):
        return problems
    good: list[Problem] = []
    for problem in problems:
        if _safe(path, data, [*good, problem]):
            good.append(problem)
    return good


def _safe(path: Path, data: bytes, problems: list[Problem]) -> bool:
    try:
        before, after = parse(path, data), parse(path, amended(data, _changes(problems)))
    except (Refused, ValueError):  # not YAML any more; or somebody is typing in the file
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
    """By how many characters a text may grow or shrink."""
    return sum(abs(len(change.old) - len(change.new)) + 1 for change in problem.mend)


def _changes(problems: Iterable[Problem]) -> list[Change]:
    return [change for problem in problems for change in problem.mend]


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

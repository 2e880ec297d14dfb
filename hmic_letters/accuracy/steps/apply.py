"""Apply: put the agreed wordings into the force's file."""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hmic_letters.accuracy.case import keys_of, opened, refused, text_now
from hmic_letters.accuracy.form.content import on_one_line
from hmic_letters.check.checked import BULLET
from hmic_letters.data.complaints import Located
from hmic_letters.data.edit import amended_text
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.accuracy import (
    LETTER,
    NEW,
    AccuracyCheck,
    Point,
)
from hmic_letters.data.model.force import UNDER
from hmic_letters.data.source import Document, Keys, parse
from hmic_letters.problem import Problem, Refused
from hmic_letters.record.changing import put_recorded
from hmic_letters.record.ledger import Entry, Event, Occasion
from hmic_letters.workspace.digests import digest


@dataclass(frozen=True)
class Applied:
    """The result of applying agreed wordings.

    ``changed`` and ``unchanged`` are the findings that now have the agreed wording. ``by_hand`` are
    accepted points that a person must put into the file. ``undecided`` are points without decision.
    """

    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    by_hand: tuple[Point, ...]
    undecided: tuple[Point, ...]


def apply(workspace: Workspace, slug: str, occasion: Occasion) -> Applied:
    """Put the agreed wordings into the force's file; every byte outside those texts stays.

    Raises Refused and leaves the file unchanged in three cases. A finding has changed since it was
    checked. Two points have different agreed wordings. The agreed wording has another number of
    points under the finding.
    """
    with opened(workspace, slug) as (root, _, located):
        document = workspace.forces[slug].document
        problems: list[Problem] = []
        changed, unchanged = [], []
        data = document.data
        for name, points in _agreed(located.value).items():
            keys = keys_of(workspace, slug, name)
            texts = list(dict.fromkeys(point.new_text or "" for point in points))
            current = text_now(workspace, slug, name)
            if keys is None or current is None or len(texts) > 1 or current != texts[0]:
                problems += _obstacles(located, workspace, slug, points, texts, keys)
            if not problems and keys is not None and current != texts[0]:
                data = _put_in(document.path, data, keys, texts[0])
                changed.append(name)
            else:
                unchanged.append(name)
        if problems:
            raise Refused(problems)
        if changed:
            if document.path.read_bytes() != document.data:
                raise refused(
                    document.path,
                    "changed-meanwhile",
                    "the file was saved by somebody else at this moment",
                    "Run apply again.",
                )
            about = {"findings": changed, "data": digest(data)}
            entry = Entry(event=Event.APPLIED, force=slug, occasion=occasion, files={}, about=about)
            put_recorded(root, document.path, data, entry)
    by_hand = tuple(
        point
        for point in located.value.points
        if point.finding in {LETTER, NEW} and point.decision in {"accepted", "accepted-in-part"}
    )
    return Applied(tuple(changed), tuple(unchanged), by_hand, located.value.undecided)


def _put_in(path: Path, data: bytes, keys: Keys, new: str) -> bytes:
    text, *points = new.split(BULLET)
    data = amended_text(parse(path, data), (*keys, "text"), text)
    for of_point, point in zip(_keys_of_points(parse(path, data), keys), points, strict=True):
        data = amended_text(parse(path, data), of_point, point.removeprefix(UNDER))
    return data


def _keys_of_points(document: Document, keys: Keys) -> Iterator[Keys]:
    """Yield the keys of each point of a finding, and of the points under it, in order."""
    for point in _items(document, (*keys, "points")):
        if document.has(*point, "text"):
            yield (*point, "text")
            yield from _items(document, (*point, "points"))
        else:
            yield point


def _items(document: Document, keys: Keys) -> Iterator[Keys]:
    """Yield the keys of each item of a list."""
    return itertools.takewhile(
        lambda item: document.has(*item), ((*keys, number) for number in itertools.count())
    )


def _agreed(check: AccuracyCheck) -> dict[str, list[Point]]:
    """Group the points that change a finding by its id."""
    by_finding: dict[str, list[Point]] = defaultdict(list)
    for point in check.standing:
        if point.finding not in {LETTER, NEW}:
            by_finding[point.finding].append(point)
    return by_finding


def _obstacles(
    located: Located[AccuracyCheck],
    workspace: Workspace,
    slug: str,
    points: list[Point],
    texts: list[str],
    keys: Keys | None,
) -> Iterator[Problem]:
    """Yield the reasons why agreed wordings cannot replace a finding's text."""
    name = points[0].finding
    numbers = " and ".join(point.id for point in points)
    index = located.value.points.index(points[0])
    at = located.document.place("points", index)
    if len(texts) > 1:
        yield Problem(
            at,
            "two-wordings",
            f"{numbers} agree on different wordings of {name}",
            "Decide them again with one wording (--agreed) for all.",
        )
        return
    current = text_now(workspace, slug, name)
    if keys is None or current is None:
        reason = f"there is no finding {name} in the file any more"
        yield Problem(at, "changed-since", reason, "Bring it back, or decide the point otherwise.")
        return
    checked = [on_one_line(located.value.proof(point.proof).findings[name]) for point in points]
    place = workspace.forces[slug].document.place(*keys, "text")
    if current not in checked:
        yield Problem(
            place,
            "changed-since",
            f"{name} has been changed since it was checked. Checked: '{checked[-1]}' "
            f"Now: '{current}' Agreed: '{texts[0]}'",
            "Type the agreed wording into the file, or decide the point otherwise.",
        )
    elif current.count(BULLET) != texts[0].count(BULLET):
        yield Problem(
            place,
            "other-points",
            f"the agreed wording of {name} has {texts[0].count(BULLET)} points under it, the "
            f"finding {current.count(BULLET)}",
            "Type it into the file by hand; 'accuracy close' compares it.",
        )

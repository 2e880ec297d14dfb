"""The lines and rows of a returned form -> its points, each tied to its finding and proof."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hmic_letters.accuracy.form.content import (
    COLUMNS,
    COMPLETED_BY,
    HEADING,
    LEFT_OUT,
    MARK,
    NO_INACCURACIES,
    ON_THE_LETTER,
    Form,
    reference,
)
from hmic_letters.data.model.accuracy import (
    CLASSES,
    LETTER,
    NEW,
    AccuracyCheck,
    CheckedFinding,
    Kind,
    Point,
    Proof,
)
from hmic_letters.documents.reading import Sheet
from hmic_letters.problem import Place, Problem, Refused, did_you_mean, is_visible

REFERENCE = re.compile(r"([a-z]+(?:-[a-z]+)*)-([1-9][0-9]{0,3})-([0-9a-f]{12})")
TICKED = re.compile(r"^\W*[x✓✔✗✘☑☒]|[☑☒✓✔]|\[\s*[x✓✔]\s*\]", re.IGNORECASE)
# The headings that each column of the form may have, without the part in brackets.
HEADINGS = {
    "finding": ("finding", "findings"),
    "checked": ("text as checked", "text"),
    "class": ("class",),
    "point": ("point", "points"),
    "wording": ("proposed wording", "wording"),
    "evidence": ("evidence",),
}
FOLDED = str.maketrans("‘’‛“”„–—‑\xa0", "'''\"\"\"--- ")
BULLET = " • "  # between a finding's text and its points, on one line


@dataclass(frozen=True)
class Answer:
    """The content of a form: its proof, its author, its points and texts that belong to none."""

    proof: Proof
    author: str
    no_inaccuracies: bool
    points: tuple[Point, ...]
    unplaced: tuple[str, ...]


def on_one_line(finding: CheckedFinding) -> str:
    """Join a finding's text and the points under it, each after a bullet, like a form's cell."""
    return BULLET.join([finding.text, *finding.points])


def folded(text: str) -> str:
    """Undo changes that Word makes by itself: kinds of quotation marks, dashes and spaces."""
    return " ".join(unicodedata.normalize("NFC", text).translate(FOLDED).split())


def read_response(
    path: Path, sheet: Sheet, form: Form, check: AccuracyCheck, author: str | None
) -> Answer:
    """Understand a returned form of one force's check.

    ``form`` is the form of the last proof. ``author`` names who completed the form, and overrides
    the form. Raises Refused with every problem of the form.
    """
    return _Reading(path, sheet, form, check, author).answer()


class _Reading:
    def __init__(
        self, path: Path, sheet: Sheet, form: Form, check: AccuracyCheck, author: str | None
    ) -> None:
        self._path, self._sheet, self._form, self._check = path, sheet, form, check
        self._problems: list[Problem] = []
        self._unplaced: list[str] = []
        self._proof = self._find_proof()
        self._author = author or self._find_author()
        numbers = [re.fullmatch(r"P([0-9]+)", point.id) for point in check.points]
        self._numbers = max((int(number[1]) for number in numbers if number), default=0)

    def answer(self) -> Answer:
        points = tuple(self._points())
        ticked = self._is_ticked()
        self._keep_lines()
        if ticked and points:
            self._report(
                "contradiction",
                "the box for 'no inaccuracies' is ticked, and points are made: "
                f"{', '.join(f'{point.id} on {point.finding}' for point in points)}",
                "Ask the force which of the two it means.",
            )
        elif not ticked and not points and not {one.code for one in self._problems} - {"no-author"}:
            self._report(
                "empty-form",
                "the form makes no point, and the box for 'no inaccuracies' is not ticked",
                "Ask the force which of the two it means, or whether it sent the right file.",
            )
        if self._problems:
            raise Refused(self._problems)
        return Answer(self._proof, self._author, ticked, points, tuple(self._unplaced))

    def _report(self, code: str, message: str, remedy: str) -> None:
        self._problems.append(Problem(Place(self._path), code, message, remedy))

    def _find_proof(self) -> Proof:
        texts = [*self._sheet.lines, *(cell for row in self._sheet.rows for cell in row)]
        given = next((match for text in texts if (match := REFERENCE.search(text))), None)
        wanted = self._form.reference
        if given is None:
            self._report(
                "no-reference",
                "the line that begins with 'Reference:' is gone, so that the force and the proof "
                "are not told",
                f"If it is the form of {self._form.force}, type the line into it again, as it "
                f"stands in the form that was sent: 'Reference: {wanted}' for the last proof.",
            )
            raise Refused(self._problems)
        if given[1] != self._form.slug:
            self._report(
                "another-force",
                f"this is the form of {given[1]}, and not of {self._form.slug}",
                f"Receive it for {given[1]}, or ask {self._form.force} for its own.",
            )
            raise Refused(self._problems)
        proof = next((one for one in self._check.proofs if one.number == int(given[2])), None)
        if proof is None or given[0] != reference(self._form.slug, proof):
            self._report(
                "unknown-proof",
                f"the form's reference {given[0]} is that of no proof that was sent",
                f"The last one's is {wanted}: look whether a sign of it was changed.",
            )
            raise Refused(self._problems)
        return proof

    def _find_author(self) -> str:
        start = folded(COMPLETED_BY).casefold().partition("(")[0]
        for text in self._lines_and_cells():
            if folded(text).casefold().startswith(start) and ":" in text:
                name = _clean(text.partition(":")[2])
                if name:
                    return name
        self._report(
            "no-author",
            "the form does not say who completed it",
            "Ask the force, and name the person with --from.",
        )
        return "nobody"

    def _lines_and_cells(self) -> Iterator[str]:
        """Yield all lines, and all rows with their cells joined."""
        yield from self._sheet.lines
        for row in self._sheet.rows:
            yield " ".join(filter(None, row))

    def _is_ticked(self) -> bool:
        wanted = folded(NO_INACCURACIES).casefold().rstrip(".")
        for text in self._lines_and_cells():
            line = folded(text).casefold()
            if wanted in line:
                rest = line.replace(wanted, " ")
                if TICKED.search(rest.strip()) or re.search(r"\bx\b|\byes\b", rest):
                    return True
        return False

    def _keep_lines(self) -> None:
        """Keep every line that is not the form's own."""
        own = {folded(line).casefold() for line in (HEADING, f"{MARK}.", *self._form.lines)}
        own |= {folded(line).casefold() for line in _lines_of(self._form, self._proof)}
        tick = folded(NO_INACCURACIES).casefold().rstrip(".")
        author = folded(COMPLETED_BY).casefold().partition("(")[0]
        foot = re.compile(re.escape(folded(self._form.title).casefold()) + r", page \d+ of \d+")
        for line in self._sheet.lines:
            folded_line = folded(line).casefold()
            if (
                folded_line in own
                or tick in folded_line
                or folded_line.startswith(author)
                or foot.fullmatch(folded_line)
            ):
                continue
            if text := _clean(line):
                self._unplaced.append(text)

    def _points(self) -> Iterator[Point]:
        columns: Mapping[str, int] | None = None
        for row in self._sheet.rows:
            if (found_columns := _columns(row)) is not None:
                columns = found_columns
            elif columns is not None:
                yield from self._points_of(row, columns)
            elif not any(
                folded(start).casefold() in folded(" ".join(row)).casefold()
                for start in (COMPLETED_BY[:12], NO_INACCURACIES[:-1], "Reference:")
            ):
                self._unplaced.append(_clean(" | ".join(filter(None, row))))
        if columns is None:
            self._report(
                "no-table",
                f"there is no table with the columns {', '.join(COLUMNS)}",
                "Ask for the form that was sent, or put the headings above its table again.",
            )

    def _points_of(self, row: tuple[str, ...], columns: Mapping[str, int]) -> Iterator[Point]:
        cells = {name: _clean(row[at]) if at < len(row) else "" for name, at in columns.items()}
        for at, cell in enumerate(row):
            if cell.strip() and at not in columns.values():
                self._unplaced.append(_clean(f"{cells['finding']}, in a column of its own: {cell}"))
        answers = {name: cells[name] for name in ("class", "point", "wording", "evidence")}
        finding = self._finding(cells["finding"], cells["checked"])
        changed = self._changed(finding, cells["checked"])
        if not any(answers.values()) and not changed:
            if finding is None and cells["finding"]:
                self._unplaced.append(_clean(" | ".join(filter(None, row))))
            return
        where = f"the row of {cells['finding'] or 'no finding'}"
        if finding is None:
            near = did_you_mean(cells["finding"].upper(), [*self._proof.findings])
            self._report(
                "no-such-finding",
                f"{where} is about no finding of proof {self._proof.number}: "
                f"'{answers['point'] or answers['wording'] or changed}'",
                near or f"Write the id of the finding there, '{LETTER}' or '{NEW}'.",
            )
            return
        if answers["wording"] and changed:
            self._unplaced.append(f"{finding}, changed in the text that was checked: {changed}")
        answers["wording"] = answers["wording"] or changed
        yield from self._point(where, finding, answers)

    def _point(self, where: str, finding: str, answers: dict[str, str]) -> Iterator[Point]:
        kind = self._class(where, answers["class"], finding)
        if kind == "B" and not answers["evidence"]:
            self._report(
                "no-evidence",
                f"{where} is of class B, a wrong fact, and gives no evidence",
                "Ask the force for the document, page and paragraph.",
            )
        text = answers["point"] or answers["wording"]
        if not text:
            self._report(
                "no-point",
                f"{where} has a class or evidence, and neither a point nor a wording",
                "Ask the force what its point is, or empty the row.",
            )
        elif kind is not None:
            self._numbers += 1
            yield Point(
                id=f"P{self._numbers}",
                proof=self._proof.number,
                finding=finding,
                kind=kind,
                point=text,
                wording=answers["wording"] or None,
                evidence=answers["evidence"] or None,
                author=self._author,
            )

    def _finding(self, cell: str, text: str) -> str | None:
        """Return the id of the finding that a row is about, 'letter' or 'new'; None if unknown."""
        name = re.sub(r"^(finding|no)\b|[\s.:#()]", "", cell.casefold())
        for known in (*self._proof.findings, LETTER, NEW):
            if name == known.casefold():
                return known
        if not name:
            for known, finding in self._proof.findings.items():
                if text and folded(text) == folded(on_one_line(finding)):
                    return known
        return None

    def _changed(self, finding: str | None, text: str) -> str:
        """Return the text that the force typed over the checked text; empty if it did not."""
        if finding is None:
            return text if text and text != LEFT_OUT else ""
        own = {LETTER: ON_THE_LETTER, NEW: LEFT_OUT}.get(finding)
        if own is None:
            own = on_one_line(self._proof.findings[finding])
        return "" if not text or folded(text) == folded(own) else text

    def _class(self, where: str, cell: str, finding: str) -> Kind | None:
        match = re.fullmatch(r"(?:class\s*)?([abc])\b.*", cell.strip().casefold(), re.DOTALL)
        for kind in CLASSES:
            if match is not None and kind == match[1].upper() and (kind == "C" or finding != NEW):
                return kind
        if finding == NEW and not cell:
            return "C"
        what = f"has the class '{cell}'" if cell else "has no class"
        self._report(
            "no-class",
            f"{where} {what}",
            "Write A (a slip), B (a fact, with evidence) or C (an omission) there, as the force "
            "means it.",
        )
        return None


def _columns(row: tuple[str, ...]) -> dict[str, int] | None:
    """Return the position of each column of the form, if the row is the table's heading."""
    headings = [folded(cell).casefold() for cell in row]
    positions: dict[str, int] = {}
    for name in HEADINGS:
        at = next((at for at, cell in enumerate(headings) if _heads(name, cell)), None)
        if at is None:
            return None
        positions[name] = at
    return positions


def _heads(name: str, cell: str) -> bool:
    return cell.partition("(")[0].strip() in HEADINGS[name]


def _lines_of(form: Form, proof: Proof) -> tuple[str, ...]:
    return Form(form.slug, form.force, proof, form.specimen).lines


def _clean(text: str) -> str:
    """Put a cell's text on one line, without invisible characters."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    joined = "".join(
        f"{BULLET if line.startswith('•') else ' '}{line.removeprefix('•').strip()}"
        for line in lines
    )
    shown = "".join(one if is_visible(one) or one.isspace() else "" for one in joined)
    return " ".join(shown.split())

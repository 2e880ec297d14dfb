"""The lines and tables of a returned form -> its points, each tied to its finding and proof."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hmic_letters.accuracy.form.answers import (
    AUTHOR,
    TICK,
    class_of,
    cleaned,
    folded,
    is_evidence,
    is_nothing,
    is_ticked,
    says_more_than_a_name,
    says_more_than_yes,
    simple,
)
from hmic_letters.accuracy.form.content import (
    COLUMNS,
    HEADING,
    LEFT_OUT,
    MARK,
    ON_THE_LETTER,
    Form,
    on_one_line,
    reference,
)
from hmic_letters.data.model.accuracy import (
    LETTER,
    NEW,
    AccuracyCheck,
    Kind,
    Point,
    Proof,
)
from hmic_letters.documents.returned.sheet import STRUCK, Cell, Row, Sheet
from hmic_letters.problem import Place, Problem, Refused, Severity, did_you_mean

REFERENCE = re.compile(r"([a-z]+(?:-[a-z]+)*)-([1-9][0-9]{0,3})-([0-9a-f]{12})")
# The headings that each column of the form may have, without the part in brackets.
HEADINGS = {
    "finding": ("finding", "findings"),
    "checked": ("text as checked", "text"),
    "class": ("class",),
    "point": ("point", "points"),
    "wording": ("proposed wording", "wording"),
    "evidence": ("evidence",),
}
ANSWERS = ("class", "point", "wording", "evidence")


@dataclass(frozen=True)
class Answer:
    """The content of a form: its proof, its author, its points and texts that belong to none.

    ``no_inaccuracies`` means that the box is ticked and its line says nothing else.
    """

    proof: Proof
    author: str
    no_inaccuracies: bool
    points: tuple[Point, ...]
    unplaced: tuple[str, ...]


def read_response(
    path: Path, sheet: Sheet, form: Form, check: AccuracyCheck, author: str | None
) -> Answer:
    """Understand a returned form of one force's check.

    ``form`` is the form of the last proof. ``author`` names who completed the form, and overrides
    the form. Raises Refused with every problem of the form, and with everything that it says.
    """
    return _Reading(path, sheet, form, check, author).answer()


def unrecorded(path: Path, texts: Iterable[str]) -> Iterator[Problem]:
    """Show what a refused form says."""
    remedy = "It is not recorded: the form is refused whole."
    for text in dict.fromkeys(texts):
        yield Problem(Place(path), "unrecorded", f"the form says: {text}", remedy, Severity.WARNING)


def in_words(finding: str, answers: Mapping[str, str | None]) -> str:
    """Write the answers of one row on one line."""
    given = [f"{name} '{text}'" for name in ANSWERS if (text := answers.get(name))]
    return f"{finding or 'no finding'}: {', '.join(given)}"


class _Reading:
    def __init__(
        self, path: Path, sheet: Sheet, form: Form, check: AccuracyCheck, author: str | None
    ) -> None:
        self._path, self._sheet, self._form, self._check = path, sheet, form, check
        self._problems: list[Problem] = []
        self._unplaced: list[str] = []
        self._rows: list[str] = []  # those with an answer, in words
        self._proof = self._find_proof()
        self._without_proof = tuple(self._problems)
        form_sent = Form(form.slug, form.force, self._proof, form.specimen)
        lines = (HEADING, MARK, f"{MARK}.", *COLUMNS, *form.lines, *form_sent.lines)
        self._own_lines = {"", *map(simple, lines)}
        rows = (one for row in form_sent.rows for text in row for one in (text, *text.split("\n")))
        self._own = self._own_lines.union(map(simple, rows))
        self._author, self._named = author or "", ""
        self._ticked = self._says_yes = False
        self._with_text: set[str] = set()  # findings whose text is there, and those without it
        self._without_text: dict[str, None] = {}
        numbers = [re.fullmatch(r"P([0-9]+)", point.id) for point in check.points]
        self._numbers = max((int(number[1]) for number in numbers if number), default=0)

    def answer(self) -> Answer:
        points = tuple(self._points())
        for line in self._sheet.lines:
            self._read_line(line)
        for note in self._sheet.notes:
            # A finding that is struck out is to go; one in a hidden row is only out of sight.
            own = self._own_lines if note.kind == STRUCK else self._own
            if simple(note.text) not in own:
                self._unplaced.append(cleaned(str(note)))
        if self._without_proof:
            # Its rows may be on other findings: show them, and judge none.
            self._problems = [*self._without_proof]
        else:
            self._unplaced += [
                f"{name}: its text is taken out of the form"
                for name in self._without_text
                if name not in self._with_text
            ]
            self._judge(points)
        if self._problems:
            shown = unrecorded(self._path, [*self._rows, *self._unplaced])
            raise Refused([*self._problems, *shown])
        points = tuple(point.model_copy(update={"author": self._author}) for point in points)
        unplaced = tuple(dict.fromkeys(self._unplaced))
        return Answer(self._proof, self._author, self._says_yes, points, unplaced)

    def _judge(self, points: tuple[Point, ...]) -> None:
        """Report a form without an author, and one that says both or neither of two things."""
        is_faulty = bool(self._problems)
        if not self._author:
            self._report(
                "no-author",
                "the form does not say who completed it",
                "Ask the force, and name the person with --from.",
            )
        if self._ticked and points:
            self._report(
                "contradiction",
                "the box for 'no inaccuracies' is ticked, and points are made: "
                f"{', '.join(f'{point.id} on {point.finding}' for point in points)}",
                "Ask the force which of the two it means.",
            )
        elif not self._ticked and not points and not is_faulty:
            self._report(
                "empty-form",
                "the form makes no point, and the box for 'no inaccuracies' is not ticked",
                "Ask the force which of the two it means, or whether it sent the right file. If it "
                "makes a point elsewhere, type that into the row of its finding, and receive that.",
            )

    def _report(self, code: str, message: str, remedy: str) -> None:
        self._problems.append(Problem(Place(self._path), code, message, remedy))

    def _find_proof(self) -> Proof:
        """Return the proof that the form answers; if that is unclear, report it."""
        cells = (cell.text for table in self._sheet.tables for row in table for cell in row)
        texts = (*self._sheet.lines, *cells)
        given = next((match for text in texts if (match := REFERENCE.search(text))), None)
        wanted = self._form.reference
        proofs = {reference(self._form.slug, proof): proof for proof in self._check.proofs}
        if given is None:
            self._report(
                "no-reference",
                "the line that begins with 'Reference:' is gone, so that the force and the proof "
                "are not told",
                f"If it is the form of {self._form.force}, type the line into it again, as it "
                f"stands in the form that was sent: 'Reference: {wanted}' for the last proof.",
            )
        elif given[1] != self._form.slug:
            self._report(
                "another-force",
                f"this is the form of {given[1]}, and not of {self._form.slug}",
                f"Receive it for {given[1]}, or ask {self._form.force} for its own.",
            )
            # Why no more: its words are not for those who see the letters of this force.
            raise Refused(self._problems)
        elif given[0] not in proofs:
            self._report(
                "unknown-proof",
                f"the form's reference {given[0]} is that of no proof that was sent",
                f"The last one's is {wanted}: look whether a sign of it was changed.",
            )
        else:
            return proofs[given[0]]
        return self._check.proofs[-1]

    # Lines

    def _is_own(self, text: str) -> bool:
        """Return whether the form itself has a line, or its number of pages."""
        foot = rf"(?:{re.escape(simple(self._form.title))}, )?page \d+ of \d+"
        return simple(text) in self._own or bool(re.fullmatch(foot, simple(text)))

    def _read_line(self, line: str) -> None:
        """Find the author or the tick in a line, and keep every text that is not the form's own."""
        if (finding := self._finding(line, "")) in self._proof.findings:
            self._without_text[str(finding)] = None  # a row of a spreadsheet with its id alone
        pieces = [*filter(str.strip, line.split("\n"))]
        whole = simple(line)
        if self._is_own(line) or (TICK in whole and not any(TICK in simple(one) for one in pieces)):
            pieces = [line]
        while pieces:
            piece = pieces.pop(0)
            if TICK in simple(piece):
                self._read_tick(piece)
            elif AUTHOR.match(simple(piece)):
                name = cleaned(piece.partition(":")[2])
                self._read_author(name or (cleaned(pieces.pop(0)) if pieces else ""))
            elif not self._is_own(piece) and (text := cleaned(piece)):
                self._unplaced.append(text)

    def _read_tick(self, line: str) -> None:
        if is_ticked(line):
            self._ticked = True
            self._says_yes = not says_more_than_yes(line)
        if says_more_than_yes(line):
            self._unplaced.append(cleaned(line))

    def _read_author(self, name: str) -> None:
        """Take the first name for the author, and keep any other words."""
        if name != self._named and (
            self._named or says_more_than_a_name(name, self._proof.findings)
        ):
            self._unplaced.append(f"completed by: {name}")
        self._named = self._named or name
        self._author = self._author or ("" if is_nothing(name) else name)

    # Tables

    def _points(self) -> Iterator[Point]:
        known: Mapping[str, int] | None = None
        for table in self._sheet.tables:
            columns: Mapping[str, int] | None = None
            for row in table:
                if (found := _columns(row)) is not None:
                    known = columns = found
                    self._keep(one for one in row if not self._is_heading(one.text))
                elif columns is not None or self._continues(row, known):
                    yield from self._points_of(row, columns or known or {})
                else:
                    self._read_row(row)
        if known is None:
            hidden = any("hidden" in note.kind for note in self._sheet.notes)
            self._report(
                "no-table",
                f"there is no table with the columns {', '.join(COLUMNS)}",
                "Show its hidden rows and columns, and receive it again."
                if hidden
                else "Ask for the form that was sent, or put the headings above its table again.",
            )

    def _is_heading(self, text: str) -> bool:
        names = {name for names in HEADINGS.values() for name in names}
        return simple(text) in self._own or simple(text) in names

    def _continues(self, row: Row, columns: Mapping[str, int] | None) -> bool:
        """Return whether a row without headings above it goes on with the table of the findings."""
        if columns is None or len(row) <= max(columns.values()):
            return False
        finding, kind = (_text(row, columns[name]) for name in ("finding", "class"))
        return self._finding(finding, "") is not None or class_of(kind) is not None

    def _read_row(self, row: Row) -> None:
        """Read a row of a table that is not that of the findings, such as one of signatures."""
        text = " ".join(cell.text for cell in row if cell.text)
        if TICK in simple(text) or AUTHOR.match(simple(text)):
            self._read_line(" ".join(text.split("\n")))
        else:
            self._keep(row)

    def _keep(self, row: Iterable[Cell]) -> None:
        """Keep a row that has a text of its own, with what could not be read."""
        texts = [_whole(cell) for cell in row]
        if not all(self._is_own(text) for text in texts):
            self._unplaced.append(cleaned(" | ".join(filter(None, texts))))

    def _points_of(self, row: Row, columns: Mapping[str, int]) -> Iterator[Point]:
        cells = {name: cleaned(_text(row, at)) for name, at in columns.items()}
        finding = self._finding(cells["finding"], cells["checked"])
        if finding is None and self._is_of_signatures(cells):
            self._keep(row)
            return
        apart = [_whole(cell) for at, cell in enumerate(row) if at not in columns.values()]
        if text := " | ".join(filter(None, apart)):
            self._unplaced.append(cleaned(f"{cells['finding']}, in a column of its own: {text}"))
        if finding in self._proof.findings:
            (self._with_text.add if cells["checked"] else self._without_text.setdefault)(finding)
        where = f"the row of {cells['finding'] or 'no finding'}"
        asked = [row[at] for at in columns.values() if at < len(row)]
        doubts = {cell.doubt: cell.remedy for cell in asked if cell.doubt}
        for doubt, remedy in doubts.items():
            self._report("unread-cell", f"in {where}, a cell is unclear: {doubt}", remedy)
        answers = {name: cells[name] for name in ANSWERS}
        changed = self._changed(finding, cells["checked"])
        shown = {**answers, "wording": answers["wording"] or changed}
        if any((answers if self._without_proof else shown).values()):
            self._rows.append(in_words(cells["finding"], shown))
        if doubts:
            return
        if all(map(is_nothing, answers.values())) and not changed:
            if finding is None or any(map(_has_words, answers.values())):
                self._keep(row)
        elif finding is None:
            self._report(
                "no-such-finding",
                f"{where} is about no finding of proof {self._proof.number}: "
                f"'{answers['point'] or answers['wording'] or changed}'",
                self._near(cells) or f"Write the id of the finding there, '{LETTER}' or '{NEW}'.",
            )
        else:
            yield from self._point(where, finding, answers, changed)

    def _near(self, cells: Mapping[str, str]) -> str:
        return did_you_mean(cells["finding"].upper(), [*self._proof.findings])

    def _is_of_signatures(self, cells: Mapping[str, str]) -> bool:
        """Return whether a row is like those of a table of signatures right below the findings.

        Its first cell is like no id, and its other cells are no answers: 'Name', 'Rank', 'Date'.
        """
        is_class = not cells["class"] or re.search(r"\b[abc]\b", cells["class"].casefold())
        has_answer = is_class and any(cells[name] for name in ANSWERS)
        is_id = re.fullmatch(r"\D+", cells["finding"]) is None or self._near(cells)
        return not has_answer and not is_id

    def _point(
        self, where: str, finding: str, answers: dict[str, str], changed: str
    ) -> Iterator[Point]:
        if answers["wording"] and changed:
            self._unplaced.append(f"{finding}, changed in the text that was checked: {changed}")
        answers["wording"] = answers["wording"] or changed
        kind = self._class(where, answers["class"], finding)
        if kind == "B" and not is_evidence(answers["evidence"]):
            given = f"'{answers['evidence']}' for" if answers["evidence"] else "no"
            self._report(
                "no-evidence",
                f"{where} is of class B, a wrong fact, and gives {given} evidence",
                "Ask the force for the document, page and paragraph.",
            )
        for name in ("point", "wording"):
            if is_nothing(answers[name]):
                self._unplaced += [f"{finding}, {name}: {answers[name]}"] * _has_words(
                    answers[name]
                )
                answers[name] = ""
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
                author="nobody yet",  # the line with the name may follow
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
        kind = class_of(cell)
        if kind is not None and (kind == "C" or finding != NEW):
            return kind
        if finding == NEW and not cell:
            return "C"
        what = f"has the class '{cell}'" if cell else "has no class"
        self._report(
            "no-class",
            f"{where} {what}",
            "Write one of A (a slip), B (a fact, with evidence) and C (an omission) there, as the "
            "force means it.",
        )
        return None


def _has_words(text: str) -> bool:
    return re.search(r"\w", text) is not None


def _columns(row: Row) -> dict[str, int] | None:
    """Return the position of each column of the form, if the row is the table's heading."""
    headings = [folded(cell.text).casefold() for cell in row]
    positions: dict[str, int] = {}
    for name in HEADINGS:
        at = next((at for at, cell in enumerate(headings) if _heads(name, cell)), None)
        if at is None:
            return None
        positions[name] = at
    return positions


def _heads(name: str, cell: str) -> bool:
    return cell.partition("(")[0].strip() in HEADINGS[name]


def _text(row: Row, at: int) -> str:
    return row[at].text if at < len(row) else ""


def _whole(cell: Cell) -> str:
    """Return the text of a cell, or else why there is none."""
    return cell.text or cell.doubt

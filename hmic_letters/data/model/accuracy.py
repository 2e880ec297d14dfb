"""The values of an accuracy file, ``data/accuracy/<slug>.yaml``."""

import re
from datetime import date
from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from hmic_letters.data.model.fields import (
    Count,
    Day,
    FindingId,
    Some,
    Text,
    TrueOrFalse,
    Value,
    wrong,
)

Kind = Literal["A", "B", "C"]  # the class of a point
CLASSES: tuple[Kind, ...] = ("A", "B", "C")
LETTER = "letter"  # the finding of a point on no single one: names, honours, dates
TITLES = {"mr", "mrs", "ms", "miss", "dr", "sir", "dame"}
NEW = "new"  # the finding of a point that asks for one that was left out

Decision = Literal["accepted", "accepted-in-part", "not-accepted", "no-change-needed"]
DECISIONS: tuple[Decision, ...] = (
    "accepted",
    "accepted-in-part",
    "not-accepted",
    "no-change-needed",
)


class CheckedFinding(Value):
    """A finding as the force was shown it."""

    text: Text
    points: tuple[Text, ...] = ()


class Proof(Value):
    """A draft that was sent. ``due`` is the day by which the force is to answer.

    ``to`` is the addressee in words; ``digest`` the SHA-256 of the draft's page in
    ``accuracy/<slug>/<number>/``.
    """

    number: Count
    sent: Day
    due: Day
    to: Text
    digest: Text
    findings: dict[FindingId, CheckedFinding]


class Response(Value):
    """A form that came back. ``file`` is the name under which the original is kept.

    ``unplaced`` is what the force wrote that belongs to no point.
    """

    proof: Count
    received: Day
    file: Text
    digest: Text
    author: Text
    no_inaccuracies: TrueOrFalse = False
    unplaced: tuple[Text, ...] = ()


class Point(Value):
    """What the force says of one finding, and what was decided.

    ``class`` is A (a slip), B (a fact, with evidence) or C (an omission), after the Care Quality
    Commission's form. ``finding`` is the id of a finding, 'letter' or 'new'. ``agreed`` is the
    finding's new text, where it is not the ``wording`` that the force proposed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    id: Text
    proof: Count
    finding: Text
    kind: Kind = Field(alias="class")
    point: Text
    wording: Text | None = None
    evidence: Text | None = None
    author: Text
    decision: Decision | None = None
    agreed: Text | None = None
    reason: Text | None = None
    by: Text | None = None
    on: Day | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Check that a decision has a name, a date and, unless it simply accepts, a reason."""
        if self.decision is None:
            if self.by or self.on or self.reason or self.agreed:
                raise wrong(
                    "no-decision",
                    f"{self.id} has parts of a decision and no decision",
                    f"Add 'decision:' with one of {', '.join(DECISIONS)}, or remove the rest.",
                )
            return self
        if self.by is None or self.on is None:
            raise wrong(
                "undated-decision",
                f"{self.id} does not say by whom and when it was decided",
                "Add 'by:' with a name and 'on:' with a date.",
                "decision",
            )
        if self.decision != "accepted" and self.reason is None:
            raise wrong(
                "no-reason",
                f"{self.id} is {in_words(self.decision)} without a reason",
                "Give the reason (--reason, or 'reason:' in the file): the force reads it.",
                "decision",
            )
        if same_person(self.by, self.author):
            raise wrong(
                "own-point",
                f"{self.id} was decided by its author",
                "Somebody else has to decide it.",
                "by",
            )
        if self.decision == "accepted-in-part" and self.agreed is None:
            raise wrong(
                "no-agreed-wording",
                f"{self.id} is accepted in part, and no wording is agreed",
                self._wording_remedy,
                "decision",
            )
        if self.new_text is None and self.decision == "accepted" and self.kind != "C":
            raise wrong(
                "no-agreed-wording",
                f"{self.id} is accepted, and the force proposed no wording",
                self._wording_remedy,
                "decision",
            )
        if self.agreed is not None and self.decision not in {"accepted", "accepted-in-part"}:
            raise wrong(
                "agreed-wording",
                f"{self.id} is {in_words(self.decision)}, and has an agreed wording",
                "Leave the wording out (--agreed, or 'agreed:' in the file), or change the "
                "decision.",
                "agreed",
            )
        return self

    @property
    def _wording_remedy(self) -> str:
        words = {LETTER: "the words that the letter is to have", NEW: "the new finding's text"}
        wording = words.get(self.finding, "the whole new text of the finding")
        return f"Give {wording} (--agreed, or 'agreed:' in the file)."

    @property
    def new_text(self) -> str | None:
        """The wording that this point puts into the letter; None if it changes nothing."""
        if self.decision not in {"accepted", "accepted-in-part"}:
            return None
        return self.agreed or self.wording


class Closing(Value):
    """How a check ended. ``digest`` is that of the findings as they then were.

    ``printed`` is the digest of all that the letter prints about the force. Closings of version
    0.1.0 lack it.
    """

    on: Day
    by: Text
    how: Literal["no-inaccuracies", "answered", "no-response"]
    digest: Text
    printed: Text | None = None


class AccuracyCheck(Value):
    """The factual accuracy check of one force's findings."""

    proofs: Some[Proof]
    responses: tuple[Response, ...] = ()
    points: tuple[Point, ...] = ()
    closed: Closing | None = None

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        numbers = [proof.number for proof in self.proofs]
        if numbers != sorted(set(numbers)):
            reason = "the proofs are not in the order of their numbers"
            remedy = "Put them in order, each with a number of its own."
            raise wrong("proofs", reason, remedy, "proofs")
        ids = [point.id for point in self.points]
        for number, point in enumerate(self.points):
            keys = ("points", number)
            if point.id in ids[:number]:
                reason = f"{point.id} stands here twice"
                raise wrong("repeated-point", reason, "Give each point its own id.", *keys, "id")
            if point.proof not in numbers:
                raise wrong(
                    "no-such-proof",
                    f"{point.id} is on proof {point.proof}, and there is none",
                    "Correct the number of the proof.",
                    *keys,
                    "proof",
                )
            known = self.proof(point.proof).findings
            if point.finding in known and _is_fragment(point, known[point.finding]):
                raise wrong(
                    "fragment",
                    f"the wording proposed in {point.id} is much shorter than {point.finding}: it "
                    "looks like a part of the text",
                    "Give the whole new text of the finding (--agreed, or 'agreed:' in the file).",
                    *keys,
                    "wording",
                )
            if point.kind != "C" and point.finding != LETTER and point.finding not in known:
                raise wrong(
                    "no-such-finding",
                    f"{point.id} is on {point.finding}, which proof {point.proof} does not have",
                    "Correct the id of the finding.",
                    *keys,
                    "finding",
                )
        return self

    def proof(self, number: int) -> Proof:
        """Return the proof with that number, which must exist."""
        return next(proof for proof in self.proofs if proof.number == number)

    @property
    def days(self) -> tuple[date | None, ...]:
        """The days of all steps up to the closing; None for a point that is undecided."""
        return (
            *(proof.sent for proof in self.proofs),
            *(response.received for response in self.responses),
            *(point.on for point in self.points),
        )

    @property
    def undecided(self) -> tuple[Point, ...]:
        """The points that are still open."""
        return tuple(point for point in self.points if point.decision is None)

    @property
    def standing(self) -> tuple[Point, ...]:
        """The points whose wording goes into the letter.

        Of the points on one finding, only those on the latest proof count.
        """
        agreed = [point for point in self.points if point.new_text is not None]
        latest = {point.finding: point.proof for point in sorted(agreed, key=lambda one: one.proof)}
        return tuple(
            point
            for point in agreed
            if point.finding in {LETTER, NEW} or point.proof == latest[point.finding]
        )


def _is_fragment(point: Point, checked: CheckedFinding) -> bool:
    if point.decision != "accepted" or point.agreed is not None or point.wording is None:
        return False
    whole = " ".join([checked.text, *checked.points])
    return 2 * len(point.wording.split()) < len(whole.split())


def in_words(decision: str) -> str:
    """Write a decision in words: 'accepted in part'."""
    return decision.replace("-", " ")


def same_person(one: str, other: str) -> bool:
    """Tell whether two names are one person's.

    Titles, capitals and the post after a comma do not count. 'Ms K. Lancaster, Liaison Officer' and
    'K Lancaster' are one person's.
    """
    return bool(_people(one) & _people(other))


def _people(name: str) -> set[frozenset[str]]:
    """Return the words of a name, once with and once without the words after a comma.

    Why with them: 'Lancaster, Kay' is a name, too.
    """
    parts = (name, name.partition(",")[0])
    people = (frozenset(re.findall(r"[^\W_]+", part.casefold())) - TITLES for part in parts)
    return {person for person in people if person}

"""The content of the response form that goes to a force with a proof, in Word and in Excel."""

from collections.abc import Iterator
from dataclasses import dataclass

from hmic_letters.check.checked import BULLET
from hmic_letters.data.model.accuracy import LETTER, NEW, CheckedFinding, Proof
from hmic_letters.data.model.calendar import in_words

HEADING = "Factual accuracy check: response form"
COLUMNS = (
    "Finding",
    "Text as checked",
    "Class (A, B or C)",
    "Point",
    "Proposed wording",
    "Evidence (document, page and paragraph)",
)
WIDTHS = (24, 72, 20, 50, 56, 39)  # in millimetres; in characters, half of that

SHADE = "D9D9D9"  # behind the headings of the columns
MARK = "DRAFT for a factual accuracy check, not for publication"
AUTHOR = "HMIC"
NO_INACCURACIES = "We confirm that there are no factual inaccuracies."
COMPLETED_BY = "Completed by (name and post):"
SPARE_ROWS = 5
ON_THE_LETTER = "The letter itself: names, ranks, honours, titles, dates."
LEFT_OUT = "Something that was left out."
EXPLANATION = (
    "Class A is a slip, such as a misspelling. Class B is a fact that is wrong; give the evidence "
    "with its document, page and paragraph. Class C is something that was left out; use the rows "
    "'new'. For a second point on a finding add a row with its number. The proposed wording is the "
    "whole new text of the finding.",
    "Leave empty what you have no point on. If there is no point at all, put an X into the "
    "brackets: [X].",
)


@dataclass(frozen=True)
class Form:
    """The content of both files. ``specimen`` means filler text instead of findings."""

    slug: str
    force: str
    proof: Proof
    specimen: bool

    @property
    def reference(self) -> str:
        """The text in a returned form that names its force and its proof."""
        return reference(self.slug, self.proof)

    @property
    def title(self) -> str:
        """The title in the properties of the files."""
        return f"Factual accuracy check, {self.force}: response form"

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines above the table."""
        draft = f"{self.force}, proof {self.proof.number}, sent on {in_words(self.proof.sent)}"
        specimen = "Specimen: what stands here says nothing about any police force."
        return (
            draft,
            *([specimen] if self.specimen else []),
            f"Please return this form by {in_words(self.proof.due)}.",
            *EXPLANATION,
            f"Reference: {self.reference}",
            COMPLETED_BY,
            f"[ ] {NO_INACCURACIES}",
        )

    @property
    def rows(self) -> Iterator[tuple[str, str]]:
        """The finding and the text of each row."""
        for name, finding in self.proof.findings.items():
            yield name, "\n".join([finding.text, *(f"• {point}" for point in finding.points)])
        yield LETTER, ON_THE_LETTER
        for _ in range(SPARE_ROWS):
            yield NEW, LEFT_OUT


def on_one_line(finding: CheckedFinding) -> str:
    """Join a finding's text and the points under it, each after a bullet, like a form's cell."""
    return BULLET.join([finding.text, *finding.points])


def reference(slug: str, proof: Proof) -> str:
    """Name a proof as ``hertfordshire-1-0123456789ab``: force, number and start of its digest."""
    return f"{slug}-{proof.number}-{proof.digest[:12]}"

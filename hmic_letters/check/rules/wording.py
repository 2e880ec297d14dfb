"""Words that do not belong in the letter in which they appear."""

import re
from collections.abc import Iterator

from hmic_letters.data.model.force import Force
from hmic_letters.data.passages import Flaw, Kind, Passage

CONSTABULARY = re.compile(r"\b[Tt]he [Cc]onstabulary\b")
CHIEF_CONSTABLE = re.compile(r"\b(?:[Tt]he|[Yy]our|[Ii]ts) [Cc]hief [Cc]onstable\b")
SPECIMEN = re.compile(r"\bspecimen text\b", re.IGNORECASE)


def force_of_another_kind(passage: Passage, force: Force) -> Iterator[Flaw]:
    """A force without 'Constabulary' in its name is not called 'the constabulary'."""
    if "Constabulary" not in force.name:
        for match in CONSTABULARY.finditer(passage.text):
            yield Flaw(*match.span(), f"{force.name} is no constabulary", "Write 'the force'.")


OWN_NAME = r"(?<![\w-]){alias} (Police|Constab\w*)(?: Service)?\b(?! and Crime)"


def misnamed_force(passage: Passage, force: Force) -> Iterator[Flaw]:
    """A letter calls its force by its name: 'Durham Constabulary', not 'Durham Police'."""
    # An alias may be a part of the name, as 'Cornwall' is.
    text = passage.text.replace(force.name, " " * len(force.name))
    for alias in force.aliases:
        if alias in text:
            for match in re.finditer(OWN_NAME.format(alias=re.escape(alias)), text):
                yield Flaw(
                    *match.span(), f"the force's name is {force.name}", "Write that.", allow=True
                )


def officer_of_another_kind(passage: Passage, force: Force) -> Iterator[Flaw]:
    """A force led by a Commissioner has no chief constable."""
    if "Chief Constable" not in force.addressee.office:
        for match in CHIEF_CONSTABLE.finditer(passage.text):
            yield Flaw(
                *match.span(),
                f"the chief officer of {force.name} is the {force.addressee.office}",
                f"Write 'the {force.addressee.office}', or say whose chief constable it is.",
                allow=True,
            )


def finding_in_a_specimen(passage: Passage, force: Force) -> Iterator[Flaw]:
    """In a specimen every finding says that it is specimen text.

    A finding that does not say so may be in the wrong file. Or the letter is no longer a specimen,
    and its file still has 'specimen: true'.
    """
    if not force.specimen or passage.kind not in {Kind.FINDING, Kind.LEAD}:
        return
    if not SPECIMEN.search(passage.text):
        yield Flaw(
            0,
            len(passage.text),
            "the letter is a specimen, and this finding does not say so",
            "Move it to the force that it is about; or, once no specimen text is left here, remove "
            "'specimen: true'.",
            about=passage.finding_id,
        )


def specimen_in_a_letter(passage: Passage, force: Force) -> Iterator[Flaw]:
    """A letter that is not a specimen contains no specimen text."""
    if not force.specimen:
        for match in SPECIMEN.finditer(passage.text):
            yield Flaw(
                *match.span(),
                "this is specimen text, and the letter is not a specimen",
                "Write the finding, or mark the letter 'specimen: true'.",
            )

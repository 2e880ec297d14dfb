"""Words that do not belong in the letter in which they appear."""

import re
from collections.abc import Iterator

from hmic_letters.data.model.force import Force
from hmic_letters.data.passages import Flaw, Kind, Passage, has_any

STAND_IN = re.compile(
    r"\b(?:[Tt][Bb][ACDacd]|TODO|FIXME|CHECK|QUERY|X{2,}|x{2,}|[Ll]orem|LOREM|YYYY)\b|_{3,}|\?{2,}"
    r"|\*{3,}|\.{4,}|…{2,}|#REF!|\bN/A\b|\bto be confirmed\b"
    r"|Error! Reference source|\[[^\]\[]*\]|[<{](?:force|name|date|rank|title|number)[>}]"
    r"|\b[Ii]nsert (?:name|text|date|figure|number|force)\b|Click (?:or tap )?here"
    r"|<{7}|={7}|>{7}"
)
# A passage with none of these has no stand-in. Why: looking for these is faster than matching.
HINTS = (
    *("TB", "Tb", "tb", "TODO", "FIXME", "XX", "xx", "orem", "OREM", "YYYY", "___", "??", "***"),
    *("....", "……", "[", "nsert", "Click", "CHECK", "QUERY", "#REF", "N/A", "confirmed"),
    *("Error!", "<", "{", "=======", ">>>"),
)
DAMAGED = re.compile("\ufffd|â€|Ã[\u00a0-\u00bf]|Â[\u00a0-\u00bf]|&(?:[a-z]{2,6}|#\\d+);")
# Words that editors add to a quotation.
EDITORIAL = re.compile(r"\[(?:sic|…|\.\.\.)\]")
MEANT_TO_BE_FILLED = re.compile(
    r"\[\s*(?:(?:the|your|insert|add|a|an)\s+)*(?:(?:force|name|date|day|month|year|time|rank|title"
    r"|text|number|no|figure|area|county|region|place|chief constable|tb[acd]|check|query)\b|x+"
    r"|\?+|\.+|…|_+)?(?:\s*(?:name|here|needed|to be confirmed|with \w+|tb[acd]|by \w+|\d+)\b)*"
    r"\s*\]",
    re.IGNORECASE,
)
BRACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
CONSTABULARY = re.compile(r"\b[Tt]he [Cc]onstabulary\b")
CHIEF_CONSTABLE = re.compile(r"\b(?:[Tt]he|[Yy]our|[Ii]ts) [Cc]hief [Cc]onstable\b")
SPECIMEN = re.compile(r"\bspecimen text\b", re.IGNORECASE)


def placeholder(passage: Passage) -> Iterator[Flaw]:
    """No text contains a placeholder for words that are still to be written.

    Placeholders are TBC, TBA, TBD, XX, 'lorem', '???', rows of dots or underscores, and words such
    as [force] in square brackets.
    """
    if not has_any(passage, HINTS):
        return
    for match in STAND_IN.finditer(passage.text):
        if EDITORIAL.fullmatch(match[0]):
            continue
        if not match[0].startswith("[") or MEANT_TO_BE_FILLED.fullmatch(match[0]):
            yield Flaw(
                *match.span(), f"'{match[0]}' stands in for words", "Write them.", allow=True
            )


def square_brackets(passage: Passage) -> Iterator[Flaw]:
    """Square brackets enclose only the words that an editor adds to a quotation.

    Examples are ‘[the officers] were there’ and [sic].
    """
    if not has_any(passage, ("[",)):
        return
    for match in STAND_IN.finditer(passage.text):
        if not match[0].startswith("[") or MEANT_TO_BE_FILLED.fullmatch(match[0]):
            continue
        before = passage.text[: match.start()]
        quoted = before.rfind("‘") > before.rfind("’ ") or before.rfind("“") > before.rfind("”")
        if not quoted and not EDITORIAL.fullmatch(match[0]):
            message = f"'{match[0]}' stands in square brackets outside a quotation"
            yield Flaw(*match.span(), message, "Look whether words are missing.", allow=True)


def damaged_text(passage: Passage) -> Iterator[Flaw]:
    """No text is damaged: 'forceâ€™s', '&amp;', a lost character (U+FFFD)."""
    if passage.kind is not Kind.PROSE:
        for match in DAMAGED.finditer(passage.text):
            yield Flaw(*match.span(), "the text was damaged on its way here", "Type it again.")


def braces(passage: Passage) -> Iterator[Flaw]:
    """{{ }} and {% %} belong in templates: in a text, the letter prints them unchanged."""
    if passage.kind is not Kind.PROSE:
        for match in BRACES.finditer(passage.text):
            yield Flaw(*match.span(), f"'{match[0]}' will be printed as it stands", "Write it out.")


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

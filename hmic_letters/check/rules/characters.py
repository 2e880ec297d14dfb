"""Single characters that a letter must not have."""

import re
import unicodedata
from collections.abc import Iterator

from hmic_letters.data.passages import Flaw, Passage
from hmic_letters.data.source import Document
from hmic_letters.fonts.coverage import has
from hmic_letters.problem import Change, Fault, Place, is_visible

# Removing these leaves no trace: they have no width, and only let a word break or join.
WITHOUT_TRACE = {"\u00ad", "\u200b", "\u2060"}


def invisible_character(document: Document) -> Iterator[Fault]:
    """A data file contains no invisible characters.

    Such characters come with text pasted from Word or from a web page. A zero-width character
    splits a word for searches and screen readers. A direction mark shows words in another order
    than that of the file. A private-use character prints as a box or as nothing, however it looks
    on your screen. --fix removes those that leave no trace: the zero-width space (U+200B), the word
    joiner (U+2060) and the soft hyphen (U+00AD).
    """
    for keys, text in document.texts():
        for offset in _invisibles(text):
            gone = text[offset] in WITHOUT_TRACE
            yield _invisible(
                text[offset],
                document.place_in(keys, offset),
                document.change(keys, offset, offset + 1, "") if gone else (),
            )
    for keys in document.all_keys():
        for offset in _invisibles(str(keys[-1])):
            yield _invisible(str(keys[-1])[offset], document.key_place(*keys))


# Every character that is rare in letters. The model checks line breaks.
SELDOM = re.compile("[^\n -~¡-¬®-ɏ‐-‧ẀẁẂẃẄẅỲỳ€]")


def _invisibles(text: str) -> list[int]:
    if text.isascii() and text.isprintable():
        return []
    return [match.start() for match in SELDOM.finditer(text) if not is_visible(match[0])]


def _invisible(character: str, place: Place, mend: tuple[Change, ...] = ()) -> Fault:
    kind = {"Cc": "control character", "Co": "private use"}.get(unicodedata.category(character))
    name = kind or unicodedata.name(character, "unassigned").lower()
    return Fault(
        place,
        f"there is an invisible character here, U+{ord(character):04X} ({name})",
        "Delete it: it came with a paste, and does not print as what it seems.",
        mend=mend,
    )


def foreign_letter(passage: Passage) -> Iterator[Flaw]:
    """A letter is written in Latin letters.

    A Cyrillic or Greek letter can look just like a Latin one. Searches and screen readers then see
    another word. A ligature such as ‘ﬁ’ is two letters in one, and comes with text copied from a
    PDF: --fix splits it.
    """
    for match in SELDOM.finditer(passage.text):
        name = unicodedata.name(match[0], "")
        apart = unicodedata.normalize("NFKC", match[0])
        if "LIGATURE" in name and apart.isascii():
            yield Flaw(
                *match.span(), f"'{match[0]}' is {len(apart)} letters in one", "Type them.", apart
            )
        elif match[0].isalpha() and not name.startswith("LATIN"):
            yield Flaw(
                *match.span(),
                f"'{match[0]}' is not a Latin letter but U+{ord(match[0]):04X} ({name.lower()})",
                "Type the letter that it looks like.",
            )


def unprintable_character(passage: Passage) -> Iterator[Flaw]:
    """The typeface of the letters, Liberation Sans, has every character that a letter prints."""
    for match in SELDOM.finditer(passage.text):
        if is_visible(match[0]) and not has(match[0]) and not unicodedata.combining(match[0]):
            name = unicodedata.name(match[0], "unassigned").lower()
            yield Flaw(
                *match.span(),
                f"Liberation Sans has no '{match[0]}', U+{ord(match[0]):04X} ({name})",
                "Write it in another way.",
            )


def separate_accent(passage: Passage) -> Iterator[Flaw]:
    """An accented letter is one character.

    A letter followed by a separate accent looks the same, but searches see another word. --fix
    replaces both with the one accented character (Unicode's form C).
    """
    text = passage.text
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return
    for match in re.finditer(r"[^\u0300-\u036f][\u0300-\u036f]+", text):
        joined = unicodedata.normalize("NFC", match[0])
        if joined != match[0]:
            yield Flaw(
                *match.span(),
                f"the accent of '{joined}' stands as a character of its own",
                "Type the accented letter again.",
                joined,
            )

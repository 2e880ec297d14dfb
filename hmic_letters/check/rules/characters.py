"""Single characters that a letter must not have."""

import re
import unicodedata
from collections.abc import Iterator

from hmic_letters.data.passages import Flaw, Passage
from hmic_letters.data.source import Document
from hmic_letters.fonts.coverage import has
from hmic_letters.problem import Change, Fault, Place, is_visible

# What is left out without a trace: spaces of no width, hints where a word may break or join.
WITHOUT_TRACE = {"\u00ad", "\u200b", "\u2060"}


def invisible_character(document: Document) -> Iterator[Fault]:
    """No character in a data file is without a look of its own.

    Such characters come with a paste, from Word or from a web page. One of no width splits a word
    for a search and for a screen reader; a mark of direction shows words in another order than they
    are in; one of private use prints as a box or as nothing, however it looks on the screen it was
    typed on. --fix takes out those that leave no trace: the zero-width space (U+200B), the word
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


# Anything but what letters are mostly made of; a line break is the model's affair.
SELDOM = re.compile("[^\n -~¡-¬®-ɏ‐-‧ẀẁẂẃẄẅỲỳ€]")


def _invisibles(text: str) -> list[int]:
    if text.isascii() and text.isprintable():
        return []
    return [found.start() for found in SELDOM.finditer(text) if not is_visible(found[0])]


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
    """The letters of a letter are Latin.

    A Cyrillic or a Greek letter can look just like a Latin one, and makes another word of it to a
    search and to a screen reader. A ligature such as ‘ﬁ’, which comes with text out of a PDF, is
    two letters in one: --fix takes it apart.
    """
    for found in SELDOM.finditer(passage.text):
        name = unicodedata.name(found[0], "")
        apart = unicodedata.normalize("NFKC", found[0])
        if "LIGATURE" in name and apart.isascii():
            yield Flaw(
                *found.span(), f"'{found[0]}' is {len(apart)} letters in one", "Type them.", apart
            )
        elif found[0].isalpha() and not name.startswith("LATIN"):
            yield Flaw(
                *found.span(),
                f"'{found[0]}' is not a Latin letter but U+{ord(found[0]):04X} ({name.lower()})",
                "Type the letter that it looks like.",
            )


def unprintable_character(passage: Passage) -> Iterator[Flaw]:
    """The typeface of the letters, Liberation Sans, has every character that a letter prints."""
    for found in SELDOM.finditer(passage.text):
        if is_visible(found[0]) and not has(found[0]) and not unicodedata.combining(found[0]):
            name = unicodedata.name(found[0], "unassigned").lower()
            yield Flaw(
                *found.span(),
                f"Liberation Sans has no '{found[0]}', U+{ord(found[0]):04X} ({name})",
                "Write it in another way.",
            )


def separate_accent(passage: Passage) -> Iterator[Flaw]:
    """An accented letter is one character.

    A letter followed by an accent that is a character of its own looks the same, and is another
    word to a search. --fix puts the one character in its place (Unicode's form C).
    """
    text = passage.text
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return
    for found in re.finditer(r"[^\u0300-\u036f][\u0300-\u036f]+", text):
        joined = unicodedata.normalize("NFC", found[0])
        if joined != found[0]:
            yield Flaw(
                *found.span(),
                f"the accent of '{joined}' stands as a character of its own",
                "Type the accented letter again.",
                joined,
            )

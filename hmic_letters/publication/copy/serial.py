"""The serial of a copy: made so that a misread one is recognised, and read back from texts."""

import re
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator

ALPHABET = "7ACDEHKMNPRTV"  # no two look alike in small print; their number is a prime
# Characters that people and programs take for each other. They have one meaning in a reading.
ALIKE = ("0ODQ", "1IJLT", "2Z7", "4A", "5S", "6GC", "8B", "EF", "KX", "VUWY")
MEANINGS = str.maketrans({one: alike[-1] for alike in ALIKE for one in alike})
HYPHENS = "-‐‑‒–—_"
TYPED = re.compile(rf"\b([0-9A-Za-z]{{4}}) ?[{HYPHENS}] ?([0-9A-Za-z]{{4}})\b")
WORD = re.compile("[0-9A-Za-z]+")
SHORTEST, LONGEST = 7, 9  # characters of a reading, of which one may be lost or doubled


def new_serial() -> str:
    """Make a serial, such as 7HKM-PRAC: seven random characters and one that checks them.

    Each character counts by another weight, modulo a prime. So two serials differ in two characters
    at least, and never by an exchange of two: one misread character makes no other serial.
    """
    values = [secrets.randbelow(len(ALPHABET)) for _ in range(7)]
    check = -sum(weight * value for weight, value in enumerate(values, 2)) % len(ALPHABET)
    letters = "".join(ALPHABET[value] for value in (*values, check))
    return f"{letters[:4]}-{letters[4:]}"


def typed_serials(text: str) -> Iterator[str]:
    """Yield the parts of a text that can be serials, as they are typed."""
    for match in TYPED.finditer(text):
        yield f"{match[1]}-{match[2]}".upper()


def printed_serials(text: str) -> Iterator[str]:
    """Yield the parts of a recognised text that can be serials, whatever it has for a hyphen.

    A space may be anywhere in it, and a character may be lost or doubled.
    """
    words = WORD.findall(text.upper())
    for first in range(len(words)):
        reading = ""
        for word in words[first : first + LONGEST]:
            reading += word
            if SHORTEST <= len(reading) <= LONGEST:
                yield f"{reading[:4]}-{reading[4:]}"


class Register:
    """The serials on record, to find the one that a reading means."""

    def __init__(self, serials: Iterable[str]) -> None:
        self._alike: dict[str, set[str]] = defaultdict(set)
        self._near: dict[str, set[str]] = defaultdict(set)
        for serial in serials:
            meaning = _meaning(serial)
            self._alike[meaning].add(serial)
            for shorter in (meaning, *_without_one(meaning)):
                self._near[shorter].add(serial)

    def alike(self, reading: str) -> set[str]:
        """Return the serials that look like a reading, character by character."""
        return set(self._alike.get(_meaning(reading), ()))

    def near(self, reading: str) -> set[str]:
        """Return the serials from which a reading differs by one character, more or less."""
        meaning = _meaning(reading)
        return {
            serial
            for shorter in (meaning, *_without_one(meaning))
            for serial in self._near.get(shorter, ())
        }


def _meaning(reading: str) -> str:
    return reading.replace("-", "").translate(MEANINGS)


def _without_one(text: str) -> Iterator[str]:
    for at in range(len(text)):
        yield text[:at] + text[at + 1 :]

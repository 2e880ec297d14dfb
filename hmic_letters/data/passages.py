"""The words that letters print, from data files and from templates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from hmic_letters.data.emphasis import stars, unmarked
from hmic_letters.data.source import Document, Keys
from hmic_letters.problem import Change, Place
from hmic_letters.workspace.templates import Templates


class Kind(StrEnum):
    """The kind of a passage. Some rules concern only some kinds."""

    NAME = "a name, a heading or a line of an address"
    FINDING = "a finding"
    LEAD = "a finding with points under it"
    POINT = "a point under a finding"
    PROSE = "the prose of a template"


@dataclass(frozen=True, eq=False)
class Passage:
    """A run of words that letters print.

    ``keys`` lead to it in a document; for a template they have its name alone. ``follow`` counts
    the points after a point: 0, 1, or 2 for two or more. ``stars`` are the offsets in the file's
    text of the stars around marked words, which ``text`` lacks.
    """

    text: str
    kind: Kind
    source: Document | Templates
    keys: Keys
    follow: int = 0
    stars: tuple[int, ...] = ()

    def place(self, offset: int = 0) -> Place:
        """Return the place in the file of the character at ``offset``."""
        if isinstance(self.source, Document):
            return self.source.place_in(self.keys, self._in_file(offset))
        before = self.text_of_template[:offset]
        line, column = before.count("\n") + 1, offset - before.rfind("\n")
        return self.source.place(str(self.keys[0]), line, column)

    @property
    def text_of_template(self) -> str:
        """The whole text of the template; the offsets of its prose count in it."""
        assert isinstance(self.source, Templates)
        return self.source.text(str(self.keys[0]))

    def change(self, start: int, end: int, new: str) -> tuple[Change, ...]:
        """Return the changes that put ``new`` there; a template gives none."""
        if isinstance(self.source, Document):
            return self.source.change(self.keys, self._in_file(start), self._in_file(end), new)
        return ()

    def _in_file(self, offset: int) -> int:
        """Return the offset in the file's text of the character at ``offset``."""
        for star in self.stars:
            offset += star <= offset
        return offset

    @property
    def is_under_point(self) -> bool:
        """Whether it is a point under a point."""
        return "points" in self.keys[4:]

    @property
    def finding(self) -> Keys:
        """The keys of the finding that this text or point belongs to."""
        return self.keys[:3]

    @property
    def finding_id(self) -> str:
        """The id of that finding; empty if it has none or the passage is in no finding."""
        if isinstance(self.source, Document) and self.keys[0] == "findings":
            return self.source.text(*self.finding, "id") or ""
        return ""


@dataclass(frozen=True)
class Flaw:
    """A fault in the characters ``start`` to ``end`` of a passage.

    ``new`` replaces the characters, if the correction is purely mechanical. An allowance names
    ``about``, or else the characters. If ``allow`` is true, the remedy also explains how to allow
    the words.
    """

    start: int
    end: int
    message: str
    remedy: str
    new: str | None = None
    about: str | None = None
    allow: bool = False


NAMES = {
    # of a force
    ("name",),
    ("addressee", "style"),
    ("addressee", "name"),
    ("addressee", "honours"),
    ("addressee", "office"),
    ("addressee", "postal_address", "#"),
    ("addressee", "salutation"),
    ("further_addressees", "#", "style"),
    ("further_addressees", "#", "name"),
    ("further_addressees", "#", "honours"),
    ("further_addressees", "#", "office"),
    ("further_addressees", "#", "postal_address", "#"),
    ("your_reference",),
    ("copied_to", "#", "name"),
    ("copied_to", "#", "post"),
    # of the inspection
    ("title",),
    ("former_title",),
    ("short_title",),
    ("fieldwork",),
    ("themes", "#", "heading"),
    ("themes", "#", "question"),
    ("recipients", "one"),
    ("recipients", "many"),
    ("recipients", "officer"),
}
INSPECTORS_NAMES = {
    "name",
    "honours",
    "title",
    "second_title",
    "inspectorate",
    "office",
    "address",
    "telephone",
    "fax",
    "email",
}


def has_any(passage: Passage, hints: tuple[str, ...]) -> bool:
    """Tell whether a passage has any of the words ``hints``, to rule out most passages quickly.

    Why it is quick: most files have none of the words, and each file is searched only once.
    """
    return _source_has_any(passage.source, hints) and any(hint in passage.text for hint in hints)


@lru_cache(maxsize=4096)
def _source_has_any(source: Document | Templates, hints: tuple[str, ...]) -> bool:
    if isinstance(source, Templates):
        return True
    text, characters = _whole(source)
    return any(characters.issuperset(hint) and hint in text for hint in hints)


@lru_cache(maxsize=128)
def _whole(document: Document) -> tuple[str, frozenset[str]]:
    """Return all printed words of a data file, and the characters that they have."""
    text = "\n".join(passage.text for passage in passages(document))
    return text, frozenset(text)


@lru_cache(maxsize=128)
def passages(document: Document) -> tuple[Passage, ...]:
    """Return the printed words of a data file, in its order, even if the file has problems."""
    return tuple(_passages(document))


def _passages(document: Document) -> Iterator[Passage]:
    for keys, text in document.texts():
        kind = _kind(document, keys)
        if kind is Kind.POINT:
            *above, number = keys
            follow = sum(document.has(*above, int(number) + more) for more in (1, 2))
            yield Passage(unmarked(text), kind, document, keys, follow, stars(text))
        elif kind in {Kind.FINDING, Kind.LEAD} or (kind and "particulars" in keys):
            yield Passage(unmarked(text), kind, document, keys, 0, stars(text))
        elif kind is not None:
            yield Passage(text, kind, document, keys)


def _kind(document: Document, keys: Keys) -> Kind | None:
    match keys:
        case ("findings", _, int(), "text"):
            return Kind.LEAD if document.has(*keys[:-1], "points", 0) else Kind.FINDING
        case ("findings", _, int(), "points", int(), "text"):
            return Kind.LEAD
        case ("findings", _, int(), "points", int()) | (
            "findings",
            _,
            int(),
            "points",
            int(),
            "points",
            int(),
        ):
            return Kind.POINT
        case ("inspectors", _, *_, last) if last in INSPECTORS_NAMES:
            return Kind.NAME
    if "particulars" in keys:
        return Kind.NAME
    pattern = tuple("#" if isinstance(key, int) else key for key in keys)
    return Kind.NAME if pattern in NAMES else None


# The attributes that a browser shows or a screen reader reads out.
SHOWN = re.compile(r"""\b(?:alt|title|content|aria-label)=(?:"([^"]*)"|'([^']*)')""")
# A string of Jinja2 or of a style sheet.
STRING = re.compile(r"""(?:"([^"]*)"|'([^']*)')""")
# The texts that a style sheet prints.
CONTENT = re.compile(r"(?<![\w-])content\s*:[^;{}]*")
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
# Tags that do not end a sentence.
INLINE = re.compile(
    r"</?(?:a|abbr|b|br|em|i|q|small|span|strong|sub|sup|time|u|wbr)\b", re.IGNORECASE
)
# The parts of a template that are not prose. A '<' begins a tag only before a letter.
IN_JINJA = r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}"
NO_PROSE = {
    ".txt": re.compile(IN_JINJA, re.DOTALL),
    ".html": re.compile(
        IN_JINJA + r"|<(style|script)\b.*?</\1>|<!--.*?-->|</?[a-zA-Z!][^>]*>", re.DOTALL
    ),
}


def prose(templates: Templates) -> Iterator[Passage]:
    """Yield the prose of each template and style sheet, at its offsets in the file.

    A tag ends a sentence, unless it is an inline tag. So does an empty line of a template of text.
    """
    for name in templates.files:
        kind = name[name.rfind(".") :]
        flat = templates.text(name).replace("\n", " ")
        if kind == ".txt":
            flat = flat.replace("  ", " \n")
        if kind in NO_PROSE:
            yield Passage(NO_PROSE[kind].sub(_blank, flat), Kind.PROSE, templates, (name,))
        elif kind == ".css":
            yield Passage(_printed_by(flat), Kind.PROSE, templates, (name,))


def _printed_by(style: str) -> str:
    """Blank a style sheet but for the strings that it prints."""
    blank = [" "] * len(style)
    for content in CONTENT.finditer(style):
        for text in STRING.finditer(content[0]):
            start = content.start() + text.start(text.lastindex or 0)
            words = text[text.lastindex or 0]
            blank[start : start + len(words)] = words if "\\" not in words else " " * len(words)
    return "".join(blank)


def _blank(match: re.Match[str]) -> str:
    markup = match[0]
    if markup.startswith("<style"):
        return _printed_by(markup)
    ends = markup.startswith("<") and not INLINE.match(markup)
    blank = ["\n" if ends else " ", *" " * (len(markup) - 1)]
    if markup.startswith(("{#", "<!--", "<meta http-equiv")):  # no reader sees these
        return "".join(blank)
    for text in (SHOWN if markup.startswith("<") else STRING).finditer(markup):
        words = text[text.lastindex or 0]
        start = text.start(text.lastindex or 0)
        blank[start : start + len(words)] = EXPRESSION.sub(lambda one: " " * len(one[0]), words)
    return "".join(blank)

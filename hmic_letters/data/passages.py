"""The words that a letter prints, wherever they are typed: in data files or in templates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from hmic_letters.data.source import Document, Keys
from hmic_letters.problem import Change, Place
from hmic_letters.workspace.templates import Templates


class Kind(StrEnum):
    """What a passage is in its letter, for the rules that concern some of them."""

    NAME = "a name, a heading or a line of an address"
    FINDING = "a finding"
    LEAD = "a finding with points under it"
    POINT = "a point under a finding"
    PROSE = "the prose of a template"


@dataclass(frozen=True, eq=False)
class Passage:
    """A run of words.

    ``keys`` lead to it in a document, or are the name of the template. ``follow`` is how many
    points follow a point: none, one, or more (2).
    """

    text: str
    kind: Kind
    source: Document | Templates
    keys: Keys
    follow: int = 0

    def place(self, offset: int = 0) -> Place:
        """Where the character at ``offset`` is typed."""
        if isinstance(self.source, Document):
            return self.source.place_in(self.keys, offset)
        before = self.text_of_template[:offset]
        line, column = before.count("\n") + 1, offset - before.rfind("\n")
        return self.source.place(str(self.keys[0]), line, column)

    @property
    def text_of_template(self) -> str:
        """The whole of the template, to which the offsets of its prose apply."""
        assert isinstance(self.source, Templates)
        return self.source.text(str(self.keys[0]))

    def change(self, start: int, end: int, new: str) -> tuple[Change, ...]:
        """What to type to have ``new`` there; nothing can be told of a template."""
        if isinstance(self.source, Document):
            return self.source.change(self.keys, start, end, new)
        return ()

    @property
    def finding(self) -> Keys:
        """The keys of the finding that a finding's text or point belongs to."""
        return self.keys[:3]

    @property
    def finding_id(self) -> str:
        """The id of that finding; empty where it has none or this is no finding's text."""
        if isinstance(self.source, Document) and self.keys[0] == "findings":
            return self.source.text(*self.finding, "id") or ""
        return ""


@dataclass(frozen=True)
class Flaw:
    """What is wrong with the characters ``start`` to ``end`` of a passage.

    ``new`` would put it right, where that is purely mechanical. ``about`` is what an allowance
    names, where it is not those characters; ``allow`` tells the reader how to allow it.
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
    ("copied_to", "#", "name"),
    ("copied_to", "#", "post"),
    # of the inspection
    ("title",),
    ("former_title",),
    ("short_title",),
    ("fieldwork",),
    ("themes", "#", "heading"),
    ("themes", "#", "question"),
}
INSPECTORS_NAMES = {
    "name",
    "honours",
    "title",
    "inspectorate",
    "office",
    "address",
    "telephone",
    "email",
}


def has_any(passage: Passage, hints: tuple[str, ...]) -> bool:
    """Whether a passage has one of some words in it: the quick way past most passages.

    Most files have none of them anywhere, which is looked up once for a file.
    """
    return _somewhere(passage.source, hints) and any(hint in passage.text for hint in hints)


@lru_cache(maxsize=4096)
def _somewhere(source: Document | Templates, hints: tuple[str, ...]) -> bool:
    if isinstance(source, Templates):
        return True
    text = "\n".join(passage.text for passage in passages(source))
    return any(hint in text for hint in hints)


@lru_cache(maxsize=128)
def passages(document: Document) -> tuple[Passage, ...]:
    """The printed words of a data file, in its order, whatever else is wrong with the file."""
    return tuple(_passages(document))


def _passages(document: Document) -> Iterator[Passage]:
    for keys, text in document.texts():
        kind = _kind(document, keys)
        if kind is Kind.POINT:
            *above, number = keys
            follow = sum(document.has(*above, int(number) + more) for more in (1, 2))
            yield Passage(text, kind, document, keys, follow)
        elif kind is not None:
            yield Passage(text, kind, document, keys)


def _kind(document: Document, keys: Keys) -> Kind | None:
    match keys:
        case ("findings", _, int(), "text"):
            return Kind.LEAD if document.has(*keys[:-1], "points", 0) else Kind.FINDING
        case ("findings", _, int(), "points", int()):
            return Kind.POINT
        case ("inspectors", _, *_, last) if last in INSPECTORS_NAMES:
            return Kind.NAME
    if "particulars" in keys:
        return Kind.NAME
    pattern = tuple("#" if isinstance(key, int) else key for key in keys)
    return Kind.NAME if pattern in NAMES else None


# What a tag shows or a screen reader reads out, and the strings of Jinja2.
SHOWN = re.compile(r"""\b(?:alt|title|content|aria-label)="([^"]*)\"""")
STRING = re.compile(r"""(?:"([^"]*)")""")
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
# Tags inside a sentence.
INLINE = re.compile(
    r"</?(?:a|abbr|b|br|em|i|q|small|span|strong|sub|sup|time|u|wbr)\b", re.IGNORECASE
)
# What a template says that is no prose.
NO_PROSE = re.compile(
    r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<(style|script)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL
)


def prose(templates: Templates) -> Iterator[Passage]:
    """The prose of each template, at its offsets in the file; a tag there ends a sentence."""
    for name in templates.files:
        if name.endswith(".html"):
            flat = templates.text(name).replace("\n", " ")
            text = NO_PROSE.sub(_blank, flat)
            yield Passage(text, Kind.PROSE, templates, (name,))


def _blank(found: re.Match[str]) -> str:
    said = found[0]
    ends = said.startswith("<") and not INLINE.match(said)
    blank = ["\n" if ends else " ", *" " * (len(said) - 1)]
    if said.startswith("<meta http-equiv"):  # spoken to the browser
        return "".join(blank)
    for text in (SHOWN if said.startswith("<") else STRING).finditer(said):
        blank[text.start(1) : text.end(1)] = EXPRESSION.sub(lambda one: " " * len(one[0]), text[1])
    return "".join(blank)

"""Understand the answers that people write into a form: a tick, a class, evidence, a name."""

import re
import unicodedata
from collections.abc import Collection

from hmic_letters.accuracy.form.content import COMPLETED_BY, NO_INACCURACIES
from hmic_letters.check.checked import BULLET
from hmic_letters.data.model.accuracy import CLASSES, Kind
from hmic_letters.problem import is_visible

MARKS = "✓✔✗✘☑☒√×✅🗸🗹⊠⌧"
YES = {*MARKS, "x", "y", "yes", "true"}
# Words and signs beside the sentence that there are no inaccuracies. A '?' makes a yes no yes.
BESIDE = re.compile(r"""[^\W_]+|[^\w\s\[\]().,:;!☐•'"-]""")
# A mark in brackets, a mark that begins the line, or the picture of a tick.
TICKED = re.compile(rf"[\[(]\s*(?:x|y|yes)\s*[\])]|^\W*x\b|[{MARKS}]")
# A class alone, or with a sign before its description: 'B', 'class b', 'a - slip', 'C (omission)'.
CLASS = re.compile(
    r"\W*(?:class\b\W*)?([abc])(?:\W*|\s*[-:(.,)].+|(?<!a)\s+\w.+|\s+(?:slip|typo|mis|spelling).*)"
)
# A second class, or a doubt; an 'a' before a word is an article.
UNSURE = re.compile(r"\?|\b(?:or|not|[bc])\b|\ba\b(?!\s+\w)")
# Entries that are no answer, and others that are no evidence.
NOTHING = re.compile(
    r"\W*(?:(?:n\W{0,3}a|none|no|nil|nothing|no (?:comment|change|point)s?|not applicable|tb[acd]"
    r"|ditto|yes|ok|x+|(?:see|as) (?:above|below|before|point))\W*)?"
)
NO_EVIDENCE = re.compile(
    r"\W*(?:(?:n/a|none|nil|nothing)\b.*|no [a-z]+|unknown|not (?:available|known|yet.*)|pending"
    r"|to follow|will (?:follow|send|be [a-z]+)|(?:available )?(?:up)?on request"
    r"|to be (?:confirmed|provided|supplied|advised|sent)|(?:do not|don't) know)\W*"
)
# Words beside a name that say more than a name and a post.
MORE = re.compile(
    r"%|\b(?:but|except|however|wrong|not|is|are|was|were|should|please|incorrect|inaccura\w+"
    r"|disagree\w*|unless|until|subject to)\b"
)
FOLDED = str.maketrans("‘’‛“”„–—‑\xa0", "'''\"\"\"--- ")
# A hyphen that is shown at the end of a line alone, with the end of that line.
SOFT_BREAK = re.compile("\N{SOFT HYPHEN}\\s*")


def folded(text: str) -> str:
    """Undo changes that Word makes by itself: kinds of quotation marks, dashes and spaces."""
    return " ".join(unicodedata.normalize("NFC", text).translate(FOLDED).split())


def cleaned(text: str) -> str:
    """Put a cell's text on one line, without invisible characters."""
    lines = [line.strip() for line in SOFT_BREAK.sub("", text).splitlines() if line.strip()]
    joined = "".join(
        f"{BULLET if line.startswith('•') else ' '}{line.removeprefix('•').strip()}"
        for line in lines
    )
    shown = "".join(one if is_visible(one) or one.isspace() else "" for one in joined)
    return " ".join(shown.split())


def simple(text: str) -> str:
    """Return a line as it is compared: folded, in small letters and without a bullet."""
    return folded(unicodedata.normalize("NFKC", cleaned(text))).casefold().removeprefix("• ")


TICK = simple(NO_INACCURACIES).rstrip(".")
AUTHOR = re.compile(rf"[^a-z]*{simple(COMPLETED_BY).partition(' (')[0]}[^:]*:")


def is_ticked(line: str) -> bool:
    """Return whether the line of the box has a tick, whatever else it says."""
    rest = simple(line).replace(TICK, " ").strip(" .")
    words = BESIDE.findall(rest)
    return bool(TICKED.search(rest)) or bool(words and YES.issuperset(words))


def says_more_than_yes(line: str) -> bool:
    """Return whether the line of the box has any words but its own and a tick."""
    return not YES.issuperset(BESIDE.findall(simple(line).replace(TICK, " ")))


def says_more_than_a_name(text: str, findings: Collection[str]) -> bool:
    """Return whether the name of an author is followed by words about the findings."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return bool(MORE.search(text.casefold())) or any(name.casefold() in words for name in findings)


def class_of(cell: str) -> Kind | None:
    """Return the class that a cell names; None if it names none or may name several."""
    text = simple(cell)
    match = CLASS.fullmatch(text)
    if match is None or UNSURE.search(text, match.end(1)):
        return None
    return next(kind for kind in CLASSES if kind == match[1].upper())


def is_nothing(text: str) -> bool:
    """Return whether an entry, such as 'N/A', is no answer."""
    return NOTHING.fullmatch(simple(text)) is not None


def is_evidence(text: str) -> bool:
    """Return whether an entry may name a document; 'N/A' and 'to follow' name none."""
    return not is_nothing(text) and NO_EVIDENCE.fullmatch(simple(text)) is None

"""House style: how the words of a letter are typed.

Each check reads one passage; only the check of acronyms reads a whole letter.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from operator import eq

from hmic_letters.check.names import is_mark
from hmic_letters.check.rules.leftovers import STAND_IN
from hmic_letters.data.load import Workspace
from hmic_letters.data.passages import Flaw, Kind, Passage, has_any
from hmic_letters.problem import Fault
from hmic_letters.workspace.templates import Templates

SPACES = re.compile("[ \u00a0]{2,}")
STRAIGHT = re.compile("[\"'`´′]|(?<=[A-Za-z])‘(?=[a-z])")
SHORT_FORMS = re.compile(r"(?:tis|twas|em|n|til|cause|s|t|re|ve|ll|d|m)\b|\d", re.IGNORECASE)
HYPHENS = re.compile(r"-(?:(?<=\s-)(?=\s)|-{1,2})")
CONTRACTION = re.compile(r"(?<=[A-Za-z])[’'](t|s|m|re|ve|ll|d)\b", re.IGNORECASE)
# After these words 's is a contraction; after any other word it may be a possessive.
SHORTENED = {
    *("i", "you", "he", "she", "it", "we", "they", "that", "this", "there", "here", "what", "who"),
    *("where", "let"),
}
STOP = re.compile(r"[.!?][’”\"')\]]*$")
ENDINGS = {0: ".", 1: "; and' or '; or", 2: ";"}
ENDED = {0: STOP, 1: re.compile(r"[;,] (?:and|or)$"), 2: re.compile(r"[;,](?: (?:and|or))?$")}
# An acronym has at most eight letters: a longer word in capitals is an ordinary word.
ACRONYM = re.compile(r"\b(?=[A-Z&]*[A-Z]{2})[A-Z][A-Z&]{0,6}[A-Z](?=s?\b)")
ROMAN = re.compile("[IVX]+")
WORDS_FOLLOW = re.compile(r"s? \((?=[A-Za-z]+[ ,])")
EXPLAINED = re.compile(r"[(‘]([A-Z][A-Z&]*[A-Z])s?[)’]")


def doubled_space(passage: Passage) -> Iterator[Flaw]:
    """One space separates words and sentences. --fix removes any others."""
    # Why not in templates: their line ends and tags leave doubled spaces.
    if passage.kind is Kind.PROSE or not has_any(passage, ("  ", "\u00a0 ", " \u00a0")):
        return
    for match in SPACES.finditer(passage.text):
        yield Flaw(
            *match.span(),
            f"{len(match[0])} spaces stand here, where one should",
            "Leave one.",
            " ",
        )


def straight_quote(passage: Passage) -> Iterator[Flaw]:
    """Quotation marks and apostrophes are curly: ‘ ’ “ ”.

    --fix replaces a mark if its direction is certain. That is so for an apostrophe inside or at the
    end of a word, and for a mark at either end of a quotation. A mark after a figure may mean feet,
    inches, minutes or seconds: replace it yourself.
    """
    for match in STRAIGHT.finditer(passage.text):
        before, after = passage.text[: match.start()][-1:], passage.text[match.end() :][:1]
        left, right = ("“", "”") if match[0] == '"' else ("‘", "’")
        opens = not before or before.isspace() or before in "([–—‘“"
        closes = not after or after.isspace() or after in ")].,;:!?–—’”"
        new = None
        ends = before.isalpha() and (closes or (after.isalpha() and left == "‘"))
        if ends or (before and before in ".!?)…" and closes):
            new = right
        elif opens and after.isalpha() and not SHORT_FORMS.match(passage.text, match.end()):
            new = left
        kind = "quotation mark" if match[0] == '"' else "apostrophe or quotation mark"
        yield Flaw(
            *match.span(), f"this {kind} is not curly", f"Type {new or f'{left} or {right}'}.", new
        )


def hyphen_as_dash(passage: Passage) -> Iterator[Flaw]:
    """A dash between words is a dash (–), not a hyphen (-).

    --fix replaces the hyphen, but not after a colon or a semicolon, where it may begin a list.
    """
    for match in HYPHENS.finditer(passage.text):
        before = passage.text[: match.start()].rstrip()[-1:]
        between = passage.text[match.end() : match.end() + 1].isspace()
        new = "–" if before and before not in ":;.-" and between else None
        yield Flaw(*match.span(), "a hyphen stands for a dash", "Type –.", new)


def contraction(passage: Passage) -> Iterator[Flaw]:
    """A letter to a chief constable writes words out: 'does not', not 'doesn’t'."""
    text = passage.text
    for match in CONTRACTION.finditer(text):
        start = match.start()
        while start and text[start - 1].isalpha():
            start -= 1
        stem, end = text[start : match.start()].casefold(), match[1].casefold()
        if (
            (end == "t" and stem.endswith("n"))
            or end in {"re", "ve", "ll"}
            or (end != "t" and stem in SHORTENED)
        ):
            shown = text[start : match.end()]
            yield Flaw(start, match.end(), f"'{shown}' is a contraction", "Write it out.")


def missing_full_stop(passage: Passage) -> Iterator[Flaw]:
    """A finding ends with a full stop, or with a colon if it has points under it.

    --fix adds nothing here: the sentence may have been cut off.
    """
    text = passage.text.rstrip()
    if not text:
        return
    if passage.kind is Kind.FINDING and not STOP.search(text):
        message = "the finding does not end with a full stop"
    elif passage.kind is Kind.LEAD and not text.endswith(":"):
        message = "the finding has points under it and does not end with a colon"
    else:
        return
    remedy = "End it, once you have seen that it is whole."
    yield Flaw(len(text) - 1, len(text), message, remedy, about=passage.finding_id)


def point_ending(passage: Passage) -> Iterator[Flaw]:
    """The points under a finding form one sentence.

    The last point ends with a full stop, the last but one with '; and' or '; or'. All others end
    with a semicolon. The endings of points under a point are the writer's own.
    """
    text = passage.text.rstrip()
    if passage.is_under_point:
        return
    if text and passage.kind is Kind.POINT and not ENDED[passage.follow].search(text):
        which = ("the last point", "the last point but one", "a point that others follow")
        yield Flaw(
            len(text) - 1,
            len(text),
            f"{which[passage.follow]} does not end with '{ENDINGS[passage.follow]}'",
            "End it so, once you have seen that it is whole.",
            about=passage.finding_id,
        )


BROKEN = re.compile(r"(?<=[a-z])- (?!and\b|or\b|to\b|nor\b)(?=[a-z])")


def broken_word(passage: Passage) -> Iterator[Flaw]:
    """A word with a hyphen is on one line of the file.

    Why: a line break after the hyphen would print as a space.
    """
    for match in BROKEN.finditer(passage.text):
        yield Flaw(*match.span(), "a hyphen is followed by a space", "Write the word in one line.")


REPEATED = re.compile(r"\b(\w++)\s+\1\b", re.IGNORECASE)
MAY_REPEAT = {"had", "that"}
OPENINGS = "(‘“-/"
# 'more and more and more', 'day by day by day'.
LINKS = {"and", "or", "by", "to", "after"}
LONGEST_PHRASE = 4  # words; repeated-sentence finds sentences
# '70% 75%', '70% per cent', '12 12'; not the groups of a telephone number.
FIGURES = re.compile(
    r"[£$€]\d[\d.,]*\w*\s+[£$€]\d[\d.,]*\w*|\d[\d.,]*%\s+\d[\d.,]*%|%\s+(?:%|per ?cent\b)"
    r"|(?<!\d )(?<![\d.,/-])(\d[\d.,]*)\s+\1(?![\w,/-]| \d)"
)
# Why: looking for this is faster.
FIGURE_BEFORE_FIGURE = re.compile(r"[\d%]\w*%?\s+[\d£$€%p]")
BRACKETS = ("()", "[]", "“”")
STRAY_HINTS = (
    *(" ,", " ;", " :", " .", " !", " ?", "..", ",,", ";;", "::", "!!", ",.", ",;", ";.", ":."),
    *("!.", "!,", "?.", "?,", ".,", ".;", ".?", ".!", "( ", " )", "()", "“”", "‘’", "““", "””"),
    *("‘‘", "’’", "%%", "££"),
)
BEGIN_NO_TEXT = {*",;:.!)]"}
STRAY = re.compile(
    r"(?<=\S) +(?=[,;:.!?](?:\s|$)|,\w)|(?<=\() +| +(?=\))"
    r"|(?<!\.)\.\.(?!\.)|,,|;;|::|!!|%%|££|[,;:][,;:.!?]|(?<=[a-z])[!?][.,;:]|(?<![A-Z.][a-z])(?<!\betc)(?<!\b(?:al|cf|vs|no|eg|ie))(?<=[a-z]{2})\.[,;!?]"
    r"|\(\s*\)|“\s*”|‘\s*’(?!\w)|‘‘|““|””|’’"
)


def doubled_word(passage: Passage) -> Iterator[Flaw]:
    """No word, phrase or figure appears twice in a row, except in 'that that' and 'had had'."""
    if passage.kind is Kind.PROSE:
        return
    text = passage.text
    plain = text.lower()
    for sign in OPENINGS:
        plain = plain.replace(sign, " ")
    words = plain.split()
    # Why: in most texts no word begins with the word before, and this test is faster.
    if any(map(str.startswith, words[1:], words)):
        for match in REPEATED.finditer(text):
            if match[1].casefold() not in MAY_REPEAT and not match[1].isdigit():
                yield Flaw(*match.span(), f"'{match[0]}' is the same word twice", "Remove one.")
    # Why: in a doubled phrase two words in a row come twice.
    if len({*pairwise(words)}) < len(words) - 1:
        yield from _doubled_phrases(text, plain, words)
    if passage.kind is not Kind.NAME and FIGURE_BEFORE_FIGURE.search(text):
        for match in FIGURES.finditer(text):
            yield Flaw(*match.span(), f"'{match[0]}' is a figure or sign twice", "Remove one.")


def _doubled_phrases(text: str, plain: str, words: list[str]) -> Iterator[Flaw]:
    for length in range(2, LONGEST_PHRASE + 1):
        start = bytes(map(eq, words, words[length:])).find(b"\1" * length)
        phrase = words[start : start + length]
        # repeated-sentence reports whole sentences.
        if start >= 0 and LINKS.isdisjoint(phrase) and phrase[-1][-1] not in ".!?":
            places = [match.span() for match in re.finditer(r"\S+", plain)]
            first, last = places[start][0], places[start + 2 * length - 1][1]
            message = f"'{text[first:last]}' is the same phrase twice"
            yield Flaw(first, last, message, "Remove one.")
            return


def stray_punctuation(passage: Passage) -> Iterator[Flaw]:
    """No space comes before a comma or a stop, and no two marks come in a row.

    No text begins with such a mark, and nothing is in empty brackets. --fix removes the space.
    """
    if passage.kind is Kind.PROSE:
        return
    if passage.text[:1] in BEGIN_NO_TEXT and not passage.text.startswith(".."):
        yield Flaw(0, 1, f"the text begins with '{passage.text[0]}'", "Remove it.")
    if not has_any(passage, STRAY_HINTS):
        return
    for match in STRAY.finditer(passage.text):
        if match[0].isspace():
            yield Flaw(*match.span(), "a space stands before or after a mark", "Remove it.", "")
        elif match[0][0] in "(“‘" and match[0][0] != match[0][-1]:
            yield Flaw(*match.span(), f"nothing is in '{match[0]}'", "Write it, or remove them.")
        else:
            twice = "is a mark twice" if match[0][0] == match[0][-1] else "is one mark too many"
            yield Flaw(*match.span(), f"'{match[0]}' {twice}", "Remove one.")


def open_bracket(passage: Passage) -> Iterator[Flaw]:
    """Every bracket or double quotation mark that is opened is closed."""
    if passage.kind is Kind.PROSE or not has_any(passage, tuple("".join(BRACKETS))):
        return
    for pair in BRACKETS:
        opened: list[int] = []
        for at, character in enumerate(passage.text):
            if character == pair[0]:
                opened.append(at)
            elif character == pair[1] and opened:
                opened.pop()
            elif character == pair[1]:
                yield Flaw(at, at + 1, f"'{pair[1]}' closes nothing", f"Put '{pair[0]}' before it.")
        for at in opened:
            yield Flaw(at, at + 1, f"'{pair[0]}' is not closed", f"Put '{pair[1]}' after it.")


def typed_bullet(passage: Passage) -> Iterator[Flaw]:
    """A text begins with its words: the template adds the bullets."""
    if match := re.match(r"(?:[•●▪◦·*o–-]|\d+[.)]|\(?[a-z]\))\s+", passage.text):
        yield Flaw(*match.span(), "a bullet or a number is typed here", "Delete it.")


def unexplained_acronym(
    letter: tuple[Passage, ...],
    slug: str,  # noqa: ARG001
    workspace: Workspace,
) -> Iterator[Fault]:
    """An acronym is explained at its first use: 'force control room (FCR)', 'FCR (force ...)'.

    If every reader knows an acronym, list it under known_acronyms in data/inspection.yaml. An
    explanation in the standing paragraphs counts, too.
    """
    known = {*workspace.inspection.value.known_acronyms, *_explained(workspace.templates)}
    for passage in letter:
        if passage.kind is Kind.NAME:
            continue
        explained = {match.start(1) for match in EXPLAINED.finditer(passage.text)}
        for match in ACRONYM.finditer(passage.text):
            explains = (
                match.start() in explained
                or re.fullmatch(STAND_IN, match[0])
                or ROMAN.fullmatch(match[0])
                or WORDS_FOLLOW.match(passage.text, match.end())
                or is_mark(match[0], workspace)
            )
            if match[0] not in known and not explains:
                yield Fault(
                    passage.place(match.start()),
                    f"'{match[0]}' has not been explained",
                    f"Write its words out and '({match[0]})' after them, or list it under "
                    "known_acronyms in data/inspection.yaml.",
                    match[0],
                )
            known.add(match[0])


@lru_cache(maxsize=2)
def _explained(templates: Templates) -> frozenset[str]:
    """Return the acronyms that the standing paragraphs explain."""
    texts = (templates.text(name) for name in templates.files if name.endswith(".html"))
    return frozenset(acronym for text in texts for acronym in EXPLAINED.findall(text))

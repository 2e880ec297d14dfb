"""Names, officers and own terms of another force in a force's letter."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from hmic_letters.check.names import is_mark, strangers_in
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.calendar import MONTHS, WEEKDAYS
from hmic_letters.data.passages import Flaw, Kind, Passage, passages
from hmic_letters.problem import Fault


def another_force(passage: Passage, slug: str | None, workspace: Workspace) -> Iterator[Flaw]:
    """No letter mentions another force, by name, by alias or by an address.

    Each force's file lists its aliases. A name counts in small letters and with hyphens, too. A web
    or e-mail address belongs to the force that it names, or whose file has it. 'Durham University'
    is no alias of a force, nor is 'Norfolk Street'. A finding may have to mention another force,
    such as one that works with this force. Then an entry under 'allowed' in the force's file gives
    the reason; its text is the words, or the finding's id. The inspection's file and the templates
    mention no force, because every letter prints them.
    """
    yield from _flaws(passage, slug, workspace, {"name", "alias", "address"})


def officer_of_another_force(
    passage: Passage, slug: str | None, workspace: Workspace
) -> Iterator[Flaw]:
    """No letter mentions another force's chief officer, or a person its letter is copied to.

    The check looks for their names, and for a chief officer's title and surname ('Mr Bliss').
    """
    yield from _flaws(passage, slug, workspace, {"officer"})


def term_of_another_force(
    passage: Passage, slug: str | None, workspace: Workspace
) -> Iterator[Flaw]:
    """No letter contains a term that another force's file lists under own_terms.

    Own terms are names of programmes, systems and operations that only one force has ('Metis'). If
    two forces share a term, list it in both files.
    """
    yield from _flaws(passage, slug, workspace, {"term"})


BELONGS = {
    "name": "'{words}' is named",
    "alias": "'{words}' ({names}) is named",
    "address": "'{words}' (of {names}) is",
    "officer": "'{words}' (of {names}) is named",
    "term": "'{words}' (a term of {names}) stands",
}


def _flaws(
    passage: Passage, slug: str | None, workspace: Workspace, kinds: set[str]
) -> Iterator[Flaw]:
    where = f"the letter to {name_of(workspace, slug)}" if slug else "every letter"
    for stranger in strangers_in(passage, slug, workspace):
        mark = stranger.mark
        if mark.what in kinds:
            words = " ".join(passage.text[stranger.start : stranger.end].split())
            mention = BELONGS[mark.what].format(words=words, names=mark.names(workspace))
            yield Flaw(
                stranger.start,
                stranger.end,
                f"{mention} in {where}",
                "Look whether the text is in the right letter.",
                about=words,
                allow=True,
            )


# Capitalised words in a row form one name ('Strategic Alliance'), which may fit many forces.
NAME = re.compile(r"[A-Z][\w’]*(?:[ -][A-Z][\w’]*)*")
OPENERS = frozenset(
    (
        *("A", "All", "Although", "An", "And", "Any", "As", "At", "Both", "But", "By", "Despite"),
        *("Each", "Every", "Few", "For", "From", "Given", "HMIC", "He", "Here", "However", "If"),
        *("In", "Into", "It", "Its", "Many", "More", "Most", "No", "None", "Not", "Of", "On"),
        *("One", "Other", "Our", "Over", "She", "Since", "So", "Some", "Such", "Than", "That"),
        *("The", "Their", "Then", "There", "These", "They", "This", "Those", "Through", "To"),
        *("Two", "Under", "Until", "We", "What", "When", "Where", "Which", "While", "Who"),
        *("Whose", "With", "Within", "Without", "You", "Your"),
    )
)


# Names that belong to no single force.
COMMON = frozenset(
    (
        *MONTHS,
        *WEEKDAYS,
        *("Wales", "England", "Scotland", "Ireland", "Britain", "London", "Europe", "Christmas"),
        *("Easter", "Parliament", "Government", "Crown", "Police", "Constabulary", "Inspectorate"),
    )
)


@lru_cache(maxsize=2)
def _terms(workspace: Workspace) -> tuple[dict[str, set[str]], set[str], set[str]]:
    """Return the users of each capitalised word, the words used alone, and those in small letters.

    The users are the slugs of forces.
    """
    users: dict[str, set[str]] = defaultdict(set)
    alone: set[str] = set()
    small: set[str] = set()
    for slug, document in workspace.documents.items():
        located = workspace.forces.get(slug)
        if located is None or located.value.specimen:
            continue
        own = workspace.force_of(slug)
        for passage in passages(document):
            if passage.kind is Kind.NAME:
                continue
            small.update(re.findall(r"\b[a-z]+\b", passage.text))
            for match in NAME.finditer(passage.text):
                words = match[0].split(" ")
                if words[0] in OPENERS:
                    words = words[1:]
                for word in words:
                    users[word].add(own)
                before = passage.text[: match.start()].rstrip("‘“(")
                starts = not before or before.rstrip()[-1:] in ".!?:;"
                if len(words) == 1 and (not starts or words[0] != match[0]):
                    alone.add(words[0])
    return users, alone, small


def shared_term(letter: tuple[Passage, ...], slug: str, workspace: Workspace) -> Iterator[Fault]:
    """A name that only the findings of two forces contain is an own term of one or of both.

    A single capitalised word counts as such a name ('Metis'), several in a row ('Strategic
    Alliance') do not. List it under own_terms of the force it belongs to, or allow it in both
    files. The check reports its first use in a letter.
    """
    users, alone, small = _terms(workspace)
    own = workspace.force_of(slug)
    settled = set(COMMON)
    for passage in letter:
        if passage.kind is Kind.NAME or not alone:
            continue
        for match in re.finditer(r"\b[A-Z][a-z]\w*", passage.text):
            word = match[0]
            users_of_word = users.get(word, set())
            if word in settled or word not in alone or own not in users_of_word:
                continue
            others = users_of_word - {own}
            known = word.casefold() in small or is_mark(word, workspace)
            if len(others) == 1 and not known:
                settled.add(word)
                yield Fault(
                    passage.place(match.start()),
                    f"'{word}' occurs in the findings about {name_of(workspace, *others)} and in "
                    "these, and nowhere else",
                    "Look whose it is, and list it under own_terms there, or of both.",
                    word,
                    passage.finding_id,
                    allow=True,
                )


def name_of(workspace: Workspace, slug: str) -> str:
    """Return the name of a force, or its slug if its file could not be understood."""
    located = workspace.forces.get(slug)
    return located.value.name if located else slug

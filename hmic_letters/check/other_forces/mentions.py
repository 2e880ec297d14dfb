"""Names, officers and terms of another force in a force's letter."""

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
    """No letter speaks of another force, by its name or by an alias.

    The aliases stand in each force's file. 'Durham University' is no alias of a force, nor is
    'Norfolk Street'. Where a finding has to speak of another force, as of one it works with, an
    entry under 'allowed' in the force's file says why; its text is the words, or the finding's id.
    In the inspection's file and in the templates, which every letter prints, no force may stand.
    """
    yield from _flaws(passage, slug, workspace, {"name", "alias"})


def officer_of_another_force(
    passage: Passage, slug: str | None, workspace: Workspace
) -> Iterator[Flaw]:
    """No letter speaks of another force's chief officer, or of a person who gets its copy.

    They are known by their name, a chief officer by title and surname too ('Mr Bliss').
    """
    yield from _flaws(passage, slug, workspace, {"officer"})


def term_of_another_force(
    passage: Passage, slug: str | None, workspace: Workspace
) -> Iterator[Flaw]:
    """No letter has a term that another force's file lists under own_terms.

    Such are the names of programmes, systems and operations that one force alone has ('Metis'). A
    term that two forces share goes into the files of both.
    """
    yield from _flaws(passage, slug, workspace, {"term"})


BELONGS = {
    "name": "'{words}' is named",
    "alias": "'{words}' ({names}) is named",
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
            said = BELONGS[mark.what].format(words=mark.words, names=mark.names(workspace))
            yield Flaw(
                stranger.start,
                stranger.end,
                f"{said} in {where}",
                "Look whether the text is in the right letter.",
                allow=True,
            )


# Capitalised words in a row are one name ('Strategic Alliance'), which says little of one force.
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


# Names that say nothing of one force.
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
    """By whom each capitalised word is used; those that stand alone; words in small letters."""
    users: dict[str, set[str]] = defaultdict(set)
    alone: set[str] = set()
    small: set[str] = set()
    for slug, document in workspace.documents.items():
        located = workspace.forces.get(slug)
        if located is None or located.value.specimen:
            continue
        for passage in passages(document):
            if passage.kind is Kind.NAME:
                continue
            small.update(re.findall(r"\b[a-z]+\b", passage.text))
            for found in NAME.finditer(passage.text):
                words = found[0].split(" ")
                if words[0] in OPENERS:
                    words = words[1:]
                for word in words:
                    users[word].add(slug)
                before = passage.text[: found.start()].rstrip("‘“(")
                starts = not before or before.rstrip()[-1:] in ".!?:;"
                if len(words) == 1 and (not starts or words[0] != found[0]):
                    alone.add(words[0])
    return users, alone, small


def shared_term(letter: tuple[Passage, ...], slug: str, workspace: Workspace) -> Iterator[Fault]:
    """A name that occurs in the findings of two forces alone belongs to one of them, or to both.

    A single capitalised word counts as such a name ('Metis'), a row of them ('Strategic Alliance')
    does not. List it under own_terms of the force it belongs to, or allow it in both. It is told
    where it first stands in a letter.
    """
    users, alone, small = _terms(workspace)
    told = set(COMMON)
    for passage in letter:
        if passage.kind is Kind.NAME or not alone:
            continue
        for found in re.finditer(r"\b[A-Z][a-z]\w*", passage.text):
            word = found[0]
            users_of_word = users.get(word, set())
            if word in told or word not in alone or slug not in users_of_word:
                continue
            others = users_of_word - {slug}
            known = word.casefold() in small or is_mark(word, workspace)
            if len(others) == 1 and not known:
                told.add(word)
                yield Fault(
                    passage.place(found.start()),
                    f"'{word}' occurs in the findings about {name_of(workspace, *others)} and in "
                    "these, and nowhere else",
                    "Look whose it is, and list it under own_terms there, or of both.",
                    word,
                    passage.finding_id,
                    allow=True,
                )


def name_of(workspace: Workspace, slug: str) -> str:
    located = workspace.forces.get(slug)
    return located.value.name if located else slug

"""Allowances in a file: problems that a person has looked at and accepted."""

from collections.abc import Collection, Iterable, Iterator

from hmic_letters.check.catalogue import ALLOWABLE, CHECKS
from hmic_letters.data.source import Document
from hmic_letters.problem import Problem, Severity, did_you_mean

UNUSED = "unused-allowance"


# These checks depend on other files, too. Why: a change there must not make an entry unused.
OF_OTHER_FILES = {"shared-term", "shared-sentence", "common-finding"}


def without_allowed(problems: Iterable[Problem], document: Document) -> Iterator[Problem]:
    """Yield the problems that the file does not allow, and a warning for each unused entry."""
    problems = list(problems)
    allowances = _allowances(document)
    used = set()
    for problem in problems:
        names = {(problem.code, problem.about), (problem.code, problem.finding)}
        if allowing := names & allowances.keys():
            used |= allowing
        else:
            yield problem
    for (check, text), number in allowances.items():
        if (check, text) in used or check in OF_OTHER_FILES:
            continue
        if check not in ALLOWABLE:
            yield _not_allowable(document, number, check)
        else:
            words = [problem.about for problem in problems if problem.code == check]
            message = f"nothing is wrong here with '{text}' that this would allow"
            yield _unused(document, number, "text", message, words)


def _not_allowable(document: Document, number: int, check: str) -> Problem:
    place = document.place("allowed", number, "check")
    message = f"'{check}' is no check of words, and only words can be allowed"
    remedy = "Correct the problem itself, and remove this entry."
    near = did_you_mean(check, ALLOWABLE)
    if near and check not in {known.code for known in CHECKS}:
        remedy = f"{near} If not, correct the problem itself, and remove this entry."
    return Problem(place, UNUSED, message, remedy, Severity.WARNING)


def _allowances(document: Document) -> dict[tuple[str, str], int]:
    """Map check and text of each entry under 'allowed' to its number, whatever else is wrong."""
    allowances = {}
    number = 0
    while document.has("allowed", number):
        check, text = (document.text("allowed", number, key) for key in ("check", "text"))
        if check and text and document.text("allowed", number, "reason"):
            allowances[check, text] = number
        number += 1
    return allowances


def _unused(
    document: Document, number: int, key: str, message: str, known: Collection[str]
) -> Problem:
    place = document.place("allowed", number, key)
    words = document.text("allowed", number, key) or ""
    remedy = did_you_mean(words, known) or "Remove the entry, or give it the words to the letter."
    return Problem(place, UNUSED, message, remedy, Severity.WARNING)

"""Messages about values that the model refuses: their words and their place."""

from pathlib import Path

import pytest

from helpers.project import FORCE
from hmic_letters.check.allowances import without_allowed
from hmic_letters.check.catalogue import ALLOWABLE
from hmic_letters.check.explain import codes
from hmic_letters.data.complaints import understand
from hmic_letters.data.model.accuracy import AccuracyCheck
from hmic_letters.data.model.fields import Value
from hmic_letters.data.model.force import Force
from hmic_letters.data.model.inspection import Inspection
from hmic_letters.data.source import parse
from hmic_letters.problem import Problem, Refused

NO_PYTHON = ("hmic_letters", "['", "{'", "NoneType", "object at", "Input should", "valid ")


def problems(text: str, model: type[Value] = Force) -> tuple[Problem, ...]:
    try:
        return understand(parse(Path("a.yaml"), text.encode()), model).problems
    except Refused as error:
        return error.problems


def addressed(email: str) -> str:
    return FORCE.replace("  salutation", f"  email: {email}\n  salutation")


@pytest.mark.parametrize(
    "email", ["a@b.uk, c@d.uk", "a,b@c.uk", "a b@c.uk", "Chief <a@b.uk>", "a@b", "mailto:a@b.uk"]
)
def test_an_e_mail_address_is_called_one(email: str) -> None:
    (problem,) = problems(addressed(email))
    assert problem.code == "not-an-address"
    assert problem.message == f"'{email}' is not an e-mail address"
    assert problem.place.line == 7


@pytest.mark.parametrize(
    ("more", "code", "message", "remedy"),
    [
        (
            "email: a@b.uk",
            "unknown-key",
            "'email' is not a key here",
            "Put it under 'addressee', indented.",
        ),
        (
            "specimen: [true]",
            "true-or-false",
            "'specimen' should be one word or figure, and is a list",
            "Write true or false.",
        ),
        (
            "unconfirmed: [{a: b}]",
            "not-a-choice",
            "an entry of 'unconfirmed' should be one word or figure, and is a group of keys",
            "Write 'name', 'welsh_name', 'chief_officer', 'honours', 'inspector' or 'region'.",
        ),
        (
            "copied_to: [Kay]",
            "not-keys",
            "an entry of 'copied_to' should hold keys and values, and is a text",
            "Put 'key: value' on lines of their own, indented under it. The keys here are name, "
            "post, email.",
        ),
        (
            "particulars: [a]",
            "not-keys",
            "'particulars' should hold keys and values, and is a list",
            "Put 'key: value' on lines of their own, indented under it.",
        ),
        ("region: ''", "empty", "the text is empty", "Write the text, or remove the whole entry."),
    ],
)
def test_a_message_in_the_readers_words(more: str, code: str, message: str, remedy: str) -> None:
    text = FORCE.replace("region: Eastern", more)
    (problem,) = problems(text)
    assert (problem.code, problem.message, problem.remedy) == (code, message, remedy)


def test_an_empty_particular_has_its_place() -> None:
    text = FORCE.replace("region: Eastern", "particulars:\n  a: b\n  c:\n    d: ['']\n    '': e")
    assert [(one.code, one.place.line) for one in problems(text)] == [("empty", 6)]


@pytest.mark.parametrize(
    ("key", "line", "message"),
    [
        ("letter_date: 2014-02-30", "letter_date: 2014-09-03", "there is no '2014-02-30'"),
        ("page_limit: 0", "page_limit: 6", "'0' is not a count"),
        ("until: 2014-10-26 01:30", "until: 2014-09-04 00:01", "London's clocks show 01:30 twice"),
    ],
)
def test_a_value_of_the_inspection(key: str, line: str, message: str, workspace: Path) -> None:
    text = (workspace / "data/inspection.yaml").read_text("utf-8").replace(line, key)
    (problem,) = problems(text, Inspection)
    assert problem.message.startswith(message)
    assert problem.place.excerpt.strip() == key


def test_a_point_is_pointed_at() -> None:
    text = (
        "proofs:\n  - {number: 1, sent: 2014-08-11, due: 2014-08-22, to: A, digest: b,\n"
        "     findings: {PC1: {text: One.}}}\n"
        "points:\n  - id: P1\n    proof: 1\n    finding: PC1\n    class: B\n    point: No.\n"
        "    author: K Lancaster\n    decision: not-accepted\n    reason: So.\n"
        "    on: 2014-09-01\n    by: K Lancaster\n"
    )
    (problem,) = problems(text, AccuracyCheck)
    assert (problem.code, problem.place.excerpt) == ("own-point", "    by: K Lancaster")


VALUES = [
    "",
    "x",
    "''",
    "[x]",
    "{x: y}",
    "[[x]]",
    "[{x: y}]",
    "[]",
    "{}",
    "1",
    "true",
    "2014-09-04",
]


@pytest.mark.parametrize("key", sorted(Force.model_fields))
def test_no_message_shows_what_only_a_programmer_knows(key: str) -> None:
    kept = "\n".join(line for line in FORCE.split("\n") if not line.startswith(f"{key}:"))
    for value in VALUES:
        for problem in problems(f"{key}: {value}\n{kept}"):
            said = f"{problem.message} {problem.remedy}"
            assert not any(word in said for word in NO_PYTHON), said
            assert problem.code in codes()


def test_a_code_that_cannot_be_allowed_is_not_said_to_be_unknown() -> None:
    for code in sorted(set(codes()) - ALLOWABLE):
        text = f"{FORCE}allowed: [{{check: {code}, text: One., reason: So.}}]\n"
        (problem,) = without_allowed([], parse(Path("kent.yaml"), text.encode()))
        assert problem.message == f"'{code}' is no check of words, and only words can be allowed"
        assert "remove this entry" in problem.remedy

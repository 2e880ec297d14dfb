"""Files that take quadratic time, or ask for more than a machine has: refused, or read in time."""

import resource
from pathlib import Path

import pytest

from helpers.project import FORCE
from hmic_letters.check.report import Format, report
from hmic_letters.data.complaints import understand
from hmic_letters.data.model.force import Force
from hmic_letters.data.source import parse
from hmic_letters.problem import Problem, Refused

HEAD = FORCE.partition("findings:")[0]
IN_LIST = f"{HEAD}findings:\n  preventing-crime:\n"
MANY = 900_000  # bytes
SECONDS = 3  # of processor time


def problems_of(text: str) -> tuple[Problem, ...]:
    try:
        document = parse(Path("/kent.yaml"), text.encode())
        problems = understand(document, Force).problems
        for keys, _ in document.texts():
            document.place_in(keys, 5)
    except Refused as error:
        problems = error.problems
    for form in Format:
        report(problems, form, Path("/"))
    return problems


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (IN_LIST + "    -\n" * (MANY // 6), "the file has more than 10,000 keys and values"),
        (IN_LIST + "    - {texx: a}\n" * 3_000, "'texx' is not a key here"),
        (HEAD + "a: b\n" * (MANY // 5), "there are more than 1,000 problems up to here"),
        (HEAD + "x: " + "a #" * (MANY // 3), "there are more than 1,000 problems up to here"),
        (HEAD + "\x01" * MANY, "there is an invisible control character, U+0001"),
        (HEAD + "x: '" + "a'' b " * (MANY // 6) + "'\n", "'x' is not a key here"),
        (
            "".join(f"%TAG !{number}! a\n" for number in range(40_000)) + "---\na: b\n",
            "a line that begins with % has a meaning of its own in YAML, and none here",
        ),
    ],
)
def test_a_file_that_asks_for_much_is_answered_in_time(text: str, said: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    problems = problems_of(text)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < SECONDS
    assert said in {problem.message for problem in problems}

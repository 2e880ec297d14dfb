"""A closed check holds for the letter that the force checked, and for no other."""

import shutil
from pathlib import Path

import pytest

from helpers import trade
from helpers.cleared import attempt, command
from helpers.project import edit

KENT = "data/forces/kent.yaml"
INSPECTION = "data/inspection.yaml"
INSERT = {
    "force": (KENT, "findings:\n", "particulars:\n  grade: Inadequate\nfindings:\n"),
    "finding": (KENT, "    - id: PC1\n", "    - id: PC1\n      particulars: {rate: 71}\n"),
    "theme": (INSPECTION, "    heading:", "    particulars: {grade: Good}\n    heading:"),
    "inspection": (INSPECTION, "themes:\n", "particulars:\n  year: 2013/14\nthemes:\n"),
    "heading": (INSPECTION, "    heading: ", "    heading: Really "),
    "title": (INSPECTION, "Core business: An", "Core business: One"),
}


@pytest.fixture
def office(ready: Path, tmp_path: Path) -> Path:
    return shutil.copytree(ready, tmp_path / "office")


@pytest.mark.parametrize("what", INSERT)
def test_whatever_a_letter_prints_is_guarded_by_the_closing(what: str, office: Path) -> None:
    name, old, new = INSERT[what]
    path = office / name
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    command(office, "generate", "kent")
    refused = attempt(office, "dispatch", "kent")
    assert refused.returncode == 1
    assert "error[changed-since-closing]: a name, a title" in refused.stderr
    assert "'hmic-letters diff kent'" in refused.stderr
    # The remedy helps.
    command(office, "accuracy", "close", "kent", "--by", "Ann Other", "--no-inaccuracies")
    assert attempt(office, "dispatch", "kent").returncode == 0


def test_a_closed_check_is_not_closed_again(office: Path) -> None:
    close = ("accuracy", "close", "kent", "--by", "Ann Other", "--no-inaccuracies")
    assert "error[closed]" in attempt(office, *close).stderr
    edit(office / KENT, "Two.", "Too.")
    assert "error[closed]" in attempt(office, *close).stderr


def test_people_and_dates_need_no_other_closing(office: Path) -> None:
    """No force checks them, and the plan of the dispatch shows them."""
    edit(office / KENT, "  office: Chief Constable", "  office: Temporary Chief Constable")
    edit(office / KENT, "findings:\n", "copied_to:\n  - post: Liaison Officer\nfindings:\n")
    edit(office / KENT, "chief@kent.example", "chief.constable@kent.example")
    edit(office / INSPECTION, "letter_date: 2014-09-03", "letter_date: 2014-09-02")
    command(office, "generate", "kent")
    assert attempt(office, "dispatch", "kent").returncode == 0


def test_a_figure_in_a_table_is_compared(office: Path) -> None:
    rate = "{% if particulars.rate is defined %}{{ particulars.rate }}{% endif %}"
    more = "{% block findings %}<table><tr><th>Rate</th><td>" + rate + "</td></tr></table>"
    edit(office / "templates/letter.html", "{% block findings %}", more)
    edit(office / KENT, "findings:\n", "particulars:\n  rate: 71\nfindings:\n")
    path = office / "data/accuracy/kent.yaml"
    path.write_text(path.read_text("utf-8").partition("closed:")[0], "utf-8")
    command(office, "accuracy", "send", "kent", "--on", "2014-08-12")
    edit(office / KENT, "rate: 71", "rate: 17")
    assert "[-71-]{+17+}" in command(office, "diff", "kent")


def test_a_specimen_is_not_sent(workspace: Path) -> None:
    refused = attempt(workspace, "accuracy", "send", "--all", "--on", "2014-08-11")
    assert refused.returncode == 1
    assert refused.stderr.count("error[specimen-letter]") == 5
    assert refused.stdout.startswith("hertfordshire: proof 1 is in ")
    assert [path.name for path in (workspace / "accuracy").iterdir()] == ["hertfordshire"]


@pytest.mark.parametrize(
    "words",
    [
        ("send", "kent"),
        ("receive", "kent", "form.docx"),
        ("decide", "kent", "P1", "accepted", "--by", "Ann Other"),
        ("reply", "kent"),
        ("close", "kent", "--by", "Ann Other"),
        ("status",),
        ("diff", "kent", "proof-1", "letter", "--output", "changes.docx"),
    ],
)
def test_no_step_is_of_a_day_to_come(words: tuple[str, ...], office: Path) -> None:
    above = () if words[0] == "diff" else ("accuracy",)
    done = attempt(office, *above, *words, "--on", "2126-01-01")
    assert done.returncode == 2
    assert "--on 2126-01-01 is still to come: today is 2" in done.stderr


def test_a_letter_dated_to_come_passes_and_is_shown(office: Path) -> None:
    """Up to the day of publication; a later date is an error."""
    edit(office / INSPECTION, "letter_date: 2014-09-03", "letter_date: 2099-09-03")
    edit(office / INSPECTION, "until: 2014-09-04 00:01", "until: 2099-09-03 00:01")
    command(office, "generate", "kent")
    plan = attempt(office, "dispatch", "kent")
    assert plan.returncode == 0
    assert (
        "Warning: kent: it is dated 3 September 2099, a day that is still to come." in plan.stderr
    )
    edit(office / INSPECTION, "letter_date: 2099-09-03", "letter_date: 2099-09-04")
    done = attempt(office, "check")
    assert "error[letter-after-embargo]: the letter is dated 4 September 2099" in done.stdout


def test_no_step_is_earlier_than_what_comes_before_it(tmp_path: Path) -> None:
    """The form is received on 15 August, the point decided on the 20th."""
    trade.prepare(tmp_path, until="close")
    day = "--on", "2014-08-14"
    for name, why in (
        ("decide", "it is decided on 14 August 2014, and what comes before it was on 15 August"),
        ("reply", "it is answered on 14 August 2014, and what comes before it was on 20 August"),
        ("close", "it is closed on 14 August 2014, and what comes before it was on 20 August"),
    ):
        words = trade.COMMANDS[name][: trade.COMMANDS[name].index("--on")]
        refused = attempt(tmp_path / name, *words, *day)
        assert refused.returncode == 1
        assert f"error[earlier-step]: {why}" in refused.stderr


def test_a_point_that_somebody_typed_is_decided(office: Path) -> None:
    """No response is on record for it."""
    path = office / "data/accuracy/kent.yaml"
    text = path.read_text("utf-8").partition("closed:")[0]
    point = "id: P1, proof: 1, finding: PC1, class: A, point: A slip., wording: Once., author: Jo"
    path.write_text(f"{text}points:\n  - {{{point}}}\n", "utf-8")
    told = command(office, "accuracy", "decide", "kent", "P1", "accepted", "--by", "Ann Other")
    assert told == "kent: P1 on PC1: accepted.\n"

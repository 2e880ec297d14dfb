"""What a person may type: names of forces, days, decisions; the version; the shell's completion."""

from pathlib import Path

import pytest

from helpers.running import Run


@pytest.mark.parametrize("name", ["herts", "HERTFORDSHIRE", "Hertfordshire Constabulary"])
def test_a_force_is_known_by_its_names(workspace: Path, run: Run, name: str) -> None:
    done = run("generate", name, "--workspace", workspace)
    assert done.returncode == 0, done.stderr
    assert [path.stem for path in (workspace / "letters/embargoed").glob("*.pdf")] == [
        "hertfordshire"
    ]


def test_a_name_of_nobody_is_refused(workspace: Path, run: Run) -> None:
    done = run("generate", "Hertfordshire Police", "--workspace", workspace)
    assert done.returncode == 2
    assert "There is no force 'Hertfordshire Police' in the register." in done.stderr


@pytest.mark.parametrize("day", ["2014-08-11", "11 August 2014", "11 aug 2014"])
def test_a_day_is_typed_as_people_write_it(workspace: Path, run: Run, day: str) -> None:
    done = run("accuracy", "send", "herts", "--on", day, "--workspace", workspace)
    assert done.returncode == 0, done.stderr
    text = (workspace / "data/accuracy/hertfordshire.yaml").read_text("utf-8")
    assert "sent: 2014-08-11" in text


def test_a_day_that_is_none_shows_how_to_write_one(workspace: Path, run: Run) -> None:
    done = run("accuracy", "send", "kent", "--on", "11.8.14", "--workspace", workspace)
    assert done.returncode == 2
    assert "'11.8.14' is no day. Write it like this: 2014-08-11, or '11 August 2014'." in " ".join(
        done.stderr.split()
    )


@pytest.mark.parametrize("typed", ["accepted", "ACCEPT", "in-part"])
def test_a_decision_is_known_by_its_words(workspace: Path, run: Run, typed: str) -> None:
    run("accuracy", "send", "herts", "--on", "2014-08-11", "--workspace", workspace)
    words = ("accuracy", "decide", "herts", "p1", typed, "--by", "Ann Other")
    done = run(*words, "--workspace", workspace)
    assert "no-such-point" in done.stderr  # the decision was understood
    done = run(*words[:4], "perhaps", *words[5:], "--workspace", workspace)
    assert done.returncode == 2


def test_the_version_and_the_completion(run: Run) -> None:
    assert run("-V").stdout == run("--version").stdout
    for shell in ("bash", "zsh", "fish"):
        assert "_HMIC_LETTERS_COMPLETE" in run("completion", shell).stdout

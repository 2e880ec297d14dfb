"""``hmic-letters status``: where each letter stands."""

import json
import re
from pathlib import Path

from helpers.project import SHIPPED, edit
from helpers.running import Run


def rows(run: Run, workspace: Path, output: Path) -> dict[str, dict[str, object]]:
    done = run("status", "--json", "--workspace", workspace, "--output", output)
    assert done.returncode == 0, done.stderr
    return {row["slug"]: row for row in json.loads(done.stdout)}


def test_a_row_for_each_force(letters: Path, run: Run) -> None:
    found = rows(run, SHIPPED, letters.parent)
    assert len(found) == 43
    assert found["hertfordshire"] == {
        "slug": "hertfordshire",
        "force": "Hertfordshire Constabulary",
        "specimen": False,
        "findings": {
            "preventing-crime": 4,
            "attending-crimes-and-incidents": 11,
            "freeing-up-time": 7,
        },
        "errors": 0,
        "warnings": 0,
        "letter": "up to date",
        "because": "",
        "accuracy_check": "none",
        "dispatched": None,
        "changed_since_dispatch": "",
        "published": None,
    }
    assert {row["letter"] for row in found.values()} == {"up to date"}


def test_what_a_row_says(all_forces: Path, letters: Path, run: Run) -> None:
    forces = all_forces / "data/forces"
    edit(forces / "kent.yaml", "salutation: Dear Alan", "salutation: Dear Mr Pughsley")
    edit(forces / "surrey.yaml", "  salutation: Dear", "  salutation: Dear  ")
    edit(forces / "sussex.yaml", "findings:\n", "findigns:\n")
    (forces / "essex.yaml").unlink()
    found = rows(run, all_forces, letters.parent)
    said = {
        slug: (row["letter"], row["because"], row["errors"], row["warnings"])
        for slug, row in found.items()
        if row["letter"] != "up to date"
    }
    assert said == {
        "kent": ("stale", "changed since it was made: force", 0, 0),
        "surrey": ("stale", "changed since it was made: force", 0, 1),
        "sussex": ("stale", "its data has errors", 1, 0),
        "essex": ("stale", "its data has errors", 1, 0),
    }
    assert found["essex"]["force"] is None


def test_the_table_is_words_in_columns(letters: Path, run: Run) -> None:
    done = run("status", "--output", letters.parent, cwd=SHIPPED)
    assert "\x1b" not in done.stdout
    head, row, quiet = done.stdout.splitlines()
    assert head.split() == [
        *("Force", "Problems", "Accuracy", "check", "Letter", "Dispatched", "Published")
    ]
    assert row.split() == ["hertfordshire", "none", "none", "up", "to", "date", "–", "–"]
    assert row.index("up to date") == head.index("Letter")
    assert quiet == "42 forces: nothing to do. Name a force to see its row."


def test_a_force_that_is_named_has_its_row(letters: Path, run: Run) -> None:
    done = run("status", "kent", "--output", letters.parent, cwd=SHIPPED)
    assert "kent*" in done.stdout
    assert "kent: findings: Preventing Crime" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_colour_and_words_on_a_terminal(letters: Path, run_process: Run) -> None:
    words = ("status", "kent", "--output", letters.parent)
    done = run_process(*words, cwd=SHIPPED, FORCE_COLOR="1", COLUMNS="80")
    assert "\x1b[32mup to date" in done.stdout
    plain = run_process(*words, cwd=SHIPPED, NO_COLOR="1", COLUMNS="80")
    assert "\x1b[32m" not in plain.stdout
    shown = re.sub("\x1b[^m]*m", "", done.stdout).splitlines()
    assert max(map(len, shown)) <= 80


def test_a_stage_is_required_of_all(all_forces: Path, letters: Path, run: Run) -> None:
    def behind(stage: str) -> tuple[int, list[str]]:
        done = run(
            *("status", "--require", stage, "--workspace", all_forces, "--output", letters.parent)
        )
        return done.returncode, done.stderr.splitlines()

    assert behind("checked") == behind("made") == (0, [])
    edit(
        all_forces / "data/forces/kent.yaml",
        "salutation: Dear Alan",
        "salutation: Dear Mr Pughsley",
    )
    (all_forces / "data/forces/essex.yaml").unlink()
    assert behind("checked") == (1, ["Not checked: essex"])
    assert behind("made") == (1, ["Not made: essex", "Not made: kent"])
    status, lines = behind("dispatched")
    assert (status, len(lines)) == (1, 43)
    assert behind("posted")[0] == 2


def test_an_inspection_that_cannot_be_read(workspace: Path, run: Run) -> None:
    (workspace / "data/inspection.yaml").write_text("title: [\n")
    done = run("status", "--workspace", workspace)
    assert (done.returncode, done.stdout) == (1, "")
    assert "error[yaml]" in done.stderr

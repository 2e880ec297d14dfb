"""The check of the letters as they are made, by planting in them what must never be."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.project import SHIPPED, edit
from helpers.running import Run
from hmic_letters.check import run as run_checks
from hmic_letters.check.letters.readback import LETTER_CHECKS, due_letter, read_back
from hmic_letters.check.letters.reader import Seen, look
from hmic_letters.data.load import Workspace, load
from hmic_letters.letter.render import Renderer
from hmic_letters.workspace.paths import Edition


@pytest.fixture
def folder(few_made: Path, tmp_path: Path) -> Path:
    """A copy of the letters of a few forces, with their records."""
    return Path(shutil.copytree(few_made / "letters/embargoed", tmp_path / "letters/embargoed"))


@pytest.fixture(scope="module")
def project(few_made: Path) -> Workspace:
    """The workspace that they were made from."""
    return load(few_made)


def told(workspace: Workspace, folder: Path, *slugs: str) -> set[tuple[str, str]]:
    problems = read_back(workspace, slugs or workspace.slugs, Edition.EMBARGOED, folder, False)
    return {(problem.place.path.stem, problem.code) for problem in problems}


@pytest.mark.whole
def test_the_letters_have_no_problems(letters: Path, run: Run) -> None:
    assert told(load(SHIPPED), letters) == set()
    done = run("check", "--letters", "--output", letters.parent, cwd=SHIPPED)
    assert (done.returncode, done.stdout) == (0, "")


def test_letters_that_changed_places(project: Workspace, folder: Path) -> None:
    kent, essex = folder / "kent.pdf", folder / "essex.pdf"
    kent.rename(folder / "x")
    essex.rename(kent)
    (folder / "x").rename(essex)
    for slug in ("kent", "essex"):
        assert {code for stem, code in told(project, folder, slug)} >= {
            "altered-letter",
            "words-that-differ",
            "wrong-foot",
            "wrong-property",
            "letter-of-another-force",
        }
    assert {stem for stem, _ in told(project, folder)} == {"kent", "essex"}


def test_a_letter_that_is_missing_and_one_that_is_nobodys(
    project: Workspace, folder: Path, run: Run
) -> None:
    (folder / "kent.pdf").rename(folder / "atlantis.pdf")
    assert told(project, folder) == {("kent", "missing-letter"), ("atlantis", "stray-letter")}
    done = run("check", "--letters", "--output", folder.parent, cwd=project.root)
    assert done.returncode == 1
    assert "kent.pdf: error[missing-letter]: no letter is there" in done.stdout


def test_letters_that_no_reader_reads(project: Workspace, folder: Path) -> None:
    (folder / "kent.pdf").write_bytes(b"")
    whole = (folder / "essex.pdf").read_bytes()
    (folder / "essex.pdf").write_bytes(whole[: len(whole) // 3])
    assert told(project, folder) == {
        ("kent", "altered-letter"),
        ("kent", "unreadable-letter"),
        ("essex", "altered-letter"),
        ("essex", "unreadable-letter"),
    }


@pytest.mark.parametrize("kind", ["pages that are not", "a folder", "a pipe"])
def test_what_is_no_letter_stops_no_other(kind: str, project: Workspace, folder: Path) -> None:
    kent = folder / "kent.pdf"
    kent.unlink()
    if kind == "a folder":
        kent.mkdir()
    elif kind == "a pipe":
        os.mkfifo(kent)
    else:
        kent.write_bytes(
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
            b"2 0 obj<</Type/Pages/Kids[9 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R>>\n"
        )
    assert {stem for stem, _ in told(project, folder)} == {"kent"}


def test_other_files_among_the_letters(project: Workspace, folder: Path) -> None:
    for name in ("Kent.PDF", "kent.pdf.bak", "old"):
        (folder / name).write_bytes(b"")
    assert {code for _, code in told(project, folder)} == {"stray-letter"}


def test_a_letter_of_a_force_with_errors_is_still_looked_at(workspace: Path, folder: Path) -> None:
    edit(workspace / "data/forces/kent.yaml", "region: Eastern", "reigon: Eastern")
    assert told(load(workspace), folder, "kent") == set()
    (folder / "kent.pdf").write_bytes(b"junk")
    assert told(load(workspace), folder, "kent") == {("kent", "altered-letter")}


def test_a_stamp_that_does_not_say_the_embargo(
    workspace: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """generate refuses it; a letter that an earlier version made is refused here."""
    stamp = "EMBARGOED until {{ embargo.time }} on {{ embargo.day }}"
    edit(workspace / "templates/letter.html", stamp, "DRAFT")
    for checks in ("WORKSPACE_CHECKS", "RENDERED_CHECKS"):
        monkeypatch.setattr(run_checks, checks, ())
    assert run("generate", "kent", "--workspace", workspace).returncode == 0
    done = run("check", "kent", "--letters", "--workspace", workspace)
    assert done.returncode == 1
    assert "error[unstamped-page]: the stamp 'DRAFT' does not say '00:01'" in done.stdout
    assert "made again, it would be the same" in done.stdout


def test_the_numbers_of_a_list_are_no_words_that_differ(workspace: Path, run: Run) -> None:
    points = "<ol><li><p>One thing.</p></li><li><p>Another.</p></li></ol>"
    edit(
        workspace / "templates/letter.html",
        "{% block standing %}",
        f"{points}{{% block standing %}}",
    )
    assert run("generate", "kent", "--workspace", workspace).returncode == 0
    done = run("check", "kent", "--letters", "--workspace", workspace)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_letter_that_is_too_long_is_not_made(workspace: Path, run: Run) -> None:
    """Made again, the letter would be as long: the remedy is one that can help."""
    inspection, shorten = workspace / "data/inspection.yaml", "Shorten its findings, or raise"
    edit(inspection, "page_limit: 6", "page_limit: 1")
    done = run("generate", "kent", "--workspace", workspace)
    assert done.returncode == 1
    assert "data/forces/kent.yaml: error[too-many-pages]: the letter has 5 pages" in done.stderr
    assert shorten in done.stderr
    assert not list(workspace.glob("letters/embargoed/kent.*"))
    edit(inspection, "page_limit: 1", "page_limit: 6")
    assert run("generate", "kent", "--workspace", workspace).returncode == 0
    edit(inspection, "page_limit: 6", "page_limit: 1")
    done = run("check", "kent", "--letters", "--workspace", workspace)
    assert "kent.pdf: error[too-many-pages]: the letter has 5 pages" in done.stdout
    assert shorten in done.stdout


def test_one_byte_of_a_letter(project: Workspace, folder: Path) -> None:
    path = folder / "kent.pdf"
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(data)
    assert ("kent", "altered-letter") in told(project, folder, "kent")
    (folder / ".essex.json").unlink()
    assert told(project, folder, "essex") == {("essex", "altered-letter")}
    (folder / ".durham.json").write_text('{"letter": []}')
    assert told(project, folder, "durham") == {("durham", "altered-letter")}


@pytest.mark.parametrize(
    ("file", "old", "new", "stale"),
    [
        (
            "data/forces/kent.yaml",
            "salutation: Dear Alan",
            "salutation: Dear Mr Pughsley",
            {"kent"},
        ),
        ("data/forces/kent.yaml", "region: Eastern", "region: Eastern\nnotes: none", set()),
        ("data/inspection.yaml", "until: 2014-09-04 00:01", "until: 2014-09-05 00:01", None),
        ("templates/core-business.html", "All forces will be", "Every force will be", None),
        ("data/inspection.yaml", "page_limit: 6", "page_limit: 7", set()),
    ],
)
def test_letters_made_from_what_has_changed(
    file: str, old: str, new: str, stale: set[str] | None, workspace: Path, folder: Path
) -> None:
    edit(workspace / file, old, new)
    changed = load(workspace)
    wanted = set(changed.slugs) if stale is None else stale
    found = told(changed, folder)
    assert {slug for slug, code in found if code == "stale-letter"} == wanted
    assert {code for _, code in found} <= {"stale-letter"}


def test_too_many_pages(all_forces: Path, letters: Path) -> None:
    edit(all_forces / "data/inspection.yaml", "page_limit: 6", "page_limit: 5")
    found = told(load(all_forces), letters)
    assert ("northamptonshire", "too-many-pages") in found
    assert {code for _, code in found} == {"too-many-pages"}
    assert "hertfordshire" not in {stem for stem, _ in found}


def test_a_finding_of_another_force_in_a_letter_that_was_changed_by_hand(
    workspace: Path, folder: Path, run: Run
) -> None:
    """The letter of a workspace in which the leak was allowed, put where it was not."""
    seed = (workspace / "data/forces/hertfordshire.yaml").read_text("utf-8")
    leak = seed[seed.index("    - id: AC8") : seed.index("    - id: AC9")].replace("AC8", "AC99")
    kent = workspace / "data/forces/kent.yaml"
    text = kent.read_text("utf-8").replace("\n  freeing-up-time:", f"\n{leak}\n  freeing-up-time:")
    reason = "    reason: A test.\n"
    text += f"allowed:\n  - check: finding-of-another-force\n    text: AC99\n{reason}"
    text += f"  - check: finding-in-a-specimen\n    text: AC99\n{reason}"
    kent.write_text(text, "utf-8")
    other = workspace / "data/forces/hertfordshire.yaml"
    edit(
        other,
        "allowed:\n",
        f"allowed:\n  - check: finding-of-another-force\n    text: AC8\n{reason}",
    )
    made = run("generate", "kent", "--workspace", workspace)
    assert made.returncode == 0, made.stderr
    shutil.copy(workspace / "letters/embargoed/kent.pdf", folder)
    assert told(load(SHIPPED), folder, "kent") == {
        ("kent", "altered-letter"),
        ("kent", "words-that-differ"),
        ("kent", "finding-in-another-letter"),
    }


def change(page: int, old: str, new: str) -> Callable[[Seen], Seen]:
    """A letter of which one page's text was another."""

    def changed(seen: Seen) -> Seen:
        pages = list(seen.pages)
        assert old in pages[page]
        pages[page] = pages[page].replace(old, new)
        return replace(seen, pages=tuple(pages))

    return changed


STAMP = "EMBARGOED until 00:01 on Thursday 4 September 2014"
PLANTED: dict[str, tuple[Callable[[Seen], Seen], set[str]]] = {
    "nothing": (lambda seen: seen, set()),
    "no stamp": (change(1, STAMP, ""), {"unstamped-page"}),
    "another day": (
        change(2, STAMP, STAMP.replace("4 Sep", "5 Sep")),
        {"unstamped-page", "words-that-differ"},
    ),
    "another force's foot": (
        change(0, "Hertfordshire Constabulary Page", "Kent Police Page"),
        {"words-that-differ", "letter-of-another-force"},
    ),
    "another number": (
        change(3, "Page 4 of 4", "Page 3 of 4"),
        {"wrong-foot", "words-that-differ"},
    ),
    "another head": (
        change(1, "Bliss QPM, 3", "Bliss QPM, 4"),
        {"wrong-foot", "words-that-differ"},
    ),
    "a specimen": (change(0, "Page 1", "Specimen, not findings Page 1"), {"wrong-foot"}),
    "a word less": (change(1, "strong preventative", "preventative"), {"words-that-differ"}),
    "a word more": (change(1, "overarching", "overarching new"), {"words-that-differ"}),
    "another signatory": (
        change(3, "Zoë Billingham", "Drusilla Sharpling"),
        {"wrong-signatory", "words-that-differ"},
    ),
    "another chief officer": (
        change(3, "Copied to", "Mr Barton"),
        {"letter-of-another-force", "words-that-differ"},
    ),
    "a lonely signature": (
        lambda seen: replace(
            seen,
            pages=(
                *seen.pages[:3],
                seen.pages[3].partition("Yours sincerely")[0] + STAMP,
                f"Yours sincerely{seen.pages[3].partition('Yours sincerely')[2]}",
            ),
            labels=(*seen.labels, ""),
        ),
        {"lonely-signature", "wrong-foot", "words-that-differ"},
    ),
    "another title": (lambda seen: replace(seen, title="Letter"), {"wrong-property"}),
    "another embargo": (lambda seen: replace(seen, embargo=""), {"wrong-property"}),
    "another language": (lambda seen: replace(seen, language="cy"), {"wrong-property"}),
    "no tags": (lambda seen: replace(seen, tagged=False), {"wrong-property"}),
    "a font that is not embedded": (
        lambda seen: replace(seen, fonts=frozenset({("Liberation-Sans", False)})),
        {"foreign-font"},
    ),
    "another font": (
        lambda seen: replace(seen, fonts=frozenset({("Comic-Sans", True)})),
        {"foreign-font"},
    ),
}


@pytest.mark.parametrize("case", PLANTED)
def test_what_is_planted_in_a_letter_is_seen(case: str, project: Workspace) -> None:
    plant, codes = PLANTED[case]
    letters = project.root / "letters/embargoed"
    due = due_letter(
        project, "hertfordshire", Edition.EMBARGOED, letters, Renderer(project.templates)
    )
    seen = plant(look(letters / "hertfordshire.pdf"))
    assert {check.code for check in LETTER_CHECKS if list(check.run(due, seen))} == codes


def test_every_check_of_a_letter_is_planted_against() -> None:
    planted = set().union(*(codes for _, codes in PLANTED.values()))
    elsewhere = {"too-many-pages", "finding-in-another-letter"}
    assert planted | elsewhere == {check.code for check in LETTER_CHECKS}

"""How the pages break, at every length: nothing stands alone, nothing is torn apart."""

from dataclasses import replace
from pathlib import Path

import pytest

from helpers.project import SHIPPED, letter
from helpers.tree import lines_by_page
from hmic_letters.data.load import load
from hmic_letters.data.model.force import Finding
from hmic_letters.letter.letter import Letter
from hmic_letters.letter.render import Renderer
from hmic_letters.pdf.press import Press

SENTENCE = "Specimen text that says nothing and goes on for as long as a finding may. "
WORKSPACE = load(SHIPPED)
BRIEF = {
    "brief.html": b"""{% extends "core-business.html" %}{% block standing %}
<p class="introduction">Findings that specifically relate to your force are:</p>{% endblock %}"""
}


def of_length(count: int, *, points: int = 3) -> Letter:
    """A letter of so many findings, of one to five sentences; each fourth has points under it."""
    made, _ = letter("hertfordshire")
    findings = [
        Finding(
            id=f"X{number}",
            text=SENTENCE.strip() * 1 if number % 4 == 3 else (SENTENCE * (1 + number % 5)).strip(),
            points=tuple(f"{SENTENCE}Point {at}." for at in range(points))
            if number % 4 == 3
            else (),
        )
        for number in range(count)
    ]
    share = -(-count // len(made.themes))
    themes = tuple(
        replace(theme, findings=tuple(findings[at * share : (at + 1) * share]))
        for at, theme in enumerate(made.themes)
    )
    return replace(made, themes=tuple(theme for theme in themes if theme.findings))


def printed(made: Letter, path: Path) -> int:
    """Prints a letter; gives how many pages it has."""
    templates = replace(WORKSPACE.templates, files={**WORKSPACE.templates.files, **BRIEF})
    path.write_bytes(Press(templates).print(Renderer(templates).render(made), made.template))
    return max(page for *_, counts in lines_by_page(path) for page in counts)


def faults(path: Path) -> list[str]:
    """The places that a reader would call badly set."""
    blocks = lines_by_page(path)
    last = max(page for *_, counts in blocks for page in counts)
    wrong = []
    for at, (name, text, counts) in enumerate(blocks):
        if len(counts) > 1 and min(counts.values()) < 2:
            wrong.append(f"a line of {text[:30]!r} stands alone")
        if name != "p" and len(counts) > 1:
            wrong.append(f"the heading {text!r} is torn")
        follows = blocks[at + 1][2] if at + 1 < len(blocks) else counts
        if name != "p" and min(follows) != max(counts):
            wrong.append(f"the heading {text!r} ends a page")
        if text.endswith(":") and name == "p" and min(follows) != max(counts):
            wrong.append(f"{text[-30:]!r} ends a page")
    close = next(at for at, (_, text, _) in enumerate(blocks) if text == "Yourssincerely")
    pages = {page for *_, counts in blocks[close:] for page in counts}
    if pages != {last}:
        wrong.append("the signature is torn")
    if min(blocks[close - 1][2]) > last or max(blocks[close - 1][2]) < last:
        wrong.append("the signature stands alone on its page")
    return wrong


@pytest.mark.whole
def test_every_length_from_one_page_to_ten(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    seen = set()
    # Every other length: a page has a dozen of them.
    for count in (1, 2, *range(3, 100, 2)):
        made = of_length(count)
        seen.add(printed(made if count > 2 else replace(made, template="brief.html"), path))
        assert faults(path) == [], count
        if max(seen) > 10:
            break
    assert seen >= set(range(1, 11))


@pytest.mark.parametrize("points", [8, 9, 20, 41])
def test_points_that_fill_more_than_a_page(tmp_path: Path, points: int) -> None:
    path = tmp_path / "a.pdf"
    for count in (4, 8, 11):
        assert printed(of_length(count, points=points), path) > 2
        assert faults(path) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b"h2 + ul {\n", b"h2 + ul {\n  break-before: page;\n", "ends a page"),
        (b"  break-inside: avoid;\n  break-before: avoid;\n", b"", "the signature"),
        (b"  orphans: 3;\n", b"  orphans: 1;\n  widows: 1;\n", "stands alone"),
    ],
)
def test_without_its_rule_a_page_breaks_badly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: bytes, new: bytes, fault: str
) -> None:
    style = WORKSPACE.templates.files["letter.css"]
    assert style.count(old) == 1
    monkeypatch.setitem(BRIEF, "letter.css", style.replace(old, new))
    path = tmp_path / "a.pdf"
    found: set[str] = set()
    for count in range(3, 60):
        printed(of_length(count), path)
        found.update(faults(path))
        if any(fault in one for one in found):
            return
    raise AssertionError(found)

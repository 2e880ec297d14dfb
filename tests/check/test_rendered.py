"""Templates as ``check`` reads them: rendered, with all that they will say."""

import re
from enum import StrEnum
from pathlib import Path
from typing import get_args

import pytest

from helpers.project import FORCE, copy_project, edit
from helpers.running import Run
from hmic_letters.check.run import check_editions, review
from hmic_letters.check.templates import rules
from hmic_letters.check.templates.rules import faults_of_style
from hmic_letters.data.load import load
from hmic_letters.letter.letter import Letter
from hmic_letters.letter.sandbox import NOUNS, OURS, named_fields
from hmic_letters.pdf.engine import INITIAL_VALUES
from hmic_letters.problem import Problem, errors

STANDING = "{% block standing %}\n"
SALUTATION = '<p class="salutation">'
WALES = "core-business-wales-and-western.html"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace of three forces, of two offices."""
    root = copy_project(tmp_path, "durham", "gloucestershire", "kent")
    (root / "data/forces/kent.yaml").write_text(FORCE, "utf-8")
    return root


def wrong(root: Path) -> tuple[Problem, ...]:
    workspace = load(root)
    return errors(review(workspace, workspace.slugs))


def told(root: Path) -> str:
    """The errors of a workspace, a line each, without the folder."""
    return "\n".join(problem.heading(root) for problem in wrong(root))


def test_the_workspace_has_nothing_wrong(workspace: Path) -> None:
    assert told(workspace) == ""


def test_an_office_keeps_no_template_of_another_inspection(workspace: Path) -> None:
    templates = workspace / "templates"
    (templates / "peel.html").write_bytes((templates / "core-business.html").read_bytes())
    edit(workspace / "data/inspection.yaml", "template: core-business.html", "template: peel.html")
    said = f"'{WALES}' does not extend 'peel.html', the template of this inspection"
    for line in (30, 40):
        where = f"data/inspectors.yaml:{line}:15: error[template-of-another-inspection]: {said}"
        assert where in told(workspace)
    edit(templates / WALES, '"core-business.html"', '"peel.html"')
    assert told(workspace) == ""


@pytest.mark.parametrize(
    "extends",
    [
        '{% extends "letter.html" %}',
        '{% extends "core-business.html" if proof else "letter.html" %}',
        '{% if proof %}{% extends "core-business.html" %}{% endif %}',
        '{% include "core-business.html" %}',
    ],
)
def test_an_office_extends_the_template_of_the_inspection(extends: str, workspace: Path) -> None:
    edit(workspace / "templates" / WALES, '{% extends "core-business.html" %}', extends)
    assert "data/inspectors.yaml:30:15: error[template-of-another-inspection]" in told(workspace)


def test_an_office_may_extend_it_by_another(workspace: Path) -> None:
    templates = workspace / "templates"
    (templates / "between.html").write_text('{% extends "core-business.html" %}')
    edit(templates / WALES, '"core-business.html"', '"between.html"')
    assert told(workspace) == ""


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "core-business.html",
            STANDING,
            f"{{% block stamp %}}OFFICIAL{{% endblock %}}{STANDING}",
            "core-business.html:8:10: error[unsaid-embargo]: the stamp does not say "
            "'Thursday 4 September 2014' and '00:01'",
        ),
        (
            "core-business.html",
            STANDING,
            f"{{% block notice %}}{{% endblock %}}{STANDING}",
            "core-business.html:8:10: error[unsaid-embargo]: the notice does not say "
            "'Thursday 4 September 2014' and '00:01'",
        ),
        (
            "letter.html",
            "before {{ embargo.time }} on",
            "before the morning of",
            "error[unsaid-embargo]: the notice does not say '00:01'",
        ),
        (
            "letter.html",
            '  <meta name="embargo" content="{{ embargo.iso }}">\n',
            "",
            "error[unsaid-embargo]: the property 'embargo' does not say '2014-09-04T00:01:00+0",
        ),
        (
            "letter.html",
            '  <meta name="description" content="{{ self.stamp() }}">\n',
            "",
            "error[unsaid-embargo]: the description does not say",
        ),
        # The proof alone has no word of it.
        (
            "letter.html",
            '  <p class="notice"><strong>Embargoed',
            '  <p class="notice"{% if proof %} hidden></p>{% else %}><strong>Embargoed',
            None,
        ),
        # One letter alone.
        (
            "letter.html",
            '<p class="notice"><strong>Embargoed.</strong> This letter must not be published '
            "before {{ embargo.time }} on <br>{{ embargo.day }}.</p>",
            '{% if force != "Kent Police" %}<p class="notice"><strong>Embargoed</strong><br>This '
            "letter must not be published before {{ embargo.time }} on {{ embargo.day }}.</p>"
            "{% endif %}",
            "error[unsaid-embargo]: the notice does not say",
        ),
    ],
)
def test_every_letter_tells_its_embargo(
    workspace: Path, file: str, old: str, new: str, said: str | None
) -> None:
    edit(workspace / "templates" / file, old, new)
    if said is None:
        end = "{{ embargo.day }}.</p>\n  {% endif %}\n  {% endblock %}"
        edit(workspace / "templates" / file, end, f"{end[:-17]}{{% endif %}}\n  {{% endblock %}}")
        said = "error[template-beside-the-letter]: the notice of the proof does not say"
    assert said in told(workspace)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            SALUTATION,
            f'{SALUTATION}{{% if edition == "public" %}}Oh {{% endif %}}',
            "the public edition says 'tlePolice Oh Dear",
        ),
        ('<div class="notices">', "<div>", "the public edition says"),
        (
            "{% block letterhead %}",
            '<div class="notices"><p>Kept.</p></div>{% block letterhead %}',
            "the public edition has the notice 'Kept.'",
        ),
        (
            "Yours sincerely",
            'Yours sincere{% if edition != "public" %} {% endif %}ly',
            "the public edition says 'sincerely' where the letter says 'sincere ly'",
        ),
    ],
)
def test_every_letter_can_be_published(workspace: Path, old: str, new: str, said: str) -> None:
    edit(workspace / "templates/letter.html", old, new)
    assert said.split("'", maxsplit=1)[0] in told(workspace)


def test_a_letter_that_alone_cannot_be_published(workspace: Path) -> None:
    """It is told once the letter is made: check asks it of one letter for each template."""
    more = '{% if edition == "public" and force == "Kent Police" %}Oh {% endif %}'
    edit(workspace / "templates/letter.html", SALUTATION, SALUTATION + more)
    read = load(workspace)
    assert check_editions("durham", read) == ()
    (problem,) = check_editions("kent", read)
    assert problem.code == "unlike-public"
    assert "Kent Police Oh Dear Chief Constable" in problem.message


# Words that each file says, one way or another, with the error that they are. After 'at' they go.
SAID = [
    ("core-business.html", STANDING, "<p>Fewer than <5 of Essex Police at TBC.</p>", "'TBC'"),
    ("core-business.html", STANDING, "<p>{{ 'Fewer at T' ~ 'BA' }} did.</p>", "'TBA'"),
    ("core-business.html", STANDING, "<p>{% set a = 'TB' %}{{ a }}D did.</p>", "'TBD'"),
    ("core-business.html", STANDING, "<p>&#88;XX did.</p>", "'XXX'"),
    ("core-business.html", STANDING, "<p>{{ 'xxxx' | upper }} did.</p>", "'XXXX'"),
    ("core-business.html", STANDING, "<p><b>X</b>XXXX did.</p>", "'XXXXX'"),
    ("core-business.html", STANDING, "<p>Durham {{ 'Constabulary' }} did.</p>", "'Durham Const"),
    ("core-business.html", STANDING, "<table><tr><td>X&#88;</table>", "'XX'"),
    (
        "core-business.html",
        STANDING,
        '{% if force == "Kent Police" %}<p>{{ "xxxxxx" | upper }}</p>{% endif %}',
        "'XXXXXX'",
    ),
    ("core-business.html", STANDING, "<p>Than <essex officers did.</p>", "no element 'essex'"),
    ("core-business.html", STANDING, "<p>Con&shy;stable.</p>", "character, U+00AD"),
    ("core-business.html", STANDING, "<p>Con\u200bstable.</p>", "character here, U+200B"),
    ("core-business.html", STANDING, "<<<<<<< HEAD\n<p>A.</p>\n=======", "two changes of this"),
    (
        "letter.css",
        "@page {\n",
        "  @top-left { content: 'Xxx TBC' }\n",
        "letter.css:31:29: error[pl",
    ),
    ("mark.html", "<body>", "<p>XXXXXXX</p>", "'XXXXXXX'"),
    ("dispatch.txt", "Attached for you:", "Ring TBC at <5.", "dispatch.txt:11:"),
    ("dispatch.txt", "Attached for you:", "Ring X{{ 'XXXXXXX' }}.", "'XXXXXXXX'"),
    ("index.html", "<body>", "<p>&#88;XXXXXXXX</p>", "'XXXXXXXXX'"),
    ("reply.html", "{% block standing %}", "<p>X{{ 'XXXXXXXXX' }}</p>", "'XXXXXXXXXX'"),
    ("redline.html", "{% block standing %}", "<p>X{{ 'XXXXXXXXXX' }}</p>", "'XXXXXXXXXXX'"),
    (
        "letter.html",
        "<main>",
        '{% if proof %}<p>X{{ "XXXXXXXXXXX" }} by {{ proof.due }}</p>{% endif %}',
        "'XXXXXXXXXXXX'",
    ),
]


def test_every_template_is_read_as_it_will_be(workspace: Path) -> None:
    for file, at, words, _ in SAID:
        edit(workspace / "templates" / file, at, f"{at}{words}")
    lines = told(workspace).splitlines()
    missing = [said for *_, said in SAID if not any(said in line for line in lines)]
    assert missing == [], lines


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "mark.html",
            "{{ serial }}",
            "{{ seriall }}",
            "error[template-beside-the-letter]: 'seriall'",
        ),
        (
            "dispatch.txt",
            "{{ letter.inspection",
            "{{ letter.inspecton",
            "a letter has no 'inspecton'",
        ),
        (
            "reply.html",
            "{{ answer.point }}",
            "{{ answer.pont }}",
            "an answered point has no 'pont'",
        ),
        (
            "redline.html",
            "{{ redline.new }}.</p>",
            "{{ redline.now }}</p>",
            "a redline has no 'now'",
        ),
        (
            "index.html",
            "{{ one.force }}: no",
            "{{ one.fource }}: no",
            "in the index has no 'fource'",
        ),
        (
            "letter.html",
            "Sent on {{ proof.sent }}",
            "{{ proof.snt }}",
            "a draft proof has no 'snt'",
        ),
    ],
)
def test_every_template_is_rendered(
    workspace: Path, file: str, old: str, new: str, said: str
) -> None:
    edit(workspace / "templates" / file, old, new)
    (line,) = told(workspace).splitlines()
    assert said in line
    assert line.startswith(f"templates/{file}:")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (" – {{ serial }}", "", "it does not have the serial"),
        ("Copy for {{ holder }}", "Copy", "it does not have the holder"),
        (" until {{ embargo.time }}", "", "it does not have the moment when the embargo lifts"),
    ],
)
def test_the_copy_mark_has_what_traces_it(workspace: Path, old: str, new: str, said: str) -> None:
    edit(workspace / "templates/mark.html", old, new)
    assert f"templates/mark.html: error[template-beside-the-letter]: {said}" in told(workspace)


def test_a_byte_order_mark_is_no_word(workspace: Path, run: Run) -> None:
    for path in (workspace / "templates").iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert told(workspace) == ""
    assert run("generate", "kent", "--workspace", workspace).returncode == 0
    assert "\ufeff" not in (workspace / "letters/embargoed/kent.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("style", "line", "column", "said"),
    [
        ("h1 { color: red\n", 1, 4, "this bracket has no counterpart"),
        ("h1 { color: red }}\n", 1, 18, "this bracket has no counterpart"),
        ("h1 { content: '}' } /* { */\n", 0, 0, ""),
        ("h1 { color red }\n", 1, 15, "are neither 'property: value;' nor a rule"),
        ("\n@page { h1 {}; @top-center { colour: red } }", 2, 30, "no property 'colour'"),
        ("h1 { --mine: 1; margin-block: 2; -webkit-text-size-adjust: none }", 0, 0, ""),
    ],
)
def test_a_style_sheet_that_cannot_be_read(style: str, line: int, column: int, said: str) -> None:
    found = list(faults_of_style(style))
    assert [one[:2] for one in found] == ([(line, column)] if line else []), found
    assert not found or said in found[0][2]


def test_a_fault_of_a_style_is_told_in_its_file(workspace: Path) -> None:
    templates = workspace / "templates"
    edit(templates / "screen.css", "\np,\nul {\n", "\np { colour: red }\np,\nul {\n")
    edit(templates / "mark.html", "p { margin:", "p { marginn:")
    link = '  <link rel="stylesheet" href="letter.css">\n'
    edit(templates / "letter.html", link, f"{link}<style>p {{ heigth: 2mm }}</style>")
    found = told(workspace)
    assert "templates/screen.css:52:5: error[style-sheet-syntax]: there is no property" in found
    assert "templates/mark.html:12:5: error[template-beside-the-letter]: there is no prop" in found
    lines = (templates / "letter.html").read_text("utf-8").splitlines()
    line = 1 + next(at for at, text in enumerate(lines) if "heigth" in text)
    assert f"templates/letter.html:{line}:12: error[misspelt-style]: there is no prop" in found


def test_the_properties_are_those_of_weasyprint() -> None:
    used = {name.replace("_", "-") for name in INITIAL_VALUES}
    listed = Path(rules.__file__).with_name("properties.txt").read_text("ascii").split()
    assert used <= set(listed)


def test_a_style_sheet_that_is_not_utf_8(workspace: Path) -> None:
    path = workspace / "templates/screen.css"
    path.write_bytes(path.read_bytes() + b"/* \xf4 */")
    assert "error[template-syntax]: byte 0xF4 is not UTF-8" in told(workspace)


def test_a_value_of_another_kind_is_told_in_its_file(workspace: Path) -> None:
    """The template can print it in the other letters: the force's file is to be changed."""
    for slug in ("durham", "gloucestershire", "kent"):
        value = "\n  aim:\n    first: One" if slug == "kent" else "\n  aim: One"
        path = workspace / f"data/forces/{slug}.yaml"
        path.write_text(f"{path.read_text('utf-8')}\nparticulars:{value}\n", "utf-8")
    edit(
        workspace / "templates/letter.html",
        SALUTATION,
        f"<p>{{{{ particulars.aim | upper }}}}</p>\n{SALUTATION}",
    )
    (problem,) = wrong(workspace)
    assert problem.place.path.name == "kent.yaml", problem
    assert problem.place.excerpt.strip() == "aim:"
    assert problem.message.startswith("a group of keys cannot be printed: print a part of it")
    assert re.search(r"\(letter.html, line \d+, which prints most other letters\)", problem.message)


def test_every_class_that_a_template_meets_has_a_noun() -> None:
    left, met = [Letter], set()
    while left:
        kind = left.pop()
        met.add(kind)
        for hint in named_fields(kind).values():
            for one in (hint, *get_args(hint)):
                ours = isinstance(one, type) and one.__module__.startswith(OURS)
                if ours and one not in met and not issubclass(one, StrEnum):
                    left.append(one)
    assert {kind.__name__ for kind in met} <= NOUNS.keys()

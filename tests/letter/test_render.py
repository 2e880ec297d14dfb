"""Letter + templates -> HTML.

``pytest --snapshot-update`` takes up changed letters; read the difference before you commit it.
"""

from dataclasses import replace
from operator import attrgetter
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from helpers.project import PROJECT, SHIPPED, letter
from helpers.running import Run
from hmic_letters.letter.render import Renderer
from hmic_letters.letter.values import values_of
from hmic_letters.problem import Refused
from hmic_letters.workspace.templates import Templates


class HtmlSnapshots(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "html"


def refusal(body: str, folder: Path) -> str:
    """The problems of a template that has ``body`` in its third line."""
    text = f"{{# A comment\n   of two lines #}}\n{body}\n"
    made, _ = letter("hertfordshire")
    templates = Templates(folder, {"a.html": text.encode()})
    with pytest.raises(Refused) as error:
        Renderer(templates).render(replace(made, template="a.html"))
    (problem,) = error.value.problems
    return problem.heading(folder)


# The real letter; one with every form of head; one of an office with its own edition of the text.
@pytest.mark.parametrize("slug", ["hertfordshire", "avon-and-somerset", "metropolitan"])
def test_the_html(slug: str, snapshot: SnapshotAssertion) -> None:
    made, templates = letter(slug)
    html = Renderer(templates).render(made)
    assert html == snapshot(extension_class=HtmlSnapshots)


def test_what_data_says_is_text_and_nothing_else() -> None:
    made, templates = letter("hertfordshire")
    nasty = '{{ 7 * 7 }} <b>bold</b> & "quoted" \' {% raw %}'
    html = Renderer(templates).render(replace(made, force=nasty))
    escaped = "{{ 7 * 7 }} &lt;b&gt;bold&lt;/b&gt; &amp; &#34;quoted&#34; &#39; {% raw %}"
    assert html.count(escaped) == 3
    assert "<b>" not in html


def test_a_fault_of_the_template_below_has_its_place(tmp_path: Path) -> None:
    made, _ = letter("hertfordshire")
    files = {"a.html": b'{% extends "b.html" %}', "b.html": b"one\n{% if %}\n"}
    with pytest.raises(Refused) as error:
        Renderer(Templates(tmp_path, files)).render(replace(made, template="a.html"))
    (problem,) = error.value.problems
    assert problem.heading(tmp_path).startswith("b.html:2:1: error[template]: Expected an expr")


def test_numbers_in_words(tmp_path: Path) -> None:
    made, _ = letter("hertfordshire")
    files = {"a.html": b"{{ 0 | in_words }} {{ 9 | in_words }} {{ 10 | in_words }}"}
    html = Renderer(Templates(tmp_path, files)).render(replace(made, template="a.html"))
    assert html == "no nine 10"


def test_a_template_that_is_not_utf_8(tmp_path: Path) -> None:
    made, _ = letter("hertfordshire")
    templates = Templates(tmp_path, {"a.html": b"one\ntwo \xf4\n"})
    with pytest.raises(Refused) as error:
        Renderer(templates).render(replace(made, template="a.html"))
    (problem,) = error.value.problems
    said = "a.html:2:1: error[template]: byte 0xF4 is not UTF-8: save the file as UTF-8"
    assert problem.heading(tmp_path) == said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{{ froce }}", "a.html:3:1: error[template]: 'froce' is undefined"),
        (
            "{{ addressee.nmae }}",
            "a.html:3:1: error[template]: a letter's addressee has no 'nmae'",
        ),
        (
            "{{ inspector.template }}",
            "a.html:3:1: error[template]: an absent value cannot be printed: ask whether it is "
            "there first",
        ),
        (
            "{{ specimen }}",
            "a.html:3:1: error[template]: a yes or no cannot be printed: ask whether it is there "
            "first",
        ),
        (
            "{{ addressee.model_dump() }}",
            "a.html:3:1: error[template]: a letter's addressee has no 'model_dump'",
        ),
        (
            "{{ force.__class__.__mro__ }}",
            "a.html:3:1: error[template]: a text has no '__class__'",
        ),
        ("{% include '../data/inspection.yaml' %}", "there is no template '../data/inspection"),
        ("{{ force | in_wrods }}", "a.html:3:1: error[template]: No filter named 'in_wrods'."),
        ("{% if %}", "a.html:3:1: error[template]: Expected an expression"),
        ("{{ [1, 2] | random }}", "a.html:3:1: error[template]: No filter named 'random'."),
        ("{{ lipsum() }}", "a.html:3:1: error[template]: 'lipsum' is undefined"),
        ("{{ 1 / 0 }}", "a.html:3:1: error[template]: division by zero"),
    ],
)
def test_a_fault_of_a_template_has_its_line(body: str, said: str, tmp_path: Path) -> None:
    assert said in refusal(body, tmp_path)


def test_the_list_of_values_is_that_of_the_command(run: Run) -> None:
    """It is made from the model: run the command again where this fails, and read the change."""
    done = run("template-values", "hertfordshire", "--workspace", SHIPPED)
    assert done.returncode == 0
    assert done.stdout == (PROJECT / "docs/template-values.txt").read_text("utf-8")
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_every_value_in_the_list_can_be_named() -> None:
    made, templates = letter("hertfordshire")
    named = {one.name for one in values_of(made) if "[]" not in one.name}
    absent = {name for name in named if attrgetter(name.partition(".")[0])(made) is None}
    absent |= {name for name in named if name.startswith("inspection.accuracy_check.")}
    absent |= {"inspection.embargo.none"}
    page = "".join(f"{{% if {name} %}}{{% endif %}}" for name in sorted(named - absent))
    assert page.count("endif") > 50
    files = {**templates.files, "core-business.html": page.encode()}
    Renderer(replace(templates, files=files)).render(made)

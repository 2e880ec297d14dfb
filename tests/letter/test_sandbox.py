"""A template sees plain data: nothing that it can name runs anything, and it always ends."""

import pickle
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Undefined

from helpers.project import SHIPPED, edit
from hmic_letters.check.run import check_workspace
from hmic_letters.data.load import load
from hmic_letters.letter.changes import Redline, compare
from hmic_letters.letter.letter import Answered, DraftProof, Letter, Listed, Medium, Worded, compose
from hmic_letters.letter.outline import outline
from hmic_letters.letter.render import Renderer, environment
from hmic_letters.letter.sandbox import FILTERS
from hmic_letters.problem import Refused
from hmic_letters.workspace.paths import Edition
from hmic_letters.workspace.templates import Templates

WORKSPACE = load(SHIPPED)


def letter(edition: Edition = Edition.EMBARGOED, proof: DraftProof | None = None) -> Letter:
    return compose(WORKSPACE, "hertfordshire", edition, proof)


def values_of(made: Letter) -> dict[str, Any]:
    return {field.name: getattr(made, field.name) for field in fields(made)}


def given() -> dict[str, dict[str, Any]]:
    """The values that each kind of template gets, as the tool gives them."""
    made = letter()
    page = outline(Renderer(WORKSPACE.templates).render(made))
    changed = compare(page[:-3], page)
    redline = Redline("proof 1", "the letter", changed.standing, changed.findings)
    worded = Worded("Text", ("one", "two"))
    answer = Answered("P1", "AC1", "B", worded, "point", worded, "evidence", "accepted", worded, "")
    listed = (Listed("kent", "Kent Police", True),)
    inspection = WORKSPACE.inspection.value
    return {
        "letter": values_of(made),
        "public": values_of(letter(Edition.PUBLIC)),
        "proof": values_of(letter(Edition.ACCURACY_CHECK, DraftProof(1, "a day", "another"))),
        "reply": values_of(replace(made, answers=(answer,))),
        "redline": values_of(replace(made, redline=redline)),
        "mark": {"holder": "X", "serial": "7HKM-PRAC", "embargo": made.embargo},
        "e-mail": {"letter": made, "medium": Medium.SCREEN, "attached": ("a.pdf",), "serial": "7"},
        "index": {
            "inspection": inspection,
            "embargo": inspection.shared_embargo,
            "letters": listed,
        },
    }


def reachable(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Everything that a template can come to by names, numbers and keys, with its way there.

    Every name that Python knows of a value is tried, not those alone that should be there.
    """
    sandbox = environment(WORKSPACE.templates)
    left = [(name, value) for name, value in values.items()]
    seen: set[int] = set()
    while left:
        way, value = left.pop()
        yield way, value
        if id(value) in seen or isinstance(value, Undefined):
            continue
        seen.add(id(value))
        keys: list[Any] = [*dir(value), *(value if isinstance(value, Mapping) else ())]
        for key in keys:
            found = (sandbox.getattr(value, key), sandbox.getitem(value, key))
            left += [(f"{way}.{key}", one) for one in found if not isinstance(one, Undefined)]
        if isinstance(value, tuple | list):
            left += [(f"{way}[{at}]", sandbox.getitem(value, at)) for at in range(len(value))]


@pytest.mark.parametrize("kind", list(given()))
def test_nothing_that_can_be_called_is_reached(kind: str) -> None:
    plain = (str, int, tuple, date, type(None), Mapping)
    count = 0
    for way, value in reachable(given()[kind]):
        count += 1
        assert not callable(value), way
        assert isinstance(value, plain) or type(value).__module__.startswith("hmic_letters."), way
    assert count >= len(given()[kind])


class Trap:
    """Leaves a file behind where it is called, copied, printed or pickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


ATTACKS = (
    """{% set x = (embargo|attr("parse_raw"))(PICKLE, proto="pickle", allow_pickle=true) %}""",
    """{% set x = embargo.parse_raw(PICKLE, proto="pickle", allow_pickle=true) %}""",
    """{% set x = embargo["parse_raw"](PICKLE, proto="pickle", allow_pickle=true) %}""",
    """{% for f in [embargo]|map(attribute="parse_raw") %}{{ f(PICKLE) }}{% endfor %}""",
    """{% for f in [embargo]|map("attr", "parse_raw") %}{{ f(PICKLE) }}{% endfor %}""",
    """{% for f in [[embargo]|groupby("parse_raw")] %}{{ f[0][0](PICKLE) }}{% endfor %}""",
    """{% set f = ([embargo]|sum(attribute="parse_raw")) %}{{ f(PICKLE) }}""",
    """{% set f = ([embargo]|max(attribute="parse_raw")).parse_raw %}{{ f(PICKLE) }}""",
    """{% for one in [embargo]|selectattr("parse_raw") %}{{ one.parse_raw(PICKLE) }}{% endfor %}""",
    """{% for one in [embargo] %}{{ loop.previtem.parse_raw(PICKLE) }}{% endfor %}""",
    """{% for one in [embargo] %}{{ (loop|attr("__init__")).__globals__ }}{% endfor %}""",
    """{{ self.stamp.__func__.__globals__ }}""",
    """{{ self._TemplateReference__context.environment }}""",
    """{% macro m() %}{% endmacro %}{{ m.__init__.__globals__ }}""",
    """{% macro m() %}{% endmacro %}{{ m._func.__globals__["__builtins__"] }}""",
    """{{ ("{0.__class__}").format(embargo) }}""",
    """{{ ("%s"|format)(embargo) }}""",
    """{{ nosuch.__class__.__mro__ }}""",
    """{{ nosuch._undefined_exception.__init__.__globals__ }}""",
    """{{ inspection.model_copy().model_config }}""",
    """{{ addressee.model_fields_set }}""",
    """{{ addressee.__pydantic_validator__ }}""",
    """{{ themes.__class__.__base__.__subclasses__() }}""",
    """{{ themes.index(1) }}""",
    """{{ embargo.until.strftime("%n" * 999) }}""",
    """{{ embargo.moment.tzinfo.key }}""",
    """{{ particulars.items() }}""",
    """{{ ().count }}""",
    """{{ cycler("a").next() }}""",
    """{{ namespace().__init__.__globals__ }}""",
    """{{ dict(a=1).pop("a") }}""",
    """{{ range(9) }}""",
    """{{ lipsum.__globals__["os"].popen("id").read() }}""",
    """{{ force|map("attr", "join")|list }}""",
    """{% import "a.html" as m %}{{ m.__class__ }}""",
    """{% import "a.html" as m %}{{ m._body_stream }}""",
    """{% call(x) embargo.parse_raw(PICKLE) %}{% endcall %}""",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_template_runs_nothing(attack: str, tmp_path: Path) -> None:
    """It is refused at its line, whether it stands in a letter or elsewhere, and runs nothing."""
    trap = tmp_path / "sprung"
    data = pickle.dumps(Trap(trap), protocol=0).decode("ascii")
    text = attack.replace("PICKLE", '"' + data.replace("\\", "\\\\").replace("\n", "\\n") + '"')
    files = {"a.html": b"{% block stamp %}{% endblock %}\n" + text.encode()}
    with pytest.raises(Refused) as error:
        Renderer(Templates(tmp_path, files)).render(replace(letter(), template="a.html"))
    assert not trap.exists()
    (problem,) = error.value.problems
    assert problem.heading(tmp_path).startswith("a.html:2:")


DIGITS = "[0,1,2,3,4,5,6,7,8,9]"
BOMBS = {
    "loops": "".join(f"{{% for a{at} in {DIGITS} %}}" for at in range(10)) + "{% endfor %}" * 10,
    "loops over what the letter has": "{% for f in themes %}" * 18 + "{% endfor %}" * 18,
    "loops that know their length": (
        "".join(f"{{% for a{at} in {DIGITS} %}}{{{{ loop.length }}}}" for at in range(10))
        + "{% endfor %}" * 10
    ),
    "macros": (
        "{% macro m(n) %}{% if n < 40 %}{{ m(n + 1) }}{{ m(n + 1) }}{% endif %}{% endmacro %}"
        "{{ m(0) }}"
    ),
    "a macro for ever": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "blocks": "{% block b scoped %}{{ self.b() }}{{ self.b() }}{% endblock %}",
    "a recursive loop": (
        f"{{% for a in {DIGITS} recursive %}}{{{{ loop({DIGITS}) }}}}{{% endfor %}}"
    ),
    "includes": (
        "{% set d = (d|default(0)) + 1 %}"
        "{% if d < 40 %}{% include 'a.html' %}{% include 'a.html' %}{% endif %}"
    ),
    "joined": "{% set a = 'aaaaaaaa' %}" + "{% set a = a ~ a %}" * 60,
    "added": "{% set a = 'aaaaaaaa' %}" + "{% set a = a + a %}" * 60,
    "caught": "{% set a = 'aaaaaaaa' %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 60,
    "filtered": "{% set a = 'aaaaaaaa' %}" + "{% set a = a|replace('a', 'aaaaaaaa') %}" * 30,
    "listed": "{% set a = [1] %}" + "{% set a = [a, a] %}" * 60 + "{{ a|string }}",
    "paired": "{% set a = 1 %}" + "{% set a = (a, a) %}" * 60 + "{{ a == a }}",
    "in keys": "{% set a = 1 %}" + "{% set a = {1: a, 2: a} %}" * 60,
    "multiplied": "{{ 'a' * 10**5 * 10**5 }}",
    "multiplied the other way": "{{ 10**6 * 'abcdefgh' }}",
    "a list multiplied": "{{ ([1] * 10**6)|length }}",
    "a power": "{{ 10**10**10 }}",
    "a negative power": "{{ 10**-(10**10) }}",
    "a width": "{{ '%1000000000d' % 1 }}",
    "between": "{{ (('a' * 9000)|list)|join('a' * 9000) }}",
    "much text": "{% for a in themes %}" * 9 + "x" * 20_000 + "{% endfor %}" * 9,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=list(BOMBS))
def test_a_template_that_would_not_end_is_told_at_its_line(bomb: str, tmp_path: Path) -> None:
    files = {"a.html": b"one\n" + bomb.encode()}
    with pytest.raises(Refused) as error:
        Renderer(Templates(tmp_path, files)).render(replace(letter(), template="a.html"))
    (problem,) = error.value.problems
    assert problem.heading(tmp_path).startswith("a.html:2:")


def test_the_budget_is_that_of_one_page() -> None:
    """A renderer that has made many letters makes the next."""
    renderer = Renderer(WORKSPACE.templates)
    first = renderer.render_both(letter())
    renderer._environment._left = 0
    assert renderer.render_both(letter()) == first


def test_the_filters_are_jinja2_s_and_three_of_ours() -> None:
    made = environment(WORKSPACE.templates)
    typed = {name for name in made.filters if name.isidentifier()}
    assert typed == FILTERS | {"in_words", "picture", "style"}
    assert not made.globals


def test_what_groups_join_and_modules_give_can_be_named(tmp_path: Path) -> None:
    body = (
        '{% import "m.html" as m %}'
        "{% for group in themes|groupby('heading') %}{{ group.grouper }}; {% endfor %}"
        "{{ themes|map(attribute='heading')|join(', ') }} {{ m.bold('x') }} "
        "{{ embargo.until.year }} {{ 'a' ~ 1 }} {{ (themes|first).findings[0].text[:9] }} "
        "{{ 7 % 4 }} {{ force|replace('e', '<') }}"
    )
    macro = "{% macro bold(text) %}<b>{{ text }}</b>{% endmacro %}"
    files = {"a.html": body.encode(), "m.html": macro.encode()}
    said = Renderer(Templates(tmp_path, files)).render(replace(letter(), template="a.html"))
    assert said == (
        "Attending crimes and incidents; Freeing up time; Preventing Crime; "
        "Preventing Crime, Attending crimes and incidents, Freeing up time <b>x</b> "
        "2014 a1 There is  3 H&lt;rtfordshir&lt; Constabulary"
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{{ embargo|attr('iso') }}", "there is no filter 'attr' for a template"),
        ("{{ force.upper() }}", "a text has no 'upper'"),
        ("{{ addressee.model_dump() }}", "a letter's addressee has no 'model_dump'"),
        ("{{ copied_to|map(attribute='nmae')|join }}", "a person who is copied in has no"),
        ("{{ themes|map(attribute='model_dump')|join }}", "a letter's theme has no 'model_dump'"),
        ("{{ themes|selectattr('id')|join }}", "a letter's theme has no 'id'"),
        ("{{ themes|groupby('x')|join }}", "a letter's theme has no 'x'"),
        ("{{ addressee[force] }}", "a name of a letter's addressee is computed here"),
        ("{{ themes|map(attribute=force)|join }}", "a name of a letter's theme is computed here"),
        ("{% set f = force %}{{ f() }}", "'f' cannot be called: a template calls macros and"),
        ("{{ range(3)|join }}", "there is no name 'range' for a template"),
        ("{% import 'm.html' as m %}{{ m.nosuch() }}", "there is no macro in m.html called"),
        ("{% import 'm.html' as m %}{{ m.a(1) }}", "a text has no 'x'"),
    ],
)
def test_check_finds_it_in_a_letter_s_template(body: str, said: str, workspace: Path) -> None:
    block = "{% block update %}\n"
    edit(workspace / "templates/core-business.html", block, block + body)
    (workspace / "templates/m.html").write_text("{% macro a(b) %}{{ 'a'.x }}{% endmacro %}")
    problems = check_workspace(load(workspace))
    assert any(one.message.startswith(said) for one in problems), [p.message for p in problems]


def test_check_survives_a_template_nested_without_end(workspace: Path) -> None:
    text = "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}"
    (workspace / "templates/deep.html").write_text(text)
    (problem,) = check_workspace(load(workspace))
    assert problem.message == "it is nested too deeply"

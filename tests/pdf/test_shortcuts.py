"""The shorter ways through WeasyPrint lead to the bytes of its own."""

import ast
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from weasyprint.text import fonts, line_break

from helpers.project import PROJECT, Once
from helpers.running import Run
from hmic_letters.pdf import engine
from hmic_letters.pdf.faster import lines

STYLE = '<link rel="stylesheet" href="letter.css">'
TEXT = (
    "The force’s officers do not attend every report of a crime; they weigh threat, risk and harm. "
    "Ŵyneb, fflam, office, AVATAR, To. Yes, 1,234 (56%) – so it was said. "
)

WORDS = (
    *TEXT.split(),
    *(
        "AVATAR",
        "To",
        "T.",
        "A",
        "Y,",
        "fi",
        "“quoted”",
        "(in",
        "brackets)",
        "well-known",
        "and/or",
    ),
    *("state-of-the-art", "1,234.5", "£2m", "50%", "no\u00a0break", "soft\u00adhyphen", "a\u200bb"),
    *("–", "—", "…", "Ελληνικά", "Кириллица", "https://example.org/a-long/address?of=words"),
    *("I", "l", "Honorificabilitudinitatibus"),
)


def paragraphs() -> str:
    """Paragraphs of any words, in any width."""
    chance = random.Random(1)
    return "".join(
        f"<p style='width: {chance.randint(300, 620)}px'>{' '.join(chance.choices(WORDS, k=40))}"
        for _ in range(150)
    )


# Files that documents below have beside those of the project.
FILES = {
    "names.css": ".w { --c: 1zz; width: var(--c); color: var(--nope) }",
    "hidden.css": r"p { width: 30\76 w; margin-left: 3\000076 h }",
    "bold.css": "p { font-weight: bold } i::footnote-call { content: 'c' }",
    "wide.css": "@counter-style q { system: cyclic; symbols: 'Q' 'Z' } ol { list-style-type: q }"
    " p { width: 30vw }",
    "words.svg": "<svg xmlns='http://www.w3.org/2000/svg' width='100' height='50'><title>t</title>"
    "<text x='1' y='25' font-size='16' font-family='Liberation Sans'>xyzQW0</text></svg>",
}
ENCODINGS = {"wide.css": "utf-16"}
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"

# What letters could have beside what they have, each with what it needs of a page.
ODD = {
    "any words": paragraphs(),
    "a long word": f"<p style='width: 50mm'>ab <b>{LONG}</b>",
    "a broken word": f"<p style='width: 50mm; word-break: break-all'>ab <b>{LONG}</b>",
    "faulty names": "<link rel=stylesheet href=names.css><p class=w>a",
    "hidden units": "<link rel=stylesheet href=hidden.css><p>a b",
    "hidden units elsewhere": "<link rel=stylesheet href=hidden.css><style>@page { size: A5 }"
    "</style><p>a b",
    "words in a picture": "<p>abc<p style='break-before: page; background: url(words.svg)"
    " no-repeat'>def",
    "a picture among other words": "<p>no xz<p style='break-before: page;"
    " background: url(words.svg) no-repeat'>def",
    "any width": "".join(f"<p style='width: {width}px'>{TEXT * 2}" for width in range(60, 640, 9)),
    "two spaces": f"<p style='white-space: pre-wrap'>{TEXT.replace(' ', '  ')}",
    "many fonts": f"<p>{TEXT} <b>{TEXT}</b> <small>{TEXT}</small> {TEXT}",
    "a page's size": "<style>@page { size: A5 landscape; @left-middle { content: 'm'; width: 9vw;"
    f" font-family: 'Liberation Sans' }} }} b {{ font-size: 1vw }}</style><p>{TEXT}",
    "inherited": "<style>html { overflow: hidden } div { float: right; page-break-after: always }"
    " p { overflow: inherit; float: inherit; width: inherit }</style>"
    f"<div style='width: 90mm'><p>{TEXT}</div><p>{TEXT}",
    "pictures": "<p><img src=specimen.svg alt=a style='width: 30mm'> <img src=specimen.svg alt=b>"
    "<p style='background: url(specimen.svg) 5mm 1mm / 30mm no-repeat'>a"
    f"<p style='background: url(specimen.svg) 5mm / 9mm'>{TEXT}",
    "bullets": "<style>.a::marker { color: red; font-weight: bold } .b { list-style: '○' outside }"
    f" ul ul {{ list-style-type: square; width: 20mm }}</style><ul><li class=a>{TEXT}<li class=b>b"
    f"<ul><li>c<li>{TEXT}</ul><li style='padding: 9mm'>d<li style='font-size: 30px'>e</ul>"
    "<p>a",
    "bullets in tables": "<table><tr><td><ul><li>a</ul></table>",
    "bullets in columns": "<ul style='columns: 2'><li>a<li>b<li>c</ul>",
    "justified": f"<style>p {{ text-align: justify }}</style><p>{TEXT * 3}<p>{TEXT * 3}",
    "hyphens": f"<style>p {{ hyphens: auto; width: 40mm }}</style><p>{TEXT * 2}",
    "spaced": "<style>b { letter-spacing: 1mm; word-spacing: 2mm }</style><p>a <b>b c d</b> e",
    "underlined": f"<style>u {{ text-underline-offset: 2px }}</style><p><u>{TEXT}</u><s>{TEXT}</s>",
    "in lines": "<p style='white-space: pre'>a\tb\nc  d\n\n e</p>",
    "right to left": f'<p dir="rtl">{TEXT}</p><ul dir="rtl"><li>{TEXT}</ul>',
    "percentages": f"<div style='width: 50%; padding: 2% calc(1% + 3px)'><p>{TEXT * 2}</div>",
    "border box": f"<div style='box-sizing: border-box; width: 90mm; padding: 9mm'>{TEXT}</div>",
    "table": "<table style='border-collapse: collapse'><tr><th>a<th>b<tr><td>c<td>d</table>"
    "<table style='width: 100%'><tr><td>a<td>b</table>",
    "flex": f"<div style='display: flex'><div>{TEXT}</div><div>{TEXT}</div></div>",
    "grid": f"<div style='display: grid; grid-template-columns: 1fr 2fr'><p>a<p>{TEXT}</div>",
    "columns": f"<div style='columns: 2; column-rule: 1px solid'><p>{TEXT * 4}</div>",
    "floats": f"<div style='float: left; width: 30mm'>{TEXT}</div><p>{TEXT * 3}<p>{TEXT}",
    "placed": f"<div style='position: relative; left: 3mm'>{TEXT}</div>"
    f"<p style='position: absolute; top: 9mm; left: 9mm; width: 30mm'>{TEXT}",
    "behind": "<p style='background: #eee; border-radius: 3mm; border: 1px solid'>a"
    "<p style='box-shadow: 1mm 1mm #999'>b<p style='visibility: hidden'>c<p style='opacity: 0.5'>d",
    "before and after": "<style>p::before { content: attr(id) ' ' } p::after { content: '.' }"
    "p::first-letter { font-size: 2em } p::first-line { font-weight: bold }</style>"
    f"<p id=one>{TEXT}<p id=two>{TEXT}",
    "ellipsis": f"<p style='overflow: hidden; text-overflow: ellipsis; white-space: nowrap'>{TEXT}"
    f"<p style='max-lines: 2; block-ellipsis: auto'>{TEXT * 3}",
    "sizes": "".join(f"<p style='font-size: {size}px'>{TEXT}" for size in (7, 12, 12.5, 40)),
    "features": f"<p style='font-variant: small-caps'>{TEXT}<p style='font-kerning: none'>{TEXT}"
    f"<p style='font-feature-settings: \"liga\" 0'>{TEXT}",
    "variables": "<style>:root { --gap: 3mm } p { margin: var(--gap) 0 }</style><p>a<p>b",
    "margins": "<style>@page :first { margin: 50mm } @page { @left-middle { content: 'm';"
    f" font-family: 'Liberation Sans' }} }}</style><p>{TEXT * 40}",
    "numbered": "<ol><li>a<li>b<ol type=a><li>c</ol></ol><ul><li style='list-style: inside'>d</ul>",
    "no glyph": "<p>☐ and ✓",
    "notes": "<style>i { float: footnote }</style>" + f"<p>a<i>{TEXT}</i> b<i>c</i>",
    "styled notes": "<style>i { float: footnote } i::footnote-call { color: red }"
    f" i::footnote-marker {{ content: '* ' }}</style><p>a<i>{TEXT}</i> b<i>c</i>",
    "named pages": "<style>@page wide { size: A5 landscape } .w { page: wide } .w .n { page: n }"
    f"</style><p>a<div class=w><p>{TEXT}<div><p class=n>b</div></div><p>c<section><div class=w>d"
    "</div></section><div style='float: left' class=w>e</div><p>f",
    "outlined": "<p style='outline: 1mm solid red'>a<ul style='outline: 2px dashed'><li>b"
    "<li style='outline: 1px solid blue'>c</ul><div style='position: relative'>"
    "<p style='outline: 3px double; visibility: hidden'>d"
    "<p><b style='outline: 1px solid'>e</b></div>",
    "bordered": "<p style='border-left: 1mm solid'>a<p style='border: 3mm solid; border-image:"
    " linear-gradient(red, blue) 1'>b<p style='mask-border-source: linear-gradient(red, blue)'>c"
    "<div style='columns: 2; column-rule: 2px dotted'><p style='border: 1px solid #0000'>"
    f"{TEXT}</div>",
    "negative margins": "<p style='margin: 9mm 0 -3mm'>a<p style='margin: -2mm 0 0'>b<div"
    " style='margin: -1mm 0 4mm'><p style='margin: 0'>c<p style='margin: -1mm 0 -2mm'>d</div><p>e",
    "counted": "<style>@page { counter-increment: page 2 part; @bottom-center { content: string(t)"
    " counter(page) ' of ' counter(pages) counter(part); font-family: 'Liberation Sans' } }"
    " h2 { string-set: t content(); break-before: page } b::after { content: target-counter("
    f"'#two', page) }}</style><p><b>see</b><h2>one</h2><p>{TEXT}<h2 id=two>two</h2>",
    "style sheets elsewhere": "<svg xmlns='http://www.w3.org/2000/svg' width=20 height=20><title>t"
    "</title><style>rect { fill: red }</style><rect width=9 height=9 /></svg>"
    "<style media=screen>p { color: red }</style><style media=print>p { color: blue }</style><p>a",
    "fonts of few letters": "<p><b>abc</b> <i>abc</i> abc <b><i>abc</i></b>",
    "fonts of as few, one missing": "<p><b>abc☐</b> <i>abc</i> abc <b><i>abc</i></b>",
    "fonts of as few": "<p><i>abc</i> <b>cba</b> <b><i>bca</i></b> bac",
    "an import": "<style>@import 'bold.css'; p { color: red } i { float: footnote }</style>"
    "<p>a<i>b",
    "what was imported": "<link rel=stylesheet href=bold.css><p>a",
    "an import of what was linked": "<style>@import 'bold.css'; p { color: red }</style><p>a",
    "another encoding": f"<link rel=stylesheet href=wide.css><ol><li>a</ol><p>{TEXT}",
    "another encoding elsewhere": "<link rel=stylesheet href=wide.css><style>@page { size: A5 }"
    f"</style><ol><li>a</ol><p>{TEXT}",
    "named pages in tables": "<style>@page wide { size: A5 landscape } td, b { page: wide }"
    " i { display: inline-table }</style><p>a<table><tr><td>b</table><p>c<div><i><b"
    " style='display: block'>d</b></i></div><p>e",
    "wide spaces": "".join(
        f"<p style='width: {width}px; padding-right: 60px'>"
        f"nmTabfW {space} ytWexYTa {space} PlWVduk {space} lc"
        for space in "\u1680\u2003\u2009\u205f\u3000"
        for width in range(60, 220, 6)
    ),
    "notes beside the text": "<style>.n { position: note(n) }</style><p>a<i class=n>b</i>"
    "<p>c<i class=n>d</i>",
    "a form": "<style>input, select, button { appearance: auto }</style><form><input type=text>"
    "<input type=checkbox checked><button>b</button><select><option>c</select>"
    "<input type=radio name=r value=1><input type=radio name=r value=2 checked></form>",
    "faulty style": "<style>p { colour: red; margin: 1zz }</style><p>a",
    "too small to be drawn": "<p style='font-size: 0.00000001px'>a b",
    "zero": "<p style='font-size: 0'>a<p style='line-height: normal'>b<p style='height: 30%'>c",
}

Both = tuple[dict[str, list[object]], dict[str, list[object]]]

# Prints the letters of the project and the documents above, most of them twice, then backwards.
PRINT = """
import hashlib, json, sys
from pathlib import Path
{before}
from hmic_letters.pdf.press import Press
from hmic_letters.workspace.paths import Edition
from hmic_letters.letter.letter import compose
from hmic_letters.data.load import load
from hmic_letters.problem import Refused
from hmic_letters.letter.render import Renderer

read = load(Path(sys.argv[1]))
renderer = Renderer(read.templates)
pages = {{}}
for slug in read.slugs:
    letter = compose(read, slug, Edition.EMBARGOED)
    pages[f"letter to {{slug}}"] = renderer.render(letter), letter.template
for name, html in json.loads(sys.stdin.read()).items():
    pages[name] = html, "letter.html"
press = Press(read.templates)
found = {{}}
for name in (*pages, *reversed(list(pages)[25:])):
    try:
        said = hashlib.sha256(press.print(*pages[name])).hexdigest()
    except Refused as error:
        said = [problem.message for problem in error.problems]
    except Exception as error:
        said = repr(error)
    found.setdefault(name, []).append(said)
print(json.dumps(found))
"""
OWN_WAY = """
import pydyf
pydyf.__version__ += "+"
from hmic_letters.pdf import engine
assert not engine.takes_shortcuts
"""


@pytest.fixture(scope="session")
def both(once: Once) -> Both:
    """The digests of letters and documents, WeasyPrint's own way and ours; made once for all."""

    def make(folder: Path) -> None:
        folder.mkdir()
        for own_way in (True, False):
            (folder / f"{own_way}.json").write_text(json.dumps(made(own_way)), "utf-8")

    folder = once("shortcuts", make)
    own, short = (json.loads((folder / f"{way}.json").read_text("utf-8")) for way in (True, False))
    return own, short


def made(own_way: bool) -> dict[str, list[object]]:
    """The digests of letters and documents, or why there are none."""
    before = OWN_WAY if own_way else ""
    begin = "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Odd</title>"
    pages = {
        name: f'{begin}{STYLE}</head><body data-stamp="EMBARGOED" data-force="Odd">{body}'
        for name, body in ODD.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        for name in ("data", "templates"):
            shutil.copytree(PROJECT / name, Path(folder, name))
        for name, text in FILES.items():
            Path(folder, "templates", name).write_bytes(text.encode(ENCODINGS.get(name, "utf-8")))
        done = subprocess.run(
            [sys.executable, "-c", PRINT.format(before=before), folder],
            input=json.dumps(pages),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[object]] = json.loads(done.stdout)
    return found


@pytest.mark.whole
def test_all_letters_have_the_bytes_of_weasyprints_own_way(both: Both) -> None:
    own, short = both
    letters = [name for name in own if name.startswith("letter to ")]
    assert len(letters) == 43
    for name in letters:
        assert isinstance(short[name][0], str), short[name]
        assert len({*own[name], *short[name]}) == 1, name


@pytest.mark.whole
@pytest.mark.parametrize("name", ODD)
def test_what_letters_could_have_is_as_weasyprint_makes_it(name: str, both: Both) -> None:
    (one, again), (short, short_again) = (way[name] for way in both)
    assert one == again
    assert short == one
    assert short_again == one


def test_a_line_is_known_by_all_that_breaking_it_asks_of_its_style() -> None:
    asked: set[str] = set()
    for module in (line_break, fonts):
        asked |= set(re.findall(r"style\['(\w+)'\]", Path(str(module.__file__)).read_text("utf-8")))
    assert asked >= {"font_size", "word_break"}
    assert asked - {*lines.OF_LINE, *lines.OF_FONT, "font_family"} == set()


def test_they_are_taken_with_the_locked_versions() -> None:
    assert engine.takes_shortcuts


def test_without_their_folder_letters_have_the_same_bytes(
    few_made: Path, workspace: Path, tmp_path: Path, run_process: Run
) -> None:
    letters = few_made / "letters/embargoed"
    package = tmp_path / "code/hmic_letters"
    shutil.copytree(PROJECT / "hmic_letters", package)
    shutil.rmtree(package / "pdf/faster")
    names = ["kent", "gwent", "hertfordshire"]
    code = str(package.parent)
    done = run_process("generate", *names, "--workspace", workspace, PYTHONPATH=code)
    assert done.stderr == ""
    for name in names:
        made, own = workspace / "letters/embargoed" / f"{name}.pdf", letters / f"{name}.pdf"
        assert made.read_bytes() == own.read_bytes()
        # The record beside the letter names the code that made it.
        record = f".{name}.json"
        assert made.with_name(record).read_text("utf-8") != own.with_name(record).read_text("utf-8")


def test_each_room_says_what_could_be_offered_upstream() -> None:
    rooms = [*(PROJECT / "hmic_letters/pdf/faster").glob("[a-z]*.py")]
    assert len(rooms) == 9
    for room in rooms:
        said = ast.get_docstring(ast.parse(room.read_text("utf-8"))) or ""
        assert "\n\nUpstream: " in said, room

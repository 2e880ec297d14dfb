"""HTML -> PDF: what stops a letter that WeasyPrint alone would print with a shrug."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from inotify_simple import INotify, flags

from helpers.project import SHIPPED, edit
from helpers.running import Run
from hmic_letters.check.letters.reader import own_words
from hmic_letters.pdf import engine
from hmic_letters.pdf.press import Press
from hmic_letters.problem import Refused
from hmic_letters.workspace.templates import Templates

PAGE = (
    '<!DOCTYPE html><html lang="en-GB"><head><title>A</title>'
    "<style>@page {{ font-family: Liberation Sans; @top-center {{ content: string(a) }} }}"
    " body {{ string-set: a attr(data-stamp); font-family: Liberation Sans }}</style>"
    '{head}</head><body data-stamp="Stamp">{body}</body></html>'
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0H9V9Z"/></svg>'
TALL = '<h1 style="font-size: 9pt; line-height: 4cm; margin: 0">Tall</h1>'
Print = Callable[..., bytes]


@pytest.fixture
def print_page(tmp_path: Path) -> Print:
    def print_page(head: str = "", body: str = "<h1>A</h1>", **files: bytes) -> bytes:
        templates = Templates(tmp_path, {name.replace("_", "."): files[name] for name in files})
        return Press(templates).print(PAGE.format(head=head, body=body), "letter.html")

    return print_page


def reasons(print_page: Print, **parts: object) -> list[str]:
    with pytest.raises(Refused) as error:
        print_page(**parts)
    return [problem.message for problem in error.value.problems]


def test_a_page(print_page: Print) -> None:
    assert print_page().startswith(b"%PDF-1.7")


# What a template could say to reach out of its workspace: {url} is an address of this machine that
# listens, {file} a file that nobody may read. Those that stop the letter, then those that are mute.
REFUSED = [
    '<p><img alt="a" src="{file}"></p>',
    '<p><img alt="a" src="{url}"></p>',
    '<p><img alt="a" src="../secret"></p>',
    '<link rel="stylesheet" href="{url}">',
    "<style>@import url({url});</style>",
    "<style>@font-face {{ font-family: x; src: url({url}) }} h1 {{ font-family: x }}</style>",
    "<style>p {{ background: url({url}) }}</style><p>A</p>",
    "<style>p::before {{ content: url({file}) }}</style><p>A</p>",
    "<style>ul {{ list-style-image: url({url}) }}</style><ul><li>A</li></ul>",
    '<p style="background: url({file})">A</p>',
    '<p><svg viewBox="0 0 9 9"><title>A</title><image href="{url}"/></svg></p>',
    '<p><img alt="a" src="picture.svg"></p>',
    '<p><object data="{file}">A</object></p>',
    '<p><embed src="{url}"></p>',
    '<base href="{url}"><p><img alt="a" src="picture.svg"></p>',
    '<link rel="attachment" href="{file}">',
    '<p><a rel="attachment" href="{url}">A</a></p>',
    '<p><a href="{file}">A</a></p>',
    '<p><a href="javascript:alert(1)">A</a></p>',
    '<p><a href="{url}">A</a></p>',
    '<p><a href="elsewhere.html">A</a></p>',
    '<p><img alt="a" src="data:image/png;base64,AAAA"></p>',
]
MUTE = [
    '<p><iframe src="{url}"></iframe></p>',
    '<script src="{url}"></script>',
    '<meta http-equiv="refresh" content="0; url={url}">',
    '<p><video src="{file}" poster="{url}"></video></p>',
]


@pytest.mark.parametrize("payload", [*REFUSED, *MUTE])
def test_no_network_is_touched_and_no_file_read(
    print_page: Print, tmp_path: Path, payload: str
) -> None:
    secret = tmp_path.parent / "secret"
    secret.write_text("Winterbourne")
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}"/><style>@import url({url})'
    with socket.create_server(("127.0.0.1", 0)) as server, INotify() as watch:
        server.setblocking(False)
        watch.add_watch(secret, flags.OPEN | flags.ACCESS)
        here = {"url": f"http://127.0.0.1:{server.getsockname()[1]}/a", "file": secret.as_uri()}
        picture = (svg + "</style></svg>").format(**here).encode()
        body = "<h1>A</h1>" + payload.format(**here)
        if payload in MUTE:
            assert b"Winterbourne" not in print_page(body=body, picture_svg=picture)
        else:
            assert reasons(print_page, body=body, picture_svg=picture)
        with pytest.raises(BlockingIOError):
            server.accept()
        assert watch.read(timeout=0) == []
        # The watch does see what opens the file.
        secret.read_text()
        assert watch.read(timeout=1000)


def test_what_a_finding_says_is_text(workspace: Path, run: Run) -> None:
    nasty = "Under {{ 7*7 }} and <b>bold</b> and <img src=file:///etc/hostname> and {% x %}."
    force = workspace / "data/forces/kent.yaml"
    lines = force.read_text("utf-8").splitlines(keepends=True)
    at = next(at for at, line in enumerate(lines) if line.strip() == "text: >-")
    lines.insert(at + 1, f"{' ' * 8}{nasty}\n")
    allowed = "allowed:\n" + "".join(
        f"  - {{check: {check}, text: '{text}', reason: A test of braces.}}\n"
        for check, text in (
            ("placeholder", "PC1"),
            ("braces", "{{ 7*7 }}"),
            ("braces", "{% x %}"),
            ("markup", "*"),
            ("markup", "<b>"),
            ("markup", "*"),
            ("markup", "</b>"),
            ("markup", "<img src=file:///etc/hostname>"),
        )
    )
    force.write_text("".join(lines) + allowed, "utf-8")
    done = run("generate", "kent", "--workspace", workspace)
    assert done.returncode == 0, done.stderr
    # Why own words: a page may end within the finding.
    text = own_words((workspace / "letters/embargoed/kent.pdf").read_bytes())
    assert "".join(nasty.split()) in text


@pytest.mark.parametrize(
    ("head", "body", "reason"),
    [
        ("", "<h1>A</h1><p>☐</p>", ".notdef glyph rendered for Unicode string unsupported by"),
        ("<style>p { colour: red }</style>", "<h1>A</h1>", "unknown property"),
        ("", '<h1>A</h1><p><img alt="a" src="a.png"></p>', "Failed to load image"),
        ("", '<h1>A</h1><p><img src="b.svg"></p>', 'Image "b.svg" has no required alt'),
        ("", '<h1>A</h1><p><img alt="" src="b.svg"></p>', "a picture has no alternative text"),
        ("", f"<h1>A</h1><p>{SVG}</p>", "a picture has no alternative text"),
        ("<style>h1 { font-family: Arial }</style>", "<h1>A</h1>", "there is no font 'Arial'"),
        ("<style>h1 { opacity: 0.5 }</style>", "<h1>A</h1>", "draws 1 of its pieces as a group"),
        (
            "<style>h1 { width: 9mm }</style>",
            "<h1>Subject</h1>",
            "'Subject' on page 1 does not fit",
        ),
        ("<style>h1 { height: 9mm }</style>", "<h1>A<br>B<br>C</h1>", "'C' on page 1 does not fit"),
        ("<style>h1 { max-height: 9mm }</style>", "<h1>A<br>B</h1>", "'B' on page 1 does not fit"),
        ("<style>h1 { margin-left: -9cm }</style>", "<h1>A</h1>", "'A' on page 1 does not fit"),
        ("<style>@page { size: 9cm 4cm }</style>", TALL, "'Tall' on page 1 does not fit"),
        (
            "<style>@page { @top-center { width: 9mm } }</style>",
            "<h1>A</h1>",
            "'Stamp' on page 1 does not fit",
        ),
        # The read-back would refuse these, however often the letter were made.
        ("", "<ol style='list-style-position: inside'><li>B</li></ol>", "numbers the items, and"),
        ("", "<h1>A</h1><p><q>B</q></p>", "adds words to <q>, and the template does not say '“'"),
        ("<style>p::before { content: 'B' }</style>", "<h1>A</h1><p>C</p>", "adds words to <p>"),
        (
            "<style>p { text-transform: uppercase }</style>",
            "<h1>A</h1><p>b</p>",
            "the pages show 'A B' where the template says 'Ab'",
        ),
        ("<style>p { display: none }</style>", "<h1>A</h1><p>b</p>", "where the template says 'A"),
        ("<style>p { visibility: hidden }</style>", "<h1>A</h1><p>b</p>", "the pages show 'A' "),
        ("", '<h1>A</h1>B <span style="float: left">c</span>', "the pages show 'c A B'"),
        (
            "<style>div { display: flex; flex-direction: row-reverse }</style>",
            "<h1>A</h1><div><p>B</p><p>C</p></div>",
            "the pages show 'A C B' where the template says 'ABC'",
        ),
    ],
)
def test_a_warning_stops_the_letter(print_page: Print, head: str, body: str, reason: str) -> None:
    found = reasons(print_page, head=head, body=body, a_png=b"no picture", b_svg=SVG.encode())
    assert any(reason in one for one in found), found


@pytest.mark.parametrize(
    "body",
    [
        "<ul><li>B<ul><li>C</li></ul></li></ul>",
        "<ol><li><p>B</p></li><li>C</li></ol>",
        '<dl style="display: grid; grid-template-columns: 1fr 2fr"><dt>B</dt><dd>C</dd></dl>',
        "<table><tr><td>B</td><td>C</td></tr></table>",
        "<p>B <wbr>C well-known H<sub>2</sub>O, a&nbsp;day<br>later</p>",
    ],
)
def test_a_letter_with_all_its_words_is_printed(print_page: Print, body: str) -> None:
    assert print_page(body=f"<h1>A</h1>{body}")


@pytest.mark.parametrize(
    ("head", "place"),
    [
        ('<link rel="stylesheet" href="a.css">', "a.css:2:6"),
        ('<link rel="stylesheet" href="b.css">', "a.css:2:6"),  # which imports it
        ('<link rel="stylesheet" href="c.css"><style>p { colour: red }</style>', "letter.html:1:"),
    ],
)
def test_a_style_is_told_where_it_is(tmp_path: Path, head: str, place: str) -> None:
    html = PAGE.format(head=head, body="<h1>A</h1>")
    files = {
        "a.css": b"\nh1 { colour: red }",
        "b.css": b"@import 'a.css';\nh1 { color: black }",
        "c.css": b"p { color: black }",
        "letter.html": html.encode(),
    }
    with pytest.raises(Refused) as error:
        Press(Templates(tmp_path, files)).print(html, "letter.html")
    (problem,) = error.value.problems
    assert problem.heading(tmp_path).startswith(place), problem
    assert "unknown property" in problem.message


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (' lang="en-GB"', "", "the letter has no language"),
        ('"en-GB"', '" "', "the letter has no language"),
        ("<title>A</title>", "", "the letter has no title"),
        ("<title>A</title>", "<title> </title>", "the letter has no title"),
    ],
)
def test_a_letter_says_what_it_is(tmp_path: Path, old: str, new: str, reason: str) -> None:
    html = PAGE.format(head="", body="<h1>A</h1>").replace(old, new)
    with pytest.raises(Refused, match=reason):
        Press(Templates(tmp_path, {})).print(html, "letter.html")


@pytest.mark.parametrize("name", ["pdf_varient", "attachment"])
def test_a_misspelt_option_stops_the_letter(
    print_page: Print, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(engine.OPTIONS, name, "pdf/a-3a")
    assert any("nknown rendering option" in one for one in reasons(print_page))


@pytest.mark.parametrize("margin", ["none", 'string(a) " lifted"', '"lifted " string(a)'])
def test_a_stamp_in_the_text_or_a_longer_one_is_none(print_page: Print, margin: str) -> None:
    head = f"<style>@page {{{{ @top-center {{{{ content: {margin} }}}} }}}}</style>".format()
    found = reasons(print_page, head=head, body="<h1>Stamp</h1>")
    assert found == ["page 1 does not show the stamp 'Stamp' in its margin"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            "string-set: stamp attr(data-stamp), ",
            "string-set: ",
            "page 1 does not show",
        ),
        ("}\n\nbody {", "\n\nbody {", "letter.css:103:17: error[style-sheet-syntax]"),
        ("content: string(stamp);", "content: none;", "page 4 does not show"),
        (
            "    color: #a3001f;\n    border:",
            "    color: #fff;\n    border:",
            "page 1 does not show",
        ),
        ("font: bold 12pt", "font: bold 1pt", "page 1 does not show the stamp"),
    ],
)
def test_no_page_is_without_its_stamp(
    workspace: Path, run: Run, old: str, new: str, reason: str
) -> None:
    edit(workspace / "templates/letter.css", old, new)
    done = run("generate", "hertfordshire", "--workspace", workspace)
    assert done.returncode == 1
    assert reason in done.stderr
    assert not (workspace / "letters/embargoed/hertfordshire.pdf").exists()


def test_a_letter_has_a_stamp(workspace: Path, run: Run) -> None:
    edit(workspace / "templates/letter.html", ' data-stamp="{{ self.stamp() }}"', "")
    done = run("generate", "hertfordshire", "--workspace", workspace)
    assert done.returncode == 1
    assert "the stamp does not say 'Thursday 4 September 2014' and '00:01'" in done.stderr


def test_a_fault_of_the_style_sheet_has_its_place(workspace: Path, run: Run) -> None:
    edit(
        workspace / "templates/letter.css",
        "\nh2 {\n  font-size: 13.5pt",
        "\nh2 {\n  font-siz: 13.5pt",
    )
    done = run("generate", "hertfordshire", "--workspace", workspace)
    assert done.returncode == 1
    lines = (workspace / "templates/letter.css").read_text().split("\n")
    line = lines.index("  font-siz: 13.5pt;") + 1
    assert f"workspace/templates/letter.css:{line}:3: error[style-sheet-syntax]" in done.stderr
    edit(workspace / "templates/letter.css", "font-siz: 13.5pt", "font-size: tiny")
    done = run("generate", "hertfordshire", "--workspace", workspace)
    assert f"workspace/templates/letter.css:{line}:3: error[pdf]: Ignored `font-siz" in done.stderr


def test_a_fault_of_a_template_has_its_place(workspace: Path, run: Run) -> None:
    template = workspace / "templates/core-business.html"
    edit(template, "All forces will", '<a href="http://example.org/x">All</a> forces will')
    done = run("generate", "kent", "hertfordshire", "--workspace", workspace)
    assert done.returncode == 1
    lines = template.read_text("utf-8").split("\n")
    line, text = next((at, one) for at, one in enumerate(lines, 1) if "example.org" in one)
    column = text.index("http:") + 1
    assert f"core-business.html:{line}:{column}: error[pdf]: a link leads to" in done.stderr
    assert "No letter for kent: a link leads to 'http://example.org/x'" in done.stderr


def test_one_letter_that_is_refused_stops_no_other(workspace: Path, run: Run) -> None:
    edit(
        workspace / "templates/core-business-wales-and-western.html",
        "However, electronic",
        '<span style="opacity: 0.9">However</span>, electronic',
    )
    done = run("generate", "gwent", "kent", "--workspace", workspace)
    assert done.returncode == 1
    assert "No letter for gwent: page 1 draws" in done.stderr
    assert (workspace / "letters/embargoed/kent.pdf").is_file()
    assert not (workspace / "letters/embargoed/gwent.pdf").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the loader of other systems does not tell")
def test_no_library_is_given_up_while_a_thread_may_run_in_it(tmp_path: Path) -> None:
    program = (
        "import pathlib\nfrom hmic_letters.pdf.press import Press\n"
        "from hmic_letters.workspace.templates import read_templates\n"
        "Press(read_templates(pathlib.Path('templates')))"
    )
    told = {"LD_DEBUG": "files", "LD_DEBUG_OUTPUT": str(tmp_path / "told")}
    subprocess.run([sys.executable, "-c", program], cwd=SHIPPED, env=os.environ | told, check=True)
    lines = [line for path in tmp_path.iterdir() for line in path.read_text().splitlines()]
    assert any("libpangoft2" in line for line in lines)
    given_up = [line for line in lines if "destroying link map" in line]
    assert not [line for line in given_up if "pango" in line or "fontconfig" in line]

"""HTML -> PDF: what stops a letter that WeasyPrint alone would print with a shrug."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Run, edit
from hmic_letters.model import Templates
from hmic_letters.pdf import Press
from hmic_letters.problem import Refused

PAGE = (
    '<!DOCTYPE html><html lang="en-GB"><head><title>A</title>'
    "<style>@page {{ @top-center {{ content: string(a) }} }}"
    " body {{ string-set: a attr(data-stamp) }}</style>"
    '{head}</head><body data-stamp="Stamp">{body}</body></html>'
)
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


@pytest.mark.parametrize(
    "body",
    [
        '<h1>A</h1><p><img alt="a" src="missing.png"></p>',
        '<h1>A</h1><p><img alt="a" src="file:///etc/hostname"></p>',
        '<h1>A</h1><p><img alt="a" src="/etc/hostname"></p>',
        '<h1>A</h1><p><img alt="a" src="../data/inspection.yaml"></p>',
        '<h1>A</h1><p style="background: url(missing.png)">b</p>',
        '<h1>A</h1><p><a rel="attachment" href="file:///etc/hostname">b</a></p>',
        '<h1>A</h1><p><object data="file:///etc/hostname">b</object></p>',
    ],
)
def test_a_resource_that_is_not_a_template(print_page: Print, body: str) -> None:
    (reason,) = reasons(print_page, body=body)
    assert reason.endswith("is not a file in templates/")


@pytest.mark.parametrize(
    "payload",
    [
        '<link rel="stylesheet" href="{url}">',
        "<style>@import url({url})</style>",
        "<style>@font-face {{ font-family: x; src: url({url}) }}</style>",
        '<link rel="attachment" href="{url}">',
        '<base href="{url}"><link rel="stylesheet" href="letter.css">',
    ],
)
def test_nothing_is_fetched(print_page: Print, payload: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/a.css"
        (reason,) = reasons(print_page, head=payload.format(url=url))
        assert reason.endswith("is not a file in templates/")
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize(
    ("head", "body", "reason"),
    [
        ("", "<h1>A</h1><p>☐</p>", ".notdef glyph rendered for Unicode string unsupported by"),
        ("<style>p { colour: red }</style>", "<h1>A</h1>", "unknown property"),
        ("", '<h1>A</h1><p><img src="a.png"></p>', "Failed to load image"),
    ],
)
def test_a_warning_stops_the_letter(print_page: Print, head: str, body: str, reason: str) -> None:
    found = reasons(print_page, head=head, body=body, a_png=b"no picture")
    assert any(reason in one for one in found), found


@pytest.mark.parametrize("margin", ["none", 'string(a) " lifted"', '"lifted " string(a)'])
def test_a_stamp_in_the_text_or_a_longer_one_is_none(print_page: Print, margin: str) -> None:
    head = f"<style>@page {{{{ @top-center {{{{ content: {margin} }}}} }}}}</style>".format()
    found = reasons(print_page, head=head, body="<h1>Stamp</h1>")
    assert found == ["page 1 does not show the stamp 'Stamp' in its margin"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            "  string-set: stamp attr(data-stamp), force attr(data-force);\n",
            "",
            "page 1 does not show",
        ),
        ("}\n\nbody {", "\n\nbody {", "page 1 does not show the stamp 'EMBARGOED until"),
        ("content: string(stamp);", "content: none;", "page 4 does not show"),
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
    assert "the body of the letter has no data-stamp" in done.stderr


def test_a_fault_of_the_style_sheet_has_its_place(workspace: Path, run: Run) -> None:
    edit(
        workspace / "templates/letter.css", "\nh2 {\n  font-size: 12pt", "\nh2 {\n  font-siz: 12pt"
    )
    done = run("generate", "hertfordshire", "--workspace", workspace)
    assert done.returncode == 1
    lines = (workspace / "templates/letter.css").read_text().split("\n")
    line = lines.index("  font-siz: 12pt;") + 1
    assert f"workspace/templates/letter.css:{line}:3: error[pdf]: Ignored `font-siz" in done.stderr

"""The page for screens beside each letter: the same words, for everybody, in any window."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from helpers.project import REGISTER, edit
from helpers.reader import STAMP, pages, words
from helpers.running import Run
from helpers.tree import outline_of_html, outline_of_pdf

# A telephone, a tablet, a screen; in CSS pixels.
WIDTHS = (320, 768, 1280)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    assert not [url for url in asked if not url.startswith(("file:", "data:"))]
    page.close()


@pytest.mark.whole
@pytest.mark.parametrize("slug", REGISTER)
def test_axe_finds_no_violation(letters: Path, page: Page, slug: str) -> None:
    page.goto((letters / f"{slug}.html").as_uri())
    assert Axe().run(page).response["violations"] == []


def test_axe_finds_what_is_wrong(letters: Path, page: Page, tmp_path: Path) -> None:
    html = (letters / "kent.html").read_text("utf-8")
    for old, new, rule in (
        (' lang="en-GB"', "", "html-has-lang"),
        ("<main>", "<div>", "landmark-one-main"),
        ("color: #0b0c0c", "color: #cccccc", "color-contrast"),
        ("<h2>", "<h4>", "heading-order"),
    ):
        (tmp_path / "a.html").write_text(html.replace(old, new), "utf-8")
        page.goto((tmp_path / "a.html").as_uri())
        found = [one["id"] for one in Axe().run(page).response["violations"]]
        assert rule in found


@pytest.mark.whole
@pytest.mark.parametrize("slug", REGISTER)
def test_it_says_what_the_letter_says(letters: Path, slug: str) -> None:
    html = (letters / f"{slug}.html").read_text("utf-8")
    assert outline_of_html(html) == outline_of_pdf(letters / f"{slug}.pdf")
    assert not re.search(r"(?:src|href)=|url\(|@import|<script", html)


def test_it_fits_every_window(letters: Path, page: Page) -> None:
    for slug in ("hertfordshire", "kent", "metropolitan"):
        page.goto((letters / f"{slug}.html").as_uri())
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 700})
            wide = page.evaluate("document.scrollingElement.scrollWidth")
            assert wide <= width
            size = page.evaluate(
                "parseFloat(getComputedStyle(document.querySelector('li p')).fontSize)"
            )
            assert size >= 16
            line = page.evaluate("document.querySelector('main').getBoundingClientRect().width")
            assert line <= 34 * size
        # The stamp stays in sight at the end.
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        top = page.evaluate("getComputedStyle(document.body, '::before').position")
        assert top == "sticky"


def test_it_prints_with_the_stamp_on_every_page(letters: Path, page: Page, tmp_path: Path) -> None:
    page.goto((letters / "hertfordshire.html").as_uri())
    page.pdf(path=tmp_path / "printed.pdf", prefer_css_page_size=True)
    printed = pages(tmp_path / "printed.pdf")
    assert 3 <= len(printed) <= 6
    for number, text in enumerate(printed, 1):
        assert STAMP in " ".join(text.split())
        assert f"Page {number} of {len(printed)}" in text
    said = " ".join(words(" ".join(printed)))
    assert "HMIC understands that the force has not consulted with the public" in said


@pytest.mark.parametrize(
    ("addition", "reason"),
    [
        ('{% if medium == "screen" %}Oh {% endif %}', "says '"),
        ('<img src="specimen.svg" alt="a">', "fetches 'specimen.svg'"),
    ],
)
def test_a_twin_that_differs_stops_the_letter(
    workspace: Path, run: Run, addition: str, reason: str
) -> None:
    here = '<p class="salutation">'
    edit(workspace / "templates/letter.html", here, here + addition)
    done = run("generate", "kent", "--workspace", workspace)
    assert done.returncode == 1
    assert f"error[screen]: the page for screens {reason}" in done.stderr
    assert not list(workspace.glob("letters/embargoed/kent.*"))


def test_pictures_are_held_by_the_page(workspace: Path, run: Run, page: Page) -> None:
    picture = """<img src="{{ 'specimen.svg' | picture }}" alt="Specimen" style="width: 9mm">"""
    edit(workspace / "templates/letter.html", "\n<main>\n", f"\n<main>\n<p>{picture}</p>\n")
    edit(
        workspace / "templates/screen.css",
        "\np,\nul {\n",
        "\np { background: url(specimen.svg) }\np,\nul {\n",
    )
    done = run("generate", "kent", "--workspace", workspace)
    assert done.returncode == 0, done.stderr
    path = workspace / "letters/embargoed/kent.html"
    assert path.read_text("utf-8").count("data:image/svg+xml;base64,") == 2
    page.goto(path.as_uri())
    assert page.evaluate("document.querySelector('img').naturalWidth") > 0

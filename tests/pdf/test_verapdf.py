"""The letters are PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1), in the eyes of veraPDF."""

from pathlib import Path

import pytest
from weasyprint import HTML

from helpers.conformance import validate
from helpers.project import REGISTER, edit
from helpers.reader import pages
from helpers.running import Run

pytestmark = pytest.mark.verapdf


def test_all_letters(letters: Path) -> None:
    assert validate(letters / f"{slug}.pdf" for slug in REGISTER) == []


SHORT = """{% extends "letter.html" %}{% block standing %}<p>As follows.</p>{% endblock %}
{% block findings %}<ul><li><p>One finding, under
<a href="https://www.justiceinspectorates.gov.uk/hmic/">an address</a>.</p></li></ul>
<table><tr><th scope="col">A</th><th scope="col">B</th></tr><tr><td>1</td><td>2</td></tr></table>
<p><img src="{{ 'specimen.svg' | picture }}" alt="The word specimen" style="width: 10mm"></p>
{% if medium == "paper" %}<link rel="attachment" href="letter.css">{% endif %}
{% endblock %}"""
LONG = """{% extends "core-business.html" %}{% block findings %}
{% for theme in themes %}<h2>{{ theme.heading }}</h2><ul>{% for finding in theme.findings * 4 %}
{% block finding scoped %}{{ super() }}{% endblock %}{% endfor %}</ul>{% endfor %}
{% endblock %}"""


@pytest.fixture
def kinds(workspace: Path, run: Run) -> dict[str, Path]:
    """Letters of other kinds than the forces' own."""
    made: dict[str, Path] = {}
    for name, template in (("one page", SHORT), ("six pages", LONG)):
        (workspace / "templates/kind.html").write_text(template)
        if not made:
            edit(workspace / "data/inspection.yaml", "template: core-business.html", KIND)
            edit(workspace / "data/inspection.yaml", "page_limit: 6", "page_limit: 20")
            inspectors = workspace / "data/inspectors.yaml"
            own = "    template: core-business-wales-and-western.html\n"
            inspectors.write_text(inspectors.read_text("utf-8").replace(own, ""), "utf-8")
        done = run("generate", "kent", "--workspace", workspace, "--output", workspace / name)
        assert done.returncode == 0, done.stderr
        made[name] = workspace / name / "embargoed/kent.pdf"
    return made


KIND = "template: kind.html"


def test_every_kind(kinds: dict[str, Path]) -> None:
    assert len(pages(kinds["one page"])) == 1
    assert len(pages(kinds["six pages"])) >= 6
    assert validate(kinds.values()) == []


PAGE = (
    '<html lang="en-GB"><head><title>A title</title><style>{style}</style></head>'
    "<body><h1>Subject</h1><h2>Theme</h2>{body}</body></html>"
)
PICTURE = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><path d='M0 0H9V9Z'/></svg>"
IMAGE = f'<img alt="" src="data:image/svg+xml,{PICTURE}">'
GOOD = PAGE.format(style="", body="<ul><li>A finding.</li></ul>")
DEFECTS = {
    "no language": (GOOD.replace(' lang="en-GB"', ""), "7.2-"),
    "no title": (GOOD.replace("<title>A title</title>", ""), "7.1-"),
    "no alternative text": (GOOD.replace("</body>", f"<p>{PICTURE}</p></body>"), "7.3-1"),
    "an empty alternative text": (GOOD.replace("</body>", f"<p>{IMAGE}</p></body>"), "7.3-1"),
    "a level of headings left out": (GOOD.replace("h2>", "h3>"), "7.4.2-1"),
    "no first heading": (GOOD.replace("<h1>Subject</h1>", ""), "7.4.2-1"),
    "opacity": (PAGE.format(style="p { opacity: 0.5 }", body="<p>A</p>"), "7.1-3"),
    "bullets in the text": (
        PAGE.format(style="ul { list-style-position: inside }", body="<ul><li>A</li></ul>"),
        "7.2-",
    ),
}


def test_the_gate_rejects_the_planted_defects(tmp_path: Path) -> None:
    paths = {}
    for name, (html, _) in {"none": (GOOD, ""), **DEFECTS}.items():
        paths[name] = tmp_path / f"{name}.pdf"
        HTML(string=html).write_pdf(paths[name], pdf_variant="pdf/ua-1")
    found = validate(paths.values(), "ua1")
    assert len(DEFECTS) == 8
    for name, (_, rule) in DEFECTS.items():
        assert any(line.startswith(f"{paths[name]}: ua1: {rule}") for line in found), (name, found)
    assert not any(line.startswith(str(paths["none"])) for line in found), found


def test_what_is_no_pdf_is_no_pass(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\n")
    (said,) = validate([path], "ua1")
    assert "it cannot be validated" in said

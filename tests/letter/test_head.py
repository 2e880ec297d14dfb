"""Heads and ends that other offices' letters have: data and templates say them, never Python."""

import re
from pathlib import Path

from helpers.project import FINDINGS, edit
from helpers.reader import letter_words, pages, words
from helpers.running import Run

INSPECTOR = """\
inspectors:
  roger-specimen:
    name: Roger Specimen
    honours: MA
    honours_after_comma: true
    signs_with_honours: true
    title: Her Majesty’s Inspector of Constabulary
    region: Northern
    letterhead:
      inspectorate: Her Majesty’s Inspectorate of Constabulary
      office: Northern Region
      address: Specimen House, 1 Specimen Street, Specimen Town SP1 1SP
      telephone: 01234 567890
      email: specimen@example.org
      date_after_addressee: true
"""

FORCE = """\
name: Durham Constabulary
region: Northern
inspector: roger-specimen
addressee:
  style: Sir
  name: M. Specimen
  honours: CBE QPM
  office: Temporary Chief Constable
  postal_address:
    - Police Headquarters
    - Specimen Park
    - Specimen Lane
    - Specimen City
    - SP2 2SP
  salutation: Dear Sir Michael
copied_to:
  - name: Ann Specimen
    post: HMIC Liaison Officer
  - post: Police and Crime Commissioner
"""


def test_the_letter_of_a_regional_office(workspace: Path, run: Run) -> None:
    (workspace / "data/inspectors.yaml").write_text(INSPECTOR, "utf-8")
    (workspace / "data/forces/durham.yaml").write_text(FORCE + FINDINGS, "utf-8")

    done = run("generate", "durham", "--workspace", workspace)

    assert done.returncode == 0, done.stderr
    pdf = workspace / "letters/embargoed/durham.pdf"
    head, _, _ = pages(pdf)[0].partition("Core business: An inspection")
    lines = [line for line in head.splitlines() if line]
    at = lines.index("Embargoed. This letter must not")
    notice = ["be published before 00:01 on", "Thursday 4 September 2014."]
    assert lines[at + 1 : at + 3] == notice
    assert lines[1:at] + lines[at + 3 :] == [
        "Her Majesty’s Inspectorate of",
        "Constabulary",
        "Northern Region",
        "Specimen House, 1 Specimen Street, Specimen Town SP1 1SP",
        "Telephone: 01234 567890",
        "E-mail: specimen@example.org",
        "Roger Specimen, MA",
        "Her Majesty’s Inspector of Constabulary",
        "Sir M. Specimen CBE QPM",
        "Temporary Chief Constable",
        "Durham Constabulary",
        "Police Headquarters",
        "Specimen Park",
        "Specimen Lane",
        "Specimen City",
        "SP2 2SP",
        "3 September 2014",
        "Dear Sir Michael",
    ]
    end = letter_words(pdf, "Durham Constabulary", "Sir M. Specimen CBE QPM, 3 September 2014")
    expected = words(
        "Three. Yours sincerely Roger Specimen, MA Her Majesty’s Inspector of Constabulary "
        "Copied to Ann Specimen HMIC Liaison Officer the Police and Crime Commissioner"
    )
    assert end[-len(expected) :] == expected


def test_nobody_is_named_where_nobody_is_sourced(letters: Path) -> None:
    found = letter_words_of_specimen(letters / "dyfed-powys.pdf", "Dyfed-Powys Police")
    for part in (
        "The Chief Constable Dyfed-Powys Police",
        "Dear Chief Constable Core business:",
        "Yours sincerely Her Majesty’s Inspector of Constabulary Copied to the HMIC Liaison",
    ):
        assert part in found


def test_an_office_edits_a_standing_paragraph(letters: Path) -> None:
    theirs = letter_words_of_specimen(
        letters / "gloucestershire.pdf",
        "Gloucestershire Constabulary",
        "Ms S. Davenport, 3 September 2014",
    )
    assert "However, electronic versions" in theirs
    others = letter_words_of_specimen(letters / "kent.pdf", "Kent Police", KENT)
    assert "However electronic versions" in others


def without_templates_of_offices(workspace: Path) -> None:
    """An office's template extends that of the inspection, or there is none."""
    path = workspace / "data/inspectors.yaml"
    path.write_text(re.sub(r"    template: .*\n", "", path.read_text("utf-8")), "utf-8")


def test_a_template_of_its_own_says_what_data_cannot(workspace: Path, run: Run) -> None:
    without_templates_of_offices(workspace)
    (workspace / "templates/core-business-kent.html").write_text(
        '{% extends "core-business.html" %}\n'
        "{% block accuracy_check %}<p>A paragraph of the office’s own.</p>{% endblock %}\n"
    )
    edit(
        workspace / "data/inspection.yaml",
        "template: core-business.html",
        "template: core-business-kent.html",
    )
    assert run("generate", "hertfordshire", "--workspace", workspace).returncode == 0
    pdf = workspace / "letters/embargoed/hertfordshire.pdf"
    text = " ".join(letter_words(pdf, "Hertfordshire Constabulary"))
    assert "A paragraph of the office’s own." in text
    assert "factual accuracy checks" not in text


LATER_TEMPLATE = """\
{% extends "core-business.html" %}

{% block findings %}
{% for theme in themes %}
{% if theme.particulars.part is defined %}<h2>{{ theme.particulars.part }}</h2>{% endif %}
<h3>{{ theme.heading }}</h3>
<ol>
  {% for finding in theme.findings %}
  <li>
    <p>{{ finding.text }}</p>
    {% if finding.particulars.deadline is defined %}
    <p>By {{ finding.particulars.deadline }}.</p>
    <blockquote><p>{{ finding.particulars.quotation }}</p></blockquote>
    <table>
      {% for row in finding.particulars.table %}
      <tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
      {% endfor %}
    </table>
    {% endif %}
  </li>
  {% endfor %}
</ol>
{% endfor %}
<p>Sent on {{ date }}, published on {{ embargo.day }}.</p>
{% endblock %}
"""


def test_the_forms_of_later_years(workspace: Path, run: Run) -> None:
    """Numbered paragraphs, a deadline, two levels of heading, a quotation, a table, two dates."""
    without_templates_of_offices(workspace)
    (workspace / "templates/later.html").write_text(LATER_TEMPLATE)
    inspection = workspace / "data/inspection.yaml"
    edit(inspection, "template: core-business.html", "template: later.html")
    edit(
        inspection,
        "    heading: Preventing Crime\n",
        "    heading: Preventing Crime\n    particulars: {part: Effectiveness}\n",
    )
    edit(
        workspace / "data/forces/hertfordshire.yaml",
        "    - id: PC2\n",
        "    - id: PC2\n"
        "      particulars:\n"
        "        deadline: 31 March 2015\n"
        "        quotation: >-\n"
        "          Quoted: in full.\n"
        "        table: [[Year, Reports], [2013, 17]]\n",
    )

    done = run("generate", "hertfordshire", "--workspace", workspace)

    assert done.returncode == 0, done.stderr
    pdf = workspace / "letters/embargoed/hertfordshire.pdf"
    text = " ".join(letter_words(pdf, "Hertfordshire Constabulary"))
    assert "are: Effectiveness Preventing Crime 1. There is reference" in text
    assert "activity. By 31 March 2015. Quoted: in full. Year Reports 2013 17 3. Although" in text
    assert "Sent on 3 September 2014, published on Thursday 4 September 2014." in text
    done = run("check", "hertfordshire", "--letters", "--workspace", workspace)
    assert "error[" not in done.stdout


WELSH_TEMPLATE = """\
{% extends "letter.html" %}
{% block language %}cy{% endblock %}
{% block date %}{{ inspection.letter_date.day }} Medi 2014{% endblock %}
{% block stamp %}DAN EMBARGO tan {{ embargo.time }} ar {{ embargo.until.day }} Medi{% endblock %}
{% block signature %}<p>Yr eiddoch yn gywir</p>{% endblock %}
"""


def test_a_welsh_edition(workspace: Path, run: Run) -> None:
    """A document of its own: its words are in its template."""
    without_templates_of_offices(workspace)
    (workspace / "templates/welsh.html").write_text(WELSH_TEMPLATE, "utf-8")
    edit(workspace / "data/inspection.yaml", "template: core-business.html", "template: welsh.html")

    done = run("generate", "hertfordshire", "--workspace", workspace)

    assert done.returncode == 0, done.stderr
    pdf = workspace / "letters/embargoed/hertfordshire.pdf"
    for page in pages(pdf):
        assert page.startswith("DAN EMBARGO tan 00:01 ar 4 Medi\n")
    assert "\n3 Medi 2014\n" in pages(pdf)[0]
    done = run("check", "hertfordshire", "--letters", "--workspace", workspace)
    assert "unstamped-page" not in done.stdout


KENT = "Mr Alan Pughsley, 3 September 2014"
HEAD = "The Chief Constable, 3 September 2014"


def letter_words_of_specimen(pdf: Path, force: str, head: str = HEAD) -> str:
    return " ".join(letter_words(pdf, f"{force} Specimen, not findings", head))

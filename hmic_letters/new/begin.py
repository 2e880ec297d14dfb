"""A title, dates and themes -> the files of a workspace in which nothing is said of anybody yet."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from hmic_letters.data.complaints import understand
from hmic_letters.data.load import Workspace, load
from hmic_letters.data.model.force import Force
from hmic_letters.data.model.inspection import Inspection
from hmic_letters.data.schema import schemas
from hmic_letters.data.source import parse
from hmic_letters.problem import Place, Problem, Refused
from hmic_letters.workspace.paths import FORCES, INSPECTORS, MARKER, TEMPLATES, force_file
from hmic_letters.workspace.shipped import shipped

TEMPLATE = "inspection.html"
OF_2014 = {"core-business.html", "core-business-wales-and-western.html"}
SCHEMA = "# yaml-language-server: $schema={}schema/{}.json\n"
IGNORED = "/letters/\n/accuracy/\n/dispatched/\n/passphrases/\n/published/\n/reports/\n/.preview/\n"
TO_DO = {
    "inspection": "Name the themes and dates as they are, and write templates/inspection.html",
    "inspectors": "Name the HM Inspectors, and complete their letterheads",
    "force": "Name the addressee, write the findings, and remove 'specimen'",
}
README = """# {title}

Five steps from here to the letters:

1. `hmic-letters check`: what is still to be done, a line for each file. Remove an entry of `to_do`
   when it is done; no letter is dispatched before.
2. `hmic-letters preview`: the letters in a browser, as you save.
3. Write `templates/inspection.html`, `data/inspectors.yaml`, and the findings in `data/forces/`.
4. `hmic-letters generate`: all letters, in `letters/embargoed/`.
5. `hmic-letters accuracy send FORCE`: the first proof goes to its force.

Keep this folder in git: `.gitignore` leaves out what is embargoed.
"""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a person says of a new inspection. Without ``embargo`` there is ``no_embargo``.

    ``embargo`` is London's date and time, as in 2027-03-04 00:01. ``no_embargo`` is the reason.
    """

    title: str
    letter_date: date
    embargo: str | None
    no_embargo: str | None
    themes: tuple[str, ...]


def example() -> dict[str, bytes]:
    """Return the files of the workspace of 2014, by their path in it."""
    root = shipped()
    paths = (root / MARKER, root / INSPECTORS, *sorted((root / FORCES).glob("[a-z]*.yaml")))
    files = {str(path.relative_to(root)): path.read_bytes() for path in paths}
    return files | _shared(root, set())


def begin(plan: Plan) -> dict[str, bytes]:
    """Return the files of a new workspace, by their path in it.

    The forces of the register have their names, aliases, own terms and regions, and specimens for
    findings. No person of 2014 is in them. Raises Refused if no inspection can be so, such as one
    with an embargo on a day that does not exist.
    """
    known = load(shipped())
    themes = {_slug(heading): heading for heading in plan.themes}
    inspection = _inspection(plan, themes, known)
    problems = understand(parse(MARKER, inspection.encode()), Inspection).problems
    if problems or len(themes) < len(plan.themes):
        raise Refused(problems or [_same_theme(plan.themes)])
    texts = {
        str(MARKER): inspection,
        str(INSPECTORS): _inspectors(known),
        "README.md": README.format(title=plan.title),
        f"{TEMPLATES}/{TEMPLATE}": (resources.files(__package__) / "starter.html").read_text(
            "utf-8"
        ),
    }
    for slug, force in known.forces.items():
        texts[str(force_file(slug))] = _force(force.value, themes)
    files = {name: text.encode() for name, text in texts.items()}
    return files | _shared(known.root, OF_2014)


def _shared(root: Path, without: set[str]) -> dict[str, bytes]:
    """Return the templates that any inspection has, the schemas, and what git leaves out."""
    files = {
        f"{TEMPLATES}/{path.name}": path.read_bytes()
        for path in sorted((root / TEMPLATES).glob("[a-z]*.*"))
        if path.name not in without
    }
    files |= {f"data/schema/{name}": text.encode() for name, text in schemas().items()}
    return files | {".gitignore": IGNORED.encode()}


def _same_theme(headings: tuple[str, ...]) -> Problem:
    slugs = [_slug(heading) for heading in headings]
    again = next(slug for at, slug in enumerate(slugs) if slug in slugs[:at])
    reason = f"two themes would have the id '{again}'"
    return Problem(Place(MARKER), "repeated-theme", reason, "Give one of them other words.")


def _slug(heading: str) -> str:
    """Make the id of a theme from its heading: 'Care of victims' is care-of-victims."""
    return "-".join(re.findall("[a-z]+", heading.lower())) or "theme"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _to_do(kind: str) -> str:
    return f"to_do:\n  - {_quoted(TO_DO[kind])}\n"


def _inspection(plan: Plan, themes: Mapping[str, str], known: Workspace) -> str:
    embargo = (
        f"  until: {plan.embargo}\n  zone: Europe/London\n"
        if plan.embargo
        else f"  none: {_quoted(plan.no_embargo or '')}\n"
    )
    listed = "".join(
        f"  - id: {slug}\n    heading: {_quoted(heading)}\n" for slug, heading in themes.items()
    )
    acronyms = ", ".join(known.inspection.value.known_acronyms)
    forces = "".join(f"  - {slug}\n" for slug in known.inspection.value.forces)
    return (
        SCHEMA.format("", "inspection")
        + "# What the letters of this inspection have in common, and which forces get one.\n"
        + f"title: {_quoted(plan.title)}\n\nletter_date: {plan.letter_date}\n"
        + f"embargo:\n{embargo}\ntemplate: {TEMPLATE}\n\n"
        + "# In the order of the letter.\n"
        + f"themes:\n{listed}\n"
        + f"# No letter has to explain these.\nknown_acronyms: [{acronyms}]\n\n"
        + _to_do("inspection")
        + "\n# The register. A force that gets no letter this time goes under 'not_inspected',\n"
        + "# too, with the reason: its names are still looked for in other letters.\n"
        + f"forces:\n{forces}"
    )


def _inspectors(known: Workspace) -> str:
    regions = dict.fromkeys(force.value.region for force in known.forces.values())
    entries = "".join(_inspector(region) for region in regions)
    return (
        SCHEMA.format("", "inspectors")
        + "# The HM Inspectors who sign, by the name that a force's file gives.\n"
        + f"{_to_do('inspectors')}\ninspectors:\n{entries}"
    )


def _inspector(region: str | None) -> str:
    place = f"    region: {_quoted(region)}\n" if region else ""
    return (
        f"  {_inspector_of(region)}:\n    title: HM Inspector of Constabulary\n{place}"
        "    letterhead:\n      inspectorate: HM Inspectorate of Constabulary\n"
    )


def _inspector_of(region: str | None) -> str:
    return f"{_slug(region)}-region" if region else "hm-inspector"


def _force(force: Force, themes: Mapping[str, str]) -> str:
    return "".join(_lines_of(force, themes))


def _lines_of(force: Force, themes: Mapping[str, str]) -> Iterator[str]:
    yield SCHEMA.format("../", "force")
    yield f"name: {_quoted(force.name)}\n"
    if force.welsh_name:
        yield f"welsh_name: {_quoted(force.welsh_name)}\n"
    for key, words in (("aliases", force.aliases), ("own_terms", force.own_terms)):
        if words:
            yield f"{key}: [{', '.join(map(_quoted, words))}]\n"
    if force.region:
        yield f"region: {_quoted(force.region)}\n"
    yield f"inspector: {_inspector_of(force.region)}\nspecimen: true\n"
    yield _to_do("force")
    office = force.addressee.office
    yield f"\naddressee:\n  office: {_quoted(office)}\n  salutation: {_quoted(f'Dear {office}')}\n"
    yield "\nfindings:\n"
    for number, theme in enumerate(themes, 1):
        text = f"Specimen text for {force.name}, not a finding about any police force."
        yield f"  {theme}:\n    - id: F{number}\n      text: {_quoted(text)}\n"

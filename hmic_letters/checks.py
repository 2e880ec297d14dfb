"""The model -> problems that no value shows by itself.

A check is a pure function that yields what it finds; one that is not in the tuples below does not
run.
"""

from collections.abc import Callable, Iterator, Sequence

from hmic_letters.load import Located, Workspace
from hmic_letters.model import Force, in_words
from hmic_letters.problem import Place, Problem, did_you_mean


def repeated_theme(workspace: Workspace) -> Iterator[Problem]:
    """No two themes of the inspection have one id."""
    themes = workspace.inspection.value.themes
    for index in _repeats([theme.id for theme in themes]):
        yield Problem(
            workspace.inspection.document.place("themes", index, "id"),
            "repeated-theme",
            f"the theme '{themes[index].id}' appears here a second time",
            "Give one of them another id.",
        )


def repeated_force(workspace: Workspace) -> Iterator[Problem]:
    """No force stands in the register twice."""
    forces = workspace.inspection.value.forces
    for index in _repeats(forces):
        yield Problem(
            workspace.inspection.document.place("forces", index),
            "repeated-force",
            f"the force '{forces[index]}' appears here a second time",
            "Remove one of the lines.",
        )


def letter_after_embargo(workspace: Workspace) -> Iterator[Problem]:
    """A letter that says what 'will now be published' is dated before the day of publication."""
    inspection = workspace.inspection.value
    if inspection.letter_date >= inspection.embargo.until.date():
        yield Problem(
            workspace.inspection.document.place("letter_date"),
            "letter-after-embargo",
            f"the letter is dated {in_words(inspection.letter_date)}, and its embargo lifts "
            f"on {inspection.embargo.day}",
            "Correct one or the other.",
        )


def missing_template(workspace: Workspace) -> Iterator[Problem]:
    """The template of the inspection, and of an office that has its own, is in ``templates/``."""
    named: list[tuple[str | None, Place]] = [
        (workspace.inspection.value.template, workspace.inspection.document.place("template"))
    ]
    named += [
        (
            inspector.template,
            workspace.inspectors.document.place("inspectors", slug, "template"),
        )
        for slug, inspector in workspace.inspectors.value.inspectors.items()
    ]
    files = workspace.templates.files
    for name, place in named:
        if name is not None and name not in files:
            yield Problem(
                place,
                "missing-template",
                f"there is no template '{name}'",
                did_you_mean(name, files) or f"Put it into {workspace.templates.folder.name}/.",
            )


def unknown_theme(force: Located[Force], workspace: Workspace) -> Iterator[Problem]:
    """Findings stand under a theme of the inspection."""
    themes = [theme.id for theme in workspace.inspection.value.themes]
    for theme in force.value.findings:
        if theme not in themes:
            yield Problem(
                force.document.key_place("findings", theme),
                "unknown-theme",
                f"the inspection has no theme '{theme}'",
                did_you_mean(theme, themes) or f"Its themes are {', '.join(themes)}.",
            )


def theme_without_findings(force: Located[Force], workspace: Workspace) -> Iterator[Problem]:
    """A letter has findings under every theme of the inspection."""
    for theme in workspace.inspection.value.themes:
        if theme.id not in force.value.findings:
            yield Problem(
                force.document.key_place("findings"),
                "theme-without-findings",
                f"there are no findings under '{theme.id}'",
                f"Add '{theme.id}:' with the findings on '{theme.heading}'.",
            )


def repeated_finding(force: Located[Force], workspace: Workspace) -> Iterator[Problem]:  # noqa: ARG001
    """No two findings of a force have one id: an accuracy check speaks of it."""
    findings = [
        (theme, index, finding.id.casefold())
        for theme, group in force.value.findings.items()
        for index, finding in enumerate(group)
    ]
    for repeat in _repeats([finding_id for _, _, finding_id in findings]):
        theme, index, _ = findings[repeat]
        yield Problem(
            force.document.place("findings", theme, index, "id"),
            "repeated-finding",
            f"another finding already has the id '{force.value.findings[theme][index].id}'",
            "Give the newer of the two an id of its own.",
        )


def unknown_inspector(force: Located[Force], workspace: Workspace) -> Iterator[Problem]:
    """The HM Inspector who signs is in ``data/inspectors.yaml``."""
    inspectors = workspace.inspectors.value.inspectors
    if force.value.inspector not in inspectors:
        yield Problem(
            force.document.place("inspector"),
            "unknown-inspector",
            f"there is no inspector '{force.value.inspector}' in data/inspectors.yaml",
            did_you_mean(force.value.inspector, inspectors)
            or f"The inspectors are {', '.join(inspectors)}.",
        )


def inspector_of_another_region(force: Located[Force], workspace: Workspace) -> Iterator[Problem]:
    """The HM Inspector who signs is the one of the force's region."""
    inspector = workspace.inspectors.value.inspectors.get(force.value.inspector)
    if inspector is not None and inspector.region != force.value.region:
        yield Problem(
            force.document.place("inspector"),
            "inspector-of-another-region",
            f"the inspector's region in data/inspectors.yaml is '{inspector.region or 'none'}', "
            f"the force's is '{force.value.region or 'none'}'",
            "Correct one or the other.",
        )


def honours_without_name(force: Located[Force], workspace: Workspace) -> Iterator[Problem]:  # noqa: ARG001
    """A style or honours belong to somebody who is named."""
    addressee = force.value.addressee
    for key in ("style", "honours"):
        if addressee.name is None and getattr(addressee, key) is not None:
            yield Problem(
                force.document.key_place("addressee", key),
                "honours-without-name",
                f"the addressee has a value for '{key}' and no name",
                f"Add the name, or remove '{key}'.",
            )


WORKSPACE_CHECKS: tuple[Callable[[Workspace], Iterator[Problem]], ...] = (
    repeated_theme,
    repeated_force,
    letter_after_embargo,
    missing_template,
)

FORCE_CHECKS: tuple[Callable[[Located[Force], Workspace], Iterator[Problem]], ...] = (
    unknown_theme,
    theme_without_findings,
    repeated_finding,
    unknown_inspector,
    inspector_of_another_region,
    honours_without_name,
)


def check_workspace(workspace: Workspace) -> tuple[Problem, ...]:
    """The problems that stop every letter."""
    return tuple(sorted(problem for check in WORKSPACE_CHECKS for problem in check(workspace)))


def check_force(force: Located[Force], workspace: Workspace) -> tuple[Problem, ...]:
    """The problems that stop this force's letter."""
    return tuple(sorted(problem for check in FORCE_CHECKS for problem in check(force, workspace)))


def _repeats(names: Sequence[str]) -> Iterator[int]:
    """The indices of the names that stood before."""
    seen = set()
    for index, name in enumerate(names):
        if name in seen:
            yield index
        seen.add(name)

"""Rules on how the register, the inspection, the HM Inspectors and the forces fit together."""

from collections.abc import Iterator, Sequence
from datetime import date

from hmic_letters.data.complaints import Located
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.calendar import in_words
from hmic_letters.data.model.force import Force
from hmic_letters.data.model.inspection import Embargo
from hmic_letters.data.source import Document
from hmic_letters.problem import Fault, Place, did_you_mean
from hmic_letters.workspace.paths import MARKER

TWO_MONTHS = 62  # days


def not_registered(workspace: Workspace) -> Iterator[Fault]:
    """Every YAML file in data/forces/ is the file of a force in the register."""
    register = workspace.inspection.value.forces
    for path in workspace.force_files:
        if path.suffix.casefold() not in {".yaml", ".yml"}:
            continue
        if path.stem not in register:
            yield Fault(
                Place(path),
                f"the register in {MARKER} has no force '{path.stem}'",
                f"{did_you_mean(path.stem, register)} A force is added under 'forces' in "
                f"{MARKER}; any other file belongs elsewhere.".lstrip(),
            )
        elif path.suffix != ".yaml":
            yield Fault(
                Place(path),
                "the name of a force's file ends in .yaml",
                f"Rename it {path.stem}.yaml.",
            )


def repeated_theme(workspace: Workspace) -> Iterator[Fault]:
    """No two themes of the inspection have the same id."""
    themes = workspace.inspection.value.themes
    for index in _repeats([theme.id for theme in themes]):
        yield Fault(
            workspace.inspection.document.place("themes", index, "id"),
            f"the theme '{themes[index].id}' appears here a second time",
            "Give one of them another id.",
        )


def repeated_force(workspace: Workspace) -> Iterator[Fault]:
    """The register lists each force once."""
    forces = workspace.inspection.value.forces
    for index in _repeats(forces):
        yield Fault(
            workspace.inspection.document.place("forces", index),
            f"the force '{forces[index]}' appears here a second time",
            "Remove one of the lines.",
        )


def unknown_not_inspected(workspace: Workspace) -> Iterator[Fault]:
    """Every force under 'not_inspected' is in the register, and some force is inspected."""
    inspection = workspace.inspection
    for slug in inspection.value.not_inspected:
        if slug not in inspection.value.forces:
            yield Fault(
                inspection.document.key_place("not_inspected", slug),
                f"the register has no force '{slug}'",
                did_you_mean(slug, inspection.value.forces)
                or "Put it under 'forces', too: its names are still looked for in other letters.",
            )
    if not workspace.slugs:
        yield Fault(
            inspection.document.key_place("not_inspected"),
            "every force of the register is named here, so that there is no letter to make",
            "Remove the forces that get a letter.",
        )


def unread_not_inspected(workspace: Workspace) -> Iterator[Fault]:
    """The file of a force that is not inspected can be read.

    Why: its names and terms must not be in another force's letter.
    """
    for slug in workspace.inspection.value.not_inspected:
        located = workspace.forces.get(slug)
        for problem in (*workspace.unread.get(slug, ()), *(located.problems if located else ())):
            yield Fault(problem.place, problem.message, problem.remedy)


def accuracy_check_on_record(workspace: Workspace) -> Iterator[Fault]:
    """An inspection without an accuracy check has sent no force a proof."""
    sent = [*workspace.accuracy_checks, *workspace.unread_checks]
    if workspace.inspection.value.accuracy_check is not None and sent:
        yield Fault(
            workspace.inspection.document.key_place("accuracy_check"),
            f"there is an accuracy check on record: {', '.join(sorted(sent))}",
            "Remove 'accuracy_check' with its 'none': these forces were sent a proof.",
        )


def unknown_translation(workspace: Workspace) -> Iterator[Fault]:
    """A letter in another language, and the letter that it translates, are both in the register."""
    inspection = workspace.inspection
    known = [slug for slug in workspace.slugs if slug not in inspection.value.translations]
    for slug, other in inspection.value.translations.items():
        for name, names, place in (
            (slug, workspace.slugs, inspection.document.key_place("translations", slug)),
            (other, known, inspection.document.place("translations", slug)),
        ):
            if name not in names:
                yield Fault(
                    place,
                    f"there is no letter to '{name}'",
                    did_you_mean(name, names) or "Put it under 'forces', too.",
                )


def to_do(workspace: Workspace) -> Iterator[Fault]:
    """Nothing is left to do in the files that all letters share.

    A new workspace lists under 'to_do' what somebody has to fill in. Remove an entry once that is
    done. No letter is dispatched before.
    """
    for located in (workspace.inspection, workspace.inspectors):
        yield from _to_do(located.document, located.value.to_do)


def to_do_of_force(force: Located[Force], workspace: Workspace) -> Iterator[Fault]:  # noqa: ARG001
    """Nothing is left to do in a force's file, as in those that all letters share."""
    yield from _to_do(force.document, force.value.to_do)


def _to_do(document: Document, things: tuple[str, ...]) -> Iterator[Fault]:
    if things:
        yield Fault(Place(document.path), f"to do: {'; '.join(things)}", "")


def letter_after_embargo(workspace: Workspace) -> Iterator[Fault]:
    """A letter's date is not after the day in London on which its embargo lifts.

    Why: the letter says that the report 'will now be published'.
    """
    for document, day, embargo in _dated(workspace):
        if day > embargo.until.date():
            yield Fault(
                document.place("letter_date"),
                f"the letter is dated {in_words(day)}, and its embargo lifts on {embargo.day}",
                "Correct one or the other.",
            )


def letter_long_before_embargo(workspace: Workspace) -> Iterator[Fault]:
    """A letter's date is at most two months before the day of publication."""
    for document, day, embargo in _dated(workspace):
        days = (embargo.until.date() - day).days
        if days > TWO_MONTHS:
            yield Fault(
                document.place("letter_date"),
                f"the letter is dated {days} days before its embargo lifts",
                "Look whether both years are right.",
            )


def _dated(workspace: Workspace) -> Iterator[tuple[Document, date, Embargo]]:
    """Yield the date and the embargo of the letters, and of those that have others."""
    inspection = workspace.inspection
    if embargo := inspection.value.shared_embargo:
        yield inspection.document, inspection.value.letter_date, embargo
    for slug, force in workspace.forces.items():
        own = force.value.embargo or force.value.letter_date
        if own and slug in workspace.slugs and (embargo := workspace.embargo(slug)):
            document = force.document if force.value.letter_date else inspection.document
            yield document, workspace.letter_date(slug), embargo


def missing_template(workspace: Workspace) -> Iterator[Fault]:
    """Every template that the inspection or an office names is in ``templates/``."""
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
    named += [
        (force.value.template, force.document.place("template"))
        for slug, force in workspace.forces.items()
        if force.value.template and slug in workspace.slugs
    ]
    files = workspace.templates.files
    for name, place in named:
        if name is not None and name not in files:
            yield Fault(
                place,
                f"there is no template '{name}'",
                did_you_mean(name, files) or f"Put it into {workspace.templates.folder.name}/.",
            )


def unknown_theme(force: Located[Force], workspace: Workspace) -> Iterator[Fault]:
    """Findings are listed under themes of the inspection."""
    themes = [theme.id for theme in workspace.inspection.value.themes]
    for theme in force.value.findings:
        if theme not in themes:
            yield Fault(
                force.document.key_place("findings", theme),
                f"the inspection has no theme '{theme}'",
                did_you_mean(theme, themes) or f"Its themes are {', '.join(themes)}.",
            )


def theme_without_findings(force: Located[Force], workspace: Workspace) -> Iterator[Fault]:
    """A letter has findings under every theme of the inspection, or says that there are none."""
    # A misspelt key in its place is reported as that, and not again for each theme.
    if force.problems and not force.document.has("findings"):
        return
    for theme in workspace.inspection.value.themes:
        if not force.document.has("findings", theme.id):
            yield Fault(
                force.document.key_place("findings"),
                f"there are no findings under '{theme.id}'",
                f"Add '{theme.id}:' with the findings on '{theme.heading or theme.id}', or "
                f"'{theme.id}: []' if there are none.",
            )


def repeated_finding(force: Located[Force], workspace: Workspace) -> Iterator[Fault]:  # noqa: ARG001
    """No two findings of a force have the same id.

    Why: an accuracy check refers to a finding by its id.
    """
    findings = [
        (theme, index, finding.id.casefold())
        for theme, group in force.value.findings.items()
        for index, finding in enumerate(group)
    ]
    for repeat in _repeats([finding_id for _, _, finding_id in findings]):
        theme, index, _ = findings[repeat]
        yield Fault(
            force.document.place("findings", theme, index, "id"),
            f"another finding already has the id '{force.value.findings[theme][index].id}'",
            "Give the newer of the two an id of its own.",
        )


def unknown_inspector(force: Located[Force], workspace: Workspace) -> Iterator[Fault]:
    """The HM Inspectors who sign a letter are listed in ``data/inspectors.yaml``."""
    yield from _unlisted(force.document, "inspector", force.value.inspector, workspace)
    yield from _unlisted(
        force.document, "second_inspector", force.value.second_inspector, workspace
    )


def unknown_second_inspector(workspace: Workspace) -> Iterator[Fault]:
    """The second HM Inspector who signs all letters is listed in ``data/inspectors.yaml``."""
    inspection = workspace.inspection
    name = inspection.value.second_inspector
    yield from _unlisted(inspection.document, "second_inspector", name, workspace)


def _unlisted(
    document: Document, key: str, name: str | None, workspace: Workspace
) -> Iterator[Fault]:
    inspectors = workspace.inspectors.value.inspectors
    if name is not None and name not in inspectors:
        yield Fault(
            document.place(key),
            f"there is no inspector '{name}' in data/inspectors.yaml",
            did_you_mean(name, inspectors) or f"The inspectors are {', '.join(inspectors)}.",
        )


def unknown_region(force: Located[Force], workspace: Workspace) -> Iterator[Fault]:
    """A force's region is the region of an HM Inspector in ``data/inspectors.yaml``."""
    regions = _regions(workspace)
    region = force.value.region
    if region is not None and region not in regions:
        yield Fault(
            force.document.place("region"),
            f"no inspector in data/inspectors.yaml has the region '{region}'",
            did_you_mean(region, regions) or f"The regions are {', '.join(sorted(regions))}.",
        )


def _regions(workspace: Workspace) -> set[str]:
    inspectors = workspace.inspectors.value.inspectors.values()
    return {inspector.region for inspector in inspectors if inspector.region is not None}


def inspector_of_another_region(force: Located[Force], workspace: Workspace) -> Iterator[Fault]:
    """The HM Inspector who signs a letter has the same region as the force."""
    inspector = workspace.inspectors.value.inspectors.get(force.value.inspector)
    known = force.value.region is None or force.value.region in _regions(workspace)
    if inspector is not None and known and inspector.region != force.value.region:
        yield Fault(
            force.document.place("inspector"),
            f"the inspector's region in data/inspectors.yaml is '{inspector.region or 'none'}', "
            f"the force's is '{force.value.region or 'none'}'",
            "Correct one or the other.",
        )


def style_or_honours_twice(force: Located[Force], workspace: Workspace) -> Iterator[Fault]:  # noqa: ARG001
    """An addressee's name repeats neither the style nor the honours: each has its key."""
    addressee = force.value.addressee
    words = (addressee.name or "").split()
    for key, at in (("style", 0), ("honours", -1)):
        value = getattr(addressee, key)
        if words and value is not None and words[at] in value.split():
            yield Fault(
                force.document.place("addressee", "name"),
                f"the name has '{words[at]}' in it, and so has '{key}'",
                "Remove it from the name.",
            )


def honours_without_name(force: Located[Force], workspace: Workspace) -> Iterator[Fault]:  # noqa: ARG001
    """An addressee with a style or honours has a name."""
    addressee = force.value.addressee
    for key in ("style", "honours"):
        unnamed = not force.document.has("addressee", "name")
        if unnamed and getattr(addressee, key) is not None:
            yield Fault(
                force.document.key_place("addressee", key),
                f"the addressee has a value for '{key}' and no name",
                f"Add the name, or remove '{key}'.",
            )


def _repeats(names: Sequence[str]) -> Iterator[int]:
    """Yield the index of each name that appeared before."""
    seen = set()
    for index, name in enumerate(names):
        if name in seen:
            yield index
        seen.add(name)

"""The inputs of a letter -> their digests now."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from hmic_letters.data.load import Workspace
from hmic_letters.data.model.force import Force
from hmic_letters.data.model.inspection import Inspector
from hmic_letters.letter.versions import versions
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.paths import TEMPLATES

# Only fields that a letter can show are inputs: other changes make no letter stale.
OF_FORCE = {
    *("name", "specimen", "letter_date", "embargo", "template", "your_reference", "addressee"),
    *("further_addressees", "copied_to", "findings", "particulars"),
}
NOT_OF_INSPECTION = {
    "page_limit",
    "enclosure",
    "known_acronyms",
    "allowed",
    "not_inspected",
    "to_do",
}
NOT_OF_FORCE: Any = {
    "addressee": {"email"},
    "further_addressees": {"__all__": {"email"}},
    "copied_to": {"__all__": {"email"}},
}


# Fields that a letter prints and a force checks: facts about the force, and the words around them.
CHECKED_OF_FORCE = {"name", "findings", "particulars"}
WRITTEN: Any = {"exclude_defaults": True}  # a key that comes later voids no closing
CHECKED = {"title", "former_title", "short_title", "fieldwork", "themes", "particulars"}


def printed(workspace: Workspace, slug: str) -> str:
    """Return one digest of what a force's letter can print about the force, and of its titles.

    It leaves out dates, the signatory and the people whom the letter goes to.
    """
    force, inspection = workspace.forces[slug].value, workspace.inspection.value
    return _digest_of(
        {
            "force": force.model_dump(mode="json", include=CHECKED_OF_FORCE, **WRITTEN),
            "inspection": inspection.model_dump(mode="json", include=CHECKED, **WRITTEN),
        }
    )


def inputs_of(workspace: Workspace, slug: str) -> dict[str, str]:
    """List the inputs of a force's letter, each with its digest or its version.

    The force must have passed the checks.
    """
    force, second = workspace.forces[slug].value, workspace.second_inspector(slug)
    inputs = {
        "force": _digest_of(force.model_dump(mode="json", include=OF_FORCE, exclude=NOT_OF_FORCE)),
        "inspector": _digest_of_inspector(workspace.inspector(slug)),
    }
    if second is not None:
        inputs["second inspector"] = _digest_of_inspector(second)
    return _shared_inputs(workspace) | inputs


def _digest_of_inspector(inspector: Inspector) -> str:
    return _digest_of(inspector.model_dump(mode="json", exclude={"region"}))


@lru_cache(maxsize=2)
def _shared_inputs(workspace: Workspace) -> dict[str, str]:
    inspection = workspace.inspection.value.model_dump(mode="json", exclude=NOT_OF_INSPECTION)
    files = workspace.templates.files
    return {
        "inspection": _digest_of(inspection),
        **{f"{TEMPLATES}/{name}": digest(data) for name, data in files.items()},
        **versions(),
    }


def _digest_of(part: Mapping[str, Any]) -> str:
    return digest(json.dumps(part, sort_keys=True, ensure_ascii=False).encode())


def findings(force: Force) -> dict[str, str]:
    """Return the text of each finding with the points under it, by the id of the finding."""
    return {
        finding.id: " ".join((finding.text, *finding.lines))
        for group in force.findings.values()
        for finding in group
    }

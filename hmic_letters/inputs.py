"""What a letter is made from -> digests of what that says now."""

import json
from collections.abc import Mapping
from typing import Any

from hmic_letters.files import TEMPLATES, digest
from hmic_letters.model import Force, Inspection, Inspector
from hmic_letters.templates import Templates
from hmic_letters.versions import versions

# What no page can show, so that a change of it makes no letter stale.
OF_FORCE = {"name", "specimen", "addressee", "copied_to", "findings", "particulars"}
NOT_OF_INSPECTION = {"page_limit", "enclosure", "known_acronyms", "allowed"}
NOT_OF_FORCE: Any = {"addressee": {"email"}, "copied_to": {"__all__": {"email"}}}


def of_all(inspection: Inspection, templates: Templates) -> dict[str, str]:
    """What every letter depends on, each with a digest or its version."""
    return {
        "inspection": _said(inspection.model_dump(mode="json", exclude=NOT_OF_INSPECTION)),
        **{f"{TEMPLATES}/{name}": digest(data) for name, data in templates.files.items()},
        **versions(),
    }


def of_force(inspector: Inspector, force: Force) -> dict[str, str]:
    """What the letter of one force depends on beside, each with a digest."""
    return {
        "force": _said(force.model_dump(mode="json", include=OF_FORCE, exclude=NOT_OF_FORCE)),
        "inspector": _said(inspector.model_dump(mode="json", exclude={"region"})),
    }


def _said(part: Mapping[str, Any]) -> str:
    return digest(json.dumps(part, sort_keys=True, ensure_ascii=False).encode())


def findings(force: Force) -> dict[str, str]:
    """The text of each finding with its points, by its id."""
    return {
        finding.id: " ".join((finding.text, *finding.points))
        for group in force.findings.values()
        for finding in group
    }

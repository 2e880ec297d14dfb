"""Rules for templates: each name in them exists, and they print every value of the data."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from hmic_letters.check.templates.typed_walk import Use, Walk, fields
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.fields import Value
from hmic_letters.data.model.force import Addressee, CopiedTo, Finding
from hmic_letters.data.model.inspection import Embargo, Inspection, Inspector, Theme
from hmic_letters.data.source import Document, Keys
from hmic_letters.letter.letter import Letter, ThemeFindings
from hmic_letters.letter.render import environment
from hmic_letters.problem import Fault, Place, did_you_mean

# Values that the tool itself needs; no page has to show them.
NOT_PRINTED = {
    (Inspection, name)
    for name in (
        "template",
        "letter_date",
        "page_limit",
        "enclosure",
        "known_acronyms",
        "allowed",
        "embargo",
    )
} | {
    (Addressee, "email"),
    (CopiedTo, "email"),
    (Inspector, "region"),
    (Inspector, "template"),
    (Theme, "id"),
    # A letter takes these from its ThemeFindings.
    (Theme, "heading"),
    (Theme, "particulars"),
}


@dataclass
class _Parsed:
    environment: Environment
    trees: dict[str, nodes.Template] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


@lru_cache(maxsize=2)
def _parsed(workspace: Workspace) -> _Parsed:
    templates = workspace.templates
    parsed = _Parsed(environment(templates))
    for name in templates.files:
        if not name.endswith(".html"):
            continue
        try:
            source, path, _ = parsed.environment.loader.get_source(parsed.environment, name)  # type: ignore[union-attr]
            parsed.trees[name] = parsed.environment.parse(source, name, path)
        except TemplateSyntaxError as error:
            message = error.message or str(error)
            place = templates.place(error.name or name, error.lineno)
            parsed.faults.append(Fault(place, message, "Correct the template."))
        except RecursionError:
            place = templates.place(name, 1)
            parsed.faults.append(Fault(place, "it is nested too deeply", "Correct the template."))
    return parsed


def template_syntax(workspace: Workspace) -> Iterator[Fault]:
    """Jinja2 can read every template in templates/."""
    yield from _parsed(workspace).faults


def missing_include(workspace: Workspace) -> Iterator[Fault]:
    """Every template that another extends, includes or imports is in templates/."""
    files = workspace.templates.files
    for name, tree in _parsed(workspace).trees.items():
        for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
            wanted = node.template  # type: ignore[attr-defined]
            needed = not getattr(node, "ignore_missing", False)
            if needed and isinstance(wanted, nodes.Const) and wanted.value not in files:
                yield Fault(
                    _place(workspace, name, node.lineno, str(wanted.value)),
                    f"there is no template '{wanted.value}'",
                    did_you_mean(str(wanted.value), files) or "Put it into templates/.",
                )


RESOURCE = re.compile(
    r"""<(?:link|img|image|object|embed)\b[^>]*?\b(?:href|src|data)=["']([^"'{}:#?]+)"""
    r"""|url\(\s*["']?([^"'():{}#?]+)|@import\s+["']([^"'{}:#?]+)"""
)
COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->|/\*.*?\*/", re.DOTALL)


def missing_resource(workspace: Workspace) -> Iterator[Fault]:
    """Every style sheet and picture that templates or style sheets name is in templates/."""
    templates = workspace.templates
    for name in templates.files:
        if not name.endswith((".html", ".css")):
            continue
        text = COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), templates.text(name))
        for match in RESOURCE.finditer(text):
            wanted = match[1] or match[2] or match[3]
            if wanted not in templates.files:
                line = text.count("\n", 0, match.start()) + 1
                yield Fault(
                    _place(workspace, name, line, wanted),
                    f"there is no file '{wanted}' in templates/",
                    did_you_mean(wanted, templates.files) or "Put it there.",
                )


def undeclared_name(workspace: Workspace) -> Iterator[Fault]:
    """A template uses only names of a letter, and blocks of the template that it extends.

    The check reads every part of the templates that letters are made with, even parts that no
    letter reaches today. A template that extends another has nothing outside its blocks. If
    particulars have a key in some places only, the template asks for it first:

    {% if finding.particulars.deadline is defined %}.
    """
    seen = set()
    for name in _tops(workspace):
        reading = _reading(workspace, name)
        for template, line, word, message, remedy in (
            *reading.faults,
            *_missing_particulars(workspace, name, reading),
        ):
            if (template, line, message) not in seen:
                seen.add((template, line, message))
                yield Fault(_place(workspace, template, line, word), message, remedy)


def _missing_particulars(
    workspace: Workspace, top: str, reading: Walk
) -> Iterator[tuple[str, int, str, str, str]]:
    for template, line, kind, key, sure in reading.asked:
        if key in reading.guarded:
            continue
        owned = list(_particulars_in_letters(workspace, top, kind))
        without = [where for where, particulars in owned if key not in particulars]
        known = {known for _, particulars in owned for known in particulars}
        # After an 'if', one place with the key is enough. If no place has particulars, none is
        # needed.
        if without if sure else known and key not in known:
            more = f" and {len(without) - 1} more" if len(without) > 1 else ""
            yield (
                template,
                line,
                key,
                f"there is no '{key}' under the particulars of {without[0]}{more}",
                did_you_mean(key, known - {key})
                or f"Add it, or ask first: {{% if ... .{key} is defined %}}.",
            )


def _particulars_in_letters(
    workspace: Workspace, top: str, kind: type
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the particulars of a class in the letters made with a template, with their owners."""
    inspection = workspace.inspection.value
    if kind is Inspection:
        yield "the inspection", inspection.particulars
    elif kind in (Theme, ThemeFindings):
        for theme in inspection.themes:
            yield f"the theme {theme.id}", theme.particulars
    for slug, force in workspace.forces.items():
        inspector = workspace.inspectors.value.inspectors.get(force.value.inspector)
        if inspector is None or (inspector.template or inspection.template) != top:
            continue
        if kind is Letter:
            yield slug, force.value.particulars
        elif kind is Finding:
            for group in force.value.findings.values():
                for finding in group:
                    yield f"{slug} {finding.id}", finding.particulars


def unused_value(workspace: Workspace) -> Iterator[Fault]:
    """The template of a letter prints every value of its data.

    The place is that of the value. No template prints values that are only for the record: sources,
    unconfirmed, notes, welsh_name, aliases, own_terms and region.
    """
    inspection = workspace.inspection
    inspectors = workspace.inspectors
    reported = set()
    for force in workspace.forces.values():
        inspector = inspectors.value.inspectors.get(force.value.inspector)
        if inspector is None:
            continue
        top = inspector.template or inspection.value.template
        if not _whole(workspace, top):
            continue
        used = _reading(workspace, top).used
        value = force.value
        parts: list[tuple[Document, Keys, Any]] = [
            (inspection.document, (), inspection.value),
            (inspectors.document, ("inspectors", value.inspector), inspector),
            (force.document, ("addressee",), value.addressee),
            *((force.document, ("copied_to", at), one) for at, one in enumerate(value.copied_to)),
            *(
                (force.document, ("findings", theme, at), finding)
                for theme, group in value.findings.items()
                for at, finding in enumerate(group)
            ),
        ]
        values = [entry for part in parts for entry in _values(*part)]
        for at, theme in enumerate(inspection.value.themes):
            heading: Keys = ("themes", at, "heading")
            values.append((inspection.document, heading, (ThemeFindings, "heading")))
            values += _particulars(
                inspection.document, (*heading[:2], "particulars"), ThemeFindings, theme.particulars
            )
        values += _particulars(force.document, ("particulars",), Letter, value.particulars)
        for document, keys, use in values:
            everything = use[:-1] if len(use) > 2 else use  # noqa: PLR2004
            if use in used or everything in used or (document.path, keys) in reported:
                continue
            reported.add((document.path, keys))
            yield Fault(
                document.key_place(*keys),
                f"'{'.'.join(map(str, use[1:]))}' is printed nowhere: {top} does not use it",
                "Let the template print it, or remove it.",
            )


def _values(document: Document, keys: Keys, value: Any) -> Iterator[tuple[Document, Keys, Use]]:
    kind: Any = type(value)
    for name in fields(kind):
        content = getattr(value, name)
        if (
            (kind, name) in NOT_PRINTED
            or not isinstance(value, Value)
            or not document.has(*keys, name)
        ):
            continue
        if name == "particulars":
            yield from _particulars(document, (*keys, name), kind, content)
            continue
        yield document, (*keys, name), (kind, name)
        if isinstance(content, Value) and not isinstance(content, Embargo):
            yield from _values(document, (*keys, name), content)
        elif isinstance(content, tuple):
            for at, item in enumerate(content):
                if isinstance(item, Value):
                    yield from _values(document, (*keys, name, at), item)


def _particulars(
    document: Document, keys: Keys, kind: type, particulars: Mapping[str, Any]
) -> Iterator[tuple[Document, Keys, Use]]:
    for key in particulars:
        yield document, (*keys, key), (kind, "particulars", key)


def _tops(workspace: Workspace) -> list[str]:
    """Return the templates that letters are made with."""
    named = [workspace.inspection.value.template] + [
        inspector.template
        for inspector in workspace.inspectors.value.inspectors.values()
        if inspector.template is not None
    ]
    return [name for name in dict.fromkeys(named) if name in _parsed(workspace).trees]


def _whole(workspace: Workspace, name: str) -> bool:
    """Return whether a template, and everything that it includes, can be understood."""
    if name not in _parsed(workspace).trees:
        return False
    reading = _reading(workspace, name)
    return not (reading.broken or reading.faults)


@lru_cache(maxsize=64)
def _reading(workspace: Workspace, name: str) -> Walk:
    parsed = _parsed(workspace)
    walk = Walk(parsed.environment, parsed.trees)
    walk.read(name)
    return walk


def _place(workspace: Workspace, name: str, line: int, word: str) -> Place:
    place = workspace.templates.place(name, line)
    match = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", place.excerpt)
    return workspace.templates.place(name, line, match.start() + 1) if match else place

"""Rules for templates: each name in them exists, and they print every value of the data."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import tinycss2  # type: ignore[import-untyped]
from jinja2 import Environment, TemplateSyntaxError, nodes

from hmic_letters.check.rules.characters import SELDOM
from hmic_letters.check.templates.typed_walk import Use, Walk, fields
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.fields import Value
from hmic_letters.data.model.force import Addressee, CopiedTo, Finding, LongPoint
from hmic_letters.data.model.inspection import Embargo, Inspection, Inspector, Theme
from hmic_letters.data.source import Document, Keys
from hmic_letters.letter.letter import REDLINE, REPLY, Letter, ThemeFindings
from hmic_letters.letter.render import environment
from hmic_letters.problem import Fault, Place, did_you_mean, is_visible

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
        "accuracy_check",
        "recipients",
        "second_inspector",
        "not_inspected",
        "to_do",
        "translations",
    )
} | {
    (Addressee, "email"),
    (CopiedTo, "email"),
    (Inspector, "region"),
    (Inspector, "template"),
    (Theme, "id"),
    # A letter takes these from its ThemeFindings.
    (Theme, "heading"),
    (Theme, "layout"),
    (Theme, "particulars"),
}


# Lists that a letter is made from, whether or not a template names them.
COUNTED = {(Inspection, "forces"), (Inspection, "themes")}


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
        if not name.endswith((".html", ".txt")):
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
    """Jinja2 can read every template in templates/, and every style sheet is UTF-8."""
    yield from _parsed(workspace).faults
    templates = workspace.templates
    for name, data in templates.files.items():
        if name.endswith((".css", ".svg")):
            try:
                data.decode("utf-8")
            except UnicodeDecodeError as error:
                place = templates.place(name, data[: error.start].count(b"\n") + 1)
                message = f"byte 0x{data[error.start]:02X} is not UTF-8"
                yield Fault(place, message, "Save the file as UTF-8.")


def unseen_in_template(workspace: Workspace) -> Iterator[Fault]:
    """No template contains an invisible character, such as a soft hyphen."""
    templates = workspace.templates
    for name in _parsed(workspace).trees:
        text = templates.text(name)
        for character in sorted(set(SELDOM.findall(text)) - set("\t\r\f")):
            if not is_visible(character):
                at = text.index(character)
                line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
                yield Fault(
                    templates.place(name, line, column),
                    f"there is an invisible character here, U+{ord(character):04X}",
                    "Delete it: it came with a paste.",
                )


CONFLICT = re.compile(r"(?:<{7}|>{7}|\|{7})(?: .*)?|={7}")


def merge_conflict(workspace: Workspace) -> Iterator[Fault]:
    """No file in templates/ has the lines that a program leaves where two changes meet."""
    templates = workspace.templates
    for name in templates.files:
        if name.endswith((".html", ".txt", ".css", ".svg")):
            for number, line in enumerate(templates.text(name).splitlines(), 1):
                if CONFLICT.fullmatch(line):
                    yield Fault(
                        templates.place(name, number),
                        "two changes of this file meet here, and nobody has chosen between them",
                        "Keep the words of one, and remove the lines with <<<<<<<, ======= and "
                        ">>>>>>>.",
                    )


def style_sheet_syntax(workspace: Workspace) -> Iterator[Fault]:
    """Every style sheet in templates/ can be read to its end, and misspells no property.

    A printer and a browser pass over the parts that they cannot read, in silence.
    """
    templates = workspace.templates
    for name in templates.files:
        if name.endswith(".css"):
            for line, column, message, remedy in faults_of_style(templates.text(name)):
                yield Fault(templates.place(name, line, column), message, remedy)


def faults_of_style(style: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield line, column, message and remedy of each fault of a style sheet."""
    if lost := list(_left_open(style)):
        message = "this bracket has no counterpart: all that follows is read as something else"
        yield from ((*at, message, "Close it, or remove it.") for at in lost)
        return
    left = tinycss2.parse_stylesheet(style, True, True)
    while left:
        node = left.pop()
        at = node.source_line, node.source_column
        if node.type == "error":
            message = "these words are neither 'property: value;' nor a rule in braces"
            yield *at, message, "Look for a colon, a semicolon or a brace that is missing."
        elif node.type == "declaration":
            name = node.lower_name
            known = name in _properties() or name.startswith("-")
            if not known and (near := did_you_mean(name, _properties())):
                yield *at, f"there is no property '{name}' of a style", near
        elif getattr(node, "content", None) is not None:
            left += tinycss2.parse_blocks_contents(node.content, True, True)


@cache
def _properties() -> frozenset[str]:
    """Return the names of the properties that WeasyPrint knows."""
    path = Path(__file__).with_name("properties.txt")
    return frozenset(path.read_text("ascii").split())


STRING = re.compile(r"/\*.*?\*/|\"[^\"\n]*\"|'[^'\n]*'", re.DOTALL)


def _left_open(style: str) -> Iterator[tuple[int, int]]:
    """Yield line and column of each brace without its counterpart."""
    code = STRING.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), style)
    opened: list[int] = []
    lost: list[int] = []
    for match in re.finditer(r"[{}]", code):
        if match[0] == "{":
            opened.append(match.start())
        elif opened:
            opened.pop()
        else:
            lost.append(match.start())
    for at in sorted((*opened, *lost)):
        yield style.count("\n", 0, at) + 1, at - style.rfind("\n", 0, at)


def template_of_another_inspection(workspace: Workspace) -> Iterator[Fault]:
    """The template of an office, or of one force, extends that of the inspection.

    Otherwise its letters would be those of another inspection, such as the one that the workspace
    was copied from.
    """
    wanted = workspace.inspection.value.template
    trees = _parsed(workspace).trees
    offices = workspace.inspectors
    named = [
        (inspector.template, offices.document.place("inspectors", slug, "template"))
        for slug, inspector in offices.value.inspectors.items()
    ]
    named += [
        (force.value.template, force.document.place("template"))
        for force in workspace.forces.values()
    ]
    for name, place in named:
        if {name, wanted} <= trees.keys() and not _extends(str(name), wanted, trees, frozenset()):
            yield Fault(
                place,
                f"'{name}' does not extend '{wanted}', the template of this inspection",
                f'Begin it with {{% extends "{wanted}" %}}, or remove this line: then it is the '
                "letter of the others.",
            )


def _extends(
    name: str, wanted: str, trees: Mapping[str, nodes.Template], seen: frozenset[str]
) -> bool:
    """Tell whether a template is another, or extends it whichever way it is rendered."""
    if name == wanted:
        return True
    if name in seen or name not in trees:
        return False
    above = [node.template for node in trees[name].find_all(nodes.Extends)]
    always = any(isinstance(node, nodes.Extends) for node in trees[name].body)
    return always and all(
        isinstance(one, nodes.Const) and _extends(str(one.value), wanted, trees, seen | {name})
        for one in above
    )


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
    for name in _letters(workspace):
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
        if not _is_lettered(workspace, slug) or workspace.template(slug) != top:
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
    for slug, force in workspace.forces.items():
        if not _is_lettered(workspace, slug):
            continue
        inspector, top = workspace.inspector(slug), workspace.template(slug)
        if not _whole(workspace, top):
            continue
        used = _reading(workspace, top).used
        value = force.value
        parts: list[tuple[Document, Keys, Any]] = [
            (inspection.document, (), inspection.value),
            (inspectors.document, ("inspectors", value.inspector), inspector),
            (force.document, ("addressee",), value.addressee),
            *(
                (force.document, ("further_addressees", at), one)
                for at, one in enumerate(value.further_addressees)
            ),
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
        values += [
            (document, (key,), (Letter, key))
            for document in (force.document, inspection.document)
            for key in ("your_reference", "further_addressees", "second_inspector")
            if document.has(key)
        ]
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


def _is_lettered(workspace: Workspace, slug: str) -> bool:
    """Tell whether a force gets a letter, signed by somebody who is known."""
    inspector = workspace.forces[slug].value.inspector
    return slug in workspace.slugs and inspector in workspace.inspectors.value.inspectors


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
        if (kind, name) not in COUNTED:
            yield document, (*keys, name), (kind, name)
        if isinstance(content, Value) and not isinstance(content, Embargo):
            yield from _values(document, (*keys, name), content)
        elif isinstance(content, tuple):
            for at, item in enumerate(content):
                # The walk cannot follow a point, which may be a text, too.
                if isinstance(item, Value) and not isinstance(item, LongPoint):
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
    named += [force.value.template for force in workspace.forces.values() if force.value.template]
    return [name for name in dict.fromkeys(named) if name in _parsed(workspace).trees]


def _letters(workspace: Workspace) -> list[str]:
    """Return the templates of letters, replies and redlines."""
    others = (name for name in (REPLY, REDLINE) if name in _parsed(workspace).trees)
    return [*_tops(workspace), *others]


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


def are_sound(workspace: Workspace) -> bool:
    """Return whether the templates can be rendered, as far as reading them shows."""
    return not _parsed(workspace).faults and all(
        _whole(workspace, name)
        and not any(_missing_particulars(workspace, name, _reading(workspace, name)))
        for name in _letters(workspace)
    )


def place_of_block(workspace: Workspace, name: str, block: str) -> Place:
    """Return the place of the block that a template fills, or that one above it fills."""
    trees = _parsed(workspace).trees
    while name in trees:
        for node in trees[name].find_all(nodes.Block):
            if node.name == block:
                return _place(workspace, name, node.lineno, block)
        extends = trees[name].find(nodes.Extends)
        if extends is None or not isinstance(extends.template, nodes.Const):
            break
        name = str(extends.template.value)
    return workspace.templates.place(name)


def _place(workspace: Workspace, name: str, line: int, word: str) -> Place:
    place = workspace.templates.place(name, line)
    match = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", place.excerpt)
    return workspace.templates.place(name, line, match.start() + 1) if match else place

"""A walk through a template, as the rendering of a letter, but with types instead of values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from enum import StrEnum
from functools import cache, lru_cache
from types import GenericAlias, NoneType
from typing import Any, get_args, get_origin

from jinja2 import Environment, nodes

from hmic_letters.data.model.fields import Value
from hmic_letters.letter.letter import Letter, ThemeFindings
from hmic_letters.letter.sandbox import named_fields, noun
from hmic_letters.problem import did_you_mean

# The type of a value that the walk cannot follow: it reports no fault in its attributes.
UNKNOWN: Any = object()
COMMENT = re.compile("<!--.*?-->", re.DOTALL)
# Names that Jinja2 itself defines.
GIVEN = frozenset({"self", "super", "loop", "caller", "varargs", "kwargs"})
# Filters that return the items that they receive.
KEEPING = frozenset(
    {"list", "sort", "reverse", "unique", "select", "reject", "selectattr", "rejectattr"}
)
# Filters that read an attribute of each item, with the position of the argument that names it.
# All accept that argument by keyword, too.
NAMING = {
    **{"groupby": 0, "join": 1, "map": None, "max": 1, "min": 1, "rejectattr": 0},
    **{"selectattr": 0, "sort": 2, "sum": 0, "unique": 1},
}

FILTER_INSTEAD = "Use a filter, as in {{ force | upper }}."
Use = tuple[Any, ...]  # a class and its attribute; for particulars, a key as well
Scope = dict[str, Any]
DECLARING = (nodes.Macro, nodes.Assign, nodes.AssignBlock, nodes.Import, nodes.FromImport)


@dataclass(frozen=True)
class ParticularsOf:
    """The type of a class's particulars."""

    of: type


@dataclass(frozen=True)
class ModuleOf:
    """The type of the result of {% import %}: the macros of a template."""

    template: str


@lru_cache(maxsize=1024)
def _descendants(node: nodes.Node) -> tuple[nodes.Node, ...]:
    """Return all nodes below a node. Why kept: several walks ask for the same trees."""
    return tuple(node.find_all(nodes.Node))


def nodes_of(node: nodes.Node, kind: Any) -> Iterator[Any]:
    """Yield the nodes of a kind, or of several, below a node."""
    return (one for one in _descendants(node) if isinstance(one, kind))


@cache
def fields(kind: Any) -> dict[str, Any]:
    """Return the names of a class that a template may use, with their types."""
    return {
        name: ParticularsOf(kind) if name == "particulars" else _bare(hint)
        for name, hint in named_fields(kind).items()
    }


def _bare(hint: Any) -> Any:
    """Remove None from a type; return UNKNOWN if nothing is known of its attributes."""
    arguments = [one for one in get_args(hint) if one is not NoneType]
    if get_origin(hint) is tuple or hint in (str, int, bool):
        return hint
    if NoneType in get_args(hint) and len(arguments) == 1:
        return _bare(arguments[0])
    if isinstance(hint, type) and (issubclass(hint, Value) or is_dataclass(hint)):
        return hint
    return UNKNOWN


def _item(kind: Any) -> Any:
    return _bare(get_args(kind)[0]) if get_origin(kind) is tuple else UNKNOWN


class Walk:
    """Walks a template and everything that it includes, with types instead of values.

    ``faults`` have template, line, word, message and remedy.
    ``used`` has each class with the attributes that the templates use.
    ``asked`` has template, line, class and key of the particulars that the templates use. Its last
    member says whether no 'if' around them asks for particulars.
    ``guarded`` has the keys for which some template asks whether they are defined.
    """

    def __init__(self, environment: Environment, trees: Mapping[str, nodes.Template]) -> None:
        """Prepare the walk, with the environment and the parsed templates by name."""
        self._environment, self._trees = environment, trees
        self.faults: list[tuple[str, int, str, str, str]] = []
        self.used: set[Use] = set()
        self.asked: list[tuple[str, int, type, str, bool]] = []
        self._asking = 0
        self._met = False  # whether the walk has met particulars
        self.guarded: set[str] = set()
        self.broken = False
        self._template = ""
        self._blocks: dict[str, list[tuple[str, nodes.Block]]] = {}
        # Each with its template and the names that it may use.
        self._macros: dict[str, tuple[str, nodes.Macro, Scope]] = {}
        self._asked_names: set[str] = set()  # for which a template asks whether they are defined
        self._top: Scope = {}
        self._walking: set[tuple[object, ...]] = set()

    def read(self, name: str) -> None:
        """Walk the letter that the template makes."""
        chain = self._chain(name)
        for template in chain:
            for block in nodes_of(self._trees[template], nodes.Block):
                self._blocks.setdefault(block.name, []).append((template, block))
        self._top = dict(fields(Letter))
        for template in reversed(chain):
            self._template = template
            for node in self._trees[template].body:
                for one in (node, *nodes_of(node, DECLARING)):
                    if not isinstance(node, nodes.Block):
                        self._declare(one, self._top)
        self._template = chain[-1] if chain else name
        if chain:
            self._all(self._trees[chain[-1]].body, self._top)
        self._report_lost_blocks(chain)

    def _chain(self, name: str) -> list[str]:
        """Return the template, the one that it extends, and so on."""
        chain: list[str] = []
        while name in self._trees and name not in chain:
            chain.append(name)
            extends = next(nodes_of(self._trees[name], nodes.Extends), None)
            if extends is None:
                return chain
            name = extends.template.value if isinstance(extends.template, nodes.Const) else ""
        self.broken = True
        return chain

    def _report_lost_blocks(self, chain: list[str]) -> None:
        for at, template in enumerate(chain[:-1]):
            tree = self._trees[template]
            inherited = {
                block.name
                for above in chain[at + 1 :]
                for block in nodes_of(self._trees[above], nodes.Block)
            }
            self._template = template
            for node in tree.body:
                self._report_lost_text(node)
                if isinstance(node, nodes.Block) and node.name not in inherited and not self.broken:
                    self._template = template
                    self._fault(
                        node.lineno,
                        node.name,
                        f"no template above has a block '{node.name}': what is in it is lost",
                        did_you_mean(node.name, inherited)
                        or f"The blocks are {', '.join(sorted(inherited))}.",
                    )

    def _report_lost_text(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.Block | nodes.Macro | nodes.AssignBlock | nodes.CallBlock):
            return
        if isinstance(node, nodes.TemplateData):
            data = COMMENT.sub(lambda match: " " * len(match[0]), node.data)
            if words := data.split():
                line = node.lineno + data[: data.index(words[0])].count("\n")
                self._fault(
                    line,
                    words[0],
                    "this stands outside the blocks of a template that extends another: it is lost",
                    "Put it into a block.",
                )
            return
        for child in node.iter_child_nodes():
            self._report_lost_text(child)

    def _fault(self, line: int, word: str, message: str, remedy: str) -> None:
        self.faults.append((self._template, line, word, message, remedy))

    def _declare(self, node: nodes.Node, scope: Scope) -> None:
        """Declare a name from the top level of a template, which every block may use."""
        if isinstance(node, nodes.Macro):
            self._macros[node.name] = (self._template, node, scope)
            scope[node.name] = UNKNOWN
        elif isinstance(node, nodes.Import):
            known = isinstance(node.template, nodes.Const)
            scope[node.target] = ModuleOf(str(node.template.value)) if known else UNKNOWN  # type: ignore[attr-defined]
        elif isinstance(node, nodes.FromImport):
            for one in node.names:
                wanted, alias = one if isinstance(one, tuple) else (one, one)
                scope[alias] = UNKNOWN
                self._import(node, wanted, alias)
        elif isinstance(node, nodes.Assign | nodes.AssignBlock):
            self._bind(node.target, UNKNOWN, scope)

    def _import(self, node: nodes.FromImport, name: str, alias: str) -> None:
        """Declare a macro of another template.

        It knows nothing of the letter, unless it is imported with context.
        """
        if not isinstance(node.template, nodes.Const) or node.template.value not in self._trees:
            return
        template = str(node.template.value)
        macros = {one.name: one for one in nodes_of(self._trees[template], nodes.Macro)}
        named = {one.name for one in nodes_of(self._trees[template], nodes.Name)}
        if name in macros:
            self._macros[alias] = (template, macros[name], self._top if node.with_context else {})
        elif name not in named:
            self._unknown(node, name, f"macro in {template} called", macros)

    def _all(self, body: list[nodes.Node], scope: Scope) -> None:
        for node in body:  # first, because a macro may call one further down
            if isinstance(node, nodes.Macro):
                self._declare(node, scope)
        for node in body:
            self._statement(node, scope)

    def _statement(self, node: nodes.Node, scope: Scope) -> None:  # noqa: C901, PLR0912
        match node:
            case nodes.Block():
                self._block(node, scope)
            case nodes.For():
                inner = dict(scope) | {"loop": UNKNOWN}
                kind = self._type(node.iter, scope)
                self._use_all(kind)
                self._bind(node.target, _item(kind), inner)
                if node.test is not None:
                    self._type(node.test, inner)
                self._all(node.body, inner)
                self._all(node.else_, dict(scope))
            case nodes.If():
                asking = self._asks(node.test, scope)
                self._asking += asking
                self._all([*node.body, *node.elif_, *node.else_], scope)
                self._asking -= asking
            case nodes.Assign():
                self._bind(node.target, self._type(node.node, scope), scope)
            case nodes.AssignBlock():
                self._bind(node.target, UNKNOWN, scope)
                self._all(node.body, dict(scope))
            case nodes.With():
                inner = dict(scope)
                for target, value in zip(node.targets, node.values, strict=True):
                    self._bind(target, self._type(value, scope), inner)
                self._all(node.body, inner)
            case nodes.CallBlock():
                self._type(node.call, scope)
                inner = dict(scope) | {name.name: UNKNOWN for name in node.args}
                self._all(node.body, inner)
            case nodes.Macro():
                self._macro(node, {}, scope)
            case nodes.Include():
                if isinstance(node.template, nodes.Const):
                    self._include(str(node.template.value), scope)
            case nodes.Import() | nodes.FromImport():
                self._declare(node, scope)
            case nodes.Extends():
                pass
            case nodes.Output():
                for one in node.nodes:
                    self._print(one, scope)
            case _:
                body = getattr(node, "body", None)
                for child in node.iter_child_nodes():
                    if isinstance(child, nodes.Expr):
                        self._type(child, scope)
                    elif not isinstance(body, list) or child not in body:
                        self._statement(child, scope)
                if isinstance(body, list):
                    self._all(body, dict(scope) | {"caller": UNKNOWN})

    def _print(self, node: nodes.Node, scope: Scope) -> None:
        kind = UNKNOWN if isinstance(node, nodes.TemplateData) else self._type(node, scope)
        whole = isinstance(kind, type) and kind not in (str, int) and not issubclass(kind, StrEnum)
        if whole or get_origin(kind) is tuple or isinstance(kind, ParticularsOf):
            name = getattr(node, "attr", getattr(node, "name", ""))
            self._fault(
                node.lineno,
                name,
                f"'{name}' is no text, and cannot be printed as it is",
                "Print a part of it, or ask for it with 'if' or 'for'.",
            )

    def _block(self, node: nodes.Block, scope: Scope) -> None:
        if (key := ("block", node.name)) in self._walking:
            return
        self._walking.add(key)
        outer = self._template
        inner = dict(scope) if node.scoped else dict(self._top)
        # The first definition fills the block; super() brings in those above it.
        for template, block in self._blocks.get(node.name, [(outer, node)]):
            self._template = template
            self._all(block.body, dict(inner))
            if not any(
                isinstance(call.node, nodes.Name) and call.node.name == "super"
                for call in nodes_of(block, nodes.Call)
            ):
                break
        self._template = outer
        self._walking.discard(key)

    def _include(self, name: str, scope: Scope) -> None:
        if name not in self._trees:
            self.broken = True
        elif ("include", name) not in self._walking:
            self._walking.add(("include", name))
            outer, self._template = self._template, name
            self._all(self._trees[name].body, dict(scope))
            self._template = outer
            self._walking.discard(("include", name))

    def _macro(self, node: nodes.Macro, given: Scope, scope: Scope) -> None:
        inner = dict(scope) | {"caller": UNKNOWN, "varargs": UNKNOWN, "kwargs": UNKNOWN}
        inner |= {name.name: given.get(name.name, UNKNOWN) for name in node.args}
        key = ("macro", node.name, *map(str, given.values()))
        if key not in self._walking:
            self._walking.add(key)
            self._all(node.body, inner)
            self._walking.discard(key)

    def _bind(self, target: nodes.Node, kind: Any, scope: Scope) -> None:
        if isinstance(target, nodes.Name):
            scope[target.name] = kind
        else:
            for name in nodes_of(target, nodes.Name):
                scope[name.name] = UNKNOWN

    def _type(self, node: nodes.Node, scope: Scope) -> Any:  # noqa: C901, PLR0911, PLR0912
        """Walk an expression and return the type of its value."""
        match node:
            case nodes.Name():
                return self._name(node, scope)
            case nodes.Const():
                return type(node.value)
            case nodes.Getattr():
                return self._attribute(node, self._type(node.node, scope), node.attr)
            case nodes.Getitem():
                kind = self._type(node.node, scope)
                self._type(node.arg, scope)
                if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
                    return self._attribute(node, kind, node.arg.value)
                if isinstance(kind, type) and issubclass(kind, Value | ThemeFindings):
                    self._refuse_computed(node, kind)
                return _item(kind)
            case nodes.Call():
                return self._call(node, scope)
            case nodes.Filter():
                if node.name not in self._environment.filters:
                    self._unknown(node, node.name, "filter", self._environment.filters)
                if node.name in {"default", "d"} and node.node is not None:
                    self._guard(node.node, scope)
                    return UNKNOWN
                kinds = [self._type(child, scope) for child in node.iter_child_nodes()]
                if kinds and node.name in NAMING and (named := self._naming(node)) is not None:
                    kind = self._named(node, _item(kinds[0]), named)
                    if node.name == "map":
                        return GenericAlias(tuple, (kind, ...)) if kind is not UNKNOWN else UNKNOWN
                if kinds and node.name in KEEPING:
                    return kinds[0]
                if kinds and node.name in {"first", "last"}:
                    return _item(kinds[0])
                self._use_all(*kinds)
                return UNKNOWN
            case nodes.Test():
                if node.name not in self._environment.tests:
                    self._unknown(node, node.name, "test", self._environment.tests)
                if node.name in {"defined", "undefined"}:
                    return self._guard(node.node, scope)
            case nodes.Compare():
                for operand in node.ops:
                    if operand.op in {"in", "notin"} and isinstance(node.expr, nodes.Const):
                        self.guarded.add(str(node.expr.value))
            case nodes.CondExpr():
                asking = self._asks(node.test, scope)
                self._asking += asking
                kinds = [self._type(one, scope) for one in (node.expr1, node.expr2) if one]
                self._asking -= asking
                return kinds[0] if len(set(map(id, kinds))) == 1 else self._use_all(*kinds)
        kinds = [self._type(child, scope) for child in node.iter_child_nodes()]
        if isinstance(node, nodes.Or | nodes.And):
            known = {kind for kind in kinds if kind is not UNKNOWN}
            if len(known) == 1:
                return known.pop()
        self._use_all(*kinds)
        return UNKNOWN

    def _naming(self, node: nodes.Filter) -> nodes.Expr | None:
        """Return the argument that names an attribute of each item, if the filter has one."""
        at = NAMING[node.name]
        given = [one.value for one in node.kwargs if one.key == "attribute"]
        given += node.args[at : at + 1] if at is not None else []
        return given[0] if given else None

    def _named(self, node: nodes.Filter, kind: Any, named: nodes.Expr) -> Any:
        """Follow the attribute that a filter names: 'name', 'inspector.name' or a number."""
        if not isinstance(named, nodes.Const):
            return self._refuse_computed(node, kind)
        for part in str(named.value).split(","):
            reached = kind
            for name in part.split("."):
                reached = self._attribute(node, reached, name)
        return reached

    def _refuse_computed(self, node: nodes.Node, kind: Any) -> Any:
        what = noun(kind) if isinstance(kind, type) else "an item"
        self._fault(
            node.lineno,
            getattr(node, "name", ""),
            f"a name of {what} is computed here, and cannot be followed",
            "Write the name itself.",
        )
        return UNKNOWN

    def _asks(self, test: nodes.Node, scope: Scope) -> bool:
        """Return whether a test asks for particulars, so that its branches may use them.

        A test prints nothing: it uses no value but a yes or no.
        """
        before, self._met = self._met, False
        used = set(self.used)
        self._asking += 1
        self._type(test, scope)
        self._asking -= 1
        self.used = used | {
            use
            for use in self.used - used
            if len(use) > len(("class", "name")) or fields(use[0]).get(use[1]) is bool
        }
        asks, self._met = self._met, before or self._met
        return asks

    def _guard(self, node: nodes.Node, scope: Scope) -> Any:
        """Walk an expression that may be undefined, without reporting any fault in it."""
        if isinstance(node, nodes.Name):
            self._asked_names.add(node.name)
        elif isinstance(node, nodes.Getattr):
            self.guarded.add(node.attr)
        elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            self.guarded.add(str(node.arg.value))
        faults = len(self.faults)
        self._type(node, scope)
        del self.faults[faults:]
        return UNKNOWN

    def _use_all(self, *kinds: Any) -> Any:
        """Mark every part of the values as used, because the walk cannot follow them."""
        for kind in kinds:
            if isinstance(kind, ParticularsOf):
                self._met = True
                self.used.add((kind.of, "particulars"))
            elif isinstance(kind, type) and issubclass(kind, Value | ThemeFindings):
                known: Any = kind
                self.used.update((kind, name) for name in fields(known))
        return UNKNOWN

    def _call(self, node: nodes.Call, scope: Scope) -> Any:
        called = node.node
        if isinstance(called, nodes.Getattr) and isinstance(called.node, nodes.Name):
            block = called.attr
            if called.node.name == "self" and block not in self._blocks:
                self._unknown(node, block, "block", self._blocks)
        kinds = [self._type(argument, scope) for argument in node.args]
        named = {one.key: self._type(one.value, scope) for one in node.kwargs}
        self._type(called, scope)
        if (definition := self._macro_of(called, scope)) is not None:
            outer = self._template
            self._template, macro, names = definition
            given = dict(zip((name.name for name in macro.args), kinds, strict=False))
            self._macro(macro, given | named, names)
            self._template = outer
            return UNKNOWN
        if not _is_callable(called, scope):
            name = getattr(called, "attr", getattr(called, "name", "this"))
            self._fault(
                node.lineno,
                name,
                f"'{name}' cannot be called: a template calls macros and blocks alone",
                did_you_mean(name, self._environment.filters) or FILTER_INSTEAD,
            )
        self._use_all(*kinds, *named.values())
        return UNKNOWN

    def _macro_of(self, called: nodes.Expr, scope: Scope) -> tuple[str, nodes.Macro, Scope] | None:
        """Return the macro that a call names, with its template and the names it may use."""
        if isinstance(called, nodes.Name):
            return self._macros.get(called.name)
        if isinstance(called, nodes.Getattr) and isinstance(called.node, nodes.Name):
            module = scope.get(called.node.name)
            if isinstance(module, ModuleOf) and module.template in self._trees:
                for macro in nodes_of(self._trees[module.template], nodes.Macro):
                    if macro.name == called.attr:
                        return module.template, macro, {}
        return None

    def _name(self, node: nodes.Name, scope: Scope) -> Any:
        name = node.name
        if name in scope:
            self._met |= isinstance(scope[name], ParticularsOf)
            if name != "particulars" and scope[name] is self._top.get(name):
                self.used.add((Letter, name))
            return scope[name]
        if name not in GIVEN | self._asked_names:
            self._unknown(node, name, "name", scope)
        return UNKNOWN

    def _unknown(self, node: nodes.Node, name: str, what: str, known: Any) -> None:
        self._fault(
            node.lineno,
            name,
            f"there is no {what} '{name}' for a template",
            did_you_mean(name, known) or "Correct the template.",
        )

    def _attribute(self, node: nodes.Node, kind: Any, name: str) -> Any:
        if isinstance(kind, ParticularsOf):
            self._met = True
            self.used.add((kind.of, "particulars", name))
            sure = not self._asking
            self.asked.append((self._template, node.lineno, kind.of, name, sure))
            return UNKNOWN
        if isinstance(kind, ModuleOf) and kind.template in self._trees:
            macros = {one.name for one in nodes_of(self._trees[kind.template], nodes.Macro)}
            if name not in macros:
                self._unknown(node, name, f"macro in {kind.template} called", macros)
            return UNKNOWN
        if not isinstance(kind, type):
            return UNKNOWN
        known = {} if kind in (str, int, bool) else fields(kind)
        if name not in known:
            remedy = (
                f"It has {', '.join(known)}." if known else "Use a filter: {{ force | upper }}."
            )
            self._fault(
                node.lineno,
                name,
                f"{noun(kind)} has no '{name}'",
                did_you_mean(name, known) or remedy,
            )
            return UNKNOWN
        if isinstance(known[name], ParticularsOf):
            self._met = True
        else:
            self.used.add((kind, name))
        return known[name]


def _is_callable(called: nodes.Expr, scope: Scope) -> bool:
    """Return whether a call that names no macro may be correct.

    It calls a block, or a name that is reported elsewhere.
    """
    if isinstance(called, nodes.Getattr) and isinstance(called.node, nodes.Name):
        above = called.node.name
        return above == "self" or isinstance(scope.get(above), ModuleOf)
    if isinstance(called, nodes.Name):
        return called.name in {"super", "caller", "loop"} or called.name not in scope
    return False

"""A narrower Jinja2 sandbox: templates name plain data, call macros and blocks, and end soon.

Why: Jinja2's own sandbox bars names with an underscore, and that is not enough. The methods of a
library's object, and the filters that reach them, can run anything. So a template can use only the
names that are listed for the type of a value, and only the filters listed below.

Nothing here reads the clock. Each page has a budget of steps and characters, so that the same
template always gets the same answer.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields as fields_of_dataclass
from dataclasses import is_dataclass
from datetime import date, datetime
from functools import cache, wraps
from itertools import islice
from types import NoneType
from typing import Any, get_type_hints

from jinja2 import nodes
from jinja2.environment import Template, TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.filters import make_attrgetter
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from hmic_letters.data.model.fields import Value

BUDGET = 20_000_000  # for one page: characters printed and handled, and steps
STEP = 100  # cost of a round of a loop, a call, an included file or an item of a list
LARGEST = 1_000_000  # for one value that a template builds, counted in the same way

FILTERS = frozenset(
    (
        *("abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first"),
        *("forceescape", "groupby", "int", "items", "join", "last", "length", "list", "lower"),
        *("map", "max", "min", "reject", "rejectattr", "replace", "reverse", "safe", "select"),
        *("selectattr", "sort", "string", "striptags", "sum", "title", "trim", "truncate"),
        *("unique", "upper", "wordcount"),
    )
)
NOT_TEXT = (Value, Mapping, bool, date, list, tuple, NoneType)
CALLABLE = (BlockReference, LoopContext, Macro)
# The names that a template may use of values from elsewhere.
OF_OTHERS: dict[type, tuple[str, ...]] = {
    LoopContext: (
        *("depth", "depth0", "first", "index", "index0", "last", "length", "nextitem"),
        *("previtem", "revindex", "revindex0"),
    ),
    datetime: ("year", "month", "day", "hour", "minute"),
    date: ("year", "month", "day"),
}

# Filters that make a text of whatever they get.
OF_TEXT = frozenset(
    (
        *("capitalize", "e", "escape", "forceescape", "int", "lower", "replace", "safe", "string"),
        *("striptags", "title", "trim", "truncate", "upper", "wordcount"),
    )
)
NOUNS = {
    "Addressee": "a letter's addressee",
    "Allowance": "an entry under 'allowed'",
    "Answered": "an answered point",
    "CopiedTo": "a person who is copied in",
    "DraftProof": "a draft proof",
    "Change": "a change in a redline",
    "Edition": "a letter's edition",
    "Embargo": "a letter's embargo",
    "Finding": "a letter's finding",
    "Inspection": "a letter's inspection",
    "Inspector": "a letter's HM Inspector",
    "Letter": "a letter",
    "Letterhead": "a letter's letterhead",
    "Listed": "a force in the index",
    "LongPoint": "a point with points under it",
    "Medium": "a letter's medium",
    "Passage": "a passage of a redline",
    "Piece": "a piece of a redline",
    "Recipients": "the words for the recipients",
    "Redline": "a redline",
    "Theme": "a letter's theme",
    "ThemeFindings": "a letter's theme",
    "Without": "a reason why there is none",
    "Worded": "a wording",
}
PLAIN_NOUNS: dict[type, str] = {
    NoneType: "an absent value",
    bool: "a yes or no",
    int: "a number",
    str: "a text",
    list: "a list",
    tuple: "a list",
    dict: "a group of keys",
    datetime: "a moment",
    date: "a date",
}
OURS = "hmic_letters."


@cache
def named_fields(kind: Any) -> dict[str, Any]:
    """List the names that a template may use of one of our values, with their types.

    They are the declared fields and the properties of our classes. They never include a method, nor
    anything that comes from a library's class.
    """
    if not kind.__module__.startswith(OURS):
        return {}
    hints = get_type_hints(kind)
    if issubclass(kind, Value):
        names = list(kind.model_fields)
    else:
        names = [field.name for field in fields_of_dataclass(kind)]
    types = {name: hints[name] for name in names}
    for above in kind.__mro__:
        if above.__module__.startswith(OURS):
            for name, member in vars(above).items():
                if isinstance(member, property):
                    types[name] = get_type_hints(member.fget).get("return", object)
    return {name: hint for name, hint in types.items() if not name.startswith("_")}


def noun(kind: type) -> str:
    """Name a kind of value in the words of a person who writes templates."""
    if kind.__module__.startswith(OURS):
        return NOUNS.get(kind.__name__, "this")
    return next((word for one, word in PLAIN_NOUNS.items() if issubclass(kind, one)), "this")


# The faults that Python reports with the names of classes, and the words for them.
FAULTS = (
    (r"unsupported operand type\(s\) for (?P<by>.+?): '(\w+)' and '(\w+)'", "go together with"),
    (r"'(?P<by>.+)' not supported between instances of '(\w+)' and '(\w+)'", "be compared by"),
    (r"can only concatenate (\w+) \(not \"(\w+)\"\) to \w+", "be joined with '+': use '~'"),
    (r"object of type '(\w+)' has no len\(\)", "has no length"),
    (r"'(\w+)' object is not iterable", "is no list"),
    (r"argument of type '(\w+)' is not iterable", "is no list"),
    (r"bad operand type for .+: '(\w+)'", "is no number"),
    (
        r"'in <string>' requires string as left operand, not (\w+)",
        "is nothing to look for in a text",
    ),
)


def in_plain_words(error: Exception) -> str:
    """Tell a fault of a template in the words of a person who writes templates."""
    text = str(error)
    nouns = {kind.__name__: word for kind, word in PLAIN_NOUNS.items()} | NOUNS
    for pattern, words in FAULTS:
        if match := re.match(pattern, text):
            by = match.groupdict().get("by")
            kinds = [nouns.get(one, "this") for one in match.groups() if one != by]
            cannot = "cannot " if len(kinds) > 1 else ""
            return f"{' and '.join(kinds)} {cannot}{words}" + (f" '{by}'" if by else "")
    if isinstance(error, TypeError | AttributeError):
        return "a filter or test gets a value here that it cannot use"
    return text


class Unfit(Exception):  # noqa: N818
    """A value that is no text is printed, or used as a text."""


def unfit(value: Any) -> Unfit:
    """Return the error for a value that is no text."""
    absent = isinstance(value, bool | NoneType)
    remedy = "ask whether it is there first" if absent else "print a part of it"
    return Unfit(f"{noun(type(value))} cannot be printed: {remedy}")


def _refuse_unfit(values: Iterable[Any]) -> None:
    """Raise Unfit for a value of ours, a list, a yes or no and the like, which are no texts."""
    for value in values:
        if isinstance(value, NOT_TEXT) or is_dataclass(value):
            raise unfit(value)


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment in which templates run.

    Every error that it raises is an ordinary exception at the template's line.
    """

    intercepted_binops = frozenset({"*", "**", "+", "%"})

    def __init__(self, **options: Any) -> None:
        # Why not optimized: a constant that Jinja2 computes in compiling would escape the budget.
        super().__init__(optimized=False, **options)
        self._left = BUDGET
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in sorted(FILTERS)}
        self.filters |= {"join": _joining(self.filters["join"]), "replace": _replace}
        for name in self.filters:
            self.filters[name] = self._bounded(self.filters[name], name in OF_TEXT)
        # Why these names: they have a space or a colon, so that no template can write them.
        self.filters |= {_ROUNDS: self._rounds, _BUILT: self._built, _JOINED: self._joined}

    def refill(self) -> None:
        """Give the next page its whole budget."""
        self._left = BUDGET

    def spend(self, cost: int) -> None:
        """Take some of the page's budget. Raises SecurityError if nothing is left."""
        self._left -= cost
        if self._left < 0:
            raise SecurityError(
                "the template does far more than a letter needs: its loops or macros run too "
                "often, or it prints too much"
            )

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Give the attribute or item that a template names; undefined if it is not listed."""
        if attribute in _names_of_ours(obj.__class__):
            return getattr(obj, attribute)
        if isinstance(obj, Undefined):
            obj._fail_with_undefined_error()
        if isinstance(obj, Mapping | TemplateReference):
            return self._item(obj, attribute)
        if attribute in _names(obj):
            return getattr(obj, attribute)
        hint = f"{noun(type(obj))} has no '{attribute}'"
        return self.undefined(hint=hint, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Give an item of a list, a text or a mapping; a text is a name, as for ``getattr``."""
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        return self._item(obj, argument)

    def _item(self, obj: Any, key: Any) -> Any:
        if isinstance(obj, Mapping | TemplateReference | str | list | tuple):
            try:
                return obj[key]
            except (TypeError, LookupError):
                pass
        kind = "block" if isinstance(obj, TemplateReference) else "entry"
        return self.undefined(hint=f"there is no {kind} '{key}'", name=key)

    def call(self, context: Context, called: Any, /, *arguments: Any, **named: Any) -> Any:
        """Call a macro or a block; nothing else can be called."""
        if isinstance(called, Undefined):
            called._fail_with_undefined_error()
        if not isinstance(called, CALLABLE):
            raise SecurityError(
                f"{noun(type(called))} cannot be called: only macros and blocks can"
            )
        self.spend(STEP)
        if isinstance(called, LoopContext) and arguments:
            arguments = (self._rounds(arguments[0], 0), *arguments[1:])
        return self._built(context.call(called, *arguments, **named))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute, unless the result would be larger than anything a letter needs."""
        if operator == "%" and isinstance(left, str):
            raise SecurityError("a text cannot be filled in with '%': use {{ }}")
        if operator == "**" and abs(right) * abs(left).bit_length() > LARGEST.bit_length():
            raise SecurityError("the power is too large")
        if operator == "*":
            sizes = [len(one) * STEP for one in (left, right) if not isinstance(one, int | float)]
            if sizes and max(sizes) * max(map(int, _numbers(left, right)), default=0) > LARGEST:
                raise SecurityError("the product is too large")
        return self._built(super().call_binop(context, operator, left, right))

    def _load_template(self, name: str, globals: Any) -> Template:  # noqa: A002 (Jinja2's own)
        template = super()._load_template(name, globals)
        self.spend(STEP)
        return template

    def _generate(self, source: nodes.Template, *arguments: Any, **named: Any) -> str:
        _Guarding().visit(source)
        return super()._generate(source, *arguments, **named)

    def _bounded(self, function: Callable[..., Any], of_text: bool) -> Callable[..., Any]:
        """Wrap a filter: it spends for its arguments, and builds nothing too large.

        One that makes a text gets texts and numbers alone.
        """

        @wraps(function)
        def bounded(*arguments: Any, **named: Any) -> Any:
            if of_text:
                _refuse_unfit(arguments)
            self.spend(sum(len(one) for one in arguments if isinstance(one, str | list | tuple)))
            result = function(*arguments, **named)
            if isinstance(result, Iterator):
                result = list(islice(result, LARGEST // STEP + 1))
            return self._built(result)

        return bounded

    def _built(self, value: Any) -> Any:
        """Pass on a value that a template has built, unless it is too large."""
        size, left = 0, [value]
        while left:
            one = left.pop()
            if isinstance(one, str):
                size += len(one)
            elif isinstance(one, list | tuple | dict):
                size += STEP * len(one)
                left += one.values() if isinstance(one, dict) else one
            if size > LARGEST:
                raise SecurityError("the template builds a value that is too large for a letter")
        self.spend(size)
        return value

    def _joined(self, parts: list[Any]) -> Any:
        """Join texts as '~' does, with the filter ``join``."""
        return self.filters["join"](nodes.EvalContext(self), parts)

    def _rounds(self, items: Iterable[Any], weight: int) -> Iterator[Any]:
        """Count the rounds of a loop; ``weight`` is the length of text that each prints."""
        if isinstance(items, Value):
            raise Unfit(f"{noun(type(items))} is no list")
        for item in items:
            self.spend(STEP + weight)
            yield item


_ROUNDS, _BUILT, _JOINED = "the rounds of", "built:", "joined:"


@cache
def _names_of_ours(kind: Any) -> Mapping[str, Any]:
    """Return the names of one of our values; none for any other type."""
    return named_fields(kind) if issubclass(kind, Value) or is_dataclass(kind) else {}


def _names(value: Any) -> Iterable[str]:
    """List the names that a template may use of a value."""
    if isinstance(value, TemplateModule):
        return {name for name in vars(value) if not name.startswith("_")}
    if ours := _names_of_ours(value.__class__):
        return ours
    for kind, names in OF_OTHERS.items():
        if isinstance(value, kind):
            return names
    # The filter 'groupby' returns named tuples.
    return getattr(value, "_fields", ()) if isinstance(value, tuple) else ()


def _numbers(*values: Any) -> list[Any]:
    return [one for one in values if isinstance(one, int | float)]


def _joining(join: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(join)
    def joining(
        context: Any, value: Iterable[Any], d: str = "", attribute: str | int | None = None
    ) -> Any:
        items = list(islice(value, LARGEST // STEP + 1))
        if len(items) * len(str(d)) > LARGEST:
            raise SecurityError("the template builds a value that is too large for a letter")
        if attribute is not None:
            items = list(map(make_attrgetter(context.environment, attribute), items))
        _refuse_unfit(items)
        return join(context, items, d)

    return joining


def _replace(text: Any, old: str, new: str) -> Any:
    """Replace as Jinja2's filter does, but without a count, and with no result too large."""
    if text.count(old) * len(new) > LARGEST:
        raise SecurityError("the template builds a value that is too large for a letter")
    return text.replace(old, new)


class _Guarding(NodeTransformer):
    """A transformer that adds the counting to a template, at its loops and built values."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 (Jinja2's own)
        self.generic_visit(node)
        weight = sum(len(data.data) for data in node.find_all(nodes.TemplateData))
        node.iter = _filter(node.iter, _ROUNDS, nodes.Const(weight))
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _filter(nodes.List(node.nodes), _JOINED)

    def visit_AssignBlock(self, node: nodes.AssignBlock) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.filter = _filter(node.filter, _BUILT)
        return node

    def _visit_literal(self, node: nodes.Expr) -> nodes.Node:
        self.generic_visit(node)
        return _filter(node, _BUILT)

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        return self._visit_literal(node)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802
        return self._visit_literal(node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        # A tuple on the left of '=' or in 'for a, b' is not a value.
        return self._visit_literal(node) if node.ctx == "load" else node


def _filter(node: Any, name: str, *arguments: nodes.Expr) -> nodes.Filter:
    wrapped = nodes.Filter(node, name, list(arguments), [], None, None)
    if node is not None:
        wrapped.set_lineno(node.lineno)
    return wrapped

"""Styles: what a property is where no rule speaks of it, and who has the same style.

Upstream: WeasyPrint shares the styles of elements that the same rules match (StyleFor); it could
share those of pseudo-elements in the same way, and take the inherited or initial value of a
property that no rule names without the rest of the cascade. tinyhtml5 could look up its compiled
expressions under the key that it keeps them by (characters_until_regex): today it finds none.
"""

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum, auto
from math import inf
from typing import Any, NamedTuple

from cssselect2 import ElementWrapper
from tinyhtml5 import inputstream
from weasyprint import css
from weasyprint.css import AnonymousStyle, ComputedStyle, StyleFor
from weasyprint.css.computed_values import COMPUTER_FUNCTIONS, PHYSICAL_FUNCTIONS
from weasyprint.css.functions import check_math
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES, Dimension
from weasyprint.urls import fetch

from hmic_letters.pdf.faster import known_styles as known
from hmic_letters.pdf.faster.memory import Memory, memory


def take() -> None:
    """Put the functions of this module in place of WeasyPrint's own."""
    ComputedStyle.__missing__ = _computed
    AnonymousStyle.__missing__ = _anonymous
    for kind in (ComputedStyle, AnonymousStyle):
        kind.copy = _copied(kind.copy)
    StyleFor.set_computed_styles = _set_computed_styles
    StyleFor.__init__ = _init
    StyleFor.__call__ = _style_for
    css.CSS = _style_sheet
    ElementWrapper.query_all = _query_all
    inputstream.characters_until_regex = _Ends()


class _How(Enum):
    INHERITED = auto()
    INITIAL = auto()
    COMPUTED = auto()
    OTHERWISE = auto()


def _how(name: str) -> _How:
    """How a property that no rule speaks of has its value, where nothing is odd about it."""
    if name in {"float", "display", "position", "page"} or name.startswith("text_decoration_"):
        return _How.OTHERWISE
    if name in INHERITED:
        return _How.INHERITED
    if name not in INITIAL_NOT_COMPUTED:
        return _How.INITIAL
    return _How.COMPUTED if name in COMPUTER_FUNCTIONS else _How.OTHERWISE


HOW = {name: _how(name) for name in INITIAL_VALUES}
# A rule may speak of a property under the name that goes by the direction of the text.
LOGICAL = {
    name: {direction: function(block="ttb", inline=direction) for direction in ("ltr", "rtl")}
    for name, function in PHYSICAL_FUNCTIONS.items()
}
NO_FUNCTIONS = frozenset({str, int, float, type(None), Dimension})
own_computed, own_anonymous = ComputedStyle.__missing__, AnonymousStyle.__missing__


def _computed(self: Any, key: str) -> Any:
    known.computing += 1
    try:
        return _value(self, key)
    finally:
        known.computing -= 1


def _value(self: Any, key: str) -> Any:
    how, spoken_of = HOW.get(key, _How.OTHERWISE), self.cascaded
    if how is _How.OTHERWISE or key in spoken_of:
        return own_computed(self, key)
    if (logical := LOGICAL.get(key)) and logical[self["direction"]] in spoken_of:
        return own_computed(self, key)
    if how is _How.INITIAL:
        value = INITIAL_VALUES[key]
    elif how is _How.COMPUTED:
        value = COMPUTER_FUNCTIONS[key](self, key, INITIAL_VALUES[key])
    else:
        if self.parent_style is None:
            return own_computed(self, key)
        value = self.parent_style[key]
        if type(value) not in NO_FUNCTIONS and check_math(value):
            return own_computed(self, key)
    self[key] = value
    return value


def _anonymous(self: Any, key: str) -> Any:
    how = HOW.get(key, _How.OTHERWISE)
    known.computing += 1
    try:
        if how is _How.INHERITED:
            value = self[key] = self.parent_style[key]
        elif how is _How.INITIAL:
            value = self[key] = INITIAL_VALUES[key]
        else:
            value = own_anonymous(self, key)
    finally:
        known.computing -= 1
    return value


def _copied(own_copy: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Copy a style, and remember nothing of the copy: it is going to be changed."""

    def copied(self: Any) -> Any:
        made = own_copy(self)
        made.lengths = made.nothing_behind = None
        made.has_rules = made.has_outline = True
        return made

    return copied


own_set_computed_styles = StyleFor.set_computed_styles


def _set_computed_styles(  # noqa: PLR0913, PLR0917
    self: Any,
    element: Any,
    parent: Any,
    root: Any = None,
    pseudo_type: str | None = None,
    base_url: str | None = None,
    target_collector: Any = None,
) -> None:
    cascaded = self._cascaded_styles.get((element, pseudo_type), {})
    style = _style(self, element, parent, root, pseudo_type, base_url, cascaded)
    if target_collector and style["anchor"]:
        target_collector.collect_anchor(style["anchor"])


# WeasyPrint's own rules give every element a style for each of these, and a letter has none.
SELDOM = frozenset(
    {"footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"}
)
own_init, own_style_for = StyleFor.__init__, StyleFor.__call__


def _init(self: Any, html: Any, sheets: Any, *others: Any) -> None:
    if any(SELDOM & _pseudo_types(sheet) for sheet, origin, _ in sheets if origin != "user agent"):
        own_init(self, html, sheets, *others)
        return
    rules: dict[str, dict[str, Any]] = {}
    lean = []
    for sheet, origin, specificity in sheets:
        made = sheet
        if origin == "user agent":
            made, seldom = _leaned(sheet)
            for pseudo_type, cascaded in seldom.items():
                rules.setdefault(pseudo_type, {}).update(cascaded)
        lean.append((made, origin, specificity))
    self._seldom = rules, html
    own_init(self, html, lean, *others)


def _pseudo_types(sheet: Any) -> set[str | None]:
    """Return the pseudo-elements that a style sheet has rules for; None stands for elements."""
    matcher = sheet.matcher
    held: set[str | None] | None = matcher.__dict__.get("pseudo_types")
    if held is None:
        held = {pseudo_type for _, _, _, pseudo_type, _ in _selectors(matcher)}
        matcher.pseudo_types = held
    return held


def _leaned(sheet: Any) -> tuple[Any, dict[str, dict[str, Any]]]:
    """Return one of WeasyPrint's style sheets without rare rules, and the rules for all.

    The rules for all elements are given as they cascade.
    """
    held: tuple[Any, dict[str, dict[str, Any]]] | None = sheet.__dict__.get("leaned")
    if held is None:
        lean, matcher = copy.copy(sheet), copy.copy(sheet.matcher)
        of_all = [selector for selector in matcher.other_selectors if _is_seldom_of_all(selector)]
        matcher.other_selectors = [it for it in matcher.other_selectors if it not in of_all]
        lean.matcher = matcher
        rules: dict[str, dict[str, Any]] = {}
        if not SELDOM & _pseudo_types(lean):
            for _, specificity, _, pseudo_type, (declarations, _) in of_all:
                cascaded = rules.setdefault(pseudo_type, {})
                for name, value, importance in declarations:
                    precedence = css.declaration_precedence("user agent", importance)
                    cascaded[name] = value, (precedence, inf, specificity)
            held = lean, rules
        else:
            held = sheet, {}
        sheet.leaned = held
    return held


def _is_seldom_of_all(selector: Any) -> bool:
    test, _, _, pseudo_type, (declarations, layer) = selector
    if pseudo_type not in SELDOM or layer is not None:
        return False
    if any(importance or name == "anchor" for name, _, importance in declarations):
        return False
    try:
        return bool(test(None))
    except AttributeError:  # it looks at the element
        return False


def _style_for(self: Any, element: Any, pseudo_type: str | None = None) -> Any:
    styles = self._computed_styles
    if pseudo_type in SELDOM and (element, pseudo_type) not in styles and (element, None) in styles:
        rules, html = self.__dict__.get("_seldom", ({}, None))
        if pseudo_type in rules:
            cascaded = dict(rules[pseudo_type])
            root, base_url = html.etree_element, html.base_url
            _style(self, element, element, root, pseudo_type, base_url, cascaded)
    return own_style_for(self, element, pseudo_type)


def _style(  # noqa: PLR0913, PLR0917
    self: Any,
    element: Any,
    parent: Any,
    root: Any,
    pseudo_type: str | None,
    base_url: str | None,
    cascaded: Mapping[str, Any],
) -> Any:
    """Give an element its style."""
    styles = self._computed_styles
    key = None
    # WeasyPrint shares those of elements itself. Those of pages and of notes are changed later.
    if not (pseudo_type is None or pseudo_type.startswith("@") or pseudo_type in SELDOM):
        # Styles live as long as the letter: no other takes their place in memory.
        key = id(styles[parent, None]), pseudo_type
        shared = self.__dict__.setdefault("_shared", {})
        style = shared.get(key)
        if style is not None and style.cascaded == cascaded:
            styles[element, pseudo_type] = style
            return style
    if parent is None:
        own_set_computed_styles(self, element, parent, root, pseudo_type, base_url)
        style = styles[element, pseudo_type]
    else:
        style = styles[element, pseudo_type] = ComputedStyle(
            styles[parent, None],
            cascaded,
            pseudo_type,
            styles[root, None],
            base_url,
            self.font_config,
            self.initial_page_sizes,
        )
    if key is not None:
        shared[key] = style
    remembered = memory(self.font_config)
    if (rules := _rules(remembered, self._sheets, cascaded)) is not None:
        of_style = pseudo_type, base_url, rules
        if held := known.known(remembered, style.parent_style, of_style):
            held.fill(style)
    return style


def _rules(remembered: Memory, sheets: Any, cascaded: Mapping[str, Any]) -> Any:
    """Return what rules that stay from letter to letter say of a style; None if others say more.

    Only the language of an element may come from the element itself.
    """
    for sheet, origin, _ in sheets:
        if origin == "user agent" and sheet not in remembered.rules_of:
            _remember_rules(remembered, sheet)
    found: list[Any] = []
    for name, (value, (*weight, specificity)) in cascaded.items():
        if id(value) in remembered.rules:
            found.append((name, id(value), *weight, *specificity))
        elif name == "lang":
            found.append((name, repr(value), *weight, *specificity))
        else:
            return None
    return tuple(found)


def _remember_rules(remembered: Memory, sheet: Any) -> None:
    """Remembers the values of a style sheet that stays."""
    remembered.rules_of.add(sheet)
    of_elements = [selector[-1][0] for selector in _selectors(sheet.matcher)]
    of_pages = [declarations for *_, declarations in sheet.page_rules]
    for declarations in (*of_elements, *of_pages):
        remembered.rules.update({id(value): value for _, value, _ in declarations})


def _selectors(matcher: Any) -> Iterator[Any]:
    """All selectors of a style sheet's rules for elements."""
    for kind in (
        *matcher.id_selectors.values(),
        *matcher.class_selectors.values(),
        *matcher.lower_local_name_selectors.values(),
        *matcher.namespace_selectors.values(),
        matcher.lang_attr_selectors,
        matcher.other_selectors,
    ):
        yield from kind


def names(*names: str) -> frozenset[str]:
    """Properties, also under the names that go by the direction of the text."""
    return frozenset(names).union(*(LOGICAL[name].values() for name in names if name in LOGICAL))


# A style sheet with one of these does more than give rules, or depends on the size of the pages, or
# names values that WeasyPrint warns of only once, or can hide one of these.
WITH_EFFECTS = re.compile(
    rb"@import|@font-face|@layer|@color-profile|@counter-style"
    rb"|\dp?[dsl]?v(w|h|i|b|min|max)|var\(|\\|\0",
    re.IGNORECASE,
)
own_style_sheet = css.CSS
own_query_all = ElementWrapper.query_all


class _Found(NamedTuple):
    """An element that was looked for, in the place of what cssselect2 has around it."""

    etree_element: Any


def _query_all(self: Any, *selectors: Any) -> Any:
    if selectors != ("style", "link"):
        return own_query_all(self, *selectors)
    return [
        _Found(element)
        for element in self.etree_element.iter()
        if isinstance(element.tag, str) and element.tag.rpartition("}")[2] in selectors
    ]


def _style_sheet(**asked: Any) -> Any:
    url, fonts, page_rules = asked.get("url"), asked["font_config"], asked["page_rules"]
    # One that another imports becomes a part of that.
    is_part = asked.get("matcher") is not None or asked.get("layer") is not None
    if url is None or fonts is None or page_rules is None or is_part:
        return own_style_sheet(**asked)
    # A fault in fetching is raised as WeasyPrint raises it.
    with fetch(asked["url_fetcher"], url) as response:
        if response.content_type != "text/css":
            return own_style_sheet(**asked)
        served = response.url, response.charset, response.read()
    remembered, key = memory(fonts), (url, asked["media_type"])
    if key in remembered.style_sheets:
        of_held, held = remembered.style_sheets[key]
        if served != of_held:
            return own_style_sheet(**asked)
        made = copy.copy(held)
        made.page_rules, made.layers = page_rules, asked["layers"]
        made.page_rules += held.page_rules
        return made
    if WITH_EFFECTS.search(served[-1]):
        return own_style_sheet(**asked)
    before, said = len(page_rules), known.heard.times
    made = own_style_sheet(**asked)
    if said == known.heard.times:
        held = copy.copy(made)
        held.page_rules = made.page_rules[before:]
        remembered.style_sheets[key] = served, held
        _remember_rules(remembered, held)
    return made


# Reading HTML: what ends a piece of text is made into a regular expression once.


class _Ends(dict[Any, Any]):
    """tinyhtml5 remembers them, too, but under what they are made into, where none is found."""

    def __missing__(self, key: tuple[frozenset[str], bool]) -> re.Pattern[str]:
        characters, opposite = key
        members = "".join(f"\\x{ord(character):02x}" for character in characters)
        made = self[key] = re.compile(f"[{members}]+" if opposite else f"[^{members}]+")
        return made

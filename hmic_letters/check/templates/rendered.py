"""Templates as they are rendered: every letter of the register, and all that goes with it."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from hmic_letters.check.rules.characters import SELDOM
from hmic_letters.check.rules.register import missing_template, unknown_second_inspector
from hmic_letters.check.templates.rules import are_sound, faults_of_style, place_of_block
from hmic_letters.data.emphasis import unmarked
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.calendar import in_words
from hmic_letters.data.model.inspection import Embargo
from hmic_letters.data.passages import Kind, Passage
from hmic_letters.data.source import Document, Keys
from hmic_letters.letter.changes import Change, Piece, Redline
from hmic_letters.letter.changes import Passage as Changed
from hmic_letters.letter.letter import (
    INDEX,
    MARK,
    MESSAGE,
    REDLINE,
    REPLY,
    Answered,
    DraftProof,
    Letter,
    Listed,
    Medium,
    Worded,
    compose,
)
from hmic_letters.letter.page import Page, Rendered, faults_of_public, faults_of_twin, unsaid
from hmic_letters.letter.render import Renderer
from hmic_letters.problem import Fault, Place, Refused, is_visible
from hmic_letters.workspace.paths import Edition
from hmic_letters.workspace.templates import Templates

# Values for what goes with a letter. They are of no force, and no rule objects to them.
TEXT, HOLDER = "Specimen", "Specimen holder, Specimen force"
SERIAL = "7QK2-M4XD"
# The keys of an inspection, and of a theme, that it may lack if the template does not print them.
OF_INSPECTION, OF_THEME = ("former_title", "short_title", "fieldwork"), ("heading", "question")
ADD_OR_ASK = "Add it, or let the template ask first: {% if ... %}."
NUMBER = re.compile(r"^\d+\. ?")  # of a paragraph; one that is typed is found in its file
SHORT = 3  # characters; a shorter value is not looked for in the words of a letter
SIZES = (60, 30, 15, 8)  # characters of a passage that are looked for in the templates
# The elements of HTML, and of SVG in small letters.
ELEMENT = re.compile(
    "a|abbr|address|area|article|aside|audio|b|base|bdi|bdo|blockquote|body|br|button|canvas"
    "|caption|cite|code|col|colgroup|data|datalist|dd|del|details|dfn|dialog|div|dl|dt|em"
    "|embed|fieldset|figcaption|figure|footer|form|h1|h2|h3|h4|h5|h6|head|header|hgroup|hr"
    "|html|i|iframe|img|input|ins|kbd|label|legend|li|link|main|map|mark|menu|meta|meter|nav"
    "|noscript|object|ol|optgroup|option|output|p|picture|pre|progress|q|rp|rt|ruby|s|samp"
    "|script|search|section|select|slot|small|source|span|strong|style|sub|summary|sup|table"
    "|tbody|td|template|textarea|tfoot|th|thead|time|title|tr|track|u|ul|var|video|wbr"
    "|svg|g|path|circle|ellipse|line|polygon|polyline|rect|text|tspan|defs|desc|use|symbol"
    "|clippath|image|lineargradient|marker|mask|pattern|radialgradient|stop"
)


@dataclass(frozen=True, eq=False)
class Said(Passage):
    """A run of words that a template says once it is rendered."""

    def place(self, offset: int = 0) -> Place:
        """Return the place in the templates that alone says the words at ``offset``, or near it."""
        assert isinstance(self.source, Templates)
        near = [match.start() for match in re.finditer(r"\b\w", self.text)]
        for start, size in [(offset, size) for size in SIZES] + [(at, SIZES[1]) for at in near]:
            places = list(self._places(self.text[start : start + size]))
            if len(places) == 1:
                return places[0]
        return self.source.place(str(self.keys[0]))

    def _places(self, words: str) -> Iterator[Place]:
        assert isinstance(self.source, Templates)
        pattern = re.compile(r"\s+".join(map(re.escape, words.split())) or r"\Z.")
        for name in self.source.files:
            if name.endswith((".html", ".txt")):
                text = self.source.text(name)
                for match in pattern.finditer(text):
                    line = text.count("\n", 0, match.start()) + 1
                    column = match.start() - text.rfind("\n", 0, match.start())
                    yield self.source.place(name, line, column)


@dataclass(eq=False)
class Renderings:
    """The letters of a workspace as HTML, each rendered once."""

    workspace: Workspace
    papers: dict[str, str | Refused] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)

    @cached_property
    def renderer(self) -> Renderer:
        """The renderer, which compiles each template once."""
        return Renderer(self.workspace.templates)

    @cached_property
    def is_possible(self) -> bool:
        """Whether the templates can be rendered, as far as reading them shows."""
        unknown = (missing_template, unknown_second_inspector)
        return are_sound(self.workspace) and not any(any(one(self.workspace)) for one in unknown)

    def is_sound(self, slug: str) -> bool:
        """Tell whether the data of a force are enough for a letter."""
        force, inspection = self.workspace.forces[slug], self.workspace.inspection.value
        themes, second = inspection.themes, inspection.second_inspector
        signs = {force.value.inspector, force.value.second_inspector or second} - {None}
        return (
            not force.problems
            and slug not in inspection.not_inspected
            and signs <= self.workspace.inspectors.value.inspectors.keys()
            and {theme.id for theme in themes} <= force.value.findings.keys()
        )

    def prints_most(self, template: str) -> bool:
        """Tell whether most letters can be printed, and with this template some."""
        sound = [slug for slug in self.workspace.forces if self.is_sound(slug)]
        printed = []
        for slug in sound:
            with suppress(Refused):
                self.paper(slug)
                printed.append(slug)
        same = any(self.template(slug) == template for slug in printed)
        return same and 2 * len(printed) > len(sound)

    def compose(self, slug: str, edition: Edition) -> Letter:
        """Compose the letter of a force in an edition."""
        return compose(self.workspace, slug, edition)

    def paper(self, slug: str) -> str:
        """Render the letter of a force that has passed the checks, for paper. Raises Refused."""
        if slug not in self.papers:
            try:
                self.papers[slug] = self.renderer.render(self.compose(slug, Edition.EMBARGOED))
            except Refused as error:
                self.papers[slug] = error
        paper = self.papers[slug]
        if isinstance(paper, Refused):
            raise paper
        return paper

    def page(self, slug: str) -> Page:
        """Read a force's letter. Raises Refused."""
        if slug not in self.pages:
            self.pages[slug] = Page(self.paper(slug))
        return self.pages[slug]

    def template(self, slug: str) -> str:
        """Return the template of a force's letter."""
        return self.workspace.template(slug)

    def both(self, slug: str) -> Rendered:
        """Render a force's letter for paper and for screens. Raises Refused."""
        return self.renderer.render_both(self.compose(slug, Edition.EMBARGOED), self.paper(slug))


@lru_cache(maxsize=2)
def renderings(workspace: Workspace) -> Renderings:
    """Return the letters of a workspace, which are rendered as they are asked for."""
    return Renderings(workspace)


def failing_template(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """The template of a letter can print every value of its data.

    If it prints other letters, the place is the force's file: there is a value of another kind.
    """
    known = renderings(workspace)
    try:
        known.paper(slug)
    except Refused as error:
        template = known.template(slug)
        for problem in error.problems:
            place, message, remedy = problem.place, problem.message, problem.remedy
            if absent := _absent(workspace, place.excerpt):
                where = f"{place.path.name}, line {place.line}, prints it"
                yield Fault(absent[0], f"'{absent[1]}' is missing, and {where}", ADD_OR_ASK)
                continue
            if known.prints_most(template):
                where = f"{place.path.name}, line {place.line}"
                message = f"{message} ({where}, which prints most other letters)"
                place = _of_particulars(workspace.forces[slug].document, place.excerpt)
                remedy = "Write it as the other forces' files do."
            yield Fault(place, message, remedy)


def _absent(workspace: Workspace, line: str) -> tuple[Place, str] | None:
    """Return the place where the inspection lacks a value that a line of a template prints."""
    document = workspace.inspection.document
    themes = enumerate(workspace.inspection.value.themes)
    places: list[Keys] = [()] + [("themes", number) for number, _ in themes]
    for keys in places:
        for key in OF_THEME if keys else OF_INSPECTION:
            what = "theme" if keys else "inspection"
            if re.search(rf"\b{what}\.{key}\b", line) and not document.has(*keys, key):
                return document.place(*keys), key
    return None


def _of_particulars(document: Document, line: str) -> Place:
    """Return the place of the particulars that a line of a template names, or the whole file."""
    for keys in document.all_keys():
        if "particulars" in keys[:-1] and re.search(rf"\b{re.escape(str(keys[-1]))}\b", line):
            return document.key_place(*keys)
    return Place(document.path)


def unsaid_embargo(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """A letter tells its embargo: in the stamp, the notice, the title and the properties.

    The stamp and the notice have the day and the time.
    """
    known = renderings(workspace)
    yield from _unsaid(workspace, workspace.embargo(slug), known.template(slug), known.page(slug))


def _unsaid(
    workspace: Workspace,
    embargo: Embargo | None,
    template: str,
    page: Page,
    stamped: bool = True,
) -> Iterator[Fault]:
    properties = page.properties
    texts = {"notice": page.notices}
    if stamped:
        texts["stamp"] = properties.get("data-stamp", "")
        texts["title"], texts["description"] = page.title, properties.get("description", "")
    for name, text in texts.items():
        if lacking := unsaid(embargo, text, properties.get("lang", "")):
            missing = " and ".join(f"'{one}'" for one in lacking)
            yield Fault(
                place_of_block(workspace, template, "notice" if name == "notice" else "stamp"),
                f"the {name}{'' if stamped else ' of the proof'} does not say {missing}",
                "Let it say when the embargo lifts: {{ embargo.time }} on {{ embargo.day }}.",
            )
    if embargo and properties.get("embargo") != embargo.iso:
        yield Fault(
            workspace.templates.place(template),
            f"the property 'embargo' does not say '{embargo.iso}'",
            'Put <meta name="embargo" content="{{ embargo.iso }}"> into the head.',
        )
    if not embargo and stamped and (texts["stamp"] or properties.get("embargo")):
        yield Fault(
            place_of_block(workspace, template, "stamp"),
            "the letter has a stamp, and no embargo",
            "Let it have stamp and property 'embargo' only {% if embargo %}.",
        )


def unlike_public(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """The public edition of a letter has the same words, without the notice of the embargo.

    Otherwise the letter could be dispatched and never be published.
    """
    known = renderings(workspace)
    try:
        public = known.renderer.render(known.compose(slug, Edition.PUBLIC))
    except Refused as error:
        yield from _as_faults(error)
        return
    sent = known.paper(slug)
    # Why: pages differ in a few lines, and reading a whole page takes long.
    if not list(faults_of_public(*map(Page, _changed(sent, public)))):
        return
    yield from _unlike_public(workspace, known.template(slug), known.page(slug), Page(public))


def _unlike_public(
    workspace: Workspace, template: str, sent: Page, public: Page
) -> Iterator[Fault]:
    for message in faults_of_public(sent, public):
        block = next((one for one in ("notice", "stamp") if f"the {one} '" in message), "")
        remedy = "Let the public edition leave out the notice, and nothing else."
        yield Fault(place_of_block(workspace, template, block), message, remedy)


def _changed(one: str, other: str) -> tuple[str, str]:
    """Return two texts without the lines at the start and at the end that they share."""
    left, right = one.splitlines(), other.splitlines()
    for _ in range(2):
        left.reverse()
        right.reverse()
        while left and right and left[-1] == right[-1]:
            left.pop()
            right.pop()
    return "\n".join(left), "\n".join(right)


def unknown_element(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """A '<' that no element of HTML follows is written &lt;.

    Otherwise the words up to the next '>' are printed nowhere.
    """
    known = renderings(workspace)
    yield from _unknown_elements(workspace, known.template(slug), known.page(slug))


def misspelt_style(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """A style inside a template can be read to its end, and misspells no property."""
    known = renderings(workspace)
    yield from _faults_of_styles(workspace, known.template(slug), known.page(slug))


def _faults_of_styles(workspace: Workspace, template: str, page: Page) -> Iterator[Fault]:
    for style in page.styles:
        for line, column, message, remedy in faults_of_style(style):
            words = style.splitlines()[line - 1][column - 1 :].strip()
            passage = Said(words, Kind.PROSE, workspace.templates, (template,))
            yield Fault(passage.place(), message, remedy)


def unseen_character(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """No letter has an invisible character, such as a soft hyphen, that its template puts there."""
    known = renderings(workspace)
    yield from _unseen(workspace, known.template(slug), known.page(slug))


def _unseen(workspace: Workspace, template: str, page: Page) -> Iterator[Fault]:
    files = workspace.templates
    for match in SELDOM.finditer("".join(page.words.split())):
        # Characters that a file has themselves are told at their place in it.
        in_file = any(match[0] in files.text(name) for name in files.files)
        if not (is_visible(match[0]) or in_file):
            around = match.string[max(0, match.start() - 10) : match.end() + 10]
            yield Fault(
                workspace.templates.place(template),
                f"there is an invisible character, U+{ord(match[0]):04X}, in '{around}'",
                "Delete it: a PDF reader sees other words with it.",
            )


def _unknown_elements(workspace: Workspace, template: str, page: Page) -> Iterator[Fault]:
    for name in sorted(name for name in page.elements if not ELEMENT.fullmatch(name)):
        passage = Said(f"<{name}", Kind.PROSE, workspace.templates, (template,))
        yield Fault(
            passage.place(),
            f"HTML has no element '{name}': a reader does not see what is between '<' and '>'",
            "Write &lt; for a '<' in a text.",
        )


def said(slug: str, workspace: Workspace) -> Iterator[Passage]:
    """Yield the words of a letter that do not come from its data. Raises Refused."""
    known = renderings(workspace)
    template = known.template(slug)
    yield from _passages(workspace, template, known.page(slug).runs, slug)


def _passages(
    workspace: Workspace, template: str, runs: Iterable[str], slug: str
) -> Iterator[Passage]:
    """Yield the runs of words as passages, with a space in the place of each text of the data.

    The number of a paragraph is no word.
    """
    own, shared = _own_data(workspace, slug), _shared_data(workspace)
    for run in dict.fromkeys(runs):
        if run not in own and run not in shared:
            text = NUMBER.sub("", _without_shared(workspace, _without(run, own)))
            if text.strip():
                yield Said(text, Kind.PROSE, workspace.templates, (template,))


def _without(text: str, values: Iterable[str]) -> str:
    for value in values:
        if value in text:
            text = text.replace(value, " ")
    return text


@lru_cache(maxsize=4096)
def _without_shared(workspace: Workspace, text: str) -> str:
    return _without(text, _shared_data(workspace))


def _longest_first(values: Iterable[str]) -> dict[str, None]:
    texts = {" ".join(value.split()) for value in values}
    return dict.fromkeys(sorted((one for one in texts if len(one) >= SHORT), key=len, reverse=True))


@lru_cache(maxsize=64)
def _own_data(workspace: Workspace, slug: str) -> dict[str, None]:
    """Return the texts of a force's file; the checks of the data read these."""
    force = workspace.forces[slug]
    texts = (unmarked(text) for _, text in force.document.texts())
    embargo, day = force.value.embargo, force.value.letter_date
    computed = [
        *((embargo.day, embargo.time) if embargo else ()),
        *([in_words(day)] if day else ()),
    ]
    return _longest_first((*texts, *computed, force.value.addressee.in_full))


@lru_cache(maxsize=2)
def _shared_data(workspace: Workspace) -> dict[str, None]:
    """Return the texts that all letters share, and those computed from them."""
    documents = (workspace.inspection.document, workspace.inspectors.document)
    inspection = workspace.inspection.value
    texts = (text for one in documents for _, text in one.texts())
    embargo = inspection.shared_embargo
    moment = (embargo.day, embargo.time) if embargo else ()
    date = in_words(inspection.letter_date)
    return _longest_first((*texts, *moment, date, TEXT, HOLDER, SERIAL))


@dataclass(frozen=True)
class Beside:
    """Something that is made with a letter or beside it, in runs of words, with its faults."""

    template: str
    letter: Letter
    page: Page | None = None
    runs: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


def template_beside_the_letter(workspace: Workspace) -> Iterator[Fault]:
    """The proof, the reply, the redline, the copy mark, the e-mail and the index can be made.

    The proof, the reply and the redline tell the embargo, as the letter does. The copy mark has the
    holder and the serial, without which nobody could trace a copy. The e-mail has the embargo, and
    the index leads to each letter.
    """
    for one in _beside(workspace):
        yield from one.faults


def said_beside(workspace: Workspace) -> Iterator[Passage]:
    """Yield the words of all that is made beside the letters, without those of the data."""
    for one in _beside(workspace):
        yield from _passages(workspace, one.template, one.runs, one.letter.slug)


@lru_cache(maxsize=2)
def _beside(workspace: Workspace) -> tuple[Beside, ...]:
    """Make all that goes with the letters, of a force for each template, with specimen values."""
    known = renderings(workspace)
    if not known.is_possible:
        return ()
    firsts: dict[str, Letter] = {}
    for slug in filter(known.is_sound, workspace.forces):
        letter = known.compose(slug, Edition.EMBARGOED)
        if letter.template not in firsts:
            with suppress(Refused):  # the check of its force tells it
                known.paper(slug)
                firsts[letter.template] = letter
    proof = {"edition": Edition.ACCURACY_CHECK, "proof": DraftProof(1, TEXT, TEXT)}
    public = {"edition": Edition.PUBLIC}
    made: list[Beside] = []
    for letter in firsts.values():
        editions = (letter, replace(letter, **public), replace(letter, **proof))  # type: ignore[arg-type]
        both = [_of_letter(workspace, one) for one in editions]
        if both[0].page and both[1].page:
            faults = _unlike_public(workspace, letter.template, both[0].page, both[1].page)
            both.append(Beside(letter.template, letter, None, (), tuple(faults)))
        made += both
    for letter in [*firsts.values()][:1]:
        made += [_of_letter(workspace, one) for one in _with_answers(letter)]
        made += _of_dispatch(workspace, letter)
    return tuple(made)


def _with_answers(letter: Letter) -> Iterator[Letter]:
    """Compose the reply and the redline that go with a letter, one full and one empty."""
    worded = Worded(TEXT, (TEXT,))
    full = Answered("1", TEXT, "B", worded, TEXT, worded, TEXT, TEXT, worded, TEXT)
    bare = Answered("2", TEXT, "A", None, TEXT, None, None, TEXT, None, None)
    pieces = tuple(Piece(change, TEXT) for change in Change)
    changed = tuple(Changed("p", "", change, pieces) for change in Change)
    yield replace(letter, template=REPLY, answers=(full, bare))
    yield replace(letter, template=REPLY)
    yield replace(letter, template=REDLINE, redline=Redline(TEXT, TEXT, changed, changed))
    yield replace(letter, template=REDLINE, redline=Redline(TEXT, TEXT, (), ()))


def _of_letter(workspace: Workspace, letter: Letter) -> Beside:
    template = letter.template
    if template not in workspace.templates.files:
        return Beside(template, letter)
    try:
        both = renderings(workspace).renderer.render_both(letter)
    except Refused as error:
        return Beside(template, letter, None, (), _as_faults(error))
    page = Page(both.screen)
    faults = []
    for message in faults_of_twin(both.screen, both.paper):
        # An address is in the template as the message has it; words may be of the data.
        address = re.search(r"(?:leads to|fetches) '(.+?)'", message)
        passage = Said(address[1] if address else "", Kind.PROSE, workspace.templates, (template,))
        faults.append(Fault(passage.place(), message, "Correct the template."))
    is_letter = template not in {REPLY, REDLINE} and letter.edition is Edition.EMBARGOED
    if not is_letter:  # a letter has these checks for each force
        if letter.edition is not Edition.PUBLIC:
            faults += _unsaid(
                workspace, letter.embargo, template, page, stamped=letter.proof is None
            )
        faults += _unknown_elements(workspace, template, page)
        faults += _unseen(workspace, template, page)
    return Beside(template, letter, page, tuple(page.runs), tuple(faults))


def _of_dispatch(workspace: Workspace, letter: Letter) -> Iterator[Beside]:
    """Make the copy mark, the e-mail and the index."""
    embargo = letter.embargo
    of_copy = {"holder": HOLDER, "serial": SERIAL}
    listed = (Listed("a", TEXT, True), Listed("b", TEXT, False))
    moment = (embargo.day, embargo.time) if embargo else ()
    lifts = {"the moment when the embargo lifts": moment}
    for template, values, asked in (
        (
            MARK,
            {**of_copy, "embargo": embargo},
            {**lifts, "the holder": (HOLDER,), "the serial": (SERIAL,)},
        ),
        (
            MESSAGE,
            {**of_copy, "letter": letter, "medium": Medium.SCREEN, "attached": (TEXT, TEXT)},
            lifts,
        ),
        (
            INDEX,
            {
                "inspection": letter.inspection,
                "embargo": embargo,
                "letters": listed,
                "medium": Medium.SCREEN,
            },
            {"a link to each letter": ('href="a.',)},
        ),
    ):
        if template not in workspace.templates.files:
            continue
        try:
            text = renderings(workspace).renderer.fill(template, values)
        except Refused as error:
            yield Beside(template, letter, None, (), _as_faults(error))
            continue
        place = workspace.templates.place(template)
        faults = [
            Fault(place, f"it does not have {meaning}", "Let the template print it.")
            for meaning, words in asked.items()
            if not all(one in text for one in words)
        ]
        runs = [" ".join(run.split()) for run in text.split("\n\n")]
        if template != MESSAGE:
            page = Page(text)
            runs = page.runs
            faults += _unknown_elements(workspace, template, page)
        if template == MARK:
            faults += _faults_of_styles(workspace, template, page)
        yield Beside(template, letter, None, tuple(runs), tuple(faults))


def _as_faults(error: Refused) -> tuple[Fault, ...]:
    return tuple(Fault(one.place, one.message, one.remedy) for one in error.problems)

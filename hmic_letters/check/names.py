"""The names, officers, own terms and addresses of forces, and their places in a text."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from hmic_letters.data.load import Workspace
from hmic_letters.data.model.force import Addressee, Force
from hmic_letters.data.passages import Passage, has_any
from hmic_letters.data.source import Keys

WORD = re.compile("[A-Za-z]+")
TITLES = (
    *("Mr", "Mr.", "Mrs", "Miss", "Ms", "Dr", "Sir", "Dame", "Chief Constable", "CC"),
    "Commissioner",
)
SHORT = 5  # letters; a shorter alias in capitals may be an acronym
# 'Durham University', 'University of Durham' and 'Ms Durham' are no police force.
ELSEWHERE = re.compile(
    r"(?:[’']s?)? (?:University|College|School|Street|Road|Lane|Avenue|Square|House|Gardens"
    r"|Terrace|Crescent|Quays|Docks|Airport|Cathedral|Castle|Hospital|Ambulance|Fire|NHS"
    r"|Corporation)\b"
)
ELSEWHERE_BEFORE = re.compile(
    r"\b(?:(?:University|College|Bishop|Duke|Duchess|Earl) of|Mr|Mrs|Ms|Miss|Dr|Professor) $"
)
MET_OFFICE = "Met Office"
# Another person with the same name: 'Councillor David Shaw'.
ANOTHER_OFFICE = re.compile(r"(?:Councillor|Cllr|Inspector|Superintendent|Sergeant|PC|Professor) $")
BETWEEN_WORDS = r"[\s-]"
# Why not in the patterns: these characters make patterns slow to compile.
PLAIN = str.maketrans("\u00a0‐‑–", " ---")
# Why a string: few files have addresses, and compiling takes long.
ADDRESS = (
    r"(?i)(?:https?://|www\.)[^\s<>()]+|(?<![\w.+%'’-])[\w.+%'’-]{1,64}@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.-])(?:[a-z0-9-]{1,63}\.){1,9}(?:uk|com|org|net|info|eu|cymru|wales)\b(?:/[^\s<>()]*)?"
)
ADDRESS_HINTS = (
    *("@", "://", "www.", "WWW.", ".uk", ".UK", ".com", ".org", ".net", ".info", ".eu", ".cymru"),
    ".wales",
)
POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
# 'durham.ac.uk' is no police force.
ELSEWHERE_HOSTS = (".ac.uk", ".nhs.uk", ".sch.uk")
GENERAL = r"the|police|heddlu|constabulary|service|force|pcc|opcc"


@dataclass(frozen=True)
class Mark:
    """Words that identify a force: its name, an alias, an officer, an own term or an address.

    ``owners`` has the slugs of the forces with these words.
    """

    words: str
    what: str
    owners: frozenset[str]
    in_any_case: bool = False

    def names(self, workspace: Workspace) -> str:
        """Return the names of the forces with these words."""
        return " and ".join(
            workspace.forces[owner].value.name if owner in workspace.forces else owner
            for owner in sorted(self.owners)
        )

    @property
    def pattern(self) -> str:
        """Match these words, whatever spaces or hyphens stand between them.

        A small letter at the start may be a capital. Words in any case may also be one word.
        """
        words = [
            re.escape(word) for word in re.split(f"{BETWEEN_WORDS}+", self.words.translate(PLAIN))
        ]
        if self.in_any_case:
            words = ["and|&" if word in {"and", "&"} else word for word in words]
            return f"{BETWEEN_WORDS}*".join(f"(?i:{word})" for word in words)
        first = self.words[0]
        if first.islower():
            words[0] = f"[{first}{first.upper()}]{words[0][1:]}"
        return f"{BETWEEN_WORDS}+".join(words)


@dataclass(frozen=True)
class Stranger:
    """Words of another force, at the characters ``start`` to ``end`` of a text."""

    mark: Mark
    start: int
    end: int


@lru_cache(maxsize=2)
def marks(workspace: Workspace) -> dict[str, list[Mark]]:
    """Return the words that identify forces, by the word that the search looks up.

    That is the capitalised word that the fewest of them have. The longest words come first.
    """
    owners: dict[tuple[str, str, bool], set[str]] = defaultdict(set)
    for slug, force in workspace.forces.items():
        for identifying in _identifying(force.value):
            owners[identifying].add(workspace.force_of(slug))
    uses = Counter(word for words, _, _ in owners for word in WORD.findall(words))
    by_word: dict[str, list[Mark]] = defaultdict(list)
    for (words, what, in_any_case), slugs in owners.items():
        parts = WORD.findall(words)
        known = [part for part in parts if part[0].isupper()] or parts
        if not known:
            continue
        rarest = min(known, key=lambda part: (uses[part], -len(part)))
        keys = {rarest}
        if in_any_case:
            for word in (rarest, "".join(parts)):
                keys |= {word, word.lower(), word.capitalize(), word.upper()}
        for key in keys:
            by_word[key].append(Mark(words, what, frozenset(slugs), in_any_case))
    for group in by_word.values():
        group.sort(key=lambda mark: (-len(mark.words), mark.words, mark.what))
    return dict(by_word)


@lru_cache(maxsize=1024)
def _pattern(workspace: Workspace, word: str) -> re.Pattern[str]:
    """Match what ``marks`` has under a word; the number of the group is that of the mark."""
    alternatives = "|".join(f"({mark.pattern})" for mark in marks(workspace)[word])
    return re.compile(rf"(?<![^\W_])(?:{alternatives})(?![^\W_])")


def _marks_in(text: str, word: str, workspace: Workspace) -> Iterator[Stranger]:
    """Yield the words in a text that ``marks`` has under a word.

    Why not in the whole text at once: it is faster to look around that word.
    """
    known = marks(workspace)[word]
    reach = 2 * len(known[0].words)
    for place in re.finditer(word, text):
        around = max(0, place.start() - reach), place.end() + reach
        for match in _pattern(workspace, word).finditer(text, *around):
            assert match.lastindex is not None
            mark = replace(known[match.lastindex - 1], words=match[0])
            yield Stranger(mark, match.start(), match.end())


def _identifying(force: Force) -> Iterator[tuple[str, str, bool]]:
    """Yield the words that identify a force, their kind, and whether they may be in any case."""
    for name in filter(None, (force.name, force.welsh_name)):
        yield name, "name", True
    for alias in force.aliases:
        # Why not every alias in any case: 'staffs' and 'the met' are also ordinary words.
        in_name = set(alias.split()) <= set(force.name.split())
        yield alias, "alias", in_name
        if not in_name and len(alias) >= SHORT and alias != alias.upper():
            yield alias.upper(), "alias", False
    for term in force.own_terms:
        yield term, "term", False
    addressees = (force.addressee, *force.further_addressees)
    lines = [line for one in addressees for line in one.postal_address]
    for postcode in POSTCODE.findall(" | ".join(lines)):
        yield postcode, "address", True
    people = [one.name for one in addressees] + [person.name for person in force.copied_to]
    for name in filter(None, people):
        yield name, "officer", " " in name
    for name in (one for addressee in addressees for one in _with_titles(addressee)):
        yield name, "officer", False


def _with_titles(addressee: Addressee) -> Iterator[str]:
    if addressee.name:
        first, *_, last = addressee.name.split() * 2
        yield from (f"{title} {last}" for title in TITLES)
        if addressee.style in {"Sir", "Dame"}:
            yield f"{addressee.style} {first}"


@lru_cache(maxsize=1)
def strangers_in(passage: Passage, slug: str | None, workspace: Workspace) -> tuple[Stranger, ...]:
    """Return the words of forces other than ``slug`` in a passage."""
    known = marks(workspace)
    own = workspace.force_of(slug) if slug else None
    met = known.keys() & set(WORD.findall(passage.text))
    # Why: most texts name their own force or none, and these tests are faster.
    if all(own in mark.owners for word in met for mark in known[word]) and not has_any(
        passage, ADDRESS_HINTS
    ):
        return ()
    return tuple(strangers(passage.text, slug, workspace))


def strangers(text: str, slug: str | None, workspace: Workspace) -> Iterator[Stranger]:
    """Yield the words of other forces in a text; where two would fit, the longer counts."""
    text = text.translate(PLAIN)
    own = workspace.force_of(slug) if slug else None
    has_address = any(hint in text for hint in ADDRESS_HINTS)
    found = [*_addresses_in(text, workspace)] if has_address else []
    for word in marks(workspace).keys() & set(WORD.findall(text)):
        found += _marks_in(text, word, workspace)
    end = 0
    for one in sorted(found, key=lambda one: (one.start, -one.end, one.mark.words, one.mark.what)):
        if one.start < end:
            continue
        end = one.end
        before = text[max(0, one.start - 30) : one.start]
        elsewhere = one.mark.what == "alias" and (
            ELSEWHERE.match(text, one.end)
            or ELSEWHERE_BEFORE.search(before)
            or text[: one.end + len(" Office")].endswith(MET_OFFICE)
        )
        another = one.mark.what == "officer" and ANOTHER_OFFICE.search(before)
        if one.mark.owners and own not in one.mark.owners and not elsewhere and not another:
            yield one


def _addresses_in(text: str, workspace: Workspace) -> Iterator[Stranger]:
    """Yield the web and e-mail addresses in a text; those of no force have no owners."""
    by_email = _addresses(workspace).by_email
    for match in re.finditer(ADDRESS, text):
        words = match[0].rstrip(".,;:!?)’”'")
        address = words.casefold()
        host = re.sub(r"^(?:.*@|(?:https?://)?(?:www\.)?)|/.*", "", address)
        owners = named_in(address, workspace) or by_email.get(address)
        if host.endswith(ELSEWHERE_HOSTS):
            owners = frozenset()
        elif not owners and len(by_email.get(host, ())) == 1:
            owners = by_email[host]
        mark = Mark(words, "address", frozenset(owners or ()))
        yield Stranger(mark, match.start(), match.start() + len(words))


@dataclass(frozen=True)
class _Addresses:
    """The slugs of forces, by the part of an address that names them and by their e-mail."""

    by_name: Mapping[str, set[str]]
    by_email: Mapping[str, set[str]]  # whole, and the part after the @


@lru_cache(maxsize=2)
def _addresses(workspace: Workspace) -> _Addresses:
    known = _Addresses(defaultdict(set), defaultdict(set))
    for slug in workspace.inspection.value.forces:
        names = {slug}
        if slug in workspace.forces:
            force = workspace.forces[slug].value
            names |= {force.name, force.welsh_name or slug, *force.aliases}
            for email in emails(force).values():
                for part in (email, email.partition("@")[2]):
                    known.by_email[part.casefold()].add(workspace.force_of(slug))
        for name in names:
            for form in (name, re.sub(r"\b(?:and|&)", "", name), name.replace("&", "and")):
                known.by_name[_bare(form)].add(workspace.force_of(slug))
    return known


def emails(force: Force) -> dict[Keys, str]:
    """Return the e-mail addresses in a force's file, by their keys."""
    people: dict[Keys, str | None] = {("addressee", "email"): force.addressee.email}
    for key in ("further_addressees", "copied_to"):
        people |= {(key, at, "email"): one.email for at, one in enumerate(getattr(force, key))}
    return {keys: email for keys, email in people.items() if email is not None}


def named_in(address: str, workspace: Workspace) -> frozenset[str]:
    """Return the slugs of the forces that an e-mail or web address names.

    The host counts first, then the path, then the part before the @.
    """
    by_name = _addresses(workspace).by_name
    person, _, rest = address.casefold().rpartition("@")
    host, _, path = rest.removeprefix("https://").removeprefix("http://").partition("/")
    for part in (host, path, person):
        pieces = (_bare(piece) for piece in re.split("[^a-z0-9-]+", part))
        if named := frozenset(slug for piece in pieces for slug in by_name.get(piece, ())):
            return named
    return frozenset()


def _bare(name: str) -> str:
    """Return the letters and digits of a name without words that many forces have in theirs."""
    letters = re.sub(rf"\b(?:{GENERAL})\b|[\W_]", "", name.casefold())
    return re.sub(rf"^(?:{GENERAL})|(?:{GENERAL})$", "", letters)


def is_mark(word: str, workspace: Workspace) -> bool:
    """Return whether a word alone, or a name that begins with it, identifies a force."""
    return not {word, word.capitalize()}.isdisjoint(_first_words(workspace))


@lru_cache(maxsize=2)
def _first_words(workspace: Workspace) -> frozenset[str]:
    words = (mark.words for group in marks(workspace).values() for mark in group)
    capitals = (re.search(r"\b[A-Z][A-Za-z]*", one) for one in words)
    return frozenset(match[0] for match in capitals if match)

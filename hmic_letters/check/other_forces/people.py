"""Addressees and addresses of another force, and salutations that greet somebody else."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from hmic_letters.check.names import POSTCODE, emails, named_in
from hmic_letters.check.other_forces.findings import _words
from hmic_letters.check.other_forces.mentions import name_of
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.force import Force
from hmic_letters.data.source import Keys
from hmic_letters.problem import Fault


@dataclass(frozen=True)
class _Forces:
    """The slugs of forces, in the order of the register, by name, by alias and by addressee.

    ``by_made`` has them by the addressee of each letter as last made.
    """

    by_name: Mapping[str, list[str]]  # aliases, too
    by_addressee: Mapping[tuple[str, ...], list[str]]
    by_made: Mapping[str, list[str]]
    by_address: Mapping[str, list[str]]  # e-mail addresses and postcodes


@lru_cache(maxsize=2)
def _forces(workspace: Workspace) -> _Forces:
    forces = _Forces(defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list))
    for slug, located in workspace.forces.items():
        if workspace.force_of(slug) != slug:
            continue  # a letter in another language goes to the same people
        force = located.value
        for name in filter(None, {force.name, force.welsh_name, *force.aliases}):
            forces.by_name[name].append(slug)
        for one in (force.addressee, *force.further_addressees):
            if one.name is not None:
                forces.by_addressee[_words(one.name)].append(slug)
        for address in {address.casefold() for address in _addresses(force).values()}:
            forces.by_address[address].append(slug)
    for slug, made in workspace.made.items():
        forces.by_made[made.addressee].append(workspace.force_of(slug))
    return forces


def addressee_of_another_force(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """No two letters go to the same person."""
    force = workspace.forces[slug]
    people: list[tuple[Keys, str | None]] = [(("addressee",), force.value.addressee.name)]
    for at, one in enumerate(force.value.further_addressees):
        people.append((("further_addressees", at), one.name))
    shared = [
        (keys, name, other)
        for keys, name in people
        if name is not None
        for other in _forces(workspace).by_addressee.get(_words(name), ())
    ]
    for keys, name, other in shared:
        if other != workspace.force_of(slug):
            yield Fault(
                force.document.place(*keys, "name"),
                f"the letter to {name_of(workspace, other)} goes to {name} too",
                "Correct one or the other.",
                name,
                allow=True,
            )


def address_of_another_force(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """No letter goes to an e-mail or postal address of another force.

    An e-mail address belongs to the force that it names (chief@essex.example), or else to the force
    whose file has it. The check reads the addresses of the addressee and of the people that the
    letter is copied to. Several forces may have the same host, if it names no force. A postal
    address is the same if its postcode is.
    """
    force, own = workspace.forces[slug], workspace.force_of(slug)
    for keys, address in _addresses(force.value).items():
        named = named_in(address, workspace) if "email" in keys else frozenset()
        same = set(_forces(workspace).by_address[address.casefold()]) - {own}
        if named and own not in named:
            names = " and ".join(name_of(workspace, other) for other in sorted(named))
            message = f"'{address}' is an address of {names}"
        elif same and own not in named:
            names = " and ".join(name_of(workspace, other) for other in sorted(same))
            message = f"the letter to {names} has the address '{address}' too"
        else:
            continue
        remedy = "Correct it, or look whose letter this is."
        yield Fault(force.document.place(*keys), message, remedy, address, allow=True)


def _addresses(force: Force) -> dict[Keys, str]:
    """Return the e-mail addresses of a letter and its postcode, by their keys.

    A postal address without a postcode counts as a whole.
    """
    lines = force.addressee.postal_address
    for number, line in enumerate(lines):
        if postcode := POSTCODE.search(line):
            return emails(force) | {("addressee", "postal_address", number): postcode[0]}
    whole = {("addressee", "postal_address"): ", ".join(lines)} if lines else {}
    return emails(force) | whole


def salutation_of_another_person(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """The salutation greets the addressee, in words of the name or of the post.

    'Dear Andy' and 'Dear Mr Bliss' greet Mr Andy Bliss and Mr A. Bliss. 'Dear Chief Constable'
    greets anybody in that post.
    """
    force = workspace.forces[slug]
    addressee = force.value.addressee
    if addressee.salutation is None:
        return
    further = force.value.further_addressees
    greeted = set(_words(addressee.salutation)) - {"dear", "annwyl", *(("and",) if further else ())}
    known = {
        word
        for one in (addressee, *further)
        for word in _words(f"{one.style or ''} {one.name or ''} {one.office}")
    }
    unknown = {word for word in greeted - known if word[0] not in known}
    # 'Dear Sir Michael' may greet a knight whose file gives no style.
    if unknown - ({"sir", "dame"} if len(greeted) > 1 else set()) or not greeted:
        who = " ".join(filter(None, (addressee.style, addressee.name))) or addressee.office
        yield Fault(
            force.document.place_in(("addressee", "salutation"), 0),
            f"'{addressee.salutation}' does not greet {who}",
            "Correct it.",
            addressee.salutation,
            allow=True,
        )


def name_of_another_force(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """No two forces share a name or an alias."""
    force = workspace.forces[slug]
    own: list[tuple[Keys, str | None]] = [
        (("name",), force.value.name),
        (("welsh_name",), force.value.welsh_name),
        *((("aliases", at), alias) for at, alias in enumerate(force.value.aliases)),
    ]
    by_name = _forces(workspace).by_name
    for keys, name in own:
        if name is None:
            continue
        for other in by_name.get(name, ()):
            if other != workspace.force_of(slug):
                yield Fault(
                    force.document.place(*keys),
                    f"'{name}' is what {other}.yaml calls its force too",
                    "Correct one or the other.",
                    name,
                )


def addressee_made_for_another_force(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """No letter goes to the addressee of another force's letter as last made."""
    force = workspace.forces[slug]
    name = force.value.addressee.name
    own = workspace.made.get(slug)
    if name is None or (own is not None and own.addressee == name):
        return
    for other in _forces(workspace).by_made.get(name, ()):
        if other != workspace.force_of(slug):
            yield Fault(
                force.document.place("addressee", "name"),
                f"the letter to {name_of(workspace, other)} went to {name} when it was last made",
                "Look whose chief officer this is.",
                name,
                allow=True,
            )

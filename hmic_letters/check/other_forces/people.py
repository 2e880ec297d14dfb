"""Addressees who belong to another force, and salutations that greet somebody else."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from hmic_letters.check.other_forces.findings import _words
from hmic_letters.check.other_forces.mentions import name_of
from hmic_letters.data.load import Workspace
from hmic_letters.data.source import Keys
from hmic_letters.problem import Fault


@dataclass(frozen=True)
class _Forces:
    """The slugs of forces, in the order of the register, by name, by alias and by addressee.

    ``by_made`` has them by the addressee of each letter as last made.
    """

    by_name: Mapping[str, list[str]]  # aliases, too
    by_addressee: Mapping[str, list[str]]
    by_made: Mapping[str, list[str]]


@lru_cache(maxsize=2)
def _forces(workspace: Workspace) -> _Forces:
    forces = _Forces(defaultdict(list), defaultdict(list), defaultdict(list))
    for slug, located in workspace.forces.items():
        force = located.value
        for name in filter(None, {force.name, force.welsh_name, *force.aliases}):
            forces.by_name[name].append(slug)
        if force.addressee.name is not None:
            forces.by_addressee[force.addressee.name].append(slug)
    for slug, made in workspace.made.items():
        forces.by_made[made.addressee].append(slug)
    return forces


def addressee_of_another_force(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """No two letters go to the same person."""
    force = workspace.forces[slug]
    name = force.value.addressee.name
    if name is None:
        return
    for other in _forces(workspace).by_addressee.get(name, ()):
        if other != slug:
            yield Fault(
                force.document.place("addressee", "name"),
                f"the letter to {name_of(workspace, other)} goes to {name} too",
                "Correct one or the other.",
                name,
                allow=True,
            )


def salutation_of_another_person(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """The salutation greets the addressee, in words of the name or of the post.

    'Dear Andy' and 'Dear Mr Bliss' greet Mr Andy Bliss and Mr A. Bliss. 'Dear Chief Constable'
    greets anybody in that post.
    """
    force = workspace.forces[slug]
    addressee = force.value.addressee
    greeted = set(_words(addressee.salutation)) - {"dear"}
    known = set(_words(f"{addressee.style or ''} {addressee.name or ''} {addressee.office}"))
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
            if other != slug:
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
        if other != slug:
            yield Fault(
                force.document.place("addressee", "name"),
                f"the letter to {name_of(workspace, other)} went to {name} when it was last made",
                "Look whose chief officer this is.",
                name,
                allow=True,
            )

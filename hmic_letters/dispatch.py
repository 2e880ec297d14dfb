"""What really goes out: the letter frozen as a version, one reader's copy of it, and the draft that
carries it. Nothing is sent from here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hmic_letters.checks import check_force, check_workspace
from hmic_letters.files import (
    DISPATCHED,
    PASSPHRASES,
    Edition,
    accuracy_file,
    content,
    digest,
    force_file,
)
from hmic_letters.frozen import NOTE, freezing, holding
from hmic_letters.ledger import Event, Ledger, Line, Occasion, read_ledger, writing
from hmic_letters.letter import compose
from hmic_letters.liaison import digest_of
from hmic_letters.load import Workspace
from hmic_letters.made import Made, read_made
from hmic_letters.mail import draft
from hmic_letters.model import Letter, Medium, in_words
from hmic_letters.outline import outline
from hmic_letters.passphrase import new_passphrase
from hmic_letters.problem import Place, Problem, Refused, errors
from hmic_letters.readback import read_back
from hmic_letters.render import Renderer
from hmic_letters.seal import Unsealable, new_serial, refuse_unsealable, sealed
from hmic_letters.store import hold

if TYPE_CHECKING:
    from hmic_letters.pdf import Press

MARK, MESSAGE = "mark.html", "dispatch.txt"
LETTER, PAGE, RECORD = "letter.pdf", "letter.html", "letter.json"
INPUTS = "inputs"  # a workspace of its own, with what the letter was made from
SENT = "sent"
# The words of a letter that something comes with it.
ENCLOSES = re.compile(
    r"\b(?:attached|enclosed) (?:is|are)\b|\bI (?:attach|enclose)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Plan:
    """What a dispatch would be: version ``number`` of a force's letter, and for whom.

    ``to`` and ``copied_to`` are people with their addresses, empty where none is known.
    ``enclosure`` is the name and the bytes of the report that goes out with it.
    """

    slug: str
    number: int
    letter: Letter
    to: tuple[str, str]
    copied_to: tuple[tuple[str, str], ...]
    pdf: bytes
    page: bytes
    made: Made
    enclosure: tuple[str, bytes] | None
    reason: str | None

    @property
    def holder(self) -> str:
        """Who holds the copy: 'Mr Andy Bliss QPM, Chief Constable, Hertfordshire Constabulary'."""
        return f"{self.to[0]}, {self.letter.force}"

    def warnings(self, now: datetime) -> Iterator[str]:
        """What whoever sends it should think of, in sentences."""
        if not self.to[1]:
            yield "no e-mail address is known, so the draft has no addressee"
        if not self.letter.inspector.name:
            yield "nobody is named under 'Yours sincerely': the letter has no HM Inspector's name"
        if self.letter.embargo.moment.timestamp() <= now.timestamp():
            yield f"its embargo lifted at {self.letter.embargo.time} on {self.letter.embargo.day}"


@dataclass(frozen=True)
class Answer:
    """What came of asking for a force's dispatch: a ``plan``; or nothing is to be done, because the
    letter as it is was dispatched by ``line``; or it is refused for ``problems``."""

    slug: str
    plan: Plan | None = None
    line: Line | None = None
    problems: tuple[Problem, ...] = ()


def prepare(
    workspace: Workspace, folder: Path, slugs: Iterable[str], reason: str | None
) -> Iterator[Answer]:
    """What would be dispatched: ``folder`` holds the letters, ``reason`` is for those that were
    dispatched before. Raises Refused where none can be, Unavailable where this machine cannot.
    """
    if problems := errors(check_workspace(workspace)):
        raise Refused(problems)
    ledger = read_ledger(workspace.root)
    if ledger.problems:
        raise Refused(ledger.problems)
    enclosure = _enclosure(workspace)
    _refuse_other_embargo(workspace, ledger)
    renderer = Renderer(workspace.templates)
    for slug in slugs:
        problems = tuple(_obstacles(workspace, folder, slug))
        if problems:
            yield Answer(slug, problems=problems)
            continue
        plan = _plan(workspace, folder, slug, ledger, enclosure, reason)
        before = ledger.dispatched(slug)
        if before is not None and reason is None:
            if _says_the_same(before, plan):
                yield Answer(slug, line=before)
                continue
            yield Answer(
                slug,
                problems=_problem(
                    workspace.root / force_file(slug),
                    "dispatched-before",
                    f"version {before.about['version']} was dispatched on {before.london[:10]}, "
                    f"and {_other(before, plan)}",
                    "Say why it goes out again: --reason.",
                ),
            )
            continue
        missing = _missing_enclosure(workspace, plan, renderer)
        yield Answer(slug, plan=None if missing else plan, problems=missing)


def _refuse_other_embargo(workspace: Workspace, ledger: Ledger) -> None:
    inspection = workspace.inspection
    embargo = inspection.value.embargo
    if ledger.embargo not in {None, embargo.iso}:
        reason = f"the embargo is {embargo.iso} here, and {ledger.embargo} on record"
        remedy = "Take back the change, or move it for the record: 'hmic-letters embargo move'."
        place = inspection.document.place("embargo", "until")
        raise Refused([Problem(place, "embargo-not-on-record", reason, remedy)])


def _obstacles(workspace: Workspace, folder: Path, slug: str) -> Iterator[Problem]:
    """Why the letter of a force cannot go out."""
    found = errors(check_force(slug, workspace))
    yield from found
    if found:
        return
    force = workspace.forces[slug].value
    if force.specimen:
        yield Problem(
            workspace.forces[slug].document.place("specimen"),
            "specimen-letter",
            "the letter holds specimen text, and no findings",
            "Put the findings in, and remove 'specimen'.",
        )
        return
    yield from workspace.unread_checks.get(slug, ())
    yield from _open_check(workspace, slug)
    yield from errors(read_back(workspace, [slug], Edition.EMBARGOED, folder, ocr=False))


def _open_check(workspace: Workspace, slug: str) -> Iterator[Problem]:
    if slug in workspace.unread_checks:
        return
    path = workspace.root / accuracy_file(slug)
    located = workspace.accuracy_checks.get(slug)
    if located is None:
        yield from _problem(
            path,
            "open-check",
            "the force was sent no proof, so that its accuracy check is not closed",
            f"Send it one: 'hmic-letters accuracy send {slug}'. Of a check that was made without "
            "this tool, send and close it for the record, with --on for the days.",
        )
    elif located.value.closed is None:
        yield from _problem(
            path,
            "open-check",
            "the accuracy check is not closed",
            f"'hmic-letters accuracy status' says what is open; then 'accuracy close {slug}'.",
        )
    elif located.value.closed.digest != digest_of(workspace, workspace.forces[slug].value):
        yield Problem(
            located.document.place("closed"),
            "changed-since-closing",
            "the findings were changed after the accuracy check was closed on "
            f"{in_words(located.value.closed.on)}",
            "Remove the lines of 'closed', send the force a new proof, and close the check again.",
        )


def _enclosure(workspace: Workspace) -> tuple[str, bytes] | None:
    inspection = workspace.inspection
    if inspection.value.enclosure is None:
        return None
    path = workspace.root / inspection.value.enclosure
    try:
        if path.suffix.lower() != ".pdf":
            raise Unsealable("its name does not end in .pdf")
        if not path.resolve().is_relative_to(workspace.root.resolve()):
            raise Unsealable("it is outside the workspace")
        if path.stem in {f"{slug}-letter" for slug in workspace.slugs}:
            raise Unsealable("it has the name that a letter goes out by")
        data = content(path)
        refuse_unsealable(data)
    except FileNotFoundError:
        reason = f"the enclosure is not there: no file {inspection.value.enclosure}"
    except OSError as error:
        reason = f"the enclosure cannot be read: {error.strerror}"
    except Unsealable as error:
        reason = f"the enclosure is no PDF that can be stamped: {error}"
    else:
        return path.name, data
    place = inspection.document.place("enclosure")
    raise Refused([Problem(place, "enclosure", reason, "Name the report's PDF.")])


def _missing_enclosure(workspace: Workspace, plan: Plan, renderer: Renderer) -> tuple[Problem, ...]:
    if plan.enclosure is not None:
        return ()
    blocks = outline(renderer.render(plan.letter))
    said = [found for one in blocks if not one.finding and (found := ENCLOSES.search(one.text))]
    if not said:
        return ()
    return _problem(
        workspace.inspection.document.path,
        "enclosure",
        f"the letter says '{said[0][0]}', and the inspection has no enclosure",
        "Name the report's PDF: 'enclosure:', with its path from the workspace's folder on.",
    )


def _plan(
    workspace: Workspace,
    folder: Path,
    slug: str,
    ledger: Ledger,
    enclosure: tuple[str, bytes] | None,
    reason: str | None,
) -> Plan:
    force = workspace.forces[slug].value
    made = read_made(folder, slug)
    assert made is not None
    letter = compose(
        workspace.inspection.value, workspace.inspector(slug), slug, force, Edition.EMBARGOED
    )
    before = ledger.dispatched(slug)
    return Plan(
        slug,
        int(before.about["version"]) + 1 if before else 1,
        letter,
        (force.addressee.in_full, force.addressee.email or ""),
        tuple((person.in_full, person.email or "") for person in force.copied_to),
        (folder / f"{slug}.pdf").read_bytes(),
        (folder / f"{slug}.html").read_bytes(),
        made,
        enclosure,
        reason,
    )


def _says_the_same(line: Line, plan: Plan) -> bool:
    return not _other(line, plan)


def _other(line: Line, plan: Plan) -> str:
    """What is not as it was dispatched, in words; empty where all is."""
    enclosure = digest(plan.enclosure[1]) if plan.enclosure else None
    for name, now, said in (
        ("letter", digest(plan.pdf), "is not the letter as it is now"),
        ("enclosure", enclosure, "had another enclosure"),
        ("holder", plan.holder, "was for somebody else"),
    ):
        if line.about[name] != now:
            return said
    return ""


def dispatch(
    workspace: Workspace, plans: Iterable[Plan], occasion: Occasion
) -> Iterator[tuple[Plan, Line | tuple[Problem, ...]]]:
    """Does what was planned, and records it, each dispatch whole or not at all.

    Yields the line of the ledger, or why there is none. Raises Refused and Unavailable as
    ``frozen.holding`` does.
    """
    # Here and not above, so that what only reads the record needs no Pango.
    from hmic_letters.pdf import Press  # noqa: PLC0415

    press, renderer = Press(workspace.templates), Renderer(workspace.templates)
    root = workspace.root
    with holding(root, DISPATCHED):
        # Whoever made the folder, and for whomever.
        (root / DISPATCHED).chmod(0o700)
        for plan in plans:
            try:
                yield plan, _dispatch(workspace, plan, occasion, press, renderer)
            except Refused as error:
                yield plan, error.problems


def _dispatch(
    workspace: Workspace, plan: Plan, occasion: Occasion, press: Press, renderer: Renderer
) -> Line:
    root, slug = workspace.root, plan.slug
    with hold(root / DISPATCHED / slug):
        before = read_ledger(root).dispatched(slug)
        if plan.number != (int(before.about["version"]) + 1 if before else 1):
            reason = f"version {plan.number} was dispatched by another run meanwhile"
            path = root / DISPATCHED / slug
            raise Refused(_problem(path, "dispatched-before", reason, "Look at it first."))
        serial, passphrase = new_serial(), new_passphrase()
        copies = _copies(workspace, plan, serial, passphrase, press, renderer)
        message = _message(plan, serial, copies, renderer)
        with freezing(root, root / DISPATCHED / slug / str(plan.number)) as frozen:
            frozen.write({LETTER: plan.pdf, PAGE: plan.page, RECORD: plan.made.as_json()})
            frozen.write(_inputs(workspace, slug))
            frozen.write({f"{SENT}/{name}": data for name, data in copies.items()})
            frozen.write({f"{SENT}/{slug}.eml": message})
            about = {
                "version": plan.number,
                "reason": plan.reason,
                "holder": plan.holder,
                "copied_to": [name for name, _ in plan.copied_to],
                "serial": serial,
                "embargo": plan.letter.embargo.iso,
                "letter": digest(plan.pdf),
                "enclosure": digest(plan.enclosure[1]) if plan.enclosure else None,
                "copies": {name: digest(data) for name, data in copies.items()},
                "data": dict(plan.made.files),
                "inputs": dict(plan.made.inputs),
            }
            with writing(root) as writer:
                # What was moved while this was made counts.
                _refuse_other_embargo(workspace, writer.ledger)
                line = writer.ledger.next(Event.DISPATCHED, slug, occasion, frozen.files, about)
                frozen.write({NOTE: note(line)})
                with hold(root / PASSPHRASES) as apart:
                    (root / PASSPHRASES).chmod(0o700)
                    apart.write(
                        {f"{slug}-{plan.number}.txt": _slip(plan, serial, copies, passphrase)}
                    )
                frozen.finish(writer, line)
    return line


def _copies(
    workspace: Workspace,
    plan: Plan,
    serial: str,
    passphrase: str,
    press: Press,
    renderer: Renderer,
) -> dict[str, bytes]:
    values = {"holder": plan.holder, "serial": serial, "embargo": plan.letter.embargo}
    strips = press.print_strips(renderer.fill(MARK, values), MARK)
    embargo = plan.letter.embargo
    stamp = f"EMBARGOED until {embargo.time} on {embargo.day}"
    copies = {f"{plan.slug}-letter.pdf": sealed(plan.pdf, strips, serial, passphrase)}
    if plan.enclosure is not None:
        name, data = plan.enclosure
        try:
            copies[name] = sealed(data, strips, serial, passphrase, stamp)
        except Unsealable as error:
            place = workspace.inspection.document.place("enclosure")
            reason = f"the enclosure is no PDF that can be stamped: {error}"
            raise Refused([Problem(place, "enclosure", reason, "Name the report's PDF.")]) from None
    return copies


def _message(plan: Plan, serial: str, copies: dict[str, bytes], renderer: Renderer) -> bytes:
    letter, embargo = plan.letter, plan.letter.embargo
    values = {
        "letter": letter,
        "medium": Medium.SCREEN,
        "holder": plan.holder,
        "serial": serial,
        "attached": tuple(copies),
    }
    subject = f"EMBARGOED until {embargo.time} on {embargo.day}: letter to {letter.force}"
    return draft(
        subject,
        renderer.fill(MESSAGE, values),
        filter(None, [plan.to[1]]),
        filter(None, (address for _, address in plan.copied_to)),
        copies,
    )


def _inputs(workspace: Workspace, slug: str) -> dict[str, bytes]:
    documents = (workspace.inspection, workspace.inspectors, workspace.forces[slug])
    held = {one.document.path: one.document.data for one in documents}
    held |= {
        workspace.templates.folder / name: data for name, data in workspace.templates.files.items()
    }
    return {f"{INPUTS}/{path.relative_to(workspace.root)}": data for path, data in held.items()}


def _slip(plan: Plan, serial: str, copies: Iterable[str], passphrase: str) -> bytes:
    with_them = "".join(
        f"Copied to {name}, who opens it with the same.\n" for name, _ in plan.copied_to
    )
    return (
        f"Copy {serial}, version {plan.number}, for {plan.holder}\n{with_them}"
        f"It opens {' and '.join(copies)}.\n\n"
        "Read it out on the telephone, to them and nobody else, and never by e-mail: seven words "
        "in\nsmall letters, with a hyphen and no space between them.\n\n"
        f"{passphrase}\n"
    ).encode()


def note(line: Line) -> bytes:
    """The dispatch note, to be kept apart from the ledger: it names the ledger's head."""
    about = line.about
    copies = "".join(f"  {name}\n    {sha}\n" for name, sha in sorted(about["copies"].items()))
    reason = f"Reason:         {about['reason']}\n" if about["reason"] else ""
    return (
        f"Dispatch note: {line.force}, version {about['version']}\n\n"
        f"Copy for:       {about['holder']}\n"
        f"Copied to:      {'; '.join(about['copied_to']) or 'nobody'}\n"
        f"Serial:         {about['serial']}\n"
        f"Embargo lifts:  {about['embargo']}\n"
        f"{reason}"
        f"Prepared:       {line.london} by {line.by}\n\n"
        "SHA-256 of what goes out:\n"
        f"{copies}"
        f"SHA-256 of the letter as it was made:\n  letter.pdf\n    {about['letter']}\n\n"
        f"Line {line.number} of the ledger has this hash, which 'hmic-letters verify --head' asks "
        f"for:\n  {line.hash}\n"
    ).encode()


def _problem(path: Path, code: str, message: str, remedy: str) -> tuple[Problem, ...]:
    return (Problem(Place(path), code, message, remedy),)

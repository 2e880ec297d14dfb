"""Dispatch: freeze a letter as a version, make its copies and draft an e-mail.

It sends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from hmic_letters.data.load import Workspace
from hmic_letters.data.model.fields import Without
from hmic_letters.data.model.inspection import Embargo
from hmic_letters.letter.letter import MARK, MESSAGE, Medium
from hmic_letters.letter.render import Renderer
from hmic_letters.problem import Problem, Refused
from hmic_letters.publication.copy.mail import draft
from hmic_letters.publication.copy.passphrase import new_passphrase
from hmic_letters.publication.copy.seal import Unsealable, sealed
from hmic_letters.publication.copy.serial import new_serial
from hmic_letters.record.ledger import Entry, Event, Line, Occasion, read_ledger, writing
from hmic_letters.record.write_once import NOTE, freezing, holding
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.paths import DISPATCHED, PASSPHRASES, slip_file
from hmic_letters.workspace.store import hold

if TYPE_CHECKING:
    from hmic_letters.pdf.press import Press
from hmic_letters.publication.clearance import (
    Plan,
    enclosure_refused,
    problem_of,
)
from hmic_letters.publication.embargo import iso, off_record
from hmic_letters.record.dispatched import INPUTS, LETTER, PAGE, RECORD, SENT, note


def dispatch(
    workspace: Workspace, plans: Iterable[Plan], occasion: Occasion
) -> Iterator[tuple[Plan, Line | tuple[Problem, ...]]]:
    """Dispatch the plans and record them, each dispatch whole or not at all.

    Yields for each plan the line of the ledger, or the problems if there is none. Raises Refused
    and Unavailable as ``write_once.holding`` does.
    """
    # Why here: commands that only read the ledger must work without Pango.
    from hmic_letters.pdf.press import Press  # noqa: PLC0415

    press, renderer = Press(workspace.templates), Renderer(workspace.templates)
    root = workspace.root
    with holding(root, DISPATCHED):
        # Why: somebody else may have made the folder, and left it readable.
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
        ledger = read_ledger(root)
        before = ledger.dispatched(slug)
        if plan.number != (int(before.about["version"]) + 1 if before else 1):
            reason = f"version {plan.number} was dispatched by another run meanwhile"
            path = root / DISPATCHED / slug
            raise Refused(problem_of(path, "dispatched-before", reason, "Look at it first."))
        taken = {line.about["serial"] for line in ledger.of(Event.DISPATCHED)}
        serial = next(one for one in iter(new_serial, "") if one not in taken)
        passphrase = new_passphrase()
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
                "embargo": iso(plan.letter.embargo),
                "own_embargo": workspace.forces[slug].value.embargo is not None,
                **_without(workspace),
                "letter": digest(plan.pdf),
                "enclosure": digest(plan.enclosure.data) if plan.enclosure else None,
                "copies": {name: digest(data) for name, data in copies.items()},
                "data": dict(plan.made.files),
                "inputs": dict(plan.made.inputs),
            }
            with writing(root) as writer:
                # Why: the embargo may have moved while the copies were made.
                if problems := tuple(off_record(workspace, slug, writer.ledger)):
                    raise Refused(problems)
                slip = slip_file(slug, plan.number)
                slip_data = _slip(plan, serial, copies, passphrase)
                files = {**frozen.files, str(slip): digest(slip_data)}
                line = writer.ledger.next(
                    Entry(
                        event=Event.DISPATCHED,
                        force=slug,
                        occasion=occasion,
                        files=files,
                        about=about,
                    )
                )
                frozen.write({NOTE: note(line)})
                with hold(root / PASSPHRASES) as apart:
                    (root / PASSPHRASES).chmod(0o700)
                    apart.write({slip.name: slip_data})
                frozen.finish(writer, line)
    return line


def _stamp(embargo: Embargo | None) -> str:
    return f"EMBARGOED until {embargo.time} on {embargo.day}" if embargo else ""


def _without(workspace: Workspace) -> dict[str, str]:
    """Return the reasons why the letters have no embargo, and no accuracy check, for the record."""
    inspection = workspace.inspection.value
    reasons = {
        "no_embargo": inspection.embargo,
        "no_accuracy_check": inspection.accuracy_check,
    }
    return {name: one.none for name, one in reasons.items() if isinstance(one, Without)}


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
    stamp = _stamp(plan.letter.embargo)
    try:
        copies = {f"{plan.slug}-letter.pdf": sealed(plan.pdf, strips, serial, passphrase)}
    except Unsealable as error:
        reason, remedy = f"the copy cannot be marked: {error}", f"Correct templates/{MARK}."
        raise Refused([Problem(workspace.templates.place(MARK), "copy", reason, remedy)]) from None
    if plan.enclosure is not None:
        name, pages = plan.enclosure.name, plan.enclosure.pages
        try:
            copies[name] = sealed(pages, strips, serial, passphrase, stamp or None)
        except Unsealable as error:
            reason = f"the enclosure cannot be stamped: {error}"
            raise enclosure_refused(workspace, reason) from None
    return copies


def _message(plan: Plan, serial: str, copies: dict[str, bytes], renderer: Renderer) -> bytes:
    letter, stamp = plan.letter, _stamp(plan.letter.embargo)
    values = {
        "letter": letter,
        "medium": Medium.SCREEN,
        "holder": plan.holder,
        "serial": serial,
        "attached": tuple(copies),
    }
    subject = f"{stamp}: letter to {letter.force}" if stamp else f"Letter to {letter.force}"
    return draft(
        subject,
        renderer.fill(MESSAGE, values),
        filter(None, [plan.to[1]]),
        filter(None, (address for _, address in plan.copied_to)),
        copies,
    )


def _inputs(workspace: Workspace, slug: str) -> dict[str, bytes]:
    documents = (workspace.inspection, workspace.inspectors, workspace.forces[slug])
    files = {one.document.path: one.document.data for one in documents}
    files |= {
        workspace.templates.folder / name: data for name, data in workspace.templates.files.items()
    }
    return {f"{INPUTS}/{path.relative_to(workspace.root)}": data for path, data in files.items()}


def _slip(plan: Plan, serial: str, copies: Iterable[str], passphrase: str) -> bytes:
    for_others = "".join(
        f"Copied to {name}, who opens it with the same.\n" for name, _ in plan.copied_to
    )
    return (
        f"Copy {serial}, version {plan.number}, for {plan.holder}\n{for_others}"
        f"It opens {' and '.join(copies)}.\n\n"
        "Read it out on the telephone, to them and nobody else, and never by e-mail: seven words "
        "in\nsmall letters, with a hyphen and no space between them.\n\n"
        f"{passphrase}\n"
    ).encode()

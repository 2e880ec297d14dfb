"""The embargo: the time until it lifts, and its move, with the copies that the move makes wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from hmic_letters.check.run import check_force, check_workspace
from hmic_letters.data.complaints import understand
from hmic_letters.data.edit import amended_text
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.force import Force
from hmic_letters.data.model.inspection import Embargo, Inspection
from hmic_letters.data.source import Document, parse
from hmic_letters.problem import Place, Problem, Refused, errors
from hmic_letters.record.changing import put_recorded
from hmic_letters.record.ledger import NO_EMBARGO, Entry, Event, Ledger, Line, Occasion, read_ledger
from hmic_letters.record.verify import holding_all
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.paths import DISPATCHED


@dataclass(frozen=True)
class Moved:
    """The result of a move.

    ``embargo`` is the new one. ``wrong`` are the dispatches whose copies name another. ``line`` is
    the move in the ledger. ``public`` is the last publication, if anything is public already.
    """

    embargo: Embargo
    wrong: tuple[Line, ...]
    line: Line
    public: Line | None


def remains(embargo: Embargo, now: datetime) -> str:
    """Say in words how long after ``now`` the embargo lifts: '2 days 3 hours 4 minutes'.

    Returns an empty text once it has lifted.
    """
    seconds = int(embargo.moment.timestamp() - now.timestamp())
    if embargo.moment.timestamp() <= now.timestamp():
        return ""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    counts = ((days, "day"), (hours, "hour"), (minutes, "minute"), (seconds, "second"))
    parts = [f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts if count]
    return " ".join(parts[:3]) or "less than a second"


def iso(embargo: Embargo | None) -> str:
    """Write an embargo as the ledger has it."""
    return embargo.iso if embargo else NO_EMBARGO


def has_lifted(embargo: Embargo | None, now: datetime) -> bool:
    """Tell whether a letter with this embargo may be public at the moment ``now``.

    It compares instants. Why: Python compares two London times by wall-clock time.
    """
    return embargo is None or now.timestamp() >= embargo.moment.timestamp()


def off_record(workspace: Workspace, slug: str, ledger: Ledger) -> Iterator[Problem]:
    """Yield a problem if the embargo of a force's letter is not the one on record.

    A change of a file lifts nothing. A force that was never dispatched may have an embargo of its
    own, if it is not earlier than the one on record.
    """
    own = workspace.forces[slug].value.embargo
    now, on_record = iso(workspace.embargo(slug)), ledger.own_embargo(slug) or ledger.embargo
    if on_record in {None, now}:
        return
    is_new = not ledger.own_embargo(slug) and ledger.dispatched(slug) is None
    if own is not None and is_new and _is_not_earlier(own, str(on_record)):
        return
    document = workspace.forces[slug].document if own else workspace.inspection.document
    force = f" {slug}" if own else ""
    yield Problem(
        document.place("embargo", "until"),
        "embargo-not-on-record",
        f"the embargo is {now} here, and {on_record} on record",
        f"Take back the change, or move it for the record: 'hmic-letters embargo move{force}'.",
    )


def _is_not_earlier(own: Embargo, on_record: str) -> bool:
    """Tell whether an embargo lifts no earlier than the one on record."""
    if on_record == NO_EMBARGO:
        return True
    return own.moment.timestamp() >= datetime.fromisoformat(on_record).timestamp()


def move(
    workspace: Workspace, until: str, reason: str, occasion: Occasion, slug: str | None = None
) -> Moved:
    """Change the embargo in its file, its only place, and record the reason.

    The file is the inspection's, or that of the force ``slug`` for its letter alone. ``until`` is
    London's date and time, as in 2014-09-05 00:01. Raises Refused if that moment does not exist,
    exists twice, is past or is on record already. Raises it too if the letters cannot have that
    moment, or if the ledger is damaged. Raises Unavailable while another run dispatches
    or publishes, and OSError as ``put_recorded`` does. The caller has locked ``data/``.
    """
    document = workspace.forces[slug].document if slug else workspace.inspection.document
    before = workspace.embargo(slug) if slug else workspace.inspection.value.shared_embargo
    if before is None and not slug:
        raise _refused(document, "this inspection has no embargo", "Give a force one of its own.")
    data = _with_embargo(document, until)
    embargo = _read_again(workspace, slug, parse(document.path, data))
    if embargo.moment.timestamp() <= occasion.at.timestamp():
        raise _refused(document, f"{embargo.time} on {embargo.day} is past")
    root = workspace.root
    with holding_all(root, DISPATCHED, publishes=False):
        ledger = read_ledger(root)
        on_record = (ledger.own_embargo(slug) if slug else None) or ledger.embargo
        is_there = slug is None or workspace.forces[slug].value.embargo is not None
        if embargo.iso == iso(before) and on_record in {None, embargo.iso} and is_there:
            raise _refused(document, f"it lifts at {embargo.time} on {embargo.day} already")
        if document.path.read_bytes() != document.data:
            raise Refused(
                [
                    Problem(
                        Place(document.path),
                        "changed-meanwhile",
                        "the file was saved by somebody else at this moment",
                        "Look at it, then move the embargo again.",
                    )
                ]
            )
        about = {"from": on_record or iso(before), "embargo": embargo.iso, "reason": reason}
        about |= {"data": digest(data)}
        entry = Entry(
            event=Event.EMBARGO_MOVED,
            force=slug or "",
            occasion=occasion,
            files={},
            about=about,
        )
        line = put_recorded(root, document.path, data, entry)
        ledger = read_ledger(root)
        lines = ledger.of(Event.DISPATCHED, slug)
        wrong = tuple(
            line
            for line in lines
            if line.about["embargo"] != embargo.iso
            and (slug or ledger.own_embargo(line.force) is None)
        )
        public = ledger.of(Event.PUBLISHED)
    return Moved(embargo, wrong, line, public[-1] if public else None)


def _with_embargo(document: Document, until: str) -> bytes:
    """Return a file's bytes with another moment; a force's file may have had no embargo."""
    if document.has("embargo"):
        return amended_text(document, ("embargo", "until"), until)
    line_end = "\r\n" if b"\r\n" in document.data else "\n"
    end = "" if document.data.endswith(b"\n") else line_end
    added = ("", "embargo:", f"  until: {until}", "  zone: Europe/London", "")
    return document.data + (end + line_end.join(added)).encode()


def _read_again(workspace: Workspace, slug: str | None, document: Document) -> Embargo:
    """Read the changed file. Raises Refused if no letter can have that moment."""
    changed: Workspace
    if slug is None:
        inspection = understand(document, Inspection)
        problems, changed = inspection.problems, replace(workspace, inspection=inspection)
        embargo = inspection.value.shared_embargo
    else:
        force = understand(document, Force)
        problems = force.problems
        changed = replace(workspace, forces={**workspace.forces, slug: force})
        embargo = force.value.embargo
    if problems:
        raise Refused(problems)
    found = [*check_workspace(changed), *(check_force(slug, changed) if slug else ())]
    if wrong := errors(found):
        raise Refused(wrong)
    assert embargo is not None
    return embargo


def _refused(
    document: Document, reason: str, remedy: str = "Name the moment that it is to move to."
) -> Refused:
    place = document.place("embargo", "until") if document.has("embargo") else Place(document.path)
    return Refused([Problem(place, "embargo-move", reason, remedy)])

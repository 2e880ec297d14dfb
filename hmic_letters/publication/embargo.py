"""The embargo: the time until it lifts, and its move, with the copies that the move makes wrong."""

from dataclasses import dataclass, replace
from datetime import datetime

from hmic_letters.check.run import check_workspace
from hmic_letters.data.complaints import understand
from hmic_letters.data.edit import amended_text
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.inspection import Embargo, Inspection
from hmic_letters.data.source import parse
from hmic_letters.problem import Problem, Refused, errors
from hmic_letters.record.changing import put_recorded
from hmic_letters.record.ledger import Entry, Event, Line, Occasion, read_ledger
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


def move(workspace: Workspace, until: str, reason: str, occasion: Occasion) -> Moved:
    """Change the embargo in the inspection's file, its only place, and record the reason.

    ``until`` is London's date and time, as in 2014-09-05 00:01. Raises Refused if that moment does
    not exist, exists twice, is past or is on record already. Raises it too if the letters cannot
    have that moment, or if the ledger is damaged. Raises Unavailable while another run dispatches
    or publishes, and OSError as ``put_recorded`` does. The caller has locked ``data/``.
    """
    document, before = workspace.inspection.document, workspace.inspection.value.embargo
    data = amended_text(document, ("embargo", "until"), until)
    located = understand(parse(document.path, data), Inspection)
    if located.problems:
        raise Refused(located.problems)
    if problems := errors(check_workspace(replace(workspace, inspection=located))):
        raise Refused(problems)
    embargo = located.value.embargo
    if embargo.moment.timestamp() <= occasion.at.timestamp():
        raise _refused(workspace, f"{embargo.time} on {embargo.day} is past")
    root = workspace.root
    with holding_all(root, DISPATCHED, publishes=False):
        on_record = read_ledger(root).embargo
        if embargo.iso == before.iso and on_record in {None, embargo.iso}:
            raise _refused(workspace, f"it lifts at {embargo.time} on {embargo.day} already")
        if document.path.read_bytes() != document.data:
            raise Refused(
                [
                    Problem(
                        document.place("embargo", "until"),
                        "changed-meanwhile",
                        "the file was saved by somebody else at this moment",
                        "Look at it, then move the embargo again.",
                    )
                ]
            )
        about = {"from": on_record or before.iso, "embargo": embargo.iso, "reason": reason}
        about |= {"data": digest(data)}
        entry = Entry(event=Event.EMBARGO_MOVED, force="", occasion=occasion, files={}, about=about)
        line = put_recorded(root, document.path, data, entry)
        ledger = read_ledger(root)
        lines = ledger.of(Event.DISPATCHED)
        wrong = tuple(line for line in lines if line.about["embargo"] != embargo.iso)
        public = ledger.of(Event.PUBLISHED)
    return Moved(embargo, wrong, line, public[-1] if public else None)


def _refused(workspace: Workspace, reason: str) -> Refused:
    place = workspace.inspection.document.place("embargo", "until")
    remedy = "Name the moment that it is to move to."
    return Refused([Problem(place, "embargo-move", reason, remedy)])

"""The embargo: when it lifts, and its move, with the copies that are wrong by that."""

from dataclasses import dataclass
from datetime import datetime

from hmic_letters.amend import amended_text
from hmic_letters.ledger import Event, Line, Occasion, writing
from hmic_letters.load import Workspace, understand
from hmic_letters.model import Embargo, Inspection
from hmic_letters.problem import Refused
from hmic_letters.source import parse
from hmic_letters.store import put


@dataclass(frozen=True)
class Moved:
    """What came of a move: the embargo as it is now, and the dispatched copies that say another."""

    embargo: Embargo
    wrong: tuple[Line, ...]


def remains(embargo: Embargo, now: datetime) -> str:
    """How long the embargo holds from the moment ``now`` on, in words: '2 days 3 hours 4 minutes'.

    Empty once it has lifted.
    """
    seconds = int(embargo.moment.timestamp() - now.timestamp())
    if embargo.moment.timestamp() <= now.timestamp():
        return ""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    counts = ((days, "day"), (hours, "hour"), (minutes, "minute"), (seconds, "second"))
    said = [f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts if count]
    return " ".join(said[:3]) or "less than a second"


def move(workspace: Workspace, until: str, reason: str, occasion: Occasion) -> Moved:
    """Changes the one place where the embargo stands, and records it with the reason.

    ``until`` is London's date and time, as in 2014-09-05 00:01. Raises Refused for a moment that
    does not exist once, and where the record does not hold together; OSError.
    """
    document = workspace.inspection.document
    data = amended_text(document, ("embargo", "until"), until)
    located = understand(parse(document.path, data), Inspection)
    if located.problems:
        raise Refused(located.problems)
    embargo = located.value.embargo
    with writing(workspace.root) as writer:
        about = {
            "from": workspace.inspection.value.embargo.iso,
            "embargo": embargo.iso,
            "reason": reason,
        }
        line = writer.ledger.next(Event.EMBARGO_MOVED, "", occasion, {}, about)
        writer.append(line)
        put(document.path, data)
        wrong = tuple(
            line
            for line in writer.ledger.of(Event.DISPATCHED)
            if line.about["embargo"] != embargo.iso
        )
    return Moved(embargo, wrong)

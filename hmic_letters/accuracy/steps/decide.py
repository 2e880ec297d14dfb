"""Decide: record the decision on one point."""

from hmic_letters.accuracy.case import opened, refuse_earlier, refused
from hmic_letters.accuracy.record import Content, change_record
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.accuracy import Decision, Point
from hmic_letters.record.ledger import Entry, Event, Occasion
from hmic_letters.workspace.paths import accuracy_file


def decide(
    workspace: Workspace,
    slug: str,
    point_id: str,
    decision: Decision,
    by: str,
    occasion: Occasion,
    reason: str | None,
    agreed: str | None,
) -> tuple[Point, Point]:
    """Record the decision on a point, instead of any earlier one; return the old and new point.

    The same decision is not recorded twice, so an interrupted run can be repeated.
    Raises Refused if there is no such point, or if the decision breaks a rule of the accuracy file.
    Every decision but 'accepted' needs a reason. The point's author may not decide it. Some
    decisions need a wording.
    """
    with opened(workspace, slug) as (root, force, located):
        ids = [point.id for point in located.value.points]
        point_id = next((one for one in ids if one.casefold() == point_id.casefold()), point_id)
        if point_id not in ids:
            known = f"The points are {', '.join(ids)}." if ids else "The force has made no point."
            raise refused(
                root / accuracy_file(slug), "no-such-point", f"there is no point {point_id}", known
            )
        before = located.value.points[ids.index(point_id)]
        decided = (before.decision, before.by, before.on, before.reason, before.agreed)
        if decided == (decision, by, occasion.day, reason, agreed):
            return before, before
        received = [one.received for one in located.value.responses if one.proof == before.proof]
        # People may type a point into the file: then no response is on record.
        refuse_earlier(located, "decided", occasion.day, sorted(received)[:1])
        fields = {
            "decision": decision,
            "agreed": agreed,
            "reason": reason,
            "by": by,
            "on": occasion.day,
        }

        def change(content: Content) -> None:
            point = content["points"][ids.index(point_id)]
            for key, value in fields.items():
                point.pop(key, None)
                if value is not None:
                    point[key] = value

        about = {"point": point_id, "decision": decision, "by": by, "on": str(occasion.day)}

        entry = Entry(event=Event.DECIDED, force=slug, occasion=occasion, files={}, about=about)
        check = change_record(root, force.name, change, entry)
    return before, check.points[ids.index(point_id)]

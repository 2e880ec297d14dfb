"""Close: end the accuracy check of a force.

Every step writes its files first and the accuracy file last, and replaces the accuracy file whole.
So a killed process leaves the old accuracy file, or the new one with all files that it names.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from hmic_letters.accuracy.case import (
    not_in_letter,
    opened,
    refuse_closed,
    refuse_earlier,
    refuse_open,
)
from hmic_letters.accuracy.record import Content, change_record, plain
from hmic_letters.check.checked import Changed, changed_since, digest_of
from hmic_letters.check.run import check_force, check_workspace
from hmic_letters.data.complaints import Located
from hmic_letters.data.load import Workspace
from hmic_letters.data.model.accuracy import AccuracyCheck, Closing
from hmic_letters.data.model.accuracy import in_words as decision_in_words
from hmic_letters.data.model.calendar import in_words
from hmic_letters.letter.inputs import printed
from hmic_letters.problem import Place, Problem, Refused, errors
from hmic_letters.record.ledger import Entry, Event, Occasion


def close(workspace: Workspace, slug: str, by: str, occasion: Occasion, how: str | None) -> Closing:
    """End the check. ``how`` is 'no-inaccuracies' or 'no-response' if no form gives the reason.

    A closed check can be closed again if the letter was changed since, but not its findings. Raises
    Refused while a point is undecided or an agreed wording is not in the letter. Raises it
    if nobody has responded, and for 'no-response' until the answer is overdue.
    """
    with opened(workspace, slug, also_closed=True) as (root, force, located):
        closed = located.value.closed
        if closed is None or changed_since(workspace, slug, closed) is not Changed.BESIDE:
            refuse_closed(root, slug, located.value)
        refuse_open(located)
        refuse_earlier(located, "closed", occasion.day, located.value.days)
        problems = list(errors((*check_workspace(workspace), *check_force(slug, workspace))))
        if not problems:
            problems += not_in_letter(workspace, slug, located)
        problems += _wrong_ending(located, force.name, occasion.day, how)
        if problems:
            raise Refused(problems)
        closing = closing_of(workspace, slug, occasion.day, by, how or "answered")

        def end(content: Content) -> None:
            content["closed"] = plain(closing)

        about = {"how": closing.how, "by": by, "on": str(closing.on), "findings": closing.digest}

        entry = Entry(event=Event.CLOSED, force=slug, occasion=occasion, files={}, about=about)
        change_record(root, force.name, end, entry)
    return closing


def _wrong_ending(
    located: Located[AccuracyCheck], force: str, day: date, how: str | None
) -> Iterator[Problem]:
    check, at = located.value, Place(located.document.path)
    due = check.proofs[-1].due
    if how is None and not check.responses:
        yield Problem(
            at,
            "no-response",
            f"{force} has not responded",
            "Receive its form; or close with --no-inaccuracies if it said so otherwise, with "
            "--no-response once the answer is overdue.",
        )
    elif how is not None and check.points:
        reason = f"{force} has made points, so it cannot be closed for {decision_in_words(how)}"
        yield Problem(at, "has-points", reason, "Close it without that option.")
    elif how == "no-response" and check.responses:
        yield Problem(at, "has-response", f"{force} has responded", "Close it without that option.")
    elif how == "no-response" and day <= due:
        reason = f"the answer is due on {in_words(due)}, which is not over"
        yield Problem(at, "not-overdue", reason, "Wait until then.")


def closing_of(workspace: Workspace, slug: str, day: date, by: str, how: Any) -> Closing:
    """Return the closing of a check, with the digest of the findings in their present wording."""
    force = workspace.forces[slug].value
    return Closing.model_construct(
        on=day,
        by=by,
        how=how,
        digest=digest_of(workspace, force),
        printed=printed(workspace, slug),
    )

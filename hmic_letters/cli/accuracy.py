"""``hmic-letters accuracy``: the commands of the accuracy check."""

from pathlib import Path

import click

from hmic_letters.cli.options import (
    Spoken,
    body_in,
    force_argument,
    forces_argument,
    json_option,
    lock_wait_option,
    on_option,
    workspace_option,
)

DECISIONS = ("accepted", "accepted-in-part", "not-accepted", "no-change-needed")
TEXT_FILE = click.File(encoding="utf-8-sig")  # '-' is the standard input

# Other words that people type for a decision.
ALSO = {"accept": "accepted", "accept-in-part": "accepted-in-part", "in-part": "accepted-in-part"}
by_option = click.option("--by", metavar="NAME", required=True, help="The person who decides.")


@click.group()
def accuracy() -> None:
    """Run the factual accuracy check: send, receive, decide, apply, reply, close.

    Each step is recorded in data/accuracy/FORCE.yaml, which people can read and edit. The proofs,
    forms and replies are in accuracy/FORCE/.
    """


@accuracy.command()
@forces_argument
@click.option("--all", "every", is_flag=True, help="Send to every force of the register.")
@on_option
@click.option(
    "--days",
    metavar="N",
    type=click.IntRange(1, 100),
    default=10,
    help="The number of working days until the answer is due. Default: 10.",
)
@workspace_option
@lock_wait_option
@body_in("accuracy.commands")
def send() -> None:
    """Make the next proof of the named forces, with a response form in Word and Excel.

    The proof and the forms are written to accuracy/FORCE/N/, for you to send that day.
    """


@accuracy.command()
@force_argument
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "author",
    metavar="NAME",
    help="The person who completed it, if the form does not say.",
)
@click.option("--anyway", is_flag=True, help="Even if a finding has changed since it was sent.")
@on_option
@workspace_option
@lock_wait_option
@body_in("accuracy.commands")
def receive() -> None:
    """Read the response form that a force returned, .docx or .xlsx, and record its points."""


@accuracy.command()
@force_argument
@click.argument("point")
@click.argument("decision", type=Spoken(DECISIONS, ALSO))
@by_option
@click.option("--reason", metavar="TEXT", help="The reason; needed unless accepted.")
@click.option("--reason-file", metavar="FILE", type=TEXT_FILE, help="The reason, from a file.")
@click.option("--agreed", metavar="TEXT", help="The whole new text of the finding.")
@click.option("--agreed-file", metavar="FILE", type=TEXT_FILE, help="The new text, from a file.")
@on_option
@workspace_option
@lock_wait_option
@body_in("accuracy.commands")
def decide() -> None:
    """Record the decision on a POINT, such as P1.

    Points under a finding follow its text in --agreed, each after a bullet: 'Text: • one; • two.'

    Other users of this machine can read the words that you type after a command. If that matters,
    put an embargoed text into a file and name the file. Or name '-' and type the text when the
    command waits.
    """


@accuracy.command()
@force_argument
@workspace_option
@lock_wait_option
@body_in("accuracy.commands")
def apply() -> None:
    """Put the agreed wordings into the force's findings."""


@accuracy.command()
@force_argument
@on_option
@workspace_option
@lock_wait_option
@body_in("accuracy.commands")
def reply() -> None:
    """Make the PDF that answers each of the force's points."""


@accuracy.command()
@force_argument
@by_option
@click.option(
    "--no-inaccuracies", "how", flag_value="no-inaccuracies", help="The force said there are none."
)
@click.option("--no-response", "how", flag_value="no-response", help="The answer is overdue.")
@on_option
@workspace_option
@lock_wait_option
@body_in("accuracy.commands")
def close() -> None:
    """End the check of a force with its findings in their present wording."""


@accuracy.command()
@forces_argument
@click.option(
    "--on",
    "day",
    metavar="DAY",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Show which answers are overdue on this day. Default: today in London.",
)
@json_option
@workspace_option
@body_in("accuracy.commands")
def status() -> None:
    """Show how far the accuracy check of each force has come, the most urgent first.

    Forces for which nobody has to do anything are one line; a FORCE that you name has its row.
    """

"""The workspace that a command works on, and the end of a command that is refused."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from hmic_letters.data.load import Workspace, load
from hmic_letters.problem import Refused, Unavailable
from hmic_letters.terminal.answers import FAILED, UNAVAILABLE, show_problems, workspace_root


@contextmanager
def reading(
    workspace: Path | None, output: Path | None = None, with_text: bool = True
) -> Iterator[Workspace]:
    """Read the workspace; a refusal in the ``with`` ends the command with its problems."""
    root = workspace_root(workspace)
    with answering(with_text=with_text):
        yield load(root, output)


@contextmanager
def answering(last: str = "", with_text: bool = True) -> Iterator[None]:
    """On Refused or Unavailable, show the reason and end the command.

    ``last`` is a line to show after the problems.
    """
    try:
        yield
    except Refused as error:
        show_problems(error.problems, with_text)
        if last:
            click.echo(last, err=True)
        sys.exit(FAILED)
    except Unavailable as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(UNAVAILABLE)

"""The body of ``preview``."""

import contextlib
import webbrowser
from pathlib import Path

import click

from hmic_letters.data.load import load
from hmic_letters.problem import Refused
from hmic_letters.terminal.answers import chosen, run_body, workspace_root
from hmic_letters.terminal.reading import answering


def preview(force: str | None, workspace: Path | None, output: Path | None) -> None:
    """Show letters in a browser, until the user interrupts it."""
    root = workspace_root(workspace)
    # If the data cannot be understood, the preview's page gives the reasons.
    with contextlib.suppress(Refused):
        read = load(root)
        if force:
            (force,) = chosen([force], read.slugs, read.names)
    # If a library is missing on this machine, importing the press raises Unavailable.
    with answering(), contextlib.suppress(KeyboardInterrupt):
        run_body("preview.server:show", root=root, output=output, slug=force, opened=_open)


def _open(page: Path) -> None:
    click.echo(f"Open {page.as_uri()} in a browser of this machine; Ctrl-C ends it.")
    webbrowser.open(page.as_uri())

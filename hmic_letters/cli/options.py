"""The options that commands share, and the link from a command to its body."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click

from hmic_letters.terminal.answers import run_body
from hmic_letters.workspace.paths import find_workspace, forces_with_file

Command = Callable[..., None]


def body_in(module: str) -> Callable[[Command], Command]:
    """Run the function of the same name in ``module``, imported when the command runs."""

    def decorate(declared: Command) -> Command:
        @wraps(declared)
        def run(**given: Any) -> None:
            run_body(f"{module}:{declared.__name__}", **given)

        return run

    return decorate


def complete(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[str]:  # noqa: ARG001
    """List the forces that begin with the typed letters, for the shell's completion."""
    root = ctx.params.get("workspace") or find_workspace(Path.cwd())
    return [slug for slug in (forces_with_file(root) if root else ()) if slug.startswith(begun)]


class Day(click.DateTime):
    """A day as 2014-08-11, '11 August 2014' or '11 Aug 2014'."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d", "%d %B %Y", "%d %b %Y"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the day. Fails with an example of how to write one."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            how = "Write it like this: 2014-08-11, or '11 August 2014'."
            self.fail(f"'{value}' is no day. {how}", param, ctx)


class Spoken(click.Choice[str]):
    """A choice in small or capital letters, with other words for some of the choices."""

    def __init__(self, choices: Sequence[str], also: Mapping[str, str]) -> None:
        super().__init__(choices, case_sensitive=False)
        self._also = also

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the choice that a word means."""
        return super().convert(self._also.get(str(value).casefold(), value), param, ctx)


workspace_option = click.option(
    "--workspace",
    metavar="DIR",
    envvar="HMIC_LETTERS_WORKSPACE",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with data/ and templates/. Default: the current folder or the nearest "
    "above it. [env: HMIC_LETTERS_WORKSPACE]",
)
forces_argument = click.argument("forces", nargs=-1, metavar="[FORCE]...", shell_complete=complete)
force_argument = click.argument("force", shell_complete=complete)
on_option = click.option(
    "--on",
    "day",
    metavar="DAY",
    type=Day(),
    help="The day of this step, such as 2014-08-11 or '11 August 2014'. Default: today in London.",
)
output_option = click.option(
    "--output",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the letters. Default: letters/ in the workspace.",
)
lock_wait_option = click.option(
    "--lock-wait",
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    default=60,
    help="How long to wait for another run that writes there. Default: 60.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON, for a script.")


def reason_option(required: bool, help_text: str) -> Callable[[Command], Command]:
    """Declare a --reason: printable text on one line, which the ledger can record."""
    return click.option(
        "--reason", metavar="TEXT", required=required, callback=_in_letters, help=help_text
    )


def _in_letters(ctx: click.Context, parameter: click.Parameter, text: str | None) -> str | None:
    if text is not None and not (text.strip() and text.isprintable()):
        raise click.BadParameter("say it in letters, on one line.", ctx, parameter)
    return text

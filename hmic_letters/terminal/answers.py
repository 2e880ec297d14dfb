"""The answers of a command: exit statuses, problems, and paths.

It imports nothing heavy. Why: a command that has nothing to do must end at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hmic_letters.workspace.paths import MARKER, find_workspace

if TYPE_CHECKING:
    from hmic_letters.problem import Problem

# Exit statuses; README has the same table. Click itself ends with 2 for a misused command.
FAILED = 1
UNAVAILABLE = 3
INTERRUPTED = 130


def run_body(place: str, *, lock_wait: float | None = None, **given: Any) -> None:
    """Import the body of a command, 'package.module:function', and run it.

    ``lock_wait`` is the number of seconds to wait for another run. Why by name: help and completion
    import no body, and a command imports no body but its own.
    """
    if lock_wait is not None:
        import_module("hmic_letters.workspace.lock").WAIT.set(lock_wait)
    module, _, name = place.partition(":")
    getattr(import_module(f"hmic_letters.{module}"), name)(**given)


def workspace_root(workspace: Path | None) -> Path:
    """Find the workspace that was named, or the nearest. Raises UsageError if there is none."""
    if workspace is not None:
        root = workspace.absolute()
        if not (root / MARKER).is_file():
            raise click.UsageError(f"{workspace} is not a workspace: it has no {MARKER}.")
        return root
    nearest = find_workspace(Path.cwd())
    if nearest is None:
        raise click.UsageError(
            f"There is no {MARKER} here or in a folder above. Go to a workspace, or name one with "
            "--workspace DIR."
        )
    return nearest


def show_problems(problems: Iterable[Problem], with_text: bool = True) -> None:
    """Show problems. Without ``with_text`` they quote nothing, for output that a log may keep."""
    for problem in problems:
        printed = problem if with_text else problem.without_text()
        click.echo(printed.text(relative_to=Path.cwd()), err=True)


def show_wrapped(text: str) -> None:
    """Print a text in lines of at most 80 characters, those after the first indented."""
    from hmic_letters.problem import visible  # noqa: PLC0415 (few runs need it)

    click.echo(click.wrap_text(visible(text), 80, "", "  "))


def shown(path: Path) -> str:
    """Return a path from the current folder, or the whole path if that is shorter."""
    return min(os.path.relpath(path), str(path), key=len)


def counted(number: int, noun: str) -> str:
    """Write a number with its noun: '1 letter', '43 letters'."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def chosen(
    forces: Sequence[str], register: Sequence[str], names: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the forces asked for, or all, each once and in the register's order.

    ``names`` has the slug of each force by its names and aliases, in small letters. Raises
    UsageError for a force that is not in the register.
    """
    forces = [names.get(force.casefold(), force) for force in forces]
    unknown = [force for force in forces if force not in register]
    if unknown:
        raise click.UsageError(
            "\n".join(
                f"There is no force '{force}' in the register. {_force_meant(force, register)}"
                for force in unknown
            ).rstrip()
        )
    return tuple(slug for slug in register if not forces or slug in forces)


def _force_meant(force: str, register: Sequence[str]) -> str:
    from hmic_letters.problem import did_you_mean  # noqa: PLC0415 (few runs need it)

    word = Path(force).stem.casefold().replace(" ", "-")
    begun = [slug for slug in register if word.startswith(f"{slug}-")]
    return f"Did you mean '{begun[0]}'?" if begun else did_you_mean(word, register)

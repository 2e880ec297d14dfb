"""The body of ``completion``."""

import click
from click.shell_completion import get_completion_class


def completion(shell: str) -> None:
    """Print the script that lets a shell complete commands, options and forces."""
    main = click.get_current_context().find_root().command
    kind = get_completion_class(shell)
    assert kind is not None  # the option allows no other shell
    click.echo(kind(main, {}, "hmic-letters", "_HMIC_LETTERS_COMPLETE").source())

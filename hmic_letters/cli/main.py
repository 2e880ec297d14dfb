"""The command ``hmic-letters``, and what can befall any of its commands."""

import atexit
import errno
import gc
import io
import sys
from pathlib import Path

import click

from hmic_letters import __version__
from hmic_letters.cli import letters, publication, record
from hmic_letters.cli.accuracy import accuracy
from hmic_letters.terminal.answers import INTERRUPTED, UNAVAILABLE

# Python looks for garbage when it ends: a tenth of a second, for memory that ends with it.
atexit.register(gc.freeze)

TO_BE_SEEN_TO = {errno.EACCES, errno.EDQUOT, errno.EFBIG, errno.ENOSPC, errno.EPERM, errno.EROFS}


class Commands(click.Group):
    """Gives a message and an exit status to what can befall any command at any moment."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            for stream in (sys.stdout, sys.stderr):
                # A terminal that has not the letters is shown what they are.
                if isinstance(stream, io.TextIOWrapper):
                    stream.reconfigure(errors="backslashreplace")
            # A folder that was deleted is no place to work from.
            Path.cwd()
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("\nInterrupted: what was written so far is whole.", err=True)
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            raise  # click's own: the reader of a pipe has gone
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            click.echo(
                f"Error: {where}{error.strerror or 'it is no file'}",
                err=True,
            )
            if error.errno in TO_BE_SEEN_TO:
                click.echo(
                    "  See to the space and the permissions there, then run again: nothing "
                    "half-written was kept.",
                    err=True,
                )
        except MemoryError:
            click.echo("Error: there is not enough memory.", err=True)
        sys.exit(UNAVAILABLE)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hmic-letters")
def main() -> None:
    """Letters to chief constables from an inspectorate's findings, as embargoed PDFs."""


for command in (*letters.COMMANDS, accuracy, *publication.COMMANDS, *record.COMMANDS):
    main.add_command(command)

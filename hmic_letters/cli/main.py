"""The command ``hmic-letters``, and errors that can happen in any of its commands."""

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
from hmic_letters.problem import Unavailable, failing
from hmic_letters.terminal.answers import INTERRUPTED, UNAVAILABLE

# Why: at its end Python would collect garbage for a tenth of a second, in memory that ends with it.
atexit.register(gc.freeze)

TO_BE_SEEN_TO = {errno.EACCES, errno.EDQUOT, errno.EFBIG, errno.ENOSPC, errno.EPERM, errno.EROFS}


class Commands(click.Group):
    """A group that turns errors of any command into a message and an exit status."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was typed; end the process with a message on an error."""
        try:
            for stream in (sys.stdout, sys.stderr):
                # If the terminal cannot encode a character, print its escape.
                if isinstance(stream, io.TextIOWrapper):
                    stream.reconfigure(errors="backslashreplace")
            # Raises OSError if the current folder was deleted.
            Path.cwd()
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("\nInterrupted: what was written so far is whole.", err=True)
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            raise  # the reader of a pipe has gone: click handles it
        except OSError as error:
            click.echo(f"Error: {_told(error)}", err=True)
            for note in getattr(error, "__notes__", []):
                click.echo(f"  {note}", err=True)
            if error.errno in TO_BE_SEEN_TO:
                click.echo(
                    "  See to the space and the permissions there, then run again: nothing "
                    "half-written was kept.",
                    err=True,
                )
        except Unavailable as error:
            click.echo(f"Error: {error}", err=True)
        except MemoryError:
            click.echo("Error: there is not enough memory.", err=True)
        sys.exit(UNAVAILABLE)


def _told(error: OSError) -> str:
    """Tell an error of the system: the path that failed, if there is one, and the reason."""
    if not error.filename:
        return error.strerror or str(error)
    path, why = failing(error, Path(error.filename))
    return f"{path}: {why}"


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="hmic-letters")
def main() -> None:
    """Make letters to chief constables from an inspectorate's findings, as embargoed PDFs."""


for command in (*letters.COMMANDS, accuracy, *publication.COMMANDS, *record.COMMANDS):
    main.add_command(command)

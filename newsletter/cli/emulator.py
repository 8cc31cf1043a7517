"""`newsletter emulator`: a SendGrid on this machine. The only place of the program that starts it.

In: the emulator's own flags. Out: one line of JSON that says where it is, then it runs until it is stopped. Called by the command
line.
"""

from __future__ import annotations

import click

from newsletter import cli
from newsletter.model.errors import ConfigurationError


@click.command(
    add_help_option=False, context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}
)
@click.argument("flags", nargs=-1, type=click.UNPROCESSED)
def command(flags: tuple[str, ...]) -> int:
    """A SendGrid on your own machine, for rehearsals."""
    from newsletter.emulator.options import parse
    from newsletter.emulator.serve import run

    try:
        options = parse(flags)
    except SystemExit as end:  # argparse has printed help, or what is wrong with a flag
        return end.code if isinstance(end.code, int) else cli.USAGE
    try:
        run(options)
    except (OSError, ValueError, OverflowError) as error:
        raise ConfigurationError(
            f"the emulator cannot start: {error}",
            code="emulator-start",
            hint="Choose another --port, or correct the file that a flag names.",
        ) from None
    return cli.DONE

"""`newsletter init DIR`: a new workspace, complete from the first moment.

In: a folder. Out: the sample workspace in it, and what to do next. Called by the command line.
"""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Make a new workspace, with the sample issue and templates."""
    from newsletter.pipeline import start

    written = start.init(folder)
    click.echo(f"Made a workspace in {folder}: {', '.join(written)}, and keys of its own in secrets/.")
    click.echo(
        "\nNext:\n"
        f"  cd {_quoted(folder)}\n"
        "  newsletter serve                          work in the browser: the studio\n"
        "  newsletter preview                        only look at the sample issues there\n"
        "  edit newsletter.toml                      your name, sender and postal address\n"
        "  newsletter new my-first-issue             start an issue of your own\n"
        "  newsletter check my-first-issue           list what is still to be mended\n"
    )


def _quoted(folder: Path) -> str:
    text = str(folder)
    return f'"{text}"' if " " in text else text

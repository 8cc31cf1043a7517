"""The command line: one file a command, imported only when it is called.

In: sys.argv. Out: an exit code: 0 done, 1 findings or refused, 2 wrong usage, 3 in doubt, held, or paused by a person.
Called by the `newsletter` script and `python -m newsletter`.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import NamedTuple

import click

from newsletter.model.errors import Explained, NewsletterError

DONE, REFUSED, USAGE, OPEN = 0, 1, 2, 3


class Entry(NamedTuple):
    """Where a command lives, and its line in `newsletter --help` (a test holds it against the command's own)."""

    module: str
    help: str


SECTIONS: dict[str, dict[str, Entry]] = {
    "Write": {
        "init": Entry("init", "Make a new workspace, with the sample issue and templates."),
        "new": Entry("new", "Start a new issue."),
        "letter": Entry("letter", "A newer letter into an issue that was brought in from one."),
        "teaser": Entry("teaser", "Fill a teaser from a web page."),
        "check": Entry("check", "Check an issue and list the remarks."),
        "build": Entry("build", "Write an issue out as HTML, text and .eml files."),
        "translate": Entry("translate", "Show how a translation stands; exchange it as a Word table."),
        "preview": Entry("preview", "Show issues in the browser, renewed at every save."),
        "proof": Entry("proof", "Write an issue out for readers on paper."),
    },
    "Send": {
        "test": Entry("test", "Send a test message to addresses of your choice."),
        "send": Entry("send", "Send an issue to its recipients, to the end."),
        "schedule": Entry("schedule", "Plan a mailing for a time or a holiday."),
        "approve": Entry("approve", "Approve a planned mailing."),
        "campaigns": Entry("campaigns", "List mailings and where they stand."),
        "series": Entry("series", "Mailings that come back every year."),
        "pause": Entry("pause", "Stop a mailing; what is under way ends, nothing new starts."),
        "resume": Entry("resume", "Carry a paused or interrupted mailing to its end."),
        "reschedule": Entry("reschedule", "Give a mailing another time, or those of it who have not got it."),
        "cancel": Entry("cancel", "Cancel what has not been handed over yet."),
        "hold": Entry("hold", "Stop every mailing, at once; readers' pages and unsubscribes go on."),
        "release": Entry(
            "release", "End the hold, or let one mailing go on; nothing that was missed goes out by itself."
        ),
        "holidays": Entry("holidays", "List holidays and observances; confirm the day of a feast."),
        "calendar": Entry("calendar", "Show what is coming; feed it to calendar programs."),
        "settle": Entry("settle", "Clear up what is not confirmed, from evidence or by decision."),
        "report": Entry("report", "Show what came of a mailing."),
        "why": Entry("why", "Tell why somebody did or did not get a mailing."),
    },
    "Recipients": {
        "members": Entry("members", "Import, show, edit, export members."),
        "segments": Entry("segments", "List segments and count who is in them."),
        "suppressions": Entry("suppressions", "The do-not-mail list."),
    },
    "Run": {
        "serve": Entry("serve", "Answer readers and the provider, and send what is due."),
        "work": Entry("work", "Send what is due, without web pages."),
        "staff": Entry("staff", "Accounts of the studio: add, change, end."),
        "claim": Entry("claim", "Let a restored or copied database send from here."),
        "notices": Entry("notices", "What staff were told by a second channel."),
        "doctor": Entry("doctor", "Check that real mailings would go well."),
        "settings": Entry("settings", "List every setting, its value and where it came from."),
        "emulator": Entry("emulator", "A SendGrid on your own machine, for rehearsals."),
        "demo": Entry("demo", "The whole way of a holiday greeting, on this machine only."),
    },
}

COMMANDS = {name: entry for section in SECTIONS.values() for name, entry in section.items()}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command = importlib.import_module(f"newsletter.cli.{entry.module}").command
        assert isinstance(command, click.Command)  # noqa: S101 - a programming mistake, not a condition
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's, with a suggestion for a misspelt name."""
        name = args[0] if args else ""
        if name and name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            ctx.fail(f"No such command '{name}'." + (f" Did you mean '{near[0]}'?" if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help, from the table above: nothing is imported."""
        for title, entries in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, entry.help) for name, entry in entries.items()])


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="newsletter", message="%(prog)s %(version)s")
def command() -> None:
    """Email newsletters from files: everyone once, nobody who left, provable, stoppable."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the only place where errors become exit codes."""
    try:
        result = command.main(
            args=None if arguments is None else list(arguments), prog_name="newsletter", standalone_mode=False
        )
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return REFUSED
    except Explained as error:
        from newsletter.cli.output import explain

        explain(error, as_json=_wants_json(arguments))
        return REFUSED
    except OSError as error:
        return _system(error, as_json=_wants_json(arguments))
    return result if isinstance(result, int) else DONE


def _wants_json(arguments: Sequence[str] | None) -> bool:
    return "--json" in (sys.argv[1:] if arguments is None else arguments)


def _system(error: OSError, *, as_json: bool) -> int:
    """What the operating system refused and nobody nearer could explain: a full disk, a file where a folder should be."""
    from newsletter.cli.output import explain

    reason = error.strerror or str(error)
    told = NewsletterError(
        f"the operating system refused: {f'{error.filename}: {reason}' if error.filename else reason}",
        code="system",
        hint="Look at the place, its rights, and the room on the disk.",
    )
    explain(told, as_json=as_json and error.filename is not None)
    return REFUSED


def _set_streams() -> None:
    """Files and pipes get UTF-8 whatever the code page (JSON is UTF-8: RFC 8259 section 8.1); a terminal that lacks a sign shows `?`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            chosen = stream.isatty() or "PYTHONIOENCODING" in os.environ
            stream.reconfigure(encoding=None if chosen else "utf-8", errors="replace")


def run() -> None:
    """The `newsletter` script."""
    _set_streams()
    sys.exit(main())

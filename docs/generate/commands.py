"""The commands as they describe themselves.

In: newsletter.cli. Out: Markdown, a section a command. Called by docs.generate.pages.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import click

from docs.generate.tables import row
from newsletter.cli import SECTIONS


def commands() -> str:
    """Every command in the order of `newsletter --help`."""
    lines: list[str] = []
    for title, entries in SECTIONS.items():
        lines += [f"## {title}", ""]
        for name, entry in entries.items():
            found = importlib.import_module(f"newsletter.cli.{entry.module}").command
            lines += _described(found, f"newsletter {name}", "###")
    return "\n".join(lines)


def _described(found: click.Command, path: str, heading: str) -> Iterator[str]:
    ctx = click.Context(found, info_name=path)
    yield f"{heading} `{path}`"
    yield ""
    yield (found.help or "").strip().replace("\n", " ")
    yield ""
    if isinstance(found, click.Group):
        if found.invoke_without_command:
            yield from _usage(found, path, ctx)
        yield from _options(found, ctx)
        for name in found.list_commands(ctx):
            inner = found.get_command(ctx, name)
            if inner is not None:
                yield from _described(inner, f"{path} {name}", heading + "#")
        return
    yield from _usage(found, path, ctx)


def _usage(found: click.Command, path: str, ctx: click.Context) -> Iterator[str]:
    pieces = [
        piece for piece in found.collect_usage_pieces(ctx) if not piece.startswith(("[OPTIONS]", "COMMAND"))
    ]
    yield f"    {path} {' '.join(pieces)}".rstrip()
    yield ""
    yield from _options(found, ctx)


def _options(found: click.Command, ctx: click.Context) -> Iterator[str]:
    options = [record for option in found.params if (record := _record(option, ctx))]
    if options:
        yield row("option", "meaning")
        yield row("---", "---")
        for flags, help_text in options:
            yield row(f"`{flags}`", help_text)
        yield ""


def _record(option: click.Parameter, ctx: click.Context) -> tuple[str, str] | None:
    return option.get_help_record(ctx) if isinstance(option, click.Option) else None

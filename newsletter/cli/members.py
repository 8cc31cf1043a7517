"""`newsletter members`: import, show, edit, export.

In: files, addresses, values. Out: text or one JSON object; exit 0 when anything was taken. Called by the command line.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from newsletter import app, cli
from newsletter.cli.output import counted, json_out, plain
from newsletter.model.member import FIELDS, ConsentBasis, Member, TrackingConsent

if TYPE_CHECKING:
    from newsletter.pipeline.members import Changes, Story

_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
_basis_option = click.option(
    "--basis", type=click.Choice([basis.value for basis in ConsentBasis]), help="The ground of consent."
)
_evidence_option = click.option("--evidence", default="", help="How we know; express consent needs it.")

F = TypeVar("F", bound=Callable[..., Any])


@click.group(no_args_is_help=True)
def command() -> None:
    """Import, show, edit, export members."""


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_basis_option
@_evidence_option
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="HEADER=NAME",
    help="What a column becomes: `Mail=email`; + for a further field.",
)
@click.option("--leave-out", multiple=True, metavar="HEADER", help="A column that is not read.")
@click.option(
    "--refused",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the rows that cannot be taken into this file.",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@_json_option
def import_(file: Path, basis: str | None, evidence: str, dry_run: bool, as_json: bool, **more: Any) -> int:
    """Import a CSV file: adds and changes, never brings back who left. --basis and --evidence stand in for rows without."""
    from newsletter.cli import importing
    from newsletter.pipeline.exporting import write
    from newsletter.pipeline.import_plan import refused_rows
    from newsletter.pipeline.importing import Options, import_members

    headers = dict(_pair(text, "--column takes HEADER=NAME") for text in more["columns"])
    headers |= dict.fromkeys(more["leave_out"], "")
    options = Options(ConsentBasis(basis) if basis else None, evidence, dry_run, headers=headers)
    with app.opened() as ctx, ExitStack() as stack:
        if more["refused"]:
            write(more["refused"], refused_rows(ctx, file, options), for_excel=True)
        with importing.progress_of(file) as progress:  # its line is gone before the report is written
            report = stack.enter_context(import_members(ctx, file, options, progress))
        if as_json:
            importing.members_json(report, dry_run=dry_run)
        else:
            importing.members_text(report, file.name, dry_run=dry_run)
        return cli.DONE if report.taken else cli.REFUSED


@command.command("export")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file; stdout when left out."
)
@click.option("--excel", is_flag=True, help="Mark the file as UTF-8 for Excel.")
def export(out: Path | None, excel: bool) -> int:
    """Write all members as CSV, in the columns that `import` reads."""
    from newsletter.pipeline import members
    from newsletter.pipeline.exporting import Export, note, write

    with app.opened() as ctx:
        note(ctx, Export.MEMBERS)
        if out:
            write(out, members.exported(ctx), for_excel=excel)
        else:
            print_bytes(members.exported(ctx), for_excel=excel)
    return cli.DONE


def print_bytes(pieces: Iterable[str], *, for_excel: bool = False) -> None:
    """Text on stdout as UTF-8, whatever the terminal's encoding is."""
    stream = sys.stdout.buffer
    stream.write(b"\xef\xbb\xbf" if for_excel else b"")
    for piece in pieces:
        stream.write(piece.encode())
    stream.flush()


def _value_options(function: F) -> F:
    """The options by which one member's values are given."""
    options: list[Callable[[Any], Any]] = [
        *(click.option(f"--{name.replace('_', '-')}", name, help="Empty clears it.") for name in FIELDS[1:]),
        click.option("--set", "attributes", multiple=True, metavar="NAME=VALUE", help="A further field."),
        click.option("--tag", "tags", multiple=True, help="Add a tag."),
        click.option("--untag", multiple=True, help="Take a tag away."),
        _basis_option,
        click.option("--consent-date", type=click.DateTime(["%Y-%m-%d"]), help="The day of the consent."),
        _evidence_option,
        click.option("--tracking-consent", type=click.Choice([one.value for one in TrackingConsent])),
        _json_option,
    ]
    for option in reversed(options):
        function = option(function)
    return function


@command.command()
@click.argument("email")
@_value_options
def add(email: str, as_json: bool, **values: Any) -> int:
    """Add one member."""
    from newsletter.pipeline import members

    with app.opened() as ctx:
        _show(members.add(ctx, email, _changes(values)), as_json=as_json)
    return cli.DONE


@command.command()
@click.argument("email")
@click.option("--email", "new_email", help="Another address for the same member.")
@_value_options
def edit(email: str, new_email: str | None, as_json: bool, **values: Any) -> int:
    """Change one member. What is not named stays."""
    from newsletter.pipeline import members

    with app.opened() as ctx:
        _show(members.edit(ctx, email, _changes({**values, "email": new_email})), as_json=as_json)
    return cli.DONE


def _changes(values: Mapping[str, Any]) -> Changes:
    from newsletter.pipeline.members import Changes, Grounds

    day: datetime | None = values["consent_date"]
    if values["basis"] is None and (day or values["evidence"]):
        raise click.UsageError("--consent-date and --evidence belong to a --basis")
    basis = ConsentBasis(values["basis"]) if values["basis"] else None
    tracking = values["tracking_consent"]
    return Changes(
        fields={name: values[name] for name in FIELDS if values.get(name) is not None},
        attributes=dict(_pair(text) for text in values["attributes"]),
        tags=frozenset(values["tags"]),
        untag=frozenset(values["untag"]),
        consent=Grounds(basis, day.date() if day else None, values["evidence"]) if basis else None,
        tracking=TrackingConsent(tracking) if tracking else None,
    )


def _pair(text: str, form: str = "--set takes NAME=VALUE") -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise click.UsageError(f"{form}, not {text!r}")
    return name.strip(), value.strip() if form.startswith("--column") else value


@command.command("list")
@click.option("--segment", default="", help="Only those in a segment, or of an expression.")
@click.option("--search", default="", help="Only those whose address, name or company holds this.")
@click.option("--limit", default=50, show_default=True, help="How many at most; 0: all.")
@_json_option
def list_(segment: str, search: str, limit: int, as_json: bool) -> int:
    """List members."""
    from newsletter.pipeline import members

    with app.opened() as ctx:
        total, found = members.listing(ctx, segment, search, limit)
    if as_json:
        json_out({"count": total, "members": [member_json(member) for member in found]})
        return cli.DONE
    for member in found:
        name = f"{member.first_name} {member.last_name}".strip()
        shown = (
            member.email,
            name,
            member.company,
            member.province,
            member.language,
            "; ".join(sorted(member.tags)),
        )
        click.echo(" · ".join(plain(text) for text in shown if text))
    more = f" The first {len(found)} are shown; --limit 0 shows all." if len(found) < total else ""
    click.echo(f"{counted(total, 'member')}.{more}", err=True)
    return cli.DONE


@command.command()
@click.argument("email")
@_json_option
def show(email: str, as_json: bool) -> int:
    """Show what is known of an address: the member, their consent, the do-not-mail list."""
    from newsletter.pipeline import members

    with app.opened() as ctx:
        story = members.story(ctx, email)
    _show(story, as_json=as_json)
    return cli.DONE if story.member or story.suppressions else cli.REFUSED


@command.command()
@click.argument("email")
@click.option("--evidence", default="asked us", show_default=True, help="How they said so.")
@_json_option
def unsubscribe(email: str, evidence: str, as_json: bool) -> int:
    """Somebody asked to be left in peace: at once, also in a running mailing."""
    from newsletter.pipeline import members

    with app.opened() as ctx:
        _show(members.unsubscribe(ctx, email, evidence), as_json=as_json)
    return cli.DONE


def _show(story: Story, *, as_json: bool) -> None:
    if as_json:
        json_out(_story_json(story))
        return
    rows = member_json(story.member) if story.member else {"email": story.address, "member": "no"}
    for name, value in rows.items():
        if value:
            text = "; ".join(value) if isinstance(value, list) else str(value)
            click.echo(f"{name:<18} {plain(text)}")
    click.echo(
        f"{'may be mailed':<18} {'yes' if story.exclusion is None else f'no: {story.exclusion.value}'}"
    )
    for one in story.suppressions:
        lifted = f", lifted {one.lifted_at:%Y-%m-%d}" if one.lifted_at else ""
        click.echo(f"{'do not mail':<18} {one.reason.value}, {plain(one.source)}, {one.at:%Y-%m-%d}{lifted}")
    for line in story.consents:
        basis = f" {line.basis.value}" if line.basis else ""
        said = " · ".join(plain(text) for text in (line.evidence, line.source, line.actor) if text)
        click.echo(f"{'consent log':<18} {line.at:%Y-%m-%d} {line.kind}{basis} {said}".rstrip())


def _story_json(story: Story) -> dict[str, object]:
    return {
        "member": member_json(story.member) if story.member else None,
        "email": story.address,
        "mailable": story.exclusion is None,
        "reason": story.exclusion.value if story.exclusion else None,
        "suppressions": [
            {
                "reason": one.reason.value,
                "source": one.source,
                "at": _moment(one.at),
                "lifted_at": _moment(one.lifted_at),
            }
            for one in story.suppressions
        ],
        "consents": [
            {
                "at": _moment(line.at),
                "kind": line.kind,
                "basis": line.basis.value if line.basis else None,
                "effective_on": _moment(line.effective_on),
                "evidence": line.evidence,
                "source": line.source,
                "actor": line.actor,
            }
            for line in story.consents
        ],
    }


def member_json(member: Member) -> dict[str, object]:
    """A member under the names of the columns of an export; attributes beside them."""
    consent = member.consent
    return {
        **{name: getattr(member, name) for name in FIELDS},
        "tags": sorted(member.tags),
        "consent_basis": consent.basis.value if consent else "",
        "consent_date": _moment(consent.on) if consent else None,
        "consent_evidence": consent.evidence if consent else "",
        "consent_expires_on": _moment(consent.expires_on) if consent else None,
        "tracking_consent": member.tracking_consent.value,
        **{name: value for name, value in member.attributes.items() if name not in FIELDS},
    }


def _moment(value: datetime | date | None) -> str | None:
    return value.isoformat().replace("+00:00", "Z") if value else None

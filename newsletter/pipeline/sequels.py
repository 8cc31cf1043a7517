"""Sequels: a mailing on the same issue and in the same books that completes another: only the refused, or only late joiners.

In: a mailing's number, a kind. Out: what it would be; a campaign of its own. Called by `retry`, `late`, approve, the studio, and
pipeline.correct, which makes the sequels of a mailing that was stopped.

A sequel keeps the occasion and the copy of the mailing that it follows: the ledger's own constraint keeps everyone once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from newsletter.compose.freeze import same_text
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.edition import Edition
from newsletter.model.errors import NotAllowed
from newsletter.model.said import Said
from newsletter.model.sequel import Sequel, SequelKind
from newsletter.pipeline import conclude, control, lease, plan
from newsletter.pipeline.context import Context
from newsletter.store import Connection, audit, campaigns, editions
from newsletter.store import sequels as rows
from newsletter.workspace.correcting import UNFILLED

_WRITTEN = {SequelKind.CORRECTED, SequelKind.TOLD}
_GOING = {CampaignStatus.SENDING, CampaignStatus.PAUSED, CampaignStatus.PREPARING}


@dataclass(frozen=True, slots=True)
class Offer:
    """What a sequel would be. `first`: the mailing that it follows; `open`: the sequel of this kind that was begun already."""

    first: Campaign
    ask: plan.Ask
    open: Campaign | None = None

    @property
    def sequel(self) -> Sequel:
        """What it completes."""
        if self.ask.sequel is None:
            raise LookupError(self.first.id)
        return self.ask.sequel


def of(ctx: Context, campaign: int) -> Sequel | None:
    """What a mailing completes; None for one that stands for itself."""
    with ctx.store.read() as db:
        return rows.of(db, campaign)


def every(ctx: Context) -> dict[int, Sequel]:
    """All sequels, by their own numbers."""
    with ctx.store.read() as db:
        return rows.every(db)


def root_of(db: Connection, campaign: int) -> int:
    """The first mailing of those that share one issue, its places and its books with this one. A short correction is an issue of its
    own: what completes it has nothing to do with the places of the mailing that it corrects."""
    found = rows.of(db, campaign)
    return found.root if found is not None and found.kind.same_issue else campaign


def family(ctx: Context, campaign: int) -> list[int]:
    """All mailings that complete or correct one another with this one, the first one first."""
    with ctx.store.read() as db:
        top = campaign
        while (found := rows.of(db, top)) is not None:
            top = found.root
        return sorted(_under(db, top))


def _under(db: Connection, root: int) -> Iterator[int]:
    yield root
    for one in rows.family(db, root):
        if one.kind.same_issue:
            yield one.campaign
        else:
            yield from _under(db, one.campaign)


def offer(ctx: Context, number: int, kind: SequelKind) -> Offer:
    """What completing a mailing would mean, before it counts. Raises NotFound; NotAllowed while it is going out, or while another
    sequel of it is not at its end."""
    with ctx.store.read() as db:
        first = control.get(db, number)
        root = root_of(db, number)
        if kind is SequelKind.LATE and rows.of(db, root) is not None:
            raise _for_nobody_else(root)
        unfinished = _unfinished(db, root, kind)
        if unfinished is None:
            first = last(db, first, {kind}) if kind is SequelKind.RETRY else first
            _require_still(first, kind)
        edition = editions.get(db, _newest(db, root).edition)
        sequel = Sequel(kind, first.id, root)
        if kind is SequelKind.RETRY and unfinished is None and not rows.left_over(db, sequel):
            raise _nobody(first)
    gentle = ctx.provider(first.provider).capabilities.official
    ask = plan.Ask(edition, first.audience, first.provider, gentle=gentle, sequel=sequel)
    return Offer(first, ask, unfinished)


def people(ctx: Context, number: int, kind: SequelKind) -> int:
    """How many deliveries of a mailing (of a chain of retries: of the last) a sequel of this kind would be about, by now."""
    with ctx.store.read() as db:
        first = control.get(db, number)
        first = last(db, first, {kind}) if kind is SequelKind.RETRY else first
        return rows.left_over(db, Sequel(kind, first.id, root_of(db, number)))


def begin(ctx: Context, offered: Offer) -> Campaign:
    """Write the sequel down as a draft, or find the one that another click or terminal made."""
    with lease.acting(ctx) as db:
        found = _unfinished(db, offered.sequel.root, offered.sequel.kind)
        if found is not None:
            return found
        return derive(ctx, db, offered.sequel, offered.ask.edition.id)


def derive(ctx: Context, db: Connection, sequel: Sequel, edition: str, **values: object) -> Campaign:
    """A draft that completes another mailing, within a transaction."""
    first = control.get(db, sequel.follows)
    official = ctx.provider(first.provider).capabilities.official
    number = campaigns.derive(
        db,
        first.id,
        ctx.now(),
        edition_id=edition,
        key_id=ctx.keys.current,
        official=official,
        gentle=official or first.gentle,
        stage="first" if official or first.gentle else "",
        **values,
    )
    rows.put(db, Sequel(sequel.kind, sequel.follows, sequel.root, number))
    audit.note(
        db, ctx.now(), ctx.actor, "plan", str(number), {"kind": sequel.kind.value, "follows": sequel.follows}
    )
    return control.get(db, number)


def require_text(db: Connection, campaign: int, edition: str) -> None:
    """Raises NotAllowed when a corrected text is to be approved that is the one which was stopped."""
    sequel = rows.of(db, campaign)
    if sequel is None or sequel.kind not in _WRITTEN:
        return
    before = control.get(db, sequel.follows).edition
    if edition != before and not _same(db, before, edition):
        _require_filled(sequel, editions.get(db, edition))
        return
    raise NotAllowed(
        Said(
            f"the text is the one that mailing {sequel.follows} has: nothing was corrected",
            f"le texte est celui de l’envoi {sequel.follows}\u00a0: rien n’a été corrigé",
        ),
        code="correct-unchanged",
        hint=Said(
            f"Change the issue first. To let the others have it as it was: newsletter correct {sequel.follows} --unchanged",
            f"Changez d’abord le numéro. Pour que les autres le reçoivent tel quel\u00a0: newsletter correct {sequel.follows} --unchanged",
        ),
    )


def _require_filled(sequel: Sequel, edition: Edition) -> None:
    if sequel.kind is SequelKind.TOLD and _left_to_fill(edition):
        raise NotAllowed(
            Said(
                f"the short correction {edition.artwork.slug} still says where something is to be written",
                f"le court rectificatif {edition.artwork.slug} indique encore où écrire quelque chose",
            ),
            code="correct-unfilled",
            hint=Said(
                f"Fill in every “{UNFILLED[0]}” and “{UNFILLED[1]}” first.",
                f"Remplissez d’abord chaque «\u00a0{UNFILLED[0]}\u00a0» et chaque «\u00a0{UNFILLED[1]}\u00a0».",
            ),
        )


def _left_to_fill(edition: Edition) -> bool:
    texts = edition.artwork.texts.values()
    parts = (
        part
        for text in texts
        for part in (*text.subject, text.preheader, *text.html)
        if isinstance(part, str)
    )
    return any(mark in part for part in parts for mark in UNFILLED)


def unfilled(ctx: Context, campaign: int, edition: Edition) -> bool:
    """Whether a short correction still says where something is to be written."""
    sequel = of(ctx, campaign)
    return sequel is not None and sequel.kind is SequelKind.TOLD and _left_to_fill(edition)


def unchanged(ctx: Context, campaign: int, edition: Edition) -> bool:
    """Whether a text that should be a corrected one is the one that was stopped."""
    with ctx.store.read() as db:
        sequel = rows.of(db, campaign)
        if sequel is None or sequel.kind not in _WRITTEN:
            return False
        before = control.get(db, sequel.follows).edition
        return edition.id == before or same_text(edition, editions.get(db, before))


def _same(db: Connection, one: str, other: str) -> bool:
    return same_text(editions.get(db, one), editions.get(db, other))


def edition_of(ctx: Context, found: Campaign) -> Edition:
    """The edition of a mailing."""
    with ctx.store.read() as db:
        return editions.get(db, found.edition)


def kept(ctx: Context, found: Campaign) -> Edition | None:
    """The text of a sequel that nobody writes: those whom it completes have it, whatever the files say by now. None: of any other
    mailing the files are what is approved."""
    sequel = of(ctx, found.id)
    return None if sequel is None or sequel.kind in _WRITTEN else edition_of(ctx, found)


def last(db: Connection, found: Campaign, kinds: Collection[SequelKind]) -> Campaign:
    """Of a chain of such sequels the last that was begun: whom it could not reach either is what is left."""
    for one in rows.family(db, root_of(db, found.id)):
        if one.kind in kinds and one.follows == found.id:
            after = control.get(db, one.campaign)
            found = after if after.started_at is not None else found
    return found


def _newest(db: Connection, root: int) -> Campaign:
    """The mailing with the text that people got last: a corrected one takes the place of the first."""
    numbers = [root, *(one.campaign for one in rows.family(db, root) if one.kind.same_issue)]
    started = [one for one in (control.get(db, number) for number in numbers) if one.started_at is not None]
    return started[-1] if started else control.get(db, root)


def _unfinished(db: Connection, root: int, kind: SequelKind) -> Campaign | None:
    """The sequel of this kind that is not at its end. Raises NotAllowed for one of another kind: its people are spoken for."""
    for one in rows.unfinished(db, root):
        if one.kind is kind:
            return control.get(db, one.campaign)
        if one.kind.same_issue:
            raise NotAllowed(
                Said(
                    f"mailing {one.campaign} completes this one already, and is not at its end",
                    f"l’envoi {one.campaign} complète déjà celui-ci, et n’est pas terminé",
                ),
                code="sequel-open",
                hint=Said(
                    f"newsletter report {one.campaign} shows where it stands; newsletter cancel {one.campaign} ends it.",
                    f"`newsletter report {one.campaign}` montre où il en est; `newsletter cancel {one.campaign}` y met fin.",
                ),
            )
    return None


def _require_still(found: Campaign, kind: SequelKind) -> None:
    """Whom the provider refused is known at the end; who joined since, as soon as it stands still."""
    known = found.status.over or (kind is SequelKind.LATE and found.status not in _GOING)
    if found.started_at is not None and known:
        return
    far = (
        Said("nobody has it yet", "personne ne l’a encore reçu")
        if found.started_at is None
        else Said("it is not at its end yet", "il n’est pas encore terminé")
    )
    raise NotAllowed(
        Said(
            f"mailing {found.id} is {found.status.value}: {far.en}",
            f"l’envoi {found.id} est {found.status.french}\u00a0: {far.fr}",
        ),
        code="sequel-early",
        hint=Said(
            f"newsletter settle {found.id} clears up what is not confirmed.",
            f"`newsletter settle {found.id}` règle ce qui n’est pas confirmé.",
        )
        if found.reason == conclude.NOT_CONFIRMED
        else Said(
            f"newsletter report {found.id} shows where it stands.",
            f"`newsletter report {found.id}` montre où il en est.",
        ),
    )


def _for_nobody_else(number: int) -> NotAllowed:
    return NotAllowed(
        Said(
            f"mailing {number} is a short correction: it is for those who have what it corrects, and nobody joins them",
            f"l’envoi {number} est un court rectificatif\u00a0: il s’adresse à ceux qui ont reçu ce qu’il corrige, et personne ne s’y ajoute",
        ),
        code="late-told",
        hint=Said(
            "`newsletter late` with the number of the mailing itself sends that to late joiners.",
            "`newsletter late` suivi du numéro de l’envoi lui-même l’envoie aux nouveaux venus.",
        ),
    )


def _nobody(found: Campaign) -> NotAllowed:
    return NotAllowed(
        Said(
            f"nobody of mailing {found.id} was refused: there is nobody to try again",
            f"personne de l’envoi {found.id} n’a été refusé\u00a0: il n’y a personne à qui réessayer",
        ),
        code="nobody-refused",
        hint=Said(
            "Whose mail bounced is not tried again: the address does not work, or the provider is still trying.",
            "Un courriel rejeté n’est pas renvoyé\u00a0: l’adresse ne fonctionne pas, ou le service d’envoi essaie encore.",
        ),
    )

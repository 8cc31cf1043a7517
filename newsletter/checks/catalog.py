"""The checks in their order, and the way they are run.

In: a CheckContext. Out: findings, sorted as an editor would list them. Called by pipeline.build; docs are made from it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from newsletter.checks import (
    bilingual_parity,
    client_support,
    contrast,
    dark_mode,
    date_past,
    date_weekday,
    dateline,
    duplicate_id,
    font_size,
    form_or_script,
    from_domain,
    head_css,
    heading_order,
    holiday_name,
    html_lang,
    html_nesting,
    image_alt,
    image_animated,
    image_format,
    image_only,
    image_size,
    image_weight,
    inclusive_words,
    invisible_characters,
    last_years_text,
    leftover_text,
    link_deceptive,
    link_insecure,
    link_malformed,
    link_shortener,
    link_status,
    link_text_generic,
    link_tracking,
    mojibake,
    observance,
    one_language,
    outlook_traps,
    personalization,
    picture_ground,
    postal_address_missing,
    preheader_equals_subject,
    preheader_missing,
    size_clipped,
    slot_without_fallback,
    spam_points,
    spelling,
    sponsor_expired,
    subject_length,
    subject_missing,
    subject_style,
    table_role,
    tap_target,
    text_lines,
    text_parity,
    time_zone_missing,
    title_missing,
    translation_stale,
    unresolved_placeholder,
    unsubscribe_missing,
    waiving,
    word_count,
)
from newsletter.checks.context import CheckContext
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding, Severity, finding
from newsletter.model.place import Place
from newsletter.model.said import NBSP, NOTHING, Said


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its stable name and the function that makes its findings. `needed`: why it can never be accepted (`accept:`)."""

    name: str
    run: Callable[[CheckContext], Iterable[Finding]]
    needed: Said = NOTHING

    @property
    def reference(self) -> str:
        """Its entry in docs/reference/checks.md: the function's own description."""
        return inspect.getdoc(self.run) or ""


_LAW = Said("the law asks for it in every mail (CASL)", "la loi l’exige dans chaque courriel (LCAP)")
_SEEN = Said(
    "readers would see a mail that was not finished",
    "les lecteurs verraient un courriel qui n’est pas terminé",
)

_NAMED = Said(
    "a person is to be named: `only:` with `by:` and `reason:`",
    f"une personne doit être nommée{NBSP}: `only:` avec `by:` et `reason:`",
)

CHECKS = (
    Check(subject_missing.NAME, subject_missing.check, _SEEN),
    Check(subject_length.NAME, subject_length.check),
    Check(subject_style.NAME, subject_style.check),
    Check(preheader_missing.NAME, preheader_missing.check),
    Check(preheader_equals_subject.NAME, preheader_equals_subject.check),
    Check(title_missing.NAME, title_missing.check),
    Check(unresolved_placeholder.NAME, unresolved_placeholder.check, _SEEN),
    Check(slot_without_fallback.NAME, slot_without_fallback.check, _SEEN),
    Check(personalization.NAME, personalization.check),
    Check(leftover_text.NAME, leftover_text.check),
    Check(mojibake.NAME, mojibake.check),
    Check(invisible_characters.NAME, invisible_characters.check),
    Check(dateline.NAME, dateline.check),
    Check(date_weekday.NAME, date_weekday.check),
    Check(date_past.NAME, date_past.check),
    Check(time_zone_missing.NAME, time_zone_missing.check),
    Check(holiday_name.NAME, holiday_name.check),
    Check(bilingual_parity.NAME, bilingual_parity.check),
    Check(last_years_text.NAME, last_years_text.check),
    Check(one_language.NAME, one_language.check, _NAMED),
    Check(translation_stale.NAME, translation_stale.check),
    Check(observance.NAME, observance.check),
    Check(link_malformed.NAME, link_malformed.check),
    Check(link_status.NAME, link_status.check),
    Check(link_insecure.NAME, link_insecure.check),
    Check(link_shortener.NAME, link_shortener.check),
    Check(link_deceptive.NAME, link_deceptive.check),
    Check(link_text_generic.NAME, link_text_generic.check),
    Check(link_tracking.NAME, link_tracking.check),
    Check(image_alt.NAME, image_alt.check),
    Check(image_format.NAME, image_format.check),
    Check(image_weight.NAME, image_weight.check),
    Check(image_size.NAME, image_size.check),
    Check(image_animated.NAME, image_animated.check),
    Check(image_only.NAME, image_only.check),
    Check(html_lang.NAME, html_lang.check),
    Check(heading_order.NAME, heading_order.check),
    Check(table_role.NAME, table_role.check),
    Check(contrast.NAME, contrast.check),
    Check(font_size.NAME, font_size.check),
    Check(tap_target.NAME, tap_target.check),
    Check(dark_mode.NAME, dark_mode.check),
    Check(picture_ground.NAME, picture_ground.check),
    Check(outlook_traps.NAME, outlook_traps.check),
    Check(head_css.NAME, head_css.check),
    Check(form_or_script.NAME, form_or_script.check),
    Check(duplicate_id.NAME, duplicate_id.check),
    Check(html_nesting.NAME, html_nesting.check),
    Check(text_parity.NAME, text_parity.check),
    Check(text_lines.NAME, text_lines.check),
    Check(word_count.NAME, word_count.check),
    Check(spelling.NAME, spelling.check),
    Check(inclusive_words.NAME, inclusive_words.check),
    Check(spam_points.NAME, spam_points.check),
    Check(unsubscribe_missing.NAME, unsubscribe_missing.check, _LAW),
    Check(postal_address_missing.NAME, postal_address_missing.check, _LAW),
    Check(sponsor_expired.NAME, sponsor_expired.check),
    Check(client_support.NAME, client_support.check),
    Check(from_domain.NAME, from_domain.check),
    Check(size_clipped.NAME, size_clipped.check),
)


def run(context: CheckContext, checks: Iterable[Check] = CHECKS) -> tuple[Finding, ...]:
    """All findings of all checks, each once. A check that fails becomes a finding: it never stops the others."""
    found = [one for check in checks for one in _run_one(check, context)]
    return ordered(merged(found, context.artwork.languages))


def _run_one(check: Check, context: CheckContext) -> list[Finding]:
    found: list[Finding] = []
    try:
        found.extend(check.run(context))
    except Exception as failure:  # noqa: BLE001 - whatever is wrong with a check, the author gets the other remarks
        what = f"({type(failure).__name__}{{}}: {failure})"
        message = Said(
            f"this check failed {what.format('')}; nothing is known about what it looks at",
            f"cette vérification a échoué {what.format(NBSP)}; on ne sait rien de ce qu’elle examine",
        )
        hint = Said(
            "This is a mistake in the program: please report it with the issue file.",
            "C’est une erreur du programme: signalez-la avec le fichier du numéro.".replace(":", f"{NBSP}:"),
        )
        found.append(finding(check.name, Severity.ERROR, message, hint=hint))
    return found


def rules(sources: Mapping[str, str]) -> waiving.Rules:
    """What may be accepted with a reason, and what never."""
    needed = {check.name: check.needed for check in CHECKS if check.needed}
    return waiving.Rules(frozenset(check.name for check in CHECKS), needed, sources)


def merged(findings: Iterable[Finding], languages: tuple[str, ...]) -> Iterator[Finding]:
    """The same remark in several languages is made once; what the bilingual text repeats is left out."""
    spoken: dict[Finding, list[str]] = {}
    for one in findings:
        spoken.setdefault(replace(one, language=""), []).append(one.language)
    for one, names in spoken.items():
        single = [name for name in dict.fromkeys(names) if name and BOTH not in name]
        everywhere = "" in names or (len(languages) > 1 and set(languages) <= set(single))
        for name in [""] if everywhere else single or names[:1]:
            yield replace(one, language=name)


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By file and line; what has no place comes last."""
    return tuple(sorted(findings, key=lambda one: (one.place is None, one.place or Place(""))))


def reference() -> str:
    """docs/reference/checks.md: every check with what it asks and its levels."""
    entries = (f"## {check.name}\n\n{check.reference}\n" for check in CHECKS)
    return "# Checks\n\n" + "\n".join(entries)

"""What the pages of recipients share: values as people read them, files to take away.

In: visits, values. Out: words, responses. Called by the other modules of this package.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import Response

from newsletter.model.member import ConsentBasis, SuppressionReason, TrackingConsent
from newsletter.pipeline.import_words import in_words
from newsletter.pipeline.listing import PROVINCE_NAMES
from newsletter.pipeline.tale_words import BASES, LISTED, WHY
from newsletter.web.studio.visit import Visit

EXCEL_MARK = "\ufeff"  # without it, Excel takes UTF-8 for Windows-1252


class Names:
    """Values of members as the language of the page calls them. What is not known here stands as it is."""

    def __init__(self, visit: Visit) -> None:
        self._language = visit.language
        self._w = visit.w

    def province(self, code: str) -> str:
        """`Quebec` for `QC`."""
        found = PROVINCE_NAMES.get(code)
        return found.told(self._language) if found else code

    def language(self, code: str) -> str:
        """`French` for `fr`."""
        return {"en": self._w.people_english, "fr": self._w.people_french}.get(code, code)

    def why(self, reason: str) -> str:
        """Why somebody is not mailed."""
        return WHY[reason].told(self._language) if reason in WHY else reason

    def basis(self, basis: ConsentBasis | str) -> str:
        """A ground of consent."""
        return BASES[ConsentBasis(basis)].told(self._language)

    def reason(self, reason: SuppressionReason) -> str:
        """Why an address is on the do-not-mail list."""
        return LISTED[reason].told(self._language)

    def field(self, name: str) -> str:
        """A field of members, as `province`; a further field by its own name."""
        key = {"consent": "people_consent"}.get(name, f"segments_field_{name}")
        return str(getattr(self._w, key, "") or name.replace("_", " "))

    def value(self, field: str, text: str) -> str:
        """What a field holds, in words where it is a code."""
        if field == "consent":
            ground, dot, rest = text.partition(" · ")
            return f"{self.basis(ground)}{dot}{rest}"
        known = {"province": self.province, "language": self.language}
        if field == "tracking_consent":
            return self.tracking(TrackingConsent(text))
        return known[field](text) if field in known else text

    def remark(self, text: str) -> str:
        """What is said about a row of a file."""
        return in_words(text).told(self._language)

    def not_mailable(self, why: str) -> str:
        """Why a member of a file may not be mailed: a reason as above, or what was missing in the consent that the file claims."""
        return str(getattr(self._w, f"intake_why_{why.replace('-', '_')}", "") or self.why(why))

    def tracking(self, consent: TrackingConsent) -> str:
        """Whether one's own reading may be measured."""
        return str(getattr(self._w, f"people_tracking_{consent.value}"))


def as_file(pieces: Iterable[str], name: str) -> Response:
    """A CSV file to take away. The name is ours: letters, digits, hyphens."""
    body = EXCEL_MARK + "".join(pieces).removeprefix(EXCEL_MARK)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)

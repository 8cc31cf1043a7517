"""The thresholds of all checks: name, default, meaning. The only place that knows them.

In: nothing. Out: data. Read by settings, which lets newsletter.toml change them, by the checks, and by the documents.

`subject-length.most` stands in newsletter.toml as `most` under `[checks.subject-length]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Limit = int | float | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """One threshold. `name` begins with the check's own name and a full stop."""

    name: str
    default: Limit
    help: str

    @property
    def check(self) -> str:
        """The check that it belongs to."""
        return self.name.partition(".")[0]


THRESHOLDS: tuple[Threshold, ...] = (
    Threshold("size-clipped.warn", 90, "Kilobytes of HTML from which a mail is near the size at which Gmail cuts it off."),
    Threshold("size-clipped.most", 102, "Kilobytes of HTML from which Gmail hides the rest, footer included."),
    Threshold("subject-length.least", 10, "The fewest characters of a subject."),
    Threshold("subject-length.most", 60, "The most characters of a subject that phones show."),
    Threshold("subject-length.longest", 78, "The most characters of a subject that any mail program shows."),
    Threshold("link-status.unsure", ("401", "402", "403", "405", "406", "418", "429", "451", "503", "999"), "Statuses with which servers send programs away and let people in."),
    Threshold("image-alt.most", 125, "The most characters of alternative text."),
    Threshold("client-support.share", 10, "Percent of readers whose mail programs must lack a feature for it to be remarked on."),
    Threshold("client-support.mix", ("apple-mail.ios=28", "outlook.windows=20", "gmail.desktop-webmail=14", "outlook.outlook-com=8", "apple-mail.macos=7", "gmail.android=6", "gmail.ios=5", "outlook.ios=4", "outlook.macos=3", "outlook.android=2", "yahoo.desktop-webmail=2", "samsung-email.android=1"), "The readers' mail programs, with their shares."),
    Threshold("client-support.allowed", (), "Features, by their names at caniemail.com, that are used in spite of that."),
)  # fmt: skip

DEFAULTS: Mapping[str, Limit] = MappingProxyType({one.name: one.default for one in THRESHOLDS})

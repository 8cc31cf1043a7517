"""What composing is handed: every text and image that may be needed, so that it touches no disk.

In: files that `workspace` read. Out: one frozen value that crosses a pipe. Called by pipeline, renderer.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace

from newsletter.model.hosted import FileFact
from newsletter.model.publication import Publication

# Controls that no text file needs, and Unicode's noncharacters: the line marks of templates are made of those.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SourceText:
    """One issue file. `path` is relative to the workspace; `language` is empty when the file's name holds none."""

    path: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """An issue with everything that it may be made of.

    `templates` maps POSIX paths relative to templates/ to texts (*.mjml, *.txt, *.css, *.toml); `images` maps paths relative to
    the workspace ("issues/<slug>/a.png", "templates/images/logo.png") to bytes. `files` are the other files of the issue's folder by path, of which at
    most `largest_file` bytes are hosted.
    `sponsors` is the text of sponsors.toml, empty when there is none. `wanted` names the texts that are made ("en", "en+fr"); empty: all
    of them. A picture of one language while somebody types costs a third of the whole. `fast`: styles are put into elements by css-inline.
    """

    slug: str
    sources: tuple[SourceText, ...]
    templates: dict[str, str]
    images: dict[str, bytes]
    publication: Publication
    default_template: str = "letter"
    sponsors: str = ""
    files: dict[str, FileFact] = field(default_factory=dict)
    largest_file: int = 10 << 20
    wanted: tuple[str, ...] = ()
    fast: bool = False

    def cleaned(self) -> Request:
        """The same with texts in one form, whatever editor wrote them."""
        sources = tuple(replace(source, text=cleaned(source.text)) for source in self.sources)
        templates = {path: cleaned(text) for path, text in self.templates.items()}
        return replace(self, sources=sources, templates=templates, sponsors=cleaned(self.sponsors))


def cleaned(text: str) -> str:
    """Text in NFC with LF line ends, and without a byte order mark, stray controls, lone surrogates or noncharacters.

    mrml stops at CRLF (its issue 654); lxml refuses controls.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNWANTED.sub("", lines))

"""Which values of `data:` are texts that readers read, and which are addresses, names of files, dates and figures.

In: `data:` as it was written, the publication's languages. Out: DataText values. Called by frontmatter.read.

The rule, told in docs/howto/two-languages.md: what has a version for each language is text, and so is one value of two words or more;
never what is wholly an address, a file, a colour, a date or figures, whatever key it stands under.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from newsletter.compose.frontmatter.scalars import Written
from newsletter.model.outline import DataText

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_ADDRESS: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//|www\.|/|\.{1,2}/)\S+|\S+@\S+\.\S+", re.IGNORECASE)
_FILE: Final = re.compile(r"\S+\.[a-z][a-z0-9]{1,4}|[\w ()+-]+\.(?:png|jpe?g|gif|webp|svg)", re.IGNORECASE)
_COLOUR: Final = re.compile(r"#[0-9a-f]{3,8}|(?:rgb|hsl)a?\([^)]*\)", re.IGNORECASE)


def data_texts(written: Written, languages: Collection[str]) -> Iterator[DataText]:
    """The texts of one file's `data:`, in their order. Where one version is read, all are, the empty ones, too."""
    content = written.content
    found = [
        one
        for key, part in (content.items() if isinstance(content, dict) else ())
        for one in _below(part, (key,), "", languages)
    ]
    read = {one.steps for one in found if is_words(one.text, alone=not one.language)}
    yield from (one for one in found if one.steps in read)


def is_versions(content: object, languages: Collection[str]) -> bool:
    """True for a mapping that has a value for each language: all its keys are languages of the publication."""
    return isinstance(content, dict) and bool(content) and content.keys() <= set(languages)


def is_words(text: str, *, alone: bool) -> bool:
    """True for what is written to be read. A value that stands `alone` for all languages is read when it has two words: one word may be
    a name that a template asks for."""
    flat = text.strip()
    if not _WORD.search(flat) or any(form.fullmatch(flat) for form in (_ADDRESS, _FILE, _COLOUR)):
        return False
    return not alone or len(flat.split()) > 1


def _below(
    written: Written, steps: tuple[str, ...], language: str, languages: Collection[str]
) -> Iterator[DataText]:
    content = written.content
    if isinstance(content, str):
        yield DataText(steps, language, content, written.place)
    elif isinstance(content, tuple):
        for number, item in enumerate(content, 1):
            yield from _below(item, (*steps, str(number)), language, languages)
    elif not language and is_versions(content, languages):
        for key, part in content.items():
            yield from _below(part, steps, key, languages)
    else:
        for key, part in content.items():
            yield from _below(part, (*steps, key), language, languages)

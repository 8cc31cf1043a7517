"""The pictures of a letter: looked at within limits, named after what they show, made into what mail programs read.

In: bytes, and the img elements that show them. Out: names and Pictures; remarks. Called by letters.read.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import warnings
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, UnidentifiedImageError

from newsletter.letters.ooxml import short
from newsletter.letters.value import Choices, Picture, Remark, Said
from newsletter.letters.word import PICTURE

MOST_PIXELS = 40_000_000
LARGEST = 8 << 20  #: bytes of one picture; a larger one is scaled down
_WIDEST = 1600
_READ = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
_ENDINGS = {"PNG": ".png", "JPEG": ".jpg", "MPO": ".jpg", "GIF": ".gif"}
_BY_MACHINE = re.compile(
    r"description automatically generated|description générée automatiquement|ai-generated content|contenu généré par l[’']ia",
    re.IGNORECASE,
)
_NO_WORDS = re.compile(
    r".*\.(png|jpe?g|gif|bmp|tiff?|webp|emf|wmf)|(img|dsc|image|picture|photo|untitled|graphic|grafik)[ _-]?\d*",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Gallery:
    """Gives each picture one name, whenever it is shown. `pictures` are those that were asked for."""

    contents: list[bytes]
    choices: Choices
    pictures: dict[str, Picture] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def name(self, image: Any) -> str:
        """The file's name for an img element; empty, and told, when it cannot be shown. It settles the element's `alt`."""
        number = (image.get("src") or "").removeprefix(PICTURE)
        if not number.isdigit() or int(number) >= len(self.contents):
            return ""
        image.set("alt", self._alt(image.get("alt") or ""))
        content = self.contents[int(number)]
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self._names:
            self._names[digest] = self._add(content, image.get("alt"))
        return self._names[digest]

    def rename(self, old: str, stem: str) -> str:
        """A better name, once it is known what a picture is; the old one stays where the file is there already."""
        if old not in self.pictures:
            return self.renamed.get(old, old)
        name = self._free(slug(stem), "." + old.rpartition(".")[2])
        self.pictures[name] = Picture(name, self.pictures.pop(old).content)
        self._names = {digest: name if known == old else known for digest, known in self._names.items()}
        self.renamed[old] = name
        return name

    def _alt(self, written: str) -> str:
        alt = " ".join(written.split())
        if _BY_MACHINE.search(alt):
            self.remarks.append(
                Remark(Said.LEFT_OUT, "words for a picture that a machine made up", short(alt, 90))
            )
            return ""
        return "" if _NO_WORDS.fullmatch(alt) else alt

    def _add(self, content: bytes, alt: str) -> str:
        made = self._readable(content)
        if made is None:
            return ""
        data, ending = made
        known = self.choices.known.get(hashlib.sha256(data).hexdigest())
        if known:
            return known
        name = self._free(slug(alt) or f"picture-{len(self.pictures) + 1}", ending)
        self.pictures[name] = Picture(name, data)
        return name

    def _free(self, stem: str, ending: str) -> str:
        taken = {*self.pictures, *self.choices.taken}
        names = (f"{stem}{f'-{number}' if number > 1 else ''}{ending}" for number in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)

    def _readable(self, content: bytes) -> tuple[bytes, str] | None:
        """A picture's bytes as PNG, JPEG or GIF, and the ending of its name."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)
                with Image.open(io.BytesIO(content), formats=_READ) as picture:
                    return self._judged(content, picture)
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            what = "a picture of a kind that no mail shows (EMF, WMF, SVG?) was left out: save it as PNG and put that in"
            self.remarks.append(Remark(Said.TO_DO, what))
            return None

    def _judged(self, content: bytes, picture: Image.Image) -> tuple[bytes, str] | None:
        width, height = picture.size
        if width * height > MOST_PIXELS:
            self.remarks.append(
                Remark(Said.TO_DO, f"a picture of {width} × {height} pixels was left out: scale it down")
            )
            return None
        if width < 3 or height < 3:
            self.remarks.append(
                Remark(Said.LEFT_OUT, f"a picture of {width} × {height} pixels: it shows nothing")
            )
            return None
        kind = picture.format or ""
        if kind in _ENDINGS and len(content) <= LARGEST:
            return content, _ENDINGS[kind]
        self.remarks.append(
            Remark(Said.CHANGED, f"a picture ({kind}, {width} × {height}) was written anew for mail")
        )
        return _anew(picture, photograph=kind in {"JPEG", "MPO"})


def _anew(picture: Image.Image, *, photograph: bool) -> tuple[bytes, str]:
    picture.thumbnail((_WIDEST, _WIDEST * 4))
    out = io.BytesIO()
    if photograph:
        picture.convert("RGB").save(out, "JPEG", quality=88)
        return out.getvalue(), ".jpg"
    picture.convert("RGBA").save(out, "PNG", optimize=True)
    return out.getvalue(), ".png"


def slug(text: str) -> str:
    """`Signature de Zoé` → `signature-de-zoe`; at most 40 signs, ending with a whole word. Never a path."""
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign)
    )
    words = re.findall("[a-z0-9]+", plain)
    name = ""
    for word in words:
        if len(name) + len(word) + 1 > 40:
            break
        name = f"{name}-{word}" if name else word
    return name or (words[0][:40] if words else "")

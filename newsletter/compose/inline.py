"""CSS put into style attributes, by premailer or faster, and the proof that nothing else was altered.

In: compiled HTML, the theme's inline CSS. Out: HTML, or InlineFault. Called by compose.parts. Rendering research 3: with these
settings premailer changed no pixel of 25 official templates; with its defaults, of all of them.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Any

from premailer import Premailer

from newsletter.compose import inline_fast
from newsletter.compose.tokens import Tokens
from newsletter.model.said import Said

_SILENT = 50  # logging.CRITICAL: cssutils warns of every property it does not know
_STYLE = re.compile(r"<style(?=[\s>])", re.IGNORECASE)
_IGNORE = '<style data-premailer="ignore"'
_STYLE_BLOCK = re.compile(r"<style\b[^>]*>(.*?)</style>", re.IGNORECASE | re.DOTALL)
_DOCTYPE = re.compile(r"^\s*<!doctype html>", re.IGNORECASE)
_IMG_WIDTH = re.compile(r'<img\b[^>]*?\swidth="([^"]*)"', re.IGNORECASE)
_EMPTY_ITEM = re.compile(r"(<li\b[^>]*>)(?=</li>)", re.IGNORECASE)
_PADDED = re.compile(r"""(\shref=)("|')\s*(.*?)\s*(?=\2)""", re.IGNORECASE | re.DOTALL)
_ENCODED_BRACES = re.compile(r"%7B", re.IGNORECASE)


class InlineFault(Exception):
    """What did not hold after inlining; the HTML is not to be trusted."""

    def __init__(self, message: Said) -> None:
        super().__init__(message)
        self.message = message


# Of its defaults these would alter what the author wrote (rendering research 3).
_SETTINGS: dict[str, Any] = {
    "allow_network": False,
    "keep_style_tags": False,
    "strip_important": False,
    "disable_validation": True,
    "disable_basic_attributes": ["width", "height", "align", "valign", "bgcolor"],
    "cssutils_logging_level": _SILENT,
}


@lru_cache(maxsize=64)
def _rules(css: str, number: int) -> tuple[list[Any], list[Any]]:
    read: tuple[list[Any], list[Any]] = Premailer("<p>", **_SETTINGS)._parse_style_rules(css, number)  # noqa: SLF001  # see below
    return read


class _Inliner(Premailer):  # type: ignore[misc]  # it has no types
    """Premailer that reads the same rules once: the emails of an issue share them, and reading is half of its work."""

    def _parse_style_rules(self, css_body: str, ruleset_index: int) -> tuple[list[Any], list[Any]]:
        return _rules(css_body, ruleset_index)


def inlined(html: str, css: str, tokens: Tokens, *, fast: bool = False) -> str:
    """The HTML with `css` in its style attributes; <style> blocks stay as they are. `fast`: by css-inline, where that is sure to give
    the same mail.

    Raises InlineFault when the doctype, a token, a conditional comment, an image width or an address did not survive.
    """
    if not html.strip():
        raise InlineFault(
            Said("there is no HTML to put styles into", "il n’y a pas de HTML où mettre les styles")
        )
    upper = _DOCTYPE.sub("<!DOCTYPE html>", html)  # premailer compares it case-sensitively, and drops ours
    spared = _spared(upper)
    result = (inline_fast.styled(spared, css) if fast else None) or _by_premailer(spared, css)
    _prove(upper, result, tokens)
    return result


def _by_premailer(html: str, css: str) -> str:
    marked = _STYLE.sub(_IGNORE, html)
    made = _Inliner(
        marked,
        css_text=css or None,
        align_floating_images="float" in f"{marked}{css}".lower(),  # it parses the style of every image anew
        **_SETTINGS,
    ).transform(pretty_print=False)
    # A style inside a conditional comment is no element for premailer, and keeps its mark.
    return str(made).replace(_IGNORE, "<style")


def _spared(html: str) -> str:
    """The HTML without what lxml would write otherwise: the end tag of an empty item is left out (no block could be cut around
    it), and spaces around an address become part of it."""
    return _PADDED.sub(r"\1\2\3", _EMPTY_ITEM.sub(r"\1 ", html))


def _prove(before: str, after: str, tokens: Tokens) -> None:
    if not after.startswith("<!DOCTYPE html>"):
        raise InlineFault(Said("the doctype was lost", "le doctype s’est perdu"))
    if Counter(tokens.found(before)) != Counter(tokens.found(after)):
        raise InlineFault(
            Said("a personal field or a mark was lost", "un champ personnel ou un repère s’est perdu")
        )
    if before.count("<!--[if") != after.count("<!--[if"):
        raise InlineFault(Said("a conditional comment was lost", "un commentaire conditionnel s’est perdu"))
    if len(_ENCODED_BRACES.findall(before)) != len(_ENCODED_BRACES.findall(after)) or "{{%20" in after:
        raise InlineFault(
            Said("an address with braces was altered", "une adresse avec des accolades a été modifiée")
        )
    if before.count("{{") != after.count("{{"):
        raise InlineFault(Said("a placeholder was altered", "un champ à remplir a été modifié"))
    if _IMG_WIDTH.findall(before) != _IMG_WIDTH.findall(after):
        raise InlineFault(Said("the width of an image was altered", "la largeur d’une image a été modifiée"))
    if any(block not in after for block in _STYLE_BLOCK.findall(before)):
        raise InlineFault(Said("a style block was altered", "un bloc de styles a été modifié"))

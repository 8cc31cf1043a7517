"""What MJML allows: elements, what may stand in them, their attributes and the kinds of their values.

In: nothing. Out: tables. Called by mjml.structure, mjml.values.

From the documented tables of mjml 4.18.0 (MIT, mjmlio/mjml, packages/mjml-preset-core), written by name and kind; `FRESH` holds what mjml
5.4 added, and the compiler (mrml 6.0.1) does not know. tests/unit/compose/test_mjml.py compares both where Node is there.
"""

from __future__ import annotations

from typing import Final

_ATTRIBUTES: Final = {
    "mj-body": ("unit(px): width; color: background-color"),
    "mj-breakpoint": ("unit(px): width"),
    "mj-font": ("string: name href"),
    "mj-style": ("string: inline"),
    "mj-hero": (
        "string: mode background-url background-position border-radius; unit(px,%): height "
        "background-width background-height inner-padding-top inner-padding-left inner-padding-right "
        "inner-padding-bottom padding-bottom padding-left padding-right padding-top; color: "
        "container-background-color inner-background-color background-color; unit(px,%){1,4}: "
        "inner-padding padding; enum(top,bottom,middle): vertical-align"
    ),
    "mj-button": (
        "enum(left,center,right): align; color: background-color color container-background-color; "
        "string: border-bottom border-left border-radius border-right border-top border font-family "
        "font-style font-weight href name title rel target text-decoration text-transform; unit(px): "
        "font-size; unit(px,%): height padding-bottom padding-left padding-right padding-top width; "
        "unit(px,%){1,4}: inner-padding padding; unitWithNegative(px,em): letter-spacing; unit(px,%,): "
        "line-height; enum(top,bottom,middle): vertical-align; enum(left,right,center): text-align"
    ),
    "mj-column": (
        "color: background-color inner-background-color; string: border border-bottom border-left "
        "border-right border-top inner-border inner-border-bottom inner-border-left inner-border-right "
        "inner-border-top; unit(px,%){1,4}: border-radius inner-border-radius padding; enum(ltr,rtl): "
        "direction; unit(px,%): padding-bottom padding-left padding-right padding-top width; "
        "enum(top,bottom,middle): vertical-align"
    ),
    "mj-divider": (
        "color: border-color container-background-color; string: border-style; unit(px): border-width; "
        "unit(px,%){1,4}: padding; unit(px,%): padding-bottom padding-left padding-right padding-top "
        "width; enum(left,center,right): align"
    ),
    "mj-group": (
        "color: background-color; enum(ltr,rtl): direction; enum(top,bottom,middle): vertical-align; "
        "unit(px,%): width"
    ),
    "mj-image": (
        "string: alt href name src srcset sizes title rel border border-bottom border-left border-right "
        "border-top target usemap; enum(left,center,right): align; unit(px,%){1,4}: border-radius "
        "padding; color: container-background-color; boolean: fluid-on-mobile; unit(px,%): "
        "padding-bottom padding-left padding-right padding-top max-height; unit(px): width font-size; "
        "unit(px,auto): height"
    ),
    "mj-raw": ("enum(file-start): position"),
    "mj-section": (
        "color: background-color; string: background-url background-size background-position "
        "background-position-x background-position-y border border-bottom border-left border-radius "
        "border-right border-top; enum(repeat,no-repeat): background-repeat; enum(ltr,rtl): direction; "
        "enum(full-width,false,): full-width; unit(px,%){1,4}: padding text-padding; unit(px,%): "
        "padding-top padding-bottom padding-left padding-right; enum(left,center,right): text-align"
    ),
    "mj-spacer": (
        "string: border border-bottom border-left border-right border-top; color: "
        "container-background-color; unit(px,%): padding-bottom padding-left padding-right padding-top "
        "height; unit(px,%){1,4}: padding"
    ),
    "mj-text": (
        "enum(left,right,center,justify): align; color: background-color color "
        "container-background-color; string: font-family font-style font-weight text-decoration "
        "text-transform; unit(px): font-size; unit(px,%): height padding-bottom padding-left "
        "padding-right padding-top; unitWithNegative(px,em): letter-spacing; unit(px,%,): line-height; "
        "unit(px,%){1,4}: padding; enum(top,bottom,middle): vertical-align"
    ),
    "mj-table": (
        "enum(left,right,center): align; string: border font-family font-weight; integer: cellpadding "
        "cellspacing; color: container-background-color color; unit(px): font-size; unit(px,%,): "
        "line-height; unit(px,%): padding-bottom padding-left padding-right padding-top; "
        "unit(px,%){1,4}: padding; enum(none,presentation): role; enum(auto,fixed,initial,inherit): "
        "table-layout; enum(top,bottom,middle): vertical-align; unit(px,%,auto): width"
    ),
    "mj-wrapper": (
        "color: background-color; string: background-url background-size background-position "
        "background-position-x background-position-y border border-bottom border-left border-radius "
        "border-right border-top; enum(repeat,no-repeat): background-repeat; enum(ltr,rtl): direction; "
        "enum(full-width,false,): full-width; unit(px,%){1,4}: padding text-padding; unit(px,%): "
        "padding-top padding-bottom padding-left padding-right; enum(left,center,right): text-align; "
        "unit(px): gap"
    ),
    "mj-social": (
        "enum(left,right,center): align; unit(px,%): border-radius icon-size icon-height padding-bottom "
        "padding-left padding-right padding-top; color: container-background-color color; string: "
        "font-family font-style font-weight text-decoration; unit(px): font-size; unit(px,%){1,4}: "
        "icon-padding inner-padding padding text-padding; unit(px,%,): line-height; "
        "enum(horizontal,vertical): mode; enum(auto,fixed): table-layout; enum(top,bottom,middle): "
        "vertical-align"
    ),
    "mj-social-element": (
        "enum(left,center,right): align; enum(left,right): icon-position; color: background-color "
        "color; unit(px): border-radius font-size; string: font-family font-style font-weight href name "
        "rel src srcset sizes alt title target text-decoration; unit(px,%): icon-size icon-height "
        "padding-bottom padding-left padding-right padding-top; unit(px,%){1,4}: icon-padding padding "
        "text-padding; unit(px,%,): line-height; enum(top,middle,bottom): vertical-align"
    ),
    "mj-navbar": (
        "enum(left,center,right): align ico-align; string: base-url hamburger ico-open ico-close "
        "ico-font-family ico-text-transform ico-text-decoration; color: ico-color; unit(px,%): "
        "ico-font-size ico-padding-left ico-padding-top ico-padding-right ico-padding-bottom "
        "padding-left padding-top padding-right padding-bottom; unit(px,%){1,4}: ico-padding padding; "
        "unit(px,%,): ico-line-height"
    ),
    "mj-navbar-link": (
        "color: color; string: font-family font-style font-weight href name target rel text-decoration "
        "text-transform; unit(px): font-size; unitWithNegative(px,em): letter-spacing; unit(px,%,): "
        "line-height; unit(px,%): padding-bottom padding-left padding-right padding-top; "
        "unit(px,%){1,4}: padding"
    ),
    "mj-accordion": (
        "color: container-background-color; string: border font-family icon-wrapped-url "
        "icon-wrapped-alt icon-unwrapped-url icon-unwrapped-alt; enum(top,middle,bottom): icon-align; "
        "unit(px,%): icon-width icon-height padding-bottom padding-left padding-right padding-top; "
        "enum(left,right): icon-position; unit(px,%){1,4}: padding"
    ),
    "mj-accordion-element": (
        "color: background-color; string: border font-family icon-wrapped-url icon-wrapped-alt "
        "icon-unwrapped-url icon-unwrapped-alt; enum(top,middle,bottom): icon-align; unit(px,%): "
        "icon-width icon-height; enum(left,right): icon-position"
    ),
    "mj-accordion-text": (
        "color: background-color color; unit(px): font-size; string: font-family font-weight; "
        "unitWithNegative(px,em): letter-spacing; unit(px,%,): line-height; unit(px,%): padding-bottom "
        "padding-left padding-right padding-top; unit(px,%){1,4}: padding"
    ),
    "mj-accordion-title": (
        "color: background-color color; unit(px): font-size; string: font-family font-weight; "
        "unit(px,%): padding-bottom padding-left padding-right padding-top; unit(px,%){1,4}: padding"
    ),
    "mj-carousel": (
        "enum(left,center,right): align; unit(px,%){1,4}: border-radius padding; color: "
        "container-background-color tb-hover-border-color tb-selected-border-color; unit(px,%): "
        "icon-width padding-top padding-bottom padding-left padding-right tb-border-radius tb-width; "
        "string: left-icon right-icon tb-border; enum(visible,hidden,supported): thumbnails"
    ),
    "mj-carousel-image": (
        "string: alt href rel target title src thumbnails-src tb-border; unit(px,%){1,4}: border-radius "
        "tb-border-radius"
    ),
}

#: elements that may stand in an element
CHILDREN: Final = {
    "mjml": "mj-head mj-body",
    "mj-head": "mj-attributes mj-breakpoint mj-font mj-preview mj-style mj-title mj-raw",
    "mj-body": "mj-raw mj-section mj-wrapper mj-hero",
    "mj-wrapper": "mj-hero mj-raw mj-section",
    "mj-section": "mj-column mj-group mj-raw",
    "mj-group": "mj-column mj-raw",
    "mj-column": (
        "mj-accordion mj-button mj-carousel mj-divider mj-image mj-raw mj-social mj-spacer mj-table mj-text mj-navbar"
    ),
    "mj-hero": (
        "mj-accordion mj-button mj-carousel mj-divider mj-image mj-social mj-spacer mj-table mj-text mj-navbar mj-raw"
    ),
    "mj-accordion": "mj-accordion-element mj-raw",
    "mj-accordion-element": "mj-accordion-title mj-accordion-text mj-raw",
    "mj-carousel": "mj-carousel-image",
    "mj-navbar": "mj-navbar-link mj-raw",
    "mj-social": "mj-social-element mj-raw",
}

#: attributes of mjml 5.4 that the compiler ignores
FRESH: Final = {
    "mj-body": "id",
    "mj-section": "gutter",
    "mj-wrapper": "gutter gap",
    "mj-social": "border",
    "mj-social-element": "border",
    "mj-hero": "inner-padding inner-padding-top inner-padding-left inner-padding-right inner-padding-bottom",
}

#: attributes that MJML documents and the compiler drops (rendering research 2, D9)
DROPPED: Final = {
    "mj-button": "title",
    "mj-image": "sizes border-top border-right border-bottom border-left",
    "mj-table": "role",
    "mj-hero": "border-radius",
    "mj-social-element": "srcset sizes icon-position",
    "mj-accordion-title": "font-weight",
}

_EVERYWHERE: Final = ("css-class", "mj-class")
_OWN: Final = {
    "mjml": {"lang": "string", "dir": "enum(ltr,rtl,auto)", "owa": "string", "version": "string"},
    "mj-include": {"path": "string", "type": "string", "css-inline": "string"},
}


def _read(text: str) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for group in text.split("; "):
        kind, _, names = group.strip().partition(": ")
        kinds.update(dict.fromkeys(names.split(), kind))
    return kinds


#: the kinds of values by element and attribute
ATTRIBUTES: Final = {
    **{tag: {**_read(text), **dict.fromkeys(_EVERYWHERE, "string")} for tag, text in _ATTRIBUTES.items()},
    **_OWN,
}

#: every element there is
ELEMENTS: Final = frozenset(
    {"mjml", "mj-head", "mj-attributes", "mj-preview", "mj-title", "mj-all", "mj-class", "mj-include"}
    | ATTRIBUTES.keys()
)

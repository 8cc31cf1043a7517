"""The tables of the components' pages, from the catalogue.

In: the catalogue. Out: Markdown. Called by docs.generate.pages.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from docs.generate.tables import table
from newsletter.compose.components import CATALOGUE, Attribute, Body, Component, Kind

_BODIES = {
    Body.NONE: "",
    Body.LINE: "one line",
    Body.PROSE: "text",
    Body.TABLE: "one Markdown table",
}
_VALUES = {
    Kind.TEXT: "text",
    Kind.URL: "address",
    Kind.IMAGE: "image",
    Kind.FILE: "file",
    Kind.DATE: "date",
    Kind.YES: "`yes` or `no`",
}


def every() -> str:
    """All components: what stands inside, and the attributes."""
    rows = (
        (f"`{one.name}`", inside(one), _named(one), f"[page](components/{one.name}.md)")
        for one in CATALOGUE.values()
    )
    return table(("component", "body", "attributes (**needed**)", "looks like"), rows)


def index() -> str:
    """All components with their pictures."""
    return "\n\n".join(
        f"### [`{name}`]({name}.md)\n\n[![{name}](../../pictures/components/{name}.png)]({name}.md)"
        for name in CATALOGUE
    )


def attributes(component: Component) -> str:
    """The attributes of one component."""
    if not component.attributes:
        return "It has no attributes."
    rows = (
        (f"`{name}`", _value(rule), "needed" if rule.required else "", rule.said)
        for name, rule in component.attributes.items()
    )
    return table(("attribute", "value", "", "what it is"), rows)


def inside(component: Component) -> str:
    """What an author writes inside a component."""
    fewest, most = component.columns
    if component.body is Body.PARTS:
        return f"{_count(fewest)} `::: {component.holds}`"
    if component.body is Body.ROWS:
        return f"rows of {_count(fewest) if fewest == most else f'{_count(fewest)} to {_count(most)}'} cells"
    return _BODIES[component.body]


def blocks() -> dict[str, Callable[[], str]]:
    """The block of each component's own page, by name."""
    return {f"component-{name}": partial(attributes, one) for name, one in CATALOGUE.items()}


def _named(component: Component) -> str:
    return ", ".join(
        (f"**`{name}`**" if rule.required else f"`{name}`")
        + (f" ({', '.join(rule.choices)})" if rule.choices else "")
        for name, rule in component.attributes.items()
    )


def _value(rule: Attribute) -> str:
    return " or ".join(f"`{choice}`" for choice in rule.choices) if rule.choices else _VALUES[rule.kind]


def _count(number: int) -> str:
    return ("no", "one", "two", "three", "four")[number]

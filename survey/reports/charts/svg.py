"""SVG as a tree: text stays text, attributes are escaped, looks come from classes of the style sheet."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

Value = str | int | float


def _written(value: Value) -> str:
    """Write a number shortly and alike on every machine: a tenth of a pixel is enough."""
    return value if isinstance(value, str) else f"{value:.1f}".rstrip("0").rstrip(".")


def picture(width: float, height: float, *, name: str, title: str, description: str, kind: str) -> Element:
    """Begin a picture that a screen reader announces by its title and description.

    `name` must be unique on the page: the title and the description are found by it.
    """
    root = Element(
        "svg",
        {
            "viewBox": f"0 0 {_written(width)} {_written(height)}",
            "class": f"chart {kind}",
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-desc",
        },
    )
    SubElement(root, "title", {"id": f"{name}-title"}).text = title
    SubElement(root, "desc", {"id": f"{name}-desc"}).text = description
    return root


def decoration(width: float, height: float, *, kind: str) -> Element:
    """Begin a picture that says nothing that the page does not say in words."""
    return Element(
        "svg",
        {
            "viewBox": f"0 0 {_written(width)} {_written(height)}",
            "class": f"chart {kind}",
            "aria-hidden": "true",
            "focusable": "false",
        },
    )


def add(parent: Element, tag: str, kind: str, /, **attributes: Value) -> Element:
    """Add a shape; `kind` becomes its class, underscores in attribute names become hyphens."""
    given = {name.replace("_", "-"): _written(value) for name, value in attributes.items()}
    return SubElement(parent, tag, {"class": kind, **given})


def line(parent: Element, kind: str, x1: float, y1: float, x2: float, y2: float) -> Element:
    return add(parent, "line", kind, x1=x1, y1=y1, x2=x2, y2=y2)


def words(parent: Element, kind: str, x: float, y: float, text: str, *, anchor: str = "middle") -> Element:
    element = add(parent, "text", kind, x=x, y=y, text_anchor=anchor)
    element.text = text
    return element


def markup(root: Element) -> Markup:
    """Give the picture as markup that may stand inside an HTML page."""
    return Markup(tostring(root, encoding="unicode"))  # noqa: S704 - ElementTree escaped every text

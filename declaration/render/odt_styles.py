"""How an OpenDocument text looks: a page, four kinds of paragraph for each language, two numbered lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from declaration.render import xml
from declaration.render.fonts import is_rtl
from declaration.render.xml import Markup, block, element

MEDIA: Final = "application/vnd.oasis.opendocument.text"
"""Media type of a text (ODF 1.3 part 2, 3.3)."""
VERSION: Final = "1.3"
"""Of OpenDocument."""
CHAPTERS: Final = "Chapters"
RECITALS: Final = "Recitals"
NAMESPACES: Final = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}
"""Of the elements that a text of ours uses."""
FONT: Final = "Times New Roman"
"""As in the Word document."""
_ASIAN: Final = frozenset({"zh", "ja", "ko"})
_COMPLEX: Final = frozenset({"bn", "hi", "km", "lo", "my", "ne", "si", "ta", "te", "th"})
_KINDS: Final = {"Title": "Title", "Next": "Title", "Heading": "Heading_20_1", "Clause": "Standard"}
"""Paragraphs of one language, and the common style that each begins from; `Next` is a title on a new page."""


def named(kind: str, language: str) -> str:
    """Return the name of the style of a kind of paragraph in a language."""
    return f"{kind}_{language}"


def automatic(languages: Sequence[str]) -> Markup:
    """Return the automatic styles of the content: lists, and paragraphs for each language."""
    lists = [_list(RECITALS, ("(", "a", ")")), _list(CHAPTERS, ("", "1", ""), ("", "1", ""))]
    paragraphs = [_paragraph(kind, language) for language in languages for kind in _KINDS]
    return block("office:automatic-styles", None, *lists, *paragraphs)


def styles(languages: Sequence[str]) -> bytes:
    """Return the part ``styles.xml``.

    Args:
        languages: of the text; where the first is written from the right, so is the page.

    """
    names = {f"style:font-name{suffix}": FONT for suffix in ("", "-asian", "-complex")}
    sizes = {f"{name}": "11pt" for name in ("fo:font-size", "style:font-size-asian", "style:font-size-complex")}
    face = element("style:font-face", {"style:name": FONT, "svg:font-family": f"'{FONT}'"})
    default = element(
        "style:default-style",
        {"style:family": "paragraph"},
        element("style:paragraph-properties", {"fo:orphans": "2", "fo:widows": "2"}),
        element("style:text-properties", {**names, **sizes, "fo:color": "#1c2129"}),
    )
    common = [
        _common("Standard", None, "11pt", "0cm", None),
        _common("Title", None, "20pt", "0.42cm", None),
        _common("Heading_20_1", "Heading 1", "14pt", "0.56cm", "1"),
    ]
    layout = block(
        "style:page-layout",
        {"style:name": "Page"},
        element(
            "style:page-layout-properties",
            {
                "fo:page-width": "21cm",
                "fo:page-height": "29.7cm",
                "fo:margin": None,
                "fo:margin-top": "2.6cm",
                "fo:margin-bottom": "2.6cm",
                "fo:margin-left": "3cm",
                "fo:margin-right": "3cm",
                "style:writing-mode": "rl-tb" if languages and is_rtl(languages[0]) else "lr-tb",
            },
        ),
    )
    master = element("style:master-page", {"style:name": "Standard", "style:page-layout-name": "Page"})
    declared: dict[str, str | None] = {f"xmlns:{prefix}": uri for prefix, uri in NAMESPACES.items()}
    return xml.document(
        block(
            "office:document-styles",
            declared | {"office:version": VERSION},
            block("office:font-face-decls", None, face),
            block("office:styles", None, default, *common),
            block("office:automatic-styles", None, layout),
            block("office:master-styles", None, master),
        )
    )


def _common(name: str, shown: str | None, size: str, above: str, level: str | None) -> Markup:
    """Return a style that the user finds by name; headings are dark blue, as in our other documents."""
    sizes = dict.fromkeys(("fo:font-size", "style:font-size-asian", "style:font-size-complex"), size)
    heading = name != "Standard"
    spacing = {"fo:margin-top": above, "fo:margin-bottom": "0.21cm", "fo:keep-with-next": "always" if heading else None}
    return element(
        "style:style",
        {
            "style:name": name,
            "style:display-name": shown,
            "style:family": "paragraph",
            "style:parent-style-name": "Standard" if heading else None,
            "style:default-outline-level": level,
            "style:class": "text",
        },
        element("style:paragraph-properties", spacing),
        element("style:text-properties", {**sizes, "fo:color": "#1a3354" if heading else None}),
    )


def _paragraph(kind: str, language: str) -> Markup:
    rtl = is_rtl(language)
    properties = {
        "fo:break-before": "page" if kind == "Next" else None,
        "fo:text-align": "right" if rtl else "left",  # LibreOffice takes "start" for the left, whatever the direction
        "style:writing-mode": "rl-tb" if rtl else "lr-tb",
    }
    return element(
        "style:style",
        {"style:name": named(kind, language), "style:family": "paragraph", "style:parent-style-name": _KINDS[kind]},
        element("style:paragraph-properties", properties),
        element("style:text-properties", _language(language)),
    )


def _language(language: str) -> dict[str, str | None]:
    """Return a language as the properties of its kind of script (ODF 1.3 part 3, 20.206, 20.338, 20.339)."""
    primary, *rest = language.split("-")
    script = next((part.title() for part in rest if len(part) == 4), None)
    country = next((part.upper() for part in rest if len(part) == 2), "none")
    kind = "-asian" if primary in _ASIAN else "-complex" if is_rtl(language) or primary in _COMPLEX else ""
    prefix = "style" if kind else "fo"
    return {
        f"{prefix}:language{kind}": primary,
        f"{prefix}:script{kind}": script,
        f"{prefix}:country{kind}": country,
    }


def _list(name: str, *levels: tuple[str, str, str]) -> Markup:
    """Return a numbered list; each level shows the numbers of those above it."""
    written = []
    for depth, (before, form, after) in enumerate(levels, 1):
        label = {"text:label-followed-by": "listtab", "text:list-tab-stop-position": "1.27cm"}
        place = {"fo:text-indent": "-1.27cm", "fo:margin-left": "1.27cm"}
        written.append(
            element(
                "text:list-level-style-number",
                {
                    "text:level": str(depth),
                    "style:num-prefix": before or None,
                    "style:num-suffix": after or None,
                    "style:num-format": form,
                    "text:display-levels": str(depth) if depth > 1 else None,
                },
                element(
                    "style:list-level-properties",
                    {"text:list-level-position-and-space-mode": "label-alignment"},
                    element("style:list-level-label-alignment", label | place),
                ),
            )
        )
    return block("text:list-style", {"style:name": name}, *written)

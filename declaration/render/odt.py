"""A version as an OpenDocument text (ODF 1.3): automatic numbers, right-to-left paragraphs, a bookmark a clause.

The package is written by hand and holds five parts and nothing that changes with time or machine. What it looks like
follows the Word document (`declaration.render.docx`), whose bookmarks it shares: ``_clause_<id>``.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Final

from declaration.drafting.text import Clause, Section, SectionKind, Version
from declaration.render import odt_styles, xml
from declaration.render.docx import BOOKMARK
from declaration.render.labels import label, language_name, speaks
from declaration.render.odt_styles import CHAPTERS, MEDIA, NAMESPACES, RECITALS, VERSION, named
from declaration.render.word_parts import ZIP_DATE
from declaration.render.xml import Markup, block, element

_ENTRY: Final = "manifest:file-entry"
_SPACES: Final = re.compile(r"(^ +| +$| {2,})")


def render_odt(version: Version, *, languages: Sequence[str] | None = None) -> bytes:
    """Render a version as an OpenDocument text.

    Args:
        version: what to write.
        languages: which texts, one after the other; None writes all authentic languages. The clauses of the
            first carry the bookmarks ``_clause_<id>``, those of another language ``_clause_<id>.<language>``.

    Returns:
        The same bytes for the same arguments.

    """
    chosen = tuple(languages) if languages is not None else version.text.languages
    parts = {
        "content.xml": _content(version, chosen),
        "styles.xml": odt_styles.styles(chosen),
        "meta.xml": _meta(version, chosen),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        # first, stored, and without extra fields, so that its bytes stand at a known place (ODF 1.3 part 2, 3.3)
        package.writestr(_entry("mimetype"), MEDIA, zipfile.ZIP_STORED)
        for name, data in parts.items():
            package.writestr(_entry(name), data, zipfile.ZIP_DEFLATED, 9)
        package.writestr(_entry("META-INF/manifest.xml"), _manifest(parts), zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, ZIP_DATE)
    entry.create_system = 0
    return entry


def _manifest(parts: Iterable[str]) -> bytes:
    whole = element(_ENTRY, {"manifest:full-path": "/", "manifest:version": VERSION, "manifest:media-type": MEDIA})
    listed = [element(_ENTRY, {"manifest:full-path": name, "manifest:media-type": "text/xml"}) for name in parts]
    attributes = {"xmlns:manifest": NAMESPACES["manifest"], "manifest:version": VERSION}
    return xml.document(block("manifest:manifest", attributes, whole, *listed))


def _root(name: str, *content: Markup) -> bytes:
    declared: dict[str, str | None] = {f"xmlns:{prefix}": uri for prefix, uri in NAMESPACES.items()}
    return xml.document(block(name, declared | {"office:version": VERSION}, *content))


def _meta(version: Version, languages: Sequence[str]) -> bytes:
    title = next((version.text.title[tag] for tag in languages if tag in version.text.title), version.text.id)
    said = [
        element("dc:title", None, title),
        element("dc:identifier", None, version.digest),
        element("dc:language", None, languages[0] if languages else version.text.languages[0]),
        element("meta:user-defined", {"meta:name": "version", "meta:value-type": "string"}, str(version.number)),
    ]
    return _root("office:document-meta", block("office:meta", None, *said))


def _content(version: Version, languages: Sequence[str]) -> bytes:
    writer = _Writer(version)
    for rank, language in enumerate(languages):
        writer.language(language, first=rank == 0)
    body = block("office:body", None, block("office:text", None, *writer.written))
    return _root("office:document-content", odt_styles.automatic(languages), body)


class _Writer:
    """Writes one language after the other; lists count through the document."""

    def __init__(self, version: Version) -> None:
        self.written: list[Markup] = []
        self._version = version
        self._lists = 0
        self._last: dict[str, str] = {}

    def language(self, language: str, *, first: bool) -> None:
        """Write the whole text in one language."""
        text = self._version.text
        title = text.title.get(language) or language_name(language)
        style = named("Title" if first else "Next", language)
        self.written.append(element("text:p", {"text:style-name": style}, *_spaced(title)))
        self._last.clear()
        for section in text.sections:
            self._section(section, language, suffix="" if first else f".{language}")

    def _section(self, section: Section, language: str, *, suffix: str) -> None:
        title = section.title.get(language, "")
        inner = [element("text:list-item", None, _clause(one, language, suffix)) for one in section.clauses]
        style = named("Heading", language)
        heading = element("text:h", {"text:style-name": style, "text:outline-level": "1"}, *_spaced(title))
        if section.kind is SectionKind.PREAMBLE:
            self.written += [heading] if title else []
            if inner:
                self._list(RECITALS, *inner)
            return
        deeper = [block("text:list", None, *inner)] if inner else []
        self._list(CHAPTERS, block("text:list-item", None, heading, *deeper))

    def _list(self, style: str, *items: Markup) -> None:
        """Write a list, or go on with the one of this style that this language has begun."""
        self._lists += 1
        name = f"list_{self._lists}"
        known = {"text:continue-list": self._last.get(style), "text:style-name": style}
        self._last[style] = name
        self.written.append(block("text:list", {"xml:id": name} | known, *items))


def _clause(clause: Clause, language: str, suffix: str) -> Markup:
    """Return a clause's paragraph, under its bookmark; a bookmark says where words are that are there."""
    style = {"text:style-name": named("Clause", language)}
    words = clause.texts.get(language)
    if words is None:
        return element("text:p", style, label("missing", speaks(language)))
    mark = {"text:name": f"{BOOKMARK}{clause.id}{suffix}"}
    return element(
        "text:p", style, element("text:bookmark-start", mark), *_spaced(words), element("text:bookmark-end", mark)
    )


def _spaced(words: str) -> list[Markup]:
    """Return words as content; spaces that a reader would drop or join are elements (ODF 1.3 part 3, 6.1.2)."""
    return [
        element("text:s", {"text:c": str(len(piece))}) if not piece.strip(" ") else xml.text(piece)
        for piece in _SPACES.split(words)
        if piece
    ]

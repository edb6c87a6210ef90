"""Versions and amendments as Word documents."""

from __future__ import annotations

from typing import Final

from declaration.drafting.text import Version
from declaration.errors import NotFound
from declaration.ledger.entries import Entry
from declaration.render.docx import Tracking, render_docx, render_tracked
from declaration.services import akoma, proposals, reading
from declaration.store import queries
from declaration.store.session import View

MEDIA: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
"""Of a Word document (ISO 29500-1, Office Open XML)."""


def version(found: Version, language: str) -> bytes:
    """Return a version as a Word document to work on, in one language or (empty) in all.

    Raises:
        NotFound: ``text.language``.

    """
    if not language:
        return render_docx(found)
    akoma.require_language(found.text, language)
    return render_docx(found, languages=(language,))


def amendment(session: View, declaration: str, identifier: str, language: str) -> bytes:
    """Return what an amendment, as last carried, does to its base in one language, as tracked changes.

    Their author is who tabled it, their moment that of the entry that tabled it or revised it last.

    Raises:
        NotFound: ``amendment.unknown``, ``amendment.language``, ``text.language``.

    """
    line = queries.amendment(session, declaration, identifier)
    number = proposals.base_of(queries.versions(session, declaration), line).number
    base = queries.version_text(session, declaration, number)
    akoma.require_language(base.text, language)
    if language not in akoma.languages(line.amendment, base.text):
        raise NotFound(
            "amendment.language",
            f"Amendment {identifier} changes nothing in “{language}”.",
            hint=f"Ask for {', '.join(akoma.languages(line.amendment, base.text))}.",
        )
    by = reading.names(session, declaration).get(line.amendment.by, line.amendment.by)
    at = line.at
    if line.revised is not None:
        at = Entry.parse(queries.entries(session, declaration, line.revised, line.revised + 1)[0]).at
    return render_tracked(base, line.amendment.changes, language, Tracking(by, at))

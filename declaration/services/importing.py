"""From a document to a draft: an edited Word document with what was not understood, or an amendment in Akoma Ntoso."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from declaration.drafting.anchors import Kind
from declaration.drafting.text import Version
from declaration.errors import InputRefused
from declaration.exchange.akoma_amendment import read_expression
from declaration.exchange.files import Given
from declaration.exchange.word_import import Imported, Understood, import_word, open_word
from declaration.exchange.word_lines import Refused
from declaration.exchange.word_refusals import IGNORED, sentence
from declaration.render.docx_lines import missing_words, untitled_words
from declaration.services import akoma, drafts, proposals
from declaration.services.actors import Actor
from declaration.services.chancery import Chancery
from declaration.services.drafts import Draft
from declaration.services.proposals import Wish
from declaration.services.typed import typed_of
from declaration.store import queries
from declaration.store.session import View

__all__ = [
    "IGNORED",
    "Read",
    "Refused",
    "Understood",
    "compare",
    "is_xml",
    "read",
    "sentence",
    "stand_ins",
    "take_over",
]

NAME: Final = "The document"
"""How messages call a document that came without a name."""


@dataclass(frozen=True, slots=True)
class Read:
    """What comes of a document.

    Args:
        base: the version that it is based on.
        in_force: the version in force.
        found: what was understood, and what was not.
        wishes: what was understood, for showing.
        rationale: why, where the document says so.

    """

    base: Version
    in_force: Version
    found: Imported
    wishes: tuple[Wish, ...]
    rationale: str = ""


def compare(data: bytes, version: Version, *, file: str = NAME) -> Imported:
    """Return what a document changes of a version; errors as `open_word` and `import_word`."""
    return import_word(open_word(data, file=file), version, stand_ins(version))


def stand_ins(version: Version) -> Mapping[tuple[Kind, str], str]:
    """Return what documents of a version show where there are no words."""
    missing = {(Kind.MISSING, tag): missing_words(tag) for tag in version.text.languages}
    return missing | {(Kind.TITLE, tag): untitled_words(tag) for tag in version.text.languages}


def read(session: View, declaration: str, data: bytes) -> Read:
    """Read a document that is based on any version of a declaration; of Akoma Ntoso one language says everything.

    Raises:
        NotFound: ``declaration.unknown``.
        InputRefused, LimitExceeded: ``word.*``, ``akn.*``, ``xml.*``.

    """
    if is_xml(data):
        return _read_akoma(session, declaration, data)
    document = open_word(data, file=NAME)
    base, in_force = _versions(session, declaration, document.base)
    found = import_word(document, base, stand_ins(base))
    return Read(base, in_force, found, proposals.wishes(base.text, found.changes))


def is_xml(data: bytes) -> bool:
    """Tell a document that begins as XML does from a Word document, which is a ZIP archive."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def _read_akoma(session: View, declaration: str, data: bytes) -> Read:
    given = Given(data, NAME)
    base, in_force = _versions(session, declaration, read_expression(given).amendment.base)
    amendment = akoma.read_amendment([given], base)
    understood = tuple(Understood(change, (), tracked=True) for change in amendment.changes)
    found = Imported(akoma.languages(amendment, base.text), understood, akoma.left_out(amendment))
    return Read(base, in_force, found, proposals.wishes(base.text, found.changes), amendment.rationale)


def _versions(session: View, declaration: str, digest: str | None) -> tuple[Version, Version]:
    """Return the version of a digest, and the one in force."""
    in_force = queries.current_version(session, declaration)
    row = next((row for row in queries.versions(session, declaration) if row.digest == digest), None)
    if row is None:
        raise InputRefused(
            "word.base",
            "The document is based on a text that is no version of this declaration.",
            hint="Download a version, or an amendment, here and edit that.",
        )
    base = in_force if row.digest == in_force.digest else queries.version_text(session, declaration, row.number)
    return base, in_force


def take_over(chancery: Chancery, actor: Actor, data: bytes) -> tuple[Draft, Read]:
    """Begin a draft with what was understood of a document; it is carried from the document's version when opened.

    Raises:
        InputRefused: ``word.nothing``; and as `read`.
        StateConflict, LimitExceeded: as `drafts.create`.

    """
    with chancery.store.reading() as session:
        found = read(session, actor.declaration, data)
    if not found.found.changes:
        raise InputRefused(
            "word.nothing",
            "Nothing in the document makes a change of the text.",
            hint="Look at what was not taken over, mend it in the document, and give it again.",
        )
    typed = typed_of(found.base.text, found.found.changes, found.rationale)
    return drafts.create(chancery, actor, typed, base=found.base.digest), found

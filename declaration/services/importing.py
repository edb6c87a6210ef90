"""From a Word document that somebody edited to a draft: what was understood of it, and what was not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from declaration.drafting.anchors import Kind
from declaration.drafting.text import Version
from declaration.errors import InputRefused
from declaration.exchange.word_import import Imported, Understood, import_word, open_word
from declaration.exchange.word_lines import Refused
from declaration.exchange.word_refusals import IGNORED, sentence
from declaration.render.docx_lines import missing_words, untitled_words
from declaration.services import drafts, proposals
from declaration.services.actors import Actor
from declaration.services.chancery import Chancery
from declaration.services.drafts import Draft
from declaration.services.proposals import Wish
from declaration.services.typed import typed_of
from declaration.store import queries
from declaration.store.session import View

__all__ = ["IGNORED", "Read", "Refused", "Understood", "compare", "read", "sentence", "stand_ins", "take_over"]

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

    """

    base: Version
    in_force: Version
    found: Imported
    wishes: tuple[Wish, ...]


def compare(data: bytes, version: Version, *, file: str = NAME) -> Imported:
    """Return what a document changes of a version; errors as `open_word` and `import_word`."""
    return import_word(open_word(data, file=file), version, stand_ins(version))


def stand_ins(version: Version) -> Mapping[tuple[Kind, str], str]:
    """Return what documents of a version show where there are no words."""
    missing = {(Kind.MISSING, tag): missing_words(tag) for tag in version.text.languages}
    return missing | {(Kind.TITLE, tag): untitled_words(tag) for tag in version.text.languages}


def read(session: View, declaration: str, data: bytes) -> Read:
    """Read a document that is based on any version of a declaration.

    Raises:
        NotFound: ``declaration.unknown``.
        InputRefused, LimitExceeded: ``word.*``, ``xml.*``.

    """
    document = open_word(data, file=NAME)
    in_force = queries.current_version(session, declaration)
    row = next((row for row in queries.versions(session, declaration) if row.digest == document.base), None)
    if row is None:
        raise InputRefused(
            "word.base",
            "The document is based on a text that is no version of this declaration.",
            hint="Download a version as a Word document here, and edit that.",
        )
    base = in_force if row.digest == in_force.digest else queries.version_text(session, declaration, row.number)
    found = import_word(document, base, stand_ins(base))
    return Read(base, in_force, found, proposals.wishes(base.text, found.changes))


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
    typed = typed_of(found.base.text, found.found.changes)
    return drafts.create(chancery, actor, typed, base=found.base.digest), found

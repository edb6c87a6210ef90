"""A discussion as a file for those who take part: every act, and every wording that was not struck."""

from __future__ import annotations

from typing import Final

from declaration.drafting import discussion
from declaration.services import participants
from declaration.store import discussions
from declaration.store.session import View

NAME: Final = "discussion.json"
"""How the file is called."""


def exported(session: View, declaration: str) -> bytes:
    """Return the whole discussion as canonical JSON (docs/spec/exchange.md, section 9).

    Raises:
        NotFound: ``declaration.unknown``.

    """
    names = participants.names(participants.listed(session, declaration))
    return discussion.exported(declaration, discussions.acts(session, declaration), names)

"""Writing an amendment as YAML, in the form in which acts are read (docs/spec/exchange.md, section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from declaration.drafting import edits as editing
from declaration.drafting.amendment import Change, Delete, Insert, Move, Replace, Retitle
from declaration.drafting.text import Text


def write_amendment(
    text: Text, changes: Sequence[Change], *, name: str, by: str, rationale: str = "", alternative: str | None = None
) -> bytes:
    """Return changes of a text as a file of acts with one amendment; reading it derives the same changes again.

    Args:
        text: that the changes refer to.
        changes: they apply together.
        name: id of the amendment.
        by: id of its author.
        rationale: why; left out where it is empty.
        alternative: of which amendment it is an alternative; the acts into which it is put have that one too.

    """
    amendment: dict[str, Any] = {"id": name, "by": by}
    if rationale:
        amendment["rationale"] = rationale
    if alternative:
        amendment["alternative"] = alternative
    amendment["changes"] = [_line(text, change) for change in changes]
    written: str = yaml.safe_dump({"amendments": [amendment]}, allow_unicode=True, sort_keys=False, width=10**6)
    return written.encode()


def _line(text: Text, change: Change) -> dict[str, Any]:
    match change:
        case Replace(clause, language, _, edits):
            words = editing.apply(text.clause(clause).texts.get(language, ""), edits)
            return {"replace": {"clause": clause, "language": language, "text": words}}
        case Retitle(section, language, _, edits):
            titles = text.title if section is None else text.section(section).title
            words = editing.apply(titles.get(language, ""), edits)
            place = {} if section is None else {"section": section}
            return {"retitle": {**place, "language": language, "text": words}}
        case Insert(section, after, clause_):
            return {"insert": {"section": section, "after": after, "id": clause_.id, "text": dict(clause_.texts)}}
        case Delete(clause, _):
            return {"delete": {"clause": clause}}
        case Move(clause, section, after):
            return {"move": {"clause": clause, "section": section, "after": after}}

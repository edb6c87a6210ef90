"""From what an author wrote in a file to explicit changes against the version in force."""

from __future__ import annotations

from collections.abc import Sequence

from declaration.drafting.amendment import Amendment, Change, Changes, Replace, Retitle
from declaration.drafting.apply import apply
from declaration.drafting.derive import (
    derive_delete,
    derive_insert,
    derive_move,
    derive_replace,
    derive_retitle,
    in_reading_order,
)
from declaration.drafting.text import Text, Version
from declaration.exchange.acts import (
    AmendmentLine,
    ChangeLine,
    DeleteLine,
    GivenText,
    InsertLine,
    MoveLine,
    ReplaceLine,
    RetitleLine,
)


def changes_of(text: Text, lines: Sequence[ChangeLine]) -> Changes:
    """Return explicit changes of `text` for what an author wrote; that they apply together has been tried.

    Raises:
        NotFound: an unknown clause or section.
        InputRefused: ``change.*``, ``text.*``.

    """
    changes = in_reading_order([_change(text, line) for line in lines])
    apply(text, changes)
    return changes


def amendment_of(version: Version, line: AmendmentLine) -> Amendment:
    """Return an amendment of `version` for what its author wrote; errors as `changes_of`."""
    return Amendment(line.id, line.by, version.digest, line.rationale, changes_of(version.text, line.changes))


def words_of(text: Text, lines: Sequence[GivenText]) -> tuple[Replace | Retitle, ...]:
    """Return the depositary's own words as changes; words that stand there already need none."""
    return tuple(
        derive_replace(text, line.clause, line.language, line.text)
        if isinstance(line, ReplaceLine)
        else derive_retitle(text, line.section, line.language, line.text)
        for line in lines
        if _present(text, line) != line.text
    )


def _present(text: Text, line: GivenText) -> str | None:
    if isinstance(line, ReplaceLine):
        return text.clause(line.clause).texts.get(line.language)
    return (text.title if line.section is None else text.section(line.section).title).get(line.language)


def _change(text: Text, line: ChangeLine) -> Change:
    match line:
        case ReplaceLine(clause, language, words):
            return derive_replace(text, clause, language, words)
        case InsertLine(section, after, identifier, texts):
            return derive_insert(text, section, after, identifier, texts)
        case DeleteLine(clause):
            return derive_delete(text, clause)
        case MoveLine(clause, section_, after):
            return derive_move(text, clause, after=after, section=section_)
        case RetitleLine(section_, language, words):
            return derive_retitle(text, section_, language, words)

"""From what an author wrote in a file to explicit changes against the version in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from declaration.drafting.amendment import Amendment, Change, Changes, Replace, Retitle
from declaration.drafting.apply import apply
from declaration.drafting.derive import (
    derive_delete,
    derive_insert,
    derive_move,
    derive_replace,
    derive_retitle,
    derive_rewrite,
    in_reading_order,
)
from declaration.drafting.text import Clause, Text, Version
from declaration.errors import InputRefused
from declaration.exchange.acts import (
    AmendmentLine,
    ChangeLine,
    DeleteLine,
    GivenText,
    InsertLine,
    MoveLine,
    ReplaceLine,
    RetitleLine,
    RewriteLine,
)

_NONE: Final[Mapping[str, Amendment]] = MappingProxyType({})


def changes_of(text: Text, lines: Sequence[ChangeLine]) -> Changes:
    """Return explicit changes of `text` for what an author wrote; that they apply together has been tried.

    Raises:
        NotFound: an unknown clause or section.
        InputRefused: ``change.*``, ``text.*``.

    """
    changes = in_reading_order([change for line in lines for change in _changes(text, line)])
    apply(text, changes)
    return changes


def amendment_of(version: Version, line: AmendmentLine, others: Mapping[str, Amendment] = _NONE) -> Amendment:
    """Return an amendment of `version` for what its author wrote.

    Args:
        version: in force.
        line: as it was written; what amends another amendment is written against the text as that one makes it.
        others: open amendments that fit the version, by id.

    Raises:
        NotFound, InputRefused: as `changes_of`; ``amendment.parent``, the one that it amends is not among `others`.

    """
    return Amendment(
        line.id,
        line.by,
        version.digest,
        line.rationale,
        changes_of(amended(version, line.amends, others), line.changes),
        alternative=line.alternative,
        amends=line.amends,
    )


def revised(
    version: Version, old: Amendment, lines: Sequence[ChangeLine], others: Mapping[str, Amendment]
) -> Amendment:
    """Return an amendment with new changes; where what it amended is not open any more, it changes the text itself."""
    amends = old.amends if old.amends in others else None
    changes = changes_of(amended(version, amends, others), lines)
    return replace(old, base=version.digest, changes=changes, amends=amends)


def amended(version: Version, amends: str | None, others: Mapping[str, Amendment]) -> Text:
    """Return a version's text, or that text as an open amendment makes it.

    Raises:
        InputRefused: ``amendment.parent``.

    """
    if amends is None:
        return version.text
    if amends not in others or others[amends].amends is not None:
        raise InputRefused(
            "amendment.parent",
            f"The amendment {amends} cannot be amended: it is not open, does not fit the text, or amends another.",
            hint="Amend the text itself, and take over the words that you need.",
        )
    return apply(version.text, others[amends].changes)


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


def _changes(text: Text, line: ChangeLine) -> tuple[Change, ...]:
    match line:
        case ReplaceLine(clause, language, words):
            return (derive_replace(text, clause, language, words),)
        case InsertLine(section, after, identifier, texts):
            return (derive_insert(text, section, after, identifier, texts),)
        case DeleteLine(clause):
            return (derive_delete(text, clause),)
        case MoveLine(clause, section_, after):
            return (derive_move(text, clause, after=after, section=section_),)
        case RetitleLine(section_, language, words):
            return (derive_retitle(text, section_, language, words),)
        case RewriteLine(section, titles, clauses):
            return derive_rewrite(text, section, titles, [Clause(name, texts) for name, texts in clauses])

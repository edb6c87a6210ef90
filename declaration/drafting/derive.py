"""Deriving explicit changes from what an author typed: once, against a known base, and shown before tabling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

from declaration.drafting import edits
from declaration.drafting.amendment import Change, Changes, Delete, Insert, Move, Replace, Retitle
from declaration.drafting.sequence import placements
from declaration.drafting.text import Clause, Section, Text, base_of
from declaration.drafting.tokens import tokens
from declaration.errors import InputRefused, NotFound


def derive_replace(text: Text, clause: str, language: str, new: str, *, whole: bool = False) -> Replace:
    """Return the change that makes a clause read `new` in one language.

    Args:
        text: the base.
        clause: its id.
        language: of the words.
        new: how it shall read.
        whole: whether its words are replaced as one passage, so that no other change of them fits beside.

    Raises:
        NotFound: ``clause.unknown``.
        InputRefused: ``change.language``, ``change.nothing``, ``text.*``.

    """
    present = text.clause(clause).texts.get(language)
    base, found = _edits(text, f"clause {clause}", language, present, new)
    if whole and present is not None:
        found = (edits.Edit(0, len(tokens(present)), present, new),)
    return Replace(clause, language, base, found)


def derive_retitle(text: Text, section: str | None, language: str, new: str) -> Retitle:
    """Return the change that gives a section (or, with None, the declaration) the title `new` in one language.

    Raises:
        NotFound: ``section.unknown``.
        InputRefused: ``change.language``, ``change.nothing``, ``text.*``.

    """
    titles = text.title if section is None else text.section(section).title
    base, found = _edits(text, f"the title of {section or 'the declaration'}", language, titles.get(language), new)
    return Retitle(section, language, base, found)


def derive_insert(text: Text, section: str, after: str | None, clause: str, texts: Mapping[str, str]) -> Insert:
    """Return the change that inserts a clause.

    Raises:
        NotFound: ``section.unknown``.
        InputRefused: ``change.language``, ``change.id``, ``text.*``.

    """
    text.section(section)
    for language in texts:
        _check_language(text, language)
    if any(present.id.lower() == clause.lower() for present in text.clauses()):
        _refuse("id", f"the id {clause} is taken")
    return Insert(section, after, Clause(clause, texts))


def derive_delete(text: Text, clause: str) -> Delete:
    """Return the change that deletes a clause as it reads now.

    Raises:
        NotFound: ``clause.unknown``.

    """
    return Delete(clause, text.clause(clause).digest)


def derive_move(text: Text, clause: str, *, after: str | None, section: str | None = None) -> Move:
    """Return the change that moves a clause after another, or first in a section.

    Args:
        text: the base.
        clause: what moves.
        after: after which clause; None for the first place.
        section: into which section; by default that of `after`, or the clause's own.

    Raises:
        NotFound: ``clause.unknown``, ``section.unknown``.
        InputRefused: ``change.nothing``, ``change.anchor``.

    """
    text.clause(clause)
    home = section_of(text, clause)
    if section is None:
        section = home.id if after is None else section_of(text, after).id
    ids = [present.id for present in home.clauses]
    place = ids.index(clause)
    if after == clause:
        _refuse("anchor", f"clause {clause} cannot stand after itself")
    if section == home.id and after == (ids[place - 1] if place else None):
        _refuse("nothing", f"clause {clause} already stands there")
    text.section(section)
    return Move(clause, section, after)


def derive_rewrite(text: Text, section: str, title: Mapping[str, str], clauses: Sequence[Clause]) -> tuple[Change, ...]:
    """Return the changes that give a section a whole new text.

    The fate of each clause is explicit: one that is named keeps its id and reads as given, one that is not named goes,
    a new id is inserted. Clauses stand in the given order; as few of them move as possible. A clause that reads
    otherwise is replaced as one passage, so that whoever changes a word of it collides with the rewriting; clauses and
    languages of which it says nothing new are left to others.

    Args:
        text: the base.
        section: its id.
        title: by language; a language that is not given keeps its title.
        clauses: the new text; a clause from another section moves here. A language that is not given keeps its words.

    Raises:
        NotFound: ``section.unknown``.
        InputRefused: ``change.language``, ``change.nothing``, ``text.*``.

    """
    text.section(section)
    before = {clause.id: clause for clause in text.clauses()}
    named = {clause.id for clause in clauses}
    words: list[Change] = [
        derive_retitle(text, section, language, new)
        for language, new in title.items()
        if text.section(section).title.get(language) != new
    ]
    for clause in clauses:
        for language, new in clause.texts.items():
            _check_language(text, language)
            if clause.id in before and before[clause.id].texts.get(language) != new:
                words.append(derive_replace(text, clause.id, language, new, whole=True))
    last = replace(
        text,
        sections=tuple(
            replace(one, clauses=tuple(clauses))
            if one.id == section
            else replace(one, clauses=tuple(clause for clause in one.clauses if clause.id not in named))
            for one in text.sections
        ),
    )
    found = (*words, *placements(text, last))
    if not found:
        _refuse("nothing", f"section {section} already reads so")
    return found


def section_of(text: Text, clause: str) -> Section:
    """Return the section that holds a clause.

    Raises:
        NotFound: ``clause.unknown``.

    """
    for section in text.sections:
        if any(present.id == clause for present in section.clauses):
            return section
    raise NotFound("clause.unknown", f"There is no clause “{clause}”.", hint="Check the id in the current version.")


def in_reading_order(changes: Sequence[Change]) -> Changes:
    """Return the changes of one author with their meaning one after another written down explicitly.

    Two clauses placed after the same clause stand in the order in which they were written, and the second comes after
    all that has been placed after the first.
    """
    followed: dict[tuple[str, str | None], str] = {}
    result: list[Change] = []
    for change in changes:
        if isinstance(change, Insert | Move):
            placed = change.clause.id if isinstance(change, Insert) else change.clause
            anchor, passed = change.after, set[str | None]()
            while (change.section, anchor) in followed and anchor not in passed:  # a circle is for `apply` to refuse
                passed.add(anchor)
                anchor = followed[change.section, anchor]
            followed[change.section, change.after] = followed[change.section, anchor] = placed
            change = replace(change, after=anchor)  # noqa: PLW2901 - the change itself is rewritten
        result.append(change)
    return tuple(result)


def _edits(
    text: Text, place: str, language: str, present: str | None, new: str
) -> tuple[str | None, tuple[edits.Edit, ...]]:
    _check_language(text, language)
    Clause("check", {language: new})
    found = edits.derive(present or "", new)
    if not found:
        _refuse("nothing", f"{place} already reads so in “{language}”")
    return base_of(present), found


def _check_language(text: Text, language: str) -> None:
    if language not in text.languages:
        _refuse("language", f"“{language}” is not an authentic language ({', '.join(text.languages)})")


def _refuse(code: str, why: str) -> NoReturn:
    raise InputRefused(f"change.{code}", f"The change is refused: {why}.", hint="Correct the change.")

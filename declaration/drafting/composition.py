"""Putting lists of changes together: their union, and whether what they make together may stand in a text.

Pairs of changes that fit beside each other can still leave nothing that may stand: one deletes the first word of a
title of two words, another the second. Nothing is guessed then: it is a conflict like any other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from declaration.drafting import edits as editing
from declaration.drafting.amendment import Change, Changes, Delete, Insert, Move, Replace, Retitle
from declaration.drafting.conflict import Conflict, conflicts
from declaration.drafting.edits import Edit
from declaration.drafting.reasons import Reason, Side
from declaration.drafting.text import MAX_CLAUSES, Clause, Text
from declaration.errors import DeclarationError


def collisions(text: Text, lists: Sequence[Sequence[Change]], names: Sequence[str | None]) -> list[Conflict]:
    """Return why lists cannot all be applied together; empty when they can.

    Args:
        text: the base to which all lists refer, each of which applies to it.
        lists: one list of changes an amendment.
        names: the amendments' ids, for the reasons.

    """
    return list(conflicts(text, lists, names)) or list(unfit(text, lists, names))


def unfit(text: Text, lists: Sequence[Sequence[Change]], names: Sequence[str | None]) -> Iterator[Conflict]:
    """Give the conflicts of lists that exclude each other in no single place, and yet leave no text together."""
    touching: dict[str, list[int]] = defaultdict(list)
    placing: list[int] = []
    for owner, changes in enumerate(lists):
        for touched in sorted({change.clause for change in changes if isinstance(change, Replace)}):
            touching[touched].append(owner)
        if any(isinstance(change, Insert) for change in changes):
            placing.append(owner)
    for touched in sorted(touching):
        owners, clause = touching[touched], text.clause(touched)
        if len(owners) < 2:
            continue
        wanted = [[c for c in lists[o] if isinstance(c, Replace) and c.clause == clause.id] for o in owners]
        if not _composes(clause, wanted):
            reason = [Side(names[o], _in_words(changes)) for o, changes in zip(owners, wanted, strict=True)]
            base = " … ".join(clause.texts.values())
            for other in range(1, len(owners)):
                sides = (reason[0], reason[other])
                yield owners[0], owners[other], Reason("together", clause.id, None, None, base, sides)
    if len(placing) > 1 and _size(text, lists) > MAX_CLAUSES:
        for owner in placing[1:]:
            sides = (Side(names[placing[0]], "insert clauses"), Side(names[owner], "insert clauses"))
            yield placing[0], owner, Reason("size", None, None, None, "", sides)


def union(text: Text, lists: Sequence[Sequence[Change]]) -> Changes:
    """Return all changes of lists without `collisions`, each once, in the order of the text."""
    replaced: dict[tuple[str, str, str | None], set[Edit]] = defaultdict(set)
    retitled: dict[tuple[str | None, str], Retitle] = {}
    structure: dict[str, Change] = {}
    for changes in lists:
        for change in changes:
            match change:
                case Replace(clause, language, base, edits):
                    replaced[clause, language, base].update(edits)
                case Retitle(section, language, _, _):
                    retitled[section, language] = change
                case Delete(clause, _) | Move(clause, _, _):
                    structure[clause] = change
                case Insert(_, _, clause_):
                    structure[clause_.id] = change
    return (
        *_titles_in_order(text, retitled),
        *_texts_in_order(text, replaced),
        *(structure[key] for key in sorted(structure)),
    )


def _titles_in_order(text: Text, retitled: Mapping[tuple[str | None, str], Retitle]) -> Iterator[Retitle]:
    rank: dict[str | None, int] = {section.id: place for place, section in enumerate(text.sections)}
    for key in sorted(retitled, key=lambda key: (rank.get(key[0], -1), key[1])):
        yield retitled[key]


def _texts_in_order(text: Text, replaced: Mapping[tuple[str, str, str | None], set[Edit]]) -> Iterator[Replace]:
    rank = {clause.id: place for place, clause in enumerate(text.clauses())}
    for key in sorted(replaced, key=lambda key: (rank.get(key[0], -1), key[1], key[2] or "")):
        clause, language, base = key
        yield Replace(clause, language, base, tuple(sorted(replaced[key])))


def _composes(clause: Clause, wanted: Sequence[Sequence[Replace]]) -> bool:
    """Tell whether a clause may read as several replacements make it read together."""
    together: dict[str, set[Edit]] = defaultdict(set)
    for changes in wanted:
        for change in changes:
            together[change.language].update(change.edits)
    texts = dict(clause.texts)
    try:
        for language, edits in together.items():
            texts[language] = editing.apply(texts.get(language, ""), edits)
        Clause(clause.id, {language: words for language, words in texts.items() if words})
    except DeclarationError:
        return False
    return True


def _size(text: Text, lists: Sequence[Sequence[Change]]) -> int:
    """Return how many clauses the text has after all changes."""
    inserted = {c.clause.id for changes in lists for c in changes if isinstance(c, Insert)}
    deleted = {c.clause for changes in lists for c in changes if isinstance(c, Delete)}
    return sum(1 for _ in text.clauses()) + len(inserted) - len(deleted)


def _in_words(changes: Sequence[Replace]) -> str:
    return " … ".join(edit.new for change in changes for edit in change.edits)

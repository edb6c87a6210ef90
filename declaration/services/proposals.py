"""Amendments for reading: what each would change, against which text, and what became of it at every adoption."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from declaration.drafting.amendment import Change, Changes, Delete, Insert, Move, Replace, Retitle, changes_from_json
from declaration.drafting.apply import apply
from declaration.drafting.edits import Edit
from declaration.drafting.text import Text
from declaration.drafting.tokens import tokens
from declaration.errors import DeclarationError, RecordDamaged
from declaration.ledger.entries import Entry, Kind
from declaration.render.numbering import clause_numbers, section_numbers
from declaration.services.comparing import Pairs, difference
from declaration.store import documents, queries
from declaration.store.session import View
from declaration.store.values import StoredAmendment, StoredVersion

_WRITTEN: Final = frozenset({Kind.AMENDMENT_TABLED, Kind.AMENDMENT_REVISED})


@dataclass(frozen=True, slots=True)
class Wish:
    """What an amendment wants at one place.

    Args:
        op: ``replace``, ``insert``, ``delete``, ``move`` or ``retitle``.
        clause: the clause, None for a title.
        section: the section concerned: of a title (None: the declaration's own), or where a clause is put or stands.
        number: how readers call the clause in the base; empty for a new one.
        section_number: number of that section in the base.
        after: number of the clause after which one is put; empty for the first place.
        words: differences by language, in the text's order of languages.

    """

    op: str
    clause: str | None
    section: str | None
    number: str
    section_number: str
    after: str
    words: Mapping[str, Pairs]


@dataclass(frozen=True, slots=True)
class Carriage:
    """What one adoption did to an amendment: clean, conflict (with reasons), adopted, adopted-as-modified.

    Where it modified the amendment, `by` are amendments of it, and `words` changes by the depositary.
    """

    version: int
    entry: int
    at: datetime
    result: str
    reasons: tuple[str, ...]
    by: tuple[str, ...] = ()
    words: Changes = ()


class Reader:
    """Reads what amendments of one text want, its numbers worked out once.

    Args:
        text: to which the changes refer.

    """

    def __init__(self, text: Text) -> None:
        self._text = text
        self._numbers = clause_numbers(text)
        self._chapters = section_numbers(text)
        self._places = {clause.id: section.id for section in text.sections for clause in section.clauses}
        self._order = {tag: at for at, tag in enumerate(text.languages)}

    def wishes(self, changes: Sequence[Change]) -> tuple[Wish, ...]:
        """Return what changes want, those of one place together."""
        found: dict[tuple[str, str | None], Wish] = {}
        for change in changes:
            wish = self._wish(change)
            key = (wish.op, wish.section if wish.op == "retitle" else wish.clause)
            known = found.get(key)
            if known is not None:
                words = sorted(
                    [*known.words.items(), *wish.words.items()], key=lambda item: self._order.get(item[0], 99)
                )
                wish = replace(known, words=dict(words))
            found[key] = wish
        return tuple(found.values())

    def _wish(self, change: Change) -> Wish:
        text, numbers, chapters = self._text, self._numbers, self._chapters
        match change:
            case Replace(clause, language, _, edits):
                words = {language: shown(text.clause(clause).texts.get(language, ""), edits)}
                section = self._places[clause]
                return Wish("replace", clause, section, numbers[clause], chapters[section], "", words)
            case Retitle(section_, language, _, edits):
                titles = text.title if section_ is None else text.section(section_).title
                words = {language: shown(titles.get(language, ""), edits)}
                return Wish("retitle", None, section_, "", "" if section_ is None else chapters[section_], "", words)
            case Insert(section, after, clause_):
                words = {tag: difference({}, clause_.texts, tag) for tag in text.languages if tag in clause_.texts}
                return Wish("insert", clause_.id, section, "", chapters[section], numbers.get(after or "", ""), words)
            case Delete(clause, _):
                texts = text.clause(clause).texts
                words = {tag: difference(texts, {}, tag) for tag in text.languages if tag in texts}
                section = self._places[clause]
                return Wish("delete", clause, section, numbers[clause], chapters[section], "", words)
            case Move(clause, section, after):
                at = numbers.get(after or "", "")
                return Wish("move", clause, section, numbers[clause], chapters[section], at, {})


def wishes(text: Text, changes: Sequence[Change]) -> tuple[Wish, ...]:
    """Return what changes of `text` want, those of one place together."""
    return Reader(text).wishes(changes)


def shown(base: str, edits: Sequence[Edit]) -> Pairs:
    """Return exactly these edits of a text as a difference."""
    before = tokens(base)
    pairs: list[tuple[str, str]] = []
    at = 0
    for edit in sorted(edits):
        pairs += [("equal", "".join(before[at : edit.start])), ("delete", edit.old), ("insert", edit.new)]
        at = edit.end
    pairs.append(("equal", "".join(before[at:])))
    return tuple(pair for pair in pairs if pair[1])


def ground(session: View, declaration: str, line: StoredAmendment) -> Text:
    """Return the text to which an amendment's changes refer: of its base, or as the one that it amends makes that.

    Raises:
        RecordDamaged: ``record.parent``, nothing that the amended one ever said makes sense of it.

    """
    number = base_of(queries.versions(session, declaration), line).number
    text = queries.version_text(session, declaration, number).text
    return apply(text, parent_changes(session, declaration, line, text))


def parent_changes(session: View, declaration: str, line: StoredAmendment, text: Text) -> Changes:
    """Return what the amendment that another amends said when that was written; nothing for one that amends the text.

    Args:
        session: a view.
        declaration: its id.
        line: the other.
        text: of its base.

    Raises:
        RecordDamaged: as `ground`.

    """
    amends, base = line.amendment.amends, line.amendment.base
    if amends is None:
        return ()
    for changes in _said(session, declaration, amends, base):
        try:
            apply(apply(text, changes), line.amendment.changes)
        except DeclarationError:
            continue  # it was written anew since
        return changes
    raise RecordDamaged(
        "record.parent",
        f"Nothing that “{amends}” ever said on this version makes sense of “{line.amendment.id}”.",
        hint="Restore the last backup; `declaration audit` names what differs.",
    )


def _said(session: View, declaration: str, amendment: str, base: str) -> Iterator[Changes]:
    """Give what an amendment has said on a version, the last first: as it stands, was carried there, or was written."""
    now = queries.amendment(session, declaration, amendment)
    if now.amendment.base == base:
        yield now.amendment.changes
    entries = [Entry.parse(data) for data in queries.entries(session, declaration, now.entry)]
    for entry in reversed(entries):
        if entry.kind in _WRITTEN and (entry.body["amendment"], entry.body["base"]) == (amendment, base):
            yield documents.amendment(queries.blob(session, declaration, str(entry.body["document"]))).changes
        elif entry.kind == Kind.VERSION_ADOPTED and entry.body["digest"] == base and entry.body["carriage"]:
            carried = _of(_carriage(session, declaration, str(entry.body["carriage"]))["carried"], amendment)
            if carried is not None and carried["result"] == "clean":
                yield changes_from_json(carried["changes"])


def base_of(versions: Sequence[StoredVersion], line: StoredAmendment) -> StoredVersion:
    """Return the version to which an amendment's changes refer."""
    return next(row for row in versions if row.digest == line.amendment.base)


def carriages(session: View, declaration: str, line: StoredAmendment) -> tuple[Carriage, ...]:
    """Return what each adoption since it was tabled did to an amendment, the first first."""
    found = []
    for row in queries.versions(session, declaration):
        if row.carriage is None or row.entry < line.entry or (line.decided is not None and row.entry > line.decided):
            continue
        members = _carriage(session, declaration, row.carriage)
        outcome = _of(members["outcomes"], line.amendment.id)
        if outcome is not None:
            by, words = tuple(outcome.get("by", ())), changes_from_json(outcome.get("words", []))
            found.append(Carriage(row.number, row.entry, row.at, str(outcome["state"]), (), by, words))
        elif (carried := _of(members["carried"], line.amendment.id)) is not None:
            reasons = tuple(str(reason) for reason in carried.get("reasons", ()))
            found.append(Carriage(row.number, row.entry, row.at, str(carried["result"]), reasons))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Adoption:
    """A version in the history.

    Args:
        row: the version.
        by: who adopted it.
        adopted: ids of the amendments adopted with it as they were.
        modified: ids of those adopted as modified.
        conflicts: ids of those that it left in conflict.
        changes: what led to it from the version before.

    """

    row: StoredVersion
    by: str
    adopted: tuple[str, ...]
    modified: tuple[str, ...]
    conflicts: tuple[str, ...]
    changes: tuple[Change, ...]


def history(session: View, declaration: str) -> tuple[Adoption, ...]:
    """Return every version with what led to it, the newest first."""
    found = []
    for row in reversed(queries.versions(session, declaration)):
        by = Entry.parse(queries.entries(session, declaration, row.entry, row.entry + 1)[0]).by
        if row.carriage is None:
            found.append(Adoption(row, by, (), (), (), ()))
            continue
        members = _carriage(session, declaration, row.carriage)
        states = {str(line["amendment"]): str(line["state"]) for line in members["outcomes"]}
        found.append(
            Adoption(
                row=row,
                by=by,
                adopted=tuple(sorted(name for name, state in states.items() if state == "adopted")),
                modified=tuple(sorted(name for name, state in states.items() if state == "adopted-as-modified")),
                conflicts=tuple(str(one["amendment"]) for one in members["carried"] if one["result"] == "conflict"),
                changes=changes_from_json(members["changes"]),
            )
        )
    return tuple(found)


def _carriage(session: View, declaration: str, name: str) -> dict[str, Any]:
    return documents.document(queries.blob(session, declaration, name), what="The carriage")


def _of(lines: Sequence[Mapping[str, Any]], amendment: str) -> Mapping[str, Any] | None:
    return next((line for line in lines if line["amendment"] == amendment), None)

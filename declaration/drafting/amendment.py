"""Amendments and their changes: what is replaced, inserted, deleted, moved or retitled, against one base version.

A change names what it changes by id and digest, and replaces by position: nothing is ever searched for. Changes of
one list happen at once: none sees another's result, except that a clause may be placed after one that the same list
inserts or moves. As JSON they are specified in docs/spec/text.md, section "Changes".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn, TypeAlias

from declaration.canonical import Json, digest, encode, is_digest
from declaration.drafting import hygiene
from declaration.drafting.edits import Edit
from declaration.drafting.text import Clause, check_id, check_language
from declaration.errors import InputRefused, LimitExceeded

FORMAT: Final = "declaration-amendment/1"
"""Value of the member ``format`` of an amendment's document."""
MAX_CHANGES: Final = 5_000
"""Changes of one list: a consolidation may change every clause of the longest text in one language."""
MAX_EDITS: Final = hygiene.MAX_LENGTH
"""Edits of one text: more cannot stand apart in the longest text, so that whatever merges can be written down."""
MAX_RATIONALE: Final = 20_000
"""Characters of a rationale."""
_MEMBERS_OF_ALL: Final = ("format", "id", "by", "base", "rationale", "changes")
_OTHERS: Final = ("alternative", "amends")
"""Members of a document that are there where there is something to say: one is never null."""


@dataclass(frozen=True, slots=True)
class Replace:
    """Replace passages of a clause in one language.

    `base` is the digest of the text that the edits refer to, or None where the language has none yet (a translation
    that comes later); then one edit gives it whole.
    """

    clause: str
    language: str
    base: str | None
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Insert:
    """Insert a new clause into a section, after a clause, or first (None)."""

    section: str
    after: str | None
    clause: Clause


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete a clause; `digest` is that of the clause as it was read."""

    clause: str
    digest: str


@dataclass(frozen=True, slots=True)
class Move:
    """Move a clause, its words unchanged, into a section after a clause, or first (None)."""

    clause: str
    section: str
    after: str | None


@dataclass(frozen=True, slots=True)
class Retitle:
    """Change a title in one language: of a section, or of the declaration (None).

    `base` is the digest of the present title, or None where the language has none yet; then one edit gives it whole.
    """

    section: str | None
    language: str
    base: str | None
    edits: tuple[Edit, ...]


Change: TypeAlias = Replace | Insert | Delete | Move | Retitle
Changes: TypeAlias = tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Amendment:
    """A proposal to change one version, with its reasons.

    Args:
        id: stable id.
        by: id of the drafter.
        base: digest of the version.
        rationale: why; may be empty.
        changes: at least one.
        alternative: of which amendment it is an alternative: the first of the group, by which all others name it. Of a
            group at most one is adopted, whether their changes would fit together or not.
        amends: the amendment that it changes: its own changes refer to the base as that amendment makes it.

    Raises:
        InputRefused, LimitExceeded: ``amendment.*``, ``text.*``.

    """

    id: str
    by: str
    base: str
    rationale: str
    changes: Changes
    alternative: str | None = None
    amends: str | None = None

    def __post_init__(self) -> None:
        """Check everything that can be checked without the base."""
        check_id(self.id, where="amendment")
        check_id(self.by, where=f"amendment {self.id}, by")
        if not is_digest(self.base):
            _refuse(f"amendment {self.id}", "its base is no digest")
        if len(self.rationale) > MAX_RATIONALE:
            raise LimitExceeded(
                "amendment.rationale",
                f"The rationale of {self.id} has {len(self.rationale)} characters, {MAX_RATIONALE} are allowed.",
                hint="Shorten it.",
            )
        for paragraph in self.rationale.split("\n"):
            if paragraph.strip(" "):
                hygiene.check(paragraph, where=f"amendment {self.id}, rationale")
        if not self.changes:
            _refuse(f"amendment {self.id}", "it changes nothing")
        for other in (self.alternative, self.amends):
            if other is not None and check_id(other, where=f"amendment {self.id}").lower() == self.id.lower():
                _refuse(f"amendment {self.id}", "it names itself")

    def document(self) -> dict[str, Json]:
        """Return the amendment as JSON; what it does not say of others is left out."""
        others = {"alternative": self.alternative, "amends": self.amends}
        said: dict[str, Json] = {name: other for name, other in others.items() if other is not None}
        return said | {
            "format": FORMAT,
            "id": self.id,
            "by": self.by,
            "base": self.base,
            "rationale": self.rationale,
            "changes": changes_to_json(self.changes),
        }

    @property
    def content(self) -> str:
        """Digest of all that it says, without its id and its base: a draft has it before it is given a number.

        Support names it. It stays the same when a version is adopted that leaves alone what the amendment is about:
        every change that has words of its own names the digest of those that it replaces.
        """
        said = {name: member for name, member in self.document().items() if name not in {"id", "base"}}
        return digest(encode(said))


def amendment_from_document(document: Json) -> Amendment:
    """Read an amendment strictly.

    Raises:
        InputRefused, LimitExceeded: ``amendment.*``, ``text.*``, ``edit.form``.

    """
    others = [name for name in _OTHERS if isinstance(document, dict) and name in document]
    members = _members(document, " ".join((*_MEMBERS_OF_ALL, *others)), "amendment")
    if members["format"] != FORMAT:
        _refuse("amendment.format", f"this is not {FORMAT}")
    return Amendment(
        id=_text(members["id"], "amendment.id"),
        by=_text(members["by"], "amendment.by"),
        base=_text(members["base"], "amendment.base"),
        rationale=_text(members["rationale"], "amendment.rationale"),
        changes=changes_from_json(members["changes"]),
        alternative=_id(members["alternative"], "amendment.alternative") if "alternative" in members else None,
        amends=_id(members["amends"], "amendment.amends") if "amends" in members else None,
    )


def changes_to_json(changes: Sequence[Change]) -> list[Json]:
    """Return a list of changes as JSON."""
    return [_to_json(change) for change in changes]


def changes_from_json(value: Json) -> Changes:
    """Read a list of changes strictly.

    Raises:
        InputRefused, LimitExceeded: ``amendment.*``, ``text.*``, ``edit.form``.

    """
    if not isinstance(value, list):
        _refuse("changes", "a list belongs here")
    if len(value) > MAX_CHANGES:
        raise LimitExceeded(
            "amendment.changes",
            f"{len(value)} changes are listed, {MAX_CHANGES} are allowed.",
            hint="Divide them into several amendments.",
        )
    return tuple(_from_json(item, f"changes[{place}]") for place, item in enumerate(value))


def _to_json(change: Change) -> dict[str, Json]:
    match change:
        case Replace(clause, language, base, edits):
            return {"op": "replace", "clause": clause, "language": language, "base": base, "edits": _edits(edits)}
        case Insert(section, after, clause_):
            texts: dict[str, Json] = dict(clause_.texts)
            return {"op": "insert", "section": section, "after": after, "clause": {"id": clause_.id, "texts": texts}}
        case Delete(clause, digest):
            return {"op": "delete", "clause": clause, "digest": digest}
        case Move(clause, section, after):
            return {"op": "move", "clause": clause, "section": section, "after": after}
        case Retitle(section_, language, base_, edits):
            return {"op": "retitle", "section": section_, "language": language, "base": base_, "edits": _edits(edits)}


def _edits(edits: Sequence[Edit]) -> list[Json]:
    return [{"start": edit.start, "end": edit.end, "old": edit.old, "new": edit.new} for edit in edits]


_MEMBERS: Final[Mapping[str, str]] = {
    "replace": "op clause language base edits",
    "insert": "op section after clause",
    "delete": "op clause digest",
    "move": "op clause section after",
    "retitle": "op section language base edits",
}


def _from_json(value: Json, place: str) -> Change:
    op = value.get("op") if isinstance(value, dict) else None
    if not isinstance(op, str) or op not in _MEMBERS:
        _refuse(place, "op is replace, insert, delete, move or retitle")
    m = _members(value, _MEMBERS[op], place)
    match op:
        case "replace":
            base = None if m["base"] is None else _digest(m["base"], place)
            return Replace(_id(m["clause"], place), _language(m, place), base, _read_edits(m["edits"], place))
        case "insert":
            clause = _members(m["clause"], "id texts", f"{place}.clause")
            texts = clause["texts"]
            if not isinstance(texts, dict):
                _refuse(f"{place}.clause.texts", "an object of texts by language belongs here")
            given = {language: _text(text, f"{place}.clause.texts") for language, text in texts.items()}
            return Insert(_id(m["section"], place), _anchor(m["after"], place), Clause(_id(clause["id"], place), given))
        case "delete":
            return Delete(_id(m["clause"], place), _digest(m["digest"], place))
        case "move":
            return Move(_id(m["clause"], place), _id(m["section"], place), _anchor(m["after"], place))
        case _:
            base_ = None if m["base"] is None else _digest(m["base"], place)
            edits = _read_edits(m["edits"], place)
            return Retitle(_anchor(m["section"], place), _language(m, place), base_, edits)


def _read_edits(value: Json, place: str) -> tuple[Edit, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_EDITS:
        _refuse(f"{place}.edits", f"a list of 1 to {MAX_EDITS} edits belongs here")
    edits = []
    for item in value:
        m = _members(item, "start end old new", f"{place}.edits")
        start, end = m["start"], m["end"]
        if not isinstance(start, int) or not isinstance(end, int) or isinstance(start, bool) or isinstance(end, bool):
            _refuse(f"{place}.edits", "start and end are whole numbers")
        new = _text(m["new"], place)
        if len(new) > hygiene.MAX_LENGTH:
            _refuse(f"{place}.edits", "the new passage is too long")
        edits.append(Edit(start, end, _text(m["old"], place), new))
    return tuple(edits)


def _members(value: Json, names: str, place: str) -> dict[str, Json]:
    if not isinstance(value, dict) or value.keys() != set(names.split()):
        _refuse(place, f"an object with exactly the members {', '.join(names.split())} belongs here")
    return value


def _text(value: Json, place: str) -> str:
    if not isinstance(value, str):
        _refuse(place, "a text belongs here")
    return value


def _id(value: Json, place: str) -> str:
    return check_id(value, where=place)


def _anchor(value: Json, place: str) -> str | None:
    return None if value is None else check_id(value, where=place)


def _language(members: Mapping[str, Json], place: str) -> str:
    return check_language(members["language"], where=place)


def _digest(value: Json, place: str) -> str:
    if not isinstance(value, str) or not is_digest(value):
        _refuse(place, "a digest belongs here")
    return value


def _refuse(place: str, why: str) -> NoReturn:
    raise InputRefused(
        "amendment.form", f"{place}: {why}.", hint="Compare it with the specification (docs/spec/text.md)."
    )

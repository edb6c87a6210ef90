"""What was typed as JSON, as a draft is kept and sent; read strictly, whatever the texts themselves hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NoReturn, TypeVar

from declaration.canonical import Json, encode
from declaration.drafting.text import check_id, check_language
from declaration.errors import InputRefused, LimitExceeded
from declaration.services.typed import Aside, Moved, NewClause, Place, Texts, Typed

MAX_TYPED: Final = 100_000
"""Characters of one typed text: five times what a clause may have, so that whatever is pasted is kept and then cut."""
MAX_DRAFT: Final = 3 * 1024 * 1024
"""Bytes of one draft in JSON: three hundred clauses in five languages."""
MAX_LINES: Final = 5_000
"""Clauses in one draft: as many as a text may have."""

Value = TypeVar("Value")
_KINDS: Final = frozenset({"text", "title", "insert", "delete", "move"})


def typed_to_json(typed: Typed) -> dict[str, Json]:
    """Return what was typed as JSON."""
    whole: dict[str, Json] = {"whole": list(typed.whole)} if typed.whole else {}
    return whole | {
        "texts": {clause: dict(texts) for clause, texts in typed.texts.items()},
        "title": dict(typed.title),
        "titles": {section: dict(texts) for section, texts in typed.titles.items()},
        "inserted": [
            {"id": new.id, "section": new.section, "after": new.after, "texts": dict(new.texts)}
            for new in typed.inserted
        ],
        "deleted": list(typed.deleted),
        "moved": [{"clause": move.clause, "section": move.section, "after": move.after} for move in typed.moved],
        "rationale": typed.rationale,
        "aside": [aside_to_json(aside) for aside in typed.aside],
    }


def aside_to_json(aside: Aside) -> dict[str, Json]:
    """Return something that was put aside as JSON."""
    return {
        "kind": aside.place.kind,
        "clause": aside.place.clause,
        "section": aside.place.section,
        "language": aside.place.language,
        "after": aside.after,
        "version": aside.version,
        "was": dict(aside.was),
        "mine": dict(aside.mine),
        "why": aside.why,
    }


def typed_from_json(value: Json) -> Typed:
    """Read what was typed.

    Raises:
        InputRefused: ``draft.form``, ``text.id``, ``text.language``, ``json.surrogate``.
        LimitExceeded: ``draft.size``, ``draft.text``, ``draft.lines``.

    """
    if len(encode(value)) > MAX_DRAFT:
        raise LimitExceeded(
            "draft.size", f"The draft has more than {MAX_DRAFT} bytes.", hint="Divide it into several drafts."
        )
    given = {"whole": [], **value} if isinstance(value, dict) else value
    m = _members(given, "texts title titles inserted deleted moved rationale aside whole", "typed")
    return Typed(
        texts=_by_id(m["texts"], "texts"),
        title=_texts(m["title"], "title"),
        titles=_by_id(m["titles"], "titles"),
        inserted=_list(m["inserted"], "inserted", _inserted, of=lambda new: new.id),
        deleted=_list(m["deleted"], "deleted", lambda item: check_id(item, where="deleted"), of=str),
        moved=_list(m["moved"], "moved", _moved, of=lambda move: move.clause),
        rationale=_text(m["rationale"], "rationale"),
        aside=_list(m["aside"], "aside", _aside, of=None),
        whole=_list(m["whole"], "whole", lambda item: check_id(item, where="whole"), of=str),
    )


def _inserted(value: Json) -> NewClause:
    m = _members(value, "id section after texts", "inserted")
    return NewClause(
        check_id(m["id"], where="inserted.id"),
        check_id(m["section"], where="inserted.section"),
        _anchor(m["after"], "inserted.after"),
        _texts(m["texts"], "inserted.texts"),
    )


def _moved(value: Json) -> Moved:
    m = _members(value, "clause section after", "moved")
    clause, section = check_id(m["clause"], where="moved.clause"), check_id(m["section"], where="moved.section")
    return Moved(clause, section, _anchor(m["after"], "moved.after"))


def _aside(value: Json) -> Aside:
    m = _members(value, "kind clause section language after version was mine why", "aside")
    kind, version, why = m["kind"], m["version"], m["why"]
    if kind not in _KINDS or not isinstance(kind, str):
        _refuse("aside.kind", "it is text, title, insert, delete or move")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        _refuse("aside.version", "it is the number of a version")
    place = Place(
        kind,
        _anchor(m["clause"], "aside.clause"),
        _anchor(m["section"], "aside.section"),
        None if m["language"] is None else check_language(m["language"], where="aside.language"),
    )
    return Aside(
        place,
        _anchor(m["after"], "aside.after"),
        version,
        _texts(m["was"], "aside.was"),
        _texts(m["mine"], "aside.mine"),
        check_id(why, where="aside.why"),
    )


def _by_id(value: Json, place: str) -> dict[str, Texts]:
    if not isinstance(value, dict) or len(value) > MAX_LINES:
        _refuse(place, f"an object of at most {MAX_LINES} members belongs here")
    return {check_id(name, where=place): _texts(texts, place) for name, texts in value.items()}


def _texts(value: Json, place: str) -> Texts:
    if not isinstance(value, dict):
        _refuse(place, "an object of texts by language belongs here")
    return {check_language(tag, where=place): _text(text, place) for tag, text in value.items()}


def _text(value: Json, place: str) -> str:
    if not isinstance(value, str):
        _refuse(place, "a text belongs here")
    if len(value) > MAX_TYPED:
        raise LimitExceeded(
            "draft.text",
            f"{place}: a text has {len(value)} characters, {MAX_TYPED} are kept.",
            hint="Divide it into several clauses.",
        )
    return value


def _list(
    value: Json, place: str, read: Callable[[Json], Value], *, of: Callable[[Value], str] | None
) -> tuple[Value, ...]:
    """Read a list; `of` names what each of its items is about, once each."""
    if not isinstance(value, list) or len(value) > MAX_LINES:
        _refuse(place, f"a list of at most {MAX_LINES} items belongs here")
    found = tuple(read(item) for item in value)
    if of is not None and len({of(item).lower() for item in found}) != len(found):
        _refuse(place, "something stands here twice")
    return found


def _members(value: Json, names: str, place: str) -> Mapping[str, Json]:
    if not isinstance(value, dict) or value.keys() != set(names.split()):
        _refuse(place, f"an object with exactly the members {', '.join(names.split())} belongs here")
    return value


def _anchor(value: Json, place: str) -> str | None:
    return None if value is None else check_id(value, where=place)


def _refuse(place: str, why: str) -> NoReturn:
    raise InputRefused("draft.form", f"{place}: {why}.", hint="Compare it with the description of the interface.")

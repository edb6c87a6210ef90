"""The changes of an amendment as YAML: one mapping for each, whose single name is the operation.

    - replace: {clause: mobility-1, language: fr, text: …}    # or text: {fr: …, de: …}, for several languages at once
    - insert: {section: mobility, after: mobility-1, id: mobility-2, text: {fr: …, de: …}}
    - delete: {clause: mobility-3}
    - move: {clause: mobility-2, after: mobility-1}           # another section: name it, or a clause of it in `after`
    - retitle: {section: mobility, language: fr, text: …}     # without `section`: the declaration's own title
    - rewrite:                                                # a whole new text; clauses that are not named go
        section: mobility
        title: {fr: …, de: …}                                 # may be left out
        clauses: [{id: mobility-1, text: {fr: …, de: …}}]

``after: null`` is the head of the section. The flat spelling ``{op: replace, clause: …}`` means the same, and so do
``delete: mobility-3`` and ``move: mobility-2`` with its other fields beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from declaration.drafting.text import Text
from declaration.exchange.acts import (
    ALL,
    ChangeLine,
    DeleteLine,
    GivenText,
    InsertLine,
    MoveLine,
    ReplaceLine,
    RetitleLine,
    RewriteLine,
)
from declaration.exchange.tree import Field, shown
from declaration.exchange.wording import Proofreader, check_language, identifier, unique

_OPERATION: Final = ("op", "operation", "kind", "type")
"""How the flat spelling may call the operation."""
_SUBJECT: Final = {
    "replace": "clause",
    "insert": "id",
    "delete": "clause",
    "move": "clause",
    "retitle": "section",
    "rewrite": "section",
}
"""For each operation, the field that a single text in its place stands for (``delete: mobility-3``)."""
_WHOLE: Final = frozenset({"declaration", "title"})
"""How a heading may say that it is the declaration's own."""


@dataclass(slots=True)
class Context:
    """What the acts refer to: known from the text and the roster where those are given, and from the acts themselves.

    References are collected while reading and settled at the end, because a clause may be named before the line
    that inserts it.
    """

    proof: Proofreader
    text: Text | None = None
    signatories: frozenset[str] | None = None
    inserted: dict[str, Field] = field(default_factory=dict)
    _named: list[tuple[str, str, Field]] = field(default_factory=list)

    @property
    def languages(self) -> tuple[str, ...] | None:
        """The authentic languages, where the text is known."""
        return None if self.text is None else self.text.languages

    def named(self, what: str, place: Field) -> str:
        """Return the identifier that stands here, to be looked up among ``what`` by `settle`."""
        name = identifier(place)
        self._named.append((what, name, place))
        return name

    def settle(self, *, amendments: Sequence[str]) -> None:
        """Refuse the first reference to something that is neither in the text nor in the acts.

        Raises:
            InputRefused: naming the place of the reference.

        """
        known: dict[str, frozenset[str] | None] = {
            "amendment": frozenset(amendments),
            "signatory": self.signatories,
            "clause": None,
            "section": None,
        }
        if self.text is not None:
            known["clause"] = frozenset(clause.id for clause in self.text.clauses()) | self.inserted.keys()
            known["section"] = frozenset(section.id for section in self.text.sections)
        for what, name, place in self._named:
            among = known[what]
            if among is not None and name not in among and not (name == ALL and what != "amendment"):
                raise place.refused(
                    f"acts.unknown-{what}", f"there is no {what} {name}.", hint="Check the spelling; capitals count."
                )


def read_changes(place: Field, context: Context) -> tuple[ChangeLine, ...]:
    """Return the changes that stand here, a replacement in several languages as one for each.

    Raises:
        InputRefused: not of the form described above.

    """
    changes: list[ChangeLine] = []
    for item in place.one_or_more():
        operation, body = _operation(item)
        changes += _READERS[operation](item, body, context)
    if not changes:
        raise place.refused("acts.no-change", "nothing is changed here.", hint="Write at least one change.")
    return tuple(changes)


def _operation(item: Field) -> tuple[str, dict[str, Field]]:
    entries = item.entries()
    heads = [name for name in entries if name in _SUBJECT]
    flat = [name for name in _OPERATION if name in entries]
    if len(heads) == 1 and not flat:
        head = entries.pop(heads[0])
        if head.is_mapping:
            if entries:
                raise next(iter(entries.values())).refused(
                    "acts.change", "this field stands beside the operation.", hint="Write it inside the operation."
                )
            entries = head.entries()
        elif not head.is_absent:
            entries.setdefault(_SUBJECT[heads[0]], head)
        return heads[0], entries
    if len(flat) == 1 and not heads:
        name = entries.pop(flat[0]).scalar()
        if name in _SUBJECT:
            return name, entries
    raise item.refused(
        "acts.change",
        "this is not one change.",
        hint=f"Write '- operation: {{…}}', where the operation is one of {', '.join(_SUBJECT)}.",
    )


def closed(place: Field, body: dict[str, Field], required: Sequence[str], optional: Sequence[str] = ()) -> None:
    """Refuse a body that lacks a required field or has one that is not allowed.

    Raises:
        InputRefused: naming the field.

    """
    for name, value in body.items():
        if name not in (*required, *optional):
            raise value.refused(
                "exchange.unknown-field",
                f"there is no field {shown(name)} here.",
                hint=f"The fields here are: {', '.join((*required, *optional))}.",
            )
    for name in required:
        if name not in body or body[name].is_absent:
            raise body.get(name, place).refused(
                "exchange.missing-field", f"the field {name} is missing.", hint=f"Add '{name}: …' here."
            )


def read_wording(place: Field, body: dict[str, Field], context: Context) -> list[tuple[str, str]]:
    """Return languages and texts out of ``language`` and ``text``, or out of a ``text`` that is a mapping.

    Raises:
        InputRefused: a language or a text is missing or not allowed.

    """
    text = body["text"]
    if text.is_mapping:
        if "language" in body:
            raise body["language"].refused(
                "acts.language", "the languages already stand in 'text'.", hint="Leave this field out."
            )
        found = context.proof.translations(text, context.languages)
        if not found:
            raise text.refused("exchange.empty", "nothing stands here.", hint="Write at least one text.")
        return list(found.items())
    only = context.languages if context.languages is not None and len(context.languages) == 1 else None
    if "language" in body:
        language = check_language(body["language"].scalar(), body["language"], context.languages)
    elif only:
        language = only[0]
    else:
        raise place.refused("exchange.missing-field", "the field language is missing.", hint="Add 'language: …' here.")
    return [(language, context.proof.prose(text))]


def read_given(place: Field, body: dict[str, Field], context: Context) -> list[GivenText]:
    """Return the texts of a clause or a heading that shall stand, whatever stood there before.

    Raises:
        InputRefused: neither a clause nor a heading is named, or a text is missing.

    """
    if "clause" in body:
        return list(_replace(place, body, context))
    return list(_retitle(place, body, context))


def _replace(place: Field, body: dict[str, Field], context: Context) -> list[ReplaceLine]:
    closed(place, body, ("clause", "text"), ("language",))
    clause = context.named("clause", body["clause"])
    return [ReplaceLine(clause, language, text) for language, text in read_wording(place, body, context)]


def _retitle(place: Field, body: dict[str, Field], context: Context) -> list[RetitleLine]:
    closed(place, body, ("text",), ("section", "language"))
    head = body.get("section")
    whole = head is None or head.is_absent or (head.is_scalar and head.scalar() in _WHOLE)
    section = None if head is None or whole else context.named("section", head)
    return [RetitleLine(section, language, text) for language, text in read_wording(place, body, context)]


def _insert(place: Field, body: dict[str, Field], context: Context) -> list[InsertLine]:
    closed(place, body, ("section", "id", "text"), ("after",))
    texts = context.proof.translations(body["text"], context.languages)
    missing = [language for language in context.languages or () if language not in texts]
    if missing or not texts:
        raise body["text"].refused(
            "text.incomplete",
            f"the text is missing in {', '.join(missing) or 'every language'}.",
            hint="Give a new clause in every authentic language.",
        )
    name = identifier(body["id"])
    if context.text is not None and name.lower() in {clause.id.lower() for clause in context.text.clauses()}:
        raise body["id"].refused(
            "exchange.doubled-id", f"the clause {name} already exists.", hint="Give the new clause another identifier."
        )
    context.inserted.setdefault(name, body["id"])
    return [InsertLine(context.named("section", body["section"]), _after(body, context), name, texts)]


def _delete(place: Field, body: dict[str, Field], context: Context) -> list[DeleteLine]:
    closed(place, body, ("clause",))
    return [DeleteLine(context.named("clause", body["clause"]))]


def _move(place: Field, body: dict[str, Field], context: Context) -> list[MoveLine]:
    closed(place, body, ("clause",), ("after", "section"))
    if "after" not in body and "section" not in body:
        raise place.refused(
            "acts.move",
            "it is not said where the clause goes.",
            hint="Add 'after: …' (a clause, or null for the head of the section) or 'section: …'.",
        )
    head = body.get("section")
    section = None if head is None or head.is_absent else context.named("section", head)
    return [MoveLine(context.named("clause", body["clause"]), section, _after(body, context))]


def _rewrite(place: Field, body: dict[str, Field], context: Context) -> list[RewriteLine]:
    closed(place, body, ("section", "clauses"), ("title",))
    titles = context.proof.translations(body["title"], context.languages) if "title" in body else {}
    clauses = []
    named = []
    for item in body["clauses"].items():
        fields = item.members(("id", "text"))
        name = identifier(fields["id"])
        named.append((name, item))
        if context.text is None or name not in {clause.id for clause in context.text.clauses()}:
            context.inserted.setdefault(name, fields["id"])
        clauses.append((name, context.proof.translations(fields["text"], context.languages)))
    unique(named, what="clause")
    return [RewriteLine(context.named("section", body["section"]), titles, tuple(clauses))]


def _after(body: dict[str, Field], context: Context) -> str | None:
    place = body.get("after")
    return None if place is None or place.is_absent else context.named("clause", place)


_READERS: Final[dict[str, Callable[[Field, dict[str, Field], Context], Sequence[ChangeLine]]]] = {
    "replace": _replace,
    "insert": _insert,
    "delete": _delete,
    "move": _move,
    "retitle": _retitle,
    "rewrite": _rewrite,
}

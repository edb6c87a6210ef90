"""Words and names out of a tree: prose is cleaned of mere noise and checked, identifiers are checked as they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from declaration.drafting import hygiene, text
from declaration.errors import LimitExceeded
from declaration.exchange.tree import Field

_SHOWN: Final = 80
"""How much of a wrong identifier an error may quote: more than an identifier may have."""


@dataclass(slots=True)
class Proofreader:
    """Reads texts out of fields and keeps a note, with file, line and field, of whatever it cleaned."""

    notes: list[str] = field(default_factory=list)

    def prose(self, place: Field, *, limit: int = hygiene.MAX_LENGTH) -> str:
        """Return the text that stands here, in NFC and freed of mere noise.

        Raises:
            InputRefused: no text, an empty one, or one that holds what no text may hold.
            LimitExceeded: more than `limit` code points.

        """
        raw = place.scalar()
        if len(raw) > limit:
            raise LimitExceeded(
                "exchange.length",
                f"{place.where}: the text has {len(raw)} characters, {limit} are allowed.",
                hint="Shorten it.",
            )
        cleaned = hygiene.clean(raw)
        self.notes += [f"{place.where}: {note}" for note in cleaned.notes]
        hygiene.check(cleaned.text, where=place.where)
        return cleaned.text

    def translations(self, place: Field, languages: Collection[str] | None) -> dict[str, str]:
        """Return the texts by language that stand here; a language with nothing behind it is left out.

        Args:
            place: a mapping of language tags to texts.
            languages: the languages allowed, or None for any.

        Raises:
            InputRefused: not a mapping, or a language that is not allowed.

        """
        found: dict[str, str] = {}
        for name, value in place.entries().items():
            check_language(name, value, languages)
            if not value.is_absent:
                found[name] = self.prose(value)
        return found


def check_language(name: str, place: Field, languages: Collection[str] | None) -> str:
    """Return the language tag `name` if it is well formed and, where they are known, one of `languages`.

    Raises:
        InputRefused: it is neither.

    """
    text.check_language(name[:_SHOWN], where=place.where)
    if languages is not None and name not in languages:
        raise place.refused(
            "exchange.language",
            f"{name} is not one of the languages of this declaration.",
            hint=f"The languages are: {', '.join(languages)}.",
        )
    return name


def identifier(place: Field) -> str:
    """Return the identifier that stands here.

    Raises:
        InputRefused: it is not of the form that identifiers have.

    """
    return text.check_id(place.scalar()[:_SHOWN], where=place.where)


def identifiers(place: Field) -> tuple[str, ...]:
    """Return the identifiers of a list, or the one that stands here."""
    return tuple(identifier(item) for item in place.one_or_more())


def unique(fields: Iterable[tuple[str, Field]], *, what: str) -> None:
    """Refuse identifiers that are given twice, also when they differ only in capitals.

    Raises:
        InputRefused: naming the second of the two and the line of the first.

    """
    seen: dict[str, Field] = {}
    for name, place in fields:
        first = seen.setdefault(name.lower(), place)
        if first is not place:
            raise place.refused(
                "exchange.doubled-id",
                f"the {what} {name} was already given on line {first.line}.",
                hint="Give each its own identifier; capitals make no difference.",
            )

"""Concordance: the languages of a text in step with each other, passage by passage.

Every authentic language is equal, and one is drafted in. A passage is in step in another language once somebody who
answers for it has confirmed exactly those words against exactly those of the drafting language. Whatever changes one
of the two takes the passage out of step, and whatever restores both brings it back.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from declaration.drafting.text import Text, text_digest
from declaration.errors import InputRefused


class PassageKind(StrEnum):
    """What has words in every language."""

    TITLE = "title"
    SECTION = "section"
    CLAUSE = "clause"


class Passage(NamedTuple):
    """A title or a clause: the title of the declaration has no id, that of a section has the section's."""

    kind: PassageKind
    id: str

    @property
    def name(self) -> str:
        """How the ledger names it: ``title``, ``section:ID`` or ``clause:ID``."""
        return str(self.kind) if self.kind is PassageKind.TITLE else f"{self.kind}:{self.id}"


TITLE: Final = Passage(PassageKind.TITLE, "")
"""The title of the declaration."""


class Pair(NamedTuple):
    """Digests of the words of a passage: in the drafting language, and in another one."""

    drafting: str
    words: str


class Want(StrEnum):
    """Why a passage is not in step in a language."""

    MISSING = "missing"
    """It has no words in that language, or none in the drafting language."""
    UNCONFIRMED = "unconfirmed"
    """Nobody has confirmed these words against these."""


class Task(NamedTuple):
    """A passage that is out of step in a language."""

    passage: Passage
    language: str
    want: Want


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A pair of words that was confirmed, once and for good: `in_step` asks for exactly this."""

    passage: Passage
    language: str
    pair: Pair


def passage_named(name: str) -> Passage:
    """Return the passage of a name that has its form (`Passage.name`)."""
    kind, _, identifier = name.partition(":")
    return Passage(PassageKind(kind), identifier)


def passages(text: Text) -> Iterator[tuple[Passage, Mapping[str, str]]]:
    """Give every passage that has words in any language, with its words, in the order of the text."""
    yield TITLE, text.title
    for section in text.sections:
        if section.title:
            yield Passage(PassageKind.SECTION, section.id), section.title
        for clause in section.clauses:
            yield Passage(PassageKind.CLAUSE, clause.id), clause.texts


def pairs(text: Text, language: str) -> dict[Passage, Pair]:
    """Return what would be confirmed in a language: the pair of every passage that has words in both.

    Raises:
        InputRefused: ``concordance.language``, it is not an authentic one, or the one that is drafted in.

    """
    drafting = text.languages[0]
    if language == drafting or language not in text.languages:
        others = ", ".join(text.languages[1:]) or "there is no other"
        raise InputRefused(
            "concordance.language",
            f"“{language[:40]}” is not an authentic language beside the drafting language.",
            hint=f"Choose among these: {others}.",
        )
    return {
        passage: Pair(text_digest(words[drafting]), text_digest(words[language]))
        for passage, words in passages(text)
        if drafting in words and language in words
    }


def tasks(text: Text, confirmed: Container[Confirmed]) -> tuple[Task, ...]:
    """Return every passage that is out of step, by language, in the order of the text.

    Args:
        text: the version in force.
        confirmed: what was ever confirmed.

    """
    found = []
    for language in text.languages[1:]:
        here = pairs(text, language)
        for passage, _ in passages(text):
            if (pair := here.get(passage)) is None:
                found.append(Task(passage, language, Want.MISSING))
            elif Confirmed(passage, language, pair) not in confirmed:
                found.append(Task(passage, language, Want.UNCONFIRMED))
    return tuple(found)


def corrected(old: Text, new: Text, language: str) -> tuple[Passage, ...]:
    """Return the passages whose words a concordance correction mends, in the order of the text.

    Args:
        old: the version in force.
        new: the one that mends it.
        language: in which words are mended.

    Raises:
        InputRefused: ``concordance.language``; ``concordance.more``, it changes anything but words of that language;
            ``concordance.nothing``, it changes none.

    """
    after = pairs(new, language)
    if _without(old, language) != _without(new, language):
        raise InputRefused(
            "concordance.more",
            f"A concordance correction mends words in one language, “{language}”; this one changes more.",
            hint="Adopt an amendment for what changes the text itself.",
        )
    before = dict(passages(old))
    found = []
    for passage, words in passages(new):
        if words.get(language) != before[passage].get(language):
            if passage not in after:
                raise InputRefused(
                    "concordance.more",
                    f"The correction takes away the words of {passage.name} in “{language}”.",
                    hint="Give the words that shall stand there.",
                )
            found.append(passage)
    if not found:
        raise InputRefused(
            "concordance.nothing", "The correction changes no words.", hint="Give the words that shall stand there."
        )
    return tuple(found)


def _without(text: Text, language: str) -> tuple[object, ...]:
    """Return everything of a text but the words of one language."""

    def rest(words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        return tuple(sorted((tag, item) for tag, item in words.items() if tag != language))

    return (
        text.id,
        text.languages,
        rest(text.title),
        *(
            (section.id, section.kind, rest(section.title), *((c.id, rest(c.texts)) for c in section.clauses))
            for section in text.sections
        ),
    )

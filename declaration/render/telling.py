"""A signed declaration as a sequence of headings and paragraphs, each in its language: what every reading edition says.

One source for paper in large print, for web pages and for word processors, so that all have the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from declaration.render.certificate_words import written_moment
from declaration.render.labels import VERIFY, label, language_name, speaks, spoken
from declaration.render.numbering import clause_numbers, section_numbers
from declaration.render.parties import names_office
from declaration.render.signed_text import SignedText, short_code
from declaration.render.signed_words import said
from declaration.render.values import RosterLine

VERIFYING: Final = ("declaration verify signed.pdf",)
"""Commands, word for word."""


class Role(StrEnum):
    """What a passage is."""

    TITLE = "title"
    """Of the declaration, at the head of its text in one language."""
    PART = "part"
    """Heading of a part that belongs to all languages."""
    SECTION = "section"
    CLAUSE = "clause"
    MISSING = "missing"
    """A remark where a clause has no words in a language."""
    PARAGRAPH = "paragraph"
    NAME = "name"
    """Whose words follow."""
    PLACE = "place"
    """Which clause the words that follow are about."""
    WORDS = "words"
    """Somebody's own words, in any language."""
    FIXED = "fixed"
    """A command, an address or a digest, to be taken letter by letter."""


@dataclass(frozen=True, slots=True)
class Told:
    """A heading or a paragraph.

    Args:
        role: what it is.
        text: its words.
        language: BCP 47 tag of its words.
        number: what stands before it, or empty.
        anchor: a name for it, unique in the document, or empty.

    """

    role: Role
    text: str
    language: str
    number: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one signatory has answered.

    Args:
        party: who.
        state: in words: has signed, has declined, has not answered.
        at: when; None without an answer.
        moment: the same in words.
        reason: in any language, or empty.
        code: short code of the answer's bundle, or empty.
        digest: its SHA-256, or empty.
        url: where it can be verified, or empty.

    """

    party: RosterLine
    state: str
    at: datetime | None = None
    moment: str = ""
    reason: str = ""
    code: str = ""
    digest: str = ""
    url: str = ""

    @property
    def name(self) -> str:
        """Return the name, or the office or the city that stands for it."""
        party = self.party
        return party.name or party.office or party.city or party.id

    @property
    def office(self) -> str:
        """Return the office where the name does not say it."""
        return self.party.office if self.party.name and names_office(self.party) else ""

    @property
    def native(self) -> str:
        """Return the city in its own script where that is another."""
        return self.party.native if self.party.native != self.party.city else ""


def text(signed: SignedText, language: str) -> Iterator[Told]:
    """Give the declaration in one of its languages."""
    whole = signed.version.text
    yield Told(Role.TITLE, whole.title.get(language) or language_name(language), language, anchor=f"text-{language}")
    numbers, chapters = clause_numbers(whole), section_numbers(whole)
    tongue = speaks(language)
    for section in whole.sections:
        anchor = f"section-{section.id}-{language}"
        if title := section.title.get(language):
            yield Told(Role.SECTION, title, language, chapters[section.id], anchor)
        elif section.title:
            yield Told(Role.SECTION, label("missing", tongue), tongue, chapters[section.id], anchor)
        for clause in section.clauses:
            words, anchor = clause.texts.get(language), f"clause-{clause.id}-{language}"
            if words is None:
                yield Told(Role.MISSING, label("missing", tongue), tongue, numbers[clause.id], anchor)
            else:
                yield Told(Role.CLAUSE, words, language, numbers[clause.id], anchor)


def heading(key: str, languages: Sequence[str]) -> tuple[Told, ...]:
    """Return the heading of a common part in each language of ours that serves readers of these languages."""
    found: dict[str, Told] = {}
    for tongue in spoken(languages):
        found.setdefault(label(key, tongue), Told(Role.PART, label(key, tongue), tongue, anchor=key))
    return tuple(found.values())


def notice(signed: SignedText, languages: Sequence[str]) -> Iterator[Told]:
    """Say what this is not, and where the signed document is."""
    for tongue in spoken(languages):
        yield Told(Role.PARAGRAPH, said("copy", tongue), tongue)
    yield Told(Role.FIXED, signed.url, "en")


def reservations(signed: SignedText, languages: Sequence[str]) -> Iterator[Told]:
    """Give the annex: each reservation, and the objections to it."""
    tongue = speaks(languages[0])
    if not signed.reservations:
        for each in spoken(languages):
            yield Told(Role.PARAGRAPH, label("no-reservations", each), each)
    numbers = clause_numbers(signed.version.text)
    for item in signed.reservations:
        number = item.number if item.number is not None else numbers.get(item.clause, "")
        yield Told(Role.NAME, item.name, languages[0])
        yield Told(Role.PLACE, f"{said('clause', tongue)} {number}", tongue)
        yield Told(Role.WORDS, item.text, languages[0])
        for objection in item.objections:
            yield Told(Role.PLACE, label("objection", tongue), tongue)
            yield Told(Role.NAME, objection.name, languages[0])
            yield Told(Role.WORDS, objection.reason, languages[0])


def counts(signed: SignedText, language: str) -> Told:
    """Say how many have answered how."""
    tongue = speaks(language)
    every = (
        ("count-signed", len(signed.signatures)),
        ("count-declined", len(signed.declines)),
        ("count-no-answer", len(signed.unanswered)),
    )
    parts = [f"{label(key, tongue)} {count}" for key, count in every if count or key == "count-signed"]
    return Told(Role.PARAGRAPH, " · ".join(parts), tongue)


def signatures(signed: SignedText, language: str) -> tuple[Answer, ...]:
    """Return those who have signed, in the order of protocol."""
    tongue = speaks(language)
    return tuple(
        Answer(
            line.signatory,
            label("signed", tongue),
            line.signed_at,
            written_moment(line.signed_at, tongue),
            code=short_code(line.digest),
            digest=line.digest,
            url=line.url or "",
        )
        for line in signed.signatures
    )


def others(signed: SignedText, language: str) -> tuple[Answer, ...]:
    """Return those who have declined, then those who have not answered."""
    tongue = speaks(language)
    declined = [
        Answer(
            line.signatory,
            label("declined", tongue),
            line.declined_at,
            written_moment(line.declined_at, tongue),
            line.reason,
            short_code(line.digest),
            line.digest,
            line.url or "",
        )
        for line in signed.declines
    ]
    return (*declined, *(Answer(party, label("no-answer", tongue)) for party in signed.unanswered))


def verifying(signed: SignedText, languages: Sequence[str]) -> Iterator[Told]:
    """Say how anybody can verify the signed document, and what its digests are."""
    for tongue in spoken(languages):
        # the first paragraph there speaks of the signed document as of itself
        for paragraph in (said("holds", tongue), *VERIFY[tongue][1:]):
            yield Told(Role.PARAGRAPH, paragraph, tongue)
    for command in VERIFYING:
        yield Told(Role.FIXED, command, "en")
    tongue = speaks(languages[0])
    yield Told(Role.PARAGRAPH, f"{said('sealed', tongue)} {written_moment(signed.sealed_at, tongue)}", tongue)
    for key, value in (("edition-digest", signed.edition), ("instrument-digest", signed.instrument)):
        yield Told(Role.PARAGRAPH, said(key, tongue), tongue)
        yield Told(Role.FIXED, value, "en")

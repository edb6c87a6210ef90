"""How Akoma Ntoso names a declaration: work, expression and manifestation, and what is said of each.

The addresses follow the Akoma Ntoso Naming Convention 1.0 (OASIS, 2019), sections 4.4 to 4.6, and rest on facts that
the ledger keeps: the country of the host city, the day of the opening, the id, the language, the version's number. They
are specified in docs/spec/akoma.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from declaration.render.languages import three_letters
from declaration.render.xml import Markup, block, element

NAMESPACE: Final = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
"""Of Akoma Ntoso 3.0."""
OWN: Final = "urn:x-declaration:version:1"
"""Namespace of what Akoma Ntoso has no element for; it stands in ``proprietary``."""
MEDIA: Final = "application/akn+xml"
"""Media type of Akoma Ntoso (Akoma Ntoso Media Type 1.0, OASIS)."""
HOST: Final = "#host"
"""Where a document refers to the depositary."""


@dataclass(frozen=True, slots=True)
class Host:
    """The depositary: who publishes the text."""

    id: str
    name: str
    country: str


@dataclass(frozen=True, slots=True)
class Reform:
    """An amendment that led to a version: its id, and the address of its work."""

    id: str
    uri: str


@dataclass(frozen=True, slots=True)
class Step:
    """A version in the life of the text: its number, its digest, when it was adopted, and out of which amendments."""

    number: int
    digest: str
    at: datetime
    reforms: tuple[Reform, ...] = ()


@dataclass(frozen=True, slots=True)
class Life:
    """What the ledger says about a declaration beside its words.

    Args:
        declaration: its id.
        opened: when.
        host: the depositary.
        languages: authentic languages, the drafting language first.
        steps: the versions from the first on, without gaps.

    """

    declaration: str
    opened: datetime
    host: Host
    languages: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def work(self) -> str:
        """The address of the declaration as a work."""
        return f"/akn/{self._country}/statement/declaration/{day(self.opened)}/{self.declaration}"

    def expression(self, number: int, language: str) -> str:
        """Return the address of a version in a language."""
        return f"{self.work}/{three_letters(language, self.languages)}@v{number}"

    def amendment(self, identifier: str, tabled: datetime) -> str:
        """Return the address of an amendment as a work."""
        return f"/akn/{self._country}/amendment/declaration/{self.declaration}/{day(tabled)}/{identifier}"

    def step(self, number: int) -> Step:
        """Return a version's place in the life of the text."""
        return self.steps[number - 1]

    @property
    def _country(self) -> str:
        return self.host.country.lower()


@dataclass(frozen=True, slots=True)
class Identity:
    """What the identification of one document says.

    Args:
        work: its address.
        expression: its address.
        language: the tag of the text.
        made: when the work came into being, and how that is called.
        written: when the expression did, and how that is called.
        version: the expression's version, as the address has it.
        author: reference to who wrote it.
        number: how people call the work.
        aliases: other names of the expression by kind.

    """

    work: str
    expression: str
    language: str
    made: tuple[datetime, str]
    written: tuple[datetime, str]
    version: str
    author: str
    number: str
    aliases: tuple[tuple[str, str], ...] = ()


def day(at: datetime) -> str:
    """Return a day in UTC (ISO 8601)."""
    return at.astimezone(UTC).strftime("%Y-%m-%d")


def moment(at: datetime) -> str:
    """Return a moment in UTC (XML Schema, dateTime)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def identification(identity: Identity, life: Life, *, translated: str | None = None) -> Markup:
    """Return the element ``identification``: work, expression and manifestation.

    Args:
        identity: of the document.
        life: of the declaration.
        translated: the expression in the drafting language, for every other language.

    """
    written = three_letters(identity.language, life.languages)
    translation = []
    if translated is not None:
        source = {"href": translated, "fromLanguage": three_letters(life.languages[0], life.languages)}
        translation.append(element("FRBRtranslation", source | {"authoritative": "true", "by": HOST}))
    aliases = [element("FRBRalias", {"value": value, "name": name}) for name, value in identity.aliases]
    return block(
        "identification",
        {"source": HOST},
        block(
            "FRBRWork",
            None,
            *_names(f"{identity.work}/!main", identity.work),
            *_origin(*identity.made, identity.author, "#author"),
            element("FRBRcountry", {"value": life.host.country.lower()}),
            element("FRBRsubtype", {"value": "declaration"}),
            element("FRBRnumber", {"value": identity.number}),
        ),
        block(
            "FRBRExpression",
            None,
            *_names(f"{identity.expression}/!main", identity.expression),
            *aliases,
            *_origin(*identity.written, identity.author, "#author"),
            element("FRBRversionNumber", {"value": identity.version}),
            element("FRBRlanguage", {"language": written}),
            *translation,
        ),
        block(
            "FRBRManifestation",
            None,
            *_names(f"{identity.expression}/!main.xml", f"{identity.expression}.xml"),
            *_origin(*identity.written, HOST, "#publisher"),
        ),
    )


def _names(this: str, whole: str) -> tuple[Markup, Markup]:
    return element("FRBRthis", {"value": this}), element("FRBRuri", {"value": whole})


def _origin(at: datetime, name: str, author: str, role: str) -> tuple[Markup, Markup]:
    return (
        element("FRBRdate", {"date": moment(at), "name": name}),
        element("FRBRauthor", {"href": author, "as": role}),
    )


def event(identifier: str, at: datetime, source: str, kind: str) -> Markup:
    """Return an event of a lifecycle; `kind` is ``generation`` or ``amendment``."""
    return element("eventRef", {"eId": identifier, "date": moment(at), "source": source, "type": kind})


def references(life: Life, *others: Markup) -> Markup:
    """Return the element ``references``: what documents refer to, then who, then in which role."""
    host = life.host
    people = [_concept("Organization", "host", "organization", host.id, host.name)]
    roles = [
        _concept("Role", "author", "role", "author", "Author"),
        _concept("Role", "publisher", "role", "publisher", "Publisher"),
    ]
    return block("references", {"source": HOST}, *others, *people, *roles)


def reference(name: str, identifier: str, target: str, shown: str) -> Markup:
    """Return a reference to another document: ``original``, ``passiveRef``, ``TLCReference``."""
    kind = {"name": "version"} if name == "TLCReference" else {}
    return element(name, {"eId": identifier, **kind, "href": target, "showAs": shown})


def person(identifier: str, drafter: str, name: str) -> Markup:
    """Return a reference to whoever tabled an amendment."""
    return _concept("Organization", identifier, "organization", drafter, name)


def _concept(kind: str, identifier: str, branch: str, name: str, shown: str) -> Markup:
    return element(f"TLC{kind}", {"eId": identifier, "href": f"/akn/ontology/{branch}/{name}", "showAs": shown})


def whole(kind: str, contains: str, meta: Sequence[Markup], *parts: Markup) -> Markup:
    """Return a document of a kind (``statement``, ``amendment``) under the root element."""
    name = "declaration" if kind == "statement" else kind
    body = block(kind, {"name": name, "contains": contains}, block("meta", None, *meta), *parts)
    return block("akomaNtoso", {"xmlns": NAMESPACE}, body)

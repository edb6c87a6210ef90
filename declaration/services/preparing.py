"""Clauses as a signatory reads them: their own position, what changed since, and what lies prepared to be confirmed.

Whoever prepares for a signatory chooses as they would; only the signatory's passkey confirms (`positions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from declaration.drafting.positions import Stance
from declaration.drafting.text import Clause, Section, Version
from declaration.errors import NotFound, StateConflict
from declaration.services import positions, reading
from declaration.services.actors import Actor
from declaration.services.chancery import Chancery
from declaration.services.comparing import Pairs, difference
from declaration.services.positions import Chosen
from declaration.store import prepared, queries
from declaration.store.prepared import Choice
from declaration.store.record import Recorded
from declaration.store.session import View
from declaration.store.values import StoredPosition


@dataclass(frozen=True, slots=True)
class Line:
    """A clause of the version in force, as one signatory stands to it.

    Args:
        clause: its present words.
        number: by which readers call it.
        taken: the signatory's last position on it, None before the first.
        stale: whether that was taken on other words.
        changes: by language, how the words differ from those; also where a correction has mended them since.
        choice: what lies prepared, None when nothing does.
        outdated: whether that was chosen on other words.

    """

    clause: Clause
    number: str
    taken: StoredPosition | None
    stale: bool
    changes: Mapping[str, Pairs]
    choice: Choice | None
    outdated: bool

    @property
    def is_open(self) -> bool:
        """Whether the signatory has no position on the present words."""
        return self.taken is None or self.stale


@dataclass(frozen=True, slots=True)
class Part:
    """A section, its number (empty for the preamble), and its clauses."""

    section: Section
    number: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """The version in force, as one signatory stands to it."""

    version: Version
    parts: tuple[Part, ...]

    def lines(self) -> tuple[Line, ...]:
        """Return every clause, in the text's order."""
        return tuple(line for part in self.parts for line in part.lines)

    @property
    def open(self) -> int:
        """How many clauses wait for a position on their present words."""
        return sum(line.is_open for line in self.lines())

    @property
    def stale(self) -> int:
        """How many of these have changed since a position was taken."""
        return sum(line.stale for line in self.lines())

    @property
    def ready(self) -> tuple[Line, ...]:
        """Clauses whose prepared choice can be confirmed."""
        return tuple(line for line in self.lines() if line.choice is not None and not line.outdated)


def desk(session: View, declaration: str, signatory: str) -> Desk:
    """Return the version in force as a signatory stands to it.

    Raises:
        NotFound: ``version.none``, ``declaration.unknown``.

    """
    version = queries.current_version(session, declaration)
    taken = {
        stored.position.clause: stored
        for stored in queries.positions(session, declaration)
        if stored.position.signatory == signatory
    }
    chosen = {choice.clause: choice for choice in prepared.choices(session, declaration, signatory)}
    former = _Former(session, declaration)
    parts = []
    for part in reading.parts(version.text):
        lines = tuple(
            _line(line, taken.get(line.clause.id), chosen.get(line.clause.id), former, version.text.languages)
            for line in part.lines
        )
        parts.append(Part(part.section, part.number, lines))
    return Desk(version, tuple(parts))


class _Former:
    """Clauses of earlier versions, each version read once."""

    def __init__(self, session: View, declaration: str) -> None:
        self._session = session
        self._declaration = declaration
        self._versions: dict[int, Mapping[str, Clause]] = {}

    def clause(self, number: int, clause: str) -> Clause | None:
        """Return a clause as it stood in a version."""
        if number not in self._versions:
            text = queries.version_text(self._session, self._declaration, number).text
            self._versions[number] = {found.id: found for found in text.clauses()}
        return self._versions[number].get(clause)


def _line(
    line: reading.Line, taken: StoredPosition | None, choice: Choice | None, former: _Former, languages: Iterable[str]
) -> Line:
    clause = line.clause
    stale = taken is not None and not taken.position.is_on(clause.digest)
    changes: dict[str, Pairs] = {}
    if taken is not None and taken.position.clause_digest != clause.digest:
        before = former.clause(taken.version, clause.id)
        texts = {} if before is None else before.texts
        changes = {
            language: difference(texts, clause.texts, language)
            for language in languages
            if texts.get(language) != clause.texts.get(language)
        }
    if choice is not None and taken is not None and not stale and choice.at <= taken.at:
        choice = None  # confirmed, and the service was stopped before it could take it away
    outdated = choice is not None and choice.digest != clause.digest
    return Line(clause, line.number, taken, stale, changes, choice, outdated)


def choose(
    chancery: Chancery, actor: Actor, clause: str, *, digest: str, stance: Stance, reservation: str | None
) -> Choice:
    """Prepare a choice for a clause in the place of the one before; nothing is public, nothing is confirmed.

    Args:
        chancery: the service.
        actor: the signatory, or somebody who prepares for them.
        clause: its id.
        digest: of the clause as it was read.
        stance: what is chosen.
        reservation: its words; or the reason of an objection.

    Raises:
        NotFound: ``clause.unknown``.
        StateConflict: ``clause.changed``, it has other words now; ``declaration.frozen``, ``declaration.sealed``.
        InputRefused: the words are missing, stray, or hold what no text may hold.

    """
    signatory = _signatory(actor)
    positions.check(signatory, clause, digest, Chosen(stance, reservation))
    with chancery.store.transaction() as session:
        _require_words(session, actor.declaration, {clause: digest})
        choice = Choice(clause, digest, str(stance), reservation, actor.subject, chancery.now())
        prepared.keep(session, actor.declaration, signatory, choice)
    return choice


def unchoose(chancery: Chancery, actor: Actor, clause: str) -> None:
    """Take a prepared choice away; one that is not there stays away."""
    with chancery.store.transaction() as session:
        prepared.drop(session, actor.declaration, _signatory(actor), [clause])


def ask(
    chancery: Chancery, actor: Actor, choices: Mapping[str, tuple[str, Chosen]], *, language: str | None = None
) -> tuple[bytes, ...]:
    """Return statements over choices for the signatory's passkey.

    Args:
        chancery: the service.
        actor: the signatory.
        choices: by clause, the digest of the clause as it was read, and what is chosen.
        language: in which they were read; None is the drafting language.

    Raises:
        NotFound, StateConflict, InputRefused: as `choose`.

    """
    with chancery.store.reading() as session:
        _require_words(session, actor.declaration, {clause: digest for clause, (digest, _) in choices.items()})
    return positions.prepare(
        chancery,
        actor.declaration,
        _signatory(actor),
        {clause: chosen for clause, (_, chosen) in choices.items()},
        language=language,
    )


def settle(chancery: Chancery, actor: Actor, recorded: Recorded) -> None:
    """Take away what lay prepared for the clauses on which positions were recorded now."""
    with chancery.store.transaction() as session:
        done = [
            stored.position.clause
            for stored in queries.positions(session, actor.declaration)
            if stored.entry == recorded.index
        ]
        prepared.drop(session, actor.declaration, _signatory(actor), done)


def _signatory(actor: Actor) -> str:
    assert actor.signatory is not None  # only signatories and those who prepare for them come here
    return actor.signatory


def _require_words(session: View, declaration: str, read: Mapping[str, str]) -> None:
    """Make sure that the text can be judged, and that what was read are the present words."""
    positions.require_drafting(session, declaration)
    version = queries.current_version(session, declaration)
    present = {clause.id: clause.digest for clause in version.text.clauses()}
    for clause, digest in read.items():
        if clause not in present:
            raise NotFound(
                "clause.unknown",
                f"Version {version.number} has no clause “{clause[:80]}”.",
                hint="Choose among the clauses of the version in force.",
            )
        if present[clause] != digest:
            raise StateConflict(
                "clause.changed",
                f"The clause “{clause}” has other words now.",
                hint="Read what changed, then choose again.",
            )

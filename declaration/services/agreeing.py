"""What still blocks agreement: objections with their reasons, and words that changed under a position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from declaration.drafting.diff import word_difference
from declaration.drafting.positions import Agreement, Stance
from declaration.drafting.text import Text
from declaration.render.numbering import clause_numbers
from declaration.services import readiness
from declaration.services.consolidating import Pairs
from declaration.store import queries
from declaration.store.session import View
from declaration.store.values import Signatory, StoredPosition


@dataclass(frozen=True, slots=True)
class Objection:
    """Who objects, and why."""

    party: Signatory
    reason: str


@dataclass(frozen=True, slots=True)
class Stale:
    """Somebody whose position is on former words.

    Args:
        party: who.
        stance: what they said.
        version: number of the version on which they said it.
        words: differences from then to now by language, where there are any.

    """

    party: Signatory
    stance: Stance
    version: int
    words: Mapping[str, Pairs]


@dataclass(frozen=True, slots=True)
class Block:
    """One clause that still blocks agreement; `stands` holds its counts."""

    clause: str
    number: str
    texts: Mapping[str, str]
    stands: Agreement
    objections: tuple[Objection, ...]
    stale: tuple[Stale, ...]


@dataclass(frozen=True, slots=True)
class Blocking:
    """What still blocks agreement.

    Args:
        number: of the version in force.
        agreed: clauses on whose present words everybody has a position, none of them an objection.
        waiting: clauses that nobody objects to, and on which somebody has no position yet.
        blocks: clauses to which somebody objects, or on whose former words somebody's position stands.

    """

    number: int
    agreed: int
    waiting: int
    blocks: tuple[Block, ...]


def blocking(session: View, declaration: str) -> Blocking:
    """Return what still blocks agreement on the version in force.

    Raises:
        NotFound: ``declaration.unknown``, ``version.none``.

    """
    version = queries.current_version(session, declaration)
    roster = queries.signatories(session, declaration)
    stands = readiness.agreements(session, declaration, version, roster)
    taken = {(line.position.signatory, line.position.clause): line for line in queries.positions(session, declaration)}
    numbers = clause_numbers(version.text)
    world = _World(version.text, {party.id: party for party in roster}, taken)
    then = {version.number: version.text}
    blocks = []
    for line in stands:
        if line.is_blocked:
            for who in line.stale:
                number = taken[who, line.clause].version
                then.setdefault(number, queries.version_text(session, declaration, number).text)
            blocks.append(_block(line, world, numbers[line.clause], then))
    free = [line for line in stands if not line.is_blocked]
    agreed = sum(not line.silent for line in free)
    return Blocking(version.number, agreed, len(free) - agreed, tuple(blocks))


@dataclass(frozen=True, slots=True)
class _World:
    text: Text
    parties: Mapping[str, Signatory]
    taken: Mapping[tuple[str, str], StoredPosition]


def _block(line: Agreement, world: _World, number: str, then: Mapping[int, Text]) -> Block:
    now, parties = world.text.clause(line.clause).texts, world.parties
    objections = tuple(
        Objection(parties[who], world.taken[who, line.clause].position.reservation or "") for who in line.objections
    )
    stale = []
    for who in line.stale:
        said = world.taken[who, line.clause]
        before = then[said.version].clause(line.clause).texts
        words = {
            tag: tuple(word_difference(before.get(tag, ""), now.get(tag, "")))
            for tag in world.text.languages
            if before.get(tag) != now.get(tag)
        }
        stale.append(Stale(parties[who], said.position.stance, said.version, words))
    return Block(line.clause, number, now, line, objections, tuple(stale))

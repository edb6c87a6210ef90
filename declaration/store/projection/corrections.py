"""Concordance corrections: a version that mends words of one other language and changes nothing that was agreed.

Positions stand on the digest of a clause in all its languages, so that mending one of them would ask everybody again.
A correction says that the meaning is the same: whoever took a position on the clause keeps it, on the mended words;
except, where the depositary says so, those who had read it in the language that was mended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import or_, update

from declaration.drafting import concordance as pure
from declaration.drafting.concordance import Pair, Passage, PassageKind
from declaration.drafting.text import Text
from declaration.errors import InputRefused
from declaration.store.projection import concordance
from declaration.store.projection.act import Act
from declaration.store.projection.carriage import Carriage
from declaration.store.tables import Positions


@dataclass(frozen=True, slots=True)
class Correction:
    """What a correction does beside adopting its version.

    Args:
        language: in which words are mended.
        ask: whether those who read that language are asked again.
        clauses: by clause, its digests before and after.
        pairs: the words that are confirmed with it.

    """

    language: str
    ask: bool
    clauses: Mapping[str, tuple[str, str]]
    pairs: Mapping[Passage, Pair]


def check(act: Act, carried: Carriage, texts: tuple[Text, Text]) -> Correction:
    """Judge a correction.

    Args:
        act: the adoption.
        carried: its carriage, which `carriage.check` has accepted.
        texts: of the version in force, and of the one that mends it.

    Raises:
        InputRefused: ``concordance.*`` as `drafting.concordance.corrected`; ``concordance.more``, an amendment is
            decided with it.

    """
    given = act.object("correction")
    language, (old, new) = str(given["language"]), texts
    passages = pure.corrected(old, new, language)
    if carried.outcomes:
        raise InputRefused(
            "concordance.more",
            "A concordance correction decides no amendment.",
            hint="Adopt the amendments by themselves, then correct the languages.",
        )
    found = pure.pairs(new, language)
    clauses = [passage.id for passage in passages if passage.kind is PassageKind.CLAUSE]
    return Correction(
        language,
        given["ask"] is True,
        {clause: (old.clause(clause).digest, new.clause(clause).digest) for clause in clauses},
        concordance.unconfirmed(act, language, {passage: found[passage] for passage in passages}),
    )


def write(act: Act, correction: Correction) -> None:
    """Confirm the mended words, and let positions stand on them."""
    number = act.number("number")
    concordance.write(act, correction.language, correction.pairs, version=number)
    for clause, (before, after) in correction.clauses.items():
        standing = [
            Positions.declaration == act.declaration,
            Positions.clause == clause,
            or_(Positions.digest == before, Positions.carried == before),
        ]
        if correction.ask:  # of whom it is not known what they read, they are asked
            standing.append(Positions.language != correction.language)
        act.session.execute(update(Positions).where(*standing).values(carried=after))

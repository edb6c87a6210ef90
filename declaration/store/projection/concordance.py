"""Concordance: which words of other languages were confirmed to say the same as those of the drafting language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from declaration.drafting import concordance
from declaration.drafting.concordance import Confirmed, Pair, Passage, passage_named
from declaration.drafting.text import Text
from declaration.errors import InputRefused, StateConflict
from declaration.store import queries
from declaration.store.projection.act import Act
from declaration.store.projection.current import current_digest, current_version
from declaration.store.tables import Concordances


def translation_confirmed(act: Act) -> None:
    """Confirm passages of the current version in one language, against the drafting language.

    Raises:
        StateConflict: ``concordance.version`` (another version was adopted meanwhile), ``concordance.confirmed`` (all
            of it was confirmed before).
        InputRefused: ``concordance.language``, ``concordance.passage`` (there are no such words in both languages).

    """
    if act.text("version") != current_digest(act):
        raise StateConflict(
            "concordance.version",
            "Another version has been adopted meanwhile.",
            hint="Compare its words, then confirm them.",
        )
    language = act.text("language")
    found = concordance.pairs(current_version(act).text, language)
    chosen = act.entry.body["passages"]
    if isinstance(chosen, list):
        found = dict(_chosen(found, map(str, chosen)))
    fresh = unconfirmed(act, language, found)
    if not fresh:
        raise StateConflict(
            "concordance.confirmed",
            f"These words in “{language}” are confirmed already.",
            hint="Look at what is still out of step.",
        )
    write(act, language, fresh, version=act.before.version)


def write(act: Act, language: str, found: Mapping[Passage, Pair], *, version: int | None) -> None:
    """Write pairs of words as confirmed."""
    act.add_all(
        Concordances,
        [
            {
                "passage": passage.name,
                "language": language,
                "drafting": pair.drafting,
                "words": pair.words,
                "version": version,
                "entry": act.index,
                "at": act.entry.at,
            }
            for passage, pair in found.items()
        ],
    )


def unconfirmed(act: Act, language: str, found: Mapping[Passage, Pair]) -> dict[Passage, Pair]:
    """Return those pairs that were never confirmed."""
    known = _known(act)
    return {passage: pair for passage, pair in found.items() if Confirmed(passage, language, pair) not in known}


def require_in_step(act: Act, text: Text) -> None:
    """Make sure that every passage was confirmed in every language.

    Raises:
        StateConflict: ``instrument.unconfirmed``.

    """
    if wanted := concordance.tasks(text, _known(act)):
        first = wanted[0]
        raise StateConflict(
            "instrument.unconfirmed",
            f"{len(wanted)} passages are not confirmed against the drafting language,"
            f" the first is {first.passage.name} in “{first.language}”.",
            hint="Compare the languages, and confirm what says the same.",
        )


def _chosen(found: Mapping[Passage, Pair], names: Iterable[str]) -> Iterable[tuple[Passage, Pair]]:
    for name in names:
        passage = passage_named(name)
        if passage not in found:
            raise InputRefused(
                "concordance.passage",
                f"The current version has no words of “{name}” in both languages.",
                hint="Choose among the passages that have words in both.",
            )
        yield passage, found[passage]


def _known(act: Act) -> Mapping[Confirmed, int]:
    return queries.confirmed(act.session, act.declaration)

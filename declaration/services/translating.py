"""Languages in step: what is out of step with the drafting language, confirming it, and mending a translation.

Whatever changes the drafting language opens a task in every other language, until the depositary has confirmed that
its words say the same. A text is frozen only when no task is left (`drafting.concordance`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from declaration.canonical import Json
from declaration.drafting import concordance
from declaration.drafting.concordance import Confirmed, Passage, PassageKind, Task, Want
from declaration.drafting.diff import word_difference
from declaration.drafting.text import Text, Version
from declaration.errors import InputRefused, StateConflict
from declaration.ledger.entries import MAX_PASSAGES
from declaration.render.numbering import clause_numbers, section_numbers
from declaration.services import negotiating
from declaration.services.chancery import Chancery
from declaration.services.comparing import Pairs
from declaration.services.consolidating import Given, require_drafting, words_of
from declaration.services.negotiating import Adopted, Correction, Decision
from declaration.store import leaves, queries
from declaration.store.record import record
from declaration.store.session import View

PAGE: Final = 30
"""Passages on one page: about what fits beside each other on a screen that a person reads through."""


@dataclass(frozen=True, slots=True)
class Row:
    """A passage in the drafting language and in another one, side by side.

    Args:
        passage: which.
        number: by which readers call it; empty for the preamble's title and that of the declaration.
        drafting: its words in the drafting language, None without any.
        words: those in the other language, None without any.
        want: what is left to do, None when it is in step.
        before: number of the version in which it was in step last, None when it never was.
        drafting_since: how the drafting words have changed since; empty when they have not, or it never was.
        words_since: the same of the other words.

    """

    passage: Passage
    number: str
    drafting: str | None
    words: str | None
    want: Want | None
    before: int | None
    drafting_since: Pairs
    words_since: Pairs


@dataclass(frozen=True, slots=True)
class Tongue:
    """How far a language is in step.

    Args:
        language: its tag.
        all: passages of the text.
        missing: of these, those without words.
        unconfirmed: of these, those whose words nobody has confirmed against the present drafting words.

    """

    language: str
    all: int
    missing: int
    unconfirmed: int

    @property
    def is_in_step(self) -> bool:
        """Whether nothing is left to do."""
        return not (self.missing or self.unconfirmed)


def wanted(session: View, declaration: str, version: Version) -> tuple[Task, ...]:
    """Return every passage of a version that is out of step."""
    return concordance.tasks(version.text, queries.confirmed(session, declaration).keys())


def tongues(text: Text, tasks: Sequence[Task]) -> tuple[Tongue, ...]:
    """Return how far each language beside the drafting language is in step."""
    count = sum(1 for _ in concordance.passages(text))
    return tuple(
        Tongue(
            language,
            count,
            sum(task.language == language and task.want is Want.MISSING for task in tasks),
            sum(task.language == language and task.want is Want.UNCONFIRMED for task in tasks),
        )
        for language in text.languages[1:]
    )


@dataclass(frozen=True, slots=True)
class Bench:
    """A language beside the drafting language, a page of it.

    Args:
        version: in force.
        language: which.
        tongues: all of them.
        rows: of this page.
        count: passages chosen.
        page: from 1.
        pages: how many there are.

    """

    version: Version
    language: str
    tongues: tuple[Tongue, ...]
    rows: tuple[Row, ...]
    count: int
    page: int
    pages: int


def bench(session: View, declaration: str, language: str | None, *, everything: bool, page: int) -> Bench | None:
    """Return a language beside the drafting language; None where the text has only one.

    Args:
        session: a view.
        declaration: its id.
        language: which; another than an authentic one, or None, is the first with something to do.
        everything: also what is in step.
        page: from 1; one beyond the last is the last.

    Raises:
        NotFound: ``declaration.unknown``, ``version.none``.

    """
    version = queries.current_version(session, declaration)
    text = version.text
    if len(text.languages) == 1:
        return None
    confirmed = queries.confirmed(session, declaration)
    tasks = concordance.tasks(text, confirmed.keys())
    spoken = tongues(text, tasks)
    if language not in text.languages[1:]:
        language = next((line.language for line in spoken if not line.is_in_step), text.languages[1])
    wants = {task.passage: task.want for task in tasks if task.language == language}
    chosen = [
        (passage, words, wants.get(passage))
        for passage, words in concordance.passages(text)
        if everything or passage in wants
    ]
    pages = max(1, -(-len(chosen) // PAGE))
    page = min(max(1, page), pages)
    former = _Former(session, declaration, confirmed, language)
    numbers = _numbers(text)
    rows = tuple(
        _row((text.languages[0], language), numbers[line[0]], line, former.words(line[0], line[2]))
        for line in chosen[(page - 1) * PAGE : page * PAGE]
    )
    return Bench(version, language, spoken, rows, len(chosen), page, pages)


_Line: TypeAlias = tuple[Passage, Mapping[str, str], Want | None]
"""A passage, its words by language, and what is left to do."""
_Last: TypeAlias = tuple[int, Mapping[str, str]] | None
"""The number of the version in which a passage was in step last, and how it read then."""


class _Former:
    """How passages read in the versions in which they were in step last; each version is read once."""

    def __init__(self, session: View, declaration: str, confirmed: Mapping[Confirmed, int], language: str) -> None:
        self._session = session
        self._declaration = declaration
        self._last: dict[Passage, int] = {}
        for line, version in confirmed.items():
            if line.language == language:
                self._last[line.passage] = max(version, self._last.get(line.passage, 0))
        self._texts: dict[int, dict[Passage, Mapping[str, str]]] = {}

    def words(self, passage: Passage, want: Want | None) -> _Last:
        number = None if want is None else self._last.get(passage)
        if number is None:
            return None
        if number not in self._texts:
            text = queries.version_text(self._session, self._declaration, number).text
            self._texts[number] = dict(concordance.passages(text))
        return number, self._texts[number][passage]


def _row(languages: tuple[str, str], number: str, line: _Line, last: _Last) -> Row:
    drafting, language = languages
    passage, words, want = line
    since: dict[str, Pairs] = {}
    if last is not None:
        for tag in languages:
            if last[1].get(tag) != words.get(tag):
                since[tag] = word_difference(last[1].get(tag, ""), words.get(tag, ""))
    return Row(
        passage,
        number,
        words.get(drafting),
        words.get(language),
        want,
        None if last is None else last[0],
        since.get(drafting, ()),
        since.get(language, ()),
    )


def _numbers(text: Text) -> dict[Passage, str]:
    clauses, chapters = clause_numbers(text), section_numbers(text)
    found = {concordance.TITLE: ""}
    found |= {Passage(PassageKind.SECTION, name): number for name, number in chapters.items()}
    return found | {Passage(PassageKind.CLAUSE, name): number for name, number in clauses.items()}


# Acts


def confirm(
    chancery: Chancery, declaration: str, language: str, *, base: str, passages: Collection[str] | None = None
) -> int:
    """Confirm that words in a language say the same as those in the drafting language (the depositary).

    Args:
        chancery: the service.
        declaration: its id.
        language: of the words.
        base: digest of the version that was compared; refused when it is no longer in force.
        passages: by name (`Passage.name`); None confirms every passage that has words in both languages.

    Returns:
        How many passages are out of step in that language now.

    Raises:
        StateConflict: ``version.stale``, the text is frozen; ``concordance.confirmed``, they all were before.
        InputRefused: ``concordance.language``, ``concordance.passage``.

    """
    with chancery.store.transaction() as session:
        leaves.lock(session, declaration)
        require_drafting(session, declaration)
        version = _looked_at(session, declaration, base)
        concordance.pairs(version.text, language)  # refuses another language before anything is written
        names = None if passages is None else _open(session, declaration, version, language, passages)
        by = queries.declaration(session, declaration).depositary.id
        for part in _parts(names):
            body: dict[str, Json] = {"version": version.digest, "language": language, "passages": part}
            record(session, chancery.entry("translation.confirmed", declaration, by=by, body=body))
        return sum(task.language == language for task in wanted(session, declaration, version))


def _looked_at(session: View, declaration: str, base: str) -> Version:
    version = queries.current_version(session, declaration)
    if version.digest != base:
        raise StateConflict(
            "version.stale",
            f"Version {version.number} of “{declaration}” has been adopted meanwhile.",
            hint="Compare the languages of the new version, then confirm them.",
        )
    return version


def _open(session: View, declaration: str, version: Version, language: str, names: Collection[str]) -> list[str]:
    """Return the names in the order of the text, without those that are in step already."""
    unknown = set(names) - {passage.name for passage, _ in concordance.passages(version.text)}
    if unknown or not names:
        raise InputRefused(
            "concordance.passage",
            f"The text has no passage “{min(unknown)[:80]}”." if unknown else "No passage is named.",
            hint="Choose among the passages that have words in both languages.",
        )
    left = [
        task.passage.name
        for task in wanted(session, declaration, version)
        if task.language == language and task.passage.name in names
    ]
    return left or sorted(names)[:1]  # all are in step: the record says so


def _parts(names: list[str] | None) -> list[Json]:
    if names is None:
        return [None]
    return [list[Json](names[start : start + MAX_PASSAGES]) for start in range(0, len(names), MAX_PASSAGES)]


def confirm_all(chancery: Chancery, declaration: str) -> Mapping[str, int]:
    """Confirm whatever is out of step and has words, in every language, as somebody does who has compared all of it.

    Returns:
        By language, how many passages were confirmed; empty when everything was in step.

    """
    with chancery.store.reading() as session:
        version = queries.current_version(session, declaration)
        tasks = wanted(session, declaration, version)
    found = {
        language: sum(task.language == language and task.want is Want.UNCONFIRMED for task in tasks)
        for language in version.text.languages[1:]
    }
    found = {language: count for language, count in found.items() if count}
    for language in found:
        confirm(chancery, declaration, language, base=version.digest)
    return found


def correct(
    chancery: Chancery, declaration: str, given: Sequence[Given], *, base: str, reason: str, ask: bool
) -> Adopted:
    """Mend words of one language as a version of its own, without changing the meaning (the depositary).

    The mended words are confirmed with it. Whoever took a position on such a clause keeps it.

    Args:
        chancery: the service.
        declaration: its id.
        given: how passages shall read, all in one language.
        base: digest of the version that was looked at; refused when it is no longer in force.
        reason: what is mended, for the record.
        ask: whether those who took their position reading that language are asked to confirm it.

    Raises:
        StateConflict: ``version.stale``; the text is frozen.
        NotFound: an unknown clause or section.
        InputRefused: ``concordance.*``, ``text.*``.

    """
    languages = {item.language for item in given}
    if len(languages) != 1:
        raise InputRefused(
            "concordance.language",
            "A concordance correction mends words in one language.",
            hint="Correct each language by itself.",
        )
    (language,) = languages
    with chancery.store.reading() as session:
        require_drafting(session, declaration)
        version = _looked_at(session, declaration, base)
    concordance.pairs(version.text, language)
    words, _ = words_of(version.text, given)
    if not words:
        raise InputRefused(
            "concordance.nothing", "The correction changes no words.", hint="Give the words that shall stand there."
        )
    decision = Decision(base, words=words, correction=Correction(language, reason, ask=ask))
    return negotiating.adopt(chancery, declaration, decision)

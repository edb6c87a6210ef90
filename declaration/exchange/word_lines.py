"""The places of a text in a document that somebody edited: which paragraph is which clause, what is new, what is gone.

A place is known by its anchor alone. A paragraph whose end was deleted goes on in the next one, so that what counts
are the paragraphs that remain when all changes are accepted. Where an anchor was lost (somebody worked without
tracking), a paragraph takes its place that stands in its stead between two known neighbours, or reads exactly as it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from declaration.drafting.anchors import Anchor, Kind, found, names, new_clause, title_languages
from declaration.drafting.hygiene import clean
from declaration.drafting.text import Section, SectionKind, Text
from declaration.drafting.tokens import tokens
from declaration.errors import InputRefused
from declaration.exchange.word_body import Body, Comment, Paragraph

_CLAUSES: Final = frozenset({Kind.CLAUSE, Kind.MISSING})


@dataclass(frozen=True, slots=True)
class Refused:
    """Something in a document of which no change is made.

    Args:
        code: why, as in `SENTENCES` of `declaration.exchange.word_refusals`, or the code of an error.
        clause: at which clause, None where it is at none.
        section: at which section's heading, None where it is at none.
        language: in which language, None where it concerns all.
        words: the words concerned, as they stand there.
        by: who wrote them, where that is known.
        others: further clauses that are concerned.

    """

    code: str
    clause: str | None = None
    section: str | None = None
    language: str | None = None
    words: str = ""
    by: str = ""
    others: tuple[str, ...] = ()


@dataclass(slots=True)
class Line:
    """A paragraph as it remains.

    Args:
        kind: what it is; None for a new one.
        id: of the section or clause; of a new clause the id that it brought along, or empty.
        words: how it reads; None where that cannot be told, and the base stays.
        by: who changed anything in it.
        tracked: its words without the tracked changes are those of the base.
        arrived: names of the moves that brought it.

    """

    kind: Kind | None
    id: str
    words: str | None
    by: tuple[str, ...] = ()
    tracked: bool = True
    arrived: frozenset[str] = frozenset()
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """A clause of which nothing remains: who deleted it, by tracking or not, and the moves that took it away."""

    by: tuple[str, ...] = ()
    tracked: bool = True
    left: frozenset[str] = frozenset()


@dataclass(slots=True)
class Part:
    """A document's text in one language."""

    language: str
    lines: list[Line] = field(default_factory=list)
    gone: dict[str, Gone] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)


def read_parts(text: Text, body: Body, stand_ins: Mapping[tuple[Kind, str], str], *, file: str) -> tuple[Part, ...]:
    """Return a document's text, a part a language.

    Args:
        text: that it is based on.
        body: what stands in it.
        stand_ins: by kind and language, what stands where a title or a clause has no words.
        file: how messages call it.

    Raises:
        InputRefused: ``word.anchors``, too few places are found again.

    """
    languages = title_languages(body.anchors, text.languages)
    known = {name: anchor for anchor, name in names(text, languages).items()}
    lost = len(languages) * sum(1 for _ in text.clauses())
    lost -= sum(name in known and known[name].kind in _CLAUSES for name in body.anchors)
    strange = sum(not paragraph.anchors and bool(paragraph.after.strip()) for paragraph in body.paragraphs)
    if not languages or (len(body.anchors) < 2 * lost and lost <= strange):  # not deleted, but no longer known
        raise InputRefused(
            "word.anchors",
            f"{file}: the hidden bookmarks by which clauses are found again are no longer there.",
            hint="Start again from a fresh download, edit it in Word or LibreOffice, and keep its paragraphs.",
        )
    said = BaseWords(text, stand_ins)
    homes = _homes(body.paragraphs, known, said)
    parts = {language: Part(language) for language in languages}
    part = parts[languages[0]]
    rejected = {id(one): group for group in _groups(body.paragraphs, new=True) for one in group}
    for group in _groups(body.paragraphs):
        for paragraph in group:
            for anchor in homes.get(id(paragraph), ()):
                if anchor.kind is Kind.TITLE:
                    part = parts[anchor.language]
        _Reading(part, homes, known, said, rejected=rejected, comments=body.comments).group(group)
    for part in parts.values():
        _find_again(part, said)
        _find_moved(part, said)
    return tuple(parts.values())


class BaseWords:
    """What stood at a place before anybody edited the document.

    Args:
        text: the base.
        stand_ins: by kind and language, what stands where a title or a clause has no words.

    """

    def __init__(self, text: Text, stand_ins: Mapping[tuple[Kind, str], str]) -> None:
        self._stand_ins = stand_ins
        self._titles = text.title
        self._sections = {section.id: section.title for section in text.sections}
        self.text = text

    def of(self, anchor: Anchor) -> str:
        """Return the words that stood there; empty for a heading without any."""
        language = anchor.language
        match anchor.kind:
            case Kind.TITLE:
                return self._titles.get(language) or self._stand_ins[Kind.TITLE, language]
            case Kind.SECTION:
                return self._sections[anchor.id].get(language, "")
            case _:
                words = self.text.clause(anchor.id).texts.get(language)
                return self._stand_ins[Kind.MISSING, language] if words is None else words

    def title(self, language: str) -> str:
        """Return what stands where the declaration has no title in a language."""
        return self._stand_ins[Kind.TITLE, language]

    def clause(self, clause: str, language: str) -> Anchor:
        """Return the place of a clause in a language."""
        has = language in self.text.clause(clause).texts
        return Anchor(Kind.CLAUSE if has else Kind.MISSING, clause, language)

    def places(self, language: str) -> Iterator[Anchor]:
        """Give the headings and clauses in their order in a language."""
        for section in self.text.sections:
            if has_heading(section, language):
                yield Anchor(Kind.SECTION, section.id, language)
            for clause in section.clauses:
                yield self.clause(clause.id, language)


def has_heading(section: Section, language: str) -> bool:
    """Whether a section begins with a heading in documents of a language: a preamble without a title has none."""
    return bool(section.title.get(language)) or section.kind is not SectionKind.PREAMBLE


Homes = Mapping[int, Sequence[Anchor]]
"""By the identity of a paragraph, the places that it is."""


def _homes(paragraphs: Sequence[Paragraph], known: Mapping[str, Anchor], said: BaseWords) -> Homes:
    """Return which paragraph is at home at which place: of all within an anchor, the one most like the base."""
    within: dict[str, list[Paragraph]] = {}
    for paragraph in paragraphs:
        for name in paragraph.anchors:
            if found(name, known) is not None:
                within.setdefault(name, []).append(paragraph)
    homes: dict[int, list[Anchor]] = {}
    for name, candidates in within.items():
        home, anchor = candidates[0], found(name, known)
        assert anchor is not None  # only such names were kept
        if len(candidates) > 1:
            base = Counter(tokens(said.of(anchor)))
            home = max(candidates, key=lambda one: (Counter(tokens(one.before)) & base).total())
        homes.setdefault(id(home), []).append(anchor)
    return homes


def _groups(paragraphs: Iterable[Paragraph], *, new: bool = False) -> Iterator[list[Paragraph]]:
    """Give the paragraphs together that become one when all changes are accepted, or (`new`) rejected."""
    group: list[Paragraph] = []
    for paragraph in paragraphs:
        group.append(paragraph)
        if not (paragraph.end_new if new else paragraph.end_gone):
            yield group
            group = []
    if group:
        yield group


class _Reading:
    """Reads the paragraphs of one part."""

    def __init__(
        self,
        part: Part,
        homes: Homes,
        known: Mapping[str, Anchor],
        said: BaseWords,
        *,
        rejected: Mapping[int, Sequence[Paragraph]],
        comments: Mapping[str, Comment],
    ) -> None:
        self._part = part
        self._homes = homes
        self._known = known
        self._said = said
        self._rejected = rejected
        self._comments = comments

    def group(self, group: Sequence[Paragraph]) -> None:
        """Read paragraphs that become one."""
        alive = [paragraph for paragraph in group if paragraph.after.strip()]
        placed: list[tuple[Paragraph, Anchor]] = []
        for paragraph in group:
            if paragraph in alive:
                placed += [(paragraph, anchor) for anchor in self._alive(paragraph)]
            else:
                for anchor in self._homes.get(id(paragraph), ()):
                    self._emptied(paragraph, anchor)
        self._noted(group, placed[0][1] if placed else None)
        if len(placed) > 1:
            self._joined(placed)
        elif alive:
            self._line(alive, placed[0][1] if placed else None)

    def _alive(self, paragraph: Paragraph) -> list[Anchor]:
        """Return the places that a paragraph with words is; those whose own words are all gone are gone."""
        anchors = list(self._homes.get(id(paragraph), ()))
        if len(anchors) < 2:
            return anchors
        around = {
            name for piece in paragraph.pieces if not piece.gone and piece.words.strip() for name in piece.anchors
        }
        alive = [anchor for anchor in anchors if anchor in {found(name, self._known) for name in around}]
        alive = alive or anchors[:1]
        for anchor in anchors:
            if anchor not in alive:
                self._emptied(paragraph, anchor)
        return alive

    def _emptied(self, paragraph: Paragraph, anchor: Anchor) -> None:
        """Remember that nothing remains of a place."""
        base = self._said.of(anchor)
        if anchor.kind in _CLAUSES:
            tracked = self._is_tracked(paragraph, anchor)
            self._part.gone[anchor.id] = Gone(tuple(paragraph.authors), tracked, frozenset(paragraph.left))
        elif anchor.kind in {Kind.TITLE, Kind.SECTION}:
            if base and not paragraph.end_gone:
                self._part.refused.append(self._refused("heading-empty", anchor, base))
            if not paragraph.end_gone:
                self._part.lines.append(Line(anchor.kind, anchor.id, None))

    def _joined(self, placed: Sequence[tuple[Paragraph, Anchor]]) -> None:
        first, *others = [anchor for _, anchor in placed]
        words = " ".join(paragraph.after for paragraph, _ in placed)
        refused = self._refused("joined", first, words)
        self._part.refused.append(replace(refused, others=tuple(anchor.id for anchor in others)))
        self._part.lines += [Line(anchor.kind, anchor.id, None) for _, anchor in placed]

    def _line(self, alive: Sequence[Paragraph], anchor: Anchor | None) -> None:
        words = "".join(paragraph.after for paragraph in alive)
        by = tuple(dict.fromkeys(name for paragraph in alive for name in paragraph.authors))
        if anchor is None and any(paragraph.tabled for paragraph in alive):
            self._part.refused.append(Refused("table", language=self._part.language, words=words, by=", ".join(by)))
            return
        arrived = frozenset(name for paragraph in alive for name in paragraph.arrived)
        tracked = all(self._is_tracked(paragraph, anchor) for paragraph in alive)
        if anchor is None:
            own = next((made for one in alive for name in one.anchors if (made := new_clause(name))), "")
            self._part.lines.append(Line(None, own, words, by, tracked, arrived))
        else:
            self._part.lines.append(Line(anchor.kind, anchor.id, words, by, tracked, arrived))

    def _is_tracked(self, paragraph: Paragraph, anchor: Anchor | None) -> bool:
        """Whether a paragraph is all new, or reads as the base when the changes around it are rejected."""
        if not paragraph.before.strip():
            return anchor is None or anchor.kind is Kind.MOVED
        group = self._rejected[id(paragraph)]
        places = [anchor for one in group for anchor in self._homes.get(id(one), ()) if anchor.kind is not Kind.MOVED]
        bases = [self._said.of(place) for place in places]
        return len(bases) == 1 and _same("".join(one.before for one in group), bases[0])

    def _noted(self, group: Sequence[Paragraph], anchor: Anchor | None) -> None:
        """Say what in these paragraphs is not taken over."""
        for what in sorted({what for paragraph in group for what in paragraph.noted}):
            words = "".join(paragraph.after for paragraph in group)
            self._part.refused.append(self._refused(what, anchor, words))
        for number in dict.fromkeys(number for paragraph in group for number in paragraph.comments):
            comment = self._comments.get(number)
            if comment is not None:
                refused = self._refused("comment", anchor, comment.words)
                self._part.refused.append(replace(refused, by=comment.by))

    def _refused(self, code: str, anchor: Anchor | None, words: str) -> Refused:
        language = self._part.language
        if anchor is None:
            return Refused(code, language=language, words=words)
        if anchor.kind in {Kind.TITLE, Kind.SECTION}:
            return Refused(code, section=anchor.id, language=language, words=words)
        return Refused(code, clause=anchor.id, language=language, words=words)


def _find_again(part: Part, said: BaseWords) -> None:
    """Give lost places to the new paragraphs that stand in their stead; what is not found again is gone."""
    present = {(line.kind, line.id): rank for rank, line in enumerate(part.lines) if line.kind is not None}
    lost: list[Anchor] = []
    before = -1
    for anchor in said.places(part.language):
        rank = present.get((anchor.kind, anchor.id))
        if rank is None:
            if anchor.kind is Kind.SECTION or anchor.id not in part.gone:
                lost.append(anchor)
            continue
        _pair(part, lost, before, rank)
        lost, before = [], rank
    _pair(part, lost, before, len(part.lines))
    headings = {_bare(said.of(one)): one for one in said.places(part.language) if one.kind is Kind.SECTION}
    for line in part.lines:
        if line.kind is None and not line.id and (moved := headings.get(_bare(line.words or ""))) is not None:
            line.kind, line.id = moved.kind, moved.id


def _pair(part: Part, lost: Sequence[Anchor], before: int, after: int) -> None:
    free = [line for line in part.lines[before + 1 : max(after, before + 1)] if line.kind is None and not line.id]
    free = [line for line in free if not line.arrived]
    if len(free) == len(lost):
        for line, anchor in zip(free, lost, strict=True):
            line.kind, line.id, line.tracked = anchor.kind, anchor.id, False
        return
    for anchor in lost:
        if anchor.kind is not Kind.SECTION:
            part.gone[anchor.id] = Gone(tracked=False)


def _find_moved(part: Part, said: BaseWords) -> None:
    """Recognise clauses that are gone in one place and stand in another."""
    named = {name: one for one, gone in part.gone.items() for name in gone.left}
    same: dict[str, list[str]] = {}
    for lost in part.gone:
        same.setdefault(_bare(said.of(said.clause(lost, part.language))), []).append(lost)
    present = {line.id for line in part.lines if line.kind in _CLAUSES}
    for line in part.lines:
        clause: str | None = None
        if line.kind is Kind.MOVED:
            clause = line.id
        elif line.kind is None and not line.id:
            alike = same.get(_bare(line.words or ""), [])
            clause = next((named[name] for name in sorted(line.arrived) if name in named), None)
            clause = clause or (alike[0] if len(alike) == 1 else None)
        if clause is not None and clause in part.gone and clause not in present:
            gone = part.gone.pop(clause)
            present.add(clause)
            line.kind, line.id, line.moved = said.clause(clause, part.language).kind, clause, True
            line.by = tuple(dict.fromkeys([*gone.by, *line.by]))
            line.tracked = line.tracked and gone.tracked
        elif line.kind is Kind.MOVED:
            line.kind, line.id = None, ""


def _bare(words: str) -> str:
    """Return words for a comparison: as cleaning leaves them."""
    return clean(words).text


def _same(words: str, base: str) -> bool:
    return words == base or _bare(words) == _bare(base)

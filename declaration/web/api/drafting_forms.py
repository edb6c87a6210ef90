"""The interface's own forms for drafting: what a program sends, what it is shown, and how one becomes the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from declaration.canonical import Json
from declaration.drafting.amendment import changes_to_json
from declaration.drafting.text import Version
from declaration.services.drafts import Draft, Opened
from declaration.services.proposals import Wish
from declaration.services.tabling import Collision, Mine, Preview
from declaration.services.typed import Place, Typed
from declaration.services.typed_json import MAX_LINES, MAX_TYPED, typed_from_json, typed_to_json
from declaration.web.api.common import Content, Digest, Entered, Id

LANGUAGE: Final = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
Words = Annotated[str, Field(max_length=MAX_TYPED)]
"""A text exactly as it was typed, with whatever it holds."""
Language = Annotated[str, Field(max_length=35, pattern=LANGUAGE)]
Texts = dict[Language, Words]


class NewClause(Content):
    """A clause to be inserted into a section: after another clause, or first."""

    id: Id
    section: Id
    after: Id | None
    texts: Texts


class Moved(Content):
    """A clause to be moved into a section: after another clause, or first."""

    clause: Id
    section: Id
    after: Id | None


class Aside(Content):
    """Something typed against an earlier version that no longer fits: how that version read, and what was typed."""

    kind: Annotated[str, Field(pattern=r"^(text|title|insert|delete|move)$")]
    clause: Id | None
    section: Id | None
    language: Language | None
    after: Id | None
    version: Annotated[int, Field(ge=1)]
    was: Texts
    mine: Texts
    why: Id


class TypedContent(Content):
    """Everything that was typed: whole texts, not changes; what is left out stays as it is in the text."""

    texts: Annotated[dict[Id, Texts], Field(max_length=MAX_LINES)] = Field(default_factory=dict)
    title: Texts = Field(default_factory=dict)
    titles: dict[Id, Texts] = Field(default_factory=dict)
    inserted: Annotated[list[NewClause], Field(max_length=MAX_LINES)] = Field(default_factory=list)
    deleted: Annotated[list[Id], Field(max_length=MAX_LINES)] = Field(default_factory=list)
    moved: Annotated[list[Moved], Field(max_length=MAX_LINES)] = Field(default_factory=list)
    rationale: Words = ""
    aside: Annotated[list[Aside], Field(max_length=MAX_LINES)] = Field(default_factory=list)
    whole: Annotated[
        list[Id], Field(max_length=MAX_LINES, description="Sections whose texts are replaced as one passage each.")
    ] = Field(default_factory=list)

    def typed(self) -> Typed:
        """Return it as the service takes it; errors as `typed_from_json`."""
        return typed_from_json(self.model_dump())


class NewDraft(Content):
    """A draft that is begun; ``base`` is the digest of a version, by default of the one in force.

    A draft that ``amends`` an open amendment is typed against the text as that one makes it. Of ``alternative`` and the
    amendment that this draft becomes at most one is adopted.
    """

    base: Digest | None = None
    amends: Id | None = None
    alternative: Id | None = None
    typed: TypedContent = Field(default_factory=TypedContent)


class SavedDraft(Content):
    """A draft that is saved; ``base`` is the digest of what it was typed against, as the draft showed it."""

    base: Digest
    typed: TypedContent


class VersionNamed(BaseModel):
    """A version by number and digest."""

    number: int
    digest: str


class DraftLine(BaseModel):
    """A draft in a list; ``revises`` names a tabled amendment, ``tabled`` the one that it has become.

    ``amends`` and ``alternative`` are as it was begun. The digest of ``base`` is that of a version, or of one as the
    amended amendment makes it.
    """

    draft: str
    etag: str
    revision: int
    changed: str
    base: VersionNamed
    revises: str | None
    tabled: str | None
    amends: str | None
    alternative: str | None


class DraftShown(DraftLine):
    """A draft; ``in_force`` is another version than its base where one was adopted since.

    ``text`` is what it refers to where that is no version: the document of one as the amended amendment makes it.
    """

    text: dict[str, Any] | None
    in_force: VersionNamed
    typed: TypedContent


class Drafts(BaseModel):
    """One's drafts that are not tabled."""

    items: list[DraftLine]
    next: str | None


class PlaceShown(BaseModel):
    """Where something was typed: text, title, insert, delete, move, rationale or whole."""

    kind: str
    clause: str | None
    section: str | None
    language: str | None


class CleaningShown(BaseModel):
    """A text that holds what nobody sees, or words that mix scripts: how it reads without noise, and what went."""

    place: PlaceShown
    text: str
    notes: list[str]
    suspicious: list[str]


class ProblemShown(BaseModel):
    """Why nothing can be made of what was typed at a place."""

    place: PlaceShown
    code: str
    detail: str
    hint: str


class WishShown(BaseModel):
    """What would change at one place; differences are pairs of equal, delete or insert and a passage."""

    op: str
    clause: str | None
    section: str | None
    number: str
    section_number: str
    after: str
    words: dict[str, list[tuple[str, str]]]


class ReasonShown(BaseModel):
    """Why two amendments collide: the passage in the text, and what each wants it to read."""

    code: str
    clause: str | None
    section: str | None
    language: str | None
    base: str
    theirs: str
    ours: str


class CollisionShown(BaseModel):
    """An open amendment that cannot be adopted together with this one."""

    amendment: str
    by: str
    reasons: list[ReasonShown]


class PreviewShown(BaseModel):
    """Exactly what would be tabled, as explicit changes of the version in force."""

    draft: str
    etag: str
    ready: bool
    base: VersionNamed
    in_force: VersionNamed
    rationale: str
    changes: list[dict[str, Any]]
    wishes: list[WishShown]
    cleanings: list[CleaningShown]
    problems: list[ProblemShown]
    collisions: list[CollisionShown]


class Collisions(BaseModel):
    """What collides with an amendment."""

    items: list[CollisionShown]
    next: str | None


class AmendmentOfMine(BaseModel):
    """One's own amendment, its fate, and what collides with it while it is open."""

    amendment: str
    state: str
    at: str
    conflict: list[str]
    reason: str | None
    collisions: list[CollisionShown]


class Amendments(BaseModel):
    """One's own amendments, the newest first."""

    items: list[AmendmentOfMine]
    next: str | None


class TabledShown(BaseModel):
    """The amendment that a draft has become."""

    amendment: str
    entry: Entered


def _version_json(version: Version) -> dict[str, Json]:
    return {"number": version.number, "digest": version.digest}


def line_json(draft: Draft) -> dict[str, Json]:
    """Return a draft as `DraftLine`."""
    return {
        "draft": draft.id,
        "etag": draft.tag,
        "revision": draft.revision,
        "changed": f"{draft.changed:%Y-%m-%dT%H:%M:%SZ}",
        "base": {"number": draft.base.number, "digest": draft.base.digest},
        "revises": draft.amendment,
        "tabled": draft.tabled,
        "amends": draft.amends,
        "alternative": draft.alternative,
    }


def shown_json(opened: Opened, *, carried: bool) -> dict[str, Json]:
    """Return a draft as `DraftShown`, as it was saved or carried to the version in force."""
    shown = line_json(opened.draft) | {"in_force": _version_json(opened.version)}
    if opened.draft.tabled is None and (carried or not opened.is_carried):
        document = None if opened.base.changes is None else replace(opened.version, text=opened.text).document()
        base: dict[str, Json] = {"number": opened.base.number, "digest": opened.base.digest}
        return shown | {"base": base, "text": document, "typed": typed_to_json(opened.typed)}
    return shown | {"text": None, "typed": typed_to_json(opened.draft.typed)}


def preview_json(found: Preview) -> dict[str, Json]:
    """Return a last look as `PreviewShown`."""
    draft, derived = found.opened.draft, found.derived
    return {
        "draft": draft.id,
        "etag": draft.tag,
        "ready": found.is_ready,
        "base": {"number": draft.base.number, "digest": draft.base.digest},
        "in_force": _version_json(found.opened.version),
        "rationale": derived.rationale,
        "changes": changes_to_json(derived.changes),
        "wishes": [wish_json(wish) for wish in found.wishes],
        "cleanings": [
            {
                "place": _place_json(one.place),
                "text": one.text,
                "notes": list(one.notes),
                "suspicious": list(one.suspicious),
            }
            for one in derived.cleanings
        ],
        "problems": [
            {"place": _place_json(one.place), "code": one.code, "detail": one.message, "hint": one.hint}
            for one in derived.problems
        ],
        "collisions": [collision_json(one) for one in found.collisions],
    }


def _place_json(place: Place) -> dict[str, Json]:
    return {"kind": place.kind, "clause": place.clause, "section": place.section, "language": place.language}


def wish_json(wish: Wish) -> dict[str, Json]:
    """Return what a change wants as `WishShown`."""
    return {
        "op": wish.op,
        "clause": wish.clause,
        "section": wish.section,
        "number": wish.number,
        "section_number": wish.section_number,
        "after": wish.after,
        "words": {tag: [list(pair) for pair in pairs] for tag, pairs in wish.words.items()},
    }


def collision_json(collision: Collision) -> dict[str, Json]:
    """Return a collision as `CollisionShown`; the words of the other amendment come first."""
    return {
        "amendment": collision.amendment,
        "by": collision.by,
        "reasons": [
            {
                "code": reason.code,
                "clause": reason.clause,
                "section": reason.section,
                "language": reason.language,
                "base": reason.base,
                "theirs": reason.sides[0].wants,
                "ours": reason.sides[1].wants,
            }
            for reason in collision.reasons
        ],
    }


def mine_json(one: Mine) -> dict[str, Json]:
    """Return one's own amendment as `AmendmentOfMine`."""
    return {
        "amendment": one.line.amendment.id,
        "state": str(one.line.state),
        "at": f"{one.line.at:%Y-%m-%dT%H:%M:%SZ}",
        "conflict": list(one.line.conflict),
        "reason": one.line.reason,
        "collisions": [collision_json(collision) for collision in one.collisions],
    }

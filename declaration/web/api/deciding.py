"""The depositary decides on amendments: what fits together, how a decision would read, adopting, rejecting, undoing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from declaration.canonical import Json
from declaration.drafting.positions import Agreement
from declaration.drafting.reasons import Reason
from declaration.errors import InputRefused
from declaration.services import consolidating, negotiating, readiness, survey, undoing
from declaration.services.actors import Actor
from declaration.services.chancery import Chancery
from declaration.services.consolidating import Choice, Given, Merged, Pairs, Passage, Preview
from declaration.services.negotiating import Outcome
from declaration.services.survey import Whole
from declaration.services.undoing import Prospect
from declaration.store import queries
from declaration.web.api.common import (
    REFUSALS,
    Content,
    Digest,
    Entered,
    Id,
    Key,
    Match,
    answer,
    entered,
    require_match,
    spend,
    write,
)
from declaration.web.caller import AsDepositary, Service

router = APIRouter(prefix="/declarations/{declaration}/desk", tags=["deciding"], responses=REFUSALS)

MAX_CHOSEN = 5_000
"""Amendments in one decision: twice the largest negotiation that we know of."""
MAX_WORDS = 2_000
"""Passages for which one decision gives words."""
Ids = Annotated[list[Id], Field(max_length=MAX_CHOSEN)]


class Words(Content):
    """Words that shall stand: of a clause, or (without one) of the title of a section or of the declaration itself."""

    clause: Id | None = None
    section: Id | None = None
    language: Annotated[str, Field(min_length=2, max_length=64)]
    text: Annotated[str, Field(min_length=1, max_length=100_000)]


class Chosen(Content):
    """What is chosen: ``base`` is the digest of the version that was looked at."""

    base: Digest
    adopted: Ids = Field(default_factory=list)
    modified: Ids = Field(default_factory=list)
    words: Annotated[list[Words], Field(max_length=MAX_WORDS)] = Field(default_factory=list)
    keep: Annotated[
        list[Id], Field(max_length=MAX_CHOSEN, description="Alternatives of what is adopted that stay open.")
    ] = Field(default_factory=list)

    def choice(self) -> Choice:
        """Return it as the service takes it."""
        chosen, given = (tuple(self.adopted), tuple(self.modified)), _given(self.words)
        return Choice(self.base, *chosen, given, keep=tuple(self.keep))


class Adopting(Chosen):
    """The same, to be done: with the merged clauses that were read, and the version that the preview named."""

    confirmed: Ids = Field(default_factory=list)
    result: Digest | None = None

    def choice(self) -> Choice:
        """Return it as the service takes it."""
        return Choice(
            self.base,
            tuple(self.adopted),
            tuple(self.modified),
            _given(self.words),
            tuple(self.confirmed),
            self.result,
            tuple(self.keep),
        )


class Rejecting(Content):
    """An amendment that is decided against, and why."""

    amendment: Id
    reason: Annotated[str, Field(min_length=1, max_length=4_000)]


class Undoing(Content):
    """The version in force, whose adoption shall be undone."""

    base: Digest


class VersionNamed(BaseModel):
    """A version by number and digest."""

    number: int
    digest: str


class PassageShown(BaseModel):
    """A place in which the new version differs; differences are pairs of equal, delete or insert and a passage."""

    clause: str | None
    section: str | None
    number: str
    fate: str
    words: dict[str, list[tuple[str, str]]]


class FateShown(BaseModel):
    """What becomes of an amendment that stays open: clean, done or conflict; with the code of each reason."""

    amendment: str
    result: str
    reasons: list[str]
    codes: list[str]


class PreviewShown(BaseModel):
    """What a decision comes to."""

    version: VersionNamed
    passages: list[PassageShown]
    to_confirm: list[str]
    carried: list[FateShown]
    notes: list[str]


class AdoptedShown(BaseModel):
    """What an adoption did."""

    version: VersionNamed
    confirmed: list[str]
    carried: list[FateShown]


class UndoneShown(BaseModel):
    """What undoing does, or did: ``decided`` amendments stay decided; the others are open as they were before."""

    undone: VersionNamed
    back: VersionNamed
    version: VersionNamed | None
    decided: list[str]
    carried: list[str]
    restored: list[str]
    waiting: list[str]


@router.get("/consolidation")
def consolidation(chancery: Service, actor: AsDepositary) -> Response:
    """Return every open amendment: those that fit together, what they merge, and the groups that collide."""
    with chancery.store.reading() as session:
        found = survey.whole(session, actor.declaration)
    return answer(_workspace(found), headers={"ETag": f'"{found.work.version.digest}"'})


@router.post("/preview", response_model=PreviewShown)
def preview(chancery: Service, actor: AsDepositary, content: Chosen) -> Response:
    """Work out what a decision comes to; nothing is recorded."""
    spend(chancery, actor)
    return answer(_preview(consolidating.preview(chancery, actor.declaration, content.choice())))


@router.post("/versions", status_code=201, response_model=AdoptedShown)
def adopt(
    request: Request,
    chancery: Service,
    actor: AsDepositary,
    content: Adopting,
    *,
    key: Key = None,
    match: Match = None,
) -> Response:
    """Adopt a new version; every other open amendment is carried to it."""

    def do() -> Json:
        spend_on_present(chancery, actor, match)
        done = consolidating.adopt(chancery, actor.declaration, content.choice())
        fates: list[Json] = [_fate(name, "clean", ()) for name in done.carried]
        fates += [_fate(name, "conflict", fate.reasons) for name, fate in done.in_conflict.items()]
        return {"version": named(done.version), "confirmed": list(done.confirmed), "carried": fates}

    return write(request, chancery, actor, content, do, key=key, status=201)


@router.post("/rejections", status_code=201, response_model=Entered)
def reject(request: Request, chancery: Service, actor: AsDepositary, content: Rejecting, key: Key = None) -> Response:
    """Decide against an amendment, with a reason that everybody reads."""

    def do() -> Json:
        spend(chancery, actor)
        return entered(negotiating.reject(chancery, actor.declaration, content.amendment, reason=content.reason))

    return write(request, chancery, actor, content, do, key=key, status=201)


@router.get("/undo", response_model=UndoneShown)
def look_back(chancery: Service, actor: AsDepositary) -> Response:
    """Say what undoing the last adoption would do, or why it cannot be undone (409)."""
    with chancery.store.reading() as session:
        found = undoing.foresee_undo(session, actor.declaration)
    return answer(_undone(found, None), headers={"ETag": f'"{found.undone.digest}"'})


@router.post("/undo", status_code=201, response_model=UndoneShown)
def undo(
    request: Request,
    chancery: Service,
    actor: AsDepositary,
    content: Undoing,
    *,
    key: Key = None,
    match: Match = None,
) -> Response:
    """Adopt the words before the last adoption again, as long as nobody has relied on it."""

    def do() -> Json:
        spend_on_present(chancery, actor, match)
        done = undoing.undo(chancery, actor.declaration, base=content.base)
        return _undone(done.prospect, named(done.version))

    return write(request, chancery, actor, content, do, key=key, status=201)


@router.get("/agreement")
def agreement(chancery: Service, actor: AsDepositary) -> Response:
    """Return what still blocks agreement: by clause, who objects and why, whose position is stale, who is silent."""
    with chancery.store.reading() as session:
        version = queries.current_version(session, actor.declaration)
        roster = queries.signatories(session, actor.declaration)
        found = readiness.agreements(session, actor.declaration, version, roster)
        reasons = {
            (line.position.signatory, line.position.clause): line.position.reservation
            for line in queries.positions(session, actor.declaration)
        }
    return answer(
        {
            "version": {"number": version.number, "digest": version.digest},
            "agreed": sum(not line.is_blocked and not line.silent for line in found),
            "items": [_agreement(line, reasons) for line in found],
        },
        headers={"ETag": f'"{version.digest}"'},
    )


def _given(words: list[Words]) -> tuple[Given, ...]:
    for item in words:
        if item.clause is not None and item.section is not None:
            raise InputRefused(
                "decision.place",
                "Words are given for a clause or for a title, not for both at once.",
                hint="Leave out the section, or the clause.",
            )
    return tuple(Given(item.clause, item.section, item.language, item.text) for item in words)


def spend_on_present(chancery: Chancery, actor: Actor, match: str | None) -> None:
    """Use one of the depositary's writes on a text that can still change, and is the one that was looked at.

    Raises:
        TooOften: ``traffic.too-often``.
        StateConflict: ``declaration.frozen``, ``declaration.sealed``.
        Outdated: ``http.outdated``.

    """
    spend(chancery, actor)
    with chancery.store.reading() as session:
        consolidating.require_drafting(session, actor.declaration)
        require_match(match, queries.current_version(session, actor.declaration).digest)


def named(version: Any) -> dict[str, Json]:
    """Return a version as `VersionNamed`."""
    return {"number": version.number, "digest": version.digest}


def _pairs(words: Mapping[str, Pairs]) -> dict[str, Json]:
    return {language: [list(pair) for pair in pairs] for language, pairs in words.items()}


def _workspace(whole: Whole) -> dict[str, Json]:
    found = whole.work
    return {
        "version": named(found.version),
        "open": [
            {"amendment": line.amendment.id, "by": line.amendment.by, "conflict": list(line.conflict)}
            for line in found.open
        ],
        "fitting": list(found.fitting),
        "to_confirm": [_merged(consolidating.merged(found, clause)) for clause in found.several],
        "groups": [
            {"amendments": list(group.amendments), "reasons": [_reason(reason) for reason in group.reasons]}
            for group in found.groups
        ],
        "stuck": list(found.stuck),
        "alike": [{"amendments": list(group.amendments), "same": group.is_same} for group in whole.alike],
    }


def _merged(line: Merged) -> dict[str, Json]:
    near: list[Json] = [
        {"language": n.language, "words": n.words, "between": n.between, "amendments": list(n.amendments)}
        for n in line.near
    ]
    return {
        "clause": line.clause,
        "number": line.number,
        "amendments": list(line.amendments),
        "words": _pairs(line.words),
        "near": near,
        "unchanged": list(line.unchanged),
    }


def _reason(reason: Reason) -> dict[str, Json]:
    return {
        "code": reason.code,
        "clause": reason.clause,
        "section": reason.section,
        "language": reason.language,
        "base": reason.base,
        "sides": [{"amendment": side.amendment, "wants": side.wants} for side in reason.sides],
        "sentence": reason.sentence,
    }


def _passage(passage: Passage) -> dict[str, Json]:
    return {
        "clause": passage.clause,
        "section": passage.section,
        "number": passage.number,
        "fate": passage.fate,
        "words": _pairs(passage.words),
    }


def _preview(found: Preview) -> dict[str, Json]:
    return {
        "version": named(found.outcome.version),
        "passages": [_passage(passage) for passage in found.passages],
        "to_confirm": list(found.outcome.confirmed),
        "carried": _fates(found.outcome, found),
        "notes": list(found.notes),
    }


def _fates(outcome: Outcome, found: Preview) -> list[Json]:
    fates: list[Json] = []
    for name, fate in outcome.fates.items():
        if name in found.conflicts:
            fates.append(_fate(name, "conflict", found.conflicts[name].reasons))
        elif fate is None:
            fates.append(_fate(name, "conflict", ()))
        else:
            fates.append(_fate(name, "done" if not getattr(fate, "changes", ()) else "clean", ()))
    return fates


def _fate(amendment: str, result: str, reasons: Sequence[Reason]) -> dict[str, Json]:
    return {
        "amendment": amendment,
        "result": result,
        "reasons": [reason.sentence for reason in reasons],
        "codes": [reason.code for reason in reasons],
    }


def _undone(found: Prospect, version: Json) -> dict[str, Json]:
    carried: list[Json] = [*sorted(found.carried)]
    restored: list[Json] = [*sorted(found.restored)]
    waiting: list[Json] = [*sorted(found.waiting)]
    return {
        "undone": named(found.undone),
        "back": named(found.back),
        "version": version,
        "decided": list(found.decided),
        "carried": carried,
        "restored": restored,
        "waiting": waiting,
    }


def _agreement(line: Agreement, reasons: Mapping[tuple[str, str], str | None]) -> dict[str, Json]:
    return {
        "clause": line.clause,
        "blocked": line.is_blocked,
        "accepted": line.accepted,
        "reservations": line.reservations,
        "abstentions": line.abstentions,
        "objections": [{"signatory": who, "reason": reasons.get((who, line.clause))} for who in line.objections],
        "stale": list(line.stale),
        "silent": list(line.silent),
    }

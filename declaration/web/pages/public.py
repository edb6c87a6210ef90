"""What anybody may read of the text and what is proposed for it: which addresses there are, and what they show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from declaration.drafting.states import AmendmentState
from declaration.drafting.text import check_id
from declaration.errors import NotFound
from declaration.services import (
    akoma,
    clauses,
    comparing,
    kinship,
    proposals,
    reading,
    reservations,
    standing,
    supporting,
)
from declaration.store import queries
from declaration.store import supporting as kept
from declaration.store.values import StoredVersion
from declaration.web.pages import record_pages
from declaration.web.pages.shelf import Asked, Page, Shown, number_in

AMENDMENTS: Final = 50
"""Amendments on one page: the largest negotiation that we know of had about 2,500."""


def text(asked: Asked) -> Shown:
    """Show the version in force, in one language or two beside each other."""
    return _version(asked, _in_force(asked))


def version(asked: Asked) -> Shown:
    """Show any version."""
    return _version(asked, number_in(str(asked.parts["number"]), "a version"))


def _version(asked: Asked, number: int) -> Shown:
    read = reading.version(asked.session, asked.declaration, number)
    language = asked.texts()
    beside = asked.parameters.get("beside", "")
    columns = (language, beside) if beside in read.text.languages and beside != language else (language,)
    in_force = number == asked.frame.version
    pending = queries.amendments(asked.session, asked.declaration, AmendmentState.TABLED) if in_force else ()
    return {
        "read": read,
        "lang": language,
        "columns": columns,
        "in_force": in_force,
        "touched": reading.touched(line.amendment for line in pending),
    }


def _in_force(asked: Asked) -> int:
    if asked.frame.version is None:
        raise NotFound(
            "version.none", f"“{asked.declaration}” has no version yet.", hint="Come back when one is adopted."
        )
    return asked.frame.version


def history(asked: Asked) -> Shown:
    """Show every version with what led to it."""
    return {
        "history": proposals.history(asked.session, asked.declaration),
        "names": reading.names(asked.session, asked.declaration),
        "clauses_of": reading.clauses_of,
    }


def compare(asked: Asked) -> Shown:
    """Show what differs between two versions."""
    newest = _in_force(asked)
    new = number_in(asked.parameters.get("to", str(newest)), "a version")
    old = number_in(asked.parameters.get("from", str(max(1, new - 1))), "a version")
    language = asked.texts()
    before = queries.version_text(asked.session, asked.declaration, old).text
    after = queries.version_text(asked.session, asked.declaration, new).text
    return {
        "old": old,
        "new": new,
        "rows": queries.versions(asked.session, asked.declaration),
        "lang": language,
        "languages": asked.frame.languages,
        "side": asked.parameters.get("view") == "side",
        "all": asked.parameters.get("all") == "yes",
        "comparison": comparing.compare(before, after, language),
        "titles": {section.id: section.title for text in (before, after) for section in text.sections if section.title},
    }


def clause(asked: Asked) -> Shown:
    """Show one clause: its words, how they came about, what is proposed, who stands where."""
    wanted = check_id(asked.parts["clause"][:80], where="The address")
    language = asked.texts()
    life = clauses.life(asked.session, asked.declaration, wanted, language)
    stands = standing.standing(asked.session, asked.declaration)
    return {
        "life": life,
        "lang": language,
        "languages": asked.frame.languages,
        "names": reading.names(asked.session, asked.declaration),
        "stands": stands,
        "register": reservations.register(asked.session, asked.declaration, clause=wanted),
        "agreement": stands.matrix.agreement(wanted) if life.is_there else None,
    }


def amendments(asked: Asked) -> Shown:
    """List amendments, those of one state or all."""
    lines = queries.amendments(asked.session, asked.declaration)
    states = [state for state in AmendmentState if any(line.state is state for line in lines)]
    wanted = asked.parameters.get("state", "")
    chosen = [line for line in lines if line.state == wanted] if wanted in states else list(lines)
    page = number_in(asked.parameters.get("page", "1"), "a page")
    pages = max(1, -(-len(chosen) // AMENDMENTS))
    numbers: Mapping[str, str] = {}
    if asked.frame.version is not None:
        numbers = reading.numbers(queries.version_text(asked.session, asked.declaration, asked.frame.version).text)
    return {
        "lines": chosen[(page - 1) * AMENDMENTS : page * AMENDMENTS],
        "total": len(lines),
        "counts": {state: sum(line.state is state for line in lines) for state in states},
        "conflicts": sum(bool(line.conflict) for line in lines if line.state.is_open),
        "wanted": wanted if wanted in states else "",
        "rules": kept.rules(asked.session, asked.declaration),
        "page": page,
        "pages": pages,
        "names": reading.names(asked.session, asked.declaration),
        "numbers": numbers,
        "clauses_of": reading.clauses_of,
    }


KIN: Final = 24
"""Relatives of an amendment whose words are shown with it; others are named."""


def amendment(asked: Asked) -> Shown:
    """Show one amendment: what it wants of which text, why, and what became of it."""
    wanted = check_id(asked.parts["amendment"][:80], where="The address")
    line = queries.amendment(asked.session, asked.declaration, wanted)
    versions = queries.versions(asked.session, asked.declaration)
    base = proposals.base_of(versions, line)
    before = queries.version_text(asked.session, asked.declaration, base.number).text
    ground = proposals.ground(asked.session, asked.declaration, line)
    wishes = proposals.wishes(ground, line.amendment.changes)
    flat = akoma.flattened(asked.session, asked.declaration, line, before)
    language = asked.texts()
    kin = kinship.family(queries.relatives(asked.session, asked.declaration, line), line)
    return {
        "line": line,
        "kin": kin,
        "kin_wishes": {
            other.amendment.id: proposals.wishes(
                proposals.ground(asked.session, asked.declaration, other), other.amendment.changes
            )
            for other in (*kin.alternatives, *kin.children)[:KIN]
        },
        "base": base,
        "wishes": wishes,
        "documents": () if flat is None else akoma.languages(flat, before),
        "lang": language,
        "languages": asked.frame.languages,
        "titles": {section.id: section.title for section in ground.sections},
        "names": reading.names(asked.session, asked.declaration),
        "carriages": proposals.carriages(asked.session, asked.declaration, line),
        "today": _today(asked, base, wishes) if line.state.is_open and line.conflict else {},
        "stands": supporting.standing(asked.session, asked.declaration, line),
        "decided": None if line.decided is None else record_pages.act(asked.session, asked.declaration, line.decided),
    }


def _today(asked: Asked, base: StoredVersion, wishes: tuple[proposals.Wish, ...]) -> Mapping[str, Any]:
    """Return by clause the words in force, and how they differ from the base, for an amendment in conflict."""
    now = queries.version_text(asked.session, asked.declaration, _in_force(asked)).text
    then = queries.version_text(asked.session, asked.declaration, base.number).text
    present = {one.id: one.texts for one in now.clauses()}
    former = {one.id: one.texts for one in then.clauses()}
    found: dict[str, Any] = {}
    for wish in wishes:
        if wish.clause is not None and wish.clause in former:
            texts = present.get(wish.clause)
            found[wish.clause] = {
                "gone": texts is None,
                "words": {tag: comparing.difference(former[wish.clause], texts or {}, tag) for tag in wish.words},
            }
    return found


_LANG: Final = ("lang",)
PAGES: Final = (
    Page("/", "public/text.html", text, ("lang", "beside")),
    Page("/versions", "public/versions.html", history),
    Page("/versions/{number:number}", "public/text.html", version, ("lang", "beside")),
    Page("/compare", "public/compare.html", compare, ("from", "to", "lang", "view", "all")),
    Page("/clauses/{clause}", "public/clause.html", clause, _LANG),
    Page("/amendments", "public/amendments.html", amendments, ("state", "page")),
    Page("/amendments/{amendment:proper}", "public/amendment.html", amendment, _LANG),
    *record_pages.PAGES,
)
"""Every public page of a declaration."""

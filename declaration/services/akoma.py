"""Versions and amendments as Akoma Ntoso: what the ledger says of them, put together for the documents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from declaration.drafting.amendment import Amendment
from declaration.drafting.apply import apply
from declaration.drafting.sequence import compose
from declaration.drafting.text import MAX_LANGUAGES, Text, Version
from declaration.errors import DeclarationError, LimitExceeded, NotFound
from declaration.exchange.akoma_amendment import AGAIN, NAMESPACE, Expression, differs, read_expression
from declaration.exchange.files import Given
from declaration.exchange.word_lines import Refused
from declaration.exchange.xml_source import read_xml
from declaration.render.akoma import render_akoma
from declaration.render.akoma_amendment import Tabled, render_akoma_amendment, said, touches
from declaration.render.akoma_identity import MEDIA, Host, Life, Reform, Step
from declaration.render.xml import block, document
from declaration.services import proposals, reading
from declaration.store import queries
from declaration.store.session import View
from declaration.store.values import StoredAmendment

__all__ = [
    "MEDIA",
    "amendment",
    "flattened",
    "languages",
    "left_out",
    "life",
    "read_amendment",
    "require_language",
    "version",
]


_SOME_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)


def version(session: View, declaration: str, number: int, language: str) -> bytes:
    """Return a version in one language as Akoma Ntoso.

    Raises:
        NotFound: ``version.unknown``, ``text.language``.

    """
    found = queries.version_text(session, declaration, number)
    require_language(found.text, language)
    before = None if number == 1 else queries.version_text(session, declaration, number - 1).text
    return render_akoma(found, language, life(session, declaration), before=before)


def amendment(session: View, declaration: str, identifier: str, language: str) -> bytes:
    """Return what an amendment, as last carried, does to the text in one language, as Akoma Ntoso.

    Raises:
        NotFound: ``amendment.unknown``, ``amendment.language``, ``text.language``.

    """
    line = queries.amendment(session, declaration, identifier)
    number = proposals.base_of(queries.versions(session, declaration), line).number
    base = queries.version_text(session, declaration, number)
    require_language(base.text, language)
    by = reading.names(session, declaration).get(line.amendment.by, line.amendment.by)
    flat = flattened(session, declaration, line, base.text)
    if flat is None:
        raise NotFound(
            "amendment.language", f"The amendment {identifier} leaves the text as it is.", hint="Read what it amends."
        )
    tabled = Tabled(flat, base, by, line.at, line.revised)
    return render_akoma_amendment(tabled, language, life(session, declaration))


def read_amendment(files: Sequence[Given], base: Version) -> Amendment:
    """Read an amendment from its files, one or several of its languages, and compare all that they say.

    Args:
        files: of one amendment, in any order.
        base: the version that it amends: its words decide, not its number.

    Returns:
        The amendment, against `base`.

    Raises:
        LimitExceeded: ``akn.files``, ``xml.*``.
        InputRefused: ``xml.*``, ``akn.*``; names the file and the element.

    """
    if not 0 < len(files) <= MAX_LANGUAGES:
        raise LimitExceeded(
            "akn.files",
            f"{len(files)} files are given, 1 to {MAX_LANGUAGES} are read.",
            hint="Give the files of one amendment, one for each language.",
        )
    found = [read_expression(given) for given in files]
    for place, one in enumerate(found):
        if one.amendment != found[0].amendment:
            raise one.place.refused(
                "akn.other-amendment",
                f"this is not the same amendment as {found[0].place.file}.",
                hint="Give the files of one amendment.",
            )
        if one.language in {other.language for other in found[:place]}:
            raise one.place.refused(
                "akn.doubled", f"“{one.language[:40]}” is there twice.", hint="Give one file for each language."
            )
        _compare(one, base)
    return replace(found[0].amendment, base=base.digest)


def left_out(amendment: Amendment) -> tuple[Refused, ...]:
    """Return what an amendment says of others, which a draft begun with its changes does not."""
    if amendment.alternative is None:
        return ()
    other = amendment.alternative
    why = f"It is an alternative to {other}; a draft of it stands alone. Begin it at {other}."
    return (Refused("akn.alternative", words=why),)


def _compare(one: Expression, base: Version) -> None:
    """Make sure that a file is about this version, and says for readers what it says for us."""
    if one.declaration != base.text.id:
        raise one.place.refused(
            "akn.base",
            f"it amends “{one.declaration[:80]}”, not “{base.text.id}”.",
            hint="Give the text that it amends.",
        )
    if one.language not in languages(one.amendment, base.text):
        raise one.place.refused("akn.language", f"it changes nothing in “{one.language[:40]}”.", hint=AGAIN)
    try:
        apply(base.text, one.amendment.changes)
    except DeclarationError as error:
        raise one.place.refused(
            "akn.base",
            f"it was written for another version: {error.message}",
            hint="Give the version that it amends.",
        ) from error
    if not re.fullmatch(_address(one, base), one.address):
        raise one.place.refused(
            "akn.base", f"“{one.address[:120]}” is no address of the version that it amends.", hint=AGAIN
        )
    parts = said(one.amendment, base, one.language, one.address, one.proponent)
    wanted = read_xml(document(block("whole", {"xmlns": NAMESPACE}, *parts)), file="")
    for mine, theirs in zip((one.modifications, one.preface, one.body), wanted, strict=True):
        if (place := differs(mine, theirs)) is not None:
            raise place.refused("akn.altered", "this is not what the amendment says, which is part of it.", hint=AGAIN)


def _address(one: Expression, base: Version) -> str:
    """Return what addresses of a version look like in the language of a file.

    Country and day are those of the opening, which only the ledger knows; a version of the same words may have another
    number.
    """
    known = Life(base.text.id, _SOME_DAY, Host("", "", "XX"), base.text.languages, ())
    whole = re.escape(known.expression(base.number, one.language))
    for ours, theirs in (
        ("/xx/", "/[a-z]{2}/"),
        (re.escape(f"/{_SOME_DAY:%Y-%m-%d}/"), "/[0-9]{4}-[0-9]{2}-[0-9]{2}/"),
    ):
        whole = whole.replace(ours, theirs, 1)
    return whole if one.amendment.base == base.digest else whole.rpartition("@v")[0] + "@v[1-9][0-9]*"


def flattened(session: View, declaration: str, line: StoredAmendment, text: Text) -> Amendment | None:
    """Return an amendment as changes of the text: one that amends another together with that other.

    None where nothing is left of it: where it takes back what the other does.
    """
    theirs = proposals.parent_changes(session, declaration, line, text)
    changes = compose(text, theirs, line.amendment.changes) if line.amendment.amends else line.amendment.changes
    return replace(line.amendment, changes=changes, amends=None) if changes else None


def languages(amendment: Amendment, text: Text) -> tuple[str, ...]:
    """Return the languages of a text that an amendment changes: those in which there is a document of it."""
    return tuple(tag for tag in text.languages if touches(amendment, tag))


def life(session: View, declaration: str) -> Life:
    """Return what the ledger says of a declaration beside its words.

    Raises:
        NotFound: ``declaration.unknown``.

    """
    found = queries.declaration(session, declaration)
    host = found.depositary
    bare = Life(found.id, found.at, Host(host.id, host.name, host.country), found.languages, ())
    tabled = {line.amendment.id: line.at for line in queries.amendments(session, declaration)}
    steps = []
    for step in reversed(proposals.history(session, declaration)):
        names = sorted({*step.adopted, *step.modified})
        reforms = tuple(Reform(name, bare.amendment(name, tabled[name])) for name in names)
        steps.append(Step(step.row.number, step.row.digest, step.row.at, reforms))
    return Life(bare.declaration, bare.opened, bare.host, bare.languages, tuple(steps))


def require_language(text: Text, language: str) -> None:
    """Make sure that a language is authentic.

    Raises:
        NotFound: ``text.language``.

    """
    if language not in text.languages:
        raise NotFound(
            "text.language",
            f"“{language[:40]}” is not among the authentic languages.",
            hint=f"Ask for {', '.join(text.languages)}.",
        )

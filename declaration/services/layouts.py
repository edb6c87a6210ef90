"""The layouts of a sealed declaration as files of the public record: certificates, large print, posters, editions.

Each follows from the sealed edition and from what is asked for, so it has a tag before it is made. Making them is dear,
so they have a processor of their own and a short queue: whoever asks for a thousand posters delays other posters only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from declaration.drafting.text import check_id, check_language
from declaration.errors import InputRefused, NotFound
from declaration.render.certificate import render_certificate
from declaration.render.large_print import render_large_print
from declaration.render.poster import Size, render_poster
from declaration.render.signed_docx import render_signed_docx
from declaration.render.signed_html import STYLE_SOURCE, render_signed_html
from declaration.render.signed_text import SignedText
from declaration.services import signed, word
from declaration.services.public_file import File, Lasting
from declaration.services.renderings import Renderings, made_from
from declaration.store import queries
from declaration.store.session import View
from declaration.store.values import Declaration

WAITING: Final = 8
"""Readers who may wait for a layout at once: each holds a thread, of which a process has forty."""
EVERY: Final = "all"
"""Stands in an address for all authentic languages."""
SPOKEN: Final = ("fr", "de", "en")
"""Languages in which a certificate can be had besides those of the text."""
PDF: Final = "application/pdf"


class Layouts:
    """The layouts that a service gives away, with those that were asked for last."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._renderings = Renderings(waiting=WAITING)
        self._last: tuple[str, SignedText] | None = None

    def certificate(self, session: View, declaration: Declaration, place: str) -> File:
        """Return the certificate of somebody who has signed.

        Args:
            session: a view of the database.
            declaration: whose it is.
            place: signatory and language, as in ``haifa.fr``.

        Raises:
            InputRefused: ``text.id``, ``text.language``.
            NotFound: ``edition.none``, ``signatory.unknown``, ``certificate.none``, ``text.language``.

        """
        edition = _edition(session, declaration)
        signatory, _, language = place.rpartition(".")
        queries.signatory(session, declaration.id, check_id(signatory[:80], where="The address"))
        require_language(language, (*declaration.languages, *SPOKEN))

        def make() -> bytes:
            one = signed.of_record(session, declaration.id, only=signatory)
            return render_certificate(one, signatory, language).pdf

        saved = f"{declaration.id}-{signatory}-{language}.pdf"
        return self._file(f"certificate {edition} {place}", PDF, make, saved=saved)

    def large_print(self, session: View, declaration: Declaration, place: str) -> File:
        """Return the large-print edition; `place` is a language, or ``all``; errors as `poster`."""
        languages = _languages(place, declaration)
        content = f"large {_edition(session, declaration)} {place}"
        saved = f"{declaration.id}-large-print-{place}.pdf"
        return self._file(
            content, PDF, lambda: render_large_print(self._signed(session, declaration), languages).pdf, saved=saved
        )

    def poster(self, session: View, declaration: Declaration, place: str) -> File:
        """Return the poster.

        Args:
            session: a view of the database.
            declaration: whose it is.
            place: sheet and languages, as in ``a0.fr``, ``a1.fr.de`` or ``a0.all``; in the text's own order, so that
                one poster has one address.

        Raises:
            InputRefused: ``poster.sheet``, ``poster.languages``.
            NotFound: ``edition.none``, ``text.language``.
            LimitExceeded: ``poster.full``, when it is read.

        """
        sheet, _, rest = place.partition(".")
        size = sheet_of(sheet)
        languages = _languages(rest, declaration)
        order = [tag for tag in declaration.languages if tag in languages]
        if list(languages) != order:
            raise InputRefused(
                "poster.languages",
                "The languages of a poster stand in the order of the text, each once.",
                hint=f"Ask for {sheet}.{'.'.join(order)}.",
            )
        content = f"poster {_edition(session, declaration)} {place}"
        return self._file(
            content,
            PDF,
            lambda: render_poster(self._signed(session, declaration), size, languages).pdf,
            saved=f"{declaration.id}-{place}.pdf",
        )

    def page(self, session: View, declaration: Declaration, place: str) -> File:
        """Return the signed words as a web page; `place` is a language, or ``all``; errors as `poster`."""
        languages = _languages(place, declaration)
        return self._file(
            f"html {_edition(session, declaration)} {place}",
            "text/html",
            lambda: render_signed_html(self._signed(session, declaration), languages),
            style=STYLE_SOURCE,
        )

    def word(self, session: View, declaration: Declaration, place: str) -> File:
        """Return the signed words as a Word document; `place` is a language, or ``all``; errors as `poster`."""
        languages = _languages(place, declaration)
        return self._file(
            f"docx {_edition(session, declaration)} {place}",
            word.MEDIA,
            lambda: render_signed_docx(self._signed(session, declaration), languages),
            saved=f"{declaration.id}-signed-{place}.docx",
        )

    def _signed(self, session: View, declaration: Declaration) -> SignedText:
        """Return what was signed; only whoever makes a layout asks, so one after the other."""
        edition = _edition(session, declaration)
        last = self._last
        if last is None or last[0] != edition:
            last = self._last = (edition, signed.of_record(session, declaration.id))
        return last[1]

    def _file(self, content: str, media: str, make: Callable[[], bytes], *, saved: str = "", style: str = "") -> File:
        tag = made_from("layout", content)
        return File(tag, media, Lasting.AWHILE, lambda: self._renderings.get(tag, make), saved, style)


def sheet_of(name: str) -> Size:
    """Return the sheet of a poster.

    Raises:
        InputRefused: ``poster.sheet``.

    """
    for size in Size:
        if name == size.name.lower():
            return size
    raise InputRefused("poster.sheet", f"There is no poster on “{name[:20]}”.", hint="Ask for a0 or a1.")


def require_language(language: str, known: Sequence[str]) -> None:
    """Make sure that a language is among some.

    Raises:
        InputRefused, NotFound: ``text.language``.

    """
    check_language(language[:80], where="The address")
    if language not in known:
        raise NotFound(
            "text.language",
            f"There is nothing in “{language}”.",
            hint=f"Ask for {', '.join(dict.fromkeys(known))}.",
        )


def _languages(place: str, declaration: Declaration) -> tuple[str, ...]:
    if place == EVERY:
        return declaration.languages
    languages = tuple(place.split("."))
    for language in languages:
        require_language(language, declaration.languages)
    return languages


def _edition(session: View, declaration: Declaration) -> str:
    seal = queries.seal(session, declaration.id)
    if seal is None:
        raise signed.unsealed(declaration.id)
    return seal.edition

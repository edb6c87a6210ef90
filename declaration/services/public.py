"""What anybody may read: each file of the public record, known by its tag before it is made.

Nothing here writes, and nothing private passes through: no challenge, no idempotency key, no path of the service. A
`File` is found first (a few rows) and read only if its reader does not have it yet; both happen in one view of the
database, so that what is read is what was found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from declaration.canonical import digest, is_digest
from declaration.drafting.states import Phase
from declaration.drafting.text import Version, check_id, check_language
from declaration.errors import InputRefused, NotFound, RecordDamaged
from declaration.ledger.tiles import ENTRIES, Tile, encode_bundle, encode_tile
from declaration.render.html import STYLE_SOURCE, render_html
from declaration.render.odt import render_odt
from declaration.render.odt_styles import MEDIA as ODT
from declaration.services import akoma, evidence, matrix_files, summaries, word
from declaration.services.chancery import Chancery
from declaration.services.layouts import Layouts
from declaration.services.public_file import File, Lasting
from declaration.services.renderings import Renderings, made_from
from declaration.signing import asic
from declaration.store import blobs, checkpoints, leaves, queries
from declaration.store.session import View
from declaration.store.values import Declaration, Instrument, Seal, StoredVersion

PDF: Final = "application/pdf"
JSON: Final = "application/json"
WORD: Final = word.MEDIA
CMS: Final = "application/pkcs7-signature"
BYTES: Final = "application/octet-stream"
AKOMA: Final = akoma.MEDIA

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")


class PublicRecord:
    """Everything that a service shows to the public.

    Args:
        chancery: the service.

    """

    def __init__(self, chancery: Chancery) -> None:
        self._chancery = chancery
        self._renderings = Renderings()
        self._layouts = Layouts()

    def answers(self) -> None:
        """Make sure that the database answers.

        Raises:
            ConfigurationError: ``store.unreachable``.

        """
        with self._chancery.store.reading() as session:
            queries.exists(session, "")

    @contextmanager
    def open(self, declaration: str) -> Generator[OpenRecord]:
        """Open the record of one declaration at one moment.

        Raises:
            InputRefused: ``text.id``.
            NotFound: ``declaration.unknown``.

        """
        check_id(declaration[:80], where="The address")
        with self._chancery.store.reading() as session:
            found = queries.declaration(session, declaration)
            yield OpenRecord(self._chancery, self._renderings, self._layouts, session, found)


class OpenRecord:
    """The public record of one declaration, as it stands in one view of the database.

    Args:
        chancery: the service.
        renderings: what was made before.
        layouts: of the sealed declaration.
        session: the view.
        declaration: whose record it is.

    """

    def __init__(
        self,
        chancery: Chancery,
        renderings: Renderings,
        layouts: Layouts,
        session: View,
        declaration: Declaration,
    ) -> None:
        self._chancery = chancery
        self._renderings = renderings
        self._layouts = layouts
        self._session = session
        self._declaration = declaration
        self._id = declaration.id

    # The text

    def page(self) -> File:
        """Return the version in force as an HTML page.

        Raises:
            NotFound: ``version.none``.

        """
        number = self._declaration.version
        if number is None:
            raise NotFound("version.none", f"“{self._id}” has no version yet.", hint="Come back when one is adopted.")
        return self._page(self._version(str(number)), Lasting.PRESENT)

    def version_page(self, number: str) -> File:
        """Return a version as an HTML page; errors as `version_document`."""
        return self._page(self._version(number), Lasting.AWHILE)

    def version_document(self, number: str) -> File:
        """Return a version's document, the bytes that the ledger binds.

        Raises:
            InputRefused: ``version.number``.
            NotFound: ``version.unknown``.

        """
        return self._blob(self._version(number).document, JSON, Lasting.FOREVER)

    def version_word(self, place: str) -> File:
        """Return a version as a Word document to work on.

        Args:
            place: its number, for all languages one after the other; or number and language, as in ``3.fr``.

        Raises:
            InputRefused: ``version.number``.
            NotFound: ``version.unknown``, ``text.language``.

        """
        number, _, language = place.partition(".")
        row = self._version(number)

        def make() -> bytes:
            return word.version(self._version_text(row), language)

        return self._made(
            "docx", f"{row.digest} {language}", WORD, Lasting.AWHILE, make, saved=f"{self._id}-{place}.docx"
        )

    def version_odt(self, number: str) -> File:
        """Return a version as an OpenDocument text; errors as `version_document`."""
        row = self._version(number)
        saved = f"{self._id}-{row.number}.odt"
        return self._made(
            "odt", row.digest, ODT, Lasting.AWHILE, lambda: render_odt(self._version_text(row)), saved=saved
        )

    def version_akoma(self, place: str) -> File:
        """Return a version in one language as Akoma Ntoso.

        Args:
            place: number and language, as in ``3.fr``.

        Raises:
            InputRefused: ``version.number``.
            NotFound: ``version.unknown``, ``text.language``.

        """
        number, _, language = place.partition(".")
        row = self._version(number)
        # the entry's index binds everything that had happened until then
        content = f"{self._declaration.origin} {row.entry} {row.digest} {language}"
        saved = f"{self._id}-{row.number}.{language}.akn.xml"

        def make() -> bytes:
            return akoma.version(self._session, self._id, row.number, language)

        return self._made("akn", content, AKOMA, Lasting.AWHILE, make, saved=saved)

    def amendment_akoma(self, place: str) -> File:
        """Return what an amendment does to the text in one language, as Akoma Ntoso.

        Args:
            place: id and language, as in ``A1.fr``.

        Raises:
            InputRefused: ``text.id``.
            NotFound: ``amendment.unknown``, ``amendment.language``, ``text.language``.

        """
        name, _, language = place.rpartition(".")
        check_id(name[:80], where="The address")
        saved = f"{self._id}-{name}.{language}.akn.xml"

        def make() -> bytes:
            return akoma.amendment(self._session, self._id, name, language)

        return self._made("akn", f"{self._head()} {place}", AKOMA, Lasting.PRESENT, make, saved=saved)

    def amendment_word(self, place: str) -> File:
        """Return what an amendment does to the text in one language, as tracked changes of a Word document.

        Arguments and errors are those of `amendment_akoma`.
        """
        name, _, language = place.rpartition(".")
        check_id(name[:80], where="The address")

        def make() -> bytes:
            return word.amendment(self._session, self._id, name, language)

        content = f"{self._head()} {place}"
        return self._made("docx", content, WORD, Lasting.PRESENT, make, saved=f"{self._id}-{place}.docx")

    # The ledger

    def checkpoint(self) -> File:
        """Return the newest signed head of the ledger that was given out.

        Raises:
            NotFound: ``checkpoint.none``.

        """
        note = checkpoints.latest(self._session, self._id)
        if note is None:
            raise _no_checkpoint(f"The ledger of “{self._id}” has no signed head yet.")
        return _stored(note, "text/plain", Lasting.MOMENT)

    def tile(self, place: str) -> File:
        """Return a tile of hashes or a bundle of entries (C2SP tlog-tiles) that the newest checkpoint covers.

        Every width is served that was ever covered, so that no partial tile of an earlier checkpoint is missed.

        Args:
            place: the path behind ``tile/``.

        Raises:
            InputRefused: ``tile.path``.
            NotFound: ``tile.unknown``.
            RecordDamaged: ``ledger.tile``, rows are missing.

        """
        tile = Tile.parse(f"tile/{place}")
        covered = checkpoints.covered(self._session, self._id)
        if not tile.is_in(covered):
            raise NotFound(
                "tile.unknown",
                f"The newest checkpoint of “{self._id}” covers {covered} entries, which need no {tile.path}.",
                hint="Ask for the tiles that the checkpoint's size needs (C2SP tlog-tiles).",
            )
        rows = leaves.tile(self._session, self._id, tile)
        if len(rows) != tile.width:
            raise RecordDamaged(
                "ledger.tile", f"Rows of {tile.path} are missing.", hint="Run `declaration audit` to find which."
            )
        return _stored((encode_bundle if tile.level == ENTRIES else encode_tile)(rows), BYTES, Lasting.FOREVER)

    def blob(self, name: str) -> File:
        """Return a long text that an entry names.

        Raises:
            InputRefused: ``blob.name``.
            NotFound: ``blob.unknown``.

        """
        if not is_digest(name):
            raise InputRefused(
                "blob.name", f"{name[:80]!r} is not a SHA-256.", hint="Write 64 lower-case hexadecimal digits."
            )
        if not blobs.has(self._session, self._id, name):
            raise NotFound(
                "blob.unknown", f"No entry of “{self._id}” names the blob {name}.", hint="Look in the ledger's entries."
            )
        return self._blob(name, BYTES, Lasting.FOREVER)

    # What was signed

    def instrument(self) -> File:
        """Return the instrument in force: what is signed.

        Raises:
            NotFound: ``instrument.none``.

        """
        return self._blob(self._frozen().instrument, PDF, self._until_sealed(), saved=f"{self._id}-instrument.pdf")

    def document(self) -> File:
        """Return declaration.json, what machines read of the instrument in force; errors as `instrument`."""
        return self._blob(self._frozen().document, JSON, self._until_sealed())

    def edition(self) -> File:
        """Return the signed edition.

        Raises:
            NotFound: ``edition.none``.

        """
        return self._blob(self._sealed().edition, PDF, Lasting.FOREVER, saved=f"{self._id}-signed.pdf")

    def merged(self) -> File:
        """Return all signatures as one CMS, as the seal names it; errors as `edition`."""
        return self._blob(self._sealed().merged, CMS, Lasting.FOREVER, saved=f"{self._id}-signatures.p7s")

    def container(self) -> File:
        """Return instrument and signatures as one ASiC-S container; errors as `edition`."""
        seal = self._sealed()
        tag = digest(f"{asic.MEDIA} {seal.instrument} {seal.merged}".encode())  # these two make every byte of it

        def make() -> bytes:
            instrument, merged = (
                queries.blob(self._session, self._id, name) for name in (seal.instrument, seal.merged)
            )
            return asic.write(instrument, merged)

        return File(tag, asic.MEDIA, Lasting.FOREVER, make, saved=f"{self._id}-signatures.asics")

    def receipt(self, signatory: str) -> File:
        """Return the bundle of a signatory's answer, with proofs up to a checkpoint that was given out.

        After the seal it is the bundle that the edition carries.

        Raises:
            InputRefused: ``text.id``.
            NotFound: ``signatory.unknown``; ``answer.none``; ``checkpoint.none``, none covers the answer yet.

        """
        queries.signatory(self._session, self._id, check_id(signatory[:80], where="The address"))
        answer = queries.answer(self._session, self._id, signatory)
        if answer is None:
            raise NotFound(
                "answer.none", f"“{signatory}” has neither signed nor declined.", hint="Come back when they have."
            )
        seal = queries.seal(self._session, self._id)
        note = checkpoints.latest(self._session, self._id, upto=None if seal is None else seal.entry)
        if note is None or evidence.size_of(note) <= answer.entry:
            raise _no_checkpoint(f"No signed head of the ledger covers the answer of “{signatory}” yet.")

        def bundle() -> bytes:
            return evidence.bundles_of(self._session, self._id, note, [answer])[0].encode()

        # the note's root binds every entry, and the entry's index says which bundle it is
        return self._made("receipt", f"{digest(note)} {answer.entry}", JSON, self._until_sealed(), bundle)

    def layout(self, find: Callable[[Layouts, View, Declaration, str], File], place: str) -> File:
        """Return what a method of `Layouts` finds at a place; its errors."""
        return find(self._layouts, self._session, self._declaration, place)

    # Who stands where

    def matrix(self) -> File:
        """Return who stands where on the version in force, clause by clause.

        Raises:
            NotFound: ``version.none``.

        """
        return self._made(
            "matrix", self._head(), JSON, Lasting.PRESENT, lambda: summaries.matrix(self._session, self._id)
        )

    def matrix_workbook(self, language: str) -> File:
        """Return who stands where as a workbook; arguments and errors as `matrix_table`."""
        return self._table("xlsx", matrix_files.XLSX, matrix_files.xlsx, language)

    def matrix_table(self, language: str) -> File:
        """Return who stands where as CSV, one position a line.

        Args:
            language: in which to write it; empty for the drafting language.

        Raises:
            InputRefused: ``text.language``.
            NotFound: ``version.none``.

        """
        return self._table("csv", matrix_files.CSV, matrix_files.csv, language)

    def amendments(self) -> File:
        """Return every amendment ever tabled and what became of it."""
        return self._made(
            "amendments", self._head(), JSON, Lasting.PRESENT, lambda: summaries.amendments(self._session, self._id)
        )

    def trust(self, name: str) -> File:
        """Return one of the files that a verifier pins.

        Whoever takes them from here trusts this service; their fingerprints are published elsewhere.

        Raises:
            NotFound: ``trust.unknown``.

        """
        root = self._chancery.timestamp_root
        files = self._chancery.keys.trust(self._declaration.origin, timestamp_root=root).files()
        if name not in files:
            raise NotFound("trust.unknown", "There is no such trust file.", hint=f"Ask for {', '.join(files)}.")
        media = "application/x-pem-file" if name.endswith(".pem") else "text/plain"
        return _stored(files[name], media, Lasting.PRESENT)

    # Inside

    def _version(self, number: str) -> StoredVersion:
        if not _NUMBER.fullmatch(number):
            raise InputRefused(
                "version.number", f"{number[:80]!r} is not the number of a version.", hint="Count from 1, in digits."
            )
        row = queries.version(self._session, self._id, int(number))
        if row is None:
            raise NotFound(
                "version.unknown",
                f"“{self._id}” has no version {number}.",
                hint=f"Ask for one from 1 to {self._declaration.version or 0}.",
            )
        return row

    def _page(self, row: StoredVersion, lasting: Lasting) -> File:
        made = self._made(
            "html", row.digest, "text/html", lasting, lambda: render_html(self._version_text(row)).encode()
        )
        return replace(made, style=STYLE_SOURCE)

    def _version_text(self, row: StoredVersion) -> Version:
        return queries.version_text(self._session, self._id, row.number)

    def _table(self, form: str, media: str, make: Callable[[View, str, str], bytes], language: str) -> File:
        wanted = check_language(language or self._declaration.languages[0], where="The address, lang")
        return self._made(
            form,
            f"{self._head()} {wanted}",
            media,
            Lasting.PRESENT,
            lambda: make(self._session, self._id, wanted),
            saved=f"{self._id}-matrix.{form}",
        )

    def _frozen(self) -> Instrument:
        found = queries.instrument(self._session, self._id)
        if found is None:
            raise NotFound(
                "instrument.none",
                f"“{self._id}” is still being drafted.",
                hint="Come back when the depositary has frozen the text; until then read the version in force.",
            )
        return found

    def _sealed(self) -> Seal:
        found = queries.seal(self._session, self._id)
        if found is None:
            raise NotFound(
                "edition.none", f"“{self._id}” is not sealed yet.", hint="Come back after the last signature."
            )
        return found

    def _until_sealed(self) -> Lasting:
        """An unfreeze gives these addresses other bytes; the seal ends that."""
        return Lasting.FOREVER if self._declaration.phase is Phase.SEALED else Lasting.PRESENT

    def _head(self) -> str:
        """Return what binds every entry, and with them every projected row."""
        tree = queries.tree(self._session, self._id)
        return f"{self._declaration.origin} {tree.size} {tree.root().hex()}"

    def _blob(self, name: str, media: str, lasting: Lasting, *, saved: str = "") -> File:
        return File(name, media, lasting, lambda: queries.blob(self._session, self._id, name), saved)

    def _made(
        self, form: str, content: str, media: str, lasting: Lasting, make: Callable[[], bytes], *, saved: str = ""
    ) -> File:
        tag = made_from(form, content)
        return File(tag, media, lasting, lambda: self._renderings.get(tag, make), saved)


def _stored(data: bytes, media: str, lasting: Lasting) -> File:
    return File(digest(data), media, lasting, lambda: data)


def _no_checkpoint(message: str) -> NotFound:
    return NotFound("checkpoint.none", message, hint="Come back later: the service signs the head from time to time.")

"""The signed edition: the instrument's pages untouched, then who signed, who did not, and how to verify it.

Only pages and attachments are added here; the depositary's seal is put on the result once, by another part.
"""

from __future__ import annotations

import functools
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import pikepdf

from declaration.canonical import digest
from declaration.drafting.text import Version
from declaration.errors import InputRefused
from declaration.render import archive, structure
from declaration.render.flow import Block, Placed, Row, Shape, draw, paginate
from declaration.render.fonts import is_rtl
from declaration.render.ink import Ink
from declaration.render.instrument import about
from declaration.render.labels import VERIFY, label, speaks, spoken
from declaration.render.layout import (
    BOTTOM,
    DEEP,
    GREY,
    INK,
    LEFT,
    PALE,
    RIGHT,
    SMALL,
    SMALL_GREY,
    TOP,
    foot,
    heading,
    matter,
    mirrored,
    rows_of,
    running_head,
)
from declaration.render.parties import (
    CELL,
    Column,
    add_moment,
    add_place,
    cell_x,
    names_office,
    party_column,
    roster_blocks,
    tongue_of,
)
from declaration.render.sheet import HEIGHT, Sheets, box
from declaration.render.structure import Element, Kind
from declaration.render.tongues import language_of_text
from declaration.render.typography import Style, paragraph
from declaration.render.values import Attachment, DeclineLine, RenderedEdition, RosterLine, SignatureLine

CODE: Final = 50.0
"""Side of a QR code: 18 mm, readable by a phone from print and from a screen."""
DRAWING_HEIGHT: Final = 42.0
SEAL: Final = 88
"""Side of the seal: 31 mm."""
BESIDE: Final = 20.0
"""Between the seal and what stands beside it."""
CITY: Final = Style(12, 16, 600, DEEP)
PERSON: Final = Style(9.2, 12.6, 500, INK)
FINE: Final = Style(6.2, 8.6, 400, GREY)
REASON: Final = Style(9.6, 14.4, 400, INK)
SEALED: Final = Style(12, 16, 600, DEEP)
COMMAND: Final = Style(9.2, 15, 500, DEEP)


def render_edition(
    instrument: bytes,
    version: Version,
    *,
    signatures: Sequence[SignatureLine],
    declines: Sequence[DeclineLine] = (),
    unanswered: Sequence[RosterLine] = (),
    attachments: Sequence[Attachment] = (),
    sealed_at: datetime,
    sealed_by: str = "",
    commands: Sequence[str] = ("declaration verify signed.pdf",),
    url: str | None = None,
) -> RenderedEdition:
    """Render the edition, still without its seal.

    Args:
        instrument: the bytes of the instrument; its page objects are taken over as they are.
        version: the frozen version, for title, languages and digest.
        signatures: in the order to be shown.
        declines: in the order to be shown.
        unanswered: who was invited and has not answered.
        attachments: files to embed besides those of the instrument.
        sealed_at: timezone-aware; the only new moment that the file names, besides those of the answers.
        sealed_by: the depositary's name, as it stands beside the seal.
        commands: printed on the page on verifying, word for word.
        url: where this edition is published, or None.

    Raises:
        InputRefused: the instrument is not a PDF, a moment has no zone, names of attachments are doubled.

    """
    sheets = Sheets()
    languages = version.text.languages
    whole = structure.document(languages[0])
    answers, advice = whole.add(Kind.SECTION), whole.add(Kind.SECTION)
    parts = [
        ("signatures", _signature_pages(signatures, declines, unanswered, languages, answers)),
        ("verify", _verify_pages(version, instrument, advice, attachments=attachments, commands=commands, url=url)),
    ]
    kept = _Kept()
    parts[-1][1].append(_seal(kept, sealed_by, sealed_at, languages[0], advice))
    starts = _draw_parts(sheets, version, digest(instrument), parts)
    added = archive.assemble(sheets.finish(), sheets.fonts)
    try:
        pdf = pikepdf.open(io.BytesIO(instrument))
    except pikepdf.PdfError as error:
        raise InputRefused(
            "render.instrument", "The instrument is not a readable PDF.", hint="Give the file that was frozen."
        ) from error
    first = len(pdf.pages)
    pdf.pages.extend(added.pages)
    structure.write(pdf, sheets.recording, [page.obj for page in pdf.pages[first:]])
    archive.describe(pdf, about(version, sealed_at))
    archive.outline(pdf, [archive.Bookmark(label(key, languages[0]), first + page) for key, page in starts])
    archive.attach(pdf, attachments, moment=sealed_at)
    return RenderedEdition(archive.written(pdf), len(pdf.pages), sheets.missing, kept.place)


def _draw_parts(
    sheets: Sheets, version: Version, instrument: str, parts: Sequence[tuple[str, list[Block]]]
) -> list[tuple[str, int]]:
    """Draw all added pages; return where each part begins, counted from 1."""
    language = version.text.languages[0]
    identity = f"{version.text.id}  ·  SHA-256 {instrument}"
    pages = [(key, paginate(blocks, top=TOP, bottom=BOTTOM)) for key, blocks in parts]
    total = sum(len(each) for _, each in pages)
    starts: list[tuple[str, int]] = []
    for key, each in pages:
        starts.append((key, sheets.pages + 1))
        for page in each:
            running_head(sheets, version.text.title.get(language, ""), language)
            draw(sheets, page)
            folio = f"{label('signatures', speaks(language))} {sheets.pages + 1} / {total}"
            foot(sheets, identity, folio, language)
            sheets.finish_page()
    return starts


# -- signatures --------------------------------------------------------------------------------------------------


def _signature_pages(
    signatures: Sequence[SignatureLine],
    declines: Sequence[DeclineLine],
    unanswered: Sequence[RosterLine],
    languages: Sequence[str],
    part: Element,
) -> list[Block]:
    tongue, main = speaks(languages[0]), matter(languages[0])
    blocks = [heading("signatures", languages, "the signatures", part)]
    counts = (("count-signed", signatures), ("count-declined", declines), ("count-no-answer", unanswered))
    summary = "   ·   ".join(f"{label(key, tongue)} {len(who)}" for key, who in counts if who or key == "count-signed")
    rows = rows_of(summary, SMALL_GREY, tongue, x=LEFT, width=RIGHT - LEFT)
    summed = part.add(Kind.PARAGRAPH, tongue)
    blocks.append(Block(tuple(rows), summed, "the signatures", keeps_next=bool(signatures)))
    pairs = [signatures[index : index + 2] for index in range(0, len(signatures), 2)]
    signed = part.list()
    blocks += [_signature_pair(pair, main, signed) for pair in pairs]
    if declines or unanswered:
        other = part.add(Kind.SECTION)
        blocks.append(replace(heading("answers", languages, "the other answers", other, level=Kind.H2), before=34))
        declined = other.list()
        blocks += [_decline(line, main, declined) for line in declines]
        blocks += roster_blocks([(party, label("no-answer", tongue)) for party in unanswered], main, other)
    return blocks


def _signature_pair(pair: Sequence[SignatureLine], language: str, signed: Element) -> Block:
    """Set two signatures beside each other, their pictures and their moments on one height."""
    cells = [_signature_cell(line, cell_x(place, language), language, signed) for place, line in enumerate(pair)]
    shapes = [shape for _, figures in cells for shape in figures]
    y = max(column.y for column, _ in cells)
    drawn = any(line.drawn is not None for line in pair)
    speech = speaks(language)
    for (column, _), line, place in zip(cells, pair, (0, 1), strict=False):
        column.y = y + (DRAWING_HEIGHT + 2 if drawn else 0)
        if line.drawn is not None:
            alt = f"{label('drawn-signature', speech)} {line.signatory.name or line.signatory.office}"
            wide = line.drawn.fitted(CELL * 0.8, DRAWING_HEIGHT).width
            x = cell_x(place, language) + (CELL - wide if is_rtl(language) else 0.0)
            shapes.append(functools.partial(_drawing, ink=line.drawn, x=x, y=y, alt=alt, owner=column.element))
        add_moment(column, label("signed", speech), line.signed_at, speech)
        column.add(f"SHA-256 {line.digest[:32]}…", FINE, "en")
    text = tuple(placed for column, _ in cells for placed in column.placed)
    row = Row(max(column.y for column, _ in cells), text, baseline=0.0, shapes=tuple(shapes))
    return Block((row,), signed, f"the signature of {pair[0].signatory.id}", before=15, whole=True)


def _signature_cell(line: SignatureLine, x: float, language: str, signed: Element) -> tuple[Column, list[Shape]]:
    """Set who signed, beside the QR code."""
    party = line.signatory
    tongue = tongue_of(party.country, language)
    body = signed.add(Kind.ITEM, title=party.id).add(Kind.BODY)
    shapes: list[Shape] = [functools.partial(_rule, x)]
    width, left = CELL, x
    if line.url:
        width -= CODE + 10
        rtl = is_rtl(language)
        left = x + CODE + 10 if rtl else x
        shapes.append(functools.partial(_code, url=line.url, x=x if rtl else x + CELL - CODE, side=CODE, owner=body))
    column = Column(left, width, language, body, top=3.0)
    column.add(party.city or party.office or party.id, CITY, tongue)
    add_place(column, party, tongue, city=False)
    column.add(party.name, PERSON, tongue)
    if party.city and names_office(party):
        column.add(party.office, SMALL, tongue)
    column.y = max(column.y + 3, CODE + 8 if line.url else 0)
    return column, shapes


def _rule(x: float, sheets: Sheets, top: float) -> None:
    with sheets.artifact():
        sheets.rule(x, top - 3, CELL, thickness=0.4, color=PALE)


def _code(sheets: Sheets, top: float, *, url: str, x: float, side: float, owner: Element) -> None:
    alt = f"{label('code', speaks(owner.spoken or ''))} {url}"
    with sheets.inside(owner.figure(alt, box(x, top + 5, side, side))):
        sheets.code(url, x, top + 5, side, color=INK)


def _drawing(sheets: Sheets, top: float, *, ink: Ink, x: float, y: float, alt: str, owner: Element) -> None:
    width = CELL * 0.8
    with sheets.inside(owner.figure(alt, box(x, top + y, ink.fitted(width, DRAWING_HEIGHT).width, DRAWING_HEIGHT))):
        sheets.drawing(ink, x, top + y, width, DRAWING_HEIGHT, color=INK)


def _decline(line: DeclineLine, language: str, declined: Element) -> Block:
    """Set who declined, when, and why; the reason may be long and runs over pages."""
    speech = speaks(language)
    rtl = is_rtl(language)
    width = RIGHT - LEFT - CODE - 20
    x = LEFT + CODE + 20 if rtl else LEFT
    body = declined.add(Kind.ITEM, title=line.signatory.id).add(Kind.BODY)
    column = party_column(line.signatory, x, width, language, body)
    add_moment(column, label("declined", speech), line.declined_at, speech)
    shapes: list[Shape] = [functools.partial(_wide_rule)]
    if line.url:
        shapes.append(functools.partial(_code, url=line.url, x=LEFT if rtl else RIGHT - CODE, side=CODE, owner=body))
    rows = [Row(column.y + 2, tuple(column.placed), baseline=0.0, shapes=tuple(shapes))]
    reason = body.add(Kind.PARAGRAPH, language_of_text(line.reason))
    rows += rows_of(line.reason, REASON, language, x=x, width=width, free=True, element=reason)
    fine = replace(FINE, align="end") if rtl else FINE
    proof = body.add(Kind.PARAGRAPH)
    rows += rows_of(f"SHA-256 {line.digest[:32]}…", fine, "en", x=x, width=width, element=proof)
    short = CODE + 10 - sum(row.height for row in rows)
    if line.url and short > 0:
        rows.append(Row(short, ()))
    return Block(tuple(rows), body, f"the answer of {line.signatory.id}", before=15)


def _wide_rule(sheets: Sheets, top: float) -> None:
    with sheets.artifact():
        sheets.rule(LEFT, top - 3, RIGHT - LEFT, thickness=0.4, color=PALE)


# -- verifying ---------------------------------------------------------------------------------------------------


def _verify_pages(
    version: Version,
    instrument: bytes,
    part: Element,
    *,
    attachments: Sequence[Attachment],
    commands: Sequence[str],
    url: str | None,
) -> list[Block]:
    languages = version.text.languages
    side = CODE * 1.4
    width = RIGHT - LEFT - (side + 24 if url else 0)
    rtl = is_rtl(matter(languages[0]))
    x = RIGHT - width if rtl else LEFT
    where = "the page on verifying"
    blocks = [heading("verify", languages, where, part)]
    for rank, tongue in enumerate(spoken(languages)):
        for number, text in enumerate(VERIFY[tongue]):
            rows = rows_of(text, SMALL, tongue, x=x, width=width)
            if url and rank == number == 0:
                shape = functools.partial(_code, url=url, x=LEFT if rtl else RIGHT - side, side=side, owner=part)
                rows[0] = replace(rows[0], shapes=(shape,))
            advice = part.add(Kind.PARAGRAPH, tongue)
            blocks.append(Block(tuple(rows), advice, where, before=12 if rank and not number else 4))
    facts = [(command, COMMAND) for command in (*commands, *([url] if url else []))]
    facts.append((f"{label('version', speaks(languages[0]))} {version.number}   SHA-256 {version.digest}", FINE))
    facts.append((f"instrument.pdf   SHA-256 {digest(instrument)}", FINE))
    for rank, (text, style) in enumerate(facts):
        rows = rows_of(text, style, "en", x=LEFT, width=RIGHT - LEFT)
        fact = part.add(Kind.PARAGRAPH, None if rank == len(facts) - 2 else "en")
        blocks.append(Block(tuple(rows), fact, where, before=3 if rank else 16))
    return blocks + _attachment_list(attachments, languages, part)


@dataclass(slots=True)
class _Kept:
    """Where room was kept for the seal, known once the page is drawn."""

    place: tuple[int, int, int] = (0, 0, 0)


def _seal(kept: _Kept, by: str, at: datetime, language: str, part: Element) -> Block:
    """Keep a square for the seal at the end of the last page, and say beside it whose it is and since when it holds."""
    tongue, rtl = speaks(language), is_rtl(matter(language))
    section = part.add(Kind.SECTION, tongue)
    x = mirrored(LEFT + SEAL + BESIDE, RIGHT - LEFT - SEAL - BESIDE, rtl=rtl)
    width = RIGHT - LEFT - SEAL - BESIDE
    title = Column(x, width, tongue, section.add(Kind.H2), top=14.0)
    title.add(label("seal", tongue), SEALED, tongue)
    column = Column(x, width, tongue, section.add(Kind.PARAGRAPH), top=title.y + 1)
    if by:
        column.add(by, PERSON, language)
    add_moment(column, label("sealed", tongue), at, tongue)
    column.y += 4
    column.add(label("seal-closes", tongue), SMALL_GREY, tongue)
    left = mirrored(LEFT, SEAL, rtl=rtl)
    shapes = (functools.partial(_wide_rule), functools.partial(_keep, kept=kept, x=left))
    row = Row(max(SEAL + 14.0, column.y), (*title.placed, *column.placed), baseline=0.0, shapes=shapes)
    return Block((row,), section, "the seal", before=26, whole=True)


def _keep(_sheets: Sheets, top: float, *, kept: _Kept, x: float) -> None:
    kept.place = (round(x), round(HEIGHT - top - 10 - SEAL), SEAL)


def _place(element: Element, sheets: Sheets, _top: float) -> None:
    sheets.place(element)


def _attachment_list(attachments: Sequence[Attachment], languages: Sequence[str], part: Element) -> list[Block]:
    """List the attached files in a table; those that differ only in the signatory's id stand in one row."""
    counted: Counter[str] = Counter()
    described: dict[str, str] = {}
    for attachment in attachments:
        parts = attachment.name.split(".")
        key = attachment.name if len(parts) < 3 else "*." + ".".join(parts[1:])
        counted[key] += 1
        described.setdefault(key, "" if key.startswith("*") else attachment.description)
    if not counted:
        return []
    tongue = speaks(languages[0])
    style = Style(10.5, 16, 600, DEEP)
    x = mirrored(LEFT, RIGHT - LEFT, rtl=is_rtl(tongue))
    rows = rows_of(label("attachments", tongue), style, tongue, x=x, width=RIGHT - LEFT)
    section = part.add(Kind.SECTION, tongue)
    blocks = [Block(tuple(rows), section.add(Kind.H2), "the list of attachments", before=22, keeps_next=True)]
    table = section.add(Kind.TABLE, "en")
    for key in sorted(counted):
        name = key if counted[key] == 1 else f"{key}  × {counted[key]}"
        lines = paragraph(name, SMALL, language="en", measure=150)
        about_it = paragraph(described[key], SMALL_GREY, language="en", measure=RIGHT - LEFT - 165)
        height = max(len(lines), len(about_it)) * SMALL.leading
        entry = table.add(Kind.ROW)
        text = []
        about = entry.add(Kind.CELL)
        for part_lines, x, cell in ((lines, LEFT, entry.header()), (about_it, LEFT + 165, about)):
            text += [Placed(line, x, 0.0, rank * SMALL.leading, cell) for rank, line in enumerate(part_lines)]
        row = Row(height, tuple(text), baseline=SMALL.leading * 0.75, shapes=(functools.partial(_place, about),))
        # the list stays with the seal, which would look lost on a page of its own
        blocks.append(Block((row,), entry, "the list of attachments", before=1.5, keeps_next=True, whole=True))
    return blocks

"""The large-print edition: the words of the signed document for readers with low vision.

After the practice of libraries for the blind (RNIB Clear Print; ISO 24509 on legible size): 18 points and more, feet
not below 15, wide line distance, ragged lines of some fifty letters, no hyphenation, near black on white, one column,
numbers beside the text, nothing that only colour says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from declaration.render import archive, structure, telling
from declaration.render.flow import Block, Page, Placed, Row, draw, paginate
from declaration.render.fonts import is_rtl
from declaration.render.labels import label, language_name, speaks
from declaration.render.layout import matter, mirrored, rows_of
from declaration.render.sheet import HEIGHT, WIDTH, Sheets
from declaration.render.signed_text import SignedText
from declaration.render.signed_words import said
from declaration.render.structure import Element, Kind, Numbering, composed
from declaration.render.telling import Answer, Role, Told
from declaration.render.tongues import language_of_place, language_of_text
from declaration.render.typography import Color, Style, paragraph
from declaration.render.values import Rendered

BLACK: Final[Color] = (0.04, 0.05, 0.07)
"""19 to 1 against white."""
MARGIN: Final = 54.0
HANG: Final = 58.0
"""Room beside the text for its numbers."""
TOP: Final = 62.0
BOTTOM: Final = HEIGHT - 84.0
WIDE: Final = WIDTH - 2 * MARGIN
MEASURE: Final = WIDE - HANG

BODY: Final = Style(18, 28, 450, BLACK)
TITLE: Final = Style(28, 39, 650, BLACK, balanced=True)
SECTION: Final = Style(22, 32, 650, BLACK, balanced=True)
NUMBER: Final = Style(18, 28, 650, BLACK)
STRONG: Final = Style(18, 28, 650, BLACK)
FEET: Final = Style(15, 20, 450, BLACK)
FOLIO: Final = Style(18, 22, 650, BLACK, align="end")
_STYLES: Final = {Role.TITLE: TITLE, Role.PART: TITLE, Role.SECTION: SECTION, Role.NAME: STRONG}
_Said = tuple[str, Style, str, str | None]
"""A text, its look, the language that it is set in, and the one that it is read in, if known."""
_HEADS: Final = frozenset({Role.TITLE, Role.PART, Role.SECTION, Role.NAME, Role.PLACE})
"""What stays on the page of what follows."""


def render_large_print(signed: SignedText, languages: Sequence[str] = ()) -> Rendered:
    """Render the large-print edition as PDF.

    Args:
        signed: the sealed declaration.
        languages: which texts, one after the other; none for all.

    Raises:
        NotFound: ``text.language``.

    """
    chosen = signed.chosen(languages)
    whole = structure.document(chosen[0])
    front = whole.add(Kind.SECTION)
    parts = [(tag, _text(signed, tag, whole.add(Kind.SECTION, tag))) for tag in chosen]
    parts.append(("reservations", _part("reservations", chosen, telling.reservations(signed, chosen), whole)))
    parts.append(("signatures", _signatures(signed, chosen, whole)))
    if signed.declines or signed.unanswered:
        parts.append(("answers", _others(signed, chosen, whole)))
    parts.append(("verify", _part("verify", chosen, telling.verifying(signed, chosen), whole)))
    pages = [(key, paginate(blocks, top=TOP, bottom=BOTTOM)) for key, blocks in parts]
    opening = paginate(_front(signed, chosen, pages, 1, front), top=TOP, bottom=BOTTOM)
    if len(opening) > 1:  # many languages: the contents know now how long they are
        opening = paginate(_front(signed, chosen, pages, len(opening), front), top=TOP, bottom=BOTTOM)
    sheets = Sheets()
    total = len(opening) + sum(len(each) for _, each in pages)
    starts: list[tuple[str, int]] = []
    for key, each in (("", opening), *pages):
        if key:
            starts.append((_called(key, chosen), sheets.pages + 1))
        for page in each:
            _draw(sheets, page, key if key in chosen else chosen[0], total)
    pdf = archive.assemble(sheets.finish(), sheets.fonts)
    structure.write(pdf, sheets.recording, [page.obj for page in pdf.pages])
    tongue = speaks(chosen[0])
    titles = {tag: f"{signed.title(tag)[0]} ({said('large-print', tag)})" for tag in chosen}
    archive.describe(pdf, archive.About(titles, chosen, f"sha256:{signed.version.digest}", signed.sealed_at))
    archive.outline(pdf, [archive.Bookmark(title, page) for title, page in [(said("large-print", tongue), 1), *starts]])
    return Rendered(archive.written(pdf), total, sheets.missing)


def _called(key: str, languages: Sequence[str]) -> str:
    return language_name(key) if key in languages else label(key, languages[0])


def _draw(sheets: Sheets, page: Page, language: str, total: int) -> None:
    draw(sheets, page)
    tongue = speaks(language)
    rtl = is_rtl(tongue)
    with sheets.artifact():
        sheets.where = "the foot"
        sheets.rule(MARGIN, HEIGHT - 66, WIDE, thickness=1.2, color=BLACK)
        for line in paragraph(said("not-signed", tongue), FEET, language=tongue, measure=WIDE - 110)[:1]:
            sheets.line(line, mirrored(MARGIN, WIDE - 110, rtl=rtl), HEIGHT - 44, width=WIDE - 110)
        for line in paragraph(f"{sheets.pages + 1} / {total}", FOLIO, language="en", measure=100):
            x = mirrored(WIDTH - MARGIN - 100, 100, rtl=rtl)
            sheets.line(replace(line, style=replace(FOLIO, align="start")) if rtl else line, x, HEIGHT - 44, width=100)
    sheets.finish_page()


# -- blocks ------------------------------------------------------------------------------------------------------


def _block(told: Told, element: Element, number: Element | None = None) -> Block:
    """Set a passage as an element; its number hangs beside it where reading begins."""
    style = _STYLES.get(told.role, BODY)
    rtl = is_rtl(told.language)
    hangs = told.role in {Role.CLAUSE, Role.MISSING} or (told.role is Role.SECTION and told.number)
    width = MEASURE if hangs else WIDE
    x = mirrored(MARGIN + WIDE - width, width, rtl=rtl)
    rows = rows_of(told.text, style, told.language, x=x, width=width, free=told.role in {Role.WORDS, Role.NAME})
    if hangs and told.number and rows:
        size = replace(NUMBER, size=style.size, leading=style.leading)
        line = paragraph(told.number, size, language="en", measure=HANG, rtl=False)[0]
        left = WIDTH - MARGIN - line.width if rtl else MARGIN
        rows[0] = replace(rows[0], text=(Placed(line, left, element=number or element), *rows[0].text))
    before = 34.0 if told.role is Role.SECTION else 14.0
    return Block(tuple(rows), element, f"“{told.text[:40]}”", before=before, keeps_next=told.role in _HEADS)


def _text(signed: SignedText, language: str, part: Element) -> list[Block]:
    """Set the declaration in one language: chapters with their clauses as lists."""
    chapter, clauses = part, part.list()
    blocks = []
    for told in telling.text(signed, language):
        if told.role is Role.TITLE:
            blocks.append(_block(told, part.add(Kind.H1)))
        elif told.role is Role.SECTION:
            chapter = part.add(Kind.SECTION)
            clauses = chapter.list(numbering=Numbering.DECIMAL)
            blocks.append(_block(told, chapter.add(Kind.H2, told.language)))
        else:
            item = clauses.add(Kind.ITEM, title=told.anchor)
            number = item.add(Kind.LABEL)
            blocks.append(_block(told, item.add(Kind.BODY, told.language), number))
    return blocks


def _part(key: str, languages: Sequence[str], told: Iterable[Told], whole: Element) -> list[Block]:
    """Return a part of all languages under its heading."""
    part = whole.add(Kind.SECTION)
    first, *further = telling.heading(key, languages)
    blocks = [_block(first, part.add(Kind.H1, first.language))]
    for other in further:
        plain = _block(replace(other, role=Role.PARAGRAPH), part.add(Kind.PARAGRAPH, other.language))
        blocks.append(replace(plain, before=2, keeps_next=True))
    for each in told:
        own = language_of_text(each.text) if each.role is Role.WORDS else each.language
        blocks.append(_block(each, part.add(Kind.PARAGRAPH, None if each.role is Role.NAME else own)))
    return blocks


def _front(
    signed: SignedText,
    languages: Sequence[str],
    pages: Sequence[tuple[str, Sequence[Page]]],
    own: int,
    part: Element,
) -> list[Block]:
    """Return the first page: what this is, what it is not, and where each part begins."""
    tongue = speaks(languages[0])
    title, tag = signed.title(languages[0])
    kind = Told(Role.NAME, said("large-print", tongue), tongue)
    blocks = [
        replace(_block(kind, part.add(Kind.PARAGRAPH, tongue)), keeps_next=False),
        _block(Told(Role.TITLE, title, tag), part.add(Kind.H1, tag)),
        *(_block(told, part.add(Kind.PARAGRAPH, told.language)) for told in telling.notice(signed, languages)),
        _block(Told(Role.SECTION, said("contents", tongue), tongue), part.add(Kind.H2, tongue)),
    ]
    contents = part.add(Kind.CONTENTS)
    page = own + 1
    for key, each in pages:
        entry = contents.add(Kind.ENTRY, key if key in languages else tongue)
        blocks.append(_entry(_called(key, languages), entry, page, rtl=is_rtl(tongue)))
        page += len(each)
    return blocks


def _entry(name: str, element: Element, page: int, *, rtl: bool) -> Block:
    words = rows_of(
        name, BODY, element.language or "en", x=MARGIN, width=WIDE - 70, element=element.add(Kind.PARAGRAPH)
    )
    rows = list(_sided(words, rtl=rtl))
    line = paragraph(str(page), NUMBER, language="en", measure=70)[0]
    x = MARGIN if rtl else WIDTH - MARGIN - line.width
    rows[0] = replace(rows[0], text=(*rows[0].text, Placed(line, x, element=element.add(Kind.PARAGRAPH, "en"))))
    return Block(tuple(rows), element, "the contents", before=2, whole=True)


# -- answers -----------------------------------------------------------------------------------------------------


def _signatures(signed: SignedText, languages: Sequence[str], whole: Element) -> list[Block]:
    blocks = _part("signatures", languages, [telling.counts(signed, languages[0])], whole)
    everybody = whole.list()
    for answer in telling.signatures(signed, languages[0]):
        blocks += _answer(answer, languages[0], everybody)
    return blocks


def _others(signed: SignedText, languages: Sequence[str], whole: Element) -> list[Block]:
    blocks = _part("answers", languages, (), whole)
    everybody = whole.list()
    for answer in telling.others(signed, languages[0]):
        blocks += _answer(answer, languages[0], everybody)
    return blocks


def _answer(answer: Answer, language: str, everybody: Element) -> list[Block]:
    """Set who answered what; all lines begin on the side of the headings."""
    rtl = is_rtl(matter(language))
    body = everybody.add(Kind.ITEM, title=answer.party.id).add(Kind.BODY)
    where = f"the answer of {answer.party.id}"
    tongue = speaks(language)
    city = answer.party.city if answer.party.city != answer.name else ""
    native = language_of_place(answer.native, answer.party.country)
    place, tongues = composed((city, None), (answer.native, native), separator=" · ")
    said_so: list[tuple[str, Style, str, str | None]] = [
        (answer.state, BODY, tongue, tongue),
        (answer.moment, BODY, tongue, tongue),
    ]
    if tongue != "ar" and answer.moment:
        said_so = [(f"{answer.state} · {answer.moment}", BODY, tongue, tongue)]
    lines: list[tuple[str, Style, str, str | None]] = [
        (answer.name, STRONG, language, None),
        (answer.office, BODY, language, None),
    ]
    lines += [(place, BODY, language, None), *said_so, (answer.code, BODY, "en", "en")]
    rows: list[Row] = []
    for text, style, tag, read in lines:
        if text:
            own = tongues if text is place else ()
            element = body.add(Kind.PARAGRAPH, read)
            made = rows_of(text, style, tag, x=MARGIN, width=WIDE, free=True, element=element, tongues=own)
            rows += _sided(made, rtl=rtl)
    blocks = [Block(tuple(rows), body, where, before=22, whole=True, keeps_next=bool(answer.reason))]
    if answer.reason:
        element = body.add(Kind.PARAGRAPH, language_of_text(answer.reason))
        reason = rows_of(answer.reason, BODY, language, x=MARGIN, width=WIDE, free=True)
        blocks.append(Block(tuple(_sided(reason, rtl=rtl)), element, where, before=4))
    return blocks


def _sided(rows: Sequence[Row], *, rtl: bool) -> Iterator[Row]:
    """Put lines of any direction on the side where the document begins."""
    for row in rows:
        [placed] = row.text
        x = WIDTH - MARGIN - placed.line.width if rtl else MARGIN
        height = placed.line.style.leading * max(placed.line.reach, 1.0)
        yield replace(row, height=height, text=(replace(placed, x=x, width=0.0),))

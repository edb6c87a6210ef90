"""The large-print edition: the words of the signed document for readers with low vision.

After the practice of libraries for the blind (RNIB Clear Print; ISO 24509 on legible size): 18 points and more, feet
not below 15, wide line distance, ragged lines of some fifty letters, no hyphenation, near black on white, one column,
numbers beside the text, nothing that only colour says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from declaration.render import archive, telling
from declaration.render.flow import Block, Page, Placed, Row, draw, paginate
from declaration.render.fonts import is_rtl
from declaration.render.labels import label, language_name, speaks
from declaration.render.layout import mirrored, rows_of
from declaration.render.sheet import HEIGHT, WIDTH, Sheets
from declaration.render.signed_text import SignedText
from declaration.render.signed_words import said
from declaration.render.telling import Answer, Role, Told
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
_STYLES: Final = {
    Role.TITLE: (TITLE, "H1"),
    Role.PART: (TITLE, "H1"),
    Role.SECTION: (SECTION, "H2"),
    Role.NAME: (STRONG, "P"),
}


def render_large_print(signed: SignedText, languages: Sequence[str] = ()) -> Rendered:
    """Render the large-print edition as PDF.

    Args:
        signed: the sealed declaration.
        languages: which texts, one after the other; none for all.

    Raises:
        NotFound: ``text.language``.

    """
    chosen = signed.chosen(languages)
    parts = [(tag, _blocks(telling.text(signed, tag))) for tag in chosen]
    parts.append(("reservations", _part("reservations", chosen, telling.reservations(signed, chosen))))
    parts.append(("signatures", _signatures(signed, chosen)))
    if signed.declines or signed.unanswered:
        everybody = [block for answer in telling.others(signed, chosen[0]) for block in _answer(answer, chosen[0])]
        parts.append(("answers", [*_part("answers", chosen, ()), *everybody]))
    parts.append(("verify", _part("verify", chosen, telling.verifying(signed, chosen))))
    pages = [(key, paginate(blocks, top=TOP, bottom=BOTTOM)) for key, blocks in parts]
    front = paginate(_front(signed, chosen, pages, 1), top=TOP, bottom=BOTTOM)
    if len(front) > 1:  # many languages: the contents know now how long they are
        front = paginate(_front(signed, chosen, pages, len(front)), top=TOP, bottom=BOTTOM)
    sheets = Sheets()
    total = len(front) + sum(len(each) for _, each in pages)
    starts: list[tuple[str, int]] = []
    for key, each in (("", front), *pages):
        if key:
            starts.append((_called(key, chosen), sheets.pages + 1))
        for page in each:
            _draw(sheets, page, key if key in chosen else chosen[0], total)
    pdf = archive.assemble(sheets.finish(), sheets.fonts)
    tongue = speaks(chosen[0])
    titles = {tag: f"{signed.title(tag)[0]} ({said('large-print', tag)})" for tag in chosen}
    archive.describe(pdf, archive.About(titles, chosen, f"sha256:{signed.version.digest}", signed.sealed_at))
    archive.outline(pdf, [(said("large-print", tongue), 1), *starts])
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


def _blocks(told: Iterable[Told]) -> list[Block]:
    return [_block(each) for each in told]


def _block(told: Told) -> Block:
    """Set a passage; numbers hang beside it where reading begins."""
    style, kind = _STYLES.get(told.role, (BODY, "P"))
    rtl = is_rtl(told.language)
    hangs = told.role in {Role.CLAUSE, Role.MISSING} or (told.role is Role.SECTION and told.number)
    width = MEASURE if hangs else WIDE
    x = mirrored(MARGIN + WIDE - width, width, rtl=rtl)
    free = told.role in {Role.WORDS, Role.NAME}
    rows = rows_of(told.text, style, told.language, x=x, width=width, free=free)
    if hangs and told.number and rows:
        size = replace(NUMBER, size=style.size, leading=style.leading)
        line = paragraph(told.number, size, language="en", measure=HANG, rtl=False)[0]
        left = WIDTH - MARGIN - line.width if rtl else MARGIN
        rows[0] = replace(rows[0], text=(Placed(line, left), *rows[0].text))
    heads = told.role in {Role.TITLE, Role.PART, Role.SECTION}
    before = 34.0 if told.role is Role.SECTION else 14.0
    keeps = heads or told.role in {Role.NAME, Role.PLACE}
    return Block(tuple(rows), kind, told.language, f"“{told.text[:40]}”", before=before, keeps_next=keeps)


def _part(key: str, languages: Sequence[str], told: Iterable[Told]) -> list[Block]:
    """Return a part of all languages under its heading."""
    first, *further = telling.heading(key, languages)
    blocks = [_block(first)]
    for other in further:
        plain = replace(_block(replace(other, role=Role.PARAGRAPH)), before=2, keeps_next=True)
        blocks.append(plain)
    return blocks + _blocks(told)


def _front(
    signed: SignedText, languages: Sequence[str], pages: Sequence[tuple[str, Sequence[Page]]], own: int
) -> list[Block]:
    """Return the first page: what this is, what it is not, and where each part begins."""
    tongue = speaks(languages[0])
    title, tag = signed.title(languages[0])
    blocks = [
        replace(_block(Told(Role.NAME, said("large-print", tongue), tongue)), keeps_next=False),
        replace(_block(Told(Role.TITLE, title, tag)), kind="H1"),
        *_blocks(telling.notice(signed, languages)),
        _block(Told(Role.SECTION, said("contents", tongue), tongue)),
    ]
    page = own + 1
    for key, each in pages:
        tag = key if key in languages else tongue
        blocks.append(_entry(_called(key, languages), tag, page, rtl=is_rtl(tongue)))
        page += len(each)
    return blocks


def _entry(name: str, language: str, page: int, *, rtl: bool) -> Block:
    rows = list(_sided(rows_of(name, BODY, language, x=MARGIN, width=WIDE - 70), rtl=rtl))
    line = paragraph(str(page), NUMBER, language="en", measure=70)[0]
    x = MARGIN if rtl else WIDTH - MARGIN - line.width
    rows[0] = replace(rows[0], text=(*rows[0].text, Placed(line, x)))
    return Block(tuple(rows), "P", language, "the contents", before=2, whole=True)


# -- answers -----------------------------------------------------------------------------------------------------


def _signatures(signed: SignedText, languages: Sequence[str]) -> list[Block]:
    blocks = _part("signatures", languages, [telling.counts(signed, languages[0])])
    for answer in telling.signatures(signed, languages[0]):
        blocks += _answer(answer, languages[0])
    return blocks


def _answer(answer: Answer, language: str) -> list[Block]:
    """Set who answered what; all lines begin on the side of the document's language."""
    rtl = is_rtl(language)
    where = f"the answer of {answer.party.id}"
    place = " · ".join(part for part in (answer.party.city, answer.native) if part and part != answer.name)
    tongue = speaks(language)
    lines = [
        (answer.name, STRONG, language),
        (answer.office, BODY, language),
        (place, BODY, language),
        (answer.state, BODY, tongue),
        (answer.moment, BODY, tongue),
        (answer.code, BODY, "en"),
    ]
    if tongue != "ar" and answer.moment:
        lines[3:5] = [(f"{answer.state} · {answer.moment}", BODY, tongue)]
    rows: list[Row] = []
    for text, style, tag in lines:
        if text:
            rows += _sided(rows_of(text, style, tag, x=MARGIN, width=WIDE, free=True), rtl=rtl)
    blocks = [Block(tuple(rows), "P", language, where, before=22, whole=True, keeps_next=bool(answer.reason))]
    if answer.reason:
        rows = list(_sided(rows_of(answer.reason, BODY, language, x=MARGIN, width=WIDE, free=True), rtl=rtl))
        blocks.append(Block(tuple(rows), "P", language, where, before=4))
    return blocks


def _sided(rows: Sequence[Row], *, rtl: bool) -> Iterator[Row]:
    """Put lines of any direction on the side where the document begins."""
    for row in rows:
        [placed] = row.text
        x = WIDTH - MARGIN - placed.line.width if rtl else MARGIN
        height = placed.line.style.leading * max(placed.line.reach, 1.0)
        yield replace(row, height=height, text=(replace(placed, x=x, width=0.0),))

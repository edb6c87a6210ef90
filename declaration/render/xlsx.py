"""A workbook for spreadsheets (Office Open XML, ISO/IEC 29500-1, chapter 18): inline texts, dates, frozen headings.

No cell is a formula: what begins with an equals sign is a text like any other. The same sheets give the same bytes.
"""

from __future__ import annotations

import io
import math
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Final

from declaration.errors import LimitExceeded
from declaration.render import xml
from declaration.render.xml import Markup, block, element

MEDIA: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ROWS: Final = 1_048_576
"""Rows of a sheet in Excel and LibreOffice."""
MAX_COLUMNS: Final = 16_384
"""Columns of a sheet there."""
MAX_TEXT: Final = 32_767
"""Characters of a cell there; more is cut, and an ellipsis says so."""
LINE: Final = 15
"""Points of a line of eleven points."""
MAX_HEIGHT: Final = 409
"""Points of the highest row there."""
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"

_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""Begins what readers take for the code of a character (ISO/IEC 29500-1, 22.9.2.19)."""
_AT_TOP: Final = element("alignment", {"vertical": "top", "wrapText": "1"})
_CUSTOM: Final = {"customWidth": "1"}
_DAY_ZERO: Final = datetime(1899, 12, 30, tzinfo=UTC)
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml."


class Look(IntEnum):
    """How a cell looks: the place of its format in the part of styles."""

    PLAIN = 0
    HEAD = 1
    DATE = 2
    GOOD = 3
    PARTLY = 4
    BAD = 5
    NEUTRAL = 6
    FORMER = 7


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and its look; a moment is shown in UTC, None is an empty cell."""

    value: str | int | datetime | None
    look: Look = Look.PLAIN


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet.

    Args:
        name: at most 31 characters, without brackets, colons, asterisks, question marks and slashes.
        widths: of the columns, in characters; those behind have the last one.
        rows: the first is the heading, and stays when the reader moves down.
        fixed: columns that stay when the reader moves on.
        rtl: whether the first column is on the right.

    """

    name: str
    widths: Sequence[int]
    rows: Sequence[Sequence[Cell]]
    fixed: int = 0
    rtl: bool = False


def write_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """Write a workbook.

    Raises:
        LimitExceeded: ``sheet.size``.

    """
    numbers = range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": _types(numbers),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _workbook(sheets),
        "xl/_rels/workbook.xml.rels": _relations(
            [*(("worksheet", f"worksheets/sheet{number}.xml") for number in numbers), ("styles", "styles.xml")]
        ),
        "xl/styles.xml": _styles(),
    }
    parts |= {f"xl/worksheets/sheet{number}.xml": _sheet(sheets[number - 1]) for number in numbers}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 0
            package.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()


def _types(numbers: Iterable[int]) -> bytes:
    overrides = {"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles"}
    overrides |= {f"/xl/worksheets/sheet{number}.xml": "worksheet" for number in numbers}
    listed = [
        element("Default", {"Extension": "rels", "ContentType": f"{_RELATIONS}+xml"}),
        element("Default", {"Extension": "xml", "ContentType": "application/xml"}),
    ]
    listed += [
        element("Override", {"PartName": name, "ContentType": f"{_TYPE}{kind}+xml"}) for name, kind in overrides.items()
    ]
    return xml.document(block("Types", {"xmlns": f"{PACKAGE}/content-types"}, *listed))


_RELATIONS: Final = "application/vnd.openxmlformats-package.relationships"


def _relations(targets: Iterable[tuple[str, str]]) -> bytes:
    listed = [
        element("Relationship", {"Id": f"rId{number}", "Type": f"{OFFICE}/{kind}", "Target": target})
        for number, (kind, target) in enumerate(targets, 1)
    ]
    return xml.document(block("Relationships", {"xmlns": f"{PACKAGE}/relationships"}, *listed))


def _workbook(sheets: Sequence[Sheet]) -> bytes:
    listed = [
        element("sheet", {"name": sheet.name, "sheetId": str(number), "r:id": f"rId{number}"})
        for number, sheet in enumerate(sheets, 1)
    ]
    attributes = {"xmlns": MAIN, "xmlns:r": OFFICE}
    return xml.document(block("workbook", attributes, block("sheets", None, *listed)))


def _styles() -> bytes:
    """Return the formats in the order of `Look`; colours come with words, so that they are never alone."""
    fills = ["none", "gray125", "FFE3E8EF", "FFE2F0E4", "FFFFF3D6", "FFF8DCD9", "FFEDEDED"]
    patterns = [
        element("fill", None, element("patternFill", {"patternType": fill}))
        if len(fill) != 8
        else element("fill", None, element("patternFill", {"patternType": "solid"}, element("fgColor", {"rgb": fill})))
        for fill in fills
    ]
    fonts = [_font(), _font("b"), _font("i")]
    # (font, fill, number format): 164 is ours
    formats = [(0, 0, 0), (1, 2, 0), (0, 0, 164), (0, 3, 0), (0, 4, 0), (0, 5, 0), (0, 6, 0), (2, 6, 0)]
    found = [_format(*one) for one in formats]
    moment = element("numFmt", {"numFmtId": "164", "formatCode": "yyyy\\-mm\\-dd\\ hh:mm:ss"})
    border = element("border", None, *(element(side) for side in ("left", "right", "top", "bottom", "diagonal")))
    plain = {"numFmtId": "0", "fontId": "0", "fillId": "0", "borderId": "0"}
    content = [
        _counted("numFmts", [moment]),
        _counted("fonts", fonts),
        _counted("fills", patterns),
        _counted("borders", [border]),
        _counted("cellStyleXfs", [element("xf", plain, _AT_TOP)]),
        _counted("cellXfs", found),
        _counted("cellStyles", [element("cellStyle", {"name": "Normal", "xfId": "0", "builtinId": "0"})]),
    ]
    return xml.document(block("styleSheet", {"xmlns": MAIN}, *content))


def _counted(name: str, items: Sequence[Markup]) -> Markup:
    return element(name, {"count": str(len(items))}, *items)


def _font(face: str = "") -> Markup:
    kind = [element(face)] if face else []
    return element("font", None, *kind, element("sz", {"val": "11"}), element("name", {"val": "Calibri"}))


def _format(font: int, fill: int, number: int) -> Markup:
    attributes = {"numFmtId": str(number), "fontId": str(font), "fillId": str(fill), "borderId": "0", "xfId": "0"}
    applied = dict.fromkeys(("applyNumberFormat", "applyFont", "applyFill", "applyAlignment"), "1")
    return element("xf", attributes | applied, _AT_TOP)


def _sheet(sheet: Sheet) -> bytes:
    across = max((len(row) for row in sheet.rows), default=1)
    if len(sheet.rows) > MAX_ROWS or across > MAX_COLUMNS:
        raise LimitExceeded(
            "sheet.size",
            f"A sheet of {len(sheet.rows)} rows and {across} columns is larger than spreadsheets can open.",
            hint="Take the JSON of the interface instead.",
        )
    corner = f"{column(sheet.fixed + 1)}2"
    pane = {"xSplit": str(sheet.fixed) if sheet.fixed else None, "ySplit": "1", "topLeftCell": corner}
    pane |= {"activePane": "bottomRight" if sheet.fixed else "bottomLeft", "state": "frozen"}
    view = element(
        "sheetView", {"rightToLeft": "1" if sheet.rtl else None, "workbookViewId": "0"}, element("pane", pane)
    )
    last = len(sheet.widths) - 1
    widths = [
        element("col", {"min": str(at + 1), "max": str(at + 1), "width": str(sheet.widths[min(at, last)])} | _CUSTOM)
        for at in range(across)
    ]
    rows = [_row(number, row, sheet.widths) for number, row in enumerate(sheet.rows, 1)]
    content = [
        element("sheetViews", None, view),
        element("sheetFormatPr", {"defaultRowHeight": str(LINE)}),
        element("cols", None, *widths),
        block("sheetData", None, *rows),
    ]
    return xml.document(block("worksheet", {"xmlns": MAIN}, *content))


def _row(number: int, row: Sequence[Cell], widths: Sequence[int]) -> Markup:
    """Return a row, as high as its words need: LibreOffice does not measure them when it opens a workbook."""
    cells = [_cell(f"{column(place)}{number}", cell) for place, cell in enumerate(row, 1) if cell.value is not None]
    last = len(widths) - 1
    lines = max((_lines(cell.value, widths[min(at, last)]) for at, cell in enumerate(row)), default=1)
    height = None if lines == 1 else str(min(lines * LINE, MAX_HEIGHT))
    return element("row", {"r": str(number), "ht": height, "customHeight": None if height is None else "1"}, *cells)


def _lines(value: object, width: int) -> int:
    """Return about how many lines words take in a column; words break off early, and some letters are wide."""
    if not isinstance(value, str):
        return 1
    shown = len(value) + sum(unicodedata.east_asian_width(letter) in "WF" for letter in value)
    return max(1, math.ceil(shown / (0.9 * width)))


def _cell(place: str, cell: Cell) -> Markup:
    value = cell.value
    attributes = {"r": place, "s": str(int(cell.look))}  # without a look, LibreOffice puts words at the bottom
    if isinstance(value, datetime):
        days = (value.astimezone(UTC) - _DAY_ZERO).total_seconds() / 86_400
        return element(
            "c", attributes, element("v", None, repr(days))
        )  # every digit: LibreOffice cuts, it never rounds
    if isinstance(value, int):
        return element("c", attributes, element("v", None, str(value)))
    words = value or ""
    words = words if len(words) <= MAX_TEXT else words[: MAX_TEXT - 1] + "…"
    words = _ESCAPE.sub("_x005F_", words)
    return element(
        "c", attributes | {"t": "inlineStr"}, element("is", None, element("t", {"xml:space": "preserve"}, words))
    )


def column(number: int) -> str:
    """Return the letters of a column, counted from 1: A, …, Z, AA, …."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

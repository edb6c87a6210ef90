"""Fonts inside a PDF: only the glyphs that are used, cut out by HarfBuzz, each code with the text it stands for.

Every face becomes a composite font (ISO 32000-1, 9.7) with two-byte codes, numbered in the order of first use.
A code names a glyph *and* its text: where one glyph stands for different characters it gets several codes, so that
the ToUnicode map is exact for Arabic, Indic and ligatures without marking each cluster (PDF/A-3 level U).
"""

from __future__ import annotations

import hashlib
import struct
from typing import Any, Final

import pikepdf
import uharfbuzz
from pikepdf import Array, Dictionary, Name, String

from declaration.errors import LimitExceeded
from declaration.render.fonts import Face
from declaration.render.shaping import Glyph

MAX_CODES: Final = 0xFFFF
"""Two-byte codes of one composite font."""
_DROPPED: Final = (
    "BASE", "DSIG", "GDEF", "GPOS", "GSUB", "OS/2", "STAT", "VORG", "cmap", "gasp", "kern", "name", "post", "vhea",
    "vmtx",
)  # fmt: skip
"""Tables that only a program that shapes text needs (ISO 32000-1, 9.9 lists those that stay)."""
_SYSTEM: Final[dict[str, Any]] = {"Registry": "Adobe", "Ordering": "Identity", "Supplement": 0}


class EmbeddedFace:
    """The glyphs of one face that one document uses."""

    def __init__(self, source: Face, resource: str) -> None:
        """Start without glyphs; `resource` is the name in the pages' font resources, for example ``F1``."""
        self.source = source
        self.resource = resource
        self._codes: dict[tuple[int, str], int] = {}
        self._written: dict[tuple[int, str], tuple[str, int]] = {}
        self._widths: dict[int, int] = {}

    def written(self, glyph: Glyph) -> tuple[str, int]:
        """Return the code for a glyph with its text, as hexadecimal digits, and its width as `width` gives it.

        Raises:
            LimitExceeded: more than `MAX_CODES` different ones in one document.

        """
        key = (glyph.index, glyph.text)
        found = self._written.get(key)
        if found is None:
            code = self._codes[key] = len(self._codes) + 1
            if code > MAX_CODES:
                raise LimitExceeded(
                    "render.glyphs",
                    f"The document needs more than {MAX_CODES} different glyphs of {self.source.name}.",
                    hint="Render it in parts.",
                )
            found = self._written[key] = (f"{code:04X}", self.width(glyph.index))
        return found

    def width(self, index: int) -> int:
        """Return the width of a glyph as the PDF declares it, in thousandths of an em."""
        found = self._widths.get(index)
        if found is None:
            advance = self.source.font.get_glyph_h_advance(index)
            found = self._widths[index] = round(advance * 1000 / self.source.units)
        return found

    def install(self, pdf: pikepdf.Pdf) -> pikepdf.Object:
        """Write the font objects into `pdf` and return the Type0 font."""
        program, mapping = _subset(self.source, {index for index, _ in self._codes})
        is_cff = "CFF " in program.table_tags
        base = f"/{self._tag()}+{self.source.name}"
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType0 if is_cff else Name.CIDFontType2,
            BaseFont=Name(base),
            CIDSystemInfo=Dictionary(**_SYSTEM),
            FontDescriptor=pdf.make_indirect(self._descriptor(pdf, program, base, is_cff=is_cff)),
            DW=0,
        )
        encoding: Any = Name("/Identity-H")
        if is_cff:
            descendant.W = _widths({mapping[index]: self.width(index) for index, _ in self._codes})
            encoding = pdf.make_indirect(_code_map(pdf, {c: mapping[g] for (g, _), c in self._codes.items()}))
        else:
            descendant.W = _widths({code: self.width(index) for (index, _), code in self._codes.items()})
            ids = [0, *(mapping[index] for index, _ in self._codes)]
            descendant.CIDToGIDMap = pdf.make_indirect(pikepdf.Stream(pdf, struct.pack(f">{len(ids)}H", *ids)))
        texts = {code: text for (_, text), code in self._codes.items()}
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=Name(base),
                Encoding=encoding,
                DescendantFonts=Array([pdf.make_indirect(descendant)]),
                ToUnicode=pdf.make_indirect(pikepdf.Stream(pdf, _to_unicode(texts))),
            )
        )

    def _tag(self) -> str:
        """Return the six capitals that name a subset (ISO 32000-1, 9.6.4), the same for the same glyphs."""
        indexes = ",".join(map(str, sorted({index for index, _ in self._codes})))
        number = int.from_bytes(hashlib.sha256(f"{self.source.name}:{indexes}".encode()).digest()[:8], "big")
        letters = []
        for _ in range(6):
            number, letter = divmod(number, 26)
            letters.append(chr(65 + letter))
        return "".join(letters)

    def _descriptor(self, pdf: pikepdf.Pdf, program: Any, base: str, *, is_cff: bool) -> pikepdf.Dictionary:
        extents = self.source.font.get_font_extents("ltr")
        factor = 1000 / self.source.units
        box = struct.unpack(">4h", program.reference_table("head").data[36:44])
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name(base),
            Flags=6,  # symbolic, serif (ISO 32000-1, table 123)
            FontBBox=Array([round(value * factor) for value in box]),
            ItalicAngle=0,
            Ascent=round(extents.ascender * factor),
            Descent=round(extents.descender * factor),
            CapHeight=700,
            StemV=round(50 + self.source.weight / 10),
        )
        if is_cff:
            stream = pikepdf.Stream(pdf, bytes(program.reference_table("CFF ").data))
            stream.Subtype = Name.CIDFontType0C
            descriptor.FontFile3 = pdf.make_indirect(stream)
        else:
            data = bytes(program.blob.data)
            stream = pikepdf.Stream(pdf, data)
            stream.Length1 = len(data)
            descriptor.FontFile2 = pdf.make_indirect(stream)
        return descriptor


class EmbeddedFonts:
    """All faces of one document, in the order of first use."""

    def __init__(self) -> None:
        """Start without any."""
        self._faces: dict[str, EmbeddedFace] = {}

    def of(self, source: Face) -> EmbeddedFace:
        """Return the embedded form of a face."""
        found = self._faces.get(source.name)
        if found is None:
            found = self._faces[source.name] = EmbeddedFace(source, f"F{len(self._faces) + 1}")
        return found

    def install(self, pdf: pikepdf.Pdf) -> pikepdf.Object:
        """Write all fonts into `pdf` and return the font resources for its pages."""
        fonts = {f"/{item.resource}": item.install(pdf) for item in self._faces.values()}
        return pdf.make_indirect(Dictionary(fonts))


def _subset(source: Face, indexes: set[int]) -> tuple[Any, dict[int, int]]:
    """Return a face with only these glyphs, and the new index of each."""
    wanted = uharfbuzz.SubsetInput()
    wanted.flags = (
        uharfbuzz.SubsetFlags.NO_HINTING
        | uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
        | uharfbuzz.SubsetFlags.CFF_IDENTITY_CHARSET
    )
    wanted.glyph_set.update(sorted(indexes))
    wanted.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in _DROPPED)
    for axis, value in source.location.items():
        wanted.pin_axis_location(source.source, axis, value)
    plan = uharfbuzz.SubsetPlan(source.source, wanted)
    program = plan.execute()
    return program, {old: plan.old_to_new_glyph_mapping[old] for old in indexes}


def _widths(widths: dict[int, int]) -> pikepdf.Array:
    """Return a W array (ISO 32000-1, 9.7.4.3): runs of consecutive CIDs."""
    result: list[Any] = []
    run: list[int] = []
    for cid in sorted(widths):
        if run and cid - 1 in widths:
            run.append(widths[cid])
            continue
        if run:
            result.append(Array(run))
        result.append(cid)
        run = [widths[cid]]
    if run:
        result.append(Array(run))
    return Array(result)


def _blocks(kind: str, entries: list[str]) -> list[str]:
    """CMap sections hold 100 entries at most (Adobe technical note 5014)."""
    found: list[str] = []
    for start in range(0, len(entries), 100):
        part = entries[start : start + 100]
        found += [f"{len(part)} begin{kind}", *part, f"end{kind}"]
    return found


def _cmap(name: str, sections: list[str], *, kind: int) -> bytes:
    ordering = "UCS" if kind == 2 else "Identity"
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            f"/CIDSystemInfo << /Registry (Adobe) /Ordering ({ordering}) /Supplement 0 >> def",
            f"/CMapName /{name} def",
            f"/CMapType {kind} def",
            *(["/WMode 0 def"] if kind == 1 else []),
            "1 begincodespacerange",
            "<0000> <FFFF>",
            "endcodespacerange",
            *sections,
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    ).encode("ascii")


def _to_unicode(texts: dict[int, str]) -> bytes:
    """Return a ToUnicode map; a glyph without a text of its own is invisible in extracted text (U+200B)."""
    entries = [
        f"<{code:04X}> <{(text or chr(0x200B)).encode('utf-16-be').hex().upper()}>" for code, text in texts.items()
    ]
    return _cmap("Adobe-Identity-UCS", _blocks("bfchar", entries), kind=2)


def _code_map(pdf: pikepdf.Pdf, ids: dict[int, int]) -> pikepdf.Stream:
    """Return the encoding of a CFF face: our codes to its glyphs, which have no other names (9.7.5.3)."""
    entries = [f"<{code:04X}> {cid}" for code, cid in ids.items()]
    stream = pikepdf.Stream(pdf, _cmap("Declaration-H", _blocks("cidchar", entries), kind=1))
    stream.Type = Name.CMap
    stream.CMapName = Name("/Declaration-H")
    stream.CIDSystemInfo = Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0)
    stream.WMode = 0
    return stream

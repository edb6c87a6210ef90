"""From drawn pages to a file that lasts: fonts, metadata, colour profile and attachments.

The file is PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) at once; `structure` writes its tags.
What is written has a classic cross-reference table, no object streams, no encryption, no annotations and no
actions, and Flate as its only filter; every date in it is given. The same input gives the same bytes.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from declaration.errors import InputRefused
from declaration.render.embedding import EmbeddedFonts
from declaration.render.stamps import utc
from declaration.render.values import Attachment

PRODUCER: Final = "declaration"
_UA: Final = "http://www.aiim.org/pdfua/ns/id/"
_EXTENSION: Final = f"""<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{_UA}</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""
"""Describes the property pdfuaid:part, which XMP does not know (ISO 19005-3, 6.6.2.3.3)."""


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself.

    Args:
        title: by language; the first of `languages` is the main one.
        languages: BCP 47 tags.
        identifier: for example ``sha256:…`` of the version.
        moment: timezone-aware; creation and modification date.

    """

    title: Mapping[str, str]
    languages: Sequence[str]
    identifier: str
    moment: datetime

    @property
    def main_title(self) -> str:
        """Return the title in the main language, else in the first there is, else the identifier."""
        return self.title.get(self.languages[0]) or next(iter(self.title.values()), self.identifier)


def assemble(drawn: bytes, fonts: EmbeddedFonts) -> pikepdf.Pdf:
    """Give drawn pages their fonts and the colour profile."""
    pdf = pikepdf.open(io.BytesIO(drawn))
    resources = fonts.install(pdf)
    for page in pdf.pages:
        page.obj.Resources.Font = resources
        for needless in ("/Trans", "/Rotate"):
            if needless in page.obj:
                del page.obj[needless]
    for needless in ("/PageMode", "/Outlines"):
        if needless in pdf.Root:
            del pdf.Root[needless]
    _set_output_intent(pdf)
    return pdf


def describe(pdf: pikepdf.Pdf, about: About) -> None:
    """Write title, languages, dates and PDF/A identification."""
    stamp = utc(about.moment)
    pdf.Root.Lang = String(about.languages[0])
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    pdf.docinfo = pdf.make_indirect(
        Dictionary(
            Title=String(about.main_title),
            Producer=String(PRODUCER),
            CreationDate=String(_pdf_date(stamp)),
            ModDate=String(_pdf_date(stamp)),
        )
    )
    metadata = pikepdf.Stream(pdf, _xmp(about, stamp))
    metadata.Type = Name.Metadata
    metadata.Subtype = Name.XML
    pdf.Root.Metadata = pdf.make_indirect(metadata)


def _pdf_date(moment: datetime) -> str:
    return utc(moment).strftime("D:%Y%m%d%H%M%S+00'00'")


def _xmp(about: About, stamp: datetime) -> bytes:
    """Return the XMP packet (ISO 16684-1); its dates and title equal those of the information dictionary."""
    moment = stamp.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    titles = [("x-default", about.main_title), *sorted(about.title.items())]
    title = "".join(f'<rdf:li xml:lang="{escape(language)}">{_xml(text)}</rdf:li>' for language, text in titles)
    languages = "".join(f"<rdf:li>{_xml(language)}</rdf:li>" for language in about.languages)
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="{_UA}">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<dc:format>application/pdf</dc:format>
<dc:identifier>{_xml(about.identifier)}</dc:identifier>
<dc:title><rdf:Alt>{title}</rdf:Alt></dc:title>
<dc:language><rdf:Bag>{languages}</rdf:Bag></dc:language>
<pdf:Producer>{PRODUCER}</pdf:Producer>
<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>
<xmp:MetadataDate>{moment}</xmp:MetadataDate>
</rdf:Description>
{_EXTENSION}
</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>""".encode()


def _xml(text: str) -> str:
    """Escape text, and replace what XML 1.0 cannot hold."""
    allowed = (
        c if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff" else "\ufffd"
        for c in text
    )
    return escape("".join(allowed))


@functools.cache
def _srgb() -> bytes:
    """Return the sRGB profile that pikepdf ships (public domain; a file on the disk, the same every time)."""
    return importlib.resources.files("pikepdf").joinpath("pdfa/data/sRGB.icc").read_bytes()


def _set_output_intent(pdf: pikepdf.Pdf) -> None:
    profile = pikepdf.Stream(pdf, _srgb())
    profile.N = 3
    pdf.Root.OutputIntents = Array(
        [
            pdf.make_indirect(
                Dictionary(
                    Type=Name.OutputIntent,
                    S=Name.GTS_PDFA1,
                    OutputConditionIdentifier=String("sRGB"),
                    Info=String("sRGB IEC61966-2.1"),
                    DestOutputProfile=pdf.make_indirect(profile),
                )
            )
        ]
    )


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a part begins: title, page counted from 1, and the bookmarks within it, which are folded at first."""

    title: str
    page: int
    within: tuple[Bookmark, ...] = ()


def outline(pdf: pikepdf.Pdf, entries: Iterable[Bookmark]) -> None:
    """Add bookmarks, after those that are there: plain destinations, no actions."""
    with pdf.open_outline() as tree:
        tree.root.extend(_outline_item(entry) for entry in entries)


def _outline_item(entry: Bookmark) -> pikepdf.OutlineItem:
    item = pikepdf.OutlineItem(entry.title, entry.page - 1, "Fit")
    item.is_closed = True
    item.children.extend(_outline_item(each) for each in entry.within)
    return item


def attach(pdf: pikepdf.Pdf, attachments: Iterable[Attachment], *, moment: datetime) -> None:
    """Embed files through the name tree, sorted by name, and associate them with the document (/AF).

    Files that `pdf` already holds stay, unless one of the same name is given.

    Raises:
        InputRefused: two files have one name, or a name is empty or not printable ASCII without a slash.

    """
    found: dict[str, pikepdf.Object] = _attached(pdf)
    given: set[str] = set()
    for attachment in attachments:
        name = attachment.name
        if name in given or not name or not name.isascii() or not name.isprintable() or "/" in name or "\\" in name:
            raise InputRefused(
                "render.attachment",
                f"The attachment name {name!r} is doubled, or not a plain ASCII file name.",
                hint="Give each attachment a name of its own.",
            )
        given.add(name)
        found[name] = _file(pdf, attachment, moment)
    names: list[pikepdf.Object] = []
    for name in sorted(found):
        names += [String(name), found[name]]
    if "/Names" not in pdf.Root:
        pdf.Root.Names = Dictionary()
    pdf.Root.Names.EmbeddedFiles = pdf.make_indirect(Dictionary(Names=Array(names)))
    pdf.Root.AF = Array([found[name] for name in sorted(found)])


def _attached(pdf: pikepdf.Pdf) -> dict[str, pikepdf.Object]:
    """Return the files that a document of ours already holds: its tree is one flat leaf."""
    tree = pdf.Root.get("/Names", Dictionary()).get("/EmbeddedFiles", Dictionary())
    names = list(tree.get("/Names", Array()))
    return {str(names[index]): names[index + 1] for index in range(0, len(names) - 1, 2)}


def _file(pdf: pikepdf.Pdf, attachment: Attachment, moment: datetime) -> pikepdf.Object:
    stream = pikepdf.Stream(pdf, attachment.data)
    stream.Type = Name.EmbeddedFile
    stream.Subtype = Name("/" + attachment.mime)
    stream.Params = Dictionary(
        Size=len(attachment.data),
        ModDate=String(_pdf_date(moment)),
        CheckSum=String(hashlib.md5(attachment.data, usedforsecurity=False).digest()),  # ISO 32000-1, table 46
    )
    embedded = pdf.make_indirect(stream)
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=String(attachment.name),
            UF=String(attachment.name),
            Desc=String(attachment.description),
            AFRelationship=Name("/" + attachment.relationship),
            EF=Dictionary(F=embedded, UF=embedded),
        )
    )


def written(pdf: pikepdf.Pdf) -> bytes:
    """Return the file's bytes: plain objects, a classic cross-reference table, an id made from the content."""
    buffer = io.BytesIO()
    pdf.save(
        buffer,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        compress_streams=True,
        stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        fix_metadata_version=False,
        min_version="1.7",
        force_version="1.7",
    )
    return buffer.getvalue()

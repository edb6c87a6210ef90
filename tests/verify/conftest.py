"""What the verifier's tests share: keys, small PDF files, a way to append revisions to them, a sealed edition."""

import hashlib
import io
import random
import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pikepdf
import pytest
from reportlab.pdfgen import canvas

from declaration.signing.keystore import SEAL_ROOT, TIMESTAMP_ROOT, generate_keys
from declaration.signing.seal import seal_edition

MOMENT = datetime(2019, 9, 1, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def moment():
    return MOMENT


@pytest.fixture(scope="session")
def keys():
    return generate_keys(at=MOMENT, random=random.Random(1).randbytes)


def draw(lines, attached, base=None):
    """Return a PDF with one line a page, in the form that our renderer writes; the pages of `base` come first."""
    drawn = io.BytesIO()
    sheet = canvas.Canvas(drawn, invariant=1, pageCompression=1)
    for line in lines:
        sheet.drawString(100, 500, line)
        sheet.showPage()
    sheet.save()
    pdf = pikepdf.open(io.BytesIO(drawn.getvalue()))
    for page in pdf.pages:
        for needless in ("/Trans", "/Rotate"):
            del page.obj[needless]
    if base is not None:
        pages = pikepdf.open(io.BytesIO(base)).pages
        for place, page in enumerate(pages):
            pdf.pages.insert(place, page)
    attach(pdf, attached)
    return save(pdf)


def attach(pdf, attached):
    names = []
    for name, data in sorted(attached.items()):
        stream = pikepdf.Stream(pdf, data)
        stream.Type = pikepdf.Name.EmbeddedFile
        checksum = pikepdf.String(hashlib.md5(data).digest())
        stream.Params = pikepdf.Dictionary(Size=len(data), CheckSum=checksum)
        embedded = pdf.make_indirect(stream)
        specification = pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec,
            F=pikepdf.String(name),
            UF=pikepdf.String(name),
            EF=pikepdf.Dictionary(F=embedded, UF=embedded),
            AFRelationship=pikepdf.Name.Source,
        )
        names += [pikepdf.String(name), pdf.make_indirect(specification)]
    pdf.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pdf.make_indirect(pikepdf.Dictionary(Names=pikepdf.Array(names))))
    pdf.Root.AF = pikepdf.Array(names[1::2])


def save(pdf):
    saved = io.BytesIO()
    pdf.save(saved, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable, min_version="1.7")
    return saved.getvalue()


def append(data, objects, **changes):
    """Return the file with one more revision that gives these objects (number: bytes between obj and endobj)."""
    start = int(re.findall(rb"startxref\n(\d+)\n", data)[-1])
    trailer = data[data.rindex(b"trailer") : data.rindex(b"startxref")].decode("latin-1")
    root, info = re.search(r"/Root (\d+) 0 R", trailer)[1], re.search(r"/Info (\d+) 0 R", trailer)
    size = max(int(re.search(r"/Size (\d+)", trailer)[1]), 1 + max(objects))
    body, table = bytearray(data), "xref\n"
    for number, content in sorted(objects.items()):
        table += f"{number} 1\n{len(body):010d} 00000 n \n"
        body += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    entries = {"Root": f"{root} 0 R", "Size": size, "Prev": start}
    entries |= {"Info": f"{info[1]} 0 R"} if info else {}
    entries |= changes
    dictionary = " ".join(f"/{key} {value}" for key, value in entries.items() if value is not None)
    end = f"{table}trailer << {dictionary} >>\nstartxref\n{len(body)}\n%%EOF\n"
    return bytes(body) + end.encode()


def content_of(data, number):
    """Return what stands between obj and endobj in the newest revision of an object."""
    found = list(re.finditer(rb"(?:^|\n)%d 0 obj\n" % number, data))[-1]
    return data[found.end() : data.index(b"\nendobj\n", found.end())]


def numbers_of(data):
    """Return the object numbers that attacks aim at, by what they are."""
    root = int(re.findall(rb"/Root (\d+) 0 R", data)[-1])
    catalogue = content_of(data, root)
    find = lambda pattern, text: int(re.search(pattern, text)[1])  # noqa: E731
    form = content_of(data, find(rb"/AcroForm (\d+)", catalogue))
    seal, archive = map(int, re.search(rb"/Fields \[ (\d+) 0 R (\d+) 0 R", form).groups())
    tree = find(rb"/Pages (\d+)", catalogue)
    pages = [int(each) for each in re.findall(rb"(\d+) 0 R", re.search(rb"/Kids \[(.*?)\]", content_of(data, tree))[1])]
    return SimpleNamespace(root=root, seal=seal, archive=archive, pages=pages, tree=tree)


@pytest.fixture(scope="session")
def paper():
    return SimpleNamespace(
        draw=draw, attach=attach, save=save, append=append, content_of=content_of, numbers_of=numbers_of
    )


@pytest.fixture(scope="session")
def seal(keys):
    """Seal an edition with these keys (or others), at the moment of the tests."""

    def put(unsealed, *, keys=keys, at=MOMENT, **changes):
        arguments = {
            "seal": keys.seal_key,
            "stamp": lambda imprint: keys.timestamps.stamp(imprint, nonce=7, at=at),
            "certificates": [
                keys.seal_key.certificate,
                keys.timestamp_key.certificate,
                keys.roots[SEAL_ROOT],
                keys.roots[TIMESTAMP_ROOT],
            ],
            "revocations": list(keys.crls.values()),
            "at": at,
        }
        return seal_edition(unsealed, **(arguments | changes))

    return put


DOCUMENT = b"{}"
"""Steps 1 to 3 do not look into declaration.json."""


@pytest.fixture(scope="session")
def instrument():
    return draw(["We live together.", "Done at Düsseldorf."], {"declaration.json": DOCUMENT})


@pytest.fixture(scope="session")
def carried(instrument):
    """What a small edition carries."""
    return {
        "instrument.pdf": instrument,
        "declaration.json": DOCUMENT,
        "signatures.p7s": b"\x30\x00",
        "checkpoint": b"example.org/demo\n",
        "abidjan.signature.json": b"{}",
    }


@pytest.fixture(scope="session")
def unsealed(instrument, carried):
    return draw(["Signed: Abidjan"], carried, base=instrument)


@pytest.fixture(scope="session")
def edition(unsealed, seal):
    return seal(unsealed)


@pytest.fixture(scope="session")
def roots(keys):
    """The two roots that an edition is judged by."""
    return {"seal_root": keys.roots[SEAL_ROOT], "timestamp_root": keys.roots[TIMESTAMP_ROOT]}

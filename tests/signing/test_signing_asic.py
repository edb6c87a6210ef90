"""ASiC-S containers: written to the byte, opened by tools that nobody here wrote, and read by nobody's leave."""

import io
import random
import shutil
import stat
import struct
import subprocess
import warnings
import zipfile
import zlib

import pytest

from declaration.errors import Altered, VerificationError
from declaration.signing import asic, cms
from declaration.signing.splitting import split

MIMETYPE = b"application/vnd.etsi.asic-s+zip"
INSTRUMENT = b"%PDF-1.7\n" + bytes(range(256)) * 3
NAMES = ["mimetype", "instrument.pdf", "META-INF/signature.p7s"]


@pytest.fixture(scope="module")
def messages(signed_world):
    return [signed_world.evidence[name].cms for name in ("abidjan", "algiers")]


@pytest.fixture(scope="module")
def merged(messages):
    return cms.merge(messages)


@pytest.fixture(scope="module")
def container(merged):
    return asic.write(INSTRUMENT, merged)


def refusal(data):
    with pytest.raises(VerificationError) as caught:
        asic.read(data)
    return caught.value


# writing


def test_it_is_read_as_it_was_written_and_has_one_form(container, merged):
    assert asic.read(container) == (INSTRUMENT, merged)
    assert asic.write(INSTRUMENT, merged) == container


def test_its_first_bytes_say_what_it_is(container):
    """ETSI EN 319 162-1, annex A.1: `mimetype` is first, stored, without an extra field; so it stands at byte 38."""
    assert container[:4] == b"PK\x03\x04"
    assert container[30:69] == b"mimetype" + MIMETYPE
    method, extra = struct.unpack_from("<H", container, 8), struct.unpack_from("<H", container, 28)
    assert (method, extra) == ((0,), (0,))


def test_others_open_it(container, merged, tmp_path):
    with zipfile.ZipFile(io.BytesIO(container)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == NAMES
        assert {line.compress_type for line in archive.infolist()} == {zipfile.ZIP_STORED}
        assert {line.date_time for line in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert [archive.read(name) for name in NAMES] == [MIMETYPE, INSTRUMENT, merged]
    if shutil.which("unzip") is None:
        pytest.fail("unzip was not found. Install the Debian package `unzip`.", pytrace=False)
    (tmp_path / "signatures.asics").write_bytes(container)
    done = subprocess.run(["unzip", "-tqq", tmp_path / "signatures.asics"], check=False, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_what_is_inside_is_detached_over_the_instrument(signed_world, tools, tmp_path):
    """Taken apart by unzip, verified by OpenSSL."""
    merged = cms.merge([signed_world.evidence[name].cms for name in ("abidjan", "algiers")])
    (tmp_path / "signatures.asics").write_bytes(asic.write(signed_world.instrument, merged))
    signed_world.trust.write(tmp_path)
    subprocess.run(["unzip", "-q", "signatures.asics"], check=True, cwd=tmp_path)
    verify = ("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", NAMES[2])
    against = ("-CAfile", "signing-root.pem", "-out", "out", "-attime", str(int(tools.NOW.timestamp())))
    done = subprocess.run(
        [*verify, "-content", NAMES[1], *against], check=False, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    alone = subprocess.run([*verify, *against], check=False, cwd=tmp_path, capture_output=True, text=True)
    assert alone.returncode != 0, "the signatures hold no content of their own"
    (tmp_path / NAMES[1]).write_bytes(signed_world.instrument + b"\n")
    other = subprocess.run([*verify, "-content", NAMES[1], *against], check=False, cwd=tmp_path, capture_output=True)
    assert other.returncode != 0


def test_too_much_is_not_written(monkeypatch):
    monkeypatch.setattr(asic, "MAX_FILE", 2000)
    with pytest.raises(VerificationError) as caught:
        asic.write(b"x" * 900, b"y" * 200)
    assert caught.value.code == "container.too-large"
    assert refusal(b"PK\x03\x04" * 501).code == "container.too-large"


# reading


def rezipped(*files, comment=b"", extra=b"", kind=zipfile.ZIP_STORED):
    """Return an archive as Python's own library makes it; `extra` and `kind` are those of the instrument."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, warnings.catch_warnings(action="ignore"):
        wanted = []
        for name, data in files:
            line = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name)
            line.create_system, line.create_version, line.extract_version = 0, 10, 10
            wanted.append(line.external_attr)
            special = line.filename == "instrument.pdf"
            line.extra = extra if special else b""
            archive.writestr(line, data, kind if special else zipfile.ZIP_STORED)
        for line, attributes in zip(archive.filelist, wanted, strict=True):
            line.external_attr = attributes  # writing has put in what it likes
        archive.comment = comment
    return buffer.getvalue()


def three(merged, **others):
    parts = {"mimetype": MIMETYPE, "instrument.pdf": INSTRUMENT, "META-INF/signature.p7s": merged}
    return tuple((parts | others).items())


def linked(name):
    line = zipfile.ZipInfo(name)
    line.external_attr = (stat.S_IFLNK | 0o777) << 16
    return line


HOSTILE = {
    "nothing": (lambda _, __: b"", "container.asic-zip"),
    "noise": (lambda _, __: b"PK\x03\x04 and no more", "container.asic-zip"),
    "an empty archive": (lambda _, __: rezipped(), "container.asic-zip"),
    "prepended": (lambda data, _: b"#!/bin/sh\n" + data, "container.asic-zip"),
    "prepended by an archive": (lambda data, _: data + data, "container.asic-zip"),
    "trailing": (lambda data, _: data + b"\n", "container.asic-zip"),
    "cut off": (lambda data, _: data[:-1], "container.asic-zip"),
    "cut off in a file": (lambda data, _: data[:200], "container.asic-zip"),
    "without its end": (lambda data, _: data[:-22], "container.asic-zip"),
    "a comment": (lambda _, merged: rezipped(*three(merged), comment=b"read me"), "container.asic-zip"),
    "mimetype as a comment": (
        lambda _, merged: rezipped(*three(merged)[1:], comment=b"mimetype=" + MIMETYPE),
        "container.asic-files",
    ),
    "a gap between files": (
        lambda data, _: data[:69] + b"\0" * 8 + data[69:],
        "container.asic-zip",
    ),
    "a bomb": (
        lambda _, merged: rezipped(*three(merged, **{"instrument.pdf": b"\0" * 10**7}), kind=zipfile.ZIP_DEFLATED),
        "container.asic-form",
    ),
    "compressed by another method": (
        lambda _, merged: rezipped(*three(merged), kind=zipfile.ZIP_LZMA),
        "container.asic-form",
    ),
    "an extra field": (
        lambda _, merged: rezipped(*three(merged), extra=struct.pack("<HHQ", 1, 8, 0)),
        "container.asic-form",
    ),
    "doubled": (
        lambda _, merged: rezipped(
            ("mimetype", MIMETYPE), ("instrument.pdf", INSTRUMENT), ("instrument.pdf", INSTRUMENT), (NAMES[2], merged)
        ),
        "container.asic-files",
    ),
    "doubled at the end": (
        lambda _, merged: rezipped(*three(merged), ("instrument.pdf", b"another")),
        "container.asic-files",
    ),
    "two objects": (lambda _, merged: rezipped(*three(merged), ("annex.pdf", b"%PDF")), "container.asic-files"),
    "a manifest": (
        lambda _, merged: rezipped(*three(merged), ("META-INF/ASiCManifest.xml", b"<m/>")),
        "container.asic-files",
    ),
    "another order": (lambda _, merged: rezipped(*reversed(three(merged))), "container.asic-files"),
    "without the object": (
        lambda _, merged: rezipped(("mimetype", MIMETYPE), (NAMES[2], merged)),
        "container.asic-files",
    ),
    "without signatures": (lambda _, merged: rezipped(*three(merged)[:2]), "container.asic-files"),
    "a path upwards": (
        lambda _, merged: rezipped(("mimetype", MIMETYPE), ("../instrument.pdf", INSTRUMENT), (NAMES[2], merged)),
        "container.asic-files",
    ),
    "an absolute path": (
        lambda _, merged: rezipped(("mimetype", MIMETYPE), ("/etc/passwd", INSTRUMENT), (NAMES[2], merged)),
        "container.asic-files",
    ),
    "a backward slash": (
        lambda _, merged: rezipped(
            ("mimetype", MIMETYPE), ("instrument.pdf", INSTRUMENT), ("META-INF\\signature.p7s", merged)
        ),
        "container.asic-files",
    ),
    "another letter": (
        lambda _, merged: rezipped(("mimetype", MIMETYPE), ("instrument.PDF", INSTRUMENT), (NAMES[2], merged)),
        "container.asic-files",
    ),
    "a name with a terminal's codes": (
        lambda _, merged: rezipped(("mimetype", MIMETYPE), ("\x1b[2J\u202e.pdf", INSTRUMENT), (NAMES[2], merged)),
        "container.asic-files",
    ),
    "XAdES instead": (
        lambda _, merged: rezipped(*three(merged)[:2], ("META-INF/signatures.xml", b"<x/>")),
        "container.asic-files",
    ),
    "a symbolic link": (
        lambda _, merged: rezipped(
            ("mimetype", MIMETYPE), (linked("instrument.pdf"), INSTRUMENT), (linked(NAMES[2]), merged)
        ),
        "container.asic-zip",
    ),
    "ASiC-E": (
        lambda _, merged: rezipped(*three(merged, mimetype=b"application/vnd.etsi.asic-e+zip")),
        "container.asic-mimetype",
    ),
    "a mimetype with a line's end": (
        lambda _, merged: rezipped(*three(merged, mimetype=MIMETYPE + b"\n")),
        "container.asic-mimetype",
    ),
}


@pytest.mark.parametrize(("attack", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_container_of_ours_is_refused_by_name(attack, code, container, merged):
    error = refusal(attack(container, merged))
    assert error.code == code, error.values
    assert error.message.isprintable()
    assert str(error.values).isprintable()


def test_python_writes_the_same_bytes_when_told_every_detail(container, merged):
    """So each refusal above is about the one thing that its archive has otherwise."""
    assert rezipped(*three(merged)) == container


def changed(data, at, form, value):
    packed = bytearray(data)
    struct.pack_into(form, packed, at, value)
    return bytes(packed)


def test_lies_of_headers_are_refused(container):
    """Each field of the second file's header, of its line in the directory, and of the end, with values that tempt."""
    local = 30 + 8 + len(MIMETYPE)
    line = container.index(b"PK\x01\x02", container.index(b"PK\x01\x02") + 1)
    end = len(container) - 22
    lies = {
        "encrypted": (local + 6, "<H", 1),
        "sizes behind the file": (local + 6, "<H", 8),
        "strongly encrypted": (local + 6, "<H", 0x41),
        "deflated": (local + 8, "<H", 8),
        "ZIP64 size": (local + 22, "<I", 0xFFFFFFFF),
        "ZIP64 packed size": (local + 18, "<I", 0xFFFFFFFF),
        "a smaller size": (local + 22, "<I", 10),
        "a larger size": (local + 22, "<I", 1 << 31),
        "a longer name": (local + 26, "<H", 0xFFFF),
        "a moment": (local + 12, "<H", 0x4F21),
        "a version": (local + 4, "<H", 45),
        "another checksum": (local + 14, "<I", 0),
        "directory: made by Unix": (line + 4, "<H", 0x030A),
        "directory: encrypted": (line + 8, "<H", 1),
        "directory: deflated": (line + 10, "<H", 8),
        "directory: another checksum": (line + 16, "<I", 0),
        "directory: another size": (line + 24, "<I", 10),
        "directory: a comment": (line + 32, "<H", 4),
        "directory: another disk": (line + 34, "<H", 1),
        "directory: a link": (line + 38, "<I", (stat.S_IFLNK | 0o777) << 16),
        "directory: another place": (line + 42, "<I", 0),
        "directory: a ZIP64 place": (line + 42, "<I", 0xFFFFFFFF),
        "end: another disk": (end + 4, "<H", 1),
        "end: two files": (end + 10, "<H", 2),
        "end: ZIP64": (end + 10, "<H", 0xFFFF),
        "end: a ZIP64 directory": (end + 16, "<I", 0xFFFFFFFF),
        "end: a comment": (end + 20, "<H", 1),
    }
    for name, lie in lies.items():
        error = refusal(changed(container, *lie))
        assert error.code in {"container.asic-zip", "container.asic-form", "container.asic-checksum"} or (
            (name, error.code) == ("a longer name", "container.asic-files")
        ), name


def test_names_that_differ_between_header_and_directory_are_refused(container):
    at = container.rindex(b"instrument.pdf")
    assert refusal(container[:at] + b"replaced.pdf.." + container[at + 14 :]).code == "container.asic-zip"


def test_every_flipped_bit_is_refused_or_is_another_file(merged):
    """Whatever is accepted is what writing its two files gives: no byte around them has a second value."""
    small = asic.write(b"%PDF-1.7 small", merged[:60])
    for place in range(len(small)):
        for bit in range(8):
            data = bytearray(small)
            data[place] ^= 1 << bit
            refusal(bytes(data))


def test_a_file_changed_with_its_checksums_is_another_file(container, merged):
    """A checksum protects nothing: the signatures say what was signed."""
    other = INSTRUMENT[:-1] + b"?"
    forged = container.replace(INSTRUMENT, other)
    assert isinstance(refusal(forged), Altered)
    old, new = (struct.pack("<I", zlib.crc32(data)) for data in (INSTRUMENT, other))
    assert asic.read(forged.replace(old, new)) == (other, merged)


def test_noise_is_refused(container):
    drawn = random.Random(319162)
    for _ in range(300):
        data = bytearray(container)
        for _ in range(drawn.randrange(1, 6)):
            at, length = drawn.randrange(len(data)), drawn.randrange(40)
            data[at : at + length] = drawn.randbytes(drawn.randrange(40))
        if bytes(data) != container:
            refusal(bytes(data))


# taking the signatures apart


def test_merged_signatures_come_apart_as_they_were(messages, merged):
    assert sorted(split(merged)) == sorted(messages)
    assert split(messages[0]) == (messages[0],)
    assert cms.merge(reversed(split(merged))) == merged


def test_what_is_not_a_merge_is_refused(messages, merged, signed_world):
    content = cms.der.asn1.decode_der(cms.der.ContentInfo, merged)
    data = content.content
    every = data.certificates.as_list()

    def made(certificates=every, signers=None):
        return cms._encode(certificates, data.signer_infos.as_list() if signers is None else signers)

    assert made() == merged
    cases = {
        "noise": (b"\x30\x00", "signature.unreadable"),
        "nothing": (b"", "signature.unreadable"),
        "cut off": (merged[:-1], "signature.unreadable"),
        "nobody": (made(signers=[]), "signature.signers"),
        "a stranger's certificate": (made([*every, signed_world.trust.seal_root]), "signature.merge"),
        "a certificate twice": (made([*every, every[0]]), "signature.merge"),
        "a signature twice": (made(signers=[*data.signer_infos.as_list()] * 2), "signature.merge"),
        "without certificates": (made([]), "signature.signer-certificate"),
    }
    for name, (given, code) in cases.items():
        with pytest.raises(VerificationError) as caught:
            split(given)
        assert caught.value.code == code, name

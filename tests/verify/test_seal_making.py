"""Making a seal: what is refused before anything is sealed, and the CMS inside, read strictly and by OpenSSL."""

import io
import shutil
import subprocess

import pikepdf
import pytest
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.serialization import Encoding

from declaration.canonical import sha256
from declaration.errors import Altered, CannotBeVerified, InputRefused, VerificationError
from declaration.signing import structures as der
from declaration.signing.keystore import SEAL_ROOT
from declaration.signing.mark import Place, appearance
from declaration.signing.pades import make_seal, read_seal, verify_seal
from declaration.signing.pdf import File
from declaration.signing.pdf_signatures import find_signatures


@pytest.fixture(scope="session")
def stamp(keys, moment):
    return lambda imprint: keys.timestamps.stamp(imprint, nonce=7, at=moment)


@pytest.fixture(scope="session")
def message(keys, stamp):
    return make_seal(sha256(b"edition"), keys.seal_key, stamp=stamp)


def with_annotation(pdf):
    pdf.pages[0].obj.Annots = pikepdf.Array([])


def with_form(pdf):
    pdf.Root.AcroForm = pikepdf.Dictionary()


def test_only_a_plain_edition_is_sealed(seal, unsealed, paper):
    for spoil in (with_annotation, with_form):
        with pikepdf.open(io.BytesIO(unsealed)) as pdf:
            spoil(pdf)
            spoilt = paper.save(pdf)
        with pytest.raises(InputRefused) as refusal:
            seal(spoilt)
        assert refusal.value.code == "seal.input"
    for data in (b"", b"%PDF-1.7\nnoise", unsealed[:100]):
        with pytest.raises(InputRefused) as refusal:
            seal(data)
        assert refusal.value.code == "seal.input"


def test_a_token_that_does_not_fit_is_refused(seal, unsealed, stamp):
    with pytest.raises(InputRefused) as refusal:
        seal(unsealed, stamp=lambda imprint: der.wrap(0x30, stamp(imprint) + der.wrap(0x04, bytes(20_000))))
    assert refusal.value.code == "seal.room"


def test_an_edition_with_object_streams_is_sealed_without_them(seal, unsealed, roots, paper):
    packed = io.BytesIO()
    with pikepdf.open(io.BytesIO(unsealed)) as pdf:
        pdf.save(packed, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    sealed = seal(packed.getvalue())
    assert len(File(sealed).revisions) == 3
    assert b"/ObjStm" not in sealed


def test_the_instruments_pages_keep_their_bytes(edition, unsealed):
    with pikepdf.open(io.BytesIO(unsealed)) as before, pikepdf.open(io.BytesIO(edition)) as after:
        for page, same in zip(before.pages, list(after.pages), strict=True):
            assert page.Contents.read_raw_bytes() == same.Contents.read_raw_bytes()
            assert ("/Annots" in same) == (same.index == len(after.pages) - 1)
        assert before.docinfo.ModDate == after.docinfo.ModDate
        assert after.Root.AcroForm.SigFlags == 3
        assert "/DR" not in after.Root.AcroForm
        archive = after.Root.AcroForm.Fields[1]
        assert "/AP" not in archive


def test_the_seal_is_seen_where_room_was_kept(seal, unsealed):
    with pikepdf.open(io.BytesIO(seal(unsealed, place=Place(100, 200, 60)))) as pdf:
        field = pdf.Root.AcroForm.Fields[0]
        assert [int(side) for side in field.Rect] == [100, 200, 160, 260]
        assert field.AP.N.read_bytes() == appearance()
        assert not pikepdf.Dictionary(field.AP.N.Resources).keys()
    with pikepdf.open(io.BytesIO(seal(unsealed))) as pdf:
        _, bottom, right, _ = (int(side) for side in pdf.pages[-1].mediabox)
        assert [int(side) for side in pdf.Root.AcroForm.Fields[0].Rect][1:3] == [bottom, right]


def test_a_seal_is_read_and_verified(message, keys, moment):
    read = read_seal(message)
    verify_seal(read, covered=sha256(b"edition"), root=keys.roots[SEAL_ROOT], at=moment)
    with pytest.raises(Altered) as refusal:
        verify_seal(read, covered=sha256(b"other"), root=keys.roots[SEAL_ROOT], at=moment)
    assert refusal.value.code == "seal.digest"


def test_the_signature_is_the_same_each_time(message, keys, stamp):
    again = make_seal(sha256(b"edition"), keys.seal_key, stamp=stamp)
    assert read_seal(again).signature == read_seal(message).signature


def rebuilt(message, change):
    """Return the message with its structure changed by `change(content, signer)`."""
    content = asn1.decode_der(der.ContentInfo, message)
    [signer] = content.content.signer_infos.as_list()
    signers = change(content.content, signer)
    content.content.signer_infos = asn1.SetOf([signer] if signers is None else signers)
    return der.encode(content)


def set_(name, value):
    def change(_, signer):
        setattr(signer, name, value)

    return change


def set_data(name, value):
    def change(data, _):
        setattr(data, name, value)

    return change


def more_attributes(_, signer):
    extra = der.Attribute(type=der.SIGNING_TIME, values=asn1.SetOf([der.tlv(5)]))
    signer.signed_attributes = asn1.SetOf([*signer.signed_attributes.as_list(), extra])


SHA512 = der.AlgorithmIdentifier(algorithm=der.SHA512, parameters=None)
CHANGED = {
    "no signer": lambda *_: [],
    "signer twice": lambda _, signer: [signer, signer],
    "content inside": set_data("content", der.EncapsulatedContent(content_type=der.DATA, content=b"edition")),
    "other content": set_data("content", der.EncapsulatedContent(content_type=der.TST_INFO, content=None)),
    "other version": set_data("version", 3),
    "other signer version": set_("version", 3),
    "no certificates": set_data("certificates", None),
    "no signed attributes": set_("signed_attributes", None),
    "no timestamp": set_("unsigned_attributes", None),
    "another digest": set_("digest_algorithm", SHA512),
    "another signature algorithm": set_("signature_algorithm", SHA512),
    "digest algorithms twice": set_data("digest_algorithms", asn1.SetOf([SHA512])),
    "an attribute more": more_attributes,
    "another unsigned attribute": set_(
        "unsigned_attributes",
        asn1.SetOf([der.Attribute(type=der.SIGNING_TIME, values=asn1.SetOf([der.tlv(5)]))]),
    ),
    "two tokens": set_(
        "unsigned_attributes",
        asn1.SetOf([der.Attribute(type=der.SIGNATURE_TIMESTAMP, values=asn1.SetOf([der.tlv(5), der.tlv(6)]))]),
    ),
}


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED.keys())
def test_another_profile_is_refused(change, message):
    with pytest.raises(CannotBeVerified) as refusal:
        read_seal(rebuilt(message, change))
    assert refusal.value.code == "seal.unreadable"


def test_no_flipped_bit_in_a_seal_goes_unnoticed(message, keys, moment):
    """What the seal's own signature does not cover is its token, which has tests of its own, and its certificates."""
    token = message.index(read_seal(message).token)
    for place in range(0, token, 7):
        data = bytearray(message)
        data[place] ^= 1 << (place % 8)
        with pytest.raises(VerificationError):
            verify_seal(read_seal(bytes(data)), covered=sha256(b"edition"), root=keys.roots[SEAL_ROOT], at=moment)


def test_openssl_verifies_the_seal_over_the_bytes_that_it_covers(edition, keys, tmp_path):
    if shutil.which("openssl") is None:
        pytest.fail("openssl was not found. Install the Debian package `openssl`.", pytrace=False)
    start = edition.index(b"/Contents <") + len(b"/Contents ")
    end = edition.index(b">", start) + 1
    (tmp_path / "covered").write_bytes(edition[:start] + edition[end : File(edition).revisions[1].end])
    (tmp_path / "seal.der").write_bytes(find_signatures(File(edition)).seal.cms)
    (tmp_path / "root.pem").write_bytes(keys.roots[SEAL_ROOT].public_bytes(Encoding.PEM))
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "seal.der", "-content", "covered"]
    command += ["-CAfile", "root.pem", "-attime", "1567332000", "-out", "verified"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "covered").write_bytes(edition[:start] + edition[end : File(edition).revisions[1].end - 1])
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0

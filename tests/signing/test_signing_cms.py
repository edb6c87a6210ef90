"""Our CMS: made in one way, read in one way, and judged alike by OpenSSL and pyHanko, which nobody here wrote."""

import asyncio
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta

import pytest
from asn1crypto import cms as asn1crypto_cms
from asn1crypto import x509 as asn1crypto_x509
from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ExtendedKeyUsage
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext

from declaration.canonical import sha256
from declaration.errors import CannotBeVerified, DeclarationError, InputRefused, VerificationError
from declaration.signing import cms, p256, verify
from declaration.signing import structures as der

MAYOR, OTHER = "abidjan", "algiers"


@asn1.sequence
class ContentTypeAttribute:
    """RFC 5652 section 11.1."""

    type: x509.ObjectIdentifier
    values: asn1.SetOf[x509.ObjectIdentifier]


@asn1.sequence
class SigningTimeAttribute:
    """RFC 5652 section 11.3."""

    type: x509.ObjectIdentifier
    values: asn1.SetOf[asn1.UTCTime | asn1.GeneralizedTime]


@asn1.sequence
class MessageDigestAttribute:
    """RFC 5652 section 11.2."""

    type: x509.ObjectIdentifier
    values: asn1.SetOf[bytes]


@asn1.sequence
class SigningCertificateAttribute:
    """RFC 5035 section 3, "Signing Certificate Attribute Definition Version 2"."""

    type: x509.ObjectIdentifier
    values: asn1.SetOf[der.SigningCertificateV2]


@asn1.sequence
class OurAttributes:
    """The four attributes that a signatory signs, in the order in which DER sorts them: here by their lengths."""

    content_type: ContentTypeAttribute
    signing_time: SigningTimeAttribute
    message_digest: MessageDigestAttribute
    signing_certificate: SigningCertificateAttribute


def openssl(*arguments):
    program = shutil.which("openssl")
    if program is None:
        pytest.fail("openssl was not found: install the Debian package `openssl`.", pytrace=False)
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)


@pytest.fixture
def files(signed_world, tmp_path):
    """The files that a sceptic has: the instrument, the signatures, the roots."""
    for name in (MAYOR, OTHER):
        (tmp_path / f"{name}.p7s").write_bytes(signed_world.evidence[name].cms)
    (tmp_path / "instrument.pdf").write_bytes(signed_world.instrument)
    signed_world.trust.write(tmp_path)
    return tmp_path


def openssl_verifies(files, name, at, *more):
    return openssl(
        *("cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", files / name),
        *("-content", files / "instrument.pdf", "-CAfile", files / "signing-root.pem", "-out", files / "out"),
        *("-attime", int(at.timestamp()), *more),
    )


def pyhanko_verifies(message, data, world, at):
    def root(certificate):
        return asn1crypto_x509.Certificate.load(certificate.public_bytes(Encoding.DER))

    def context(certificate):
        return ValidationContext(trust_roots=[root(certificate)], moment=at, revocation_mode="soft-fail")

    try:
        signed = asn1crypto_cms.ContentInfo.load(message, strict=True)["content"]
        status = asyncio.run(
            async_validate_detached_cms(
                data,
                signed,
                signer_validation_context=context(world.trust.signing_root),
                ts_validation_context=context(world.trust.timestamp_root),
            )
        )
    except Exception:  # noqa: BLE001 - it raises what it likes on files that it refuses
        return False
    stamp = status.timestamp_validity
    return status.bottom_line and stamp is not None and stamp.valid and stamp.intact and stamp.trusted


# agreement on what is good


def test_openssl_verifies_what_we_made(files, tools):
    done = openssl_verifies(files, f"{MAYOR}.p7s", tools.NOW)
    assert done.returncode == 0, done.stderr
    assert "CAdES Verification successful" in done.stderr


def test_after_ten_minutes_openssl_needs_the_time_of_the_timestamp(files, tools):
    late = openssl_verifies(files, f"{MAYOR}.p7s", tools.NOW + timedelta(minutes=11))
    assert late.returncode != 0
    assert "expired" in late.stderr


def test_pyhanko_verifies_what_we_made(signed, tools):
    message = signed.evidence[MAYOR].cms
    assert pyhanko_verifies(message, signed.instrument, signed, tools.NOW)


def test_openssl_reads_every_element(files):
    done = openssl("asn1parse", "-inform", "DER", "-i", "-in", files / f"{MAYOR}.p7s")
    assert done.returncode == 0
    for name in ("pkcs7-signedData", "contentType", "signingTime", "messageDigest", "id-smime-aa-signingCertificateV2"):
        assert name in done.stdout
    assert "id-smime-aa-timeStampToken" in done.stdout


def test_openssl_reads_the_merged_file(files, signed, tools):
    messages = [signed.evidence[name].cms for name in (MAYOR, OTHER)]
    (files / "signatures.p7s").write_bytes(cms.merge(messages))
    done = openssl_verifies(files, "signatures.p7s", tools.NOW, "-no_check_time")
    assert done.returncode == 0, done.stderr
    shown = openssl("cms", "-cmsout", "-print", "-inform", "DER", "-in", files / "signatures.p7s")
    assert shown.stdout.count("d.issuerAndSerialNumber") == 2


# agreement on what is not


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_we_refuse_every_changed_byte_and_others_never_accept_more(signed_world, tools, data):
    """A byte that OpenSSL or pyHanko notices, we notice; and every other byte, too."""
    evidence = signed_world.evidence[MAYOR]
    message = bytearray(evidence.cms)
    message[data.draw(st.integers(0, len(message) - 1))] ^= data.draw(st.integers(1, 255))
    bundle = replace(signed_world.bundle(MAYOR), cms=bytes(message))
    with pytest.raises(VerificationError):
        signed_world.judge(bundle)


@pytest.mark.parametrize("place", [0.35, 0.5, 0.6])
def test_others_refuse_altered_signatures_with_us(files, signed, tools, place):
    message = bytearray(signed.evidence[MAYOR].cms)
    signature = cms.read(bytes(message)).signature
    start = bytes(message).index(signature)
    message[start + int(len(signature) * place)] ^= 1
    (files / "altered.p7s").write_bytes(message)
    assert openssl_verifies(files, "altered.p7s", tools.NOW).returncode != 0
    assert not pyhanko_verifies(bytes(message), signed.instrument, signed, tools.NOW)


def test_others_refuse_another_text_with_us(files, signed, tools):
    (files / "instrument.pdf").write_bytes(signed.instrument + b" ")
    assert openssl_verifies(files, f"{MAYOR}.p7s", tools.NOW).returncode != 0
    assert not pyhanko_verifies(signed.evidence[MAYOR].cms, signed.instrument + b" ", signed, tools.NOW)


def test_others_refuse_a_certificate_for_another_purpose(files, enrolled, tools):
    wrong = ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    evidence = enrolled.forge(MAYOR, certificate={"purposes": wrong})
    (files / "wrong.p7s").write_bytes(evidence.cms)
    assert openssl_verifies(files, "wrong.p7s", tools.NOW).returncode != 0
    with pytest.raises(VerificationError):
        verify.verify_evidence(evidence, known=enrolled.known(MAYOR), trust=enrolled.trust)


# made and read in one way


def test_what_is_read_is_what_was_made(signed, tools):
    message = cms.read(signed.evidence[MAYOR].cms)
    assert message.attributes.digest == sha256(signed.instrument)
    assert message.attributes.signing_time == tools.NOW
    assert message.attributes.certificate == sha256(message.certificate.public_bytes(Encoding.DER))
    assert message.attributes.data[:1] == b"\x31"
    assert message.chain == signed.keys.issuing.chain


def test_attributes_after_2049_are_written_in_four_digits(enrolled, tools):
    late = tools.NOW.replace(year=2050)
    certificate = enrolled.keys.issuing_key.certificate
    data = cms.signed_attributes(digest=bytes(32), certificate=certificate, signing_time=late)
    assert b"20500901110000Z" in data
    assert cms.read_attributes(data).signing_time == late
    early = cms.signed_attributes(digest=bytes(32), certificate=certificate, signing_time=tools.NOW)
    assert cms.read_attributes(early).signing_time == tools.NOW
    # the same moment in the other form is refused
    attributes = asn1.decode_der(OurAttributes, b"\x30" + early[1:])
    attributes.signing_time.values = asn1.SetOf([asn1.GeneralizedTime(tools.NOW)])
    lie = b"\x31" + der.encode(attributes)[1:]
    with pytest.raises(CannotBeVerified):
        cms.read_attributes(lie)


@pytest.mark.parametrize("change", ["none", "sequence", "empty", "long", "cut", "more"])
def test_a_device_signs_nothing_but_our_attributes(enrolled, tools, change):
    certificate = enrolled.keys.issuing_key.certificate
    good = cms.signed_attributes(digest=bytes(32), certificate=certificate, signing_time=tools.NOW)
    lie = {
        "none": b"",
        "sequence": b"\x30" + good[1:],
        "empty": b"\x31\x00",
        "long": good + bytes(8192),
        "cut": good[:-1],
        "more": good + b"\x00",
    }[change]
    with pytest.raises(CannotBeVerified) as caught:
        cms.read_attributes(lie)
    assert caught.value.code == "signature.attributes"


def test_identified_certificates_have_one_form(enrolled, tools):
    certificate = enrolled.keys.issuing_key.certificate
    good = cms.signed_attributes(digest=bytes(32), certificate=certificate, signing_time=tools.NOW)
    sha = der.AlgorithmIdentifier(algorithm=der.SHA256, parameters=None)
    name = asn1.decode_der(asn1.TLV, certificate.issuer.public_bytes())
    place = der.IssuerSerial(issuer=[name], serial=1)
    one = der.EssCertIdV2(hash_algorithm=None, hash=bytes(32), issuer_serial=None)
    lies = [
        der.SigningCertificateV2(certificates=[], policies=None),
        der.SigningCertificateV2(certificates=[one, one], policies=None),
        der.SigningCertificateV2(certificates=[one], policies=[]),
        der.SigningCertificateV2(
            certificates=[der.EssCertIdV2(hash_algorithm=sha, hash=bytes(32), issuer_serial=None)], policies=None
        ),
        der.SigningCertificateV2(
            certificates=[der.EssCertIdV2(hash_algorithm=None, hash=bytes(32), issuer_serial=place)], policies=None
        ),
    ]
    for lie in lies:
        attributes = asn1.decode_der(OurAttributes, b"\x30" + good[1:])
        attributes.signing_certificate.values = asn1.SetOf([lie])
        with pytest.raises(CannotBeVerified):
            cms.read_attributes(b"\x31" + der.encode(attributes)[1:])


def test_signatures_come_raw_or_in_der():
    r, s = 5, 2**255 - 19
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    encoded = encode_dss_signature(r, s)
    assert p256.der_signature(raw) == encoded == p256.der_signature(encoded)
    assert p256.raw_signature(encoded) == raw
    lies = [
        b"",
        raw[:-1],
        raw + b"\0",
        bytes(64),
        b"\xff" * 64,
        encoded + b"\0",
        encoded[:-1],
        b"\x30\x80" + encoded[2:],
    ]
    lies += [encode_dss_signature(0, 5), encode_dss_signature(p256.ORDER, 5), encode_dss_signature(5, 2**300)]
    for lie in lies:
        with pytest.raises(InputRefused) as caught:
            p256.der_signature(lie)
        assert caught.value.code == "signature.encoding"


def test_a_timestamp_is_added_once(signed, tools):
    message = signed.evidence[MAYOR].cms
    with pytest.raises(CannotBeVerified):
        cms.add_timestamp(message, signed.keys.timestamps.stamp(bytes(32), nonce=1, at=tools.NOW))


def test_only_a_token_is_added(signed):
    message = asn1.decode_der(der.ContentInfo, signed.evidence[MAYOR].cms)
    signer = message.content.signer_infos.as_list()[0]
    signer.unsigned_attributes = None
    message.content.signer_infos = asn1.SetOf([signer])
    bare = der.encode(message)
    assert cms.read(bare).token is None
    with pytest.raises(CannotBeVerified) as caught:
        cms.add_timestamp(bare, b"no DER at all")
    assert caught.value.code == "timestamp.unreadable"


# merging


def test_merging_does_not_depend_on_order_or_repetition(signed):
    one, other = (signed.evidence[name].cms for name in (MAYOR, OTHER))
    merged = cms.merge([one, other])
    assert merged == cms.merge([other, one]) == cms.merge([one, other, one])
    assert cms.merge([one]) == one
    content = asn1.decode_der(der.ContentInfo, merged).content
    assert len(content.signer_infos.as_list()) == 2
    assert len(content.certificates.as_list()) == 3
    with pytest.raises(InputRefused):
        cms.merge([])
    with pytest.raises(CannotBeVerified):
        cms.merge([one, merged])


def test_a_certificate_that_is_there_twice(signed):
    message = asn1.decode_der(der.ContentInfo, signed.evidence[MAYOR].cms)
    certificates = message.content.certificates.as_list()
    message.content.certificates = asn1.SetOf([*certificates, certificates[0]])
    with pytest.raises(CannotBeVerified):
        cms.read(der.encode(message))


# hostile bytes


@pytest.mark.parametrize("serial", ["80", "00", "ff7f"])
def test_a_certificate_without_a_positive_serial_number_is_none(signed_world, serial):
    """The library warns of it today and refuses it some day; a verdict must not change with that."""
    good = signed_world.evidence[MAYOR].cms
    seen = cms.read(good).certificate
    number = seen.serial_number.to_bytes((seen.serial_number.bit_length() + 8) // 8, "big")
    other = bytes.fromhex(serial).ljust(len(number), b"\0")
    with pytest.raises(CannotBeVerified):
        cms.read(good.replace(number, other, 1))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_hostile_bytes_never_raise_anything_of_their_own(signed_world, data):
    good = bytearray(signed_world.evidence[MAYOR].cms)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(good) - 1))
        good[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    try:
        message = cms.read(bytes(good))
        cms.verify_signature(message, digest=sha256(signed_world.instrument))
    except DeclarationError:
        return
    # what is accepted is written again as it was read
    assert der.encode(asn1.decode_der(der.ContentInfo, bytes(good))) == bytes(good)


@pytest.mark.parametrize(
    "data", [b"", b"\x30", b"\x30\x80\x00\x00", bytes(100), b"\x30\x84\xff\xff\xff\xff", b"0" * 70_000]
)
def test_what_is_no_cms_at_all(data):
    with pytest.raises(CannotBeVerified) as caught:
        cms.read(data)
    assert caught.value.code == "signature.unreadable"


def test_raw_signatures_verify_as_well(signed):
    """What WebCrypto gives and what is recorded are the same signature."""
    signature = cms.read(signed.evidence[MAYOR].cms).signature
    assert decode_dss_signature(p256.der_signature(p256.raw_signature(signature))) == decode_dss_signature(signature)

"""Timestamps: ours, those that OpenSSL makes, and every way in which a token can be wrong."""

import functools
import http.server
import shutil
import subprocess
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, SECP384R1, SECP521R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.canonical import sha256
from declaration.errors import CannotBeVerified, ConfigurationError, DeclarationError, VerificationError
from declaration.signing import cms, timestamp
from declaration.signing import structures as der
from declaration.signing.certificates import Certified, key_usage
from declaration.signing.chain import Links
from declaration.signing.remote import RemoteAuthority
from declaration.signing.timestamp import EmbeddedAuthority, verify_token

DATA = b"a signature value"
IMPRINT = sha256(DATA)
NONCE = 0x1234567890ABCDEF


def openssl(*arguments, cwd=None):
    program = shutil.which("openssl")
    if program is None:
        pytest.fail("openssl was not found: install the Debian package `openssl`.", pytrace=False)
    return subprocess.run([program, *map(str, arguments)], capture_output=True, check=False, cwd=cwd)


# ours


def test_our_token_verifies_here_and_in_openssl(enrolled_world, tools, tmp_path):
    token = enrolled_world.keys.timestamps.stamp(IMPRINT, nonce=NONCE, at=tools.NOW)
    found = verify_token(token, imprint=IMPRINT, root=enrolled_world.trust.timestamp_root, nonce=NONCE)
    assert found.at == tools.NOW
    assert found.policy == timestamp.POLICY.dotted_string
    (tmp_path / "token").write_bytes(token)
    (tmp_path / "data").write_bytes(DATA)
    enrolled_world.trust.write(tmp_path)
    verify = ("ts", "-verify", "-token_in", "-in", tmp_path / "token", "-CAfile", tmp_path / "timestamp-root.pem")
    moment = ("-attime", int(tools.NOW.timestamp()))
    done = openssl(*verify, "-data", tmp_path / "data", *moment)
    assert done.returncode == 0, done.stderr
    shown = openssl("ts", "-reply", "-token_in", "-in", tmp_path / "token", "-token_out", "-text")
    assert b"Time stamp: Sep  1 11:00:00 2019 GMT" in shown.stdout
    altered = bytearray(token)
    altered[token.index(IMPRINT)] ^= 1
    (tmp_path / "token").write_bytes(altered)
    assert openssl(*verify, "-data", tmp_path / "data", *moment).returncode != 0


def test_our_authority_answers_the_requests_of_openssl(enrolled_world, tools, tmp_path):
    (tmp_path / "data").write_bytes(DATA)
    enrolled_world.trust.write(tmp_path)
    for more in ((), ("-no_nonce",), ("-cert",)):
        query = openssl("ts", "-query", "-data", tmp_path / "data", "-sha256", "-out", tmp_path / "query", *more)
        assert query.returncode == 0
        answer = enrolled_world.keys.timestamps.respond((tmp_path / "query").read_bytes(), at=tools.NOW)
        (tmp_path / "answer").write_bytes(answer)
        done = openssl(
            *("ts", "-verify", "-in", tmp_path / "answer", "-queryfile", tmp_path / "query"),
            *("-CAfile", tmp_path / "timestamp-root.pem", "-attime", int(tools.NOW.timestamp())),
        )
        assert done.returncode == 0, done.stderr


def test_openssl_reads_our_requests(tmp_path):
    (tmp_path / "query").write_bytes(timestamp.request(IMPRINT, nonce=NONCE))
    shown = openssl("ts", "-query", "-in", tmp_path / "query", "-text").stdout
    assert b"Nonce: 0x1234567890ABCDEF" in shown
    assert b"Certificate required: yes" in shown


def test_our_authority_refuses_other_digests(enrolled_world, tools, tmp_path):
    (tmp_path / "data").write_bytes(DATA)
    openssl("ts", "-query", "-data", tmp_path / "data", "-sha512", "-out", tmp_path / "query")
    with pytest.raises(CannotBeVerified) as caught:
        enrolled_world.keys.timestamps.respond((tmp_path / "query").read_bytes(), at=tools.NOW)
    assert caught.value.code == "timestamp.algorithm"
    with pytest.raises(CannotBeVerified):
        enrolled_world.keys.timestamps.respond(b"nonsense", at=tools.NOW)


# an authority run by OpenSSL

CONFIGURATION = """
[tsa]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/chain.pem
default_policy = 1.2.3.4.1
signer_digest = {digest}
digests = sha256
accuracy = secs:1, millisecs:500, microsecs:100
clock_precision_digits = {precision}
ordering = no
tsa_name = {name}
ess_cert_id_chain = {chain}
ess_cert_id_alg = {ess}
"""


class Foreign:
    """A timestamp authority by OpenSSL, below a root and an intermediate of its own."""

    def __init__(self, folder, key, **settings):
        self.folder = folder
        self.begin = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        root_key, middle_key = generate_private_key(SECP384R1()), generate_private_key(SECP256R1())
        self.root = self.certificate("Root", root_key, "Root", root_key, path=None)
        self.middle = self.certificate("Middle", middle_key, "Root", root_key, path=0)
        self.leaf = self.certificate("TSA", key, "Middle", middle_key, path=False)
        settings = {"digest": "sha256", "name": "no", "chain": "no", "ess": "sha256", "precision": 0} | settings
        (folder / "tsa.pem").write_bytes(self.leaf.public_bytes(Encoding.PEM))
        (folder / "chain.pem").write_bytes(self.middle.public_bytes(Encoding.PEM))
        (folder / "tsa.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder, **settings))

    def certificate(self, name, key, issuer, issuer_key, *, path):
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.begin)
            .not_valid_after(self.begin + timedelta(days=1))
        )
        if path is False:
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(purpose, critical=True).add_extension(
                key_usage(signing=True), critical=True
            )
        else:
            builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path), critical=True)
            builder = builder.add_extension(key_usage(authority=True), critical=True)
        return builder.sign(issuer_key, SHA256())

    def respond(self, query):
        (self.folder / "query").write_bytes(query)
        done = openssl(
            *("ts", "-reply", "-queryfile", self.folder / "query", "-config", self.folder / "tsa.cnf"),
            *("-section", "tsa", "-out", self.folder / "answer"),
        )
        assert done.returncode == 0, done.stderr
        return (self.folder / "answer").read_bytes()

    def stamp(self):
        return timestamp.token_of(self.respond(timestamp.request(IMPRINT, nonce=NONCE)))


GOOD = {
    "P-256": (lambda: generate_private_key(SECP256R1()), {}),
    "P-384 with SHA-512": (lambda: generate_private_key(SECP384R1()), {"digest": "sha512"}),
    "RSA of 3072 bits": (lambda: generate_rsa(65537, 3072), {"digest": "sha384"}),
    "naming itself and its chain": (
        lambda: generate_private_key(SECP256R1()),
        {"name": "yes", "chain": "yes", "precision": 3, "ess": "sha384"},
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_tokens_by_openssl_verify(tmp_path, name):
    make, settings = GOOD[name]
    foreign = Foreign(tmp_path, make(), **settings)
    token = foreign.stamp()
    found = verify_token(token, imprint=IMPRINT, root=foreign.root, nonce=NONCE)
    assert abs(found.at - datetime.now(UTC)) < timedelta(minutes=5)
    assert found.certificate == foreign.leaf
    assert found.policy == "1.2.3.4.1"
    for change, code in (({"imprint": bytes(32)}, "timestamp.imprint"), ({"nonce": 1}, "timestamp.nonce")):
        with pytest.raises(VerificationError) as caught:
            verify_token(token, **({"imprint": IMPRINT, "root": foreign.root, "nonce": NONCE} | change))
        assert caught.value.code == code


BAD = {
    "RSA of 2048 bits": ("timestamp.algorithm", lambda: generate_rsa(65537, 2048), {}),
    "P-521": ("timestamp.algorithm", lambda: generate_private_key(SECP521R1()), {}),
    "named by SHA-1": ("timestamp.attributes", lambda: generate_private_key(SECP256R1()), {"ess": "sha1"}),
}


@pytest.mark.parametrize("name", BAD)
def test_weak_tokens_by_openssl_do_not(tmp_path, name):
    code, make, settings = BAD[name]
    foreign = Foreign(tmp_path, make(), **settings)
    with pytest.raises(CannotBeVerified) as caught:
        verify_token(foreign.stamp(), imprint=IMPRINT, root=foreign.root, nonce=NONCE)
    assert caught.value.code == code


def test_a_refusal_by_openssl_is_told(tmp_path):
    foreign = Foreign(tmp_path, generate_private_key(SECP256R1()))
    (tmp_path / "data").write_bytes(DATA)
    openssl("ts", "-query", "-data", tmp_path / "data", "-sha512", "-out", tmp_path / "wrong")
    with pytest.raises(CannotBeVerified) as caught:
        timestamp.token_of(foreign.respond((tmp_path / "wrong").read_bytes()))
    assert caught.value.code == "timestamp.refused"
    assert caught.value.values["status"] == 2


def test_the_chain_leads_to_the_pinned_root(tmp_path, enrolled_world):
    foreign = Foreign(tmp_path, generate_private_key(SECP256R1()))
    with pytest.raises(CannotBeVerified) as caught:
        verify_token(foreign.stamp(), imprint=IMPRINT, root=enrolled_world.trust.timestamp_root)
    assert caught.value.code == "timestamp.untrusted"


# what may be wrong with a token


def authority(world, tools, **changes):
    """Return an embedded authority whose certificate was issued with one thing changed."""
    key = changes.pop("key", None) or generate_private_key(SECP256R1())
    root = world.keys.roots["timestamp-root"]
    settings = {
        "purposes": x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]),
        "critical": True,
        "usage": key_usage(signing=True),
        "begin": tools.NOW - timedelta(hours=1),
    } | changes
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TSA")]))
        .issuer_name(root.subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(settings["begin"])
        .not_valid_after(settings["begin"] + timedelta(days=1))
        .add_extension(settings["usage"], critical=True)
    )
    if settings["purposes"] is not None:
        builder = builder.add_extension(settings["purposes"], critical=settings["critical"])
    certificate = builder.sign(settings.get("sign_with", ROOT_KEY), SHA256())
    return EmbeddedAuthority(Certified(key, certificate, settings.get("chain", ())), random=world.random)


ROOT_KEY = generate_private_key(SECP256R1())


@pytest.fixture(scope="module")
def rooted(enrolled_world, tools):
    """The world, with a timestamp root whose private key we have."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Root")])
    root = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(ROOT_KEY.public_key())
        .serial_number(1)
        .not_valid_before(tools.NOW - timedelta(days=9))
        .not_valid_after(tools.NOW + timedelta(days=9))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage(authority=True), critical=True)
        .sign(ROOT_KEY, SHA256())
    )
    world = enrolled_world.twin()
    world.keys = replace(world.keys, roots={**world.keys.roots, "timestamp-root": root})
    return world


BOTH = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING])
CERTIFICATE_LIES = {
    "for another purpose": (
        "timestamp.purpose",
        {"purposes": x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING])},
    ),
    "for two purposes": ("timestamp.purpose", {"purposes": BOTH}),
    "not critical": ("timestamp.purpose", {"critical": False}),
    "no purpose": ("timestamp.purpose", {"purposes": None}),
    "not for signing": ("timestamp.purpose", {"usage": key_usage(authority=True)}),
    "not yet valid": ("timestamp.validity", {"begin": datetime(2019, 9, 2, tzinfo=UTC)}),
    "not valid any more": ("timestamp.validity", {"begin": datetime(2019, 8, 1, tzinfo=UTC)}),
    "signed by somebody else": ("timestamp.forged", {"sign_with": generate_private_key(SECP256R1())}),
    "another curve": ("timestamp.algorithm", {"key": generate_private_key(SECP521R1())}),
}


@pytest.mark.parametrize("name", CERTIFICATE_LIES)
def test_the_authority_has_the_right_certificate(rooted, tools, name):
    code, changes = CERTIFICATE_LIES[name]
    token = authority(rooted, tools, **changes).stamp(IMPRINT, nonce=NONCE, at=tools.NOW)
    with pytest.raises(VerificationError) as caught:
        verify_token(token, imprint=IMPRINT, root=rooted.keys.roots["timestamp-root"])
    assert caught.value.code == code


def test_no_certificate_travels_without_need(rooted, tools):
    stranger = rooted.keys.issuing_key.certificate
    token = authority(rooted, tools, chain=(stranger,)).stamp(IMPRINT, nonce=NONCE, at=tools.NOW)
    with pytest.raises(CannotBeVerified) as caught:
        verify_token(token, imprint=IMPRINT, root=rooted.keys.roots["timestamp-root"])
    assert caught.value.code == "timestamp.surplus"
    root = rooted.keys.roots["timestamp-root"]
    token = authority(rooted, tools, chain=(root,)).stamp(IMPRINT, nonce=NONCE, at=tools.NOW)
    assert verify_token(token, imprint=IMPRINT, root=root)


TOKEN_LIES = {}


def token_lie(code, *, sign=True):
    def keep(function):
        TOKEN_LIES[function.__name__] = (code, sign, function)
        return function

    return keep


@token_lie("timestamp.profile")
def another_content_type(signed, _signer):
    signed.content.content_type = der.DATA


@token_lie("timestamp.profile")
def no_content(signed, _signer):
    signed.content.content = None


@token_lie("timestamp.profile")
def another_version(signed, _signer):
    signed.version = 1


@token_lie("timestamp.profile")
def two_signers(signed, signer):
    again = der.SignerInfo(**{**vars(signer), "signature": b"x"})
    signed.signer_infos = asn1.SetOf([signer, again])


@token_lie("timestamp.profile")
def unsigned_attributes(_signed, signer):
    signer.unsigned_attributes = asn1.SetOf([cms.attribute(x509.ObjectIdentifier("1.2.3"), 1)])


@token_lie("timestamp.profile")
def two_digest_algorithms(signed, signer):
    other = der.AlgorithmIdentifier(algorithm=der.SHA512, parameters=None)
    signed.digest_algorithms = asn1.SetOf([signer.digest_algorithm, other])


@token_lie("timestamp.signer")
def no_certificate(signed, _signer):
    signed.certificates = None


@token_lie("timestamp.attributes")
def no_signed_attributes(_signed, signer):
    signer.signed_attributes = None


@token_lie("timestamp.attributes")
def an_attribute_twice(_signed, signer):
    given = signer.signed_attributes.as_list()
    signer.signed_attributes = asn1.SetOf([*given, cms.attribute(given[0].type, 1)])


@token_lie("timestamp.attributes")
def another_attested_type(_signed, signer):
    replace_attribute(signer, der.CONTENT_TYPE, der.DATA)


@token_lie("timestamp.certificate")
def names_no_certificate(_signed, signer):
    replace_attribute(signer, der.SIGNING_CERTIFICATE_V2, der.SigningCertificateV2(certificates=[], policies=None))


@token_lie("timestamp.certificate")
def names_another_certificate(_signed, signer):
    other = der.EssCertIdV2(hash_algorithm=None, hash=bytes(32), issuer_serial=None)
    named = der.SigningCertificateV2(certificates=[other], policies=None)
    replace_attribute(signer, der.SIGNING_CERTIFICATE_V2, named)


@token_lie("timestamp.certificate")
def names_a_stranger_as_well(signed, signer):
    own = sha256(signed.certificates.as_list()[0].public_bytes(Encoding.DER))
    first = der.EssCertIdV2(hash_algorithm=None, hash=own, issuer_serial=None)
    other = der.EssCertIdV2(hash_algorithm=None, hash=bytes(32), issuer_serial=None)
    named = der.SigningCertificateV2(certificates=[first, other], policies=None)
    replace_attribute(signer, der.SIGNING_CERTIFICATE_V2, named)


@token_lie("timestamp.certificate")
def names_it_by_another_serial(signed, signer):
    certificate = signed.certificates.as_list()[0]
    name = asn1.decode_der(asn1.TLV, der.wrap(0xA4, certificate.issuer.public_bytes()))
    place = der.IssuerSerial(issuer=[name], serial=certificate.serial_number + 1)
    first = der.EssCertIdV2(
        hash_algorithm=None, hash=sha256(certificate.public_bytes(Encoding.DER)), issuer_serial=place
    )
    named = der.SigningCertificateV2(certificates=[first], policies=None)
    replace_attribute(signer, der.SIGNING_CERTIFICATE_V2, named)


@token_lie("timestamp.content")
def another_content(signed, _signer):
    signed.content.content += b"x"


@token_lie("timestamp.algorithm")
def an_unknown_digest(signed, signer):
    signer.digest_algorithm.algorithm = x509.ObjectIdentifier("1.3.14.3.2.26")  # SHA-1
    signed.digest_algorithms = asn1.SetOf([signer.digest_algorithm])


@token_lie("timestamp.algorithm")
def a_signature_for_another_kind_of_key(_signed, signer):
    signer.signature_algorithm.algorithm = x509.ObjectIdentifier("1.2.840.113549.1.1.11")


@token_lie("timestamp.invalid", sign=False)
def another_signature(_signed, signer):
    signer.signature = signer.signature[:-1] + bytes([signer.signature[-1] ^ 1])


@token_lie("timestamp.unreadable")
def content_that_is_no_token(signed, signer):
    signed.content.content = b"\x30\x00"
    replace_attribute(signer, der.MESSAGE_DIGEST, sha256(b"\x30\x00"))


@token_lie("timestamp.algorithm")
def an_imprint_by_another_algorithm(signed, signer):
    info = asn1.decode_der(der.TstInfo, signed.content.content)
    info.imprint.algorithm.algorithm = der.SHA512
    signed.content.content = der.encode(info)
    replace_attribute(signer, der.MESSAGE_DIGEST, sha256(signed.content.content))


def replace_attribute(signer, kind, value):
    kept = [item for item in signer.signed_attributes.as_list() if item.type != kind]
    signer.signed_attributes = asn1.SetOf([*kept, cms.attribute(kind, value)])


@pytest.mark.parametrize("name", TOKEN_LIES)
def test_a_token_is_whole(rooted, tools, name):
    """Its authority signs the lie as well: only the one thing is wrong."""
    code, sign, change = TOKEN_LIES[name]
    key = generate_private_key(SECP256R1())
    token = authority(rooted, tools, key=key).stamp(IMPRINT, nonce=NONCE, at=tools.NOW)
    message = asn1.decode_der(der.ContentInfo, token)
    signed = message.content
    signer = signed.signer_infos.as_list()[0]
    signed.signer_infos = asn1.SetOf([signer])
    change(signed, signer)
    if sign and signer.signed_attributes is not None:
        signer.signature = key.sign(der.encode(signer.signed_attributes), ECDSA(SHA256()))
    if len(signed.signer_infos.as_list()) == 1:
        signed.signer_infos = asn1.SetOf([signer])
    with pytest.raises(VerificationError) as caught:
        verify_token(der.encode(message), imprint=IMPRINT, root=rooted.keys.roots["timestamp-root"])
    assert caught.value.code == code


def test_what_is_remembered_is_still_judged_at_its_own_time(rooted, tools):
    links, root = Links(), rooted.keys.roots["timestamp-root"]
    own = authority(rooted, tools)
    verify_token(own.stamp(IMPRINT, nonce=1, at=tools.NOW), imprint=IMPRINT, root=root, links=links)
    late = own.stamp(IMPRINT, nonce=1, at=tools.NOW + timedelta(days=2))
    with pytest.raises(CannotBeVerified) as caught:
        verify_token(late, imprint=IMPRINT, root=root, links=links)
    assert caught.value.code == "timestamp.validity"
    other = authority(rooted, tools, purposes=None)
    with pytest.raises(CannotBeVerified):
        verify_token(other.stamp(IMPRINT, nonce=1, at=tools.NOW), imprint=IMPRINT, root=root, links=links)
    assert len(links.ends) == 1


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_no_changed_byte_verifies(signed_world, data):
    token = bytearray(cms.read(signed_world.evidence["abidjan"].cms).token)
    imprint = cms.imprint(signed_world.evidence["abidjan"].cms)
    place = data.draw(st.integers(0, len(token) - 1))
    token[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(min_size=1, max_size=3))
    same = bytes(token) == cms.read(signed_world.evidence["abidjan"].cms).token
    try:
        verify_token(bytes(token), imprint=imprint, root=signed_world.trust.timestamp_root)
    except DeclarationError:
        return
    assert same


# a remote authority


class Server:
    """An HTTP server that answers as it is told."""

    def __init__(self, answer):
        handler = functools.partial(Handler, answer)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self.url

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    def __init__(self, answer, *arguments):
        self.answer = answer
        super().__init__(*arguments)

    def do_POST(self):
        assert self.headers["Content-Type"] == "application/timestamp-query"
        self.answer(self, self.rfile.read(int(self.headers["Content-Length"])))

    def reply(self, body, *, status=200, kind="application/timestamp-reply", length=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_a_remote_authority_gives_verified_tokens(tmp_path):
    foreign = Foreign(tmp_path, generate_private_key(SECP256R1()))
    with Server(lambda handler, query: handler.reply(foreign.respond(query))) as url:
        remote = RemoteAuthority(url, root=foreign.root)
        token = remote.stamp(IMPRINT, nonce=NONCE, at=datetime.now(UTC))
    assert verify_token(token, imprint=IMPRINT, root=foreign.root, nonce=NONCE).certificate == foreign.leaf


def dribble(handler, _query):
    handler.send_response(200)
    handler.send_header("Content-Type", "application/timestamp-reply")
    handler.end_headers()
    try:
        for _ in range(100):
            handler.wfile.write(b"0")
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        return


def redirect(handler, _query):
    handler.send_response(307)
    handler.send_header("Location", "http://127.0.0.1:1/")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


FAILURES = {
    "busy": lambda handler, _: handler.reply(b"", status=503),
    "elsewhere": redirect,
    "a page": lambda handler, _: handler.reply(b"<html>", kind="text/html"),
    "endless": lambda handler, _: handler.reply(bytes(100_000)),
    "slow": dribble,
    "cut off": lambda handler, _: handler.reply(b"0", length=50),
    "silent": lambda *_: time.sleep(1),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_remote_authority_that_fails_is_told_so(enrolled_world, tools, name):
    with Server(FAILURES[name]) as url:
        remote = RemoteAuthority(url, root=enrolled_world.trust.timestamp_root, seconds=0.4, total=0.4)
        with pytest.raises((ConfigurationError, CannotBeVerified)) as caught:
            remote.stamp(IMPRINT, nonce=NONCE, at=tools.NOW)
    assert caught.value.code == ("timestamp.unreadable" if name == "cut off" else "timestamp.unreachable")


def test_a_remote_authority_is_not_believed_unread(enrolled_world, tools):
    own = enrolled_world.keys.timestamps

    def replay(handler, _query):
        handler.reply(own.respond(timestamp.request(IMPRINT, nonce=99), at=tools.NOW))

    def another(handler, _query):
        handler.reply(own.respond(timestamp.request(bytes(32), nonce=NONCE), at=tools.NOW))

    for answer, code in ((replay, "timestamp.nonce"), (another, "timestamp.imprint")):
        with Server(answer) as url, pytest.raises(VerificationError) as caught:
            RemoteAuthority(url, root=enrolled_world.trust.timestamp_root).stamp(IMPRINT, nonce=NONCE, at=tools.NOW)
        assert caught.value.code == code


@pytest.mark.parametrize("url", ["ftp://x", "file:///etc/passwd", "", "http://127.0.0.1:1/"])
def test_an_address_that_cannot_be_used(enrolled_world, tools, url):
    with pytest.raises(ConfigurationError) as caught:
        RemoteAuthority(url, root=enrolled_world.trust.timestamp_root).stamp(IMPRINT, nonce=NONCE, at=tools.NOW)
    assert caught.value.code == "timestamp.unreachable"

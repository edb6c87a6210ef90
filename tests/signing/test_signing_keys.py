"""Keys and what the public pins: made once, opened with the right passphrase only, never overwritten, one spelling."""

import os
import random
import shutil
import stat
import subprocess
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from declaration.errors import CannotBeVerified, ConfigurationError, InputRefused, StateConflict
from declaration.ledger.note import Algorithm, SigningKey, encode_vkeys
from declaration.signing import certificates, keystore, p256, pkcs8
from declaration.signing.party import Signatory
from declaration.signing.trust import FILES, LEDGER_KEYS, SEAL_ROOT, SIGNING_ROOT, TIMESTAMP_ROOT, Trust

PASSPHRASE = "six words make a good passphrase"


def openssl(*arguments, cwd=None):
    program = shutil.which("openssl")
    if program is None:
        pytest.fail("openssl was not found: install the Debian package `openssl`.", pytrace=False)
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False, cwd=cwd)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, tools):
    directory = tmp_path_factory.mktemp("keys") / "private"
    keystore.init_keys(
        directory, passphrase=PASSPHRASE, at=tools.NOW, random=random.Random(7).randbytes, hardness=pkcs8.THROWAWAY
    )
    return directory


def reopen(folder, passphrase=PASSPHRASE):
    return keystore.open_keys(folder, passphrase=passphrase, random=os.urandom)


def test_what_is_made_is_opened(folder, tools):
    made = keystore.generate_keys(at=tools.NOW, random=random.Random(7).randbytes)
    opened = reopen(folder)
    for name in ("issuing_key", "timestamp_key", "seal_key"):
        assert getattr(opened, name).key.private_numbers() == getattr(made, name).key.private_numbers()
    assert opened.ledger_ed25519.private_bytes_raw() == made.ledger_ed25519.private_bytes_raw()
    assert opened.trust(tools.LEDGER).ledger_keys == made.trust(tools.LEDGER).ledger_keys
    assert opened.issuing.chain == (opened.issuing_key.certificate,)
    assert set(opened.crls) == {"seal-root", "timestamp-root"}


def test_files_are_for_their_owner_only(folder):
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = list(folder.iterdir())
    assert len(files) == 8 + 6 + 2
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    assert list(folder.parent.iterdir()) == [folder]


def test_openssl_opens_the_key_files(folder):
    for name in ("signing-root", "issuing", "timestamp", "seal", "ledger-ed25519"):
        done = openssl("pkey", "-in", folder / f"{name}.key", "-passin", f"pass:{PASSPHRASE}", "-noout")
        assert done.returncode == 0, done.stderr
    assert openssl("pkey", "-in", folder / "seal.key", "-passin", "pass:wrong", "-noout").returncode != 0


def test_openssl_verifies_the_certificates_and_lists(folder):
    for root, name in (("signing-root", "issuing"), ("timestamp-root", "timestamp"), ("seal-root", "seal")):
        done = openssl(
            "verify", "-CAfile", folder / f"{root}.pem", "-no_check_time", "-x509_strict", folder / f"{name}.pem"
        )
        assert done.returncode == 0, done.stderr
    for root in ("seal-root", "timestamp-root"):
        done = openssl("crl", "-in", folder / f"{root}.crl", "-CAfile", folder / f"{root}.pem", "-noout")
        assert "verify OK" in done.stderr


def test_keys_are_never_overwritten(folder, tools):
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(StateConflict) as caught:
        keystore.init_keys(folder, passphrase="x" * 20, at=tools.NOW, random=os.urandom, hardness=pkcs8.THROWAWAY)
    assert caught.value.code == "keys.exist"
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    empty = folder.parent / "empty"
    empty.mkdir()
    with pytest.raises(StateConflict):
        keystore.init_keys(empty, passphrase="x" * 20, at=tools.NOW, random=os.urandom, hardness=pkcs8.THROWAWAY)
    empty.rmdir()


def test_a_folder_that_stands_is_noticed_before_keys_are_made(folder, tools):
    def never(_length):
        raise AssertionError("a key was begun")

    with pytest.raises(StateConflict) as caught:
        keystore.init_keys(folder, passphrase="x" * 20, at=tools.NOW, random=never)
    assert caught.value.code == "keys.exist"


def test_a_folder_that_cannot_be_written(tmp_path, tools):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError) as caught:
        keystore.init_keys(
            tmp_path / "file" / "keys", passphrase="x", at=tools.NOW, random=os.urandom, hardness=pkcs8.THROWAWAY
        )
    assert caught.value.code == "keys.write"


@pytest.fixture
def copied(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "copy")


def code_of(folder, passphrase=PASSPHRASE):
    with pytest.raises(ConfigurationError) as caught:
        reopen(folder, passphrase)
    assert caught.value.hint
    return caught.value.code


def test_the_wrong_passphrase_is_told(folder):
    assert code_of(folder, "six words make a bad passphrase") == "keys.passphrase"


def test_a_folder_that_is_not_there(tmp_path):
    assert code_of(tmp_path / "nowhere") == "keys.missing"


@pytest.mark.parametrize(
    "name", ["issuing.key", "seal.pem", "timestamp-root.crl", "ledger-mldsa44.key", "signing-root.pem"]
)
def test_a_file_that_is_missing(copied, name):
    (copied / name).unlink()
    assert code_of(copied) == "keys.missing"


def test_the_roots_keys_may_be_in_a_safe(copied):
    for name in keystore.ROOTS:
        (copied / f"{name}.key").unlink()
    assert reopen(copied).issuing.chain


def test_a_file_that_others_may_read(copied):
    (copied / "issuing.key").chmod(0o640)
    assert code_of(copied) == "keys.mode"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("issuing.key", b"", "keys.damaged"),
        (
            "issuing.key",
            b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
            "keys.passphrase",
        ),
        ("seal.pem", b"nonsense", "keys.damaged"),
        ("seal-root.crl", b"nonsense", "keys.damaged"),
    ],
)
def test_a_file_that_is_damaged(copied, name, data, code):
    (copied / name).write_bytes(data)
    assert code_of(copied) == code


def test_files_that_were_mixed_up(copied):
    shutil.copy(copied / "seal.key", copied / "issuing.key")
    assert code_of(copied) == "keys.damaged"
    shutil.copy(copied / "ledger-ed25519.key", copied / "issuing.key")
    assert code_of(copied) == "keys.damaged"


def test_a_key_without_passphrase_is_not_accepted(copied):
    key = generate_private_key(SECP256R1())
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (copied / "issuing.key").write_bytes(plain)
    assert code_of(copied) == "keys.damaged"


def test_the_strength_of_the_encryption_is_as_documented(tmp_path):
    key = Ed25519PrivateKey.generate()
    data = pkcs8.encrypt(key, PASSPHRASE, random=os.urandom)
    assert pkcs8.decrypt(data, PASSPHRASE, name="x").private_bytes_raw() == key.private_bytes_raw()
    (tmp_path / "key").write_bytes(data)
    shown = openssl("asn1parse", "-in", tmp_path / "key").stdout
    for words in (":PBES2", ":scrypt", ":aes-256-cbc", "INTEGER           :4000", "INTEGER           :05"):
        assert words in shown
    assert (pkcs8.HARD.cost, pkcs8.SCRYPT_BLOCK, pkcs8.HARD.parallel) == (16384, 8, 5)


# certificates


def test_a_signatorys_name_fits_into_a_certificate():
    longest = Signatory("san_jose-1", "M" * 80, "กรุงเทพมหานคร" * 5, "Llanfair" * 12, "TH")
    subject = certificates.subject_of(longest)
    values = {item.oid: item.value for item in subject}
    assert all(len(value.encode()) <= 64 for value in values.values())
    assert values[NameOID.COMMON_NAME].endswith("…")
    assert values[NameOID.SERIAL_NUMBER] == "san=5Fjose-1"
    short = Signatory("a", "Mayor", "A", "A", "FR")
    assert {item.value for item in certificates.subject_of(short)} == {"FR", "A", "Mayor", "a"}


def test_two_ids_never_share_a_serial_number():
    ids = ["a_b", "a-b", "a.b", "a5Fb"]
    found = {
        certificates.subject_of(Signatory(name, "Mayor", "A", "A", "FR"))
        .get_attributes_for_oid(NameOID.SERIAL_NUMBER)[0]
        .value
        for name in ids
    }
    assert len(found) == len(ids)


def test_an_ephemeral_certificate_is_as_documented(enrolled_world, tools, tmp_path):
    key = generate_private_key(SECP256R1())
    party = enrolled_world.parties["algiers"]
    issued = enrolled_world.keys.issuing.issue(p256.spki(key.public_key()), party, tools.NOW)
    assert issued.not_valid_after_utc - issued.not_valid_before_utc == timedelta(minutes=10)
    assert issued.not_valid_before_utc < tools.NOW < issued.not_valid_after_utc
    (tmp_path / "leaf.pem").write_bytes(issued.public_bytes(Encoding.PEM))
    text = openssl("x509", "-in", tmp_path / "leaf.pem", "-noout", "-text").stdout
    for words in ("Digital Signature, Non Repudiation", "E-mail Protection", "1.3.6.1.5.5.7.3.36"):
        assert words in text
    assert "No Revocation Available" in text or "2.5.29.56" in text  # newer releases know its name


@pytest.mark.parametrize("curve", [SECP384R1])
def test_only_p256_keys_are_certified(enrolled_world, tools, curve):
    other = generate_private_key(curve()).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    good = p256.spki(generate_private_key(SECP256R1()).public_key())
    off = good[:-1] + bytes([good[-1] ^ 1])
    for lie in (other, off, good[:-1], good + b"\0", b""):
        with pytest.raises(InputRefused) as caught:
            enrolled_world.keys.issuing.issue(lie, enrolled_world.parties["algiers"], tools.NOW)
        assert caught.value.code == "key.p256"


# trust


def test_trust_survives_its_folder(enrolled_world, tmp_path):
    trust = enrolled_world.trust
    trust.write(tmp_path / "trust")
    assert Trust.from_directory(tmp_path / "trust") == trust
    assert Trust.from_files(trust.files()).files() == trust.files()
    assert trust.ledger == "declaration.example/duesseldorf-2019"


def test_fingerprints_are_those_that_openssl_shows(enrolled_world, tmp_path):
    enrolled_world.trust.write(tmp_path)
    shown = openssl("x509", "-in", tmp_path / SIGNING_ROOT, "-noout", "-fingerprint", "-sha256").stdout
    fingerprint = shown.strip().partition("=")[2].replace(":", "").lower()
    assert enrolled_world.trust.fingerprints()[SIGNING_ROOT] == fingerprint
    assert set(enrolled_world.trust.fingerprints()) == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_trust_file_that_is_missing_or_too_long(enrolled_world, tmp_path, name):
    files = enrolled_world.trust.files()
    missing = {key: value for key, value in files.items() if key != name}
    for lie, code in ((missing, "trust.missing"), (files | {name: bytes(70_000)}, "trust.size")):
        with pytest.raises(CannotBeVerified) as caught:
            Trust.from_files(lie)
        assert caught.value.code == code
    with pytest.raises(CannotBeVerified) as caught:
        Trust.from_directory(tmp_path)
    assert caught.value.code == "trust.missing"


@pytest.mark.parametrize("name", FILES)
def test_every_byte_of_a_trust_file_counts(enrolled_world, name):
    """Whatever is changed, either the folder is refused or it pins something else."""
    files = enrolled_world.trust.files()
    for place in range(0, len(files[name]), 7):
        for change in (1, 0x20):
            data = bytearray(files[name])
            data[place] ^= change
            try:
                other = Trust.from_files(files | {name: bytes(data)})
            except CannotBeVerified:
                continue
            assert other != enrolled_world.trust


PEM_LIES = {
    "nothing": lambda _: b"",
    "two certificates": lambda pem: pem + pem,
    "words before": lambda pem: b"Root\n" + pem,
    "another line length": lambda pem: pem.replace(b"\n", b"", 2).replace(b"-----M", b"-----\nM", 1),
    "no last newline": lambda pem: pem[:-1],
    "carriage returns": lambda pem: pem.replace(b"\n", b"\r\n"),
    "another label": lambda pem: pem.replace(b"CERTIFICATE", b"X509 CERTIFICATE"),
}


@pytest.mark.parametrize("name", PEM_LIES)
def test_a_root_has_one_spelling(enrolled_world, name):
    files = enrolled_world.trust.files()
    with pytest.raises(CannotBeVerified) as caught:
        Trust.from_files(files | {SIGNING_ROOT: PEM_LIES[name](files[SIGNING_ROOT])})
    assert caught.value.code == "trust.root"


def test_a_root_is_a_self_signed_authority(enrolled_world):
    files = enrolled_world.trust.files()
    seal, issuing = enrolled_world.keys.seal_key.certificate, enrolled_world.keys.issuing_key.certificate
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Root")])
    bare = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(seal.not_valid_before_utc)
        .not_valid_after(seal.not_valid_after_utc)
    )
    leaf = bare.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True).sign(key, SHA256())
    for lie in (seal, issuing, bare.sign(key, SHA256()), leaf):
        with pytest.raises(CannotBeVerified) as caught:
            Trust.from_files(files | {SEAL_ROOT: lie.public_bytes(Encoding.PEM)})
        assert caught.value.code == "trust.root"


def test_ledger_keys_are_one_of_each_kind_and_witnesses_after(enrolled_world, tools):
    files, keys = enrolled_world.trust.files(), enrolled_world.trust.ledger_keys
    witness = SigningKey("witness.example", Algorithm.COSIGNATURE, Ed25519PrivateKey.generate()).verifier()
    stranger = SigningKey("other.example/x", Algorithm.ED25519, Ed25519PrivateKey.generate()).verifier()
    assert Trust.from_files(files | {LEDGER_KEYS: encode_vkeys((*keys, witness))}).ledger == tools.LEDGER
    for lie in (keys[:1], keys[1:], keys[::-1], (*keys, stranger), (stranger, *keys), (keys[0], witness, keys[1])):
        with pytest.raises(CannotBeVerified) as caught:
            Trust.from_files(files | {LEDGER_KEYS: encode_vkeys(lie)})
        assert caught.value.code == "trust.keys"
    with pytest.raises(CannotBeVerified):
        Trust.from_files(files | {LEDGER_KEYS: b"\xff"})


def test_an_external_timestamp_root_can_be_pinned(enrolled_world, tools):
    other = tools.World(seed=3).keys.roots["timestamp-root"]
    trust = enrolled_world.keys.trust(tools.LEDGER, timestamp_root=other)
    assert trust.files()[TIMESTAMP_ROOT] == other.public_bytes(Encoding.PEM)

"""What is read by place is what the declared structures say, on good bytes and on every kind of changed ones.

Each quick reader is held against the one that it stands in for: what it reads, that one reads alike; and what it does
not know, it leaves to it.
"""

import random
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from drawing_lies import GOOD, LIES
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.canonical import sha256
from declaration.errors import DeclarationError, InputRefused, VerificationError
from declaration.signing import by_place, certificates, cms, drawing, fields, token_shapes
from declaration.signing.statement import Signatory
from declaration.signing.timestamp import EmbeddedAuthority, verify_token

MAYOR = "abidjan"
IMPRINT = sha256(b"a signature")
SOME_EXAMPLES = settings(max_examples=300, deadline=None)


def changed_everywhere(good):
    """Give `good` with each byte changed in three ways, cut at each place, and with each byte doubled."""
    for place, byte in enumerate(good):
        for other in {byte ^ 0x01, byte ^ 0x80, 0x00, 0xFF} - {byte}:
            yield good[:place] + bytes([other]) + good[place + 1 :]
        yield good[:place]
        yield good[: place + 1] + good[place:]


@st.composite
def spliced(draw, good):
    """Draw `good` with a few pieces taken out, put in, or moved."""
    data = bytearray(good)
    for _ in range(draw(st.integers(1, 3))):
        begin = draw(st.integers(0, len(data)))
        end = draw(st.integers(begin, min(len(data), begin + 400)))
        piece = draw(st.binary(max_size=6) | st.just(bytes(data[begin:end])))
        at = draw(st.integers(0, len(data)))
        if draw(st.booleans()):
            data[begin:end] = piece
        else:
            data[at:at] = piece
    return bytes(data)


# signatures


def read_with(read, *arguments):
    """Return what a reader of signatures finds, or its refusal."""
    try:
        message = read(*arguments)
    except VerificationError as error:
        return error.code
    others = [item.data for item in message.others]
    return message.signer.data, others, message.attributes, message.signature, message.token


def agrees(data):
    """Tell whether a signature was read by place; if so, it reads as its structures say."""
    placed = by_place.place_message(data)
    found = None if placed is None else read_with(cms._read_placed, placed)
    strictly = read_with(cms._read_any, data)
    assert read_with(cms.read, data) == strictly
    if isinstance(found, tuple):
        assert found == strictly
    return isinstance(found, tuple)


@pytest.fixture
def named(signed_world, tools):
    """Make a signature by somebody with these names, without and with a timestamp."""

    def make(*texts, at=tools.NOW):
        key = generate_private_key(SECP256R1())
        issuing = signed_world.keys.issuing_key
        certificate = certificates.issue_ephemeral(
            issuing, key.public_key(), Signatory("a_b", *texts, "FR"), at=at, random=signed_world.random
        )
        attributes = cms.signed_attributes(digest=IMPRINT, certificate=certificate, signing_time=at)
        signature = key.sign(attributes, ECDSA(SHA256()))
        plain = cms.assemble(attributes, signature, [certificate, *issuing.chain])
        token = signed_world.keys.timestamps.stamp(cms.imprint(plain), nonce=1, at=at)
        return plain, cms.add_timestamp(plain, token)

    return make


def test_every_signature_of_ours_is_read_by_place(signed_world, named, tools):
    ours = [evidence.cms for evidence in signed_world.evidence.values()]
    for texts in (("M", "M", "M"), ("Maire" * 14, "é" * 90, "ডুসেলডর্ফ" * 6), ("Bürgermeister", "لأ" * 40, "市" * 60)):
        ours += named(*texts)
    ours += named("Mayor", "of", "2049", at=tools.NOW.replace(year=2049))
    assert all(agrees(data) for data in ours)
    for data in ours:
        (signatory,) = (item for item in by_place.place_message(data).certificates if by_place.place_certificate(item))
        assert fields._read(signatory) == fields._read_any(signatory)


def test_a_signature_of_another_form_is_left_to_its_structures(signed_world, named, tools):
    late = tools.NOW.replace(year=2050)
    for data in named("Mayor", "of", "2050", at=late):  # the attributes say it in another form, and so the certificate
        assert cms.read(data).attributes.signing_time == late
    merged = cms.merge(item.cms for item in signed_world.evidence.values())
    assert not agrees(merged)
    certificate = signed_world.keys.issuing_key.certificate.public_bytes(Encoding.DER)
    assert by_place.place_certificate(certificate) is None


def test_a_changed_byte_anywhere_in_a_signature_is_judged_alike(signed_world):
    good = signed_world.evidence[MAYOR].cms
    changed = list(changed_everywhere(good))
    assert 0 < sum(map(agrees, changed)) < len(changed)


@SOME_EXAMPLES
@given(st.data())
def test_a_signature_put_together_otherwise_is_judged_alike(signed_world, data):
    agrees(data.draw(spliced(signed_world.evidence[MAYOR].cms)))


# certificates


def fields_of(read, data):
    try:
        fields.Seen(data)  # which is what is read first
        return read(data)
    except Exception as error:  # noqa: BLE001 - both must fail, each in its own words
        return type(error)


def test_a_changed_byte_anywhere_in_a_certificate_is_judged_alike(signed_world):
    good = cms.read(signed_world.evidence[MAYOR].cms).signer.data
    placed = 0
    for data in changed_everywhere(good):
        placed += fields_of(by_place.place_certificate, data) not in {None, ValueError}
        assert fields_of(fields._read, data) == fields_of(fields._read_any, data)
    assert placed > 300


@SOME_EXAMPLES
@given(st.data())
def test_a_certificate_put_together_otherwise_is_judged_alike(signed_world, data):
    other = data.draw(spliced(cms.read(signed_world.evidence[MAYOR].cms).signer.data))
    assert fields_of(fields._read, other) == fields_of(fields._read_any, other)


def test_a_certificate_with_the_same_extensions_in_another_order(signed_world, tools):
    keys, key = signed_world.keys, generate_private_key(SECP256R1())
    ours = keys.issuing_key.certificate
    issued = cms.read(signed_world.evidence[MAYOR].cms).certificate
    builder = x509.CertificateBuilder(ours.subject, issued.subject, key.public_key(), issued.serial_number)
    builder = builder.not_valid_before(tools.NOW).not_valid_after(tools.NOW + timedelta(minutes=10))
    for extension in reversed(list(issued.extensions)):
        builder = builder.add_extension(extension.value, extension.critical)
    data = builder.sign(keys.issuing_key.key, SHA256()).public_bytes(Encoding.DER)
    assert by_place.place_certificate(data) is None
    known = fields._read(issued.public_bytes(Encoding.DER)).extensions
    assert fields._read(data).extensions == known


# tokens


@pytest.fixture
def unfamiliar(monkeypatch):
    """Forget every shape, and let the test say when."""

    def forget():
        monkeypatch.setattr(token_shapes, "_shapes", {})

    forget()
    return forget


def judged(token, imprint, root):
    try:
        return verify_token(token, imprint=imprint, root=root)
    except DeclarationError as error:
        return error.code


def both_ways(token, imprint, root, good, forget):
    """Return what is said of a token when its like was verified before, and when it was not."""
    forget()
    strictly = judged(token, imprint, root)
    forget()
    assert not isinstance(judged(good, imprint, root), str)
    return judged(token, imprint, root), strictly


def test_a_token_like_one_before_is_not_taken_apart_again(signed_world, unfamiliar, tools, monkeypatch):
    authority, root = signed_world.keys.timestamps, signed_world.trust.timestamp_root
    moments = [tools.NOW + timedelta(days=day, seconds=7 * day) for day in range(40)]
    nonces = [(0x7F if day % 2 else 0x80) << 56 | 1000 + day for day in range(40)]  # a high bit takes one byte more
    tokens = [
        authority.stamp(sha256(bytes([day])), nonce=nonce, at=at)
        for day, (nonce, at) in enumerate(zip(nonces, moments, strict=True))
    ]
    for token in tokens:
        assert not isinstance(judged(token, token_shapes_imprint(token), root), str)
    assert 1 <= sum(map(len, token_shapes._shapes.values())) <= 12  # signatures have 70 to 72 bytes, rarely 69
    monkeypatch.setattr("declaration.signing.structures.decode", None)
    for day, token in enumerate(tokens):
        told = verify_token(token, imprint=sha256(bytes([day])), root=root, nonce=nonces[day])
        assert told.at == moments[day]


def token_shapes_imprint(token):
    """Return the imprint of a token of ours: what stands before its serial number."""
    place = token.index(bytes.fromhex("0609608648016503040201050004 20".replace(" ", "")))
    return token[place + 15 : place + 47]


def test_a_changed_byte_anywhere_in_a_token_is_judged_alike(signed_world, unfamiliar):
    good = cms.read(signed_world.evidence[MAYOR].cms)
    imprint, root = cms.imprint(signed_world.evidence[MAYOR].cms), signed_world.trust.timestamp_root
    drawn = random.Random(5)
    for token in drawn.sample(list(changed_everywhere(good.token)), 900):
        told, strictly = both_ways(token, imprint, root, good.token, unfamiliar)
        assert told == strictly


def resigned(authority, token, place, other):
    """Return a token whose content says something else of the same length, signed by its authority again."""
    opened = token_shapes.familiar_token(token)
    content = opened.content.replace(place, other)
    assert len(content) == len(opened.content)
    assert content != opened.content
    attributes = opened.attributes.replace(opened.digest, sha256(content))
    for _ in range(200):
        signature = authority._certified.key.sign(attributes, ECDSA(SHA256()))
        if len(signature) == len(opened.signature):
            break
    changed = token.replace(opened.content, content).replace(opened.attributes[1:], attributes[1:])
    return changed.replace(opened.signature, signature)


NUMBER = bytes.fromhex("0a0b0c0d0e0f1011")
SAID = {
    "another second": (b"20190901110000Z", b"20190901110001Z"),
    "no such day": (b"20190901110000Z", b"20190931110000Z"),
    "no such second": (b"20190901110000Z", b"20190901110060Z"),
    "no digits": (b"20190901110000Z", b"201909011100 0Z"),
    "another zone": (b"20190901110000Z", b"20190901110000A"),
    "year nought": (b"20190901110000Z", b"00000901110000Z"),
    "a fraction": (b"20190901110000Z", b"2019090111000.5"),
    "another number": (NUMBER, NUMBER[::-1]),
    "a negative number": (NUMBER, b"\x8a" + NUMBER[1:]),
    "a number that is too long": (NUMBER, b"\x00" + NUMBER[1:]),
    "a number with a high bit": (NUMBER, b"\x00\xff" + NUMBER[2:]),
    "a number with a needless byte": (NUMBER, b"\x00\x0a" + NUMBER[2:]),
    "another imprint": (IMPRINT, sha256(b"another signature")),
    "no imprint": (IMPRINT, bytes(32)),
}


FOUND = {
    "another second": "",
    "another number": "",
    "a number with a high bit": "",
    "a negative number": "",  # RFC 3161 leaves the sign of a nonce open
    "another imprint": "timestamp.imprint",
    "no imprint": "timestamp.imprint",
}


@pytest.mark.parametrize("name", SAID)
def test_what_an_authority_signs_in_the_gaps_is_judged_alike(signed_world, unfamiliar, tools, name):
    keys, root = signed_world.keys, signed_world.trust.timestamp_root
    authority = EmbeddedAuthority(keys.timestamp_key, random=signed_world.random)
    good = authority.stamp(IMPRINT, nonce=int.from_bytes(NUMBER, "big"), at=tools.NOW)
    assert not isinstance(judged(good, IMPRINT, root), str)
    token = resigned(authority, good, *SAID[name])
    told, strictly = both_ways(token, IMPRINT, root, good, unfamiliar)
    assert told == strictly
    assert (told if isinstance(told, str) else "") == FOUND.get(name, "timestamp.unreadable")


def test_only_who_is_below_a_pinned_root_makes_a_shape(signed_world, unfamiliar, tools):
    other = generate_private_key(SECP256R1())
    root = certificates.issue_root(other, "Other", path_length=0, at=tools.NOW, random=signed_world.random)
    stranger = certificates.issue_timestamper(root, other, "Stranger", at=tools.NOW, random=signed_world.random)
    token = EmbeddedAuthority(stranger, random=signed_world.random).stamp(IMPRINT, nonce=1 << 60, at=tools.NOW)
    assert isinstance(judged(token, IMPRINT, signed_world.trust.timestamp_root), str)
    assert token_shapes._shapes == {}
    # and who was familiar below one root is still a stranger below another
    assert not isinstance(judged(token, IMPRINT, root.certificate), str)
    assert token_shapes.familiar_token(token) is not None
    assert judged(token, IMPRINT, signed_world.trust.timestamp_root) == "timestamp.untrusted"


def test_shapes_fill_no_memory(signed_world, unfamiliar, tools):
    authority, root = signed_world.keys.timestamps, signed_world.trust.timestamp_root
    for bits in range(4, 130):
        token = authority.stamp(IMPRINT, nonce=(1 << bits) - 1, at=tools.NOW)
        assert not isinstance(judged(token, IMPRINT, root), str)
    assert sum(map(len, token_shapes._shapes.values())) <= token_shapes.MAX_SHAPES


# drawings


def is_drawn(data):
    try:
        drawing.Drawing.parse(data)
    except InputRefused:
        return False
    return True


def test_a_changed_byte_anywhere_in_a_drawing_is_judged_alike():
    for data in (GOOD, *changed_everywhere(GOOD), *(lie for lie, _ in LIES.values())):
        assert drawing._is_drawing(data) == is_drawn(data)


COORDINATES = st.sampled_from(
    ["0", "00", "1", "9", "10", "999", "1000", "1199", "1200", "1201", "2999", "3000", "3001", "12000", ""]
)


@SOME_EXAMPLES
@given(st.lists(st.tuples(st.sampled_from("MLL"), COORDINATES, COORDINATES), min_size=1, max_size=6))
def test_a_path_put_together_otherwise_is_judged_alike(points):
    path = "".join(f"{pen}{across} {down}" for pen, across, down in points)
    data = f"{drawing.HEAD}{path}{drawing.TAIL}".encode()
    assert drawing._is_drawing(data) == is_drawn(data)

"""DER element by element: what is read is what others read, and nothing but DER is."""

import pytest
from asn1crypto import parser
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.errors import InputRefused
from declaration.signing import tlv
from declaration.signing.certificates import subject_bytes, subject_of
from declaration.signing.fields import Seen
from declaration.signing.statement import Signatory
from declaration.signing.structures import encode, wrap

HOSTILE = {
    "nothing": b"",
    "only a tag": b"\x30",
    "indefinite length": b"\x30\x80\x00\x00",
    "reserved length": b"\x30\xff" + bytes(127),
    "length in a needless byte": b"\x30\x81\x01\x00",
    "length with a leading zero": b"\x30\x82\x00\x80" + bytes(128),
    "length of five bytes": b"\x30\x85\x01\x00\x00\x00\x00",
    "length beyond the end": b"\x30\x02\x00",
    "huge length": b"\x30\x84\xff\xff\xff\xff",
    "length that ends in the middle": b"\x30\x82\x01",
    "tag of several bytes": b"\x1f\x01\x00",
    "something follows": b"\x30\x00\x00",
    "another tag": b"\x31\x00",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_der_is_refused(name):
    with pytest.raises(ValueError, match=r"element|length|tag"):
        tlv.whole(HOSTILE[name], tlv.SEQUENCE)


def test_a_child_ends_within_its_parent():
    data = b"\x30\x02\x04\x01\x00"
    with pytest.raises(ValueError, match="longer than what holds it"):
        tlv.children(data, tlv.element(data, 0, len(data)))


def test_deep_nesting_is_no_recursion():
    data = b""
    for _ in range(5_000):
        data = wrap(tlv.SEQUENCE, data)
    assert len(tlv.children(data, tlv.whole(data, tlv.SEQUENCE))) == 1


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=40) | st.builds(wrap, st.sampled_from([2, 4, 0x30, 0xA0]), st.binary(max_size=300)))
def test_whatever_is_read_asn1crypto_reads_alike(data):
    try:
        found = tlv.element(data, 0, len(data))
    except ValueError:
        return
    _, _, _, header, content, trailer = parser.parse(data[: found.end], strict=True)
    assert (header, content, trailer) == (data[: found.start], data[found.start : found.end], b"")
    assert wrap(found.tag, content) == data[: found.end]


def test_parts_of_a_certificate_are_those_that_the_library_finds(signed_world):
    for root in signed_world.keys.roots.values():
        found = Seen(root.public_bytes(Encoding.DER)).fields
        assert found.issuer == root.issuer.public_bytes()
        assert found.subject == root.subject.public_bytes()
        assert found.signed == root.tbs_certificate_bytes
        assert found.one_algorithm
        expected = {encode(item.oid): (item.critical, item.value.public_bytes()) for item in root.extensions}
        assert found.extensions == expected


def test_a_certificate_that_is_cut_anywhere_is_none(signed_world):
    data = signed_world.keys.roots["signing-root"].public_bytes(Encoding.DER)
    for size in range(len(data)):
        with pytest.raises(ValueError, match=r"element|length|parsing asn1"):
            Seen(data[:size])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=90), min_size=3, max_size=3
    )
)
def test_the_subject_is_written_as_the_library_writes_it(texts):
    try:
        signatory = Signatory("a_b.c-1", *texts, "FR")
    except InputRefused:  # not in NFC
        return
    name = subject_of(signatory)
    assert isinstance(name, x509.Name)
    assert subject_bytes(signatory) == name.public_bytes()

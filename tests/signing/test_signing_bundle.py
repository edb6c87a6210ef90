"""Bundles: one spelling for each, every byte of it under some signature, and nothing hostile gets out of hand."""

import json
import random
import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.canonical import b64u, encode
from declaration.errors import CannotBeVerified, DeclarationError, InputRefused, VerificationError
from declaration.signing import verify
from declaration.signing.bundle import MAX_BUNDLE, Bundle, Evidence
from declaration.signing.drawing import Drawing
from declaration.signing.statement import Act


@pytest.fixture(scope="module")
def files(signed_world):
    return {name: signed_world.bundle(name).encode() for name in signed_world.parties}


@pytest.mark.parametrize("name", ["abidjan", "algiers", "bijeljina"])
def test_a_bundle_has_one_spelling(files, name):
    bundle = Bundle.parse(files[name])
    assert bundle.encode() == files[name]
    assert encode(json.loads(files[name])) == files[name]
    assert bundle.act is (Act.DECLINE if name == "bijeljina" else Act.SIGN)


def test_evidence_has_one_spelling_and_its_digest_covers_it(signed_world):
    evidence = signed_world.evidence["algiers"]
    assert Evidence.parse(evidence.encode()) == evidence
    changes = (
        {"statement": evidence.statement + b" "},
        {"cms": evidence.cms + b"\0"},
        {"drawn": None},
        {"drawn": Drawing((((1, 2), (3, 4)),)).svg()},
        {"assertion": replace(evidence.assertion, signature=b"\x30\x06\x02\x01\x01\x02\x01\x01")},
    )
    digests = {evidence.digest, *(replace(evidence, **change).digest for change in changes)}
    assert len(digests) == 1 + len(changes)
    for lie in (evidence.encode() + b" ", b"{}", b"[]", b"", encode({**evidence.as_json(), "more": 1})):
        with pytest.raises(InputRefused):
            Evidence.parse(lie)


def test_parts_belong_to_the_act(signed_world):
    signature, decline = signed_world.bundle("abidjan"), signed_world.bundle("bijeljina")
    assert decline.evidence is None
    for bundle, change in (
        (signature, {"cms": None}),
        (signature, {"act": Act.DECLINE}),
        (decline, {"cms": b"x"}),
        (decline, {"drawn": b"x"}),
        (decline, {"act": Act.SIGN}),
    ):
        with pytest.raises(InputRefused) as caught:
            replace(bundle, **change)
        assert caught.value.code == "bundle.parts"


FORM_LIES = {
    "another format": {"format": "declaration-bundle/2"},
    "another act": {"act": "enrol"},
    "an act that is null": {"act": None},
    "no CMS": {"cms": None},
    "CMS with padding": {"cms": "AAA="},
    "CMS with stray bits": {"cms": "AB"},
    "CMS in another alphabet": {"cms": "+/+/"},
    "an empty drawing": {"drawn": ""},
    "a drawing too large": {"drawn": b64u(bytes(65_537))},
    "a drawing that is a picture": {"drawn": b64u(b"\x89PNG\r\n\x1a\n" + bytes(40))},
    "a drawing that is another SVG": {"drawn": b64u(b'<svg xmlns="http://www.w3.org/2000/svg"/>')},
    "a statement that is an object": {"statement": {}},
    "a statement too long": {"statement": "x" * 60_000},
    "no assertion": {"assertion": None},
    "entries in a list": {"entries": []},
    "an entry too few": {"entries": {"opened": None}},
    "a checkpoint that is empty": {"checkpoint": ""},
    "a checkpoint too long": {"checkpoint": "x" * 140_000},
    "a member more": {"more": 1},
}


@pytest.mark.parametrize("name", FORM_LIES)
def test_a_bundle_of_another_form(files, name):
    lie = encode(json.loads(files["abidjan"]) | FORM_LIES[name])
    with pytest.raises(CannotBeVerified) as caught:
        Bundle.parse(lie)
    assert caught.value.code == "bundle.malformed"


ENTRY_LIES = {
    "a negative index": {"index": -1},
    "an index that is true": {"index": True},
    "an index in words": {"index": "0"},
    "an entry that is an object": {"entry": {}},
    "an entry too long": {"entry": "x" * 65_536},
    "a proof in words": {"proof": "x"},
    "a hash too short": {"proof": ["00"]},
    "a hash in capitals": {"proof": ["AB" * 32]},
    "a proof too long": {"proof": ["00" * 32] * 64},
    "a member more": {"more": 1},
}


@pytest.mark.parametrize("name", ENTRY_LIES)
def test_an_entry_of_another_form(files, name):
    value = json.loads(files["abidjan"])
    value["entries"]["recorded"] |= ENTRY_LIES[name]
    with pytest.raises(CannotBeVerified) as caught:
        Bundle.parse(encode(value))
    assert caught.value.code == "bundle.malformed"


SPELLING_LIES = {
    "space around it": lambda data: b" " + data,
    "a newline at the end": lambda data: data + b"\n",
    "a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "members in another order": lambda data: json.dumps(
        dict(reversed(json.loads(data).items())), separators=(",", ":")
    ).encode(),
    "escapes without need": lambda data: data.replace(b"declaration-bundle", b"\\u0064eclaration-bundle"),
    "a number with a fraction": lambda data: data.replace(b'"index":0', b'"index":0.0'),
    "a number with an exponent": lambda data: data.replace(b'"index":0', b'"index":0e0'),
    "a member twice": lambda data: data[:-1] + b',"act":"sign"}',
    "cut off": lambda data: data[:-1],
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "half a character": lambda data: data.replace(b"Abidjan", b"\xc3"),
    "nested without end": lambda _: b"[" * 100_000,
    "too long": lambda _: b" " * (MAX_BUNDLE + 1),
    "a number without end": lambda _: b"1" * 10_000,
    "nothing": lambda _: b"",
}


@pytest.mark.parametrize("name", SPELLING_LIES)
def test_a_bundle_in_another_spelling(files, name):
    with pytest.raises(CannotBeVerified) as caught:
        Bundle.parse(SPELLING_LIES[name](files["abidjan"]))
    assert caught.value.code == "bundle.malformed"


def judge(world, data):
    bundle = Bundle.parse(data)
    function = verify.verify_bundle if bundle.act is Act.SIGN else verify.verify_decline
    return function(bundle, instrument=world.frozen, trust=world.trust)


@pytest.mark.parametrize("name", ["abidjan", "algiers", "bijeljina"])
def test_every_byte_of_a_bundle_counts(signed_world, files, name):
    """A hundred places in each bundle, each byte changed in one bit or replaced: refused every time, with a code."""
    chosen = random.Random(name)
    good = files[name]
    assert judge(signed_world, good)
    for _ in range(100):
        data = bytearray(good)
        place = chosen.randrange(len(data))
        data[place] = data[place] ^ (1 << chosen.randrange(8)) if chosen.random() < 0.5 else chosen.randrange(256)
        if bytes(data) == good:
            continue
        with pytest.raises(VerificationError) as caught:
            judge(signed_world, bytes(data))
        assert caught.value.code
        assert caught.value.hint


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_hostile_bundles_never_raise_anything_of_their_own(signed_world, files, data):
    """Changed inside their values, so that the form often holds and the later steps are reached."""
    value = json.loads(files[data.draw(st.sampled_from(sorted(files)))])
    paths = [
        ("statement",),
        ("cms",),
        ("checkpoint",),
        ("assertion", "client_data"),
        ("assertion", "authenticator_data"),
        ("assertion", "signature"),
        *(("entries", name, "entry") for name in ("opened", "enrolled", "frozen", "recorded")),
    ]
    path = data.draw(st.sampled_from(paths))
    place = value
    for name in path[:-1]:
        place = place[name]
    text = place[path[-1]] or "A"
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 4))
    changed = text[:at] + data.draw(st.text(max_size=4)) + text[at + cut :]
    place[path[-1]] = changed
    try:
        judge(signed_world, encode(value))
    except DeclarationError:
        return
    assert changed == text


def test_a_bundle_that_is_refused_costs_little(files):
    """A megabyte of brackets, quotes or digits must not become a gigabyte of objects."""
    tracemalloc.start()
    for filler in (b"[", b'"', b"1", b"[0,", b'{"a":'):
        with pytest.raises(CannotBeVerified):
            Bundle.parse(filler * (MAX_BUNDLE // len(filler)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 * MAX_BUNDLE

"""Canonical JSON, DER and the other foundations of the verifier in the browser, against independent ones."""

import hashlib
import json
import random

import pytest
import rfc8785
from asn1crypto import core
from web_phone import chromium
from web_verifier import Site, Verifier, serving

from declaration import canonical
from declaration.canonical import b64u
from declaration.errors import InputRefused

WORDS = ("", "a", "é", "e\u0301", "\u2028", "\x7f", '\x1f\t\n"\\/', "😀", "الجزائر", "\ufeff", "__proto__", "ঢাকা")
READ = """async (texts) => texts.map((text) => {
  try {
    const data = ours.bytes.unb64u(text);
    const value = ours.canonical.parse(data, 1 << 20);
    const written = ours.canonical.encode(value);
    return [ours.bytes.b64u(written), ours.bytes.equal(written, data)];
  } catch (error) {
    return error instanceof ours.bytes.Malformed || error instanceof SyntaxError ? null : String(error);
  }
})"""
DER = """async (texts) => texts.map((text) => {
  const told = {};
  const data = ours.bytes.unb64u(text);
  for (const [name, act] of Object.entries({
    walk: () => ours.der.requireWellFormed(data),
    integer: () => String(ours.der.integer(ours.der.read(data))),
    oid: () => ours.der.oid(ours.der.read(data)),
    time: () => ours.der.time(ours.der.read(data)),
    set: () => ours.der.setOf(ours.der.read(data)).length,
    boolean: () => ours.der.boolean(ours.der.read(data)),
  })) {
    try { told[name] = act() ?? true; }
    catch (error) { told[name] = error instanceof ours.bytes.Malformed ? null : `crash: ${error}`; }
  }
  return told;
})"""


@pytest.fixture(scope="module")
def verifier():
    site = Site()
    with serving(site) as address, chromium() as browser:
        yield Verifier(browser, site, address)


def value(drawn, depth):
    kind = drawn.randrange(7 if depth else 5)
    if kind == 5:
        return [value(drawn, depth - 1) for _ in range(drawn.randrange(4))]
    if kind == 6:
        names = ["a", "b", "a.b", "A", "_", "__proto__", "zebra", "constructor", "10", "9"]
        return {name: value(drawn, depth - 1) for name in drawn.sample(names, drawn.randrange(5))}
    return (None, True, False, drawn.choice([0, -1, 2**53 - 1, 1 - 2**53, drawn.randrange(10**6)]), words(drawn))[kind]


def words(drawn):
    return "".join(drawn.choices(WORDS, k=drawn.randrange(4)))


def test_canonical_json_is_that_of_others(verifier):
    drawn = random.Random(8785)
    values = [value(drawn, 5) for _ in range(600)]
    wanted = [rfc8785.dumps(each) for each in values]
    loose = [json.dumps(each, indent=drawn.randrange(3), ensure_ascii=drawn.random() < 0.5).encode() for each in values]
    told = verifier.run(READ, [b64u(data) for data in wanted + loose])
    assert [found[0] for found in told] == [b64u(data) for data in wanted] * 2
    assert all(found[1] for found in told[:600])


HOSTILE_JSON = (
    *(b"", b" ", b"{", b"[1,]", b"{,}", b"01", b"-", b"+1", b"1.0", b"1e2", b"-0.0", b"9007199254740992", b"NaN"),
    *(b"Infinity", b"nul", b"truee", b"'a'", b'"\n"', b'"\\x"', b'"\\u12"', b'"\\ud800"', b'"\\ud800\\ud800"', b'"a'),
    *(b'{"a":1,"a":1}', b'{"a":1,"\\u0061":1}', '{"é":1}'.encode(), b'\xef\xbb\xbf"a"', b'"\xff"', b"[1]x", b"[1][1]"),
    *(b"[" * 33 + b"null" + b"]" * 33, b"[" * 34 + b"]" * 34, b'{"a":' * 34 + b"1" + b"}" * 34, b"[" * 100_000),
    *(
        b'{"a"}',
        b'{"a":}',
        b"{1:1}",
        b"\x00",
        b'"\\"',
        b'"\\\\"',
        b'"\\\\\\""',
        b"-0",
        b"[ ]",
        b"\x0c1",
        b"1 ",
        b"1\xa0",
    ),
)


def test_hostile_json_is_judged_as_by_python(verifier):
    drawn = random.Random(7)
    good = canonical.encode({"a": [1, "é", None, {"b": True}], "c": "\n\\"})
    cases = [*HOSTILE_JSON]
    for _ in range(600):
        copy = bytearray(good)
        for _ in range(drawn.randrange(1, 3)):
            copy[drawn.randrange(len(copy))] = drawn.randrange(256)
        cases.append(bytes(copy))
    wanted = []
    for data in cases:
        try:
            wanted.append(b64u(canonical.encode(canonical.parse(data, limit=1 << 20, what="It"))))
        except InputRefused:
            wanted.append(None)
    told = verifier.run(READ, [b64u(data) for data in cases])
    wrong = [
        (data, found) for data, found, good in zip(cases, told, wanted, strict=True) if (found and found[0]) != good
    ]
    assert not wrong
    assert None in wanted[: len(HOSTILE_JSON)]


HOSTILE_DER = (
    *("", "30", "3080", "30800000", "308100", "30820001ff", "3081800", "1f8101", "3f01", "30847fffffff", "3085010000"),
    *("0200", "02020001", "0202ff80", "020180", "0202008000", "0600", "060180", "06028001", "06032a8648", "0602 2a86"),
    *(
        "0101ff",
        "010101",
        "01020000",
        "0100",
        "3106020101020100",
        "3106020100020101",
        "3100",
        "31030201",
        "170d3139303930",
    ),
    *("170d3139303932393131303030305a", "170d3139303233303131303030305a", "180f32303139303930313131303030305a"),
    *(
        "181132303139303930313131303030302e355a",
        "181132303139303930313131303030302e305a",
        "18103230313930393031313130303030355a",
    ),
)


def test_hostile_der_is_refused_and_never_crashes(verifier):
    drawn = random.Random(690)
    cases = [bytes.fromhex(text.replace(" ", "")[: len(text.replace(" ", "")) // 2 * 2]) for text in HOSTILE_DER]
    good = bytes.fromhex("301e0201050603551d0f0101ff0410") + bytes(16)
    for _ in range(500):
        copy = bytearray(good)
        copy[drawn.randrange(len(copy))] = drawn.randrange(256)
        cases.append(bytes(copy))
    cases.append(bytes.fromhex("3082") + (40_000).to_bytes(2, "big") + b"\x30\x80" * 20_000)
    cases.append(nested(5_000))
    told = verifier.run(DER, [b64u(data) for data in cases])
    assert not [found for found in told if any(str(item).startswith("crash") for item in found.values())]
    assert all(found["walk"] is None for found in told[1:9])
    assert told[-1]["walk"] is None


def nested(levels):
    data = b""
    for _ in range(levels):
        size = len(data)
        length = bytes([size]) if size < 128 else bytes([0x80 | (size.bit_length() + 7) // 8])
        data = b"\x30" + length + (b"" if size < 128 else size.to_bytes((size.bit_length() + 7) // 8, "big")) + data
    return data


def test_numbers_names_and_moments_are_read_as_by_others(verifier):
    drawn = random.Random(3)
    numbers = [
        0,
        1,
        -1,
        127,
        128,
        -128,
        -129,
        2**64,
        -(2**64),
        *(drawn.randrange(-(2**160), 2**160) for _ in range(50)),
    ]
    names = ["1.2.840.113549.1.7.2", "2.5.29.15", "2.999.1", "1.3.6.1.5.5.7.3.8", f"2.25.{2**100}"]
    told = verifier.run(DER, [b64u(core.Integer(each).dump()) for each in numbers])
    assert [found["integer"] for found in told] == [str(each) for each in numbers]
    told = verifier.run(DER, [b64u(core.ObjectIdentifier(each).dump()) for each in names])
    assert [found["oid"] for found in told] == names
    moments = {"190901110000Z": 1567335600000, "500101000000Z": -631152000000, "491231235959Z": 2524607999000}
    told = verifier.run(DER, [b64u(bytes([0x17, len(text)]) + text.encode()) for text in moments])
    assert [found["time"] for found in told] == list(moments.values())


def test_digests_and_spellings(verifier):
    drawn = random.Random(4)
    cases = [drawn.randbytes(size) for size in (0, 1, 2, 3, 55, 56, 57, 63, 64, 65, 119, 120, 1000, 20_000)]
    told = verifier.run(
        """async (texts) => Promise.all(texts.map(async (text) => {
          const data = ours.bytes.unb64u(text);
          const { hex, b64, unb64, b64u, unhex, digest, characters, uncharacters } = ours.bytes;
          const round = [unb64(b64(data)), unhex(hex(data)), uncharacters(characters(data))].map(b64u);
          return [hex(ours.md5.md5(data)), await digest(data), b64(data), ...round];
        }))""",
        [b64u(data) for data in cases],
    )
    for data, (md5, sha, spelled, *round_trips) in zip(cases, told, strict=True):
        assert (md5, sha) == (hashlib.md5(data).hexdigest(), hashlib.sha256(data).hexdigest())
        assert canonical.unb64u(spelled.rstrip("=").translate(str.maketrans("+/", "-_")), what="it") == data
        assert round_trips == [b64u(data)] * 3
    wrong = ["A", "AB", "AAB", "AA=", "AA==", "A A", "é", "AA\n", "+/", "AAAAA"]
    told = verifier.run(
        "async (texts) => texts.map((t) => { try { ours.bytes.unb64u(t); return t; } catch { return 0; } })", wrong
    )
    assert told == [0] * len(wrong)

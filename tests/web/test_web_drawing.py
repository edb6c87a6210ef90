"""Drawn signatures in the browser: its pen writes the one form, and it reads no other than Python does."""

import json
import random
from itertools import pairwise

import pytest
from web_hostile import load
from web_phone import chromium
from web_verifier import Site, Verifier, serving

from declaration.canonical import b64u, encode, unb64u
from declaration.ceremony import hand
from declaration.errors import Altered, CannotBeVerified, InputRefused
from declaration.signing import verify
from declaration.signing.bundle import Bundle
from declaration.signing.drawing import HEIGHT, MAX_POINTS, MAX_STROKES, WIDTH, Drawing

READ = """async (texts) => texts.map((text) => {
  try { return JSON.stringify(ours.drawn.readDrawn(ours.bytes.unb64u(text))); }
  catch (error) { return error instanceof ours.bytes.Malformed ? null : `crash: ${error}`; }
})"""
JUDGE = """async (document, instrument, bundles) => {
  const read = await ours.document.readDocument(await blob(document));
  return Promise.all(bundles.map(async (text) => {
    try {
      const bundle = ours.bundleForm.readBundle(ours.bytes.unb64u(text));
      const given = { digest: instrument, document: read };
      await ours.bundle.requireBundle(bundle, given, window.trust, new ours.record.Memory());
      return null;
    } catch (error) { return error.code ?? String(error); }
  }));
}"""
WRITE = """async (drawings) => drawings.map((lines) => ours.bytes.b64u(ours.pen.written(lines)))"""


@pytest.fixture(scope="module")
def verifier():
    with serving(site := Site()) as address, chromium() as browser:
        yield Verifier(browser, site, address)


def judged(data):
    try:
        return json.dumps(Drawing.parse(data).strokes, separators=(",", ":"))
    except InputRefused:
        return None


def changed(data, chance):
    """Some bytes others, fewer or more."""
    copy = bytearray(data)
    for _ in range(chance.randrange(1, 3)):
        at = chance.randrange(len(copy))
        copy[at : at + chance.randrange(3)] = chance.choice([b"", b"0", b"1", b"M", b"L", b" ", b"\xff"])
    return bytes(copy)


def test_the_browser_reads_what_python_reads_and_nothing_else(verifier):
    lies, chance = load("signing/drawing_lies.py", "web_drawing_lies"), random.Random(3)
    good = [hand.draw(bytes([seed])) or lies.GOOD for seed in range(6)]
    dots = lies.of("M1 2L1 2M3 4L5 6")
    cases = [*good, dots, *(lie for lie, _ in lies.LIES.values())]
    cases += [changed(data, chance) for data in (*good, dots) for _ in range(60)]
    wanted = [judged(data) for data in cases]
    assert verifier.run(READ, [b64u(data) for data in cases]) == wanted
    assert len([each for each in wanted[-420:] if each is not None]) > 20


def test_a_byte_changed_in_a_drawing_is_found_by_both(verifier):
    world = load("signing/conftest.py", "web_signing_scene").World()
    world.open()
    world.enrol("algiers")
    world.freeze()
    world.affix("algiers", world.sign("algiers", drawn=Drawing((((100, 600), (2900, 500)),)).svg()))
    good = world.bundle("algiers")
    value, chance = json.loads(good.encode()), random.Random(11)
    cases, wanted = [good.encode()], [None]
    for place in range(len(good.drawn)):
        lie = bytearray(good.drawn)
        lie[place] ^= 1 << chance.randrange(7)
        cases.append(encode(value | {"drawn": b64u(bytes(lie))}))
        wanted.append("bundle.malformed" if judged(bytes(lie)) is None else "statement.drawn")
    verifier.trust(world.trust.files())
    verifier.site.put("/document", world.document)
    told = verifier.run(JUDGE, "/document", world.frozen.digest, [b64u(data) for data in cases])
    assert told == wanted
    assert set(wanted) == {None, "bundle.malformed", "statement.drawn"}
    for data, code in zip(cases[1:], wanted[1:], strict=True):
        with pytest.raises((Altered, CannotBeVerified)) as caught:
            verify.verify_bundle(Bundle.parse(data), instrument=world.frozen, trust=world.trust)
        assert caught.value.code == code


def lines_of(count, points, chance):
    """Where a restless pointer was seen."""
    found = []
    for _ in range(count):
        x, y = chance.uniform(0, WIDTH), chance.uniform(0, HEIGHT)
        line = [[x, y]]
        for _ in range(points - 1):
            x = min(WIDTH, max(0, x + chance.uniform(-90, 120)))
            y = min(HEIGHT, max(0, y + chance.uniform(-90, 90)))
            line.append([x, y])
        found.append(line)
    return found


def near(point, stroke):
    """How far a point is from the nearest piece of a line."""
    ends = zip(stroke, stroke[1:] or stroke, strict=False)
    return min(_distance(point, one, other) for one, other in ends)


def _distance(point, one, other):
    dx, dy = other[0] - one[0], other[1] - one[1]
    length = dx * dx + dy * dy
    along = 0 if not length else ((point[0] - one[0]) * dx + (point[1] - one[1]) * dy) / length
    along = min(1, max(0, along))
    return ((point[0] - one[0] - along * dx) ** 2 + (point[1] - one[1] - along * dy) ** 2) ** 0.5


def test_whatever_is_drawn_becomes_the_one_form_near_where_it_was_drawn(verifier):
    chance = random.Random(5)
    drawings = [lines_of(*size, chance) for size in ((1, 1), (1, 2), (3, 40), (2, 120), (MAX_STROKES, 30), (1, 8_000))]
    drawings.append([[[0, 0]] * 3, [[0.2, 0.4], [0.3, 0.1]], [[WIDTH, HEIGHT], [0, 0]]])
    drawings.append([[[10.0 * at, 600 + 0.1 * (at % 2)] for at in range(200)]])
    for lines, text in zip(drawings, verifier.run(WRITE, drawings), strict=True):
        strokes = Drawing.parse(unb64u(text, what="The drawing")).strokes
        assert len(strokes) == len(lines)
        assert sum(map(len, strokes)) <= MAX_POINTS
        if sum(map(len, lines)) <= 1000:
            for line, stroke in zip(lines, strokes, strict=True):
                middles = [[(a + b) / 2 for a, b in zip(*pair, strict=True)] for pair in pairwise(line)]
                assert max(near(point, stroke) for point in (line[0], *middles[1:-1], line[-1])) < 3
    assert len(strokes[0]) == 2  # a straight line is its two ends

"""Tiles: paths have one spelling, bundles hold exactly their entries, and a size has exactly its tiles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declaration.errors import InputRefused
from declaration.ledger.merkle import leaf_hash, perfect_root
from declaration.ledger.tiles import (
    ENTRIES,
    Rows,
    Tile,
    bundles_for,
    decode_bundle,
    decode_tile,
    encode_bundle,
    encode_tile,
    tiles_for,
)

PATHS = [
    (Tile(0, 0), "tile/0/000"),
    (Tile(0, 0, 1), "tile/0/000.p/1"),
    (Tile(1, 999, 255), "tile/1/999.p/255"),
    (Tile(2, 1000), "tile/2/x001/000"),
    (Tile(0, 1234067), "tile/0/x001/x234/067"),  # the example of C2SP tlog-tiles
    (Tile(63, 7), "tile/63/007"),
    (Tile(ENTRIES, 1234067, 9), "tile/entries/x001/x234/067.p/9"),
]
NO_PATHS = [
    *("", "checkpoint", "tile", "tile/0", "tile/0/", "tile/0/0", "tile/0/0000", "tile/00/000", "tile/64/000"),
    *("tile/-1/000", "tile/0/x000/001", "tile/0/x001", "tile/0/001/000", "tile/0/000.p/0", "tile/0/000.p/01"),
    *("tile/0/000.p/256", "tile/0/000.p/999", "tile/0/000.p/", "tile/0/000.p", "/tile/0/000", "tile/0/000/"),
    *(
        "tile/0/000\n",
        "tile/data/000",
        "tile/0/٠٠٠",
        "tile/0/000.p/١",
        "tile/entries/../000",
        "tile/0/" + "x999/" * 7 + "999",
    ),
    "tile/0/x999/x999/x999/x999/x999/999",
]


@pytest.mark.parametrize(("tile", "path"), PATHS)
def test_paths(tile, path):
    assert tile.path == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize("path", NO_PATHS)
def test_other_spellings_are_no_paths(path):
    with pytest.raises(InputRefused):
        Tile.parse(path)


@given(st.builds(Tile, st.integers(-1, 63), st.integers(0, 2**53 - 1), st.integers(1, 256)))
def test_paths_round_trip(tile):
    assert Tile.parse(tile.path) == tile


@pytest.mark.parametrize("numbers", [(-2, 0, 1), (64, 0, 1), (0, -1, 1), (0, 2**53, 1), (0, 0, 0), (0, 0, 257)])
def test_impossible_tiles_are_refused(numbers):
    with pytest.raises(InputRefused):
        Tile(*numbers)


def test_the_examples_of_the_specification():
    """C2SP tlog-tiles, "Partial Tiles": trees of 70,000 and of 256 entries."""
    tiles = list(tiles_for(70_000))
    assert tiles == [
        *(Tile(0, index) for index in range(273)),
        Tile(0, 273, 112),
        Tile(1, 0),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert list(tiles_for(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(bundles_for(257)) == [Tile(ENTRIES, 0), Tile(ENTRIES, 1, 1)]
    assert list(tiles_for(0)) == list(bundles_for(0)) == []


@given(st.integers(0, 70_000))
def test_each_level_holds_a_hash_for_each_full_tile_below(size):
    widths = {}
    for tile in tiles_for(size):
        widths.setdefault(tile.level, []).append(tile.width)
    for level, found in widths.items():
        assert sum(found) == size // 256**level
        assert all(width == 256 for width in found[:-1])
        assert sum(width == 256 for width in found) == sum(widths.get(level + 1, []))


def test_tiles_reproduce_the_tree():
    hashes = [leaf_hash(b"%d" % number) for number in range(66_000)]
    rows = Rows(hashes)
    read = {tile: decode_tile(encode_tile(rows.tile(tile)), width=tile.width) for tile in tiles_for(66_000)}
    for tile, found in read.items():
        span = 256**tile.level
        for at in {0, tile.width // 2, tile.width - 1}:
            start = (tile.index * 256 + at) * span
            assert found[at] == perfect_root(hashes[start : start + span])
    assert Rows([item for tile, found in read.items() if tile.level == 0 for item in found]).root() == rows.root()


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_bundles_round_trip(entries):
    data = encode_bundle(entries)
    assert decode_bundle(data, width=len(entries)) == tuple(entries)
    for other in (data + b"\x00", data + b"\x00\x00", data[:-1], b"\x00\x00" + data):
        with pytest.raises(InputRefused):
            decode_bundle(other, width=len(entries))
    with pytest.raises(InputRefused):
        decode_bundle(data, width=len(entries) + 1)


def test_an_entry_of_65535_bytes_fits_and_a_longer_one_does_not():
    assert decode_bundle(encode_bundle([bytes(65_535)]), width=1) == (bytes(65_535),)
    with pytest.raises(InputRefused):
        encode_bundle([bytes(65_536)])


@given(st.binary(max_size=100), st.integers(1, 256))
def test_any_bytes_are_a_bundle_or_refused(data, width):
    try:
        entries = decode_bundle(data, width=width)
    except InputRefused:
        return
    assert encode_bundle(entries) == data


@pytest.mark.parametrize("size", [0, 31, 33, 63, 96])
def test_a_tile_of_another_size_is_refused(size):
    with pytest.raises(InputRefused):
        decode_tile(bytes(size), width=2)

"""Merging beside `git merge-file`, one token a line: where both merge, both say the same, or ours is as wanted."""

import shutil
import subprocess

import pytest
from drafting_worlds import a_passage, rng_of, seeds
from hypothesis import given, settings

from declaration.drafting import edits
from declaration.drafting.amendment import Replace
from declaration.drafting.apply import apply
from declaration.drafting.consolidate import Carried, merge
from declaration.drafting.edits import Edit
from declaration.drafting.text import Clause, Section, SectionKind, Text, text_digest
from declaration.drafting.tokens import tokens


def text_of(words):
    clause = Clause("c", {"fr": words})
    return Text("one", ("fr",), {"fr": "t"}, (Section("s", SectionKind.CHAPTER, {}, (clause,)),))


def ours(base, one, other):
    """What our merge gives for two hands' edits, or None where it sees a conflict."""
    text = text_of(base)
    hands = [(Replace("c", "fr", text_digest(base), tuple(hand)),) for hand in (one, other)]
    found = merge(text, *hands)
    return apply(text, found.changes).clause("c").texts["fr"] if isinstance(found, Carried) else None


def git(folder, base, one, other):
    """What git merges of three texts, or None where it sees a conflict."""
    for name, words in (("base", base), ("one", one), ("other", other)):
        lines = [token.encode("unicode_escape") + b"\n" for token in tokens(words)]
        (folder / name).write_bytes(b"".join(lines))
    found = subprocess.run(
        ["git", "merge-file", "-p", "one", "base", "other"], cwd=folder, capture_output=True, check=False
    )
    assert found.returncode >= 0, found.stderr
    if found.returncode:
        return None
    return "".join(line.decode("unicode_escape") for line in found.stdout.split(b"\n"))


def intended(base, edits_of_both):
    """The text that all edits together want, from their positions alone."""
    pieces = list(tokens(base))
    for edit in sorted(set(edits_of_both), reverse=True):
        pieces[edit.start : edit.end] = [edit.new]
    return "".join(pieces)


def a_hand(rng, base, words):
    """Edits of whole words at places that are known, not found."""
    pieces = tokens(base)
    chosen = sorted(rng.sample(range(0, len(pieces), 2), min(rng.randint(1, 3), (len(pieces) + 1) // 2)))
    made = []
    for at in chosen:
        if made and made[-1].end >= at:
            continue
        match rng.randrange(3):
            case 0:
                made.append(Edit(at, at, "", f"{rng.choice(words)} "))
            case 1 if at + 2 < len(pieces):
                made.append(Edit(at, at + 2, "".join(pieces[at : at + 2]), ""))
            case _:
                new = rng.choice([word for word in words if word != pieces[at]])
                made.append(Edit(at, at + 1, pieces[at], new))
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    if shutil.which("git") is None:
        pytest.fail("git was not found: these tests compare with it. Install it.", pytrace=False)
    return tmp_path_factory.mktemp("git")


@settings(max_examples=150, deadline=None)
@given(seed=seeds)
def test_words_that_occur_once_merge_as_git_merges_them(folder, seed):
    rng = rng_of(seed)
    base = " ".join(f"w{number}" for number in range(rng.randint(3, 9))).replace(" ", "\u00a0", 1)
    fresh = [f"n{number}" for number in range(40)]
    one, other = a_hand(rng, base, fresh), a_hand(rng, base, fresh)
    mine = ours(base, one, other)
    theirs = git(folder, base, edits.apply(base, one), edits.apply(base, other))
    if mine is not None:
        assert mine == intended(base, [*one, *other])
        if len(set(mine.split())) < len(mine.split()):
            return  # both chose one word for different places: it does not occur once any more
        assert theirs in {None, mine}


@settings(max_examples=150, deadline=None)
@given(seed=seeds)
def test_words_that_are_repeated_merge_as_wanted_whatever_git_makes_of_them(folder, seed):
    rng = rng_of(seed)
    words = ["Parties", "and", "States"]
    base = " ".join(rng.choice(words) for _ in range(rng.randint(4, 10)))
    one, other = a_hand(rng, base, words), a_hand(rng, base, words)
    mine = ours(base, one, other)
    theirs = git(folder, base, edits.apply(base, one), edits.apply(base, other))
    if mine is not None:
        assert mine == intended(base, [*one, *other])
    elif theirs is not None:  # git merges what touches: we never do
        assert (
            any(not mine.fits_beside(theirs) for mine in one for theirs in other)
            or not intended(base, [*one, *other]).strip()
        )


@settings(max_examples=60, deadline=None)
@given(seed=seeds)
def test_derived_edits_in_any_script_merge_as_git_merges_them_or_conflict(folder, seed):
    rng = rng_of(seed)
    words = [f"{a_passage(rng, 2)}{number}" for number in range(6)]
    base = text_of(" ".join(words).strip()).clause("c").texts["fr"]
    hands = []
    for places in (range(3), range(3, 6)):
        changed = list(words)
        changed[rng.choice(places)] = f"N{rng.randrange(100)}"
        hands.append(" ".join(changed).strip())
    mine = ours(base, edits.derive(base, hands[0]), edits.derive(base, hands[1]))
    theirs = git(folder, base, *hands)
    assert mine is None or theirs in {None, mine}


def test_git_loses_a_wish_where_words_are_repeated(folder):
    """The reason for explicit positions: each side deletes another "Parties and", and git sees one deletion."""
    base = "all the Parties and of the Parties and States"  # Parties(4) and(6) … Parties(12) and(14)
    one = [Edit(4, 8, "Parties and ", "")]
    other = [Edit(12, 16, "Parties and ", "")]
    assert ours(base, one, other) == "all the of the States"
    base = "Parties and Parties and States"
    one, other = [Edit(0, 4, "Parties and ", "")], [Edit(4, 8, "Parties and ", "")]
    assert edits.apply(base, one) == edits.apply(base, other)
    assert git(folder, base, edits.apply(base, one), edits.apply(base, other)) == "Parties and States"
    assert ours(base, one, other) is None

"""How drafting grows: consolidating and carrying 100, 500 and 2,500 amendments, and the difference of long texts.

The worlds are those of `consolidate`, of the *spread* kind. Growth is near linear when one of 2,500 amendments takes
about as long as one of 100. The difference of words is compared with fast-diff-match-patch alone on the same two texts.
"""

import random
from statistics import median

import fast_diff_match_patch
from consolidate import CLAUSES, LANGUAGES, a_sentence, a_text, an_amendment, reworded
from measure import Figure, ratio, rounds, shown

from declaration.drafting.apply import apply
from declaration.drafting.consolidate import carry, consolidate
from declaration.drafting.derive import derive_replace
from declaration.drafting.diff import word_difference

SIZES = (100, 500, 2_500)
CHANGED = 25
"""Clauses that an adoption changes before the amendments are carried over it."""
WORDS = 5_000
REPETITIONS = 5
NEAR_LINEAR = 2.0
"""How much longer an amendment among 2,500 may take than one among 100."""


def figures():
    rng = random.Random(2019)
    base = a_text(rng)
    amendments = [an_amendment(rng, base, number, 0.0) for number in range(SIZES[-1])]
    adopted = tuple(
        derive_replace(base, f"c{number}", LANGUAGES[0], reworded(rng, base.clause(f"c{number}").texts["fr"], "fr"))
        for number in range(0, CLAUSES, CLAUSES // CHANGED)
    )
    after = apply(base, adopted)
    work = {f"consolidate {size}": lambda n=size: consolidate(base, amendments[:n]) for size in SIZES}
    work |= {
        f"carry {size}": lambda n=size: [carry(one.changes, adopted, base, after) for one in amendments[:n]]
        for size in SIZES
    }
    taken = rounds(work, repetitions=REPETITIONS, warm=1)
    yield from grown(taken, "consolidate", f"consolidating {{}} amendments over {CLAUSES} clauses")
    yield from grown(taken, "carry", f"carrying {{}} amendments over an adoption of {CHANGED} clauses")
    yield difference(rng)


def grown(taken, name, told):
    least = f"{name} {SIZES[0]}"
    for size in SIZES:
        mine = f"{name} {size}"
        each = ratio(taken[mine], taken[least]) * SIZES[0] / size
        last = size == SIZES[-1]
        yield Figure(
            told.format(f"{size:,}"),
            shown(median(taken[mine])),
            "" if size == SIZES[0] else f"100 of them {shown(median(taken[least]))}",
            "" if size == SIZES[0] else f"{each:.2f} × for each",
            f"< {NEAR_LINEAR} × for each" if last else "",
            each < NEAR_LINEAR if last else None,
        )


def difference(rng):
    old = a_sentence(rng, "fr", WORDS)
    new = old
    for _ in range(WORDS // 40):
        new = reworded(rng, new, "fr")
    taken = rounds(
        {
            "words": lambda: word_difference(old, new),
            "alone": lambda: fast_diff_match_patch.diff(old, new, counts_only=False),
        },
        repetitions=REPETITIONS,
        warm=1,
    )
    spent, alone = median(taken["words"]), median(taken["alone"])
    return Figure(
        f"difference of {WORDS:,} words, {WORDS // 40} passages changed",
        shown(spent),
        f"fast-diff-match-patch alone, of characters, {shown(alone)}",
        f"{ratio(taken['words'], taken['alone']):.2f} ×",
    )

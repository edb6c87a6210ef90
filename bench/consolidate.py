"""Consolidating 2,500 amendments over 500 clauses in four languages.

Two kinds of world, made from one seed: *spread*, where amendments meet by chance (five on a clause, a third of them in
several languages), and *hot*, where half of them want the same ten clauses, so that conflict groups are large.
The floor is reading the amendments from their documents: whoever consolidates them has at least read each once.
"""

import random
from statistics import median

from measure import Figure, ratio, rounds, shown

from declaration.canonical import encode, parse
from declaration.drafting.amendment import Amendment, amendment_from_document
from declaration.drafting.consolidate import consolidate
from declaration.drafting.derive import derive_delete, derive_insert, derive_move, derive_replace
from declaration.drafting.text import Clause, Section, SectionKind, Text, Version

AMENDMENTS, CLAUSES, SECTIONS, WORDS = 2_500, 500, 10, 45
LANGUAGES = ("fr", "de", "en", "ar")
ALPHABETS = {"fr": "aeilnorstué", "de": "aeinrstßüo", "en": "aeinorsthl", "ar": "ابتدرسعلمنهوي"}
REPETITIONS = 7


def figures():
    for kind, hot in (("spread", 0.0), ("hot", 0.5)):
        rng = random.Random(2019)
        base = a_text(rng)
        amendments = [an_amendment(rng, base, number, hot) for number in range(AMENDMENTS)]
        documents = [encode(amendment.document()) for amendment in amendments]
        taken = rounds(
            {
                "consolidate": lambda a=amendments, b=base: consolidate(b, a),
                "read": lambda d=documents: [read(data) for data in d],
            },
            repetitions=REPETITIONS,
            warm=1,
        )
        found = consolidate(base, amendments)
        spent = median(taken["consolidate"])
        groups = max((len(group.amendments) for group in found.groups), default=0)
        yield Figure(
            f"2,500 amendments over 500 clauses in 4 languages, {kind}: {len(found.merged):,} merged,"
            f" {len(found.groups):,} conflict groups, the largest of {groups:,}",
            shown(spent),
            f"reading them {shown(median(taken['read']))}",
            f"{ratio(taken['consolidate'], taken['read']):.2f} ×",
            "< 2 s",
            spent < 2,
        )


def read(data):
    return amendment_from_document(parse(data, limit=1 << 20, what="An amendment"))


def a_word(rng, language):
    return "".join(rng.choices(ALPHABETS[language], k=rng.randint(2, 9)))


def a_sentence(rng, language, words=WORDS):
    return " ".join(a_word(rng, language) for _ in range(words)) + "."


def a_clause(rng, name):
    return Clause(name, {language: a_sentence(rng, language) for language in LANGUAGES})


def a_text(rng):
    each = CLAUSES // SECTIONS
    sections = tuple(
        Section(
            f"s{place}",
            SectionKind.CHAPTER,
            {language: a_sentence(rng, language, 3) for language in LANGUAGES},
            tuple(a_clause(rng, f"c{place * each + number}") for number in range(each)),
        )
        for place in range(SECTIONS)
    )
    return Text("bench", LANGUAGES, {language: a_sentence(rng, language, 4) for language in LANGUAGES}, sections)


def reworded(rng, text, language):
    """Return a sentence with one to three words replaced, taken out or put in."""
    words = text.split(" ")
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(words) - 1)
        words[at : at + rng.randint(0, 2)] = [a_word(rng, language) for _ in range(rng.randint(0, 2))]
    return " ".join(words)


def an_amendment(rng, base, number, hot):
    target = f"c{rng.randrange(10) if rng.random() < hot else rng.randrange(CLAUSES)}"
    chance = rng.random()
    if chance < 0.85:
        tongues = LANGUAGES if rng.random() < 0.35 else (rng.choice(LANGUAGES),)
        changes = tuple(a_replacement(rng, base, target, language) for language in tongues)
    elif chance < 0.93:
        section = next(s.id for s in base.sections if any(c.id == target for c in s.clauses))
        texts = {language: a_sentence(rng, language) for language in LANGUAGES}
        changes = (derive_insert(base, section, target, f"new-{number}", texts),)
    elif chance < 0.97:
        changes = (derive_delete(base, target),)
    else:
        goal = f"c{(int(target[1:]) + 250) % CLAUSES}"
        changes = (derive_move(base, target, after=goal),)
    return Amendment(f"a{number}", f"drafter-{number % 60}", BASE, "A reason.", changes)


def a_replacement(rng, base, target, language):
    present = base.clause(target).texts[language]
    while (changed := reworded(rng, present, language)) == present:
        pass
    return derive_replace(base, target, language, changed)


BASE = Version(1, None, a_text(random.Random(2019))).digest

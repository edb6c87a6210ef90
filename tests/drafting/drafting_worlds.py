"""Texts in many scripts, and lists of changes that apply to them, for tests of laws.

Everything is made from one seed, so that a failing example names the whole world. Worlds are small and words few:
then changes meet often, which is what the laws are about.
"""

import random
import unicodedata

from hypothesis import strategies as st

from declaration.canonical import digest
from declaration.drafting import hygiene
from declaration.drafting.amendment import Amendment
from declaration.drafting.apply import apply
from declaration.drafting.derive import derive_delete, derive_insert, derive_move, derive_replace, derive_retitle
from declaration.drafting.text import Clause, Section, SectionKind, Text
from declaration.errors import DeclarationError

FRAGMENTS = (
    *("les villes", "l’", "l'", "eau", "Größe", "für", "mobility", "and", "Parties", "2030", "3,5", "a", "b"),
    *("المدن", "مُسْتَدام", "نمی\u200cخواهم", "\u0600\u0661\u0662", "؟", "העיר", "שָׁלוֹם"),
    *("নগর", "র\u200d্য", "ক্ষ", "क्षत्रिय", "क\u094d\u200dष", "ക\u0d4d\u200d", "ශ\u0dca\u200dරී"),
    *("город", "ёлка", "πόλη", "ᾧ", "城市", "都", "がか", "ガ", "도시", "한", "กำ", "เมือง", "น้ำ"),
    *("🇫🇷", "🇩🇪", "🇮🇳", "🇺", "👩\u200d👩\u200d👧", "👍🏽", "❤\ufe0f", "1\ufe0f\u20e3"),
    *("e\u0301", "\u0301", "\u0323\u0302", "\u1e69", "ḍ\u0307", "\u0345"),
    *(" ", " ", " ", " ", "\u00a0", "\u202f", "-", "—", ".", ",", "(", ")", "«", "»", "’", "…", "%", "_"),
)
"""Words and signs of scripts that join, stack, compose and do not space, and pieces that melt into their neighbours."""

LANGUAGES = ("fr", "de", "ar")

seeds = st.integers(0, 2**48)


def accepted(text):
    try:
        hygiene.check(text, where="here")
    except DeclarationError:
        return False
    return True


def made(fragments):
    """A text in NFC of these fragments, or None where the rules refuse it."""
    text = unicodedata.normalize("NFC", "".join(fragments))
    return text if accepted(text) else None


passages = st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=12).map(made).filter(bool)
"""Texts that the rules accept."""


def a_passage(rng, most=10):
    while (text := made(rng.choices(FRAGMENTS, k=rng.randint(1, most)))) is None:
        pass
    return text


def reworded(rng, text):
    """A text like this one, with a few fragments taken out, put in or repeated."""
    for _ in range(50):
        pieces = list(text)
        for _ in range(rng.randint(1, 3)):
            at = rng.randint(0, len(pieces))
            match rng.randrange(3):
                case 0:
                    pieces[at:at] = rng.choice(FRAGMENTS)
                case 1:
                    del pieces[at : at + rng.randint(1, 4)]
                case _:
                    pieces[at:at] = pieces[max(0, at - 3) : at]
        changed = made(pieces)
        if changed is not None and changed != text:
            return changed
    return a_passage(rng)


def a_text(rng, *, clauses=4, sections=3):
    number = 0
    made_sections = []
    for place in range(rng.randint(1, sections)):
        own = []
        for _ in range(rng.randint(0, clauses)):
            number += 1
            tags = rng.sample(LANGUAGES, rng.randint(1, 3))
            own.append(Clause(f"c{number}", {tag: a_passage(rng) for tag in tags}))
        title = {tag: a_passage(rng, 4) for tag in LANGUAGES if rng.random() < 0.5}
        made_sections.append(Section(f"s{place}", rng.choice(list(SectionKind)), title, tuple(own)))
    return Text("example", LANGUAGES, {"fr": a_passage(rng, 4)}, tuple(made_sections))


def a_change(rng, text, tag, present):
    """One change of this text, which may contradict the others of its list."""
    clauses = list(text.clauses())
    section = rng.choice(text.sections)
    placed = [c.clause if isinstance(c.clause, str) else c.clause.id for c in present if hasattr(c, "after")]
    anchors = [None, *(clause.id for clause in section.clauses), *placed]
    kind = rng.choice(("replace", "replace", "replace", "insert", "insert", "delete", "move", "move", "retitle"))
    if not clauses and kind in {"replace", "delete", "move"}:
        kind = "insert"
    match kind:
        case "replace":
            clause, language = rng.choice(clauses), rng.choice(LANGUAGES)
            old = clause.texts.get(language)
            return derive_replace(text, clause.id, language, reworded(rng, old) if old else rng.choice(("Neu", "عهد")))
        case "insert":
            words = {language: rng.choice(("neu", "nouveau")) for language in rng.sample(LANGUAGES, 1)}
            name = rng.choice((f"{tag}{rng.randrange(4)}", f"n{rng.randrange(3)}"))
            return derive_insert(text, section.id, rng.choice(anchors), name, words)
        case "delete":
            return derive_delete(text, rng.choice(clauses).id)
        case "move":
            return derive_move(text, rng.choice(clauses).id, after=rng.choice(anchors), section=section.id)
        case _:
            where = rng.choice((None, section.id))
            titles = text.title if where is None else section.title
            language = rng.choice(LANGUAGES)
            return derive_retitle(text, where, language, rng.choice(("Titel", titles.get(language, "Titre") + " neu")))


def a_list(rng, text, tag="n", most=5, pool=()):
    """A list of changes that apply together; some of them may be taken from `pool`."""
    found = []
    for _ in range(rng.randint(1, most) * 2):
        if len(found) >= most:
            break
        try:
            change = rng.choice(pool) if pool and rng.random() < 0.25 else a_change(rng, text, tag, found)
            apply(text, [*found, change])
        except DeclarationError:
            continue
        found.append(change)
    return tuple(found) or (derive_retitle(text, None, "fr", text.title["fr"] + " !"),)


def lists_of(rng, text, count, most=3):
    """Several authors' lists; now and then two want the same."""
    pool, lists = [], []
    for number in range(count):
        changes = a_list(rng, text, f"a{number}x", most, tuple(pool))
        pool += changes
        lists.append(changes)
    return lists


def amendments_of(lists):
    return [
        Amendment(f"a-{number:04d}", f"drafter-{number % 7}", digest(b"base"), "", changes)
        for number, changes in enumerate(lists)
    ]


def rng_of(seed):
    return random.Random(seed)

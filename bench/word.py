"""Importing a Word document of a hundred pages in which every fifth clause was changed.

The text is made from one seed: 500 clauses of 117 words. *Tracked* is the document of the amendment, *untracked* one
that was changed by hand. The floor is unpacking the text and reading its XML with Expat alone, keeping nothing.
"""

import io
import random
import tracemalloc
import zipfile
from datetime import UTC, datetime
from statistics import median
from xml.parsers import expat

from measure import Figure, ratio, rounds, shown

from declaration.drafting.apply import apply
from declaration.drafting.derive import (
    derive_delete,
    derive_insert,
    derive_move,
    derive_replace,
    in_reading_order,
)
from declaration.drafting.text import Clause, Section, SectionKind, Text, Version
from declaration.render.docx import Tracking, render_docx, render_tracked
from declaration.services.importing import compare

CLAUSES, SECTIONS, WORDS, EVERY = 500, 10, 117, 5
REPETITIONS = 5
MAIN = "word/document.xml"


def figures():
    rng = random.Random(2019)
    base = Version(1, None, a_text(rng))
    changes = changes_of(rng, base.text)
    tracked = render_tracked(base, changes, "fr", Tracking("Workshop", datetime(2026, 3, 1, tzinfo=UTC)))
    untracked = rebased(render_docx(Version(2, base.digest, apply(base.text, changes)), languages=["fr"]), base)
    for kind, data in (("tracked", tracked), ("untracked", untracked)):
        found = compare(data, base)
        assert apply(base.text, found.changes) is not None
        assert not found.refused
        taken = rounds(
            {"import": lambda d=data: compare(d, base), "floor": lambda d=data: floor(d)},
            repetitions=REPETITIONS,
            warm=1,
        )
        spent, peak = median(taken["import"]), memory(data, base)
        yield Figure(
            f"100 pages, 500 clauses, {kind}: {len(found.changes)} changes",
            f"{shown(spent)}, {peak:.0f} MB",
            f"unpacking and parsing {shown(median(taken['floor']))}",
            f"{ratio(taken['import'], taken['floor']):.1f} ×",
            "< 1 s, < 100 MB",
            spent < 1 and peak < 100,
        )


def a_text(rng):
    per = CLAUSES // SECTIONS
    sections = []
    for part in range(SECTIONS):
        clauses = tuple(Clause(f"c{part}-{number}", {"fr": words(rng, WORDS)}) for number in range(per))
        sections.append(Section(f"s{part}", SectionKind.CHAPTER, {"fr": words(rng, 4)}, clauses))
    return Text("long", ("fr",), {"fr": "Une longue déclaration"}, tuple(sections))


def words(rng, count):
    return " ".join("".join(rng.choices("aeilnorstuéè", k=rng.randint(2, 9))) for _ in range(count)).capitalize() + "."


def changes_of(rng, text):
    found = []
    for number, clause in enumerate(text.clauses()):
        if number % EVERY:
            continue
        section = clause.id.partition("-")[0].replace("c", "s")
        match number // EVERY % 5:
            case 0 | 1 | 2:
                said = clause.texts["fr"].split(" ")
                for _ in range(5):
                    said[rng.randrange(1, len(said))] = words(rng, 1).lower()
                found.append(derive_replace(text, clause.id, "fr", " ".join(said)))
            case 3:
                found.append(derive_insert(text, section, clause.id, f"n{number}", {"fr": words(rng, WORDS)}))
            case _ if number % 2:
                found.append(derive_delete(text, clause.id))
            case _:
                found.append(derive_move(text, clause.id, after=None, section=section))
    return in_reading_order(found)


def rebased(data, base):
    """The document, said to be based on another version."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        own = base.digest.encode()
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                at = part.index(b"identifier>") + len(b"identifier>")
                part = part[:at] + own + part[at + len(own) :]
            new.writestr(name, part)
    return buffer.getvalue()


def floor(data):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        part = package.read(MAIN)
    parser = expat.ParserCreate("utf-8", " ")
    parser.StartElementHandler = lambda _name, _attributes: None
    parser.CharacterDataHandler = lambda _words: None
    parser.Parse(part, True)


def memory(data, base):
    tracemalloc.start()
    compare(data, base)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6

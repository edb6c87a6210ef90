"""Small declarations in thirteen languages, and who signs them."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent / "drafting"))

from declaration.drafting.text import Clause, Section, SectionKind, Text, Version
from declaration.render.values import Occasion, ReservationLine, RosterLine

TEXTS = json.loads((Path(__file__).parent / "texts.json").read_text())
PLAN = (
    ("preamble", SectionKind.PREAMBLE, ("recital-1", "recital-2")),
    ("city", SectionKind.CHAPTER, ("city-1", "city-2")),
    ("closing", SectionKind.CLOSING, ("closing-1",)),
)


@pytest.fixture(scope="session")
def texts():
    return TEXTS


@pytest.fixture(scope="session")
def declare():
    """Make a version in the given languages, its middle chapter as often as asked."""

    def make(*languages, chapters=1):
        def said(key):
            return {language: TEXTS[language][key] for language in languages}

        sections = []
        for key, kind, clauses in PLAN:
            for turn in range(chapters if kind is SectionKind.CHAPTER else 1):
                end = f"-{turn + 1}" if turn else ""
                made = tuple(Clause(name + end, said(name)) for name in clauses)
                sections.append(Section(key + end, kind, said(key), made))
        return Version(1, None, Text("duesseldorf-2019", languages, said("title"), tuple(sections)))

    return make


@pytest.fixture(scope="session")
def frozen_at():
    return datetime(2019, 8, 31, 18, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def roster():
    return (
        RosterLine("abidjan", "Mayor of Abidjan", "", "Abidjan", "Abidjan", "CI"),
        RosterLine("algiers", "Mayor of Algiers", "", "Algiers", "الجزائر", "DZ"),
        RosterLine("kolkata", "Mayor of Kolkata", "", "Kolkata", "কলকাতা", "IN"),
        RosterLine("haifa", "Mayor of Haifa", "", "Haifa", "חיפה", "IL"),
        RosterLine("chernivtsi", "Mayor of Chernivtsi", "", "Chernivtsi", "Чернівці", "UA"),
    )


@pytest.fixture(scope="session")
def reservations():
    return (
        ReservationLine("Mayor of Kolkata", "city-1", "আমরা এই ধারা আমাদের আইনের সীমার মধ্যে প্রয়োগ করব।"),
        ReservationLine("Mayor of Algiers", "recital-2", "نتحفظ على عبارة «عمل يومي» (see 1.2)."),
    )


@pytest.fixture(scope="session")
def occasion():
    return Occasion(
        {"fr": "Deuxième Sommet international des Maires", "en": "Second International Mayors’ Summit"},
        {"fr": "Düsseldorf, Ehrenhof"},
        {"fr": "1er septembre 2019"},
    )

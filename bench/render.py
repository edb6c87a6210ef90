"""Rendering the instrument and the signed edition (unsealed) for 35 and for 1,000 signatories.

The comparison is per page: a larger roster may cost more pages, and no page may cost more.
"""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from measure import Figure, rounds, shown
from small_summit import script

from declaration.canonical import digest, encode
from declaration.drafting.text import Version
from declaration.render.edition import render_edition
from declaration.render.instrument import render_instrument
from declaration.render.values import Attachment, Occasion, RosterLine, SignatureLine

AT = datetime(2019, 9, 1, 10, 0, tzinfo=UTC)
REPETITIONS = {35: 5, 1_000: 3}


def figures():
    per_page = {}
    for count, repetitions in REPETITIONS.items():
        with tempfile.TemporaryDirectory() as folder:
            plan = script(Path(folder), count).plan
        case = Case(plan)
        taken = rounds({"instrument": case.instrument, "edition": case.edition}, repetitions=repetitions, warm=1)
        for name, pages in (("instrument", case.pages), ("edition", case.edition_pages - case.pages)):
            spent = median(taken[name])
            per_page.setdefault(name, []).append(spent / pages)
            first = per_page[name][0]
            yield Figure(
                f"{name} for {count:,} signatories: {pages} {'pages' if name == 'instrument' else 'further pages'}",
                shown(spent),
                f"{shown(spent / pages)} a page",
                "" if len(per_page[name]) == 1 else f"{spent / pages / first:.2f} × a page of 35",
            )


class Case:
    def __init__(self, plan):
        self.version = Version(1, None, plan.text)
        self.roster = [RosterLine(p.id, p.office, p.name, p.city, p.native, p.country) for p in plan.parties]
        self.occasion = Occasion(*(plan.occasion.get(name, {}) for name in ("name", "place", "date")))
        self.document = encode({"format": "declaration/1"})
        rendered = self.instrument()
        self.pdf, self.pages = rendered.pdf, rendered.pages
        self.edition_pages = self.edition().pages

    def instrument(self):
        return render_instrument(
            self.version, self.roster, [], document=self.document, frozen_at=AT, occasion=self.occasion
        )

    def edition(self):
        site = "https://declaration.example/duesseldorf-2019/signatures"
        lines = [SignatureLine(line, AT, digest(line.id.encode()), f"{site}/{line.id}", None) for line in self.roster]
        return render_edition(
            self.pdf,
            self.version,
            signatures=lines,
            declines=[],
            unanswered=[],
            attachments=[Attachment("instrument.pdf", self.pdf, "application/pdf", "What was signed", "Source")],
            sealed_at=AT,
            url="https://declaration.example/duesseldorf-2019",
        )

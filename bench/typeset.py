"""The instrument and the signed edition for 35 signatories, beside WeasyPrint and Typst setting the same words.

Three languages, French, German and English. Each program gets the same type (Noto Serif), the same page and the same
measure, and makes tagged PDF; the others draw neither the cover nor margins with ids, and attach nothing. *Warm* is a
further document in a process that has set others, with words and codes of its own, so that nobody finds the answer of
the last one. *Cold* is a process from nothing to the file. Work is the processor time of all threads.
"""

import importlib
import io
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from statistics import median

import pikepdf
import typesetters
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from measure import Figure, ratio, rounds, shown
from small_summit import script
from start import of_children

from declaration.drafting.text import Clause, Text, Version

LANGUAGES = ("fr", "de", "en")
MODULES = {"declaration": "declaration", "Typst": "typst", "WeasyPrint": "weasyprint"}
REPETITIONS = {"warm": 9, "cold": 5}


def figures():
    programs = []
    for name, module in MODULES.items():
        try:
            importlib.import_module(module)
            programs.append(name)
        except (ImportError, OSError) as error:  # WeasyPrint needs Pango, which pip does not bring (libpango-1.0-0)
            yield Figure(f"{name} does not start: {str(error).splitlines()[0]}", "")
    with tempfile.TemporaryDirectory(prefix="declaration-bench-") as name:
        folder = Path(name)
        fonts(folder)
        sheets = [sheet(turn) for turn in range(REPETITIONS["warm"] + 2)]
        (folder / "sheet.json").write_text(json.dumps(sheets[0]))
        for what in ("instrument", "edition"):
            yield from _warm(what, programs, sheets, folder)
            yield from _cold(what, programs, folder)


def _warm(what, programs, sheets, folder):
    made = {name: [] for name in programs}

    def act(name):
        return lambda: made[name].append(typesetters.PROGRAMS[name](sheets[len(made[name])], what, folder))

    taken = rounds({name: act(name) for name in programs}, repetitions=REPETITIONS["warm"])
    yield from _compared(f"{what}, warm", taken, {name: size(found[-1]) for name, found in made.items()})


def _cold(what, programs, folder):
    wall = {name: [] for name in programs}

    def act(name):
        def run():
            begun = time.perf_counter()
            command = [sys.executable, typesetters.__file__, name, what, str(folder / "sheet.json"), str(folder)]
            subprocess.run(command, check=True)
            wall[name].append(time.perf_counter() - begun)

        return run

    taken = rounds({name: act(name) for name in programs}, repetitions=REPETITIONS["cold"], clock=of_children)
    yield from _compared(f"{what}, cold", taken, {name: f"wall {shown(median(wall[name]))}" for name in programs})


def _compared(what, taken, notes):
    own = taken["declaration"]
    for name, spent in taken.items():
        if name == "declaration":
            yield Figure(f"{what}: declaration, {notes[name]}", shown(median(spent)))
            continue
        slower = ratio(own, spent)
        target = {"target": "≤ 1 ×", "met": slower <= 1} if name == "WeasyPrint" or "warm" in what else {}
        yield Figure(f"{what}: {name}, {notes[name]}", shown(median(spent)), "", f"we take {slower:.2f} ×", **target)


def sheet(turn):
    """Return the words of a round: those of the summit, each clause begun with a number of its own."""
    with tempfile.TemporaryDirectory() as name:
        plan = script(Path(name), 35).plan
    text = plan.text
    sections = tuple(
        replace(
            section,
            title=spoken(section.title),
            clauses=tuple(
                Clause(clause.id, {tag: f"{turn + place} {words}" for tag, words in spoken(clause.texts).items()})
                for place, clause in enumerate(section.clauses)
            ),
        )
        for section in text.sections
    )
    members = ("id", "office", "name", "city", "native", "country")
    return {
        "site": f"https://declaration.example/duesseldorf-2019/{turn}/signatures",
        "version": Version(1, None, Text(text.id, LANGUAGES, spoken(text.title), sections)).document(),
        "parties": [{member: getattr(party, member) for member in members} for party in plan.parties],
        "occasion": {name: spoken(plan.occasion[name]) for name in ("name", "place", "date")},
    }


def spoken(texts):
    return {tag: texts[tag] for tag in LANGUAGES}


def fonts(folder):
    """Write the weights that the documents need as files of their own: not every program pins axes."""
    for weight in (400, 600):
        font = TTFont(files("fontpkg_noto_serif") / "files/NotoSerif[wdth,wght].ttf")
        instantiateVariableFont(font, {"wght": weight, "wdth": 100}, inplace=True, updateFontNames=True)
        font.save(folder / f"NotoSerif-{weight}.ttf")


def size(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return f"{len(opened.pages)} pages, {len(pdf) / 1e3:,.0f} kB"

"""Small summits as files, written from the description of the forms alone."""

import json
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

from ceremony_runs import Server, own_database, record_of

TEXT = """\
id: small-summit
languages: [fr, en]
title: {fr: Déclaration de la petite ville, en: Declaration of the small city}
sections:
  - id: preamble
    kind: preamble
    title: {fr: Préambule, en: Preamble}
    clauses:
      - id: preamble-1
        text: {fr: "Nous, les maires de villes petites et grandes,", en: "We, the mayors of cities small and large,"}
  - id: city
    kind: chapter
    title: {fr: La ville, en: The city}
    clauses:
      - id: city-1
        text:
          fr: Nous ouvrons nos places et nos jardins à toutes et à tous.
          en: We open our squares and our gardens to everybody.
      - id: city-2
        text:
          fr: Nous gardons l’eau propre pour celles et ceux qui viendront après nous.
          en: We keep the water clean for those who will come after us.
      - id: city-3
        text: {fr: Nous apprenons les uns des autres., en: We learn from each other.}
  - id: closing
    kind: closing
    clauses:
      - id: closing-1
        text: {fr: Fait en un seul exemplaire., en: Done in a single copy.}
"""

# Every kind of change; S1 and S2 collide and are resolved; S4 is left in conflict by them, revised and adopted; the
# water clause changes after it was accepted; in round 3 nothing is adopted, and two cities change their minds.
ACTS = """\
amendments:
  - id: S1
    by: Workshop on squares
    rationale: Gardens are closed at night.
    changes:
      - replace: {clause: city-1, language: en, text: We open our squares to everybody.}
  - id: S2
    by: Delegation of Reading
    rationale: Name the parks as well.
    changes:
      - replace: {clause: city-1, language: en, text: "We open our squares, parks and gardens to everybody."}
      - retitle: {section: city, language: en, text: The shared city}
  - id: S3
    by: Workshop on water
    rationale: A clause of its own for the air.
    changes:
      - insert:
          section: city
          after: city-2
          id: city-air
          text: {fr: Nous gardons l’air pur., en: We keep the air clean.}
      - move: {clause: city-3, after: city-1}
  - id: S4
    by: Workshop on squares
    rationale: For everybody means at any hour.
    changes:
      - replace: {clause: city-1, language: en, text: We open our squares and our gardens to everybody at any hour.}
  - id: S5
    by: Delegation of Reading
    rationale: Too much.
    changes: [{delete: {clause: closing-1}}]
  - id: S6
    by: Workshop on water
    rationale: Thought better of it.
    changes:
      - replace: {clause: city-3, language: en, text: We learn from one another.}
  - id: S7
    by: Workshop on water
    round: 2
    rationale: Rivers too.
    changes:
      - replace:
          clause: city-2
          text:
            fr: Nous gardons l’eau et les rivières propres pour celles et ceux qui viendront après nous.
            en: We keep the water and the rivers clean for those who will come after us.
decisions:
  - resolve: [S1, S2]
    texts: [{clause: city-1, language: en, text: We open our squares and parks to everybody.}]
  - adopt: S3
  - reject: S5
    reason: A declaration needs an end.
  - withdraw: S6
  - revise: S4
    round: 2
    changes:
      - replace: {clause: city-1, language: en, text: We open our squares and parks to everybody at any hour.}
  - adopt: [S4, S7]
    round: 2
positions:
  - {signatory: all, clause: all, stance: accept}
  - {signatory: reading, clause: city-2, stance: accept-with-reservation, reservation: Only as far as the law allows.}
  - {signatory: haifa, clause: city-1, stance: object, round: 3}
  - {signatory: reading, clause: closing-1, stance: abstain, round: 3}
  - {signatory: haifa, clause: city-1, stance: accept, round: 4}
declines:
  - {signatory: venlo, reason: The council has not decided yet.}
late:
  - id: L1
    by: Delegation of Reading
    rationale: Too late.
    changes: [{replace: {clause: city-3, language: en, text: We learn.}}]
"""

SIGNATORIES = [
    {"id": "duesseldorf", "city": "Düsseldorf", "native": "Düsseldorf", "country": "DE"},
    {"id": "haifa", "city": "Haifa", "native": "חיפה", "country": "IL"},
    {"id": "reading", "city": "Reading", "native": "Reading", "country": "GB"},
    {"id": "seoul", "city": "Seoul", "native": "서울", "country": "KR"},
    {"id": "venlo", "city": "Venlo", "native": "Venlo", "country": "NL"},
]


@pytest.fixture(scope="session")
def server():
    """A process that runs commands without importing everything again."""
    running = Server()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """The arguments of a ceremony of five signatories, one of whom declines."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "text.yaml").write_text(TEXT)
    (folder / "acts.yaml").write_text(ACTS)
    (folder / "signatories.json").write_text(json.dumps({"signatories": SIGNATORIES}))
    return (
        *("ceremony", "--text", folder / "text.yaml", "--acts", folder / "acts.yaml"),
        *("--signatories", folder / "signatories.json"),
    )


@pytest.fixture(scope="session")
def reference(server, small, tmp_path_factory):
    """What a ceremony records that nobody interrupts."""
    folder = tmp_path_factory.mktemp("reference") / "out"
    ended = server.run(*small, "--out", folder)
    assert (ended.status, ended.complained) == (0, ""), ended.said
    return record_of(own_database(folder), "small-summit")

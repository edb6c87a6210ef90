"""Summits to look at: one that is over, and one in the middle of drafting, with a conflict and stale positions."""

import json
import os
from datetime import UTC, datetime

from declaration.ceremony.negotiation import Negotiation
from declaration.ceremony.rehearsal import SITE, Rehearsal, read_script
from declaration.ceremony.stage import Silent
from declaration.ceremony.summit import Summit
from declaration.services import evidence
from declaration.services.chancery import Chancery
from declaration.store.session import open_store

TITLE = "Déclaration <script>alert(1)</script> de la ville"
TEXT = """\
id: small-summit
languages: [fr, en, ar]
title: {fr: "Déclaration <script>alert(1)</script> de la ville", en: Declaration of the small city, ar: إعلان المدينة}
sections:
  - id: preamble
    kind: preamble
    title: {fr: Préambule, en: Preamble, ar: الديباجة}
    clauses:
      - id: preamble-1
        text:
          fr: "Nous, les maires de villes petites et grandes,"
          en: "We, the mayors of cities small and large,"
          ar: نحن رؤساء البلديات،
  - id: city
    kind: chapter
    title: {fr: La ville, en: The city, ar: المدينة}
    clauses:
      - id: city-1
        text:
          fr: Nous ouvrons nos places et nos jardins à toutes et à tous.
          en: We open our squares and our gardens to everybody.
          ar: نفتح ساحاتنا وحدائقنا للجميع.
      - id: city-2
        text:
          fr: Nous gardons l’eau <b>propre</b> pour celles et ceux qui viendront après nous.
          en: We keep the water clean for those who will come after us.
          ar: نحافظ على نظافة الماء.
      - id: city-3
        text: {fr: Nous apprenons les uns des autres., en: We learn from each other., ar: نتعلم من بعضنا.}
  - id: closing
    kind: closing
    clauses:
      - id: closing-1
        text: {fr: Fait en un seul exemplaire., en: Done in a single copy., ar: حُرر في نسخة واحدة.}
"""

# S1 is adopted and makes S4 collide; S2 stays open; S3 is adopted as it was; positions of the first round go stale.
ACTS = """\
drafters:
  - {id: squares, name: "Workshop <script>alert(2)</script> on squares"}
amendments:
  - id: S1
    by: squares
    rationale: Gardens are closed at night.
    changes:
      - replace: {clause: city-1, language: en, text: We open our squares to everybody.}
      - retitle: {section: city, language: en, text: The shared city}
  - id: S2
    by: squares
    rationale: "<img src=x onerror=alert(3)> Name the rivers."
    changes:
      - replace: {clause: city-2, language: en, text: We keep water and rivers clean for those who come after us.}
  - id: S3
    by: squares
    rationale: A clause of its own for the air.
    changes:
      - insert:
          section: city
          after: city-2
          id: city-air
          text: {fr: Nous gardons l’air pur., en: We keep the air clean., ar: نحافظ على نقاء الهواء.}
      - move: {clause: city-3, after: city-1}
  - id: S4
    by: squares
    rationale: For everybody means at any hour.
    changes:
      - replace: {clause: city-1, language: en, text: We open our squares and our parks to everybody at any hour.}
  - id: S5
    by: squares
    rationale: Too much.
    changes: [{delete: {clause: closing-1}}]
  - id: S6
    by: squares
    rationale: Thought better of it.
    changes:
      - replace: {clause: city-3, language: en, text: We learn from one another.}
decisions:
  - adopt: S1
    round: 2
  - adopt: S3
    round: 2
  - reject: S5
    reason: A declaration needs an end.
  - withdraw: S6
positions:
  - {signatory: all, clause: all, stance: accept}
  - {signatory: reading, clause: city-2, stance: accept-with-reservation, reservation: As far as the <i>law</i> allows.}
  - {signatory: haifa, clause: preamble-1, stance: object}
  - {signatory: seoul, clause: city-3, stance: abstain}
"""

SIGNATORIES = [
    {"id": "duesseldorf", "city": "Düsseldorf", "native": "Düsseldorf", "country": "DE"},
    {"id": "haifa", "city": "Haifa", "native": "חיפה", "country": "IL"},
    {"id": "reading", "city": "Reading", "native": "Reading", "country": "GB"},
    {"id": "seoul", "city": "Seoul", "native": "서울", "country": "KR"},
    {"id": "script", "city": "Ville <script>alert(4)</script>", "native": "Ville", "country": "FR"},
]


def chancery_in(folder, store, keys):
    """A service on this store with these keys, where the rehearsals pretend to live."""
    return Chancery(
        store=store,
        keys=keys,
        timestamps=keys.timestamps,
        site=SITE,
        clock=lambda: datetime.now(UTC),
        random=os.urandom,
    )


def play_half(folder):
    """Play the small summit up to its second version: one amendment in conflict, one carried, positions gone stale."""
    for name, content in {"text.yaml": TEXT, "acts.yaml": ACTS}.items():
        (folder / name).write_text(content)
    (folder / "signatories.json").write_text(json.dumps({"signatories": SIGNATORIES}))
    plan = read_script(folder / "text.yaml", folder / "signatories.json", folder / "acts.yaml").plan
    rehearsal = Rehearsal(folder / "out")
    store = open_store(f"sqlite:///{folder / 'half.db'}")
    store.upgrade()
    chancery = chancery_in(folder, store, rehearsal._keys())
    devices = rehearsal._devices(plan)
    Summit(chancery, plan, devices, Silent())._open()
    Summit(chancery, plan, devices, Silent())._enrol()
    negotiation = Negotiation(chancery, plan, devices, Silent())
    negotiation._count()
    negotiation._round(1, 1)
    negotiation._round(2, 1)
    evidence.checkpoint(chancery, plan.text.id)
    return chancery


def play_whole(folder):
    """Play the small summit to its end, with a refusal; every amendment is decided."""
    acts = (
        ACTS + 'declines:\n  - {signatory: seoul, reason: "The council <script>alert(5)</script> has not decided."}\n'
    )
    for name, content in {"text.yaml": TEXT, "acts.yaml": acts}.items():
        (folder / name).write_text(content)
    (folder / "signatories.json").write_text(json.dumps({"signatories": SIGNATORIES}))
    plan = read_script(folder / "text.yaml", folder / "signatories.json", folder / "acts.yaml").plan
    Rehearsal(folder / "out").play(plan, Silent())
    rehearsal = Rehearsal(folder / "out")
    store = open_store(f"sqlite:///{folder / 'out' / 'service' / 'declaration.db'}")
    return chancery_in(folder, store, rehearsal._keys())

"""The default input of the ceremony: a working draft of the Düsseldorf Declaration, its acts, its signatories.

The draft is composed from the five themes of the summit's programme and is not the historical text. The
signatories are the cities named in 2019 by the International Observatory of Mayors on Living Together; every
act of the summit in ``duesseldorf-2019.acts.yaml`` is made up for the rehearsal, by offices, not by people.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

_HERE: Final = files(__name__)

TEXT: Final[Traversable] = _HERE / "duesseldorf-2019.yaml"
"""The declaration's text in French, German, English and Arabic (docs/spec/exchange.md, section 2)."""
SIGNATORIES: Final[Traversable] = _HERE / "duesseldorf-2019.signatories.json"
"""The 35 signatories (docs/spec/exchange.md, section 3)."""
ACTS: Final[Traversable] = _HERE / "duesseldorf-2019.acts.yaml"
"""Amendments, decisions in two rounds, positions, one decline (docs/spec/exchange.md, section 4)."""
OCCASION: Final[Mapping[str, Mapping[str, str]]] = {
    "name": {
        "fr": "Deuxième Sommet international des maires",
        "de": "Zweiter Internationaler Gipfel der Bürgermeisterinnen und Bürgermeister",
        "en": "Second International Mayors’ Summit",
        "ar": "القمة الدولية الثانية لرؤساء البلديات",
    },
    "place": {
        "fr": "Düsseldorf, Ehrenhof",
        "de": "Düsseldorf, Ehrenhof",
        "en": "Düsseldorf, Ehrenhof",
        "ar": "دوسلدورف، إيرنهوف",
    },
    "date": {
        "fr": "1er septembre 2019",
        "de": "1. September 2019",
        "en": "1 September 2019",
        "ar": "1 أيلول/سبتمبر 2019",
    },
}
"""The occasion of the default text, for its title page: name, place and date by language."""

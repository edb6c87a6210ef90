"""What the files of positions say themselves, in French, German, English and Arabic; else in English."""

from __future__ import annotations

from typing import Final

from declaration.drafting.positions import Stance

WORDS: Final = {
    "positions": {"fr": "Positions", "de": "Stellungnahmen", "en": "Positions", "ar": "المواقف"},
    "matrix": {"fr": "Tableau", "de": "Übersicht", "en": "Overview", "ar": "نظرة عامة"},
    "clauses": {"fr": "Clauses", "de": "Klauseln", "en": "Clauses", "ar": "البنود"},
    "city": {"fr": "Ville", "de": "Stadt", "en": "City", "ar": "المدينة"},
    "native": {
        "fr": "Nom dans sa langue",
        "de": "Name in eigener Sprache",
        "en": "Name in its own language",
        "ar": "الاسم بلغتها",
    },
    "country": {"fr": "Pays", "de": "Land", "en": "Country", "ar": "البلد"},
    "signatory": {"fr": "Identifiant", "de": "Kennung", "en": "Signatory id", "ar": "المعرّف"},
    "number": {"fr": "Numéro", "de": "Nummer", "en": "Number", "ar": "الرقم"},
    "clause": {"fr": "Clause (identifiant)", "de": "Klausel (Kennung)", "en": "Clause id", "ar": "معرّف البند"},
    "text": {"fr": "Texte", "de": "Wortlaut", "en": "Text", "ar": "النص"},
    "stance": {"fr": "Position", "de": "Stellungnahme", "en": "Position", "ar": "الموقف"},
    "words": {
        "fr": "Réserve ou motif",
        "de": "Vorbehalt oder Grund",
        "en": "Reservation or reason",
        "ar": "التحفظ أو السبب",
    },
    "objections": {
        "fr": "Objections à la réserve",
        "de": "Einsprüche gegen den Vorbehalt",
        "en": "Objections to the reservation",
        "ar": "اعتراضات على التحفظ",
    },
    "stale": {
        "fr": "Porte sur un texte antérieur",
        "de": "Gilt einem früheren Wortlaut",
        "en": "Said of former words",
        "ar": "يخص صيغة سابقة",
    },
    "former": {"fr": "texte antérieur", "de": "früherer Wortlaut", "en": "former words", "ar": "صيغة سابقة"},
    "version": {"fr": "Version", "de": "Fassung", "en": "Version", "ar": "النسخة"},
    "date": {"fr": "Date", "de": "Datum", "en": "Date", "ar": "التاريخ"},
    "zone": {"fr": "Fuseau horaire", "de": "Zeitzone", "en": "Time zone", "ar": "المنطقة الزمنية"},
    "accepted": {"fr": "Acceptent", "de": "Nehmen an", "en": "Accept", "ar": "يقبلون"},
    "reserved": {
        "fr": "dont avec réserve",
        "de": "davon mit Vorbehalt",
        "en": "of these with a reservation",
        "ar": "منهم بتحفظ",
    },
    "objected": {"fr": "S’opposent", "de": "Lehnen ab", "en": "Object", "ar": "يعترضون"},
    "abstained": {"fr": "S’abstiennent", "de": "Enthalten sich", "en": "Abstain", "ar": "يمتنعون"},
    "silent": {"fr": "Sans position", "de": "Ohne Stellungnahme", "en": "No position", "ar": "بلا موقف"},
    "blocked": {"fr": "Accord bloqué", "de": "Einigung blockiert", "en": "Blocks agreement", "ar": "يعطّل الاتفاق"},
    "yes": {"fr": "oui", "de": "ja", "en": "yes", "ar": "نعم"},
    "no": {"fr": "non", "de": "nein", "en": "no", "ar": "لا"},
    Stance.ACCEPT: {"fr": "accepte", "de": "nimmt an", "en": "accepts", "ar": "يقبل"},
    Stance.ACCEPT_WITH_RESERVATION: {
        "fr": "accepte avec réserve",
        "de": "nimmt mit Vorbehalt an",
        "en": "accepts with a reservation",
        "ar": "يقبل بتحفظ",
    },
    Stance.OBJECT: {"fr": "s’oppose", "de": "lehnt ab", "en": "objects", "ar": "يعترض"},
    Stance.ABSTAIN: {"fr": "s’abstient", "de": "enthält sich", "en": "abstains", "ar": "يمتنع"},
}
"""Headings, stances and answers by language."""
SPOKEN: Final = frozenset({"ar", "de", "en", "fr"})


def speaks(language: str) -> str:
    """Return the language in which files for a reader of `language` are written: itself, or ``en``."""
    primary = language.partition("-")[0]
    return primary if primary in SPOKEN else "en"


def word(key: str, language: str) -> str:
    """Return a word in one of the languages of `SPOKEN`."""
    return WORDS[key][language]

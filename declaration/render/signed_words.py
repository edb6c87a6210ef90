"""What reading editions and posters say beside the declaration's own words, in French, German, English and Arabic."""

from __future__ import annotations

from typing import Final

from declaration.render.labels import speaks

_WORDS: Final = {
    "large-print": {
        "fr": "Édition en grands caractères",
        "de": "Ausgabe in Großdruck",
        "en": "Large-print edition",
        "ar": "طبعة بأحرف كبيرة",
    },
    "copy": {
        "fr": "Cette copie de lecture a les mêmes mots que le document signé, mais elle n’est pas le document signé. "
        "Celui-ci est le fichier signed.pdf, publié à cette adresse\u00a0:",
        "de": "Diese Leseausgabe hat den Wortlaut des unterzeichneten Dokuments, ist aber nicht das unterzeichnete "
        "Dokument. Dieses ist die Datei signed.pdf, veröffentlicht unter dieser Adresse:",
        "en": "This reading copy has the same words as the signed document, but it is not the signed document. That is "
        "the file signed.pdf, published at this address:",
        "ar": "نسخة القراءة هذه مطابقة في كلماتها للوثيقة الموقعة، لكنها ليست الوثيقة الموقعة. "
        "الوثيقة الموقعة هي الملف signed.pdf المنشور على هذا العنوان:",
    },
    "not-signed": {
        "fr": "Copie de lecture, pas le document signé",
        "de": "Leseausgabe, nicht das unterzeichnete Dokument",
        "en": "Reading copy, not the signed document",
        "ar": "نسخة للقراءة وليست الوثيقة الموقعة",
    },
    "contents": {"fr": "Sommaire", "de": "Inhalt", "en": "Contents", "ar": "المحتويات"},
    "city": {"fr": "Ville", "de": "Stadt", "en": "City", "ar": "المدينة"},
    "person": {"fr": "Nom et fonction", "de": "Name und Amt", "en": "Name and office", "ar": "الاسم والمنصب"},
    "time": {"fr": "Signé le", "de": "Unterzeichnet am", "en": "Signed on", "ar": "تاريخ التوقيع"},
    "code": {"fr": "Code", "de": "Code", "en": "Code", "ar": "الرمز"},
    "clause": {"fr": "Sur la clause", "de": "Zu Ziffer", "en": "On clause", "ar": "بشأن البند"},
    "reason": {"fr": "Motif", "de": "Begründung", "en": "Reason", "ar": "السبب"},
    "sealed": {"fr": "Scellé le", "de": "Gesiegelt am", "en": "Sealed on", "ar": "تاريخ الختم"},
    "edition-digest": {
        "fr": "SHA-256 du fichier signed.pdf",
        "de": "SHA-256 der Datei signed.pdf",
        "en": "SHA-256 of the file signed.pdf",
        "ar": "بصمة SHA-256 للملف signed.pdf",
    },
    "instrument-digest": {
        "fr": "SHA-256 de l’instrument signé",
        "de": "SHA-256 der unterzeichneten Urkunde",
        "en": "SHA-256 of the signed instrument",
        "ar": "بصمة SHA-256 للصك الموقع",
    },
    "holds": {
        "fr": "Le fichier signed.pdf contient l’instrument signé et, pour chaque signature, tout ce qu’il faut pour la "
        "vérifier sans réseau, sans nous faire confiance, et dans vingt ans encore.",
        "de": "Die Datei signed.pdf enthält die unterzeichnete Urkunde und zu jeder Unterschrift alles, womit man sie "
        "prüft: ohne Netz, ohne uns vertrauen zu müssen, auch noch in zwanzig Jahren.",
        "en": "The file signed.pdf holds the signed instrument and, for each signature, all that is needed to verify "
        "it: offline, without trusting us, and still in twenty years.",
        "ar": "يتضمن الملف signed.pdf الصك الموقَّع وكل ما يلزم للتحقق من كل توقيع: "
        "دون اتصال بالشبكة، ودون حاجة إلى الثقة بنا، وحتى بعد عشرين عامًا.",
    },
    "poster-verify": {
        "fr": "Lire et vérifier le document signé",
        "de": "Das unterzeichnete Dokument lesen und prüfen",
        "en": "Read and verify the signed document",
        "ar": "اقرأ الوثيقة الموقعة وتحقق منها",
    },
    "reservations-elsewhere": {
        "fr": "Réserves\u00a0: {count}. Elles figurent dans le document signé.",
        "de": "Vorbehalte: {count}. Sie stehen im unterzeichneten Dokument.",
        "en": "Reservations: {count}. They stand in the signed document.",
        "ar": "التحفظات: {count}. وهي واردة في الوثيقة الموقعة.",
    },
    "hands-elsewhere": {
        "fr": "Les signatures manuscrites figurent dans le document signé.",
        "de": "Die handschriftlichen Unterschriften stehen im unterzeichneten Dokument.",
        "en": "The signatures drawn by hand stand in the signed document.",
        "ar": "التوقيعات بخط اليد واردة في الوثيقة الموقعة.",
    },
}


def said(key: str, language: str) -> str:
    """Return some words in a language, or in English where we do not speak it."""
    return _WORDS[key][speaks(language)]

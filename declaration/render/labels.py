"""The few words that the documents say themselves, in French, German, English and Arabic, else in English."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_LABELS: Final = {
    "signatories": {
        "fr": "Signataires",
        "de": "Unterzeichnende",
        "en": "Signatories",
        "ar": "الموقّعون",
    },
    "reservations": {"fr": "Réserves", "de": "Vorbehalte", "en": "Reservations", "ar": "التحفظات"},
    "objection": {
        "fr": "Objection à cette réserve",
        "de": "Einspruch gegen diesen Vorbehalt",
        "en": "Objection to this reservation",
        "ar": "اعتراض على هذا التحفظ",
    },
    "signatures": {"fr": "Signatures", "de": "Unterschriften", "en": "Signatures", "ar": "التوقيعات"},
    "answers": {
        "fr": "Autres réponses",
        "de": "Weitere Antworten",
        "en": "Other answers",
        "ar": "ردود أخرى",
    },
    "version": {"fr": "Version", "de": "Fassung", "en": "Version", "ar": "النسخة"},
    "authentic": {
        "fr": "Tous les textes font également foi.",
        "de": "Jeder Wortlaut ist gleichermaßen verbindlich.",
        "en": "All texts are equally authentic.",
        "ar": "تتساوى جميع النصوص في الحجية.",
    },
    "missing": {
        "fr": "Ce passage manque dans cette langue.",
        "de": "Diese Stelle fehlt in dieser Sprache.",
        "en": "This passage is missing in this language.",
        "ar": "هذا المقطع غير متوفر بهذه اللغة.",
    },
    "no-reservations": {
        "fr": "Aucune réserve n’a été formulée.",
        "de": "Es wurden keine Vorbehalte erklärt.",
        "en": "No reservations were made.",
        "ar": "لم تُبدَ أي تحفظات.",
    },
    "count-signed": {"fr": "Signatures", "de": "Unterschriften", "en": "Signatures", "ar": "التوقيعات"},
    "count-declined": {"fr": "Refus", "de": "Ablehnungen", "en": "Declined", "ar": "حالات الامتناع"},
    "count-no-answer": {"fr": "Sans réponse", "de": "Keine Antwort", "en": "No answer", "ar": "بلا رد"},
    "signed": {"fr": "a signé", "de": "unterzeichnet", "en": "signed", "ar": "وقّع"},
    "declined": {"fr": "a décliné", "de": "abgelehnt", "en": "declined", "ar": "امتنع"},
    "drawn-signature": {
        "fr": "Signature dessinée :",
        "de": "Gezeichnete Unterschrift:",
        "en": "Drawn signature:",
        "ar": "توقيع مرسوم:",
    },
    "code": {"fr": "Code QR :", "de": "QR-Code:", "en": "QR code:", "ar": "رمز QR:"},
    "no-answer": {"fr": "sans réponse", "de": "keine Antwort", "en": "no answer", "ar": "لا رد"},
    "verify": {
        "fr": "Comment vérifier",
        "de": "So wird geprüft",
        "en": "How to verify",
        "ar": "كيفية التحقق",
    },
    "seal": {
        "fr": "Sceau du dépositaire",
        "de": "Siegel des Depositars",
        "en": "Seal of the depositary",
        "ar": "ختم الوديع",
    },
    "sealed": {"fr": "scellé", "de": "gesiegelt", "en": "sealed", "ar": "خُتم"},
    "seal-closes": {
        "fr": "Ce sceau ferme le document : rien ne peut plus y être changé ni ajouté sans que chacun puisse le voir.",
        "de": "Dieses Siegel schließt das Dokument: Wer noch etwas ändert oder hinzufügt, bleibt nicht unbemerkt.",
        "en": "This seal closes the document: nothing can be changed in it or added to it without showing.",
        "ar": "يُغلق هذا الختم الوثيقة: فلا يمكن تغيير أي شيء فيها أو إضافته إليها دون أن يظهر ذلك للجميع.",
    },
    "attachments": {
        "fr": "Fichiers joints à ce document",
        "de": "Anlagen in diesem Dokument",
        "en": "Files attached to this document",
        "ar": "الملفات المرفقة بهذه الوثيقة",
    },
}

VERIFY: Final = {
    "fr": (
        (
            "Ce document contient l’instrument signé et, pour chaque signature, tout ce qu’il faut pour la vérifier "
            "sans réseau, sans nous faire confiance, et dans vingt ans encore."
        ),
        (
            "Chaque signataire a signé l’instrument lui-même, avec une clé créée sur son appareil, valable quelques "
            "minutes et autorisée par sa clé d’accès. Le dépositaire a scellé l’ensemble une seule fois."
        ),
        (
            "Extrayez les pièces jointes, puis exécutez la commande ci-dessous ; ou vérifiez avec OpenSSL, ou avec un "
            "lecteur PDF, que le sceau couvre tout le document."
        ),
    ),
    "de": (
        (
            "Dieses Dokument enthält die unterzeichnete Urkunde und zu jeder Unterschrift alles, womit man sie prüft: "
            "ohne Netz, ohne uns vertrauen zu müssen, auch noch in zwanzig Jahren."
        ),
        (
            "Alle haben die Urkunde selbst unterschrieben, mit einem Schlüssel, der auf dem eigenen Gerät entstand, "
            "nur Minuten galt und durch den eigenen Passkey freigegeben war. "
            "Der Depositar hat das Ganze einmal gesiegelt."
        ),
        (
            "Entnehmen Sie die Anlagen und führen Sie den Befehl aus; oder prüfen Sie mit OpenSSL, oder mit einem "
            "PDF-Programm, dass das Siegel das ganze Dokument umfasst."
        ),
    ),
    "en": (
        (
            "This document holds the signed instrument and, for each signature, all that is needed to verify it: "
            "offline, without trusting us, and still in twenty years."
        ),
        (
            "Each signatory signed the instrument itself, with a key that was made on their own device, was valid for "
            "minutes, and was authorised by their passkey. The depositary sealed the whole once."
        ),
        (
            "Extract the attachments and run the command below; or check with OpenSSL, or with any PDF "
            "reader, that the seal covers the whole document."
        ),
    ),
    "ar": (
        (
            "تتضمن هذه الوثيقة الصك الموقَّع وكل ما يلزم للتحقق من كل توقيع: "
            "دون اتصال بالشبكة، ودون حاجة إلى الثقة بنا، وحتى بعد عشرين عامًا."
        ),
        (
            "وقّع كل موقّع على الصك نفسه بمفتاح أُنشئ على جهازه ولا يصلح إلا لدقائق "
            "وأذن به مفتاح مروره. وختم الوديع المجموع مرة واحدة."
        ),
        "استخرج المرفقات ثم نفّذ الأمر أدناه؛ أو تحقق بواسطة OpenSSL أو أي قارئ PDF من أن الختم يشمل الوثيقة كاملة.",
    ),
}
"""Paragraphs of the page on verifying, by language."""

NAMES: Final = {
    "ar": "العربية", "bn": "বাংলা", "de": "Deutsch", "el": "Ελληνικά", "en": "English", "es": "Español",
    "fa": "فارسی", "fr": "Français", "he": "עברית", "hi": "हिन्दी", "it": "Italiano", "ja": "日本語",
    "ko": "한국어", "nl": "Nederlands", "pl": "Polski", "pt": "Português", "ru": "Русский", "th": "ไทย",
    "tr": "Türkçe", "uk": "Українська", "ur": "اردو", "zh": "中文",
}  # fmt: skip
"""Languages by their own names."""


def label(key: str, language: str) -> str:
    """Return a label in a language, or in English where we do not speak it."""
    texts = _LABELS[key]
    return texts.get(language.partition("-")[0], texts["en"])


def speaks(language: str) -> str:
    """Return the language in which labels for `language` are written: itself, or ``en``."""
    primary = language.partition("-")[0]
    return primary if primary in VERIFY else "en"


def spoken(languages: Iterable[str]) -> tuple[str, ...]:
    """Return the languages of ours that serve readers of `languages`, each once, in their order."""
    return tuple(dict.fromkeys(speaks(language) for language in languages))


def language_name(language: str) -> str:
    """Return the language's own name, or its tag."""
    return NAMES.get(language, NAMES.get(language.partition("-")[0], language))

"""What an amendment says in Akoma Ntoso: the sentences around its quotations, in French, German, English and Arabic."""

from __future__ import annotations

from typing import Final

_SENTENCES: Final = {
    "amendment": {"fr": "Amendement {0}", "de": "Änderungsantrag {0}", "en": "Amendment {0}", "ar": "التعديل {0}"},
    "clause": {"fr": "la clause {0}", "de": "Klausel {0}", "en": "clause {0}", "ar": "البند {0}"},
    "heading": {
        "fr": "le titre de la partie {0}",
        "de": "der Überschrift von Abschnitt {0}",
        "en": "the heading of section {0}",
        "ar": "عنوان القسم {0}",
    },
    "title": {
        "fr": "le titre de la déclaration",
        "de": "dem Titel der Erklärung",
        "en": "the title of the declaration",
        "ar": "عنوان الإعلان",
    },
    "replace": {
        "fr": "Dans {0}, remplacer {1} par {2}.",
        "de": "In {0} ist {1} durch {2} zu ersetzen.",
        "en": "In {0}, replace {1} with {2}.",
        "ar": "في {0}، يُستعاض عن {1} بما يلي: {2}.",
    },
    "strike": {
        "fr": "Dans {0}, supprimer {1}.",
        "de": "In {0} ist {1} zu streichen.",
        "en": "In {0}, delete {1}.",
        "ar": "في {0}، تُحذف {1}.",
    },
    "write": {
        "fr": "Dans {0}, écrire : {1}",
        "de": "In {0} ist einzufügen: {1}",
        "en": "In {0}, write: {1}",
        "ar": "في {0}، يُدرج ما يلي: {1}",
    },
    "insert-after": {
        "fr": "Après la clause {0}, insérer : {1}",
        "de": "Nach Klausel {0} ist einzufügen: {1}",
        "en": "After clause {0}, insert: {1}",
        "ar": "بعد البند {0}، يُدرج ما يلي: {1}",
    },
    "insert-first": {
        "fr": "Au début de la partie {0}, insérer : {1}",
        "de": "Am Anfang von Abschnitt {0} ist einzufügen: {1}",
        "en": "At the beginning of section {0}, insert: {1}",
        "ar": "في بداية القسم {0}، يُدرج ما يلي: {1}",
    },
    "delete": {
        "fr": "Supprimer la clause {0}.",
        "de": "Klausel {0} ist zu streichen.",
        "en": "Delete clause {0}.",
        "ar": "يُحذف البند {0}.",
    },
    "move-after": {
        "fr": "Placer la clause {0} après la clause {1}.",
        "de": "Klausel {0} ist hinter Klausel {1} zu stellen.",
        "en": "Move clause {0} behind clause {1}.",
        "ar": "يُنقل البند {0} إلى ما بعد البند {1}.",
    },
    "move-first": {
        "fr": "Placer la clause {0} au début de la partie {1}.",
        "de": "Klausel {0} ist an den Anfang von Abschnitt {1} zu stellen.",
        "en": "Move clause {0} to the beginning of section {1}.",
        "ar": "يُنقل البند {0} إلى بداية القسم {1}.",
    },
}
_QUOTES: Final = {"fr": ("«\u00a0", "\u00a0»"), "de": ("„", "“"), "ar": ("«", "»")}


def sentence(key: str, language: str) -> tuple[str, ...]:
    """Return a sentence cut at its gaps: text, gap, text, …; a gap is ``{0}`` or ``{1}``."""
    said = _SENTENCES[key]
    template = said.get(language.partition("-")[0], said["en"])
    parts: list[str] = []
    rest = template
    while "{" in rest:
        before, _, rest = rest.partition("{")
        number, _, rest = rest.partition("}")
        parts += [before, "{" + number + "}"]
    return (*parts, rest)


def quotes(language: str) -> tuple[str, str]:
    """Return the marks that open and close a quotation."""
    return _QUOTES.get(language.partition("-")[0], ("“", "”"))

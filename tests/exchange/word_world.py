"""A text to send through word processors, and how it reads."""

from functools import cache

from declaration.drafting.anchors import Kind
from declaration.drafting.apply import apply
from declaration.drafting.text import Clause, Section, SectionKind, Text, Version
from declaration.exchange.word_import import import_word, open_word
from declaration.render.docx import render_docx
from declaration.render.docx_lines import missing_words, untitled_words


def clause(name, fr, ar=None):
    return Clause(name, {"fr": fr, **({} if ar is None else {"ar": ar})})


TEXT = Text(
    "ville",
    ("fr", "ar"),
    {"fr": "Déclaration de la ville", "ar": "إعلان المدينة"},
    (
        Section(
            "recitals",
            SectionKind.PREAMBLE,
            {},
            (
                clause(
                    "r-1", "Rappelant que « vivre » veut dire : vivre ensemble,", "إذ نذكّر بأن العيش يعني العيش معا،"
                ),
                clause("r-2", "Considérant que l’eau n’attend pas,", "وإذ نرى أن الماء لا ينتظر،"),
            ),
        ),
        Section(
            "city",
            SectionKind.CHAPTER,
            {"fr": "La ville ouverte", "ar": "المدينة المفتوحة"},
            (
                clause("city-1", "Nous ouvrons nos places à toutes et à tous.", "نفتح ساحاتنا للجميع."),
                clause("city-2", "Nous gardons l’eau propre pour demain.", "نحافظ على نظافة المياه للغد."),
                clause("city-3", "Nous plantons des arbres dans chaque rue.", "نغرس الأشجار في كل شارع."),
            ),
        ),
        Section(
            "money",
            SectionKind.CHAPTER,
            {"fr": "Les moyens", "ar": "الوسائل"},
            (
                clause("money-1", "Nous publions nos comptes.", "ننشر حساباتنا (Open Data) كل عام."),
                clause("money-2", "Nous partageons nos dépenses."),
            ),
        ),
    ),
)
VERSION = Version(1, None, TEXT)
STAND_INS = {
    (kind, tag): words(tag)
    for tag in TEXT.languages
    for kind, words in ((Kind.MISSING, missing_words), (Kind.TITLE, untitled_words))
}


@cache
def document(*languages, version=VERSION):
    return render_docx(version, languages=languages or ("fr",))


def imported(data, version=VERSION):
    return import_word(open_word(data, file="edited.docx"), version, STAND_INS)


def words_of(text, language="fr"):
    """The paragraphs of a text in a language, as a document has them."""
    found = [text.title[language]]
    for section in text.sections:
        found += [section.title[language]] if language in section.title else []
        found += [one.texts[language] for one in section.clauses]
    return found


def after(found, version=VERSION):
    """The text with the changes that were understood."""
    return apply(version.text, found.changes)


def ops(found):
    """The changes in short: what, where."""
    return [
        (type(change).__name__.lower(), getattr(change, "clause", None) or getattr(change, "section", None))
        if type(change).__name__ != "Insert"
        else ("insert", change.after)
        for change in found.changes
    ]

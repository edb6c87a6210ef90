"""What the pages say, found in templates and Python, a catalogue a group; run it to write what a catalogue lacks.

python tests/web/web_catalogues.py          adds new sentences, without a translation, and drops what is not said
"""

import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

WEB = Path(__file__).resolve().parents[2] / "declaration" / "web"
LANGUAGES = ("en", "fr", "de")
OPTIONS = {"trimmed": "true", "newstyle_gettext": "true", "extensions": "jinja2.ext.loopcontrols", "silent": "false"}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}


def group_of(path):
    """The catalogue to which a file's sentences belong: its own, its folder's, or that of all pages."""
    if (WEB / "locales" / "en" / f"{path.stem}.po").exists():
        return path.stem
    above = path.relative_to(WEB).parts[1:-1]
    if path.suffix == ".py" or not above or above[0] == "parts":
        return "base"
    return above[0]


def said():
    """Every sentence by group: {group: {msgid or (msgid, plural): [places]}}."""
    found = {}
    for path in sorted([*WEB.rglob("templates/**/*.html"), *WEB.rglob("templates/**/*.xml"), *WEB.rglob("pages/*.py")]):
        with path.open("rb") as stream:
            if path.suffix == ".py":
                lines = extract("python", stream, keywords=KEYWORDS)
                messages = [(line, message) for line, message, _, _ in lines]
            else:
                messages = [
                    (line, message if not isinstance(message, tuple) else tuple(m for m in message if m))
                    for line, _, message, _ in babel_extract(stream, list(KEYWORDS), [], OPTIONS)
                ]
        for line, message in messages:
            key = message[0] if isinstance(message, tuple) and len(message) == 1 else message
            found.setdefault(group_of(path), {}).setdefault(key, []).append(f"{path.relative_to(WEB)}:{line}")
    return found


def catalogue(language, group):
    """The messages of one file, {msgid or (msgid, plural): Message}; without the header."""
    path = WEB / "locales" / language / f"{group}.po"
    if not path.exists():
        return {}
    with path.open("rb") as stream:
        return {message.id: message for message in read_po(stream, locale=language) if message.id}


def spaced(text):
    """French as it is set: a narrow no-break space before ; ! ?, a no-break space before : and inside « »."""
    text = re.sub(r" ([;!?])", "\u202f\\1", text)
    return re.sub(r" ([:»])", "\u00a0\\1", text).replace("« ", "«\u00a0")


def write(language, group, sentences):
    """Write a catalogue with exactly these sentences, keeping what is translated."""
    before = catalogue(language, group)
    whole = Catalog(locale=language, project="declaration", fuzzy=False)
    whole.header_comment = "# What the pages say."
    for key in sorted(sentences, key=str):
        kept = before.get(key)
        string = kept.string if kept is not None else (key if language == "en" else "")
        if language == "fr":
            string = tuple(map(spaced, string)) if isinstance(string, (tuple, list)) else spaced(string)
        whole.add(key, string, flags=[] if kept is None else kept.flags)
    path = WEB / "locales" / language / f"{group}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        write_po(stream, whole, width=120, omit_header=True)
    header = f'# What the pages say ({group}).\nmsgid ""\nmsgstr ""\n"Language: {language}\\n"\n'
    header += f'"Plural-Forms: {whole.plural_forms}\\n"\n"MIME-Version: 1.0\\n"\n'
    header += '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n\n'
    path.write_text(header + path.read_text().lstrip(), encoding="utf-8")


if __name__ == "__main__":
    everything = said()
    for name, sentences in everything.items():
        shared = set() if name == "base" else set(everything.get("base", {}))
        for tag in LANGUAGES:
            write(tag, name, [key for key in sentences if key not in shared])

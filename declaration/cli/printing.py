"""A report on the terminal: whose keys, who answered, what was found, and the verdict last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from declaration.signing.report import Answer, Report, Severity, Verdict

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "city": "City",
        "signatory": "Signatory",
        "answer": "Answer",
        "at": "When (UTC)",
        "signed": "signed",
        "declined": "declined",
        "missing": "no answer",
        "refused": "does not hold",
        "unproven": "signature found",
        "verdict": "Verdict",
        "verdict.signed": "valid",
        "verdict.declined": "valid",
        "verdict.missing": "missing",
        "verdict.refused": "refused",
        "verdict.unproven": "not proven",
        "step": "step",
        "do": "What to do",
        "trust": "Judged by the keys in {folder}:",
        "found": "These keys came with the files ({folder}): whoever could exchange those could exchange them too.\n"
        "Compare the four lines with those that the depositary publishes elsewhere, or give --trust:",
    },
    "de": {
        "city": "Stadt",
        "signatory": "Unterzeichnende",
        "answer": "Antwort",
        "at": "Wann (UTC)",
        "signed": "unterschrieben",
        "declined": "abgelehnt",
        "missing": "keine Antwort",
        "refused": "hält nicht stand",
        "unproven": "Unterschrift gefunden",
        "verdict": "Urteil",
        "verdict.signed": "gültig",
        "verdict.declined": "gültig",
        "verdict.missing": "fehlt",
        "verdict.refused": "ungültig",
        "verdict.unproven": "nicht bewiesen",
        "step": "Schritt",
        "do": "Was zu tun ist",
        "trust": "Geprüft mit den Schlüsseln in {folder}:",
        "found": "Diese Schlüssel kamen mit den Dateien ({folder}): Wer diese austauschen konnte, konnte auch sie "
        "austauschen.\nVergleichen Sie die vier Zeilen mit denen, die der Depositar anderswo veröffentlicht, oder "
        "geben Sie --trust an:",
    },
    "fr": {
        "city": "Ville",
        "signatory": "Signataire",
        "answer": "Réponse",
        "at": "Quand (UTC)",
        "signed": "signé",
        "declined": "refusé",
        "missing": "pas de réponse",
        "refused": "ne tient pas",
        "unproven": "signature trouvée",
        "verdict": "Verdict",
        "verdict.signed": "valable",
        "verdict.declined": "valable",
        "verdict.missing": "manque",
        "verdict.refused": "rejeté",
        "verdict.unproven": "non prouvé",
        "step": "étape",
        "do": "Que faire",
        "trust": "Jugé avec les clés de {folder} :",
        "found": "Ces clés accompagnaient les fichiers ({folder}) : qui pouvait échanger ceux-ci pouvait aussi les "
        "échanger.\nComparez les quatre lignes à celles que le dépositaire publie ailleurs, ou indiquez --trust :",
    },
}
_COLOURS: Final = {
    Verdict.VALID: "bold green",
    Verdict.INCOMPLETE: "bold yellow",
    Verdict.ALTERED: "bold red",
    Verdict.CANNOT_BE_VERIFIED: "bold red",
}
_SEVERITIES: Final = {Severity.NOTE: "", Severity.CANNOT_BE_VERIFIED: "yellow", Severity.ALTERED: "red"}
_MARKS: Final = {
    Answer.SIGNED: "✓",
    Answer.DECLINED: "–",
    Answer.MISSING: "…",
    Answer.REFUSED: "✗",
    Answer.UNPROVEN: "?",
}


def print_report(report: Report, language: str, *, trust: str, named: bool) -> None:
    """Print a report.

    Args:
        report: what was found.
        language: of the sentences, ``fr``, ``de`` or ``en``.
        trust: the folder whose keys judged.
        named: whether somebody named that folder, or it was found beside the files.

    """
    words = _WORDS[language]
    console = Console(highlight=False, soft_wrap=True)
    _print_trust(console, report, words["trust" if named else "found"].format(folder=trust), named=named)
    if report.signatories:
        console.print(_table(report, words))
    for finding in report.findings:
        sentence = finding.say(language)
        subject = f"{finding.subject}: " if finding.subject else ""
        console.print(Text(f"• {subject}{sentence.says}", style=_SEVERITIES[finding.severity]))
        console.print(Text(f"  {words['do']}: {sentence.do}  [{finding.code}, {words['step']} {finding.step}]"))
    verdict = report.say(language)
    console.print(Text(f"\n{verdict.says}", style=_COLOURS[report.verdict]))
    console.print(Text(verdict.do))


def _print_trust(console: Console, report: Report, words: str, *, named: bool) -> None:
    fingerprints = {name.removeprefix("trust/"): value for name, value in report.about.items() if "trust/" in name}
    if fingerprints:
        console.print(Text(words, style="" if named else "bold yellow"))
    for name, value in fingerprints.items():
        console.print(Text(f"  {value}  {name}"))


def _table(report: Report, words: Mapping[str, str]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("", "verdict", "city", "signatory", "answer", "at"):
        table.add_column(words.get(name, ""), overflow="fold")
    for line in report.signatories:
        city = line.city if line.native in ("", line.city) else f"{line.city} · {line.native}"
        verdict, answer = words[f"verdict.{line.answer}"], words[str(line.answer)]
        at = (line.at or "").replace("T", " ")[:16]
        table.add_row(*map(Text, (_MARKS[line.answer], verdict, city, line.name, answer, at)))
    return table

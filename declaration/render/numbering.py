"""Numbers that readers see, derived from position: they change with the text, the permanent ids do not.

Recitals are lettered, ``(a)`` to ``(z)``, ``(aa)``, … through the whole preamble; chapters and the closing are
numbered 1, 2, 3, and their clauses ``1.1``. The numbers are the same in every language, so that a French and an
Arabic reader name a clause alike.
"""

from __future__ import annotations

from declaration.drafting.text import SectionKind, Text


def letter(position: int) -> str:
    """Return a, b, …, z, aa, ab, … for the positions from 1."""
    result = ""
    while position > 0:
        position, rest = divmod(position - 1, 26)
        result = chr(97 + rest) + result
    return result


def section_numbers(text: Text) -> dict[str, str]:
    """Return the number of each section by its id; the preamble has none (an empty string)."""
    numbers: dict[str, str] = {}
    count = 0
    for section in text.sections:
        if section.kind is SectionKind.PREAMBLE:
            numbers[section.id] = ""
        else:
            count += 1
            numbers[section.id] = str(count)
    return numbers


def clause_numbers(text: Text) -> dict[str, str]:
    """Return the number of each clause by its id."""
    sections = section_numbers(text)
    numbers: dict[str, str] = {}
    recitals = 0
    for section in text.sections:
        for position, clause in enumerate(section.clauses, 1):
            if section.kind is SectionKind.PREAMBLE:
                recitals += 1
                numbers[clause.id] = f"({letter(recitals)})"
            else:
                numbers[clause.id] = f"{sections[section.id]}.{position}"
    return numbers

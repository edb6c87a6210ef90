"""Why something in an edited document became no change: a sentence for people, by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from declaration.exchange.word_lines import Refused

IGNORED: Final = frozenset({"formatting", "comment"})
"""What is only passed over: nothing is lost that a declaration could hold."""
SENTENCES: Final[Mapping[str, str]] = {
    "comment": "A comment is not taken over: write it in the discussion or among the reasons.",
    "formatting": "Bold, italics and other formatting are not taken over: a declaration is words alone.",
    "formula": "A formula is not taken over: write it out in words.",
    "heading-empty": "A heading without words stays as it was: sections are not deleted by an amendment.",
    "heading-gone": "A heading that was deleted stays: sections are not deleted by an amendment. Delete the clauses.",
    "joined": "Clauses that were joined into one paragraph stay as they were: write the words into one of them, and"
    " delete the whole paragraph of the other.",
    "language-deleted": "A clause is deleted in one language but not in all: delete it in all, or in none.",
    "language-inserted": "A new paragraph has no counterpart in the first language: insert it there too.",
    "language-order": "The order differs between the languages: move clauses in all languages alike.",
    "note": "A footnote or endnote is not taken over: write its words into the clause.",
    "outside": "Words outside any section are not taken over: put them below a heading.",
    "picture": "A picture, drawing or text box is not taken over.",
    "sections": "Headings cannot be moved: the order stays as it was, and nothing is moved or inserted.",
    "symbol": "A symbol from a font of symbols is not taken over: type the character itself.",
    "table": "Words in a table are not taken over: write them as a paragraph.",
    "together": "These changes cannot be made together.",
}
"""By code of a `Refused`; other codes are those of errors, which bring their sentence along as its words."""


def sentence(refused: Refused) -> str:
    """Return why, in one or two plain English sentences."""
    return SENTENCES.get(refused.code, refused.words)

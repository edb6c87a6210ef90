"""What the worked examples share: they fill the generated blocks of a document, and fold long lines for showing."""  # noqa: INP001 - documents are not a package

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any


def filled(document: str, blocks: Mapping[str, str]) -> str:
    """Return a document with the content of each block ``<!-- example: NAME -->`` replaced.

    Args:
        document: Markdown.
        blocks: content by name; exactly those that the document has.

    """
    found = re.findall(r"<!-- example: (.+?) -->", document)
    if sorted(found) != sorted(blocks):
        message = f"The document has the blocks {sorted(found)}, and the example makes {sorted(blocks)}."
        raise SystemExit(message)
    for name, block in blocks.items():
        pattern = re.compile(rf"(<!-- example: {re.escape(name)} -->\n)(?:(?!<!-- end -->).*\n)*(<!-- end -->)")
        document = pattern.sub(lambda part, block=block: f"{part[1]}{block}\n{part[2]}", document)
    return document


def written(vectors: object) -> str:
    """Return test vectors as their file holds them."""
    return json.dumps(vectors, ensure_ascii=False, indent=1) + "\n"


def code(text: str, language: str = "") -> str:
    """Return text as a block of code."""
    return f"```{language}\n{text}\n```"


def folded(text: str, width: int = 110) -> str:
    """Return text broken into lines, for showing only."""
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


def shown(value: Any, *, longest: int = 76) -> Any:
    """Return JSON with long texts cut, for showing only."""
    if isinstance(value, dict):
        return {name: shown(item, longest=longest) for name, item in value.items()}
    if isinstance(value, list):
        return [shown(item, longest=longest) for item in value]
    if isinstance(value, str) and len(value) > longest:
        return f"{value[: longest - 20]}… ({len(value):,} characters)"
    return value


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)

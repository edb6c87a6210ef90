"""The Unicode bidirectional algorithm (UAX 9): an embedding level for each character, and the order of display.

Only the implicit part (P2 to P3, W1 to W7, N0 to N2, I1 to I2, L1 to L2) is here: the texts of a declaration
hold no explicit controls, and where a hostile name does, the control is shown as a visible box and has no
effect, so that nobody's name can reorder what stands beside it. A test compares every result with an
independent implementation.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from bidi.mirror import MIRRORED

STRONG_RTL: Final = frozenset({"R", "AL"})
EXPLICIT: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN"})
"""Classes that the algorithm removes (X9); here they take the level of what precedes them."""
NEUTRAL: Final = frozenset({"B", "S", "WS", "ON"})
MAX_OPEN_BRACKETS: Final = 63
"""BD16: the stack of open brackets holds 63 entries; a line that needs more gets no bracket pairs."""


@lru_cache(maxsize=4096)
def bidi_class(character: str) -> str:
    """Return the character's Bidi_Class; explicit controls count as boundary neutrals, unassigned ones as L."""
    found = unicodedata.bidirectional(character) or "L"
    return "BN" if found in EXPLICIT else found


def is_rtl_text(text: str) -> bool:
    """Tell whether the first strong character of `text` runs from right to left (P2, P3)."""
    for character in text:
        found = bidi_class(character)
        if found == "L":
            return False
        if found in STRONG_RTL:
            return True
    return False


def levels(text: str, *, rtl: bool) -> tuple[int, ...]:
    """Return the embedding level of each code point of one paragraph.

    Args:
        text: one paragraph in logical order.
        rtl: the paragraph's base direction.

    """
    base = int(rtl)
    classes = [bidi_class(character) for character in text]
    if not rtl and not any(found in STRONG_RTL or found == "AN" for found in classes):
        return (0,) * len(text)
    kept = [index for index, found in enumerate(classes) if found != "BN"]
    types = [classes[index] for index in kept]
    _resolve_weak(types, base)
    _resolve_brackets(types, [text[index] for index in kept], [classes[index] for index in kept], base)
    _resolve_neutral(types, base)
    result = [base] * len(text)
    for index, found in zip(kept, types, strict=True):
        result[index] = _implicit(base, found)
    for index in range(1, len(text)):
        if classes[index] == "BN":
            result[index] = result[index - 1]
    return _reset_separators(result, classes, base)


def _direction(base: int) -> str:
    return "R" if base % 2 else "L"


def _implicit(base: int, found: str) -> int:
    """I1, I2."""
    if base % 2:
        return base + (found in {"L", "EN", "AN"})
    return base + {"R": 1, "EN": 2, "AN": 2}.get(found, 0)


def _reset_separators(result: list[int], classes: Sequence[str], base: int) -> tuple[int, ...]:
    """L1 for separators; the trailing white space of a line is reset where the line is known."""
    trailing = True
    for index in range(len(result) - 1, -1, -1):
        if classes[index] in {"B", "S"}:
            trailing = True
            result[index] = base
        elif classes[index] in {"WS", "BN"}:
            if trailing:
                result[index] = base
        else:
            trailing = False
    return tuple(result)


def _resolve_weak(types: list[str], base: int) -> None:
    """W1 to W7, in place."""
    previous = strong = _direction(base)
    for index, found in enumerate(types):  # W1, W2, W3
        current = previous if found == "NSM" else found
        previous = current
        if current in {"L", "R", "AL"}:
            strong = current
        elif current == "EN" and strong == "AL":
            current = "AN"
        types[index] = current
    for index in range(1, len(types) - 1):  # W4
        before, after = types[index - 1], types[index + 1]
        if before == after and (
            (types[index] == "ES" and before == "EN") or (types[index] == "CS" and before in {"EN", "AN"})
        ):
            types[index] = before
    types[:] = ["R" if found == "AL" else found for found in types]
    _resolve_terminators(types)
    strong = _direction(base)
    for index, found in enumerate(types):  # W6, W7
        if found in {"ES", "ET", "CS"}:
            types[index] = "ON"
        elif found in {"L", "R"}:
            strong = found
        elif found == "EN" and strong == "L":
            types[index] = "L"


def _resolve_terminators(types: list[str]) -> None:
    """W5: a run of European terminators beside a European number joins it."""
    start = 0
    while start < len(types):
        end = start
        while end < len(types) and types[end] == "ET":
            end += 1
        if end > start and ((start and types[start - 1] == "EN") or (end < len(types) and types[end] == "EN")):
            types[start:end] = ["EN"] * (end - start)
        start = max(end, start + 1)


def _as_strong(found: str) -> str | None:
    """Numbers count as R for neutrals and brackets (N0, N1)."""
    if found == "L":
        return "L"
    return "R" if found in {"R", "EN", "AN"} else None


def _bracket_pairs(characters: Sequence[str], types: Sequence[str]) -> list[tuple[int, int]]:
    """BD16, with the pairs that BidiBrackets.txt derives from Ps/Pe and mirroring."""
    stack: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for index, character in enumerate(characters):
        if types[index] != "ON":
            continue
        category = unicodedata.category(character)
        if category == "Ps" and character in MIRRORED:
            if len(stack) == MAX_OPEN_BRACKETS:
                return []
            stack.append((unicodedata.normalize("NFC", MIRRORED[character]), index))
        elif category == "Pe":
            closing = unicodedata.normalize("NFC", character)
            for depth in range(len(stack) - 1, -1, -1):
                if stack[depth][0] == closing:
                    pairs.append((stack[depth][1], index))
                    del stack[depth:]
                    break
    return sorted(pairs)


def _resolve_brackets(types: list[str], characters: Sequence[str], original: Sequence[str], base: int) -> None:
    """N0, in place."""
    embedding = _direction(base)
    for opening, closing in _bracket_pairs(characters, types):
        inside = {_as_strong(found) for found in types[opening + 1 : closing]} - {None}
        if not inside:
            continue
        resolved = embedding
        if embedding not in inside:
            resolved = next((s for f in reversed(types[:opening]) if (s := _as_strong(f))), embedding)
        for place in (opening, closing):
            types[place] = resolved
            follower = place + 1
            while follower < len(types) and original[follower] == "NSM":
                types[follower] = types[place]
                follower += 1


def _resolve_neutral(types: list[str], base: int) -> None:
    """N1, N2, in place."""
    start = 0
    while start < len(types):
        if types[start] not in NEUTRAL:
            start += 1
            continue
        end = start
        while end < len(types) and types[end] in NEUTRAL:
            end += 1
        before = _as_strong(types[start - 1]) if start else _direction(base)
        after = _as_strong(types[end]) if end < len(types) else _direction(base)
        types[start:end] = [before if before == after and before else _direction(base)] * (end - start)
        start = end


def visual_order(item_levels: Sequence[int]) -> list[int]:
    """Return the indexes of the items of one line from left to right (L2)."""
    order = list(range(len(item_levels)))
    if not order:
        return order
    lowest_odd = min((level for level in item_levels if level % 2), default=None)
    if lowest_odd is None:
        return order
    for level in range(max(item_levels), lowest_odd - 1, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and item_levels[order[end]] >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = max(end, start + 1)
    return order

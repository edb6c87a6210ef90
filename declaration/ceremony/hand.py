"""Signatures as a hand might draw them: loops and strokes of a pen that follow from a seed, and look like somebody's.

A rehearsal has no hands. What it draws is nobody's signature and imitates none: a large first letter, a line of small
loops that gets flatter, and sometimes a flourish below. The same seed draws the same lines.
"""

from __future__ import annotations

import math
from random import Random
from typing import Final

from declaration.signing.drawing import HEIGHT, WIDTH, Drawing, Point, Stroke

UNSIGNED: Final = 7
"""One hand in so many draws nothing, as people do who find a printed name enough."""
_DENSITY: Final = 10
"""Points of a line between two of the curve's knots."""
_MARGIN: Final = 150
"""Units at the edges that stay empty."""

_Knot = tuple[float, float]

_CAPITALS: Final[tuple[tuple[_Knot, ...], ...]] = (
    ((0.0, 0.08), (-0.3, -1.0), (0.9, -0.9), (0.55, 0.1)),
    ((0.0, 0.08), (-0.3, -1.0), (0.9, -0.9), (0.55, 0.1), (-0.5, -0.2), (0.7, -0.55), (1.5, -0.3)),
    ((1.2, -0.85), (0.1, -0.6), (0.3, 0.06), (1.3, -0.4), (0.8, -1.0), (0.5, -0.7), (1.7, -0.05)),
    ((1.4, -0.85), (0.8, -1.0), (0.3, -0.75), (1.0, -0.35), (0.5, 0.1), (-0.5, -0.05), (1.1, -0.15)),
    ((0.0, 0.1), (0.5, -1.0), (0.8, 0.05), (1.5, -0.8), (1.8, 0.08)),
    ((-0.5, -0.75), (0.6, -1.0), (1.7, -0.95), (0.8, -0.9), (0.4, 0.05), (-0.4, -0.1), (1.3, -0.3)),
)
"""Knots of first letters, in heights of a capital downwards from its foot: of nobody's alphabet."""


def draw(seed: bytes) -> bytes | None:
    """Return the drawn signature of whoever has this seed; None of those who sign without one."""
    random = Random(seed)  # noqa: S311 - an ornament, not a secret
    if random.randrange(UNSIGNED) == 0:
        return None
    lean = random.uniform(0.05, 0.45)
    lines = [_name(random)]
    if random.random() < 0.6:
        lines.append(_flourish(random, lines[0]))
    if random.random() < 0.5:
        lines.append(_dot(random, lines[0]))
    leaning = [[(x - lean * y, y) for x, y in line] for line in lines]
    return Drawing(_on_the_sheet([_smooth(line) if len(line) > 1 else line for line in leaning])).svg()


def _name(random: Random) -> list[_Knot]:
    """Return the knots of a capital and of the letters that hang on it."""
    high = random.uniform(2.2, 3.4)
    knots = [(x, y * high) for x, y in random.choice(_CAPITALS)]
    knots[0] = (knots[0][0] + random.uniform(-0.4, 0.2), knots[0][1])
    x = max(1.2, knots[-1][0])
    for letter in range(random.randint(4, 9)):
        flat = max(0.25, 1.0 - 0.1 * letter)
        up, wide = random.choice((0.7, 0.9, 0.8, 1.9)) * flat, random.uniform(0.55, 0.95)
        knots += [(x + wide * 0.2, 0.15 * flat), (x + wide * 0.8, -up), (x + wide * 0.35, -up * 0.9)]
        if random.random() < 0.15:
            knots.append((x + wide * 0.3, 1.3 * flat))  # below the line, as g and y do
        x += wide
    knots += [(x + 0.4, 0.2), (x + random.uniform(1.2, 2.6), random.uniform(-0.7, 0.1))]
    return knots


def _flourish(random: Random, name: list[_Knot]) -> list[_Knot]:
    """Return the knots of a line below the name, from one end to the other."""
    end, depth = name[-1][0], random.uniform(0.9, 1.4)
    start = random.uniform(-0.4, end * 0.4)
    knots = [(end * 0.9, depth * 0.7), (end * 0.5, depth), (start, depth * 1.1)]
    if random.random() < 0.5:
        knots += [(start - 0.4, depth * 1.3), (end * 0.4, depth * 1.2), (end * 0.8, depth * 1.05)]
    return knots


def _dot(random: Random, name: list[_Knot]) -> list[_Knot]:
    """Return a point above a letter."""
    return [(name[-1][0] * random.uniform(0.4, 0.7), random.uniform(-2.0, -1.6))]


def _smooth(knots: list[_Knot]) -> list[_Knot]:
    """Return points on the curve through the knots (centripetal enough for writing: Catmull and Rom, 1974)."""
    held = [knots[0], *knots, knots[-1]]
    points = [knots[0]]
    for a, b, c, d in zip(held, held[1:], held[2:], held[3:], strict=False):
        for step in range(1, _DENSITY + 1):
            t = step / _DENSITY
            points.append((_between(a[0], b[0], c[0], d[0], t), _between(a[1], b[1], c[1], d[1], t)))
    return points


def _between(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def _on_the_sheet(lines: list[list[_Knot]]) -> tuple[Stroke, ...]:
    """Return the lines as large as the sheet allows, in whole units."""
    across, down = [x for line in lines for x, _ in line], [y for line in lines for _, y in line]
    left, top = min(across), min(down)
    wide, high = max(across) - left, max(down) - top
    scale = min((WIDTH - 2 * _MARGIN) / wide, (HEIGHT - 2 * _MARGIN) / high)
    edge, above = (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2
    return tuple(_whole([(edge + (x - left) * scale, above + (y - top) * scale) for x, y in line]) for line in lines)


def _whole(line: list[_Knot]) -> Stroke:
    found: list[Point] = []
    for x, y in line:
        point = (math.floor(x + 0.5), math.floor(y + 0.5))
        if not found or found[-1] != point:
            found.append(point)
    return tuple(found)

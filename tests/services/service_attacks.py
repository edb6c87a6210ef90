"""The table of attacks: from which stage, what is done, and with which error and code it must be refused."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from declaration.canonical import encode


@dataclass(frozen=True)
class Attack:
    """One row; `prepare` does what is allowed and returns the act that must be refused."""

    stage: str
    error: type
    code: str
    prepare: Callable


ATTACKS: dict[str, Attack] = {}


def attack(stage, error, code):
    """Put a function into the table."""

    def put(prepare):
        name = prepare.__name__.replace("_", " ")
        assert name not in ATTACKS
        ATTACKS[name] = Attack(stage, error, code, prepare)
        return prepare

    return put


def reworded(statement, **changes):
    """The statement with other members, in canonical form."""
    return encode(json.loads(statement) | changes)


def flipped(data, at=-1):
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)

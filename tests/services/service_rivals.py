"""Processes that share a database and act at the same moment; some die in the middle.

python service_rivals.py DATABASE-URL MOMENT ACT…

An act is ``sign:SIGNATORY``, ``adopt:AMENDMENT``, ``seal`` or ``seal!N``, which dies when it asks for the N-th
timestamp. Everything is imported once; then one process an act is forked, and all begin together. Each answers in one
line of JSON.
"""

import contextlib
import json
import os
import signal
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

sys.path.append(str(Path(__file__).parent))

from service_world import ID, World, keys_of

from declaration.canonical import digest
from declaration.errors import DeclarationError
from declaration.services import sealing
from declaration.store.session import open_store


class Fatal:
    """A timestamp authority whose client is killed while it waits for the N-th answer."""

    def __init__(self, authority, number):
        self.authority = authority
        self.left = number

    def stamp(self, imprint, *, nonce, at):
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.authority.stamp(imprint, nonce=nonce, at=at)


def prepare(world, act):
    """Do everything up to the last step; return that step."""
    name, _, subject = act.partition(":")
    if name == "sign":
        gesture = world.gesture(subject).authorise().sign()
        return lambda: {"entry": gesture.complete().index}
    if name == "adopt":
        world.version  # noqa: B018 - connects
        return lambda: {"version": world.adopt(subject).version.digest}
    if "!" in name:
        fatal = Fatal(world.chancery.timestamps, int(name.partition("!")[2]))
        world.chancery = replace(world.chancery, timestamps=fatal)

    def seal():
        done = sealing.seal(world.chancery, ID)
        return {"edition": digest(done.edition), "seal": done.seal.entry}

    return seal


def play(url, moment, act, ready, start, answer):
    """One rival, in a process of its own."""
    last = prepare(World(open_store(url), keys_of(), moment), act)
    os.write(ready, b".")
    os.read(start, 1)
    try:
        said = last()
    except DeclarationError as error:
        said = {"refused": error.code}
    os.write(answer, json.dumps({"act": act, **said}).encode() + b"\n")


def main(url, moment, *acts):
    at = datetime.fromisoformat(moment)
    (ready, told), (wait, start), (heard, answer) = os.pipe(), os.pipe(), os.pipe()
    children = []
    for act in acts:
        child = os.fork()
        if child == 0:
            os.close(start)
            with contextlib.suppress(BrokenPipeError):
                play(url, at, act, told, wait, answer)
            os._exit(0)
        children.append(child)
    for _ in acts:
        os.read(ready, 1)
    os.close(start)  # everybody's read ends at once
    for child in children:
        os.waitpid(child, 0)
    os.close(answer)
    with os.fdopen(heard) as answers:
        sys.stdout.write(answers.read())


if __name__ == "__main__":
    main(*sys.argv[1:])

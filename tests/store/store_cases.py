"""The table of what the one door refuses: each case prepares a scene and returns the attempt."""

import pytest
from store_scene import HOST, Scene

from declaration.canonical import digest
from declaration.errors import DeclarationError
from declaration.store.record import record

CASES = []


class Careless(Scene):
    """Catches what the door refuses and commits nevertheless."""

    def record(self, entry, blobs=(), key=None):
        refused = None
        with self.store.transaction() as session:
            try:
                done = record(session, entry, blobs={digest(data): data for data in blobs}, key=key)
            except DeclarationError as error:
                refused = error
        if refused is not None:
            raise refused
        return done


def case(error, code):
    """Add a case: the function prepares the scene and returns the attempt that is refused."""

    def add(prepare):
        CASES.append(pytest.param(prepare, error, code, id=f"{code}-{prepare.__name__}"))
        return prepare

    return add


def attempt(scene, kind, body, by=HOST, blobs=(), key=None):
    return lambda: scene.act(kind, body, by=by, blobs=blobs, key=key)

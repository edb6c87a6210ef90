"""A process that records signatures one after another and says each index it was told; made to be killed.

python store_writer.py DATABASE-URL FIRST STEP
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))

from store_scene import Scene

from declaration.errors import StateConflict
from declaration.store import queries
from declaration.store.session import open_store


def main(url, first, step):
    scene = Scene(open_store(url))
    with scene.store.reading() as session:
        frozen = queries.frozen_instrument(session, "d1")
        scene.version = queries.current_version(session, "d1")
        names = [item.id for item in queries.signatories(session, "d1")]
    scene.instrument, scene.document = frozen.instrument, frozen.document
    print("ready", flush=True)
    for name in names[first::step]:
        try:
            done = scene.sign(name, key=f"sign:{name}")
        except StateConflict as error:
            print("refused", name, error.code, flush=True)
            raise
        print("signed", name, done.index, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
